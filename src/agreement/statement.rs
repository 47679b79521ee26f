//! Statements: signed notes of one party, how they are written, and what every reader of one asks first.

use serde::{Deserialize, Serialize};

use super::party::Party;
use super::{AgreementError, PartySecrets, SignedAgreement};
use crate::note::Note;
use crate::primitives::Digest;

/// The TOML text of a note's body. Written once, when an artefact is made; never to check one.
pub(crate) fn body_text<T: Serialize>(body: &T) -> String {
    match toml::to_string(body) {
        Ok(text) => text,
        Err(problem) => unreachable!("bodies are plain tables: {problem}"),
    }
}

/// Signs a body as a note.
pub(super) fn signed<T: Serialize>(body: &T, secrets: &PartySecrets) -> Result<Note, AgreementError> {
    let mut note = Note::unsigned(body_text(body))?;
    secrets.sign(&mut note)?;
    Ok(note)
}

/// Verifies a note as signed by exactly `party`, with the key that its kind needs, then parses its body.
pub(crate) fn verified<T: for<'de> Deserialize<'de>>(
    note: &Note,
    kind: &'static str,
    party: &Party,
) -> Result<T, AgreementError> {
    party.verify(note, kind)?;
    Ok(note.body(kind)?)
}

/// Refuses an artefact of another agreement.
pub(crate) fn same_agreement(
    agreement: &SignedAgreement,
    artefact: &'static str,
    found: Digest,
) -> Result<(), AgreementError> {
    if found == agreement.digest() {
        return Ok(());
    }
    Err(AgreementError::AnotherAgreement { artefact, found: found.short() })
}
