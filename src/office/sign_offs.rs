//! Sign-offs and attestations as every party asks for them, and `reviewer sign-off`, which makes one.
//!
//! A refusal takes effect as soon as a party sees it; each home keeps those that it saw, with the agreement that was refused, so
//! that neither a deleted file nor another exchange makes it unseen. What an agreement *requires* counts only from the log.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::exchange::Exchange;
use super::files::{self, Access, Existing};
use super::home::Home;
use super::ledger::Ledger;
use crate::agreement::{
    AgreementBody, AgreementError, Attestation, DraftAgreement, PartyRole, Refusal, SignOff, SignedAgreement,
    refuse_refused,
};
use crate::failure::Failure;
use crate::log::{Entry, Kind};
use crate::note::{self, Note};
use crate::parcel::Commitment;
use crate::primitives::Digest;

/// Refuses a run that a reviewer's refusal blocks, or that lacks the sign-offs and attestations that its terms need.
/// `records` is how many records the operator will hold, where that is known.
pub(crate) fn check(
    (exchange, agreement): (&Exchange, &SignedAgreement),
    home: &Home,
    ledger: Option<&Ledger>,
    records: Option<u64>,
    now: Timestamp,
) -> Result<(), Failure> {
    let (body, min) = (agreement.body(), &agreement.body().terms.min);
    let sign_offs = refused(exchange, body, agreement.digest(), home, now)?;
    if let Some(ledger) = ledger {
        for entry in ledger.view.entries().iter().filter(|entry| entry.kind == Kind::SignOff) {
            if !sign_offs.iter().any(|own| own.digest == entry.digest) {
                let absent = AgreementError::Absent { artefact: "sign-off", from: entry.by.clone() };
                return Err(Failure::from(absent).next("the log has it: put the note back into the exchange"));
            }
        }
    }
    // A reviewer's latest word counts, and only as the log has it.
    let latest = |reviewer: &str| sign_offs.iter().filter(|s| s.reviewer == reviewer).max_by_key(|s| s.created);
    let in_force = body.of_role(PartyRole::Reviewer).filter_map(|reviewer| latest(&reviewer.name));
    let in_force = in_force.filter(|s| s.holds(now) && !s.refuses(&sign_offs, now));
    let entries = in_force.map(|s| Entry::new(Kind::SignOff, 0, &s.reviewer, "-", s.digest)).collect();
    enough("a sign-off", min.sign_offs, entries, ledger, &home.party.name, now)?;
    if min.attestations == 0 {
        return Ok(());
    }
    let limit = body.terms.max.attack_permille;
    let mut entries: Vec<Entry> = Vec::new();
    let mut uncovered = None;
    for path in listed(&exchange.attestations_path(), "attestation")? {
        let note = read_note(&path)?;
        // A void attestation is no reason to stop; it counts for nothing.
        let Ok(found) = Attestation::read(&note, agreement, scheme()) else { continue };
        let covers = records.is_none_or(|records| found.covers(records)) && found.limit_permille <= limit;
        if !covers {
            uncovered = Some(found.records);
        } else if !entries.iter().any(|entry| entry.by == found.reviewer) {
            entries.push(Entry::new(Kind::Attestation, 0, &found.reviewer, "-", note.digest()));
        }
    }
    enough("an attestation", min.attestations, entries, ledger, &home.party.name, now).map_err(|failure| {
        match (uncovered, records) {
            (Some(attested), Some(records)) => failure.at(&exchange.attestations_path()).under(format!(
                "`min.attestations`, `max.attack_permille` = {limit}; attested are {attested} records, at hand are {records}"
            )),
            _ => failure.at(&exchange.attestations_path()),
        }
    })
}

/// How many records the operator will hold: of each agency the longest list that it committed.
pub(crate) fn committed(commitments: &[Commitment]) -> u64 {
    let mut longest: Vec<(&str, u64)> = Vec::new();
    for commitment in commitments {
        match longest.iter_mut().find(|(from, _)| *from == commitment.from) {
            Some((_, rows)) => *rows = commitment.rows.max(*rows),
            None => longest.push((&commitment.from, commitment.rows)),
        }
    }
    longest.iter().map(|(_, rows)| rows).sum()
}

/// The scheme that this build encodes by; a build without an encoder leaves the question to those that have one.
fn scheme() -> Option<Digest> {
    #[cfg(feature = "agency")]
    return Some(crate::encoding::digest());
    #[cfg(not(feature = "agency"))]
    None
}

fn enough(
    what: &'static str,
    needed: u32,
    entries: Vec<Entry>,
    ledger: Option<&Ledger>,
    asking: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    if needed == 0 {
        return Ok(());
    }
    let logged =
        |entry: &Entry| ledger.is_some_and(|ledger| ledger.require(std::slice::from_ref(entry), asking, now).is_ok());
    let found = entries.iter().filter(|entry| logged(entry)).count() as u32;
    if found >= needed { Ok(()) } else { Err(AgreementError::ReviewMissing { what, found, needed }.into()) }
}

/// Refuses an agreement that a refusal blocks, whether it stands in this exchange or was seen in another; gives this agreement's
/// sign-offs. One that cannot be read is a reason to refuse: it may be a refusal.
pub(crate) fn refused(
    exchange: &Exchange,
    body: &AgreementBody,
    digest: Digest,
    home: &Home,
    now: Timestamp,
) -> Result<Vec<SignOff>, Failure> {
    let sign_offs = read(exchange, body, digest)?;
    for (path, note, sign_off) in &sign_offs {
        if sign_off.refuses(&[], now) || !sign_off.lifts.is_empty() {
            remember(home, exchange, digest, note).map_err(|failure| failure.at(path))?;
        }
    }
    let (mut all, mut refusals) = (Vec::new(), Vec::new());
    for (sign_off, body) in remembered(home)? {
        all.push(sign_off.clone());
        refusals.push(Refusal { sign_off, body });
    }
    all.extend(sign_offs.iter().map(|(_, _, sign_off)| sign_off.clone()));
    refuse_refused(body, digest, &refusals, &all, now).map_err(|e| Failure::from(e).at(&exchange.sign_offs_path()))?;
    Ok(sign_offs.into_iter().map(|(_, _, sign_off)| sign_off).collect())
}

/// Every sign-off in the exchange, verified.
pub(crate) fn read(
    exchange: &Exchange,
    body: &AgreementBody,
    digest: Digest,
) -> Result<Vec<(PathBuf, Note, SignOff)>, Failure> {
    let one = |path: PathBuf| {
        let note = read_note(&path)?;
        let sign_off = SignOff::read(body, digest, &note).map_err(|e| Failure::from(e).at(&path))?;
        Ok((path, note, sign_off))
    };
    listed(&exchange.sign_offs_path(), "sign-off")?.into_iter().map(one).collect()
}

fn listed(directory: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    if directory.symlink_metadata().is_err() { Ok(Vec::new()) } else { files::list(directory, extension) }
}

fn read_note(path: &Path) -> Result<Note, Failure> {
    Note::parse(&files::read(path, note::MAX_BYTES as u64)?).map_err(|e| Failure::from(e).at(path))
}

/// Keeps a refusal, or what lifts one, and the agreement that it is about.
fn remember(home: &Home, exchange: &Exchange, agreement: Digest, note: &Note) -> Result<(), Failure> {
    let directory = home.sign_offs();
    let path = directory.join(format!("{agreement}.{}.sign-off", note.digest().short()));
    if path.symlink_metadata().is_ok() {
        return Ok(());
    }
    files::make_dir(&directory, Access::Private)?;
    files::sweep(&directory);
    let about = directory.join(format!("{agreement}.agreement"));
    let text = files::read(&exchange.agreement_path(), note::MAX_BYTES as u64)?;
    files::write(&about, &text, Access::Private, Existing::Replace)?;
    files::write(&path, note.to_string().as_bytes(), Access::Private, Existing::Replace)
}

/// What this home keeps. It was verified when it was kept, and is verified again.
fn remembered(home: &Home) -> Result<Vec<(SignOff, AgreementBody)>, Failure> {
    let directory = home.sign_offs();
    let mut found = Vec::new();
    for path in listed(&directory, "sign-off")? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let about = directory.join(format!("{}.agreement", name.split('.').next().unwrap_or_default()));
        let bytes = files::read(&about, note::MAX_BYTES as u64)?;
        // The body alone: the protocol that it cites may not be one of this program's any more.
        let digest = Note::parse(&bytes).map_err(|e| Failure::from(e).at(&about))?.digest();
        let body = DraftAgreement::read_body(&bytes).map_err(|e| Failure::from(e).at(&about))?;
        let sign_off = SignOff::read(&body, digest, &read_note(&path)?).map_err(|e| Failure::from(e).at(&path))?;
        found.push((sign_off, body));
    }
    Ok(found)
}
