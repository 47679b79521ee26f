//! `officer …`: consents to leads, one by one, each with own reasons.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use super::output::Report;
use super::{Context, RunArg};
use crate::agreement::{AgreementError, RunNumber, SignedAgreement};
use crate::cleared::by;
use crate::failure::{ARGUMENT, Failure};
use crate::gate::Case;
use crate::office::exchange::Exchange;
use crate::office::files::{self, Access, Existing};
use crate::office::released::pairs;
use crate::office::seat::Office;
use crate::release::standing::State;
use crate::release::{Reasons, ReleaseError, Shares, consent, holder_of};

/// What an officer, or a reviewer with a share, does.
#[derive(Subcommand, Debug)]
pub(crate) enum OfficerVerb {
    /// Shows how the leads stand of which this party holds a share
    Queue(RunArg),
    /// Consents to one lead, after recording own reasons for it
    Release(Release),
}

/// Which lead is released, and why.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct Release {
    #[command(flatten)]
    pub(crate) run: RunArg,
    /// The two agencies: A,B
    #[arg(long, value_name = "A,B")]
    pub(crate) between: String,
    /// Number of the lead, counted from 1; leads stand before fillers
    #[arg(long, value_name = "N")]
    pub(crate) lead: u32,
    /// File with the reasons, own words for this lead: kept in this home, published as a digest
    #[arg(long, value_name = "FILE")]
    pub(crate) reasons: PathBuf,
}

/// Runs an `officer` verb.
pub(crate) fn run(verb: &OfficerVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        OfficerVerb::Queue(run) => queue(run.run, context),
        OfficerVerb::Release(args) => release(args, context),
    }
}

fn queue(run: RunNumber, context: &Context) -> Result<Report, Failure> {
    let office = Office::open(&context.desk, Some(run))?;
    let _cleared = office.clear::<by::Queue>(run)?;
    let (home, exchange, agreement) = (&office.home, office.exchange.clone(), office.agreement()?.clone());
    let records = exchange.withdrawals(&agreement, run)?;
    let (mut list, mut words) = (Vec::new(), Vec::new());
    for [first, second] in pairs(&agreement) {
        let Some(shares) = exchange.shares(&agreement, run, &first.name, &second.name)? else { continue };
        let Ok(own) = holder_of(&agreement, &shares, &home.secrets) else { continue };
        let own = shares.holders().position(|holder| holder == own).unwrap_or_default();
        let (mut open, mut next) = (0, None);
        for slot in 1..=shares.slots {
            let standing = exchange.standing(&agreement, run, &shares, slot, (&records, context.desk.now))?;
            open += u32::from(matches!(standing.state(), State::Open | State::Closed));
            if standing.state() == State::Sealed && !standing.consents()[own] {
                next = next.or(Some(slot));
            }
        }
        let frozen = records.refuse_frozen(&shares).is_err();
        words.push(format!(
            "{} and {}: {open} open, {}; they lapse at {}",
            first.name,
            second.name,
            match (next, frozen) {
                (_, true) => "no further one until a withdrawn record is out of the list".to_owned(),
                (Some(slot), _) => format!("next for this party: lead {slot}"),
                (None, _) => "none waits for this party".to_owned(),
            },
            shares.expires
        ));
        list.push(json!({
            "between": shares.agencies, "open": open, "next": next, "frozen": frozen, "expires": shares.expires,
        }));
    }
    if list.is_empty() {
        return Err(no_share(&home.party.name, &agreement, &exchange, run));
    }
    let mut report = Report::new(json!({ "symbolon": "officer queue v1", "run": run, "lists": list }));
    report.words = words;
    Ok(report
        .say("leads stand before fillers: after the first that turns out to be empty there are no more")
        .next("symbolon officer release --between A,B --lead N --reasons FILE"))
}

/// Why there is no list for this party: none was issued, or it holds no share of any.
fn no_share(name: &str, agreement: &SignedAgreement, exchange: &Exchange, run: RunNumber) -> Failure {
    let first = pairs(agreement)[0].map(|agency| agency.name.clone());
    let path = exchange.shares_path(run, first.each_ref().map(String::as_str));
    if path.exists() {
        let [first, second] = first;
        return ReleaseError::NoShare { name: name.to_owned(), first, second }.into();
    }
    absent().at(&path)
}

fn absent() -> Failure {
    Failure::from(AgreementError::Absent { artefact: "list of leads", from: "the issuer".to_owned() })
        .next("wait for `symbolon guardian screen`")
}

fn release(args: &Release, context: &Context) -> Result<Report, Failure> {
    let (run, slot) = (args.run.run, args.lead);
    let two = || Failure::new(ARGUMENT, "`--between` names two agencies, separated by a comma");
    let (one, other) = args.between.split_once(',').ok_or_else(two)?;
    let office = Office::open(&context.desk, Some(run))?;
    let pair = crate::release::pair_of(office.agreement()?, one, other)?.map(|party| party.name.clone());
    let _cleared = office.clear::<by::Consent>(Case { run: Some(run), pair: Some(pair) })?;
    let (home, exchange, agreement) = (&office.home, office.exchange.clone(), office.agreement()?.clone());
    let shares = exchange.shares(&agreement, run, one, other)?.ok_or_else(absent)?;
    let holder = holder_of(&agreement, &shares, &home.secrets)?.to_owned();
    let path = exchange.consent_path(run, &shares, slot, &holder);
    if path.symlink_metadata().is_ok() {
        return Err(Failure::from(ReleaseError::Twice { holder }).at(&path));
    }
    let records = exchange.withdrawals(&agreement, run)?;
    let directory = home.run_dir(&agreement, run)?.join("reasons");
    files::make_dir(&directory, Access::Private)?;
    let own = directory.join(format!("{}.txt", name(&shares, slot)));
    let text = zeroize::Zeroizing::new(files::read_text_given(&args.reasons, 1 << 16)?);
    let before = before(&directory, &own)?;
    let mut entropy = context.desk.entropy(&format!("consent {}", name(&shares, slot)));
    let reasons = Reasons::new(&text, before.iter().map(|text| body(text)), &mut entropy)?;
    let note = consent(&agreement, &shares, &home.secrets, slot, &reasons, &records, context.desk.now)?;
    // The reasons first: a consent without them would be one too many.
    let kept = zeroize::Zeroizing::new(format!("salt {}\n{}", reasons.salt(), reasons.text()));
    files::write(&own, kept.as_bytes(), Access::Private, Existing::Replace)?;
    exchange.publish(path.clone(), note.to_string().as_bytes())?;
    let given = exchange.standing(&agreement, run, &shares, slot, (&records, context.desk.now))?;
    let missing: Vec<&str> =
        shares.holders().zip(given.consents()).filter(|(_, given)| !**given).map(|(holder, _)| holder).collect();
    let report = Report::new(json!({
        "symbolon": "officer release v1", "run": run, "between": shares.agencies, "lead": slot, "holder": holder,
        "missing": missing, "path": path, "reasons": reasons.digest(),
    }))
    .say(format!("lead {slot} of {one} and {other}: `{}` consents for `{holder}`", home.party.name));
    Ok(if missing.is_empty() {
        report.say("every holder has consented: it is open to the two agencies").next("agencies: symbolon agency leads")
    } else {
        report.say(format!("still sealed: {} must consent too", missing.join(", ")))
    })
}

fn name(shares: &Shares, slot: u32) -> String {
    format!("{}.{}.{slot}", shares.agencies.join("--"), shares.issue.short())
}

/// The reasons that this home holds for other leads.
fn before(directory: &Path, own: &Path) -> Result<Vec<zeroize::Zeroizing<String>>, Failure> {
    let others = files::list(directory, "txt")?.into_iter().filter(|path| path != own);
    others.map(|path| Ok(zeroize::Zeroizing::new(files::read_text(&path, 1 << 17)?))).collect()
}

/// The text below the line with the salt.
fn body(kept: &str) -> &str {
    kept.split_once('\n').map_or(kept, |(_, text)| text)
}
