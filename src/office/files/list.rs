//! Listing: what stands in a directory, without what Macs and sync tools leave beside it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::io_failure;
use crate::failure::{Failure, STRAY};

/// Files in `directory` with this extension, sorted by name. A copy that a sync tool or a person made is refused: which of the two
/// counts is for a person to say.
pub(crate) fn list(directory: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for name in entries(directory)? {
        if Path::new(&name).extension().is_some_and(|e| e == extension) {
            let path = directory.join(&name);
            refuse_copy(&path, &name)?;
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether anything has this name. What cannot be looked at is a failure, and not nothing.
pub(crate) fn is_there(path: &Path) -> Result<bool, Failure> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(io_failure(error, path)),
    }
}

/// Files in `directory` with `part` in their names, sorted by name; none where there is no such directory.
#[cfg(feature = "operator")]
pub(crate) fn beside(directory: &Path, part: &str) -> Result<Vec<PathBuf>, Failure> {
    if !is_there(directory)? {
        return Ok(Vec::new());
    }
    let named = entries(directory)?.into_iter().filter(|name| name.contains(part));
    Ok(named.map(|name| directory.join(name)).collect())
}

/// Names of the directories in `directory`, sorted.
pub(crate) fn directories(directory: &Path) -> Result<Vec<String>, Failure> {
    let is_dir = |name: &String| fs::symlink_metadata(directory.join(name)).is_ok_and(|m| m.is_dir());
    Ok(entries(directory)?.into_iter().filter(is_dir).collect())
}

/// Names of everything in `directory` that is no directory, sorted. What is no plain file either is refused when it is read.
pub(crate) fn names(directory: &Path) -> Result<Vec<String>, Failure> {
    let is_file = |name: &String| fs::symlink_metadata(directory.join(name)).is_ok_and(|m| !m.is_dir());
    Ok(entries(directory)?.into_iter().filter(is_file).collect())
}

/// Names in a directory, sorted. Hidden ones are none of ours: a Mac's `._x.party` and `.DS_Store`, a sync tool's state, a file that
/// is still being written.
fn entries(directory: &Path) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(|e| io_failure(e, directory))? {
        let entry = entry.map_err(|e| io_failure(e, directory))?;
        // A name that is no text is none of ours either, and no path is made of its other form.
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Refuses a name that the program never gives.
pub(crate) fn refuse_copy(path: &Path, name: &str) -> Result<(), Failure> {
    if is_ours(name) { Ok(()) } else { Err(stray(path, name)) }
}

/// Whether the program could have written a file of this name.
fn is_ours(name: &str) -> bool {
    let fits = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_'));
    fits && !name.contains(".sync-conflict-")
}

fn stray(path: &Path, name: &str) -> Failure {
    let lower = name.to_lowercase();
    let what = if lower.contains("conflict") {
        "a copy that a sync tool made because two machines had written one file"
    } else if lower.contains(" (") || lower.contains("copy") || lower.contains(' ') {
        "a copy that a browser, file manager or sync tool made of a file that was there already"
    } else {
        "not a name of this program: small letters, digits, points and hyphens"
    };
    Failure::new(STRAY, what).at(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_program_are_told_from_copies() {
        for ours in ["fiu-a.party", "fiu-a--fiu-b.commitment", "steward.one.0a1b2c3d.stop", "a--b.bands-000001"] {
            assert!(is_ours(ours), "{ours}");
        }
        for copy in [
            "x (1).party",
            "x (conflicted copy).party",
            "x (Anna's conflicted copy 2026-01-02).party",
            "x 2.party",
            "x - Copy.party",
            "x-LAPTOP.party",
            "x.sync-conflict-20260102-030405-abcdefg.party",
            "x\u{1b}.party",
            "x~1.party",
        ] {
            assert!(!is_ours(copy), "{copy}");
            assert_eq!(stray(Path::new(copy), copy).code.id, "SYM-0112", "{copy}");
        }
    }
}
