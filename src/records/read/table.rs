//! The raw table: cells of mapped columns only, before anyone has looked at them.
//!
//! - Text lies in chunks that never grow, so that no stale copy is left behind when a column does; every chunk is wiped on
//!   drop. The buffers of the parsers in front of it (CSV, JSON, Parquet, decoders) belong to their crates and are not.
//! - There is no way out but [`RawRecords::screen`](super::super::RawRecords::screen): no `Clone`, no `Serialize`, no `Display`;
//!   `Debug` prints counts.

use std::fmt;
use std::sync::Arc;

use zeroize::{Zeroize, Zeroizing};

use super::super::error::RecordError;
use super::super::reason::{Reason, Rejected};
use super::columns::ColumnMap;
use super::input::Limits;

/// Bytes of a chunk; offsets in it fit in 16 bits.
const CHUNK: usize = 1 << 16;

/// Cells of one column, in the order of the rows; an empty cell is a missing one.
#[derive(Default)]
pub(crate) struct Column {
    chunks: Vec<Zeroizing<String>>,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    chunk: u32,
    start: u16,
    len: u16,
}

impl Column {
    /// Appends a cell; `text` is at most [`Limits::MAX_CELL_BYTES`] long.
    pub(crate) fn push(&mut self, text: &str) {
        if text.is_empty() {
            self.cells.push(Cell::default());
            return;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() + text.len() > CHUNK) {
            self.chunks.push(Zeroizing::new(String::with_capacity(CHUNK)));
        }
        let index = self.chunks.len() - 1;
        let chunk = &mut self.chunks[index];
        self.cells.push(Cell { chunk: index as u32, start: chunk.len() as u16, len: text.len() as u16 });
        chunk.push_str(text);
    }

    /// The cell of a row.
    pub(crate) fn get(&self, row: usize) -> &str {
        let Cell { chunk, start, len } = self.cells[row];
        if len == 0 { "" } else { &self.chunks[chunk as usize][usize::from(start)..][..usize::from(len)] }
    }
}

impl Drop for Column {
    fn drop(&mut self) {
        // The chunks wipe themselves; lengths of cells tell something too.
        for cell in &mut self.cells {
            cell.len.zeroize();
        }
    }
}

/// Which columns of a file are kept: each once, in a fixed order.
#[derive(Clone, Debug)]
pub(crate) struct Projection {
    /// Names of the columns, each once.
    pub(crate) names: Vec<Arc<str>>,
    /// The map that asked for them.
    pub(crate) map: ColumnMap,
}

impl Projection {
    /// The columns that `map` names, each once: the id first.
    pub(crate) fn new(map: &ColumnMap) -> Result<Self, RecordError> {
        let mut names: Vec<Arc<str>> = Vec::new();
        for (_, name) in map.columns()? {
            if !names.iter().any(|known| **known == *name) {
                names.push(name.into());
            }
        }
        Ok(Self { names, map: map.clone() })
    }

    /// Where a column of the map is kept.
    pub(crate) fn slot(&self, name: &str) -> usize {
        match self.names.iter().position(|known| **known == *name) {
            Some(slot) => slot,
            None => unreachable!("the projection has every column of its map"),
        }
    }

    /// Positions of the kept columns in a header, and the names of all others.
    pub(crate) fn locate(&self, header: &[String]) -> Result<(Vec<usize>, Vec<String>), RecordError> {
        for (second, name) in header.iter().enumerate() {
            if let Some(first) = header[..second].iter().position(|earlier| earlier == name && !name.is_empty()) {
                return Err(RecordError::DuplicateColumn { first: first + 1, second: second + 1 });
            }
        }
        for (what, column) in self.map.columns()? {
            if !header.iter().any(|name| name == column) {
                return Err(RecordError::MissingColumn { what, column: column.to_owned() });
            }
        }
        let places = self.names.iter().filter_map(|name| header.iter().position(|found| **found == **name)).collect();
        let unread = header.iter().filter(|name| !self.names.iter().any(|kept| **kept == ***name)).cloned().collect();
        Ok((places, unread))
    }
}

/// Records as they were read: numbers of rows, and cells of the mapped columns.
pub struct RawRecords {
    pub(crate) rows: Vec<u64>,
    pub(crate) columns: Vec<Column>,
    pub(crate) projection: Projection,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) unread: Vec<String>,
}

impl RawRecords {
    fn empty(projection: Projection, unread: Vec<String>) -> Self {
        let columns = projection.names.iter().map(|_| Column::default()).collect();
        Self { rows: Vec::new(), columns, projection, rejected: Vec::new(), unread }
    }

    /// Rows that were read and kept.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row was kept.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows that the reader set aside.
    pub fn rejected(&self) -> &[Rejected] {
        &self.rejected
    }

    /// Names of columns that the file has and nobody read.
    pub fn unread_columns(&self) -> &[String] {
        &self.unread
    }
}

impl fmt::Debug for RawRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRecords")
            .field("rows", &self.rows.len())
            .field("columns", &self.columns.len())
            .field("rejected", &self.rejected.len())
            .finish_non_exhaustive()
    }
}

/// Where full tables go while a file is read; without one, all of it stays in one table.
pub(crate) struct Sink<'a>(pub(crate) Option<&'a mut dyn FnMut(RawRecords)>);

/// Rows of a table that is handed over: enough to share work between threads, few enough to stay in a cache.
const TABLE_ROWS: usize = 4096;

/// Fills a table row by row and holds it to the limits.
pub(crate) struct TableBuilder<'a, 's> {
    table: RawRecords,
    limits: &'a Limits,
    sink: Sink<'s>,
    /// Rows of tables that were handed over.
    before: u64,
    bytes: u64,
}

impl<'a, 's> TableBuilder<'a, 's> {
    /// An empty table.
    pub(crate) fn new(projection: Projection, unread: Vec<String>, limits: &'a Limits, sink: Sink<'s>) -> Self {
        Self { table: RawRecords::empty(projection, unread), limits, sink, before: 0, bytes: 0 }
    }

    /// Hands the table over when it is full.
    fn hand_over(&mut self) {
        let rows = self.table.rows.len() + self.table.rejected.len();
        if let Some(sink) = self.sink.0.as_mut().filter(|_| rows >= TABLE_ROWS) {
            let next = RawRecords::empty(self.table.projection.clone(), self.table.unread.clone());
            self.before += rows as u64;
            sink(std::mem::replace(&mut self.table, next));
        }
    }

    /// Sets a row aside.
    pub(crate) fn reject(&mut self, rejected: Rejected) -> Result<(), RecordError> {
        self.count(rejected.row)?;
        self.table.rejected.push(rejected);
        self.hand_over();
        Ok(())
    }

    /// Sets a row aside for the cell in `slot`.
    pub(crate) fn reject_cell(&mut self, row: u64, reason: Reason, slot: usize) -> Result<(), RecordError> {
        let rejected = Rejected::cell(row, reason, &self.table.projection.names[slot]);
        self.reject(rejected)
    }

    /// Keeps a row, one cell a column of the projection, or sets it aside for an unfit cell.
    pub(crate) fn push<'c>(
        &mut self,
        row: u64,
        cells: impl Iterator<Item = &'c str> + Clone,
    ) -> Result<(), RecordError> {
        for (slot, cell) in cells.clone().enumerate() {
            if let Some(reason) = self.unfit(cell) {
                return self.reject_cell(row, reason, slot);
            }
        }
        self.count(row)?;
        self.table.rows.push(row);
        for (column, cell) in self.table.columns.iter_mut().zip(cells) {
            let cell = trimmed(cell);
            self.bytes += cell.len() as u64;
            column.push(cell);
        }
        if self.bytes > self.limits.text_bytes {
            return Err(RecordError::Limit { what: "bytes of text", limit: self.limits.text_bytes, row: Some(row) });
        }
        self.hand_over();
        Ok(())
    }

    fn unfit(&self, cell: &str) -> Option<Reason> {
        if cell.len() > self.limits.cell_bytes.min(Limits::MAX_CELL_BYTES) {
            Some(Reason::CellTooLong)
        } else if cell.as_bytes().contains(&0) {
            Some(Reason::Nul)
        } else if !cell.is_ascii() && cell.contains(char::REPLACEMENT_CHARACTER) {
            Some(Reason::Undecodable)
        } else {
            None
        }
    }

    fn count(&self, row: u64) -> Result<(), RecordError> {
        let rows = self.before + (self.table.rows.len() + self.table.rejected.len()) as u64;
        match rows >= self.limits.rows {
            true => Err(RecordError::Limit { what: "rows", limit: self.limits.rows, row: Some(row) }),
            false => Ok(()),
        }
    }

    /// The table, where the names of other columns are known only at the end.
    pub(crate) fn finish_with(mut self, unread: Vec<String>) -> Result<RawRecords, RecordError> {
        self.table.unread = unread;
        self.finish()
    }

    /// The table, or the last of them, unless there has been no row at all.
    pub(crate) fn finish(self) -> Result<RawRecords, RecordError> {
        match self.before == 0 && self.table.rows.is_empty() && self.table.rejected.is_empty() {
            true => Err(RecordError::NoRows),
            false => Ok(self.table),
        }
    }
}

/// A cell without the space around it; most have none.
fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_across_chunks() {
        let mut column = Column::default();
        let texts: Vec<String> = (0..5000).map(|i| "ж".repeat(i % 40)).collect();
        texts.iter().for_each(|text| column.push(text));
        assert!(column.chunks.len() > 1);
        assert!(texts.iter().enumerate().all(|(row, text)| column.get(row) == text));
    }

    #[test]
    fn a_chunk_never_grows() {
        let mut column = Column::default();
        for _ in 0..100 {
            column.push(&"x".repeat(4096));
        }
        assert!(column.chunks.iter().all(|chunk| chunk.capacity() == CHUNK));
    }
}
