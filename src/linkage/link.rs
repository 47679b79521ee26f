//! One pair of agencies: from two opened parcels to one-to-one links.
//!
//! 1. By identifier: rows that share a keyed token are linked first. 2. By encoding: every pair is compared, the threshold is
//! chosen from the null of strangers and the lists' own tails, and the decision is one-to-one. Rows that are linked by
//! identifier take no part in the second step.

use std::collections::HashMap;

use super::{Band, Encodings, Kernel, LinkageError, Measure, Pair, Search, choose, decide, search_with, stranger_tail};
use crate::parcel::OpenedParcel;

/// How a pair of agencies is linked.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Expected false links that are accepted.
    pub false_links: f64,
    /// Candidates kept for a record.
    pub per_record: usize,
    /// Rows of each list whose strangers are counted to find its tail.
    pub sampled_rows: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self { false_links: 1.0, per_record: 16, sampled_rows: 2000 }
    }
}

/// What linking a pair of agencies gave.
#[derive(Debug)]
pub struct Linked {
    /// Links by row numbers in the two parcels, ordered by the first.
    pub links: Vec<Link>,
    /// Bits of an encoding.
    pub length: u16,
    /// Least score of a link.
    pub threshold: u16,
    /// Least score of a possible link.
    pub possible: u16,
    /// Expected false links at the threshold: an upper bound.
    pub expected_false: f64,
    /// How many strangers stand out from the noise, a record, among both lists.
    pub visible_degree: f64,
    /// Links found by identifier.
    pub by_identifier: usize,
    /// Records that lost or were demoted because of an equal score.
    pub ties: usize,
    /// Pairs of encodings that were compared between the lists: all of them.
    pub pairs_compared: u64,
}

/// One link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Row in the first parcel.
    pub a: u32,
    /// Row in the second.
    pub b: u32,
    /// How sure.
    pub band: Band,
}

/// Links two parcels. `progress` is told how many pairs were compared since the last call, from any thread.
pub fn link(
    first: &OpenedParcel,
    second: &OpenedParcel,
    plan: &Plan,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Linked, LinkageError> {
    todo!()
}
