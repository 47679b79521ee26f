//! `demo`: plays all parties through the same code as their commands, each in its own home, on synthetic people.
//!
//! Everything that is drawn comes from the seed and the clock stands still, at the time when the demo begins, so that its world can be
//! played further. With `--at` a seed gives the same keys, encodings and leads each time and on any number of threads. (Sealed files
//! still differ: age draws a fresh key for each.)

mod refused;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Args;
use jiff::Timestamp;
use serde_json::Value;

use super::agency::{self, AgencyVerb, InputArgs};
use super::agreement::{self, AgreementVerb, Draft, Keygen};
use super::guardian::{self, GuardianVerb};
use super::log::{self, LogVerb};
use super::operator::{self, OperatorVerb};
use super::output::{Report, count};
use super::steward::{self, StewardVerb};
use super::{Context, RunArg, lab};
use crate::agreement::{PartyRole, ReviewerKind, RunNumber};
use crate::failure::{EXISTS, Failure, INTERRUPTED, NOT_THERE, PANIC};
use crate::office::acts::{consent, open};
use crate::office::bands::interrupts;
use crate::office::desk::Desk;
use crate::office::exchange::Exchange;
use crate::office::files::{self, Access};
use crate::outcome::demo as outcome;
use crate::protocol::SourceKind;
use crate::text::quoted;
use refused::Refused;

/// Plays all parties on synthetic people.
#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Where everything is left for looking at; must not be there yet
    #[arg(default_value = "lab")]
    pub(crate) dir: PathBuf,
    /// Seed of population and keys
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Records of each agency
    #[arg(long, default_value_t = 2000)]
    pub(crate) people: usize,
    /// Agencies
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(2..=6))]
    pub(crate) agencies: u8,
    /// Bits of an encoding: longer ones tell more people apart, as large lists need
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u16).range(512..=4096))]
    pub(crate) length: u16,
    /// Plays on these files instead: a directory that `synth` made
    #[arg(long, value_name = "DIR", conflicts_with_all = ["people", "agencies"])]
    pub(crate) data: Option<PathBuf>,
    /// The moment at which it plays; default: now. With a fixed one, everything but what age seals comes out again
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
}

struct Play<'a> {
    root: &'a Path,
    context: Context,
    steps: Vec<(String, f64, Value)>,
    interrupted: Arc<AtomicBool>,
}

impl Play<'_> {
    fn as_party(&self, name: &str) -> Context {
        let mut context = self.context.clone();
        context.desk.home = Some(self.root.join("homes").join(name));
        context
    }

    fn act(
        &mut self,
        what: String,
        act: impl FnOnce(&Context) -> Result<Report, Failure>,
        who: &str,
    ) -> Result<Value, Failure> {
        let context = self.as_party(who);
        let start = Instant::now();
        let acted = act(&context);
        self.go_on()?;
        let json = acted?.json;
        self.steps.push((what, start.elapsed().as_secs_f64(), json.clone()));
        Ok(json)
    }

    /// Ends the demo once Ctrl-C was pressed.
    fn go_on(&self) -> Result<(), Failure> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(Failure::new(INTERRUPTED, "interrupted: the demo's directory was removed"));
        }
        Ok(())
    }
}

/// Runs `demo`; one that fails or is interrupted leaves nothing.
pub(crate) fn run(args: &Demo, context: &Context) -> Result<Report, Failure> {
    let root = args.dir.as_path();
    if root.symlink_metadata().is_ok() {
        let failure = Failure::new(EXISTS, "the demo's directory is there already").at(root);
        return Err(failure.next("choose another DIR, or remove this one"));
    }
    let interrupted = interrupts();
    files::whole_directory(root, || play(args, context, root, interrupted))
}

fn play(args: &Demo, context: &Context, root: &Path, interrupted: Arc<AtomicBool>) -> Result<Report, Failure> {
    let start = Instant::now();
    let data = match &args.data {
        Some(data) => data.clone(),
        None => {
            let shared = (args.people / 10).clamp(1, 80);
            let synth = lab::Synth::for_demo(root.join("data"), args.seed, args.people, shared, args.agencies);
            lab::synth(&synth)?;
            root.join("data")
        }
    };
    let agencies = agencies(&data)?;
    let now = args.at.unwrap_or(context.desk.now);
    // Whole seconds, as cosignatures have them.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let exchange = root.join("exchange");
    files::make_dir(&exchange, Access::Public)?;
    let mut style = context.style;
    style.quiet |= style.json;
    let desk = Desk { home: None, exchange: Some(Exchange::at(&exchange)), now, seed: Some(args.seed) };
    let context = Context { desk, style };
    let mut play = Play { root, context, steps: Vec::new(), interrupted };
    play.go_on()?;
    let run = RunArg { run: run_one() };

    let parties = cast(&agencies);
    for (name, keygen) in &parties {
        play.act(format!("keygen {name}"), |c| agreement::keygen(keygen, c), name)?;
    }
    let draft = AgreementVerb::Draft(draft(args.length));
    let drafted = play.act("agreement draft".into(), |c| agreement::run(&draft, c), &agencies[0])?;
    let read = drafted.pointer("/digest").and_then(Value::as_str).map(str::to_owned);
    let sign = AgreementVerb::Sign(agreement::Sign { read, merge: None });
    for (name, _) in &parties {
        play.act(format!("agreement sign {name}"), |c| agreement::run(&sign, c), name)?;
    }
    for name in &agencies {
        play.act(format!("agency join {name}"), |c| agency::run(&AgencyVerb::Join, c), name)?;
    }
    for name in STEWARDS {
        play.act(format!("steward grant {name}"), |c| steward::run(&StewardVerb::Grant(run), c), name)?;
    }
    logged(&mut play)?;
    for name in &agencies {
        let input = input(&data.join(name))?;
        let verb = AgencyVerb::Encode { input, run };
        play.act(format!("agency encode {name}"), |c| agency::run(&verb, c), name)?;
    }
    logged(&mut play)?;
    for name in STEWARDS {
        let verb = StewardVerb::Permit { run, hours: None };
        play.act(format!("steward permit {name}"), |c| steward::run(&verb, c), name)?;
    }
    logged(&mut play)?;
    for name in &agencies {
        play.act(format!("agency send {name}"), |c| agency::run(&AgencyVerb::Send(run), c), name)?;
    }
    play.act("operator link".into(), |c| operator::run(&OperatorVerb::Link(run.into()), c), OPERATOR)?;
    let protected = protect(root, &agencies, &data)?;
    let verb = GuardianVerb::Screen { register: register(root, &data.join(&agencies[0]))?, run };
    play.act("guardian screen".into(), |c| guardian::run(&verb, c), GUARDIAN)?;
    logged(&mut play)?;
    release(&mut play, &agencies, run)?;
    let quality = quality(&mut play, &agencies, &data, run, &protected)?;
    let refused = refused::play(&mut play, &agencies, run)?;
    report(args, &play, &agencies, &data, &quality, &refused, start.elapsed().as_secs_f64())
}

const OPERATOR: &str = "linkage-unit";
const GUARDIAN: &str = "guardian";
const REVIEWER: &str = "data-authority";
const STEWARDS: [&str; 2] = ["steward-court", "steward-ombud"];
/// Any two parties but the operator could; in the demo the reviewers do.
const WITNESSES: [&str; 2] = ["data-authority", "rights-council"];

/// The operator logs what is new, and two others verify and cosign it.
fn logged(play: &mut Play<'_>) -> Result<(), Failure> {
    play.act("operator log".into(), |c| operator::run(&OperatorVerb::Log, c), OPERATOR)?;
    witnessed(play)
}

fn witnessed(play: &mut Play<'_>) -> Result<(), Failure> {
    for name in WITNESSES {
        play.act(format!("log cosign {name}"), |c| log::run(&LogVerb::Cosign, c), name)?;
    }
    Ok(())
}

fn run_one() -> RunNumber {
    match RunNumber::new(1) {
        Some(run) => run,
        None => unreachable!("1 is positive"),
    }
}

/// Everybody who takes part, with the arguments of their `keygen`.
fn cast(agencies: &[String]) -> Vec<(String, Keygen)> {
    let party = |role, name: &str, organisation: &str, jurisdiction: &str| Keygen {
        role,
        name: name.to_owned(),
        organisation: organisation.to_owned(),
        jurisdiction: jurisdiction.to_owned(),
        source: None,
        onward: Vec::new(),
        legal_basis: Vec::new(),
        kind: None,
    };
    let mut cast: Vec<(String, Keygen)> = Vec::new();
    for (i, name) in agencies.iter().enumerate() {
        let jurisdiction = format!("X{}", (b'A' + i as u8) as char);
        let mut keygen = party(PartyRole::Agency, name, &format!("Agency {name}"), &jurisdiction);
        keygen.source = Some(match name.split('-').next() {
            Some("police") => SourceKind::CriminalInvestigation,
            Some("prosecutor") => SourceKind::Prosecution,
            _ => SourceKind::FinancialIntelligence,
        });
        keygen.legal_basis.extend("Invented Anti-Money-Laundering Act; section 30".parse().ok());
        let officer = party(PartyRole::Officer, &format!("officer-{name}"), &keygen.organisation, &jurisdiction);
        cast.push((name.clone(), keygen));
        cast.push((officer.name.clone(), officer));
    }
    let reviewer = |name: &str, organisation: &str, kind| Keygen {
        kind: Some(kind),
        ..party(PartyRole::Reviewer, name, organisation, "XY")
    };
    let others = [
        party(PartyRole::Operator, OPERATOR, "University linkage unit", "XX"),
        party(PartyRole::Steward, STEWARDS[0], "Court of appeal", "XA"),
        party(PartyRole::Steward, STEWARDS[1], "Ombudsperson", "XB"),
        party(PartyRole::Guardian, GUARDIAN, "Refugee protection authority", "XZ"),
        reviewer(REVIEWER, "Data protection authority", ReviewerKind::DataProtection),
        reviewer("rights-council", "Council for human rights", ReviewerKind::Protection),
    ];
    cast.extend(others.into_iter().map(|keygen| (keygen.name.clone(), keygen)));
    cast
}

fn draft(length: u16) -> Draft {
    Draft {
        amends: None,
        case_file: false,
        sign_offs: None,
        attestations: None,
        attack_limit: None,
        protocol: "fin-1".to_owned(),
        name: "demo-2026".to_owned(),
        begin: None,
        days: None,
        fields: Vec::new(),
        length,
        insertions: None,
        diffusion: None,
        leads: None,
        runs: None,
    }
}

/// Names of the agencies: the directories with a file of people in them.
fn agencies(data: &Path) -> Result<Vec<String>, Failure> {
    let found = files::directories(data)?;
    let names: Vec<String> = found.into_iter().filter(|name| people(&data.join(name)).is_ok()).collect();
    if names.len() < 2 {
        let failure =
            Failure::new(NOT_THERE, "fewer than two directories with people.csv, people.tsv or people.ndjson");
        return Err(failure.at(data).next("`symbolon synth DIR` makes such files"));
    }
    Ok(names)
}

fn people(directory: &Path) -> Result<PathBuf, Failure> {
    let candidates = ["people.csv", "people.tsv", "people.ndjson", "people.parquet"].map(|name| directory.join(name));
    let found = candidates.into_iter().find(|path| path.exists());
    found.ok_or_else(|| Failure::new(NOT_THERE, "no file of people").at(directory))
}

fn input(directory: &Path) -> Result<InputArgs, Failure> {
    let columns = Some(directory.join("people.columns.toml"));
    Ok(InputArgs {
        file: people(directory)?,
        columns,
        map: Vec::new(),
        encoding: None,
        delimiter: None,
        manifest: None,
    })
}

/// Writes the guardian's register: a few people that the first agency and others hold. Says who they are, by the first agency's ids.
fn protect(root: &Path, agencies: &[String], data: &Path) -> Result<HashSet<String>, Failure> {
    const PROTECTED: usize = 6;
    let pairs = truth(data)?;
    let first = agencies[0].as_str();
    let mut ids: Vec<&str> = pairs.iter().filter(|pair| pair[0] == first).map(|pair| pair[1].as_str()).collect();
    ids.dedup();
    let step = (ids.len() / PROTECTED).max(1);
    let chosen: HashSet<String> = ids.iter().step_by(step).take(PROTECTED).map(|id| (*id).to_owned()).collect();
    let source = people(&data.join(first))?;
    let text = files::read_text_given(&source, 1 << 30)?;
    let delimited = source.extension().is_some_and(|e| e == "csv" || e == "tsv");
    let named =
        |line: &str| line.split([',', ';', '\t']).next().is_some_and(|id| chosen.contains(id.trim_matches('"')));
    let lines = text.lines().enumerate().filter(|(at, line)| (*at == 0 && delimited) || named(line));
    let register: String = lines.flat_map(|(_, line)| [line, "\n"]).collect();
    if !delimited || register.lines().count() < 2 {
        let failure =
            Failure::new(NOT_THERE, "the demo makes its register from the first agency's CSV, and finds nobody");
        return Err(failure.at(&source));
    }
    files::make_dir(&root.join("register"), Access::Private)?;
    let name = source.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    files::write_passing(&root.join("register").join(name), register.as_bytes(), Access::Public)?;
    Ok(chosen)
}

fn register(root: &Path, directory: &Path) -> Result<InputArgs, Failure> {
    let mut input = input(directory)?;
    let name = input.file.file_name().map(|name| name.to_owned()).unwrap_or_default();
    input.file = root.join("register").join(name);
    Ok(input)
}

/// Leads of a pair that are released between two rounds of logging.
const ROUND: u32 = 100;

/// Officers of both agencies and the reviewer release round after round, until a slot of a round is empty.
fn release(play: &mut Play<'_>, agencies: &[String], run: RunArg) -> Result<(), Failure> {
    let start = Instant::now();
    let rest = |i: usize| agencies[i + 1..].iter();
    let mut pairs: Vec<[&String; 2]> =
        agencies.iter().enumerate().flat_map(|(i, first)| rest(i).map(move |second| [first, second])).collect();
    let slots = {
        let desk = play.as_party(OPERATOR).desk;
        desk.exchange()?.signed()?.body().terms.max.leads
    };
    let mut from = 1;
    while !pairs.is_empty() && from <= slots {
        let last = slots.min(from + ROUND - 1);
        for [first, second] in &pairs {
            for who in [format!("officer-{first}"), format!("officer-{second}"), REVIEWER.to_owned()] {
                let reasons = |lead: u32| {
                    let why = format!(
                        "Played by the demo: {who} has read the case behind lead {lead} of {first} and {second}."
                    );
                    (lead, zeroize::Zeroizing::new(why))
                };
                let (desk, leads) = (play.as_party(&who).desk, (from..=last).map(reasons).collect::<Vec<_>>());
                consent::release(&desk, run.run, [first, second], &leads)?;
                play.go_on()?;
            }
        }
        logged(play)?;
        let mut more = Vec::new();
        for [first, second] in pairs {
            let over = open::is_filler(&play.as_party(first).desk, run.run, second, last)?;
            more.extend((!over).then_some([first, second]));
        }
        (pairs, from) = (more, last + 1);
    }
    play.steps.push(("officer release".to_owned(), start.elapsed().as_secs_f64(), Value::Null));
    Ok(())
}

/// True pairs: agency, id, agency, id, naming system; the first agency of a pair is the first by name.
fn truth(data: &Path) -> Result<Vec<[String; 5]>, Failure> {
    let path = data.join("truth.csv");
    let text = files::read_given(&path, 1 << 30)?;
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let mut pairs = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|_| Failure::new(crate::failure::NOT_A_FILE, "the truth file is damaged").at(&path))?;
        let cell = |i: usize| row.get(i).unwrap_or_default().to_owned();
        let order = if cell(0) < cell(2) { [0, 1, 2, 3, 4] } else { [2, 3, 0, 1, 4] };
        pairs.push(order.map(cell));
    }
    Ok(pairs)
}

/// What the leads are worth against the truth.
struct Quality {
    protected: usize,
    protected_leads: usize,
    truth: usize,
    linked: usize,
    correct: usize,
    strong: usize,
    by_system: BTreeMap<String, (usize, usize)>,
}

fn quality(
    play: &mut Play<'_>,
    agencies: &[String],
    data: &Path,
    run: RunArg,
    protected: &HashSet<String>,
) -> Result<Quality, Failure> {
    let mut by_lead: HashMap<(String, String, String), String> = HashMap::new();
    let mut strong = 0;
    for name in agencies {
        let output = play.root.join("homes").join(name).join("leads.csv");
        let verb = AgencyVerb::Leads { run, output: Some(output) };
        play.act(format!("agency leads {name}"), |c| agency::run(&verb, c), name)?;
        for own in open::own_leads(&play.as_party(name).desk, run.run)? {
            strong += usize::from(own.band == crate::release::Band::Strong);
            by_lead.insert((own.lead, name.clone(), own.partner), own.id);
        }
    }
    let mut found: HashSet<[&str; 4]> = HashSet::new();
    for ((lead, agency, partner), id) in &by_lead {
        if let Some(other) = by_lead.get(&(lead.clone(), partner.clone(), agency.clone())).filter(|_| agency < partner)
        {
            found.insert([agency, id, partner, other]);
        }
    }
    let mut quality = Quality {
        protected: protected.len(),
        protected_leads: found.iter().filter(|pair| pair[0] == agencies[0] && protected.contains(pair[1])).count(),
        truth: 0,
        linked: found.len(),
        correct: 0,
        strong: strong / 2,
        by_system: BTreeMap::new(),
    };
    for [first, id, second, other, naming] in &truth(data)? {
        let hit = found.contains(&[first.as_str(), id, second, other]);
        quality.truth += 1;
        quality.correct += usize::from(hit);
        let system = quality.by_system.entry(naming.clone()).or_default();
        system.0 += usize::from(hit);
        system.1 += 1;
    }
    Ok(quality)
}

fn report(
    args: &Demo,
    play: &Play<'_>,
    agencies: &[String],
    data: &Path,
    quality: &Quality,
    refused: &[Refused],
    seconds: f64,
) -> Result<Report, Failure> {
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let (precision, recall) = (share(quality.correct, quality.linked), share(quality.correct, quality.truth));
    let step = |name: &str| play.steps.iter().find(|(what, ..)| what == name);
    let time = |name: &str| step(name).map_or(0.0, |(_, seconds, _)| *seconds);
    let root = play.root.display();
    let mut text = format!("symbolon demo: {} parties, agreement `demo-2026` under fin-1, run 1\n\n", play.homes());
    for name in agencies {
        let json = step(&format!("agency encode {name}")).map(|(_, _, json)| json).unwrap_or(&Value::Null);
        let number = |pointer: &str| count(json.pointer(pointer).and_then(Value::as_u64).unwrap_or(0));
        let seconds = time(&format!("agency encode {name}"));
        text += &format!(
            "{name}\n  holds    {}\n           {} rows, {} accepted, {} withheld, {} quarantined\n",
            people(&data.join(name)).map(|p| p.display().to_string()).unwrap_or_default(),
            number("/screening/rows"),
            number("/screening/accepted"),
            number("/screening/withheld"),
            number("/screening/quarantined"),
        );
        text += &format!(
            "  sent     {} encodings a partner, in {seconds:.2} s with reading and sealing\n",
            number("/parcels/0/rows")
        );
        text += &format!("  learns   which own records have a lead: {root}/homes/{name}/leads.csv\n");
        text += "  not      anything about the other agencies' records, nor a score\n";
    }
    let link = step("operator link").map(|(_, _, json)| json.clone()).unwrap_or(Value::Null);
    let pairs = link.pointer("/pairs_compared").and_then(Value::as_u64).unwrap_or(0);
    let rate = link.pointer("/pairs_per_second").and_then(Value::as_f64).unwrap_or(0.0);
    text += &format!(
        "{OPERATOR}\n  holds    encodings and random handles, for this run only; no key, no name\n  did      {} pairs, every one compared, {:.2} G a second ({})\n",
        count(pairs),
        rate / 1e9,
        link.pointer("/kernel").and_then(Value::as_str).unwrap_or("-"),
    );
    text += "  learns   how many candidate pairs there are, and which encodings are alike\n  not      whose they are, nor which pairs became leads or were released\n";
    text += &format!(
        "{} and {}\n  hold     a key share each, for this run only\n  can      stop the run, each alone, or let it rest by doing nothing\n",
        STEWARDS[0], STEWARDS[1]
    );
    let candidates: u64 = link
        .pointer("/pairs")
        .and_then(Value::as_array)
        .map_or(0, |pairs| pairs.iter().filter_map(|pair| pair.pointer("/leads").and_then(Value::as_u64)).sum());
    let log = play.steps.iter().rev().find(|(what, ..)| what.starts_with("log cosign"));
    let entries = log.and_then(|(_, _, json)| json.pointer("/size")).and_then(Value::as_u64).unwrap_or(0);
    text += &format!(
        "{} and {}\n  did      verified and cosigned the log of {} entries that the operator keeps\n",
        WITNESSES[0],
        WITNESSES[1],
        count(entries)
    );
    text += &format!(
        "{GUARDIAN}\n  holds    the register of protected people, which never leaves: {root}/register\n  did      compared both sides of every candidate pair with it; dropped one record in {} by a\n           coin as well, so that a missing lead says nothing; issued the rest, sealed\n  result   {} protected people are in the lists; leads about them: {}\n",
        1000 / crate::release::COIN_PERMILLE,
        quality.protected,
        quality.protected_leads,
    );
    let minors: u64 = agencies
        .iter()
        .filter_map(|name| step(&format!("agency encode {name}")))
        .filter_map(|(_, _, json)| json.pointer("/screening/reasons").and_then(Value::as_array))
        .flatten()
        .filter(|reason| reason.pointer("/reason").and_then(Value::as_str).is_some_and(|r| r.contains("minor")))
        .filter_map(|reason| reason.pointer("/rows").and_then(Value::as_u64))
        .sum();
    text +=
        &format!("  and      {minors} people under 18, or possibly, were withheld by the agencies: never encoded\n");
    text += &format!(
        "officers and {REVIEWER}\n  hold     a share each of every lead; one share opens nothing\n  did      released the leads, each with own reasons, in lists that cover every slot, in {:.2} s\n",
        time("officer release")
    );
    text += &format!(
        "\nfound    {candidates} pairs, before the guardian\nleads    {} pairs, {} of them strong; {} of {} true pairs\nprecision {precision:.3}   recall {recall:.3}   (against the truth, which only a demo has)\n",
        quality.linked, quality.strong, quality.correct, quality.truth
    );
    for (system, (found, all)) in &quality.by_system {
        text += &format!("  {system:<14} {found:>4} of {all}\n");
    }
    text += &refused::text(refused, quality.protected, quality.protected_leads);
    text += &format!("\nall of it in {seconds:.1} s; everything is in {root}\n");
    for (stage, seconds) in play.stages() {
        text += &format!("  {seconds:>6.2} s  {stage}\n");
    }
    text += "\ntry next:\n";
    let (exchange, home) = (play.root.join("exchange"), |who: &str| quoted(&play.root.join("homes").join(who)));
    let exchange = quoted(&exchange);
    for command in [
        format!("symbolon agreement show --exchange {exchange}"),
        format!("symbolon status --home {} --exchange {exchange}", home(&agencies[0])),
        format!("symbolon agency leads --run 1 --home {} --exchange {exchange}", home(&agencies[0])),
        format!(
            "symbolon officer queue --run 1 --home {} --exchange {exchange}",
            home(&format!("officer-{}", agencies[0]))
        ),
        format!("symbolon log show --exchange {exchange}"),
        format!("symbolon steward grant --run 2 --home {} --exchange {exchange}", home(STEWARDS[0])),
        "symbolon explain acts".to_owned(),
    ] {
        text += &format!("  {command}\n");
    }
    let steps = play.steps.iter().map(|(step, seconds, _)| outcome::Step { step: step.clone(), seconds: *seconds });
    let found =
        |(system, (found, of)): (&String, &(usize, usize))| (system.clone(), outcome::Found { found: *found, of: *of });
    let link = serde_json::from_value(link).map_err(|_| Failure::new(PANIC, "the demo did not compare anything"))?;
    Ok(Report::of(outcome::Demo {
        dir: (&args.dir).into(),
        seed: args.seed,
        agencies: agencies.to_vec(),
        steps: steps.collect(),
        seconds,
        link,
        leads: quality.linked,
        strong: quality.strong,
        true_pairs: quality.truth,
        true_leads: quality.correct,
        precision,
        recall,
        by_system: quality.by_system.iter().map(found).collect(),
        candidates,
        protected: quality.protected,
        protected_leads: quality.protected_leads,
        minors_withheld: minors,
        refused: refused::attempts(refused, quality.protected, quality.protected_leads),
    })
    .data(text))
}

impl Play<'_> {
    /// Seconds by kind of step, the longest first.
    fn stages(&self) -> Vec<(String, f64)> {
        let mut stages: BTreeMap<String, f64> = BTreeMap::new();
        for (what, seconds, _) in &self.steps {
            let verb = what.split(' ').take(2).collect::<Vec<_>>().join(" ");
            let verb = if verb.starts_with("keygen") { "keygen".to_owned() } else { verb };
            *stages.entry(verb).or_default() += seconds;
        }
        let mut stages: Vec<(String, f64)> = stages.into_iter().collect();
        stages.sort_by(|a, b| b.1.total_cmp(&a.1));
        stages
    }

    fn homes(&self) -> usize {
        self.steps.iter().filter(|(what, ..)| what.starts_with("keygen")).count()
    }
}
