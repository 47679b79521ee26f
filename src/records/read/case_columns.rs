//! Columns that are read for a test alone and never encoded: the case file behind a record, and states of origin.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Of what a decision accuses somebody. Irregular entry or stay, and paying for a crossing, are no offence here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::records) enum Offence {
    OrganisingSmuggling,
    FacilitatingSmuggling,
    TraffickingInPersons,
    LaunderingProceeds,
    ForgingDocuments,
    SanctionsListing,
}

/// By what gain is shown. `none` is a word so that a system can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::records) enum Gain {
    Payment,
    Promise,
    OtherBenefit,
    None,
}

/// Columns of the grounds; dates are written `2026-11-24`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::records) struct GroundsColumns {
    pub(in crate::records) case: String,
    pub(in crate::records) authority: String,
    pub(in crate::records) decided: String,
    pub(in crate::records) decider: String,
    pub(in crate::records) offence: String,
    pub(in crate::records) gain: String,
    pub(in crate::records) attested: String,
    #[serde(default)]
    pub(in crate::records) reviewed: Option<String>,
    /// The day of the offence: who was not certainly an adult then is withheld.
    #[serde(default)]
    pub(in crate::records) event: Option<String>,
    /// The agency's own words for offences.
    #[serde(default)]
    pub(in crate::records) offences: BTreeMap<String, Offence>,
    /// The agency's own words for gain.
    #[serde(default)]
    pub(in crate::records) gains: BTreeMap<String, Gain>,
}

impl GroundsColumns {
    /// The columns, in the order of the cells that grounds are judged by.
    pub(in crate::records) fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> =
            [&self.case, &self.authority, &self.decided, &self.decider, &self.offence, &self.gain, &self.attested]
                .map(String::as_str)
                .to_vec();
        columns.extend(self.reviewed.as_deref());
        columns.extend(self.event.as_deref());
        columns
    }
}

/// Columns with states, each cell one code or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::records) struct OriginColumns {
    pub(in crate::records) columns: Vec<String>,
}
