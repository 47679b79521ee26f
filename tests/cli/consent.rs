//! Agreements, grants, permits and parcels: what is changed, swapped, missing, late or of another world is refused.

use crate::world::{AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, NOBODY, OMBUD, OPERATOR, Stage, World};

const NOTE: &str = "exchange/agreement.note";

/// The text and the signature lines of a note.
fn parts(note: &str) -> (String, Vec<String>) {
    let (text, lines) = note.rsplit_once("\n\n").expect("a note");
    (format!("{text}\n\n"), lines.lines().map(|line| format!("{line}\n")).collect())
}

#[test]
fn one_missing_signature_stops_everything() {
    let world = World::at(Stage::Granted);
    let (text, lines) = parts(&world.text(NOTE));
    assert_eq!(lines.len(), 10);
    for missing in 0..lines.len() {
        let mut lines = lines.clone();
        lines.remove(missing);
        world.write(NOTE, text.clone() + &lines.concat());
        world.refused(AURELIA, ENCODE, 5, "SYM-0502");
    }
    world.refused(OPERATOR, "operator link", 5, "SYM-0502");
    world.refused(COURT, "steward grant --run 2", 5, "SYM-0502");
}

#[test]
fn foreign_doubled_and_swapped_signatures_are_refused() {
    let (world, other) = (World::at(Stage::Granted), World::other(Stage::Signed));
    let (text, lines) = parts(&world.text(NOTE));
    let foreign = parts(&other.text(NOTE)).1;
    let swapped = |line: &str, from: &str, to: &str| line.replacen(from, to, 1);
    let mut swap = lines.clone();
    swap[0] = swapped(&lines[0], AURELIA, BOREALIA);
    swap[1] = swapped(&lines[1], BOREALIA, AURELIA);
    let exchanged = {
        let rest = |line: &str| line.rsplit_once(' ').expect("a line").1.trim_end().to_owned();
        vec![swapped(&lines[0], &rest(&lines[0]), &rest(&lines[1])), lines[1].clone()]
    };
    for (bad, code) in [
        ([lines.clone(), vec![foreign[0].clone()]].concat(), "SYM-0504"),
        ([lines.clone(), vec![lines[3].clone()]].concat(), "SYM-0504"),
        (swap, "SYM-0504"),
        (exchanged, "SYM-0504"),
        ([lines.clone(), vec!["— nobody\n".to_owned()]].concat(), "SYM-0501"),
        ([lines.clone(), vec!["and more".to_owned()]].concat(), "SYM-0501"),
    ] {
        world.write(NOTE, text.clone() + &bad.concat());
        world.refused(AURELIA, ENCODE, 5, code);
        world.refused(OPERATOR, "operator link", 5, code);
    }
}

#[test]
fn one_changed_byte_in_any_artefact_is_refused() {
    let mut cases: Vec<(Stage, &str, &str, String)> = Vec::new();
    for who in [AURELIA, BOREALIA, OPERATOR, COURT, OMBUD, "guardian", "data-authority", "rights-council"] {
        let card = format!("exchange/parties/{who}.party");
        cases.push((Stage::Keys, NOBODY, "agreement draft fin-1 x", card));
    }
    let pairs = [(AURELIA, BOREALIA), (BOREALIA, AURELIA)];
    for (from, to) in pairs {
        cases.push((Stage::Granted, AURELIA, ENCODE, format!("exchange/contributions/{from}--{to}.contribution")));
        for kind in ["commitment", "parcel"] {
            cases.push((Stage::Sent, OPERATOR, "operator link", format!("exchange/run-1/{from}--{to}.{kind}")));
        }
        cases.push((Stage::Linked, from, "agency leads", format!("exchange/run-1/{from}--{to}.leads")));
        cases.push((Stage::Encoded, COURT, "steward permit", format!("exchange/run-1/{from}--{to}.commitment")));
    }
    for steward in [COURT, OMBUD] {
        for kind in ["grant", "permit"] {
            cases.push((Stage::Sent, OPERATOR, "operator link", format!("exchange/run-1/{steward}.{kind}")));
            cases.push((Stage::Permitted, AURELIA, "agency send", format!("exchange/run-1/{steward}.{kind}")));
        }
        cases.push((Stage::Granted, AURELIA, ENCODE, format!("exchange/run-1/{steward}.grant")));
    }
    // Not the draft: it has no signature yet, so only the rules of its text protect it.
    for (stage, who, line) in [
        (Stage::Signed, AURELIA, "agency join"),
        (Stage::Joined, COURT, "steward grant"),
        (Stage::Granted, AURELIA, ENCODE),
        (Stage::Encoded, COURT, "steward permit"),
        (Stage::Permitted, AURELIA, "agency send"),
        (Stage::Sent, OPERATOR, "operator link"),
        (Stage::Linked, AURELIA, "agency leads"),
    ] {
        cases.push((stage, who, line, NOTE.to_owned()));
    }
    for (stage, who, line, path) in cases {
        let world = World::at(stage);
        let good = world.read(&path);
        for at in [good.len() / 4, good.len() / 2, good.len() - 40] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            world.write(&path, bad);
            let before = world.listing();
            let ran = world.run(who, line);
            assert!(matches!(ran.exit, Some(4 | 5)), "{path} at {at}, {line}: {ran:?}");
            assert!(ran.err.contains("= next: "), "{ran:?}");
            assert!(before == world.listing(), "{path} at {at}, {line}: something stays");
        }
    }
}

#[test]
fn cut_and_lengthened_artefacts_are_refused() {
    let world = World::at(Stage::Sent);
    for file in
        ["fiu-aurelia--police-borealia.parcel", "fiu-aurelia--police-borealia.commitment", "steward-court.permit"]
    {
        let path = format!("exchange/run-1/{file}");
        let good = world.read(&path);
        let longer = [good.clone(), b"x".to_vec()].concat();
        for bad in [&good[..0], &good[..good.len() / 2], &good[..good.len() - 1], &longer[..]] {
            world.write(&path, bad);
            let ran = world.run(OPERATOR, "operator link");
            assert_eq!(ran.exit, Some(5), "{file} of {} bytes: {ran:?}", bad.len());
        }
        world.write(&path, good);
    }
    world.done(OPERATOR, "operator link");
}

#[test]
fn an_agreement_runs_inside_its_term_only() {
    for (options, code) in [("--begin 2020-01-01 --days 30", "SYM-0411"), ("--begin 2090-01-01", "SYM-0416")] {
        let world = World::at(Stage::Keys);
        world.done(NOBODY, &format!("agreement draft fin-1 x {options}"));
        world.everybody_signs();
        world.refused(AURELIA, "agency join", 4, code);
        world.refused(COURT, "steward grant", 4, code);
        world.refused(AURELIA, ENCODE, 4, code);
        world.refused(OPERATOR, "operator link", 4, code);
        world.refused(AURELIA, "agency leads", 4, code);
    }
}

#[test]
fn a_draft_may_only_tighten_its_protocol() {
    let world = World::at(Stage::Keys);
    for (options, code) in [
        ("--leads 5000", "SYM-0429"),
        ("--runs 7", "SYM-0429"),
        ("--days 367", "SYM-0429"),
        ("--diffusion 2", "SYM-0410"),
        ("--fields iban", "SYM-0429"),
        ("--length 1000", "SYM-0425"),
    ] {
        world.refused(NOBODY, &format!("agreement draft fin-1 x {options}"), 4, code);
    }
    world.refused(NOBODY, "agreement draft fin-9 x", 4, "SYM-0401");
    world.done(NOBODY, "agreement draft fin-1 x --leads 10 --days 30 --runs 1");
    world.refused(NOBODY, "agreement draft fin-1 y", 2, "SYM-0102");
}

#[test]
fn a_draft_with_edited_text_is_not_signed() {
    type Edit = fn(String) -> String;
    let edits: [(Edit, i32, &str); 4] = [
        (
            |text| {
                let at = text.find("fin-1@sha256:").expect("a citation") + 13;
                let digit = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
                format!("{}{digit}{}", &text[..at], &text[at + 1..])
            },
            4,
            "SYM-0402",
        ),
        (|text| text.replacen('\n', "\nsurprise = 1\n", 1), 5, "SYM-0506"),
        (|text| text.replacen("leads = 100", "leads = 101", 1), 4, "SYM-0429"),
        (|text| text.replacen("agreement v2", "agreement v1", 1), 5, "SYM-0505"),
    ];
    for (edit, exit, code) in edits {
        let world = World::at(Stage::Drafted);
        world.edit(NOTE, edit);
        world.refused(AURELIA, "agreement sign", exit, code);
    }
}

#[test]
fn a_political_text_is_no_legal_basis() {
    let world = World::at(Stage::Keys);
    world.remove("exchange/parties/fiu-aurelia.party");
    let made = world
        .command("third")
        .args(["keygen", "agency", "third", "--jurisdiction", "XC", "--organisation", "Third"])
        .args(["--source", "prosecution", "--legal-basis", "G7 Leaders' Statement; all"])
        .output()
        .expect("it runs");
    assert_eq!(made.status.code(), Some(0));
    world.refused(NOBODY, "agreement draft fin-1 x", 4, "SYM-0421");
}

#[test]
fn too_few_parties_make_no_agreement() {
    for (missing, code) in
        [(AURELIA, "SYM-0417"), (OPERATOR, "SYM-0417"), (COURT, "SYM-0417"), ("guardian", "SYM-0417")]
    {
        let world = World::at(Stage::Keys);
        world.remove(format!("exchange/parties/{missing}.party"));
        world.refused(NOBODY, "agreement draft fin-1 x", 4, code);
    }
}

#[test]
fn artefacts_of_another_world_are_refused() {
    let (world, other) = (World::at(Stage::Sent), World::other(Stage::Sent));
    for file in ["steward-court.grant", "steward-court.permit", "fiu-aurelia--police-borealia.parcel"] {
        let path = format!("exchange/run-1/{file}");
        let own = world.read(&path);
        world.write(&path, other.read(&path));
        world.refused(OPERATOR, "operator link", 5, "SYM-0504");
        world.write(&path, own);
    }
    world.done(OPERATOR, "operator link");
}

#[test]
fn artefacts_of_another_agreement_of_the_same_parties_are_refused() {
    let (world, other) = (World::at(Stage::Sent), World::at(Stage::Keys));
    other.done(NOBODY, "agreement draft fin-1 second-agreement");
    other.everybody_signs();
    [AURELIA, BOREALIA].iter().for_each(|who| other.done(who, "agency join"));
    [COURT, OMBUD].iter().for_each(|who| other.done(who, "steward grant"));
    other.logged();
    [(AURELIA, ENCODE), (BOREALIA, ENCODE_BOREALIA)].iter().for_each(|(who, line)| other.done(who, line));
    other.logged();
    [COURT, OMBUD].iter().for_each(|who| other.done(who, "steward permit"));
    other.logged();
    [AURELIA, BOREALIA].iter().for_each(|who| other.done(who, "agency send"));
    for file in [
        "steward-court.grant",
        "steward-court.permit",
        "fiu-aurelia--police-borealia.parcel",
        "fiu-aurelia--police-borealia.commitment",
    ] {
        let path = format!("exchange/run-1/{file}");
        let own = world.read(&path);
        world.write(&path, other.read(&path));
        world.refused(OPERATOR, "operator link", 5, "SYM-0510");
        world.write(&path, own);
    }
}

#[test]
fn artefacts_of_another_run_are_refused() {
    let world = World::at(Stage::Granted);
    world.refused(AURELIA, &format!("{ENCODE} --run 2"), 4, "SYM-0428");
    for line in [ENCODE, "agency send"] {
        world.refused(AURELIA, &format!("{line} --run 7"), 4, "SYM-0423");
    }
    world.refused(COURT, "steward grant --run 7", 4, "SYM-0423");
    world.refused(OPERATOR, "operator link --run 7", 4, "SYM-0423");
    assert_eq!(world.run(COURT, "steward grant --run 0").exit, Some(2));
    world.done(COURT, "steward grant --run 2");
    world.write("exchange/run-2/steward-ombud.grant", world.read("exchange/run-1/steward-ombud.grant"));
    world.refused(AURELIA, &format!("{ENCODE} --run 2"), 5, "SYM-0511");
}

#[test]
fn a_withheld_consent_stops_the_run() {
    for steward in [COURT, OMBUD] {
        let world = World::at(Stage::Encoded);
        world.remove(format!("exchange/run-1/{steward}.grant"));
        world.refused(BOREALIA, ENCODE_BOREALIA, 4, "SYM-0428");
        let world = World::at(Stage::Permitted);
        world.remove(format!("exchange/run-1/{steward}.permit"));
        world.refused(AURELIA, "agency send", 4, "SYM-0428");
        let world = World::at(Stage::Sent);
        world.remove(format!("exchange/run-1/{steward}.permit"));
        world.refused(OPERATOR, "operator link", 4, "SYM-0428");
    }
    let world = World::at(Stage::Granted);
    world.refused(COURT, "steward permit", 4, "SYM-0428");
    world.refused(AURELIA, "agency leads", 4, "SYM-0428");
}

#[test]
fn a_permit_is_short_and_given_once() {
    let world = World::at(Stage::Encoded);
    world.refused(COURT, "steward permit --hours 49", 4, "SYM-0420");
    world.done(COURT, "steward permit --hours 1");
    world.refused(COURT, "steward permit", 2, "SYM-0102");
    world.refused(AURELIA, "agency send", 4, "SYM-0428");
}

#[test]
fn an_agency_sends_what_it_committed_and_commits_once() {
    let world = World::at(Stage::Encoded);
    world.refused(AURELIA, ENCODE, 4, "SYM-0432");
    let world = World::at(Stage::Sent);
    world.refused(AURELIA, ENCODE, 4, "SYM-0432");
    let (one, two) =
        ("exchange/run-1/fiu-aurelia--police-borealia.parcel", "exchange/run-1/police-borealia--fiu-aurelia.parcel");
    let own = world.read(one);
    world.write(one, world.read(two));
    world.refused(OPERATOR, "operator link", 5, "SYM-0504");
    world.write(one, &own[..own.len() - 100]);
    world.refused(OPERATOR, "operator link", 5, "SYM-0521");
    world.remove(one);
    world.refused(OPERATOR, "operator link", 4, "SYM-0428");
    world.write(one, own);
    // A commitment that is added or exchanged after the permits is not what was permitted.
    let other = World::at(Stage::Granted);
    other.done(AURELIA, ENCODE);
    let commitment = "exchange/run-1/fiu-aurelia--police-borealia.commitment";
    let good = world.read(commitment);
    world.write(commitment, other.read(commitment));
    world.refused(OPERATOR, "operator link", 5, "SYM-0512");
    world.write(commitment, good);
    world.done(OPERATOR, "operator link");
    world.refused(OPERATOR, "operator link", 2, "SYM-0102");
}

#[test]
fn leads_open_for_their_agency_alone() {
    let world = World::at(Stage::Linked);
    let (mine, theirs) =
        ("exchange/run-1/fiu-aurelia--police-borealia.leads", "exchange/run-1/police-borealia--fiu-aurelia.leads");
    let own = world.read(mine);
    assert_eq!(own.len() / 500, world.read(theirs).len() / 500, "lists are of one size");
    world.write(mine, world.read(theirs));
    let ran = world.run(AURELIA, "agency leads");
    assert!(matches!(ran.exit, Some(4 | 5)), "{ran:?}");
    world.write(mine, own);
    let map = world.tree("homes/fiu-aurelia").into_keys().find(|p| p.to_string_lossy().ends_with("handles.csv"));
    world.mode(map.expect("a handle map"), 0o644);
    world.refused(AURELIA, "agency leads", 6, "SYM-0603");
}

#[test]
fn a_clock_behind_what_was_seen_is_refused() {
    for (stage, who, line) in [
        (Stage::Signed, AURELIA, "agency join"),
        (Stage::Joined, COURT, "steward grant"),
        (Stage::Granted, AURELIA, ENCODE),
        (Stage::Encoded, COURT, "steward permit"),
        (Stage::Permitted, AURELIA, "agency send"),
        (Stage::Sent, OPERATOR, "operator link"),
        (Stage::Linked, AURELIA, "agency leads"),
    ] {
        let world = World::at(stage);
        world.write(format!("homes/{who}/seen"), "2199-01-01T00:00:00Z\n");
        world.refused(who, line, 6, "SYM-0610");
    }
}
