//! Files of every kind, two programs at once, modes, and the order in which things reach the disk.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read files as they like")]

use std::fs::File;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::PathBuf;
use std::sync::Barrier;

use tempfile::TempDir;

use super::*;
use crate::failure::Failure;

fn directory() -> TempDir {
    TempDir::new().expect("a directory")
}

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> &'static str {
    result.expect_err("refused").code.id
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o7777
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write(path, bytes, Access::Private, Existing::Refuse)
}

#[test]
fn what_is_no_plain_file_is_refused_at_once() {
    let there = directory();
    let at = |name: &str| there.path().join(name);
    let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().expect("mkfifo");
    assert!(made.success() && fs::metadata(at("pipe")).expect("there").file_type().is_fifo());
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).expect("a socket");
    fs::create_dir(at("directory")).expect("made");
    fs::write(at("file"), "content").expect("written");
    symlink(at("file"), at("link")).expect("a link");
    symlink(at("pipe"), at("link-to-pipe")).expect("a link");
    symlink("/dev/zero", at("link-to-device")).expect("a link");
    symlink(at("nothing"), at("dangling")).expect("a link");
    for (name, kept, given) in [
        ("pipe", "SYM-0103", "SYM-0103"),
        ("socket", "SYM-0103", "SYM-0103"),
        ("directory", "SYM-0103", "SYM-0103"),
        ("link-to-pipe", "SYM-0111", "SYM-0103"),
        ("link-to-device", "SYM-0111", "SYM-0103"),
        ("dangling", "SYM-0111", "SYM-0101"),
        ("nothing", "SYM-0101", "SYM-0101"),
    ] {
        assert_eq!(code(read(&at(name), 100)), kept, "{name}");
        assert_eq!(code(read_head(&at(name), 100)), kept, "{name}");
        assert_eq!(code(size(&at(name))), kept, "{name}");
        assert_eq!(code(require_private(&at(name))), kept, "{name}");
        assert_eq!(code(read_given(&at(name), 100)), given, "{name}");
        assert_eq!(code(head_given(&at(name), 100)), given, "{name}");
    }
    assert_eq!(code(read(Path::new("/dev/null"), 100)), "SYM-0103");
    assert_eq!(code(read(&at("link"), 100)), "SYM-0111");
    assert_eq!(read_given(&at("link"), 100).expect("a person may name a link"), b"content");
}

#[test]
fn a_size_is_judged_before_a_byte_is_read() {
    let there = directory();
    let path = there.path().join("sparse");
    let file = File::create(&path).expect("made");
    file.set_len(1 << 40).expect("sparse");
    let began = std::time::Instant::now();
    assert_eq!(code(read(&path, 1 << 39)), "SYM-0104");
    assert_eq!(size(&path).expect("a size"), 1 << 40);
    assert_eq!(read_head(&path, 10).expect("ten bytes"), [0; 10]);
    assert!(began.elapsed().as_secs() < 5, "nothing of a terabyte was read");
    file.set_len(10).expect("cut");
    assert_eq!(read(&path, 10).expect("all of it").len(), 10);
    assert_eq!(code(read(&path, 9)), "SYM-0104");
}

#[test]
fn of_many_at_once_one_writes() {
    let there = directory();
    for round in 0..20 {
        let path = there.path().join(format!("round-{round}"));
        let (start, texts) = (Barrier::new(4), ["one", "two", "three", "four"]);
        let won: Vec<&str> = std::thread::scope(|scope| {
            let all = texts.map(|text| {
                let (path, start) = (&path, &start);
                scope.spawn(move || {
                    start.wait();
                    match write_new(path, text.as_bytes()) {
                        Ok(()) => Some(text),
                        Err(failure) => {
                            assert_eq!(failure.code.id, "SYM-0102");
                            None
                        }
                    }
                })
            });
            all.into_iter().filter_map(|one| one.join().expect("no panic")).collect()
        });
        assert_eq!(won.len(), 1, "round {round}");
        assert_eq!(read(&path, 10).expect("whole"), won[0].as_bytes());
    }
    let left: Vec<_> = fs::read_dir(there.path()).expect("listed").flatten().collect();
    assert_eq!(left.len(), 20, "no temporary file stays");
}

#[test]
fn nothing_is_written_through_a_link() {
    let there = directory();
    let at = |name: &str| there.path().join(name);
    fs::write(at("precious"), "key").expect("written");
    symlink(at("precious"), at("new")).expect("a link");
    assert_eq!(code(write_new(&at("new"), b"x")), "SYM-0102");
    write(&at("new"), b"x", Access::Private, Existing::Replace).expect("the link is replaced");
    assert_eq!(fs::read(at("precious")).expect("there"), b"key");
    assert!(fs::symlink_metadata(at("new")).expect("there").is_file());
    // The name that the program of an earlier version would have taken.
    symlink(at("precious"), at(&format!(".other.{}.tmp", std::process::id()))).expect("a link");
    write_new(&at("other"), b"y").expect("written");
    assert_eq!(fs::read(at("precious")).expect("there"), b"key");
    // A directory of the exchange that leads elsewhere.
    fs::create_dir_all(at("exchange")).expect("made");
    symlink(there.path(), at("exchange/run-1")).expect("a link");
    assert_eq!(code(make_dir_below(&at("exchange"), &at("exchange/run-1/release"))), "SYM-0111");
    assert!(!at("release").exists());
    fs::write(at("exchange/parties"), "a file").expect("written");
    assert_eq!(code(make_dir_below(&at("exchange"), &at("exchange/parties"))), "SYM-0103");
}

#[test]
fn a_shared_file_is_as_open_as_its_directory_and_a_private_one_is_not() {
    let there = directory();
    let root = there.path().join("exchange");
    make_dir(&root, Access::Public).expect("made");
    for (above, directory, file) in [
        (0o2770, 0o2770, 0o660),
        (0o755, 0o755, 0o644),
        (0o775, 0o775, 0o664),
        (0o700, 0o700, 0o600),
        (0o777, 0o775, 0o664),
    ] {
        fs::set_permissions(&root, fs::Permissions::from_mode(above)).expect("a mode");
        let below = root.join(format!("run-{above:o}/release"));
        make_dir_below(&root, &below).expect("made");
        assert_eq!((mode(&below), mode(below.parent().expect("there"))), (directory, directory), "{above:o}");
        let path = below.join("x.note");
        write(&path, b"x", Access::Shared, Existing::Refuse).expect("written");
        assert_eq!(mode(&path), file, "{above:o}");
        let path = below.join("x.key");
        write(&path, b"x", Access::Private, Existing::Refuse).expect("written");
        assert_eq!(mode(&path), 0o600, "{above:o}");
    }
}

#[test]
fn listing_leaves_out_what_is_hidden_and_refuses_copies() {
    let there = directory();
    for name in ["b.party", "a.party", "._a.party", ".DS_Store", ".a.party.0123456789abcdef.tmp", "a.other"] {
        fs::write(there.path().join(name), "x").expect("written");
    }
    let listed = list(there.path(), "party").expect("listed");
    assert_eq!(listed, [there.path().join("a.party"), there.path().join("b.party")]);
    assert_eq!(names(there.path()).expect("listed"), ["a.other", "a.party", "b.party"]);
    fs::write(there.path().join("a (1).party"), "x").expect("written");
    let refused = list(there.path(), "party").expect_err("a copy");
    assert!(refused.code.id == "SYM-0112" && refused.place.is_some_and(|place| place.contains("a (1).party")));
    assert!(list(there.path(), "other").is_ok(), "others are not concerned");
}

#[test]
fn a_sweep_leaves_what_is_being_written() {
    let there = directory();
    let at = |name: &str| there.path().join(name);
    fs::write(at(".x.0.tmp"), "left").expect("written");
    symlink(at("nothing"), at(".x.1.tmp")).expect("a link");
    let busy = File::create(at(".x.2.tmp")).expect("made");
    busy.lock().expect("locked");
    sweep_of(&at("x"));
    let left: Vec<PathBuf> = fs::read_dir(there.path()).expect("listed").flatten().map(|e| e.path()).collect();
    assert_eq!(left, [at(".x.2.tmp")]);
    drop(busy);
    sweep(there.path());
    assert!(!at(".x.2.tmp").exists());
}

#[test]
fn an_act_syncs_each_directory_once_and_a_home_before_an_exchange() {
    let there = directory();
    let (home, exchange) = (there.path().join("home"), there.path().join("exchange"));
    [&home, &exchange].iter().for_each(|path| make_dir(path, Access::Private).expect("made"));
    let synced = || settle::SYNCED.with_borrow_mut(std::mem::take);
    let put = |path: PathBuf, access| write(&path, b"x", access, Existing::Replace).expect("written");
    synced();
    put(home.join("alone"), Access::Private);
    assert_eq!(synced(), std::slice::from_ref(&home), "outside an act at once");
    let under_way = act();
    put(home.join("one"), Access::Private);
    put(home.join("two"), Access::Private);
    write_passing(&home.join("copy"), b"x", Access::Private).expect("written");
    assert!(synced().is_empty());
    put(exchange.join("three"), Access::Shared);
    assert_eq!(synced(), std::slice::from_ref(&home), "kept before it is published");
    put(exchange.join("four"), Access::Shared);
    put(home.join("five"), Access::Private);
    remove(&home.join("one")).expect("removed");
    assert_eq!(synced(), [exchange.clone(), home.clone()], "written before it is removed");
    remove(&home.join("two")).expect("removed");
    assert!(synced().is_empty(), "removals wait for the end");
    put(exchange.join("six"), Access::Shared);
    settle();
    assert_eq!(synced(), [exchange.clone(), home.clone()]);
    put(home.join("seven"), Access::Private);
    drop(under_way);
    assert_eq!(synced(), [home]);
}

#[test]
fn a_home_is_locked_through_no_link_and_waits_for_no_pipe() {
    let there = directory();
    let at = |name: &str| there.path().join(name);
    assert!(std::process::Command::new("mkfifo").arg(at(".lock")).status().expect("mkfifo").success());
    assert!(lock(&at(".lock")).is_err());
    assert_eq!(code(lock_directory(&at(".lock"))), "SYM-0101");
    symlink(at("elsewhere"), at("link")).expect("a link");
    assert!(lock(&at("link")).is_err() && !at("elsewhere").exists());
    let held = lock(&at("lock")).expect("free");
    assert_eq!(code(lock(&at("lock"))), "SYM-0107");
    drop(held);
    assert!(lock(&at("lock")).is_ok());
}
