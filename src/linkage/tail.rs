//! Scores of strangers, counted within one side.
//!
//! Two records of one agency are two people, once the agency has removed its duplicates. Their scores therefore show what
//! no formula does: relatives, namesakes, people of one village and one birthday. [`stranger_tail`] compares some rows of
//! a side, evenly spaced, with all other rows of that side, and counts every score. Duplicates that stayed in the side
//! count as strangers and push thresholds up: too few links rather than false ones.

use rayon::prelude::*;

use super::search::{Comparison, Progress};
use super::{Encodings, Kernel, LinkageError, Measure, Score};

/// How many pairs of strangers reached which score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    measure: Measure,
    length: u16,
    /// Pairs at or above each score; one more entry than there are scores, the last is zero.
    at_least: Vec<u64>,
}

impl Tail {
    /// A tail of no pairs.
    pub fn empty(measure: Measure, length: u16) -> Self {
        Self::from_counts(measure, length, vec![0; usize::from(measure.highest(length).0) + 1])
    }

    /// Sums counts per score, from the highest down.
    pub(crate) fn from_counts(measure: Measure, length: u16, counts: Vec<u64>) -> Self {
        let mut at_least = counts;
        at_least.push(0);
        for score in (1..at_least.len()).rev() {
            at_least[score - 1] += at_least[score];
        }
        Self { measure, length, at_least }
    }

    /// The measure that was counted with.
    pub fn measure(&self) -> Measure {
        self.measure
    }

    /// Bits of the encodings whose scores were counted.
    pub fn length(&self) -> u16 {
        self.length
    }

    /// Pairs of strangers that were seen.
    pub fn pairs(&self) -> u64 {
        self.at_least[0]
    }

    /// Pairs with this score.
    pub fn count(&self, score: Score) -> u64 {
        self.at_least(score) - self.at_least(Score(score.0.saturating_add(1)))
    }

    /// Pairs with this score or a higher one.
    pub fn at_least(&self, score: Score) -> u64 {
        self.at_least.get(usize::from(score.0)).copied().unwrap_or(0)
    }

    /// The highest score of which at least `pairs` pairs were at or above it.
    pub(crate) fn highest_with(&self, pairs: u64) -> Option<u16> {
        self.at_least.partition_point(|&seen| seen >= pairs).checked_sub(1).map(|score| score as u16)
    }
}

/// Counts the scores of up to `sample_rows` evenly spaced rows against every other row of the same side. A pair of two
/// sampled rows counts twice, once from either end.
///
/// # Errors
///
/// [`LinkageError::Stopped`] if `progress` breaks; it is told the pairs compared.
pub fn stranger_tail(
    side: &Encodings,
    measure: Measure,
    sample_rows: usize,
    progress: Progress<'_>,
) -> Result<Tail, LinkageError> {
    let rows = sample_rows.min(side.len());
    let sampled: Vec<usize> = (0..rows).map(|i| (i as u128 * side.len() as u128 / rows as u128) as usize).collect();
    let scores = usize::from(measure.highest(side.length()).0) + 1;
    let comparison = Comparison::new(Kernel::detect(), side, side, measure, Score(0));
    // Few rows at a time, since a histogram is small; sums of counts do not depend on the order.
    let counts = sampled
        .par_chunks(16)
        .map(|rows| {
            let mut counts = vec![0_u64; scores];
            for &row in rows {
                comparison.visit(row..row + 1, progress, |row, other, score| {
                    counts[usize::from(score.0)] += u64::from(row != other as usize);
                })?;
            }
            Ok(counts)
        })
        .try_reduce(
            || vec![0; scores],
            |mut sum, counts| {
                sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
                Ok(sum)
            },
        )?;
    Ok(Tail::from_counts(measure, side.length(), counts))
}

/// Rows that stand side by side, compared together: a kernel is slow with single ones.
const BAND: usize = 128;

/// The upper end of the tail from far more pairs: those of about `most_pairs` (rounded up to whole bands) that reach `floor` are
/// counted by score, all others as of score 0. Rows are taken in bands evenly spaced over the side, whose order must say
/// nothing of the records; parcels are sorted by random handles. With pairs enough for all rows this counts every pair of the
/// side, from either end.
///
/// # Errors
///
/// [`LinkageError::Stopped`] if `progress` breaks; it is told the pairs compared.
pub fn upper_tail(
    side: &Encodings,
    measure: Measure,
    floor: Score,
    most_pairs: u64,
    progress: Progress<'_>,
) -> Result<Tail, LinkageError> {
    let rows = usize::try_from(most_pairs / side.len().max(1) as u64).unwrap_or(usize::MAX).clamp(1, side.len().max(1));
    let bands = if side.is_empty() { 0 } else { rows.div_ceil(BAND) };
    let place = |band: usize| (band as u128 * side.len() as u128 / bands as u128) as usize;
    let comparison = Comparison::new(Kernel::detect(), side, side, measure, floor);
    let scores = usize::from(measure.highest(side.length()).0) + 1;
    let counts = (0..bands)
        .into_par_iter()
        .map(|band| {
            let rows = place(band)..place(band + 1).min(place(band) + BAND);
            let mut counts = vec![0_u64; scores];
            comparison.visit(rows.clone(), progress, |row, other, score| {
                counts[usize::from(score.0)] += u64::from(row != other as usize && score >= floor && score.0 > 0);
            })?;
            counts[0] = rows.len() as u64 * (side.len() as u64 - 1) - counts.iter().sum::<u64>();
            Ok(counts)
        })
        .try_reduce(
            || vec![0; scores],
            |mut sum, counts| {
                sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
                Ok(sum)
            },
        )?;
    Ok(Tail::from_counts(measure, side.length(), counts))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::linkage::oracle;

    const ON: Progress<'static> = &|_| ControlFlow::Continue(());

    #[test]
    fn a_tail_of_all_rows_counts_every_pair_of_two_records_twice() {
        let side = oracle::side(5, 256, 150);
        for measure in [Measure::Hamming, Measure::Dice] {
            let tail = stranger_tail(&side, measure, usize::MAX, ON).unwrap();
            let mut counts = vec![0_u64; usize::from(measure.highest(256).0) + 1];
            for i in 0..side.len() {
                for j in (0..side.len()).filter(|&j| j != i) {
                    counts[usize::from(oracle::score(measure, 256, &side.row(i), &side.row(j)).0)] += 1;
                }
            }
            assert_eq!(tail, Tail::from_counts(measure, 256, counts));
            assert_eq!(tail.pairs(), 150 * 149);
        }
    }

    #[test]
    fn an_upper_tail_of_all_rows_is_the_tail_from_its_floor_on() {
        for records in [0, 1, 2, 150, 300] {
            let side = oracle::side(5, 256, records);
            for measure in [Measure::Hamming, Measure::Dice] {
                let whole = stranger_tail(&side, measure, usize::MAX, ON).unwrap();
                let floor = Score(measure.highest(256).0 / 2);
                let upper = upper_tail(&side, measure, floor, u64::MAX, ON).unwrap();
                assert_eq!(upper.pairs(), whole.pairs());
                for score in floor.0.max(1)..=measure.highest(256).0 {
                    assert_eq!(upper.at_least(Score(score)), whole.at_least(Score(score)), "{measure:?} {records}");
                }
            }
        }
        let side = oracle::side(5, 256, 1000);
        assert_eq!(
            upper_tail(&side, Measure::Hamming, Score(200), 300_000, ON).unwrap().pairs(),
            3 * BAND as u64 * 999,
            "whole bands: 300 rows are rounded up to three"
        );
    }

    #[test]
    fn a_sample_meets_every_other_row() {
        let side = oracle::side(5, 256, 150);
        assert_eq!(stranger_tail(&side, Measure::Hamming, 7, ON).unwrap().pairs(), 7 * 149);
    }

    #[test]
    fn sides_without_pairs_have_an_empty_tail() {
        for records in [0, 1] {
            let tail = stranger_tail(&oracle::side(5, 256, records), Measure::Hamming, 10, ON).unwrap();
            assert_eq!(tail, Tail::empty(Measure::Hamming, 256));
        }
    }

    #[test]
    fn counts_and_sums_agree() {
        let tail = Tail::from_counts(Measure::Hamming, 3, vec![5, 3, 0, 2]);
        assert_eq!((tail.pairs(), tail.at_least(Score(1)), tail.at_least(Score(4))), (10, 5, 0));
        assert_eq!((tail.count(Score(0)), tail.count(Score(2)), tail.count(Score(3))), (5, 0, 2));
        assert_eq!((tail.highest_with(1), tail.highest_with(3), tail.highest_with(11)), (Some(3), Some(1), None));
    }

    #[test]
    fn counting_can_be_stopped() {
        let side = oracle::side(5, 256, 50);
        let stopped = stranger_tail(&side, Measure::Hamming, 10, &|_| ControlFlow::Break(()));
        assert_eq!(stopped, Err(LinkageError::Stopped));
    }
}
