//! What a witness of the gate is asked before anything is signed, sealed or opened: whether it was given for this very case.

use super::{AgreementError, RunNumber};
use crate::cleared::{Cleared, Kind, Limit};
use crate::primitives::Digest;

impl<K: Kind> Cleared<K> {
    /// Refuses unless it was given for this agreement and party, and for this run; none for an act of the whole agreement.
    pub(crate) fn admit(&self, agreement: Digest, party: &str, run: Option<RunNumber>) -> Result<(), AgreementError> {
        if self.is_for(agreement, party, run.map_or(0, RunNumber::number)) { Ok(()) } else { Err(self.foreign()) }
    }

    /// The run that it was given for, in this agreement and to this party.
    pub(crate) fn of_run(&self, agreement: Digest, party: &str) -> Result<RunNumber, AgreementError> {
        let run = RunNumber::new(self.run()).ok_or_else(|| self.foreign())?;
        self.admit(agreement, party, Some(run)).map(|()| run)
    }

    /// Refuses a result of this size that was not judged in the run that this was given for.
    pub(crate) fn limit(&self, limit: &impl Limit, size: usize) -> Result<(), AgreementError> {
        if limit.covers(self.agreement(), self.run(), size as u64) {
            return Ok(());
        }
        Err(AgreementError::NotJudged { act: K::ACT.name(), size })
    }

    fn foreign(&self) -> AgreementError {
        AgreementError::NotCleared {
            act: K::ACT.name(),
            party: self.party().to_owned(),
            run: self.run(),
            agreement: self.agreement().short(),
        }
    }
}
