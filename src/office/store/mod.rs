//! The store: what an exchange asks of the place where it lies. A directory today; whatever else keeps these promises can be one.
//!
//! - Bytes go in and out whole, under a [`Name`]. Nothing is believed: whoever reads verifies.
//! - [`Store::put_new`] never replaces: of two at once, one publishes and the other is refused.
//! - A size is judged before a byte is read.
//! - What a store cannot look at is a failure, and not nothing.
//! - What was written before [`Store::settle`] lasts if anything does that was written after it; what a party keeps in its home lasts
//!   before anything that it publishes then.
//!
//! `tests.rs` tries the same cases on every store.

mod directory;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod tests;

use std::fmt::{self, Debug, Display};
use std::path::{Component, Path, PathBuf};

pub(crate) use directory::Directory;
#[cfg(test)]
pub(crate) use memory::Memory;

use crate::failure::{Failure, STRAY};

/// Where something stands in a store, with a slash between folder and file: `run-1/steward-court.grant`. It is judged when a store is
/// asked for it, so that no name leads out of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(String);

impl Name {
    /// This name, as the program or a listing gives it.
    pub(crate) fn of(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// A name in this folder.
    pub(crate) fn below(&self, name: impl Display) -> Self {
        Self(format!("{}/{name}", self.0))
    }

    /// The last part.
    pub(crate) fn file(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// What stands after the last point of the last part.
    pub(crate) fn extension(&self) -> Option<&str> {
        self.file().rsplit_once('.').map(|(_, extension)| extension)
    }

    /// Refuses what is no name: a part that is empty, hidden, or leads elsewhere on some system.
    fn judged(&self) -> Result<&str, Failure> {
        let fits = |part: &str| {
            let mut parts = Path::new(part).components();
            let normal = matches!(parts.next(), Some(Component::Normal(one)) if one == part) && parts.next().is_none();
            normal && !part.starts_with('.') && !part.contains('\0')
        };
        let message = "no name in an exchange: a part of it is empty, begins with a point or leads elsewhere";
        if self.0.split('/').all(fits) { Ok(&self.0) } else { Err(Failure::new(STRAY, message)) }
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Held while one party alone may write; given up when it is dropped.
pub(crate) type Lock = Box<dyn Debug + Send>;

/// Where an exchange lies.
pub(crate) trait Store: Debug + Send + Sync {
    /// The store as a person knows it, to be printed and given to commands. It opens nothing.
    fn root(&self) -> PathBuf;

    /// Where this name is, to be printed. It opens nothing.
    fn place(&self, name: &Name) -> PathBuf {
        self.root().join(&name.0)
    }

    /// Whether anything has this name, or a name in a folder of this name. Of a folder that was emptied a store may say either.
    fn there(&self, name: &Name) -> Result<bool, Failure>;

    /// Size in bytes (SYM-0101 where nothing has the name).
    fn size(&self, name: &Name) -> Result<u64, Failure>;

    /// All bytes, of which there are at most `limit` (SYM-0104 for more, before any is read).
    fn get(&self, name: &Name, limit: u64) -> Result<Vec<u8>, Failure>;

    /// The first `limit` bytes, or all where there are fewer.
    fn head(&self, name: &Name, limit: u64) -> Result<Vec<u8>, Failure>;

    /// Every folder that stands in no other, in alphabetical order.
    fn folders(&self) -> Result<Vec<Name>, Failure>;

    /// Everything in a folder but folders, in alphabetical order; nothing where there is no such folder.
    fn names(&self, folder: &Name) -> Result<Vec<Name>, Failure>;

    /// What of it has this extension; a copy that a sync tool or a person made is refused (SYM-0112).
    fn list(&self, folder: &Name, extension: &str) -> Result<Vec<Name>, Failure>;

    /// Publishes what is never replaced (SYM-0102 where something has the name).
    fn put_new(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure>;

    /// Publishes in place of an older version, if there is one. Whoever reads meanwhile finds one of the two, whole.
    fn replace(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure>;

    /// The same for what its party makes again where a power cut takes it back.
    fn repeat(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure>;

    /// Removes what must be there (SYM-0101). What was written before lasts first.
    fn remove(&self, name: &Name) -> Result<(), Failure>;

    /// Keeps others from replacing while it is held (SYM-0107 where somebody holds it).
    fn lock(&self) -> Result<Lock, Failure>;

    /// Clears away what a killed command left half written under this name, or under names below it: only this party may write those.
    fn sweep(&self, name: &Name);

    /// Has everything last that was written.
    fn settle(&self);
}
