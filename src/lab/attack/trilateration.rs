//! A4, known-pair trilateration: a person is where the distances to known people say.
//!
//! The attacker knows some encodings to be of certain people: landmarks. Every victim has similarities to the landmarks'
//! encodings; every candidate has expected similarities to the landmarks' plain texts. Both are standardised by landmark,
//! and candidates are ranked by correlation.

use ndarray::ArrayView1;

use super::matrix::product_blocks;
use super::similarity::{expected, seen, standardise};
use super::success::{Success, rank};
use super::target::Target;

/// Ranks the register for every victim in it.
pub(super) fn attack(target: &Target<'_>) -> Success {
    let mut observed = seen(target.scheme, &target.codes, &target.known_codes);
    standardise(&mut observed);
    let mut wanted = expected(target.scheme, &target.lexicon, &target.register, &target.known);
    standardise(&mut wanted);
    let ranks = product_blocks(observed.view(), wanted.t(), |start, scores| {
        scores.rows().into_iter().enumerate().filter_map(|(at, row)| ranked(row, target.truth[start + at])).collect()
    });
    let landmarks = target.known.len() as u64;
    let comparisons = landmarks * (target.codes.len() + target.register.len()) as u64
        + target.codes.len() as u64 * target.register.len() as u64;
    Success::of(&ranks, target.register.len(), comparisons)
}

/// The rank of the truth in one victim's scores; nothing for a victim outside the register.
pub(super) fn ranked(scores: ArrayView1<'_, f32>, truth: Option<u32>) -> Option<Option<u32>> {
    let truth = truth? as usize;
    Some(Some(match scores.as_slice() {
        Some(scores) => rank(scores, truth),
        None => rank(&scores.to_vec(), truth),
    }))
}
