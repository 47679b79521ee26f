//! Two sets of coordinates of unlabelled nodes, one turned onto the other, and nodes assigned to nodes.
//!
//! Wasserstein–Procrustes (Grave, Joulin and Berthet, "Unsupervised alignment of embeddings with Wasserstein Procrustes",
//! AISTATS 2019): an assignment from inner products alone to begin with (their convex relaxation, by Frank and Wolfe's method), then
//! in turn the best rotation for an assignment and the best assignment for a rotation. Assignments are smooth, by entropic
//! transport (Sinkhorn's scaling), and grow sharper; all nodes take part in every round. The sharpest stands for a
//! min-cost bipartite matching, which would take the cube of the nodes on one core.

use ndarray::{Array1, Array2, ArrayViewMut1, Axis};
use rayon::prelude::*;

use super::matrix::{BLOCK, product};
use super::spectral::{Svd, svd};

/// Rounds of the beginning.
const BEGIN: usize = 20;

/// Smoothness of the beginning's assignments, in standard deviations of the cost.
const BEGIN_SMOOTH: f32 = 0.2;

/// Rounds of rotation and assignment.
const ROUNDS: usize = 60;

/// Smoothness of assignments in the first and in the last round, in units of cosine.
const SMOOTH: (f32, f32) = (0.1, 0.01);

/// Scalings of an assignment's rows and columns.
const SCALINGS: usize = 30;

/// Scores of every row of `a` (n × d) with every row of `b` (m × d): the assignment at its sharpest (n × m), where each row's
/// greatest is its partner.
pub(super) fn align(a: &Array2<f32>, b: &Array2<f32>) -> Array2<f32> {
    let mut plan = begin(a, b);
    for round in 0..ROUNDS {
        let part = round as f32 / (ROUNDS - 1) as f32;
        let smooth = SMOOTH.0 * (SMOOTH.1 / SMOOTH.0).powf(part);
        let rotation = rotation(a, b, &plan);
        plan = product(product(a.view(), rotation.view()).view(), b.t());
        transport(&mut plan, smooth);
    }
    plan
}

/// The orthogonal matrix that brings `a` closest to its partners in `b` (Schönemann, Psychometrika 1966).
fn rotation(a: &Array2<f32>, b: &Array2<f32>, plan: &Array2<f32>) -> Array2<f32> {
    let cross = product(a.t(), product(plan.view(), b.view()).view());
    let Svd { u, v, .. } = svd(&cross);
    product(u.view(), v.t())
}

/// Minimises `‖A Aᵀ P − P B Bᵀ‖²` over assignments: inner products must agree, whichever way the coordinates are turned.
fn begin(a: &Array2<f32>, b: &Array2<f32>) -> Array2<f32> {
    let (n, m) = (a.nrows(), b.nrows());
    // Of norm one each, so that sizes do not matter.
    let scaled = |side: &Array2<f32>| {
        let gram = product(side.t(), side.view());
        side / gram.iter().map(|x| x * x).sum::<f32>().sqrt().sqrt().max(f32::MIN_POSITIVE)
    };
    let (a, b) = (scaled(a), scaled(b));
    let (gram_a, gram_b) = (product(a.t(), a.view()), product(b.t(), b.view()));
    let mut plan = Array2::from_elem((n, m), 1.0 / (n * m) as f32);
    for round in 0..BEGIN {
        let (left, right) = (product(a.t(), plan.view()), product(plan.view(), b.view()));
        let cross = product(left.view(), b.view());
        let of_rows = product(gram_a.view(), left.view()) - product(cross.view(), b.t()) * 2.0;
        let of_columns = product(right.view(), gram_b.view());
        // Minus half the slope: what an assignment should have much of.
        let mut gain = -(product(a.view(), of_rows.view()) + product(of_columns.view(), b.t()));
        let deviation = spread(&gain);
        gain /= deviation.max(f32::MIN_POSITIVE);
        transport(&mut gain, BEGIN_SMOOTH);
        let step = 2.0 / (round + 2) as f32;
        plan = plan * (1.0 - step) + gain * step;
    }
    plan
}

/// Standard deviation of what is left of a matrix without the means of its rows and columns.
fn spread(matrix: &Array2<f32>) -> f32 {
    let rows = matrix.mean_axis(Axis(1)).unwrap_or_else(|| Array1::zeros(matrix.nrows()));
    let columns = matrix.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(matrix.ncols()));
    let mean = rows.mean().unwrap_or(0.0);
    let left = matrix - &columns - &(rows - mean).insert_axis(Axis(1));
    let squares: Array1<f32> = left.rows().into_iter().map(|row| row.dot(&row)).collect();
    (squares.sum() / left.len().max(1) as f32).sqrt()
}

/// Replaces scores by the assignment of unit mass that has much of them and even sums of rows and of columns (Sinkhorn's
/// scaling: Cuturi, NIPS 2013).
fn transport(scores: &mut Array2<f32>, smooth: f32) {
    let (n, m) = scores.dim();
    each_row(scores, |mut row| {
        let most = row.fold(f32::NEG_INFINITY, |most, score| most.max(*score));
        row.mapv_inplace(|score| ((score - most) / smooth).exp());
    });
    let even = |sum: f32, count: usize| (count as f32 * sum.max(f32::MIN_POSITIVE)).recip();
    let mut factors = Array1::<f32>::ones(m);
    for _ in 0..SCALINGS {
        // Sums of columns once the rows are even, by blocks of fixed size.
        let blocks = scores.axis_chunks_iter(Axis(0), BLOCK).collect::<Vec<_>>().into_par_iter().map(|block| {
            let mut sums = Array1::<f32>::zeros(m);
            block.rows().into_iter().for_each(|row| sums.scaled_add(even(row.dot(&factors), n), &row));
            sums
        });
        let sums = blocks.collect::<Vec<_>>().into_iter().fold(Array1::<f32>::zeros(m), |sum, block| sum + block);
        factors = sums.mapv(|sum| even(sum, m));
    }
    each_row(scores, |mut row| {
        row *= &factors;
        row *= even(row.sum(), n);
    });
}

fn each_row(matrix: &mut Array2<f32>, f: impl Fn(ArrayViewMut1<'_, f32>) + Send + Sync) {
    matrix.axis_iter_mut(Axis(0)).collect::<Vec<_>>().into_par_iter().for_each(f);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::attack::draws::{Draws, Purpose};
    use crate::lab::attack::embedding::unit;

    #[test]
    fn an_assignment_has_even_sums_and_prefers_high_scores() {
        let mut plan = Array2::from_shape_fn((40, 30), |(i, j)| if i == j { 1.0 } else { (i * j % 7) as f32 / 10.0 });
        transport(&mut plan, 0.1);
        assert!(plan.sum_axis(Axis(1)).iter().all(|sum| (sum * 40.0 - 1.0).abs() < 1e-3));
        assert!(plan.sum_axis(Axis(0)).iter().all(|sum| (sum * 30.0 - 1.0).abs() < 0.05));
        assert!((0..30).all(|at| plan.row(at).iter().all(|cell| *cell <= plan[[at, at]])));
    }

    #[test]
    fn turned_coordinates_are_turned_back_without_any_known_pair() {
        let mut draws = Draws::new(5, Purpose::Sample);
        // Uneven in every direction, as coordinates of graphs are.
        let mut a = Array2::from_shape_fn((200, 6), |(_, j)| (draws.normal().exp() / (j + 1) as f64) as f32);
        unit(&mut a);
        let Svd { u: turn, .. } = svd(&Array2::from_shape_fn((6, 6), |_| draws.normal() as f32));
        let order = draws.order(200);
        let b = product(a.select(Axis(0), &order).view(), turn.view());
        let found = align(&b, &a);
        let right = found.rows().into_iter().zip(&order).filter(|(row, at)| row.iter().all(|cell| *cell <= row[**at]));
        assert!(right.count() > 190);
    }
}
