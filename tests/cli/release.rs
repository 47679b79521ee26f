//! Guardian, officers, receipts, withdrawals: who must act before an agency knows anything, and what stops who does not.

use std::path::PathBuf;

use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, HOLDERS, OMBUD, OPERATOR, SCREEN, Stage, World,
};

const RELEASE: &str = "officer release --between fiu-aurelia,police-borealia --lead 1 --reasons reasons.txt";
const PAIRS: &str = "exchange/run-1/fiu-aurelia--police-borealia.pairs";
const SHARES: &str = "exchange/run-1/fiu-aurelia--police-borealia.shares";

fn linked() -> World {
    let world = World::at(Stage::Sent);
    world.done(OPERATOR, "operator link");
    world
}

fn ids(world: &World) -> Vec<String> {
    let truth = world.text("data/truth.csv");
    truth.lines().skip(1).map(|line| line.split(',').nth(1).expect("an id").to_owned()).collect()
}

/// A register of these people, in Aurelia's own words.
fn register(world: &World, ids: &[String]) {
    let people = world.text("data/fiu-aurelia/people.csv");
    let named = |line: &&str| line.starts_with("ref,") || ids.iter().any(|id| line.starts_with(&format!("{id},")));
    world.write("register.csv", people.lines().filter(named).flat_map(|line| [line, "\n"]).collect::<String>());
}

fn release_all(world: &World, leads: u32) {
    HOLDERS.iter().for_each(|who| world.release_all(who, &(1..=leads).collect::<Vec<_>>()));
    world.logged();
}

/// Lines of leads that Aurelia can open.
fn opened(world: &World) -> usize {
    let ran = world.run(AURELIA, "agency leads");
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    ran.out.lines().count() - 1
}

#[test]
fn without_the_guardian_there_is_no_lead_whatever_the_operator_does() {
    let world = linked();
    assert!(!world.path(SHARES).exists() && !world.path("exchange/run-1/fiu-aurelia--police-borealia.leads").exists());
    world.refused(AURELIA, "agency leads", 4, "SYM-0428");
    world.write("reasons.txt", "a case, a person who decided, and why nothing milder does");
    world.refused(HOLDERS[0], RELEASE, 4, "SYM-0428");
    world.refused(HOLDERS[0], "officer queue", 4, "SYM-0428");
    register(&world, &ids(&world)[..1]);
    for who in [AURELIA, OPERATOR, COURT] {
        world.refused(who, SCREEN, 4, "SYM-0430");
    }
    world.remove(PAIRS);
    world.refused(GUARDIAN, SCREEN, 4, "SYM-0428");
}

#[test]
fn everybody_in_the_register_is_kept_out_and_the_lists_keep_their_size() {
    let (all, few) = (linked(), linked());
    register(&all, &ids(&all));
    register(&few, &ids(&few)[..1]);
    let size = |world: &World| {
        world.done(GUARDIAN, SCREEN);
        world.logged();
        world.logged();
        world.read(SHARES).len()
    };
    // Shares are one note of the same number of slots; age's own header differs by a few bytes.
    assert!(size(&all).abs_diff(size(&few)) < 600);
    release_all(&all, 1);
    release_all(&few, 1);
    assert_eq!((opened(&all), opened(&few)), (0, 1));
    let said = all.run(AURELIA, "agency leads --json").out;
    assert!(said.contains("\"empty\": 1"), "{said}");
}

#[test]
fn a_patched_operator_that_signs_a_list_itself_is_refused_by_the_agencies() {
    let (world, other) = (World::at(Stage::Linked), World::other(Stage::Linked));
    for file in [SHARES, "exchange/run-1/fiu-aurelia--police-borealia.leads"] {
        let own = world.read(file);
        world.write(file, other.read(file));
        world.refused(AURELIA, "agency leads", 5, "SYM-0504");
        world.write(file, own);
    }
    // Its name on the guardian's line does not help it.
    world.edit(SHARES, |text| text.replace("\u{2014} guardian ", "\u{2014} linkage-unit "));
    world.refused(AURELIA, "agency leads", 5, "SYM-0504");
}

#[test]
fn one_organisation_twice_or_one_share_missing_opens_nothing() {
    let world = linked();
    register(&world, &ids(&world)[..1]);
    world.done(GUARDIAN, SCREEN);
    world.logged();
    world.release(HOLDERS[0], 1);
    world.write("reasons.txt", "other words for the same lead: the case is open and was decided");
    world.refused(HOLDERS[0], RELEASE, 4, "SYM-1012");
    world.logged();
    assert_eq!(opened(&world), 0);
    world.release(HOLDERS[1], 1);
    world.logged();
    assert_eq!(opened(&world), 0, "the reviewer's share is missing");
    world.refused("rights-council", RELEASE, 4, "SYM-1006");
    for who in [AURELIA, GUARDIAN, OPERATOR] {
        world.refused(who, RELEASE, 4, "SYM-0430");
    }
    world.release(HOLDERS[2], 1);
    assert_eq!(opened(&world), 0, "nothing counts before the log has it");
    world.logged();
    assert_eq!(opened(&world), 1);
}

#[test]
fn no_lead_is_released_without_own_reasons_for_it() {
    let world = linked();
    register(&world, &ids(&world)[..1]);
    world.done(GUARDIAN, SCREEN);
    world.logged();
    world.write("reasons.txt", "because");
    let ran = world.run(HOLDERS[0], RELEASE);
    assert_eq!((ran.exit, ran.code()), (Some(4), Some("SYM-1008")), "{ran:?}");
    world.release(HOLDERS[0], 1);
    // The same words for another lead.
    let ran = world.run(HOLDERS[0], &RELEASE.replace("--lead 1", "--lead 2"));
    assert_eq!((ran.exit, ran.code()), (Some(4), Some("SYM-1008")), "{ran:?}");
    let ran = world.run(HOLDERS[0], &RELEASE.replace("--lead 1", "--lead 101"));
    assert_eq!((ran.exit, ran.code()), (Some(4), Some("SYM-1008")), "{ran:?}");
    let consent = world.tree("exchange/run-1/release").into_iter().next().expect("a consent").1.1;
    assert!(!String::from_utf8_lossy(&consent).contains("Invented reasons"));
}

#[test]
fn opened_leads_without_receipts_block_the_next_permit() {
    let world = World::at(Stage::Linked);
    second_run(&world);
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
    for who in [AURELIA, BOREALIA] {
        let leads = world.leads(who);
        let leads: Vec<&str> = leads.lines().skip(1).filter_map(|line| line.split(',').nth(3)).collect();
        for (at, lead) in leads.iter().enumerate() {
            assert_eq!(receipts(&world, who), 0, "a list leaves no open lead out");
            world.refused(who, &format!("agency receipt {lead} --outcome verified"), 4, "SYM-1013");
            let said = world.run(who, &format!("agency receipt {lead} --outcome refuted --evidence document --json"));
            let waiting = format!("\"waiting\": {}", leads.len() - at - 1);
            assert!(said.exit == Some(0) && said.out.contains(&waiting), "{said:?}");
            world.refused(who, &format!("agency receipt {lead} --outcome lapsed"), 4, "SYM-1017");
        }
        assert_eq!(receipts(&world, who), 1);
        world.refused(COURT, "steward permit --run 2", 4, "SYM-0905");
        world.logged();
        if who == AURELIA {
            world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
        }
    }
    // What was logged and is gone again is missed by everybody.
    let own = list(&world, AURELIA, 1, "receipts");
    let note = world.read(&own);
    world.remove(&own);
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0428");
    world.write(&own, note);
    world.done(COURT, "steward permit --run 2");
}

/// Where a list stands.
fn list(world: &World, of: &str, number: u32, kind: &str) -> PathBuf {
    let end = format!(".{of}.{number}.{kind}");
    let all = world.tree("exchange/run-1/release").into_keys();
    let mut found = all.filter(|path| path.to_string_lossy().ends_with(&end));
    found.next().unwrap_or_else(|| panic!("{end} is not there"))
}

fn receipts(world: &World, who: &str) -> usize {
    let own = |path: &PathBuf| {
        let name = path.to_string_lossy().into_owned();
        name.contains(&format!(".{who}.")) && name.ends_with(".receipts")
    };
    world.tree("exchange/run-1/release").into_keys().filter(own).count()
}

/// Grants and commits a second run, so that a permit is the next thing.
fn second_run(world: &World) {
    for who in [COURT, OMBUD] {
        world.done(who, "steward grant --run 2");
    }
    world.logged();
    world.done(AURELIA, &format!("{ENCODE} --run 2"));
    world.done(BOREALIA, &format!("{ENCODE_BOREALIA} --run 2"));
    world.logged();
}

#[test]
fn a_withdrawn_record_leaves_the_list_and_blocks_until_it_is_acknowledged() {
    let world = World::at(Stage::Linked);
    let lead = world.leads(AURELIA).lines().nth(1).expect("a lead").to_owned();
    let (row, id) = (lead.split(',').nth(1).expect("a row"), lead.split(',').nth(3).expect("a lead").to_owned());
    assert!(world.leads(BOREALIA).contains(&id));
    world.done(AURELIA, &format!("agency withdraw --row {row}"));
    assert!(!world.leads(BOREALIA).contains(&id), "the withdrawal wins");
    world.write("reasons.txt", "a case, a person who decided, and why nothing milder does");
    world.refused(HOLDERS[0], &RELEASE.replace("--lead 1", "--lead 4"), 4, "SYM-1003");
    second_run(&world);
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
    world.done(BOREALIA, "agency acknowledge");
    for who in [AURELIA, BOREALIA] {
        for line in world.leads(who).lines().skip(1) {
            let lead = line.split(',').nth(3).expect("a lead");
            world.done(who, &format!("agency receipt {lead} --outcome lapsed"));
        }
    }
    world.logged();
    world.done(COURT, "steward permit --run 2");
    // There is one list for each run and direction, for ever: what was sealed stays sealed, and a new run may find the pairs again.
    world.refused(GUARDIAN, SCREEN, 2, "SYM-0102");
    world.refused(HOLDERS[0], &RELEASE.replace("--lead 1", "--lead 4"), 4, "SYM-1003");
    assert!(!world.leads(BOREALIA).contains(&id));
}

#[test]
fn a_guardian_that_keeps_nobody_out_is_found_by_the_people_that_reviewers_planted() {
    // The reviewers had two people enrolled and planted; the agencies know which rows these are.
    let world = linked();
    let all = ids(&world);
    register(&world, &all[..1]);
    world.done(GUARDIAN, SCREEN);
    world.logged();
    release_all(&world, 3);
    let leads = world.leads(AURELIA);
    let seen: Vec<&str> = leads.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    // A patched guardian screens with another register than it was given: a planted person comes out.
    world.write("homes/fiu-aurelia/canaries.txt", format!("AUR-never\n{}\n", seen[0]));
    world.refused(AURELIA, "agency leads", 4, "SYM-1014");
    let ran = world.run(AURELIA, "agency leads");
    assert!(!ran.err.contains(seen[0]), "no id in an error: {ran:?}");
    // An honest one has them in its register, and nothing is said.
    world.write("homes/fiu-aurelia/canaries.txt", format!("{}\n", all[0]));
    assert_eq!(world.leads(AURELIA), leads);
}

#[test]
fn planted_people_that_cannot_be_read_open_nothing() {
    let world = World::at(Stage::Linked);
    world.write("homes/fiu-aurelia/canaries.txt", [0xFF, 0xFE, 0x00]);
    let ran = world.run(AURELIA, "agency leads");
    assert!(ran.exit != Some(0) && ran.out.is_empty(), "{ran:?}");
}

#[test]
fn leads_on_identifiers_without_a_measured_recall_are_refused_by_every_party() {
    let world = World::at(Stage::Keys);
    world.refused(AURELIA, "agreement draft fin-1 thin --fields person-name", 4, "SYM-0475");
    world.refused(AURELIA, "agreement draft fin-1 thin --diffusion 12", 4, "SYM-0475");
    // Somebody with a patched program drafts it all the same: nobody signs, so there is nothing to screen under.
    world.done(AURELIA, "agreement draft fin-1 thin");
    world.edit("exchange/agreement.note", |text| {
        text.replacen("diffusion = 3\nmin_tokens", "diffusion = 12\nmin_tokens", 1)
    });
    for who in [AURELIA, BOREALIA, OPERATOR, COURT, GUARDIAN, "data-authority", HOLDERS[0]] {
        world.refused(who, "agreement sign", 4, "SYM-0475");
    }
}
