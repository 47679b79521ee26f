//! `log …`: read, verify, cosign, watch. Only the operator appends, with `operator log`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;

use super::Context;
use super::output::{Report, count};
use crate::agreement::SignedAgreement;
use crate::failure::{ARGUMENT, Failure};
use crate::log::{Entry, LogError, leaf_hash, prove_inclusion, verify_inclusion};
use crate::note::NoteError;
use crate::office::home::Home;
use crate::office::ledger::{self, Directory, Ledger};
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
        LogVerb::Verify { dir } => verify(dir.as_deref(), context),
        LogVerb::Cosign => cosign(context),
        LogVerb::Watch { every, times, silent } => watch(*every, *times, *silent, context),
        LogVerb::Prove { index } => prove(*index, context),
    }
}

/// The log, for whoever asks: a log is read after the agreement's term too.
fn read(dir: Option<&Path>, context: &Context, home: Option<&Home>) -> Result<Ledger, Failure> {
    let exchange = context.desk.exchange()?;
    let draft = exchange.draft()?;
    if let Some(name) = draft.unsigned()?.first() {
        return Err(NoteError::Missing { name: (*name).to_owned() }.into());
    }
    let path = dir.map_or_else(|| exchange.log_path(), Path::to_owned);
    Ledger::read(&path, draft.body(), draft.note().digest(), home)
}

fn words(ledger: &Ledger) -> Vec<String> {
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

fn state(verb: &str, ledger: &Ledger) -> serde_json::Value {
    let state = ledger.view.checkpoint();
    let witnesses = ledger.witnesses.iter().map(|w| json!({ "name": w.name, "size": w.size, "at": w.at }));
    json!({
        "symbolon": format!("log {verb} v1"), "origin": state.origin, "size": state.size, "root": state.root,
        "cosigned": witnesses.collect::<Vec<_>>(), "remarks": ledger.remarks,
    })
}

fn show(context: &Context) -> Result<Report, Failure> {
    let ledger = read(None, context, None)?;
    let mut text = String::new();
    for (index, Entry { kind, run, by, to, digest }) in ledger.view.entries().iter().enumerate() {
        text += &format!("{index:>6}  run {run}  {:<12} {by:<24} {to:<24} sha256:{digest}\n", kind.name());
    }
    let mut json = state("show", &ledger);
    json["entries"] = ledger.view.entries().iter().map(ToString::to_string).collect::<Vec<_>>().into();
    let mut report = Report::new(json).data(text);
    report.words = words(&ledger);
    Ok(report)
}

fn verify(dir: Option<&Path>, context: &Context) -> Result<Report, Failure> {
    let home = context.desk.home.as_ref().map(|_| context.desk.home()).transpose()?;
    let ledger = read(dir, context, home.as_ref())?;
    let mut report = Report::new(state("verify", &ledger));
    report.words = words(&ledger);
    let seen =
        if home.is_some() { "it continues what this home saw before" } else { "no home was given to compare with" };
    Ok(report.say(format!("every entry, tile and signature holds; {seen}")))
}

fn cosign(context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    let agreement = exchange.signed(context.desk.now)?;
    let (ledger, path) = look(context, &home, &agreement, context.desk.now, false)?;
    let mut report = Report::new(state("cosign", &ledger));
    report.words = words(&ledger);
    let path = path.unwrap_or_default();
    Ok(report.say(format!("`{}` verified the whole log and cosigned it: {}", home.party.name, path.display())))
}

/// One look at the log, with the cosignature where one is wanted.
fn look(
    context: &Context,
    home: &Home,
    agreement: &SignedAgreement,
    now: Timestamp,
    silent: bool,
) -> Result<(Ledger, Option<PathBuf>), Failure> {
    let keeper = ledger::keeper(agreement.body())?;
    if keeper.name == home.party.name {
        return Err(Failure::new(ARGUMENT, "who keeps the log does not cosign it").next("another party cosigns"));
    }
    let own = &home.secrets;
    let known = agreement.body().parties.iter().any(|p| (&p.verifier, &p.routine) == (own.verifier(), own.routine()));
    if !known {
        let name = home.party.name.clone();
        return Err(crate::agreement::AgreementError::NotAParty { name, role: "party" }.into());
    }
    let ledger = Ledger::open(&context.desk.exchange()?, agreement, home)?;
    home.check_clock(now, agreement.body().not_before)?;
    let path = if silent { None } else { Some(ledger.cosign(home, now, keeper)?) };
    Ok((ledger, path))
}

fn watch(every: u64, times: Option<u64>, silent: bool, context: &Context) -> Result<Report, Failure> {
    let home = context.desk.home()?;
    let mut looks = 0;
    loop {
        #[expect(clippy::disallowed_methods, reason = "a watch lasts: the time of its beginning is no time to sign")]
        let now = if looks == 0 { context.desk.now } else { Timestamp::now() };
        let agreement = context.desk.exchange()?.signed(now)?;
        let (ledger, _) = look(context, &home, &agreement, now, silent)?;
        looks += 1;
        if times.is_some_and(|times| looks >= times) {
            let mut report = Report::new(state("watch", &ledger));
            report.words = words(&ledger);
            return Ok(report.say(format!("looked {looks} times; the log only grew")));
        }
        if !context.style.quiet && !context.style.json {
            let size = ledger.view.checkpoint().size;
            // Whoever reads may have gone; the watch goes on.
            let _ = writeln!(std::io::stderr(), "{now} {size} entries");
        }
        std::thread::sleep(Duration::from_secs(every));
    }
}

fn prove(index: u64, context: &Context) -> Result<Report, Failure> {
    let ledger = read(None, context, None)?;
    let checkpoint = ledger.view.checkpoint();
    let entry = usize::try_from(index).ok().and_then(|index| ledger.view.entries().get(index));
    let entry = entry.ok_or_else(|| Failure::from(LogError::Proof { what: "inclusion" }).at(ledger.path()))?;
    let path = prove_inclusion(&Directory(ledger.path().to_owned()), checkpoint, index)?;
    verify_inclusion(&leaf_hash(&entry.to_bytes()), index, checkpoint.size, &path, &checkpoint.root)?;
    let hashes: String = path.iter().map(|Digest(hash)| primitives::base64(hash) + "\n").collect();
    let signed = &ledger.joined;
    let extra = primitives::base64(&entry.to_bytes());
    let text = format!("c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n{hashes}\n{signed}");
    let json = json!({ "symbolon": "log prove v1", "index": index, "entry": entry.to_string(), "proof": text });
    Ok(Report::new(json).data(text).say(format!("{entry}")))
}
