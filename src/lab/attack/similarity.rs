//! Similarities as the attacker sees them, and as the attacker expects them.
//!
//! Seen: Dice of plain CLKs, agreement beyond chance (`1 − 2d/l`) of diffused encodings. Expected: from the tokens alone.
//! A position stays free of a bag with probability `Π(1 − kᵢ/l)`; so the bits that two bags set, and those that they set
//! both, are known on average without any key, and the excess under diffusion of degree `t` is `(1 − 2δ)^t`. This is what
//! emulation under infinitely many keys of the attacker's own would give.

use ndarray::{Array2, Axis};
use rayon::prelude::*;

use super::matrix::BLOCK;
use super::scheme::{Bag, Codes, Lexicon, Scheme};

/// Similarities of every row of `a` (rows) to every row of `b` (columns).
pub(super) fn seen(scheme: &Scheme, a: &Codes, b: &Codes) -> Array2<f32> {
    let plain = scheme.params.diffusion == 1;
    let ones = |codes: &Codes| -> Vec<u32> {
        (0..codes.len()).map(|at| codes.row(at).iter().map(|w| w.count_ones()).sum()).collect()
    };
    let (ones_a, ones_b) = (ones(a), ones(b));
    let length = f32::from(scheme.params.length);
    let mut out = Array2::zeros((a.len(), b.len()));
    let rows: Vec<_> = out.axis_iter_mut(Axis(0)).enumerate().collect();
    rows.into_par_iter().for_each(|(i, mut row)| {
        for (j, cell) in row.iter_mut().enumerate() {
            let differ: u32 = a.row(i).iter().zip(b.row(j)).map(|(x, y)| (x ^ y).count_ones()).sum();
            *cell = if plain {
                let sum = (ones_a[i] + ones_b[j]).max(1) as f32;
                (sum - differ as f32) / sum
            } else {
                1.0 - 2.0 * differ as f32 / length
            };
        }
    });
    out
}

/// Expected similarities of every bag of `a` to every bag of `b`.
pub(super) fn expected(scheme: &Scheme, lexicon: &Lexicon, a: &[Bag], b: &[Bag]) -> Array2<f32> {
    let length = f64::from(scheme.params.length);
    let free = |count: u16| (1.0 - f64::from(count) / length).ln() as f32;
    let total = |bag: &Bag| bag.iter().map(|(_, count)| free(*count)).sum::<f32>();
    let totals: Vec<f32> = b.iter().map(total).collect();
    let mut postings: Vec<Vec<(u32, u16)>> = vec![Vec::new(); lexicon.len()];
    for (at, bag) in b.iter().enumerate() {
        for (token, count) in bag {
            postings[*token as usize].push((at as u32, *count));
        }
    }
    let logs: Vec<f32> = (0..=scheme.params.length / 2).map(free).collect();
    let (plain, degree) = (scheme.params.diffusion == 1, i32::from(scheme.params.diffusion));
    let mut out = Array2::zeros((a.len(), b.len()));
    let chunks: Vec<_> = out.axis_chunks_iter_mut(Axis(0), BLOCK).zip(a.chunks(BLOCK)).collect();
    chunks.into_par_iter().for_each(|(mut rows, bags)| {
        let mut shared = vec![0.0_f32; b.len()];
        for (mut row, bag) in rows.rows_mut().into_iter().zip(bags) {
            shared.fill(0.0);
            for (token, count) in bag {
                for (other, theirs) in &postings[*token as usize] {
                    shared[*other as usize] += logs[usize::from((*count).min(*theirs))];
                }
            }
            let own = total(bag);
            let unset_a = own.exp();
            for ((cell, shared), total) in row.iter_mut().zip(&shared).zip(&totals) {
                let unset_b = total.exp();
                let unset_both = (own + total - shared).exp();
                *cell = if plain {
                    let set = (2.0 - unset_a - unset_b).max(1e-6);
                    2.0 * (1.0 - unset_a - unset_b + unset_both) / set
                } else {
                    (1.0 - 2.0 * (unset_a + unset_b - 2.0 * unset_both)).powi(degree)
                };
            }
        }
    });
    out
}

/// Centres every column and scales it to unit variance, then does the same to every row: what is left is the pattern.
pub(super) fn standardise(matrix: &mut Array2<f32>) {
    let (rows, columns) = matrix.dim();
    let mut sums = vec![(0.0_f64, 0.0_f64); columns];
    let blocks: Vec<Vec<(f64, f64)>> = matrix
        .axis_chunks_iter(Axis(0), BLOCK)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|block| {
            let mut sums = vec![(0.0, 0.0); columns];
            for row in block.rows() {
                for (sum, value) in sums.iter_mut().zip(row) {
                    let value = f64::from(*value);
                    *sum = (sum.0 + value, sum.1 + value * value);
                }
            }
            sums
        })
        .collect();
    for block in blocks {
        sums.iter_mut().zip(block).for_each(|(a, b)| *a = (a.0 + b.0, a.1 + b.1));
    }
    let scales: Vec<(f32, f32)> = sums
        .iter()
        .map(|(sum, squares)| {
            let mean = sum / rows.max(1) as f64;
            let variance = (squares / rows.max(1) as f64 - mean * mean).max(0.0);
            (mean as f32, if variance > 1e-12 { variance.sqrt().recip() as f32 } else { 0.0 })
        })
        .collect();
    matrix.axis_iter_mut(Axis(0)).collect::<Vec<_>>().into_par_iter().for_each(|mut row| {
        row.iter_mut().zip(&scales).for_each(|(value, (mean, scale))| *value = (*value - mean) * scale);
        let mean = row.sum() / columns.max(1) as f32;
        row.mapv_inplace(|value| value - mean);
        let norm = row.iter().map(|value| value * value).sum::<f32>().sqrt();
        if norm > 0.0 {
            row.mapv_inplace(|value| value / norm);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::attack::people::{Mix, synthetic};
    use crate::lab::attack::scheme::Tokens;

    #[test]
    fn what_is_expected_is_what_is_seen_on_average() {
        let people = synthetic(80, Mix::European, 5).expect("people");
        for diffusion in [1, 2] {
            let scheme = Scheme::laboratory(Tokens::Bigrams, 20, diffusion);
            let mut lexicon = Lexicon::default();
            let bags: Vec<Bag> = people.iter().filter_map(|p| lexicon.bag(&scheme, p)).collect();
            let wanted = expected(&scheme, &lexicon, &bags, &bags);
            let mut mean = Array2::<f32>::zeros(wanted.dim());
            for key in 0..20 {
                let codes = lexicon.encode(&scheme, &bags, key);
                mean += &(seen(&scheme, &codes, &codes) / 20.0);
            }
            let off = (&mean - &wanted).iter().map(|d| d.abs()).fold(0.0, f32::max);
            assert!(off < 0.08, "{diffusion}: {off}");
        }
    }

    #[test]
    fn a_standardised_row_has_no_mean_and_unit_length() {
        let mut matrix = Array2::from_shape_fn((40, 9), |(i, j)| ((i * 7 + j * 13) % 11) as f32);
        standardise(&mut matrix);
        for row in matrix.rows() {
            assert!(row.sum().abs() < 1e-4 && (row.dot(&row) - 1.0).abs() < 1e-4);
        }
    }
}
