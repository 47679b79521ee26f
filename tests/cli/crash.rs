//! Full disks, kills and two commands at once: nothing half-written stays, and the same command again completes the work.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::world::{AURELIA, COURT, ENCODE, GUARDIAN, NOBODY, OMBUD, OPERATOR, Ran, SCREEN, Stage, World};

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
fn a_screen_killed_before_its_last_file_is_run_again() {
    let world = World::at(Stage::Linked);
    let shares = "exchange/run-1/fiu-aurelia--police-borealia.shares";
    world.refused(GUARDIAN, SCREEN, 2, "SYM-0102");
    // What is in the log is the only list for ever: it is put back, not made anew.
    let kept = world.read(shares);
    world.remove(shares);
    world.refused(AURELIA, "agency leads", 4, "SYM-0428");
    world.refused(GUARDIAN, SCREEN, 2, "SYM-0102");
    world.write(shares, kept);
    // Killed before anything of it was logged: it is made anew, and the keeper had not logged half of it.
    let world = World::at(Stage::Sent);
    world.done(OPERATOR, "operator link");
    world.write(
        "register.csv",
        world.text("data/fiu-aurelia/people.csv").lines().take(2).collect::<Vec<_>>().join("\n"),
    );
    world.done(GUARDIAN, SCREEN);
    world.remove(shares);
    world.logged();
    world.refused(AURELIA, "agency leads", 4, "SYM-0428");
    world.done(GUARDIAN, SCREEN);
    assert!(world.path(shares).exists());
    world.logged();
    assert_eq!(world.run(AURELIA, "agency leads").exit, Some(0));
    world.refused(OPERATOR, "operator link", 2, "SYM-0102");
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
        world.logged();
        world.done(AURELIA, ENCODE);
    }
}

#[test]
fn a_keeper_that_was_killed_at_a_tile_sweeps_it_whatever_it_does_next() {
    // Killed after the pairs were written: the next link refuses, for they are there, and still tidies up.
    let world = World::at(Stage::Linked);
    let own = ["exchange/log/.checkpoint.99.tmp", "exchange/log/tile/0/000.p/.12.99.tmp"];
    let foreign = format!("exchange/log/cosigned/.{AURELIA}.98.tmp");
    for path in own.into_iter().chain([foreign.as_str()]) {
        world.write(path, "half a file");
    }
    assert_eq!(world.run(OPERATOR, "operator link").code(), Some("SYM-0102"));
    assert!(own.iter().all(|path| !world.path(path).exists()) && world.path(&foreign).exists());
    own.iter().for_each(|path| world.write(path, "half a file"));
    assert_eq!(world.run(OPERATOR, "operator log").exit, Some(0));
    assert!(own.iter().all(|path| !world.path(path).exists()) && world.path(&foreign).exists());
}

#[test]
fn a_demo_or_a_population_on_a_full_disk_leaves_nothing_and_is_made_again() {
    for line in ["synth made --people 300", "demo made --seed 5 --people 300"] {
        for kilobytes in [0, 1, 8] {
            let world = World::empty();
            let ran = world.shell(NOBODY, &format!("trap '' XFSZ; ulimit -f {kilobytes}; exec $0 {line}"));
            assert_eq!((ran.exit, ran.code()), (Some(70), Some("SYM-7003")), "{kilobytes}: {line}: {ran:?}");
            assert!(ran.err.ends_with("nothing was written\n"), "{ran:?}");
            assert!(world.tree("").is_empty() && !world.path("made").exists(), "{kilobytes}: {line}");
        }
        World::empty().done(NOBODY, line);
    }
}

#[test]
fn a_demo_that_is_interrupted_leaves_nothing_and_is_played_again() {
    const DEMO: &str = "demo made --seed 5 --people 2000 --at 2026-06-01T12:00:00Z";
    let world = World::empty();
    for signal in ["-INT", "-TERM"] {
        let mut command = world.command(NOBODY);
        command.args(DEMO.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut demo = command.spawn().expect("it starts");
        while !world.path("made/exchange").exists() {
            assert!(demo.try_wait().expect("a child").is_none(), "it ended before it made anything");
            sleep(Duration::from_millis(1));
        }
        assert!(Command::new("kill").args([signal, &demo.id().to_string()]).status().expect("kill").success());
        let ran = Ran::from(demo.wait_with_output().expect("it ends"));
        assert_eq!((ran.exit, ran.code()), (Some(7), Some("SYM-0701")), "{ran:?}");
        assert!(!world.path("made").exists(), "{ran:?}");
    }
    world.done(NOBODY, DEMO);
}
