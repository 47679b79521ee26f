//! Permitted runs: every steward has let exactly these commitments be compared.

use jiff::Timestamp;

use super::granted::GrantedRun;
use super::party::{Party, PartyRole};
use super::permit::{CommitmentRef, Permit};
use super::run_number::RunNumber;
use super::{AgreementError, SignedAgreement};
use crate::note::Note;
use crate::primitives::Digest;

/// A run that every steward has permitted for exactly these commitments. The only thing that can be compared.
#[derive(Clone, Debug)]
pub struct PermittedRun {
    run: GrantedRun,
    commitments: Vec<CommitmentRef>,
    permits: Vec<Permit>,
}

impl GrantedRun {
    /// Opens the run for comparison: every steward must have permitted exactly `commitments`, and `now` must be inside
    /// every permit and inside the agreement's term.
    pub fn permit<E: From<AgreementError>>(
        self,
        commitments: Vec<CommitmentRef>,
        now: Timestamp,
        mut fetch: impl FnMut(&Party) -> Result<Note, E>,
    ) -> Result<PermittedRun, E> {
        let mut permits = Vec::new();
        for steward in self.agreement().body().of_role(PartyRole::Steward) {
            let permit = Permit::read(&self, steward, &fetch(steward)?)?;
            permit.check(&self, &commitments, now)?;
            permits.push(permit);
        }
        Ok(PermittedRun { run: self, commitments, permits })
    }
}

impl PermittedRun {
    /// The agreement that the run is under, signed by every party.
    pub fn agreement(&self) -> &SignedAgreement {
        self.run.agreement()
    }

    /// The run's number, from 1 to the terms' `max.runs`.
    pub fn number(&self) -> RunNumber {
        self.run.number()
    }

    /// The run as it was granted, for keys.
    pub fn granted(&self) -> &GrantedRun {
        &self.run
    }

    /// The permitted commitment of `from` to `to`.
    pub fn commitment(&self, from: &str, to: &str) -> Option<Digest> {
        self.commitments.iter().find(|c| c.from == from && c.to == to).map(|c| c.digest)
    }

    /// The stewards' permits, in the agreement's order.
    pub fn permits(&self) -> &[Permit] {
        &self.permits
    }

    /// The end of the permit that ends first.
    pub fn expires(&self) -> Timestamp {
        self.permits.iter().map(|p| p.expires).min().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The latest time in a grant or permit.
    pub fn latest(&self) -> Timestamp {
        self.permits.iter().map(|p| p.not_before).max().unwrap_or(Timestamp::UNIX_EPOCH).max(self.run.latest())
    }
}
