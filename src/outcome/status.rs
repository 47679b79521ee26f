//! How things stand for a party: what is done, whose turn it is, and what runs out.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::kinds;
use crate::agreement::{PartyRole, RunNumber};
use crate::primitives::Digest;

kinds! {
    Status = "status v1";
}

/// How everything stands that a party could do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Status {
    /// Whose home it is.
    pub party: String,
    /// What it may do.
    pub role: PartyRole,
    /// At which moment.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub now: Timestamp,
    /// The agreement; absent where there is none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<Named>,
    /// Each act, in the order of a run.
    pub acts: Vec<Item>,
    /// What runs out, the earliest first.
    pub deadlines: Vec<Deadline>,
    /// What else stands out, a sentence each.
    pub remarks: Vec<String>,
}

/// An agreement by name and digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Digest of its text.
    pub digest: Digest,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Item {
    /// Which, as `symbolon explain acts` names it.
    pub act: String,
    /// In which run; absent where it is of the whole agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<RunNumber>,
    /// How it stands.
    pub state: State,
    /// Whether a person gives it, rather than a program by itself.
    pub consent: bool,
    /// The command that does it, or that mends what stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Who is waited for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub whom: Vec<String>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub since: Option<Timestamp>,
    /// The code of what stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The step that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing is left to do.
    Done,
    /// It is this party's turn.
    Yours,
    /// It may be done, and nobody waits for it.
    Possible,
    /// Somebody else acts first.
    Waits,
    /// It is refused, and waiting does not help.
    Refused,
}

impl State {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Yours => "your turn",
            Self::Possible => "possible",
            Self::Waits => "waits",
            Self::Refused => "refused",
        }
    }
}

/// Something that runs out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Deadline {
    /// What.
    pub what: String,
    /// When.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub at: Timestamp,
}
