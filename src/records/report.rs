//! What screening found: counts, row numbers, names of columns. Nothing of what cells hold.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::protocol::FieldKind;

use super::error::{FirstRows, ROWS_SHOWN};
use super::reason::{FieldProblem, Reason, Rejected, Verdict};

/// Summary of a screening, for the agency itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScreeningReport {
    /// Rows read, malformed ones included.
    pub rows: u64,
    /// Rows that may be linked.
    pub accepted: u64,
    /// Distinct cases of the accepted rows, where the agreement asks for case files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<u64>,
    /// Rows that someone has to mend.
    pub quarantined: u64,
    /// Rows that are well-formed and not linked.
    pub withheld: u64,
    /// Rows by reason, the most frequent first.
    pub reasons: Vec<ReasonCount>,
    /// The schema's fields, in its order.
    pub fields: Vec<FieldReport>,
    /// Columns of the file that were never read.
    pub unread_columns: Vec<String>,
    /// Every row that was set aside, by row number; for the quarantine list.
    #[serde(skip)]
    pub rejected: Vec<Rejected>,
}

/// How many rows have one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    /// The reason.
    pub reason: Reason,
    /// Whether it is to be mended.
    pub verdict: Verdict,
    /// The reason in words.
    pub text: &'static str,
    /// How many rows.
    pub rows: u64,
    /// The first few of them.
    pub first: Vec<u64>,
}

/// How complete a field is among accepted rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldReport {
    /// The field.
    pub field: FieldKind,
    /// The columns that feed it.
    pub columns: Vec<String>,
    /// Accepted rows with a usable value.
    pub present: u64,
    /// The same, per thousand accepted rows, rounded down.
    pub present_permille: u64,
    /// Values that were treated as missing, by problem.
    pub problems: Vec<ProblemCount>,
}

/// How many accepted rows have one problem in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemCount {
    /// The problem.
    pub problem: FieldProblem,
    /// How many rows.
    pub rows: u64,
    /// The first few of them.
    pub first: Vec<u64>,
}

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
            let (verdict, text) = (reason.verdict(), reason.text());
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
