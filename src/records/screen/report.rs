//! What screening found: counts, row numbers, names of columns. Nothing of what cells hold.

use std::collections::BTreeMap;

use super::super::error::{FirstRows, ROWS_SHOWN};
use super::super::reason::{FieldProblem, Reason, Rejected, Verdict};
use crate::figures::{ProblemCount, ReasonCount, ScreeningReport};

impl ScreeningReport {
    /// The most frequent of the reasons for a verdict, and its first rows.
    pub(crate) fn main_reason(&self, verdict: Verdict) -> Option<(Reason, FirstRows)> {
        let count = self.reasons.iter().find(|count| count.reason.verdict() == verdict)?;
        Some((count.reason, FirstRows(count.first.clone())))
    }
}

/// Counts rows and remembers the first few.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    rows: u64,
    first: Vec<u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, row: u64) {
        self.rows += 1;
        if self.first.len() < ROWS_SHOWN {
            self.first.push(row);
        }
    }
}

impl Tally {
    /// Adds the rows of another tally, which come after.
    pub(crate) fn append(&mut self, next: Self) {
        self.rows += next.rows;
        self.first.extend(next.first);
        self.first.truncate(ROWS_SHOWN);
    }
}

/// Rows by reason, the most frequent first; ties in the order of the reasons.
pub(crate) fn reasons(rejected: &[Rejected]) -> Vec<ReasonCount> {
    let mut tallies: BTreeMap<Reason, Tally> = BTreeMap::new();
    for Rejected { row, reason, .. } in rejected {
        tallies.entry(*reason).or_default().add(*row);
    }
    let mut counts: Vec<ReasonCount> = tallies
        .into_iter()
        .map(|(reason, Tally { rows, first })| {
            let (verdict, text) = (reason.verdict(), reason.text().into());
            ReasonCount { reason, verdict, text, rows, first }
        })
        .collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.rows));
    counts
}

/// Problems of one field.
pub(crate) fn problems(tallies: BTreeMap<FieldProblem, Tally>) -> Vec<ProblemCount> {
    tallies.into_iter().map(|(problem, Tally { rows, first })| ProblemCount { problem, rows, first }).collect()
}
