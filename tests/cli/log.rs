//! The log: nothing goes on without it, and a keeper that cheats is found by the others.
//!
//! For each rule an honest refusal, a patched component that another party stops, and what happens when the log is not there.

use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, NOBODY, OMBUD, OPERATOR, Stage, WITNESSES, World,
};

const LOG: &str = "exchange/log";
const CHECKPOINT: &str = "exchange/log/checkpoint";

/// Takes away everything below `below` and puts another tree's files there.
fn replace(world: &World, below: &str, with: &World) {
    let tree = with.tree(below);
    let _ = std::fs::remove_dir_all(world.path(below));
    for (path, (mode, bytes)) in tree {
        world.write(&path, bytes);
        world.mode(&path, mode & 0o777);
    }
}

/// Granted, but not logged since.
fn granted_unlogged() -> World {
    let world = World::at(Stage::Joined);
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward grant"));
    world
}

#[test]
fn without_a_log_nothing_that_depends_on_others_is_done() {
    let world = granted_unlogged();
    world.refused(AURELIA, ENCODE, 4, "SYM-0901");
    world.refused(COURT, "steward grant --run 2", 4, "SYM-0901");
    world.refused(NOBODY, "log show", 4, "SYM-0901");
    for (stage, who, line) in [
        (Stage::Granted, BOREALIA, ENCODE_BOREALIA),
        (Stage::Encoded, COURT, "steward permit"),
        (Stage::Permitted, AURELIA, "agency send"),
        (Stage::Sent, OPERATOR, "operator link"),
        (Stage::Linked, AURELIA, "agency leads"),
    ] {
        let world = World::at(stage);
        std::fs::remove_dir_all(world.path(LOG)).expect("removed");
        let ran = world.run(who, line);
        // Who has seen a log knows that it was taken away.
        assert!(matches!(ran.code(), Some("SYM-0901" | "SYM-0914")), "{line}: {ran:?}");
    }
}

#[test]
fn what_is_not_logged_or_not_cosigned_does_not_count() {
    let world = World::at(Stage::Granted);
    [(AURELIA, ENCODE), (BOREALIA, ENCODE_BOREALIA)].iter().for_each(|(who, line)| world.done(who, line));
    world.refused(COURT, "steward permit", 4, "SYM-0905");
    world.done(OPERATOR, "operator log");
    world.refused(COURT, "steward permit", 4, "SYM-0906");
    world.done(WITNESSES[0], "log cosign");
    world.refused(COURT, "steward permit", 4, "SYM-0906");
    // Neither the keeper nor who asks is a witness.
    let ran = world.run(OPERATOR, "log cosign");
    assert_eq!((ran.exit, ran.code()), (Some(4), Some("SYM-0430")), "{ran:?}");
    world.done(COURT, "log cosign");
    world.refused(COURT, "steward permit", 4, "SYM-0906");
    world.done(OMBUD, "steward permit");
    world.done(COURT, "steward permit");
    // Permits bind the parcels only once they are logged and cosigned too.
    world.refused(AURELIA, "agency send", 4, "SYM-0905");
    world.done(OPERATOR, "operator log");
    world.refused(AURELIA, "agency send", 4, "SYM-0906");
    world.cosigned();
    world.done(AURELIA, "agency send");
}

#[test]
fn an_old_cosignature_does_not_count() {
    let world = World::at(Stage::Drafted);
    world.edit("exchange/agreement.note", |text| text.replace("checkpoint_hours = 24", "checkpoint_hours = 0"));
    world.everybody_signs();
    [AURELIA, BOREALIA].iter().for_each(|who| world.done(who, "agency join"));
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward grant"));
    world.logged();
    world.refused(AURELIA, ENCODE, 4, "SYM-0911");
}

#[test]
fn leads_that_are_not_in_the_log_are_not_opened() {
    // A patched operator that keeps the guardian's lists out of the log.
    let (world, before) = (World::at(Stage::Linked), World::at(Stage::Sent));
    replace(&world, LOG, &before);
    replace(&world, "homes/fiu-aurelia", &before);
    world.refused(AURELIA, "agency leads", 4, "SYM-0905");
}

#[test]
fn a_permit_that_was_logged_before_the_commitments_is_refused_by_everybody_else() {
    // Stewards and keeper are patched: they permit and log first, and the commitments come later.
    let (world, done) = (World::at(Stage::Granted), World::at(Stage::Permitted));
    for path in done.tree("exchange/run-1").keys().filter(|path| path.extension().is_some_and(|e| e == "permit")) {
        world.write(path, done.read(path));
    }
    world.logged();
    for path in done.tree("exchange/run-1").keys() {
        world.write(path, done.read(path));
    }
    world.logged();
    for home in [AURELIA, BOREALIA] {
        let home = format!("homes/{home}");
        for (path, (mode, bytes)) in done.tree(&home) {
            if path.extension().is_some_and(|e| e == "parcel") || path.ends_with("sealed") {
                world.write(&path, bytes);
                world.mode(&path, mode & 0o777);
            }
        }
    }
    // The agencies of this world never made these commitments: their homes say so first.
    world.refused(AURELIA, "agency send", 6, "SYM-0620");
    let sent = World::at(Stage::Sent);
    for path in sent.tree("exchange/run-1").keys().filter(|path| path.extension().is_some_and(|e| e == "parcel")) {
        world.write(path, sent.read(path));
    }
    world.refused(OPERATOR, "operator link", 4, "SYM-0907");
}

#[test]
fn a_shorter_log_is_refused_by_whoever_saw_the_longer_one() {
    let (world, old) = (World::at(Stage::Encoded), World::at(Stage::Granted));
    replace(&world, LOG, &old);
    // The reviewers' own homes remember; so does every home that has acted on the longer log.
    for witness in WITNESSES {
        world.refused(witness, "log cosign", 5, "SYM-0914");
    }
    // To others the cosigned checkpoints that were left tell it.
    let kept = World::at(Stage::Encoded);
    world.write("exchange/log/cosigned/rights-council", kept.read("exchange/log/cosigned/rights-council"));
    world.refused(COURT, "steward permit", 5, "SYM-0914");
    world.refused(NOBODY, "log verify", 5, "SYM-0914");
    // The keeper's next append puts the log back as it was signed.
    for path in kept.tree("exchange/log/tile").keys() {
        world.write(path, kept.read(path));
    }
    world.done(OPERATOR, "operator log");
    assert_eq!(world.read(CHECKPOINT), kept.read(CHECKPOINT));
    world.done(WITNESSES[0], "log cosign");
}

#[test]
fn a_keeper_that_shows_two_logs_is_found_by_both_sides() {
    // A patched keeper goes on twice from one state: once with Aurelia's commitments, once with Borealia's.
    let (one, two) = (World::at(Stage::Granted), World::at(Stage::Granted));
    one.done(AURELIA, ENCODE);
    two.done(BOREALIA, ENCODE_BOREALIA);
    one.logged();
    two.logged();
    // A party that knows one is shown the other.
    let kept = World::at(Stage::Granted);
    kept.done(AURELIA, ENCODE);
    replace(&kept, LOG, &one);
    kept.done("guardian", "log verify");
    replace(&kept, LOG, &two);
    kept.refused("guardian", "log verify", 5, "SYM-0910");
    kept.refused("guardian", "log watch --times 1", 5, "SYM-0910");
    // A party that knows neither compares what others cosigned.
    two.write("exchange/log/cosigned/rights-council", one.read("exchange/log/cosigned/rights-council"));
    two.refused(NOBODY, "log verify", 5, "SYM-0910");
    two.refused(COURT, "log cosign", 5, "SYM-0910");
}

#[test]
fn two_homes_with_the_keeper_s_key_do_not_both_append() {
    let (world, copy) = (World::at(Stage::Granted), World::at(Stage::Granted));
    world.done(AURELIA, ENCODE);
    world.logged();
    replace(&world, "homes/linkage-unit", &copy);
    world.refused(OPERATOR, "operator log", 5, "SYM-0904");
    world.done(BOREALIA, ENCODE_BOREALIA);
    world.refused(OPERATOR, "operator log", 5, "SYM-0904");
}

#[test]
fn another_operator_s_log_is_none() {
    let (world, other) = (World::at(Stage::Granted), World::other(Stage::Granted));
    for name in ["checkpoint", "tile/0/000.p/5", "tile/entries/000.p/5"] {
        world.write(format!("{LOG}/{name}"), other.read(format!("{LOG}/{name}")));
    }
    world.refused(AURELIA, ENCODE, 5, "SYM-0908");
    // The same origin under another key.
    let forged = other.text(CHECKPOINT);
    let (_, line) = forged.rsplit_once("\n\n").expect("a note");
    let own = World::at(Stage::Granted).text(CHECKPOINT);
    let (text, _) = own.rsplit_once("\n\n").expect("a note");
    world.write(CHECKPOINT, format!("{text}\n\n{line}"));
    world.refused(AURELIA, ENCODE, 5, "SYM-0903");
    world.write(CHECKPOINT, "half a checkpoint\n12\n");
    world.refused(AURELIA, ENCODE, 5, "SYM-0902");
}

#[test]
fn half_written_tiles_are_refused_and_written_again() {
    let world = World::at(Stage::Granted);
    let good = world.tree(LOG);
    let tiles: Vec<_> = good.keys().filter(|path| path.starts_with("exchange/log/tile")).collect();
    assert_eq!(tiles.len(), 2);
    for path in tiles {
        let whole = &good[path].1;
        for length in [0, 1, whole.len() / 2, whole.len() - 1] {
            world.write(path, &whole[..length]);
            world.refused(AURELIA, ENCODE, 5, "SYM-0913");
            world.refused(OPERATOR, "operator log", 5, "SYM-0913");
        }
        world.write(path, whole);
    }
    // Tiles of an append that was killed before its checkpoint harm nobody.
    world.write("exchange/log/tile/0/000.p/7", "half");
    world.write("exchange/log/tile/entries/000.p/7", "half");
    [(AURELIA, ENCODE), (BOREALIA, ENCODE_BOREALIA)].iter().for_each(|(who, line)| world.done(who, line));
    world.logged();
    world.done(COURT, "steward permit");
}

#[test]
fn an_append_on_a_full_disk_or_killed_is_repeated_and_signs_no_second_state() {
    for kilobytes in [0, 1] {
        let world = World::at(Stage::Granted);
        world.done(AURELIA, ENCODE);
        let ran = world.shell(OPERATOR, &format!("trap '' XFSZ; ulimit -f {kilobytes}; exec $0 operator log"));
        assert!(matches!(ran.exit, Some(0 | 70)), "{ran:?}");
        world.logged();
        world.done("guardian", "log verify");
    }
    // Killed after signing, before publishing: another artefact has come meanwhile, and what was signed is published first.
    let (world, later) = (World::at(Stage::Granted), World::at(Stage::Granted));
    for world in [&world, &later] {
        world.done(AURELIA, ENCODE);
        world.done(OPERATOR, "operator log");
    }
    let (signed, old) = (world.read(CHECKPOINT), World::at(Stage::Granted).read(CHECKPOINT));
    world.write(CHECKPOINT, old);
    world.done(BOREALIA, ENCODE_BOREALIA);
    world.done(OPERATOR, "operator log");
    let seen = world.run(NOBODY, "log verify");
    assert_eq!(seen.exit, Some(0), "{seen:?}");
    world.write("exchange/log/cosigned/guardian", signed);
    world.done(NOBODY, "log verify");
}

#[test]
fn a_file_without_its_party_s_signature_is_not_logged_and_keeps_nothing_else_out() {
    let world = World::at(Stage::Granted);
    [(AURELIA, ENCODE), (BOREALIA, ENCODE_BOREALIA)].iter().for_each(|(who, line)| world.done(who, line));
    let commitment = "exchange/run-1/fiu-aurelia--police-borealia.commitment";
    let good = world.text(commitment);
    world.write(commitment, good.replacen("rows = ", "rows = 1", 1));
    let ran = world.run(OPERATOR, "operator log");
    assert!(
        ran.exit == Some(0) && ran.err.contains("fiu-aurelia--police-borealia.commitment was not logged"),
        "{ran:?}"
    );
    let shown = world.run(NOBODY, "log show").out;
    assert!(shown.contains("police-borealia") && shown.matches("commitment").count() == 1, "{shown}");
    world.write(commitment, good);
    world.logged();
    world.done(COURT, "steward permit");
}

#[test]
fn the_log_names_artefacts_and_nothing_else() {
    let world = World::at(Stage::Linked);
    let ran = world.run(NOBODY, "log show --json");
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    let entries: Vec<&str> = json["entries"].as_array().expect("a list").iter().filter_map(|e| e.as_str()).collect();
    let kinds: Vec<&str> = entries.iter().filter_map(|entry| entry.split(' ').nth(1)).collect();
    let twice = |kind| [kind, kind];
    let expected = [
        vec!["agreement"],
        ["contribution", "grant", "commitment", "permit", "parcel"].into_iter().flat_map(twice).collect(),
        vec!["pairs", "leads", "leads", "shares", "consents", "consents", "consents"],
    ];
    assert_eq!(kinds, expected.concat());
    for entry in &entries {
        let words: Vec<&str> = entry.split(' ').collect();
        assert!(words.len() == 6 && words[5].len() == 64, "{entry}");
    }
    assert_eq!(json["size"], 18);
    // The reviewers, and everybody who acted on what the log says: agencies, stewards, the guardian.
    assert_eq!(json["cosigned"].as_array().expect("a list").len(), 7);
}

#[test]
fn a_proof_has_the_form_of_the_specification() {
    let world = World::at(Stage::Linked);
    let ran = world.run(NOBODY, "log prove 4");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((lines[0], lines[2]), ("c2sp.org/tlog-proof@v1", "index 4"));
    // 18 entries: entry 4 has five siblings above it.
    assert!(lines[3..8].iter().all(|line| line.len() == 44) && lines[8].is_empty(), "{ran:?}");
    assert!(lines[9].starts_with("symbolon/") && lines[10] == "18", "{ran:?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with('\u{2014}')).count(), 1 + WITNESSES.len());
    world.refused(NOBODY, "log prove 18", 1, "SYM-0909");
}

#[test]
fn a_watch_cosigns_and_looks_again() {
    let world = World::at(Stage::Granted);
    world.done("guardian", "log watch --every 0 --times 3 --silent");
    assert!(!world.path("exchange/log/cosigned/guardian").exists());
    world.done("guardian", "log watch --every 0 --times 2");
    let ran = world.run(NOBODY, "log verify");
    assert!(ran.exit == Some(0) && ran.err.contains("cosigned by guardian"), "{ran:?}");
}

/// A script of `tests/vectors` in this world, and what it said; nothing where its interpreter or `openssl` is missing.
pub(crate) fn python(world: &World, script: &str, args: &[&str]) -> Option<(bool, String)> {
    let tools = [("python3", "--version"), ("openssl", "version")];
    if tools.iter().any(|(tool, arg)| std::process::Command::new(tool).arg(arg).output().is_err()) {
        return None;
    }
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(script);
    let mut command = std::process::Command::new("python3");
    let output = command.arg(script).args(args).current_dir(world.path("")).output().expect("python3");
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    Some((output.status.success(), text))
}

/// One of a party's two verifier keys, from its card: `verifier` or `routine`.
fn verifier(world: &World, name: &str, which: &str) -> String {
    let card = world.text(format!("homes/{name}/{name}.party"));
    let line = card.lines().find_map(|line| line.strip_prefix(which)?.strip_prefix(" = ")).expect("a key");
    line.trim_matches('"').to_owned()
}

#[test]
fn another_language_verifies_the_log_and_a_proof() {
    let world = World::at(Stage::Linked);
    world.write("proof", world.run(NOBODY, "log prove 4").out);
    let key = verifier(&world, OPERATOR, "routine");
    let Some((done, said)) = python(&world, "log.py", &["exchange/log", &key, "proof"]) else { return };
    assert!(done && said.contains("18 entries give the signed root") && said.contains("entry 4 is in it"), "{said}");
    // It refuses what we refuse: another keeper's key, and an entry that was changed.
    assert!(!python(&world, "log.py", &["exchange/log", &verifier(&world, OPERATOR, "verifier")]).expect("there").0);
    assert!(!python(&world, "log.py", &["exchange/log", &verifier(&world, COURT, "routine")]).expect("there").0);
    let bundle = "exchange/log/tile/entries/000.p/18";
    let mut bytes = world.read(bundle);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    world.write(bundle, bytes);
    assert!(!python(&world, "log.py", &["exchange/log", &key]).expect("there").0);
}

#[test]
fn another_language_verifies_an_agreement_s_signatures() {
    let world = World::at(Stage::Signed);
    let keys: Vec<String> = crate::world::PARTIES.iter().map(|name| verifier(&world, name, "verifier")).collect();
    let note = "exchange/agreement.note";
    let with = |keys: &[String]| {
        let mut args = vec![note];
        args.extend(keys.iter().map(String::as_str));
        python(&world, "note.py", &args)
    };
    let Some((done, said)) = with(&keys) else { return };
    assert!(done && said.contains("10 signatures hold"), "{said}");
    assert!(!with(&keys[1..]).expect("there").0, "a line by somebody who was not asked for");
    world.edit(note, |text| text.replacen("runs = 6", "runs = 7", 1));
    assert!(!with(&keys).expect("there").0, "the text was changed");
}

#[test]
fn an_agreement_that_is_amended_in_mid_run_ends_the_run_and_no_party_goes_on_with_the_old_one() {
    for (stage, who, line) in [
        (Stage::Granted, AURELIA, ENCODE),
        (Stage::Encoded, COURT, "steward permit"),
        (Stage::Permitted, AURELIA, "agency send"),
        (Stage::Sent, OPERATOR, "operator link"),
        (Stage::Linked, AURELIA, "agency leads"),
    ] {
        let world = World::at(stage);
        let note = "exchange/agreement.note";
        let old = world.text(note);
        world.write("signed.note", &old);
        world.remove(note);
        world.done(NOBODY, "agreement draft fin-1 amended --amends signed.note --leads 40 --days 300");
        world.everybody_signs();
        // Grants, commitments, permits and log are those of another agreement.
        let ran = world.run(who, line);
        assert!(matches!(ran.exit, Some(4 | 5)) && ran.code().is_some(), "{line}: {ran:?}");
        assert!(ran.err.contains("another agreement") || ran.err.contains("log"), "{line}: {ran:?}");
    }
}

#[test]
fn an_agency_and_its_own_officer_cosign_as_one() {
    let officer = crate::world::HOLDERS[0];
    let world = World::at(Stage::Joined);
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward grant"));
    world.done(OPERATOR, "operator log");
    for who in [AURELIA, officer] {
        world.done(who, "log cosign");
    }
    // Two parties, one organisation: for Borealia one too few, for Aurelia none.
    world.refused(BOREALIA, ENCODE_BOREALIA, 4, "SYM-0906");
    world.refused(AURELIA, ENCODE, 4, "SYM-0906");
    world.done(WITNESSES[0], "log cosign");
    world.refused(AURELIA, ENCODE, 4, "SYM-0906");
    world.done(BOREALIA, ENCODE_BOREALIA);
}
