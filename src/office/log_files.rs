//! The files of a log, in the exchange's store or in a copy of the log alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::store::{Directory, Name, Store};
use crate::failure::{Failure, IO};
use crate::log::{self, LogError, SignedCheckpoint};

/// The files of a log: in a folder of an exchange, or in a directory of their own.
#[derive(Clone, Debug)]
pub(crate) struct LogFiles {
    pub(super) store: Arc<dyn Store>,
    folder: Option<Name>,
}

impl LogFiles {
    /// The log of the exchange in this store.
    pub(crate) fn of(store: Arc<dyn Store>) -> Self {
        Self { store, folder: Some(Name::of("log")) }
    }

    /// A log that is all there is in a directory, such as a copy that somebody kept.
    pub(crate) fn alone(directory: &Path) -> Self {
        Self { store: Arc::new(Directory::at(directory)), folder: None }
    }

    /// The file at this path below the log.
    pub(super) fn name(&self, path: &str) -> Name {
        self.folder.as_ref().map_or_else(|| Name::of(path), |folder| folder.below(path))
    }

    /// Where the log is, for a person.
    pub(crate) fn place(&self) -> PathBuf {
        self.folder.as_ref().map_or_else(|| self.store.root(), |folder| self.store.place(folder))
    }

    /// Whether anything of a log is there.
    pub(crate) fn there(&self) -> Result<bool, Failure> {
        self.folder.as_ref().map_or(Ok(true), |folder| self.store.there(folder))
    }

    /// The checkpoint of this name, if it is there.
    pub(super) fn checkpoint(&self, name: &Name) -> Result<Option<SignedCheckpoint>, Failure> {
        if !self.store.there(name)? {
            return Ok(None);
        }
        let read = SignedCheckpoint::parse(&self.store.get(name, log::MAX_BYTES)?);
        read.map(Some).map_err(|e| Failure::from(e).at(&self.store.place(name)))
    }

    /// A party's cosigned checkpoint.
    pub(super) fn cosigned(&self, party: &str) -> Name {
        self.name(&format!("cosigned/{party}"))
    }
}

impl log::Store for LogFiles {
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, LogError> {
        let name = self.name(path);
        let failed = |failure: Failure| {
            if failure.code == IO {
                LogError::Store { problem: failure.message }
            } else {
                LogError::Torn { tile: path.to_owned() }
            }
        };
        if !self.store.there(&name).map_err(failed)? {
            return Ok(None);
        }
        self.store.get(&name, limit).map(Some).map_err(failed)
    }
}
