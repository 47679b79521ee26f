//! Reading: from the bytes of a file to a table of the columns that a map names, and of nothing else.
//!
//! ```text
//! bytes ── input ─► csv | ndjson | parquet ─► table
//!                        ▲ columns: the map, stated or guessed
//! ```

pub(in crate::records) mod case_columns;
pub(in crate::records) mod columns;
mod csv;
mod guess;
pub(in crate::records) mod input;
mod ndjson;
mod pages;
pub(in crate::records) mod parquet;
pub(in crate::records) mod table;
mod text;

use super::error::RecordError;
use columns::ColumnMap;
use input::{Format, Input, Limits, ReadOptions};
use table::RawRecords;

/// Reads the columns that `map` names. Rows that cannot be read are set aside in [`RawRecords::rejected`].
pub fn read(input: Input, options: &ReadOptions, map: &ColumnMap, limits: &Limits) -> Result<RawRecords, RecordError> {
    read_to(input, options, map, limits, table::Sink(None))
}

/// Reads as [`read`] does, and hands the rows to `each` in tables of a few thousand, in their order.
pub fn read_tables(
    input: Input,
    options: &ReadOptions,
    map: &ColumnMap,
    limits: &Limits,
    each: &mut dyn FnMut(RawRecords),
) -> Result<(), RecordError> {
    let last = read_to(input, options, map, limits, table::Sink(Some(&mut *each)))?;
    each(last);
    Ok(())
}

fn read_to(
    input: Input,
    options: &ReadOptions,
    map: &ColumnMap,
    limits: &Limits,
    sink: table::Sink<'_>,
) -> Result<RawRecords, RecordError> {
    let projection = table::Projection::new(map)?;
    match options.format.or(map.format()).ok_or(RecordError::UnknownFormat)? {
        Format::Csv => csv::read(input.into_reader()?, options, projection, limits, sink),
        Format::Ndjson => ndjson::read(input.into_reader()?, options, projection, limits, sink),
        Format::Parquet => parquet::read(input, projection, limits, sink),
    }
}

/// Reads the names of a file's columns, for [`ColumnMap::guess`], and gives the input back unread.
///
/// In a file without a header these are the cells of its first row: show them to nobody before the map has found its
/// columns among them.
pub fn header(input: Input, options: &ReadOptions, limits: &Limits) -> Result<(Vec<String>, Input), RecordError> {
    match options.format.ok_or(RecordError::UnknownFormat)? {
        Format::Csv => input::peek(input, |bytes| csv::header(bytes, options, limits)),
        Format::Ndjson => input::peek(input, |bytes| ndjson::header(bytes, options, limits)),
        Format::Parquet => parquet::header(input, limits),
    }
}
