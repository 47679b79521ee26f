//! Reading a table that others made: exactly the Parquet that [`super::table`] prescribes, and nothing else of it.
//!
//! A general reader of Parquet believes sizes, schemas and offsets that it finds, because that is its task; here they come from a party
//! that may have a program of its own. So this reads what was agreed, and only that: columns of fixed width, PLAIN, in data pages
//! of version 1, required, uncompressed. Nothing is allocated that is not there in bytes, and nothing else of the footer is
//! looked at: the Arrow schema that writers put beside the Parquet one is passed over. The format is that of Apache Parquet 2.10 (`parquet.thrift`) in
//! Thrift's compact protocol.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt8Array};
use arrow_schema::{DataType, SchemaRef};
use bytes::Bytes;
use parquet::file::metadata::KeyValue;

use super::table::{GROUP, fixed};

const MAGIC: &[u8] = b"PAR1";
/// Deepest nesting that is passed over.
const DEPTH: usize = 16;

// Numbers of `parquet.thrift`.
const INT32: i64 = 1;
const FIXED_LEN_BYTE_ARRAY: i64 = 7;
const UINT_8: i64 = 11;
const PLAIN: i64 = 0;
const RLE: i64 = 3;

/// Types of the compact protocol.
mod kind {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const MAP: u8 = 11;
    pub(super) const STRUCT: u8 = 12;
}

/// Why a table was not read.
type Refused = &'static str;

const DAMAGED: Refused = "damaged metadata";
const COLUMNS: Refused = "other columns or types";
const UNFOLDS: Refused = "a compressed, dictionary-encoded or otherwise unfolding column";
const COUNT: Refused = "another number of rows";
const METADATA: Refused = "metadata of another agreement, run or party";
const PAGE: Refused = "a damaged page";

/// Reads a table that must have exactly this schema, this many rows, this metadata, and nothing that unfolds.
pub(crate) fn read_plain(
    table: Bytes,
    schema: &SchemaRef,
    expected: u64,
    metadata: &[KeyValue],
    mut each: impl FnMut(&RecordBatch) -> Result<(), String>,
) -> Result<(), String> {
    let columns = columns(schema)?;
    let footer = Footer::read(&table)?;
    if footer.columns != columns {
        return Err(COLUMNS.to_owned());
    }
    if footer.rows != expected || footer.groups.iter().map(|group| group.rows).sum::<u64>() != expected {
        return Err(COUNT.to_owned());
    }
    let once: HashSet<&[u8]> = footer.metadata.iter().map(|(key, _)| *key).collect();
    let known = |key: &[u8]| key == b"ARROW:schema" || metadata.iter().any(|pair| pair.key.as_bytes() == key);
    if once.len() != footer.metadata.len()
        || !once.into_iter().all(known)
        || !metadata
            .iter()
            .all(|pair| footer.metadata.contains(&(pair.key.as_bytes(), pair.value.as_deref().map(str::as_bytes))))
    {
        return Err(METADATA.to_owned());
    }
    for group in &footer.groups {
        let read = |(chunk, column): (&Chunk, &Column)| column.array(chunk.values(&table, column, group.rows)?);
        let arrays = group.chunks.iter().zip(&columns).map(read).collect::<Result<Vec<ArrayRef>, _>>()?;
        each(&RecordBatch::try_new(schema.clone(), arrays).map_err(|_| COLUMNS)?)?;
    }
    Ok(())
}

/// A column as Parquet describes it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Column {
    name: Vec<u8>,
    physical: i64,
    /// Bytes of a value; only of values without a width of their own.
    length: Option<i64>,
    /// What the bytes mean, where it is not just bytes.
    converted: Option<i64>,
}

fn columns(schema: &SchemaRef) -> Result<Vec<Column>, Refused> {
    let column = |field: &Arc<arrow_schema::Field>| {
        let name = field.name().as_bytes().to_vec();
        match field.data_type() {
            DataType::FixedSizeBinary(width) => {
                Ok(Column { name, physical: FIXED_LEN_BYTE_ARRAY, length: Some((*width).into()), converted: None })
            }
            DataType::UInt8 => Ok(Column { name, physical: INT32, length: None, converted: Some(UINT_8) }),
            _ => Err(COLUMNS),
        }
    };
    schema.fields().iter().map(column).collect()
}

impl Column {
    /// Bytes of a value.
    fn width(&self) -> usize {
        self.length.and_then(|length| usize::try_from(length).ok()).unwrap_or(4)
    }

    fn array(&self, bytes: Vec<u8>) -> Result<ArrayRef, Refused> {
        if self.physical == FIXED_LEN_BYTE_ARRAY {
            return fixed(self.width(), bytes).map_err(|_| COLUMNS);
        }
        let value = |value: &[u8; 4]| u8::try_from(i32::from_le_bytes(*value)).map_err(|_| PAGE);
        let values = bytes.as_chunks::<4>().0.iter().map(value).collect::<Result<Vec<u8>, _>>()?;
        Ok(Arc::new(UInt8Array::from(values)))
    }
}

/// What the end of the file says of it.
#[derive(Debug, Default)]
struct Footer<'b> {
    columns: Vec<Column>,
    rows: u64,
    groups: Vec<Group>,
    metadata: Vec<(&'b [u8], Option<&'b [u8]>)>,
}

#[derive(Debug, Default)]
struct Group {
    rows: u64,
    chunks: Vec<Chunk>,
}

/// Where the values of a column in a group stand.
#[derive(Debug, Default)]
struct Chunk {
    start: u64,
    bytes: u64,
}

impl<'b> Footer<'b> {
    fn read(table: &'b [u8]) -> Result<Self, Refused> {
        let inner = table.strip_prefix(MAGIC).and_then(|rest| rest.strip_suffix(MAGIC)).ok_or("not a Parquet file")?;
        let (inner, length) = inner.split_last_chunk::<4>().ok_or(DAMAGED)?;
        let length = u32::from_le_bytes(*length) as usize;
        let mut thrift = Thrift(&inner[inner.len().checked_sub(length).ok_or(DAMAGED)?..]);
        let mut footer = Self::default();
        thrift.fields(|thrift, id, kind| match (id, kind) {
            (2, kind::LIST) => put(&mut footer.columns, columns_in(thrift)),
            (3, kind::I64) => put(&mut footer.rows, thrift.count()),
            (4, kind::LIST) => {
                let columns = &footer.columns;
                put(&mut footer.groups, thrift.list(|thrift| Group::read(thrift, columns)))
            }
            (5, kind::LIST) => put(&mut footer.metadata, thrift.list(pair)),
            // The key that signed the footer, or how it is encrypted.
            (8 | 9, _) => Err(UNFOLDS),
            _ => thrift.skip(kind, 0),
        })?;
        if thrift.0.is_empty() { Ok(footer) } else { Err(DAMAGED) }
    }
}

fn pair<'b>(thrift: &mut Thrift<'b>) -> Result<(&'b [u8], Option<&'b [u8]>), Refused> {
    let (mut key, mut value) = (None, None);
    thrift.fields(|thrift, id, kind| match (id, kind) {
        (1, kind::BINARY) => put(&mut key, thrift.binary().map(Some)),
        (2, kind::BINARY) => put(&mut value, thrift.binary().map(Some)),
        _ => thrift.skip(kind, 0),
    })?;
    Ok((key.ok_or(DAMAGED)?, value))
}

/// The schema: a root with so many children, each a required column without anything below it.
fn columns_in(thrift: &mut Thrift<'_>) -> Result<Vec<Column>, Refused> {
    let mut elements = thrift
        .list(|thrift| {
            let (mut column, mut children, mut required, mut typed) = (Column::default(), None, false, false);
            thrift.fields(|thrift, id, kind| match (id, kind) {
                (1, kind::I32) => {
                    (column.physical, typed) = (thrift.integer()?, true);
                    Ok(())
                }
                (2, kind::I32) => put(&mut column.length, thrift.integer().map(Some)),
                (3, kind::I32) => put(&mut required, thrift.integer().map(|repetition| repetition == 0)),
                (4, kind::BINARY) => put(&mut column.name, thrift.binary().map(<[u8]>::to_vec)),
                (5, kind::I32) => put(&mut children, thrift.integer().map(Some)),
                (6, kind::I32) => put(&mut column.converted, thrift.integer().map(Some)),
                _ => thrift.skip(kind, 0),
            })?;
            Ok((column, children, required && typed))
        })?
        .into_iter();
    let (_, children, _) = elements.next().ok_or(DAMAGED)?;
    if children != i64::try_from(elements.len()).ok() {
        return Err(COLUMNS);
    }
    let leaf = |(column, children, required)| match (children, required) {
        (None | Some(0), true) => Ok(column),
        _ => Err(COLUMNS),
    };
    elements.map(leaf).collect()
}

impl Group {
    fn read(thrift: &mut Thrift<'_>, columns: &[Column]) -> Result<Self, Refused> {
        let (mut group, mut claimed) = (Self::default(), Vec::new());
        thrift.fields(|thrift, id, kind| match (id, kind) {
            (1, kind::LIST) => {
                let mut at = columns.iter();
                let read = |thrift: &mut Thrift<'_>| Chunk::read(thrift, at.next().ok_or(COLUMNS)?);
                (group.chunks, claimed) = thrift.list(read)?.into_iter().unzip();
                Ok(())
            }
            (3, kind::I64) => put(&mut group.rows, thrift.count()),
            _ => thrift.skip(kind, 0),
        })?;
        if group.chunks.len() != columns.len() {
            return Err(COLUMNS);
        }
        // A group is what is held at a time.
        let fits = (1..=GROUP as u64).contains(&group.rows) && claimed.iter().all(|rows| *rows == group.rows);
        if fits { Ok(group) } else { Err(COUNT) }
    }
}

impl Chunk {
    /// Where it stands, and how many values it claims.
    fn read(thrift: &mut Thrift<'_>, column: &Column) -> Result<(Self, u64), Refused> {
        let mut found = None;
        thrift.fields(|thrift, id, kind| match (id, kind) {
            (3, kind::STRUCT) => put(&mut found, Self::described(thrift, column).map(Some)),
            // In another file, or encrypted.
            (1 | 8 | 9, _) => Err(UNFOLDS),
            _ => thrift.skip(kind, 0),
        })?;
        found.ok_or(DAMAGED)
    }

    fn described(thrift: &mut Thrift<'_>, column: &Column) -> Result<(Self, u64), Refused> {
        let (mut chunk, mut rows, mut unfolded) = (Self::default(), 0, 0);
        let (mut same, mut plain) = (0, true);
        thrift.fields(|thrift, id, kind| match (id, kind) {
            (1, kind::I32) => {
                same += u8::from(thrift.integer()? == column.physical);
                Ok(())
            }
            (2, kind::LIST) => {
                plain &= thrift.list(Thrift::integer)?.iter().all(|encoding| [PLAIN, RLE].contains(encoding));
                Ok(())
            }
            (3, kind::LIST) => {
                same += u8::from(thrift.list(Thrift::binary)? == [&column.name[..]]);
                Ok(())
            }
            (4, kind::I32) => {
                plain &= thrift.integer()? == 0;
                Ok(())
            }
            (5, kind::I64) => put(&mut rows, thrift.count()),
            (6, kind::I64) => put(&mut unfolded, thrift.count()),
            (7, kind::I64) => put(&mut chunk.bytes, thrift.count()),
            (9, kind::I64) => put(&mut chunk.start, thrift.count()),
            // Pages of an index or a dictionary, statistics, a filter.
            (10 | 11 | 12 | 14, _) => Err(UNFOLDS),
            _ => thrift.skip(kind, 0),
        })?;
        if same != 2 {
            return Err(COLUMNS);
        }
        if plain && unfolded == chunk.bytes { Ok((chunk, rows)) } else { Err(UNFOLDS) }
    }

    /// The values of a group's column, page by page.
    fn values(&self, table: &[u8], column: &Column, rows: u64) -> Result<Vec<u8>, Refused> {
        let end = self.start.checked_add(self.bytes).ok_or(PAGE)?;
        let range = usize::try_from(self.start).map_err(|_| PAGE)?..usize::try_from(end).map_err(|_| PAGE)?;
        let mut rest = table.get(range).ok_or(PAGE)?;
        let wanted = usize::try_from(rows).map_err(|_| PAGE)?.checked_mul(column.width()).ok_or(PAGE)?;
        if wanted > rest.len() {
            return Err(PAGE);
        }
        let mut values = Vec::with_capacity(wanted);
        while !rest.is_empty() {
            let mut thrift = Thrift(rest);
            let page = page(&mut thrift, column.width())?;
            let (bytes, after) = thrift.0.split_at_checked(page).ok_or(PAGE)?;
            if bytes.len() > wanted - values.len() {
                return Err(PAGE);
            }
            values.extend_from_slice(bytes);
            rest = after;
        }
        if values.len() == wanted { Ok(values) } else { Err(PAGE) }
    }
}

/// The header of a data page: how many bytes of values follow.
fn page(thrift: &mut Thrift<'_>, width: usize) -> Result<usize, Refused> {
    let (mut data, mut unfolded, mut bytes, mut values, mut plain) = (false, None, None, None, false);
    thrift.fields(|thrift, id, kind| match (id, kind) {
        (1, kind::I32) => put(&mut data, thrift.integer().map(|kind| kind == 0)),
        (2, kind::I32) => put(&mut unfolded, thrift.count().map(Some)),
        (3, kind::I32) => put(&mut bytes, thrift.count().map(Some)),
        (5, kind::STRUCT) => thrift.fields(|thrift, id, kind| match (id, kind) {
            (1, kind::I32) => put(&mut values, thrift.count().map(Some)),
            (2, kind::I32) => put(&mut plain, thrift.integer().map(|encoding| encoding == PLAIN)),
            (5, _) => Err(UNFOLDS),
            _ => thrift.skip(kind, 0),
        }),
        // Headers of other kinds of page.
        (6..=8, _) => Err(UNFOLDS),
        _ => thrift.skip(kind, 0),
    })?;
    let (Some(unfolded), Some(bytes), Some(values)) = (unfolded, bytes, values) else { return Err(PAGE) };
    if !data || !plain || unfolded != bytes {
        return Err(UNFOLDS);
    }
    // Values that are there stand without levels before them: nothing of theirs is optional or repeated.
    let fits = values > 0 && values.checked_mul(width as u64) == Some(bytes);
    if fits { usize::try_from(bytes).map_err(|_| PAGE) } else { Err(PAGE) }
}

/// Takes over what was read.
fn put<T>(slot: &mut T, value: Result<T, Refused>) -> Result<(), Refused> {
    *slot = value?;
    Ok(())
}

/// Thrift's compact protocol, over bytes that are there.
struct Thrift<'b>(&'b [u8]);

impl<'b> Thrift<'b> {
    fn byte(&mut self) -> Result<u8, Refused> {
        let (byte, rest) = self.0.split_first().ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn take(&mut self, count: u64) -> Result<&'b [u8], Refused> {
        let count = usize::try_from(count).map_err(|_| DAMAGED)?;
        let (taken, rest) = self.0.split_at_checked(count).ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, Refused> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                return Err(DAMAGED);
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(DAMAGED)
    }

    fn integer(&mut self) -> Result<i64, Refused> {
        let value = self.varint()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A number that counts something.
    fn count(&mut self) -> Result<u64, Refused> {
        u64::try_from(self.integer()?).map_err(|_| DAMAGED)
    }

    fn binary(&mut self) -> Result<&'b [u8], Refused> {
        let length = self.varint()?;
        self.take(length)
    }

    /// Every field of a structure, by number and type; `each` reads its value. Numbers ascend, so that none stands there twice.
    fn fields(&mut self, mut each: impl FnMut(&mut Self, i64, u8) -> Result<(), Refused>) -> Result<(), Refused> {
        let mut last = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            let id = match head >> 4 {
                0 => self.integer()?,
                step => last + i64::from(step),
            };
            if id <= last || id > 1 << 15 {
                return Err(DAMAGED);
            }
            last = id;
            each(self, id, head & 0x0f)?;
        }
    }

    /// Type and number of a list's elements, each of which takes a byte at least.
    fn list_head(&mut self) -> Result<(u8, usize), Refused> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        match usize::try_from(count) {
            Ok(count) if count <= self.0.len() => Ok((head & 0x0f, count)),
            _ => Err(DAMAGED),
        }
    }

    /// A list whose elements `each` reads; it says itself when one is of another type.
    fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Result<T, Refused>) -> Result<Vec<T>, Refused> {
        let (_, count) = self.list_head()?;
        // Grows as it is read: an element in memory may be larger than its bytes.
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(each(self)?);
        }
        Ok(list)
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Result<(), Refused> {
        if depth > DEPTH {
            return Err(DAMAGED);
        }
        match kind {
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.byte().map(drop),
            kind::I16 | kind::I32 | kind::I64 => self.varint().map(drop),
            kind::DOUBLE => self.take(8).map(drop),
            kind::BINARY => self.binary().map(drop),
            kind::LIST | kind::SET => {
                let (element, count) = self.list_head()?;
                (0..count).try_for_each(|_| self.skip_element(element, depth))
            }
            kind::MAP => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                (0..count).try_for_each(|_| {
                    self.skip_element(kinds >> 4, depth)?;
                    self.skip_element(kinds & 0x0f, depth)
                })
            }
            kind::STRUCT => self.fields(|thrift, _, kind| thrift.skip(kind, depth + 1)),
            _ => Err(DAMAGED),
        }
    }

    /// The same inside a list or map, where a truth value takes a byte.
    fn skip_element(&mut self, kind: u8, depth: usize) -> Result<(), Refused> {
        match kind {
            kind::TRUE | kind::FALSE => self.byte().map(drop),
            kind => self.skip(kind, depth + 1),
        }
    }
}

#[cfg(test)]
mod tests;
