//! Fishing: lists that nearly are earlier ones, one person under many names, and what is not padded.

use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, NOBODY, OMBUD, OPERATOR, SCREEN, Stage, World,
};

const PEOPLE: &str = "data/fiu-aurelia/people.csv";

/// From leads that nobody has opened yet to a second run that is granted.
fn second_run() -> World {
    let world = World::at(Stage::Sent);
    world.done(OPERATOR, "operator link");
    let people = world.text(PEOPLE);
    world.write("register.csv", people.lines().take(2).flat_map(|line| [line, "\n"]).collect::<String>());
    world.done(GUARDIAN, SCREEN);
    world.logged();
    for who in [COURT, OMBUD] {
        world.done(who, "steward grant --run 2");
    }
    world.logged();
    world
}

/// The file without its last records.
fn shorten(world: &World, by: usize) {
    let text = world.text(PEOPLE);
    let lines: Vec<&str> = text.lines().collect();
    world.write(PEOPLE, lines[..lines.len() - by].join("\n") + "\n");
}

#[test]
fn a_list_changed_by_a_few_records_is_not_encoded_again_and_the_same_or_a_new_one_is() {
    let world = second_run();
    let whole = world.text(PEOPLE);
    shorten(&world, 3);
    world.refused(AURELIA, &format!("{ENCODE} --run 2"), 4, "SYM-0492");
    // One cell of one record: a record more and a record less.
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    lines[4] = lines[5].clone();
    world.write(PEOPLE, lines.join("\n") + "\n");
    let ran = world.run(AURELIA, &format!("{ENCODE} --run 2"));
    assert_eq!((ran.exit, ran.code()), (Some(4), Some("SYM-0492")), "{ran:?}");
    world.write(PEOPLE, &whole);
    world.done(AURELIA, &format!("{ENCODE} --run 2"));
    world.done(BOREALIA, &format!("{ENCODE_BOREALIA} --run 2"));
    world.logged();
    world.done(COURT, "steward permit --run 2");
    let world = second_run();
    shorten(&world, 60);
    world.done(AURELIA, &format!("{ENCODE} --run 2"));
}

#[test]
fn a_near_list_is_refused_with_the_log_or_the_first_commitment_out_of_sight() {
    let world = second_run();
    // A program that does not look at the first commitment is one that does not find it.
    let first = "exchange/run-1/fiu-aurelia--police-borealia.commitment";
    let kept = world.read(first);
    let log = world.tree("exchange/log");
    world.remove(first);
    shorten(&world, 3);
    world.refused(AURELIA, &format!("{ENCODE} --run 2"), 4, "SYM-0428");
    // Nor does it get by with the log taken out of its sight.
    for path in log.keys() {
        world.remove(path);
    }
    let ran = world.run(AURELIA, &format!("{ENCODE} --run 2"));
    assert!(ran.code().is_some_and(|code| code.starts_with("SYM-09")), "its home remembers the log: {ran:?}");
    for (path, (_, bytes)) in &log {
        world.write(path, bytes);
    }
    world.write(first, kept);
    world.refused(AURELIA, &format!("{ENCODE} --run 2"), 4, "SYM-0492");
}

#[test]
fn a_missing_earlier_commitment_stops_whoever_should_compare_with_it() {
    let world = second_run();
    world.done(AURELIA, &format!("{ENCODE} --run 2"));
    world.done(BOREALIA, &format!("{ENCODE_BOREALIA} --run 2"));
    world.logged();
    world.remove("exchange/run-1/fiu-aurelia--police-borealia.commitment");
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0428");
}

#[test]
fn the_exchange_does_not_say_how_many_records_a_list_has() {
    let world = World::at(Stage::Linked);
    let rows = |who: &str, partner: &str| -> u64 {
        let text = world.text(format!("exchange/run-1/{who}--{partner}.commitment"));
        let line = text.lines().find(|line| line.starts_with("rows = ")).expect("rows").to_owned();
        line[7..].parse().expect("a number")
    };
    let mut seen = Vec::new();
    for (who, partner) in [(AURELIA, BOREALIA), (BOREALIA, AURELIA)] {
        let tree = world.tree(&format!("homes/{who}"));
        let map = tree.keys().find(|path| path.ends_with(format!("{partner}.handles.csv"))).expect("a handle map");
        let map = world.text(map);
        let records = map.lines().skip(1).filter(|line| line.split(',').nth(1) != Some("0")).count() as u64;
        let rows = rows(who, partner);
        assert_eq!(map.lines().count() as u64 - 1, rows);
        assert!(records < rows && rows * 4 <= records * 5, "{records} in {rows}");
        seen.push(rows);
    }
    // Dummies are in every count that leaves an agency, and in no lead.
    let coarse = |rows: &u64| rows.trailing_zeros() + 3 >= 64 - rows.leading_zeros();
    assert!(seen.iter().all(coarse), "{seen:?}");
    for who in [AURELIA, BOREALIA] {
        assert!(world.leads(who).lines().skip(1).all(|lead| lead.split(',').nth(1) != Some("0")));
    }
}

/// Both agencies list one invented person; Aurelia lists it under further birth dates, with the same document.
fn fish(variants: usize) -> World {
    let world = World::at(Stage::Granted);
    let row =
        |at: usize| format!("PROBE-{at},suspected-organiser,Kelvinor,Badoran,,{:02}/03/1970,AB1234567,QS\n", at + 3);
    let more: String = (0..=variants).map(row).collect();
    world.edit(PEOPLE, |people| people.trim_end().to_owned() + "\n" + &more);
    let held = "BOR/900001/26;verdaechtig;BADORAN KELVINOR;03.03.1970;AB1234567;QS\n";
    world.edit("data/police-borealia/people.csv", |people| people.trim_end().to_owned() + "\n" + held);
    world.done(AURELIA, ENCODE);
    world.done(BOREALIA, ENCODE_BOREALIA);
    world.logged();
    for who in [COURT, OMBUD] {
        world.done(who, "steward permit");
    }
    world.logged();
    for who in [AURELIA, BOREALIA] {
        world.done(who, "agency send");
    }
    world
}

#[test]
fn one_person_listed_many_times_is_set_aside_by_the_operator() {
    let set_aside = |variants| {
        let world = fish(variants);
        let ran = world.run(OPERATOR, "operator link --json");
        assert_eq!(ran.exit, Some(0), "{ran:?}");
        let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        json["pairs"][0]["set_aside"][0].as_u64().expect("a number")
    };
    assert_eq!(set_aside(5), 0, "five beside the first are a family");
    assert_eq!(set_aside(12), 13);
}

#[test]
fn a_result_that_links_more_than_agreed_is_held_and_nothing_leaves() {
    for (from, to) in [("match_permille = 200", "match_permille = 20"), ("leads = 100", "leads = 3")] {
        let world = World::agreed(|text| text.replacen(from, to, 1), Stage::Sent);
        let ran = world.run(OPERATOR, "operator link");
        assert_eq!((ran.exit, ran.code()), (Some(4), Some("SYM-0433")), "{ran:?}");
        let left =
            world.tree("exchange/run-1").into_keys().filter(|path| path.extension().is_some_and(|e| e == "pairs"));
        assert_eq!(left.count(), 0);
        // Nothing for the guardian to screen, and so nothing for anybody to open.
        world.write("register.csv", world.text(PEOPLE).lines().take(2).collect::<Vec<_>>().join("\n") + "\n");
        world.refused(GUARDIAN, SCREEN, 4, "SYM-0428");
        world.refused(AURELIA, "agency leads", 4, "SYM-0428");
    }
}

#[test]
fn what_fishing_learns_is_said_in_bits() {
    let world = World::empty();
    let line = "reviewer fishing --people 700 --targets 40 --dates 200 --json";
    let ran = world.run(NOBODY, line);
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let bits = |script: &str| json["measures"][0]["measure"][script]["beyond"].as_f64().expect("bits");
    assert!(bits("scores") > 5.0 && bits("ruled") < 1.0, "{json}");
}
