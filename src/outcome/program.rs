//! Outcomes of what the program says of itself and of files.

use serde::{Deserialize, Serialize};

use super::kinds;
use crate::primitives::Digest;

kinds! {
    Acts = "acts v1";
    Explain = "explain v1";
    Inspect = "inspect v1";
    Text = "text v1";
}

/// What codes mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Explain {
    /// Each code that was asked for.
    pub codes: Vec<Explained>,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Explained {
    /// The code, `SYM-0101`.
    pub code: String,
    /// Exit code of the program.
    pub exit: u8,
    /// What it means.
    pub meaning: String,
    /// What to do next.
    pub next: String,
}

/// What a file claims to be; nothing of it was verified.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Inspect {
    /// The first line of a note, or what part of a log it is.
    pub kind: String,
    /// Size of the file.
    pub bytes: u64,
    /// Digest of the note's text; absent of a part of a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Names on its signature lines; absent of a part of a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_signers: Option<Vec<String>>,
    /// Size of its sealed part, where it has one.
    pub sealed_bytes: Option<u64>,
}

/// Text that has no other form: a manual, or completions of a shell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Text {}

/// What each act must pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Acts {
    /// Every check, in the order in which they are asked.
    pub checks: Vec<Checked>,
    /// Every act, in the order of a run.
    pub acts: Vec<Asked>,
    /// Every term of an agreement, with the one place where it is enforced.
    pub terms: Vec<Applied>,
}

/// One term.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Applied {
    /// Its name in the document, `max.leads`.
    pub term: String,
    /// What enforces it.
    pub by: String,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Checked {
    /// Its short name.
    pub check: String,
    /// What must hold.
    pub meaning: String,
    /// The code by which it usually refuses.
    pub code: String,
    /// The terms that it holds.
    pub terms: Vec<String>,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Asked {
    /// Its name.
    pub act: String,
    /// The command that does it.
    pub command: String,
    /// What it comes to.
    pub meaning: String,
    /// The checks that it must pass, by their short names.
    pub checks: Vec<String>,
}
