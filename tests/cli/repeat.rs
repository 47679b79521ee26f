//! The same seed gives the same result, on any number of threads.

use serde_json::Value;

use crate::world::{NOBODY, World};

/// Without what a clock or a path says.
fn plain(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["seconds", "pairs_per_second", "steps", "dir"] {
                members.remove(name);
            }
            members.values_mut().for_each(plain);
        }
        Value::Array(list) => list.iter_mut().for_each(plain),
        _ => {}
    }
}

fn json(world: &World, line: &str) -> Value {
    let ran = world.run(NOBODY, line);
    assert_eq!(ran.exit, Some(0), "{line}: {ran:?}");
    let mut value = serde_json::from_str(&ran.out).expect("JSON");
    plain(&mut value);
    value
}

#[test]
fn synth_gives_the_same_bytes_again() {
    let world = World::empty();
    let options = "--people 500 --agencies 4 --companies 50 --shared-companies 5";
    for (directory, seed) in [("a", 9), ("b", 9), ("c", 10)] {
        world.done(NOBODY, &format!("synth {directory} --seed {seed} {options}"));
    }
    let bytes = |below: &str| {
        let files = world.tree(below).into_iter();
        files.map(|(path, file)| (path.strip_prefix(below).expect("inside").to_owned(), file)).collect::<Vec<_>>()
    };
    assert!(bytes("a").len() > 8 && bytes("a") == bytes("b"));
    assert!(bytes("a") != bytes("c"));
    world.refused(NOBODY, "synth a", 2, "SYM-0102");
}

#[test]
fn the_demo_gives_the_same_leads_on_any_number_of_threads() {
    let world = World::empty();
    let [one, two] = ["1", "2"].map(|n| {
        json(&world, &format!("demo d{n} --seed 5 --people 400 --at 2026-06-01T12:00:00Z --threads {n} --json"))
    });
    assert_eq!(one, two);
    let mut lists = 0;
    for (path, (mode, bytes)) in world.tree("d1") {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name == "leads.csv" || name.ends_with("handles.csv") {
            let other = std::path::Path::new("d2").join(path.strip_prefix("d1").expect("inside"));
            assert!(bytes == world.read(other), "{}", path.display());
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
            lists += 1;
        }
    }
    assert_eq!(lists, 4);
    world.refused(NOBODY, "demo d1", 2, "SYM-0102");
}

#[test]
fn the_demo_shows_what_is_refused_with_each_code() {
    let world = World::empty();
    let ran = world.run(NOBODY, "demo d --seed 5 --people 300 --json");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let refused = json["refused"].as_array().expect("a list");
    let code = |words: &str| {
        let found = refused.iter().find(|one| one["what"].as_str().is_some_and(|what| what.contains(words)));
        found.unwrap_or_else(|| panic!("{words}: {refused:?}"))["code"].clone()
    };
    assert!(code("a minor") == "SYM-0302" && code("may be a minor") == "SYM-0302", "{refused:?}");
    assert_eq!(code("refugee's travel document"), "SYM-0302");
    assert_eq!(code("more than its protocol"), "SYM-0429");
    assert_eq!(code("names alone"), "SYM-0475");
    assert_eq!(code("expired permit"), "SYM-0419");
    assert_eq!(code("a steward stopped"), "SYM-0471");
    // Protected people have no code: whoever saw one would know who is protected.
    assert!(code("register").is_null());
    assert_eq!((&refused[0]["came_out"], json["protected_leads"].as_u64()), (&serde_json::json!(0), Some(0)));
    assert!(refused[0]["people"].as_u64() > Some(0));
    // What it tried left the run as it was.
    world.done(NOBODY, "log verify --exchange d/exchange");
}

#[test]
fn an_evaluation_is_the_same_on_any_number_of_threads_and_counts_by_group() {
    let world = World::empty();
    world.done(NOBODY, "synth data --seed 4 --people 400");
    let map = |who: &str| {
        let text = world.text(format!("data/{who}/people.columns.toml"));
        text.parse::<toml::Table>().expect("a map")
    };
    let (mut schema, right) = (map("fiu-aurelia"), map("police-borealia"));
    schema.insert("right".to_owned(), right.into());
    world.write("schema.toml", schema.to_string());
    let truth = world.text("data/truth.csv");
    let pairs = truth.lines().map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        format!("{},{},{}\n", cells[1], cells[3], cells[4])
    });
    world.write("pairs.csv", pairs.collect::<String>());
    let line = "evaluate --json --schema schema.toml --left data/fiu-aurelia/people.csv \
                --right data/police-borealia/people.csv --truth pairs.csv --by system";
    let [one, two] = ["1", "2"].map(|n| json(&world, &format!("{line} --threads {n}")));
    assert_eq!(one, two);
    let groups = one["groups"].as_array().expect("groups");
    let pairs: u64 = groups.iter().filter_map(|group| group["true_pairs"].as_u64()).sum();
    assert!(groups.len() > 6 && pairs == one["true_pairs"].as_u64().expect("a number"), "{groups:?}");
    world.refused(NOBODY, &format!("{},colour", line.replace("--json ", "")), 2, "SYM-0108");
}
