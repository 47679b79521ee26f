//! Token statistics of a list: what the designer reads, rounded, and nothing of any record.
//!
//! For each fill that is tried: the inner correlations of strangers, as histograms for ten groups of records from the most
//! ordinary to the least, since an attacker finds records that resemble many others first; and the inner correlations of
//! records with copies of themselves that have 0 to 3 typing mistakes. Shares are rounded to two digits, and cells with
//! fewer than [`FEW`] sampled pairs go to the cell below, so that no single pair of relatives shows.

use rayon::prelude::*;

use crate::agreement::Schema;
pub use crate::figures::{AtFill, Correlations, Statistics};
use crate::primitives::Entropy;
use crate::records::Record;

use super::super::tokens::TokenSet;
use super::mistakes::mistaken;
use super::pairs::{TokenList, share_for};

/// Fills of the inner filter that the designer tries, in hundredths.
pub const FILLS: [u8; 5] = [30, 35, 40, 45, 50];
/// Groups of records.
pub const GROUPS: usize = 10;
/// Most mistakes that are foreseen.
pub const MISTAKES: usize = 3;
/// Cells of a histogram: correlations from −0.2 to 1.
const CELLS: usize = 60;
const LOWEST: f64 = -0.2;
const WIDTH: f64 = (1.0 - LOWEST) / CELLS as f64;
/// Cells with fewer pairs are not told.
const FEW: u64 = 5;

impl Correlations {
    fn rounded(mut counts: Vec<u64>) -> Self {
        for cell in (1..counts.len()).rev() {
            if counts[cell] < FEW {
                counts[cell - 1] += std::mem::take(&mut counts[cell]);
            }
        }
        let pairs = counts.iter().sum::<u64>().max(1) as f64;
        Self(counts.into_iter().map(|count| two_digits(count as f64 / pairs)).collect())
    }

    /// The mean of a function of the correlation.
    pub(crate) fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        let total: f64 = self.0.iter().sum();
        let cells = self.0.iter().enumerate().filter(|(_, share)| **share > 0.0);
        // Three points a cell: high powers of the correlation bend within it.
        let at = |cell: usize, part: f64| of((LOWEST + (cell as f64 + part) * WIDTH).min(1.0));
        let inside = |cell: usize| (at(cell, 1.0 / 6.0) + at(cell, 0.5) + at(cell, 5.0 / 6.0)) / 3.0;
        let last = |cell: usize| if cell + 1 == CELLS { of(1.0) } else { inside(cell) };
        cells.map(|(cell, share)| share * last(cell)).sum::<f64>() / total.max(f64::MIN_POSITIVE)
    }

    fn merged(&self, other: &Self, here: f64, there: f64) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| (a * here + b * there) / (here + there)).collect())
    }
}

/// The form of [`Statistics`].
pub(crate) const FORM: &str = "token-statistics v1";

impl Statistics {
    /// Samples about `pairs` pairs of strangers within the lists, which are samples of `of` records in all. Nothing if fewer
    /// than two records can be encoded.
    pub fn of(lists: &[&[Record]], schema: &Schema, of: u64, pairs: usize, seed: u64) -> Option<Self> {
        /// Records whose copies with mistakes are looked at.
        const COPIED: usize = 1500;
        let mut scratch = TokenSet::default();
        let tokens: Vec<Vec<TokenList>> = lists
            .iter()
            .map(|list| list.iter().filter_map(|record| TokenList::of(record, schema, &mut scratch)).collect())
            .collect();
        let records: usize = tokens.iter().map(Vec::len).sum();
        if tokens.iter().all(|list| list.len() < 2) {
            return None;
        }
        let copies: Vec<Vec<(TokenList, TokenList)>> = (0..=MISTAKES)
            .map(|count| {
                let mut entropy = Entropy::seeded(seed ^ count as u64);
                let stride = records.div_ceil(COPIED);
                let sampled = lists.iter().flat_map(|list| list.iter()).step_by(stride.max(1));
                let mut copy = |record: &Record| {
                    let copy = mistaken(record, count, &mut entropy);
                    let own = TokenList::of(record, schema, &mut scratch)?;
                    Some((own, TokenList::of(&copy, schema, &mut scratch)?))
                };
                sampled.filter_map(&mut copy).collect()
            })
            .collect();
        let shares: Vec<f64> = {
            let all: Vec<&TokenList> = tokens.iter().flatten().collect();
            FILLS.iter().map(|fill| share_for(&all, f64::from(*fill) / 100.0)).collect()
        };
        let groups = strangers(&tokens, &shares, pairs);
        let at_fill = |(at, fill): (usize, &u8)| {
            let q = shares[at];
            let kin = |copies: &Vec<(TokenList, TokenList)>| {
                let mut counts = vec![0; CELLS];
                copies.iter().for_each(|(a, b)| counts[cell(a.correlation(b, a.shared(b), q))] += 1);
                Correlations::rounded(counts)
            };
            AtFill {
                fill: *fill,
                insertions_ppm: two_digits_more(q * 1e6),
                strangers: groups.iter().map(|group| Correlations::rounded(group[at].clone())).collect(),
                mistakes: copies.iter().map(kin).collect(),
            }
        };
        let fills = FILLS.iter().enumerate().map(at_fill).collect();
        let given: usize = lists.iter().map(|list| list.len()).sum();
        let encodable = of as f64 * records as f64 / given as f64;
        Some(Self { symbolon: FORM.to_owned(), records: two_digits(encodable) as u64, fills })
    }

    /// Statistics of two lists together; nothing if they are not of one form.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Option<Self> {
        if !self.is_sound() || !other.is_sound() {
            return None;
        }
        let (here, there) = (self.records as f64, other.records as f64);
        let both = |(a, b): (&AtFill, &AtFill)| AtFill {
            fill: a.fill,
            insertions_ppm: (a.insertions_ppm * here + b.insertions_ppm * there) / (here + there),
            strangers: a.strangers.iter().zip(&b.strangers).map(|(a, b)| a.merged(b, here, there)).collect(),
            mistakes: a.mistakes.iter().zip(&b.mistakes).map(|(a, b)| a.merged(b, here, there)).collect(),
        };
        let fills = self.fills.iter().zip(&other.fills).map(both).collect();
        Some(Self { symbolon: FORM.to_owned(), records: self.records + other.records, fills })
    }

    /// Whether every table is there and of its size, and every number a share.
    pub fn is_sound(&self) -> bool {
        let share = |c: &Correlations| {
            c.0.len() == CELLS && c.0.iter().all(|s| (0.0..=1.0).contains(s)) && c.0.iter().sum::<f64>() > 0.5
        };
        let table = |list: &Vec<Correlations>, length| list.len() == length && list.iter().all(share);
        let at_fill = |(at, fill): (&AtFill, &u8)| {
            at.fill == *fill
                && (1.0..=250_000.0).contains(&at.insertions_ppm)
                && table(&at.strangers, GROUPS)
                && table(&at.mistakes, MISTAKES + 1)
        };
        self.symbolon == FORM
            && self.records > 0
            && self.fills.len() == FILLS.len()
            && self.fills.iter().zip(&FILLS).all(at_fill)
    }
}

/// For each group of records and each fill, the counts of strangers' correlations. A group is a tenth of the records, by
/// how much they resemble others.
fn strangers(lists: &[Vec<TokenList>], shares: &[f64], pairs: usize) -> Vec<Vec<Vec<u64>>> {
    let of_list = |list: &Vec<TokenList>| {
        // As many rows as columns, so that a row's own histogram rests on many pairs.
        let side = ((pairs / lists.len()) as f64).sqrt() as usize;
        let stride = list.len().div_ceil(side.max(1)).max(1);
        let row = |row: usize| {
            let mut counts = vec![vec![0u64; CELLS]; shares.len()];
            let mut likeness = 0.0;
            for other in (row % stride..list.len()).step_by(stride).filter(|other| *other != row) {
                let (a, b) = (&list[row], &list[other]);
                let shared = a.shared(b);
                for (counts, q) in counts.iter_mut().zip(shares) {
                    let correlation = a.correlation(b, shared, *q);
                    counts[cell(correlation)] += 1;
                    likeness += correlation.powi(6);
                }
            }
            (likeness, counts)
        };
        let rows: Vec<usize> = (0..list.len()).step_by(stride).collect();
        rows.into_par_iter().map(row).collect::<Vec<_>>()
    };
    let mut rows: Vec<(f64, Vec<Vec<u64>>)> = lists.iter().flat_map(of_list).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = rows.len().div_ceil(GROUPS).max(1);
    let empty = || vec![vec![0; CELLS]; shares.len()];
    let sum = |rows: &[(f64, Vec<Vec<u64>>)]| {
        let mut sums: Vec<Vec<u64>> = empty();
        for (_, row) in rows {
            let cells = sums.iter_mut().flatten().zip(row.iter().flatten());
            cells.for_each(|(sum, count)| *sum += count);
        }
        sums
    };
    let mut groups: Vec<_> = rows.chunks(size).map(sum).collect();
    while groups.len() < GROUPS {
        groups.push(groups.last().cloned().unwrap_or_else(empty));
    }
    groups
}

fn cell(correlation: f64) -> usize {
    (((correlation - LOWEST) / WIDTH).max(0.0) as usize).min(CELLS - 1)
}

/// Rounded to two significant digits.
fn two_digits(number: f64) -> f64 {
    digits(number, 2)
}

/// Rounded to four, for what no record shows in.
fn two_digits_more(number: f64) -> f64 {
    digits(number, 4)
}

fn digits(number: f64, digits: i32) -> f64 {
    if number <= 0.0 {
        return 0.0;
    }
    let power = digits - 1 - number.log10().floor() as i32;
    // Divided by a power of ten rather than multiplied by its inverse, so that it prints short.
    if power >= 0 {
        (number * 10f64.powi(power)).round() / 10f64.powi(power)
    } else {
        (number / 10f64.powi(-power)).round() * 10f64.powi(-power)
    }
}
