//! Keys, homes, roles, and the small commands that need neither.

use crate::log::python;
use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, HOLDERS, NOBODY, OMBUD, OPERATOR, PARTIES, SCREEN,
    Stage, World,
};

const KEY: &str = "homes/fiu-aurelia/secret.key";
const STOP: &str = "steward stop --reason incident";
const ROUTINE: &str = "homes/fiu-aurelia/routine.key";

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
    for bad in [Vec::new(), world.read(ROUTINE)[..60].to_vec(), world.read(KEY)] {
        let routine = world.read(ROUTINE);
        world.write(ROUTINE, bad);
        world.refused(AURELIA, "agreement sign", 6, "SYM-0601");
        world.write(ROUTINE, routine);
    }
    world.mode(ROUTINE, 0o644);
    world.refused(AURELIA, "agreement sign", 6, "SYM-0603");
    world.mode(ROUTINE, 0o600);
    world.sign(AURELIA);
}

#[test]
fn a_key_is_never_overwritten() {
    let world = World::at(Stage::Keys);
    let line = "keygen operator linkage-unit --organisation X --jurisdiction XA";
    world.refused(OPERATOR, line, 6, "SYM-0604");
    for file in ["secret.key", "routine.key"] {
        let one = World::at(Stage::Keys);
        one.remove(format!("homes/{OPERATOR}/{file}"));
        one.refused(OPERATOR, line, 6, "SYM-0604");
    }
}

#[test]
fn keygen_prints_both_verifiers_and_keeps_both_keys_private() {
    let world = World::at(Stage::Keys);
    let ran = world.run("new", "keygen steward new --organisation X --jurisdiction XA");
    let card = world.text("homes/new/new.party");
    for (word, key) in [("verifier ", "verifier = "), ("routine  ", "routine = ")] {
        let printed = ran.err.lines().find_map(|line| line.strip_prefix(word)).expect("printed");
        assert!(card.contains(&format!("{key}\"{printed}\"")), "{printed}");
    }
    for file in ["secret.key", "routine.key"] {
        assert_eq!(world.tree("homes/new")[&std::path::PathBuf::from(format!("homes/new/{file}"))].0 & 0o777, 0o600);
    }
    // One key's lines stand in the other's file nowhere, and only an operator's host opens anything.
    assert!(!world.text("homes/new/routine.key").contains("AGE-SECRET-KEY"));
    assert!(world.text(format!("homes/{OPERATOR}/routine.key")).contains("AGE-SECRET-KEY"));
}

#[test]
fn what_a_stolen_routine_key_signs_is_no_consent_and_is_not_logged() {
    let world = World::at(Stage::Joined);
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward grant"));
    let resign = |path: &str, key: String| {
        python(&world, "resign.py", &[path, &key]).map(|(done, said)| assert!(done, "{said}"))
    };
    let grant = "exchange/run-1/steward-court.grant";
    let good = world.read(grant);
    if resign(grant, format!("homes/{COURT}/routine.key")).is_none() {
        return;
    }
    let ran = world.run(OPERATOR, "operator log");
    assert!(ran.err.contains("steward-court.grant was not logged") && ran.err.contains("its routine key"), "{ran:?}");
    world.refused(AURELIA, ENCODE, 5, "SYM-0614");
    // The same script with the consent key makes the very note that was there.
    resign(grant, format!("homes/{COURT}/secret.key"));
    assert_eq!(world.read(grant), good);
    world.logged();
    world.done(AURELIA, ENCODE);
    // A keeper, and a witness, that sign with their consent keys.
    resign("exchange/log/checkpoint", format!("homes/{OPERATOR}/secret.key"));
    world.refused(BOREALIA, ENCODE_BOREALIA, 5, "SYM-0615");
    world.refused(OPERATOR, "operator log", 5, "SYM-0615");
}

/// Takes a party's consent key out of its home: what is left is a host that runs by itself.
fn host(world: &World, who: &str) {
    world.remove(format!("homes/{who}/secret.key"));
}

#[test]
fn a_home_with_the_routine_key_alone_does_what_is_routine() {
    let world = World::at(Stage::Encoded);
    for who in PARTIES.iter().filter(|who| ![COURT, OMBUD].contains(who)) {
        host(&world, who);
    }
    world.logged();
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward permit"));
    world.logged();
    [AURELIA, BOREALIA].iter().for_each(|who| world.done(who, "agency send"));
    world.done(OPERATOR, "operator link");
    world.done(GUARDIAN, "log watch --every 0 --times 1");
    for file in ["fiu-aurelia--police-borealia.pairs", "fiu-aurelia--police-borealia.parcel"] {
        assert!(world.path(format!("exchange/run-1/{file}")).exists(), "{file}");
    }
}

#[test]
fn a_home_with_the_routine_key_alone_attests_destruction() {
    let world = World::at(Stage::Linked);
    let holders = [AURELIA, BOREALIA, OPERATOR, COURT, OMBUD, GUARDIAN];
    for who in holders {
        host(&world, who);
        world.done(who, "purge");
        let note = world.text(format!("exchange/run-1/{who}.destruction"));
        assert!(note.contains(&format!("\u{2014} {who}/routine ")), "{note}");
    }
    let ran = world.run(OPERATOR, "operator log");
    assert!(ran.exit == Some(0) && ran.err.matches("logged destruction").count() == holders.len(), "{ran:?}");
}

#[test]
fn a_home_with_the_routine_key_alone_consents_to_nothing() {
    let needs = |world: &World, who: &str, line: &str| {
        host(world, who);
        let before = world.tree("exchange");
        world.refused(who, line, 6, "SYM-0612");
        assert!(before == world.tree("exchange"), "{line}");
    };
    let world = World::at(Stage::Drafted);
    let read = format!("agreement sign --read {}", world.agreement_digest());
    PARTIES.iter().for_each(|who| needs(&world, who, &read));
    needs(&World::at(Stage::Signed), AURELIA, "agency join");
    needs(&World::at(Stage::Joined), COURT, "steward grant");
    let world = World::at(Stage::Granted);
    needs(&world, AURELIA, ENCODE);
    needs(&world, COURT, STOP);
    world.done(OMBUD, STOP);
    needs(&world, OMBUD, "steward resume");
    needs(&World::at(Stage::Encoded), COURT, "steward permit");
    let world = World::at(Stage::Linked);
    world.write("reasons.txt", "Invented reasons: the case is open and was decided by a person.");
    let release = format!("officer release --between {AURELIA},{BOREALIA} --lead 4 --reasons reasons.txt");
    HOLDERS.iter().for_each(|who| needs(&world, who, &release));
    needs(&world, AURELIA, "agency leads");
    let world = World::at(Stage::Sent);
    world.done(OPERATOR, "operator link");
    world.write("register.csv", world.text("data/fiu-aurelia/people.csv"));
    needs(&world, GUARDIAN, SCREEN);
}

#[test]
fn a_home_with_the_consent_key_alone_leaves_the_routine_to_its_host() {
    let world = World::at(Stage::Granted);
    for who in PARTIES {
        world.remove(format!("homes/{who}/routine.key"));
    }
    world.refused(COURT, "log cosign", 6, "SYM-0613");
    world.done(AURELIA, ENCODE);
    world.refused(OPERATOR, "operator log", 6, "SYM-0613");
    let world = World::at(Stage::Linked);
    world.remove(ROUTINE);
    world.refused(AURELIA, "purge", 6, "SYM-0613");
    let world = World::at(Stage::Sent);
    world.remove(format!("homes/{OPERATOR}/routine.key"));
    world.refused(OPERATOR, "operator link", 6, "SYM-0613");
}

#[test]
fn a_stolen_routine_key_does_not_pass_for_the_consent_key() {
    // Whoever took over a host has the seed of the routine key, and writes a key file of the other kind.
    let world = World::at(Stage::Permitted);
    let seed = |file: &str| {
        let text = world.text(format!("homes/{COURT}/{file}"));
        text.lines().find(|line| line.starts_with("SYMBOLON-")).expect("a seed").to_owned()
    };
    let routine = seed("routine.key").replace("ROUTINE", "SIGNING");
    world.edit(format!("homes/{COURT}/secret.key"), |text| text.replace(&seed("secret.key"), &routine));
    world.refused(COURT, STOP, 6, "SYM-0602");
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
