//! Terms: the limits that a protocol sets and an agreement may only tighten.
//!
//! The rules by which two sets of terms are compared are in `order`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::order::{Ledger, Meaning};
use super::vocabulary::{FieldKind, Grounds, Output, SourceKind, SubjectRole};

/// What `max.alike` is where a document is silent: see `docs/safeguards.md` for what was measured.
const ALIKE: u32 = 8;

/// Everything a protocol or an agreement limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Roles of subjects that records may have.
    pub roles: Vec<SubjectRole>,
    /// What a record of a natural person must say about why it is there.
    pub grounds: Grounds,
    /// Systems that records may come from.
    pub sources: Vec<SourceKind>,
    /// Fields that may be compared.
    pub fields: Vec<FieldKind>,
    /// What may come out.
    pub outputs: Vec<Output>,
    /// Numbers that may not be exceeded.
    pub max: Maxima,
    /// Numbers that must be reached.
    pub min: Minima,
}

/// Numbers that may not be exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Maxima {
    /// Days from the beginning of the agreement to its end.
    pub term_days: u32,
    /// Runs under one agreement.
    pub runs: u32,
    /// Hours that a permit is valid.
    pub permit_hours: u32,
    /// Hours after a run in which encodings must be destroyed.
    pub retention_hours: u32,
    /// Days after which an unverified lead expires.
    pub lead_days: u32,
    /// Leads a pair of agencies and run; also the fixed size of a list of leads.
    pub leads: u32,
    /// Matched records among the smaller list, in thousandths.
    pub match_permille: u32,
    /// Records a list.
    pub records: u32,
    /// Malformed rows among all rows of a file, in thousandths.
    pub quarantine_permille: u32,
    /// Expected false links a pair of agencies and run.
    pub false_links: u32,
    /// Strangers' encodings that stand out from the noise, a record: the visible degree.
    pub visible_degree: u32,
    /// Days since a person last reviewed the grounds of a record; of effect where `grounds` asks for a case file.
    pub grounds_days: u32,
    /// Hours after which a cosignature on the log's checkpoint no longer counts.
    #[serde(default = "checkpoint_hours")]
    pub checkpoint_hours: u32,
    /// People in 1000 that an attack may find, by an attestation and by an agency's own check; 1000 sets no limit.
    #[serde(default = "attack_permille")]
    pub attack_permille: u32,
    /// Records of one list that are alike beyond what strangers are, beside the one that is linked; where there are more, it is set aside.
    #[serde(default = "alike")]
    pub alike: u32,
}

/// A document that is silent about attacks sets no limit.
fn attack_permille() -> u32 {
    1000
}

/// A document that is silent about the log means a day.
fn checkpoint_hours() -> u32 {
    24
}

/// A document that is silent about records that are alike.
fn alike() -> u32 {
    ALIKE
}

/// Numbers that must be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Minima {
    /// Records a list.
    pub records: u32,
    /// Reviewers that sign, of two kinds.
    pub reviewers: u32,
    /// Stewards that sign, grant and permit.
    pub stewards: u32,
    /// Guardians that sign.
    pub guardians: u32,
    /// Degree of diffusion of encodings.
    pub diffusion: u32,
    /// Tokens a record.
    pub tokens: u32,
    /// Reviewers whose shares a lead needs to open, beside an officer's of each of the two agencies.
    #[serde(default)]
    pub release_reviewers: u32,
    /// Parties, other than the log's keeper and who asks, that must have cosigned what an act depends on.
    #[serde(default = "cosigners")]
    pub cosigners: u32,
    /// Reviewers whose sign-off, by a dossier, must be in force before a run is granted, encoded, permitted or compared.
    #[serde(default)]
    pub sign_offs: u32,
    /// Reviewers whose attestation of the attacks must cover what is encoded, permitted and compared.
    #[serde(default)]
    pub attestations: u32,
    /// Distinct cases a list; of effect where `grounds` asks for a case file.
    #[serde(default = "cases")]
    pub cases: u32,
    /// Records by which a list differs from an earlier one of its agency, if it differs at all; at most 256.
    #[serde(default = "changes")]
    pub changes: u32,
}

/// A document that is silent about cases means ten.
fn cases() -> u32 {
    10
}

/// A document that is silent about changes means twenty-five.
fn changes() -> u32 {
    25
}

/// A document that is silent about the log means two.
fn cosigners() -> u32 {
    2
}

/// One term by which an agreement is wider than its protocol, or an amendment than its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wider {
    /// The term's name, as in the document: `max.leads`.
    pub term: String,
    /// What the agreement says.
    pub agreed: String,
    /// What the document above it says.
    pub allowed: String,
}

impl fmt::Display for Wider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, allowed is {}", self.term, self.agreed, self.allowed)
    }
}

impl Terms {
    /// Distinct cases that a list must have: none where a role alone is asked for, since nobody could count them.
    pub fn cases(&self) -> u32 {
        match self.grounds {
            Grounds::RoleOnly => 0,
            Grounds::CaseFile => self.min.cases,
        }
    }

    /// Every term by which `self` is not within `top`; empty when it is as tight or tighter in all of them.
    pub fn wider_than(&self, top: &Self) -> Vec<Wider> {
        let mut ledger = Ledger::default();
        ledger.terms(top, self);
        ledger.wider()
    }
}

/// What a change of each number means, wider first. `Maxima` and `Minima` are taken apart in [`Ledger`].
impl Maxima {
    pub(crate) const MEANINGS: [Meaning; 15] = [
        Meaning::new("max.term_days", "days of the term", "it stays in force longer"),
        Meaning::new("max.runs", "runs", "lists can be compared more often"),
        Meaning::new("max.permit_hours", "hours of a permit", "a permit that is out cannot be waited out as soon"),
        Meaning::new("max.retention_hours", "hours until encodings are destroyed", "encodings lie about longer"),
        Meaning::new("max.lead_days", "days until an unverified lead expires", "unverified leads live longer"),
        Meaning::new("max.leads", "leads a pair and run", "more leads can come out"),
        Meaning::new(
            "max.match_permille",
            "records in 1000 that may match",
            "lists may overlap more before a result is held",
        ),
        Meaning::new("max.records", "records a list", "more people or things can be compared"),
        Meaning::new("max.quarantine_permille", "malformed rows in 1000", "worse data pass"),
        Meaning::new(
            "max.false_links",
            "expected false links a pair and run",
            "more leads can be about the wrong subject",
        ),
        Meaning::new("max.visible_degree", "strangers that stand out, a record", "encodings tell an attacker more"),
        Meaning::new("max.grounds_days", "days since grounds were reviewed", "staler suspicions pass"),
        Meaning::new(
            "max.checkpoint_hours",
            "hours that a cosignature counts",
            "a log that was split can hide for longer",
        ),
        Meaning::new(
            "max.attack_permille",
            "people in 1000 that an attack may find",
            "encodings may be easier to attack",
        ),
        Meaning::new("max.alike", "records of a list that are alike", "one person can be listed under more names"),
    ];
}

impl Minima {
    pub(crate) const MEANINGS: [Meaning; 12] = [
        Meaning::new("min.records", "records a list", "smaller lists pass, down to probing single people"),
        Meaning::new("min.reviewers", "reviewers", "fewer independent people must agree"),
        Meaning::new("min.stewards", "stewards", "fewer can stop a run"),
        Meaning::new("min.guardians", "guardians", "protected people may go unscreened"),
        Meaning::new("min.diffusion", "degree of diffusion", "encodings are easier to attack"),
        Meaning::new("min.tokens", "tokens a record", "records that are easy to guess pass"),
        Meaning::new("min.release_reviewers", "reviewers a lead", "leads open with fewer independent eyes on them"),
        Meaning::new("min.cosigners", "cosigners of the log", "fewer parties would see a log that is split"),
        Meaning::new(
            "min.sign_offs",
            "reviewers who have signed a dossier off",
            "runs begin with fewer opinions of it",
        ),
        Meaning::new(
            "min.attestations",
            "reviewers who attest the attacks",
            "runs begin with fewer measurements of risk",
        ),
        Meaning::new("min.cases", "distinct cases a list", "a list can be made of fewer investigations"),
        Meaning::new(
            "min.changes",
            "records by which a list changes",
            "single people can be asked about by adding them",
        ),
    ];
}
