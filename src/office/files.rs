//! Files: bounded reading, atomic writing, private modes. Nothing else in the program opens a file.
#![expect(clippy::disallowed_methods, reason = "this is where files are opened")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::failure::{EXISTS, Failure, IO, KEY_MODE, NOT_A_FILE, NOT_THERE, TOO_LARGE};

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The owner alone (mode 0600).
    Private,
    /// As the umask says.
    Public,
}

/// Reads a whole file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|e| io_failure(e, path))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::new(TOO_LARGE, format!("the file is larger than {limit} bytes")).at(path));
    }
    Ok(bytes)
}

/// Reads at most the first `limit` bytes of a file.
#[cfg(feature = "operator")]
pub(crate) fn read_head(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path)?.take(limit).read_to_end(&mut bytes).map_err(|e| io_failure(e, path))?;
    Ok(bytes)
}

/// Reads a text.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, Failure> {
    String::from_utf8(read(path, limit)?).map_err(|_| Failure::new(NOT_A_FILE, "the file is not UTF-8 text").at(path))
}

/// Opens a plain file for reading.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    let file = File::open(path).map_err(|e| io_failure(e, path))?;
    let metadata = file.metadata().map_err(|e| io_failure(e, path))?;
    if metadata.is_dir() {
        return Err(Failure::new(NOT_A_FILE, "a directory, not a file").at(path));
    }
    Ok(file)
}

/// Refuses a secret file that others can read.
pub(crate) fn require_private(path: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_err(|e| io_failure(e, path))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Failure::new(KEY_MODE, format!("the secret file has mode {:04o}", mode & 0o7777)).at(path));
        }
    }
    Ok(())
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

/// What may stand at the path already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// Nothing: what is there is never overwritten.
    Refuse,
    /// An older version of the same file.
    Replace,
}

/// Writes a whole file atomically: a temporary file beside it, fsync, rename. Either all of it is there afterwards or
/// nothing.
pub(crate) fn write(path: &Path, bytes: &[u8], access: Access, existing: Existing) -> Result<(), Failure> {
    if existing == Existing::Refuse && path.symlink_metadata().is_ok() {
        return Err(Failure::new(EXISTS, "the output exists").at(path));
    }
    if path.is_dir() {
        return Err(Failure::new(NOT_A_FILE, "the output is a directory").at(path));
    }
    let temporary = temporary_beside(path);
    let written = write_temporary(&temporary, bytes, access).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(io_failure(error, path));
    }
    sync_directory(path);
    Ok(())
}

fn write_temporary(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if access == Access::Private {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn temporary_beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

fn sync_directory(path: &Path) {
    // Best effort: some file systems cannot sync a directory, and the file itself is synced.
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(directory) = File::open(parent) {
        let _ = directory.sync_all();
    }
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

/// The same as [`sweep`], in all directories below too.
pub(crate) fn sweep_below(directory: &Path) {
    sweep(directory);
    for name in directories(directory).unwrap_or_default() {
        sweep_below(&directory.join(name));
    }
}

fn sweep_beginning(directory: &Path, beginning: &str) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(beginning) && name.ends_with(".tmp") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes a file that must be there.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|e| io_failure(e, path))
}

/// Files in `directory` with this extension, sorted by name.
pub(crate) fn list(directory: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(directory).map_err(|e| io_failure(e, directory))?;
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == extension)).collect();
    found.sort();
    Ok(found)
}

/// Files in `directory` with `part` in their names, sorted by name; none where there is no such directory.
#[cfg(feature = "operator")]
pub(crate) fn beside(directory: &Path, part: &str) -> Result<Vec<PathBuf>, Failure> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|e| io_failure(e, directory))?,
    };
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().contains(part));
    let mut found: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(named).collect();
    found.sort();
    Ok(found)
}

/// Takes the lock of a home; it is released when the file is dropped, also by `kill -9`.
pub(crate) fn lock(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    take(options.open(path).map_err(|e| io_failure(e, path))?, path)
}

/// Takes the lock of a directory itself, so that no file of ours is left in it.
pub(crate) fn lock_directory(path: &Path) -> Result<File, Failure> {
    take(File::open(path).map_err(|e| io_failure(e, path))?, path)
}

fn take(file: File, path: &Path) -> Result<File, Failure> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            Err(Failure::new(crate::failure::HOME_BUSY, "another command is at work here").at(path))
        }
        Err(fs::TryLockError::Error(error)) => Err(io_failure(error, path)),
    }
}

/// A failure of the machine, in words without the operating system's jargon where we know better.
pub(crate) fn io_failure(error: io::Error, path: &Path) -> Failure {
    let failure = match error.kind() {
        ErrorKind::NotFound => Failure::new(NOT_THERE, "no such file or directory"),
        ErrorKind::IsADirectory => Failure::new(NOT_A_FILE, "a directory, not a file"),
        ErrorKind::AlreadyExists => Failure::new(EXISTS, "the output exists"),
        ErrorKind::PermissionDenied => Failure::new(IO, "permission denied"),
        ErrorKind::StorageFull => Failure::new(IO, "the disk is full"),
        _ => Failure::new(IO, error),
    };
    failure.at(path)
}

/// Names of the directories in `directory`, sorted.
pub(crate) fn directories(directory: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(directory).map_err(|e| io_failure(e, directory))?;
    let names = entries.flatten().filter(|e| e.path().is_dir()).map(|e| e.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// Names of the plain files in `directory`, sorted.
pub(crate) fn names(directory: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(directory).map_err(|e| io_failure(e, directory))?;
    let names = entries.flatten().filter(|e| e.path().is_file()).map(|e| e.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// Size of a file in bytes.
pub(crate) fn size(path: &Path) -> Result<u64, Failure> {
    Ok(fs::metadata(path).map_err(|e| io_failure(e, path))?.len())
}

/// Writes a text that is not there yet.
pub(crate) fn write_text(path: &Path, text: &str) -> Result<(), Failure> {
    write(path, text.as_bytes(), Access::Public, Existing::Refuse)
}
