//! Outcomes of what a steward does.

use serde::{Deserialize, Serialize};

use super::{Location, kinds};
use crate::agreement::{Reason, RunNumber};
use crate::primitives::Digest;

kinds! {
    Grant = "steward grant v1";
    Permit = "steward permit v1";
    Stop = "steward stop v1";
    Resume = "steward resume v1";
}

/// A run was opened for encoding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Grant {
    /// Which run.
    pub run: RunNumber,
    /// Where the note is.
    pub path: Location,
    /// Digest of the note.
    pub digest: Digest,
}

/// The comparison of what is committed was permitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Permit {
    /// Which run.
    pub run: RunNumber,
    /// Where the note is.
    pub path: Location,
    /// How long it is valid.
    pub hours: u32,
    /// What was permitted.
    pub commitments: Vec<Committed>,
}

/// One committed set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Committed {
    /// Whose records.
    pub from: String,
    /// For which partner they were encoded.
    pub to: String,
    /// Rows, dummies among them.
    pub rows: u64,
    /// Root of the tree over the rows.
    pub root: Digest,
}

/// A run was stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stop {
    /// Which run.
    pub run: RunNumber,
    /// Why.
    pub reason: Reason,
    /// Where the note is.
    pub path: Location,
    /// Digest of the note.
    pub digest: Digest,
}

/// A steward agreed that a stopped run goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Resume {
    /// Which run.
    pub run: RunNumber,
    /// Where the note is.
    pub path: Location,
    /// Digests of the stops that it lifts.
    pub lifts: Vec<Digest>,
}
