//! The house plan as data: which room may import which, and what may stand where.
//!
//! A room imports only rooms above it in `ROOMS`, and `linkage` and `release` never the rooms that know plaintext, whoever hands on
//! what they define. Cryptographic crates are named in one file, `unsafe` in one; the command line alone prints, one place opens
//! files, and one has an exchange for a directory. No files import each other in a circle (`circles` says what counts). Each rule is also tried on planted violations, so that
//! a rule that no longer bites fails here.
#![allow(clippy::disallowed_methods, reason = "tests read files as they like")]

mod circles;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use circles::circles;
use source::{House, Source, module_of};

/// From the ground up.
const ROOMS: &[&str] = &[
    "code",
    "interval",
    "primitives",
    "text",
    "note",
    "log",
    "protocol",
    "cleared",
    "agreement",
    "figures",
    "records",
    "encoding",
    "parcel",
    "linkage",
    "release",
    "failure",
    "gate",
    "lab",
    "outcome",
    "office",
    "report",
    "cli",
];

/// Imports that the order would allow and the plan does not.
const NEVER: &[(&str, &str)] = &[
    ("linkage", "records"),
    ("linkage", "encoding"),
    ("release", "records"),
    ("release", "encoding"),
    ("release", "linkage"),
];

/// Text that may stand only in files whose path begins so.
const ONLY: &[(&str, &[&str])] = &[
    ("ring::", &["primitives.rs"]),
    ("age::", &["primitives.rs"]),
    ("bech32::", &["primitives.rs"]),
    ("unsafe ", &["linkage/kernel"]),
    ("println!", &["cli/"]),
    ("SystemTime", &["cli/"]),
    ("Timestamp::now", &["cli/"]),
    ("File::open", &["office/files"]),
    ("File::create", &["office/files"]),
    ("fs::write", &["office/files", "cli/played"]),
    ("fs::read", &["office/files", "cli/played"]),
    // The command line opens what a person named; what others publish it gets from the store of the exchange.
    ("files::read(", &["office/"]),
    // The exchange is a store: whoever reads or writes it as a directory would find nothing in another.
    ("Access::Shared", &["office/store", "office/files"]),
    ("files::read_head", &["office/store"]),
    ("files::size(", &["office/store"]),
    ("files::make_dir_below", &["office/store"]),
    ("files::lock_directory", &["office/store"]),
    ("files::sweep_of", &["office/store"]),
    ("std::env::var", &["cli/"]),
    ("std::net", &[]),
    // What must hold before an act is asked in one place; the command line prints the table.
    ("gate::table", &["gate/", "cli/acts", "cli/played"]),
    ("check_recall", &["agreement/", "gate/"]),
    // Whoever may make a witness decides everything.
    ("::witness(", &["gate/mod.rs"]),
    // Whoever holds every key of an agreement asks nobody: a measurement of speed, and no party.
    ("Rehearsal", &["gate/", "lab/throughput"]),
    // Whoever may say that a result keeps the limits decides what is sealed of it.
    ("::judged(", &["gate/limits.rs"]),
];

/// What the plan forbids, of every file of a house.
fn violations(files: &[(String, String)]) -> BTreeSet<String> {
    let house = House::read(files);
    let mut found = BTreeSet::new();
    for (path, text) in files.iter().filter(|(path, _)| path != "lib.rs" && path != "main.rs") {
        let source = &house.sources[&module_of(path)];
        found.extend(imports(&house, source));
        found.extend(misplaced(source, text));
    }
    found
}

/// Imports of rooms above, or of what a room may never know: those that are named, and those that another room hands on.
fn imports(house: &House, source: &Source) -> Vec<String> {
    let room = source.module.first().map_or("", String::as_str);
    let own = ROOMS.iter().position(|known| *known == room);
    let mut found = Vec::new();
    for named in &source.named {
        let mut rooms: Vec<&str> = named.path.first().map(String::as_str).into_iter().collect();
        let steps = house.follow(&named.path);
        // Whoever takes everything takes what is handed on.
        let globs = steps.iter().filter(|_| named.path.last().is_some_and(|last| last == "*"));
        let handed_on = globs.flat_map(|step| step.named.iter().filter(|named| named.public));
        let handed_on: Vec<&Source> = handed_on.flat_map(|named| house.follow(&named.path)).collect();
        rooms.extend(steps.iter().chain(&handed_on).filter_map(|step| step.module.first()).map(String::as_str));
        for target in rooms {
            let Some(at) = ROOMS.iter().position(|known| *known == target) else { continue };
            if own.is_some_and(|own| at > own) || NEVER.contains(&(room, target)) {
                found.push(format!("{} imports `{target}`", source.path));
            }
        }
    }
    found
}

/// Text that stands where it may not, as it is written or as its `use` makes it.
fn misplaced(source: &Source, text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let paths = source.outside.iter().chain(source.named.iter().map(|named| &named.path));
    let paths: Vec<String> = paths.map(|path| path.join("::") + "::").collect();
    let mut found = Vec::new();
    for (word, _) in ONLY.iter().filter(|(_, places)| !places.iter().any(|place| source.path.starts_with(place))) {
        // A word begins where no name and no path goes on; a path's last part stands behind a type, whatever it is called.
        let begins = |before: &str| {
            let name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            word.starts_with("::") || !before.ends_with(name)
        };
        let written = code.iter().any(|line| line.match_indices(word).any(|(at, _)| begins(&line[..at])));
        // In a whole path a crate stands first, anything else wherever a part begins.
        let within = |path: &String, at: usize| at == 0 || (!word.ends_with("::") && path[..at].ends_with("::"));
        let made = paths.iter().any(|path| path.match_indices(word).any(|(at, _)| within(path, at)));
        if written || made {
            found.push(format!("{} has `{word}`", source.path));
        }
    }
    found
}

/// Every source file: its path below `src`, and its text.
fn house() -> Vec<(String, String)> {
    fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).expect("src is there").flatten() {
            let path = entry.path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    assert!(files.len() > 30, "the walk finds the house");
    let name = |file: &Path| file.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
    files.iter().map(|file| (name(file), fs::read_to_string(file).expect("readable"))).collect()
}

/// A house of a few files.
fn planted(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn every_room_imports_only_rooms_above_it() {
    let house = house();
    let found: Vec<String> = violations(&house).into_iter().collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    for (path, _) in house.iter().filter(|(path, _)| path != "lib.rs" && path != "main.rs") {
        let room = &module_of(path)[0];
        assert!(ROOMS.contains(&room.as_str()), "{path} is in no room of the plan");
    }
}

#[test]
fn planted_violations_are_found() {
    let lines = [
        ("linkage/search.rs", "use crate::records::Record;"),
        ("note.rs", "use crate::agreement::Party;"),
        ("encoding/mod.rs", "let key = ring::hmac::Key::new();"),
        ("parcel/seal.rs", "    unsafe { transmute(x) }"),
        ("records/csv.rs", "println!(\"{cell}\");"),
        ("lab/evaluate.rs", "let file = File::create(path)?;"),
        ("encoding/mod.rs", "let now = Timestamp::now();"),
        ("office/acts/encode.rs", "let cleared = Cleared::<by::Encode>::witness(digest, 1, own, now);"),
        ("office/acts/link.rs", "let within = Within::judged(digest, 1, 0);"),
        ("office/seat.rs", "let all = Rehearsal::of(&draft, &secrets)?;"),
        ("office/keeper.rs", "files::write(path, bytes, Access::Shared, Existing::Replace)"),
        ("office/exchange.rs", "let head = files::read_head(&path, limit)?;"),
        ("office/ledger.rs", "files::make_dir_below(&logged.place, parent)?;"),
        ("office/exchange.rs", "if files::size(&path)? > most {"),
        ("office/exchange.rs", "let lock = files::lock_directory(&self.root)?;"),
        ("office/ledger.rs", "files::sweep_of(&path);"),
        ("cli/dossier.rs", "let agreement = files::read(&path, limit)?;"),
        // Grouped, nested, over several lines, renamed, in code, and up through `super`.
        ("linkage/search.rs", "use crate::{log::tree, records::{Record, Value}};"),
        ("linkage/search.rs", "use crate::{\n    log::tree,\n    records::{\n        Record,\n    },\n};"),
        ("linkage/search.rs", "use crate::{records as r};"),
        ("linkage/search.rs", "use crate::records::{self, Record as R};"),
        ("linkage/search.rs", "pub(crate) use crate::records::*;"),
        ("linkage/search.rs", "use super::super::records::Record;"),
        ("linkage/search.rs", "use super::super::{records::Record};"),
        ("linkage/kernel/avx2.rs", "let row = super::super::super::records::Record::default();"),
        ("linkage/mod.rs", "use super::records::Record;"),
        ("linkage/mod.rs", "mod inner { use super::super::records::Record; }"),
        ("linkage/search.rs", "use crate as house;\nfn f(_: house::records::Record) {}"),
        ("encoding/mod.rs", "use ::ring::hmac;"),
        ("encoding/mod.rs", "use {ring as r};\nlet key = r::hmac::Key::new();"),
        ("encoding/mod.rs", "use std::{fmt, net::TcpStream};"),
        ("encoding/mod.rs", "use std::{env, fmt};\nlet home = env::var(\"HOME\");"),
        ("office/seat.rs", "use crate::gate::{self, table};"),
        ("encoding/mod.rs", "use std::fs::{self as disk};\nlet bytes = disk::read(path)?;"),
    ];
    for (path, line) in lines {
        let found = violations(&planted(&[(path, line)]));
        assert_eq!(found.len(), 1, "{path}: {line}: {found:?}");
    }
    let none = |line| violations(&planted(&[("parcel/seal.rs", line)]));
    assert_eq!(none("use crate::agreement::Party; // ring:: in a comment is code").len(), 1);
    assert!(none("use crate::agreement::Party;\n// ring:: in a comment").is_empty());
    assert!(none("use crate::{agreement::{Party, PartyRole}, note::Note};\nlet a = \"crate::lab::x\";").is_empty());
}

#[test]
fn what_another_room_hands_on_is_imported_from_where_it_is() {
    let record = ("records/value.rs", "pub struct Record;");
    let face = ("records/mod.rs", "mod value;\npub use value::Record;");
    let smuggled = [
        ("pub use crate::records::Record;", "use crate::parcel::Record;"),
        ("pub use crate::records::Record as Row;", "use crate::{parcel::Row};"),
        ("pub use crate::records::*;", "use crate::parcel::Record;"),
        ("pub use crate::records;", "use crate::parcel::records::Record;"),
        ("pub use crate::records::Record;", "use crate::parcel;\nfn f(_: parcel::Record) {}"),
        ("pub use crate::records::Record;", "fn f(_: crate::parcel::Record) {}"),
        ("pub use crate::records::Record;", "use crate::parcel::*;"),
        ("pub(crate) use crate::records::{Record};", "use super::super::parcel::Record;"),
    ];
    for (hands_on, takes) in smuggled {
        let files = planted(&[record, face, ("parcel/mod.rs", hands_on), ("linkage/link.rs", takes)]);
        let found: Vec<String> = violations(&files).into_iter().collect();
        assert_eq!(found, ["linkage/link.rs imports `records`"], "{hands_on} {takes}");
    }
    let own = ("parcel/mod.rs", "pub use crate::records::Record;\npub struct Rows;");
    let files = planted(&[record, face, own, ("linkage/link.rs", "use crate::parcel::Rows;")]);
    assert!(violations(&files).is_empty(), "what it defines itself is its own");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let found = circles(&House::read(&house()));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn planted_circles_are_found() {
    let face = ("a/mod.rs", "mod x;\nmod y;\nmod z;\npub use x::X;\npub use y::{Y, other};\npub use z::*;");
    let (x, y, z) = ("pub struct X;\n", "pub struct Y;\npub fn other() {}\n", "pub struct Z;\n");
    // What each of three files names, and how many arrows of a circle that makes.
    let drawn = [
        (["use super::y::Y;", "use super::x::X;", ""], 2),
        (["use super::Y;", "use crate::{a::{X}};", ""], 2),
        (["use super::{Y, other};", "", "use super::X;"], 0),
        (["fn f() { super::other(); }", "use super::super::a::x::X;", ""], 2),
        (["use super::y;\nfn f(_: y::Y) {}", "use super::Z;", "use super::X;"], 3),
        (["use super::Z;", "", "use super::X as Other;"], 2),
        (["use super::Y;", "#[cfg(test)]\nmod tests {\n    use super::super::x::X;\n}", ""], 0),
        (["use super::Y;", "#[cfg(test)]\nuse super::X;", ""], 0),
        (["use super::Y;", "// use super::X;\nconst A: &str = \"super::X::new\";", ""], 0),
    ];
    for (named, arrows) in drawn {
        let [x, y, z] = [x.to_owned() + named[0], y.to_owned() + named[1], z.to_owned() + named[2]];
        let files = planted(&[face, ("a/x.rs", &x), ("a/y.rs", &y), ("a/z.rs", &z)]);
        let found = circles(&House::read(&files));
        assert_eq!(found.len(), arrows, "{named:?}: {found:?}");
    }
    // A face tells how its files work together: that is no circle, unless it goes through another folder.
    let through = |other: &str| {
        let face = ("a/mod.rs", "mod x;\nuse x::X;\nuse crate::b::B;\npub struct Story(X);");
        circles(&House::read(&planted(&[face, ("a/x.rs", "use super::Story;\npub struct X;"), ("b.rs", other)]))).len()
    };
    assert_eq!([through("pub struct B;"), through("use crate::a::Story;\npub struct B;")], [0, 2]);
}

#[test]
fn every_file_opens_with_what_it_is_and_stays_short() {
    for (path, text) in house() {
        assert!(text.starts_with("//!"), "{path} has no module documentation");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        assert!(code.lines().count() <= 600, "{path} hides more than one idea");
    }
}
