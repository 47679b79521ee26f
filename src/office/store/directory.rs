//! A store that is a directory which several parties share: plain files, as open as the directory is.

use std::path::{Path, PathBuf};

use super::{Lock, Name, Store};
use crate::failure::Failure;
use crate::office::files::{self, Access, Existing};

/// A directory.
#[derive(Debug)]
pub(crate) struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The directory at this path; the first that is published makes it, where it is not there.
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    fn path(&self, name: &Name) -> Result<PathBuf, Failure> {
        name.judged().map(|name| self.root.join(name)).map_err(|failure| failure.at(&self.root))
    }

    /// The path of a file that is about to be written: its folder is there, and what a killed command left of it is not.
    fn made(&self, name: &Name) -> Result<PathBuf, Failure> {
        let path = self.path(name)?;
        files::make_dir_below(&self.root, path.parent().unwrap_or(&self.root))?;
        files::sweep_of(&path);
        Ok(path)
    }
}

impl Store for Directory {
    fn root(&self) -> PathBuf {
        self.root.clone()
    }

    fn there(&self, name: &Name) -> Result<bool, Failure> {
        files::is_there(&self.path(name)?)
    }

    fn size(&self, name: &Name) -> Result<u64, Failure> {
        files::size(&self.path(name)?)
    }

    fn get(&self, name: &Name, limit: u64) -> Result<Vec<u8>, Failure> {
        files::read(&self.path(name)?, limit)
    }

    fn head(&self, name: &Name, limit: u64) -> Result<Vec<u8>, Failure> {
        files::read_head(&self.path(name)?, limit)
    }

    fn folders(&self) -> Result<Vec<Name>, Failure> {
        Ok(files::directories(&self.root)?.into_iter().map(Name::of).collect())
    }

    fn names(&self, folder: &Name) -> Result<Vec<Name>, Failure> {
        let path = self.path(folder)?;
        let names = if files::is_there(&path)? { files::names(&path)? } else { Vec::new() };
        Ok(names.into_iter().map(|name| folder.below(name)).collect())
    }

    fn list(&self, folder: &Name, extension: &str) -> Result<Vec<Name>, Failure> {
        let path = self.path(folder)?;
        let listed = if files::is_there(&path)? { files::list(&path, extension)? } else { Vec::new() };
        let name = |path: PathBuf| folder.below(path.file_name().unwrap_or_default().to_string_lossy());
        Ok(listed.into_iter().map(name).collect())
    }

    fn put_new(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure> {
        files::write(&self.made(name)?, bytes, Access::Shared, Existing::Refuse)
    }

    fn replace(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure> {
        files::write(&self.made(name)?, bytes, Access::Shared, Existing::Replace)
    }

    fn repeat(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure> {
        files::write_passing(&self.made(name)?, bytes, Access::Shared)
    }

    fn remove(&self, name: &Name) -> Result<(), Failure> {
        files::remove(&self.path(name)?)
    }

    fn lock(&self) -> Result<Lock, Failure> {
        Ok(Box::new(files::lock_directory(&self.root)?))
    }

    fn sweep(&self, name: &Name) {
        if let Ok(path) = self.path(name) {
            files::sweep_of(&path);
            files::sweep_below(&path);
        }
    }

    fn settle(&self) {
        files::settle();
    }
}
