//! The outcome of destroying what a party held of a run.

use serde::{Deserialize, Serialize};

use super::{Location, kinds};
use crate::agreement::RunNumber;
use crate::release::destruction::Remains;

kinds! {
    Purge = "purge v1";
}

/// What was destroyed, and what is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Purge {
    /// Which run.
    pub run: RunNumber,
    /// Which party.
    pub by: String,
    /// What was destroyed.
    pub destroyed: Vec<Remains>,
    /// What is kept while leads can open.
    pub kept: Vec<Remains>,
    /// Files that were removed.
    pub files: usize,
    /// Where the attestation is.
    pub attestation: Location,
    /// Whether it was there before.
    pub attested_before: bool,
}
