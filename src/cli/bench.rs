//! `bench`: what this machine can do, so that a server can be sized.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::output::{Report, count};
use crate::failure::{ARGUMENT, Failure};
use crate::lab::throughput::compare::{self, Comparisons, Workload};
use crate::lab::throughput::{self, Throughput, ThroughputError};
use crate::office::files::{self, Access, Existing};
use crate::outcome::bench::{Encode, Larger, Longer, Match, Pipeline};
use clap::Subcommand;

/// What is measured.
#[derive(Subcommand, Debug)]
pub(crate) enum BenchVerb {
    /// Comparing encodings, every pair, with every kernel of this CPU
    Match(Lists),
    /// Encoding of records in memory
    Encode(Size),
    /// CSV to a sealed parcel, and what each stage costs on one thread
    Pipeline(Size),
}

/// How large.
#[derive(clap::Args, Debug)]
pub(crate) struct Size {
    /// Records of the made-up list
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(50..=10_000_000))]
    records: u32,
    /// Writes the made-up list there, for other programs to encode
    #[arg(long, value_name = "CSV")]
    list: Option<PathBuf>,
}

/// Which lists are compared.
#[derive(clap::Args, Debug)]
pub(crate) struct Lists {
    /// Records of either made-up list
    #[arg(long, default_value_t = 16_384, value_parser = clap::value_parser!(u32).range(64..=1_000_000))]
    records: u32,
    /// Bits of an encoding
    #[arg(long, default_value_t = 1024, value_parser = length)]
    length: u16,
    /// Plain filters at this least Dice score, in ten-thousandths, with blocks given up early; without it, diffused encodings
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    dice: Option<u16>,
}

fn length(text: &str) -> Result<u16, String> {
    let fits = |length: &u16| (64..=4096).contains(length) && length.is_multiple_of(64);
    text.parse().ok().filter(fits).ok_or_else(|| "a multiple of 64 up to 4096".to_owned())
}

/// CPU time of the calling thread, where the system tells it in a file.
fn thread_time() -> Option<Duration> {
    let text = files::read_text_given(Path::new("/proc/thread-self/schedstat"), 256).ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// The most memory that this process held at a time, in bytes, where the system tells it in a file.
fn peak_memory() -> Option<u64> {
    let text = files::read_text_given(Path::new("/proc/self/status"), 1 << 16).ok()?;
    let kibibytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    kibibytes.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

fn matching(lists: &Lists) -> Result<Report, Failure> {
    let work = Workload { records: lists.records as usize, length: lists.length, dice: lists.dice };
    let found = compare::compare(work, &thread_time)?;
    let rate = found.all_threads.pairs_per_second;
    // Both lists once, handles and limits of sixteen bytes each.
    let memory = |records: u64| 2 * records * (u64::from(lists.length) / 8 + 32);
    let larger = [1u64, 10, 100].map(|millions| millions * 1_000_000);
    let larger = larger.map(|n| Larger { records: n, seconds: (n as f64).powi(2) / rate, bytes: memory(n) });
    let Comparisons { clock_hertz, one_thread, all_threads } = found;
    let mut report = Report::of(Match {
        records: lists.records,
        length: lists.length,
        dice: lists.dice,
        clock_hertz,
        one_thread: one_thread.clone(),
        all_threads: all_threads.clone(),
        peak_bytes: peak_memory(),
        extrapolated: larger.into(),
        assumes: "lists of one size, time in proportion to pairs, a clock that stays",
    });
    report = report.say(format!("{} x {} records of {} bits, every pair", lists.records, lists.records, lists.length));
    for one in &one_thread {
        let limit = one.share_of_limit.map_or(String::new(), |share| format!(", {:.0} % of the limit", share * 100.0));
        let clock = if one.cpu_seconds.is_some() { "CPU second" } else { "second" };
        let rate = one.pairs_per_second / 1e6;
        report = report.say(format!("  {:<18} {rate:>6.0} million pairs a {clock} of one thread{limit}", one.kernel));
    }
    let seconds = |millions: f64| (millions * 1e6).powi(2) / rate;
    Ok(report
        .say(format!(
            "  {:<18} {:>6.0} million pairs a second on {} threads",
            all_threads.kernel,
            rate / 1e6,
            all_threads.threads
        ))
        .say(format!(
            "in proportion: 1 million by 1 million in {:.1} min, 10 by 10 in {:.1} h, 100 by 100 in {:.0} days",
            seconds(1.0) / 60.0,
            seconds(10.0) / 3600.0,
            seconds(100.0) / 86_400.0
        )))
}

/// What an extrapolation to longer lists takes for granted.
const ASSUMES: &str =
    "time in proportion to records, values that repeat as in the made-up list, memory for every encoding";

/// Runs a `bench` verb.
pub(crate) fn run(verb: &BenchVerb) -> Result<Report, Failure> {
    let failed = |error: ThroughputError| Failure::new(ARGUMENT, error);
    let (what, measured, stages) = match verb {
        BenchVerb::Match(lists) => return matching(lists),
        BenchVerb::Encode(size) => ("encode", throughput::encode(size.records as usize).map_err(failed)?, None),
        BenchVerb::Pipeline(size) => {
            let stages = throughput::stages(size.records as usize).map_err(failed)?;
            ("pipeline", throughput::pipeline(size.records as usize).map_err(failed)?, Some(stages))
        }
    };
    if let BenchVerb::Encode(Size { records, list: Some(path) })
    | BenchVerb::Pipeline(Size { records, list: Some(path) }) = verb
    {
        files::write(path, &throughput::csv(*records as usize), Access::Public, Existing::Refuse)?;
    }
    let per_million = 1e6 / measured.records_per_second;
    let longer = |millions: u64| Longer { records: millions * 1_000_000, seconds: per_million * millions as f64 };
    let extrapolated = [1, 10, 100].map(longer).into();
    let (all, one_thread) = (measured.clone(), stages.clone());
    let mut report = match verb {
        BenchVerb::Pipeline(_) => Report::of(Pipeline { measured: all, one_thread, extrapolated, assumes: ASSUMES }),
        _ => Report::of(Encode { measured: all, one_thread, extrapolated, assumes: ASSUMES }),
    };
    report = report.say(format!(
        "{}: {} records of five fields in {:.2} s, {} a second on {} threads, {} for each",
        what,
        count(measured.records as u64),
        measured.seconds,
        count(measured.records_per_second as u64),
        measured.threads,
        count(measured.records_per_second_and_thread as u64),
    ));
    report = words(report, &measured);
    if let Some(stages) = &stages {
        report = words(report.say("stage by stage on one thread:".to_owned()), stages);
    }
    Ok(report.say(format!(
        "in proportion: 1 million in {per_million:.1} s, 10 in {:.0} s, 100 in {:.0} s",
        per_million * 10.0,
        per_million * 100.0
    )))
}

fn words(report: Report, measured: &Throughput) -> Report {
    measured.stages.iter().fold(report, |report, stage| {
        report.say(format!("  {:<24} {:>6.0} ns a record", stage.stage, stage.nanoseconds))
    })
}
