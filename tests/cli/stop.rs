//! Stops: one steward is enough, all must agree to go on, and neither a deleted file nor a patched party gets around it.

use crate::world::{
    AURELIA, BOREALIA, COURT, ENCODE, ENCODE_BOREALIA, GUARDIAN, HOLDERS, OMBUD, OPERATOR, SCREEN, Stage, World,
};

const ACTS: [(Stage, &str, &str); 6] = [
    (Stage::Granted, AURELIA, ENCODE),
    (Stage::Encoded, COURT, "steward permit"),
    (Stage::Permitted, BOREALIA, "agency send"),
    (Stage::Sent, OPERATOR, "operator link"),
    (Stage::Linked, HOLDERS[0], "officer release --between fiu-aurelia,police-borealia --lead 4 --reasons reasons.txt"),
    (Stage::Linked, AURELIA, "agency leads"),
];

const STOP: &str = "steward stop --reason doubt";

/// The only file of this extension in the run.
fn file(world: &World, extension: &str) -> std::path::PathBuf {
    let tree = world.tree("exchange/run-1");
    let mut found = tree.into_keys().filter(|path| path.extension().is_some_and(|e| e == extension));
    let path = found.next().expect("a file");
    assert_eq!(found.next(), None);
    path
}

#[test]
fn one_steward_stops_every_act_at_once() {
    for (stage, who, line) in ACTS {
        for steward in [COURT, OMBUD] {
            let world = World::at(stage);
            // Not logged yet, and effective already.
            world.done(steward, STOP);
            world.refused(who, line, 4, "SYM-0471");
            world.logged();
            world.refused(who, line, 4, "SYM-0471");
        }
    }
}

#[test]
fn a_run_goes_on_when_every_steward_agrees_and_the_log_has_it() {
    for (stage, who, line) in ACTS {
        let world = World::at(stage);
        world.done(OMBUD, STOP);
        world.logged();
        world.done(OMBUD, "steward resume");
        world.refused(OMBUD, "steward resume", 1, "SYM-0109");
        world.logged();
        world.refused(who, line, 4, "SYM-0471");
        world.done(COURT, "steward resume");
        world.refused(who, line, 4, "SYM-0905");
        world.done(OPERATOR, "operator log");
        world.refused(who, line, 4, "SYM-0906");
        world.cosigned();
        world.done(who, line);
    }
}

#[test]
fn an_old_consent_lifts_no_later_stop() {
    let world = World::at(Stage::Granted);
    world.done(COURT, STOP);
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward resume"));
    world.logged();
    world.done(OMBUD, "steward stop --reason order");
    world.logged();
    world.refused(AURELIA, ENCODE, 4, "SYM-0471");
    world.done(COURT, "steward resume");
    world.logged();
    world.refused(AURELIA, ENCODE, 4, "SYM-0471");
    world.done(OMBUD, "steward resume");
    world.logged();
    world.done(AURELIA, ENCODE);
}

#[test]
fn a_logged_stop_cannot_be_deleted() {
    for (stage, who, line) in ACTS {
        let world = World::at(stage);
        world.done(COURT, STOP);
        world.logged();
        world.remove(file(&world, "stop"));
        // Whoever saw it remembers it; to everybody else the log says that it is missing.
        let ran = world.run(who, line);
        assert!(matches!(ran.code(), Some("SYM-0428" | "SYM-0471")), "{ran:?}");
        assert_eq!(ran.exit, Some(4));
    }
}

#[test]
fn a_stop_that_was_seen_counts_though_its_file_is_gone() {
    for (stage, who, line) in ACTS {
        let world = World::at(stage);
        world.done(COURT, STOP);
        // Seen, and never logged.
        world.refused(who, line, 4, "SYM-0471");
        world.remove(file(&world, "stop"));
        world.refused(who, line, 4, "SYM-0471");
        let status = world.run(who, "status").out;
        assert!(status.contains("SYM-0471"), "{status}");
    }
}

#[test]
fn a_consent_that_is_taken_away_stops_the_run_again() {
    let world = World::at(Stage::Granted);
    world.done(COURT, STOP);
    world.done(COURT, "steward resume");
    let consent = file(&world, "resume");
    world.done(OMBUD, "steward resume");
    world.logged();
    world.remove(consent);
    world.refused(AURELIA, ENCODE, 4, "SYM-0471");
}

#[test]
fn a_patched_agency_that_sends_all_the_same_is_stopped_by_the_operator() {
    let (world, sent) = (World::at(Stage::Permitted), World::at(Stage::Sent));
    world.done(OMBUD, STOP);
    world.logged();
    for path in sent.tree("exchange/run-1").keys().filter(|path| path.extension().is_some_and(|e| e == "parcel")) {
        world.write(path, sent.read(path));
    }
    world.refused(OPERATOR, "operator link", 4, "SYM-0471");
}

#[test]
fn a_patched_guardian_that_issues_all_the_same_is_stopped_by_the_agencies() {
    let (world, linked) = (World::at(Stage::Sent), World::at(Stage::Linked));
    world.done(OMBUD, STOP);
    for path in linked
        .tree("exchange/run-1")
        .keys()
        .filter(|path| path.extension().is_some_and(|e| e == "leads" || e == "shares"))
    {
        world.write(path, linked.read(path));
    }
    world.logged();
    world.refused(AURELIA, "agency leads", 4, "SYM-0471");
}

#[test]
fn a_patched_operator_that_links_all_the_same_is_stopped_by_the_guardian() {
    let world = World::at(Stage::Sent);
    world.done(OPERATOR, "operator link");
    world.write("register.csv", world.text("data/fiu-aurelia/people.csv"));
    world.done(OMBUD, STOP);
    world.refused(GUARDIAN, SCREEN, 4, "SYM-0471");
}

#[test]
fn a_stop_that_cannot_be_read_is_a_stop() {
    for (stage, who, line) in ACTS {
        let world = World::at(stage);
        world.write("exchange/run-1/steward-court.00000000.stop", "not a note");
        world.refused(who, line, 5, "SYM-0501");
    }
    // A changed one too; and it keeps a good one neither out of the exchange nor out of the log.
    let world = World::at(Stage::Granted);
    world.done(COURT, STOP);
    world.edit(file(&world, "stop"), |text| text.replace("doubt", "order"));
    world.refused(AURELIA, ENCODE, 5, "SYM-0503");
    world.done(OMBUD, STOP);
    let ran = world.run(OPERATOR, "operator log");
    assert!(ran.err.contains("logged stop of steward-ombud") && ran.err.contains("was not logged"), "{ran:?}");
}

#[test]
fn only_a_steward_stops_and_only_one_run() {
    let world = World::at(Stage::Granted);
    for who in [AURELIA, OPERATOR, "guardian", "rights-council"] {
        world.refused(who, STOP, 4, "SYM-0430");
        world.refused(who, "steward resume", 4, "SYM-0430");
    }
    world.refused(COURT, "steward stop --reason doubt --run 7", 4, "SYM-0423");
    world.refused(COURT, "steward resume", 1, "SYM-0109");
    assert_eq!(world.run(COURT, "steward stop --reason Mustermann").exit, Some(2));
    world.done(COURT, "steward stop --reason doubt --run 2");
    world.done(AURELIA, ENCODE);
    world.refused(OMBUD, "steward grant --run 2", 4, "SYM-0471");
}

#[test]
fn runs_follow_one_another_under_the_log() {
    let world = World::at(Stage::Granted);
    world.refused(COURT, "steward grant --run 3", 4, "SYM-0470");
    [COURT, OMBUD].iter().for_each(|who| world.done(who, "steward grant --run 2"));
    // Not in the log yet: run 1 goes on.
    world.done(AURELIA, ENCODE);
    world.logged();
    world.refused(BOREALIA, ENCODE_BOREALIA, 4, "SYM-0470");
    world.done(BOREALIA, &format!("{ENCODE_BOREALIA} --run 2"));
    // Taking the later grants out of the exchange brings run 1 back no more.
    world.remove("exchange/run-2/steward-court.grant");
    world.refused(BOREALIA, ENCODE_BOREALIA, 4, "SYM-0470");
}
