//! Files that grow: a line is added at the end, and nothing that stands there is written again.
//!
//! So nothing of what a file had can be lost by adding to it, and no act waits for the disk because of it. What a power cut can take
//! back is the end: lines of the last seconds, of which a part may be left. What is remembered in such a file is what somebody else has
//! too, so that the next act finds it there again.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use super::opened::{self, Links, restrict};
use super::{Access, Existing, io_failure, write};
use crate::failure::Failure;

/// Size in bytes from which a file of which the last line alone counts is begun anew.
const LONG: u64 = 1 << 16;

/// The lines of a file of at most `limit` bytes; none where there is no file. An end without a line feed is no line: a power cut left it.
pub(crate) fn lines(path: &Path, limit: u64) -> Result<Vec<String>, Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(Vec::new());
    }
    let mut bytes = opened::read(path, limit)?;
    bytes.truncate(whole(&bytes));
    Ok(opened::text(bytes, path)?.lines().map(str::to_owned).collect())
}

/// Adds lines, each with its line feed, in a file of which every line counts.
pub(crate) fn add(path: &Path, lines: &str, limit: u64) -> Result<(), Failure> {
    let there = if path.symlink_metadata().is_ok() { opened::read(path, limit)? } else { Vec::new() };
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    restrict(&mut options, Links::Refuse);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let added = options.open(path).and_then(|mut file| {
        let end = whole(&there);
        if end < there.len() {
            file.set_len(end as u64)?;
        }
        file.write_all(lines.as_bytes()).inspect_err(|_| drop(file.set_len(end as u64)))
    });
    added.map_err(|e| io_failure(e, path))
}

/// Adds a line, without its line feed, in a file of which the last line alone counts.
pub(crate) fn add_last(path: &Path, line: &str) -> Result<(), Failure> {
    let line = format!("{line}\n");
    match path.symlink_metadata() {
        Ok(there) if there.is_file() && there.len() > LONG => {
            write(path, line.as_bytes(), Access::Private, Existing::Replace)
        }
        _ => add(path, &line, 2 * LONG),
    }
}

/// How much of a file are whole lines. Some systems fill up with zeros what they did not come to write.
fn whole(bytes: &[u8]) -> usize {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    bytes[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "tests write what they like")]

    use super::*;

    #[test]
    fn what_a_power_cut_left_is_no_line_and_is_gone_with_the_next() {
        let there = tempfile::tempdir().expect("a directory");
        let path = there.path().join("acts");
        assert!(lines(&path, 100).expect("none").is_empty());
        add(&path, "one\ntwo\n", 100).expect("added");
        for left in ["thr", "\0\0\0", "thr\0\0"] {
            let mut file = OpenOptions::new().append(true).open(&path).expect("open");
            file.write_all(left.as_bytes()).expect("written");
            assert_eq!(lines(&path, 100).expect("read"), ["one", "two"], "{left:?}");
        }
        add(&path, "three\n", 100).expect("added");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "one\ntwo\nthree\n");
        // In the middle it is not what a power cut leaves.
        std::fs::write(&path, "one\n\0\ntwo\n").expect("written");
        assert_eq!(lines(&path, 100).expect("read"), ["one", "\0", "two"]);
    }

    #[test]
    fn where_the_last_line_counts_a_long_file_is_begun_anew() {
        let there = tempfile::tempdir().expect("a directory");
        let path = there.path().join("seen");
        std::fs::write(&path, "x\n".repeat(1 + LONG as usize / 2)).expect("written");
        add_last(&path, "new").expect("added");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "new\n");
        add_last(&path, "newer").expect("added");
        assert_eq!(lines(&path, LONG).expect("read"), ["new", "newer"]);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_added_through_a_link_or_to_a_pipe() {
        let there = tempfile::tempdir().expect("a directory");
        let at = |name: &str| there.path().join(name);
        std::os::unix::fs::symlink(at("elsewhere"), at("link")).expect("a link");
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().expect("mkfifo").success());
        for name in ["link", "pipe"] {
            assert!(add(&at(name), "x\n", 100).is_err() && add_last(&at(name), "x").is_err(), "{name}");
        }
        assert!(!at("elsewhere").exists());
    }
}
