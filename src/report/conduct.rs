//! Conduct: what the exchange shows of each run. Signatures are verified; secrets are not needed.

use jiff::SignedDuration;
use serde::Serialize;

use super::inputs::{Artefact, Inputs};
use crate::agreement::{
    AgreementError, DraftAgreement, Grant, GrantedRun, PartyRole, Permit, Resume, RunNumber, SignedAgreement, Stop,
    refuse_stopped,
};
use crate::code::Code;
use crate::note::Note;
use crate::outcome::reviewer::{Finding, Severity};
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
    /// `grant`, `commitment`, `permit`, `parcel`, `pairs`, `leads`, `stop` or `resume`.
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

    /// Stops and consents to resume, and whether the run is stopped.
    fn halts(&mut self, agreement: &SignedAgreement, run: RunNumber, directory: &str) {
        let (mut stops, mut resumes) = (Vec::new(), Vec::new());
        let artefacts = self.artefacts;
        let ends = |end: &'static str| {
            artefacts.iter().filter(move |a| a.path.starts_with(&format!("{directory}/")) && a.path.ends_with(end))
        };
        for artefact in ends(".stop") {
            let found = self.note(("stop", "a steward", None), &artefact.path, |note| {
                let stop = Stop::read(agreement, run, note).map_err(|e| (e.code(), e.to_string()))?;
                let says = format!("by {}, {}, for {}", stop.steward, stop.created, stop.reason.name());
                Ok((stop, says))
            });
            stops.extend(found);
        }
        for artefact in ends(".resume") {
            let found = self.note(("resume", "a steward", None), &artefact.path, |note| {
                let resume = Resume::read(agreement, run, note).map_err(|e| (e.code(), e.to_string()))?;
                let says = format!("by {}, {}", resume.steward, resume.created);
                Ok((resume, says))
            });
            resumes.extend(found);
        }
        if let Err(stopped) = refuse_stopped(agreement, run, &stops, &resumes) {
            let (code, text) = (Some(stopped.code().id), stopped.to_string());
            self.findings.push(Finding { severity: Severity::Red, code, text });
        }
    }

    fn sealed(&mut self, artefact: &'static str, from: &str, to: &str, path: &str) {
        let found = self.artefacts.iter().find(|a| a.path == path);
        let state = if found.is_some() { State::Sealed } else { State::Missing };
        let says = found.map(|f| format!("{} bytes", f.bytes)).unwrap_or_default();
        self.steps.push(Step { artefact, from: from.to_owned(), to: Some(to.to_owned()), state, says });
    }
}

/// Every run of which the exchange holds anything.
pub(super) fn runs(draft: DraftAgreement, inputs: &Inputs, findings: &mut Vec<Finding>) -> Vec<Run> {
    let (artefacts, as_of) = (&inputs.artefacts, inputs.as_of);
    let parent = inputs.earlier.as_deref().and_then(|bytes| DraftAgreement::read(bytes).ok());
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
        let accepted = match parent.as_ref().filter(|_| draft.body().parent.is_some()) {
            Some(parent) => draft.clone().accept_amendment(parent, moment),
            None => draft.clone().accept(moment),
        };
        let signed = match accepted {
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
    let guardian = names(PartyRole::Guardian).into_iter().next();
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
    // Where there is a guardian, it is who issues the leads, and the operator's pairs go to it alone.
    if let Some(guardian) = &guardian {
        for (one, other) in pairs.iter().filter(|(one, other)| one < other) {
            let path = |a: &str, b: &str| format!("{directory}/{a}--{b}.pairs");
            let there = artefacts.iter().any(|a| a.path == path(other, one));
            let path = if there { path(other, one) } else { path(one, other) };
            reader.sealed("pairs", &operator, guardian, &path);
        }
    }
    let issuer = guardian.as_ref().unwrap_or(&operator);
    for (to, partner) in &pairs {
        reader.sealed("leads", issuer, to, &format!("{directory}/{to}--{partner}.leads"));
    }
    if let Ok(granted) = &granted {
        reader.halts(granted.agreement(), run, &directory);
    }
    Run { number: run.number(), steps: reader.steps }
}
