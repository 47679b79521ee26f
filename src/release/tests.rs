//! Lists, screening and consents: one size whatever is in them, nothing without the guardian, nothing without every consent.

use std::collections::HashSet;

use super::*;
use crate::agreement::tests::World;
use crate::agreement::{CommitmentRef, PartyRole, Permit, PermittedRun};
use crate::cleared::by;
use crate::parcel::{Handle, container};
use crate::primitives::{self, Digest, Entropy};

const PAIR: [&str; 2] = ["fiu-a", "fiu-b"];

/// A world whose lists are short: age is slow without optimisation.
fn world() -> World {
    let mut world = World::new();
    world.body.terms.max.leads = 12;
    world
}

fn permitted(world: &World) -> PermittedRun {
    let reference = |from: &str, to: &str| CommitmentRef {
        from: from.to_owned(),
        to: to.to_owned(),
        digest: Digest::of(from.as_bytes()),
    };
    let list = vec![reference("fiu-a", "fiu-b"), reference("fiu-b", "fiu-a")];
    let permit = |name: &str| Permit::issue(&world.granted(), world.of(name), &world.cleared(name), list.clone(), 1);
    world.granted().permit(list.clone(), world.now, |steward| permit(&steward.name)).expect("permitted")
}

fn found(count: usize) -> Vec<Found> {
    let one = |n: usize| Found { handles: [Handle([n as u8; 16]), Handle([100 + n as u8; 16])], band: Band::Strong };
    (0..count).map(one).collect()
}

fn issued_by(world: &World, who: &str, count: usize) -> Result<Issued, ReleaseError> {
    let entropy = &mut Entropy::seeded(1);
    let cleared = world.cleared::<by::Screen>(who);
    issue(&world.signed(), world.of(who), (&cleared, &()), PAIR, &found(count), entropy)
}

fn shares(world: &World, issued: &Issued) -> Shares {
    let agreement = world.signed();
    let pair = pair_of(&agreement, PAIR[1], PAIR[0]).expect("agencies");
    Shares::read(&agreement, World::run(), pair, &issued.shares).expect("the issuer's")
}

fn list(world: &World, issued: &Issued, side: usize) -> Result<LeadList, ReleaseError> {
    let (own, partner) = (PAIR[side], PAIR[1 - side]);
    let file = issued.lists[side].clone();
    LeadList::open(file, &world.signed(), world.of(own), &world.cleared(own), partner, shares(world, issued))
}

fn because(text: &str) -> Reasons {
    Reasons::new(&text.repeat(2), [], &mut Entropy::seeded(2)).expect("long")
}

/// The list of `who` that releases these places, after `last`.
fn released(
    world: &World,
    shares: &Shares,
    who: &str,
    last: Option<&ConsentList>,
    slots: &[u32],
    (records, now): (&Withdrawals, jiff::Timestamp),
) -> Result<ConsentList, ReleaseError> {
    let agreement = world.signed();
    let why: Vec<_> = slots.iter().map(|slot| (*slot, because("why this lead may be opened "))).collect();
    let entropy = &mut Entropy::seeded(7);
    let cleared = world.cleared_at(who, now);
    let note = ConsentList::issue(&agreement, shares, world.of(who), &cleared, last, (&why, records), entropy)?;
    ConsentList::read(&agreement, shares, &note)
}

fn consents(world: &World, shares: &Shares, slot: u32, who: &[&str]) -> Vec<Consent> {
    let one = |name: &&str| {
        let list =
            released(world, shares, name, None, &[slot], (&Withdrawals::default(), world.now)).expect("a keeper");
        Consent::opened(shares, &[&list], world.of(PAIR[0])).expect("own list")
    };
    who.iter().flat_map(one).collect()
}

const ALL: [&str; 3] = ["officer-fiu-a", "officer-fiu-b", "data-authority"];

/// Bytes of the table inside. The file around it differs at random: age adds a stanza of random length to every header.
fn table_bytes(world: &World, count: usize) -> usize {
    let issued = issued_by(world, "guardian", count).expect("within the cap");
    let (_, sealed) = container::split(&bytes::Bytes::from(issued.lists[0].clone())).expect("own file");
    let mut table = Vec::new();
    let mut reader = primitives::open(world.of("fiu-a").identity().expect("fresh"), &sealed[..]).expect("its own");
    std::io::Read::read_to_end(&mut reader, &mut table).expect("authentic");
    table.len()
}

#[test]
fn the_table_of_a_list_has_one_size_for_no_lead_some_and_as_many_as_may_be() {
    let world = world();
    let sizes = [0, 1, 12].map(|n| table_bytes(&world, n));
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
}

#[test]
fn more_leads_than_the_cap_are_never_issued() {
    assert!(matches!(issued_by(&world(), "guardian", 13), Err(ReleaseError::TooMany { .. })));
}

#[test]
fn only_the_guardian_issues_leads_and_a_patched_operators_are_refused() {
    let world = world();
    assert!(issued_by(&world, "link-unit", 3).is_err());
    let mut issued = issued_by(&world, "guardian", 3).expect("the guardian's");
    world.of("link-unit").sign(&mut issued.shares).expect("fresh");
    let agreement = world.signed();
    let pair = pair_of(&agreement, PAIR[0], PAIR[1]).expect("agencies");
    assert!(Shares::read(&agreement, World::run(), pair, &issued.shares).is_err());
}

#[test]
fn a_lead_opens_with_every_consent_for_both_agencies_and_leads_stand_before_fillers() {
    let world = world();
    let issued = issued_by(&world, "guardian", 2).expect("within the cap");
    for side in 0..PAIR.len() {
        let list = list(&world, &issued, side).expect("its own");
        let mut seen = Vec::new();
        for slot in 1..=3 {
            let given = consents(&world, list.shares(), slot, &ALL);
            let all = Consents::gather(list.shares(), slot, &given, &Withdrawals::default(), world.now).expect("all");
            seen.extend(list.lead(&all).expect("opens"));
        }
        assert_eq!(seen.len(), 2, "the third is a filler");
        let mut handles: Vec<Handle> = seen.iter().map(|lead| lead.handle).collect();
        handles.sort_unstable();
        assert_eq!(handles, found(2).iter().map(|found| found.handles[side]).collect::<Vec<_>>());
    }
}

#[test]
fn without_one_consent_or_with_two_of_one_organisation_nothing_opens() {
    let world = world();
    let issued = issued_by(&world, "guardian", 1).expect("within the cap");
    let shares = shares(&world, &issued);
    for missing in 0..ALL.len() {
        let mut some = ALL.to_vec();
        some.remove(missing);
        let given = consents(&world, &shares, 1, &some);
        let refused =
            Consents::gather(&shares, 1, &given, &Withdrawals::default(), world.now).expect_err("one is missing");
        assert!(matches!(refused, ReleaseError::Incomplete { .. }), "{refused}");
    }
    let twice = consents(&world, &shares, 1, &["officer-fiu-a", "officer-fiu-a", "officer-fiu-b", "data-authority"]);
    let refused = Consents::gather(&shares, 1, &twice, &Withdrawals::default(), world.now).expect_err("twice");
    assert!(matches!(refused, ReleaseError::Twice { .. }), "{refused}");
    let other = consents(&world, &shares, 2, &ALL);
    assert!(
        Consents::gather(&shares, 1, &other, &Withdrawals::default(), world.now).is_err(),
        "consents to another lead"
    );
}

#[test]
fn whoever_holds_no_share_cannot_consent() {
    let world = world();
    let issued = issued_by(&world, "guardian", 1).expect("within the cap");
    for who in ["fiu-a", "link-unit", "guardian", "steward-1", "refugee-council"] {
        let refused = holder_of(&world.signed(), &shares(&world, &issued), world.of(who)).expect_err("no share");
        assert!(matches!(refused, ReleaseError::NoShare { .. }), "{who}: {refused}");
    }
}

#[test]
fn nothing_opens_or_is_consented_to_after_the_leads_lapsed() {
    let world = world();
    let issued = issued_by(&world, "guardian", 1).expect("within the cap");
    let shares = shares(&world, &issued);
    let given = consents(&world, &shares, 1, &ALL);
    let late = Consents::gather(&shares, 1, &given, &Withdrawals::default(), shares.expires).expect_err("late");
    assert!(matches!(late, ReleaseError::Lapsed { .. }));
    let late = released(&world, &shares, ALL[0], None, &[1], (&Withdrawals::default(), shares.expires));
    assert!(matches!(late, Err(ReleaseError::Lapsed { .. })));
}

#[test]
fn a_withdrawal_before_the_last_consent_freezes_the_list() {
    let world = world();
    let (agreement, issued) = (world.signed(), issued_by(&world, "guardian", 1).expect("within the cap"));
    let shares = shares(&world, &issued);
    let given = consents(&world, &shares, 1, &ALL);
    let note = Withdrawal::issue(&agreement, world.of("fiu-b"), &world.cleared("fiu-b"), Handle([100; 16]));
    let withdrawal = Withdrawal::read(&agreement, World::run(), "fiu-b", &note.expect("its own")).expect("signed");
    let records = Withdrawals { all: vec![withdrawal] };
    let refused = Consents::gather(&shares, 1, &given, &records, world.now).expect_err("frozen");
    assert!(matches!(refused, ReleaseError::Frozen { .. }), "{refused}");
    assert!(records.withdrew("fiu-b", super::withdrawal(Handle([100; 16]))));
}

#[test]
fn reasons_that_are_short_or_repeated_are_refused() {
    let (long, entropy) = ("a case, a decision, and why nothing milder does", &mut Entropy::seeded(3));
    assert!(Reasons::new(long, [], entropy).is_ok());
    assert!(Reasons::new("ok", [], entropy).is_err());
    assert!(Reasons::new(&long.to_uppercase(), [long], entropy).is_err());
}

/// A register of `records` random encodings, and pairs of which the first sides of some are near to one of them.
fn screened(near: usize, records: usize, coin_tag: u8) -> Vec<Found> {
    let world = world();
    let mut entropy = Entropy::seeded(4);
    let mut word = || {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    };
    let words: Vec<u64> = (0..records * 16).map(|_| word()).collect();
    let candidate = |n: usize, word: &mut dyn FnMut() -> u64| {
        let mut first: Vec<u64> = (0..16).map(|_| word()).collect();
        if n < near {
            first = words[n * 16..][..16].iter().map(|w| w ^ (word() & word() & word())).collect();
        }
        let second = (0..16).map(|_| word()).collect();
        let handles = [Handle([n as u8; 16]), Handle([50 + n as u8; 16])];
        Candidate { handles, words: [first, second], keys: [vec![], vec![]], band: Some(Band::Strong) }
    };
    let entries = (0..12).map(|n| candidate(n, &mut word)).collect();
    let pairs = CandidatePairs { agencies: PAIR.map(str::to_owned), created: world.now, threshold: 620, entries };
    let register = Register::new(16, words.clone(), HashSet::new()).expect("somebody is in it");
    let coin = Coin::of(&world.signed(), world.of("guardian")).expect("the guardian");
    let screen = Screen { register: &register, coin: &coin, tag: &|_| [coin_tag; 8], withdrawn: &HashSet::new() };
    screen.apply(pairs, &mut Entropy::seeded(5)).expect("screened")
}

/// A tag for which the coin shows tails on both sides.
fn tails() -> u8 {
    let world = world();
    let coin = Coin::of(&world.signed(), world.of("guardian")).expect("the guardian");
    (0..).find(|tag| PAIR.iter().all(|agency| !coin.heads(agency, [*tag; 8]))).expect("nine in ten are")
}

#[test]
fn pairs_near_the_register_are_dropped_and_more_register_never_adds_a_pair() {
    let tag = tails();
    let kept = |near| screened(near, 20, tag).into_iter().map(|found| found.handles[0]).collect::<Vec<_>>();
    assert_eq!(kept(0).len(), 12);
    assert_eq!(kept(4), (4..12).map(|n| Handle([n; 16])).collect::<Vec<_>>());
}

#[test]
fn the_coin_falls_for_one_record_in_ten_and_the_same_each_time() {
    let world = world();
    let toss = || {
        let coin = Coin::of(&world.signed(), world.of("guardian")).expect("the guardian");
        (0..20_000u64).filter(|n| coin.heads("fiu-a", n.to_be_bytes())).collect::<Vec<_>>()
    };
    let heads = toss();
    assert!((1800..2200).contains(&heads.len()), "{}", heads.len());
    assert_eq!(heads, toss());
    assert!(Coin::of(&world.signed(), world.of("link-unit")).is_err());
}

#[test]
fn the_looser_threshold_is_below_any_link_and_an_empty_register_is_refused() {
    assert_eq!(suppress_at(1024, 620), 576);
    assert!(suppress_at(1024, 562) < 562);
    assert!(matches!(Register::new(16, vec![], HashSet::new()), Err(ReleaseError::EmptyRegister)));
}

#[test]
fn candidate_pairs_open_for_the_guardian_alone_and_have_one_size() {
    let world = world();
    let run = permitted(&world);
    let seal = |count: usize| {
        let one = |n: usize| Candidate {
            handles: [Handle([n as u8; 16]); 2],
            words: [vec![7; 16], vec![8; 16]],
            keys: [vec![[1; 16]], vec![[2; 16]]],
            band: Some(Band::Possible),
        };
        let list = (0..count).map(one).collect();
        let (secrets, shown) = (world.of("link-unit"), (&world.cleared("link-unit"), &world.within()));
        CandidatePairs::seal(&run, secrets, shown, PAIR, list, 620, &mut Entropy::seeded(6))
    };
    let file = seal(3).expect("within the cap");
    let open =
        |file: &[u8], who: &str| CandidatePairs::open(file.to_vec(), &run, world.of(who), &world.cleared(who), PAIR);
    let opened = open(&file, "guardian").expect("the guardian's");
    assert_eq!(opened.entries.len(), 12);
    assert_eq!(opened.entries.iter().filter(|entry| entry.band.is_some()).count(), 3);
    assert!(seal(13).is_err());
    for who in ["fiu-a", "link-unit", "steward-1"] {
        assert!(open(&file, who).is_err(), "{who}");
    }
    let mut bad = file.clone();
    let last = bad.len() - 40;
    bad[last] ^= 1;
    assert!(open(&bad, "guardian").is_err());
    assert_eq!(run.agreement().body().of_role(PartyRole::Guardian).count(), 1);
}

mod listed;
mod model;
mod repeats;
