//! Writing: a temporary file that nobody can foresee, its bytes on the disk, then its name. Either all of a file is there
//! afterwards or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::opened::{Links, restrict};
use super::{Access, Existing, io_failure, other_than_a_file, settle};
use crate::failure::{EXISTS, Failure, LINK, NOT_A_FILE};
use crate::primitives::{self, Entropy};

/// How often a name is drawn anew, or a file written anew that somebody swept away.
const TRIES: usize = 4;

/// When what was written is on the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lasting {
    /// Bytes and name, by the end of the act.
    Whole,
    /// Whenever the system writes it.
    Passing,
}

/// Writes a whole file: bytes to the disk, then its name.
pub(crate) fn write(path: &Path, bytes: &[u8], access: Access, existing: Existing) -> Result<(), Failure> {
    put(path, bytes, access, existing, Lasting::Whole)
}

/// Writes, in place of an older version, what is made again where it is lost or cut, or has its original elsewhere: progress, lists of
/// rows that were set aside, which file was given, a cosignature, copies, scratch.
pub(crate) fn write_passing(path: &Path, bytes: &[u8], access: Access) -> Result<(), Failure> {
    put(path, bytes, access, Existing::Replace, Lasting::Passing)
}

/// Writes a text that is not there yet.
#[cfg(any(feature = "lab", feature = "reviewer"))]
pub(crate) fn write_text(path: &Path, text: &str) -> Result<(), Failure> {
    write(path, text.as_bytes(), Access::Public, Existing::Refuse)
}

fn put(path: &Path, bytes: &[u8], access: Access, existing: Existing, lasting: Lasting) -> Result<(), Failure> {
    if let Ok(there) = path.symlink_metadata() {
        if existing == Existing::Refuse {
            let left = there.is_file() && there.len() == 0 && !bytes.is_empty();
            let empty = "the output exists, and is empty: a killed command may have left it; remove it";
            return Err(Failure::new(EXISTS, if left { empty } else { "the output exists" }).at(path));
        }
        if there.is_dir() {
            return Err(Failure::new(NOT_A_FILE, "the output is a directory").at(path));
        }
    }
    let mut swept = 0;
    loop {
        let (temporary, file) = temporary(path, access).map_err(|e| io_failure(e, path))?;
        let written = fill(file, path, bytes, access, lasting).and_then(|file| {
            settle::before(access)?;
            name(&temporary, path, existing)?;
            Ok(file)
        });
        match written {
            Ok(_) => break,
            // Swept away between its making and its lock: only what is not locked is swept.
            Err(error) if error.kind() == ErrorKind::NotFound && swept < TRIES && !temporary.exists() => swept += 1,
            Err(error) => {
                let _ = fs::remove_file(&temporary);
                return Err(io_failure(error, path));
            }
        }
    }
    if lasting == Lasting::Whole {
        settle::named(path, access);
    }
    Ok(())
}

/// Makes a new file beside `path`, under a name that nobody can have put there before.
fn temporary(path: &Path, access: Access) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut options = OpenOptions::new();
    // `create_new` follows no link and opens nothing that is there.
    options.write(true).create_new(true);
    #[cfg(unix)]
    if access != Access::Public {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = access;
    let mut tries = 0;
    loop {
        let mut random = [0; 8];
        Entropy::system().fill(&mut random);
        let temporary = path.with_file_name(format!(".{name}.{}.tmp", primitives::hex(&random)));
        match options.open(&temporary) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < TRIES => tries += 1,
            opened => return opened.map(|file| (temporary, file)),
        }
    }
}

/// Writes and syncs; the file stays open, and locked so that nobody sweeps it away.
fn fill(mut file: File, path: &Path, bytes: &[u8], access: Access, lasting: Lasting) -> io::Result<File> {
    // Where there are no locks, a sweep at the same moment costs another try.
    let _ = file.try_lock();
    if access == Access::Shared {
        share(|mode| file.set_permissions(mode), path, 0o600, 0o064)?;
    }
    file.write_all(bytes)?;
    if lasting != Lasting::Passing {
        file.sync_all()?;
    }
    Ok(file)
}

/// Gives the finished file its name.
fn name(temporary: &Path, path: &Path, existing: Existing) -> io::Result<()> {
    if existing == Existing::Replace {
        return fs::rename(temporary, path);
    }
    // A second name fails where there is one, whoever made it, in the same moment too; a rename would replace it.
    match fs::hard_link(temporary, path) {
        Ok(()) => {}
        // A network file system may have done it and lost the answer.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && same_file(temporary, path) => {}
        Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => return Err(error),
        Err(_) => return claim(temporary, path),
    }
    fs::remove_file(temporary)
}

/// Where a file cannot have two names: takes the name with an empty file, which only one can, and puts the finished one over it.
/// Killed in between, the empty file stays, and says so to who finds it.
fn claim(temporary: &Path, path: &Path) -> io::Result<()> {
    drop(OpenOptions::new().write(true).create_new(true).open(path)?);
    fs::rename(temporary, path).inspect_err(|_| drop(fs::remove_file(path)))
}

fn same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |path: &Path| fs::symlink_metadata(path).map(|m| (m.dev(), m.ino()));
        matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        false
    }
}

/// Gives the mode of the directory above `path`, as far as `mask` lets it, on top of `least`.
fn share(set: impl FnOnce(fs::Permissions) -> io::Result<()>, path: &Path, least: u32, mask: u32) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mode = fs::metadata(parent)?.permissions().mode();
        set(fs::Permissions::from_mode(least | (mode & mask)))
    }
    #[cfg(not(unix))]
    {
        let _ = (set, path, least, mask);
        Ok(())
    }
}

/// Makes a directory and its parents; `Private` ones with mode 0700.
pub(crate) fn make_dir(path: &Path, access: Access) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if access == Access::Private {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|e| io_failure(e, path))
}

/// Makes the directories from `root`, an exchange, down to `path`, each as open as the one above it. One that is there as a link is
/// refused: what is meant for the exchange would be written somewhere else.
pub(crate) fn make_dir_below(root: &Path, path: &Path) -> Result<(), Failure> {
    make_dir(root, Access::Public)?;
    let mut at = root.to_owned();
    for part in path.strip_prefix(root).unwrap_or(Path::new("")) {
        at.push(part);
        match fs::create_dir(&at) {
            Ok(()) => share(|mode| fs::set_permissions(&at, mode), &at, 0o700, 0o2075),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
        .map_err(|e| io_failure(e, &at))?;
        let kind = fs::symlink_metadata(&at).map_err(|e| io_failure(e, &at))?.file_type();
        if kind.is_symlink() {
            return Err(Failure::new(LINK, "a symbolic link, not a directory").at(&at));
        }
        if !kind.is_dir() {
            let what = if kind.is_file() { "a file, not a directory" } else { other_than_a_file(kind) };
            return Err(Failure::new(NOT_A_FILE, what).at(&at));
        }
    }
    Ok(())
}

/// Makes a new directory and fills it; where that fails, the directory is gone again.
#[cfg(feature = "lab")]
pub(crate) fn whole_directory<T>(path: &Path, fill: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_dir(parent, Access::Public)?;
    }
    fs::create_dir(path).map_err(|e| io_failure(e, path))?;
    fill().map_err(|mut failure| {
        failure.written = match fs::remove_dir_all(path) {
            Ok(()) => None,
            Err(_) => Some(format!("what was begun is still there: remove {}", path.display())),
        };
        failure
    })
}

/// Removes a file that must be there. What was written before, perhaps in its place, is on the disk first.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    settle::before_removal();
    fs::remove_file(path).map_err(|e| io_failure(e, path))?;
    settle::removed(path);
    Ok(())
}

/// Removes temporary files that a killed command left in `directory`, which is this party's alone.
pub(crate) fn sweep(directory: &Path) {
    sweep_beginning(directory, ".");
}

/// Removes temporary files that a killed command left of the file `path` itself: in a directory that others write to, theirs may
/// be at work.
pub(crate) fn sweep_of(path: &Path) {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    sweep_beginning(path.parent().unwrap_or(Path::new(".")), &format!(".{name}."));
}

/// The same as [`sweep`], in all directories below too; nothing where a link or a file has this name.
pub(crate) fn sweep_below(directory: &Path) {
    if !directory.symlink_metadata().is_ok_and(|there| there.is_dir()) {
        return;
    }
    sweep(directory);
    for name in super::directories(directory).unwrap_or_default() {
        sweep_below(&directory.join(name));
    }
}

fn sweep_beginning(directory: &Path, beginning: &str) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(beginning) && name.ends_with(".tmp") && !at_work(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether somebody is writing this temporary file: it is locked, or another user's.
fn at_work(path: &Path) -> bool {
    if !path.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    let mut options = OpenOptions::new();
    options.read(true);
    restrict(&mut options, Links::Refuse);
    match options.open(path) {
        Ok(file) => matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)),
        Err(error) => error.kind() == ErrorKind::PermissionDenied,
    }
}
