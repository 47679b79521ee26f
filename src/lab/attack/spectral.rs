//! Singular vectors: of a small matrix by Jacobi rotations, the leading ones of a large symmetric matrix by random projection.

use ndarray::{Array1, Array2, ArrayViewMut1, Axis, s};

use super::draws::{Draws, Purpose};
use super::matrix::product;

/// Sweeps of rotations at most; ten are enough for matrices of this laboratory.
const SWEEPS: usize = 30;

/// Further directions that the projection carries, so that the wanted ones settle.
const SPARE: usize = 16;

/// Rounds of the power iteration.
const POWERS: usize = 6;

/// `a = u · diag(values) · vᵀ`, the greatest value first.
pub(super) struct Svd {
    pub(super) u: Array2<f32>,
    pub(super) values: Array1<f32>,
    pub(super) v: Array2<f32>,
}

/// All singular vectors of a small matrix (n × m, n ≥ m), by one-sided rotations (Hestenes, J. SIAM 1958).
pub(super) fn svd(a: &Array2<f32>) -> Svd {
    let (n, m) = a.dim();
    // One row a column of `a` and of `v`, so that a rotation goes through memory in order.
    let mut columns = Array2::from_shape_fn((m, n), |(i, j)| f64::from(a[[j, i]]));
    let mut turned = Array2::<f64>::eye(m);
    for _ in 0..SWEEPS {
        let mut still = true;
        for p in 0..m {
            for q in p + 1..m {
                let (x, y) = columns.multi_slice_mut((s![p, ..], s![q, ..]));
                let (xx, yy, xy) = (x.dot(&x), y.dot(&y), x.dot(&y));
                if xy.abs() <= 1e-9 * (xx * yy).sqrt() || xy == 0.0 {
                    continue;
                }
                still = false;
                let zeta = (yy - xx) / (2.0 * xy);
                let tangent = zeta.signum() / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
                let cosine = (1.0 + tangent * tangent).sqrt().recip();
                rotate(x, y, cosine, cosine * tangent);
                let (x, y) = turned.multi_slice_mut((s![p, ..], s![q, ..]));
                rotate(x, y, cosine, cosine * tangent);
            }
        }
        if still {
            break;
        }
    }
    let norms: Vec<f64> = columns.rows().into_iter().map(|row| row.dot(&row).sqrt()).collect();
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&i, &j| norms[j].total_cmp(&norms[i]).then(i.cmp(&j)));
    Svd {
        u: Array2::from_shape_fn((n, m), |(i, j)| (columns[[order[j], i]] / norms[order[j]].max(1e-30)) as f32),
        values: order.iter().map(|&at| norms[at] as f32).collect(),
        v: Array2::from_shape_fn((m, m), |(i, j)| turned[[order[j], i]] as f32),
    }
}

fn rotate(mut x: ArrayViewMut1<'_, f64>, mut y: ArrayViewMut1<'_, f64>, cosine: f64, sine: f64) {
    x.iter_mut().zip(y.iter_mut()).for_each(|(x, y)| (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y));
}

/// The `width` greatest singular values of a symmetric matrix and their vectors, one a column (Halko, Martinsson and
/// Tropp, SIAM Review 2011, algorithm 4.4).
pub(super) fn leading(matrix: &Array2<f32>, width: usize, seed: u64) -> (Array2<f32>, Array1<f32>) {
    let n = matrix.nrows();
    let (width, inner) = (width.min(n), (width + SPARE).min(n));
    let mut draws = Draws::new(seed, Purpose::Projection);
    let mut basis = Array2::from_shape_fn((n, inner), |_| draws.normal() as f32);
    for _ in 0..POWERS {
        basis = orthonormal(product(matrix.view(), basis.view()));
    }
    let small = product(basis.t(), product(matrix.view(), basis.view()).view());
    let Svd { u, values, .. } = svd(&small);
    (product(basis.view(), u.slice(s![.., ..width])), values.slice(s![..width]).to_owned())
}

/// An orthonormal basis of the columns (Gram and Schmidt, each column twice).
fn orthonormal(columns: Array2<f32>) -> Array2<f32> {
    let mut rows = columns.t().as_standard_layout().into_owned();
    for at in 0..rows.nrows() {
        let (done, mut rest) = rows.view_mut().split_at(Axis(0), at);
        let mut own = rest.row_mut(0);
        for _ in 0..2 {
            let along = done.dot(&own);
            own -= &done.t().dot(&along);
            let norm = own.dot(&own).sqrt().max(f32::MIN_POSITIVE);
            own /= norm;
        }
    }
    rows.t().as_standard_layout().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(n: usize, m: usize) -> Array2<f32> {
        let mut draws = Draws::new(3, Purpose::Sample);
        Array2::from_shape_fn((n, m), |_| draws.normal() as f32)
    }

    fn off(a: &Array2<f32>, b: &Array2<f32>) -> f32 {
        (a - b).iter().fold(0.0, |worst, d| worst.max(d.abs()))
    }

    #[test]
    fn a_matrix_is_put_together_again_from_its_singular_vectors() {
        for (n, m) in [(1, 1), (7, 7), (64, 64), (40, 9)] {
            let a = random(n, m);
            let Svd { u, values, v } = svd(&a);
            assert!(off(&(&u * &values).dot(&v.t()), &a) < 1e-4, "{n} × {m}");
            assert!(off(&u.t().dot(&u), &Array2::eye(m)) < 1e-4 && off(&v.t().dot(&v), &Array2::eye(m)) < 1e-4);
            assert!(values.windows(2).into_iter().all(|pair| pair[0] >= pair[1]));
        }
    }

    #[test]
    fn the_leading_vectors_of_a_matrix_of_low_rank_give_it_back() {
        let half = random(90, 6);
        let matrix = half.dot(&half.t());
        let (vectors, values) = leading(&matrix, 6, 1);
        assert!(off(&(&vectors * &values).dot(&vectors.t()), &matrix) < 1e-3);
    }
}
