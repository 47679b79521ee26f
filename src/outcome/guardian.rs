//! Outcomes of what a guardian does.

use serde::{Deserialize, Serialize};

use super::kinds;
use crate::agreement::{EncodingParams, RunNumber};

kinds! {
    Screen = "guardian screen v1";
    Measure = "guardian measure v1";
    Table = "guardian measure table v1";
}

/// Candidate pairs were screened and leads issued. How many pairs there were, and how many are left, is nowhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Screen {
    /// Which run.
    pub run: RunNumber,
    /// The pairs of agencies whose leads were issued now.
    pub issued: Vec<[String; 2]>,
}

/// Recall of suppression by naming system, and what it costs others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Measure {
    /// How everybody was encoded.
    pub encoding: EncodingParams,
    /// People of each naming system.
    pub people: u32,
    /// Seed of everything that was drawn.
    pub seed: u64,
    /// Each naming system.
    pub systems: Vec<System>,
    /// The naming system whose lower bound is least.
    pub worst: String,
    /// That lower bound.
    pub worst_low: f64,
    /// Whether it is enough for record-level output.
    pub holds: bool,
    /// What a register costs people who are not in it.
    pub price: Vec<Price>,
}

/// Recall for one naming system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct System {
    /// Which.
    pub system: String,
    /// Leads about protected people, had nobody screened.
    pub leads: u64,
    /// Of these, dropped.
    pub dropped: u64,
    /// The share.
    pub recall: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Records of protected people.
    pub records: u64,
    /// Of these, found alike to the register.
    pub covered: u64,
}

/// What a register of one size costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Price {
    /// People in the register.
    pub register: usize,
    /// Unprotected records that were tried.
    pub records: u64,
    /// Of these, dropped for their likeness.
    pub dropped: u64,
    /// Share of unprotected pairs that are dropped for their likeness.
    pub pairs: f64,
    /// The same with the coin.
    pub with_coin: f64,
}

/// The table of settings that agreements are checked against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Table {
    /// Settings in it.
    pub settings: usize,
    /// The table, as the program carries it.
    pub table: String,
}
