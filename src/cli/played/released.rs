//! Leads and time: what lapses, and what is dated otherwise than the log has it.

use jiff::SignedDuration;

use super::{AGENCIES, OFFICER, REVIEWERS, World};
use crate::office::store::{Name, Store};

#[test]
fn leads_that_lapse_open_are_answered_as_lapsed_and_nothing_of_them_is_shown() {
    let mut world = World::new();
    world.joined();
    world.linked(1);
    world.released(1);
    world.logged();
    world.now += SignedDuration::from_hours(24 * 31);
    world.logged();
    let json = world.done(AGENCIES[0], "agency leads").json;
    assert_eq!((json["leads_count"].as_u64(), json["waiting"].as_u64()), (Some(0), Some(0)), "{json}");
    let closed: Vec<&str> = json["closed"].as_array().expect("a list").iter().filter_map(|why| why.as_str()).collect();
    assert!(closed.iter().any(|why| why.contains("lapsed")), "{json}");
    // What nobody has looked at is answered all the same, so that it blocks nothing.
    assert_eq!(world.store.list(&Name::of("run-1/release"), "receipts").expect("released").len(), 1);
    world.done(AGENCIES[1], "agency leads");
    world.logged();
    let facts = world.facts(AGENCIES[0]);
    let first = facts.runs.iter().find(|run| run.number == super::number(1)).expect("the run");
    first.answered.clone().expect("nothing is owed");
}

/// Leads that `fiu-aurelia` can open, and why others stay closed.
fn leads(world: &World) -> (u64, String) {
    let json = world.done(AGENCIES[0], "agency leads").json;
    (json["leads_count"].as_u64().expect("a number"), json["closed"].to_string())
}

#[test]
fn a_consent_that_is_logged_after_a_withdrawal_opens_nothing_whatever_its_date() {
    let mut world = World::new();
    world.joined();
    world.linked(1);
    world.released(1);
    // One list is held back until the withdrawal is in the log. Its date is before that.
    let lists = world.store.list(&Name::of("run-1/release"), "consents").expect("released");
    let held = lists.iter().find(|name| name.file().contains(&format!(".{}.1.consents", REVIEWERS[0])));
    let held = held.expect("the reviewer's list");
    let aside = world.store.get(held, 1 << 20).expect("read");
    world.store.remove(held).expect("taken out");
    world.logged();
    world.now += SignedDuration::from_mins(1);
    world.done(AGENCIES[1], "agency withdraw --row 7");
    world.logged();
    world.store.put_new(held, &aside).expect("put back");
    world.logged();
    let (open, closed) = leads(&world);
    assert!(open == 0 && closed.contains("withdr"), "{open} {closed}");
}

#[test]
fn a_withdrawal_that_is_dated_before_the_issue_freezes_it_all_the_same() {
    let mut world = World::new();
    world.joined();
    world.now += SignedDuration::from_hours(1);
    world.linked(1);
    // A clock that is a little slow, or a date that is a little false.
    world.now -= SignedDuration::from_mins(4);
    world.done(AGENCIES[1], "agency withdraw --row 7");
    world.now += SignedDuration::from_mins(4);
    world.logged();
    let reasons = world.path("reasons.txt");
    std::fs::write(&reasons, "Invented reasons of an officer that a person decided about.").expect("written");
    let line = format!("officer release --between {} --lead 1 --reasons {}", AGENCIES.join(","), reasons.display());
    let refused = world.act(OFFICER, &line).expect_err("the list is frozen");
    assert_eq!(refused.code.id, "SYM-1003");
}
