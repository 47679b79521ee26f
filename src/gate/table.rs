//! The table: which checks each act must pass, with the term that a check holds and the code by which it refuses.
//!
//! Rows and columns are counted by the compiler: an act without a row, or a check without a column in every row, does not compile.
//! `symbolon explain acts` prints it, and a test walks every cell.

use crate::cleared::Act;

macro_rules! checks {
    ($($check:ident, $short:literal, $code:literal, [$($term:literal),*], $meaning:literal;)+) => {
        /// Something that must hold before an act.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Check {
            $(#[doc = $meaning] $check,)+
        }

        impl Check {
            /// Every check, in the order in which they are asked.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$check),+];

            /// How many there are.
            pub(crate) const COUNT: usize = Self::ALL.len();

            /// The head of its column.
            pub(crate) fn short(self) -> &'static str {
                match self { $(Self::$check => $short,)+ }
            }

            /// The code by which it usually refuses; a cause that is known better has its own.
            pub(crate) fn code(self) -> &'static str {
                match self { $(Self::$check => $code,)+ }
            }

            /// The terms that it holds.
            pub(crate) fn terms(self) -> &'static [&'static str] {
                match self { $(Self::$check => &[$($term),*],)+ }
            }

            /// What it asks, as a sentence.
            pub(crate) fn meaning(self) -> &'static str {
                match self { $(Self::$check => $meaning,)+ }
            }
        }
    };
}

checks! {
    Signed, "sig", "SYM-0502", [], "the agreement bears the signature of everybody it names, and no other";
    Amends, "par", "SYM-0439", [], "what an amendment amends is there, signed, and wider in nothing";
    Seat, "who", "SYM-0430", [], "the agreement names this party, with these keys, in the role of the act";
    Key, "key", "SYM-0612", [], "this home holds the key that the act needs: the consent key, or the routine key";
    Term, "day", "SYM-0411", ["max.term_days"], "it is within the agreement's term";
    Clock, "clk", "SYM-0610", [], "the clock is not behind anything that was seen";
    Recall, "rec", "SYM-0475", [], "the guardian's recall was measured at this setting, and suffices";
    Runs, "run", "SYM-0423", ["max.runs"], "the run is one of those that were agreed";
    Grants, "gra", "SYM-0428", ["min.stewards"], "every steward has granted the run";
    Commitments, "com", "SYM-0428", ["min.records", "max.records", "min.cases", "min.changes"], "every list is committed, of a size within the terms, and not nearly one of before";
    Permits, "per", "SYM-0428", ["max.permit_hours"], "every steward permits exactly these commitments, now";
    Issued, "iss", "SYM-0428", [], "leads were issued: shares of them are there";
    Answered, "ans", "SYM-0437", [], "leads that were opened in earlier runs have receipts, and withdrawals were acknowledged";
    Log, "log", "SYM-0901", [], "the log is there, whole, and continues what this home and others have seen";
    Own, "own", "SYM-0620", [], "this home knows whatever the log has of its party";
    Once, "1st", "SYM-0102", [], "it was not done before: one for each run and direction, for ever";
    Received, "rcv", "SYM-0428", [], "what it works on is there: parcels for a comparison, candidate pairs for screening";
    Stop, "sto", "SYM-0471", [], "no steward has stopped the run, or all have agreed to go on";
    Order, "ord", "SYM-0470", [], "runs follow one another";
    Refusal, "ref", "SYM-0472", [], "no reviewer's refusal is in force";
    SignOffs, "s-o", "SYM-0473", ["min.sign_offs"], "as many reviewers have signed off as the terms ask";
    Attestations, "att", "SYM-0473", ["min.attestations", "max.attack_permille"], "as many attestations of attacks cover this size as the terms ask";
    Logged, "lgd", "SYM-0905", ["min.cosigners", "max.checkpoint_hours"], "what it depends on is in the log, in the right order, and cosigned by others";
    Destroyed, "des", "SYM-0437", ["max.retention_hours"], "encodings of earlier runs are destroyed when they should be";
    Over, "ovr", "SYM-0494", [], "the run is over";
}

const X: bool = true;
const O: bool = false;

/// The acts, each with what it must pass.
#[rustfmt::skip]
const TABLE: [(Act, [bool; Check::COUNT]); Act::COUNT] = [
    //                 sig par who key day clk rec run gra com per iss ans log own 1st rcv sto ord ref s-o att lgd des ovr
    (Act::Card, [       O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Draft, [      O,  X,  O,  O,  O,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Sign, [       O,  X,  X,  X,  O,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  X,  O,  O,  O,  O,  O]),
    (Act::Join, [       X,  X,  X,  X,  X,  X,  X,  O,  O,  O,  O,  O,  O,  O,  O,  X,  O,  O,  O,  X,  O,  O,  O,  O,  O]),
    (Act::Grant, [      X,  X,  X,  X,  X,  X,  X,  X,  O,  O,  O,  O,  O,  X,  X,  X,  O,  X,  X,  X,  X,  X,  O,  O,  O]),
    (Act::Encode, [     X,  X,  X,  X,  X,  X,  X,  X,  X,  O,  O,  O,  O,  X,  X,  X,  O,  X,  X,  X,  X,  X,  X,  O,  O]),
    (Act::Permit, [     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  O,  O,  X,  X,  X,  X,  O,  X,  X,  X,  X,  X,  X,  X,  O]),
    (Act::Send, [       X,  X,  X,  O,  X,  X,  X,  X,  X,  X,  X,  O,  X,  X,  X,  O,  O,  X,  X,  X,  X,  X,  X,  X,  O]),
    (Act::Link, [       X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  O,  O,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  O,  O]),
    (Act::Screen, [     X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  O,  O,  X,  X,  X,  X,  X,  O,  X,  X,  X,  X,  O,  O]),
    (Act::Queue, [      X,  X,  X,  O,  X,  O,  O,  X,  O,  O,  O,  X,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Consent, [    X,  X,  X,  X,  X,  X,  X,  X,  O,  O,  O,  X,  O,  X,  X,  O,  O,  X,  O,  X,  O,  O,  X,  O,  O]),
    (Act::Open, [       X,  X,  X,  X,  X,  X,  X,  X,  O,  O,  O,  X,  O,  X,  X,  O,  O,  X,  O,  X,  O,  O,  X,  O,  O]),
    // A receipt needs its lead open.
    (Act::Receipt, [    X,  X,  X,  X,  X,  X,  X,  X,  O,  O,  O,  X,  O,  X,  X,  O,  O,  X,  O,  X,  O,  O,  X,  O,  O]),
    (Act::Withdraw, [   X,  X,  X,  X,  O,  O,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Acknowledge, [X,  X,  X,  X,  O,  X,  O,  X,  O,  O,  O,  O,  O,  X,  X,  O,  O,  O,  O,  O,  O,  O,  X,  O,  O]),
    (Act::Stop, [       X,  X,  X,  X,  O,  O,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Resume, [     X,  X,  X,  X,  X,  X,  O,  X,  O,  O,  O,  O,  O,  O,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::SignOff, [    O,  O,  X,  X,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Attest, [     X,  X,  X,  X,  X,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Log, [        X,  X,  X,  X,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Cosign, [     X,  X,  X,  X,  O,  X,  O,  O,  O,  O,  O,  O,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O]),
    (Act::Purge, [      X,  X,  X,  X,  O,  X,  O,  X,  O,  O,  O,  O,  O,  X,  O,  O,  O,  O,  O,  O,  O,  O,  O,  O,  X]),
];

/// Rows stand in the order of the acts: held when the program is built.
const _: () = {
    let mut at = 0;
    while at < Act::COUNT {
        assert!(TABLE[at].0 as usize == at, "a row stands in another place than its act");
        at += 1;
    }
};

/// Whether an act must pass a check.
pub(crate) fn asks(act: Act, check: Check) -> bool {
    TABLE[act as usize].1[check as usize]
}
