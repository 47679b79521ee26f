//! `agency …`: join, check, encode, send, read leads.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::leads::{self, ReceiptArgs};
use super::output::{Report, count};
use super::{Context, RunArg, exposure};
use crate::agreement::{
    self, AgreementBody, AgreementError, Contribution, GrantedRun, PairKey, Party, PartyRole, RunNumber,
};
use crate::encoding::design::{Statistics, Strangers, profile};
use crate::encoding::{EncodedList, Encoder, HandleMap, ListIds, Roster, Tags, screen_and_encode};
use crate::failure::{ARGUMENT, COMMITTED, Failure, VISIBLE};
use crate::log::{Entry, Kind};
use crate::office::exchange::{Exchange, MAX_SEALED};
use crate::office::files::{self, Access, Existing};
use crate::office::home::Home;
use crate::office::ledger::{self, Ledger};
use crate::office::{duties, sign_offs};
use crate::parcel::{self, SealedParcel, Sketch};
use crate::primitives;
use crate::protocol::{Grounds, Protocol, SourceKind};
use crate::records::{
    ColumnMap, GroundsRule, ListFormat, Malformed, Manifest, RawRecords, ReadOptions, RecordError, Screening,
    ScreeningReport, Subjects, write_rejected,
};

/// What an agency does.
#[derive(Subcommand, Debug)]
pub(crate) enum AgencyVerb {
    /// Contributes a key for each partner: once for an agreement
    Join,
    /// Reads a file as `encode` would, and says what it finds; encodes nothing
    Check(InputArgs),
    /// Screens and encodes a file for every partner; commits to the result
    Encode {
        #[command(flatten)]
        input: InputArgs,
        #[command(flatten)]
        run: RunArg,
    },
    /// Sends the committed parcels, once every steward has permitted them
    Send(RunArg),
    /// Opens the leads that everybody has consented to, and joins them to this agency's own ids
    Leads {
        #[command(flatten)]
        run: RunArg,
        /// Writes CSV to this file (mode 0600) instead of standard output
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Says what became of a lead that was opened
    Receipt(ReceiptArgs),
    /// Withdraws an own record from a run: it is dropped, or what is issued is frozen
    Withdraw {
        #[command(flatten)]
        run: RunArg,
        /// Row of the record in the file that was encoded
        #[arg(long)]
        row: u64,
    },
    /// Acknowledges the partners' withdrawals
    Acknowledge(RunArg),
}

/// A file of records, and how to read it.
#[derive(Args, Debug, Clone)]
pub(crate) struct InputArgs {
    /// Records in CSV, TSV, NDJSON or Parquet; `-` for standard input
    pub(crate) file: PathBuf,
    /// Column map in TOML; without it, columns are found by their names
    #[arg(long, value_name = "MAP.toml")]
    pub(crate) columns: Option<PathBuf>,
    /// Source manifest in TOML; needed where the agreement asks for case files
    #[arg(long, value_name = "SOURCE.toml")]
    pub(crate) manifest: Option<PathBuf>,
    /// `FIELD=COLUMN[+COLUMN…][:FORMAT]`, may be repeated; overrides the map
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub(crate) map: Vec<String>,
    /// Character encoding, such as windows-1251, where the file is not UTF-8 and has no byte-order mark
    #[arg(long)]
    pub(crate) encoding: Option<String>,
    /// Delimiter of CSV; default: found on the header
    #[arg(long)]
    pub(crate) delimiter: Option<char>,
}

/// Runs an `agency` verb.
pub(crate) fn run(verb: &AgencyVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        AgencyVerb::Join => join(context),
        AgencyVerb::Check(input) => check(input, context),
        AgencyVerb::Encode { input, run } => encode(input, run.run, context),
        AgencyVerb::Send(run) => send(run.run, context),
        AgencyVerb::Leads { run, output } => leads::leads(run.run, output.as_deref(), context),
        AgencyVerb::Receipt(args) => leads::receipt(args, context),
        AgencyVerb::Withdraw { run, row } => leads::withdraw(run.run, *row, context),
        AgencyVerb::Acknowledge(run) => leads::acknowledge(run.run, context),
    }
}

fn join(context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let agreement = exchange.signed(context.desk.now)?;
    let own = agreement.seat(&home.secrets, PartyRole::Agency)?.name.clone();
    home.check_clock(context.desk.now, agreement.body().not_before)?;
    let mut made = Vec::new();
    for partner in partners(agreement.body(), &own) {
        let path = exchange.contribution_path(&own, &partner.name);
        if path.exists() {
            continue;
        }
        let mut entropy = context.desk.entropy(&format!("join {}", partner.name));
        let note = Contribution::issue(&agreement, &home.secrets, &partner.name, context.desk.now, &mut entropy)?;
        made.push(exchange.publish(path, note.to_string().as_bytes())?);
    }
    let report = Report::new(json!({ "symbolon": "agency join v1", "agency": own, "contributions": made }));
    Ok(if made.is_empty() {
        report.say("every contribution of this agency is there already")
    } else {
        report.say(format!("`{own}` contributed keys for {} partners", made.len()))
    }
    .next("stewards: symbolon steward grant"))
}

/// Reads and screens a list, and encodes it for each of `encoders`, which may be none.
fn load(
    input: &InputArgs,
    body: &AgreementBody,
    own: &Party,
    context: &Context,
    quarantine: &Path,
    encoders: &[Encoder],
) -> Result<EncodedList, Failure> {
    let protocol = Protocol::cited(&body.protocol)?;
    let manifest = match &input.manifest {
        Some(path) => Some(Manifest::parse(&files::read_text(path, 1 << 16)?).map_err(|e| Failure::from(e).at(path))?),
        None if body.terms.grounds == Grounds::CaseFile => {
            return Err(Failure::from(RecordError::NoManifest).at(&input.file));
        }
        None => None,
    };
    let mut map = match &input.columns {
        Some(path) => ColumnMap::parse(&files::read_text(path, 1 << 20)?).map_err(|e| Failure::from(e).at(path))?,
        None => ColumnMap::default(),
    };
    for entry in &input.map {
        map.apply(entry).map_err(|e| Failure::from(e).at(&input.file))?;
    }
    let opened = super::records::open(&input.file, options(input)?, &mut map, &body.schema)?;
    let mut seed = [0; 32];
    context.desk.entropy("duplicates").fill(&mut seed);
    let screening = Screening {
        roles: body.terms.roles.clone(),
        natural_persons: protocol.natural_persons,
        subjects: subjects(body, own),
        quarantine_limit_permille: body.terms.max.quarantine_permille as u16,
        min_records: body.terms.min.records as usize,
        malformed: Malformed::Quarantine,
        seed,
    };
    let mut is_read = true;
    let read = |each: &mut dyn FnMut(RawRecords)| opened.read_tables(&map, each).inspect_err(|_| is_read = false);
    let list = screen_and_encode(read, &body.schema, &screening, context.desk.today(), encoders);
    let list = list.or_else(|error| {
        let mut kept = None;
        if let Some(report) = error.report() {
            write_quarantine(report, quarantine)?;
            kept = Some(format!("only the list of rows was written: {}", quarantine.display()));
        }
        let mut failure = Failure::from(error).at(&input.file);
        if is_read {
            failure = failure.under(format!("agreement {}", body.name));
        }
        failure.written = kept;
        Err(failure)
    })?;
    if let Some(manifest) = manifest {
        let rows = list.report.rows;
        manifest.check(rows, own.source, context.desk.today()).map_err(|e| Failure::from(e).at(&input.file))?;
    }
    Ok(list)
}

/// Grounds as the terms ask for them, and every jurisdiction that a partner's knowledge can reach.
fn subjects(body: &AgreementBody, own: &Party) -> Subjects {
    let days = body.terms.max.grounds_days;
    let register = matches!(own.source, Some(SourceKind::AssetRegister | SourceKind::CompanyRegister));
    let grounds = match body.terms.grounds {
        Grounds::RoleOnly => GroundsRule::RoleOnly,
        Grounds::CaseFile if register => GroundsRule::Register { days },
        Grounds::CaseFile => GroundsRule::CaseFile { days },
    };
    let reach = partners(body, &own.name).flat_map(|partner| agreement::reach(body, partner)).collect();
    Subjects { grounds, reach, min_cases: body.terms.cases() as usize }
}

/// How a file is to be read.
pub(crate) fn options(input: &InputArgs) -> Result<ReadOptions, Failure> {
    let delimiter = match input.delimiter {
        Some(c) => Some(u8::try_from(c).map_err(|_| Failure::new(ARGUMENT, "a delimiter is one ASCII character"))?),
        None => None,
    };
    Ok(ReadOptions { format: None, delimiter, encoding: input.encoding.clone() })
}

fn write_quarantine(report: &ScreeningReport, path: &Path) -> Result<(), Failure> {
    let mut list = Vec::new();
    write_rejected(&report.rejected, ListFormat::Csv, &mut list)?;
    if let Some(parent) = path.parent() {
        files::make_dir(parent, Access::Private)?;
    }
    files::write(path, &list, Access::Private, Existing::Replace)
}

/// Measures of a list under the agreement's encoding: tokens, fill, visible degree.
struct Measures {
    json: Value,
    words: Vec<String>,
    visible: f64,
}

fn measure(list: &EncodedList, body: &AgreementBody) -> Result<Measures, Failure> {
    let (schema, encoding, sample) = (&body.schema, &body.schema.encoding, &list.sample);
    let profile = profile(sample, schema);
    let fill = profile.expected_fill(encoding.length, encoding.insertions);
    // The partner's list is not known here: it is taken to be as long as this one.
    let population = 2 * list.report.accepted;
    let strangers = Strangers::sample(&[sample], schema, 2_000_000, 0)?;
    let visible = strangers.visible_degree(encoding.diffusion, population);
    let mut words = vec![
        format!(
            "tokens: {:.1} a record ({} to {}), {} records with too few; inner fill {:.1} %",
            profile.mean_tokens,
            profile.min_tokens,
            profile.max_tokens,
            profile.too_few,
            100.0 * fill
        ),
        format!(
            "visible degree {visible:.2} among {} records at diffusion {} (agreed: at most {})",
            count(population),
            encoding.diffusion,
            body.terms.max.visible_degree
        ),
    ];
    if (sample.len() as u64) < list.report.accepted {
        words.push(format!("both were measured on a sample of {} records", count(sample.len() as u64)));
    }
    if !(0.30..=0.50).contains(&fill) {
        words.push(format!("note: the fill is {:.0} %; diffusion protects best near 45 %", 100.0 * fill));
    }
    let json = json!({
        "tokens": profile.mean_tokens, "tokens_min": profile.min_tokens, "tokens_max": profile.max_tokens,
        "too_few_tokens": profile.too_few, "fill": fill, "visible_degree": visible, "population": population,
        "sample": sample.len(),
    });
    Ok(Measures { json, words, visible })
}

fn check(input: &InputArgs, context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let draft = exchange.draft()?;
    let quarantine = context.desk.home_path()?.join("check.quarantine.csv");
    let list = load(input, draft.body(), &home.party, context, &quarantine, &[])?;
    let report = &list.report;
    write_quarantine(report, &quarantine)?;
    let measures = measure(&list, draft.body())?;
    // What the designer reads: histograms, rounded, nothing of any record.
    let statistics = Statistics::of(&[&list.sample], &draft.body().schema, list.report.accepted, 2_000_000, 0);
    let exposure = exposure::attack(&list.sample, &draft.body().schema, draft.body(), 1);
    let mut out = Report::new(json!({
        "symbolon": "agency check v1", "agency": home.party.name, "screening": report, "encoding": measures.json,
        "quarantine": quarantine, "token_statistics": statistics, "exposure": exposure.json,
    }));
    if let Some(refusal) = exposure.refusal {
        return Err(refusal.at(&input.file));
    }
    out.words = screening_words(report, &quarantine);
    out.words.extend(measures.words);
    out.words.extend(exposure.words);
    Ok(out.say("nothing was encoded").next("symbolon agency encode FILE, once every steward has granted"))
}

fn screening_words(report: &ScreeningReport, quarantine: &Path) -> Vec<String> {
    let mut words = vec![format!(
        "{} rows: {} accepted, {} withheld, {} quarantined",
        count(report.rows),
        count(report.accepted),
        count(report.withheld),
        count(report.quarantined)
    )];
    for reason in &report.reasons {
        words.push(format!("  {:>7} {}", count(reason.rows), reason.text));
    }
    for field in &report.fields {
        words.push(format!("field {}: {} in 1000 present", field.field.name(), field.present_permille));
        for problem in &field.problems {
            words.push(format!("  {:>7} {}", count(problem.rows), problem.problem.text()));
        }
    }
    if !report.unread_columns.is_empty() {
        words.push(format!("{} columns of the file were never read", report.unread_columns.len()));
    }
    if report.accepted < report.rows {
        words.push(format!("rows that were set aside, by number and reason: {}", quarantine.display()));
    }
    words
}

fn encode(input: &InputArgs, run: RunNumber, context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let granted = exchange.granted(run, context.desk.now)?;
    home.check_clock(context.desk.now, granted.latest())?;
    let own = granted.agreement().seat(&home.secrets, PartyRole::Agency)?.name.clone();
    let directory = home.run_dir(granted.agreement(), run)?;
    let body = granted.agreement().body();
    body.check_recall()?;
    let partners: Vec<&Party> = partners(body, &own).collect();
    let ledger = open_for_encoding(&granted, &partners, &home, &exchange, &own, context)?;
    let sealed = directory.join("sealed");
    if sealed.exists() {
        return resume(&own, &partners, run, &exchange, &directory);
    }
    for partner in &partners {
        let path = exchange.pair_path(run, &own, &partner.name, "commitment");
        if path.exists() {
            return Err(Failure::new(COMMITTED, format!("a commitment for `{}` is published", partner.name)).at(&path));
        }
    }
    let quarantine = directory.join("quarantine.csv");
    let encoders = encoders(&granted, &home, &exchange, &own, &partners)?;
    let list = load(input, body, &home.party, context, &quarantine, &encoders)?;
    let measures = measure(&list, body)?;
    if measures.visible > f64::from(body.terms.max.visible_degree) {
        let message = format!("the visible degree would be {:.1}", measures.visible);
        let term = format!("agreement {}, `max.visible_degree` = {}", body.name, body.terms.max.visible_degree);
        return Err(Failure::new(VISIBLE, message).at(&input.file).under(term));
    }
    write_quarantine(&list.report, &quarantine)?;
    let report = list.report.clone();
    let mut entropy = context.desk.entropy(&format!("encode {run}"));
    // The same in every run of the agreement: the guardian's coin falls as before for a record that is sent again.
    let tags = Tags::new(&home.secrets.own_secret(b"symbolon/v1/tags", granted.agreement().digest())?);
    let (encoded, ids) = list.finish(&encoders, &tags, parcel::size_class, &mut entropy);
    drop(encoders);
    for ((records, _), partner) in encoded.iter().zip(&partners) {
        exchange.refuse_near(granted.agreement(), run, (&own, &partner.name), &Sketch(records.sketch()))?;
    }
    let mut out = Report::new(Value::Null);
    out.words = screening_words(&report, &quarantine);
    out.words.extend(measures.words);
    let mut parcels = Vec::new();
    for ((records, handles), partner) in encoded.into_iter().zip(&partners) {
        let parcel = parcel::seal(records, &granted, &home.secrets, &partner.name, context.desk.now)?;
        write_parcel(&directory, &partner.name, &parcel, &handles, &ids)?;
        parcels.push(json!({
            "partner": partner.name, "records": parcel.records, "rows": parcel.rows, "bytes": parcel.file.len(),
            "left_out": handles.left_out.len(), "identifiers_only": handles.identifiers_only,
            "commitment": parcel.commitment.digest(),
        }));
        out.words.push(format!(
            "for {}: {} encodings, {} left out, padded with {} dummies to {} rows",
            partner.name,
            count(parcel.records),
            handles.left_out.len(),
            count(parcel.rows - parcel.records),
            count(parcel.rows)
        ));
    }
    files::write(&sealed, b"every parcel and commitment is in this directory\n", Access::Private, Existing::Replace)?;
    publish(&own, &partners, run, &exchange, &directory)?;
    ledger.cosign_in_passing(&home, context.desk.now, ledger::keeper(body)?)?;
    out.json = json!({
        "symbolon": "agency encode v1", "agency": own, "run": run, "screening": report, "encoding": measures.json,
        "parcels": parcels, "resumed": false,
    });
    Ok(out
        .say("commitments published; the parcels stay here until every steward has permitted them")
        .next("operator: symbolon operator log; stewards: symbolon steward permit; then: symbolon agency send"))
}

/// The log, if it has all that a key is made of: agreement, grants, and both contributions for each partner.
fn open_for_encoding(
    granted: &GrantedRun,
    partners: &[&Party],
    home: &Home,
    exchange: &Exchange,
    own: &str,
    context: &Context,
) -> Result<Ledger, Failure> {
    let agreement = granted.agreement();
    let ledger = Ledger::open(exchange, agreement, home)?;
    ledger.open_run(exchange, agreement, granted.number(), own, context.desk.now)?;
    let mut needed = ledger::grants(granted);
    for partner in partners {
        for (from, to) in [(own, partner.name.as_str()), (&partner.name, own)] {
            let contribution = exchange.contribution(agreement, from, to)?;
            needed.push(Entry::new(Kind::Contribution, 0, from, to, contribution.digest));
        }
    }
    ledger.require(&needed, own, context.desk.now)?;
    sign_offs::check((exchange, agreement), home, Some(&ledger), None, context.desk.now)?;
    Ok(ledger)
}

fn encoders(
    granted: &GrantedRun,
    home: &Home,
    exchange: &Exchange,
    own: &str,
    partners: &[&Party],
) -> Result<Vec<Encoder>, Failure> {
    let one = |partner: &&Party| {
        let mine = exchange.contribution(granted.agreement(), own, &partner.name)?;
        let theirs = exchange.contribution(granted.agreement(), &partner.name, own)?;
        let key = PairKey::derive(granted, &home.secrets, &mine, &theirs)?;
        let roster = home.secrets.own_secret(b"symbolon/v1/roster", granted.agreement().digest())?;
        let encoder = Encoder::new(&granted.agreement().body().schema, key.secret())?;
        Ok(encoder.with_roster(Roster::new(&roster)))
    };
    partners.iter().map(one).collect()
}

fn write_parcel(
    directory: &Path,
    partner: &str,
    parcel: &SealedParcel,
    handles: &HandleMap,
    ids: &ListIds,
) -> Result<(), Failure> {
    let mut list = csv::Writer::from_writer(Vec::new());
    let failed = |_| Failure::new(crate::failure::IO, "the handle map could not be written to memory");
    list.write_record(["handle", "row", "id"]).map_err(failed)?;
    for entry in &handles.entries {
        let (handle, row) = (primitives::hex(&entry.handle), entry.row.to_string());
        list.write_record([handle.as_str(), &row, ids.get(entry.place as usize)]).map_err(failed)?;
    }
    for handle in &handles.dummies {
        // Row 0 is the header: no record is there.
        list.write_record([primitives::hex(handle).as_str(), "0", ""]).map_err(failed)?;
    }
    let list = zeroize::Zeroizing::new(
        list.into_inner().map_err(|_| failed(std::io::Error::from(std::io::ErrorKind::Other).into()))?,
    );
    let path = |extension: &str| directory.join(format!("{partner}.{extension}"));
    files::write(&path("handles.csv"), &list, Access::Private, Existing::Replace)?;
    files::write(&path("parcel"), &parcel.file, Access::Private, Existing::Replace)?;
    files::write(&path("commitment"), parcel.commitment.to_string().as_bytes(), Access::Private, Existing::Replace)
}

/// Publishes the commitments that are not published yet: the last step of `encode`, and all that is left after a crash.
fn publish(
    own: &str,
    partners: &[&Party],
    run: RunNumber,
    exchange: &Exchange,
    directory: &Path,
) -> Result<u32, Failure> {
    let mut published = 0;
    for partner in partners {
        let note = files::read(&directory.join(format!("{}.commitment", partner.name)), 1 << 20)?;
        let path = exchange.pair_path(run, own, &partner.name, "commitment");
        if !path.exists() {
            exchange.publish(path, &note)?;
            published += 1;
        }
    }
    Ok(published)
}

fn resume(
    own: &str,
    partners: &[&Party],
    run: RunNumber,
    exchange: &Exchange,
    directory: &Path,
) -> Result<Report, Failure> {
    if publish(own, partners, run, exchange, directory)? == 0 {
        let message = format!("`{own}` has encoded for run {run} already");
        return Err(Failure::new(COMMITTED, message).at(&directory.join("sealed")));
    }
    Ok(Report::new(json!({ "symbolon": "agency encode v1", "agency": own, "run": run, "resumed": true }))
        .say("an earlier encode was interrupted before it published; its commitments are published now")
        .next("stewards: symbolon steward permit"))
}

fn send(run: RunNumber, context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let (permitted, commitments) = exchange.permitted(run, context.desk.now)?;
    home.check_clock(context.desk.now, permitted.latest())?;
    let own = permitted.agreement().seat(&home.secrets, PartyRole::Agency)?.name.clone();
    duties::check(&exchange, permitted.agreement(), run, context.desk.now)?;
    let ledger = Ledger::open(&exchange, permitted.agreement(), &home)?;
    ledger.open_run(&exchange, permitted.agreement(), run, &own, context.desk.now)?;
    duties::destroyed(&exchange, &ledger, permitted.agreement(), run, context.desk.now)?;
    ledger.require_permitted(&permitted, &own, context.desk.now)?;
    let records = Some(sign_offs::committed(&commitments));
    sign_offs::check((&exchange, permitted.agreement()), &home, Some(&ledger), records, context.desk.now)?;
    let directory = home.run_dir(permitted.agreement(), run)?;
    let mut sent = Vec::new();
    for commitment in commitments.iter().filter(|c| c.from == own) {
        let outbox = directory.join(format!("{}.parcel", commitment.to));
        let path = exchange.pair_path(run, &own, &commitment.to, "parcel");
        if outbox.exists() && !path.exists() {
            exchange.publish(path.clone(), &files::read(&outbox, MAX_SEALED)?)?;
            sent.push(path.clone());
        }
        if !path.exists() {
            return Err(Failure::from(AgreementError::Absent { artefact: "parcel", from: own }).at(&outbox));
        }
        if outbox.exists() {
            files::remove(&outbox)?;
        }
    }
    ledger.cosign_in_passing(&home, context.desk.now, ledger::keeper(permitted.agreement().body())?)?;
    Ok(Report::new(json!({ "symbolon": "agency send v1", "agency": own, "run": run, "sent": sent }))
        .say(format!("{} parcels sent; the permits end at {}", sent.len(), permitted.expires()))
        .next("operator: symbolon operator link"))
}

/// The other agencies.
pub(crate) fn partners<'b>(body: &'b AgreementBody, own: &str) -> impl Iterator<Item = &'b Party> {
    let own = own.to_owned();
    body.of_role(PartyRole::Agency).filter(move |p| p.name != own)
}
