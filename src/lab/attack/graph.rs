//! A3, unseeded graph attack: two similarity graphs of one population look alike, wherever the key put the bits.
//!
//! 1. Similarities are replaced by `−ln(1 − rank)`, so that only their order matters.
//! 2. Every node gets features of its own row, smoothed over its neighbours: distributions that agree between two samples
//!    of one population without any common neighbour.
//! 3. Mutual nearest neighbours with the widest margins are seeds.
//! 4. Percolation: pairs so far are landmarks, nodes are matched by their similarities to them, a growing share is kept.

use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate};
use rayon::prelude::*;

use super::matrix::{product, product_blocks, solve};
use super::similarity::{expected, seen, standardise};
use super::success::Success;
use super::target::Target;
use super::trilateration::ranked;

/// Most landmarks of one round.
const LANDMARKS: usize = 1500;

/// Rounds of percolation.
const ROUNDS: usize = 8;

/// A matched pair: row, column, and by how much it is better than the next best of either.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) left: usize,
    pub(super) right: usize,
    margin: f32,
}

/// What the attacker sees of the pairs of encodings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sees {
    /// How alike every two of them are.
    Scores,
    /// Which pairs were kept as candidates, and no score: A7, what is left of a linkage without blocks.
    Candidates,
}

/// Share of pairs that are candidates where no score is seen.
const CANDIDATES: f64 = 0.02;

/// Identifies the victims by the shape of the graph alone.
pub(super) fn attack(target: &Target<'_>, sees: Sees) -> Success {
    let scheme = target.scheme;
    let (mut left, mut right) = (
        order(seen(scheme, &target.codes, &target.codes)),
        order(expected(scheme, &target.lexicon, &target.register, &target.register)),
    );
    if sees == Sees::Candidates {
        [&mut left, &mut right].into_iter().for_each(candidates);
    }
    let weights = (scheme.params.diffusion == 1 && sees == Sees::Scores).then(|| {
        let ones = |at| target.codes.row(at).iter().map(|word| word.count_ones()).sum::<u32>() as f32;
        let set = |bag: &Vec<(u32, u16)>| bag.iter().map(|(_, count)| f32::from(*count)).sum();
        let left: Vec<f32> = (0..target.codes.len()).map(ones).collect();
        (left, target.register.iter().map(set).collect::<Vec<f32>>())
    });
    let (left_weights, right_weights) = weights.unzip();
    let seeds = alike(&left, &right, left_weights.zip(right_weights).into_iter().collect());
    let Match { rows, columns, .. } = percolate(&left, &right, seeds);
    let ranks = product_blocks(rows.view(), columns.t(), |start, scores| {
        scores.rows().into_iter().enumerate().filter_map(|(at, row)| ranked(row, target.truth[start + at])).collect()
    });
    let (n, m) = (target.codes.len() as u64, target.register.len() as u64);
    Success::of(&ranks, target.register.len(), n * n / 2 + m * m / 2 + n * m)
}

/// Seeds by shape: mutual nearest neighbours in the space of features, the clearest third. `columns` are further features
/// of either side's nodes, of which the order alone counts.
pub(super) fn alike(left: &Array2<f32>, right: &Array2<f32>, columns: Vec<(Vec<f32>, Vec<f32>)>) -> Vec<Pair> {
    let (a, b): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let mut features = [features(left, a), features(right, b)];
    whiten(&mut features);
    let mut seeds = mutual(&closeness(&features[0], &features[1]));
    seeds.truncate((seeds.len() / 3).max(3));
    seeds
}

/// Replaces every similarity by `−ln(1 − rank)` among all of its matrix; nobody's likeness to themselves counts.
pub(super) fn order(mut similarity: Array2<f32>) -> Array2<f32> {
    let n = similarity.nrows();
    let mut sorted: Vec<f32> =
        (0..n).flat_map(|i| similarity.row(i).iter().skip(i + 1).copied().collect::<Vec<_>>()).collect();
    sorted.par_sort_unstable_by(f32::total_cmp);
    let count = sorted.len().max(1) as f32;
    similarity.axis_iter_mut(Axis(0)).enumerate().collect::<Vec<_>>().into_par_iter().for_each(|(i, mut row)| {
        for (j, cell) in row.iter_mut().enumerate() {
            let below = sorted.partition_point(|other| other < cell);
            let upto = below + sorted[below..].partition_point(|other| other <= cell);
            let rank = (below + upto) as f32 / 2.0 / count;
            *cell = if i == j { 1.0 } else { -(1.0 - rank).max(0.5 / count).ln() };
        }
    });
    similarity
}

/// Keeps of an ordered graph only which pairs are among the most alike.
fn candidates(graph: &mut Array2<f32>) {
    let least = -(CANDIDATES.ln()) as f32;
    graph.mapv_inplace(|cell| if cell >= least { 1.0 } else { 0.0 });
    graph.diag_mut().fill(1.0);
}

/// Features of every node: of its row, and of its neighbours' rows, near and further.
fn features(graph: &Array2<f32>, columns: Vec<Vec<f32>>) -> Array2<f32> {
    const QUANTILES: [f32; 6] = [0.5, 0.75, 0.9, 0.97, 0.99, 0.995];
    let n = graph.nrows();
    let rows: Vec<Vec<f32>> = graph
        .axis_iter(Axis(0))
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|row| {
            let mut sorted = row.to_vec();
            sorted.sort_unstable_by(f32::total_cmp);
            let mean = sorted.iter().sum::<f32>() / n as f32;
            let variance = sorted.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / n as f32;
            let mut own = vec![mean, variance.sqrt()];
            own.extend(QUANTILES.map(|q| sorted[((n - 1) as f32 * q) as usize]));
            own
        })
        .collect();
    let mut own = Array2::from_shape_fn((n, 2 + QUANTILES.len()), |(i, j)| rows[i][j]);
    for weights in columns {
        let mut sorted = weights.clone();
        sorted.sort_unstable_by(f32::total_cmp);
        let place = |w: &f32| (sorted.partition_point(|o| o < w) + sorted.partition_point(|o| o <= w)) as f32 / 2.0;
        let column = Array2::from_shape_fn((n, 1), |(i, _)| place(&weights[i]) / n as f32);
        own = side_by_side(&[own, column]);
    }
    scale(&mut own);
    let mut all = vec![own.clone()];
    for sharpness in [1.0_f32, 2.0] {
        let mut kernel = graph.mapv(|x| (sharpness * x).exp());
        kernel.diag_mut().fill(0.0);
        kernel.axis_iter_mut(Axis(0)).for_each(|mut row| {
            let sum = row.sum().max(f32::MIN_POSITIVE);
            row /= sum;
        });
        let mut smooth = own.clone();
        for _ in 0..3 {
            smooth = product(kernel.view(), smooth.view());
            scale(&mut smooth);
            all.push(smooth.clone());
        }
    }
    side_by_side(&all)
}

fn side_by_side(parts: &[Array2<f32>]) -> Array2<f32> {
    let views: Vec<ArrayView2<'_, f32>> = parts.iter().map(|part| part.view()).collect();
    match concatenate(Axis(1), &views) {
        Ok(all) => all,
        Err(_) => unreachable!("features of one graph have a row for each node"),
    }
}

/// Centres and scales every column.
fn scale(matrix: &mut Array2<f32>) {
    for mut column in matrix.columns_mut() {
        let mean = column.mean().unwrap_or(0.0);
        let deviation = (column.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / column.len() as f32).sqrt();
        column.mapv_inplace(|x| (x - mean) / deviation.max(1e-9));
    }
}

/// Takes correlation between features out, so that what many of them say counts once.
fn whiten(sides: &mut [Array2<f32>; 2]) {
    let width = sides[0].ncols();
    let mut covariance = Array2::<f32>::zeros((width, width));
    let mut rows = 0;
    for side in sides.iter_mut() {
        scale(side);
        covariance += &product(side.t(), side.view());
        rows += side.nrows();
    }
    covariance /= rows.max(1) as f32;
    covariance.diag_mut().mapv_inplace(|d| d + 0.02);
    // Mahalanobis distance by the inverse: (a − b)ᵀ C⁻¹ (a − b), so one side of each product is multiplied by C⁻¹.
    let mut inverse = Array2::eye(width);
    solve(&mut covariance, &mut inverse);
    let root = root(&inverse);
    for side in sides {
        *side = product(side.view(), root.view());
    }
}

/// A lower triangular `r` with `r·rᵀ = a`.
fn root(a: &Array2<f32>) -> Array2<f32> {
    let n = a.nrows();
    let mut r = Array2::<f32>::zeros((n, n));
    for j in 0..n {
        let pivot = (0..j).fold(a[[j, j]], |sum, p| sum - r[[j, p]] * r[[j, p]]).max(1e-6).sqrt();
        r[[j, j]] = pivot;
        for i in j + 1..n {
            r[[i, j]] = (0..j).fold(a[[i, j]], |sum, p| sum - r[[i, p]] * r[[j, p]]) / pivot;
        }
    }
    r
}

/// Minus half the squared distance of every row of `a` to every row of `b`.
pub(super) fn closeness(a: &Array2<f32>, b: &Array2<f32>) -> Array2<f32> {
    let halves =
        |side: &Array2<f32>| -> Array1<f32> { side.rows().into_iter().map(|row| row.dot(&row) / 2.0).collect() };
    let mut out = product(a.view(), b.t());
    out -= &halves(b);
    out -= &halves(a).insert_axis(Axis(1));
    out
}

/// Pairs that are each other's best, the clearest first.
pub(super) fn mutual(scores: &Array2<f32>) -> Vec<Pair> {
    let best = |row: ndarray::ArrayView1<'_, f32>| {
        let mut found = (usize::MAX, f32::NEG_INFINITY, f32::NEG_INFINITY);
        for (at, &score) in row.iter().enumerate() {
            if score > found.1 {
                found = (at, score, found.1);
            } else if score > found.2 {
                found.2 = score;
            }
        }
        found
    };
    let along = |axis: Axis| -> Vec<(usize, f32, f32)> {
        scores.axis_iter(axis).collect::<Vec<_>>().into_par_iter().map(best).collect()
    };
    let (rows, columns) = (along(Axis(0)), along(Axis(1)));
    let mut pairs: Vec<Pair> = rows
        .iter()
        .enumerate()
        .filter(|(left, (right, ..))| columns.get(*right).is_some_and(|column| column.0 == *left))
        .map(|(left, &(right, first, second))| Pair {
            left,
            right,
            margin: (first - second).min(first - columns[right].2),
        })
        .collect();
    pairs.sort_by(|a, b| b.margin.total_cmp(&a.margin).then(a.left.cmp(&b.left)));
    pairs
}

/// Coordinates of both sides whose products are the final scores, and how firm the matching is.
pub(super) struct Match {
    pub(super) rows: Array2<f32>,
    pub(super) columns: Array2<f32>,
    /// Sum of the mutual pairs' margins: what the attacker can see of the success.
    pub(super) firmness: f32,
}

/// Grows seeds into a matching.
pub(super) fn percolate(left: &Array2<f32>, right: &Array2<f32>, mut pairs: Vec<Pair>) -> Match {
    let mut found =
        Match { rows: Array2::zeros((left.nrows(), 1)), columns: Array2::zeros((right.nrows(), 1)), firmness: 0.0 };
    for round in 0..ROUNDS {
        let landmarks = &pairs[..pairs.len().min(LANDMARKS)];
        if landmarks.is_empty() {
            break;
        }
        found.rows = coordinates(left, landmarks.iter().map(|p| p.left));
        found.columns = coordinates(right, landmarks.iter().map(|p| p.right));
        pairs = mutual(&product(found.rows.view(), found.columns.t()));
        found.firmness = pairs.iter().map(|pair| pair.margin).sum();
        let share = 0.4 + 0.6 * (round + 1) as f64 / ROUNDS as f64;
        pairs.truncate(((pairs.len() as f64 * share) as usize).max(3));
    }
    found
}

/// Similarities of every node to the landmarks of its side, standardised.
fn coordinates(graph: &Array2<f32>, landmarks: impl Iterator<Item = usize>) -> Array2<f32> {
    let mut out = graph.select(Axis(1), &landmarks.collect::<Vec<_>>());
    standardise(&mut out);
    out
}

/// Seeds that another attack found.
pub(super) fn seeds(pairs: impl Iterator<Item = (usize, usize)>) -> Vec<Pair> {
    pairs.map(|(left, right)| Pair { left, right, margin: 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_depends_on_the_order_of_similarities_alone() {
        let base = Array2::from_shape_fn((6, 6), |(i, j)| ((i * j + i + j) % 7) as f32);
        let curved = base.mapv(|x| (x / 3.0).exp());
        assert_eq!(order(base), order(curved));
    }

    #[test]
    fn candidates_are_the_most_alike_and_carry_no_score() {
        let mut graph = order(Array2::from_shape_fn((60, 60), |(i, j)| ((i + j) * 7 % 101) as f32));
        candidates(&mut graph);
        assert!(graph.iter().all(|cell| [0.0, 1.0].contains(cell)));
        let kept = graph.iter().sum::<f32>() - 60.0;
        assert!(kept > 0.0 && kept < 0.05 * 3600.0, "{kept}");
    }

    #[test]
    fn mutual_best_pairs_come_clearest_first() {
        let scores = Array2::from_shape_vec((3, 3), vec![0.9, 0.1, 0.0, 0.2, 0.5, 0.45, 0.7, 0.3, 0.35]).expect("nine");
        let pairs: Vec<(usize, usize)> = mutual(&scores).iter().map(|p| (p.left, p.right)).collect();
        assert_eq!(pairs, [(0, 0), (1, 1)]);
    }
}
