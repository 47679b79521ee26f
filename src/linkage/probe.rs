//! After how many words a block is given up, measured on the lists at hand.
//!
//! A distance only grows from word to word. So if after the first `k` words of a row no pair of a block is within its limit any more,
//! none will be, and the rest need not be read: the outcome is the same. That pays where limits are low against what strangers
//! differ in: plain filters at a Dice score of 0.85 are given up after about a third of their words. Strangers under diffusion differ in
//! half of their bits and limits are near that, so that nothing is won there, and no word is tested twice.

use super::kernel::Kernel;
use super::layout::{Encodings, LANES};

/// Rows and blocks that are tried, spread over both lists: 16,384 pairs.
const ROWS: usize = 32;
const BLOCKS: usize = 8;
/// A probe must save so much of a row, since a sample is not the list.
const WORTH: f64 = 0.9;

/// The number of words that costs least, if that is less than a whole row.
pub(crate) fn choose(
    kernel: Kernel,
    a: &Encodings,
    b: &Encodings,
    row_limits: &[i64],
    lane_limits: &[[i64; LANES]],
) -> Option<usize> {
    let (words_per, mut tried) = (a.words_per(), 0_u32);
    let mut going_on = vec![0_u32; words_per];
    for row in spread(a.len(), ROWS) {
        let words = a.row(row);
        for block in spread(b.blocks(), BLOCKS) {
            tried += 1;
            let mut distances = [0_i64; LANES];
            for (at, (word, lanes)) in words.iter().zip(b.block(block)).enumerate() {
                let limits = lane_limits[block].iter().map(|limit| row_limits[row] + limit);
                let mut within = false;
                for ((distance, other), limit) in distances.iter_mut().zip(&lanes.0).zip(limits) {
                    *distance += i64::from((word ^ other).count_ones());
                    within |= *distance <= limit;
                }
                if !within {
                    break;
                }
                going_on[at] += 1;
            }
        }
    }
    let cost = |words: usize| {
        let share = f64::from(going_on[words - 1]) / f64::from(tried.max(1));
        words as f64 + kernel.test() + share * (words_per - words) as f64
    };
    let best = (1..words_per).min_by(|&x, &y| cost(x).total_cmp(&cost(y)))?;
    (tried > 0 && cost(best) < kernel.whole_row(words_per) * WORTH).then_some(best)
}

/// Up to `most` of `0..count`, evenly spaced.
fn spread(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let taken = count.min(most);
    (0..taken).map(move |i| i * count / taken)
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::super::oracle;
    use super::super::search::{Comparison, MAX_PER_RECORD, Search, search_with};
    use super::super::{Measure, Score};
    use super::*;

    /// Made-up filters with one bit in four, some of them close to the one before.
    fn sparse(seed: u64, records: usize) -> Encodings {
        let mut random = oracle::random(seed);
        let mut words: Vec<u64> = Vec::new();
        for record in 0..records {
            for _ in 0..16 {
                let flips = random() & random() & random() & random() & random() & random();
                let fresh = random() & random();
                let before = (record % 5 == 4).then(|| words[words.len() - 16] ^ flips);
                words.push(before.unwrap_or(fresh));
            }
        }
        Encodings::new(1024, words).unwrap()
    }

    #[test]
    fn plain_filters_are_given_up_early_and_nothing_is_lost() {
        let (a, b) = (sparse(1, 300), sparse(1, 200));
        let wanted = Search { measure: Measure::Dice, lower: Score(8_500), per_record: MAX_PER_RECORD };
        let expected = oracle::search(&a, &b, &wanted);
        assert!(expected.pairs.len() > 200);
        for kernel in Kernel::available() {
            let probe = Comparison::new(kernel, &a, &b, wanted.measure, wanted.lower).probe();
            assert!(probe.is_some_and(|words| words < 12), "{kernel:?} {probe:?}");
            assert_eq!(search_with(kernel, &a, &b, &wanted, &|_| ControlFlow::Continue(())).unwrap(), expected);
        }
    }

    #[test]
    fn diffused_encodings_are_read_to_the_end() {
        let mut random = oracle::random(3);
        let mut side = || Encodings::new(1024, (0..300 * 16).map(|_| random()).collect()).unwrap();
        let (a, b) = (side(), side());
        for kernel in Kernel::available() {
            assert_eq!(Comparison::new(kernel, &a, &b, Measure::Hamming, Score(600)).probe(), None);
        }
    }

    #[test]
    fn lists_without_records_have_no_probe() {
        let (none, one) = (sparse(1, 0), sparse(1, 1));
        for (a, b) in [(&none, &one), (&one, &none), (&none, &none)] {
            assert_eq!(Comparison::new(Kernel::detect(), a, b, Measure::Dice, Score(9_000)).probe(), None);
        }
    }
}
