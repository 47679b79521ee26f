//! Circles: files that import each other in a loop, so that none can be read without the others.
//!
//! What counts. A file imports the file that *defines* what it names, wherever it took the name from: `super::Name` is an arrow to
//! the sibling that defines `Name`, not to the `mod.rs` that hands it on. The file that opens a folder, `mod.rs` or the one beside
//! it, is its folder's face: it hands on what its files define and tells how they work together, so what it names of its own folder
//! is no arrow. What its files name of it is one, and so is what it names of others. Code for tests does not count.

use std::collections::{BTreeMap, BTreeSet};

use super::source::House;

/// Files that are in a loop, a line each: who imports whom, and one of the names.
pub(crate) fn circles(house: &House) -> Vec<String> {
    let mut arrows: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for source in house.sources.values() {
        for named in source.named.iter().filter(|named| !named.test) {
            let Some(target) = house.follow(&named.path).last().copied() else { continue };
            if !target.module.starts_with(&source.module) && !target.module.is_empty() {
                let name = named.path.last().cloned().unwrap_or_default();
                arrows.entry(&source.path).or_default().entry(&target.path).or_insert(name);
            }
        }
    }
    let reached = |from: &str| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(file) = next.pop() {
            for target in arrows.get(file.as_str()).into_iter().flat_map(BTreeMap::keys) {
                if seen.insert((*target).to_owned()) {
                    next.push((*target).to_owned());
                }
            }
        }
        seen
    };
    let reaches: BTreeMap<&str, BTreeSet<String>> = arrows.keys().map(|file| (*file, reached(file))).collect();
    let mut found = Vec::new();
    for (file, targets) in &arrows {
        for (target, name) in targets {
            if reaches.get(target).is_some_and(|back| back.contains(*file)) {
                found.push(format!("{file} -> {target}: {name}"));
            }
        }
    }
    found
}
