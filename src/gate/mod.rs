//! The gate: what a party may do.
//!
//! [`Facts`](facts::Facts) are verified once, [`Act`](crate::cleared::Act)s are a closed list, and the table in `table.rs` says which
//! checks each act must pass. [`judge`] asks them in order; only where none refuses is there a [`Cleared`], which the functions that do
//! the act ask for. Nothing here reads a file, a clock or a key.

mod checks;
pub(crate) mod facts;
pub(crate) mod limits;
pub(crate) mod logged;
mod needs;
pub(crate) mod table;
pub(crate) mod turn;

use jiff::{SignedDuration, Timestamp};

use crate::agreement::{AgreementError, RunNumber};
use crate::cleared::{Act, Cleared, Kind};
use crate::failure::Failure;
use crate::primitives::Digest;
pub(crate) use checks::{key_of, latest};
use facts::Facts;
use table::Check;

/// How far clocks of two parties may differ.
pub(crate) const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Refuses a clock that is behind a time that was seen.
pub(crate) fn not_behind(now: Timestamp, seen: Timestamp) -> Result<(), Failure> {
    if now + SKEW < seen {
        return Err(AgreementError::ClockBehind { now, seen }.into());
    }
    Ok(())
}

/// What is asked about: a run, and where it matters two of its agencies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    /// The run; none for an act of the whole agreement.
    pub(crate) run: Option<RunNumber>,
    /// The two agencies, in the agreement's order.
    pub(crate) pair: Option<[String; 2]>,
}

impl From<RunNumber> for Case {
    fn from(run: RunNumber) -> Self {
        Self { run: Some(run), pair: None }
    }
}

/// The first check that an act does not pass, and why.
#[derive(Clone, Debug)]
pub(crate) struct Denied {
    /// Which.
    pub(crate) check: Check,
    /// Why, with the term and a next step.
    pub(crate) failure: Failure,
}

/// Asks every check that the table demands of an act.
///
/// # Errors
/// The first refusal, in the order of the table's columns.
pub(crate) fn examine(facts: &Facts, act: Act, case: &Case) -> Result<(), Box<Denied>> {
    for check in Check::ALL.iter().copied().filter(|check| table::asks(act, *check)) {
        checks::ask(check, facts, act, case).map_err(|failure| Box::new(Denied { check, failure }))?;
    }
    Ok(())
}

/// Lets a party do an act, or refuses.
///
/// # Errors
/// The first check that it does not pass.
pub(crate) fn judge<K: Kind>(facts: &Facts, case: &Case) -> Result<Cleared<K>, Failure> {
    examine(facts, K::ACT, case).map_err(|denied| denied.failure)?;
    let agreement = facts.draft.as_ref().map(|draft| draft.note().digest()).unwrap_or(Digest([0; 32]));
    Ok(Cleared::witness(agreement, case.run.map_or(0, RunNumber::number), &facts.own.name, facts.now))
}
