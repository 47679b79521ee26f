//! Full disks, kills and two commands at once: nothing half-written stays, and the same command again completes the work.

use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::world::{AURELIA, BOREALIA, COURT, ENCODE, OMBUD, OPERATOR, Ran, Stage, World};

const COMMITMENT: &str = "exchange/run-1/fiu-aurelia--police-borealia.commitment";

/// Starts a line and kills it after so long.
pub(crate) fn kill_after(world: &World, who: &str, line: &str, pause: Duration) {
    let mut command = world.command(who);
    let mut child =
        command.args(line.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    sleep(pause);
    let _ = child.kill();
    let _ = child.wait();
}

/// Moments from the first instruction to the end of a command.
pub(crate) fn moments() -> impl Iterator<Item = Duration> {
    (0..12).map(|step| Duration::from_millis([0, 4, 8, 14, 20, 26, 32, 40, 50, 60, 75, 90][step]))
}

#[test]
fn an_encode_on_a_full_disk_leaves_nothing_and_is_run_again() {
    // With the signal ignored, writing fails as on a full disk; without, the process is killed in the middle of a file.
    for trap in ["trap '' XFSZ; ", ""] {
        for kilobytes in [0, 1, 8, 16, 40] {
            let world = World::at(Stage::Granted);
            let before = world.tree("exchange");
            let ran = world.shell(AURELIA, &format!("{trap}ulimit -c 0; ulimit -f {kilobytes}; exec $0 {ENCODE}"));
            assert_ne!(ran.exit, Some(0), "{kilobytes}: {ran:?}");
            if !trap.is_empty() {
                assert_eq!((ran.exit, ran.code()), (Some(70), Some("SYM-7003")), "{kilobytes}: {ran:?}");
                assert!(ran.err.contains("= next: "), "{ran:?}");
                world.no_remains();
            }
            assert!(before == world.tree("exchange"), "{kilobytes}: something was published");
            world.done(AURELIA, ENCODE);
            world.finish();
        }
    }
}

#[test]
fn a_killed_encode_is_run_again() {
    for moment in moments() {
        let world = World::at(Stage::Granted);
        kill_after(&world, AURELIA, ENCODE, moment);
        let ran = world.run(AURELIA, ENCODE);
        // Killed after its last step, it was complete.
        assert!(ran.exit == Some(0) || ran.code() == Some("SYM-0432"), "{moment:?}: {ran:?}");
        world.no_remains();
        world.finish();
    }
}

#[test]
fn an_encode_killed_before_it_published_is_published_as_it_was() {
    let world = World::at(Stage::Granted);
    world.done(AURELIA, ENCODE);
    let committed = world.read(COMMITMENT);
    world.remove(COMMITMENT);
    world.done(AURELIA, ENCODE);
    assert_eq!(world.read(COMMITMENT), committed);
    world.finish();
}

#[test]
fn a_link_killed_between_two_lists_is_run_again_with_the_same_leads() {
    let ids = |text: String| text.lines().map(|l| l.rsplit_once(',').expect("a row").0.to_owned()).collect::<Vec<_>>();
    for (missing, kept) in [(AURELIA, BOREALIA), (BOREALIA, AURELIA)] {
        let world = World::at(Stage::Linked);
        let expected = [missing, kept].map(|who| ids(world.leads(who)));
        world.remove(format!("exchange/run-1/{missing}--{kept}.leads"));
        world.write(format!("exchange/run-1/.{missing}--{kept}.leads.99.tmp"), "half a list");
        world.done(OPERATOR, "operator link");
        assert_eq!([missing, kept].map(|who| ids(world.leads(who))), expected);
        world.refused(OPERATOR, "operator link", 2, "SYM-0102");
    }
}

#[test]
fn publishing_leaves_other_parties_unfinished_files_alone() {
    let world = World::at(Stage::Joined);
    let (own, foreign) = ("exchange/run-1/.steward-court.grant.99.tmp", "exchange/run-1/.steward-ombud.grant.98.tmp");
    world.write(own, "half a grant");
    world.write(foreign, "half a grant");
    assert_eq!(world.run(COURT, "steward grant").exit, Some(0));
    assert!(!world.path(own).exists() && world.path(foreign).exists());
    world.done(OMBUD, "steward grant");
}

#[test]
fn two_encodes_at_once_in_one_home_make_one_set() {
    for _ in 0..4 {
        let world = World::at(Stage::Granted);
        let start = || {
            let mut command = world.command(AURELIA);
            command
                .args(ENCODE.split_whitespace())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it starts")
        };
        let both = [start(), start()].map(|child| Ran::from(child.wait_with_output().expect("it ends")));
        let done = both.iter().filter(|ran| ran.exit == Some(0)).count();
        assert_eq!(done, 1, "{both:?}");
        let refused = both.iter().find(|ran| ran.exit != Some(0)).expect("the other");
        assert!(matches!(refused.code(), Some("SYM-0107" | "SYM-0432")), "{refused:?}");
        world.no_remains();
        world.finish();
    }
}

#[test]
fn parties_can_work_at_the_same_time() {
    for _ in 0..4 {
        let world = World::at(Stage::Joined);
        let start = |who: &str| {
            let mut command = world.command(who);
            command.args(["steward", "grant"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
        };
        for child in [start(COURT), start(OMBUD)] {
            let ran = Ran::from(child.wait_with_output().expect("it ends"));
            assert_eq!(ran.exit, Some(0), "{ran:?}");
        }
        world.done(AURELIA, ENCODE);
    }
}
