//! Outcomes of what an agency does.

use serde::{Deserialize, Serialize};

use super::{Location, kinds};
use crate::agreement::RunNumber;
use crate::figures::attack::{Attack, Finding};
use crate::figures::{ScreeningReport, Statistics};
use crate::primitives::Digest;

kinds! {
    Join = "agency join v1";
    Check = "agency check v1";
    Encode = "agency encode v1";
    Send = "agency send v1";
}

/// Keys were contributed for the partners.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Join {
    /// Which agency.
    pub agency: String,
    /// The contributions that were made now; none where all were there already.
    pub contributions: Vec<Location>,
}

/// A list was read and measured, and nothing was encoded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Check {
    /// Which agency.
    pub agency: String,
    /// What screening found.
    pub screening: ScreeningReport,
    /// What the list's encodings would be like.
    pub encoding: Encoding,
    /// The list of rows that were set aside.
    pub quarantine: Location,
    /// What the designer of encodings reads; none of a list that is too short.
    pub token_statistics: Option<Statistics>,
    /// What somebody without the key would find in this list.
    pub exposure: Vec<Examined>,
}

/// What a list's encodings are like under the agreement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Encoding {
    /// Mean tokens of a record.
    pub tokens: f64,
    /// Fewest tokens of a record.
    pub tokens_min: usize,
    /// Most tokens of a record.
    pub tokens_max: usize,
    /// Records with too few tokens.
    pub too_few_tokens: usize,
    /// Expected share of ones in the inner filter.
    pub fill: f64,
    /// Strangers' encodings that stand out, a record.
    pub visible_degree: f64,
    /// Records of both lists, if the partner's is as long as this one.
    pub population: u64,
    /// Records that were measured.
    pub sample: usize,
}

/// One attack that was tried: what it found, or why there is no number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Examined {
    /// What it found, with its controls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// Seconds it took, with its controls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Which attack has no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attack: Option<Attack>,
    /// Why it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_number: Option<String>,
}

impl Examined {
    /// What an attack found.
    pub fn found(finding: Finding, seconds: Option<f64>) -> Self {
        Self { finding: Some(finding), seconds, ..Self::default() }
    }

    /// Why an attack has no number.
    pub fn no_number(attack: Attack, why: impl Into<String>) -> Self {
        Self { attack: Some(attack), no_number: Some(why.into()), ..Self::default() }
    }
}

/// A list was encoded and committed to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Encode {
    /// Which agency.
    pub agency: String,
    /// In which run.
    pub run: RunNumber,
    /// What screening found; absent where an earlier encoding was only published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screening: Option<ScreeningReport>,
    /// What the encodings are like; absent where an earlier encoding was only published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What was sealed, a partner each; absent where an earlier encoding was only published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parcels: Option<Vec<Parcel>>,
    /// Whether this only published what an interrupted encoding had made.
    pub resumed: bool,
}

/// What was sealed for one partner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Parcel {
    /// For which agency.
    pub partner: String,
    /// Records that were encoded.
    pub records: u64,
    /// Rows, dummies among them.
    pub rows: u64,
    /// Size of the sealed file.
    pub bytes: usize,
    /// Records with too few tokens, which were left out.
    pub left_out: usize,
    /// Records that are compared by their identifiers alone.
    pub identifiers_only: usize,
    /// Digest of the commitment.
    pub commitment: Digest,
}

/// The committed parcels were handed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Send {
    /// Which agency.
    pub agency: String,
    /// In which run.
    pub run: RunNumber,
    /// The parcels that were sent now.
    pub sent: Vec<Location>,
}
