//! How well a linkage found what is true, at a threshold and by group of people.

use serde::{Deserialize, Serialize};

/// Quality of the links at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Point {
    /// Least relative score that is linked: ten-thousandths of Dice for plain CLKs, agreeing bits under diffusion.
    pub threshold: u16,
    /// True links among links.
    pub precision: f64,
    /// True links among true pairs.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Links that are true pairs.
    pub true_links: usize,
    /// Links that are not.
    pub false_links: usize,
    /// True pairs that are not linked.
    pub missed_links: usize,
    /// False links that the scores of strangers let one expect, without the truth.
    pub expected_false: f64,
}

/// The parameters that were in effect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Effective {
    /// Bits of an encoding.
    pub length: u16,
    /// Positions of a token of unit weight.
    pub insertions: u16,
    /// Degree of diffusion; 1 is none.
    pub diffusion: u16,
    /// Mean fill of the inner filters, measured.
    pub fill: f64,
    /// Mean tokens of a record.
    pub tokens: f64,
    /// Visible degree for both lists together at this diffusion.
    pub visible_degree: f64,
    /// Share of victims that who knows one pair in a hundred records is expected to find; for the designer's choice.
    pub found: Option<f64>,
    /// Records of either list that were refused for too few tokens.
    pub refused: usize,
}

/// What linkage does to one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GroupRate {
    /// What the groups are.
    pub by: String,
    /// Which group.
    pub group: String,
    /// True pairs of the group.
    pub true_pairs: u64,
    /// Of these, linked.
    pub true_links: u64,
    /// True links among true pairs; nothing where there is no pair.
    pub recall: Option<f64>,
    /// Wilson interval of the recall at 95 %.
    pub recall_interval: (f64, f64),
    /// Links between records that are no true pair, one of which is of the group.
    pub false_links: u64,
    /// False links among the group's links; nothing where there is no link.
    pub false_share: Option<f64>,
    /// Wilson interval of the share of false links at 95 %.
    pub false_interval: (f64, f64),
    /// Whether the group lags behind all pairs by more than the gate.
    pub behind: bool,
}
