//! A3b, node embedding: coordinates of every node from random walks on each graph, one coordinate system turned onto the other.
//!
//! After Schäfer, Armknecht and Heng, "R+R: Revisiting Graph Matching Attacks on Privacy-Preserving Record Linkage" (ACSAC
//! 2024), with other parts where theirs are trained:
//!
//! 1. The graph keeps the tenth of its pairs that are most alike, weighted by likeness.
//! 2. Coordinates are a factorisation of the matrix that node2vec's walks sample (NetMF for a small window: Qiu et al., WSDM
//!    2018), with one negative sample and walks of no preference.
//! 3. The two systems are aligned without any known pair and the nodes assigned: [`alignment`](super::alignment).

use ndarray::{Array1, Array2, Axis};

use super::alignment::align;
use super::matrix::product;
use super::similarity::{expected, seen};
use super::spectral::leading;
use super::success::Success;
use super::target::Target;
use super::trilateration::ranked;

/// Most nodes on either side: work grows with the cube, memory with the square.
pub(super) const NODES: usize = 5000;

/// Share of pairs that are edges.
const EDGES: f64 = 0.1;

/// Longest way between two nodes of a walk that count as neighbours.
const WINDOW: usize = 4;

/// Coordinates of a node.
const WIDTH: usize = 128;

/// Identifies the victims by the places of nodes in the two graphs.
pub(super) fn attack(target: &Target<'_>) -> Success {
    let scheme = target.scheme;
    let left = coordinates(seen(scheme, &target.codes, &target.codes), target.seed);
    let right = coordinates(expected(scheme, &target.lexicon, &target.register, &target.register), target.seed);
    let scores = align(&left, &right);
    let rows = scores.axis_iter(Axis(0)).zip(&target.truth);
    let ranks: Vec<Option<u32>> = rows.filter_map(|(row, truth)| ranked(row, *truth)).collect();
    let (n, m) = (target.codes.len() as u64, target.register.len() as u64);
    Success::of(&ranks, target.register.len(), n * n / 2 + m * m / 2 + n * m)
}

/// Coordinates of the nodes, one a row (nodes × at most [`WIDTH`]), of unit length.
pub(super) fn coordinates(similarity: Array2<f32>, seed: u64) -> Array2<f32> {
    let edges = strongest(similarity);
    let walks = walks(edges);
    let (vectors, values) = leading(&walks, WIDTH.min(walks.nrows() / 2), seed);
    let mut out = vectors * &values.mapv(f32::sqrt);
    unit(&mut out);
    out
}

/// Scales every row to unit length.
pub(super) fn unit(matrix: &mut Array2<f32>) {
    for mut row in matrix.rows_mut() {
        let norm = row.dot(&row).sqrt().max(f32::MIN_POSITIVE);
        row /= norm;
    }
}

/// Keeps the strongest pairs as weights; nobody is their own neighbour.
fn strongest(mut similarity: Array2<f32>) -> Array2<f32> {
    let n = similarity.nrows();
    let mut pairs: Vec<f32> =
        (0..n).flat_map(|i| similarity.row(i).into_iter().skip(i + 1).copied().collect::<Vec<_>>()).collect();
    let kept = ((pairs.len() as f64 * EDGES) as usize).min(pairs.len().saturating_sub(1));
    let least = *pairs.select_nth_unstable_by(kept, |a, b| b.total_cmp(a)).1;
    similarity.mapv_inplace(|cell| if cell >= least { cell.max(0.0) } else { 0.0 });
    similarity.diag_mut().fill(0.0);
    similarity
}

/// `ln max(1, vol / T · Σ (D⁻¹A)^r D⁻¹)`, r = 1 … T: how much oftener than by chance walks see two nodes near each other.
fn walks(edges: Array2<f32>) -> Array2<f32> {
    let degrees: Array1<f32> = edges.sum_axis(Axis(1)).mapv(|degree| degree.max(1e-6));
    let volume: f32 = degrees.sum();
    let mut step = edges;
    step.axis_iter_mut(Axis(0)).zip(&degrees).for_each(|(mut row, degree)| row /= *degree);
    // P + P² + … by Horner's rule: P(1 + P(1 + …)).
    let mut sum = step.clone();
    for _ in 1..WINDOW {
        sum.diag_mut().mapv_inplace(|cell| cell + 1.0);
        sum = product(step.view(), sum.view());
    }
    sum /= &degrees;
    sum.mapv_inplace(|cell| (cell * volume / WINDOW as f32).max(1.0).ln());
    sum
}
