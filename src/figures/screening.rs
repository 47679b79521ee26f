//! What screening found: counts, row numbers, names of columns. Nothing of what cells hold.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::reason::{FieldProblem, Reason, Rejected, Verdict};
use crate::protocol::FieldKind;

/// Summary of a screening, for the agency itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReasonCount {
    /// The reason.
    pub reason: Reason,
    /// Whether it is to be mended.
    pub verdict: Verdict,
    /// The reason in words.
    pub text: Cow<'static, str>,
    /// How many rows.
    pub rows: u64,
    /// The first few of them.
    pub first: Vec<u64>,
}

/// How complete a field is among accepted rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProblemCount {
    /// The problem.
    pub problem: FieldProblem,
    /// How many rows.
    pub rows: u64,
    /// The first few of them.
    pub first: Vec<u64>,
}
