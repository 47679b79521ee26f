//! A store in memory, for parties that a test plays in one process.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Lock, Name, Store};
use crate::failure::{EXISTS, Failure, HOME_BUSY, NOT_A_FILE, NOT_THERE, TOO_LARGE};
use crate::office::files;

/// Everything that was published, by name.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    published: Mutex<BTreeMap<String, Arc<[u8]>>>,
    locked: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Held(Arc<AtomicBool>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Memory {
    fn published(&self) -> MutexGuard<'_, BTreeMap<String, Arc<[u8]>>> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, name: &Name) -> Result<String, Failure> {
        name.judged().map(str::to_owned).map_err(|failure| failure.at(&self.root()))
    }

    fn bytes(&self, name: &Name) -> Result<Arc<[u8]>, Failure> {
        let (key, published) = (self.key(name)?, self.published());
        published.get(&key).cloned().ok_or_else(|| {
            let failure = if is_folder(&published, &key) {
                Failure::new(NOT_A_FILE, "a directory, not a file")
            } else {
                Failure::new(NOT_THERE, "no such file or directory")
            };
            failure.at(&self.place(name))
        })
    }

    fn put(&self, name: &Name, bytes: &[u8], replaces: bool) -> Result<(), Failure> {
        let (key, mut published) = (self.key(name)?, self.published());
        let (is_file, is_folder) = (published.contains_key(&key), is_folder(&published, &key));
        if !replaces && (is_file || is_folder) {
            return Err(Failure::new(EXISTS, "the output exists").at(&self.place(name)));
        }
        let under_a_file = key.match_indices('/').any(|(at, _)| published.contains_key(&key[..at]));
        if is_folder || under_a_file {
            return Err(Failure::new(NOT_A_FILE, "a file and a directory of one name").at(&self.place(name)));
        }
        published.insert(key, bytes.into());
        Ok(())
    }
}

fn is_folder(published: &BTreeMap<String, Arc<[u8]>>, key: &str) -> bool {
    let inside = format!("{key}/");
    published.range(inside.clone()..).next().is_some_and(|(name, _)| name.starts_with(&inside))
}

impl Store for Memory {
    fn root(&self) -> PathBuf {
        PathBuf::from("memory")
    }

    fn there(&self, name: &Name) -> Result<bool, Failure> {
        let (key, published) = (self.key(name)?, self.published());
        Ok(published.contains_key(&key) || is_folder(&published, &key))
    }

    fn size(&self, name: &Name) -> Result<u64, Failure> {
        Ok(self.bytes(name)?.len() as u64)
    }

    fn get(&self, name: &Name, limit: u64) -> Result<Vec<u8>, Failure> {
        let bytes = self.bytes(name)?;
        if bytes.len() as u64 > limit {
            let message = format!("the file is larger than {limit} bytes");
            return Err(Failure::new(TOO_LARGE, message).at(&self.place(name)));
        }
        Ok(bytes.to_vec())
    }

    fn head(&self, name: &Name, limit: u64) -> Result<Vec<u8>, Failure> {
        let bytes = self.bytes(name)?;
        Ok(bytes[..bytes.len().min(limit as usize)].to_vec())
    }

    fn folders(&self) -> Result<Vec<Name>, Failure> {
        let published = self.published();
        let folders: BTreeSet<&str> = published.keys().filter_map(|key| Some(key.split_once('/')?.0)).collect();
        Ok(folders.into_iter().map(Name::of).collect())
    }

    fn names(&self, folder: &Name) -> Result<Vec<Name>, Failure> {
        let (inside, published) = (self.key(folder)? + "/", self.published());
        let names = published.keys().filter(|key| key.strip_prefix(&inside).is_some_and(|name| !name.contains('/')));
        Ok(names.map(Name::of).collect())
    }

    fn list(&self, folder: &Name, extension: &str) -> Result<Vec<Name>, Failure> {
        let mut names = self.names(folder)?;
        names.retain(|name| name.extension() == Some(extension));
        names.iter().try_for_each(|name| files::refuse_copy(&self.place(name), name.file()))?;
        Ok(names)
    }

    fn put_new(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure> {
        self.put(name, bytes, false)
    }

    fn replace(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure> {
        self.put(name, bytes, true)
    }

    fn repeat(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure> {
        self.put(name, bytes, true)
    }

    fn remove(&self, name: &Name) -> Result<(), Failure> {
        self.bytes(name)?;
        self.published().remove(&self.key(name)?);
        Ok(())
    }

    fn lock(&self) -> Result<Lock, Failure> {
        if self.locked.swap(true, Ordering::Acquire) {
            return Err(Failure::new(HOME_BUSY, "another command is at work here").at(&self.root()));
        }
        Ok(Box::new(Held(Arc::clone(&self.locked))))
    }

    fn sweep(&self, _: &Name) {}

    fn settle(&self) {}
}
