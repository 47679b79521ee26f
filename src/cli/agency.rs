//! `agency …`: arguments in, outcomes out in words.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::leads::{self, ReceiptArgs};
use super::output::{Report, count};
use super::{Context, RunArg, exposure};
use crate::agreement::RunNumber;
use crate::encoding::design::Statistics;
use crate::failure::Failure;
use crate::office::acts;
use crate::office::list::{self, Input};
use crate::office::memory::{self, Given};
use crate::outcome::agency as outcome;
use crate::records::ScreeningReport;

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

impl InputArgs {
    /// The file, and how it is to be read.
    pub(crate) fn input(&self) -> Input {
        let Self { file, columns, manifest, map, encoding, delimiter } = self.clone();
        Input { file, columns, manifest, map, encoding, delimiter }
    }
}

/// Runs an `agency` verb.
pub(crate) fn run(verb: &AgencyVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        AgencyVerb::Join => join(context),
        AgencyVerb::Check(input) => check(&input.input(), context),
        AgencyVerb::Encode { input, run } => encode(&input.input(), run.run, context),
        AgencyVerb::Send(run) => send(run.run, context),
        AgencyVerb::Leads { run, output } => leads::leads(run.run, output.as_deref(), context),
        AgencyVerb::Receipt(args) => leads::receipt(args, context),
        AgencyVerb::Withdraw { run, row } => leads::withdraw(run.run, *row, context),
        AgencyVerb::Acknowledge(run) => leads::acknowledge(run.run, context),
    }
}

fn join(context: &Context) -> Result<Report, Failure> {
    let outcome = acts::join::join(&context.desk)?;
    let words = match outcome.contributions.len() {
        0 => "every contribution of this agency is there already".to_owned(),
        made => format!("`{}` contributed keys for {made} partners", outcome.agency),
    };
    Ok(Report::of(outcome).say(words).next("stewards: symbolon steward grant"))
}

/// Words about how a list's encodings come out.
fn measure_words(encoding: &outcome::Encoding, accepted: u64) -> Vec<String> {
    let mut words = vec![
        format!(
            "tokens: {:.1} a record ({} to {}), {} records with too few; inner fill {:.1} %",
            encoding.tokens,
            encoding.tokens_min,
            encoding.tokens_max,
            encoding.too_few_tokens,
            100.0 * encoding.fill
        ),
        format!("visible degree {:.2} among {} records", encoding.visible_degree, count(encoding.population)),
    ];
    if (encoding.sample as u64) < accepted {
        words.push(format!("both were measured on a sample of {} records", count(encoding.sample as u64)));
    }
    if !(0.30..=0.50).contains(&encoding.fill) {
        words.push(format!("note: the fill is {:.0} %; diffusion protects best near 45 %", 100.0 * encoding.fill));
    }
    words
}

fn check(input: &Input, context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let draft = exchange.draft()?;
    let quarantine = context.desk.home_path()?.join("check.quarantine.csv");
    memory::note_given(&home, Given::List, input);
    let list = list::load(input, draft.body(), &home.party, &context.desk, &quarantine, &[])?;
    let report = &list.report;
    list::write_quarantine(report, &quarantine)?;
    let encoding = list::measure(&list, draft.body())?;
    // What the designer reads: histograms, rounded, nothing of any record.
    let statistics = Statistics::of(&[&list.sample], &draft.body().schema, list.report.accepted, 2_000_000, 0);
    let exposure = exposure::attack(&list.sample, &draft.body().schema, draft.body(), 1);
    if let Some(refusal) = exposure.refusal {
        return Err(refusal.at(&input.file));
    }
    let mut words = screening_words(report, &quarantine);
    words.extend(measure_words(&encoding, report.accepted));
    words.extend(exposure.words);
    let mut out = Report::of(outcome::Check {
        agency: home.party.name.clone(),
        screening: report.clone(),
        encoding,
        quarantine: (&quarantine).into(),
        token_statistics: statistics,
        exposure: exposure.examined,
    });
    out.words = words;
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

fn encode(input: &Input, run: RunNumber, context: &Context) -> Result<Report, Failure> {
    let acts::encode::Encoded { outcome, quarantine } = acts::encode::encode(&context.desk, input, run)?;
    if outcome.resumed {
        return Ok(Report::of(outcome)
            .say("an earlier encode was interrupted before it published; its commitments are published now")
            .next("stewards: symbolon steward permit"));
    }
    let mut words = Vec::new();
    if let (Some(screening), Some(encoding)) = (&outcome.screening, &outcome.encoding) {
        words.extend(screening_words(screening, &quarantine));
        words.extend(measure_words(encoding, screening.accepted));
    }
    for parcel in outcome.parcels.iter().flatten() {
        words.push(format!(
            "for {}: {} encodings, {} left out, padded with {} dummies to {} rows",
            parcel.partner,
            count(parcel.records),
            parcel.left_out,
            count(parcel.rows - parcel.records),
            count(parcel.rows)
        ));
    }
    let mut out = Report::of(outcome);
    out.words = words;
    Ok(out
        .say("commitments published; the parcels stay here until every steward has permitted them")
        .next("operator: symbolon operator log; stewards: symbolon steward permit; then: symbolon agency send"))
}

fn send(run: RunNumber, context: &Context) -> Result<Report, Failure> {
    let (outcome, expires) = acts::send::send(&context.desk, run)?;
    let words = format!("{} parcels sent; the permits end at {expires}", outcome.sent.len());
    Ok(Report::of(outcome).say(words).next("operator: symbolon operator link"))
}
