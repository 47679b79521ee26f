//! `reviewer sign-off`: a reviewer's decision about a dossier, signed and published.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::{Timestamp, civil::Date};

use super::Context;
use super::output::Report;
use crate::agreement::Decision;
use crate::failure::{ARGUMENT, Failure};
use crate::office::acts::review::{self, Decided};
use crate::primitives::Digest;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DecisionArg {
    /// It may go on
    Accept,
    /// It may go on under conditions, which people keep
    Conditions,
    /// It may not: nobody goes on with it, nor with anything wider
    Refuse,
}

/// A decision.
#[derive(Args, Debug)]
pub(crate) struct SignOffArgs {
    /// The dossier's JSON; its digest goes into the note
    dossier: PathBuf,
    /// What is decided
    #[arg(long, value_enum)]
    decision: DecisionArg,
    /// A condition, one line; may be repeated; everybody in the exchange can read it
    #[arg(long, value_name = "TEXT")]
    condition: Vec<String>,
    /// Last day; default: the agreement's end, at most a year; a refusal: five years
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// Digest of an own refusal that this decision lifts; may be repeated
    #[arg(long, value_name = "SHA256", value_parser = digest)]
    lifts: Vec<Digest>,
}

fn digest(text: &str) -> Result<Digest, String> {
    text.trim_start_matches("sha256:").parse().map_err(|_| "a digest is 64 hexadecimal digits".to_owned())
}

/// Runs `reviewer sign-off`.
pub(crate) fn run(args: &SignOffArgs, context: &Context) -> Result<Report, Failure> {
    let decision = match args.decision {
        DecisionArg::Accept => Decision::Accept,
        DecisionArg::Conditions => Decision::Conditions,
        DecisionArg::Refuse => Decision::Refuse,
    };
    let (conditions, lifts) = (args.condition.clone(), args.lifts.clone());
    let decided = Decided { decision, conditions, lifts, until: args.until.map(end_of).transpose()? };
    let (by, signed) = review::sign_off(&context.desk, &args.dossier, decided)?;
    let (expires, digest) = (signed.expires, signed.digest);
    let words = format!("`{by}` signed: {}, until {expires}: {}", decision.name(), signed.path);
    let report = Report::of(signed).say(words);
    Ok(match decision {
        Decision::Refuse => report
            .say("nobody who sees this goes on with the agreement, nor with one that is wider; each home remembers it")
            .say(format!("only this reviewer can lift it, by name: --lifts {digest}")),
        _ => report,
    }
    .next("operator: symbolon operator log; at least two other parties: symbolon log cosign"))
}

fn end_of(date: Date) -> Result<Timestamp, Failure> {
    let midnight = jiff::tz::Offset::UTC.to_timestamp(date.at(23, 59, 59, 0));
    midnight.map_err(|_| Failure::new(ARGUMENT, "the last day is out of range"))
}
