//! A2, pattern mining: positions that are set together give tokens away, and tokens give people away.
//!
//! After Christen, Vidanage, Ranbaduge and Schnell, "Pattern-Mining Based Cryptanalysis of Bloom Filters for
//! Privacy-Preserving Record Linkage" (PAKDD 2018):
//!
//! 1. [Patterns](super::patterns) are mined from the encodings alone.
//! 2. A pattern is taken for the token whose support in the attacker's list matches its own. Where the publication splits
//!    its lists by tokens found before and compares supports in the parts, all supports together with patterns assigned
//!    so far are compared at once, and the clearest pairs kept, round by round.
//! 3. A victim's patterns say which of these tokens the record holds and which it lacks; candidates are ranked by how many
//!    they contradict.

use std::collections::HashMap;

use ndarray::{Array2, Axis};
use rayon::prelude::*;

use super::codebook::Values;
use super::graph::{Pair, closeness, mutual};
use super::matrix::product_blocks;
use super::patterns::{Pattern, Rows, SUPPORT, both, mine, same};
use super::scheme::Bag;
use super::success::Success;
use super::target::Target;
use super::trilateration::ranked;

/// Rounds of assignment.
const ROUNDS: usize = 12;

/// Pairs to begin with: those whose supports alone agree most clearly.
const SEEDS: [usize; 4] = [5, 12, 30, 75];

/// Tokens of the list at most, the most frequent.
const TOKENS: usize = 600;

/// Identifies the victims, or of encodings of one attribute the distinct ones, by the tokens that their bits give away.
pub(super) fn attack(target: &Target<'_>) -> Success {
    let params = target.scheme.params;
    let unit = usize::from(params.insertions);
    // Light tokens set too few positions to stand out; heavier ones show by at least half a unit's.
    let tokens = tokens(&target.register, params.insertions / 2);
    let right = joint(tokens.iter().map(|token| &token.rows).collect(), target.register.len());
    let patterns = mine(&target.codes, usize::from(params.length), (unit / 2).max(4));
    let pairs = assign(&patterns, target.codes.len(), &right);
    let (places, truth, candidates) = if target.scheme.tokens.is_attribute() {
        let Values { places, truth, names, .. } = Values::of(target);
        (places, truth, names)
    } else {
        ((0..target.codes.len()).collect(), target.truth.clone(), target.register.clone())
    };
    let told = Array2::from_shape_fn((places.len(), pairs.len()), |(i, j)| {
        sign(patterns[pairs[j].left].rows[places[i] / 64] >> (places[i] % 64) & 1 == 1)
    });
    let held = Array2::from_shape_fn((candidates.len(), pairs.len()), |(i, j)| {
        sign(tokens[pairs[j].right].numbers.iter().any(|token| holds(&candidates[i], *token)))
    });
    let ranks = product_blocks(told.view(), held.t(), |start, scores| {
        scores.rows().into_iter().enumerate().filter_map(|(at, row)| ranked(row, truth[start + at])).collect()
    });
    Success::of(&ranks, candidates.len(), (places.len() * candidates.len()) as u64)
}

fn sign(yes: bool) -> f32 {
    if yes { 1.0 } else { -1.0 }
}

fn holds(bag: &Bag, token: u32) -> bool {
    bag.binary_search_by_key(&token, |(number, _)| *number).is_ok()
}

/// Tokens that (nearly) always occur together, and who in the list holds them.
struct Held {
    numbers: Vec<u32>,
    rows: Rows,
}

/// The most frequent tokens that set at least `least` positions.
fn tokens(list: &[Bag], least: u16) -> Vec<Held> {
    let mut rows: HashMap<u32, Rows> = HashMap::new();
    for (at, bag) in list.iter().enumerate() {
        for (token, _) in bag.iter().filter(|(_, count)| *count >= least) {
            rows.entry(*token).or_insert_with(|| vec![0; list.len().div_ceil(64)])[at / 64] |= 1 << (at % 64);
        }
    }
    let supported = rows.into_iter().map(|(token, rows)| (rows.iter().map(|row| row.count_ones()).sum(), token, rows));
    let mut supported: Vec<(u32, u32, Rows)> = supported.filter(|(support, ..)| *support >= SUPPORT).collect();
    supported.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    supported.truncate(TOKENS);
    let mut out: Vec<Held> = Vec::new();
    for (_, token, rows) in supported {
        match out.iter_mut().find(|held| same(&held.rows, &rows)) {
            Some(held) => held.numbers.push(token),
            None => out.push(Held { numbers: vec![token], rows }),
        }
    }
    out
}

/// Pairs of a pattern and a token whose supports agree, alone and together with those of other pairs; `right` has the tokens'
/// [`joint`] supports.
fn assign(patterns: &[Pattern], encodings: usize, right: &Array2<f32>) -> Vec<Pair> {
    let left = joint(patterns.iter().map(|pattern| &pattern.rows).collect(), encodings);
    let found = SEEDS.into_par_iter().map(|seeds| agreeing(&left, right, seeds)).collect::<Vec<_>>();
    found.into_iter().max_by_key(Vec::len).unwrap_or_default()
}

/// Roots of the shares that hold both of two: about equally uncertain whether the shares are small or large.
fn joint(side: Vec<&Rows>, total: usize) -> Array2<f32> {
    let root = |(i, j): (usize, usize)| (both(side[i], side[j]) as f32 / total.max(1) as f32).sqrt();
    Array2::from_shape_fn((side.len(), side.len()), root)
}

/// Begins with the pairs whose own supports agree most clearly; further pairs follow by what they share with those.
fn agreeing(left: &Array2<f32>, right: &Array2<f32>, seeds: usize) -> Vec<Pair> {
    if left.is_empty() || right.is_empty() {
        return Vec::new();
    }
    let own = |side: &Array2<f32>| side.diag().to_owned().insert_axis(Axis(1));
    let alone = closeness(&own(left), &own(right));
    let mut pairs = mutual(&alone);
    pairs.truncate(seeds);
    for round in 0..ROUNDS {
        let (rows, columns): (Vec<usize>, Vec<usize>) = pairs.iter().map(|pair| (pair.left, pair.right)).unzip();
        let scores = &alone + &closeness(&left.select(Axis(1), &rows), &right.select(Axis(1), &columns));
        pairs = mutual(&scores);
        let share = (round + 2) as f64 / (ROUNDS + 1) as f64;
        pairs.truncate(((pairs.len() as f64 * share) as usize).max(SEEDS[0]));
    }
    pairs
}
