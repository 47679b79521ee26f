//! What became of a lead, and on what that rests: the words of receipts.

use serde::{Deserialize, Serialize};

/// What became of a lead.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Independent evidence says that it is the same person.
    Verified,
    /// Independent evidence says that it is another person.
    Refuted,
    /// It was withdrawn by the partner, and forgotten here.
    Withdrawn,
    /// It lapsed before anybody could say.
    Lapsed,
    /// It was a filler.
    Empty,
}

/// On what a receipt rests; the link itself is no evidence.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The partner's answer through an official channel.
    PartnerAnswer,
    /// A public or official register.
    OfficialRegister,
    /// A document that was seen.
    Document,
    /// A decision of a court.
    CourtRecord,
}
