//! The dossier of a run that was played to its end.

use std::fs;

use crate::world::{NOBODY, OPERATOR, Stage, World};

const DOSSIER: &str = "reviewer dossier exchange";

#[test]
fn a_dossier_recomputes_and_an_edited_one_names_the_first_difference() {
    let world = World::at(Stage::Linked);
    world.done(NOBODY, &format!("{DOSSIER} -o out.html"));
    let page = world.text("out.html");
    assert!(page.len() < 1_000_000 && page.contains("Nothing is broken"));
    world.done(NOBODY, &format!("{DOSSIER} --check out.json"));

    world.edit("out.json", |json| json.replacen("\"verified\"", "\"missing\"", 1));
    world.refused(NOBODY, &format!("{DOSSIER} --check out.json"), 1, "SYM-0110");
    let ran = world.run(NOBODY, &format!("{DOSSIER} --check out.json"));
    assert!(ran.err.contains("/runs/0/steps/0/state"), "{}", ran.err);
    world.refused(NOBODY, &format!("{DOSSIER} -o out.html"), 2, "SYM-0102");
}

#[test]
fn a_run_with_a_swapped_commitment_gives_a_red_finding_and_a_page() {
    let world = World::at(Stage::Linked);
    let [one, two] = ["fiu-aurelia--police-borealia", "police-borealia--fiu-aurelia"]
        .map(|pair| world.path(format!("exchange/run-1/{pair}.commitment")));
    fs::copy(two, one).expect("swapped");
    let report = world.run(NOBODY, &format!("{DOSSIER} -o out.html --json"));
    let report: serde_json::Value = serde_json::from_str(&report.out).expect("JSON");
    assert!(report["red"].as_u64() > Some(0), "{report}");
    assert!(world.text("out.html").contains("BROKEN"));
}

#[test]
fn a_dossier_shows_how_even_the_encodings_of_a_run_are() {
    let world = World::at(Stage::Sent);
    let ran = world.run(OPERATOR, "operator link --json");
    let link: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let balance = &link["pairs"][0]["balance"][1];
    let (ones, spread) = (balance["ones"].as_f64().expect("a share"), balance["bit_spread"].as_f64().expect("a ratio"));
    // Diffused: half of the bits are set, whatever the names are.
    assert!((0.48..0.52).contains(&ones) && spread < 4.0, "{balance}");
    world.write("link.json", &ran.out);
    world.done(NOBODY, &format!("{DOSSIER} -o out.html --evidence link.json"));
    let page = world.text("out.html");
    assert!(page.contains("Spread of bits") && !page.contains("weights and bit frequencies of the encodings"));
    world.done(NOBODY, &format!("{DOSSIER} --evidence link.json --check out.json"));
}

#[test]
fn what_cannot_be_a_dossier_is_refused_before_anything_is_written() {
    let world = World::at(Stage::Linked);
    world.refused(NOBODY, &format!("{DOSSIER} -o out.txt"), 2, "SYM-0108");
    world.refused(NOBODY, "reviewer dossier nowhere -o out.html", 2, "SYM-0101");
    world.write("old.json", "{}");
    world.refused(NOBODY, &format!("{DOSSIER} --check old.json"), 1, "SYM-0110");
    assert!(!world.path("out.html").exists() && !world.path("out.json").exists());
}

#[test]
fn a_run_whose_log_is_broken_gives_a_red_finding_and_a_page() {
    let world = World::at(Stage::Linked);
    // Every tile, as old partial ones are read no more.
    for tile in world.tree("exchange/log/tile").into_keys() {
        let mut bytes = world.read(&tile);
        bytes[3] ^= 1;
        world.write(&tile, bytes);
    }
    let ran = world.run(NOBODY, &format!("{DOSSIER} -o out.html --json"));
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert!(ran.exit == Some(0) && report["red"].as_u64() > Some(0), "{ran:?}");
    assert!(world.text("out.html").contains("the log: ") && world.text("out.html").contains("BROKEN"));
    world.done(NOBODY, &format!("{DOSSIER} --check out.json"));
}

#[test]
fn a_dossier_of_another_version_does_not_recompute_and_says_where() {
    let world = World::at(Stage::Signed);
    world.done(NOBODY, &format!("{DOSSIER} -o out.html"));
    world.edit("out.json", |json| json.replace("dossier v3", "dossier v1"));
    let ran = world.run(NOBODY, &format!("{DOSSIER} --check out.json"));
    assert!(ran.exit == Some(1) && ran.err.contains("/symbolon is stated as"), "{ran:?}");
}

#[test]
fn facts_for_an_assessment_come_in_both_forms_and_overwrite_nothing() {
    let world = World::at(Stage::Linked);
    world.done(NOBODY, "reviewer dpia exchange -o dpia.md");
    world.done(NOBODY, "reviewer dpia exchange --form pia -o pia.json");
    assert!(world.text("dpia.md").contains("## 7. Sign-off"));
    let pia: serde_json::Value = serde_json::from_str(&world.text("pia.json")).expect("JSON");
    assert_eq!(pia["evaluations"], serde_json::json!([]));
    world.refused(NOBODY, "reviewer dpia exchange -o dpia.md", 2, "SYM-0102");
}
