//! Signing an agreement: what was read is what is signed, and no signature is lost.

use crate::world::{AURELIA, BOREALIA, COURT, NOBODY, OPERATOR, PARTIES, Stage, World};

const NOTE: &str = "exchange/agreement.note";

/// Names on the signature lines of a note.
fn signers(world: &World, path: &str) -> Vec<String> {
    let text = world.text(path);
    let lines = text.lines().filter_map(|line| line.strip_prefix("\u{2014} ")?.split_once(' '));
    lines.map(|(name, _)| name.to_owned()).collect()
}

/// Another exchange with everything that is in the first.
fn copy_exchange(world: &World) {
    for (path, (_, bytes)) in world.tree("exchange") {
        world.write(std::path::Path::new("other").join(path.strip_prefix("exchange").expect("inside")), bytes);
    }
}

#[test]
fn without_a_terminal_a_signature_states_what_was_read() {
    let world = World::at(Stage::Drafted);
    let digest = world.agreement_digest();
    world.refused(AURELIA, "agreement sign", 4, "SYM-0616");
    let first = if digest.starts_with('0') { '1' } else { '0' };
    let other = format!("{first}{}", &digest[1..]);
    for wrong in [&other, &other[..16], &format!("sha256:{other}"), &"f".repeat(16)] {
        world.refused(AURELIA, &format!("agreement sign --read {wrong}"), 4, "SYM-0617");
    }
    for short in ["", "sha256:", &digest[..15], &format!("{digest}0"), "not-a-digest-at-all"] {
        world.refused_args(AURELIA, &["agreement", "sign", "--read", short], 2, "SYM-0108");
    }
    // What the refusal says next works as printed.
    let refused = world.run(AURELIA, "agreement sign");
    let next = refused.err.lines().find_map(|line| line.strip_prefix("   = next: symbolon ")).expect("a command");
    let ran = world.shell(NOBODY, &format!("unset SYMBOLON_EXCHANGE; $0 {next}"));
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    // It says what it binds to, all of it.
    let shown = world.run(NOBODY, "agreement show").out;
    let before = |text: &str| text.replace("NOT SIGNED", "signed    ");
    assert!(shown.lines().all(|line| before(&ran.err).contains(before(line).trim_end())), "{ran:?}");
    for (who, read) in
        [(BOREALIA, digest[..16].to_owned()), (COURT, format!("sha256:{digest}")), (OPERATOR, digest.to_uppercase())]
    {
        world.done(who, &format!("agreement sign --read {read}"));
    }
    assert_eq!(signers(&world, NOTE), [AURELIA, BOREALIA, COURT, OPERATOR]);
}

#[test]
fn two_parties_sign_side_by_side_in_two_copies() {
    let world = World::at(Stage::Drafted);
    copy_exchange(&world);
    let read = format!("agreement sign --read {}", world.agreement_digest());
    world.done(AURELIA, &read);
    world.done(BOREALIA, &format!("{read} --exchange other"));
    let copy = "other/agreement.note";
    assert_eq!((signers(&world, NOTE), signers(&world, copy)), (vec![AURELIA.into()], vec![BOREALIA.into()]));
    // A third signs and brings both together; who signed before need not read again.
    world.refused(COURT, &format!("agreement sign --merge {copy}"), 4, "SYM-0616");
    world.done(COURT, &format!("{read} --merge {copy}"));
    assert_eq!(signers(&world, NOTE), [AURELIA, BOREALIA, COURT]);
    world.done(BOREALIA, &format!("agreement sign --exchange other --merge {NOTE}"));
    assert_eq!(signers(&world, copy), [BOREALIA, AURELIA, COURT]);
    world.everybody_signs();
    assert_eq!(signers(&world, NOTE).len(), PARTIES.len());
    world.done(AURELIA, "agency join");
}

#[test]
fn a_signature_that_a_sync_tool_took_away_is_put_back() {
    let world = World::at(Stage::Drafted);
    let old = world.read(NOTE);
    world.everybody_signs();
    world.write(NOTE, &old);
    for who in PARTIES {
        let ran = world.run(who, "agreement sign");
        assert!(ran.exit == Some(0) && ran.err.contains("signed before"), "{ran:?}");
    }
    assert_eq!(signers(&world, NOTE), PARTIES);
    world.done(AURELIA, "agency join");
    // It was given to that text and to no other; what the home remembers of it is no signature on anything else.
    world.write(NOTE, &old);
    world.edit(NOTE, |text| text.replacen("runs = 6", "runs = 5", 1));
    world.refused(AURELIA, "agreement sign", 4, "SYM-0616");
}

#[test]
fn a_memory_that_was_damaged_signs_nothing_and_hinders_nothing() {
    let world = World::at(Stage::Signed);
    let path = world.tree(&format!("homes/{AURELIA}")).into_keys().find(|path| path.ends_with("signed"));
    let path = path.expect("the memory");
    let old = World::at(Stage::Drafted);
    world.write(NOTE, old.read(NOTE));
    world.edit(&path, |text| text.replacen("runs = 6", "runs = 5", 1));
    world.write(NOTE, world.text(&path).rsplit_once("\n\n").expect("a note").0.to_owned() + "\n\n");
    // The text is the exchange's, the signature another's: who acts is asked.
    world.refused(AURELIA, "agreement sign", 4, "SYM-0616");
    world.sign(AURELIA);
    assert_eq!(signers(&world, NOTE), [AURELIA]);
}

#[test]
fn a_copy_of_another_text_or_with_a_line_that_does_not_hold_is_not_merged() {
    let world = World::at(Stage::Drafted);
    let read = format!("agreement sign --read {}", world.agreement_digest());
    let signed = World::at(Stage::Signed).text(NOTE);
    let (text, lines) = signed.rsplit_once("\n\n").expect("a note");
    let line = |name: &str| lines.lines().find(|line| line.contains(&format!(" {name} "))).expect("a line").to_owned();
    let copy = |lines: &[String]| world.write("copy.note", format!("{text}\n\n{}\n", lines.join("\n")));
    let refused = |exit, code| world.refused(AURELIA, &format!("{read} --merge copy.note"), exit, code);
    // Another world's party of that name; a line under another name; one line twice.
    let foreign = World::other(Stage::Signed).text(NOTE);
    let stranger = foreign.lines().find(|line| line.contains(&format!(" {BOREALIA} "))).expect("a line").to_owned();
    for lines in [vec![stranger], vec![line(BOREALIA).replace(BOREALIA, COURT)], vec![line(COURT), line(COURT)]] {
        copy(&lines);
        refused(5, "SYM-0504");
    }
    // A signature with another's bytes behind the right key id.
    let (own, other) = (line(BOREALIA), line(COURT));
    let cut = own.len() - 60;
    copy(&[format!("{}{}", &own[..cut], &other[other.len() - 60..])]);
    refused(5, "SYM-0503");
    world.write("copy.note", signed.replacen("runs = 6", "runs = 5", 1));
    refused(5, "SYM-0503");
    world.write("copy.note", format!("{}\n\n", text.replacen("runs = 6", "runs = 5", 1)));
    refused(4, "SYM-0617");
    world.write("copy.note", "not a note");
    refused(5, "SYM-0501");
    world.refused(AURELIA, &format!("{read} --merge nothing.note"), 2, "SYM-0101");
    copy(&[line(COURT)]);
    world.done(AURELIA, &format!("{read} --merge copy.note"));
    assert_eq!(signers(&world, NOTE), [COURT, AURELIA]);
}

#[test]
fn the_agreement_says_that_retention_is_checked() {
    let world = World::at(Stage::Drafted);
    let shown = world.run(NOBODY, "agreement show").out;
    assert!(shown.contains("until every holder attests it") && !shown.contains("no program checks"), "{shown}");
}
