//! Outcomes of what a reviewer does.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::agency::Examined;
use super::{Location, kinds};
use crate::agreement::{Attestation, Decision, EncodingParams};
use crate::figures::attack::{self, Setting};
#[cfg(feature = "lab")]
use crate::lab::attack::{Fishing as Measured, Prior};
use crate::primitives::Digest;

kinds! {
    Attack = "attack v1";
    Calibration = "attack calibration v1";
    Attest = "reviewer attest v1";
    CheckAttestation = "reviewer check-attestation v1";
    SignOff = "reviewer sign-off v1";
    Dossier = "reviewer dossier v1";
    DossierCheck = "reviewer dossier check v1";
    Dpia = "reviewer dpia v1";
}
#[cfg(feature = "lab")]
kinds! {
    Fishing = "fishing v1";
}

/// An encoding was attacked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attack {
    /// Which encoding.
    pub scheme: EncodingParams,
    /// With what.
    pub setting: Setting,
    /// Strangers' encodings that stand out, a record; none where it could not be measured.
    pub visible_degree: Option<f64>,
    /// Each attack.
    pub attacks: Vec<Examined>,
}

/// Attacks were run on settings whose outcome is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Calibration {
    /// Seed of everything that was drawn.
    pub seed: u64,
    /// Rows outside their range.
    pub missed: usize,
    /// Each setting.
    pub rows: Vec<Calibrated>,
}

/// One attack on one setting whose outcome is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Calibrated {
    /// What it found, with its controls.
    pub finding: attack::Finding,
    /// On which encoding.
    pub scheme: EncodingParams,
    /// Share that it must find, from and to; none where nothing is known.
    pub expected: Option<(f64, f64)>,
    /// Seconds it took, with its controls.
    pub seconds: f64,
}

/// What attacks find in an agreement's encoding was attested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attest {
    /// Each attack.
    pub findings: Vec<attack::Finding>,
    /// Digest of the attestation.
    pub digest: Digest,
    /// Where it is.
    pub path: Location,
}

/// An attestation covers what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckAttestation {
    /// What was attested.
    pub attestation: Attestation,
}

/// What a script that lists one person many times learns.
#[cfg(feature = "lab")]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fishing {
    /// Which encoding.
    pub scheme: EncodingParams,
    /// With what.
    pub setting: Setting,
    /// By what the script knows before.
    pub measures: Vec<Fished>,
}

/// What it learns with one prior knowledge.
#[cfg(feature = "lab")]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fished {
    /// What it knows before.
    pub prior: Prior,
    /// What it learns.
    pub measure: Measured,
}

/// A decision about a dossier was signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SignOff {
    /// What was decided.
    pub decision: Decision,
    /// Digest of the agreement.
    pub agreement: Digest,
    /// Digest of the dossier's JSON.
    pub dossier: Digest,
    /// When it ends.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub expires: Timestamp,
    /// Where the note is.
    pub path: Location,
    /// Digest of the note.
    pub digest: Digest,
}

/// A dossier was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dossier {
    /// The page.
    pub html: Location,
    /// Its JSON.
    pub json: Location,
    /// Findings of severity `red`.
    pub red: usize,
    /// What a reviewer must not overlook.
    pub findings: Vec<Finding>,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something is broken or outside what was agreed.
    Red,
    /// Something is missing that a decision needs.
    Open,
}

/// Something a reviewer must not overlook.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// How grave.
    pub severity: Severity,
    /// The stable code, where there is one.
    pub code: Option<&'static str>,
    /// What it is.
    pub text: String,
}

/// An earlier dossier came out again from its inputs. One that does not is an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DossierCheck {
    /// Whether it did, byte for byte.
    pub recomputes: bool,
}

/// Facts for an impact assessment were written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dpia {
    /// Where they are.
    pub path: Location,
}
