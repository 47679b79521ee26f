//! What others can put into an exchange: links, pipes, directories, sparse giants, copies of sync tools, names and texts that mean
//! something else than they seem. Nothing hangs, nothing follows, each refusal says what it was.

use std::fs::File;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::world::{AURELIA, BOREALIA, COURT, ENCODE, GUARDIAN, NOBODY, OPERATOR, Ran, Stage, World};

/// Runs a line that has to end by itself soon.
fn soon(world: &World, who: &str, line: &str) -> Ran {
    let mut command = world.command(who);
    command.args(line.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (began, mut child) = (Instant::now(), command.spawn().expect("it runs"));
    while child.try_wait().expect("waited for").is_none() {
        if began.elapsed() > Duration::from_secs(60) {
            child.kill().expect("killed");
            panic!("{who}: {line}: still at work after a minute");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().expect("its output").into()
}

fn refuses(world: &World, who: &str, line: &str, exit: i32, code: &str) -> Ran {
    let ran = soon(world, who, line);
    assert_eq!((ran.exit, ran.code()), (Some(exit), Some(code)), "{who}: {line}: {ran:?}");
    assert!(ran.err.contains("= next: "), "{ran:?}");
    ran
}

fn fifo(world: &World, path: &str) {
    let path = world.path(path);
    let _ = std::fs::remove_file(&path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    assert!(std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

fn link(world: &World, to: &str, path: &str) {
    let _ = std::fs::remove_file(world.path(path));
    symlink(world.path(to), world.path(path)).expect("a link");
}

#[test]
fn a_pipe_in_the_exchange_hangs_nobody() {
    let world = World::at(Stage::Encoded);
    fifo(&world, "exchange/run-1/steward-court.0a1b2c3d.stop");
    for (who, line) in [(AURELIA, "agency send"), (OPERATOR, "operator link"), (GUARDIAN, crate::world::SCREEN)] {
        let ran = soon(&world, who, line);
        assert!(ran.exit.is_some_and(|exit| exit != 0 && exit != 70), "{who}: {line}: {ran:?}");
    }
    refuses(&world, COURT, "steward permit", 2, "SYM-0103");
    world.remove("exchange/run-1/steward-court.0a1b2c3d.stop");
    world.done(COURT, "steward permit");
    for (path, who, line, code) in [
        ("exchange/parties/x.party", COURT, "agreement draft fin-1 other", "SYM-0103"),
        ("exchange/log/checkpoint", COURT, "log verify", "SYM-0103"),
        ("exchange/agreement.note", COURT, "log verify", "SYM-0103"),
    ] {
        fifo(&world, path);
        refuses(&world, who, line, 2, code);
    }
    // A person's own path too.
    fifo(&world, "pipe");
    refuses(&world, AURELIA, "inspect pipe", 2, "SYM-0103");
    refuses(&world, AURELIA, "agreement show pipe", 2, "SYM-0103");
    refuses(&world, AURELIA, "agency check pipe --columns pipe", 2, "SYM-0103");
    refuses(&world, NOBODY, "inspect /dev/zero", 2, "SYM-0103");
}

#[test]
fn a_link_in_the_exchange_or_a_home_leads_nowhere_and_one_on_the_command_line_is_followed() {
    let world = World::at(Stage::Granted);
    let agreement = world.read("exchange/agreement.note");
    world.write("elsewhere.note", &agreement);
    link(&world, "elsewhere.note", "exchange/agreement.note");
    refuses(&world, AURELIA, "agreement show", 2, "SYM-0111");
    assert_eq!(world.run(AURELIA, "agreement show elsewhere.note").exit, Some(0));
    link(&world, "elsewhere.note", "link.note");
    assert_eq!(world.run(AURELIA, "agreement show link.note").exit, Some(0));
    assert_eq!(world.run(AURELIA, "inspect link.note").exit, Some(0));
    world.remove("exchange/agreement.note");
    world.write("exchange/agreement.note", agreement);
    // The secret key is no link, and no link's end is looked at.
    let key = format!("homes/{AURELIA}/secret.key");
    std::fs::rename(world.path(&key), world.path("key")).expect("moved");
    link(&world, "key", &key);
    refuses(&world, AURELIA, ENCODE, 2, "SYM-0111");
    world.remove(&key);
    std::fs::rename(world.path("key"), world.path(&key)).expect("moved back");
    // A directory of the exchange that leads into somebody's home.
    let victim = format!("homes/{BOREALIA}");
    let before = world.tree(&victim);
    std::fs::rename(world.path("exchange/run-1"), world.path("run-1")).expect("moved");
    symlink(world.path(&victim), world.path("exchange/run-1")).expect("a link");
    let ran = soon(&world, COURT, "steward grant");
    assert_ne!(ran.exit, Some(0), "{ran:?}");
    assert!(before == world.tree(&victim), "nothing of another party's was touched");
}

#[test]
fn a_temporary_name_that_could_be_foreseen_overwrites_nothing() {
    let world = World::at(Stage::Signed);
    let key = format!("homes/{BOREALIA}/secret.key");
    let before = world.read(&key);
    // Every process id that the next command can have, in the form that the name once had.
    let mut first = 0;
    for _ in 0..3 {
        let mut probe = world.command(NOBODY);
        let child = probe.arg("man").stdout(Stdio::null()).spawn().expect("it runs");
        first = first.max(child.id());
        child.wait_with_output().expect("ends");
    }
    std::fs::create_dir_all(world.path("exchange/contributions")).expect("made");
    let name = format!("{AURELIA}--{BOREALIA}.contribution");
    let planted = |pid: u32| world.path(format!("exchange/contributions/.{name}.{pid}.tmp"));
    (first..first + 200).for_each(|pid| symlink(world.path(&key), planted(pid)).expect("a link"));
    assert_eq!(world.run(AURELIA, "agency join").exit, Some(0));
    assert_eq!(world.read(&key), before);
    assert!(
        (first..first + 200).all(|pid| planted(pid).symlink_metadata().is_err()),
        "what a killed command left is swept"
    );
}

#[test]
fn of_two_programs_at_once_one_publishes() {
    let world = World::at(Stage::Joined);
    // Two homes with one key, as after a copy.
    let copy = world.shell(NOBODY, &format!("cp -r homes/{COURT} homes/copy"));
    assert_eq!(copy.exit, Some(0), "{copy:?}");
    let start = |home: &str| {
        let mut command = world.command(home);
        command.args(["steward", "grant"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs")
    };
    let both = [start(COURT), start("copy")].map(|child| Ran::from(child.wait_with_output().expect("ends")));
    let done = both.iter().filter(|ran| ran.exit == Some(0)).count();
    assert_eq!(done, 1, "{both:?}");
    assert!(both.iter().any(|ran| ran.code() == Some("SYM-0102")), "{both:?}");
    world.no_remains();
}

#[test]
fn a_sparse_giant_is_refused_by_its_size() {
    let world = World::at(Stage::Sent);
    let parcel = format!("exchange/run-1/{AURELIA}--{BOREALIA}.parcel");
    let original = world.read(&parcel);
    File::options().write(true).open(world.path(&parcel)).expect("there").set_len(5 << 30).expect("sparse");
    // It would not fit into the memory that the program gets.
    let line = "ulimit -v 1500000; exec $0 --threads 2 operator link";
    let ran = world.shell(OPERATOR, line);
    assert_eq!((ran.exit, ran.code()), (Some(5), Some("SYM-0529")), "{ran:?}");
    let ran = world.run(NOBODY, &format!("inspect {parcel}"));
    assert!(ran.exit == Some(0) && ran.out.contains("an age file"), "{ran:?}");
    std::fs::write(world.path(&parcel), original).expect("put back");
    for path in ["exchange/log/checkpoint", "exchange/agreement.note"] {
        File::options().write(true).open(world.path(path)).expect("there").set_len(1 << 40).expect("sparse");
        refuses(&world, OPERATOR, "log verify", 2, "SYM-0104");
    }
}

#[test]
fn what_macs_and_sync_tools_leave_is_ignored_or_named() {
    let world = World::at(Stage::Keys);
    for name in ["._fiu-aurelia.party", ".DS_Store", ".stfolder"] {
        world.write(format!("exchange/parties/{name}"), "\0\u{5}\u{16}\u{7}");
        world.write(format!("homes/{AURELIA}/{name}"), "\0\u{5}\u{16}\u{7}");
    }
    world.done(NOBODY, "agreement draft fin-1 test-agreement");
    world.sign(AURELIA);
    world.remove("exchange/agreement.note");
    let card = world.read(format!("exchange/parties/{AURELIA}.party"));
    for (copy, what) in [
        ("fiu-aurelia (1).party", "a copy that a browser, file manager or sync tool made"),
        ("fiu-aurelia (conflicted copy).party", "two machines had written one file"),
        ("fiu-aurelia.sync-conflict-20260102-030405-ABCDEFG.party", "two machines had written one file"),
        ("FIU-AURELIA.party", "not a name of this program"),
    ] {
        world.write(format!("exchange/parties/{copy}"), &card);
        let ran = refuses(&world, NOBODY, "agreement draft fin-1 test-agreement", 2, "SYM-0112");
        assert!(ran.err.contains(what) && ran.err.contains(copy), "{ran:?}");
        world.remove(format!("exchange/parties/{copy}"));
    }
    world.done(NOBODY, "agreement draft fin-1 test-agreement");
}

#[test]
fn names_that_could_share_a_file_are_no_names() {
    let world = World::empty();
    for name in ["x--y", "y--z", "x-", "x.", "x.-y", "x.1", "deadbeef", "con"] {
        world.refused(name, &format!("keygen steward {name} --organisation O --jurisdiction XA"), 2, "SYM-0202");
    }
    for name in ["x", "y-z", "x.y"] {
        world.done(name, &format!("keygen steward {name} --organisation O --jurisdiction XA"));
    }
}

#[test]
fn what_acts_on_a_terminal_is_on_no_card_and_never_printed() {
    let world = World::empty();
    for bad in ["Court\u{1b}]0;owned\u{7}", "Court\u{202e}tidua fo", "Co\u{200b}urt", "\u{9b}2JCourt"] {
        let args = ["keygen", "steward", "x", "--jurisdiction", "XA", "--organisation", bad];
        world.refused_args("x", &args, 4, "SYM-0418");
    }
    // Others' files say what they like: it is shown, never sent to the terminal.
    let shown = |ran: &Ran| {
        let all = format!("{}{}", ran.out, ran.err);
        assert!(!all.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{200b}']), "{ran:?}");
        all
    };
    let note = "symbolon = \"party v2\"\n\"\\u001b[2J\\u202e\" = 1\n\n";
    world.write("x.party", note);
    assert!(shown(&world.run(NOBODY, "inspect x.party")).contains("\\u001b"), "as it stands in the file");
    world.write("raw.party", note.replace("\\u202e", "\u{202e}"));
    shown(&world.run(NOBODY, "inspect raw.party"));
    std::fs::create_dir_all(world.path("exchange/parties")).expect("made");
    std::fs::copy(world.path("x.party"), world.path("exchange/parties/x.party")).expect("copied");
    let ran = world.run(NOBODY, "agreement draft fin-1 test");
    assert_eq!(ran.code(), Some("SYM-0113"), "{ran:?}");
    shown(&ran);
    world.remove("exchange/parties/x.party");
    world.write("exchange/parties/\u{1b}[2J\u{202e}.party", note);
    assert!(shown(&world.run(NOBODY, "agreement draft fin-1 test")).contains("\\u{1b}[2J\\u{202e}.party"));
    let ran = world.run(NOBODY, "agreement draft fin-1 test --json");
    assert!(shown(&ran).contains("\\u202e"));
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert!(json["place"].as_str().is_some_and(|place| place.contains("\u{1b}[2J\u{202e}")), "{json}");
    // Nor does a line end begin a line that nobody wrote.
    let ran = Ran::from(world.command(NOBODY).args(["inspect", "x\n   = next: rm"]).output().expect("it runs"));
    assert_eq!(ran.err.matches("\n   = next: ").count(), 1, "{ran:?}");
}

#[test]
fn a_checkpoint_of_more_entries_than_there_can_be_is_refused() {
    let world = World::at(Stage::Granted);
    // The keeper signs what it likes: the size stands in a text whose form is right, over any signature.
    let text = world.text("exchange/log/checkpoint");
    let size = text.lines().nth(1).expect("a size").to_owned();
    for claimed in ["10000000000000", "18446744073709551615", "4194305"] {
        world.write("exchange/log/checkpoint", text.replacen(&format!("\n{size}\n"), &format!("\n{claimed}\n"), 1));
        refuses(&world, AURELIA, "log verify", 5, "SYM-0920");
    }
}

#[test]
fn several_users_of_a_group_share_an_exchange_and_nobody_shares_a_home() {
    let world = World::empty();
    std::fs::create_dir(world.path("exchange")).expect("made");
    world.mode("exchange", 0o2770);
    for (umask, name) in [("077", "one"), ("022", "two")] {
        let line = format!("umask {umask}; $0 keygen steward {name} --organisation {name} --jurisdiction XA");
        let ran = world.shell(name, &line);
        assert_eq!(ran.exit, Some(0), "{ran:?}");
        let mode = |path: String| std::fs::metadata(world.path(path)).expect("there").permissions().mode() & 0o7777;
        assert_eq!(mode("exchange/parties".to_owned()), 0o2770);
        assert_eq!(mode(format!("exchange/parties/{name}.party")), 0o660);
        assert_eq!(mode(format!("homes/{name}")), 0o700);
        assert_eq!(mode(format!("homes/{name}/secret.key")), 0o600);
    }
}
