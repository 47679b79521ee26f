//! Leads that lapsed after they were released.

use jiff::SignedDuration;

use super::{AGENCIES, World};

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
    let release = world.exchange().join("run-1/release");
    let receipts = std::fs::read_dir(release).expect("released").filter_map(|entry| {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        name.ends_with(".receipts").then_some(name)
    });
    assert_eq!(receipts.count(), 1);
    world.done(AGENCIES[1], "agency leads");
    world.logged();
    let facts = world.facts(AGENCIES[0]);
    let first = facts.runs.iter().find(|run| run.number == super::number(1)).expect("the run");
    first.answered.clone().expect("nothing is owed");
}
