//! Outcomes of what the operator does.

use serde::{Deserialize, Serialize};

use super::kinds;
use crate::agreement::RunNumber;
use crate::figures::Balance;
use crate::primitives::Digest;

kinds! {
    Log = "operator log v1";
    Link = "operator link v1";
}

/// What is new in the exchange was logged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Log {
    /// Entries of the log.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Digest,
    /// The new entries, as text.
    pub appended: Vec<String>,
    /// What was not logged, and why.
    pub not_logged: Vec<String>,
}

/// The permitted sets were compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Link {
    /// Which run.
    pub run: RunNumber,
    /// The kernel that compared.
    pub kernel: String,
    /// Pairs of encodings that were compared, of all pairs of agencies.
    pub pairs_compared: u64,
    /// Pairs compared a second, without those of an earlier attempt.
    pub pairs_per_second: f64,
    /// Each pair of agencies.
    pub pairs: Vec<Pair>,
    /// Whether what was found went to a guardian.
    pub to_guardian: bool,
}

/// What the comparison of two agencies' lists gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Pair {
    /// The two agencies.
    pub agencies: [String; 2],
    /// Records of each list.
    pub records: [usize; 2],
    /// Rows of each list that were set aside, because too many of one list were alike.
    pub set_aside: [usize; 2],
    /// Pairs of encodings that were compared.
    pub pairs_compared: u64,
    /// Seconds it took.
    pub seconds: f64,
    /// Least score of a link.
    pub threshold: u16,
    /// False links expected there: an upper bound.
    pub expected_false_links: f64,
    /// Strangers' encodings that stand out, a record.
    pub visible_degree: f64,
    /// How even the encodings of each list are; none where an earlier version did not measure it.
    #[serde(default)]
    pub balance: Vec<Balance>,
    /// Links found by identifier.
    pub by_identifier: usize,
    /// Records that lost or were demoted because of an equal score.
    pub ties: usize,
    /// Bands of rows that an earlier attempt had compared.
    pub resumed_bands: u64,
    /// Digest of every link, by which two runs over the same parcels are seen to agree.
    pub links_digest: Digest,
    /// Whether the result is held, because it is more than was agreed.
    pub held: bool,
    /// Leads, or candidates for the guardian; not told of a result that is held.
    pub leads: Option<usize>,
}
