//! Acts, and the witness that one may be done.
//!
//! An act is something a party does that signs, publishes, opens, destroys or reads what is sealed. Functions that do it ask for a
//! [`Cleared`] of that very act. Only the gate makes one, once every check that its table asks of the act has passed; it names the
//! agreement, the run, the party and the time, so that a witness for one case serves no other. What is sealed of a result asks for
//! [`Within`] too: the gate's word that the result keeps the agreement's limits.

use std::marker::PhantomData;

use jiff::Timestamp;
use serde::Serialize;

use crate::primitives::Digest;

macro_rules! acts {
    ($($act:ident, $word:literal, $verb:literal, $meaning:literal;)+) => {
        /// What a party does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Act {
            $(#[doc = $meaning] $act,)+
        }

        impl Act {
            /// Every act, in the order of a run.
            pub const ALL: &'static [Self] = &[$(Self::$act),+];

            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// The word in reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$act => $word,)+ }
            }

            /// The command that does it, without its arguments.
            pub fn verb(self) -> &'static str {
                match self { $(Self::$act => $verb,)+ }
            }

            /// What it comes to, as a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$act => $meaning,)+ }
            }
        }

        /// Each act as a type, so that a witness of one is none of another.
        pub mod by {
            use super::{Act, Kind};

            $(
                #[doc = $meaning]
                #[derive(Clone, Copy, Debug)]
                pub enum $act {}

                impl super::sealed::Sealed for $act {}

                impl Kind for $act {
                    const ACT: Act = Act::$act;
                }
            )+
        }
    };
}

acts! {
    Card, "card", "keygen", "makes a party: keys and a public card that certifies itself";
    Draft, "draft", "agreement draft", "writes the text of an agreement that nobody has signed";
    Sign, "sign", "agreement sign", "signs the agreement";
    Join, "join", "agency join", "contributes a key for each partner";
    Grant, "grant", "steward grant", "opens a run for encoding by a steward's key share";
    Encode, "encode", "agency encode", "encodes a list and commits to it";
    Permit, "permit", "steward permit", "consents to the comparison of exactly what was committed";
    Send, "send", "agency send", "publishes the parcels that were committed";
    Link, "link", "operator link", "opens the parcels, compares them, and seals candidate pairs";
    Screen, "screen", "guardian screen", "opens candidate pairs, drops protected people, and issues leads";
    Queue, "queue", "officer queue", "reads which leads were released";
    Consent, "consent", "officer release", "releases shares of leads";
    Open, "open", "agency leads", "opens leads that everybody has released";
    Receipt, "receipt", "agency receipt", "says what became of opened leads";
    Withdraw, "withdraw", "agency withdraw", "takes an own record back";
    Acknowledge, "acknowledge", "agency acknowledge", "says that a partner's withdrawal was carried out";
    Stop, "stop", "steward stop", "stops a run";
    Resume, "resume", "steward resume", "agrees that a stopped run goes on";
    SignOff, "sign-off", "reviewer sign-off", "signs a decision about a dossier";
    Attest, "attest", "reviewer attest", "signs what attacks were measured to find";
    Log, "log", "operator log", "enters what is new in the log and signs its state";
    Cosign, "cosign", "log cosign", "cosigns a log that was verified";
    Purge, "purge", "purge", "destroys what is left of a run that is over, and attests it";
}

/// An act as a type. Those of [`by`] are all there are.
pub trait Kind: sealed::Sealed {
    /// Which.
    const ACT: Act;
}

mod sealed {
    /// Keeps other crates from adding acts or limits of their own.
    pub trait Sealed {}
}

/// An act that issues leads.
pub trait Issues: Kind {
    /// What shows that there are no more of them than agreed.
    type Limit: Limit;
}

impl Issues for by::Screen {
    /// The operator's result was judged before it was sealed to the guardian, who only drops pairs of it.
    type Limit = ();
}

impl Issues for by::Link {
    type Limit = Within<by::Link>;
}

/// An act that may come to receipts: whoever opens leads, says what became of one, or acknowledges a withdrawal answers for those that
/// need no person.
pub trait Answers: Kind {}

impl Answers for by::Open {}
impl Answers for by::Receipt {}
impl Answers for by::Acknowledge {}

/// What an act must show of the size of its result.
pub trait Limit: sealed::Sealed {
    /// Whether a result of this size, of this agreement and run, was judged and is within the limits.
    fn covers(&self, agreement: Digest, run: u32, size: u64) -> bool;
}

impl sealed::Sealed for () {}

impl Limit for () {
    fn covers(&self, _: Digest, _: u32, _: u64) -> bool {
        true
    }
}

/// Proof that the result of an act, as it was measured, keeps the limits of the agreement's terms.
pub struct Within<K: Kind> {
    agreement: Digest,
    run: u32,
    size: u64,
    kind: PhantomData<K>,
}

impl<K: Kind> Within<K> {
    /// Made by the gate's limits alone; `tests/layers` holds that no other file calls it. `size`: records of a list, or links of a
    /// pair of agencies.
    pub(crate) fn judged(agreement: Digest, run: u32, size: u64) -> Self {
        Self { agreement, run, size, kind: PhantomData }
    }

    /// A proof for tests of what asks for one.
    #[cfg(test)]
    pub(crate) fn assumed(agreement: Digest, run: u32, size: u64) -> Self {
        Self { agreement, run, size, kind: PhantomData }
    }
}

impl<K: Kind> sealed::Sealed for Within<K> {}

impl<K: Kind> Limit for Within<K> {
    fn covers(&self, agreement: Digest, run: u32, size: u64) -> bool {
        self.agreement == agreement && self.run == run && size <= self.size
    }
}

impl<K: Kind> std::fmt::Debug for Within<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Within({}, run {})", K::ACT.name(), self.run)
    }
}

/// Proof that the gate let a party do one act, in one agreement and run, at one time.
pub struct Cleared<K: Kind> {
    agreement: Digest,
    run: u32,
    party: String,
    now: Timestamp,
    kind: PhantomData<K>,
}

impl<K: Kind> Cleared<K> {
    /// Made by the gate alone; `tests/layers` holds that no other room calls it. `run` is 0 where an act is of the whole agreement.
    pub(crate) fn witness(agreement: Digest, run: u32, party: &str, now: Timestamp) -> Self {
        Self { agreement, run, party: party.to_owned(), now, kind: PhantomData }
    }

    /// A witness for tests of what asks for one.
    #[cfg(test)]
    pub(crate) fn assumed(agreement: Digest, run: u32, party: &str, now: Timestamp) -> Self {
        Self { agreement, run, party: party.to_owned(), now, kind: PhantomData }
    }

    /// Digest of the agreement in which it may be done.
    pub fn agreement(&self) -> Digest {
        self.agreement
    }

    /// The run, counted from 1; 0 for an act of the whole agreement.
    pub fn run(&self) -> u32 {
        self.run
    }

    /// Who may do it.
    pub fn party(&self) -> &str {
        &self.party
    }

    /// The time at which it was judged, and which whatever is signed states.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether it was given for this agreement, party and run.
    pub(crate) fn is_for(&self, agreement: Digest, party: &str, run: u32) -> bool {
        self.agreement == agreement && self.party == party && self.run == run
    }
}

impl<K: Kind> std::fmt::Debug for Cleared<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cleared({}, {}, run {})", K::ACT.name(), self.party, self.run)
    }
}
