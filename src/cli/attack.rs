//! `reviewer …`: the attack laboratory on synthetic people or a file, and the attestation of its result.

use std::path::PathBuf;
use std::time::Instant;

use super::Context;
use super::output::{Report, count};
use crate::agreement::{AgreementBody, AgreementError, Attestation, EncodingParams, NORMALISATION, Schema};
use crate::failure::{ARGUMENT, Failure};
use crate::lab::attack::{self, Attack, FIELDS, Finding, Mix, Scheme, Setting, Share, Success, Tokens, Verdict};
use crate::note::{self, Note};
use crate::office::acts::review;
use crate::office::files;
use crate::outcome::agency::Examined;
use crate::outcome::reviewer;
use crate::protocol::{Comparison, FieldKind};
use crate::records::{ColumnMap, Malformed, ReadOptions, Record, Screening};
use clap::{Args, ValueEnum};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TokenSet {
    /// The tokens of agencies, name and birth date
    Schema,
    /// Bigrams of two names and eight date digits: the set of published figures
    Bigrams,
    /// Bigrams of the first name alone
    FirstName,
    /// Bigrams of the last name alone
    LastName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MixArg {
    World,
    European,
}

/// What to attack, with what.
#[derive(Args, Debug)]
pub(crate) struct AttackArgs {
    /// Runs the calibration instead: settings whose outcome is known (docs/attacks.md); takes minutes
    #[arg(long, conflicts_with_all = ["agreement", "only", "tokens", "length", "insertions", "diffusion", "register", "victims", "overlap", "known", "errors", "people", "mix"])]
    calibrate: bool,
    /// Attacks the scheme of the agreement in --exchange
    #[arg(long, conflicts_with_all = ["tokens", "length", "insertions", "diffusion"])]
    agreement: bool,
    /// Which attacks, by number (a4,a5); default: all that the setting allows, but for A3b (node embedding), which takes minutes
    /// and at most 5000 people on either side
    #[arg(long, value_delimiter = ',', value_parser = attack_name)]
    only: Vec<Attack>,
    /// What is hashed
    #[arg(long, value_enum, default_value = "schema")]
    tokens: TokenSet,
    /// Bits of an encoding
    #[arg(long, default_value_t = 1024)]
    length: u16,
    /// Positions of a token of unit weight; default: those of 45 % fill for the schema's tokens, 28 for others
    #[arg(long)]
    insertions: Option<u16>,
    /// Degree of diffusion; 1 is a plain CLK
    #[arg(long, default_value_t = 6)]
    diffusion: u16,
    /// People in the attacker's register
    #[arg(long, default_value_t = 4000)]
    register: usize,
    /// Encodings to identify
    #[arg(long, default_value_t = 1000)]
    victims: usize,
    /// Share of the victims who are in the register
    #[arg(long, default_value_t = 1.0)]
    overlap: f64,
    /// Encodings that the attacker knows to be of certain people
    #[arg(long, default_value_t = 100)]
    known: usize,
    /// Share of the victims' records with a typing error
    #[arg(long, default_value_t = 0.0)]
    errors: f64,
    /// People to draw from: CSV, NDJSON or Parquet with names and birth dates; default: synthetic ones
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Column map of --people; default: well-known column names
    #[arg(long, value_name = "S.toml", requires = "people")]
    columns: Option<PathBuf>,
    /// Naming systems of synthetic people
    #[arg(long, value_enum, default_value = "world", conflicts_with = "people")]
    mix: MixArg,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn attack_name(text: &str) -> Result<Attack, String> {
    let found = Attack::ALL.into_iter().find(|attack| format!("{attack:?}").eq_ignore_ascii_case(text));
    found.ok_or_else(|| format!("one of {}", Attack::ALL.map(|attack| format!("{attack:?}")).join(", ")))
}

/// Runs `reviewer attack`.
pub(crate) fn run(args: &AttackArgs, context: &Context) -> Result<Report, Failure> {
    if args.calibrate {
        return Ok(calibrate_verb(args.seed));
    }
    if !(0.0..=1.0).contains(&args.overlap) || !(0.0..=1.0).contains(&args.errors) {
        return Err(Failure::new(ARGUMENT, "overlap and errors are shares from 0 to 1"));
    }
    let scheme = if args.agreement { agreed(context.desk.exchange()?.draft()?.body())? } else { scheme(args)? };
    let setting = Setting {
        register: args.register,
        victims: args.victims,
        overlap: args.overlap,
        known: args.known,
        errors: args.errors,
        seed: args.seed,
    };
    let people = people(args, context)?;
    let usual = || Attack::ALL.into_iter().filter(|attack| !attack.on_request()).collect();
    let wanted: Vec<Attack> = if args.only.is_empty() { usual() } else { args.only.clone() };
    let (mut rows, mut text) = (Vec::new(), header(&scheme, &setting));
    let visible = attack::visible_degree(&scheme, &people, setting.register, setting.seed);
    if let Some(visible) = visible {
        text += &format!("visible degree among {} records: {visible:.2}\n", count(setting.register as u64));
    }
    for attack in wanted {
        let start = Instant::now();
        match attack::examine(attack, &scheme, &people, &setting) {
            Ok(finding) => {
                let seconds = start.elapsed().as_secs_f64();
                text += &line(&finding, seconds);
                rows.push(Examined::found(finding, Some(seconds)));
            }
            Err(error) if args.only.is_empty() => {
                text += &format!("{attack:?}  {}: no number: {error}\n", attack.title());
                rows.push(Examined::no_number(attack, error.to_string()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Report::of(reviewer::Attack { scheme: scheme.params, setting, visible_degree: visible, attacks: rows })
        .data(text))
}

fn header(scheme: &Scheme, setting: &Setting) -> String {
    let p = scheme.params;
    format!(
        "{} bits, {} insertions, diffusion {}; register {}, victims {}, overlap {}, known pairs {}, errors {}, seed {}\n",
        p.length,
        p.insertions,
        p.diffusion,
        count(setting.register as u64),
        count(setting.victims as u64),
        setting.overlap,
        count(setting.known as u64),
        setting.errors,
        setting.seed
    )
}

fn share(share: Share) -> String {
    let (low, high) = share.interval();
    format!("{:.4} [{low:.4}, {high:.4}]", share.value())
}

fn line(finding: &Finding, seconds: f64) -> String {
    let Finding { attack, success, plain, shuffled, verdict, .. } = finding;
    let verdict = match verdict {
        Verdict::Stands => "stands: controls passed",
        Verdict::ControlHolds => "says nothing: the attack does not break its positive control here",
        Verdict::ControlLeaks => "void: the attack finds people under wrong labels",
    };
    let short = |success: &Success| format!("{:.4}", success.top1.value());
    format!(
        "{attack:?}  {}\n    first {}  among ten {}  chance {:.6}\n    {} {}  shuffled {}  {seconds:.1} s\n    {verdict}\n",
        attack.title(),
        share(success.top1),
        share(success.top10),
        success.chance,
        attack.control(),
        short(plain),
        short(shuffled),
    )
}

fn scheme(args: &AttackArgs) -> Result<Scheme, Failure> {
    let tokens = match args.tokens {
        TokenSet::Schema => Tokens::Schema(FIELDS.to_vec()),
        TokenSet::Bigrams => Tokens::Bigrams,
        TokenSet::FirstName => Tokens::FirstName,
        TokenSet::LastName => Tokens::LastName,
    };
    let usual = match args.tokens {
        TokenSet::Schema => Schema::typical_insertions(&FIELDS, args.length),
        _ => 28,
    };
    let insertions = args.insertions.unwrap_or(usual);
    let params = EncodingParams { length: args.length, insertions, diffusion: args.diffusion, min_tokens: 1 };
    params.check().map_err(|problem| Failure::new(ARGUMENT, problem))?;
    Ok(Scheme { tokens, params })
}

/// The agreement's scheme, if the laboratory has people with its fields.
fn agreed(body: &AgreementBody) -> Result<Scheme, Failure> {
    let fuzzy: Vec<FieldKind> =
        body.schema.fields.iter().copied().filter(|field| field.comparison() == Comparison::Fuzzy).collect();
    if fuzzy != FIELDS {
        let message = "the laboratory has people with name and birth date, and the agreement compares other fields";
        return Err(Failure::new(attack::NO_NUMBER, message).next("attack such schemas with --people and flags"));
    }
    Ok(Scheme { tokens: Tokens::Schema(fuzzy), params: body.schema.encoding })
}

fn calibrate_verb(seed: u64) -> Report {
    let rows = attack::calibrate::rows(seed);
    let most = rows.iter().map(|row| row.setting.register + row.setting.known + row.setting.victims).max();
    let mut text = String::from(
        "| attack | k, t | register, victims, overlap, known | first | among ten | control | shuffled | must be | seconds |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let (mut out, mut missed) = (Vec::new(), 0);
    let people = attack::synthetic(most.unwrap_or(0) * 11 / 10, attack::calibrate::MIX, seed);
    let Ok(people) = people else { unreachable!("the generator's own options are fit") };
    for row in rows {
        let start = Instant::now();
        let s = row.setting;
        let Ok(found) = attack::examine(row.attack, &row.scheme, &people, &s) else {
            unreachable!("the calibration's own settings are fit")
        };
        let seconds = start.elapsed().as_secs_f64();
        let value = found.success.top1.value();
        let holds = row.expected.is_none_or(|(low, high)| (low..=high).contains(&value))
            && found.verdict != Verdict::ControlLeaks;
        missed += usize::from(!holds);
        let must = row
            .expected
            .map_or("–".to_owned(), |(low, high)| format!("{low}–{high}{}", if holds { "" } else { " MISSED" }));
        text += &format!(
            "| {:?} {} | {}, {} | {}, {}, {}, {} | {} | {:.4} | {:.4} | {:.4} | {must} | {seconds:.1} |\n",
            row.attack,
            row.attack.title(),
            row.scheme.params.insertions,
            row.scheme.params.diffusion,
            s.register,
            s.victims,
            s.overlap,
            s.known,
            share(found.success.top1),
            found.success.top10.value(),
            found.plain.top1.value(),
            found.shuffled.top1.value(),
        );
        let (scheme, expected) = (row.scheme.params, row.expected);
        out.push(reviewer::Calibrated { finding: found, scheme, expected, seconds });
    }
    Report::of(reviewer::Calibration { seed, missed, rows: out })
        .data(text)
        .say(format!("{missed} rows outside their range"))
}

/// What to attest.
#[derive(Args, Debug)]
pub(crate) struct AttestArgs {
    /// Records that the operator will hold, of all agencies together
    #[arg(long)]
    records: usize,
    /// No attack may find more, in thousandths; default: the agreement's `max.attack_permille`
    #[arg(long)]
    limit_permille: Option<u32>,
    /// Encodings that the attacker knows to be of certain people
    #[arg(long, default_value_t = 100)]
    known: usize,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Most nodes of a graph that this command attacks; a larger one is said to have been attacked in part.
const GRAPH: usize = 5000;

/// Runs `reviewer attest`.
pub(crate) fn attest(args: &AttestArgs, context: &Context) -> Result<Report, Failure> {
    let wanted = (args.records as u64, args.limit_permille);
    let (limit, attested) = review::attest(&context.desk, wanted, |agreement| measure(args, agreement.body()))?;
    let words = format!("no attack finds more than {limit} in 1000 of {} records: {}", count(wanted.0), attested.path);
    Ok(Report::of(attested)
        .say(words)
        .next("operator: symbolon operator log; at least two other parties: symbolon log cosign"))
}

/// Runs the attacks that an attestation speaks of, on lists of the size that was asked for.
fn measure(args: &AttestArgs, body: &AgreementBody) -> Result<Vec<Finding>, Failure> {
    let scheme = agreed(body)?;
    let setting = |register: usize, victims: usize, known| Setting {
        register,
        victims,
        overlap: 1.0,
        known,
        errors: 0.0,
        seed: args.seed,
    };
    let nodes = args.records.min(GRAPH);
    let pairs = setting(args.records, args.records.min(1000), args.known);
    // A network learns nothing from few pairs: it gets enough to break its control, which is more than the attacker has.
    let many = setting(args.records, args.records.min(1000), args.known.max(1000));
    let cases = [(Attack::A3, setting(nodes, nodes, 0)), (Attack::A4, pairs), (Attack::A5, pairs), (Attack::A5n, many)];
    let people = attack::synthetic((args.records + args.known.max(1000)) * 11 / 10 + 100, Mix::World, args.seed)
        .map_err(|e| Failure::new(ARGUMENT, e))?;
    let mut findings = Vec::new();
    for (attack, setting) in cases {
        findings.push(attack::examine(attack, &scheme, &people, &setting)?);
    }
    Ok(findings)
}

/// What to check.
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The attestation
    file: PathBuf,
    /// Records that the operator holds, of all agencies together
    #[arg(long)]
    records: u64,
}

/// Runs `reviewer check-attestation`.
pub(crate) fn check_attestation(args: &CheckArgs, context: &Context) -> Result<Report, Failure> {
    let agreement = context.desk.exchange()?.signed()?;
    let note = Note::parse(&files::read_given(&args.file, note::MAX_BYTES as u64)?)
        .map_err(|e| Failure::from(e).at(&args.file))?;
    let read = Attestation::read(&note, &agreement, Some(crate::encoding::digest())).and_then(|found| {
        let covers = found.covers(args.records);
        if covers { Ok(found) } else { Err(AgreementError::AttestationVoid { what: "number of records" }) }
    });
    let found = read.map_err(|e| Failure::from(e).at(&args.file))?;
    let words = format!(
        "holds: at most {} in 1000 of {} records, by {} attacks",
        found.limit_permille,
        count(found.records),
        found.attack.len()
    );
    Ok(Report::of(reviewer::CheckAttestation { attestation: found }).say(words))
}

fn people(args: &AttackArgs, context: &Context) -> Result<Vec<Record>, Failure> {
    let Some(path) = &args.people else {
        let mix = if args.mix == MixArg::World { Mix::World } else { Mix::European };
        // Some records have too few tokens, and victims outside the register are further people.
        let wanted = args.register + args.known + args.victims;
        return attack::synthetic(wanted + wanted / 10, mix, args.seed).map_err(|e| Failure::new(ARGUMENT, e));
    };
    let schema = Schema {
        normalisation: NORMALISATION.to_owned(),
        fields: FIELDS.to_vec(),
        encoding: EncodingParams { length: args.length, insertions: 1, diffusion: 2, min_tokens: 1 },
    };
    let mut map = match &args.columns {
        Some(path) => {
            let text = files::read_text_given(path, 1 << 20)?;
            ColumnMap::parse(&text).map_err(|e| Failure::from(e).at(path))?
        }
        None => ColumnMap::default(),
    };
    let raw = crate::office::source::read(path, ReadOptions::default(), &mut map, &schema)?;
    let screening = Screening {
        roles: Vec::new(),
        natural_persons: false,
        subjects: Default::default(),
        quarantine_limit_permille: 1000,
        min_records: 1,
        malformed: Malformed::Missing,
        seed: [0; 32],
    };
    let (screened, _) = raw.screen(&schema, &screening, context.desk.today()).map_err(|e| Failure::from(e).at(path))?;
    Ok(screened.records().iter().map(|record| Record { values: record.values.clone() }).collect())
}
