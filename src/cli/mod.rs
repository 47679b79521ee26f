//! The command line: one file a role. The only room that opens files, reads the clock, draws entropy and prints.

mod acts;
#[cfg(feature = "agency")]
mod agency;
mod agreement;
#[cfg(feature = "lab")]
mod attack;
#[cfg(feature = "lab")]
mod bench;
#[cfg(feature = "lab")]
mod demo;
#[cfg(feature = "agency")]
mod design;
mod diff;
mod documents;
#[cfg(feature = "reviewer")]
mod dossier;
#[cfg(feature = "reviewer")]
mod dpia;
#[cfg(feature = "agency")]
mod exposure;
#[cfg(feature = "lab")]
mod fishing;
#[cfg(feature = "guardian")]
mod guardian;
mod inspect;
#[cfg(feature = "lab")]
mod lab;
#[cfg(feature = "agency")]
mod leads;
mod lint;
mod log;
#[cfg(any(feature = "agency", feature = "reviewer"))]
mod officer;
#[cfg(feature = "operator")]
mod operator;
mod output;
#[cfg(all(test, feature = "lab"))]
mod played;
#[cfg(feature = "operator")]
mod progress;
mod protocols;
mod purge;
#[cfg(feature = "reviewer")]
mod reviewer;
#[cfg(all(test, feature = "lab"))]
mod schemas;
#[cfg(feature = "reviewer")]
mod sign_off;
mod status;
#[cfg(feature = "steward")]
mod steward;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{CommandFactory, Parser, Subcommand};
use jiff::Timestamp;

use self::output::{Report, Style};
use crate::agreement::RunNumber;
use crate::code::{Code, Exit};
use crate::failure::{self, Failure, NOTHING_FOUND};
use crate::office::desk::Desk;
use crate::office::exchange::Exchange;
use crate::office::files;
use crate::outcome::program::{Explain, Explained, Text};

/// Privacy-preserving record linkage across borders: agencies encode, an operator links, leads come back, under one
/// signed agreement
#[derive(Parser, Debug)]
#[command(name = "symbolon", version, max_term_width = 100, subcommand_required = false)]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Home directory of the party that acts
    #[arg(long, global = true, env = "SYMBOLON_HOME", value_name = "DIR")]
    home: Option<PathBuf>,
    /// Directory through which the parties' files pass
    #[arg(long, global = true, env = "SYMBOLON_EXCHANGE", value_name = "DIR")]
    exchange: Option<PathBuf>,
    /// Machine-readable output on standard output
    #[arg(long, global = true)]
    json: bool,
    /// No words on standard error
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Threads to compute with; default: every core
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Plays all parties on synthetic people, each in its own home, and shows what each holds and learns
    #[cfg(feature = "lab")]
    Demo(demo::Demo),
    /// Makes a party: signing key, age identity, public card
    Keygen(agreement::Keygen),
    /// Drafts, reads and signs agreements
    #[command(subcommand)]
    Agreement(agreement::AgreementVerb),
    /// Agency: joins, checks and encodes records, sends parcels, reads leads
    #[cfg(feature = "agency")]
    #[command(subcommand)]
    Agency(agency::AgencyVerb),
    /// Steward: grants and permits runs
    #[cfg(feature = "steward")]
    #[command(subcommand)]
    Steward(steward::StewardVerb),
    /// Operator: links what was permitted
    #[cfg(feature = "operator")]
    #[command(subcommand)]
    Operator(operator::OperatorVerb),
    /// Reviewer: gathers what a decision needs, attacks encodings
    #[cfg(feature = "reviewer")]
    #[command(subcommand)]
    Reviewer(reviewer::ReviewerVerb),
    /// Guardian: screens candidate pairs with the register of protected people, and issues the leads
    #[cfg(feature = "guardian")]
    #[command(subcommand)]
    Guardian(guardian::GuardianVerb),
    /// Officer, or reviewer with a share: releases leads, each with own reasons
    #[cfg(any(feature = "agency", feature = "reviewer"))]
    #[command(subcommand)]
    Officer(officer::OfficerVerb),
    /// Destroys what this party holds of a run that is over, and attests it: operator, agency, steward, guardian
    Purge(RunArg),
    /// Reads, verifies, cosigns and watches the log of an agreement
    #[command(subcommand)]
    Log(log::LogVerb),
    /// Laboratory: makes synthetic populations with truth
    #[cfg(feature = "lab")]
    Synth(lab::Synth),
    /// Laboratory: measures linkage quality on labelled pairs, with a throw-away key
    #[cfg(feature = "lab")]
    Evaluate(lab::Evaluate),
    /// Laboratory: measures what encodings find, and what they give to who knows some pairs
    #[cfg(feature = "lab")]
    Frontier(lab::Frontier),
    /// Laboratory: measures what this machine can do
    #[cfg(feature = "lab")]
    #[command(subcommand)]
    Bench(bench::BenchVerb),
    /// Says what a file of ours is, without any secret
    Inspect {
        /// The file
        file: PathBuf,
    },
    /// Says whose turn it is: what is done, what this party can do now and by which command, for whom it waits, what runs out; the same as
    /// no command in a home
    Status,
    /// Explains a code, what each act must pass, or prints a document that a refusal names, offline
    Explain {
        /// SYM-nnnn, `acts`, or a document such as docs/formats/log.md; without it, every code
        code: Option<String>,
    },
    /// Prints shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual page
    Man,
}

/// What every command has at hand.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    desk: Desk,
    style: Style,
}

/// The number of a run on the command line.
#[derive(clap::Args, Debug, Clone, Copy)]
pub(crate) struct RunArg {
    /// Number of the run, counted from 1
    #[arg(long, default_value = "1", value_parser = run_number)]
    pub(crate) run: RunNumber,
}

fn run_number(text: &str) -> Result<RunNumber, String> {
    text.parse().ok().and_then(RunNumber::new).ok_or_else(|| "runs are counted from 1".to_owned())
}

/// Parses a word of a closed vocabulary; the error lists it.
fn word<T: for<'de> serde::Deserialize<'de>>(text: &str) -> Result<T, String> {
    use serde::de::IntoDeserializer;
    let deserializer: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|e| e.to_string())
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(Exit::Usage as u8) } else { ExitCode::SUCCESS };
        }
    };
    let style = Style { json: cli.json, quiet: cli.quiet };
    if let Some(threads) = cli.threads.filter(|&n| n > 0) {
        // Can only fail if a pool exists already, which at this point none does.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    let now = Timestamp::now();
    let desk = Desk { home: cli.home, exchange: cli.exchange.as_deref().map(Exchange::at), now, seed: None };
    let context = Context { desk, style };
    let act = || {
        let _settled = files::act();
        match &cli.verb {
            Some(verb) => run(verb, &context),
            None if context.desk.home.is_some() => status::run(&context),
            None => Ok(Report {
                exit: Some(Exit::Usage),
                ..generated(|out| {
                    let _ = Cli::command().write_long_help(out);
                })
            }),
        }
    };
    match guarded(act) {
        Ok(report) => match output::print(&report, style) {
            Ok(()) => report.exit.map_or(ExitCode::SUCCESS, |exit| ExitCode::from(exit as u8)),
            Err(error) => {
                let mut failure = Failure::new(failure::IO, format!("standard output cannot be written: {error}"));
                failure.written = Some("the command itself was carried out".to_owned());
                output::print_failure(&failure, Style { json: false, ..style });
                ExitCode::from(Exit::Bug as u8)
            }
        },
        Err(failure) => {
            output::print_failure(&failure, style);
            ExitCode::from(failure.code.exit as u8)
        }
    }
}

/// Turns a panic, which is a bug of ours or of a library, into a failure that names its place and nothing else: a panic's own
/// message could quote data.
fn guarded(run: impl FnOnce() -> Result<Report, Failure>) -> Result<Report, Failure> {
    static PLACE: Mutex<Option<String>> = Mutex::new(None);
    std::panic::set_hook(Box::new(|panic| {
        if let (Ok(mut place), Some(location)) = (PLACE.lock(), panic.location()) {
            *place = Some(format!("{}:{}", location.file(), location.line()));
        }
    }));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let place = PLACE.lock().ok().and_then(|place| place.clone()).unwrap_or_default();
        Err(Failure::new(failure::PANIC, format!("panic at {place}")))
    })
}

fn run(verb: &Verb, context: &Context) -> Result<Report, Failure> {
    match verb {
        #[cfg(feature = "lab")]
        Verb::Demo(args) => demo::run(args, context),
        Verb::Keygen(args) => agreement::keygen(args, context),
        Verb::Agreement(verb) => agreement::run(verb, context),
        #[cfg(feature = "agency")]
        Verb::Agency(verb) => agency::run(verb, context),
        #[cfg(feature = "steward")]
        Verb::Steward(verb) => steward::run(verb, context),
        #[cfg(feature = "operator")]
        Verb::Operator(verb) => operator::run(verb, context),
        #[cfg(feature = "reviewer")]
        Verb::Reviewer(verb) => reviewer::run(verb, context),
        #[cfg(feature = "guardian")]
        Verb::Guardian(verb) => guardian::run(verb, context),
        #[cfg(any(feature = "agency", feature = "reviewer"))]
        Verb::Officer(verb) => officer::run(verb, context),
        #[cfg(feature = "lab")]
        Verb::Synth(args) => lab::synth(args),
        #[cfg(feature = "lab")]
        Verb::Evaluate(args) => lab::evaluate(args, context),
        #[cfg(feature = "lab")]
        Verb::Frontier(args) => lab::frontier(args, context),
        #[cfg(feature = "lab")]
        Verb::Bench(verb) => bench::run(verb),
        Verb::Purge(run) => purge::purge(*run, context),
        Verb::Log(verb) => log::run(verb, context),
        Verb::Inspect { file } => inspect::run(file),
        Verb::Status => status::run(context),
        Verb::Explain { code } if code.as_deref() == Some("acts") => Ok(acts::explain()),
        Verb::Explain { code } => match code.as_deref().and_then(documents::find) {
            Some(document) => Ok(Report::of(Text {}).data(document.to_owned())),
            None => explain(code.as_deref()),
        },
        Verb::Completions { shell } => Ok(generated(|out| {
            clap_complete::generate(*shell, &mut Cli::command(), "symbolon", out);
        })),
        Verb::Man => {
            let page = clap_mangen::Man::new(Cli::command());
            Ok(generated(|out| {
                let _ = page.render(out);
            }))
        }
    }
}

fn generated(write: impl FnOnce(&mut Vec<u8>)) -> Report {
    let mut text = Vec::new();
    write(&mut text);
    Report::of(Text {}).data(String::from_utf8_lossy(&text).into_owned())
}

/// Every code of the program.
fn codes() -> Vec<Code> {
    let mut codes: Vec<Code> = failure::CODES.to_vec();
    codes.extend(crate::note::CODES);
    codes.extend(crate::log::CODES);
    codes.extend(crate::protocol::CODES);
    codes.extend(crate::agreement::CODES);
    codes.extend(crate::agreement::lint::codes());
    codes.extend(crate::parcel::CODES);
    codes.extend(crate::release::CODES);
    #[cfg(feature = "agency")]
    codes.extend(crate::records::CODES);
    #[cfg(feature = "agency")]
    codes.extend(crate::encoding::CODES);
    #[cfg(feature = "operator")]
    codes.extend(crate::linkage::CODES);
    #[cfg(feature = "agency")]
    codes.extend(crate::lab::attack::CODES);
    codes.sort_by_key(|code| code.id);
    codes
}

fn explain(wanted: Option<&str>) -> Result<Report, Failure> {
    let found: Vec<Code> =
        codes().into_iter().filter(|c| wanted.is_none_or(|w| c.id.eq_ignore_ascii_case(w))).collect();
    if found.is_empty() {
        let message = "there is no such code in this build";
        return Err(Failure::new(NOTHING_FOUND, message).next("`symbolon explain`, without a code, lists all"));
    }
    let text = found.iter().map(|c| format!("{} (exit {})\n  {}\n  next: {}\n", c.id, c.exit as u8, c.meaning, c.next));
    let explained = |code: &Code| Explained {
        code: code.id.to_owned(),
        exit: code.exit as u8,
        meaning: code.meaning.to_owned(),
        next: code.next.to_owned(),
    };
    Ok(Report::of(Explain { codes: found.iter().map(explained).collect() }).data(text.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_there_once() {
        let codes = codes();
        for pair in codes.windows(2) {
            assert_ne!(pair[0].id, pair[1].id);
        }
        assert!(codes.iter().all(|c| c.id.len() == 8 && c.id.starts_with("SYM-")));
    }

    #[test]
    fn every_code_is_explained_and_none_is_missing() {
        for code in codes() {
            let told = explain(Some(code.id)).expect("a known code").data.expect("text");
            assert!(told.contains(code.meaning) && told.contains(code.next), "{}", code.id);
            assert!(code.meaning.len() > 8 && !code.next.is_empty(), "{}", code.id);
        }
        let rules = crate::agreement::lint::codes().count();
        let known = codes().iter().filter(|code| code.meaning.starts_with("lint: ")).count();
        assert_eq!(known, rules, "every lint rule is explained");
        #[cfg(feature = "lab")]
        assert!(crate::lab::attack::CODES.iter().all(|code| codes().iter().any(|known| known.id == code.id)));
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_secret() {
        let help = format!("{}", Cli::command().render_long_help());
        for word in ["passphrase", "--secret", "--key "] {
            assert!(!help.contains(word), "{word}");
        }
    }
}
