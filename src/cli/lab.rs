//! `synth` and `evaluate`: the laboratory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Context;
use super::output::{Report, count};
use crate::agreement::{EncodingParams, NORMALISATION, Schema};
use crate::failure::{ARGUMENT, EXISTS, Failure, NOT_A_FILE};
use crate::lab::evaluate::{self as quality, Degree, EvaluateError, Evaluation, Options, Point};
use crate::lab::fairness::Grouping;
use crate::lab::frontier::plot::{self, Dot};
use crate::lab::frontier::{self as bench, Leaks, People, Setting, View};
use crate::lab::synth as population;
use crate::office::files::{self, Access, Existing};
use crate::outcome::laboratory;
use crate::protocol::FieldKind;
use crate::records::{ColumnMap, Malformed, ReadOptions, ScreenedRecords, Screening};

/// Makes synthetic populations with truth.
#[derive(Args, Debug)]
pub(crate) struct Synth {
    /// Where to write: a directory for each agency, and the truth; must not be there yet
    pub(crate) dir: PathBuf,
    /// Seed: the same seed and options give the same bytes
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Agencies
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(2..=6))]
    pub(crate) agencies: u8,
    /// Records of people of each agency
    #[arg(long, default_value_t = 2000)]
    pub(crate) people: usize,
    /// People that every agency knows
    #[arg(long, default_value_t = 80)]
    pub(crate) shared: usize,
    /// Records of companies, accounts and wallets of each agency
    #[arg(long, default_value_t = 0)]
    pub(crate) companies: usize,
    /// Companies, accounts and wallets that every agency knows
    #[arg(long, default_value_t = 0)]
    pub(crate) shared_companies: usize,
}

impl Synth {
    /// The population of a demo.
    pub(crate) fn for_demo(dir: PathBuf, seed: u64, people: usize, shared: usize, agencies: u8) -> Self {
        Self { dir, seed, agencies, people, shared, companies: 0, shared_companies: 0 }
    }
}

/// Runs `synth`.
pub(crate) fn synth(args: &Synth) -> Result<Report, Failure> {
    if args.dir.symlink_metadata().is_ok() {
        return Err(Failure::new(EXISTS, "the directory is there already").at(&args.dir));
    }
    let options = population::Options {
        seed: args.seed,
        agencies: args.agencies.into(),
        people: args.people,
        shared: args.shared,
        companies: args.companies,
        shared_companies: args.shared_companies,
        ..Default::default()
    };
    let made = population::generate(&options).map_err(|e| Failure::new(ARGUMENT, e))?;
    files::whole_directory(&args.dir, || write_population(args, &made))?;
    Ok(Report::of(laboratory::Synth {
        dir: (&args.dir).into(),
        seed: args.seed,
        agencies: made.agencies.iter().map(|agency| agency.name.clone()).collect(),
        people: args.people,
        true_pairs: made.truth.len(),
        true_company_pairs: made.company_truth.len(),
    })
    .say(format!(
        "{} agencies with {} synthetic people each, {} true pairs: {}",
        made.agencies.len(),
        count(args.people as u64),
        made.truth.len(),
        args.dir.display()
    ))
    .next(format!("symbolon demo lab --data {}", args.dir.display())))
}

fn write_population(args: &Synth, made: &population::Population) -> Result<(), Failure> {
    for agency in &made.agencies {
        let directory = args.dir.join(&agency.name);
        files::make_dir(&directory, Access::Public)?;
        let write = |name: &str, write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
            let (mut bytes, path) = (Vec::new(), directory.join(name));
            write(&mut bytes).map_err(|e| files::io_failure(e, &path))?;
            files::write(&path, &bytes, Access::Public, Existing::Refuse)
        };
        let people = match agency.style.dialect {
            population::Dialect::Ndjson => "people.ndjson",
            population::Dialect::Tabs => "people.tsv",
            population::Dialect::Csv | population::Dialect::Semicolons => "people.csv",
        };
        write(people, &|out| population::write_people(agency, out))?;
        files::write_text(&directory.join("people.columns.toml"), &population::columns_toml(agency))?;
        if !agency.companies.is_empty() {
            write("companies.csv", &|out| population::write_companies(agency, out))?;
            files::write_text(&directory.join("companies.columns.toml"), &population::company_columns_toml())?;
        }
    }
    let mut truth = Vec::new();
    population::write_truth(made, &mut truth).map_err(|e| files::io_failure(e, &args.dir))?;
    files::write(&args.dir.join("truth.csv"), &truth, Access::Public, Existing::Refuse)?;
    if !made.company_truth.is_empty() {
        let mut truth = Vec::new();
        population::write_company_truth(made, &mut truth).map_err(|e| files::io_failure(e, &args.dir))?;
        files::write(&args.dir.join("companies.truth.csv"), &truth, Access::Public, Existing::Refuse)?;
    }
    Ok(())
}

/// Measures linkage quality on labelled pairs.
#[derive(Args, Debug)]
pub(crate) struct Evaluate {
    #[command(flatten)]
    sides: Sides,
    /// Degree of diffusion: 1 is a plain CLK, `auto` what the designer chooses for these sizes
    #[arg(long, default_value = "auto", value_parser = degree)]
    diffusion: Degree,
    /// Columns of the truth by which recall and false links are given too, such as `system`, or `left_script,right_script`
    /// for their pairs; may be repeated
    #[arg(long, value_name = "COLUMN[,COLUMN]")]
    by: Vec<String>,
    /// Seed of the throw-away key
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Two lists and the truth about them.
#[derive(Args, Debug)]
struct Sides {
    /// Which columns are what, in TOML: a column map, `[encoding]` and `[right]` if wanted (docs/evaluate.md)
    #[arg(long, value_name = "S.toml")]
    schema: PathBuf,
    /// One list: CSV, NDJSON or Parquet
    #[arg(long)]
    left: PathBuf,
    /// The other
    #[arg(long)]
    right: PathBuf,
    /// True pairs: CSV whose first two columns are an id of each list
    #[arg(long)]
    truth: PathBuf,
}

/// Measures what encodings find, and what they give to who knows some pairs.
#[derive(Args, Debug)]
pub(crate) struct Frontier {
    #[command(flatten)]
    sides: Sides,
    /// Fills of the inner filter, in hundredths
    #[arg(long, value_delimiter = ',', default_value = "45")]
    fill: Vec<u8>,
    /// Degrees of diffusion
    #[arg(long, value_delimiter = ',', default_value = "6")]
    diffusion: Vec<u32>,
    /// Bits of a view: multiples of 64
    #[arg(long, value_delimiter = ',', default_value = "1024")]
    length: Vec<usize>,
    /// Views of a record: `whole`, `halves-2` (each token in one of two), `all-but-3` (each view lacks a third)
    #[arg(long, default_value = "whole", value_parser = views)]
    views: Views,
    /// Pairs that the attacker knows; 0: no attack
    #[arg(long, value_delimiter = ',', default_value = "50")]
    known: Vec<usize>,
    /// Records that the attacker looks for
    #[arg(long, default_value_t = 500)]
    victims: usize,
    /// Seed of positions, index sets and of who is known
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Draw F1 above the share found, for the first number of known pairs, into this new file
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

/// The views of a record.
#[derive(Clone, Debug)]
struct Views(Vec<View>);

fn views(text: &str) -> Result<Views, String> {
    let count = |number: &str| number.parse::<u64>().ok().filter(|n| (2..=9).contains(n));
    if text == "whole" {
        return Ok(Views(vec![View::Whole]));
    }
    if let Some(of) = text.strip_prefix("halves-").and_then(count) {
        return Ok(Views((0..of).map(|part| View::Part(part, of)).collect()));
    }
    match text.strip_prefix("all-but-").and_then(count) {
        Some(of) => Ok(Views((0..of).map(|part| View::AllBut(part, of)).collect())),
        None => Err("`whole`, `halves-N` or `all-but-N`, N from 2 to 9".to_owned()),
    }
}

/// Runs `frontier`.
pub(crate) fn frontier(args: &Frontier, context: &Context) -> Result<Report, Failure> {
    if args.length.iter().any(|length| length % 64 != 0 || !(64..=1 << 16).contains(length)) {
        return Err(Failure::new(ARGUMENT, "a length is a multiple of 64 up to 65536"));
    }
    if args.fill.iter().any(|fill| !(5..=60).contains(fill)) || args.diffusion.iter().any(|t| !(1..=16).contains(t)) {
        return Err(Failure::new(ARGUMENT, "a fill is from 5 to 60, a degree from 1 to 16"));
    }
    let Loaded { left, right, truth, schema, .. } = load(&args.sides, &[], context)?;
    let (people_a, rows_a) = People::of(left.records(), &schema);
    let (people_b, rows_b) = People::of(right.records(), &schema);
    let known_rows =
        |(a, b): &(u32, u32)| Some((rows_a.binary_search(a).ok()? as u32, rows_b.binary_search(b).ok()? as u32));
    let mut pairs: Vec<(u32, u32)> = truth.iter().filter_map(known_rows).collect();
    pairs.sort_unstable();
    let sizes = [people_a.len(), people_b.len()];
    if args.known.iter().any(|known| known + 2 > sizes[0] + sizes[1]) {
        return Err(Failure::new(ARGUMENT, "more known pairs than records"));
    }
    let settings = args.fill.iter().flat_map(|&fill| {
        let of_length = move |&length: &usize| args.diffusion.iter().map(move |&diffusion| (fill, length, diffusion));
        args.length.iter().flat_map(of_length)
    });
    let settings: Vec<Setting> = settings
        .map(|(fill, length, diffusion)| Setting {
            fill: f64::from(fill) / 100.0,
            diffusion,
            length,
            views: args.views.0.clone(),
        })
        .collect();
    let quality: Vec<f64> = settings
        .iter()
        .map(|setting| {
            let lists = bench::encode(&[&people_a, &people_b], setting, args.seed);
            bench::best_f1([&lists[0], &lists[1]], sizes, &pairs, truth.len())
        })
        .collect();
    let everybody = people_a.join(people_b);
    let (mut text, mut points) =
        ("fill\tdiffusion\tlength\tviews\tF1\tknown\ttrilateration\tkernel\tlinear\n".to_owned(), Vec::new());
    let mut dots = Vec::new();
    for (setting, f1) in settings.iter().zip(quality) {
        for &known in &args.known {
            let leaks = (known > 0).then(|| bench::known_pairs(&everybody, setting, known, args.victims, args.seed));
            let leak = |of: fn(&Leaks) -> Option<f64>| leaks.as_ref().and_then(of);
            let (trilateration, kernel) = (leak(|l| Some(l.trilateration)), leak(|l| Some(l.kernel)));
            let linear = leak(|l| l.linear);
            if args.known.first() == Some(&known) {
                let found = [trilateration, kernel, linear].into_iter().flatten().fold(0.0, f64::max);
                let Setting { fill, diffusion, length, .. } = *setting;
                dots.push(Dot { length, diffusion, fill, found, f1 });
            }
            let shown = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{share:.3}"));
            text += &format!(
                "{:.2}\t{}\t{}\t{}\t{f1:.4}\t{known}\t{}\t{}\t{}\n",
                setting.fill,
                setting.diffusion,
                setting.length,
                setting.views.len(),
                shown(trilateration),
                shown(kernel),
                shown(linear),
            );
            points.push(laboratory::Priced {
                fill: setting.fill,
                diffusion: setting.diffusion,
                length: setting.length,
                views: setting.views.len(),
                f1,
                known,
                trilateration,
                kernel,
                linear,
            });
        }
    }
    if let Some(path) = &args.plot {
        let title = format!("{} records, {} known pairs", everybody.len(), args.known.first().unwrap_or(&0));
        files::write(path, plot::svg(&title, &dots).as_bytes(), Access::Public, Existing::Refuse)?;
    }
    Ok(Report::of(laboratory::Frontier { seed: args.seed, records: everybody.len(), points }).data(text))
}

fn degree(text: &str) -> Result<Degree, String> {
    match text {
        "auto" => Ok(Degree::Auto),
        _ => match text.parse() {
            Ok(degree) if (1..=12).contains(&degree) => Ok(Degree::Fixed(degree)),
            _ => Err("`auto`, or a number from 1 to 12".to_owned()),
        },
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct EncodingTable {
    length: Option<u16>,
    fill: Option<f64>,
    min_tokens: Option<u16>,
}

/// The schema file of `evaluate`: a column map, and two tables beside it.
struct SchemaFile {
    left: ColumnMap,
    right: ColumnMap,
    encoding: EncodingTable,
}

impl SchemaFile {
    fn read(path: &Path) -> Result<Self, Failure> {
        let unfit = |problem: &dyn std::fmt::Display| Failure::new(ARGUMENT, problem).at(path);
        let text = files::read_text_given(path, 1 << 20)?;
        let mut table: toml::Table = toml::from_str(&text).map_err(|e| unfit(&e.message()))?;
        let encoding = match table.remove("encoding") {
            Some(value) => value.try_into().map_err(|e: toml::de::Error| unfit(&e.message()))?,
            None => EncodingTable::default(),
        };
        let right = table.remove("right");
        let map = |table: &toml::Table| ColumnMap::parse(&table.to_string()).map_err(|e| Failure::from(e).at(path));
        let left = map(&table)?;
        let right = match right {
            None => left.clone(),
            Some(toml::Value::Table(over)) => {
                let mut table = table;
                table.extend(over);
                map(&table)?
            }
            Some(_) => return Err(unfit(&"`right` is a table")),
        };
        Ok(Self { left, right, encoding })
    }
}

/// Runs `evaluate`.
pub(crate) fn evaluate(args: &Evaluate, context: &Context) -> Result<Report, Failure> {
    let Loaded { left, right, truth, schema, encoding, groupings } = load(&args.sides, &args.by, context)?;
    let options = Options { diffusion: args.diffusion, fill: encoding.fill, length: encoding.length, seed: args.seed };
    let evaluation = quality::evaluate_by(left.records(), right.records(), &truth, &groupings, &schema, options)
        .map_err(|e| match e {
            EvaluateError::Encoding(error) => Failure::from(error).at(&args.sides.schema),
            EvaluateError::Linkage(error) => Failure::from(error).at(&args.sides.schema),
        })?;
    Ok(print(evaluation, &left, &right, truth.len()))
}

/// Both lists, read.
struct Loaded {
    left: ScreenedRecords,
    right: ScreenedRecords,
    truth: Vec<(u32, u32)>,
    schema: Schema,
    encoding: EncodingTable,
    groupings: Vec<Grouping>,
}

fn load(sides: &Sides, by: &[String], context: &Context) -> Result<Loaded, Failure> {
    let file = SchemaFile::read(&sides.schema)?;
    let fields: Vec<FieldKind> = FieldKind::ALL.into_iter().filter(|&kind| file.left.maps(kind)).collect();
    let schema = Schema {
        normalisation: NORMALISATION.to_owned(),
        encoding: EncodingParams {
            length: file.encoding.length.unwrap_or(1024),
            insertions: 1,
            diffusion: 1,
            min_tokens: file.encoding.min_tokens.unwrap_or(1),
        },
        fields,
    };
    schema.encoding.check().map_err(|problem| Failure::new(ARGUMENT, problem).at(&sides.schema))?;
    let (left, right) =
        (side(&sides.left, file.left, &schema, context)?, side(&sides.right, file.right, &schema, context)?);
    let (truth, groupings) = truth(&sides.truth, by, &left, &right)?;
    Ok(Loaded { left, right, truth, schema, encoding: file.encoding, groupings })
}

fn side(path: &Path, mut map: ColumnMap, schema: &Schema, context: &Context) -> Result<ScreenedRecords, Failure> {
    let options = ReadOptions { format: None, delimiter: None, encoding: None };
    let raw = crate::office::source::read(path, options, &mut map, schema)?;
    let mut seed = [0; 32];
    context.desk.entropy("duplicates").fill(&mut seed);
    let screening = Screening {
        roles: Vec::new(),
        natural_persons: false,
        subjects: Default::default(),
        quarantine_limit_permille: 1000,
        min_records: 1,
        malformed: Malformed::Missing,
        seed,
    };
    Ok(raw.screen(schema, &screening, context.desk.today()).map_err(|e| Failure::from(e).at(path))?.0)
}

/// Pairs of records by their places in the two lists.
type Pairs = Vec<(u32, u32)>;

/// The true pairs in the order of their records, and their groups by columns of the truth.
fn truth(
    path: &Path,
    by: &[String],
    left: &ScreenedRecords,
    right: &ScreenedRecords,
) -> Result<(Pairs, Vec<Grouping>), Failure> {
    let index = |side: &ScreenedRecords| -> HashMap<String, u32> {
        (0..side.len()).map(|i| (side.id(i).to_owned(), i as u32)).collect()
    };
    let (left, right) = (index(left), index(right));
    let bytes = files::read_given(path, 1 << 30)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
    let (mut pairs, mut unknown, mut columns) = (Vec::new(), 0u32, Vec::new());
    for (at, row) in reader.records().enumerate() {
        let row = row.map_err(|_| Failure::new(NOT_A_FILE, "the truth is not CSV in UTF-8").at(path))?;
        let (Some(a), Some(b)) = (row.get(0), row.get(1)) else {
            return Err(Failure::new(NOT_A_FILE, format!("line {} has fewer than two columns", at + 1)).at(path));
        };
        let pair = match (left.get(a.trim()), right.get(b.trim())) {
            (Some(&a), Some(&b)) => Some((a, b)),
            _ if at == 0 => None, // a header
            // A pair whose record was set aside is a pair that the linkage misses.
            _ => {
                unknown += 1;
                Some((u32::MAX - unknown, u32::MAX))
            }
        };
        if at == 0 {
            let place = |name: &str| row.iter().position(|cell| pair.is_none() && cell.trim() == name);
            let places = |by: &String| by.split(',').map(|name| place(name.trim())).collect::<Option<Vec<_>>>();
            columns = by.iter().map(places).collect::<Option<Vec<_>>>().ok_or_else(|| {
                Failure::new(ARGUMENT, "a column of `--by` is not in the heading of the truth").at(path)
            })?;
        }
        let group = |places: &Vec<usize>| {
            places.iter().map(|&at| row.get(at).unwrap_or_default().trim()).collect::<Vec<_>>().join("-")
        };
        pairs.extend(pair.map(|pair| (pair, columns.iter().map(group).collect::<Vec<String>>())));
    }
    pairs.sort_unstable();
    pairs.dedup_by(|a, b| a.0 == b.0);
    if pairs.len() == unknown as usize {
        let message = format!("none of {unknown} pairs names an id of each list");
        return Err(Failure::new(NOT_A_FILE, message)
            .at(path)
            .next("the first column is an id of --left, the second of --right"));
    }
    let of = |at: usize| pairs.iter().map(|(_, groups)| groups[at].clone()).collect();
    let groupings = by.iter().enumerate().map(|(at, by)| Grouping { by: by.clone(), of: of(at) }).collect();
    Ok((pairs.into_iter().map(|(pair, _)| pair).collect(), groupings))
}

fn print(evaluation: Evaluation, left: &ScreenedRecords, right: &ScreenedRecords, truth: usize) -> Report {
    let line = |what: &str, p: &Point| {
        format!(
            "{what:<8} threshold {:>5}  precision {:.4}  recall {:.4}  F1 {:.4}   {} true, {} false, {} missed\n",
            p.threshold, p.precision, p.recall, p.f1, p.true_links, p.false_links, p.missed_links
        )
    };
    let e = &evaluation.encoding;
    let mut text = format!(
        "{} x {} records, {truth} true pairs\n{} bits, {} insertions, fill {:.3}, diffusion {}, {:.1} tokens a record, visible degree {:.2}, {} records with too few tokens\n",
        left.len(),
        right.len(),
        e.length,
        e.insertions,
        e.fill,
        e.diffusion,
        e.tokens,
        e.visible_degree,
        e.refused
    );
    text += &line("best", &evaluation.best);
    text += &line("chosen", &evaluation.chosen);
    for rate in &evaluation.groups {
        let share = |share: Option<f64>, (low, high): (f64, f64)| {
            share.map_or("-".to_owned(), |share| format!("{share:.3} ({low:.3} to {high:.3})"))
        };
        text += &format!(
            "{:<14} {:<26} {:>5} pairs  recall {:<24} {:>4} false links, share {}{}\n",
            rate.by,
            rate.group,
            rate.true_pairs,
            share(rate.recall, rate.recall_interval),
            rate.false_links,
            share(rate.false_share, rate.false_interval),
            if rate.behind { "  BEHIND" } else { "" }
        );
    }
    let Evaluation { encoding, best, chosen, groups, curve } = evaluation;
    let (left, right, true_pairs) = (left.len(), right.len(), truth);
    let outcome = laboratory::Evaluate { left, right, true_pairs, encoding, best, chosen, groups, curve };
    let mut report = Report::of(outcome).data(text);
    if encoding.diffusion == 1 {
        report =
            report.say("note: diffusion 1 is a plain CLK: for measuring only, it is broken by anyone with a register");
    }
    report
}
