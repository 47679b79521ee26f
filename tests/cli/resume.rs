//! A link that was killed, stopped or ran out of disk goes on where it was, and comes to the same links.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::crash::{kill_after, moments};
use crate::world::{AURELIA, BOREALIA, OPERATOR, Ran, Stage, World};

const LINK: &str = "operator link --json";

/// Row ids and lead ids, which do not depend on the time of the run.
fn leads(world: &World) -> [Vec<String>; 2] {
    let id = |line: &str| line.rsplit_once(',').expect("a row").0.to_owned();
    [AURELIA, BOREALIA].map(|who| world.leads(who).lines().map(id).collect())
}

/// The report on the only pair of agencies.
fn pair(ran: &Ran) -> Value {
    assert_eq!(ran.exit, Some(0), "{ran:?}");
    let report: Value = serde_json::from_str(&ran.out).expect("a report");
    report["pairs"][0].clone()
}

/// Files of finished bands in the operator's home.
fn kept_bands(world: &World) -> usize {
    let tree = world.tree(&format!("homes/{OPERATOR}"));
    let bands = |path: &&std::path::PathBuf| path.to_string_lossy().contains(".bands-");
    let found: Vec<_> = tree.iter().filter(|(path, _)| bands(path)).collect();
    assert!(found.iter().all(|(_, (mode, _))| mode & 0o777 == 0o600));
    found.len()
}

#[test]
fn leads_on_a_full_disk_are_issued_from_what_was_compared() {
    let whole = pair(&World::at(Stage::Sent).run(OPERATOR, LINK));
    assert_eq!(whole["resumed_bands"], 0);
    let world = World::at(Stage::Sent);
    let ran = world.shell(OPERATOR, "trap '' XFSZ; ulimit -f 1; exec $0 operator link");
    assert_eq!((ran.exit, ran.code()), (Some(70), Some("SYM-7003")), "{ran:?}");
    assert_eq!(kept_bands(&world), 1);
    let resumed = pair(&world.run(OPERATOR, "operator link --json --resume"));
    assert_eq!((&resumed["resumed_bands"], &resumed["links_digest"]), (&Value::from(1), &whole["links_digest"]));
    assert_eq!(kept_bands(&world), 0);
    let complete = World::at(Stage::Sent);
    complete.done(OPERATOR, "operator link");
    [&world, &complete].into_iter().for_each(World::screen_and_release);
    assert_eq!(leads(&world), leads(&complete));
}

#[test]
fn a_damaged_band_is_computed_again() {
    let world = World::at(Stage::Sent);
    let whole = pair(&World::at(Stage::Sent).run(OPERATOR, LINK));
    world.shell(OPERATOR, "trap '' XFSZ; ulimit -f 1; exec $0 operator link");
    let tree = world.tree(&format!("homes/{OPERATOR}"));
    let path = tree.keys().find(|path| path.to_string_lossy().contains(".bands-")).expect("a file of bands");
    let mut bytes = world.read(path);
    let last = bytes.len() - 40;
    bytes[last] ^= 1;
    world.write(path, bytes);
    let again = pair(&world.run(OPERATOR, LINK));
    assert_eq!((&again["resumed_bands"], &again["links_digest"]), (&Value::from(0), &whole["links_digest"]));
}

#[test]
fn a_killed_link_is_run_again_and_comes_to_the_same_leads() {
    let complete = World::at(Stage::Linked);
    let complete = leads(&complete).map(|list| list.len());
    let whole = World::at(Stage::Sent);
    whole.done(OPERATOR, "operator link");
    whole.screen_and_release();
    for moment in moments() {
        let world = World::at(Stage::Sent);
        kill_after(&world, OPERATOR, "operator link --checkpoint 0", moment);
        let ran = world.run(OPERATOR, "operator link --resume");
        assert!(ran.exit == Some(0) || ran.code() == Some("SYM-0102"), "{moment:?}: {ran:?}");
        if ran.err.contains("operator log") {
            world.done(OPERATOR, "operator log");
        }
        world.no_remains();
        world.screen_and_release();
        assert_eq!(leads(&world), leads(&whole), "{moment:?}");
        assert_eq!(leads(&world).map(|list| list.len()), complete);
    }
}

/// Waits until a process has taken over what a signal does.
fn wait_for_handler(process: u32, signal: u32) {
    for _ in 0..3000 {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("a mask");
        if u64::from_str_radix(caught.trim(), 16).expect("a mask") >> (signal - 1) & 1 == 1 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("no handler after half a minute");
}

#[test]
fn ctrl_c_exits_7_and_names_the_command_that_goes_on() {
    for signal in ["-INT", "-TERM"] {
        let world = World::at(Stage::Sent);
        let whole = pair(&World::at(Stage::Sent).run(OPERATOR, LINK));
        // A full pipe holds the link at its first word of progress until the signal is there.
        let (mut reader, mut writer) = std::io::pipe().expect("a pipe");
        writer.write_all(&[b'\n'; 1 << 16]).expect("as much as a pipe holds");
        let mut command = world.command(OPERATOR);
        command.args(["operator", "link", "--progress", "json"]).stdout(Stdio::piped()).stderr(writer);
        let link = command.spawn().expect("it starts");
        drop(command);
        wait_for_handler(link.id(), if signal == "-INT" { 2 } else { 15 });
        assert!(Command::new("kill").args([signal, &link.id().to_string()]).status().expect("kill").success());
        let mut err = String::new();
        reader.read_to_string(&mut err).expect("what it said");
        let ended = Ran::from(link.wait_with_output().expect("it ends"));
        let ran = Ran { err, ..ended };
        assert_eq!((ran.exit, ran.code()), (Some(7), Some("SYM-0804")), "{ran:?}");
        let next = ran.err.split_once("= next: symbolon ").expect("a next step").1.lines().next().expect("a line");
        assert_eq!(next, format!("operator link --resume --run 1 --home homes/{OPERATOR} --exchange exchange"));
        let again = world.shell(OPERATOR, &format!("exec $0 --json {next}"));
        assert_eq!(pair(&again)["links_digest"], whole["links_digest"]);
    }
}

#[test]
fn progress_as_json_ends_at_its_true_total() {
    let world = World::at(Stage::Sent);
    let ran = world.run(OPERATOR, "operator link --json --progress json");
    let lines: Vec<Value> = ran.err.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let last = lines.last().expect("a line");
    assert_eq!(last["symbolon"], "progress v1");
    assert_eq!((&last["pairs"], &last["of"]), (&pair(&ran)["pairs_compared"], &last["pairs"]));
}
