//! `docs/safeguards.md` against the code: every safeguard has its row, every test that a row names exists, and what is called enforced has
//! its three tests.
#![allow(clippy::disallowed_methods, reason = "tests read files as they like")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const STATES: [&str; 4] = ["enforced", "checked", "in part", "not done"];

struct Row {
    number: String,
    here: String,
    /// Honest refusal, patched component, fail closed.
    tests: [Vec<String>; 3],
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rows(text: &str) -> Vec<Row> {
    let named = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 8, "a row has eight cells: {line}");
        Row {
            number: cells[0].to_owned(),
            here: cells[2].to_owned(),
            tests: [named(cells[4]), named(cells[5]), named(cells[6])],
        }
    };
    text.lines().filter(|line| line.starts_with("| SG-")).map(row).collect()
}

fn sources(directory: &Path, found: &mut String) {
    for entry in fs::read_dir(directory).expect("a directory").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push_str(&fs::read_to_string(path).expect("readable"));
        }
    }
}

/// Names of functions that are tests: a `#[test]` stands within the three lines above each.
fn tests_in(source: &str) -> BTreeSet<String> {
    let lines: Vec<&str> = source.lines().collect();
    let name = |at: usize| {
        let line = lines[at].trim_start().strip_prefix("fn ")?;
        let is_test = lines[at.saturating_sub(3)..at].iter().any(|line| line.trim() == "#[test]");
        is_test.then(|| line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
    };
    (0..lines.len()).filter_map(name).collect()
}

fn problems(rows: &[Row], tests: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for number in 1..=36 {
        let name = format!("SG-{number:02}");
        if rows.iter().filter(|row| row.number == name).count() != 1 {
            found.push(format!("{name} does not stand there once"));
        }
    }
    for Row { number, here, tests: [honest, patched, closed] } in rows {
        let state = STATES.iter().find(|state| here.starts_with(*state));
        match state.copied() {
            None => found.push(format!("{number}: `{here}` is no state")),
            Some("enforced") if [honest, patched, closed].iter().any(|tests| tests.is_empty()) => {
                found.push(format!("{number} is called enforced without three kinds of tests"));
            }
            Some("not done") if !honest.is_empty() => found.push(format!("{number} is not done and has tests")),
            Some("checked" | "in part") if honest.is_empty() => found.push(format!("{number} has no test")),
            Some(_) => {}
        }
        for test in [honest, patched, closed].into_iter().flatten().filter(|test| !tests.contains(*test)) {
            found.push(format!("{number} names `{test}`, which is no test"));
        }
    }
    found
}

fn all_tests() -> BTreeSet<String> {
    let mut source = String::new();
    sources(&root().join("src"), &mut source);
    sources(&root().join("tests"), &mut source);
    tests_in(&source)
}

#[test]
fn the_table_of_safeguards_holds() {
    let text = fs::read_to_string(root().join("docs/safeguards.md")).expect("the table");
    let found = problems(&rows(&text), &all_tests());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_planted_mistake_in_the_table_is_found() {
    let text = fs::read_to_string(root().join("docs/safeguards.md")).expect("the table");
    let tests = all_tests();
    let with = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        problems(&rows(&changed), &tests).len()
    };
    assert_eq!(with("| SG-20 |", "| SG-19 |"), 2);
    assert_eq!(with("| not done |", "| done |"), 1);
    assert_eq!(with("| not done | |", "| enforced | |"), 1);
    assert_eq!(with("`one_missing_signature_stops_everything`", "`one_missing_signature`"), 1);
    // A function that is no test counts for none.
    assert_eq!(with("`one_missing_signature_stops_everything`", "`tests_in`"), 1);
}

#[test]
fn no_switch_relaxes_a_check() {
    let mut source = String::new();
    sources(&root().join("src"), &mut source);
    // Two environment variables, which say where things are.
    let variables: BTreeSet<&str> =
        source.split("env = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(variables, BTreeSet::from(["SYMBOLON_EXCHANGE", "SYMBOLON_HOME"]));
    assert!(!source.contains("env::var"));
    let program = env!("CARGO_BIN_EXE_symbolon");
    let manual = std::process::Command::new(program).arg("man").output().expect("it runs").stdout;
    let manual = String::from_utf8_lossy(&manual).replace('\\', "");
    for word in ["--force", "--skip", "--no-check", "--insecure", "--override", "--ignore", "--unsafe", "--yes"] {
        assert!(!manual.contains(word) && !source.contains(&format!("long = \"{}\"", &word[2..])), "{word}");
    }
}
