//! `steward …`: consent, given twice.

use clap::Subcommand;

use super::output::{Report, count};
use super::{Context, RunArg};
use crate::agreement::Reason;
use crate::failure::Failure;
use crate::office::acts::steward as acts;

/// What a steward does.
#[derive(Subcommand, Debug)]
pub(crate) enum StewardVerb {
    /// Opens a run for encoding: seals this steward's key share to the agencies
    Grant(RunArg),
    /// Permits the comparison of exactly the sets that are committed
    Permit {
        #[command(flatten)]
        run: RunArg,
        /// How long the permit is valid; default: as long as the agreement allows
        #[arg(long)]
        hours: Option<u32>,
    },
    /// Stops a run: one steward is enough
    Stop {
        #[command(flatten)]
        run: RunArg,
        /// doubt, incident, law-changed, log or order
        #[arg(long, value_parser = reason)]
        reason: Reason,
    },
    /// Agrees that a stopped run goes on: every steward must
    Resume(RunArg),
}

fn reason(text: &str) -> Result<Reason, String> {
    super::word(text)
}

/// Runs a `steward` verb.
pub(crate) fn run(verb: &StewardVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        StewardVerb::Grant(run) => grant(*run, context),
        StewardVerb::Permit { run, hours } => permit(*run, *hours, context),
        StewardVerb::Stop { run, reason } => stop(*run, *reason, context),
        StewardVerb::Resume(run) => resume(*run, context),
    }
}

fn grant(RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let outcome = acts::grant(&context.desk, run)?;
    let words = format!("run {run} granted: {}", outcome.path);
    Ok(Report::of(outcome)
        .say(words)
        .say("encoding can begin once every steward has granted; nothing can be compared before the permits")
        .next("operator: symbolon operator log; agencies: symbolon agency encode FILE"))
}

fn permit(RunArg { run }: RunArg, hours: Option<u32>, context: &Context) -> Result<Report, Failure> {
    let outcome = acts::permit(&context.desk, run, hours)?;
    let of = |c: &crate::outcome::steward::Committed| {
        format!("{} for {}: {} rows, root {}", c.from, c.to, count(c.rows), c.root.short())
    };
    let mut words: Vec<String> = outcome.commitments.iter().map(of).collect();
    words.push(format!("run {run} permitted for {} hours: {}", outcome.hours, outcome.path));
    let mut report = Report::of(outcome);
    report.words = words;
    Ok(report.next("operator: symbolon operator log; agencies: symbolon agency send; operator: symbolon operator link"))
}

fn stop(RunArg { run }: RunArg, reason: Reason, context: &Context) -> Result<Report, Failure> {
    let outcome = acts::stop(&context.desk, run, reason)?;
    let words = format!("run {run} is stopped: {}", outcome.path);
    Ok(Report::of(outcome)
        .say(words)
        .say("nothing of it is encoded, permitted, sent, linked or opened until every steward agrees to resume")
        .next("operator: symbolon operator log"))
}

fn resume(RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let (outcome, lifted) = acts::resume(&context.desk, run)?;
    let mut report = Report::of(outcome);
    for stop in lifted {
        report = report.say(format!("lifted: the stop of `{}`, {}, for {}", stop.steward, stop.since, stop.reason));
    }
    Ok(report
        .say(format!("run {run} goes on once every steward has done the same and the log has it"))
        .next("operator: symbolon operator log; at least two other parties: symbolon log cosign"))
}
