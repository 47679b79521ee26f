//! `guardian measure`: recall of suppression by naming system, and what it costs others.

use clap::Args;

use super::super::output::{Report, count};
use crate::agreement::recall::LEAST;
use crate::agreement::{EncodingParams, Schema};
use crate::failure::{ARGUMENT, Failure};
use crate::interval::wilson;
use crate::lab::suppression::{self, Found};
use crate::outcome::guardian::{self, Price, System};
use crate::protocol::FieldKind;
use crate::release::COIN_PERMILLE;

/// What is measured.
#[derive(Args, Debug)]
pub(crate) struct Measure {
    /// Identifiers that agencies and register hold
    #[arg(long, value_delimiter = ',', value_parser = field, default_value = "person-name,birth-date,document")]
    fields: Vec<FieldKind>,
    /// Bits of an encoding; default: 1024, or for `--table` every length that is measured
    #[arg(long)]
    length: Option<u16>,
    /// Degree of diffusion
    #[arg(long, default_value_t = 3)]
    diffusion: u16,
    /// Positions of a token of unit weight; default: what a draft proposes for these fields
    #[arg(long)]
    insertions: Option<u16>,
    /// People of each naming system, each written down by two agencies and in the register
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(30..=100_000))]
    people: u32,
    /// Seed of population and throw-away keys
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Encodes each record of the register as it is written, and not as others may have written it
    #[arg(long)]
    plain: bool,
    /// Measures every setting of the table that agreements are checked against, and prints the table
    #[arg(long, conflicts_with_all = ["fields", "diffusion", "insertions", "plain"])]
    table: bool,
}

fn field(text: &str) -> Result<FieldKind, String> {
    match FieldKind::parse(text) {
        Some(field @ (FieldKind::PersonName | FieldKind::BirthDate | FieldKind::Document)) => Ok(field),
        _ => Err("synthetic people have `person-name`, `birth-date` and `document`".to_owned()),
    }
}

/// Registers for which the price is told, in people.
const REGISTERS: [usize; 3] = [10, 100, 1000];

/// Unprotected people that are tried.
const TRIED: usize = 1000;

/// Runs `guardian measure`.
pub(crate) fn run(args: &Measure) -> Result<Report, Failure> {
    let failed = |problem: &dyn std::fmt::Display| Failure::new(ARGUMENT, problem);
    let people = args.people as usize;
    if args.table {
        let table = suppression::table(people, args.seed, args.length.as_slice()).map_err(|e| failed(&e))?;
        let (settings, text) = (table.settings.len(), table.text());
        return Ok(Report::of(guardian::Table { settings, table: text.clone() }).data(text));
    }
    let (length, diffusion) = (args.length.unwrap_or(1024), args.diffusion);
    let insertions = args.insertions.unwrap_or_else(|| Schema::typical_insertions(&args.fields, length));
    let encoding = EncodingParams { length, insertions, diffusion, min_tokens: 0 };
    let everybody = suppression::everybody(&args.fields, people, args.seed).map_err(|e| failed(&e))?;
    let found: Vec<Found> = everybody
        .iter()
        .map(|of| suppression::measure(of, encoding, !args.plain, args.seed))
        .collect::<Result<_, _>>()
        .map_err(Failure::from)?;
    let line = suppression::line(&args.fields, encoding, &found);
    let schema = suppression::schema(&args.fields, length, diffusion, insertions);
    let price = suppression::price(&schema, &REGISTERS, TRIED, args.seed).map_err(|e| failed(&e))?;
    let worst = line.worst().map(|(system, low)| (system.to_owned(), low)).unwrap_or_default();
    let mut text = "naming system  leads dropped recall  95 % interval   single records\n".to_owned();
    let share = |hits: u64, of: u64| hits as f64 / of.max(1) as f64;
    for Found { system, leads, dropped, records, covered } in &found {
        let (low, high) = wilson(*dropped, *leads);
        text += &format!(
            "{:<14} {leads:>5} {dropped:>7}  {:.3}  {low:.3} to {high:.3}  {:.3}\n",
            system.name(),
            share(*dropped, *leads),
            share(*covered, *records),
        );
    }
    let holds = worst.1 >= LEAST;
    text += &format!(
        "\nleast lower bound {:.3}, {} names; {LEAST} is needed: {}\n",
        worst.1,
        worst.0,
        if holds { "it holds" } else { "record-level output is refused" }
    );
    text += "\nprice: unprotected pairs that are dropped, either side counted\n";
    let mut prices = Vec::new();
    for (size, dropped, of) in price {
        let one = share(dropped, of);
        let alike = 1.0 - (1.0 - one) * (1.0 - one);
        let coin = 1.0 - COIN_PERMILLE as f64 / 1000.0;
        let all = 1.0 - (1.0 - alike) * coin * coin;
        text += &format!(
            "register of {:>5}: {:.1} % for their likeness, {:.1} % with the coin ({dropped} of {of} records)\n",
            count(size as u64),
            100.0 * alike,
            100.0 * all,
        );
        prices.push(Price { register: size, records: of, dropped, pairs: alike, with_coin: all });
    }
    let systems = found
        .iter()
        .map(|f| {
            let (low, high) = wilson(f.dropped, f.leads);
            System {
                system: f.system.name().to_owned(),
                leads: f.leads,
                dropped: f.dropped,
                recall: share(f.dropped, f.leads),
                low,
                high,
                records: f.records,
                covered: f.covered,
            }
        })
        .collect();
    Ok(Report::of(guardian::Measure {
        encoding,
        people: args.people,
        seed: args.seed,
        systems,
        worst: worst.0,
        worst_low: worst.1,
        holds,
        price: prices,
    })
    .data(text)
    .no_if(!holds))
}
