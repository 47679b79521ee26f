//! The outcome of a demonstration, which alone knows the truth.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::operator::Link;
use super::{Labelled, Location, kinds};

kinds! {
    Demo = "demo v1";
}

/// A whole run that was played on invented people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Demo {
    /// Where everything is.
    pub dir: Location,
    /// Seed of people and keys.
    pub seed: u64,
    /// The agencies.
    pub agencies: Vec<String>,
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// Seconds that all of it took.
    pub seconds: f64,
    /// What the operator's comparison gave.
    pub link: Labelled<Link>,
    /// Pairs that came out as leads.
    pub leads: usize,
    /// Of these, in the stronger band.
    pub strong: usize,
    /// Pairs that are true.
    pub true_pairs: usize,
    /// Leads that are true.
    pub true_leads: usize,
    /// True leads among leads.
    pub precision: f64,
    /// True leads among true pairs.
    pub recall: f64,
    /// Found and true pairs by naming system.
    pub by_system: BTreeMap<String, Found>,
    /// Pairs before the guardian screened them.
    pub candidates: u64,
    /// People in the register of protected people.
    pub protected: usize,
    /// Leads about them.
    pub protected_leads: usize,
    /// Rows of people under 18, or possibly, that the agencies withheld.
    pub minors_withheld: u64,
    /// What was tried and refused.
    pub refused: Vec<Attempt>,
}

/// One act of the demonstration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// The verb, and who where several did it.
    pub step: String,
    /// Seconds it took.
    pub seconds: f64,
}

/// What was found of one naming system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Found {
    /// True pairs that are leads.
    pub found: usize,
    /// True pairs.
    #[serde(rename = "true")]
    pub of: usize,
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attempt {
    /// What was tried.
    pub what: String,
    /// Who refused it.
    pub by: String,
    /// Under which code. A protected person has none: a refusal that could be seen would tell who is protected.
    pub code: Option<String>,
    /// Protected people in the lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<usize>,
    /// Of these, in leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came_out: Option<usize>,
}
