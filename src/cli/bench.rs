//! `bench`: what this machine can do, so that a server can be sized.

use clap::Subcommand;
use serde_json::{Value, json};

use super::failure::{ARGUMENT, Failure};
use super::output::{Report, count};
use crate::lab::throughput::{self, Throughput, ThroughputError};

/// What is measured.
#[derive(Subcommand, Debug)]
pub(crate) enum BenchVerb {
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
}

/// Runs a `bench` verb.
pub(crate) fn run(verb: &BenchVerb) -> Result<Report, Failure> {
    let failed = |error: ThroughputError| Failure::new(ARGUMENT, error);
    let (what, measured, stages) = match verb {
        BenchVerb::Encode(size) => ("encode", throughput::encode(size.records as usize).map_err(failed)?, None),
        BenchVerb::Pipeline(size) => {
            let stages = throughput::stages(size.records as usize).map_err(failed)?;
            ("pipeline", throughput::pipeline(size.records as usize).map_err(failed)?, Some(stages))
        }
    };
    let per_million = 1e6 / measured.records_per_second;
    let larger: Vec<Value> = [1u64, 10, 100]
        .into_iter()
        .map(|millions| json!({ "records": millions * 1_000_000, "seconds": per_million * millions as f64 }))
        .collect();
    let mut report = Report::new(json!({
        "symbolon": format!("bench {what} v1"), "measured": measured, "one_thread": stages, "extrapolated": larger,
        "assumes": "time in proportion to records, values that repeat as in the made-up list, memory for every encoding",
    }));
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
