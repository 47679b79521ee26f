//! Run numbers: how runs are counted, and in which order they may follow each other.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AgreementError, SignedAgreement};

/// Number of a run under an agreement, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct RunNumber(u32);

impl RunNumber {
    /// The run of that number; none is numbered 0.
    pub fn new(number: u32) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number: 1 or more.
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
