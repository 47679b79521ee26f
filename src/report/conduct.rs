//! Conduct: what the exchange shows of each run. Signatures are verified; secrets are not needed.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::facts::{Artefact, Finding, Severity};
use crate::agreement::{
    AgreementError, DraftAgreement, Grant, GrantedRun, PartyRole, Permit, RunNumber, SignedAgreement,
};
use crate::code::Code;
use crate::note::Note;
use crate::parcel::Commitment;

/// One run.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// Its number.
    pub number: u32,
    /// What is there, what is missing, what is broken, in the order in which it is made.
    pub steps: Vec<Step>,
}

/// One artefact that a run needs.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// `grant`, `commitment`, `permit`, `parcel` or `leads`.
    pub artefact: &'static str,
    /// Who makes it.
    pub from: String,
    /// For whom, where it is for one party.
    pub to: Option<String>,
    /// Its state.
    pub state: State,
    /// What it says, in a few words.
    pub says: String,
}

/// State of an artefact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// There, and its signature and references hold.
    Verified,
    /// There and sealed: its size is all that the exchange shows.
    Sealed,
    /// Not there.
    Missing,
    /// There, and it does not hold.
    Broken,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Sealed => "sealed",
            Self::Missing => "missing",
            Self::Broken => "BROKEN",
        }
    }
}

struct Reader<'a> {
    artefacts: &'a [Artefact],
    findings: &'a mut Vec<Finding>,
    steps: Vec<Step>,
}

impl Reader<'_> {
    /// Adds the state of a note; `read` verifies it and says what it says.
    fn note<T>(
        &mut self,
        (artefact, from, to): (&'static str, &str, Option<&str>),
        path: &str,
        read: impl FnOnce(&Note) -> Result<(T, String), (Code, String)>,
    ) -> Option<T> {
        let found = self.artefacts.iter().find(|a| a.path == path);
        let result = found.map(|found| {
            let note = Note::parse(found.content.as_deref().unwrap_or_default());
            note.map_err(|e| (e.code(), e.to_string())).and_then(|note| read(&note))
        });
        let (state, says, value) = match result {
            None => (State::Missing, String::new(), None),
            Some(Ok((value, says))) => (State::Verified, says, Some(value)),
            Some(Err((code, text))) => {
                let finding = format!("{path}: {text}");
                self.findings.push(Finding { severity: Severity::Red, code: Some(code.id), text: finding });
                (State::Broken, text, None)
            }
        };
        let (from, to) = (from.to_owned(), to.map(str::to_owned));
        self.steps.push(Step { artefact, from, to, state, says });
        value
    }

    fn sealed(&mut self, artefact: &'static str, from: &str, to: &str, path: &str) {
        let found = self.artefacts.iter().find(|a| a.path == path);
        let state = if found.is_some() { State::Sealed } else { State::Missing };
        let says = found.map(|f| format!("{} bytes", f.bytes)).unwrap_or_default();
        self.steps.push(Step { artefact, from: from.to_owned(), to: Some(to.to_owned()), state, says });
    }
}

/// Every run of which the exchange holds anything.
pub(super) fn runs(
    draft: DraftAgreement,
    artefacts: &[Artefact],
    as_of: Timestamp,
    findings: &mut Vec<Finding>,
) -> Vec<Run> {
    let mut numbers: Vec<u32> = artefacts.iter().filter_map(|a| run_of(&a.path)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() {
        return Vec::new();
    }
    // Signatures do not age. The moment is moved into the term, so that the conduct of an agreement that is over can be read;
    // nothing here can act on it, as no secret is at hand.
    let last = draft.body().expires - SignedDuration::from_secs(1);
    let moment = as_of.clamp(draft.body().not_before, last.max(draft.body().not_before));
    let mut runs = Vec::new();
    for number in numbers {
        let path = format!("run-{number}");
        let red = |text: String, code: &AgreementError| Finding {
            severity: Severity::Red,
            code: Some(code.code().id),
            text: format!("{path}: {text}"),
        };
        let signed = match draft.clone().accept(moment) {
            Ok(signed) => signed,
            Err(error) => {
                findings.push(red(format!("there is a run, but {error}"), &error));
                continue;
            }
        };
        let Some(run) = RunNumber::new(number) else { continue };
        if let Err(error) = run.check(&signed) {
            findings.push(red(error.to_string(), &error));
        }
        runs.push(one(signed, run, artefacts, findings));
    }
    runs
}

fn run_of(path: &str) -> Option<u32> {
    path.strip_prefix("run-")?.split('/').next()?.parse().ok()
}

fn one(signed: SignedAgreement, run: RunNumber, artefacts: &[Artefact], findings: &mut Vec<Finding>) -> Run {
    let directory = format!("run-{run}");
    let names = |role| signed.body().of_role(role).map(|p| p.name.clone()).collect::<Vec<_>>();
    let stewards = names(PartyRole::Steward);
    let operator = names(PartyRole::Operator).into_iter().next().unwrap_or_default();
    let pairs: Vec<(String, String)> = signed.ordered_pairs().map(|(a, b)| (a.name.clone(), b.name.clone())).collect();
    let mut reader = Reader { artefacts, findings, steps: Vec::new() };

    for steward in &stewards {
        let path = format!("{directory}/{steward}.grant");
        reader.note(("grant", steward, None), &path, |note| {
            let party = signed.party(steward, PartyRole::Steward).map_err(|e| (e.code(), e.to_string()))?;
            let grant = Grant::read(&signed, run, party, note).map_err(|e| (e.code(), e.to_string()))?;
            Ok(((), format!("given {}", grant.created)))
        });
    }
    let granted: Result<GrantedRun, AgreementError> = signed.grant(run, |steward| {
        let absent = || AgreementError::Absent { artefact: "grant", from: steward.name.clone() };
        let path = format!("{directory}/{}.grant", steward.name);
        let found = artefacts.iter().find(|a| a.path == path).ok_or_else(absent)?;
        Ok(Note::parse(found.content.as_deref().unwrap_or_default())?)
    });
    let mut commitments = Vec::new();
    for (from, to) in &pairs {
        let path = format!("{directory}/{from}--{to}.commitment");
        commitments.extend(reader.note(("commitment", from, Some(to)), &path, |note| {
            let run = granted.as_ref().map_err(|e| (e.code(), format!("cannot be verified: {e}")))?;
            let read = Commitment::read(run, from, to, note).map_err(|e| (e.code(), e.to_string()))?;
            let says = format!("{} rows, root {}, made {}", read.rows, read.root.short(), read.created);
            Ok((read.reference(), says))
        }));
    }
    for steward in &stewards {
        let path = format!("{directory}/{steward}.permit");
        reader.note(("permit", steward, None), &path, |note| {
            let run = granted.as_ref().map_err(|e| (e.code(), format!("cannot be verified: {e}")))?;
            let verify = || {
                let permit = Permit::read(run, run.agreement().party(steward, PartyRole::Steward)?, note)?;
                permit.check(run, &commitments, permit.not_before)?;
                Ok(permit)
            };
            let permit = verify().map_err(|e: AgreementError| (e.code(), e.to_string()))?;
            Ok(((), format!("valid {} to {}", permit.not_before, permit.expires)))
        });
    }
    for (from, to) in &pairs {
        reader.sealed("parcel", from, &operator, &format!("{directory}/{from}--{to}.parcel"));
    }
    for (to, partner) in &pairs {
        reader.sealed("leads", &operator, to, &format!("{directory}/{to}--{partner}.leads"));
    }
    Run { number: run.number(), steps: reader.steps }
}
