//! `guardian …`: keeps protected people out of the leads.

#[cfg(feature = "lab")]
pub(crate) mod measure;

use std::collections::HashSet;

use clap::Subcommand;
use serde_json::json;

use super::agency::{InputArgs, options};
use super::output::Report;
use super::{Context, RunArg};
use crate::agreement::{AgreementError, PairKey, PartyRole, PermittedRun};
use crate::encoding::Encoder;
use crate::encoding::variants::variants;
use crate::failure::{EXISTS, Failure};
use crate::office::exchange::{Exchange, MAX_SEALED};
use crate::office::files;
use crate::office::home::Home;
use crate::office::ledger::Ledger;
use crate::office::released::{Released, pairs};
use crate::office::{duties, sign_offs};
use crate::protocol::FieldKind;
use crate::records::{ColumnMap, Malformed, Record, ScreenedRecords, Screening, Subjects};
use crate::release::{self, CandidatePairs, Coin, Register, Screen};

/// What a guardian does.
#[derive(Subcommand, Debug)]
pub(crate) enum GuardianVerb {
    /// Compares the candidate pairs of a run with the register, here, and issues what remains as sealed leads
    Screen {
        #[command(flatten)]
        register: InputArgs,
        #[command(flatten)]
        run: RunArg,
    },
    /// Laboratory: measures how many protected people screening keeps out, by naming system, and how many others it costs
    #[cfg(feature = "lab")]
    Measure(measure::Measure),
}

/// Runs a `guardian` verb.
pub(crate) fn run(verb: &GuardianVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        GuardianVerb::Screen { register, run } => screen(register, *run, context),
        #[cfg(feature = "lab")]
        GuardianVerb::Measure(args) => measure::run(args),
    }
}

fn screen(input: &InputArgs, RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let (permitted, commitments) = exchange.permitted(run, context.desk.now)?;
    home.check_clock(context.desk.now, permitted.latest())?;
    let agreement = permitted.agreement();
    agreement.seat(&home.secrets, PartyRole::Guardian)?;
    agreement.body().check_recall()?;
    let ledger = Ledger::open(&exchange, agreement, &home)?;
    // A later run may be granted already: a list of this one is still issued again when a record is withdrawn.
    ledger.not_stopped(&exchange, agreement, run, &home.party.name, context.desk.now)?;
    ledger.require_permitted(&permitted, &home.party.name, context.desk.now)?;
    let records_held = Some(sign_offs::committed(&commitments));
    sign_offs::check((&exchange, agreement), &home, Some(&ledger), records_held, context.desk.now)?;
    let coin = Coin::of(agreement, &home.secrets)?;
    let (home, exchange, now) = (&home, &exchange, context.desk.now);
    let released = Released { exchange, agreement, run, ledger: &ledger, home, now };
    let records = released.withdrawals()?;
    let withdrawn: HashSet<[u8; 16]> = records.withdrawals.iter().map(|w| w.record).collect();
    let mut due = Vec::new();
    for [first, second] in pairs(agreement) {
        let pair = [first.name.as_str(), second.name.as_str()];
        let issued = exchange.shares(agreement, run, pair[0], pair[1])?;
        if let Some(shares) = issued {
            // A list is issued once; only a withdrawal makes it void, and not before what it opened has its receipts.
            if records.refuse_frozen(&shares).is_ok() {
                continue;
            }
            duties::receipts(&released, &shares, &records)?;
        }
        due.push((pair, candidates(&permitted, home, exchange, pair)?));
    }
    if due.is_empty() {
        let first = pairs(agreement)[0].map(|agency| agency.name.as_str());
        let message = "every list of leads of this run is there already";
        return Err(Failure::new(EXISTS, message).at(&exchange.shares_path(run, first)));
    }
    let protected = register(input, &permitted, context)?;
    let mut issued = Vec::new();
    for (pair, candidates) in due {
        let encoder = encoder(&permitted, home, exchange, pair)?;
        let register = encoded(&protected, &agreement.body().schema.fields, &encoder)?;
        let screen = Screen {
            register: &register,
            coin: &coin,
            tag: &|handle| encoder.mask().tag(&handle.0),
            withdrawn: &withdrawn,
        };
        let mut entropy = context.desk.entropy(&format!("screen {}", pair.join(" ")));
        let found = screen.apply(candidates, &mut entropy)?;
        let leads = release::issue(agreement, run, &home.secrets, pair, &found, context.desk.now, &mut entropy)?;
        let [to_first, to_second] = &leads.lists;
        exchange.publish_again(exchange.pair_path(run, pair[0], pair[1], "leads"), to_first)?;
        exchange.publish_again(exchange.pair_path(run, pair[1], pair[0], "leads"), to_second)?;
        // Last: without the shares a list opens for nobody, and a killed screen starts again.
        exchange.publish_again(exchange.shares_path(run, pair), leads.shares.to_string().as_bytes())?;
        issued.push(pair.map(str::to_owned));
    }
    // Neither here nor in the files: how many pairs there were, and how many are left.
    Ok(Report::new(json!({ "symbolon": "guardian screen v1", "run": run, "issued": issued }))
        .say(format!(
            "{} pairs of agencies screened; their leads are issued, sealed, in lists of one size",
            issued.len()
        ))
        .say("the register was read here, encoded in memory, and is gone; nothing says who is in it")
        .next("the operator: symbolon operator log; officers and reviewers with a share: symbolon officer queue"))
}

fn candidates(
    run: &PermittedRun,
    home: &Home,
    exchange: &Exchange,
    pair: [&str; 2],
) -> Result<CandidatePairs, Failure> {
    let path = exchange.pair_path(run.number(), pair[0], pair[1], "pairs");
    if !path.exists() {
        let absent = AgreementError::Absent { artefact: "file of candidate pairs", from: "the operator".to_owned() };
        return Err(Failure::from(absent).at(&path).next("the operator: symbolon operator link"));
    }
    let opened = CandidatePairs::open(files::read(&path, MAX_SEALED)?, run, &home.secrets, pair);
    opened.map_err(|e| Failure::from(e).at(&path))
}

/// Reads the register: everybody in it, children and malformed rows too, as far as they can be read.
fn register(input: &InputArgs, run: &PermittedRun, context: &Context) -> Result<ScreenedRecords, Failure> {
    let schema = &run.agreement().body().schema;
    let mut map = match &input.columns {
        Some(path) => ColumnMap::parse(&files::read_text(path, 1 << 20)?).map_err(|e| Failure::from(e).at(path))?,
        None => ColumnMap::default(),
    };
    for entry in &input.map {
        map.apply(entry).map_err(|e| Failure::from(e).at(&input.file))?;
    }
    let raw = super::records::read(&input.file, options(input)?, &mut map, schema)?;
    let mut seed = [0; 32];
    context.desk.entropy("duplicates").fill(&mut seed);
    let screening = Screening {
        roles: Vec::new(),
        subjects: Subjects::default(),
        natural_persons: false,
        quarantine_limit_permille: 1000,
        min_records: 1,
        malformed: Malformed::Protected,
        seed,
    };
    Ok(raw.screen(schema, &screening, context.desk.today()).map_err(|e| Failure::from(e).at(&input.file))?.0)
}

fn encoder(run: &PermittedRun, home: &Home, exchange: &Exchange, pair: [&str; 2]) -> Result<Encoder, Failure> {
    let one = exchange.contribution(run.agreement(), pair[0], pair[1])?;
    let other = exchange.contribution(run.agreement(), pair[1], pair[0])?;
    let key = PairKey::derive_for_guardian(run.granted(), &home.secrets, &one, &other)?;
    // A short record protects too: it is compared here and never leaves.
    let mut schema = run.agreement().body().schema.clone();
    schema.encoding.min_tokens = 0;
    Ok(Encoder::new(&schema, key.secret())?)
}

/// Everybody in the register under this run's key, each in every way in which others may have written them down.
fn encoded(protected: &ScreenedRecords, fields: &[FieldKind], encoder: &Encoder) -> Result<Register, Failure> {
    /// People whose variants are in memory at a time.
    const CHUNK: usize = 4096;
    let mut words = Vec::new();
    for people in protected.records().chunks(CHUNK) {
        let list: Vec<Record> = people.iter().flat_map(|record| variants(fields, record)).collect();
        words.extend(encoder.encode_all(&list).words);
    }
    let keys = protected.records().iter().flat_map(|record| encoder.exact_keys(record)).collect();
    Ok(Register::new(encoder.words(), words, keys)?)
}
