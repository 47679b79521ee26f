//! The gate: what a party may do.
//!
//! [`Facts`](facts::Facts) are verified once, [`Act`](crate::cleared::Act)s are a closed list, and the table in `table.rs` says which
//! checks each act must pass. [`judge`] asks them in order; only where none refuses is there a [`Cleared`], which the functions that do
//! the act ask for. Nothing here reads a file, a clock or a key.

#[cfg(all(test, feature = "operator", feature = "guardian"))]
mod admitted;
mod checks;
pub(crate) mod facts;
pub(crate) mod limits;
pub(crate) mod logged;
mod needs;
pub(crate) mod table;
pub(crate) mod terms;
pub(crate) mod turn;

use jiff::{SignedDuration, Timestamp};

use crate::agreement::{AgreementError, DraftAgreement, RunNumber};
#[cfg(feature = "agency")]
use crate::agreement::{Key, PartySecrets};
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

/// Judges the text of an agreement before it is written down, by what the table asks of a draft. There is no party yet, so no facts.
///
/// # Errors
/// The first check that the text does not pass.
pub(crate) fn judge_text(draft: &DraftAgreement, parent: Option<&DraftAgreement>) -> Result<(), Failure> {
    if table::asks(Act::Draft, Check::Amends) {
        parent.map(|parent| draft.amends(parent)).transpose()?;
    }
    if table::asks(Act::Draft, Check::Recall) { checks::recall(draft) } else { Ok(()) }
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

/// An agreement of which this process alone holds the keys of every party, as a measurement of speed has it: whatever is done in it
/// concerns nobody else, so nothing is asked.
#[cfg(feature = "agency")]
#[derive(Debug)]
pub(crate) struct Rehearsal {
    agreement: Digest,
    parties: Vec<String>,
}

#[cfg(feature = "agency")]
impl Rehearsal {
    /// Refuses unless `everybody` holds the consent key of every party.
    ///
    /// # Errors
    /// The first party whose key is held elsewhere.
    pub(crate) fn of(draft: &DraftAgreement, everybody: &[PartySecrets]) -> Result<Self, AgreementError> {
        let held = |name: &str| {
            let own = |secrets: &&PartySecrets| draft.seat(secrets).is_ok_and(|seat| seat.name == name);
            everybody.iter().find(own).is_some_and(|secrets| secrets.holds(Key::Consent))
        };
        let mut parties = Vec::new();
        for party in &draft.body().parties {
            if !held(&party.name) {
                return Err(AgreementError::KeyAbsent { name: party.name.clone(), key: Key::Consent });
            }
            parties.push(party.name.clone());
        }
        Ok(Self { agreement: draft.note().digest(), parties })
    }

    /// Lets one of the parties do an act; `None` for who is none.
    pub(crate) fn clear<K: Kind>(&self, party: &str, run: Option<RunNumber>, now: Timestamp) -> Option<Cleared<K>> {
        let known = self.parties.iter().any(|name| name == party);
        known.then(|| Cleared::witness(self.agreement, run.map_or(0, RunNumber::number), party, now))
    }
}

#[cfg(all(test, feature = "agency"))]
mod tests {
    use super::*;
    use crate::agreement::tests::World;
    use crate::cleared::by;

    #[test]
    fn a_rehearsal_needs_every_partys_key_and_lets_only_its_parties_act() {
        let mut world = World::new();
        let draft = world.draft();
        let all = Rehearsal::of(&draft, &world.secrets).expect("all are here");
        assert!(all.clear::<by::Sign>("fiu-a", None, world.now).is_some());
        assert!(all.clear::<by::Sign>("stranger", None, world.now).is_none());
        for missing in 0..world.secrets.len() {
            let own = world.secrets.remove(missing);
            let name = own.verifier().name().to_owned();
            let absent = AgreementError::KeyAbsent { name: name.clone(), key: Key::Consent };
            assert_eq!(Rehearsal::of(&draft, &world.secrets).expect_err("somebody else's"), absent);
            // The card of a party is no key of it.
            let card = draft.body().parties.iter().find(|party| party.name == name).expect("a party");
            world.secrets.insert(missing, PartySecrets::none(card));
            assert_eq!(Rehearsal::of(&draft, &world.secrets).expect_err("somebody else's"), absent);
            world.secrets[missing] = own;
        }
    }
}
