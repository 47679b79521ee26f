//! Sets of positions that encodings set together: the traces of single tokens in a plain filter.
//!
//! A token sets the same positions wherever it occurs, so the encodings that set all of them are those that hold it. Sets
//! grow from pairs of positions that occur together oftener than by chance, one position at a time, as in Apriori, and are
//! closed: every position that (nearly) all encodings of a set have belongs to it.

use ndarray::Array2;
use rayon::prelude::*;

use super::scheme::Codes;

/// Partners of a position from which sets grow, in least sizes of a set: those of its few most frequent tokens.
const PARTNERS: usize = 6;

/// Pairs tried at once: fixed, so that the outcome is the same on any number of cores.
const BATCH: usize = 64;

/// Sets grown at most.
const GROWTHS: usize = 3000;

/// Positions that a set has at least before it is closed; more where so many are set that more encodings than
/// [`BY_ACCIDENT`] would have all of them by accident.
const CORE: usize = 6;

/// Far fewer than a set is known by.
const BY_ACCIDENT: f32 = 2.0;

/// Excess over chance that a further position of a set has at least.
const GROWS: f32 = 0.25;

/// Excess over chance below which a position is not looked at again: that of a set's own positions rises as it grows.
const STAYS: f32 = 0.1;

/// Excess over chance of a position that belongs to a closed set.
const BELONGS: f32 = 0.9;

/// Fewest encodings that a set is known by.
pub(super) const SUPPORT: u32 = 12;

/// Which encodings hold something: one bit each.
pub(super) type Rows = Vec<u64>;

/// A closed set of positions and the encodings that have them.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) positions: Vec<u16>,
    pub(super) rows: Rows,
    pub(super) support: u32,
}

/// How many encodings are in both.
pub(super) fn both(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum()
}

/// Whether two sets are nearly the same encodings.
pub(super) fn same(a: &[u64], b: &[u64]) -> bool {
    let either: u32 = a.iter().zip(b).map(|(a, b)| (a | b).count_ones()).sum();
    f64::from(both(a, b)) >= 0.9 * f64::from(either)
}

/// One bit column a position, and how many encodings set it.
struct Columns {
    rows: usize,
    columns: Vec<Rows>,
    counts: Vec<u32>,
    /// Positions of a core.
    core: usize,
}

impl Columns {
    fn of(codes: &Codes, length: usize) -> Self {
        let mut columns = vec![vec![0_u64; codes.len().div_ceil(64)]; length];
        for at in 0..codes.len() {
            for (word, &bits) in codes.row(at).iter().enumerate() {
                let mut bits = bits;
                while bits != 0 {
                    columns[word * 64 + bits.trailing_zeros() as usize][at / 64] |= 1 << (at % 64);
                    bits &= bits - 1;
                }
            }
        }
        let counts: Vec<u32> = columns.iter().map(|column| column.iter().map(|word| word.count_ones()).sum()).collect();
        let set: f32 = counts.iter().map(|&count| count as f32).sum();
        let share = (set / (codes.len() * length).max(1) as f32).clamp(0.01, 0.9);
        let core = ((codes.len() as f32 / BY_ACCIDENT).ln() / -share.ln()).ceil() as usize;
        Self { rows: codes.len(), columns, counts, core: core.max(CORE) }
    }

    /// Pairs of positions that are set together oftener than by chance, by falling correlation.
    fn pairs(&self, least: usize) -> Vec<(f32, u16, u16)> {
        let (n, length) = (self.rows as f32, self.columns.len());
        let certain = 4.0 / n.sqrt();
        let deviation: Vec<f32> = self.counts.iter().map(|&count| (count as f32 * (n - count as f32)).sqrt()).collect();
        let of = |p: usize| {
            let correlation = |q: usize| {
                let together = both(&self.columns[p], &self.columns[q]) as f32;
                let by_chance = self.counts[p] as f32 / n * self.counts[q] as f32;
                ((together - by_chance) * n / (deviation[p] * deviation[q]).max(1.0), p.min(q) as u16, p.max(q) as u16)
            };
            let mut found: Vec<_> =
                (0..length).filter(|&q| q != p).map(correlation).filter(|pair| pair.0 > certain).collect();
            found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            found.truncate(PARTNERS * least);
            found
        };
        let mut pairs: Vec<_> = (0..length).into_par_iter().flat_map_iter(of).collect();
        pairs.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        pairs.dedup();
        pairs
    }

    /// By how much likelier the positions are among these encodings than among all: 1 if they all set it.
    fn excess(&self, positions: &[u16], rows: &[u64], support: u32) -> Vec<(f32, u16)> {
        let of = |&at: &u16| {
            let share = self.counts[usize::from(at)] as f32 / self.rows as f32;
            let within = both(&self.columns[usize::from(at)], rows) as f32 / support.max(1) as f32;
            ((within - share) / (1.0 - share).max(1e-3), at)
        };
        positions.iter().map(of).collect()
    }

    /// Grows a pair; nothing if too few positions or encodings stay together.
    fn grow(&self, pair: (u16, u16), least: usize) -> Option<Pattern> {
        let mut core = vec![pair.0, pair.1];
        let mut rows: Rows = self.columns[usize::from(pair.0)].clone();
        let narrow = |rows: &mut Rows, at: u16| {
            rows.iter_mut().zip(&self.columns[usize::from(at)]).for_each(|(row, column)| *row &= column);
        };
        narrow(&mut rows, pair.1);
        let mut open: Vec<u16> = (0..self.columns.len() as u16).collect();
        loop {
            let support = rows.iter().map(|row| row.count_ones()).sum();
            if support < SUPPORT {
                return None;
            }
            let mut excess = self.excess(&open, &rows, support);
            if core.len() == self.core.min(least) {
                open = excess.into_iter().filter(|(excess, _)| *excess >= BELONGS).map(|(_, at)| at).collect();
                break;
            }
            excess.retain(|(excess, _)| *excess >= STAYS);
            open = excess.iter().map(|(_, at)| *at).collect();
            let others = excess.into_iter().filter(|(_, at)| !core.contains(at));
            let (excess, best) = others.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
            if excess < GROWS {
                return None;
            }
            core.push(best);
            narrow(&mut rows, best);
        }
        let positions = open;
        if positions.len() < least {
            return None;
        }
        // Of the core's encodings some set its few positions by accident; hardly any sets nearly all of the closed set.
        let mut kept = vec![0; rows.len()];
        for at in (0..self.rows).filter(|at| rows[at / 64] >> (at % 64) & 1 == 1) {
            let has = |position: &&u16| self.columns[usize::from(**position)][at / 64] >> (at % 64) & 1 == 1;
            if positions.iter().filter(has).count() * 20 >= positions.len() * 19 {
                kept[at / 64] |= 1 << (at % 64);
            }
        }
        let support = kept.iter().map(|row: &u64| row.count_ones()).sum();
        (support >= SUPPORT).then_some(Pattern { positions, rows: kept, support })
    }
}

/// The patterns of at least `least` positions, the most frequent first, no two of the same encodings.
pub(super) fn mine(codes: &Codes, length: usize, least: usize) -> Vec<Pattern> {
    let columns = Columns::of(codes, length);
    let mut covered = Array2::from_elem((length, length), false);
    let mut found: Vec<Pattern> = Vec::new();
    let (mut grown, mut pairs) = (0, columns.pairs(least).into_iter());
    while grown < GROWTHS {
        let open = |&(_, p, q): &(f32, u16, u16)| !covered[[usize::from(p), usize::from(q)]];
        let batch: Vec<_> = pairs.by_ref().filter(open).take(BATCH).collect();
        if batch.is_empty() {
            break;
        }
        grown += batch.len();
        let patterns: Vec<_> = batch.par_iter().map(|&(_, p, q)| columns.grow((p, q), least)).collect();
        for pattern in patterns.into_iter().flatten() {
            for p in &pattern.positions {
                pattern.positions.iter().for_each(|q| covered[[usize::from(*p), usize::from(*q)]] = true);
            }
            if !found.iter().any(|known| same(&known.rows, &pattern.rows)) {
                found.push(pattern);
            }
        }
    }
    let mut found = single(found);
    found.sort_by(|a, b| b.support.cmp(&a.support).then(a.positions.cmp(&b.positions)));
    found
}

/// Leaves out patterns that are two others at once: of positions that belong to more frequent patterns within them.
fn single(patterns: Vec<Pattern>) -> Vec<Pattern> {
    let of_parts = |whole: &Pattern| {
        let within = |part: &&Pattern| {
            part.support > whole.support && part.positions.iter().all(|at| whole.positions.binary_search(at).is_ok())
        };
        let parts: Vec<&Pattern> = patterns.iter().filter(within).collect();
        let covered = whole.positions.iter().filter(|at| parts.iter().any(|p| p.positions.binary_search(at).is_ok()));
        covered.count() * 10 >= whole.positions.len() * 9
    };
    let kept: Vec<bool> = patterns.iter().map(|pattern| !of_parts(pattern)).collect();
    patterns.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(pattern, _)| pattern).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_leave_their_positions_and_their_encodings_as_patterns() {
        // Three tokens of eight positions each in filters of 64, held by every third, fourth and fifth encoding.
        let words: Vec<u64> = (0..600_u64)
            .map(|at| {
                (0..3)
                    .filter(|token| at % (token + 3) == 0)
                    .fold(1 << (at % 37 + 24), |word, token| word | 0xff << (8 * token))
            })
            .collect();
        let found = mine(&Codes { stride: 1, words }, 64, 6);
        let told: Vec<(u16, usize, u32)> =
            found.iter().map(|p| (p.positions[0], p.positions.len(), p.support)).collect();
        assert_eq!(told, [(0, 8, 200), (8, 8, 150), (16, 8, 120)]);
    }
}
