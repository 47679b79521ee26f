//! `reviewer attack`: the attack laboratory on synthetic people or a file.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Context;
use super::failure::{ARGUMENT, Failure};
use super::files;
use super::output::{Report, count};
use crate::agreement::{EncodingParams, NORMALISATION, Schema};
use crate::lab::attack::{self, Attack, FIELDS, Finding, Mix, Scheme, Setting, Share, Success, Tokens, Verdict};
use crate::records::{ColumnMap, Malformed, ReadOptions, Record, Screening};

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
    /// Which attacks, by number (a4,a5); default: all that the setting allows
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
    if !(0.0..=1.0).contains(&args.overlap) || !(0.0..=1.0).contains(&args.errors) {
        return Err(Failure::new(ARGUMENT, "overlap and errors are shares from 0 to 1"));
    }
    let scheme = scheme(args)?;
    let setting = Setting {
        register: args.register,
        victims: args.victims,
        overlap: args.overlap,
        known: args.known,
        errors: args.errors,
        seed: args.seed,
    };
    let people = people(args, context)?;
    let wanted = if args.only.is_empty() { Attack::ALL.to_vec() } else { args.only.clone() };
    let (mut rows, mut text) = (Vec::new(), header(&scheme, &setting));
    for attack in wanted {
        let start = Instant::now();
        match attack::examine(attack, &scheme, &people, &setting) {
            Ok(finding) => {
                let seconds = start.elapsed().as_secs_f64();
                text += &line(&finding, seconds);
                rows.push(json!({ "finding": finding, "seconds": seconds }));
            }
            Err(error) if args.only.is_empty() => {
                text += &format!("{attack:?}  {}: no number: {error}\n", attack.title());
                rows.push(json!({ "attack": attack, "no_number": error.to_string() }));
            }
            Err(error) => return Err(Failure::new(ARGUMENT, error)),
        }
    }
    Ok(Report::new(json!({ "symbolon": "attack v1", "scheme": scheme.params, "setting": setting, "attacks": rows }))
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
        Verdict::ControlHolds => "says nothing: the attack does not break the plain CLK here",
        Verdict::ControlLeaks => "void: the attack finds people under wrong labels",
    };
    let short = |success: &Success| format!("{:.4}", success.top1.value());
    format!(
        "{attack:?}  {}\n    first {}  among ten {}  chance {:.6}\n    plain CLK {}  shuffled {}  {seconds:.1} s\n    {verdict}\n",
        attack.title(),
        share(success.top1),
        share(success.top10),
        success.chance,
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
            let text = files::read_text(path, 1 << 20)?;
            ColumnMap::parse(&text).map_err(|e| Failure::from(e).at(path))?
        }
        None => ColumnMap::default(),
    };
    let raw = super::records::read(path, ReadOptions::default(), &mut map, &schema)?;
    let screening = Screening {
        roles: Vec::new(),
        natural_persons: false,
        quarantine_limit_permille: 1000,
        min_records: 1,
        malformed: Malformed::Missing,
        seed: [0; 32],
    };
    let (screened, _) = raw.screen(&schema, &screening, context.today()).map_err(|e| Failure::from(e).at(path))?;
    Ok(screened.records().iter().map(|record| Record { values: record.values.clone() }).collect())
}
