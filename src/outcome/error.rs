//! How an act fails, as programs read it.

use serde::{Deserialize, Serialize};

use super::kinds;
use crate::failure::Failure;

kinds! {
    Refusal = "error v1";
}

/// A failure: what happened, where, under which term, and what to do next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Refusal {
    /// The stable code, `SYM-0101`.
    #[cfg_attr(test, schemars(regex(pattern = "^SYM-[0-9]{4}$")))]
    pub code: String,
    /// Exit code of the program.
    pub exit: u8,
    /// What happened; never a value of the data.
    pub message: String,
    /// File, column, rows.
    pub place: Option<String>,
    /// The agreement and term that refuse.
    pub term: Option<String>,
    /// The next step.
    pub next: String,
    /// What stays behind all the same; nothing does where this is absent.
    pub written: Option<String>,
}

impl From<&Failure> for Refusal {
    fn from(failure: &Failure) -> Self {
        Self {
            code: failure.code.id.to_owned(),
            exit: failure.code.exit as u8,
            message: failure.message.clone(),
            place: failure.place.clone(),
            term: failure.term.clone(),
            next: failure.next.as_deref().unwrap_or(failure.code.next).to_owned(),
            written: failure.written.clone(),
        }
    }
}
