//! Comparing on this machine: pairs a second of every kernel on one thread, of the fastest on all, and what the instructions allow.
//!
//! Shared machines are slowed by their neighbours, so the figure of one thread is taken from the thread's own CPU time where the system
//! tells it, the best of three turns. The limit is what the same core does of plain vector operations of the kernel's width, measured just before and just
//! after; the clock is taken from a chain of operations that wait for each other.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::linkage::{Encodings, Kernel, LinkageError, Measure, Score, Search, search_with};

/// Records of either list that every kernel compares on one thread: what it does with more is the same, and takes hours.
const ONE_THREAD: usize = 1 << 14;

/// Each kernel compares as often, and the best counts: neighbours on a shared machine only ever slow.
const TURNS: usize = 3;

/// Rounds of vector operations that tell the limit: a tenth of a second, since clocks fall under load.
const EXERTIONS: u64 = 50_000_000;

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// Records of either list, at most 1,000,000.
    pub records: usize,
    /// Bits of an encoding: a multiple of 64, at most 4096.
    pub length: u16,
    /// Least Dice score of plain filters in ten-thousandths; without it, diffused encodings at a usual threshold.
    pub dice: Option<u16>,
}

/// How fast one kernel was.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Compared {
    /// The kernel.
    pub kernel: &'static str,
    /// Threads at work.
    pub threads: usize,
    /// Pairs compared.
    pub pairs: u64,
    /// Seconds by the clock on the wall.
    pub seconds: f64,
    /// CPU seconds of the thread; of several threads it is not told.
    pub cpu_seconds: Option<f64>,
    /// Pairs a second: of CPU time where that is known.
    pub pairs_per_second: f64,
    /// Vector operations of the kernel's width that the core did in a second; not measured for the portable kernel.
    pub operations_per_second: Option<f64>,
    /// The pairs as a share of what that allows; not known for the portable kernel, nor with early exits.
    pub share_of_limit: Option<f64>,
}

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub struct Comparisons {
    /// Cycles a second, measured.
    pub clock_hertz: f64,
    /// Every kernel on one thread, fastest first, on at most 16,384 records of either list: the best of three turns.
    pub one_thread: Vec<Compared>,
    /// The fastest on every thread of the pool.
    pub all_threads: Compared,
}

/// Compares made-up lists. `cpu` is the calling thread's CPU time.
///
/// # Errors
///
/// As [`search_with`].
pub fn compare(work: Workload, cpu: &(dyn Fn() -> Option<Duration> + Sync)) -> Result<Comparisons, LinkageError> {
    let (a, b) = (side(1, work)?, side(2, work)?);
    let (measure, lower) = match work.dice {
        Some(least) => (Measure::Dice, Score(least)),
        // Seven standard deviations above what strangers agree in.
        None => (Measure::Hamming, Score(work.length / 2 + 7 * work.length.isqrt() / 2)),
    };
    let search = Search { measure, lower, per_record: 16 };
    let clock_hertz = clock(cpu);
    let (some_a, some_b) = (a.first(ONE_THREAD)?, b.first(ONE_THREAD)?);
    let some = Workload { records: some_a.len(), ..work };
    let one = |kernel: Kernel| -> Result<Compared, LinkageError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let turns = || (0..TURNS).map(|_| turn(kernel, &some_a, &some_b, &search, cpu)).collect::<Result<Vec<_>, _>>();
        let turns = pool.map_or_else(|_| turns(), |pool| pool.install(turns))?;
        let best = turns.iter().min_by(|x, y| x.known().total_cmp(&y.known())).copied().unwrap_or_default();
        let a_pair = kernel.operations(some_a.words_per()).filter(|_| work.dice.is_none());
        let rate = pairs(some) as f64 / best.known();
        Ok(Compared {
            kernel: kernel.name(),
            threads: 1,
            pairs: pairs(some),
            seconds: best.seconds,
            cpu_seconds: best.own,
            pairs_per_second: rate,
            operations_per_second: best.operations,
            share_of_limit: best.operations.zip(a_pair).map(|(operations, a_pair)| rate * a_pair / operations),
        })
    };
    let one_thread = Kernel::available().into_iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let seconds = timed(Kernel::detect(), &a, &b, &search, &|| None)?.seconds;
    let all_threads = Compared {
        threads: rayon::current_num_threads(),
        pairs: pairs(work),
        seconds,
        cpu_seconds: None,
        pairs_per_second: pairs(work) as f64 / seconds,
        operations_per_second: None,
        share_of_limit: None,
        ..one_thread[0].clone()
    };
    Ok(Comparisons { clock_hertz, one_thread, all_threads })
}

fn pairs(work: Workload) -> u64 {
    (work.records as u64).pow(2)
}

/// How long one comparison took.
#[derive(Clone, Copy, Default)]
struct Turn {
    seconds: f64,
    own: Option<f64>,
    operations: Option<f64>,
}

impl Turn {
    /// Seconds of the thread's own, where they are told.
    fn known(&self) -> f64 {
        self.own.unwrap_or(self.seconds)
    }
}

/// One comparison, between two measurements of the limit.
fn turn(
    kernel: Kernel,
    a: &Encodings,
    b: &Encodings,
    search: &Search,
    cpu: &dyn Fn() -> Option<Duration>,
) -> Result<Turn, LinkageError> {
    let before = exerted(kernel, cpu);
    let turn = timed(kernel, a, b, search, cpu)?;
    let operations = before.zip(exerted(kernel, cpu)).map(|(before, after)| f64::midpoint(before, after));
    Ok(Turn { operations, ..turn })
}

fn timed(
    kernel: Kernel,
    a: &Encodings,
    b: &Encodings,
    search: &Search,
    cpu: &dyn Fn() -> Option<Duration>,
) -> Result<Turn, LinkageError> {
    let (start, own) = (Instant::now(), cpu());
    std::hint::black_box(search_with(kernel, a, b, search, &|_| ControlFlow::Continue(()))?);
    let own = cpu().zip(own).map(|(after, before)| (after - before).as_secs_f64());
    Ok(Turn { seconds: start.elapsed().as_secs_f64(), own: own.filter(|seconds| *seconds > 0.0), operations: None })
}

/// Vector operations a second.
fn exerted(kernel: Kernel, cpu: &dyn Fn() -> Option<Duration>) -> Option<f64> {
    let (start, own) = (Instant::now(), cpu());
    let done = kernel.exert(EXERTIONS);
    let seconds = cpu().zip(own).map_or(start.elapsed(), |(after, before)| after - before).as_secs_f64();
    (done > 0 && seconds > 0.0).then(|| done as f64 / seconds)
}

/// Cycles a second: a shift and an addition, each waiting for the one before.
fn clock(cpu: &dyn Fn() -> Option<Duration>) -> f64 {
    const STEPS: u64 = 50_000_000;
    let (start, own) = (Instant::now(), cpu());
    let mut value = std::hint::black_box(u64::MAX);
    for _ in 0..STEPS {
        value = value.wrapping_add(value >> 1);
    }
    std::hint::black_box(value);
    let seconds = cpu().zip(own).map_or(start.elapsed(), |(after, before)| after - before).as_secs_f64();
    (2 * STEPS) as f64 / seconds.max(1e-9)
}

/// Made-up encodings: half full, or for Dice with one bit in four (SplitMix64).
fn side(mut state: u64, work: Workload) -> Result<Encodings, LinkageError> {
    let mut random = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let words = usize::from(work.length).div_ceil(64) * work.records;
    let word = |_| if work.dice.is_some() { random() & random() } else { random() };
    Encodings::new(work.length, (0..words).map(word).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kernel_of_this_machine_is_measured() {
        let work = Workload { records: 200, length: 1024, dice: None };
        let found = compare(work, &|| None).expect("a good workload");
        let names: Vec<_> = found.one_thread.iter().map(|one| one.kernel).collect();
        assert_eq!(names, Kernel::available().into_iter().map(Kernel::name).collect::<Vec<_>>());
        assert!(found.one_thread.iter().all(|one| one.pairs == 40_000 && one.pairs_per_second > 0.0));
        assert!(found.clock_hertz > 0.0 && found.all_threads.pairs == 40_000);
    }

    #[test]
    fn a_threshold_that_no_score_reaches_is_refused() {
        let work = Workload { records: 10, length: 1024, dice: Some(10_001) };
        assert!(matches!(compare(work, &|| None), Err(LinkageError::Lower { .. })));
    }
}
