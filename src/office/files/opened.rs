//! Reading: plain files only, of a size that is judged before a byte is read and again while reading.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::Read;
use std::path::Path;

use super::{io_failure, other_than_a_file};
use crate::failure::{Failure, KEY_MODE, LINK, NOT_A_FILE, TOO_LARGE};

/// Whether a link may stand at the end of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// A person named the path, and may name a link.
    Follow,
    /// Others may have put it there.
    Refuse,
}

/// Reads a whole file of an exchange or a home, of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    whole(path, limit, Links::Refuse)
}

/// The same for a path that a person gave, which may be a link.
pub(crate) fn read_given(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    whole(path, limit, Links::Follow)
}

/// Reads at most the first `limit` bytes of a file of an exchange.
pub(crate) fn read_head(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    head(path, limit, Links::Refuse)
}

/// Reads a text of an exchange or a home.
pub(crate) fn read_text(path: &Path, limit: u64) -> Result<String, Failure> {
    text(read(path, limit)?, path)
}

/// Reads a text at a path that a person gave.
pub(crate) fn read_text_given(path: &Path, limit: u64) -> Result<String, Failure> {
    text(read_given(path, limit)?, path)
}

/// Opens a file at a path that a person gave, to be read as a stream.
#[cfg(feature = "agency")]
pub(crate) fn open_given(path: &Path) -> Result<File, Failure> {
    open(path, Links::Follow).map(|(file, _)| file)
}

/// Size of a file of an exchange or a home, in bytes.
pub(crate) fn size(path: &Path) -> Result<u64, Failure> {
    judged(path, Links::Refuse).map(|metadata| metadata.len())
}

/// The first `limit` bytes of a file at a path that a person gave, and its size.
pub(crate) fn head_given(path: &Path, limit: u64) -> Result<(Vec<u8>, u64), Failure> {
    let size = judged(path, Links::Follow)?.len();
    Ok((head(path, limit, Links::Follow)?, size))
}

/// Refuses a secret file that others can read.
pub(crate) fn require_private(path: &Path) -> Result<(), Failure> {
    let metadata = judged(path, Links::Refuse)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Failure::new(KEY_MODE, format!("the secret file has mode {:04o}", mode & 0o7777)).at(path));
        }
    }
    #[cfg(not(unix))]
    drop(metadata);
    Ok(())
}

fn whole(path: &Path, limit: u64, links: Links) -> Result<Vec<u8>, Failure> {
    let too_large = || Failure::new(TOO_LARGE, format!("the file is larger than {limit} bytes")).at(path);
    let (file, size) = open(path, links)?;
    if size > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    let room = usize::try_from(size).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(room).map_err(|_| io_failure(std::io::ErrorKind::OutOfMemory.into(), path))?;
    // It may grow while it is read.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|e| io_failure(e, path))?;
    if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
}

fn head(path: &Path, limit: u64, links: Links) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path, links)?.0.take(limit).read_to_end(&mut bytes).map_err(|e| io_failure(e, path))?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>, path: &Path) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| Failure::new(NOT_A_FILE, "the file is not UTF-8 text").at(path))
}

/// Opens a plain file; with its size.
fn open(path: &Path, links: Links) -> Result<(File, u64), Failure> {
    // Judged by name first, because opening alone can make a device act; and again once it is open, because the name may lead
    // elsewhere by then.
    judged(path, links)?;
    let mut options = OpenOptions::new();
    options.read(true);
    restrict(&mut options, links);
    let file = options.open(path).map_err(|e| io_failure(e, path))?;
    let metadata = file.metadata().map_err(|e| io_failure(e, path))?;
    plain(&metadata, path)?;
    Ok((file, metadata.len()))
}

/// Neither waits for a pipe's other end nor, if so wished, follows a link.
pub(super) fn restrict(options: &mut OpenOptions, links: Links) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let follow = if links == Links::Refuse { libc::O_NOFOLLOW } else { 0 };
        options.custom_flags(libc::O_NONBLOCK | follow);
    }
    #[cfg(not(unix))]
    let _ = (options, links);
}

fn judged(path: &Path, links: Links) -> Result<Metadata, Failure> {
    let metadata = match links {
        Links::Follow => fs::metadata(path),
        Links::Refuse => fs::symlink_metadata(path),
    };
    let metadata = metadata.map_err(|e| io_failure(e, path))?;
    plain(&metadata, path)?;
    Ok(metadata)
}

fn plain(metadata: &Metadata, path: &Path) -> Result<(), Failure> {
    let kind = metadata.file_type();
    if kind.is_symlink() {
        return Err(Failure::new(LINK, "a symbolic link, not a file").at(path));
    }
    if kind.is_file() { Ok(()) } else { Err(Failure::new(NOT_A_FILE, other_than_a_file(kind)).at(path)) }
}
