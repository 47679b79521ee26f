//! Granted runs: every steward has consented, so there are keys and agencies may encode.

use jiff::Timestamp;

use super::grant::Grant;
use super::party::{Party, PartyRole};
use super::run_number::RunNumber;
use super::{AgreementError, SignedAgreement};
use crate::note::Note;

/// A run that every steward has granted. The only way to a key.
#[derive(Clone, Debug)]
pub struct GrantedRun {
    agreement: SignedAgreement,
    number: RunNumber,
    grants: Vec<Grant>,
}

impl SignedAgreement {
    /// Opens a run for encoding: `fetch` gives the grant note of a steward.
    pub fn grant<E: From<AgreementError>>(
        self,
        number: RunNumber,
        mut fetch: impl FnMut(&Party) -> Result<Note, E>,
    ) -> Result<GrantedRun, E> {
        number.check(&self)?;
        let mut grants = Vec::new();
        for steward in self.body().of_role(PartyRole::Steward) {
            grants.push(Grant::read(&self, number, steward, &fetch(steward)?)?);
        }
        Ok(GrantedRun { agreement: self, number, grants })
    }
}

impl GrantedRun {
    /// The agreement that the run is under, signed by every party.
    pub fn agreement(&self) -> &SignedAgreement {
        &self.agreement
    }

    /// The run's number, from 1 to the terms' `max.runs`.
    pub fn number(&self) -> RunNumber {
        self.number
    }

    /// The stewards' grants, in the agreement's order.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The latest time in a grant.
    pub fn latest(&self) -> Timestamp {
        self.grants.iter().map(|grant| grant.created).max().unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
