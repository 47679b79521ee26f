//! `operator …`: link what was permitted.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::{Report, count};
use super::progress::{Meter, Progress};
use super::{Context, RunArg};
use crate::agreement::{AgreementError, Key, PartyRole, PermittedRun};
use crate::failure::{EXISTS, Failure, HELD, VISIBLE};
use crate::linkage::{self, Kernel, LinkageError, Linked, LinkedRow, Plan};
use crate::office::bands::{Checkpoints, interrupts};
use crate::office::exchange::{Exchange, MAX_SEALED};
use crate::office::files;
use crate::office::keeper::{self, Appended};
use crate::office::ledger::Ledger;
use crate::office::{home::Home, sign_offs};
use crate::parcel::{Commitment, OpenedParcel, ReceivedParcel};
use crate::release::{self, Band, Candidate, CandidatePairs, Found, Records};

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
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let agreement = exchange.signed(context.desk.now)?;
    home.check_clock(context.desk.now, agreement.body().not_before)?;
    let appended = keeper::append(&exchange, &agreement, &home)?;
    let Appended { entries, checkpoint, remarks } = appended;
    let mut out = Report::new(json!({
        "symbolon": "operator log v1", "size": checkpoint.size, "root": checkpoint.root,
        "appended": entries.iter().map(ToString::to_string).collect::<Vec<_>>(), "not_logged": remarks,
    }));
    out.words = entries
        .iter()
        .map(|entry| format!("logged {} of {} in run {}", entry.kind.name(), entry.by, entry.run))
        .collect();
    out.words.extend(remarks);
    Ok(out
        .say(format!("{} entries are new, the log has {}", entries.len(), checkpoint.size))
        .next("at least two other parties: symbolon log cosign"))
}

fn link(args: Link, context: &Context) -> Result<Report, Failure> {
    let RunArg { run } = args.run;
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let (permitted, commitments) = exchange.permitted(run, context.desk.now)?;
    home.check_clock(context.desk.now, permitted.latest())?;
    let agencies: Vec<String> =
        permitted.agreement().ordered_pairs().map(|(a, _)| a.name.clone()).fold(Vec::new(), |mut list, name| {
            if !list.contains(&name) {
                list.push(name);
            }
            list
        });
    keeper::tidy(&exchange, permitted.agreement(), &home)?;
    refuse_complete(&permitted, &exchange)?;
    let ledger = Ledger::open(&exchange, permitted.agreement(), &home)?;
    ledger.open_run(&exchange, permitted.agreement(), run, &home.party.name, context.desk.now)?;
    ledger.require_permitted(&permitted, &home.party.name, context.desk.now)?;
    let records = Some(sign_offs::committed(&commitments));
    sign_offs::check((&exchange, permitted.agreement()), &home, Some(&ledger), records, context.desk.now)?;
    // Without a guardian the operator issues the leads, which is a consent: better refused now than after the comparison.
    home.secrets.require(Key::Routine)?;
    if !guarded(&permitted) {
        home.secrets.require(Key::Consent)?;
    }
    let directory = home.run_dir(permitted.agreement(), run)?;
    let interrupted = interrupts();
    let mut out = Report::new(Value::Null);
    let (mut pairs, mut compared, mut measured, mut seconds, mut held) = (Vec::new(), 0u64, 0u64, 0.0, 0);
    for (i, first) in agencies.iter().enumerate() {
        for second in &agencies[i + 1..] {
            let opened = open(&permitted, &home, &exchange, &commitments, [first, second])?;
            let total = opened[0].len() as u64 * opened[1].len() as u64;
            let meter = Meter::new(total, format!("{first} x {second}"), args.progress, context.style);
            let journal = Checkpoints::new(&directory, [first, second], Duration::from_secs(args.checkpoint));
            let [one, other] = opened;
            let linked = linkage::link_kept(one, other, &plan(&permitted), &journal, &|pairs| {
                meter.add(pairs);
                if interrupted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            let took = meter.finish();
            let kept = journal.flush();
            let linked = match linked {
                Err(LinkageError::Stopped) => return Err(kept.err().unwrap_or_else(|| stopped(&args, context))),
                linked => linked?,
            };
            if let Err(failure) = kept {
                out.words.push(format!("a checkpoint could not be written: {}", failure.message));
            }
            if journal.resumed() > 0 {
                out.words.push(format!(
                    "{first} x {second}: taken up again, {} of {} bands of rows had been compared before",
                    journal.resumed(),
                    linked.records[0].div_ceil(linkage::BAND_ROWS),
                ));
            } else if args.resume {
                out.words.push(format!("{first} x {second}: nothing was kept that fits these lists, all was compared"));
            }
            let before = journal.resumed() * (linkage::BAND_ROWS * linked.records[1]) as u64;
            compared += linked.pairs_compared;
            measured += linked.pairs_compared.saturating_sub(before);
            seconds += took;
            let release = release_pair(&permitted, &home, &exchange, [first, second], &linked, context)?;
            held += usize::from(release == Release::Held);
            out.words.push(format!(
                "{first} x {second}: {} x {} records, threshold {} of {} bits, expected false links {:.2}: {}",
                count(linked.records[0] as u64),
                count(linked.records[1] as u64),
                linked.threshold,
                linked.length,
                linked.expected_false,
                if release == Release::Held { "HELD".to_owned() } else { format!("{} leads", linked.links.len()) },
            ));
            if linked.set_aside != [0, 0] {
                out.words.push(format!(
                    "{first} x {second}: {} and {} rows set aside, each alike to more than {} of its own list (`max.alike`)",
                    linked.set_aside[0],
                    linked.set_aside[1],
                    permitted.agreement().body().terms.max.alike,
                ));
            }
            pairs.push(json!({
                "agencies": [first, second], "records": linked.records, "set_aside": linked.set_aside,
                "pairs_compared": linked.pairs_compared, "seconds": took, "threshold": linked.threshold,
                "expected_false_links": linked.expected_false,
                "visible_degree": linked.visible_degree, "balance": linked.balance, "by_identifier": linked.by_identifier, "ties": linked.ties,
                "resumed_bands": journal.resumed(), "links_digest": linked.digest().to_string(),
                "held": release == Release::Held,
                "leads": if release == Release::Held { Value::Null } else { linked.links.len().into() },
            }));
        }
    }
    keeper::append(&exchange, permitted.agreement(), &home)?;
    let kernel = Kernel::detect().name();
    let rate = if seconds > 0.0 { measured as f64 / seconds } else { 0.0 };
    out.json = json!({
        "symbolon": "operator link v1", "run": run, "kernel": kernel, "pairs_compared": compared,
        "pairs_per_second": rate, "pairs": pairs, "to_guardian": guarded(&permitted),
    });
    out.words.push(format!("{} pairs compared with {kernel}, {:.2} G a second", count(compared), rate / 1e9));
    Checkpoints::clear(&directory)?;
    if held > 0 {
        let term = &permitted.agreement().body().terms.max;
        let message = format!("{held} of {} results are held", pairs.len());
        let mut failure = Failure::new(HELD, message)
            .under(format!("`max.leads` = {}, `max.match_permille` = {}", term.leads, term.match_permille));
        failure.written = Some("leads of the pairs that are not held were written".to_owned());
        return Err(failure);
    }
    Ok(match guarded(&permitted) {
        true => out
            .say("the pairs went to the guardian, sealed; no lead is issued but by it")
            .next("guardian: symbolon guardian screen REGISTER"),
        false => out.next("officers of both agencies: symbolon officer queue"),
    })
}

/// Interrupted: nothing is lost, and this is how to go on.
fn stopped(args: &Link, context: &Context) -> Failure {
    let quoted = |path: &std::path::Path| format!("'{}'", path.display().to_string().replace('\'', "'\\''"));
    let mut again = format!("symbolon operator link --resume --run {}", args.run.run);
    for (option, path) in [("--home", &context.desk.home), ("--exchange", &context.desk.exchange)] {
        if let Some(path) = path {
            again += &format!(" {option} {}", quoted(path));
        }
    }
    let mut failure = Failure::from(LinkageError::Stopped).next(again);
    failure.written =
        Some("what was compared is kept in the operator's home; nothing of this pair was handed on".to_owned());
    failure
}

/// Whether a guardian screens the pairs.
fn guarded(run: &PermittedRun) -> bool {
    run.agreement().body().of_role(PartyRole::Guardian).next().is_some()
}

/// A run whose every result is there is over. Some without the others are what a killed link left: it starts again.
fn refuse_complete(run: &PermittedRun, exchange: &Exchange) -> Result<(), Failure> {
    let kind = if guarded(run) { "pairs" } else { "shares" };
    let lists = crate::office::released::pairs(run.agreement());
    let mut lists = lists.iter().map(|[a, b]| exchange.pair_path(run.number(), &a.name, &b.name, kind));
    match lists.try_fold(None, |_, path| if path.exists() { Ok(Some(path)) } else { Err(()) }) {
        Ok(Some(path)) => Err(Failure::new(EXISTS, "what this run found is there already").at(&path)),
        _ => Ok(()),
    }
}

fn plan(run: &PermittedRun) -> Plan {
    let max = &run.agreement().body().terms.max;
    Plan { alike: max.alike as usize, ..Plan::with_target(f64::from(max.false_links)) }
}

fn open(
    run: &PermittedRun,
    home: &Home,
    exchange: &Exchange,
    commitments: &[Commitment],
    [first, second]: [&String; 2],
) -> Result<[OpenedParcel; 2], Failure> {
    let one = |from: &str, to: &str| {
        let path = exchange.pair_path(run.number(), from, to, "parcel");
        let absent = |artefact| Failure::from(AgreementError::Absent { artefact, from: from.to_owned() }).at(&path);
        let commitment = commitments.iter().find(|c| c.from == from && c.to == to);
        let commitment = commitment.ok_or_else(|| absent("commitment"))?;
        if !path.exists() {
            return Err(absent("parcel"));
        }
        let parcel = ReceivedParcel::read(files::read(&path, MAX_SEALED)?);
        let opened = parcel.and_then(|parcel| parcel.open(run, &home.secrets, commitment));
        opened.map_err(|e| Failure::from(e).at(&path))
    };
    Ok([one(first, second)?, one(second, first)?])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Release {
    Released,
    Held,
}

/// Seals what was found to the guardian, or without one as leads to both agencies; or holds all of it if it is more than agreed.
fn release_pair(
    run: &PermittedRun,
    home: &Home,
    exchange: &Exchange,
    names: [&String; 2],
    linked: &Linked,
    context: &Context,
) -> Result<Release, Failure> {
    let max = &run.agreement().body().terms.max;
    if linked.visible_degree > f64::from(max.visible_degree) {
        let message = format!("the visible degree of these lists is {:.1}", linked.visible_degree);
        let mut failure =
            Failure::new(VISIBLE, message).under(format!("`max.visible_degree` = {}", max.visible_degree));
        failure.written = Some("no lead of this pair was written; leads of pairs before it may be there".to_owned());
        return Err(failure);
    }
    let records = exchange.withdrawals(run.agreement(), run.number())?;
    let found = found(linked, &records);
    let smaller = linked.records[0].min(linked.records[1]) as u64;
    let (leads, most) = (found.len() as u64, smaller * u64::from(max.match_permille) / 1000);
    if leads > u64::from(max.leads) || leads > most {
        return Ok(Release::Held);
    }
    let pair = names.map(String::as_str);
    let mut entropy = context.desk.entropy(&format!("leads {}", pair.join(" ")));
    let agreement = run.agreement();
    if guarded(run) {
        let rows = found.into_iter().map(|(found, [a, b])| Candidate {
            handles: found.handles,
            words: [a.words, b.words],
            keys: [a.keys, b.keys],
            band: Some(found.band),
        });
        let (threshold, rows) = (linked.threshold, rows.collect());
        let file = CandidatePairs::seal(run, &home.secrets, pair, rows, threshold, context.desk.now, &mut entropy)?;
        exchange.publish_again(exchange.pair_path(run.number(), pair[0], pair[1], "pairs"), &file)?;
        return Ok(Release::Released);
    }
    let found: Vec<Found> = found.into_iter().map(|(found, _)| found).collect();
    let issued = release::issue(agreement, run.number(), &home.secrets, pair, &found, context.desk.now, &mut entropy)?;
    for (to, list) in [(0, &issued.lists[0]), (1, &issued.lists[1])] {
        exchange.publish_again(exchange.pair_path(run.number(), pair[to], pair[1 - to], "leads"), list)?;
    }
    exchange.publish_again(exchange.shares_path(run.number(), pair), issued.shares.to_string().as_bytes())?;
    Ok(Release::Released)
}

/// The links of which neither record was withdrawn.
fn found(linked: &Linked, records: &Records) -> Vec<(Found, [LinkedRow; 2])> {
    let links = linked.links.iter().zip(&linked.rows).map(|(link, rows)| {
        let band = match link.band {
            linkage::Band::Strong => Band::Strong,
            linkage::Band::Possible => Band::Possible,
        };
        (Found { handles: link.handles, band }, rows.clone())
    });
    let withdrawn = |found: &Found| {
        let record = found.handles.map(release::withdrawal);
        records.withdrawals.iter().any(|w| record.contains(&w.record))
    };
    links.filter(|(found, _)| !withdrawn(found)).collect()
}
