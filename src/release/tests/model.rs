//! Every order of consents, withdrawals and times of one lead, through the code that opens it and the code that says how it stands.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::release::standing::{Standing, State};

/// Minutes after the issue at which something happens.
const STEPS: [i64; 3] = [1, 2, 3];

struct Scene {
    world: World,
    shares: Shares,
    /// Consents by holder and step.
    consents: Vec<Vec<Consent>>,
}

impl Scene {
    fn new() -> Self {
        let world = world();
        let issued = issued_by(&world, "guardian", 1).expect("within the cap");
        let shares = shares(&world, &issued);
        let given = |who: &str, step: i64| {
            let now = world.now + SignedDuration::from_mins(step);
            let list = released(&world, &shares, who, None, &[1], (&Withdrawals::default(), now)).expect("a keeper");
            Consent::opened(&shares, &[&list], world.of(PAIR[0])).expect("own list").remove(0)
        };
        let consents = ALL.iter().map(|who| STEPS.iter().map(|step| given(who, *step)).collect()).collect();
        Self { world, shares, consents }
    }

    fn at(&self, minutes: i64) -> Timestamp {
        self.world.now + SignedDuration::from_mins(minutes)
    }

    fn withdrawal(&self, by: &str, minutes: i64) -> Withdrawal {
        let agreement = self.world.signed();
        let cleared = self.world.cleared_at(by, self.at(minutes));
        let note = Withdrawal::issue(&agreement, self.world.of(by), &cleared, Handle([9; 16]));
        Withdrawal::read(&agreement, World::run(), by, &note.expect("its own")).expect("signed")
    }
}

#[test]
fn a_lead_opens_in_time_with_every_consent_before_any_withdrawal_and_never_else() {
    let scene = Scene::new();
    let choices: Vec<Option<usize>> = std::iter::once(None).chain((0..STEPS.len()).map(Some)).collect();
    let mut withdrawals: Vec<Option<(i64, Withdrawals)>> = vec![None];
    for by in PAIR {
        for minutes in -1..=4 {
            let records = Withdrawals { all: vec![scene.withdrawal(by, minutes)] };
            withdrawals.push(Some((minutes, records)));
        }
    }
    let nothing = Withdrawals::default();
    let before = scene.shares.expires - SignedDuration::from_secs(1);
    let (mut opened, mut cases) = (0, 0);
    for first in &choices {
        for second in &choices {
            for third in &choices {
                let steps = [first, second, third];
                let given: Vec<Consent> = steps
                    .iter()
                    .enumerate()
                    .filter_map(|(holder, step)| step.map(|step| scene.consents[holder][step].clone()))
                    .collect();
                let last = steps.iter().copied().flatten().map(|step| STEPS[*step]).max();
                let all = given.len() == ALL.len();
                for withdrawal in &withdrawals {
                    let records = withdrawal.as_ref().map_or(&nothing, |(_, records)| records);
                    // One from before the issue was heeded when the list was made.
                    let first_withdrawal =
                        withdrawal.as_ref().map(|(minutes, _)| *minutes).filter(|minutes| *minutes >= 0);
                    let wins = first_withdrawal.is_some_and(|minutes| last.is_none_or(|last| minutes <= last) || !all);
                    for now in [scene.at(5), before, scene.shares.expires] {
                        let gathered = Consents::gather(&scene.shares, 1, &given, records, now);
                        let standing = Standing::of(&scene.shares, 1, &given, [None; 2], (records, now));
                        let over = now >= scene.shares.expires;
                        let told = format!("{steps:?}, withdrawn {first_withdrawal:?}, over {over}");
                        assert_eq!(gathered.is_ok(), all && !wins && !over, "{told}: {:?}", gathered.err());
                        let expected = match (all && !wins, wins, over) {
                            (true, ..) => State::Open,
                            (_, true, _) => State::Frozen,
                            (_, _, true) => State::Lapsed,
                            _ => State::Sealed,
                        };
                        assert_eq!(standing.state(), expected, "{told}");
                        (opened, cases) = (opened + usize::from(gathered.is_ok()), cases + 1);
                    }
                }
            }
        }
    }
    assert_eq!(cases, 4usize.pow(3) * 13 * 3);
    assert!(opened > 0 && opened < cases / 4, "{opened} of {cases}");
}

#[test]
fn a_consent_written_when_a_withdrawal_was_there_is_never_made_by_our_program() {
    let scene = Scene::new();
    for (minutes, refused) in [(-1, false), (0, true), (2, true)] {
        let records = Withdrawals { all: vec![scene.withdrawal(PAIR[0], minutes)] };
        let made = released(&scene.world, &scene.shares, ALL[1], None, &[1], (&records, scene.at(5)));
        assert_eq!(matches!(made, Err(ReleaseError::Frozen { .. })), refused, "{minutes}");
    }
}
