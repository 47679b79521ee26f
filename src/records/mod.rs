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

mod countries;
mod date;
mod error;
mod identifiers;
mod manifest;
pub mod normalise;
mod quarantine;
mod read;
mod screen;
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
pub use date::{Age, DateFormat};
pub use error::{CODES, FirstRows, RecordError};
pub use manifest::Manifest;
pub use quarantine::{ListFormat, write_rejected};
pub use read::columns::ColumnMap;
pub use read::input::{Format, Input, Limits, ReadOptions};
pub use read::table::RawRecords;
pub use read::{header, read, read_tables};
pub use screen::{GroundsRule, Ids, Malformed, NumberedRecords, ScreenedRecords, Screening};
pub use screen::{SeenIds, Sieve, SievedPart, Subjects};
pub use value::{BirthDate, Record, Value};
