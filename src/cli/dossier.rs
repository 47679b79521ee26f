//! `reviewer dossier`: gathers an exchange and evidence into one page and its JSON, or checks such a JSON.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde_json::Value;

use super::Context;
use super::output::Report;
use crate::agreement::DraftAgreement;
use crate::failure::{ARGUMENT, EXISTS, Failure, RECOMPUTE};
use crate::gate::logged::Logged;
use crate::note::{self, Note};
use crate::office::exchange::Exchange;
use crate::office::files::{self, Access, Existing};
use crate::office::ledger;
use crate::office::log_files::LogFiles;
use crate::outcome::reviewer;
use crate::report::{Artefact, EvidenceFile, Facts, Inputs, LogInput, Seen, Severity, first_difference, html};

/// Largest evidence file: a curve of every threshold is some hundred kilobytes.
const MAX_EVIDENCE: u64 = 16 << 20;

/// Gathers a dossier.
#[derive(Args, Debug)]
pub(crate) struct Dossier {
    /// The exchange directory; default: `--exchange`
    target: Option<PathBuf>,
    /// Output of `agency check`, `operator link`, `evaluate`, `demo` or `reviewer attack` with `--json`; may be repeated
    #[arg(long, value_name = "FILE.json")]
    evidence: Vec<PathBuf>,
    /// The agreement that stood before, to say what changed; default: what this one amends, if it is an amendment
    #[arg(long, value_name = "AGREEMENT.note")]
    since: Option<PathBuf>,
    /// Where the page goes; its JSON goes beside it
    #[arg(long, short, value_name = "OUT.html", required_unless_present = "check")]
    output: Option<PathBuf>,
    /// Recomputes an earlier dossier's JSON from the same inputs and names the first difference
    #[arg(long, value_name = "FILE.json", conflicts_with = "output")]
    check: Option<PathBuf>,
}

/// Runs `reviewer dossier`.
pub(crate) fn run(args: &Dossier, context: &Context) -> Result<Report, Failure> {
    let exchange = exchange(args.target.as_deref(), context)?;
    let inputs = Given { exchange: &exchange, evidence: &args.evidence, since: args.since.as_deref() };
    match (&args.check, &args.output) {
        (Some(stated), _) => check(stated, inputs),
        (None, Some(output)) => write(output, inputs, context.desk.now),
        (None, None) => Err(Failure::new(ARGUMENT, "where to? --output OUT.html")),
    }
}

/// The exchange in the directory that was named, or else that of the desk.
pub(crate) fn exchange(target: Option<&Path>, context: &Context) -> Result<Exchange, Failure> {
    target.map_or_else(|| context.desk.exchange(), |target| Ok(Exchange::at(target)))
}

/// Where a dossier's inputs are.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) evidence: &'a [PathBuf],
    pub(crate) since: Option<&'a Path>,
}

fn write(output: &Path, given: Given<'_>, now: Timestamp) -> Result<Report, Failure> {
    if output.extension().is_none_or(|extension| extension != "html") {
        return Err(Failure::new(ARGUMENT, "the page's name must end in .html").at(output));
    }
    let beside = output.with_extension("json");
    if let Some(there) = [output, &beside].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(Failure::new(EXISTS, "the output is there already").at(there));
    }
    let whole_second = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let facts = gather(given, whole_second)?;
    let json_name = beside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let page = html(&facts, &json_name);
    files::write(&beside, facts.to_json().as_bytes(), Access::Public, Existing::Refuse)?;
    files::write(output, page.as_bytes(), Access::Public, Existing::Refuse)?;
    let red = facts.findings.iter().filter(|f| f.severity == Severity::Red).count();
    let findings = facts.findings.clone();
    let mut report = Report::of(reviewer::Dossier { html: output.into(), json: (&beside).into(), red, findings });
    report.words = facts
        .findings
        .iter()
        .map(|f| format!("{}: {}", if f.severity == Severity::Red { "broken" } else { "open" }, f.text))
        .collect();
    Ok(report
        .say(format!(
            "{} and {}: {red} broken, {} open",
            output.display(),
            beside.display(),
            facts.findings.len() - red
        ))
        .next("read it in any browser, or print it"))
}

fn check(stated: &Path, given: Given<'_>) -> Result<Report, Failure> {
    let bytes = files::read_given(stated, MAX_EVIDENCE)?;
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|_| Failure::new(RECOMPUTE, "it is not JSON").at(stated))?;
    let as_of = value["as_of"].as_str().and_then(|text| text.parse().ok());
    let as_of = as_of.ok_or_else(|| Failure::new(RECOMPUTE, "it does not say of which moment it speaks").at(stated))?;
    let facts = gather(given, as_of)?.to_json();
    if facts.as_bytes() == bytes {
        let words = format!("{}: recomputes byte for byte", stated.display());
        return Ok(Report::of(reviewer::DossierCheck { recomputes: true }).say(words));
    }
    let recomputed = serde_json::from_str(&facts).unwrap_or_default();
    let difference = first_difference(&value, &recomputed);
    let difference = difference.unwrap_or_else(|| "only white space or the order of members differs".to_owned());
    Err(Failure::new(RECOMPUTE, difference).at(stated))
}

pub(crate) fn gather(given: Given<'_>, as_of: Timestamp) -> Result<Facts, Failure> {
    let Given { exchange, evidence, since } = given;
    let agreement = exchange.note_bytes(&exchange.agreement_path())?;
    let mut artefacts = Vec::new();
    for name in exchange.everything()? {
        let bytes = exchange.size(&name)?;
        let note =
            ["grant", "permit", "commitment", "contribution", "party", "stop", "resume", "sign-off", "attestation"];
        let is_note = name.extension().is_some_and(|extension| note.contains(&extension));
        // A note that is too large is no note: it is left unread, and found broken.
        let is_note = is_note && bytes <= note::MAX_BYTES as u64;
        let content = is_note.then(|| exchange.note_bytes(&name)).transpose()?;
        artefacts.push(Artefact { path: name.to_string(), bytes, content });
    }
    let evidence = evidence.iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(EvidenceFile { name, content: files::read_given(path, MAX_EVIDENCE)? })
    });
    let evidence = evidence.collect::<Result<_, Failure>>()?;
    let parent = exchange.parent_path();
    let earlier = match since {
        Some(path) => Some(files::read_given(path, note::MAX_BYTES as u64)?),
        None if exchange.there(&parent)? => Some(exchange.note_bytes(&parent)?),
        None => None,
    };
    let log = log(&exchange.log(), &agreement);
    let inputs = Inputs { agreement, artefacts, evidence, log, earlier, as_of };
    Facts::gather(&inputs).map_err(|e| exchange.failed(&exchange.agreement_path(), e))
}

/// The log of the exchange; what is wrong with it is what the dossier says.
fn log(files: &LogFiles, agreement: &[u8]) -> LogInput {
    let read = || -> Result<Option<Logged>, Failure> {
        if !files.there()? {
            return Ok(None);
        }
        let body = DraftAgreement::read_body(agreement)?;
        ledger::read(files, &body, Note::parse(agreement)?.digest(), None).map(Some)
    };
    match read() {
        Err(failure) => LogInput::Broken { code: failure.code, text: failure.message },
        Ok(None) => LogInput::Absent,
        Ok(Some(ledger)) => LogInput::Held {
            root: ledger.view.checkpoint().root,
            entries: ledger.view.entries().to_vec(),
            cosigned: ledger
                .witnesses
                .iter()
                .map(|seen| Seen { name: seen.name.clone(), size: seen.size, at: seen.at })
                .collect(),
        },
    }
}
