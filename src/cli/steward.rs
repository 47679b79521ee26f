//! `steward …`: consent, given twice.

use clap::Subcommand;
use serde_json::json;

use super::output::{Report, count};
use super::{Context, RunArg};
use crate::agreement::{Grant, PartyRole, Permit, Reason, Resume, Stop};
use crate::failure::{Failure, NOTHING_FOUND};
use crate::office::ledger::{self, Ledger};
use crate::office::{duties, sign_offs};
use crate::parcel::Commitment;

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
    let home = context.desk.home()?;
    let exchange = context.desk.exchange()?;
    let agreement = exchange.signed(context.desk.now)?;
    home.check_clock(context.desk.now, agreement.body().not_before)?;
    let own = agreement.seat(&home.secrets, PartyRole::Steward)?.name.clone();
    run.check(&agreement)?;
    // The first run depends on nothing that a log could show; a log that is there is asked all the same.
    let ledger = match run.number() > 1 || exchange.log_path().exists() {
        true => Some(Ledger::open(&exchange, &agreement, &home)?),
        false => None,
    };
    if let Some(ledger) = &ledger {
        ledger.open_run(&exchange, &agreement, run, &own, context.desk.now)?;
    }
    sign_offs::check((&exchange, &agreement), &home, ledger.as_ref(), None, context.desk.now)?;
    let note = Grant::issue(
        &agreement,
        &home.secrets,
        run,
        context.desk.now,
        &mut context.desk.entropy(&format!("grant {run}")),
    )?;
    let path = exchange.publish(exchange.grant_path(run, &home.party.name), note.to_string().as_bytes())?;
    Ok(Report::new(json!({ "symbolon": "steward grant v1", "run": run, "path": path, "digest": note.digest() }))
        .say(format!("run {run} granted by `{}`: {}", home.party.name, path.display()))
        .say("encoding can begin once every steward has granted; nothing can be compared before the permits")
        .next("operator: symbolon operator log; agencies: symbolon agency encode FILE"))
}

fn permit(RunArg { run }: RunArg, hours: Option<u32>, context: &Context) -> Result<Report, Failure> {
    let home = context.desk.home()?;
    let exchange = context.desk.exchange()?;
    let granted = exchange.granted(run, context.desk.now)?;
    duties::check(&exchange, granted.agreement(), run, context.desk.now)?;
    let commitments = exchange.commitments(&granted)?;
    let latest = commitments.iter().map(|c| c.created).max().unwrap_or(granted.latest());
    home.check_clock(context.desk.now, latest.max(granted.latest()))?;
    let own = granted.agreement().seat(&home.secrets, PartyRole::Steward)?.name.clone();
    let ledger = Ledger::open(&exchange, granted.agreement(), &home)?;
    ledger.open_run(&exchange, granted.agreement(), run, &own, context.desk.now)?;
    duties::destroyed(&exchange, &ledger, granted.agreement(), run, context.desk.now)?;
    ledger.require_committed(&granted, &commitments, &own, context.desk.now)?;
    let records = Some(sign_offs::committed(&commitments));
    sign_offs::check((&exchange, granted.agreement()), &home, Some(&ledger), records, context.desk.now)?;
    let hours = hours.unwrap_or(granted.agreement().body().terms.max.permit_hours);
    let references = commitments.iter().map(Commitment::reference).collect();
    let note = Permit::issue(&granted, &home.secrets, references, context.desk.now, hours)?;
    let path = exchange.publish_permit(&granted, &home.party.name, &note, context.desk.now)?;
    ledger.cosign_in_passing(&home, context.desk.now, ledger::keeper(granted.agreement().body())?)?;
    let mut report = Report::new(json!({
        "symbolon": "steward permit v1", "run": run, "path": path, "hours": hours,
        "commitments": commitments.iter().map(|c| json!({ "from": c.from, "to": c.to, "rows": c.rows, "root": c.root }))
            .collect::<Vec<_>>(),
    }));
    for c in &commitments {
        report = report.say(format!("{} for {}: {} rows, root {}", c.from, c.to, count(c.rows), c.root.short()));
    }
    Ok(report
        .say(format!("run {run} permitted by `{}` for {hours} hours: {}", home.party.name, path.display()))
        .next("operator: symbolon operator log; agencies: symbolon agency send; operator: symbolon operator link"))
}

fn stop(RunArg { run }: RunArg, reason: Reason, context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    // Neither log nor permit nor clock is asked: nothing may stand in the way of a stop.
    let agreement = exchange.signed(context.desk.now)?;
    let note = Stop::issue(&agreement, &home.secrets, run, reason, context.desk.now)?;
    let path = exchange.stop_path(run, &home.party.name, &note, "stop");
    let path = exchange.publish(path, note.to_string().as_bytes())?;
    Ok(Report::new(json!({
        "symbolon": "steward stop v1", "run": run, "reason": reason, "path": path, "digest": note.digest(),
    }))
    .say(format!("run {run} is stopped by `{}`: {}", home.party.name, path.display()))
    .say("nothing of it is encoded, permitted, sent, linked or opened until every steward agrees to resume")
    .next("operator: symbolon operator log"))
}

fn resume(RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let agreement = exchange.signed(context.desk.now)?;
    agreement.seat(&home.secrets, PartyRole::Steward)?;
    let (stops, resumes) = exchange.stops(&agreement, run)?;
    let latest = stops.iter().map(|stop| stop.created).max();
    home.check_clock(context.desk.now, latest.unwrap_or(agreement.body().not_before))?;
    let own = |stop: &Stop| resumes.iter().any(|r| r.steward == home.party.name && r.lifts.contains(&stop.digest));
    if stops.iter().all(own) {
        return Err(Failure::new(NOTHING_FOUND, format!("`{}` has no stop of run {run} to lift", home.party.name)));
    }
    let note = Resume::issue(&agreement, &home.secrets, run, &stops, context.desk.now)?;
    let path = exchange.stop_path(run, &home.party.name, &note, "resume");
    let path = exchange.publish(path, note.to_string().as_bytes())?;
    let mut report = Report::new(json!({
        "symbolon": "steward resume v1", "run": run, "path": path, "lifts": stops.iter().map(|s| s.digest).collect::<Vec<_>>(),
    }));
    for stop in &stops {
        report =
            report.say(format!("lifted: the stop of `{}`, {}, for {}", stop.steward, stop.created, stop.reason.name()));
    }
    Ok(report
        .say(format!("run {run} goes on once every steward has done the same and the log has it"))
        .next("operator: symbolon operator log; at least two other parties: symbolon log cosign"))
}
