//! Permits: a steward's leave to compare exactly the sets that were committed, for a short time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::granted::GrantedRun;
use super::party::{Party, PartyRole};
use super::run_number::RunNumber;
use super::statement::{same_agreement, signed, verified};
use super::{AgreementError, PartySecrets, SignedAgreement};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::Digest;

const PERMIT: &str = "permit v1";

/// One commitment, as a permit names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentRef {
    /// The agency that committed.
    pub from: String,
    /// The partner it encoded for.
    pub to: String,
    /// Digest of the commitment's text.
    pub digest: Digest,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PermitBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    steward: String,
    not_before: Timestamp,
    expires: Timestamp,
    commitment: Vec<CommitmentRef>,
}

/// A steward's permit, verified as its own.
#[derive(Clone, Debug)]
pub struct Permit {
    /// Name of the steward who gave it, as the agreement has it.
    pub steward: String,
    /// First moment at which it is valid (UTC).
    pub not_before: Timestamp,
    /// First moment at which it is valid no more (UTC).
    pub expires: Timestamp,
    /// Digest of its text, by which the log names it.
    pub digest: Digest,
    commitments: Vec<CommitmentRef>,
}

impl Permit {
    /// Permits the comparison of exactly `commitments`, for `hours` from the time of the witness.
    pub fn issue(
        run: &GrantedRun,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Permit>,
        commitments: Vec<CommitmentRef>,
        hours: u32,
    ) -> Result<Note, AgreementError> {
        let agreement = run.agreement();
        let own = agreement.seat(secrets, PartyRole::Steward)?;
        cleared.admit(agreement.digest(), &own.name, Some(run.number()))?;
        let allowed = agreement.body().terms.max.permit_hours;
        if hours > allowed || hours == 0 {
            return Err(AgreementError::PermitTooLong { hours: hours.into(), allowed });
        }
        complete(run, &commitments, &own.name)?;
        let body = PermitBody {
            symbolon: PERMIT.to_owned(),
            agreement: agreement.digest(),
            run: run.number(),
            steward: own.name.clone(),
            not_before: cleared.now(),
            expires: cleared.now() + SignedDuration::from_hours(hours.into()),
            commitment: commitments,
        };
        signed(&body, secrets)
    }

    /// Verifies the permit that `steward` is said to have given.
    pub(crate) fn read(run: &GrantedRun, steward: &Party, note: &Note) -> Result<Self, AgreementError> {
        Self::of_run(run.agreement(), run.number(), steward, note)
    }

    /// The same for a run of any state: an earlier one may be closed, and its grants destroyed.
    pub(crate) fn of_run(
        agreement: &SignedAgreement,
        run: RunNumber,
        steward: &Party,
        note: &Note,
    ) -> Result<Self, AgreementError> {
        let body: PermitBody = verified(note, PERMIT, steward)?;
        same_agreement(agreement, "permit", body.agreement)?;
        run.same("permit", body.run)?;
        if body.steward != steward.name {
            return Err(AgreementError::Absent { artefact: "permit", from: steward.name.clone() });
        }
        Ok(Self {
            steward: body.steward,
            not_before: body.not_before,
            expires: body.expires,
            digest: note.digest(),
            commitments: body.commitment,
        })
    }

    /// Whether it permits exactly `commitments` at `now`.
    pub(crate) fn check(
        &self,
        run: &GrantedRun,
        commitments: &[CommitmentRef],
        now: Timestamp,
    ) -> Result<(), AgreementError> {
        let length = self.expires.duration_since(self.not_before);
        let allowed = run.agreement().body().terms.max.permit_hours;
        if length > SignedDuration::from_hours(allowed.into()) {
            return Err(AgreementError::PermitTooLong { hours: length.as_hours().unsigned_abs(), allowed });
        }
        if now < self.not_before || now >= self.expires {
            let (from, to) = (self.not_before, self.expires);
            return Err(AgreementError::PermitTime { steward: self.steward.clone(), from, to, now });
        }
        complete(run, commitments, &self.steward)?;
        let sorted = |list: &[CommitmentRef]| {
            let mut list = list.to_vec();
            list.sort();
            list
        };
        if sorted(&self.commitments) != sorted(commitments) {
            return Err(AgreementError::Commitments { steward: self.steward.clone() });
        }
        Ok(())
    }
}

/// Exactly one commitment for each ordered pair of agencies.
fn complete(run: &GrantedRun, commitments: &[CommitmentRef], steward: &str) -> Result<(), AgreementError> {
    let pairs: Vec<_> = run.agreement().ordered_pairs().map(|(a, b)| (a.name.as_str(), b.name.as_str())).collect();
    for pair in &pairs {
        let found = commitments.iter().filter(|c| (c.from.as_str(), c.to.as_str()) == *pair).count();
        if found == 0 {
            return Err(AgreementError::Absent { artefact: "commitment", from: pair.0.to_owned() });
        }
        if found > 1 {
            return Err(AgreementError::Commitments { steward: steward.to_owned() });
        }
    }
    if commitments.len() != pairs.len() {
        return Err(AgreementError::Commitments { steward: steward.to_owned() });
    }
    Ok(())
}
