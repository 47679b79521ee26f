//! Keys, homes, roles, and the small commands that need neither.

use crate::world::{AURELIA, BOREALIA, COURT, ENCODE, NOBODY, OMBUD, OPERATOR, PARTIES, Stage, World};

const KEY: &str = "homes/fiu-aurelia/secret.key";

#[test]
fn an_unfit_key_file_is_refused() {
    let world = World::at(Stage::Drafted);
    let key = world.read(KEY);
    for cut in [0, 1, key.len() / 2, key.len() - 20] {
        world.write(KEY, &key[..cut]);
        world.refused(AURELIA, "agreement sign", 6, "SYM-0601");
    }
    world.write(KEY, world.read("homes/police-borealia/secret.key"));
    world.refused(AURELIA, "agreement sign", 6, "SYM-0602");
    world.write(KEY, key);
    for mode in [0o644, 0o640, 0o604] {
        world.mode(KEY, mode);
        world.refused(AURELIA, "agreement sign", 6, "SYM-0603");
    }
    world.mode(KEY, 0o600);
    world.done(AURELIA, "agreement sign");
}

#[test]
fn a_key_is_never_overwritten() {
    let world = World::at(Stage::Keys);
    let line = "keygen operator linkage-unit --organisation X --jurisdiction XA";
    world.refused(OPERATOR, line, 6, "SYM-0604");
}

#[test]
fn the_key_of_another_party_with_the_same_name_signs_nothing() {
    let (world, other) = (World::at(Stage::Drafted), World::other(Stage::Keys));
    for file in ["secret.key", "fiu-aurelia.party"] {
        let path = format!("homes/{AURELIA}/{file}");
        world.write(&path, other.read(&path));
    }
    world.refused(AURELIA, "agreement sign", 6, "SYM-0602");
}

#[test]
fn no_option_takes_a_secret() {
    let world = World::at(Stage::Keys);
    for option in ["--passphrase", "--secret", "--key"] {
        for verb in ["keygen operator x", "agreement sign", "agency join", "steward grant", "operator link"] {
            let ran = world.run(AURELIA, &format!("{verb} {option} x"));
            assert_eq!(ran.exit, Some(2), "{verb} {option}");
        }
    }
}

#[test]
fn a_home_and_an_exchange_are_needed() {
    let world = World::at(Stage::Signed);
    world.refused(NOBODY, "agency join", 2, "SYM-0105");
    world.refused("no-such-home", "agency join", 2, "SYM-0101");
    world.refused(AURELIA, "agency join --exchange no-such-exchange", 2, "SYM-0101");
    let mut command = world.command(AURELIA);
    let output = command.args(["agency", "join"]).env_remove("SYMBOLON_EXCHANGE").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("SYM-0106"));
}

#[test]
fn each_home_does_what_its_role_does_and_no_more() {
    let world = World::at(Stage::Granted);
    for who in PARTIES.iter().filter(|who| ![AURELIA, BOREALIA].contains(who)) {
        world.refused(who, "agency join", 4, "SYM-0430");
        world.refused(who, ENCODE, 4, "SYM-0430");
    }
    for who in PARTIES.iter().filter(|who| ![COURT, OMBUD].contains(who)) {
        world.refused(who, "steward grant --run 2", 4, "SYM-0430");
    }
    let world = World::at(Stage::Encoded);
    for who in PARTIES.iter().filter(|who| ![COURT, OMBUD].contains(who)) {
        world.refused(who, "steward permit", 4, "SYM-0430");
    }
    let world = World::at(Stage::Sent);
    for who in PARTIES.iter().filter(|&&who| who != OPERATOR) {
        world.refused(who, "operator link", 4, "SYM-0430");
    }
    let world = World::at(Stage::Linked);
    for who in PARTIES.iter().filter(|who| ![AURELIA, BOREALIA].contains(who)) {
        world.refused(who, "agency leads", 4, "SYM-0430");
    }
}

#[test]
fn the_small_commands_need_no_home() {
    let world = World::empty();
    for (line, said) in [
        ("--version", "symbolon "),
        ("--help", "Usage"),
        ("completions bash", "complete"),
        ("man", ".TH symbolon"),
        ("agreement protocols", "fin-1@sha256:"),
        ("explain", "SYM-0520"),
    ] {
        let ran = world.run(NOBODY, line);
        assert!(ran.exit == Some(0) && ran.out.contains(said), "{line}: {ran:?}");
    }
    world.refused(NOBODY, "explain SYM-9999", 1, "SYM-0109");
    assert_eq!(world.run(NOBODY, "no-such-verb").exit, Some(2));
    assert_eq!(world.run(NOBODY, "").exit, Some(2));
}

#[test]
fn every_artefact_can_be_inspected_without_a_home() {
    let world = World::at(Stage::Linked);
    let mut seen = 0;
    for path in world.tree("exchange").keys() {
        let ran = world.run(NOBODY, &format!("inspect {}", path.display()));
        let of_the_log = path.starts_with("exchange/log");
        let said = if of_the_log { "of a log\n" } else { "symbolon = \"" };
        assert!(ran.exit == Some(0) && ran.out.contains(said), "{ran:?}");
        let ran = world.run(NOBODY, &format!("inspect --json {}", path.display()));
        let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(json["symbolon"], "inspect v1");
        seen += usize::from(!of_the_log);
    }
    // Cards, agreement, contributions, grants, commitments, permits, parcels, pairs, leads, shares, lists of consents.
    assert_eq!(seen, 10 + 1 + 2 + 2 + 2 + 2 + 2 + 1 + 2 + 1 + 3);
    world.refused(NOBODY, "inspect data/truth.csv", 1, "SYM-0109");
    world.refused(NOBODY, "inspect data", 2, "SYM-0103");
    world.refused(NOBODY, "inspect nothing", 2, "SYM-0101");
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let world = World::at(Stage::Linked);
    for (line, exit) in [
        ("$0 explain | true", "0"),
        ("$0 man | head -1", "0"),
        ("$0 agency leads --home homes/fiu-aurelia | head -1", "0"),
        ("$0 --json agreement show | true", "0"),
        ("$0 --json explain SYM-9999 | true", "1"),
        ("$0 agreement lint 2>&1 | true", "0"),
        ("$0 explain SYM-9999 2>&1 | true", "1"),
    ] {
        let ran = world.shell(NOBODY, &format!("{line}; echo exit ${{PIPESTATUS[0]}}"));
        assert!(ran.out.ends_with(&format!("exit {exit}\n")) && ran.err.len() < 500, "{line}: {ran:?}");
        assert!(!ran.err.contains("panicked"), "{line}: {ran:?}");
    }
}

#[test]
fn a_refusal_in_json_says_the_same() {
    let world = World::at(Stage::Permitted);
    let ran = world.run(OPERATOR, "operator link --json");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((ran.exit, ran.err.as_str()), (Some(4), ""));
    assert_eq!((&json["code"], &json["exit"]), (&"SYM-0428".into(), &4.into()));
    assert!(json["next"].is_string());
}
