//! A9, the key holder's bound: whoever has the key encodes the register and looks every encoding up.
//!
//! Nothing survives this, and nothing in an encoding that keeps similarity could. It says what collusion of the operator
//! with one agency costs, and how many candidates are alike for everybody.

use ndarray::Axis;

use super::similarity::seen;
use super::success::Success;
use super::target::Target;
use super::trilateration::ranked;

/// Ranks the register, encoded under the true key, for every victim in it.
pub(super) fn attack(target: &Target<'_>) -> Success {
    let candidates = target.lexicon.encode(target.scheme, &target.register, target.key);
    let scores = seen(target.scheme, &target.codes, &candidates);
    let rows = scores.axis_iter(Axis(0)).zip(&target.truth);
    let ranks: Vec<Option<u32>> = rows.filter_map(|(row, truth)| ranked(row, *truth)).collect();
    Success::of(&ranks, candidates.len(), (target.codes.len() * candidates.len()) as u64)
}
