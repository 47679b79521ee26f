//! Lists of consents and receipts: one size whatever they say, one truth for officers and agencies, nothing taken back.

use super::*;
use crate::note::Note;
use crate::release::lists::Placed;

fn scene() -> (World, Shares) {
    let world = world();
    let issued = issued_by(&world, "guardian", 3).expect("within the cap");
    let shares = shares(&world, &issued);
    (world, shares)
}

fn list(world: &World, shares: &Shares, last: Option<&ConsentList>, slots: &[u32]) -> ConsentList {
    released(world, shares, ALL[0], last, slots, (&Withdrawals::default(), world.now)).expect("a keeper")
}

/// The note of an officer's list, and its text changed and signed again: what a patched program of an officer publishes.
fn patched(world: &World, shares: &Shares, slots: &[u32], change: impl FnOnce(String) -> String) -> ConsentList {
    let agreement = world.signed();
    let why: Vec<_> = slots.iter().map(|slot| (*slot, because("why this lead may be opened "))).collect();
    let (secrets, cleared) = (world.of(ALL[0]), world.cleared(ALL[0]));
    let note = ConsentList::issue(
        &agreement,
        shares,
        secrets,
        &cleared,
        None,
        (&why, &Withdrawals::default()),
        &mut Entropy::seeded(8),
    );
    let mut note = Note::unsigned(change(note.expect("a keeper").text().to_owned())).expect("a text");
    secrets.sign(&mut note).expect("held");
    ConsentList::read(&agreement, shares, &note).expect("its form is right")
}

/// The armour under a key of a note's text.
fn armour(text: &str, key: &str) -> String {
    let body: toml::Table = text.parse().expect("TOML");
    body[key].as_str().expect("a text").to_owned()
}

#[test]
fn lists_have_one_size_for_no_lead_one_and_all() {
    let (world, shares) = scene();
    let agreement = world.signed();
    let all: Vec<u32> = (1..=shares.slots).collect();
    let size = |who: &str, key: &str, slots: &[u32]| {
        let why: Vec<_> = slots.iter().map(|slot| (*slot, because("why this lead may be opened "))).collect();
        let (secrets, cleared) = (world.of(ALL[0]), world.cleared(ALL[0]));
        let note = ConsentList::issue(
            &agreement,
            &shares,
            secrets,
            &cleared,
            None,
            (&why, &Withdrawals::default()),
            &mut Entropy::seeded(8),
        );
        let sealed = armour(note.expect("a keeper").text(), key);
        primitives::open_armored_bytes(world.of(who).identity().expect("held"), &sealed, 1 << 16)
            .expect("to them")
            .len()
    };
    for (who, key, width) in
        [(PAIR[0], "shares", 33), (PAIR[1], "shares", 33), (PAIR[1], "flags", 1), (ALL[2], "flags", 1)]
    {
        for slots in [&[][..], &all[..1], &all] {
            assert_eq!(size(who, key, slots), width * shares.slots as usize, "{who} {key} {slots:?}");
        }
    }
}

#[test]
fn only_agencies_see_shares_and_only_keepers_see_flags() {
    let (world, shares) = scene();
    let one = list(&world, &shares, None, &[2]);
    for who in [PAIR[0], PAIR[1], ALL[0], ALL[1], ALL[2]] {
        let seen = Consent::seen(&shares, &[&one], world.of(who)).expect("sealed to them");
        assert_eq!(seen.iter().map(|consent| consent.slot).collect::<Vec<_>>(), [2], "{who}");
    }
    for who in ["link-unit", "steward-1", "guardian", "refugee-council"] {
        assert!(Consent::seen(&shares, &[&one], world.of(who)).is_err(), "{who}");
    }
    for who in [ALL[0], ALL[1], ALL[2], "link-unit"] {
        assert!(Consent::opened(&shares, &[&one], world.of(who)).is_err(), "{who}");
    }
}

#[test]
fn a_later_list_covers_the_earlier_ones_and_each_consent_keeps_its_time() {
    let (world, shares) = scene();
    let later = world.now + jiff::SignedDuration::from_mins(9);
    let first = list(&world, &shares, None, &[1, 3]);
    let second =
        released(&world, &shares, ALL[0], Some(&first), &[2], (&Withdrawals::default(), later)).expect("a keeper");
    assert_eq!((second.place().number, second.place().before), (2, Some(first.place().digest)));
    let mut opened = Consent::opened(&shares, &[&first, &second], world.of(PAIR[1])).expect("they hold");
    opened.sort_by_key(|consent| consent.slot);
    let times: Vec<_> = opened.iter().map(|consent| (consent.slot, consent.created)).collect();
    assert_eq!(times, [(1, world.now), (2, later), (3, world.now)]);
    let again = released(&world, &shares, ALL[0], Some(&second), &[3], (&Withdrawals::default(), later));
    assert!(matches!(again, Err(ReleaseError::Twice { slot: 3, .. })), "{again:?}");
    let beyond = released(&world, &shares, ALL[0], Some(&second), &[13], (&Withdrawals::default(), later));
    assert!(matches!(beyond, Err(ReleaseError::NoSlot { slot: 13, .. })), "{beyond:?}");
}

#[test]
fn a_list_that_takes_back_what_was_released_is_refused() {
    let (world, shares) = scene();
    let (first, other) = (list(&world, &shares, None, &[1, 3]), list(&world, &shares, None, &[1]));
    for who in [PAIR[0], ALL[1]] {
        let refused = Consent::seen(&shares, &[&first, &other], world.of(who)).expect_err("3 is gone");
        assert!(matches!(refused, ReleaseError::List { .. }), "{refused}");
    }
    assert!(Consent::opened(&shares, &[&first, &other], world.of(PAIR[0])).is_err());
}

#[test]
fn an_officer_that_tells_officers_something_else_than_agencies_is_refused_by_the_agencies() {
    let (world, shares) = scene();
    // The shares of one list beside the flags of another.
    let other = {
        let why = vec![(2, because("why this lead may be opened "))];
        let (secrets, cleared) = (world.of(ALL[0]), world.cleared(ALL[0]));
        let note = ConsentList::issue(
            &world.signed(),
            &shares,
            secrets,
            &cleared,
            None,
            (&why, &Withdrawals::default()),
            &mut Entropy::seeded(9),
        );
        armour(note.expect("a keeper").text(), "flags")
    };
    let lies = patched(&world, &shares, &[1], |text| {
        let mut body: toml::Table = text.parse().expect("TOML");
        let (own, kind) = (armour(&text, "shares"), text.lines().next().expect("a kind").to_owned());
        body.insert("shares".to_owned(), own.into());
        body.insert("flags".to_owned(), other.into());
        body.remove("symbolon");
        format!("{kind}\n{body}")
    });
    assert!(Consent::seen(&shares, &[&lies], world.of(ALL[1])).is_ok(), "officers cannot tell");
    for who in PAIR {
        let refused = Consent::opened(&shares, &[&lies], world.of(who)).expect_err("they do not agree");
        assert!(matches!(refused, ReleaseError::List { .. }), "{refused}");
    }
}

#[test]
fn a_list_of_another_holder_run_issue_or_number_is_none() {
    let (world, shares) = scene();
    let agreement = world.signed();
    let (secrets, cleared) = (world.of(ALL[0]), world.cleared(ALL[0]));
    let note = ConsentList::issue(
        &agreement,
        &shares,
        secrets,
        &cleared,
        None,
        (&[], &Withdrawals::default()),
        &mut Entropy::seeded(8),
    );
    let note = note.expect("a keeper");
    let other = Digest::of(b"another issue").to_string();
    for (from, to) in [
        ("holder = \"fiu-a\"", "holder = \"fiu-b\""),
        ("run = 1", "run = 2"),
        ("number = 1", "number = 0"),
        ("first = \"fiu-a\"", "first = \"fiu-b\""),
        (shares.issue.to_string().as_str(), other.as_str()),
    ] {
        let text = note.text().replace(from, to);
        assert_ne!(text, note.text(), "{from}");
        let mut changed = Note::unsigned(text).expect("a text");
        secrets.sign(&mut changed).expect("held");
        assert!(ConsentList::read(&agreement, &shares, &changed).is_err(), "{from}");
    }
    assert!(ConsentList::read(&agreement, &shares, &note).is_ok());
    // An agency is no holder of a share, nor is another officer's name its own.
    let mut by_agency = Note::unsigned(note.text().to_owned()).expect("a text");
    world.of(PAIR[0]).sign(&mut by_agency).expect("held");
    assert!(ConsentList::read(&agreement, &shares, &by_agency).is_err());
}

fn receipts(world: &World, shares: &Shares, last: Option<&ReceiptList>, answers: &Answers) -> Note {
    let entropy = &mut Entropy::seeded(10);
    let consents = [Digest::of(b"b"), Digest::of(b"a")];
    let what = (&consents[..], answers);
    let cleared = world.cleared::<by::Receipt>(PAIR[0]);
    ReceiptList::issue(&world.signed(), shares, world.of(PAIR[0]), &cleared, last, what, entropy).expect("an agency")
}

#[test]
fn receipts_have_one_size_and_open_for_agencies_keepers_and_reviewers_alone() {
    let (world, shares) = scene();
    let agreement = world.signed();
    let empty: Answers = vec![None; shares.slots as usize];
    let mut some = empty.clone();
    some[1] = Some(Answer::new(Outcome::Verified, Some(Evidence::Document)).expect("with evidence"));
    let [small, large] = [&empty, &some].map(|answers| {
        let note = receipts(&world, &shares, None, answers);
        let list = ReceiptList::read(&agreement, &shares, &note).expect("its own");
        assert!(list.answers[0] < list.answers[1]);
        for who in [PAIR[0], PAIR[1], ALL[0], ALL[1], ALL[2], "refugee-council"] {
            let opened = ReceiptList::opened(&shares, &[&list], world.of(who)).expect("sealed to them");
            assert_eq!(&opened, answers, "{who}");
        }
        for who in ["link-unit", "steward-1", "guardian"] {
            assert!(ReceiptList::opened(&shares, &[&list], world.of(who)).is_err(), "{who}");
        }
        let sealed = armour(note.text(), "sealed");
        primitives::open_armored_bytes(world.of(PAIR[0]).identity().expect("held"), &sealed, 1 << 16)
            .expect("its own")
            .len()
    });
    assert_eq!(small, large);
}

#[test]
fn a_later_list_of_receipts_takes_no_answer_back_and_its_digest_is_that_of_what_is_sealed() {
    let (world, shares) = scene();
    let agreement = world.signed();
    let read = |note: &Note| ReceiptList::read(&agreement, &shares, note).expect("its own");
    let empty: Answers = vec![None; shares.slots as usize];
    let mut some = empty.clone();
    some[0] = Some(Answer::new(Outcome::Empty, None).expect("without evidence"));
    let first = read(&receipts(&world, &shares, None, &some));
    let less = receipts(&world, &shares, Some(&first), &empty);
    let refused = ReceiptList::opened(&shares, &[&first, &read(&less)], world.of(PAIR[1])).expect_err("taken back");
    assert!(matches!(refused, ReleaseError::List { .. }), "{refused}");
    let kept = read(&receipts(&world, &shares, Some(&first), &some));
    assert_eq!((kept.place().number, kept.place().before), (2, Some(first.place().digest)));
    assert_eq!(ReceiptList::opened(&shares, &[&first, &kept], world.of(PAIR[1])), Ok(some.clone()));
    // Another digest than that of what is sealed.
    let note = receipts(&world, &shares, None, &some);
    let body: toml::Table = note.text().parse().expect("TOML");
    let digest = body["outcomes"].as_str().expect("a digest");
    let mut lies = Note::unsigned(note.text().replace(digest, &Digest::of(b"x").to_string())).expect("a text");
    world.of(PAIR[0]).sign(&mut lies).expect("held");
    let refused = ReceiptList::opened(&shares, &[&read(&lies)], world.of(PAIR[1])).expect_err("another digest");
    assert!(matches!(refused, ReleaseError::List { .. }), "{refused}");
}

#[test]
fn no_receipt_rests_on_the_link_alone_and_none_is_without_its_agency() {
    let (world, shares) = scene();
    assert!(
        Answer::new(Outcome::Verified, None).is_err() && Answer::new(Outcome::Empty, Some(Evidence::Document)).is_err()
    );
    let (empty, entropy) = (vec![None; shares.slots as usize], &mut Entropy::seeded(10));
    for who in ["officer-fiu-a", "guardian", "link-unit"] {
        let cleared = world.cleared::<by::Open>(who);
        let made = ReceiptList::issue(&world.signed(), &shares, world.of(who), &cleared, None, (&[], &empty), entropy);
        assert!(made.is_err(), "{who}");
    }
    let short = vec![None; 3];
    let cleared = world.cleared::<by::Acknowledge>(PAIR[0]);
    let made = ReceiptList::issue(&world.signed(), &shares, world.of(PAIR[0]), &cleared, None, (&[], &short), entropy);
    assert!(matches!(made, Err(ReleaseError::List { .. })), "every slot is covered");
}
