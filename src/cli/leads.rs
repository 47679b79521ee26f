//! `agency leads` and what follows from a lead, in words: receipts, withdrawals, acknowledgements.

use std::path::Path;

use super::output::Report;
use super::{Context, RunArg};
use crate::agreement::RunNumber;
use crate::failure::Failure;
use crate::office::acts::{open, receipt, withdraw};
use crate::release::{Evidence, Outcome};

const LOG: &str = "operator: symbolon operator log; other parties: symbolon log cosign";

/// Runs `agency leads`.
pub(crate) fn leads(run: RunNumber, output: Option<&Path>, context: &Context) -> Result<Report, Failure> {
    let opened = open::leads(&context.desk, run, output)?;
    let mut report = Report::of(opened.clone())
        .say(format!(
            "{} leads: reasons to ask through an official channel, never grounds for a decision",
            opened.leads_count
        ))
        .say(format!(
            "{} of {} slots are sealed: they wait for consents",
            opened.sealed,
            opened.sealed as usize + opened.leads_count + opened.empty + opened.withdrawn
        ));
    if opened.unlogged > 0 {
        report = report.say(format!(
            "{} lists of consents open nothing yet: they wait for the log and its cosignatures",
            opened.unlogged
        ));
    }
    if opened.withdrawn > 0 {
        report = report.say(format!("{} leads forgotten: the partner withdrew the record", opened.withdrawn));
    }
    report.words.extend(opened.closed.iter().cloned());
    for path in &opened.receipts {
        report = report.say(format!("every open lead has its receipt: published in {path}"));
    }
    let report = match (output, opened.table) {
        (Some(path), _) => report.say(format!("written to {}", path.display())),
        (None, table) => report.content(table.unwrap_or_default()),
    };
    Ok(match (opened.waiting, opened.unlogged, opened.receipts.is_empty()) {
        (0, 0, true) => report,
        (0, ..) => report.next(LOG),
        _ => report.next(
            "symbolon agency receipt LEAD --outcome OUTCOME, for each: without receipts no further run is permitted",
        ),
    })
}

/// What is said about an opened lead.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct ReceiptArgs {
    #[command(flatten)]
    pub(crate) run: RunArg,
    /// Id of the lead, 32 hexadecimal digits
    pub(crate) lead: String,
    /// verified, refuted, withdrawn or lapsed
    #[arg(long, value_parser = outcome)]
    pub(crate) outcome: Outcome,
    /// On what it rests: partner-answer, official-register, document or court-record
    #[arg(long, value_parser = evidence)]
    pub(crate) evidence: Option<Evidence>,
}

fn outcome(text: &str) -> Result<Outcome, String> {
    match super::word(text)? {
        Outcome::Empty => Err("the program says itself of fillers that they are empty".to_owned()),
        outcome => Ok(outcome),
    }
}

fn evidence(text: &str) -> Result<Evidence, String> {
    super::word(text)
}

/// Runs `agency receipt`.
pub(crate) fn receipt(args: &ReceiptArgs, context: &Context) -> Result<Report, Failure> {
    let done = receipt::receipt(&context.desk, args.run.run, &args.lead, (args.outcome, args.evidence))?;
    let [first, second] = &done.between;
    let report = Report::of(done.clone())
        .say(format!("what became of lead {} of {first} and {second} is kept in this home", done.slot));
    Ok(match (&done.path, done.waiting) {
        (Some(path), _) => {
            report.say(format!("every open lead of this list has its receipt: published in {path}")).next(LOG)
        }
        (None, 0) => report
            .say(format!("not published yet: {} lists of consents in the log wait for cosignatures", done.unlogged))
            .next(format!("{LOG}; then symbolon agency leads")),
        (None, waiting) => {
            report.say(format!("{waiting} open leads of this list have none yet: published when all have one"))
        }
    })
}

/// Runs `agency withdraw`.
pub(crate) fn withdraw(run: RunNumber, row: u64, context: &Context) -> Result<Report, Failure> {
    let done = withdraw::withdraw(&context.desk, run, row)?;
    Ok(Report::of(done.clone())
        .say("withdrawn: before the leads are issued, operator and guardian drop the record; afterwards nothing more of that list is released, for good: a new run may find the other pairs again")
        .next("operator: symbolon operator log; partners: symbolon agency acknowledge"))
}

/// Runs `agency acknowledge`.
pub(crate) fn acknowledge(run: RunNumber, context: &Context) -> Result<Report, Failure> {
    let done = withdraw::acknowledge(&context.desk, run)?;
    let mut report = Report::of(done.clone()).say(format!(
        "{} withdrawals acknowledged: `agency leads` shows nothing any more of what they concern",
        done.acknowledged
    ));
    for path in &done.receipts {
        report = report.say(format!("every open lead has its receipt: published in {path}"));
    }
    if done.waiting > 0 {
        report = report.say(format!("{} open leads have no receipt yet", done.waiting));
    }
    Ok(report.say("forget what was written down of them before: no program reaches that").next(LOG))
}
