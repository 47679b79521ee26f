//! `log …`: read, verify, cosign, watch. Only the operator appends, with `operator log`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use jiff::Timestamp;

use super::Context;
use super::output::{Report, count};
use crate::failure::Failure;
use crate::gate::logged::{Logged, Witness};
use crate::log::{Entry, LogError, leaf_hash, prove_inclusion, verify_inclusion};
use crate::note::NoteError;
use crate::office::acts;
use crate::office::home::Home;
use crate::office::ledger;
use crate::office::log_files::LogFiles;
use crate::outcome::log as outcome;
use crate::primitives::{self, Digest};

/// What can be done with a log.
#[derive(Subcommand, Debug)]
pub(crate) enum LogVerb {
    /// Lists every entry, and who has cosigned
    Show,
    /// Verifies the whole log: entries, tiles, signatures, and that it continues what was seen before
    Verify {
        /// The log's directory; default: the exchange's
        dir: Option<PathBuf>,
        /// Have this home take over what the log has of its party and the home does not know, once you know why it does not
        #[arg(long, conflicts_with = "dir")]
        take_over: bool,
    },
    /// Verifies the whole log as this party, and publishes a cosignature with the time
    Cosign,
    /// Verifies and cosigns again and again; stops at the first contradiction
    Watch {
        /// Seconds between two looks
        #[arg(long, default_value_t = 60, value_name = "SECONDS")]
        every: u64,
        /// Number of looks; default: until it is ended
        #[arg(long, value_name = "N")]
        times: Option<u64>,
        /// Look only: publish no cosignature
        #[arg(long)]
        silent: bool,
    },
    /// Gives the proof that an entry is in the log, to be verified without the log (C2SP tlog-proof)
    Prove {
        /// Number of the entry, as `log show` counts them
        index: u64,
    },
}

/// Runs a `log` verb.
pub(crate) fn run(verb: &LogVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        LogVerb::Show => show(context),
        LogVerb::Verify { dir, take_over } => verify(dir.as_deref(), *take_over, context),
        LogVerb::Cosign => cosign(context),
        LogVerb::Watch { every, times, silent } => watch(*every, *times, *silent, context),
        LogVerb::Prove { index } => prove(*index, context),
    }
}

/// The log, for whoever asks: a log is read after the agreement's term too.
fn read(dir: Option<&Path>, context: &Context, home: Option<&Home>) -> Result<Logged, Failure> {
    let exchange = context.desk.exchange()?;
    let draft = exchange.draft()?;
    if let Some(name) = draft.unsigned()?.first() {
        return Err(NoteError::Missing { name: (*name).to_owned() }.into());
    }
    let files = dir.map_or_else(|| exchange.log(), LogFiles::alone);
    ledger::read(&files, draft.body(), draft.note().digest(), home)
}

fn words(ledger: &Logged) -> Vec<String> {
    let state = ledger.view.checkpoint();
    let mut words = vec![format!("{} entries, root {}", count(state.size), primitives::base64(&state.root.0))];
    for witness in &ledger.witnesses {
        words.push(format!(
            "cosigned by {} at {}: the first {} entries",
            witness.name,
            witness.at,
            count(witness.size)
        ));
    }
    words.extend(ledger.remarks.iter().cloned());
    words
}

/// The state of a log as an outcome of this name, with what else the outcome says.
macro_rules! state {
    ($outcome:ident, $ledger:expr $(, $member:ident: $value:expr)*) => {{
        let ledger: &Logged = $ledger;
        let checkpoint = ledger.view.checkpoint();
        Report::of(outcome::$outcome {
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            root: checkpoint.root,
            cosigned: cosigned(ledger),
            remarks: ledger.remarks.clone(),
            $($member: $value,)*
        })
    }};
}

fn cosigned(ledger: &Logged) -> Vec<outcome::Cosigned> {
    let of = |seen: &Witness| outcome::Cosigned { name: seen.name.clone(), size: seen.size, at: seen.at };
    ledger.witnesses.iter().map(of).collect()
}

fn show(context: &Context) -> Result<Report, Failure> {
    let ledger = read(None, context, None)?;
    let mut text = String::new();
    for (index, Entry { kind, run, by, to, digest }) in ledger.view.entries().iter().enumerate() {
        text += &format!("{index:>6}  run {run}  {:<12} {by:<24} {to:<24} sha256:{digest}\n", kind.name());
    }
    let entries = ledger.view.entries().iter().map(ToString::to_string).collect();
    let mut report = state!(Show, &ledger, entries: entries).data(text);
    report.words = words(&ledger);
    Ok(report)
}

fn verify(dir: Option<&Path>, take_over: bool, context: &Context) -> Result<Report, Failure> {
    let home = context.desk.home.as_ref().map(|_| context.desk.home()).transpose()?;
    let ledger = read(dir, context, home.as_ref())?;
    let has_home = home.is_some();
    drop(home);
    let taken = if take_over { acts::log::take_over(&context.desk, &ledger)? } else { Vec::new() };
    let mut report = state!(Verify, &ledger);
    report.words = words(&ledger);
    for entry in &taken {
        report = report.say(format!(
            "this home did not know its own {} in run {}: taken over",
            entry.kind.name(),
            entry.run
        ));
    }
    let seen = if has_home { "it continues what this home saw before" } else { "no home was given to compare with" };
    Ok(report.say(format!("every entry, tile and signature holds; {seen}")))
}

fn cosign(context: &Context) -> Result<Report, Failure> {
    let acts::log::Seen { by, log, path } = acts::log::cosign(&context.desk, false)?;
    let mut report = state!(Cosign, &log);
    report.words = words(&log);
    let path = path.unwrap_or_default();
    Ok(report.say(format!("`{by}` verified the whole log and cosigned it: {}", path.display())))
}

fn watch(every: u64, times: Option<u64>, silent: bool, context: &Context) -> Result<Report, Failure> {
    let mut looks = 0;
    let mut desk = context.desk.clone();
    loop {
        let log = acts::log::cosign(&desk, silent)?.log;
        looks += 1;
        if times.is_some_and(|times| looks >= times) {
            let mut report = state!(Watch, &log);
            report.words = words(&log);
            return Ok(report.say(format!("looked {looks} times; the log only grew")));
        }
        if !context.style.quiet && !context.style.json {
            let size = log.view.checkpoint().size;
            // Whoever reads may have gone; the watch goes on.
            let _ = writeln!(std::io::stderr(), "{} {size} entries", desk.now);
        }
        std::thread::sleep(Duration::from_secs(every));
        #[expect(clippy::disallowed_methods, reason = "a watch lasts: the time of its beginning is no time to sign")]
        let now = Timestamp::now();
        desk.now = now;
    }
}

fn prove(index: u64, context: &Context) -> Result<Report, Failure> {
    let ledger = read(None, context, None)?;
    let checkpoint = ledger.view.checkpoint();
    let entry = usize::try_from(index).ok().and_then(|index| ledger.view.entries().get(index));
    let entry = entry.ok_or_else(|| Failure::from(LogError::Proof { what: "inclusion" }).at(&ledger.place))?;
    let path = prove_inclusion(&context.desk.exchange()?.log(), checkpoint, index)?;
    verify_inclusion(&leaf_hash(&entry.to_bytes()), index, checkpoint.size, &path, &checkpoint.root)?;
    let hashes: String = path.iter().map(|Digest(hash)| primitives::base64(hash) + "\n").collect();
    let signed = &ledger.joined;
    let extra = primitives::base64(&entry.to_bytes());
    let text = format!("c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n{hashes}\n{signed}");
    let outcome = outcome::Prove { index, entry: entry.to_string(), proof: text.clone() };
    Ok(Report::of(outcome).data(text).say(format!("{entry}")))
}
