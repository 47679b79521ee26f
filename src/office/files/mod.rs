//! Files: bounded reading, atomic writing, modes, and when what was written is on the disk. Nothing else in the program opens a file.
//!
//! Two kinds of path are told apart. What a person gave on the command line is opened as the person's system does it, links
//! included: [`read_given`]. What stands in an exchange or a home, where others may put things, is read as a plain file only and
//! never through a link: [`read`]. Neither waits for a pipe, and both judge a size before they read a byte.

pub(crate) mod grow;
mod list;
mod lock;
mod opened;
mod settle;
#[cfg(test)]
mod tests;
mod write;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::failure::{EXISTS, Failure, IO, NOT_A_FILE, NOT_THERE};

pub(crate) use lock::{lock, lock_directory};
pub(crate) use settle::act;
// Which of the others are called depends on the roles that are built in.
#[cfg_attr(not(feature = "lab"), allow(unused_imports, reason = "role builds leave out callers of shared functions"))]
mod called {
    #[cfg(feature = "operator")]
    pub(crate) use super::list::beside;
    #[cfg(test)]
    pub(crate) use super::list::refuse_copy;
    pub(crate) use super::list::{directories, is_there, list, names};
    #[cfg(feature = "agency")]
    pub(crate) use super::opened::open_given;
    pub(crate) use super::opened::{
        head_given, read, read_given, read_head, read_text, read_text_given, require_private, size,
    };
    pub(crate) use super::settle::settle;
    #[cfg(feature = "lab")]
    pub(crate) use super::write::whole_directory;
    #[cfg(any(feature = "lab", feature = "reviewer"))]
    pub(crate) use super::write::write_text;
    pub(crate) use super::write::{
        make_dir, make_dir_below, remove, sweep, sweep_below, sweep_of, write, write_passing,
    };
}
pub(crate) use called::*;

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The owner alone (mode 0600).
    Private,
    /// As the umask says.
    Public,
    /// As the directory says in which it stands: whoever may read or write there may read or write this. Others than owner and
    /// group never write.
    Shared,
}

/// What may stand at the path already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// Nothing: what is there is never overwritten, and of two programs at once one writes.
    Refuse,
    /// An older version of the same file.
    Replace,
}

/// A failure of the machine, in words without the operating system's jargon where we know better.
pub(crate) fn io_failure(error: io::Error, path: &Path) -> Failure {
    let failure = match error.kind() {
        ErrorKind::NotFound => Failure::new(NOT_THERE, "no such file or directory"),
        ErrorKind::IsADirectory => Failure::new(NOT_A_FILE, "a directory, not a file"),
        ErrorKind::NotADirectory => Failure::new(NOT_THERE, "a part of the path is a file, not a directory"),
        ErrorKind::AlreadyExists => Failure::new(EXISTS, "the output exists"),
        ErrorKind::PermissionDenied => Failure::new(IO, "permission denied"),
        ErrorKind::StorageFull => Failure::new(IO, "the disk is full"),
        ErrorKind::OutOfMemory => Failure::new(IO, "not enough memory"),
        _ => Failure::new(IO, error),
    };
    failure.at(path)
}

/// Words for what is neither a plain file nor a link.
fn other_than_a_file(kind: fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a named pipe, not a file";
        }
        if kind.is_socket() {
            return "a socket, not a file";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device, not a file";
        }
    }
    if kind.is_dir() { "a directory, not a file" } else { "not a plain file" }
}
