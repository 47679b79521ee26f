//! Commitments: what an agency will send to be compared with a partner's, fixed before anybody sees it.
//!
//! The number of rows is a size class, dummies included; the agency signs besides that its records and its distinct cases are at least as
//! many as the terms ask for. That is a statement: nobody else can count. What others can check they do, in [`Commitment::read`] and
//! [`Commitment::refuse_near`].

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ParcelError;
use super::size::{Sketch, size_class};
use crate::agreement::{
    AgreementError, CommitmentRef, GrantedRun, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text,
    same_agreement, verified,
};
use crate::note::Note;
use crate::primitives::Digest;

const COMMITMENT: &str = "commitment v2";

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
    records_at_least: u32,
    cases_at_least: u32,
    sketch: Sketch,
    root: Digest,
}

/// What an agency says of its list beside the rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated {
    /// Rows with the dummies: a size class.
    pub(super) rows: u64,
    /// Rows that stand for records.
    pub(super) records: u64,
    /// How the list looks to who compares it with an earlier one.
    pub(super) sketch: Sketch,
}

/// A verified commitment of one agency for one partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Name of the agency that committed.
    pub from: String,
    /// Name of the partner that it encoded for.
    pub to: String,
    /// When it was made, by the clock of who made it (UTC).
    pub created: Timestamp,
    /// Number of rows: a size class, so not the number of records.
    pub rows: u64,
    /// How the list looks to who compares it with an earlier one.
    pub sketch: Sketch,
    /// Merkle root over the rows.
    pub root: Digest,
    /// Digest of the commitment's text, by which permits name it.
    pub digest: Digest,
}

impl Commitment {
    /// Signs a commitment to rows with this root. Records are counted here without dummies.
    pub(super) fn issue(
        run: &GrantedRun,
        secrets: &PartySecrets,
        to: &str,
        (stated, root): (Stated, Digest),
        now: Timestamp,
    ) -> Result<Note, ParcelError> {
        let own = run.agreement().seat(secrets, PartyRole::Agency)?;
        let Stated { rows, records, sketch } = stated;
        let terms = &run.agreement().body().terms;
        let (least, most) = (terms.min.records, terms.max.records);
        if records < u64::from(least) || records > rows.min(most.into()) {
            return Err(ParcelError::Size { from: own.name.clone(), rows: records, least, most });
        }
        check_size(run.agreement(), &own.name, rows)?;
        let body = CommitmentBody {
            symbolon: COMMITMENT.to_owned(),
            agreement: run.agreement().digest(),
            run: run.number(),
            from: own.name.clone(),
            to: to.to_owned(),
            created: now,
            rows,
            records_at_least: least,
            cases_at_least: terms.cases(),
            sketch,
            root,
        };
        let mut note = Note::unsigned(body_text(&body))?;
        secrets.sign(&mut note)?;
        Ok(note)
    }

    /// Verifies the commitment that `from` is said to have made for `to`. Sizes outside the terms are refused here too: so a
    /// steward does not permit what a patched agency committed.
    pub fn read(run: &GrantedRun, from: &str, to: &str, note: &Note) -> Result<Self, ParcelError> {
        Self::of_run(run.agreement(), run.number(), from, to, note)
    }

    /// The same for a run of any state: an earlier one may be closed, and its grants destroyed.
    pub fn of_run(
        agreement: &SignedAgreement,
        run: RunNumber,
        from: &str,
        to: &str,
        note: &Note,
    ) -> Result<Self, ParcelError> {
        let sender = agreement.party(from, PartyRole::Agency)?;
        let body: CommitmentBody = verified(note, COMMITMENT, sender)?;
        same_agreement(agreement, "commitment", body.agreement)?;
        run.same("commitment", body.run)?;
        if body.from != from || body.to != to {
            return Err(AgreementError::Absent { artefact: "commitment", from: from.to_owned() }.into());
        }
        check_size(agreement, from, body.rows)?;
        let (records, cases) = (agreement.body().terms.min.records, agreement.body().terms.cases());
        if body.records_at_least < records || body.cases_at_least < cases {
            return Err(ParcelError::Stated { from: from.to_owned(), records, cases });
        }
        let CommitmentBody { from, to, created, rows, sketch, root, .. } = body;
        Ok(Self { from, to, created, rows, sketch, root, digest: note.digest() })
    }

    /// Refuses a list that differs from an earlier one of the same agency and partner, but by too few records: the answers about the few
    /// would be answers about single people.
    pub fn refuse_near(
        agreement: &SignedAgreement,
        from: &str,
        sketch: &Sketch,
        earlier: &Self,
        run: RunNumber,
    ) -> Result<(), ParcelError> {
        let (found, least) = (sketch.differs(&earlier.sketch), agreement.body().terms.min.changes);
        if found > 0 && found < least {
            return Err(ParcelError::Near { from: from.to_owned(), run: run.number(), least });
        }
        Ok(())
    }

    /// Agencies and digest, as a permit names a commitment.
    pub fn reference(&self) -> CommitmentRef {
        CommitmentRef { from: self.from.clone(), to: self.to.clone(), digest: self.digest }
    }
}

/// Size class, and within the terms: the least list is padded to the class of `min.records`, the longest to that of `max.records`.
fn check_size(agreement: &SignedAgreement, from: &str, rows: u64) -> Result<(), ParcelError> {
    let (least, most) = (agreement.body().terms.min.records, agreement.body().terms.max.records);
    if rows < size_class(least.into()) || rows > size_class(most.into()) {
        return Err(ParcelError::Size { from: from.to_owned(), rows, least, most });
    }
    if size_class(rows) != rows {
        return Err(ParcelError::Class { from: from.to_owned(), rows });
    }
    Ok(())
}
