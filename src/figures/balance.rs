//! How even a list of encodings is, as whoever holds them sees it.

use serde::{Deserialize, Serialize};

/// Ones by record and by bit over a list, beside what independent coins of the same mean would give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Balance {
    /// Encodings, dummies among them.
    pub encodings: usize,
    /// Mean share of ones.
    pub ones: f64,
    /// Standard deviation of the ones of an encoding, in bits.
    pub weight_deviation: f64,
    /// What coins would give: `√(length · p · (1 − p))`.
    pub weight_chance: f64,
    /// Share of ones of the bit that has fewest.
    pub rarest_bit: f64,
    /// Share of ones of the bit that has most.
    pub commonest_bit: f64,
    /// Variance of the bits' shares over what coins would give, `p · (1 − p) / encodings`: 1 says nothing to whoever counts bits.
    pub bit_spread: f64,
}
