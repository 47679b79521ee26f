//! A6, attribute codebook: a filter for one attribute is a cipher with a known vocabulary and known frequencies.
//!
//! The attacker has a list of names with frequencies from *other* people. Distinct encodings and distinct names are two
//! graphs by similarity; the most frequent of each, paired by rank, are the seeds, some of them right; percolation does
//! the rest. Nobody needs to be on both lists. A1, frequency alignment, is the pairing by rank alone.

use std::collections::HashMap;
use std::hash::Hash;

use super::graph::{Match, alike, order, percolate, seeds};
use super::matrix::product_blocks;
use super::scheme::{Bag, Codes};
use super::similarity::{expected, seen};
use super::success::Success;
use super::target::Target;
use super::trilateration::ranked;

/// Most frequent values that are looked at.
const VALUES: usize = 2500;

/// Values paired by frequency to begin with.
const SEEDS: usize = 40;

/// Distinct values of both sides, the most frequent first.
pub(super) struct Values {
    codes: Codes,
    /// Where among the victims each encoding occurs first.
    pub(super) places: Vec<usize>,
    pub(super) names: Vec<Bag>,
    /// Which name each encoding is of; nothing if it is not on the attacker's list.
    pub(super) truth: Vec<Option<u32>>,
    /// How often each encoding and each name occurs.
    counts: (Vec<f32>, Vec<f32>),
}

impl Values {
    pub(super) fn of(target: &Target<'_>) -> Self {
        let (listed, name_counts) = by_frequency(target.register.iter());
        let names: Vec<Bag> = listed.into_iter().map(|at| target.register[at].clone()).collect();
        let places: HashMap<&Bag, u32> = names.iter().enumerate().map(|(at, name)| (name, at as u32)).collect();
        let (distinct, code_counts) = by_frequency((0..target.codes.len()).map(|at| target.codes.row(at)));
        let truth = distinct.iter().map(|&at| places.get(&target.victims[at]).copied()).collect();
        let counts = (code_counts, name_counts);
        Self { codes: target.codes.permuted(&distinct), places: distinct, truth, names, counts }
    }
}

/// Where each of the most frequent values occurs first, and how often it does, by falling frequency.
fn by_frequency<T: Eq + Hash>(values: impl Iterator<Item = T>) -> (Vec<usize>, Vec<f32>) {
    let mut counts: HashMap<T, (usize, usize)> = HashMap::new();
    for (at, value) in values.enumerate() {
        counts.entry(value).or_insert((0, at)).0 += 1;
    }
    let mut found: Vec<(usize, usize)> = counts.into_values().collect();
    found.sort_unstable_by_key(|&(count, at)| (std::cmp::Reverse(count), at));
    found.into_iter().take(VALUES).map(|(count, at)| (at, count as f32)).unzip()
}

/// Identifies the distinct encodings of one attribute, similarities helping.
pub(super) fn attack(target: &Target<'_>) -> Success {
    let values = Values::of(target);
    let left = order(seen(target.scheme, &values.codes, &values.codes));
    let right = order(expected(target.scheme, &target.lexicon, &values.names, &values.names));
    let first = SEEDS.min(values.codes.len()).min(values.names.len());
    // Two ways to begin; the attacker sees which matching is the firmer.
    let starts = [seeds((0..first).map(|at| (at, at))), alike(&left, &right, vec![values.counts.clone()])];
    let [by_rank, by_shape] = starts.map(|start| percolate(&left, &right, start));
    let Match { rows, columns, .. } = if by_rank.firmness > by_shape.firmness { by_rank } else { by_shape };
    let ranks = product_blocks(rows.view(), columns.t(), |start, scores| {
        scores.rows().into_iter().enumerate().filter_map(|(at, row)| ranked(row, values.truth[start + at])).collect()
    });
    let (n, m) = (values.codes.len() as u64, values.names.len() as u64);
    Success::of(&ranks, values.names.len(), n * n / 2 + m * m / 2 + n * m)
}

/// Pairs encodings with names by frequency alone: the guess for the nth encoding is the nth name, then its neighbours.
pub(super) fn frequency(target: &Target<'_>) -> Success {
    let values = Values::of(target);
    let guess = |(at, truth): (usize, &Option<u32>)| truth.map(|truth| Some(2 * (at as u32).abs_diff(truth)));
    let ranks: Vec<Option<u32>> = values.truth.iter().enumerate().filter_map(guess).collect();
    Success::of(&ranks, values.names.len(), 0)
}

/// How many distinct encodings are of names on the attacker's list.
pub(super) fn findable(target: &Target<'_>) -> usize {
    Values::of(target).truth.iter().flatten().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_values_come_first_and_each_once() {
        let (places, counts) = by_frequency(["a", "b", "c", "b", "c", "c"].into_iter());
        assert_eq!((places, counts), (vec![2, 1, 0], vec![3.0, 2.0, 1.0]));
    }
}
