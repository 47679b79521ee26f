//! Files that grow: a line is added at the end, and nothing that stands there is written again.
//!
//! So nothing of what a file had can be lost by adding to it. What a power cut can leave is an end without a line feed: it counts if it
//! is whole all the same, and is dropped otherwise. A file without one sound line is damaged: it is made with its first line, so somebody
//! emptied it, or a power cut came within the first seconds of a home, and a person says which.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use super::opened::{self, Links, restrict};
use super::{Access, Existing, io_failure, settle, write, write_passing};
use crate::failure::{Failure, SEEN, TOO_LARGE};

/// Bytes from which a file of which one line alone counts is begun anew.
const LONG: u64 = 1 << 16;

/// What a file that grows has.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// Its sound lines, without line feeds.
    pub(crate) lines: Vec<String>,
    /// Its size in bytes.
    size: u64,
    /// Whether it ends as it should; if not, it is written anew before anything is added.
    clean: bool,
}

/// Reads a file of at most `limit` bytes of which every line is `sound`; nothing where there is no file (SYM-0611 where it is damaged).
pub(crate) fn read(path: &Path, limit: u64, sound: impl Fn(&str) -> bool) -> Result<Lines, Failure> {
    if !super::is_there(path)? {
        return Ok(Lines { clean: true, ..Lines::default() });
    }
    let damaged = || Failure::new(SEEN, "what this home remembers is damaged").at(path);
    let mut bytes = opened::read(path, limit)?;
    let size = bytes.len() as u64;
    // Some systems fill up with zeros what they did not come to write.
    bytes.truncate(bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1));
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end = String::from_utf8(bytes.split_off(whole)).ok().filter(|end| sound(end));
    let text = String::from_utf8(bytes).map_err(|_| damaged())?;
    if !text.lines().all(&sound) {
        return Err(damaged());
    }
    let clean = size == text.len() as u64;
    let lines: Vec<String> = text.lines().map(str::to_owned).chain(end).collect();
    if lines.is_empty() { Err(damaged()) } else { Ok(Lines { lines, size, clean }) }
}

/// Adds lines to a file in which every line counts, and which was read as `there`. They are on the disk before anything is published
/// that others see.
pub(crate) fn add(path: &Path, there: &Lines, new: &[String], limit: u64) -> Result<(), Failure> {
    let text: String = new.iter().map(|line| format!("{line}\n")).collect();
    if there.size + text.len() as u64 > limit {
        return Err(Failure::new(TOO_LARGE, format!("the file would be larger than {limit} bytes")).at(path));
    }
    append(path, there, &text)?;
    settle::grown(path, there.size == 0).map_err(|e| io_failure(e, path))
}

/// Adds a line to a file of which one line alone counts, and which was read as `there`. Nobody waits for the disk: whatever is
/// remembered so, the next act finds again.
pub(crate) fn add_one(path: &Path, there: &Lines, line: &str) -> Result<(), Failure> {
    if there.size > LONG {
        return write(path, format!("{line}\n").as_bytes(), Access::Private, Existing::Replace);
    }
    append(path, there, &format!("{line}\n"))
}

fn append(path: &Path, there: &Lines, text: &str) -> Result<(), Failure> {
    if there.size == 0 {
        // Whole or not at all: a command that is killed here leaves no file that is damaged.
        return write_passing(path, text.as_bytes(), Access::Private);
    }
    if !there.clean {
        let before: String = there.lines.iter().map(|line| format!("{line}\n")).collect();
        return write(path, (before + text).as_bytes(), Access::Private, Existing::Replace);
    }
    let mut options = OpenOptions::new();
    options.write(true);
    restrict(&mut options, Links::Refuse);
    let added = options.open(path).and_then(|mut file| {
        file.seek(SeekFrom::Start(there.size))?;
        file.write_all(text.as_bytes()).inspect_err(|_| drop(file.set_len(there.size)))
    });
    added.map_err(|e| io_failure(e, path))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "tests write what they like")]

    use super::*;

    /// Lines of this test are words in stars.
    fn sound(line: &str) -> bool {
        line.len() > 1 && line.starts_with('*') && line.ends_with('*')
    }

    fn lines(path: &Path) -> Result<Lines, Failure> {
        read(path, 100, sound)
    }

    fn put(path: &Path, line: &str) -> Result<(), Failure> {
        add(path, &lines(path)?, &[line.to_owned()], 100)
    }

    #[test]
    fn what_a_power_cut_left_is_no_line_and_is_gone_with_the_next() {
        let there = tempfile::tempdir().expect("a directory");
        let path = there.path().join("acts");
        assert!(lines(&path).expect("none").lines.is_empty());
        ["*one*", "*two*"].iter().for_each(|line| put(&path, line).expect("added"));
        let good = std::fs::read(&path).expect("read");
        assert_eq!(good, b"*one*\n*two*\n");
        for (left, counts) in [("*thr", false), ("\0\0\0", false), ("*thr\0\0", false), ("*three*", true)] {
            std::fs::write(&path, [&good, left.as_bytes()].concat()).expect("written");
            let found = lines(&path).expect("read");
            assert_eq!(found.lines.len(), if counts { 3 } else { 2 }, "{left:?}");
            put(&path, "*four*").expect("added");
            let text = std::fs::read_to_string(&path).expect("read");
            assert_eq!(text, if counts { "*one*\n*two*\n*three*\n*four*\n" } else { "*one*\n*two*\n*four*\n" });
        }
    }

    #[test]
    fn a_file_without_a_sound_line_or_with_another_is_damaged() {
        let there = tempfile::tempdir().expect("a directory");
        let path = there.path().join("acts");
        for bytes in [&b""[..], b"\0\0\0", b"one", b"*one*\n\0\n*two*\n", b"one\n*two*\n", b"*one*\n\xff\n"] {
            std::fs::write(&path, bytes).expect("written");
            let refused = lines(&path).expect_err("damaged");
            assert_eq!(refused.code.id, "SYM-0611", "{bytes:?}");
            assert!(put(&path, "*three*").is_err());
            assert_eq!(std::fs::read(&path).expect("read"), bytes, "it is left as it is");
        }
    }

    #[test]
    fn a_file_grows_to_its_limit_and_where_one_line_counts_is_begun_anew() {
        let there = tempfile::tempdir().expect("a directory");
        let path = there.path().join("acts");
        put(&path, "*one*").expect("added");
        assert_eq!(put(&path, &format!("*{}*", "x".repeat(100))).expect_err("too large").code.id, "SYM-0104");
        assert_eq!(lines(&path).expect("as before").lines, ["*one*"]);
        let path = there.path().join("seen");
        std::fs::write(&path, "*x*\n".repeat(1 + LONG as usize / 4)).expect("written");
        let all = |path: &Path| read(path, 2 * LONG, sound).expect("read");
        add_one(&path, &all(&path), "*new*").expect("added");
        add_one(&path, &all(&path), "*newer*").expect("added");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "*new*\n*newer*\n");
    }

    #[test]
    fn what_is_published_is_on_the_disk_in_the_memory_first() {
        let there = tempfile::tempdir().expect("a directory");
        let at = |name: &str| there.path().join(name);
        let synced = || settle::SYNCED.with_borrow_mut(std::mem::take);
        let under_way = settle::act();
        put(&at("acts"), "*one*").expect("added");
        put(&at("acts"), "*two*").expect("added");
        synced();
        write(&at("published"), b"x", Access::Shared, Existing::Refuse).expect("written");
        assert_eq!(synced(), [there.path().to_owned(), at("acts")], "once, with its name");
        // What cannot be brought to the disk is not published upon.
        put(&at("acts"), "*three*").expect("added");
        std::fs::rename(at("acts"), at("gone")).expect("moved");
        assert!(write(&at("other"), b"x", Access::Shared, Existing::Refuse).is_err() && !at("other").exists());
        drop(under_way);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_added_through_a_link_or_to_a_pipe() {
        let there = tempfile::tempdir().expect("a directory");
        let at = |name: &str| there.path().join(name);
        std::os::unix::fs::symlink(at("elsewhere"), at("link")).expect("a link");
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().expect("mkfifo").success());
        let one = Lines { lines: vec!["*x*".to_owned()], size: 4, clean: true };
        for name in ["link", "pipe"] {
            assert!(lines(&at(name)).is_err(), "{name}");
            assert!(add(&at(name), &one, &["*x*".to_owned()], 100).is_err(), "{name}");
            assert!(add_one(&at(name), &one, "*x*").is_err(), "{name}");
        }
        assert!(!at("elsewhere").exists());
    }
}
