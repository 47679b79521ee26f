//! `steward …`: consent, given twice.

use clap::Subcommand;
use serde_json::json;

use super::failure::Failure;
use super::output::{Report, count};
use super::{Context, RunArg, duties};
use crate::agreement::{Grant, Permit};
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
}

/// Runs a `steward` verb.
pub(crate) fn run(verb: &StewardVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        StewardVerb::Grant(run) => grant(*run, context),
        StewardVerb::Permit { run, hours } => permit(*run, *hours, context),
    }
}

fn grant(RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let home = context.home()?;
    let exchange = context.exchange()?;
    let agreement = exchange.signed(context.now)?;
    home.check_clock(context.now, agreement.body().not_before)?;
    let note =
        Grant::issue(&agreement, &home.secrets, run, context.now, &mut context.entropy(&format!("grant {run}")))?;
    let path = exchange.publish(exchange.grant_path(run, &home.party.name), note.to_string().as_bytes())?;
    Ok(Report::new(json!({ "symbolon": "steward grant v1", "run": run, "path": path, "digest": note.digest() }))
        .say(format!("run {run} granted by `{}`: {}", home.party.name, path.display()))
        .say("encoding can begin once every steward has granted; nothing can be compared before the permits")
        .next("agencies: symbolon agency encode FILE"))
}

fn permit(RunArg { run }: RunArg, hours: Option<u32>, context: &Context) -> Result<Report, Failure> {
    let home = context.home()?;
    let exchange = context.exchange()?;
    let granted = exchange.granted(run, context.now)?;
    duties::check(&exchange, granted.agreement(), run, context.now)?;
    let commitments = exchange.commitments(&granted)?;
    let latest = commitments.iter().map(|c| c.created).max().unwrap_or(granted.latest());
    home.check_clock(context.now, latest.max(granted.latest()))?;
    let hours = hours.unwrap_or(granted.agreement().body().terms.max.permit_hours);
    let references = commitments.iter().map(Commitment::reference).collect();
    let note = Permit::issue(&granted, &home.secrets, references, context.now, hours)?;
    let path = exchange.publish_permit(&granted, &home.party.name, &note, context.now)?;
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
        .next("agencies: symbolon agency send; then the operator: symbolon operator link"))
}
