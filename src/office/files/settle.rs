//! When a new name is on the disk: each directory once an act, and always before what depends on it.
//!
//! A file's bytes are on the disk before it gets its name; the name itself is there once its directory was synced. Inside an act
//! ([`act`]) that is put off and done once for each directory: at the end; before the first thing of an act becomes visible to
//! others, so that no party has published what it does not hold itself after a power cut; before anything is removed; and where
//! the caller says so ([`settle`]), as before a checkpoint of the log is published. Outside an act it is done at once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::Access;

/// Directories with new names that may not be on the disk yet.
#[derive(Default)]
struct Waiting {
    /// Acts that are under way on this thread, one in another.
    acts: usize,
    /// In a home.
    own: BTreeSet<PathBuf>,
    /// Files of a home that have grown.
    grown: BTreeSet<PathBuf>,
    /// Where others read.
    shared: BTreeSet<PathBuf>,
    /// Where something was removed.
    gone: BTreeSet<PathBuf>,
}

// Of a thread, because an act is: what another thread writes meanwhile is synced at once.
thread_local! {
    static WAITING: RefCell<Waiting> = RefCell::default();
}

/// An act under way: what it wrote is on the disk once this is dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct Act(());

/// Begins an act.
pub(crate) fn act() -> Act {
    WAITING.with_borrow_mut(|waiting| waiting.acts += 1);
    Act(())
}

impl Drop for Act {
    fn drop(&mut self) {
        settle();
        WAITING.with_borrow_mut(|waiting| waiting.acts -= 1);
    }
}

/// Syncs every directory that waits, and what has grown.
pub(crate) fn settle() {
    let grown = WAITING.with_borrow_mut(|waiting| std::mem::take(&mut waiting.grown));
    // Nothing that rests on it is published any more: before that its failure counts.
    grown.iter().for_each(|file| drop(flush(file)));
    let waiting = WAITING.with_borrow_mut(|waiting| {
        let mut all = std::mem::take(&mut waiting.own);
        all.append(&mut waiting.shared);
        all.append(&mut waiting.gone);
        all
    });
    waiting.iter().for_each(|directory| sync(directory));
}

/// Before something that others see gets its name: what this party keeps itself is on the disk. Fails where what has grown cannot
/// be written: a full disk or a used-up quota is told only now on some file systems.
pub(super) fn before(access: Access) -> io::Result<()> {
    if access == Access::Shared {
        let (own, grown) =
            WAITING.with_borrow_mut(|waiting| (std::mem::take(&mut waiting.own), std::mem::take(&mut waiting.grown)));
        own.iter().for_each(|directory| sync(directory));
        grown.iter().try_for_each(|file| flush(file))?;
    }
    Ok(())
}

/// Before something is removed: what was written in its place is on the disk.
pub(super) fn before_removal() {
    let new = WAITING.with_borrow_mut(|waiting| {
        let mut new = std::mem::take(&mut waiting.own);
        new.append(&mut waiting.shared);
        new
    });
    new.iter().for_each(|directory| sync(directory));
}

/// The file at `path` has got its name.
pub(super) fn named(path: &Path, access: Access) {
    put_off(path, |waiting| if access == Access::Shared { &mut waiting.shared } else { &mut waiting.own });
}

/// The file at `path` has grown, or is new: its bytes, and a new name, go to the disk with what this party keeps.
pub(super) fn grown(path: &Path, new: bool) -> io::Result<()> {
    if new {
        named(path, Access::Private);
    }
    let at_once = WAITING.with_borrow_mut(|waiting| {
        if waiting.acts > 0 {
            waiting.grown.insert(path.to_owned());
        }
        waiting.acts == 0
    });
    if at_once { flush(path) } else { Ok(()) }
}

/// The file at `path` is gone.
pub(super) fn removed(path: &Path) {
    put_off(path, |waiting| &mut waiting.gone);
}

fn put_off(path: &Path, set: impl FnOnce(&mut Waiting) -> &mut BTreeSet<PathBuf>) {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let at_once = WAITING.with_borrow_mut(|waiting| {
        if waiting.acts > 0 {
            set(waiting).insert(parent.to_owned());
        }
        waiting.acts == 0
    });
    if at_once {
        sync(parent);
    }
}

fn sync(directory: &Path) {
    #[cfg(test)]
    SYNCED.with_borrow_mut(|synced| synced.push(directory.to_owned()));
    // Best effort: some file systems cannot sync a directory, and the files themselves are synced.
    #[expect(clippy::disallowed_methods, reason = "this is where files are opened")]
    if let Ok(directory) = std::fs::File::open(directory) {
        let _ = directory.sync_all();
    }
}

fn flush(file: &Path) -> io::Result<()> {
    #[cfg(test)]
    SYNCED.with_borrow_mut(|synced| synced.push(file.to_owned()));
    std::fs::OpenOptions::new().append(true).open(file)?.sync_all()
}

#[cfg(test)]
thread_local! {
    /// What was synced on this thread, in order.
    pub(super) static SYNCED: RefCell<Vec<PathBuf>> = RefCell::default();
}
