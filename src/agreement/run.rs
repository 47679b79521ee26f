//! Runs: granted by every steward, then permitted by every steward.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::keys::Grant;
use super::party::{Party, PartyRole};
use super::permit::{CommitmentRef, Permit};
use super::{AgreementError, SignedAgreement};
use crate::note::Note;
use crate::primitives::Digest;

/// Number of a run under an agreement, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct RunNumber(u32);

impl RunNumber {
    /// A positive number.
    pub fn new(number: u32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number.
    pub fn number(self) -> u32 {
        self.0
    }

    /// Refuses a run beyond the agreement's terms.
    pub fn check(self, agreement: &SignedAgreement) -> Result<(), AgreementError> {
        let allowed = agreement.body().terms.max.runs;
        if self.0 > allowed { Err(AgreementError::RunNumber { run: self.0, allowed }) } else { Ok(()) }
    }

    /// Refuses a run that is over, or one that leaves a run out. `granted` is the highest run that every steward has granted,
    /// `begun` the highest that any has; both as the log has them.
    pub fn in_order(self, granted: u32, begun: u32) -> Result<(), AgreementError> {
        if self.0 < granted || self.0 > begun.saturating_add(1) {
            return Err(AgreementError::RunOrder { run: self.0, granted, begun });
        }
        Ok(())
    }

    /// Refuses an artefact of another run.
    pub(crate) fn same(self, artefact: &'static str, found: Self) -> Result<(), AgreementError> {
        if self == found { Ok(()) } else { Err(AgreementError::AnotherRun { artefact, found: found.0, run: self.0 }) }
    }
}

impl TryFrom<u32> for RunNumber {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Self, &'static str> {
        Self::new(number).ok_or("runs are counted from 1")
    }
}

impl From<RunNumber> for u32 {
    fn from(run: RunNumber) -> Self {
        run.0
    }
}

impl fmt::Display for RunNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

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
    /// The agreement.
    pub fn agreement(&self) -> &SignedAgreement {
        &self.agreement
    }

    /// Which run.
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

    /// Opens the run for comparison: every steward must have permitted exactly `commitments`, and `now` must be inside
    /// every permit and inside the agreement's term.
    pub fn permit<E: From<AgreementError>>(
        self,
        commitments: Vec<CommitmentRef>,
        now: Timestamp,
        mut fetch: impl FnMut(&Party) -> Result<Note, E>,
    ) -> Result<PermittedRun, E> {
        let mut permits = Vec::new();
        for steward in self.agreement.body().of_role(PartyRole::Steward) {
            let permit = Permit::read(&self, steward, &fetch(steward)?)?;
            permit.check(&self, &commitments, now)?;
            permits.push(permit);
        }
        Ok(PermittedRun { run: self, commitments, permits })
    }
}

/// A run that every steward has permitted for exactly these commitments. The only thing that can be compared.
#[derive(Clone, Debug)]
pub struct PermittedRun {
    run: GrantedRun,
    commitments: Vec<CommitmentRef>,
    permits: Vec<Permit>,
}

impl PermittedRun {
    /// The agreement.
    pub fn agreement(&self) -> &SignedAgreement {
        self.run.agreement()
    }

    /// Which run.
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
