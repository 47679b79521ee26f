//! What an attack on encodings found, with its controls.

use serde::{Deserialize, Serialize};

/// An attack of the laboratory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Attack {
    /// Frequencies of one attribute's encodings against frequencies of its values.
    A1,
    /// Positions that are set together, for tokens of the same support.
    A2,
    /// The shape of the similarity graph, without known pairs.
    A3,
    /// Coordinates of that graph's nodes, turned onto those of the register's.
    A3b,
    /// Known pairs as landmarks, similarities to them as coordinates.
    A4,
    /// Known pairs to learn from, linear.
    A5,
    /// The same with a small network.
    A5n,
    /// One attribute's encodings as a cipher with known vocabulary.
    A6,
    /// Which pairs were candidates, without a score: the result graph.
    A7,
    /// An agency that submits near-duplicates of somebody.
    A8,
    /// The register under the true key: what collusion costs.
    A9,
}

/// Sizes and knowledge of one attack.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Setting {
    /// People in the attacker's register.
    pub register: usize,
    /// Encodings to identify.
    pub victims: usize,
    /// Share of the victims who are in the register.
    pub overlap: f64,
    /// Encodings that the attacker knows to be of certain people.
    pub known: usize,
    /// Share of the victims' records with a typing error.
    pub errors: f64,
    /// Everything is drawn from it.
    pub seed: u64,
}

/// A share of trials, with the Wilson interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share {
    /// Times it happened.
    pub hits: u64,
    /// Times it could have.
    pub trials: u64,
}

/// What an attack achieved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Success {
    /// The right answer was the attacker's first.
    pub top1: Share,
    /// It was among the first ten.
    pub top10: Share,
    /// What guessing would have had at first place.
    pub chance: f64,
    /// Comparisons of an encoding with a candidate, or with a landmark.
    pub comparisons: u64,
}

/// What can be said after the controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The attack works on the plain CLK of these people, and its number for the scheme stands.
    Stands,
    /// The attack does not break the plain CLK here: its number for the scheme says nothing about the scheme.
    ControlHolds,
    /// The attack finds people under wrong labels: a mistake of the laboratory, no number stands.
    ControlLeaks,
}

/// An attack with its controls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// Which attack.
    pub attack: Attack,
    /// Its setting.
    pub setting: Setting,
    /// What it achieved on the scheme.
    pub success: Success,
    /// The positive control, the plain CLK of the same people ([`Attack::control`]): must be broken.
    pub plain: Success,
    /// The same under shuffled labels: must be chance.
    pub shuffled: Success,
    /// What follows.
    pub verdict: Verdict,
}
