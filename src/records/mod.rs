//! Records of an agency, from files to screened, typed values. Compiled for agencies only.
//!
//! ```text
//! bytes ──read──▶ RawRecords ──screen──▶ ScreenedRecords ──▶ encoding
//!          │                     │
//!          └── malformed rows ───┴──▶ ScreeningReport, quarantine list
//! ```
//!
//! - Reading is a projection: only the columns that a [`ColumnMap`] names are kept, everything else is dropped unread.
//! - Screening is the only way from raw to encodable records, and consumes the raw ones.
//! - No cell ever appears in an error, a report, a list or `Debug` text: only columns, row numbers and reasons.
//! - Every size that comes from outside has a limit in [`Limits`].
//!
//! Kept text is wiped on drop. The parsers' own buffers, and text that normalisation discards, are not.

mod columns;
mod countries;
mod csv;
mod date;
mod duplicates;
mod error;
mod grounds;
mod guess;
mod identifiers;
mod input;
mod manifest;
mod memo;
mod ndjson;
pub mod normalise;
mod origin;
mod pages;
mod parquet;
mod quarantine;
mod report;
mod row;
mod screen;
mod sieve;
mod table;
mod text;
mod things;
mod value;

#[cfg(test)]
mod subjects;
#[cfg(test)]
mod tests;

use crate::figures::reason;
pub use crate::figures::{
    FieldProblem, FieldReport, ProblemCount, Reason, ReasonCount, Rejected, ScreeningReport, Verdict,
};
pub use columns::ColumnMap;
pub use date::{Age, DateFormat};
pub use error::{CODES, FirstRows, RecordError};
pub use grounds::GroundsRule;
pub use input::{Format, Input, Limits, ReadOptions};
pub use manifest::Manifest;
pub use quarantine::{ListFormat, write_rejected};
pub use screen::{Ids, Malformed, ScreenedRecords, Screening, Subjects};
pub use sieve::{NumberedRecords, SeenIds, Sieve, SievedPart};
pub use table::RawRecords;
pub use value::{BirthDate, Record, Value};

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
