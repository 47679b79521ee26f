//! `symbolon` in a home, or `symbolon status`: whose turn it is, in words.

use std::fmt::Write as _;

use super::Context;
use super::output::Report;
use crate::failure::Failure;
use crate::office::status;
use crate::outcome::status::{Item, State, Status};

/// Runs `status`.
pub(crate) fn run(context: &Context) -> Result<Report, Failure> {
    let status = status::status(&context.desk)?;
    let text = text(&status);
    let next = status.acts.iter().find(|item| item.state == State::Yours).and_then(|item| item.command.clone());
    let report = Report::of(status).data(text);
    Ok(match next {
        Some(next) => report.next(next),
        None => report,
    })
}

fn text(status: &Status) -> String {
    let mut text = format!("{} `{}` at {}\n", status.role.name(), status.party, status.now.strftime("%F %T UTC"));
    text += &match &status.agreement {
        Some(agreement) => format!("agreement {} (sha256:{})\n\n", agreement.name, agreement.digest.short()),
        None => "no agreement in the exchange\n\n".to_owned(),
    };
    for item in &status.acts {
        text += &line(item);
    }
    if status.acts.iter().all(|item| matches!(item.state, State::Done | State::Possible)) {
        text += "nothing waits for this party\n";
    }
    if !status.deadlines.is_empty() {
        text += "\nruns out\n";
    }
    for deadline in &status.deadlines {
        let _ = writeln!(text, "  {}  {}", deadline.at.strftime("%F %T UTC"), deadline.what);
    }
    if !status.remarks.is_empty() {
        text += "\n";
    }
    for remark in &status.remarks {
        let _ = writeln!(text, "note: {remark}");
    }
    text
}

fn line(item: &Item) -> String {
    let run = item.run.map(|run| format!(" in run {run}")).unwrap_or_default();
    let mut text = format!("{:<10} {}{run}\n", item.state.name(), item.act);
    if let Some(command) = &item.command {
        let _ = writeln!(text, "           {command}");
    }
    if item.state == State::Waits {
        let since = item.since.map(|since| since.strftime("%F %T UTC").to_string()).unwrap_or_default();
        match item.whom.as_slice() {
            [] => {}
            whom => {
                let _ = writeln!(text, "           for {}, since {since}", whom.join(", "));
            }
        }
    }
    if let (Some(code), Some(why)) = (&item.code, &item.why) {
        let _ = writeln!(text, "           {code}: {why}");
    }
    if let Some(next) = item.next.as_ref().filter(|_| item.state == State::Refused || item.whom.is_empty()) {
        let _ = writeln!(text, "           next: {next}");
    }
    text
}
