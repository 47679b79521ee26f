//! What a store promises, tried on each: the same cases, the same codes.

use std::path::Path;
use std::sync::Barrier;

use tempfile::TempDir;

use super::{Directory, Memory, Name, Store};
use crate::failure::Failure;

fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> &'static str {
    result.expect_err("refused").code.id
}

fn name(text: &str) -> Name {
    Name::of(text)
}

fn texts(names: Result<Vec<Name>, Failure>) -> Vec<String> {
    names.expect("listed").iter().map(ToString::to_string).collect()
}

/// Tries something on a new store of each kind.
fn on_each(case: impl Fn(&dyn Store)) {
    let there = TempDir::new().expect("a directory");
    case(&Directory::at(&there.path().join("exchange")));
    case(&Memory::default());
}

#[test]
fn what_was_put_is_got_and_is_never_replaced() {
    on_each(|store| {
        let grant = name("run-1/steward.grant");
        assert_eq!(store.there(&grant).ok(), Some(false));
        store.put_new(&grant, b"first").expect("new");
        assert_eq!(code(store.put_new(&grant, b"second")), "SYM-0102", "{store:?}");
        assert_eq!(code(store.put_new(&grant, b"first")), "SYM-0102", "the same bytes too");
        assert_eq!(store.get(&grant, 5).expect("there"), b"first");
        store.replace(&grant, b"another").expect("replaced");
        store.repeat(&grant, b"a third").expect("replaced");
        assert_eq!((store.get(&grant, 100).expect("there"), store.size(&grant).ok()), (b"a third".to_vec(), Some(7)));
        let new = name("log/tile/0/000.p/7");
        store.replace(&new, b"").expect("an older version need not be there");
        store.repeat(&name("log/cosigned/a"), b"x").expect("nor here");
        assert_eq!(store.get(&new, 0).expect("empty"), b"");
    });
}

#[test]
fn what_is_not_there_is_refused_with_one_code_and_leaves_nothing() {
    on_each(|store| {
        store.put_new(&name("a/file"), b"x").expect("new");
        for absent in ["b", "a/other", "a/file/below", "b/c/d"] {
            let absent = name(absent);
            assert_eq!(store.there(&absent).ok(), Some(false), "{absent}");
            assert_eq!(code(store.get(&absent, 10)), "SYM-0101", "{absent}");
            assert_eq!(code(store.head(&absent, 10)), "SYM-0101", "{absent}");
            assert_eq!(code(store.size(&absent)), "SYM-0101", "{absent}");
            assert_eq!(code(store.remove(&absent)), "SYM-0101", "{absent}");
        }
        assert!(texts(store.names(&name("b"))).is_empty() && texts(store.list(&name("b"), "grant")).is_empty());
        assert_eq!(texts(store.folders()), ["a"]);
        assert_eq!(
            store.get(&name("b"), 1).expect_err("absent").place,
            Some(store.place(&name("b")).display().to_string())
        );
    });
}

#[test]
fn a_size_is_judged_and_a_head_is_no_longer_than_asked() {
    on_each(|store| {
        let parcel = name("run-1/a--b.parcel");
        store.put_new(&parcel, b"ten bytes.").expect("new");
        assert_eq!(code(store.get(&parcel, 9)), "SYM-0104");
        assert_eq!(store.get(&parcel, 10).expect("it fits").len(), 10);
        assert_eq!(store.head(&parcel, 3).expect("three"), b"ten");
        assert_eq!(store.head(&parcel, 99).expect("all"), b"ten bytes.");
    });
}

#[test]
fn a_file_is_no_folder_and_a_folder_no_file() {
    on_each(|store| {
        store.put_new(&name("a/b/file"), b"x").expect("new");
        for folder in ["a", "a/b"] {
            let folder = name(folder);
            assert_eq!(store.there(&folder).ok(), Some(true), "{folder}");
            assert_eq!(code(store.get(&folder, 10)), "SYM-0103", "{folder}");
            assert_eq!(code(store.size(&folder)), "SYM-0103", "{folder}");
            assert_eq!(code(store.put_new(&folder, b"y")), "SYM-0102", "{folder}");
            assert_eq!(code(store.replace(&folder, b"y")), "SYM-0103", "{folder}");
        }
        assert_eq!(code(store.put_new(&name("a/b/file/below"), b"y")), "SYM-0103");
        assert_eq!(code(store.replace(&name("a/b/file/below/this"), b"y")), "SYM-0103");
        assert_eq!(store.get(&name("a/b/file"), 1).expect("untouched"), b"x");
    });
}

#[test]
fn folders_and_names_are_listed_in_order_and_copies_refused() {
    on_each(|store| {
        for published in
            ["run-2/b.grant", "run-2/a.grant", "run-2/a.grant.stop", "run-2/release/c.grant", "run-10/x", "top.note"]
        {
            store.put_new(&name(published), b"x").expect("new");
        }
        assert_eq!(texts(store.folders()), ["run-10", "run-2"]);
        assert_eq!(texts(store.names(&name("run-2"))), ["run-2/a.grant", "run-2/a.grant.stop", "run-2/b.grant"]);
        assert_eq!(texts(store.list(&name("run-2"), "grant")), ["run-2/a.grant", "run-2/b.grant"]);
        assert_eq!(texts(store.list(&name("run-2/release"), "grant")), ["run-2/release/c.grant"]);
        store.put_new(&name("run-2/a (1).grant"), b"x").expect("a copy");
        let refused = store.list(&name("run-2"), "grant").expect_err("which of the two?");
        assert!(refused.code.id == "SYM-0112" && refused.place.is_some_and(|place| place.contains("a (1).grant")));
        assert!(store.list(&name("run-2"), "stop").is_ok(), "others are not concerned");
        assert_eq!(texts(store.names(&name("run-2"))).len(), 4, "whoever asks for everything gets it");
    });
}

#[test]
fn what_is_removed_is_gone_and_may_be_put_anew() {
    on_each(|store| {
        let pairs = name("run-1/a--b.pairs");
        store.put_new(&pairs, b"x").expect("new");
        store.settle();
        store.remove(&pairs).expect("there");
        assert_eq!((store.there(&pairs).ok(), code(store.remove(&pairs))), (Some(false), "SYM-0101"));
        store.put_new(&pairs, b"y").expect("new again");
        store.sweep(&pairs);
        store.sweep(&name("run-1"));
        assert_eq!(store.get(&pairs, 1).expect("a sweep takes nothing that was published"), b"y");
    });
}

#[test]
fn no_name_leads_out_of_a_store() {
    on_each(|store| {
        store.put_new(&name("a/file"), b"x").expect("new");
        for text in
            ["", "/", "/etc/passwd", "..", "a/..", "a/../b", "./a", "a//file", "a/", ".hidden", "a/.x", "a/b\0c"]
        {
            let bad = name(text);
            assert_eq!(code(store.there(&bad)), "SYM-0112", "{text:?}");
            assert_eq!(code(store.get(&bad, 1)), "SYM-0112", "{text:?}");
            assert_eq!(code(store.put_new(&bad, b"x")), "SYM-0112", "{text:?}");
            assert_eq!(code(store.replace(&bad, b"x")), "SYM-0112", "{text:?}");
            assert_eq!(code(store.repeat(&bad, b"x")), "SYM-0112", "{text:?}");
            assert_eq!(code(store.remove(&bad)), "SYM-0112", "{text:?}");
            assert_eq!(code(store.names(&bad)), "SYM-0112", "{text:?}");
            assert_eq!(code(store.list(&bad, "x")), "SYM-0112", "{text:?}");
        }
        assert_eq!(texts(store.names(&name("a"))), ["a/file"]);
    });
}

#[test]
fn one_holds_the_lock_and_the_next_has_it_when_it_is_given_up() {
    on_each(|store| {
        store.put_new(&name("agreement.note"), b"x").expect("new");
        let held = store.lock().expect("free");
        assert_eq!(code(store.lock()), "SYM-0107");
        drop(held);
        store.lock().expect("free again");
    });
}

#[test]
fn of_many_at_once_one_publishes() {
    on_each(|store| {
        for round in 0..20 {
            let (name, start) = (name(&format!("run-{round}/x.note")), Barrier::new(4));
            let won: Vec<u8> = std::thread::scope(|scope| {
                let all = [b'1', b'2', b'3', b'4'].map(|byte| {
                    let (name, start) = (&name, &start);
                    scope.spawn(move || {
                        start.wait();
                        let put = store.put_new(name, &[byte]);
                        put.map(|()| byte).map_err(|failure| assert_eq!(failure.code.id, "SYM-0102")).ok()
                    })
                });
                all.into_iter().filter_map(|one| one.join().expect("no panic")).collect()
            });
            assert_eq!(won.len(), 1, "{store:?}, round {round}");
            assert_eq!(store.get(&name, 1).expect("whole"), won);
        }
    });
}

#[test]
fn a_directory_clears_away_its_own_leftovers_and_no_one_elses() {
    let there = TempDir::new().expect("a directory");
    let store = Directory::at(there.path());
    let left = |path: &str| there.path().join(path);
    store.put_new(&name("log/tile/0/000"), b"x").expect("new");
    store.put_new(&name("log/cosigned/b"), b"x").expect("new");
    let (own, foreign) = (["log/.checkpoint.1.tmp", "log/tile/0/.001.2.tmp"], "log/cosigned/.b.3.tmp");
    for path in own.iter().chain([&foreign]) {
        crate::office::files::write_text(&left(path), "half").expect("written");
    }
    store.sweep(&name("log/checkpoint"));
    store.sweep(&name("log/tile"));
    assert!(own.iter().all(|path| !left(path).exists()) && left(foreign).exists());
    store.put_new(&name("log/cosigned/a"), b"x").expect("new");
    assert!(left(foreign).exists(), "another party may be at work");
    store.repeat(&name("log/cosigned/b"), b"y").expect("its own party");
    assert!(!left(foreign).exists());
}

#[test]
fn a_directory_that_cannot_be_looked_at_is_a_failure_and_not_empty() {
    let there = TempDir::new().expect("a directory");
    // A part longer than file systems take, which fails for every user alike.
    let long = name(&format!("{}/x.stop", "a".repeat(5000)));
    let store = Directory::at(there.path());
    assert_eq!(code(store.there(&long)), "SYM-7003");
    assert_eq!(code(store.list(&Name::of("a".repeat(5000)), "stop")), "SYM-7003");
    assert_eq!(store.place(&long).parent().and_then(Path::parent), Some(there.path()));
}
