//! Screening of a list that is read table by table, so that it is never in memory as a whole.
//!
//! ```text
//! table ──number──▶ NumberedRecords ──screen──▶ ScreenedRecords, SievedPart ──collect──▶ ScreeningReport
//!        in order                     any thread                            in order
//! ```
//!
//! Records leave before the whole list is judged, and are worth nothing until it is: what may be sealed needs the report.

use std::fmt;

use jiff::civil::Date;

use crate::agreement::Schema;

use super::super::error::RecordError;
use super::super::read::table::RawRecords;
use super::duplicates::Seen;
use super::findings::{Findings, collect};
use super::memo::Memos;
use super::row::Screener;
use super::screened::ScreenedRecords;
use super::screening::Screening;
use crate::figures::ScreeningReport;

/// Screens the tables of one list. It remembers cells of names and places that come again, until it is dropped.
pub struct Sieve<'a> {
    schema: &'a Schema,
    screening: &'a Screening,
    today: Date,
    memos: Memos,
}

/// A table whose ids were looked up among those before it.
pub struct NumberedRecords {
    raw: RawRecords,
    repeats: Vec<bool>,
}

/// Remembers ids, table after table.
#[derive(Default)]
pub struct SeenIds(Seen);

/// What was found in one table.
#[derive(Debug)]
pub struct SievedPart(Findings);

impl SeenIds {
    /// Finds the ids that came before. Tables must come in their order.
    pub fn number(&mut self, raw: RawRecords) -> Result<NumberedRecords, RecordError> {
        let slot = raw.projection.slot(raw.projection.map.id.as_ref().ok_or(RecordError::UnmappedId)?);
        let repeats = (0..raw.rows.len()).map(|row| self.0.has(raw.columns[slot].get(row))).collect();
        Ok(NumberedRecords { raw, repeats })
    }
}

impl<'a> Sieve<'a> {
    /// A sieve for one list, as of `today`.
    pub fn new(schema: &'a Schema, screening: &'a Screening, today: Date) -> Self {
        Self { schema, screening, today, memos: Memos::default() }
    }

    /// Screens every row of a table on this thread. The raw rows are wiped.
    pub fn screen(&self, table: NumberedRecords) -> Result<(ScreenedRecords, SievedPart), RecordError> {
        let NumberedRecords { raw, repeats } = table;
        let screener = Screener::new(&raw, self.schema, self.screening, self.today)?;
        let (screened, found) = self.memos.lend(|memo| {
            let outcomes = repeats.iter().enumerate().map(|(row, repeat)| screener.row(row, *repeat, memo));
            collect(&raw, &screener, self.schema, outcomes)
        });
        Ok((screened, SievedPart(found)))
    }

    /// The report on the list, from what was found in its tables, in their order; or the refusal of the list.
    pub fn report(&self, parts: impl IntoIterator<Item = SievedPart>) -> Result<ScreeningReport, RecordError> {
        let mut parts = parts.into_iter();
        let mut all = parts.next().ok_or(RecordError::NoRows)?.0;
        parts.for_each(|part| all.add(part.0));
        all.report(self.screening)
    }
}

impl fmt::Debug for Sieve<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sieve").field("screening", &self.screening).finish_non_exhaustive()
    }
}

impl fmt::Debug for NumberedRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NumberedRecords").field("raw", &self.raw).finish_non_exhaustive()
    }
}

impl fmt::Debug for SeenIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenIds").finish_non_exhaustive()
    }
}
