//! `operator …`: link what was permitted, and keep the log.

use std::time::Duration;

use clap::Subcommand;

use super::output::{Report, count};
use super::progress::{Meter, Progress};
use super::{Context, RunArg};
use crate::failure::Failure;
use crate::linkage::BAND_ROWS;
use crate::office::acts;
use crate::office::acts::link::{How, Pace};
use crate::office::keeper::Appended;
use crate::outcome::operator as outcome;

/// What an operator does.
#[derive(Subcommand, Debug)]
pub(crate) enum OperatorVerb {
    /// Verifies consents, commitments and parcels of a run, compares every pair, seals the leads; stopped or killed, the same
    /// command goes on where it was
    Link(Link),
    /// Logs what is new in the exchange, and signs the state of the log
    Log,
    /// Destroys the encodings and candidate pairs of a run that is over, and attests it; the same as `symbolon purge`
    Purge(RunArg),
}

/// How a run is linked.
#[derive(clap::Args, Debug, Clone, Copy)]
pub(crate) struct Link {
    #[command(flatten)]
    run: RunArg,
    /// How progress is shown
    #[arg(long, value_enum, default_value_t)]
    progress: Progress,
    /// Seconds between checkpoints; with 0, every 512 rows
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    checkpoint: u64,
    /// Goes on where an earlier attempt was; so does the command without it, but with it the report says if there was nothing
    /// to go on with
    #[arg(long)]
    resume: bool,
}

impl From<RunArg> for Link {
    fn from(run: RunArg) -> Self {
        Self { run, progress: Progress::Bar, checkpoint: 30, resume: false }
    }
}

/// Runs an `operator` verb.
pub(crate) fn run(verb: &OperatorVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        OperatorVerb::Link(args) => link(*args, context),
        OperatorVerb::Log => log(context),
        OperatorVerb::Purge(run) => super::purge::purge(*run, context),
    }
}

fn log(context: &Context) -> Result<Report, Failure> {
    let Appended { entries, checkpoint, remarks } = acts::log::append(&context.desk)?;
    let of = |entry: &crate::log::Entry| format!("logged {} of {} in run {}", entry.kind.name(), entry.by, entry.run);
    let mut words: Vec<String> = entries.iter().map(of).collect();
    words.extend(remarks.iter().cloned());
    let mut out = Report::of(outcome::Log {
        size: checkpoint.size,
        root: checkpoint.root,
        appended: entries.iter().map(ToString::to_string).collect(),
        not_logged: remarks,
    });
    out.words = words;
    Ok(out
        .say(format!("{} entries are new, the log has {}", entries.len(), checkpoint.size))
        .next("at least two other parties: symbolon log cosign"))
}

fn link(args: Link, context: &Context) -> Result<Report, Failure> {
    let (style, progress) = (context.style, args.progress);
    let pace = |total, what| -> Box<dyn Pace> { Box::new(Meter::new(total, what, progress, style)) };
    let every = Duration::from_secs(args.checkpoint);
    let how = How { run: args.run.run, every, resume: args.resume, pace: &pace };
    let acts::link::Done { outcome, remarks, held } = acts::link::link(&context.desk, &how)?;
    if let Some(held) = held {
        return Err(held);
    }
    let mut words = remarks;
    outcome.pairs.iter().for_each(|pair| words.extend(pair_words(pair)));
    let rate = outcome.pairs_per_second / 1e9;
    words.push(format!(
        "{} pairs compared with {}, {rate:.2} G a second",
        count(outcome.pairs_compared),
        outcome.kernel
    ));
    let guarded = outcome.to_guardian;
    let mut out = Report::of(outcome);
    out.words = words;
    Ok(match guarded {
        true => out
            .say("the pairs went to the guardian, sealed; no lead is issued but by it")
            .next("guardian: symbolon guardian screen REGISTER"),
        false => out.next("officers of both agencies: symbolon officer queue"),
    })
}

fn pair_words(pair: &outcome::Pair) -> Vec<String> {
    let [first, second] = &pair.agencies;
    let mut words = Vec::new();
    if pair.resumed_bands > 0 {
        let bands = pair.records[0].div_ceil(BAND_ROWS);
        let resumed = pair.resumed_bands;
        words.push(format!(
            "{first} x {second}: taken up again, {resumed} of {bands} bands of rows had been compared before"
        ));
    }
    words.push(format!(
        "{first} x {second}: {} x {} records, threshold {}, expected false links {:.2}: {}",
        count(pair.records[0] as u64),
        count(pair.records[1] as u64),
        pair.threshold,
        pair.expected_false_links,
        pair.leads.map_or_else(|| "HELD".to_owned(), |leads| format!("{leads} leads")),
    ));
    if pair.set_aside != [0, 0] {
        words.push(format!(
            "{first} x {second}: {} and {} rows set aside, each alike to more of its own list than agreed (`max.alike`)",
            pair.set_aside[0], pair.set_aside[1],
        ));
    }
    words
}
