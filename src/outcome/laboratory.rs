//! Outcomes of the laboratory, on invented or labelled records.

use serde::{Deserialize, Serialize};

use super::{Location, kinds};
use crate::figures::{Effective, GroupRate, Point};

kinds! {
    Synth = "synth v1";
    Evaluate = "evaluate v1";
    Frontier = "frontier v1";
}

/// Populations with truth were made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Synth {
    /// Where they are.
    pub dir: Location,
    /// Seed of everything that was drawn.
    pub seed: u64,
    /// Names of the agencies.
    pub agencies: Vec<String>,
    /// Records of people of each agency.
    pub people: usize,
    /// Pairs of records that are of one person.
    pub true_pairs: usize,
    /// Pairs of records that are of one company, account or wallet.
    pub true_company_pairs: usize,
}

/// How well two labelled lists were linked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evaluate {
    /// Records of the first list.
    pub left: usize,
    /// Records of the second list.
    pub right: usize,
    /// Pairs that are true.
    pub true_pairs: usize,
    /// Parameters in effect.
    pub encoding: Effective,
    /// The threshold with the greatest F1, chosen with the truth.
    pub best: Point,
    /// The threshold chosen without it.
    pub chosen: Point,
    /// Recall and false links by group; none where no grouping was asked for.
    #[serde(default)]
    pub groups: Vec<GroupRate>,
    /// Thresholds at which the links differ, from high to low.
    #[serde(default)]
    pub curve: Vec<Point>,
}

/// What encodings find, and what they give to who knows some pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Frontier {
    /// Seed of everything that was drawn.
    pub seed: u64,
    /// Records of both lists.
    pub records: usize,
    /// Each setting, with each number of known pairs.
    pub points: Vec<Priced>,
}

/// One setting with one number of known pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Priced {
    /// Fill of the inner filter.
    pub fill: f64,
    /// Degree of diffusion.
    pub diffusion: u32,
    /// Bits of an encoding.
    pub length: usize,
    /// Encodings of a record.
    pub views: usize,
    /// F1 at the best threshold.
    pub f1: f64,
    /// Pairs that the attacker knows.
    pub known: usize,
    /// Share found by trilateration; none where it was not tried.
    pub trilateration: Option<f64>,
    /// Share found by a kernel method; none where it was not tried.
    pub kernel: Option<f64>,
    /// Share found by a linear model; none where it was not tried.
    pub linear: Option<f64>,
}
