//! What an agency learns about a person's protection by running again. The figures are in docs/guardian.md.

use super::*;
use crate::interval::wilson;

/// People whose pair the agency knows should come out; the first half of them are in the register.
const PEOPLE: usize = 600;
const RUNS: u64 = 6;

/// How often pairs of people in the register, and of others, were missing from every one of the runs.
fn missing_throughout(runs: u64, tag: &dyn Fn(&Handle, u64) -> [u8; 8]) -> [u64; 2] {
    let world = world();
    let mut entropy = Entropy::seeded(40);
    let mut word = || {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    };
    let words: Vec<u64> = (0..PEOPLE / 2 * 16).map(|_| word()).collect();
    let register = Register::new(16, words.clone(), HashSet::new()).expect("somebody is in it");
    let coin = Coin::of(&world.signed(), world.of("guardian")).expect("the guardian");
    // A handle begins with the person and ends with the side; what is random in a real one does not matter here.
    let handle = |person: usize, side: u8| {
        let mut bytes = [side; 16];
        bytes[..8].copy_from_slice(&(person as u64).to_be_bytes());
        Handle(bytes)
    };
    let entries: Vec<Candidate> = (0..PEOPLE)
        .map(|person| {
            let near =
                words.get(person * 16..person * 16 + 16).map(|own| own.iter().map(|w| w ^ (word() & word() & word())));
            let first = near.map(Iterator::collect).unwrap_or_else(|| (0..16).map(|_| word()).collect());
            let second = (0..16).map(|_| word()).collect();
            let handles = [handle(person, 0), handle(person, 1)];
            Candidate { handles, words: [first, second], keys: [vec![], vec![]], band: Some(Band::Strong) }
        })
        .collect();
    let mut missing = vec![true; PEOPLE];
    for run in 0..runs {
        let pairs = CandidatePairs {
            agencies: PAIR.map(str::to_owned),
            created: world.now,
            threshold: 620,
            entries: entries.clone(),
        };
        let tag = |handle: &Handle| tag(handle, run);
        let screen = Screen { register: &register, coin: &coin, tag: &tag, withdrawn: &HashSet::new() };
        for found in screen.apply(pairs, &mut Entropy::seeded(50 + run)).expect("screened") {
            let person = u64::from_be_bytes(found.handles[0].0[..8].try_into().expect("eight bytes")) as usize;
            missing[person] = false;
        }
    }
    let (protected, others) = missing.split_at(PEOPLE / 2);
    [protected, others].map(|people| people.iter().filter(|missing| **missing).count() as u64)
}

/// The advantage of who says "protected" of whoever is missing throughout: true claims less false ones, and how low it may be.
#[expect(clippy::print_stderr, reason = "the figures of docs/guardian.md, shown with --nocapture")]
fn advantage([protected, others]: [u64; 2]) -> (f64, f64, f64) {
    let half = PEOPLE as u64 / 2;
    let (low, high) = wilson(others, half);
    let share = |n: u64| n as f64 / half as f64;
    let found = (share(protected) - share(others), share(protected) - high, share(protected) - low);
    eprintln!("missing: {protected} of {half} in the register, {others} of {half} others; advantage {found:.3?}");
    found
}

fn person_and_side(handle: &Handle, salt: u64) -> [u8; 8] {
    let person = u64::from_be_bytes(handle.0[..8].try_into().expect("eight bytes"));
    (person * 4 + u64::from(handle.0[15]) + salt * 1_000_000).to_be_bytes()
}

/// Share of the others that are missing in every run whatever the coins: chance brought them near to one of three hundred.
fn alike() -> f64 {
    let fresh = |handle: &Handle, run: u64| person_and_side(handle, 1 + run);
    missing_throughout(RUNS, &fresh)[1] as f64 / (PEOPLE / 2) as f64
}

#[test]
fn running_again_tells_nothing_that_the_first_run_did_not() {
    let own = |handle: &Handle, _: u64| person_and_side(handle, 0);
    let (once, again) = (missing_throughout(1, &own), missing_throughout(RUNS, &own));
    assert_eq!(once, again, "a repeated run tells the same");
    assert_eq!(once[0], PEOPLE as u64 / 2, "everybody in the register is missing");
    // One missing pair leaves the two coins as an explanation, a fifth of the others, and likeness to somebody in the register.
    let (_, low, high) = advantage(once);
    advantage(again);
    let expected = 0.81 * (1.0 - alike());
    assert!(low < expected && expected < high, "{low} to {high}, expected {expected}");
}

#[test]
fn a_coin_that_is_tossed_anew_in_each_run_would_give_people_away() {
    // The control: with a fresh coin for each run the coins average out, and the same measurement sees it.
    let fresh = |handle: &Handle, run: u64| person_and_side(handle, 1 + run);
    let (once, again) = (advantage(missing_throughout(1, &fresh)), advantage(missing_throughout(RUNS, &fresh)));
    assert!(again.1 > once.2 + 0.05, "{once:?} {again:?}");
    // What is left are others that chance brought near to one of three hundred.
    assert!(again.0 > 0.95, "{again:?}");
}

#[test]
fn an_agency_that_renames_its_record_still_meets_its_partner_s_coin() {
    // Side 0 comes with a new id in each run, side 1 is the partner's and stays.
    let renamed = |handle: &Handle, run: u64| person_and_side(handle, if handle.0[15] == 0 { 1 + run } else { 0 });
    let (_, low, high) = advantage(missing_throughout(RUNS, &renamed));
    let expected = 0.90 * (1.0 - alike());
    assert!(low < expected && expected < high, "{low} to {high}, expected {expected}");
    assert!(high < 0.95, "a tenth of the others stay missing: {high}");
}
