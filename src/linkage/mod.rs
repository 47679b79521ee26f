//! Linkage: compares encodings and decides which pairs belong together. Knows neither records nor keys.
//!
//! ```text
//! words ─► Encodings ─► search ─► Candidates ─► decide ─► Decision
//!              └─► stranger_tail, upper_tail ─► choose ──┘ thresholds
//! ```
//!
//! 1. [`Encodings`] are one side's bits, checked once.
//! 2. [`search()`] compares every pair of the two sides, every bit of it, and keeps those at or above a lower score.
//! 3. [`stranger_tail`] counts the scores of strangers within one side, [`upper_tail`] the highest of many more, and [`choose`]
//!    turns that and the null model into the scores from which a pair is a link or a possible link, for an expected number of
//!    false links.
//! 4. [`decide()`] makes the candidates one-to-one and says how firm each link is; ties are counted, never hidden.
//!
//! Invariants
//! - Scores are integers; nothing compares floating-point scores.
//! - The result depends on the input only: not on threads, tiles or the kernel.
//! - Every step that takes long tells its progress and can be stopped.
//!
//! ```
//! use std::ops::ControlFlow;
//! use symbolon::linkage::{Encodings, Measure, Policy, Rule, Score, Search, decide, search};
//!
//! let a = Encodings::new(64, vec![0x00ff, 0xff00])?;
//! let b = Encodings::new(64, vec![0xff01, 0x0000_ffff_0000_0000])?;
//! let wanted = Search { measure: Measure::Hamming, lower: Score(50), per_record: 8 };
//! let candidates = search(&a, &b, &wanted, &|_pairs| ControlFlow::Continue(()))?;
//! let policy = Policy { rule: Rule::SymmetricBest, link: Score(60), possible: Score(55), leader: 0 };
//! let decision = decide(&candidates.pairs, &policy);
//! assert_eq!((decision.links[0].a, decision.links[0].b, decision.links[0].score), (1, 0, Score(63)));
//! # Ok::<(), symbolon::linkage::LinkageError>(())
//! ```

mod alike;
mod balance;
mod decide;
mod expect;
pub mod journal;
mod kernel;
mod layout;
mod link;
mod measure;
#[cfg(test)]
mod oracle;
mod probe;
mod rivals;
mod search;
mod tail;
mod threshold;

pub use crate::figures::Balance;
pub use alike::alike_at;
pub use decide::{Decision, Firmness, Link, Policy, Rule, decide};
pub use expect::{Expected, expect, most_useful};
pub use kernel::Kernel;
pub use layout::{Encodings, MAX_LENGTH, MAX_RECORDS};
#[cfg(feature = "lab")]
pub(crate) use link::visible_degree;
pub use link::{Linked, LinkedHandles, LinkedRow, Plan, link, link_kept};
pub use measure::{Measure, Pair, Score};
pub use rivals::{relative, relative_tail};
pub use search::{BAND_ROWS, Candidates, MAX_PER_RECORD, Progress, Search, search, search_with};
pub use tail::{Tail, stranger_tail, upper_tail};
pub use threshold::{Chosen, by_chance, choose};

use crate::code::{Code, codes};

codes! {
    INPUT = "SYM-0801", Data,
        "the encodings of a side are not of the announced form: length, whole rows, no bits past the length",
        "ask the agency to encode again with the program version that the agreement names";
    UNLIKE = "SYM-0802", Data,
        "the two sides have encodings of different lengths, so they cannot be compared",
        "check that both agencies encoded under the same agreement";
    RANGE = "SYM-0803", Data,
        "a threshold, a bound or a target is outside its range",
        "see the range in the message and correct the linkage terms";
    STOPPED = "SYM-0804", Resumable,
        "the comparison was stopped before its end; what was finished is kept, and no lead was written",
        "run the same command again: it goes on where it stopped, and the result is the same";
    EVIDENCE = "SYM-0805", Data,
        "too few pairs of strangers were seen to choose a threshold without labels",
        "sample more rows, or set the thresholds in the agreement";
    UNREACHABLE = "SYM-0806", Data,
        "no score is high enough to keep the expected false links at the target",
        "remove duplicates within each side, use longer encodings, or agree on a higher target";
}

/// Why a comparison or a choice of thresholds was refused or ended early.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkageError {
    /// Too few pairs of strangers to say anything about their scores.
    #[error("{pairs} pairs of strangers seen, at least {needed} needed")]
    Evidence {
        /// Pairs seen on the better side.
        pairs: u64,
        /// Pairs of strangers that would be needed.
        needed: u64,
    },
    /// A length of zero or above [`MAX_LENGTH`].
    #[error("encodings of {length} bits, allowed are 1 to {MAX_LENGTH}")]
    Length {
        /// The length that was given, in bits.
        length: u16,
    },
    /// A lower score above the measure's highest.
    #[error("lower score {lower}, the measure ends at {highest}")]
    Lower {
        /// The lower score that was given.
        lower: u16,
        /// The highest score there is.
        highest: u16,
    },
    /// A bound of zero or above [`MAX_PER_RECORD`].
    #[error("{per_record} candidates per record, allowed are 1 to {MAX_PER_RECORD}")]
    PerRecord {
        /// The number of candidates a record that was asked for.
        per_record: usize,
    },
    /// Words that do not make whole rows.
    #[error("{words} words do not make rows of {words_per}")]
    Ragged {
        /// Words that were given, of 64 bits.
        words: usize,
        /// Words of one encoding, its length by 64.
        words_per: usize,
    },
    /// The progress callback asked to stop.
    #[error("stopped on request")]
    Stopped,
    /// Bits set past the length.
    #[error("row {row} has bits past the length")]
    StrayBits {
        /// The first such row, counted from 0.
        row: usize,
    },
    /// Tails of different measures or lengths than asked for.
    #[error("tails of strangers were counted with another measure or length")]
    TailUnlike,
    /// A target that is not a positive, finite number.
    #[error("target of expected false links is not a positive number")]
    Target,
    /// More records than an index holds.
    #[error("{records} records, at most {MAX_RECORDS} fit")]
    TooMany {
        /// Records that were given.
        records: usize,
    },
    /// Encodings of different lengths.
    #[error("encodings of {a} and of {b} bits")]
    Unlike {
        /// Length of the first side.
        a: u16,
        /// Length of the second side.
        b: u16,
    },
    /// Even the highest score lets more false links through than the target.
    #[error("expected false links {expected:.3} at the highest score, target {target}")]
    Unreachable {
        /// Expectation at the highest score.
        expected: f64,
        /// The expected number of false links that was asked for.
        target: f64,
    },
}

impl LinkageError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Evidence { .. } => EVIDENCE,
            Self::Length { .. } | Self::Ragged { .. } | Self::StrayBits { .. } | Self::TooMany { .. } => INPUT,
            Self::Lower { .. } | Self::PerRecord { .. } | Self::Target => RANGE,
            Self::Stopped => STOPPED,
            Self::TailUnlike | Self::Unlike { .. } => UNLIKE,
            Self::Unreachable { .. } => UNREACHABLE,
        }
    }
}
