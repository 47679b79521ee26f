//! Entries: which artefact crossed a wall, by whom, and its digest. Nothing about a person, nothing that is sealed.
//!
//! `symbolon/entry/v1 KIND RUN BY TO SHA256`, one space between, no line end. One entry has one text, so that its hash is its
//! identity: what does not print back as it was read is refused.

use std::fmt;
use std::str::FromStr;

use crate::note;
use crate::primitives::{Digest, Malformed};

const PREFIX: &str = "symbolon/entry/v1";

/// Longest entry in bytes.
pub const MAX_ENTRY: usize = 400;

/// What was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An agreement that everybody has signed.
    Agreement,
    /// An agency's key contribution for a partner.
    Contribution,
    /// A steward's grant of a run.
    Grant,
    /// An agency's commitment to what it will send for a partner.
    Commitment,
    /// A steward's permit to compare what was committed.
    Permit,
    /// An agency's parcel for a partner: the digest of its manifest.
    Parcel,
    /// The operator's candidate pairs of an agency and a partner, sealed to the guardian: the digest of their manifest.
    Pairs,
    /// The issuer's list of leads for an agency about a partner: the digest of its manifest.
    Leads,
    /// The issuer's shares of the keys of two agencies' leads.
    Shares,
    /// A steward's stop of a run.
    Stop,
    /// A steward's consent to resume a stopped run.
    Resume,
    /// A reviewer's sign-off of a dossier.
    SignOff,
    /// A reviewer's attestation of what attacks find.
    Attestation,
    /// A party's attestation that what it held of a run is destroyed.
    Destruction,
    /// A holder's list of consents to the leads of one issue, sealed.
    Consents,
    /// An agency's list of receipts for the leads of one issue, sealed.
    Receipts,
    /// An agency's withdrawal of a record.
    Withdrawal,
    /// A partner's acknowledgement of a withdrawal, to the agency that withdrew.
    Acknowledgement,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 18] = [
        Self::Agreement,
        Self::Contribution,
        Self::Grant,
        Self::Commitment,
        Self::Permit,
        Self::Parcel,
        Self::Pairs,
        Self::Leads,
        Self::Shares,
        Self::Stop,
        Self::Resume,
        Self::SignOff,
        Self::Attestation,
        Self::Destruction,
        Self::Consents,
        Self::Receipts,
        Self::Withdrawal,
        Self::Acknowledgement,
    ];

    /// Whether there is one of it for ever, for each run, author and addressee: the first that is logged counts, and a second is refused
    /// whatever it says. The others may follow one another.
    pub fn is_once(self) -> bool {
        match self {
            Self::Agreement
            | Self::Contribution
            | Self::Grant
            | Self::Commitment
            | Self::Parcel
            | Self::Pairs
            | Self::Leads
            | Self::Shares
            | Self::Destruction => true,
            Self::Permit
            | Self::Stop
            | Self::Resume
            | Self::SignOff
            | Self::Attestation
            | Self::Consents
            | Self::Receipts
            | Self::Withdrawal
            | Self::Acknowledgement => false,
        }
    }

    /// The word in an entry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agreement => "agreement",
            Self::Contribution => "contribution",
            Self::Grant => "grant",
            Self::Commitment => "commitment",
            Self::Permit => "permit",
            Self::Parcel => "parcel",
            Self::Pairs => "pairs",
            Self::Leads => "leads",
            Self::Shares => "shares",
            Self::Stop => "stop",
            Self::Resume => "resume",
            Self::SignOff => "sign-off",
            Self::Attestation => "attack-attestation",
            Self::Destruction => "destruction",
            Self::Consents => "consents",
            Self::Receipts => "receipts",
            Self::Withdrawal => "withdrawal",
            Self::Acknowledgement => "acknowledgement",
        }
    }
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// What was published.
    pub kind: Kind,
    /// In which run; 0 where it belongs to the agreement as a whole.
    pub run: u32,
    /// By whom; of an agreement, by everybody: `-`.
    pub by: String,
    /// For or about whom: a party, two agencies as `A--B`, or `-` for nobody in particular.
    pub to: String,
    /// Digest of its text.
    pub digest: Digest,
}

impl Entry {
    /// An entry; names are those of parties.
    pub fn new(kind: Kind, run: u32, by: &str, to: &str, digest: Digest) -> Self {
        Self { kind, run, by: by.to_owned(), to: to.to_owned(), digest }
    }

    /// An entry about two agencies.
    pub fn about(kind: Kind, run: u32, by: &str, [first, second]: [&str; 2], digest: Digest) -> Self {
        Self::new(kind, run, by, &format!("{first}--{second}"), digest)
    }

    /// Whether both are of one kind, run, author and addressee.
    pub fn same_slot(&self, other: &Self) -> bool {
        (self.kind, self.run, &self.by, &self.to) == (other.kind, other.run, &other.by, &other.to)
    }

    /// The entry of an agreement.
    pub fn agreement(digest: Digest) -> Self {
        Self::new(Kind::Agreement, 0, "-", "-", digest)
    }

    /// Its bytes in the log.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    /// Parses the one form that [`Entry::to_bytes`] writes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        std::str::from_utf8(bytes).map_err(|_| Malformed)?.parse()
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, run, by, to, digest } = self;
        write!(f, "{PREFIX} {} {run} {by} {to} {digest}", kind.name())
    }
}

impl FromStr for Entry {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let mut words = text.splitn(6, ' ');
        let mut word = || words.next().ok_or(Malformed);
        let [PREFIX, kind, run, by, to, digest] = [word()?, word()?, word()?, word()?, word()?, word()?] else {
            return Err(Malformed);
        };
        let kind = Kind::ALL.into_iter().find(|k| k.name() == kind).ok_or(Malformed)?;
        let canonical = run == "0" || (!run.starts_with(['0', '+']));
        if !canonical || text.len() > MAX_ENTRY || !is_name(by) || !is_about(to) {
            return Err(Malformed);
        }
        Ok(Self::new(kind, run.parse().map_err(|_| Malformed)?, by, to, digest.parse()?))
    }
}

/// One name, or two with `--` between: no name has that in it.
fn is_about(to: &str) -> bool {
    match to.split_once("--") {
        Some((first, second)) => is_name(first) && is_name(second) && first != "-" && second != "-",
        None => is_name(to),
    }
}

fn is_name(name: &str) -> bool {
    name == "-" || note::is_party_name(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_entry_has_one_text() {
        let entry = Entry::new(Kind::Permit, 2, "steward-court", "-", Digest::of(b"permit"));
        let text = entry.to_string();
        assert!(text.starts_with("symbolon/entry/v1 permit 2 steward-court - "));
        assert_eq!(text.parse(), Ok(entry));
        let digest = Digest::of(b"permit");
        for bad in [
            text.to_uppercase(),
            format!("{text}\n"),
            format!(" {text}"),
            text.replace(" 2 ", " 02 "),
            text.replace(" 2 ", " +2 "),
            text.replace(" 2 ", "  2 "),
            text.replace(" 2 ", " 4294967296 "),
            text.replace("permit", "permits"),
            text.replace("steward-court", "Steward"),
            text.replace("steward-court", "steward--court"),
            text.replace("steward-court", "steward-"),
            text.replace("steward-court", "steward."),
            text.replace("steward-court", ""),
            text[..text.len() - 1].to_owned(),
            format!("symbolon/entry/v1 permit 2 steward-court {digest}"),
        ] {
            assert_eq!(bad.parse::<Entry>(), Err(Malformed), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_parses_prints_back(text in "symbolon/entry/v1 (grant|stop|leads) [0-9+]{1,3} [a-z.-]{0,3} [a-z-]{1,2} [0-9a-f]{64}") {
            if let Ok(entry) = text.parse::<Entry>() {
                prop_assert_eq!(entry.to_bytes(), text.as_bytes());
            }
        }
    }
}
