//! Sign-offs and attestations: what a reviewer refuses stands still at every party, and what an agreement requires is required.

use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, NOBODY, OPERATOR, SCREEN, Stage, WITNESSES, World,
};

const ACTS: [(Stage, &str, &str); 5] = [
    (Stage::Signed, COURT, "steward grant"),
    (Stage::Granted, AURELIA, ENCODE),
    (Stage::Encoded, COURT, "steward permit"),
    (Stage::Permitted, BOREALIA, "agency send"),
    (Stage::Sent, OPERATOR, "operator link"),
];
const REVIEWER: &str = WITNESSES[1];

/// A dossier and a decision about it; the digest of the note.
fn decide(world: &World, who: &str, decision: &str) -> String {
    if !world.path("out.json").exists() {
        world.done(NOBODY, "reviewer dossier exchange -o out.html");
    }
    let ran = world.run(who, &format!("reviewer sign-off out.json --json --decision {decision}"));
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    json["digest"].as_str().expect("a digest").to_owned()
}

#[test]
fn a_refusal_stops_encoder_stewards_and_operator_until_the_same_reviewer_lifts_it() {
    for (stage, who, line) in ACTS {
        let world = World::at(stage);
        // Not logged yet, and effective already.
        let refusal = decide(&world, REVIEWER, "refuse");
        world.refused(who, line, 4, "SYM-0472");
        // Another reviewer's word does not lift it, nor one that does not name it.
        decide(&world, WITNESSES[0], &format!("accept --lifts {refusal}"));
        decide(&world, REVIEWER, "accept");
        world.refused(who, line, 4, "SYM-0472");
        decide(&world, REVIEWER, &format!("accept --lifts {refusal}"));
        world.done(who, line);
    }
}

#[test]
fn a_patched_operator_that_links_what_was_refused_is_stopped_by_the_guardian() {
    let world = World::at(Stage::Sent);
    // Linked as if the operator looked away: before it can see the refusal.
    world.done(OPERATOR, "operator link");
    decide(&world, REVIEWER, "refuse");
    world.write("register.csv", world.text("data/fiu-aurelia/people.csv"));
    world.refused(GUARDIAN, SCREEN, 4, "SYM-0472");
}

#[test]
fn a_patched_agency_that_sends_what_was_refused_is_stopped_by_the_operator() {
    let (world, sent) = (World::at(Stage::Permitted), World::at(Stage::Sent));
    decide(&world, REVIEWER, "refuse");
    for path in sent.tree("exchange/run-1").keys().filter(|path| path.extension().is_some_and(|e| e == "parcel")) {
        world.write(path, sent.read(path));
    }
    world.refused(OPERATOR, "operator link", 4, "SYM-0472");
}

#[test]
fn a_sign_off_that_cannot_be_read_or_is_gone_is_a_reason_to_refuse() {
    let world = World::at(Stage::Granted);
    world.write("exchange/sign-offs/rights-council.00000000.sign-off", "not a note");
    world.refused(AURELIA, ENCODE, 5, "SYM-0501");
    world.remove("exchange/sign-offs/rights-council.00000000.sign-off");
    decide(&world, REVIEWER, "refuse");
    world.logged();
    let path = world.tree("exchange/sign-offs").into_keys().next().expect("the refusal");
    world.edit(&path, |text| text.replace("refuse", "accept"));
    world.refused(AURELIA, ENCODE, 5, "SYM-0503");
    world.remove(&path);
    // Borealia never saw it: the log has it, so it is missed.
    world.refused(BOREALIA, ENCODE_BOREALIA, 4, "SYM-0428");
}

#[test]
fn a_home_remembers_a_refusal_whatever_becomes_of_the_file() {
    let world = World::at(Stage::Granted);
    decide(&world, REVIEWER, "refuse");
    world.refused(AURELIA, ENCODE, 4, "SYM-0472");
    let path = world.tree("exchange/sign-offs").into_keys().next().expect("the refusal");
    world.remove(&path);
    world.refused(AURELIA, ENCODE, 4, "SYM-0472");
    // Nor does a new agreement help that is as wide; a tightening does.
    for (options, blocked) in [("--leads 100", true), ("--leads 50 --days 30", false)] {
        let tree = world.tree("exchange");
        tree.keys().filter(|path| !path.starts_with("exchange/parties")).for_each(|path| world.remove(path));
        world.done(NOBODY, &format!("agreement draft fin-1 second {options}"));
        match blocked {
            true => world.refused(AURELIA, "agreement sign", 4, "SYM-0472"),
            false => world.sign(AURELIA),
        }
    }
}

#[test]
fn sign_offs_that_the_terms_require_count_when_they_are_logged_and_in_force() {
    let world = World::at(Stage::Keys);
    world.done(NOBODY, "agreement draft fin-1 test-agreement --sign-offs 1");
    world.everybody_signs();
    world.refused(COURT, "steward grant", 4, "SYM-0473");
    decide(&world, REVIEWER, "accept");
    world.refused(COURT, "steward grant", 4, "SYM-0473");
    world.logged();
    world.done(COURT, "steward grant");
    // A later refusal is the reviewer's word, whatever came before.
    decide(&world, REVIEWER, "refuse");
    world.refused("steward-ombud", "steward grant", 4, "SYM-0472");
}

#[test]
fn an_attestation_that_the_terms_require_is_asked_for_by_every_party() {
    let world = World::at(Stage::Keys);
    world.done(NOBODY, "agreement draft fin-1 test-agreement --attestations 1 --attack-limit 100");
    world.everybody_signs();
    world.done(OPERATOR, "operator log");
    world.cosigned();
    world.refused(COURT, "steward grant", 4, "SYM-0473");
    // One that was made for something else counts for nothing, and is no reason to stop.
    world.write("exchange/attestations/rights-council.00000000.attestation", world.text("exchange/agreement.note"));
    world.refused(COURT, "steward grant", 4, "SYM-0473");
}

#[test]
fn only_a_reviewer_signs_off_and_only_a_dossier_of_this_agreement() {
    let world = World::at(Stage::Signed);
    world.done(NOBODY, "reviewer dossier exchange -o out.html");
    world.refused(COURT, "reviewer sign-off out.json --decision refuse", 4, "SYM-0430");
    world.refused(REVIEWER, "reviewer sign-off out.json --decision conditions", 4, "SYM-0474");
    world.write("other.json", world.text("out.json").replace("\"digest\": \"", "\"digest\": \"0"));
    world.refused(REVIEWER, "reviewer sign-off other.json --decision accept", 1, "SYM-0110");
}

const CHECK: &str = "agency check data/fiu-aurelia/people.csv --columns data/fiu-aurelia/people.columns.toml";

#[test]
fn an_agencys_check_attacks_its_own_list_and_refuses_above_the_limit() {
    let world = World::at(Stage::Signed);
    let ran = world.run(AURELIA, &format!("{CHECK} --json"));
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let first = &json["exposure"][0]["finding"];
    assert_eq!((&first["attack"], &first["verdict"]), (&"A4".into(), &"stands".into()), "{ran:?}");
    assert!(ran.exit == Some(0) && json["exposure"].as_array().is_some_and(|rows| rows.len() == 2));

    // Four positions a token fill so little that diffusion protects little.
    let world = World::at(Stage::Keys);
    world.done(NOBODY, "agreement draft fin-1 weak --attack-limit 10");
    world.edit("exchange/agreement.note", |text| text.replacen("insertions = ", "insertions = 4 # ", 1));
    world.refused(AURELIA, CHECK, 4, "SYM-0953");
}
