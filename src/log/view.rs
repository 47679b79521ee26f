//! A log that was read from its first entry to its last, and what can be said of it.

use rayon::prelude::*;

use super::tile::{self, Level, Store, Tile, Tiles, WIDTH};
use super::tree::{self, Subtrees, leaf_hash};
use super::{Checkpoint, Entry, Kind, LogError};
use crate::primitives::Digest;

/// A whole log, verified against a checkpoint: every entry is of its form, every tile is what the entries give, the root is the
/// signed one.
#[derive(Clone, Debug)]
pub struct View {
    checkpoint: Checkpoint,
    levels: Levels,
    entries: Vec<Entry>,
}

/// Hashes of every level of tiles, leaves first: what any root is made of in a few steps.
#[derive(Clone, Debug)]
struct Levels(Vec<Vec<Digest>>);

/// A file to be written: its path under the log, and its bytes.
pub type TileFile = (String, Vec<u8>);

impl View {
    /// The log without an entry.
    pub fn empty(origin: &str) -> Self {
        let root = tree::root(Vec::new());
        let checkpoint = Checkpoint { origin: origin.to_owned(), size: 0, root };
        Self { checkpoint, levels: Levels::of(Vec::new()), entries: Vec::new() }
    }

    /// Reads every bundle and tile under `checkpoint`, whose signature the caller has verified.
    pub fn read(store: &(impl Store + Sync), checkpoint: &Checkpoint) -> Result<Self, LogError> {
        checkpoint.bounded()?;
        let bundles: Vec<Tile> = Tile::of_level(Level::Entries, checkpoint.size).collect();
        let read: Vec<(Vec<Digest>, Vec<Entry>)> =
            bundles.par_iter().map(|tile| bundle(store, tile)).collect::<Result<_, _>>()?;
        let (mut leaves, mut entries) = (Vec::new(), Vec::new());
        for (hashes, parsed) in read {
            leaves.extend(hashes);
            entries.extend(parsed);
        }
        let levels = Levels::of(leaves);
        for level in Tile::levels(checkpoint.size) {
            let expected = &levels.0[level as usize];
            for tile in Tile::of_level(Level::Hashes(level), checkpoint.size) {
                let from = (tile.index * WIDTH) as usize;
                let hashes = tile::hashes(&tile, &store.tile(&tile)?)?;
                if hashes != expected[from..from + tile.width as usize] {
                    return Err(LogError::Torn { tile: tile.path() });
                }
            }
        }
        if levels.root(checkpoint.size)? != checkpoint.root {
            // Tiles and entries agree with each other, but not with what was signed.
            return Err(LogError::Torn { tile: "tile".to_owned() });
        }
        Ok(Self { checkpoint: checkpoint.clone(), levels, entries })
    }

    /// The checkpoint under which it was read.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Every entry.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// At which place an entry first stands.
    pub fn find(&self, entry: &Entry) -> Option<u64> {
        self.entries.iter().position(|found| found == entry).map(|at| at as u64)
    }

    /// Refuses a checkpoint, signed by the same keeper and seen by `seen_by`, of which this log is not the continuation.
    pub fn continues(&self, earlier: &Checkpoint, seen_by: &str) -> Result<(), LogError> {
        let (found, seen) = (self.checkpoint.size, earlier.size);
        if seen > found {
            return Err(LogError::Truncated { found, seen, seen_by: seen_by.to_owned() });
        }
        if self.levels.root(seen)? != earlier.root {
            return Err(LogError::Split { size: seen, seen_by: seen_by.to_owned() });
        }
        Ok(())
    }

    /// The place of an entry that must be there, before place `covered`.
    pub fn require(&self, entry: &Entry, covered: u64, cosigners: u32) -> Result<u64, LogError> {
        let (what, by) = (entry.kind.name(), if entry.by == "-" { "every party" } else { &entry.by });
        self.only(entry)?;
        let at = self.find(entry).ok_or_else(|| LogError::NotLogged { what, by: by.to_owned() })?;
        if at < covered { Ok(at) } else { Err(LogError::NotCosigned { what, by: by.to_owned(), needed: cosigners }) }
    }

    /// Refuses an artefact of which there is one for ever, where the log has another that came first.
    pub fn only(&self, entry: &Entry) -> Result<(), LogError> {
        let first = self.entries.iter().find(|found| entry.kind.is_once() && found.same_slot(entry));
        match first {
            Some(first) if first.digest != entry.digest => {
                Err(LogError::Replaced { what: entry.kind.name(), by: entry.by.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Refuses an entry that came into the log before one it depends on.
    pub fn after(&self, earlier: &Entry, later: &Entry) -> Result<(), LogError> {
        match (self.find(earlier), self.find(later)) {
            (Some(one), Some(two)) if one < two => Ok(()),
            _ => Err(LogError::Order { earlier: earlier.kind.name(), later: later.kind.name(), by: later.by.clone() }),
        }
    }

    /// The highest run that the log knows of this kind of entry.
    pub fn highest_run(&self, kind: Kind) -> u32 {
        self.entries.iter().filter(|e| e.kind == kind).map(|e| e.run).max().unwrap_or(0)
    }

    /// What has to be written for `new` entries, in this order: no file is there before those it is made of. The checkpoint, to be
    /// signed and written last, is the second part.
    pub fn grow(&self, new: &[Entry]) -> Result<(Vec<TileFile>, Checkpoint), LogError> {
        let old = self.checkpoint.size;
        let size = old + new.len() as u64;
        Checkpoint { size, ..self.checkpoint.clone() }.bounded()?;
        let entries: Vec<&Entry> = self.entries.iter().chain(new).collect();
        let added = new.iter().map(|entry| leaf_hash(&entry.to_bytes()));
        let levels = Levels::of(self.levels.0[0].iter().copied().chain(added).collect());
        let mut files = Vec::new();
        let changed = |level: Level, before: u64| Tile::of_level(level, size).skip((before / WIDTH) as usize);
        let range = |tile: &Tile| (tile.index * WIDTH) as usize..(tile.index * WIDTH + tile.width) as usize;
        for tile in changed(Level::Entries, old) {
            let mut bytes = Vec::new();
            for entry in &entries[range(&tile)] {
                let entry = entry.to_bytes();
                bytes.extend((entry.len() as u16).to_be_bytes());
                bytes.extend(entry);
            }
            files.push((tile.path(), bytes));
        }
        for level in Tile::levels(size).filter(|level| old >> (8 * level) < size >> (8 * level)) {
            for tile in changed(Level::Hashes(level), old >> (8 * level)) {
                let bytes = levels.0[level as usize][range(&tile)].iter().flat_map(|hash| hash.0).collect();
                files.push((tile.path(), bytes));
            }
        }
        let checkpoint = Checkpoint { origin: self.checkpoint.origin.clone(), size, root: levels.root(size)? };
        Ok((files, checkpoint))
    }
}

fn bundle(store: &impl Store, tile: &Tile) -> Result<(Vec<Digest>, Vec<Entry>), LogError> {
    let bytes = match store.read(&tile.path(), tile.limit())? {
        Some(bytes) => bytes,
        None => return Err(LogError::Torn { tile: tile.path() }),
    };
    let raw = tile::bundle(tile, &bytes)?;
    let entries = raw.iter().map(|bytes| Entry::parse(bytes).map_err(|_| LogError::Form { what: "entry" }));
    Ok((raw.iter().map(|bytes| leaf_hash(bytes)).collect(), entries.collect::<Result<_, _>>()?))
}

impl Levels {
    fn of(leaves: Vec<Digest>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|below| below.len() as u64 >= WIDTH) {
            let above = below.par_chunks_exact(WIDTH as usize).map(|tile| tree::root(tile.to_vec())).collect();
            levels.push(above);
        }
        Self(levels)
    }

    /// The root of the first `size` leaves.
    fn root(&self, size: u64) -> Result<Digest, LogError> {
        tree::range(&mut &*self, 0, size)
    }
}

impl Subtrees for &Levels {
    fn subtree(&mut self, height: u32, index: u64) -> Result<Digest, LogError> {
        let (level, above) = (height / 8, height % 8);
        let (first, count) = ((index << above) as usize, 1 << above);
        let row = self.0.get(level as usize).and_then(|level| level.get(first..first + count));
        row.map(|row| tree::root(row.to_vec())).ok_or(LogError::Proof { what: "the root" })
    }
}

/// The proof that the entry at `index` stands in the log under `checkpoint`: from a few tiles, not from the whole log.
pub fn prove_inclusion(store: &impl Store, checkpoint: &Checkpoint, index: u64) -> Result<Vec<Digest>, LogError> {
    checkpoint.bounded()?;
    if index >= checkpoint.size {
        return Err(LogError::Proof { what: "inclusion" });
    }
    tree::inclusion(&mut Tiles::new(store, checkpoint.size), index, checkpoint.size)
}

/// The proof that the log under `checkpoint` continues the one of `old` entries.
pub fn prove_consistency(store: &impl Store, checkpoint: &Checkpoint, old: u64) -> Result<Vec<Digest>, LogError> {
    checkpoint.bounded()?;
    if old > checkpoint.size {
        return Err(LogError::Proof { what: "consistency" });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    tree::consistency(&mut Tiles::new(store, checkpoint.size), old, checkpoint.size)
}

#[cfg(test)]
mod tests;
