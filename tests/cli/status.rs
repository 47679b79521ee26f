//! Whose turn it is: a whole run of three agencies is played by doing only what each party's status says, and a status names the true cause
//! and a step that works, whatever state the world is in.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::{AURELIA, BOREALIA, COURT, GUARDIAN, HOLDERS, OMBUD, OPERATOR, Stage, WITNESSES, World};

const CIMBRIA: &str = "prosecutor-cimbria";

/// The acts of a party's status.
fn acts(world: &World, who: &str) -> Vec<Value> {
    let ran = world.run(who, "status --json");
    assert_eq!(ran.exit, Some(0), "{who}: {ran:?}");
    let json: Value = serde_json::from_str(&ran.out).expect("JSON");
    json["acts"].as_array().expect("acts").clone()
}

fn text<'v>(item: &'v Value, member: &str) -> &'v str {
    item[member].as_str().unwrap_or_default()
}

/// The state of one act.
fn state(world: &World, who: &str, act: &str) -> (String, String, Vec<String>) {
    let acts = acts(world, who);
    let item = acts.iter().rfind(|item| text(item, "act") == act).unwrap_or_else(|| panic!("{who}: {act}: {acts:?}"));
    let whom = item["whom"].as_array().map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    (text(item, "state").to_owned(), text(item, "code").to_owned(), whom.unwrap_or_default())
}

/// A world of three agencies in which nothing but the cards and the draft is there.
fn three() -> (World, Vec<String>) {
    let world = World::empty();
    world.done("", "synth data --people 300 --shared 30 --seed 3 --agencies 3");
    let mut names = Vec::new();
    for (role, name, organisation, rest) in [
        ("agency", AURELIA, "a", "--source financial-intelligence --legal-basis Act;30"),
        ("agency", BOREALIA, "b", "--source criminal-investigation --legal-basis Code;163"),
        ("agency", CIMBRIA, "c", "--source prosecution --legal-basis Act;9"),
        ("operator", OPERATOR, "u", ""),
        ("steward", COURT, "s", ""),
        ("steward", OMBUD, "t", ""),
        ("guardian", GUARDIAN, "g", ""),
        ("reviewer", WITNESSES[0], "d", "--kind data-protection"),
        ("reviewer", WITNESSES[1], "r", "--kind protection"),
        ("officer", HOLDERS[0], "a", ""),
        ("officer", HOLDERS[1], "b", ""),
        ("officer", "officer-prosecutor-cimbria", "c", ""),
    ] {
        world.done(name, &format!("keygen {role} {name} --jurisdiction XA --organisation {organisation} {rest}"));
        names.push(name.to_owned());
    }
    world.done("", "agreement draft fin-1 three-agencies");
    (world, names)
}

/// What a person puts where a command has a word in capitals: a file, or reasons.
fn filled(world: &World, who: &str, command: &str) -> String {
    let mut command = command.to_owned();
    if command.contains("agreement sign") {
        let shown: Value = serde_json::from_str(&world.run(who, "agreement show --json").out).expect("JSON");
        command += &format!(" --read {}", text(&shown, "digest"));
    }
    let data = format!("data/{who}");
    let people = ["people.csv", "people.ndjson", "people.tsv"].map(|name| format!("{data}/{name}"));
    if let Some(file) = people.iter().find(|file| world.path(file).exists()) {
        command = command.replacen(" FILE", &format!(" {file} --columns {data}/people.columns.toml"), 1);
    }
    if command.contains(" REGISTER") {
        let people = world.text("data/fiu-aurelia/people.csv");
        world.write("register.csv", people.lines().take(2).flat_map(|line| [line, "\n"]).collect::<String>());
        let register = " register.csv --columns data/fiu-aurelia/people.columns.toml";
        command = command.replacen(" REGISTER", register, 1);
    }
    command
}

/// Consents to the first lead of each pair of agencies: the decision itself is a person's.
fn release(world: &World, who: &str) {
    for (one, other) in [(AURELIA, BOREALIA), (AURELIA, CIMBRIA), (BOREALIA, CIMBRIA)] {
        world.write("reasons.txt", format!("Invented: {who} read the case of {one} and {other}, and decided."));
        let line = format!("officer release --between {one},{other} --lead 1 --reasons reasons.txt");
        let ran = world.run(who, &line);
        // An officer holds a share of its own agency's leads alone.
        assert!(ran.exit == Some(0) || ran.code() == Some("SYM-1006"), "{who}: {line}: {ran:?}");
    }
}

#[test]
fn a_whole_run_of_three_agencies_is_played_by_status_alone() {
    let (world, names) = three();
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    for round in 1.. {
        assert!(round < 40, "the run does not come to its end: {done:?}");
        let mut moved = false;
        for who in &names {
            for item in acts(&world, who) {
                if text(&item, "state") != "yours" {
                    continue;
                }
                let act = text(&item, "act").to_owned();
                if act == "consent" {
                    release(&world, who);
                } else {
                    let command = filled(&world, who, text(&item, "command"));
                    let ran = world.shell(who, &command.replacen("symbolon ", "\"$0\" ", 1));
                    assert_eq!(ran.exit, Some(0), "{who}: {command}: {ran:?}");
                    if act == "open" {
                        answer(&world, who);
                    }
                }
                *done.entry(act).or_default() += 1;
                moved = true;
                break;
            }
        }
        if !moved {
            break;
        }
    }
    // Everybody did what the run asks of them, and nothing waits for anybody.
    for (act, least) in [
        ("sign", 12),
        ("join", 3),
        ("grant", 2),
        ("encode", 3),
        ("permit", 2),
        ("send", 3),
        ("link", 1),
        ("screen", 1),
        ("consent", 4),
        ("open", 3),
        ("purge", 7),
    ] {
        assert!(done.get(act).is_some_and(|times| *times >= least), "{act}: {done:?}");
    }
    for who in &names {
        let left: Vec<Value> = acts(&world, who).into_iter().filter(|item| text(item, "state") == "refused").collect();
        assert!(left.is_empty(), "{who}: {left:?}");
    }
    world.done(COURT, "steward grant --run 2");
}

/// Says of every open lead what became of it.
fn answer(world: &World, who: &str) {
    let ran = world.run(who, "agency leads");
    for line in ran.out.lines().skip(1) {
        let lead = line.split(',').nth(3).expect("a lead");
        let ran = world.run(who, &format!("agency receipt {lead} --outcome lapsed"));
        assert!(ran.exit == Some(0) || ran.code() == Some("SYM-1017"), "{ran:?}");
    }
}

#[test]
fn whatever_is_said_to_be_ones_turn_works_as_printed() {
    let mut tried = 0;
    // At every stage; and at the second run, with a stop that was lifted, and with a file that the log has and the exchange lost.
    let second = |world: &World| {
        [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward grant --run 2"));
        world.logged();
    };
    let stopped = |world: &World| {
        world.done(COURT, "steward stop --reason doubt");
        [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward resume"));
    };
    let lost = |world: &World| world.remove("exchange/run-1/fiu-aurelia--police-borealia.leads");
    let nothing = |_: &World| {};
    type Change<'c> = &'c dyn Fn(&World);
    let mut scenes: Vec<(Stage, Change)> =
        vec![(Stage::Linked, &second), (Stage::Sent, &stopped), (Stage::Linked, &lost)];
    for stage in [
        Stage::Drafted,
        Stage::Signed,
        Stage::Joined,
        Stage::Granted,
        Stage::Encoded,
        Stage::Permitted,
        Stage::Sent,
        Stage::Linked,
    ] {
        scenes.push((stage, &nothing));
    }
    for (stage, change) in scenes {
        let world = World::at(stage);
        change(&world);
        for who in crate::world::PARTIES {
            for item in acts(&world, who).into_iter().filter(|item| text(item, "state") == "yours") {
                let world = World::at(stage);
                change(&world);
                let command = filled(&world, who, text(&item, "command"));
                let ran = world.shell(who, &command.replacen("symbolon ", "\"$0\" ", 1));
                assert_eq!(ran.exit, Some(0), "{stage:?}: {who}: {command}: {ran:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn a_status_says_for_whom_one_waits() {
    let world = World::at(Stage::Joined);
    assert_eq!(state(&world, COURT, "grant").0, "yours");
    assert_eq!(state(&world, AURELIA, "encode"), ("waits".into(), "SYM-0428".into(), vec![COURT.into()]));
    let world = World::at(Stage::Encoded);
    assert_eq!(state(&world, AURELIA, "send"), ("waits".into(), "SYM-0428".into(), vec![COURT.into()]));
    assert_eq!(state(&world, COURT, "permit").0, "yours");
    assert_eq!(state(&world, GUARDIAN, "screen").0, "waits");
    // What is not in the log waits for its keeper, and the keeper knows.
    let world = World::at(Stage::Granted);
    world.done(AURELIA, crate::world::ENCODE);
    world.done(BOREALIA, crate::world::ENCODE_BOREALIA);
    assert_eq!(state(&world, COURT, "permit"), ("waits".into(), "SYM-0905".into(), vec![OPERATOR.into()]));
    assert_eq!(state(&world, OPERATOR, "log").0, "yours");
    world.done(OPERATOR, "operator log");
    let (state_of, code, _) = state(&world, COURT, "permit");
    assert_eq!((state_of.as_str(), code.as_str()), ("waits", "SYM-0906"));
    assert_eq!(state(&world, WITNESSES[0], "cosign").0, "yours");
}

#[test]
fn a_status_names_refusals_and_stops_and_what_lifts_them() {
    let world = World::at(Stage::Permitted);
    world.done(OMBUD, "steward stop --reason doubt");
    let (state_of, code, whom) = state(&world, AURELIA, "send");
    assert_eq!((state_of.as_str(), code.as_str()), ("waits", "SYM-0471"));
    assert_eq!(whom, [COURT, OMBUD]);
    assert_eq!(state(&world, COURT, "resume").0, "possible");
    for steward in [COURT, OMBUD] {
        world.done(steward, "steward resume");
    }
    assert_eq!(state(&world, COURT, "resume").0, "done");
    assert_eq!(state(&world, AURELIA, "send"), ("waits".into(), "SYM-0905".into(), vec![OPERATOR.into()]));
    world.logged();
    assert_eq!(state(&world, AURELIA, "send").0, "yours");
    // A signed refusal is no matter of waiting.
    world.done("", "reviewer dossier exchange -o out.html");
    world.done(WITNESSES[1], "reviewer sign-off out.json --decision refuse");
    let (state_of, code, _) = state(&world, AURELIA, "send");
    assert_eq!((state_of.as_str(), code.as_str()), ("refused", "SYM-0472"));
}

#[test]
fn a_status_reads_nothing_that_this_home_could_not_and_writes_no_artefact() {
    let world = World::at(Stage::Linked);
    for who in crate::world::PARTIES {
        let before = world.tree("exchange");
        let ran = world.run(who, "status");
        assert!(ran.exit == Some(0) && ran.out.contains(who), "{ran:?}");
        assert!(before == world.tree("exchange"), "{who} changed the exchange");
        for name in world.text("data/fiu-aurelia/people.csv").lines().skip(1).take(20) {
            let id = name.split(',').next().expect("an id");
            assert!(!ran.out.contains(id), "{who}: {id}");
        }
    }
    // Without a verb the same is said; outside a home, the help.
    let (verb, none) = (world.run(COURT, "status").out, world.run(COURT, "").out);
    assert_eq!(verb.lines().nth(1), none.lines().nth(1));
    assert!(world.run("", "").out.contains("Usage:"));
}

#[test]
fn what_a_status_says_next_works_as_printed() {
    for (stage, who) in [
        (Stage::Signed, AURELIA),
        (Stage::Joined, COURT),
        (Stage::Granted, AURELIA),
        (Stage::Encoded, COURT),
        (Stage::Permitted, AURELIA),
        (Stage::Sent, OPERATOR),
    ] {
        let world = World::at(stage);
        let acts = acts(&world, who);
        let item = acts.iter().find(|item| text(item, "state") == "yours").unwrap_or_else(|| panic!("{who}: {acts:?}"));
        let command = filled(&world, who, text(item, "command"));
        let ran = world.shell(who, &command.replacen("symbolon ", "\"$0\" ", 1));
        assert_eq!(ran.exit, Some(0), "{who}: {command}: {ran:?}");
        // At the second run of the same command nothing is done twice.
        assert_ne!(state(&world, who, text(item, "act")).0, "yours", "{who}: {command}");
    }
}
