//! Every state of a run that any order of consents, stops and hours leads to, through the code that decides.

use std::collections::{HashMap, HashSet, VecDeque};

use super::*;

const STEWARDS: [&str; 2] = ["steward-1", "steward-2"];
/// Hours that pass; after the last one the agreement is over.
const LAST: u8 = 3;

/// What lies in the exchange, and what the clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct State {
    grants: [bool; 2],
    /// The hour at which each steward permitted; a permit is good for one.
    permits: [Option<u8>; 2],
    /// Stops by the first steward.
    stops: u8,
    /// Which stops each steward has lifted, as bits.
    lifted: [u8; 2],
    hour: u8,
}

impl State {
    fn next(self) -> Vec<Self> {
        let mut next = vec![Self { hour: (self.hour + 1).min(LAST), ..self }];
        if self.stops < 2 {
            next.push(Self { stops: self.stops + 1, ..self });
        }
        for steward in 0..2 {
            // A consent may be given, and its file taken away again by whoever reaches the exchange.
            let mut one = self;
            one.grants[steward] = !one.grants[steward];
            next.push(one);
            // A permit needs every grant, and is given once.
            if self.grants == [true; 2] && self.permits[steward].is_none() && self.hour < LAST {
                let mut one = self;
                one.permits[steward] = Some(self.hour);
                next.push(one);
            }
            let mut one = self;
            one.lifted[steward] |= (1 << self.stops) - 1;
            next.push(one);
        }
        next
    }

    /// The rule in a line each.
    fn may_compare(self) -> bool {
        let permitted = self.permits.iter().all(|at| *at == Some(self.hour));
        let all = (1 << self.stops) - 1;
        self.hour < LAST
            && self.grants == [true; 2]
            && permitted
            && self.lifted.iter().all(|lifted| lifted & all == all)
    }
}

/// The notes of every consent, and the code under test.
struct Code {
    world: World,
    draft: DraftAgreement,
    grants: Vec<Note>,
    permits: HashMap<(usize, u8), Note>,
    stops: Vec<Stop>,
    resumes: HashMap<(usize, u8), Resume>,
}

impl Code {
    fn new() -> Self {
        let world = World::new();
        let (draft, agreement, run) = (world.fully_signed(), world.signed(), World::run());
        let grants = STEWARDS.map(|steward| world.grant_note(steward)).to_vec();
        let hour = |hour: u8| world.now + SignedDuration::from_hours(hour.into());
        let (mut permits, mut resumes) = (HashMap::new(), HashMap::new());
        let stop = |minutes: i64| {
            let now = world.now + SignedDuration::from_mins(minutes);
            let cleared = world.cleared_at(STEWARDS[0], now);
            let note = Stop::issue(&agreement, world.of(STEWARDS[0]), &cleared, Reason::Doubt).expect("a steward");
            Stop::read(&agreement, run, &note).expect("own note")
        };
        let stops = vec![stop(1), stop(2)];
        for (at, steward) in STEWARDS.iter().enumerate() {
            for given in 0..LAST {
                let cleared = world.cleared_at(steward, hour(given));
                let note = Permit::issue(&world.granted(), world.of(steward), &cleared, world.references(), 1);
                permits.insert((at, given), note.expect("a steward"));
            }
            for lifts in [1_u8, 2, 3] {
                let named: Vec<Stop> = (0..2).filter(|n| lifts >> n & 1 == 1).map(|n| stops[n].clone()).collect();
                let note =
                    Resume::issue(&agreement, world.of(steward), &world.cleared(steward), &named).expect("a steward");
                resumes.insert((at, lifts), Resume::read(&agreement, run, &note).expect("own note"));
            }
        }
        Self { world, draft, grants, permits, stops, resumes }
    }

    fn now(&self, hour: u8) -> Timestamp {
        let after = if hour == LAST { self.world.body.expires } else { self.world.now };
        after + SignedDuration::from_hours(hour.into())
    }

    /// Whether the program would compare: the very calls of operator and agency.
    fn permitted(&self, state: State) -> bool {
        let now = self.now(state.hour);
        let absent = |steward: &Party| AgreementError::Absent { artefact: "note", from: steward.name.clone() };
        let place = |steward: &Party| STEWARDS.iter().position(|name| *name == steward.name).expect("a steward");
        let Ok(agreement) = self.draft.clone().accept(now) else { return false };
        let granted = agreement.grant(World::run(), |steward| {
            let at = place(steward);
            if state.grants[at] { Ok(self.grants[at].clone()) } else { Err(absent(steward)) }
        });
        let Ok(granted) = granted else { return false };
        let permitted = granted.permit(self.world.references(), now, |steward| {
            let at = place(steward);
            state.permits[at].map(|hour| self.permits[&(at, hour)].clone()).ok_or_else(|| absent(steward))
        });
        permitted.is_ok()
    }

    fn running(&self, state: State, agreement: &SignedAgreement) -> bool {
        let resumes: Vec<Resume> = (0..2).filter_map(|at| self.resumes.get(&(at, state.lifted[at])).cloned()).collect();
        refuse_stopped(agreement, World::run(), &self.stops[..state.stops.into()], &resumes).is_ok()
    }
}

#[test]
fn a_run_is_compared_only_with_every_consent_in_time_and_never_while_stopped() {
    let (code, agreement) = (Code::new(), World::new().signed());
    let first = State { grants: [false; 2], permits: [None; 2], stops: 0, lifted: [0; 2], hour: 0 };
    let (mut seen, mut waiting) = (HashSet::from([first]), VecDeque::from([first]));
    // Consents and stops are decided apart: each half of a state is asked once.
    let (mut permitted, mut running) = (HashMap::new(), HashMap::new());
    let mut compared = 0;
    while let Some(state) = waiting.pop_front() {
        let half = State { stops: 0, lifted: [0; 2], ..state };
        let consents = *permitted.entry(half).or_insert_with(|| code.permitted(half));
        let goes_on = *running.entry((state.stops, state.lifted)).or_insert_with(|| code.running(state, &agreement));
        assert_eq!(consents && goes_on, state.may_compare(), "{state:?}");
        compared += usize::from(consents && goes_on);
        for next in state.next() {
            if seen.insert(next) {
                waiting.push_back(next);
            }
        }
    }
    assert_eq!(seen.len(), 2520, "every state that these events reach");
    // Both permits of one hour of three, with no stop, one or two, all lifted by both.
    assert_eq!(compared, 9);
}

#[test]
fn a_permit_of_a_steward_whose_clock_is_an_hour_ahead_is_not_valid_yet() {
    let world = World::new();
    let ahead = world.now + SignedDuration::from_hours(1);
    let list = world.references();
    let note = |steward: &Party| {
        let at = if steward.name == STEWARDS[0] { ahead } else { world.now };
        let cleared = world.cleared_at(&steward.name, at);
        Permit::issue(&world.granted(), world.of(&steward.name), &cleared, world.references(), 2)
    };
    let refused = world.granted().permit(list.clone(), world.now, note).expect_err("not yet");
    assert!(matches!(refused, AgreementError::PermitTime { .. }), "{refused}");
    // And one of a clock that is an hour behind ends an hour sooner, never later.
    let behind = |steward: &Party| {
        let cleared = world.cleared_at(&steward.name, world.now - SignedDuration::from_hours(1));
        Permit::issue(&world.granted(), world.of(&steward.name), &cleared, world.references(), 1)
    };
    assert!(world.granted().permit(list, world.now, behind).is_err());
}
