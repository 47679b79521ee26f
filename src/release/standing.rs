//! How a lead stands: the states between issue and receipt, and what may happen in each.
//!
//! ```text
//!            consent of every holder                 receipt of both agencies
//!   Sealed ─────────────────────────────► Open ─────────────────────────────► Closed
//!     │ withdrawal                          (blocks the next permit until then)
//!     ├──────────────► Frozen
//!     │ time
//!     └──────────────► Lapsed
//! ```
//!
//! Frozen and lapsed leads never open. A withdrawal and a consent of the same moment: the withdrawal comes first. The test below
//! walks through every state that can be reached.

use super::consent::Consent;
use super::outcome::Outcome;
use super::shares::Shares;
use super::withdrawals::Withdrawals;
use jiff::Timestamp;

/// The state of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Some consent is missing.
    Sealed,
    /// Every holder consented; a receipt of at least one agency is missing.
    Open,
    /// Both agencies said what became of it.
    Closed,
    /// A record was withdrawn before every holder had consented.
    Frozen,
    /// Its time was over before every holder had consented.
    Lapsed,
}

/// Something that happens to a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A holder consents, by its place among the holders.
    Consent(usize),
    /// One of the two agencies withdraws a record.
    Withdrawal,
    /// Its time is over.
    Lapse,
    /// The first or second agency says what became of it.
    Receipt(usize, Outcome),
}

/// Why something may not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such holder or agency.
    Nobody,
    /// This holder or agency did so before.
    Again,
    /// Not in this state.
    State(State),
}

/// A lead, by what happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Standing {
    consents: Vec<bool>,
    state: State,
    receipts: [Option<Outcome>; 2],
}

impl Standing {
    /// A lead that nobody has consented to yet.
    pub fn new(holders: usize) -> Self {
        Self { consents: vec![false; holders], state: State::Sealed, receipts: [None; 2] }
    }

    /// How it stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether each holder has consented.
    pub fn consents(&self) -> &[bool] {
        &self.consents
    }

    /// Whether the next permit has to wait for it.
    pub fn blocks(&self) -> bool {
        self.state == State::Open
    }

    /// Which of the two agencies have said what became of it.
    pub fn receipts(&self) -> [Option<Outcome>; 2] {
        self.receipts
    }

    /// Lets something happen, or refuses and stays as it was.
    pub fn apply(&mut self, event: Event) -> Result<(), Refusal> {
        match (event, self.state) {
            (Event::Consent(holder), State::Sealed) => {
                let given = self.consents.get_mut(holder).ok_or(Refusal::Nobody)?;
                if std::mem::replace(given, true) {
                    return Err(Refusal::Again);
                }
                if self.consents.iter().all(|given| *given) {
                    self.state = State::Open;
                }
                Ok(())
            }
            (Event::Withdrawal, State::Sealed) => {
                self.state = State::Frozen;
                Ok(())
            }
            (Event::Lapse, State::Sealed) => {
                self.state = State::Lapsed;
                Ok(())
            }
            // What is open stays open: a duty does not lapse, and a withdrawal is acknowledged apart.
            (Event::Withdrawal | Event::Lapse, _) => Ok(()),
            (Event::Receipt(agency, outcome), State::Open) => {
                let receipt = self.receipts.get_mut(agency).ok_or(Refusal::Nobody)?;
                if receipt.is_some() {
                    return Err(Refusal::Again);
                }
                *receipt = Some(outcome);
                if self.receipts.iter().all(Option::is_some) {
                    self.state = State::Closed;
                }
                Ok(())
            }
            (Event::Consent(_) | Event::Receipt(..), state) => Err(Refusal::State(state)),
        }
    }

    /// How the lead in a slot stands at `now`, from the consents to it and from what the two agencies said. What the rules refuse
    /// changes nothing.
    pub fn of(
        shares: &Shares,
        slot: u32,
        consents: &[Consent],
        receipts: [Option<Outcome>; 2],
        (withdrawals, now): (&Withdrawals, Timestamp),
    ) -> Self {
        let mut events: Vec<(Timestamp, u8, Event)> = Vec::new();
        let holders: Vec<&str> = shares.holders().collect();
        for withdrawal in withdrawals.all.iter().filter(|w| shares.agencies.contains(&w.by)) {
            if withdrawal.created >= shares.created {
                events.push((withdrawal.created, 0, Event::Withdrawal));
            }
        }
        if now >= shares.expires {
            events.push((shares.expires, 1, Event::Lapse));
        }
        for consent in consents.iter().filter(|consent| consent.slot == slot) {
            let at = holders.iter().position(|holder| *holder == consent.holder);
            events.extend(at.map(|at| (consent.created, 2, Event::Consent(at))));
        }
        for (at, outcome) in receipts.into_iter().enumerate() {
            // A receipt counts once the lead is open, whatever the clocks say.
            events.extend(outcome.map(|outcome| (Timestamp::MAX, 3, Event::Receipt(at, outcome))));
        }
        events.sort_by_key(|(at, rank, _)| (*at, *rank));
        let mut standing = Self::new(holders.len());
        for (_, _, event) in events {
            let _ = standing.apply(event);
        }
        standing
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashSet, VecDeque};

    use super::*;

    const HOLDERS: usize = 3;
    const OUTCOMES: [Outcome; 5] =
        [Outcome::Verified, Outcome::Refuted, Outcome::Withdrawn, Outcome::Lapsed, Outcome::Empty];

    fn events() -> Vec<Event> {
        let mut events: Vec<Event> = (0..=HOLDERS).map(Event::Consent).collect();
        events.extend([Event::Withdrawal, Event::Lapse]);
        for agency in 0..3 {
            events.extend(OUTCOMES.map(|outcome| Event::Receipt(agency, outcome)));
        }
        events
    }

    /// Before, event, after, and whether it was done.
    type Step = (Standing, Event, Standing, bool);

    /// Every standing that any sequence of events leads to, with every step between them.
    fn walk() -> (HashSet<Standing>, Vec<Step>) {
        let (mut seen, mut steps) = (HashSet::new(), Vec::new());
        let mut waiting = VecDeque::from([Standing::new(HOLDERS)]);
        seen.insert(Standing::new(HOLDERS));
        while let Some(before) = waiting.pop_front() {
            for event in events() {
                let mut after = before.clone();
                let done = after.apply(event).is_ok();
                if seen.insert(after.clone()) {
                    waiting.push_back(after.clone());
                }
                steps.push((before.clone(), event, after, done));
            }
        }
        (seen, steps)
    }

    #[test]
    fn every_reachable_state_keeps_the_rules_of_a_lead() {
        let (seen, steps) = walk();
        let count = |state: State| seen.iter().filter(|standing| standing.state == state).count();
        // Sealed: every set of consents but all. Open: no receipt, or one of five from either side. Closed: five by five.
        assert_eq!(count(State::Sealed), 7);
        assert_eq!((count(State::Frozen), count(State::Lapsed)), (7, 7));
        assert_eq!((count(State::Open), count(State::Closed)), (1 + 2 * 5, 5 * 5));
        for standing in &seen {
            let all = standing.consents.iter().all(|given| *given);
            let receipts = standing.receipts.iter().flatten().count();
            match standing.state {
                State::Sealed | State::Frozen | State::Lapsed => assert!(!all && receipts == 0, "{standing:?}"),
                State::Open => assert!(all && receipts < 2, "{standing:?}"),
                State::Closed => assert!(all && receipts == 2, "{standing:?}"),
            }
            assert_eq!(standing.blocks(), all && receipts < 2, "{standing:?}");
        }
        for (before, event, after, done) in &steps {
            assert!(*done || before == after, "a refused {event:?} changed {before:?}");
            let opened = before.state == State::Sealed && after.state == State::Open;
            let last = before.consents.iter().filter(|given| !**given).count() == 1;
            assert!(!opened || (last && matches!(event, Event::Consent(_))), "{before:?} {event:?}");
            if matches!(before.state, State::Frozen | State::Lapsed | State::Closed) {
                assert!(after == before, "{before:?} {event:?} {after:?}");
            }
            if let Event::Consent(holder) = event {
                let twice = before.consents.get(*holder) == Some(&true);
                assert!(!twice || !done, "a holder consented twice: {before:?}");
            }
        }
    }

    #[test]
    fn a_withdrawal_before_the_last_consent_wins_in_every_order() {
        // All orders of three consents and a withdrawal: open only where the withdrawal is last.
        let mut orders: Vec<Vec<Event>> = vec![vec![]];
        let all = [Event::Consent(0), Event::Consent(1), Event::Consent(2), Event::Withdrawal];
        for _ in 0..all.len() {
            orders = orders
                .into_iter()
                .flat_map(|order| {
                    let rest = all.into_iter().filter(|event| !order.contains(event)).collect::<Vec<_>>();
                    rest.into_iter().map(move |event| [order.clone(), vec![event]].concat())
                })
                .collect();
        }
        assert_eq!(orders.len(), 24);
        for order in orders {
            let mut standing = Standing::new(HOLDERS);
            for event in &order {
                let _ = standing.apply(*event);
            }
            let last = order.last() == Some(&Event::Withdrawal);
            assert_eq!(standing.state(), if last { State::Open } else { State::Frozen }, "{order:?}");
        }
    }
}
