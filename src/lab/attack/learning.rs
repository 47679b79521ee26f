//! A5, known-pair learning: which bits a token sets is learnt from pairs, then the register is looked up.
//!
//! A ridge regression from tokens to bits, for every bit at once; candidates are ranked by the Gaussian likelihood of the
//! victim's bits, each with the variance that the known pairs leave it. [`network`](super::network) has the non-linear one.

use ndarray::{Array1, Array2, Axis};

use super::matrix::{product, product_blocks, solve};
use super::scheme::{Bag, Codes};
use super::success::Success;
use super::target::Target;
use super::trilateration::ranked;

/// Strength of the ridge: pairs' worth of belief that a token says nothing.
const RIDGE: f32 = 1.0;

/// Ranks the register for every victim in it.
pub(super) fn attack(target: &Target<'_>) -> Success {
    let columns = columns(target);
    let mut tokens = indicators(&target.known, &columns);
    let means = centre(&mut tokens);
    let mut bits = signs(&target.known_codes);
    let bit_means = centre(&mut bits);
    let weights = ridge(&tokens, &bits);
    let fitted = product(tokens.view(), weights.view());
    let residual = (&bits - &fitted).mapv(|r| r * r).mean_axis(Axis(0)).unwrap_or_else(|| Array1::ones(bits.ncols()));
    let precision = residual.mapv(|variance| (variance + 0.05).recip());
    let mut candidates = indicators(&target.register, &columns);
    candidates -= &means;
    let guesses = product(candidates.view(), weights.view());
    let penalty = guesses.mapv(|g| g * g).dot(&precision) / 2.0;
    let mut observed = signs(&target.codes);
    observed -= &bit_means;
    observed *= &precision;
    let ranks = product_blocks(observed.view(), guesses.t(), |start, scores| {
        let scores = &scores - &penalty;
        scores.rows().into_iter().enumerate().filter_map(|(at, row)| ranked(row, target.truth[start + at])).collect()
    });
    Success::of(&ranks, target.register.len(), (target.codes.len() * target.register.len()) as u64)
}

/// Columns of the tokens that some known person has: nothing can be learnt of others.
pub(super) fn columns(target: &Target<'_>) -> Vec<Option<u32>> {
    let mut columns = vec![None; target.lexicon.len()];
    let mut next = 0;
    for (token, _) in target.known.iter().flatten() {
        columns[*token as usize].get_or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
    columns
}

/// One row a bag, one column a token: how many positions it sets, in shares of the most that it sets anywhere.
pub(super) fn indicators(bags: &[Bag], columns: &[Option<u32>]) -> Array2<f32> {
    let width = columns.iter().flatten().count();
    let mut out = Array2::zeros((bags.len(), width));
    for (mut row, bag) in out.rows_mut().into_iter().zip(bags) {
        for (token, _) in bag {
            if let Some(column) = columns[*token as usize] {
                row[column as usize] = 1.0;
            }
        }
    }
    out
}

/// Bits as 1 and −1.
pub(super) fn signs(codes: &Codes) -> Array2<f32> {
    Array2::from_shape_fn((codes.len(), codes.stride * 64), |(at, bit)| {
        if codes.row(at)[bit / 64] >> (bit % 64) & 1 == 1 { 1.0 } else { -1.0 }
    })
}

/// Takes the mean from every column, and returns the means.
fn centre(matrix: &mut Array2<f32>) -> Array1<f32> {
    let means = matrix.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(matrix.ncols()));
    *matrix -= &means;
    means
}

/// `(XᵀX + λ)⁻¹ Xᵀ Y`, by the smaller of the two systems that give it.
fn ridge(x: &Array2<f32>, y: &Array2<f32>) -> Array2<f32> {
    if x.nrows() < x.ncols() {
        let mut gram = product(x.view(), x.t());
        gram.diag_mut().mapv_inplace(|d| d + RIDGE);
        let mut dual = y.clone();
        solve(&mut gram, &mut dual);
        product(x.t(), dual.view())
    } else {
        let mut gram = product(x.t(), x.view());
        gram.diag_mut().mapv_inplace(|d| d + RIDGE);
        let mut weights = product(x.t(), y.view());
        solve(&mut gram, &mut weights);
        weights
    }
}
