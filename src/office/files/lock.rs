//! Locks: one command at a time in a home, and in an exchange where two would write one file.

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use super::opened::{Links, restrict};
use super::{io_failure, other_than_a_file};
use crate::failure::{Failure, HOME_BUSY, NOT_A_FILE, NOT_THERE};

/// Takes the lock of a home; it is released when the file is dropped, also by `kill -9`.
pub(crate) fn lock(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    restrict(&mut options, Links::Refuse);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(|e| io_failure(e, path))?;
    let kind = file.metadata().map_err(|e| io_failure(e, path))?.file_type();
    if !kind.is_file() {
        return Err(Failure::new(NOT_A_FILE, other_than_a_file(kind)).at(path));
    }
    take(file, path)
}

/// Takes the lock of a directory itself, so that no file of ours is left in it.
pub(crate) fn lock_directory(path: &Path) -> Result<File, Failure> {
    if !fs::metadata(path).map_err(|e| io_failure(e, path))?.is_dir() {
        return Err(Failure::new(NOT_THERE, "not a directory").at(path));
    }
    let mut options = OpenOptions::new();
    options.read(true);
    restrict(&mut options, Links::Follow);
    take(options.open(path).map_err(|e| io_failure(e, path))?, path)
}

fn take(file: File, path: &Path) -> Result<File, Failure> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Failure::new(HOME_BUSY, "another command is at work here").at(path)),
        Err(fs::TryLockError::Error(error)) => Err(io_failure(error, path)),
    }
}
