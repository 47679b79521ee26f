//! One pair of agencies: from two opened parcels to one-to-one links.
//!
//! 1. By identifier: rows that share a keyed token are linked first.
//! 2. By encoding: every pair is compared, the threshold is the least score at which the expected false links are within the
//!    plan's target, and a link is the unique best of both its records. Rows linked by identifier take no part.
//!
//! 3. Rows that are alike to too many of their own list are set aside, and steps 1 and 2 decide again without them (`alike`).
//!
//! No link below the threshold comes out, however firm: so the target bounds all of them. Dummies are coin tosses, which nobody here
//! can tell from records; the threshold is never so low that one of them is expected to reach it in ten thousand runs.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use rayon::prelude::*;

use super::alike::Crowd;
use super::journal::Journal;
use super::search::search_kept;
use super::threshold::by_chance;
use super::{
    Balance, Encodings, Firmness, Kernel, LinkageError, Measure, Policy, Progress, Rule, Search, Tail, choose, decide,
    stranger_tail, upper_tail,
};
use crate::parcel::{Handle, OpenedParcel};
use crate::primitives::Digest;

/// How a pair of agencies is linked.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Expected false links that are accepted.
    pub false_links: f64,
    /// Candidates kept for a record.
    pub per_record: usize,
    /// Pairs within each list, at most, that are counted to find the tail of strangers.
    pub sampled_pairs: usize,
    /// Rows of its own list that may be alike to a row that is linked.
    pub alike: usize,
}

/// Links of dummies that are expected in a comparison, at most.
const DUMMIES: f64 = 1e-4;

/// How much longer a list may be than it has records: a fifth of its rows are dummies, at most.
const PADDED: f64 = 1.25;

impl Plan {
    /// A plan with this target of expected false links, and no limit to rows that are alike.
    pub fn with_target(false_links: f64) -> Self {
        Self { false_links, per_record: 16, sampled_pairs: 10_000_000, alike: usize::MAX }
    }
}

/// What linking a pair of agencies gave.
#[derive(Debug)]
pub struct Linked {
    /// The links, ordered by the first handle.
    pub links: Vec<LinkedHandles>,
    /// The rows of each link, in the same order: what a guardian compares with its register.
    pub rows: Vec<[LinkedRow; 2]>,
    /// Records of the two lists.
    pub records: [usize; 2],
    /// Bits of an encoding: a multiple of 64 from 256 to 4096.
    pub length: u16,
    /// Least score of a link, in agreeing bits.
    pub threshold: u16,
    /// Expected false links at the threshold: an upper bound.
    pub expected_false: f64,
    /// How many strangers stand out from the noise, a record, among both lists.
    pub visible_degree: f64,
    /// How even the encodings of each list are, dummies among them.
    pub balance: [Balance; 2],
    /// Links found by identifier.
    pub by_identifier: usize,
    /// Records that lost or were demoted because of an equal score.
    pub ties: usize,
    /// Records with more candidates than were kept.
    pub bounded: usize,
    /// Rows of the two lists that were set aside, because too many of one list were alike.
    pub set_aside: [usize; 2],
    /// Pairs of encodings that were compared between the lists: all of them.
    pub pairs_compared: u64,
}

impl Linked {
    /// A digest of every link, by which two runs over the same parcels are seen to agree: lists of leads are sealed afresh
    /// each time, with a new key, and so differ in every byte.
    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::with_capacity(self.links.len() * 33);
        for link in &self.links {
            bytes.extend(link.handles[0].0);
            bytes.extend(link.handles[1].0);
            bytes.push(u8::from(link.firmness == Firmness::Strong));
        }
        Digest::of_parts(&[b"symbolon/v1/links", &bytes])
    }
}

/// One link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkedHandles {
    /// Handles in the first and the second parcel.
    pub handles: [Handle; 2],
    /// How firm the link is.
    pub firmness: Firmness,
}

/// One side of a link. Personal data at the operator too: `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkedRow {
    /// The encoding: `length / 64` words, bit i at word i/64, bit i%64.
    pub words: Vec<u64>,
    /// Keyed tokens of the identifiers.
    pub keys: Vec<[u8; 16]>,
}

impl std::fmt::Debug for LinkedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkedRow").finish_non_exhaustive()
    }
}

/// Links two parcels. `progress` is told how many pairs between the lists were compared since the last call, from any thread.
pub fn link(
    first: OpenedParcel,
    second: OpenedParcel,
    plan: &Plan,
    progress: Progress<'_>,
) -> Result<Linked, LinkageError> {
    link_kept(first, second, plan, &(), progress)
}

/// [`link()`], with finished parts of the comparison taken from a journal and handed to it.
pub fn link_kept(
    first: OpenedParcel,
    second: OpenedParcel,
    plan: &Plan,
    journal: &dyn Journal,
    progress: Progress<'_>,
) -> Result<Linked, LinkageError> {
    let roots = [first.root(), second.root()];
    let [(handles_a, a, keys_a), (handles_b, b, keys_b)] = [parts(first)?, parts(second)?];
    let tails = [tail(&a, plan)?, tail(&b, plan)?];
    let upper = [upper(&a, &tails[0])?, upper(&b, &tails[1])?];
    let chosen = choose(a.len(), b.len(), a.length(), &upper[0], &upper[1], plan.false_links)?;
    // Above the score that the target asks for the expectation is only smaller.
    let least = chosen.link.max(by_chance(a.len(), b.len(), a.length(), DUMMIES));
    let wanted = Search { measure: Measure::Hamming, lower: least, per_record: plan.per_record };
    let identity = identity(roots, a.length(), &wanted);
    let candidates = search_kept(Kernel::detect(), &a, &b, &wanted, &identity, journal, progress)?;
    let policy = Policy { rule: Rule::SymmetricBest, link: least, possible: least, leader: 0 };
    let (mut crowd_a, mut crowd_b) = (Crowd::new(&a, keys_a.shared()), Crowd::new(&b, keys_b.shared()));
    let (exact, decision) = loop {
        let exact = by_identifier(keys_a.owners(&crowd_a.aside), keys_b.owners(&crowd_b.aside));
        let (mut used_a, mut used_b) = (crowd_a.aside.clone(), crowd_b.aside.clone());
        used_a.extend(exact.iter().map(|link| link.0));
        used_b.extend(exact.iter().map(|link| link.1));
        let mut pairs = candidates.pairs.clone();
        pairs.retain(|pair| !used_a.contains(&pair.a) && !used_b.contains(&pair.b));
        let decision = decide(&pairs, &policy);
        let rows_a = exact.iter().map(|link| link.0).chain(decision.links.iter().map(|link| link.a));
        let rows_b = exact.iter().map(|link| link.1).chain(decision.links.iter().map(|link| link.b));
        let more = [crowd_a.set_aside(rows_a, plan.alike)?, crowd_b.set_aside(rows_b, plan.alike)?];
        if more == [false, false] {
            break (exact, decision);
        }
    };
    let set_aside = [crowd_a.aside.len(), crowd_b.aside.len()];
    let row = |side: &Encodings, keys: &Keys, at: u32| LinkedRow {
        words: side.row(at as usize),
        keys: keys.row(at as usize).to_vec(),
    };
    let link = |at_a: u32, at_b: u32, firmness| {
        let handles = [handles_a[at_a as usize], handles_b[at_b as usize]];
        (LinkedHandles { handles, firmness }, [row(&a, &keys_a, at_a), row(&b, &keys_b, at_b)])
    };
    let mut links: Vec<(LinkedHandles, [LinkedRow; 2])> =
        exact.iter().map(|&(a, b, firmness)| link(a, b, firmness)).collect();
    links.extend(decision.links.iter().map(|l| link(l.a, l.b, l.firmness)));
    links.sort_unstable_by_key(|(link, _)| *link);
    let (links, rows) = links.into_iter().unzip();
    Ok(Linked {
        links,
        rows,
        records: [a.len(), b.len()],
        length: a.length(),
        threshold: least.0,
        expected_false: chosen.expected_false,
        // Dummies stand out from nothing: without them the share is larger.
        visible_degree: PADDED * tails.iter().map(|t| visible_degree(t, a.len() + b.len())).fold(0.0, f64::max),
        balance: [a.balance(), b.balance()],
        by_identifier: exact.len(),
        ties: decision.ties,
        bounded: candidates.bounded,
        set_aside,
        pairs_compared: candidates.compared,
    })
}

/// A digest of everything that decides the candidates.
fn identity([first, second]: [Digest; 2], length: u16, wanted: &Search) -> Digest {
    let Search { measure: _, lower, per_record } = wanted;
    let terms = [length.to_le_bytes(), lower.0.to_le_bytes()].concat();
    Digest::of_parts(&[b"symbolon/v1/comparison", &first.0, &second.0, &terms, &(*per_record as u64).to_le_bytes()])
}

/// Keyed tokens of a list, the same number a row.
struct Keys {
    each: usize,
    tokens: Vec<[u8; 16]>,
}

impl Keys {
    fn row(&self, row: usize) -> &[[u8; 16]] {
        &self.tokens[row * self.each..][..self.each]
    }

    /// Tokens with their rows, sorted; without those that are set aside.
    fn owners(&self, aside: &BTreeSet<u32>) -> Vec<([u8; 16], u32)> {
        let each = self.each.max(1);
        let mut owners: Vec<_> = self.tokens.iter().enumerate().map(|(i, token)| (*token, (i / each) as u32)).collect();
        owners.retain(|(_, row)| !aside.contains(row));
        owners.par_sort_unstable();
        owners
    }

    /// Rows that share a token, a group for each token that more than one row has.
    fn shared(&self) -> Vec<Vec<u32>> {
        let owners = self.owners(&BTreeSet::new());
        let groups = owners.chunk_by(|x, y| x.0 == y.0).filter(|owners| owners.len() > 1);
        groups.map(|owners| owners.iter().map(|(_, row)| *row).collect()).collect()
    }
}

fn parts(parcel: OpenedParcel) -> Result<(Vec<Handle>, Encodings, Keys), LinkageError> {
    let rows = parcel.into_rows();
    Ok((rows.handles, Encodings::new(rows.length, rows.words)?, Keys { each: rows.exact, tokens: rows.keys }))
}

fn tail(side: &Encodings, plan: &Plan) -> Result<Tail, LinkageError> {
    let rows = (plan.sampled_pairs / side.len().max(1)).clamp(1, side.len().max(1));
    stranger_tail(side, Measure::Hamming, rows, &|_| ControlFlow::Continue(()))
}

/// What strangers reach beyond what one pair in a thousand does, from up to a thousand million pairs, where a list has more than were
/// sampled: the more are seen, the less is left to a line drawn on.
fn upper(side: &Encodings, tail: &Tail) -> Result<Tail, LinkageError> {
    const PAIRS: u64 = 1_000_000_000;
    let all = side.len() as u64 * (side.len() as u64).saturating_sub(1);
    if tail.pairs() >= all {
        return Ok(tail.clone());
    }
    let floor = tail.highest_with(tail.pairs() / 1_000 + 1).unwrap_or(0);
    upper_tail(side, Measure::Hamming, super::Score(floor), PAIRS, &|_| ControlFlow::Continue(()))
}

/// `N · P(a stranger agrees in more than mean + 3·√length bits)`: six standard deviations beyond the average.
pub(crate) fn visible_degree(tail: &Tail, population: usize) -> f64 {
    if tail.pairs() == 0 {
        return 0.0;
    }
    let total: f64 = (0..=tail.length()).map(|s| f64::from(s) * tail.count(super::Score(s)) as f64).sum();
    let bound = total / tail.pairs() as f64 + 3.0 * f64::from(tail.length()).sqrt();
    let visible = tail.at_least(super::Score(bound.floor() as u16 + 1));
    population as f64 * visible as f64 / tail.pairs() as f64
}

/// Rows that share a keyed token, one-to-one: most shared tokens first, then by row. A link is strong if neither row shares a token
/// with a third.
fn by_identifier(first: Vec<([u8; 16], u32)>, second: Vec<([u8; 16], u32)>) -> Vec<(u32, u32, Firmness)> {
    /// A token that more rows of a list have identifies nobody.
    const SHARED_BY: usize = 8;
    let mut theirs = second.chunk_by(|x, y| x.0 == y.0).peekable();
    let mut shared: HashMap<(u32, u32), u32> = HashMap::new();
    for owners in first.chunk_by(|x, y| x.0 == y.0) {
        while theirs.next_if(|other| other[0].0 < owners[0].0).is_some() {}
        let Some(others) = theirs.next_if(|other| other[0].0 == owners[0].0) else { continue };
        if owners.len() <= SHARED_BY && others.len() <= SHARED_BY {
            for (&(_, a), &(_, b)) in owners.iter().flat_map(|a| others.iter().map(move |b| (a, b))) {
                *shared.entry((a, b)).or_default() += 1;
            }
        }
    }
    let mut pairs: Vec<((u32, u32), u32)> = shared.into_iter().collect();
    pairs.sort_unstable_by_key(|&(pair, count)| (std::cmp::Reverse(count), pair));
    let (mut rivals_a, mut rivals_b): (HashMap<u32, u32>, HashMap<u32, u32>) = Default::default();
    for &((a, b), _) in &pairs {
        *rivals_a.entry(a).or_default() += 1;
        *rivals_b.entry(b).or_default() += 1;
    }
    let (mut taken_a, mut taken_b) = (std::collections::HashSet::new(), std::collections::HashSet::new());
    let mut links = Vec::new();
    for ((a, b), _) in pairs {
        if !taken_a.contains(&a) && !taken_b.contains(&b) {
            taken_a.insert(a);
            taken_b.insert(b);
            let alone = rivals_a.get(&a) == Some(&1) && rivals_b.get(&b) == Some(&1);
            links.push((a, b, if alone { Firmness::Strong } else { Firmness::Possible }));
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(rows: &[&[u8]]) -> Vec<([u8; 16], u32)> {
        let tokens = rows.iter().flat_map(|row| row.iter().map(|&k| [k; 16])).collect();
        Keys { each: rows[0].len(), tokens }.owners(&BTreeSet::new())
    }

    #[test]
    fn rows_that_share_an_identifier_are_linked_once() {
        let links = by_identifier(keys(&[&[1, 10], &[2, 11], &[3, 12]]), keys(&[&[2, 20], &[1, 10], &[9, 21]]));
        let mut found: Vec<_> = links.iter().map(|l| (l.0, l.1, l.2)).collect();
        found.sort_unstable();
        assert_eq!(found, [(0, 1, Firmness::Strong), (1, 0, Firmness::Strong)]);
    }

    #[test]
    fn a_rival_makes_a_link_by_identifier_possible_only() {
        let links = by_identifier(keys(&[&[1, 5], &[1, 6]]), keys(&[&[1, 5]]));
        assert_eq!(links, [(0, 0, Firmness::Possible)]);
    }

    #[test]
    fn a_token_that_half_the_list_has_links_nobody() {
        let crowd: Vec<&[u8]> = vec![&[1]; 9];
        assert_eq!(by_identifier(keys(&crowd), keys(&[&[1]])), []);
    }
}
