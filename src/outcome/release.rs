//! Outcomes of what follows from a list of leads: looking, releasing, opening, answering, withdrawing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Location, kinds};
use crate::agreement::RunNumber;
use crate::primitives::Digest;
use crate::release::{Band, Evidence, Outcome};

kinds! {
    Queue = "officer queue v2";
    Consented = "officer release v2";
    Opened = "agency leads v3";
    Answered = "agency receipt v2";
    Withdrawn = "agency withdraw v2";
    Acknowledged = "agency acknowledge v2";
}

/// How the leads stand of which a party holds a share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Queue {
    /// In which run.
    pub run: RunNumber,
    /// The leads of each pair of agencies.
    pub lists: Vec<Queued>,
}

/// The leads of two agencies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Queued {
    /// The two agencies.
    pub between: [String; 2],
    /// Leads that every holder has released.
    pub open: u32,
    /// Those of them that lack a receipt of an agency.
    pub unanswered: u32,
    /// The first that waits for this party.
    pub next: Option<u32>,
    /// Whether a record was withdrawn that they may be about.
    pub frozen: bool,
    /// Lists of consents that are not in the log yet, so that they open nothing.
    pub unlogged: usize,
    /// When they lapse.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub expires: Timestamp,
}

/// Leads that were released.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Consented {
    /// In which run.
    pub run: RunNumber,
    /// The two agencies.
    pub between: [String; 2],
    /// Who released.
    pub by: String,
    /// For which holder.
    pub holder: String,
    /// Which of the holder's lists it is.
    pub number: u32,
    /// The leads.
    pub leads: Vec<ConsentedLead>,
    /// Where the list is.
    pub path: Location,
    /// Digest of all reasons, as it is published.
    pub reasons: Digest,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConsentedLead {
    /// Its number.
    pub lead: u32,
    /// Holders whose consent it still needs.
    pub missing: Vec<String>,
}

/// A lead, joined to the agency's own record.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OwnLead {
    /// The agency's own id of the record.
    pub id: String,
    /// Its row in the agency's file.
    pub row: u64,
    /// The other agency.
    pub partner: String,
    /// Id of the lead, 32 hexadecimal digits.
    pub lead: String,
    /// How sure it is.
    pub band: Band,
    /// When it must be verified or forgotten.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub expires: Timestamp,
    /// Its slot in the list.
    #[serde(skip)]
    pub slot: u32,
}

impl std::fmt::Debug for OwnLead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the record: its id and row are the agency's own.
        f.debug_struct("OwnLead").field("partner", &self.partner).field("slot", &self.slot).finish_non_exhaustive()
    }
}

/// What an agency sees of its leads.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Opened {
    /// In which run.
    pub run: RunNumber,
    /// Whether a guardian kept protected people out.
    pub screened_by_guardian: bool,
    /// How many are open.
    pub leads_count: usize,
    /// Slots that opened to nothing.
    pub empty: usize,
    /// Slots that nobody can open yet.
    pub sealed: u32,
    /// Leads that are forgotten because the partner withdrew the record.
    pub withdrawn: usize,
    /// Lists of consents that are published and do not count, because the log does not have them under cosignatures.
    pub unlogged: usize,
    /// Why slots stay sealed whatever is consented to, a sentence for each partner of which that is so.
    pub closed: Vec<String>,
    /// Open leads whose receipt is missing.
    pub waiting: usize,
    /// Lists of receipts that were published now.
    pub receipts: Vec<Location>,
    /// The leads, where they were not written to a file.
    pub leads: Option<Vec<OwnLead>>,
    /// The same as comma-separated values, unless they were written to a file.
    #[serde(skip)]
    pub table: Option<String>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the table, which has the agency's own ids.
        f.debug_struct("Opened").field("run", &self.run).field("leads_count", &self.leads_count).finish_non_exhaustive()
    }
}

/// What was said about a lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Answered {
    /// In which run.
    pub run: RunNumber,
    /// Id of the lead.
    pub lead: String,
    /// What became of it.
    pub outcome: Outcome,
    /// On what that rests.
    pub evidence: Option<Evidence>,
    /// The two agencies.
    pub between: [String; 2],
    /// Its slot in the list.
    pub slot: u32,
    /// Open leads of the same issue whose receipt is missing.
    pub waiting: usize,
    /// Lists of consents that are published and not in the log under cosignatures; the list of receipts waits for them too.
    pub unlogged: usize,
    /// The list of receipts, if it was published.
    pub path: Option<Location>,
}

/// A record that was withdrawn, by its handles in every list of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Withdrawn {
    /// From which run.
    pub run: RunNumber,
    /// How many lists it was in.
    pub withdrawn: usize,
    /// The notes, whether they were published now or before.
    pub paths: Vec<Location>,
}

/// Withdrawals that were acknowledged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Acknowledged {
    /// Of which run.
    pub run: RunNumber,
    /// How many now; those of before are not counted.
    pub acknowledged: usize,
    /// Open leads whose receipt is missing.
    pub waiting: usize,
    /// Lists of receipts that were published now.
    pub receipts: Vec<Location>,
}
