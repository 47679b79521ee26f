//! Matrix products and linear systems, on every core; the result does not depend on how many there are.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, s};
use rayon::prelude::*;

/// Rows that one task takes: fixed, so that sums are the same on any number of cores.
pub(super) const BLOCK: usize = 128;

/// Calls `f` with the first row of each block and its rows of `a · b`; the product is never whole in memory.
pub(super) fn product_blocks<T: Send>(
    a: ArrayView2<'_, f32>,
    b: ArrayView2<'_, f32>,
    f: impl Fn(usize, ArrayView2<'_, f32>) -> Vec<T> + Sync,
) -> Vec<T> {
    let starts: Vec<usize> = (0..a.nrows()).step_by(BLOCK).collect();
    let blocks: Vec<Vec<T>> = starts
        .into_par_iter()
        .map(|start| {
            let end = (start + BLOCK).min(a.nrows());
            let mut out = Array2::zeros((end - start, b.ncols()));
            general_mat_mul(1.0, &a.slice(s![start..end, ..]), &b, 0.0, &mut out);
            f(start, out.view())
        })
        .collect();
    blocks.into_iter().flatten().collect()
}

/// `a · b`.
pub(super) fn product(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> Array2<f32> {
    let mut out = Array2::zeros((a.nrows(), b.ncols()));
    out.axis_chunks_iter_mut(Axis(0), BLOCK)
        .zip(a.axis_chunks_iter(Axis(0), BLOCK))
        .collect::<Vec<_>>()
        .into_par_iter()
        .for_each(|(mut out, a)| general_mat_mul(1.0, &a, &b, 0.0, &mut out));
    out
}

/// Solves `a · x = b` for a symmetric positive definite `a`, which is used up, and puts `x` in `b`: Cholesky by blocks.
pub(super) fn solve(a: &mut Array2<f32>, b: &mut Array2<f32>) {
    const STEP: usize = 64;
    let n = a.nrows();
    for start in (0..n).step_by(STEP) {
        let end = (start + STEP).min(n);
        factor(&mut a.slice_mut(s![start..end, start..end]));
        let (upper, mut lower) = a.view_mut().split_at(Axis(0), end);
        let corner = upper.slice(s![start..end, start..end]);
        // Rows of the panel below the corner: x · cornerᵀ = panel.
        lower.axis_iter_mut(Axis(0)).collect::<Vec<_>>().into_par_iter().for_each(|mut row| {
            for j in start..end {
                let mut sum = row[j];
                for p in start..j {
                    sum -= row[p] * corner[[j - start, p - start]];
                }
                row[j] = sum / corner[[j - start, j - start]];
            }
        });
        let panel = lower.slice(s![.., start..end]).to_owned();
        let mut rest = lower.slice_mut(s![.., end..]);
        let rows = rest.axis_chunks_iter_mut(Axis(0), BLOCK).zip(panel.axis_chunks_iter(Axis(0), BLOCK));
        rows.enumerate().collect::<Vec<_>>().into_par_iter().for_each(|(chunk, (mut out, rows))| {
            let upto = (chunk * BLOCK + rows.nrows()).min(panel.nrows());
            let mut out = out.slice_mut(s![.., ..upto]);
            general_mat_mul(-1.0, &rows, &panel.slice(s![..upto, ..]).t(), 1.0, &mut out);
        });
    }
    let factor = a.view();
    b.axis_chunks_iter_mut(Axis(1), BLOCK)
        .collect::<Vec<_>>()
        .into_par_iter()
        .for_each(|b| substitute(factor, b, STEP));
}

/// The lower Cholesky factor of a small matrix, in its lower half. Rounding may not make a pivot vanish.
fn factor(a: &mut ArrayViewMut2<'_, f32>) {
    for j in 0..a.nrows() {
        let pivot = (0..j).fold(a[[j, j]], |sum, p| sum - a[[j, p]] * a[[j, p]]).max(1e-6).sqrt();
        a[[j, j]] = pivot;
        for i in j + 1..a.nrows() {
            a[[i, j]] = (0..j).fold(a[[i, j]], |sum, p| sum - a[[i, p]] * a[[j, p]]) / pivot;
        }
    }
}

/// Forward and back substitution of some columns.
fn substitute(factor: ArrayView2<'_, f32>, mut b: ArrayViewMut2<'_, f32>, step: usize) {
    let n = factor.nrows();
    let starts: Vec<usize> = (0..n).step_by(step).collect();
    for &start in &starts {
        let end = (start + step).min(n);
        let (above, mut rest) = b.view_mut().split_at(Axis(0), start);
        let mut own = rest.slice_mut(s![..end - start, ..]);
        general_mat_mul(-1.0, &factor.slice(s![start..end, ..start]), &above, 1.0, &mut own);
        for i in 0..end - start {
            for p in 0..i {
                let (done, mut row) = own.multi_slice_mut((s![p, ..], s![i, ..]));
                row.scaled_add(-factor[[start + i, start + p]], &done);
            }
            own.row_mut(i).mapv_inplace(|x| x / factor[[start + i, start + i]]);
        }
    }
    for &start in starts.iter().rev() {
        let end = (start + step).min(n);
        let (mut upper, below) = b.view_mut().split_at(Axis(0), end);
        let mut own = upper.slice_mut(s![start.., ..]);
        general_mat_mul(-1.0, &factor.slice(s![end.., start..end]).t(), &below, 1.0, &mut own);
        for i in (0..end - start).rev() {
            for p in i + 1..end - start {
                let (done, mut row) = own.multi_slice_mut((s![p, ..], s![i, ..]));
                row.scaled_add(-factor[[start + p, start + i]], &done);
            }
            own.row_mut(i).mapv_inplace(|x| x / factor[[start + i, start + i]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::draws::{Draws, Purpose};
    use super::*;

    #[test]
    fn a_system_is_solved_and_blocks_do_not_show() {
        for n in [1, 63, 64, 200] {
            let mut draws = Draws::new(1, Purpose::Sample);
            let x = Array2::from_shape_fn((n, n), |_| (draws.unit() - 0.5) as f32);
            let mut a = product(x.view(), x.t());
            a.diag_mut().mapv_inplace(|d| d + n as f32);
            let wanted = Array2::from_shape_fn((n, 3), |_| (draws.unit() - 0.5) as f32);
            let mut b = product(a.view(), wanted.view());
            solve(&mut a, &mut b);
            let worst = (&b - &wanted).iter().fold(0.0_f32, |worst, d| worst.max(d.abs()));
            assert!(worst < 1e-2, "{n}: {worst}");
        }
    }

    #[test]
    fn blocks_of_a_product_are_the_product() {
        let mut draws = Draws::new(2, Purpose::Sample);
        let a = Array2::from_shape_fn((300, 20), |_| (draws.unit() - 0.5) as f32);
        let b = Array2::from_shape_fn((20, 7), |_| (draws.unit() - 0.5) as f32);
        let sums = product_blocks(a.view(), b.view(), |_, rows| rows.rows().into_iter().map(|r| r.sum()).collect());
        let naive = a.dot(&b);
        assert!(sums.iter().zip(naive.rows()).all(|(sum, row)| (sum - row.sum()).abs() < 1e-3));
    }
}
