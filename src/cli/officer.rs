//! `officer …`: consents to leads, each with own reasons.

use std::path::PathBuf;

use clap::Subcommand;
use zeroize::Zeroizing;

use super::output::Report;
use super::{Context, RunArg};
use crate::failure::{ARGUMENT, Failure};
use crate::office::acts::consent::{self, MAX_REASONS};
use crate::office::files;
use crate::outcome::release::ConsentedLead;

/// What an officer, or a reviewer with a share, does.
#[derive(Subcommand, Debug)]
pub(crate) enum OfficerVerb {
    /// Shows how the leads stand of which this party holds a share
    Queue(RunArg),
    /// Consents to leads, after recording own reasons for each; all that are named go into one list
    Release(Release),
}

/// Which leads are released, and why.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct Release {
    #[command(flatten)]
    pub(crate) run: RunArg,
    /// The two agencies: A,B
    #[arg(long, value_name = "A,B")]
    pub(crate) between: String,
    /// Number of a lead, counted from 1; leads stand before fillers. Repeat it, with `--reasons`, for several
    #[arg(long = "lead", value_name = "N", required = true)]
    pub(crate) leads: Vec<u32>,
    /// File with the reasons, own words for the lead named before: kept in this home, published as a digest
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) reasons: Vec<PathBuf>,
}

/// Runs an `officer` verb.
pub(crate) fn run(verb: &OfficerVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        OfficerVerb::Queue(run) => queue(*run, context),
        OfficerVerb::Release(args) => release(args, context),
    }
}

fn queue(RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let queue = consent::queue(&context.desk, run)?;
    let mut report = Report::of(queue.clone());
    for list in &queue.lists {
        let waits = match (list.next, list.frozen) {
            (_, true) => "no further one until a withdrawn record is out of the list".to_owned(),
            (Some(slot), _) => format!("next for this party: lead {slot}"),
            (None, _) => "none waits for this party".to_owned(),
        };
        let [first, second] = &list.between;
        report = report.say(format!(
            "{first} and {second}: {} released by everybody, {} of them without both receipts, {waits}; they lapse at {}",
            list.open, list.unanswered, list.expires
        ));
        if list.unlogged > 0 {
            report = report.say(format!("  {} lists of consents wait for the log", list.unlogged));
        }
    }
    Ok(report
        .say("leads stand before fillers: after the first that turns out to be empty there are no more")
        .next("`symbolon officer release --between A,B --lead N --reasons FILE`"))
}

fn release(args: &Release, context: &Context) -> Result<Report, Failure> {
    let two = || Failure::new(ARGUMENT, "`--between` names two agencies, separated by a comma");
    let (one, other) = args.between.split_once(',').ok_or_else(two)?;
    if args.leads.len() != args.reasons.len() {
        let message = format!("{} leads and {} files of reasons", args.leads.len(), args.reasons.len());
        return Err(
            Failure::new(ARGUMENT, message).next("give `--reasons FILE` once for each `--lead N`, in the same order")
        );
    }
    let mut leads = Vec::new();
    for (lead, path) in args.leads.iter().zip(&args.reasons) {
        leads.push((*lead, Zeroizing::new(files::read_text_given(path, MAX_REASONS)?)));
    }
    let done = consent::release(&context.desk, args.run.run, [one, other], &leads)?;
    let mut report = Report::of(done.clone())
        .say(format!("`{}` consents for `{}`, list {}: {}", done.by, done.holder, done.number, done.path));
    for ConsentedLead { lead, missing } in &done.leads {
        report = report.say(match missing.as_slice() {
            [] => format!("lead {lead} of {one} and {other}: every holder has consented"),
            missing => {
                format!("lead {lead} of {one} and {other}: still sealed, {} must consent too", missing.join(", "))
            }
        });
    }
    Ok(report.say("it counts once it is in the log under cosignatures").next(
        "operator: symbolon operator log; other parties: symbolon log cosign; then the agencies: symbolon agency leads",
    ))
}
