//! Recall and false links by group: naming system, script, whatever a column of the truth says of its pairs.
//!
//! A mean hides whom a linkage misses. Each group's recall and share of false links stand beside those of all pairs together,
//! with intervals, and a group that lags by more than a [gate](BEHIND) is marked. Only records of true pairs have a group, so
//! a false link counts for the group of each of its records that is in one, and for [`NO_GROUP`] if neither is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use crate::figures::GroupRate;
use crate::interval::wilson;

/// How far a group's recall may lie below that of all pairs, or its share of false links above that of all links.
pub const BEHIND: f64 = 0.10;

/// Pairs from which a group is judged; smaller groups are shown and not judged.
pub const JUDGED: u64 = 30;

/// The group of links between records of which the truth says nothing.
pub const NO_GROUP: &str = "(not in the truth)";

/// A way to divide true pairs into groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// What the groups are, such as `system` or `left_script,right_script`.
    pub by: String,
    /// The group of each true pair, in the order of the truth.
    pub of: Vec<String>,
}

/// Rates of every group at one threshold, by grouping and group. `links` and `truth` are pairs of records.
pub fn rates(links: &[(u32, u32)], truth: &[(u32, u32)], groupings: &[Grouping]) -> Vec<GroupRate> {
    let linked: BTreeSet<(u32, u32)> = links.iter().copied().collect();
    let known: BTreeSet<(u32, u32)> = truth.iter().copied().collect();
    let wrong: Vec<(u32, u32)> = linked.difference(&known).copied().collect();
    let hits = linked.intersection(&known).count() as u64;
    let pooled = Counts { pairs: known.len() as u64, hits, wrong: wrong.len() as u64 };
    let mut out = Vec::new();
    for Grouping { by, of } in groupings {
        let (mut left, mut right) = (HashMap::new(), HashMap::new());
        let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
        for (pair, group) in truth.iter().zip(of) {
            left.insert(pair.0, group.as_str());
            right.insert(pair.1, group.as_str());
            let counts = counts.entry(group).or_default();
            counts.pairs += 1;
            counts.hits += u64::from(linked.contains(pair));
        }
        for (a, b) in &wrong {
            let mut groups: Vec<&str> = [left.get(a), right.get(b)].into_iter().flatten().copied().collect();
            groups.dedup();
            if groups.is_empty() {
                groups.push(NO_GROUP);
            }
            groups.into_iter().for_each(|group| counts.entry(group).or_default().wrong += 1);
        }
        out.extend(counts.into_iter().map(|(group, counts)| counts.rate(by, group, &pooled)));
    }
    out
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    pairs: u64,
    hits: u64,
    wrong: u64,
}

impl Counts {
    fn recall(&self) -> Option<f64> {
        (self.pairs > 0).then(|| self.hits as f64 / self.pairs as f64)
    }

    fn false_share(&self) -> Option<f64> {
        let links = self.hits + self.wrong;
        (links > 0).then(|| self.wrong as f64 / links as f64)
    }

    fn rate(&self, by: &str, group: &str, pooled: &Self) -> GroupRate {
        let below = |own: Option<f64>, all: Option<f64>| own.zip(all).is_some_and(|(own, all)| own < all - BEHIND);
        let fewer = below(self.recall(), pooled.recall());
        let falser = below(pooled.false_share(), self.false_share());
        GroupRate {
            by: by.to_owned(),
            group: group.to_owned(),
            true_pairs: self.pairs,
            true_links: self.hits,
            recall: self.recall(),
            recall_interval: wilson(self.hits, self.pairs),
            false_links: self.wrong,
            false_share: self.false_share(),
            false_interval: wilson(self.wrong, self.hits + self.wrong),
            behind: self.pairs >= JUDGED && (fewer || falser),
        }
    }
}

#[cfg(test)]
mod tests;
