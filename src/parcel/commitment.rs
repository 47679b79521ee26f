//! Commitments: what an agency will send to be compared with a partner's, fixed before anybody sees it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ParcelError;
use crate::agreement::{
    AgreementError, CommitmentRef, GrantedRun, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text,
    same_agreement, verified,
};
use crate::note::Note;
use crate::primitives::Digest;

const COMMITMENT: &str = "commitment v1";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommitmentBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    from: String,
    to: String,
    created: Timestamp,
    rows: u64,
    root: Digest,
}

/// A verified commitment of one agency for one partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Who committed.
    pub from: String,
    /// For whom it encoded.
    pub to: String,
    /// When.
    pub created: Timestamp,
    /// Number of rows.
    pub rows: u64,
    /// Merkle root over the rows.
    pub root: Digest,
    /// Digest of the commitment's text, by which permits name it.
    pub digest: Digest,
}

impl Commitment {
    /// Signs a commitment to rows with this root.
    pub(super) fn issue(
        run: &GrantedRun,
        secrets: &PartySecrets,
        to: &str,
        rows: u64,
        root: Digest,
        now: Timestamp,
    ) -> Result<Note, ParcelError> {
        let own = run.agreement().seat(secrets, PartyRole::Agency)?;
        check_size(run.agreement(), &own.name, rows)?;
        let body = CommitmentBody {
            symbolon: COMMITMENT.to_owned(),
            agreement: run.agreement().digest(),
            run: run.number(),
            from: own.name.clone(),
            to: to.to_owned(),
            created: now,
            rows,
            root,
        };
        let mut note = Note::unsigned(body_text(&body))?;
        secrets.sign(&mut note);
        Ok(note)
    }

    /// Verifies the commitment that `from` is said to have made for `to`. Sizes outside the terms are refused here too: so a
    /// steward does not permit what a patched agency committed.
    pub fn read(run: &GrantedRun, from: &str, to: &str, note: &Note) -> Result<Self, ParcelError> {
        let sender = run.agreement().party(from, PartyRole::Agency)?;
        let body: CommitmentBody = verified(note, COMMITMENT, sender)?;
        same_agreement(run.agreement(), "commitment", body.agreement)?;
        run.number().same("commitment", body.run)?;
        if body.from != from || body.to != to {
            return Err(AgreementError::Absent { artefact: "commitment", from: from.to_owned() }.into());
        }
        check_size(run.agreement(), from, body.rows)?;
        let CommitmentBody { from, to, created, rows, root, .. } = body;
        Ok(Self { from, to, created, rows, root, digest: note.digest() })
    }

    /// As a permit names it.
    pub fn reference(&self) -> CommitmentRef {
        CommitmentRef { from: self.from.clone(), to: self.to.clone(), digest: self.digest }
    }
}

fn check_size(agreement: &SignedAgreement, from: &str, rows: u64) -> Result<(), ParcelError> {
    let (least, most) = (agreement.body().terms.min.records, agreement.body().terms.max.records);
    if rows < u64::from(least) || rows > u64::from(most) {
        return Err(ParcelError::Size { from: from.to_owned(), rows, least, most });
    }
    Ok(())
}
