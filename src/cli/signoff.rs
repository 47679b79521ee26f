//! `reviewer sign-off`: a reviewer's decision about a dossier, signed and published.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::Value;

use super::Context;
use super::output::Report;
use crate::agreement::{ACCEPTANCE_DAYS, Decision, Opinion, REFUSAL_DAYS, SignOff};
use crate::cleared::by;
use crate::failure::{ARGUMENT, Failure, RECOMPUTE};
use crate::gate::Case;
use crate::log::{Entry, Kind};
use crate::office::files;
use crate::office::seat::Office;
use crate::outcome::reviewer as outcome;
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
    let office = Office::open(&context.desk, None)?;
    let cleared = office.clear::<by::SignOff>(Case::default())?;
    let (home, exchange) = (&office.home, &office.exchange);
    let draft = exchange.draft()?;
    let bytes = files::read_given(&args.dossier, 64 << 20)?;
    let dossier: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let about = dossier["agreement"]["digest"].as_str().and_then(|text| text.parse::<Digest>().ok());
    if dossier["symbolon"] != "dossier v3" || about != Some(draft.note().digest()) {
        let message = "this is not the JSON of a dossier of this program's version about the agreement in the exchange";
        return Err(Failure::new(RECOMPUTE, message).at(&args.dossier).next("symbolon reviewer dossier -o OUT.html"));
    }
    let decision = match args.decision {
        DecisionArg::Accept => Decision::Accept,
        DecisionArg::Conditions => Decision::Conditions,
        DecisionArg::Refuse => Decision::Refuse,
    };
    let days = |days: i64| context.desk.now + SignedDuration::from_hours(24 * days);
    let expires = match (args.until, decision) {
        (Some(date), _) => end_of(date)?,
        (None, Decision::Refuse) => days(REFUSAL_DAYS),
        (None, _) => draft.body().expires.min(days(ACCEPTANCE_DAYS)),
    };
    let expires = Timestamp::from_second(expires.as_second()).unwrap_or(expires);
    let (conditions, lifts) = (args.condition.clone(), args.lifts.clone());
    let opinion = Opinion { decision, dossier: Digest::of(&bytes), conditions, lifts, expires };
    let note = SignOff::issue(&draft, &home.secrets, &cleared, opinion)?;
    let path = exchange.sign_offs_path().join(format!("{}.{}.sign-off", home.party.name, note.digest().short()));
    let entry = Entry::new(Kind::SignOff, 0, &home.party.name, "-", note.digest());
    let path = office.publish(path, note.to_string().as_bytes(), entry)?;
    let report = Report::of(outcome::SignOff {
        decision,
        agreement: draft.note().digest(),
        dossier: Digest::of(&bytes),
        expires,
        path: (&path).into(),
        digest: note.digest(),
    })
    .say(format!("`{}` signed: {}, until {expires}: {}", home.party.name, decision.name(), path.display()));
    Ok(match decision {
        Decision::Refuse => report
            .say("nobody who sees this goes on with the agreement, nor with one that is wider; each home remembers it")
            .say(format!("only this reviewer can lift it, by name: --lifts {}", note.digest())),
        _ => report,
    }
    .next("operator: symbolon operator log; at least two other parties: symbolon log cosign"))
}

fn end_of(date: Date) -> Result<Timestamp, Failure> {
    let midnight = jiff::tz::Offset::UTC.to_timestamp(date.at(23, 59, 59, 0));
    midnight.map_err(|_| Failure::new(ARGUMENT, "the last day is out of range"))
}
