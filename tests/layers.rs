//! The house plan as data: which room may import which, and what may stand where.
//!
//! A room imports only rooms above it in `ROOMS`, and `linkage` and `release` never the rooms that know plaintext. Cryptographic
//! crates are named in one file, `unsafe` in one; the command line alone prints, one place opens files, and one has an exchange for
//! a directory. Each rule is also tried on a planted violation, so that a rule that no longer bites fails here.
#![allow(clippy::disallowed_methods, reason = "tests read files as they like")]

use std::fs;
use std::path::{Path, PathBuf};

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
    ("fs::write", &["office/files"]),
    ("fs::read", &["office/files"]),
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

fn violations(path: &str, source: &str) -> Vec<String> {
    let room = path.split(['/', '.']).next().unwrap_or_default();
    let mut found = Vec::new();
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    for line in &code {
        for target in line.split("crate::").skip(1) {
            let target: String = target.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(at) = ROOMS.iter().position(|r| *r == target) else { continue };
            let own = ROOMS.iter().position(|r| *r == room);
            let below = own.is_some_and(|own| at > own) || NEVER.contains(&(room, target.as_str()));
            if below {
                found.push(format!("{path} imports `{target}`"));
            }
        }
        for (text, places) in ONLY {
            let word = line.match_indices(text).any(|(at, _)| {
                // A path's last part stands behind a type, whatever it is called.
                text.starts_with("::")
                    || !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            });
            if word && !places.iter().any(|place| path.starts_with(place)) {
                found.push(format!("{path} has `{text}`"));
            }
        }
    }
    found
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("src is there").flatten() {
        let path = entry.path();
        if path.is_dir() { sources(&path, found) } else { found.push(path) }
    }
}

#[test]
fn every_room_imports_only_rooms_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 30, "the walk finds the house");
    let mut found = Vec::new();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "rs")) {
        let path = file.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
        if path != "lib.rs" && path != "main.rs" {
            found.extend(violations(&path, &fs::read_to_string(file).expect("readable")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn planted_violations_are_found() {
    let planted = [
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
    ];
    for (path, line) in planted {
        assert_eq!(violations(path, line).len(), 1, "{path}: {line}");
    }
    assert_eq!(violations("parcel/seal.rs", "use crate::agreement::Party; // ring:: in a comment is code").len(), 1);
    assert_eq!(
        violations("parcel/seal.rs", "use crate::agreement::Party;\n// ring:: in a comment"),
        Vec::<String>::new()
    );
}

#[test]
fn every_file_opens_with_what_it_is_and_stays_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "rs")) {
        let text = fs::read_to_string(file).expect("readable");
        assert!(text.starts_with("//!"), "{} has no module documentation", file.display());
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        assert!(code.lines().count() <= 600, "{} hides more than one idea", file.display());
    }
}
