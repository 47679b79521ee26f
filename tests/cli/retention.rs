//! Retention: what a run leaves behind is destroyed by everybody who held it, or nothing further is permitted.

use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, OMBUD, OPERATOR, SCREEN, Stage, World,
};

/// They held encodings, or shares of keys.
const HOLDERS: [&str; 6] = [AURELIA, BOREALIA, OPERATOR, COURT, OMBUD, GUARDIAN];

/// A run whose leads are issued, none opened, and a second one that is committed; encodings are due at once.
fn overdue() -> World {
    let world = World::agreed(|text| text.replacen("retention_hours = 72", "retention_hours = 0", 1), Stage::Sent);
    world.done(OPERATOR, "operator link");
    let people = world.text("data/fiu-aurelia/people.csv");
    world.write("register.csv", people.lines().take(2).flat_map(|line| [line, "\n"]).collect::<String>());
    world.done(GUARDIAN, SCREEN);
    world.logged();
    for who in [COURT, OMBUD] {
        world.done(who, "steward grant --run 2");
    }
    world.logged();
    world.done(AURELIA, &format!("{ENCODE} --run 2"));
    world.done(BOREALIA, &format!("{ENCODE_BOREALIA} --run 2"));
    world.logged();
    world
}

fn of_run_1(world: &World, extensions: &[&str]) -> usize {
    let is_one = |path: &&std::path::PathBuf| {
        path.extension().is_some_and(|e| extensions.iter().any(|extension| *extension == e))
    };
    world.tree("exchange/run-1").keys().filter(is_one).count()
}

#[test]
fn overdue_destruction_blocks_the_next_permit_until_everybody_has_attested() {
    let world = overdue();
    assert_eq!(of_run_1(&world, &["parcel", "pairs", "grant"]), 5);
    for who in HOLDERS {
        world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
        world.done(who, "purge --run 1");
    }
    assert_eq!((of_run_1(&world, &["parcel", "pairs", "grant"]), of_run_1(&world, &["destruction"])), (0, 6));
    world.done(COURT, "steward permit --run 2");
    world.done(OMBUD, "steward permit --run 2");
    world.logged();
    assert!(world.text("exchange/run-1/fiu-aurelia.destruction").contains("\"parcels\""));
    world.done(AURELIA, "agency send --run 2");
}

#[test]
fn a_patched_party_that_keeps_or_says_nothing_is_stopped_by_stewards_and_partners() {
    let world = overdue();
    let parcel = "exchange/run-1/fiu-aurelia--police-borealia.parcel";
    let kept = world.read(parcel);
    HOLDERS.iter().filter(|who| **who != OPERATOR).for_each(|who| world.done(who, "purge --run 1"));
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
    world.done(OPERATOR, "purge --run 1");
    // It attests, and leaves the encodings where everybody sees them.
    world.write(parcel, &kept);
    world.refused(COURT, "steward permit --run 2", 4, "SYM-0437");
    world.remove(parcel);
    // Another's attestation is none, whatever the file is called.
    let own = "exchange/run-1/guardian.destruction";
    let note = world.read(own);
    world.write(own, world.read("exchange/run-1/linkage-unit.destruction"));
    let ran = world.run(COURT, "steward permit --run 2");
    assert_eq!(ran.exit, Some(5), "{ran:?}");
    world.write(own, note);
    for who in [COURT, OMBUD] {
        world.done(who, "steward permit --run 2");
    }
    world.logged();
    // A steward that is patched too does not help: the partner does not send.
    world.remove(own);
    world.refused(AURELIA, "agency send --run 2", 4, "SYM-0437");
}

#[test]
fn a_permit_that_was_taken_away_hides_no_run() {
    let world = overdue();
    world.remove("exchange/run-1/steward-court.permit");
    world.refused(OMBUD, "steward permit --run 2", 4, "SYM-0428");
}

#[test]
fn a_run_that_is_not_over_is_not_purged_nor_by_who_held_nothing() {
    for (stage, code) in [(Stage::Encoded, "SYM-0494"), (Stage::Sent, "SYM-0494")] {
        World::at(stage).refused(OPERATOR, "operator purge", 4, code);
    }
    let world = World::at(Stage::Linked);
    world.refused("data-authority", "purge", 4, "SYM-0430");
    world.done(OPERATOR, "operator purge");
    // What was found is in the log: nothing is found again.
    world.refused(OPERATOR, "operator link", 2, "SYM-0102");
}

#[test]
fn handle_maps_stay_as_long_as_a_lead_can_open_and_leads_open_after_the_purge() {
    let world = World::at(Stage::Linked);
    let before = world.leads(AURELIA);
    HOLDERS.iter().for_each(|who| world.done(who, "purge"));
    world.logged();
    assert!(world.text("exchange/run-1/fiu-aurelia.destruction").contains("kept = [\"handle-maps\"]"));
    assert_eq!(world.leads(AURELIA), before);
    // No quarantine list, no parcel that waits: what is left says which handle is which record.
    let left = world.tree("homes/fiu-aurelia").into_keys().filter(|path| path.to_string_lossy().contains("run-1/"));
    let names: Vec<String> =
        left.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|name| name == "police-borealia.handles.csv"), "{names:?}");
    assert!(!names.iter().any(|name| name.ends_with(".parcel") || name == "quarantine.csv"), "{names:?}");
    world.done(AURELIA, "purge");
}

#[test]
fn without_grants_no_key_of_the_run_is_formed_again() {
    let world = World::at(Stage::Linked);
    world.done(COURT, "purge");
    // Whoever has every other file and its own key encodes nothing further for this run.
    world.refused(AURELIA, ENCODE, 4, "SYM-0428");
    world.refused(GUARDIAN, SCREEN, 4, "SYM-0428");
}
