//! Terms: the limits that a protocol sets and an agreement may only tighten.
//!
//! Each number stands once, in a table: its field, what it counts, and what a wider value comes to. So a new number does not
//! compile without a meaning, and cannot be left out where two documents are compared. Lists and words are compared one by one,
//! taken apart by name and without `..`. How a change is judged is in `order`.
#![deny(unused_variables)]

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::order::{Direction, Ledger, Meaning, Wider};
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

/// Numbers of one kind: for each its field, what it counts, and what a wider value comes to.
macro_rules! numbers {
    ($(#[$about:meta])* $name:ident, $block:literal: $($(#[$of:meta])* $field:ident: $what:literal, $wider:literal;)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$of])* pub $field: u32,)+
        }

        impl $name {
            /// What each number means, in the order of the document.
            pub(crate) const MEANINGS: [Meaning; [$(stringify!($field)),+].len()] =
                [$(Meaning::new(concat!($block, ".", stringify!($field)), $what, $wider)),+];

            /// The numbers, in the order of their meanings.
            fn numbers(&self) -> [u32; Self::MEANINGS.len()] {
                [$(self.$field),+]
            }
        }
    };
}

numbers! {
    /// Numbers that may not be exceeded.
    Maxima, "max":
    /// Days from the beginning of the agreement to its end.
    term_days: "days of the term", "it stays in force longer";
    /// Runs under one agreement.
    runs: "runs", "lists can be compared more often";
    /// Hours that a permit is valid.
    permit_hours: "hours of a permit", "a permit that is out cannot be waited out as soon";
    /// Hours after a run in which encodings must be destroyed.
    retention_hours: "hours until encodings are destroyed", "encodings lie about longer";
    /// Days after which an unverified lead expires.
    lead_days: "days until an unverified lead expires", "unverified leads live longer";
    /// Leads a pair of agencies and run; also the fixed size of a list of leads.
    leads: "leads a pair and run", "more leads can come out";
    /// Matched records among the smaller list, in thousandths.
    match_permille: "records in 1000 that may match", "lists may overlap more before a result is held";
    /// Records a list.
    records: "records a list", "more people or things can be compared";
    /// Malformed rows among all rows of a file, in thousandths.
    quarantine_permille: "malformed rows in 1000", "worse data pass";
    /// Expected false links a pair of agencies and run.
    false_links: "expected false links a pair and run", "more leads can be about the wrong subject";
    /// Strangers' encodings that stand out from the noise, a record: the visible degree.
    visible_degree: "strangers that stand out, a record", "encodings tell an attacker more";
    /// Days since a person last reviewed the grounds of a record; of effect where `grounds` asks for a case file.
    grounds_days: "days since grounds were reviewed", "staler suspicions pass";
    /// Hours after which a cosignature on the log's checkpoint no longer counts.
    #[serde(default = "checkpoint_hours")]
    checkpoint_hours: "hours that a cosignature counts", "a log that was split can hide for longer";
    /// People in 1000 that an attack may find, by an attestation and by an agency's own check; 1000 sets no limit.
    #[serde(default = "attack_permille")]
    attack_permille: "people in 1000 that an attack may find", "encodings may be easier to attack";
    /// Records of one list that are alike beyond what strangers are, beside the one that is linked; where there are more, it is set aside.
    #[serde(default = "alike")]
    alike: "records of a list that are alike", "one person can be listed under more names";
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

numbers! {
    /// Numbers that must be reached.
    Minima, "min":
    /// Records a list.
    records: "records a list", "smaller lists pass, down to probing single people";
    /// Reviewers that sign, of two kinds.
    reviewers: "reviewers", "fewer independent people must agree";
    /// Stewards that sign, grant and permit.
    stewards: "stewards", "fewer can stop a run";
    /// Guardians that sign.
    guardians: "guardians", "protected people may go unscreened";
    /// Degree of diffusion of encodings.
    diffusion: "degree of diffusion", "encodings are easier to attack";
    /// Tokens a record.
    tokens: "tokens a record", "records that are easy to guess pass";
    /// Reviewers whose shares a lead needs to open, beside an officer's of each of the two agencies.
    #[serde(default)]
    release_reviewers: "reviewers a lead", "leads open with fewer independent eyes on them";
    /// Parties, other than the log's keeper and who asks, that must have cosigned what an act depends on.
    #[serde(default = "cosigners")]
    cosigners: "cosigners of the log", "fewer parties would see a log that is split";
    /// Reviewers whose sign-off, by a dossier, must be in force before a run is granted, encoded, permitted or compared.
    #[serde(default)]
    sign_offs: "reviewers who have signed a dossier off", "runs begin with fewer opinions of it";
    /// Reviewers whose attestation of the attacks must cover what is encoded, permitted and compared.
    #[serde(default)]
    attestations: "reviewers who attest the attacks", "runs begin with fewer measurements of risk";
    /// Distinct cases a list; of effect where `grounds` asks for a case file.
    #[serde(default = "cases")]
    cases: "distinct cases a list", "a list can be made of fewer investigations";
    /// Records by which a list differs from an earlier one of its agency, if it differs at all; at most 256.
    #[serde(default = "changes")]
    changes: "records by which a list changes", "single people can be asked about by adding them";
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

impl Ledger {
    /// Two sets of terms.
    pub(crate) fn terms(&mut self, old: &Terms, new: &Terms) {
        let Terms { roles, grounds, sources, fields, outputs, max, min } = new;
        let meaning = Meaning::new("roles", "whom records may be about", "more kinds of subject can be linked");
        self.subset(&meaning, &old.roles, roles, |r| r.name().to_owned());
        let meaning = Meaning::new("grounds", "what a record must say of its reasons", "records pass on less reason");
        match grounds.cmp(&old.grounds) {
            Ordering::Equal => {}
            way => {
                let weaker = way == Ordering::Less;
                let direction = if weaker { Direction::Widened } else { Direction::Narrowed };
                self.add(meaning.term, direction, (old.grounds.name(), grounds.name()), meaning.words(direction));
            }
        }
        let meaning = Meaning::new("sources", "which systems records may come from", "more systems can feed a list");
        self.subset(&meaning, &old.sources, sources, |s| s.name().to_owned());
        let meaning = Meaning::new("fields", "what may be compared", "more about each subject is compared");
        self.subset(&meaning, &old.fields, fields, |f| f.name().to_owned());
        let meaning = Meaning::new("outputs", "what may come out", "more comes out");
        self.subset(&meaning, &old.outputs, outputs, |o| o.name().to_owned());
        self.maxima(&old.max, max);
        self.minima(&old.min, min);
    }

    fn maxima(&mut self, old: &Maxima, new: &Maxima) {
        for ((old, new), meaning) in old.numbers().into_iter().zip(new.numbers()).zip(&Maxima::MEANINGS) {
            self.at_most(meaning, old, new);
        }
    }

    fn minima(&mut self, old: &Minima, new: &Minima) {
        for ((old, new), meaning) in old.numbers().into_iter().zip(new.numbers()).zip(&Minima::MEANINGS) {
            self.at_least(meaning, old, new);
        }
    }
}

#[cfg(test)]
mod tests;
