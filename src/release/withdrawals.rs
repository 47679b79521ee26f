//! Withdrawals of records, and their acknowledgements. Format: `docs/formats/withdrawals.md`.
//!
//! A *withdrawal* (tombstone) names a handle by its digest. Before the leads are issued, operator and guardian drop the record; afterwards
//! nobody's program consents to a lead of that issue any more: leads are issued once for ever. Every partner
//! acknowledges it; an open acknowledgement blocks the next permit. Both are entries of the log; a withdrawal stops what it stops from the
//! moment at which it is seen.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::shares::Shares;
use super::{ReleaseError, withdrawal};
use crate::agreement::{
    AgreementError, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text, same_agreement, verified,
};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::parcel::Handle;
use crate::primitives::{self, Digest};

const WITHDRAWAL: &str = "withdrawal v1";
const ACKNOWLEDGEMENT: &str = "acknowledgement v1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WithdrawalBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    by: String,
    record: String,
    created: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AcknowledgementBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    by: String,
    withdrawal: Digest,
    created: Timestamp,
}

/// A verified withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Name of the party that signed it.
    pub by: String,
    /// Digest of the handle, cut to 16 bytes: see [`withdrawal`].
    pub record: [u8; 16],
    /// When it was made, by the clock of who made it (UTC).
    pub created: Timestamp,
    /// SHA-256 of the note's text, by which an acknowledgement names it.
    pub digest: Digest,
}

impl Withdrawal {
    /// Withdraws the record of one of the agency's handles from a run.
    pub fn issue(
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Withdraw>,
        handle: Handle,
    ) -> Result<Note, ReleaseError> {
        let own = agreement.seat(secrets, PartyRole::Agency)?;
        let run = cleared.of_run(agreement.digest(), &own.name)?;
        let record = primitives::hex(&withdrawal(handle));
        signed(
            secrets,
            &WithdrawalBody {
                symbolon: WITHDRAWAL.to_owned(),
                agreement: agreement.digest(),
                run,
                by: own.name.clone(),
                record,
                created: cleared.now(),
            },
        )
    }

    /// Verifies a withdrawal that `by` is said to have made.
    pub fn read(agreement: &SignedAgreement, run: RunNumber, by: &str, note: &Note) -> Result<Self, ReleaseError> {
        let body: WithdrawalBody = verified(note, WITHDRAWAL, agreement.party(by, PartyRole::Agency)?)?;
        same_agreement(agreement, "withdrawal", body.agreement)?;
        run.same("withdrawal", body.run)?;
        let record = primitives::unhex(&body.record).and_then(|bytes| bytes.try_into().ok());
        match record {
            Some(record) if body.by == by => {
                Ok(Self { by: body.by, record, created: body.created, digest: note.digest() })
            }
            _ => Err(AgreementError::Absent { artefact: "withdrawal", from: by.to_owned() }.into()),
        }
    }

    /// Says that this agency has looked for the record among its leads, and forgotten what concerned it.
    pub fn acknowledge(
        &self,
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Acknowledge>,
    ) -> Result<Note, ReleaseError> {
        let own = agreement.seat(secrets, PartyRole::Agency)?;
        let run = cleared.of_run(agreement.digest(), &own.name)?;
        signed(
            secrets,
            &AcknowledgementBody {
                symbolon: ACKNOWLEDGEMENT.to_owned(),
                agreement: agreement.digest(),
                run,
                by: own.name.clone(),
                withdrawal: self.digest,
                created: cleared.now(),
            },
        )
    }

    /// Verifies the acknowledgement that `by` is said to have made.
    pub fn check_acknowledged(
        &self,
        agreement: &SignedAgreement,
        run: RunNumber,
        by: &str,
        note: &Note,
    ) -> Result<(), ReleaseError> {
        let body: AcknowledgementBody = verified(note, ACKNOWLEDGEMENT, agreement.party(by, PartyRole::Agency)?)?;
        same_agreement(agreement, "acknowledgement", body.agreement)?;
        run.same("acknowledgement", body.run)?;
        if body.by == by && body.withdrawal == self.digest {
            return Ok(());
        }
        Err(AgreementError::Absent { artefact: "acknowledgement", from: by.to_owned() }.into())
    }
}

/// Every withdrawal of a run.
#[derive(Clone, Debug, Default)]
pub struct Withdrawals {
    /// Each verified; in no order that counts.
    pub all: Vec<Withdrawal>,
}

impl Withdrawals {
    /// Those that concern these two agencies and are not older than the issue.
    fn newer<'a>(&'a self, shares: &'a Shares) -> impl Iterator<Item = &'a Withdrawal> {
        self.all.iter().filter(|w| shares.agencies.contains(&w.by) && w.created >= shares.created)
    }

    /// Refuses once a record was withdrawn that the leads may be about.
    pub fn refuse_frozen(&self, shares: &Shares) -> Result<(), ReleaseError> {
        match self.newer(shares).next() {
            Some(w) => Err(ReleaseError::Frozen { by: w.by.clone(), at: w.created }),
            None => Ok(()),
        }
    }

    /// Refuses where the last consent was given at or after such a withdrawal: the withdrawal wins. It wins, too, where nobody
    /// has consented yet.
    pub(super) fn refuse_late(&self, shares: &Shares, last: Option<Timestamp>) -> Result<(), ReleaseError> {
        match self.newer(shares).find(|w| last.is_none_or(|last| w.created <= last)) {
            Some(w) => Err(ReleaseError::Frozen { by: w.by.clone(), at: w.created }),
            None => Ok(()),
        }
    }

    /// Whether the partner withdrew the record that a lead is about.
    pub fn withdrew(&self, partner: &str, record: [u8; 16]) -> bool {
        self.all.iter().any(|w| w.by == partner && w.record == record)
    }
}

fn signed<T: Serialize>(secrets: &PartySecrets, body: &T) -> Result<Note, ReleaseError> {
    let mut note = Note::unsigned(body_text(body))?;
    secrets.sign(&mut note)?;
    Ok(note)
}
