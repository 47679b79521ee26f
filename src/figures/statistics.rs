//! Token statistics of a list: rounded, and nothing of any record.

use serde::{Deserialize, Serialize};

/// Shares of pairs by inner correlation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Correlations(pub(crate) Vec<f64>);

/// What holds at one fill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AtFill {
    /// Fill in hundredths.
    pub fill: u8,
    /// Positions of a token of unit weight in a filter of 1,000,000 bits.
    pub insertions_ppm: f64,
    /// Strangers, for each group of records.
    pub strangers: Vec<Correlations>,
    /// Records and their copies with 0 to 3 mistakes.
    pub mistakes: Vec<Correlations>,
}

/// Token statistics of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    /// Which form this is.
    pub symbolon: String,
    /// Records that can be encoded, to two digits.
    pub records: u64,
    /// By fill.
    pub fills: Vec<AtFill>,
}
