//! `agency …`: join, check, encode, send, read leads.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exchange::{Exchange, MAX_SEALED};
use super::failure::{ARGUMENT, COMMITTED, Failure, VISIBLE};
use super::files::{self, Access, Existing};
use super::home::Home;
use super::output::{Report, count};
use super::{Context, RunArg};
use crate::agreement::{
    self, AgreementBody, AgreementError, Contribution, GrantedRun, PairKey, Party, PartyRole, RunNumber,
};
use crate::encoding::design::{Statistics, Strangers, profile};
use crate::encoding::{EncodedList, Encoder, HandleMap, ListIds, screen_and_encode};
use crate::parcel::{self, SealedParcel};
use crate::primitives;
use crate::protocol::{Grounds, Protocol, SourceKind};
use crate::records::{
    ColumnMap, GroundsRule, ListFormat, Malformed, Manifest, RawRecords, ReadOptions, RecordError, Screening,
    ScreeningReport, Subjects, write_rejected,
};
use crate::release::{Lead, LeadList};

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
    /// Opens this agency's leads and joins them to its own ids
    Leads {
        #[command(flatten)]
        run: RunArg,
        /// Writes CSV to this file (mode 0600) instead of standard output
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
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
        AgencyVerb::Leads { run, output } => leads(run.run, output.as_deref(), context),
    }
}

fn join(context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.home()?, context.exchange()?);
    let agreement = exchange.signed(context.now)?;
    let own = agreement.seat(&home.secrets, PartyRole::Agency)?.name.clone();
    home.check_clock(context.now, agreement.body().not_before)?;
    let mut made = Vec::new();
    for partner in partners(agreement.body(), &own) {
        let path = exchange.contribution_path(&own, &partner.name);
        if path.exists() {
            continue;
        }
        let mut entropy = context.entropy(&format!("join {}", partner.name));
        let note = Contribution::issue(&agreement, &home.secrets, &partner.name, context.now, &mut entropy)?;
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
    context.entropy("duplicates").fill(&mut seed);
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
    let list = screen_and_encode(read, &body.schema, &screening, context.today(), encoders);
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
        manifest.check(rows, own.source, context.today()).map_err(|e| Failure::from(e).at(&input.file))?;
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
    Subjects { grounds, reach }
}

fn options(input: &InputArgs) -> Result<ReadOptions, Failure> {
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
    let (home, exchange) = (context.home()?, context.exchange()?);
    let draft = exchange.draft()?;
    let quarantine = context.home_path()?.join("check.quarantine.csv");
    let list = load(input, draft.body(), &home.party, context, &quarantine, &[])?;
    let report = &list.report;
    write_quarantine(report, &quarantine)?;
    let measures = measure(&list, draft.body())?;
    // What the designer reads: histograms, rounded, nothing of any record.
    let statistics = Statistics::of(&[&list.sample], &draft.body().schema, list.report.accepted, 2_000_000, 0);
    let mut out = Report::new(json!({
        "symbolon": "agency check v1", "agency": home.party.name, "screening": report, "encoding": measures.json,
        "quarantine": quarantine, "token_statistics": statistics,
    }));
    out.words = screening_words(report, &quarantine);
    out.words.extend(measures.words);
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
    let (home, exchange) = (context.home()?, context.exchange()?);
    let granted = exchange.granted(run, context.now)?;
    home.check_clock(context.now, granted.latest())?;
    let own = granted.agreement().seat(&home.secrets, PartyRole::Agency)?.name.clone();
    let directory = home.run_dir(granted.agreement(), run)?;
    let body = granted.agreement().body();
    let partners: Vec<&Party> = partners(body, &own).collect();
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
    let mut entropy = context.entropy(&format!("encode {run}"));
    let (encoded, ids) = list.finish(&encoders, &mut entropy);
    drop(encoders);
    let mut out = Report::new(Value::Null);
    out.words = screening_words(&report, &quarantine);
    out.words.extend(measures.words);
    let mut parcels = Vec::new();
    for ((records, handles), partner) in encoded.into_iter().zip(&partners) {
        let parcel = parcel::seal(records, &granted, &home.secrets, &partner.name, context.now)?;
        write_parcel(&directory, &partner.name, &parcel, &handles, &ids)?;
        parcels.push(json!({
            "partner": partner.name, "rows": parcel.rows, "bytes": parcel.file.len(),
            "left_out": handles.left_out.len(), "identifiers_only": handles.identifiers_only,
            "commitment": parcel.commitment.digest(),
        }));
        out.words.push(format!(
            "for {}: {} encodings, {} left out",
            partner.name,
            count(parcel.rows),
            handles.left_out.len()
        ));
    }
    files::write(&sealed, b"every parcel and commitment is in this directory\n", Access::Private, Existing::Replace)?;
    publish(&own, &partners, run, &exchange, &directory)?;
    out.json = json!({
        "symbolon": "agency encode v1", "agency": own, "run": run, "screening": report, "encoding": measures.json,
        "parcels": parcels, "resumed": false,
    });
    Ok(out
        .say("commitments published; the parcels stay here until every steward has permitted them")
        .next("stewards: symbolon steward permit; then: symbolon agency send"))
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
        Ok(Encoder::new(&granted.agreement().body().schema, key.secret())?)
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
    let failed = |_| Failure::new(super::failure::IO, "the handle map could not be written to memory");
    list.write_record(["handle", "row", "id"]).map_err(failed)?;
    for entry in &handles.entries {
        let (handle, row) = (primitives::hex(&entry.handle), entry.row.to_string());
        list.write_record([handle.as_str(), &row, ids.get(entry.place as usize)]).map_err(failed)?;
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
    let (home, exchange) = (context.home()?, context.exchange()?);
    let (permitted, commitments) = exchange.permitted(run, context.now)?;
    home.check_clock(context.now, permitted.latest())?;
    let own = permitted.agreement().seat(&home.secrets, PartyRole::Agency)?.name.clone();
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
    Ok(Report::new(json!({ "symbolon": "agency send v1", "agency": own, "run": run, "sent": sent }))
        .say(format!("{} parcels sent; the permits end at {}", sent.len(), permitted.expires()))
        .next("operator: symbolon operator link"))
}

/// A lead, joined to the agency's own record.
pub(crate) struct OwnLead {
    pub(crate) partner: String,
    pub(crate) lead: Lead,
    pub(crate) row: u64,
    pub(crate) id: String,
}

fn leads(run: RunNumber, output: Option<&Path>, context: &Context) -> Result<Report, Failure> {
    let Leads { found, screened, natural_persons } = own_leads(run, context)?;
    let mut list = csv::Writer::from_writer(Vec::new());
    let failed = |_| Failure::new(super::failure::IO, "the leads could not be written to memory");
    list.write_record(["id", "row", "partner", "lead", "band", "expires"]).map_err(failed)?;
    for own in &found {
        let band = match own.lead.band {
            crate::release::Band::Strong => "strong",
            crate::release::Band::Possible => "possible",
        };
        let (row, lead, expires) = (own.row.to_string(), own.lead.id_text(), own.lead.expires.to_string());
        list.write_record([own.id.as_str(), &row, &own.partner, &lead, band, &expires]).map_err(failed)?;
    }
    let list = list.into_inner().map_err(|_| failed(std::io::Error::from(std::io::ErrorKind::Other).into()))?;
    let mut report = Report::new(json!({
        "symbolon": "agency leads v1", "run": run, "screened_by_guardian": screened,
        "leads_count": found.len(),
        "leads": if output.is_some() { Value::Null } else { found.iter().map(|own| json!({
            "id": own.id, "row": own.row, "partner": own.partner, "lead": own.lead.id_text(),
            "band": own.lead.band, "expires": own.lead.expires,
        })).collect() },
    }))
    .say(format!("{} leads: reasons to ask through an official channel, never grounds for a decision", found.len()));
    if natural_persons && !screened {
        report = report.say("not screened by a guardian (not built yet): not for use with real persons");
    }
    Ok(match output {
        Some(path) => {
            files::write(path, &list, Access::Private, Existing::Refuse)?;
            report.say(format!("written to {}", path.display()))
        }
        None => report.data(String::from_utf8_lossy(&list).into_owned()),
    })
}

/// This agency's leads of a run with all partners.
pub(crate) struct Leads {
    pub(crate) found: Vec<OwnLead>,
    /// Whether a guardian screened all of them.
    screened: bool,
    /// Whether they are about natural persons.
    natural_persons: bool,
}

/// Opens this agency's leads of a run.
pub(crate) fn own_leads(run: RunNumber, context: &Context) -> Result<Leads, Failure> {
    let (home, exchange) = (context.home()?, context.exchange()?);
    let agreement = exchange.signed(context.now)?;
    let own = agreement.seat(&home.secrets, PartyRole::Agency)?.name.clone();
    let directory = home.run_dir(&agreement, run)?;
    let (mut found, mut screened, mut held) = (Vec::new(), true, Vec::new());
    for partner in partners(agreement.body(), &own) {
        let path = exchange.pair_path(run, &own, &partner.name, "leads");
        if !path.exists() {
            held.push(partner.name.clone());
            continue;
        }
        let file = files::read(&path, MAX_SEALED)?;
        let list = LeadList::open(file, &agreement, run, &home.secrets, &partner.name);
        let list = list.map_err(|e| Failure::from(e).at(&path))?;
        home.check_clock(context.now, list.created)?;
        screened &= list.screened_by_guardian;
        let handles = read_handles(&directory.join(format!("{}.handles.csv", partner.name)))?;
        for lead in list.leads {
            let Some((row, id)) = handles.get(&lead.handle.to_string()).cloned() else {
                let problem = "a lead on a handle that this agency never gave";
                return Err(Failure::from(crate::parcel::ParcelError::Form(problem)).at(&path));
            };
            found.push(OwnLead { partner: partner.name.clone(), lead, row, id });
        }
    }
    if let ([first, ..], true) = (held.as_slice(), found.is_empty()) {
        let absent = AgreementError::Absent { artefact: "list of leads", from: first.clone() };
        return Err(Failure::from(absent).next("wait for `symbolon operator link`; a held result has no list"));
    }
    found.sort_by(|a, b| (a.row, &a.partner).cmp(&(b.row, &b.partner)));
    Ok(Leads { found, screened, natural_persons: agreement.protocol().natural_persons })
}

fn read_handles(path: &Path) -> Result<HashMap<String, (u64, String)>, Failure> {
    files::require_private(path)?;
    let unfit = || Failure::new(super::failure::NOT_A_FILE, "the handle map is damaged").at(path);
    let bytes = zeroize::Zeroizing::new(files::read(path, MAX_SEALED)?);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let mut handles = HashMap::new();
    for row in reader.records() {
        let row = row.map_err(|_| unfit())?;
        let (Some(handle), Some(number), Some(id)) = (row.get(0), row.get(1), row.get(2)) else { return Err(unfit()) };
        handles.insert(handle.to_owned(), (number.parse().map_err(|_| unfit())?, id.to_owned()));
    }
    Ok(handles)
}

fn partners<'b>(body: &'b AgreementBody, own: &str) -> impl Iterator<Item = &'b Party> {
    let own = own.to_owned();
    body.of_role(PartyRole::Agency).filter(move |p| p.name != own)
}
