//! All pairs of two sides with at least a given score.
//!
//! Nothing is blocked or sampled: every pair is compared, until it is a candidate or can be none. The first side is cut into bands of rows, one a
//! task, which rayon spreads over the cores; within a task a stretch of the second side's blocks stays in the second
//! cache level while the band's tiles pass over it. Each row keeps its best candidates, bounded, and the bands are put
//! together in their order. Blocks pass in ascending order, so the outcome knows neither threads nor tiles.
//!
//! Memory: both sides once, some numbers a record, and at most `per_record` candidates a row.

use std::fmt;
use std::ops::{ControlFlow, Range};

use rayon::prelude::*;

use super::journal::{Journal, RowBand};
use super::kernel::{Kernel, Limits, Scratch, Tile};
use super::layout::{Encodings, LANES};
use super::measure::{Measure, Pair, Score};
use super::{LinkageError, probe};
use crate::primitives::Digest;

/// Most candidates that can be asked for per record.
pub const MAX_PER_RECORD: usize = 1 << 16;

/// Rows of the first side that are compared as one task.
pub const BAND_ROWS: usize = 512;
/// Lane words in a stretch: 128 KiB.
const STRETCH_LANES: usize = 256;

/// What to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// In which measure `lower` is stated.
    pub measure: Measure,
    /// Least score of a candidate.
    pub lower: Score,
    /// Most candidates kept per record of the first side.
    pub per_record: usize,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidates {
    /// By `a`, then from the highest score, then by `b`.
    pub pairs: Vec<Pair>,
    /// Records of the first side that had more candidates than were kept.
    pub bounded: usize,
    /// Pairs compared: the product of both sides.
    pub compared: u64,
}

/// Told the number of pairs newly compared, from any thread; `Break` stops the search.
pub type Progress<'a> = &'a (dyn Fn(u64) -> ControlFlow<()> + Sync);

/// All pairs with at least the lower score; of each record of `a` at most the `per_record` best, by score and then by
/// the smaller `b`.
///
/// # Errors
///
/// Refuses sides of different lengths and bounds out of range; [`LinkageError::Stopped`] if `progress` breaks.
pub fn search(
    a: &Encodings,
    b: &Encodings,
    search: &Search,
    progress: Progress<'_>,
) -> Result<Candidates, LinkageError> {
    search_with(Kernel::detect(), a, b, search, progress)
}

/// [`search()`] with a kernel of choice, for tests and benches; the result is the same.
///
/// # Errors
///
/// As [`search()`].
pub fn search_with(
    kernel: Kernel,
    a: &Encodings,
    b: &Encodings,
    search: &Search,
    progress: Progress<'_>,
) -> Result<Candidates, LinkageError> {
    search_kept(kernel, a, b, search, &Digest::of(b""), &(), progress)
}

/// [`search_with()`], with finished bands taken from a journal and handed to it.
pub(crate) fn search_kept(
    kernel: Kernel,
    a: &Encodings,
    b: &Encodings,
    search: &Search,
    identity: &Digest,
    journal: &dyn Journal,
    progress: Progress<'_>,
) -> Result<Candidates, LinkageError> {
    check(a, b, search)?;
    let mut bands: Vec<Option<RowBand>> = vec![None; a.len().div_ceil(BAND_ROWS)];
    for band in journal.finished(identity) {
        if let Some(place) = bands.get_mut(band.number as usize) {
            *place = Some(band);
        }
    }
    let comparison = Comparison::new(kernel, a, b, search.measure, search.lower);
    let bands: Vec<RowBand> = bands
        .into_par_iter()
        .enumerate()
        .map(|(number, finished)| {
            let rows = number * BAND_ROWS..((number + 1) * BAND_ROWS).min(a.len());
            if let Some(band) = finished {
                return progress((rows.len() * b.len()) as u64)
                    .is_continue()
                    .then_some(band)
                    .ok_or(LinkageError::Stopped);
            }
            let mut best = vec![Best::default(); rows.len()];
            comparison.visit(rows.clone(), progress, |row, b, score| {
                if score >= search.lower {
                    best[row - rows.start].offer(score, b, search.per_record);
                }
            })?;
            let band = RowBand::of(number, rows.start, &best);
            journal.keep(identity, &band);
            Ok(band)
        })
        .collect::<Result<_, LinkageError>>()?;

    let bounded = bands.iter().map(|band| band.bounded as usize).sum();
    let mut pairs = Vec::with_capacity(bands.iter().map(|band| band.pairs.len()).sum());
    bands.into_iter().for_each(|band| pairs.extend(band.pairs));
    Ok(Candidates { pairs, bounded, compared: a.len() as u64 * b.len() as u64 })
}

impl RowBand {
    fn of(number: usize, first_row: usize, best: &[Best]) -> Self {
        let pairs = best.iter().enumerate().flat_map(|(row, best)| {
            let a = (first_row + row) as u32;
            best.kept.iter().map(move |&(score, b)| Pair { a, b, score })
        });
        let bounded = best.iter().filter(|best| best.bounded).count() as u32;
        Self { number: number as u32, pairs: pairs.collect(), bounded }
    }
}

fn check(a: &Encodings, b: &Encodings, search: &Search) -> Result<(), LinkageError> {
    if a.length() != b.length() {
        return Err(LinkageError::Unlike { a: a.length(), b: b.length() });
    }
    let highest = search.measure.highest(a.length());
    if search.lower > highest {
        return Err(LinkageError::Lower { lower: search.lower.0, highest: highest.0 });
    }
    if search.per_record == 0 || search.per_record > MAX_PER_RECORD {
        return Err(LinkageError::PerRecord { per_record: search.per_record });
    }
    Ok(())
}

/// The best candidates of one row so far, from the highest score, equals by ascending `b`.
#[derive(Clone, Default)]
struct Best {
    kept: Vec<(Score, u32)>,
    bounded: bool,
}

impl Best {
    /// Takes a candidate. They come by ascending `b`, so an equal score goes behind those that are there.
    fn offer(&mut self, score: Score, b: u32, bound: usize) {
        if self.kept.len() == bound {
            self.bounded = true;
            if self.kept.last().is_some_and(|&(last, _)| last >= score) {
                return;
            }
            self.kept.pop();
        }
        let place = self.kept.partition_point(|&(kept, _)| kept >= score);
        self.kept.insert(place, (score, b));
    }
}

/// Two sides made ready for the kernel.
pub(crate) struct Comparison<'a> {
    kernel: Kernel,
    a: &'a Encodings,
    b: &'a Encodings,
    measure: Measure,
    ones_a: Vec<u16>,
    ones_b: Vec<u16>,
    row_limits: Vec<i64>,
    lane_limits: Vec<[i64; LANES]>,
    probe: Option<usize>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(kernel: Kernel, a: &'a Encodings, b: &'a Encodings, measure: Measure, lower: Score) -> Self {
        let (ones_a, ones_b) = (a.ones(), b.ones());
        let row_limits: Vec<i64> = ones_a.iter().map(|&ones| measure.row_limit(a.length(), ones, lower)).collect();
        let lane_limits: Vec<[i64; LANES]> = (0..b.blocks())
            .map(|block| {
                let mut limits = [Limits::NEVER; LANES];
                let ones = &ones_b[block * LANES..][..b.filled(block)];
                for (limit, &ones) in limits.iter_mut().zip(ones) {
                    *limit = measure.lane_limit(ones, lower);
                }
                limits
            })
            .collect();
        let probe = probe::choose(kernel, a, b, &row_limits, &lane_limits);
        Self { kernel, a, b, measure, ones_a, ones_b, row_limits, lane_limits, probe }
    }

    /// Words after which a block may be given up.
    #[cfg(test)]
    pub(crate) fn probe(&self) -> Option<usize> {
        self.probe
    }

    /// Calls `found(row, b, score)` for every pair of these rows that passes the limits: all at or above the lower score,
    /// and with Dice possibly some just below. For each row `b` ascends.
    pub(crate) fn visit(
        &self,
        rows: Range<usize>,
        progress: Progress<'_>,
        mut found: impl FnMut(usize, u32, Score),
    ) -> Result<(), LinkageError> {
        let most = (STRETCH_LANES / self.a.words_per()).max(1);
        let words = self.a.rows(rows.clone());
        let tile = Tile { words: &words, words_per: self.a.words_per() };
        let (mut scratch, mut hits) = (Scratch::default(), Vec::new());
        for (first_block, stretch) in self.b.stretches(most) {
            let blocks = first_block..first_block + stretch.len() / self.b.words_per();
            let first = first_block * LANES;
            let lanes = &self.lane_limits[blocks.clone()];
            let limits = Limits { rows: &self.row_limits[rows.clone()], lanes, probe: self.probe };
            self.kernel.scan(tile, stretch, &limits, &mut scratch, &mut hits);
            for hit in hits.drain(..) {
                let (row, b) = (rows.start + hit.row as usize, first + hit.lane as usize);
                let (p, q) = (self.ones_a[row], self.ones_b[b]);
                found(row, b as u32, self.measure.score(self.a.length(), p, q, hit.distance));
            }
            let records = (blocks.end * LANES).min(self.ones_b.len()) - first;
            if progress((rows.len() * records) as u64).is_break() {
                return Err(LinkageError::Stopped);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Comparison<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Comparison").field("kernel", &self.kernel).field("a", &self.a).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use proptest::prelude::*;

    use super::*;
    use crate::linkage::{journal, oracle};

    const ON: Progress<'static> = &|_| ControlFlow::Continue(());
    const SIZES: [usize; 9] = [0, 1, 7, 8, 9, 63, 64, 65, 200];
    const LENGTHS: [u16; 10] = [64, 250, 256, 320, 512, 1000, 1024, 1100, 2048, 4096];

    fn all(measure: Measure, lower: u16) -> Search {
        Search { measure, lower: Score(lower), per_record: MAX_PER_RECORD }
    }

    fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn every_kernel_finds_what_the_oracle_finds(
            seed: u64,
            n_a in proptest::sample::select(&SIZES[..]),
            n_b in proptest::sample::select(&SIZES[..]),
            length in proptest::sample::select(&LENGTHS[..]),
            share in 0_u16..=100,
            per_record in proptest::sample::select(vec![1, 2, 5, MAX_PER_RECORD]),
        ) {
            let (a, b) = (oracle::side(seed, length, n_a), oracle::side(seed ^ 1, length, n_b));
            for measure in [Measure::Hamming, Measure::Dice] {
                // Around half of the highest score, where limits cut through the crowd, and now and then beyond.
                let lower = (u32::from(measure.highest(length).0) * (u32::from(share) + 20) / 120) as u16;
                let search = Search { measure, lower: Score(lower), per_record };
                let expected = oracle::search(&a, &b, &search);
                for kernel in Kernel::available() {
                    let found = search_with(kernel, &a, &b, &search, ON).unwrap();
                    prop_assert_eq!(&found, &expected, "{:?} {:?}", kernel, search);
                }
            }
        }
    }

    #[test]
    fn every_kernel_scores_every_pair_of_every_size_and_length() {
        for length in LENGTHS {
            for (n_a, n_b) in [(1, 1), (7, 65), (64, 9), (130, 63), (3, 200)] {
                let (a, b) = (oracle::side(7, length, n_a), oracle::side(8, length, n_b));
                for measure in [Measure::Hamming, Measure::Dice] {
                    let expected = oracle::search(&a, &b, &all(measure, 0));
                    assert_eq!(expected.pairs.len(), n_a * n_b);
                    for kernel in Kernel::available() {
                        let found = search_with(kernel, &a, &b, &all(measure, 0), ON).unwrap();
                        assert_eq!(found, expected, "{kernel:?} {measure:?} {length}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_score_exactly_at_the_threshold_is_kept_also_where_one_filter_contains_the_other() {
        // Ones: 3 within 5. Dice is 6/8 = 7 500 exactly; Hamming agrees in 62 of 64.
        let (a, b) = (Encodings::new(64, vec![0b00111]).unwrap(), Encodings::new(64, vec![0b11111]).unwrap());
        for kernel in Kernel::available() {
            for (measure, score) in [(Measure::Dice, 7_500), (Measure::Hamming, 62)] {
                let at = search_with(kernel, &a, &b, &all(measure, score), ON).unwrap();
                assert_eq!(at.pairs, [Pair { a: 0, b: 0, score: Score(score) }]);
                assert!(search_with(kernel, &a, &b, &all(measure, score + 1), ON).unwrap().pairs.is_empty());
            }
        }
    }

    #[test]
    fn extreme_encodings_are_counted_right() {
        for length in LENGTHS {
            let words = usize::from(length).div_ceil(64);
            let last = u64::MAX >> (words * 64 - usize::from(length));
            let mut full = vec![u64::MAX; words];
            full[words - 1] = last;
            let (none, full) = (Encodings::new(length, vec![0; words]).unwrap(), Encodings::new(length, full).unwrap());
            for kernel in Kernel::available() {
                let score = |a, b, measure| search_with(kernel, a, b, &all(measure, 0), ON).unwrap().pairs[0].score.0;
                assert_eq!(score(&none, &full, Measure::Hamming), 0);
                assert_eq!(score(&full, &full, Measure::Hamming), length);
                assert_eq!(score(&full, &full, Measure::Dice), 10_000);
                assert_eq!(score(&none, &none, Measure::Dice), 0);
                assert_eq!(score(&none, &full, Measure::Dice), 0);
            }
        }
    }

    #[test]
    fn lanes_without_a_record_never_pair_with_an_empty_encoding() {
        let (a, b) = (Encodings::new(64, vec![0; 3]).unwrap(), Encodings::new(64, vec![0; 2]).unwrap());
        for kernel in Kernel::available() {
            for measure in [Measure::Hamming, Measure::Dice] {
                assert_eq!(search_with(kernel, &a, &b, &all(measure, 0), ON).unwrap().pairs.len(), 6);
            }
        }
    }

    #[test]
    fn threads_do_not_change_the_outcome() {
        let (a, b) = (oracle::side(1, 256, 1_300), oracle::side(2, 256, 700));
        let search = Search { measure: Measure::Hamming, lower: Score(140), per_record: 3 };
        let run = || search_with(Kernel::detect(), &a, &b, &search, ON).unwrap();
        let one = in_pool(1, run);
        assert!(one.bounded > 0 && one.pairs.len() > 100);
        assert_eq!(in_pool(2, run), one);
        assert_eq!(oracle::search(&a, &b, &search), one);
    }

    #[test]
    fn a_bound_keeps_the_best_and_says_so() {
        let a = Encodings::new(64, vec![0]).unwrap();
        let b = Encodings::new(64, vec![0b111, 0b1, 0b11, 0b10]).unwrap();
        let search_for = |per_record| Search { measure: Measure::Hamming, lower: Score(61), per_record };
        let found = search(&a, &b, &search_for(2), ON).unwrap();
        assert_eq!(found.pairs.iter().map(|pair| (pair.b, pair.score.0)).collect::<Vec<_>>(), [(1, 63), (3, 63)]);
        assert_eq!(found.bounded, 1);
        assert_eq!(search(&a, &b, &search_for(4), ON).unwrap().bounded, 0);
    }

    #[test]
    fn progress_sums_to_all_pairs() {
        let (a, b) = (oracle::side(1, 128, 700), oracle::side(2, 128, 333));
        let seen = AtomicU64::new(0);
        let found = search(&a, &b, &all(Measure::Hamming, 120), &|pairs| {
            seen.fetch_add(pairs, Ordering::Relaxed);
            ControlFlow::Continue(())
        });
        assert_eq!(found.unwrap().compared, 700 * 333);
        assert_eq!(seen.into_inner(), 700 * 333);
    }

    #[test]
    fn a_search_that_is_told_to_stop_stops() {
        let (a, b) = (oracle::side(1, 128, 70), oracle::side(2, 128, 70));
        let stopped = search(&a, &b, &all(Measure::Hamming, 0), &|_| ControlFlow::Break(()));
        assert_eq!(stopped, Err(LinkageError::Stopped));
    }

    /// Remembers bands.
    #[derive(Default)]
    struct Memory(std::sync::Mutex<Vec<Vec<u8>>>);

    impl Journal for Memory {
        fn finished(&self, identity: &Digest) -> Vec<RowBand> {
            let kept = self.0.lock().unwrap();
            kept.iter().filter_map(|bytes| journal::from_bytes(identity, bytes)).flatten().collect()
        }

        fn keep(&self, identity: &Digest, band: &RowBand) {
            self.0.lock().unwrap().push(journal::to_bytes(identity, std::slice::from_ref(band)));
        }
    }

    #[test]
    fn a_search_stopped_at_any_band_and_taken_up_again_finds_the_same_and_compares_the_rest_only() {
        let (a, b) = (oracle::side(1, 64, 3 * BAND_ROWS + 5), oracle::side(2, 64, 300));
        let wanted = Search { measure: Measure::Hamming, lower: Score(40), per_record: 3 };
        let expected = search(&a, &b, &wanted, ON).unwrap();
        let identity = Digest::of(b"this comparison");
        for stop_after in 0..4 {
            let memory = Memory::default();
            let stop = |_| match memory.0.lock().unwrap().len() {
                kept if kept >= stop_after => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            };
            let kernel = Kernel::detect();
            let stopped = in_pool(1, || search_kept(kernel, &a, &b, &wanted, &identity, &memory, &stop));
            assert_eq!(stopped, Err(LinkageError::Stopped));
            let before = memory.finished(&identity).len();
            assert_eq!(before, stop_after);
            assert_eq!(search_kept(kernel, &a, &b, &wanted, &identity, &memory, ON).unwrap(), expected);
            assert_eq!(memory.0.lock().unwrap().len(), 4, "no band was computed twice");
        }
    }

    #[test]
    fn bands_of_another_comparison_are_computed_again() {
        let (a, b) = (oracle::side(1, 64, 20), oracle::side(2, 64, 30));
        let memory = Memory::default();
        let [one, other] = [Digest::of(b"one"), Digest::of(b"other")];
        search_kept(Kernel::detect(), &b, &a, &all(Measure::Hamming, 0), &one, &memory, ON).unwrap();
        let found = search_kept(Kernel::detect(), &a, &b, &all(Measure::Hamming, 0), &other, &memory, ON);
        assert_eq!(found, search(&a, &b, &all(Measure::Hamming, 0), ON));
    }

    #[test]
    fn terms_out_of_range_are_refused() {
        let (a, b) = (oracle::side(1, 128, 2), oracle::side(2, 256, 2));
        assert_eq!(search(&a, &b, &all(Measure::Hamming, 0), ON), Err(LinkageError::Unlike { a: 128, b: 256 }));
        let too_high = search(&a, &a, &all(Measure::Hamming, 129), ON);
        assert_eq!(too_high, Err(LinkageError::Lower { lower: 129, highest: 128 }));
        let none = Search { measure: Measure::Dice, lower: Score(0), per_record: 0 };
        assert_eq!(search(&a, &a, &none, ON), Err(LinkageError::PerRecord { per_record: 0 }));
    }
}
