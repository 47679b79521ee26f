//! Sign-offs and attestations as every party asks for them, and `reviewer sign-off`, which makes one.
//!
//! A refusal takes effect as soon as a party sees it; each home keeps those that it saw, with the agreement that was refused, so
//! that neither a deleted file nor another exchange makes it unseen. What an agreement *requires* counts only from the log.

use std::path::{Path, PathBuf};

use super::exchange::Exchange;
use super::files::{self, Access, Existing};
use super::home::Home;
use super::store::Name;
use crate::agreement::{AgreementBody, Attestation, Decision, DraftAgreement, Refusal, SignOff, SignedAgreement};
use crate::failure::Failure;
use crate::gate::facts::Opinions;
use crate::note::{self, Note};
use crate::primitives::Digest;

/// Attestations that fit this agreement, schema and scheme. A void one is no reason to stop; it counts for nothing.
pub(crate) fn attestations(
    exchange: &Exchange,
    agreement: &SignedAgreement,
) -> Result<Vec<(Digest, Attestation)>, Failure> {
    let mut found = Vec::new();
    for path in exchange.store.list(&exchange.attestations_path(), "attestation")? {
        let note = note_at(exchange, &path)?;
        if let Ok(attestation) = Attestation::read(&note, agreement, scheme()) {
            found.push((note.digest(), attestation));
        }
    }
    Ok(found)
}

/// The scheme that this build encodes by; a build without an encoder leaves the question to those that have one.
fn scheme() -> Option<Digest> {
    #[cfg(feature = "agency")]
    return Some(crate::encoding::digest());
    #[cfg(not(feature = "agency"))]
    None
}

/// What reviewers signed about this agreement, and every refusal that this home has ever seen. One that cannot be read is a reason to
/// refuse: it may be a refusal.
pub(crate) fn opinions(
    exchange: &Exchange,
    body: &AgreementBody,
    digest: Digest,
    home: &Home,
) -> Result<Opinions, Failure> {
    let sign_offs = read(exchange, body, digest)?;
    for (path, note, sign_off) in &sign_offs {
        if sign_off.decision == Decision::Refuse || !sign_off.lifts.is_empty() {
            remember(home, exchange, digest, note).map_err(|failure| exchange.failed(path, failure))?;
        }
    }
    let mut opinions =
        Opinions { here: sign_offs.into_iter().map(|(_, _, sign_off)| sign_off).collect(), ..Opinions::default() };
    for (sign_off, body) in remembered(home)? {
        opinions.all.push(sign_off.clone());
        opinions.refusals.push(Refusal { sign_off, body });
    }
    opinions.all.extend(opinions.here.iter().cloned());
    Ok(opinions)
}

/// Every sign-off in the exchange, verified.
pub(crate) fn read(
    exchange: &Exchange,
    body: &AgreementBody,
    digest: Digest,
) -> Result<Vec<(Name, Note, SignOff)>, Failure> {
    let one = |path: Name| {
        let note = note_at(exchange, &path)?;
        let sign_off = SignOff::read(body, digest, &note).map_err(|e| exchange.failed(&path, e))?;
        Ok((path, note, sign_off))
    };
    exchange.store.list(&exchange.sign_offs_path(), "sign-off")?.into_iter().map(one).collect()
}

fn note_at(exchange: &Exchange, path: &Name) -> Result<Note, Failure> {
    Note::parse(&exchange.note_bytes(path)?).map_err(|e| exchange.failed(path, e))
}

fn listed(directory: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    if files::is_there(directory)? { files::list(directory, extension) } else { Ok(Vec::new()) }
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
    let text = exchange.note_bytes(&exchange.agreement_path())?;
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
