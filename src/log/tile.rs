//! Tiles: where a log's hashes and entries stand (C2SP tlog-tiles).
//!
//! A hash tile of level `l` is up to 256 hashes of complete subtrees of `256^l` leaves; a bundle is up to 256 entries, each with its
//! length in two bytes before it. A tile that is not full says its width in its name, so that a longer one is another file and
//! none is ever rewritten.

use std::collections::HashMap;

use super::tree::{self, Subtrees};
use super::{LogError, MAX_ENTRY};
use crate::primitives::Digest;

/// Hashes or entries of a full tile.
pub(super) const WIDTH: u64 = 256;
/// Levels of a tree that a `u64` can count.
const LEVELS: u32 = 8;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Entries.
    Entries,
    /// Hashes of subtrees of `256^level` leaves.
    Hashes(u32),
}

/// One tile or bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub level: Level,
    /// Its number within the level.
    pub index: u64,
    /// Hashes or entries in it, 1 to 256.
    pub width: u64,
}

impl Tile {
    /// The path below the log's directory: `tile/0/x001/x234/067`, `tile/entries/000.p/7`.
    pub fn path(&self) -> String {
        let mut path = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            path = format!("x{:03}/{path}", rest % 1000);
            rest /= 1000;
        }
        let level = match self.level {
            Level::Entries => "entries".to_owned(),
            Level::Hashes(level) => level.to_string(),
        };
        let partial = if self.width < WIDTH { format!(".p/{}", self.width) } else { String::new() };
        format!("tile/{level}/{path}{partial}")
    }

    /// The most bytes that it may have.
    pub fn limit(&self) -> u64 {
        match self.level {
            Level::Entries => self.width * (2 + MAX_ENTRY as u64),
            Level::Hashes(_) => self.width * 32,
        }
    }

    /// Every tile of a level in a tree of `size` leaves.
    pub fn of_level(level: Level, size: u64) -> impl Iterator<Item = Self> {
        let count = match level {
            Level::Entries => size,
            Level::Hashes(level) => size.checked_shr(8 * level).unwrap_or(0),
        };
        let width = move |index: u64| (count - index * WIDTH).min(WIDTH);
        (0..count.div_ceil(WIDTH)).map(move |index| Self { level, index, width: width(index) })
    }

    /// Levels of hash tiles in a tree of `size` leaves.
    pub fn levels(size: u64) -> impl Iterator<Item = u32> {
        (0..LEVELS).take_while(move |level| size >> (8 * level) > 0)
    }
}

/// The hashes in a hash tile.
pub(super) fn hashes(tile: &Tile, bytes: &[u8]) -> Result<Vec<Digest>, LogError> {
    if bytes.len() as u64 != tile.width * 32 {
        return Err(LogError::Torn { tile: tile.path() });
    }
    let digest = |chunk: &[u8]| {
        let mut out = [0; 32];
        out.copy_from_slice(chunk);
        Digest(out)
    };
    Ok(bytes.chunks_exact(32).map(digest).collect())
}

/// The entries in a bundle.
pub(super) fn bundle<'b>(tile: &Tile, bytes: &'b [u8]) -> Result<Vec<&'b [u8]>, LogError> {
    let torn = || LogError::Torn { tile: tile.path() };
    let (mut rest, mut entries) = (bytes, Vec::with_capacity(tile.width as usize));
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into()).ok_or_else(torn)?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() && entries.len() as u64 == tile.width { Ok(entries) } else { Err(torn()) }
}

/// Where tiles are read from.
pub trait Store {
    /// The bytes at this path below the log's directory, at most `limit`; `None` if nothing is there.
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, LogError>;

    /// A tile; if a longer one has taken its place, that one's beginning.
    fn tile(&self, tile: &Tile) -> Result<Vec<u8>, LogError> {
        if let Some(bytes) = self.read(&tile.path(), tile.limit())? {
            return Ok(bytes);
        }
        let full = Tile { width: WIDTH, ..*tile };
        match (tile.level, self.read(&full.path(), full.limit())?) {
            (Level::Hashes(_), Some(mut bytes)) if bytes.len() as u64 == full.limit() => {
                bytes.truncate(tile.limit() as usize);
                Ok(bytes)
            }
            _ => Err(LogError::Torn { tile: tile.path() }),
        }
    }
}

/// Hashes of subtrees, read from the tiles of a tree of `size` leaves, each tile once.
pub(super) struct Tiles<'s, S> {
    store: &'s S,
    size: u64,
    read: HashMap<(u32, u64), Vec<Digest>>,
}

impl<'s, S: Store> Tiles<'s, S> {
    pub(super) fn new(store: &'s S, size: u64) -> Self {
        Self { store, size, read: HashMap::new() }
    }
}

impl<S: Store> Subtrees for Tiles<'_, S> {
    fn subtree(&mut self, height: u32, index: u64) -> Result<Digest, LogError> {
        let (level, above) = (height / 8, height % 8);
        let (first, count) = (index << above, 1_u64 << above);
        let number = first / WIDTH;
        if !self.read.contains_key(&(level, number)) {
            let width = ((self.size >> (8 * level)) - number * WIDTH).min(WIDTH);
            let tile = Tile { level: Level::Hashes(level), index: number, width };
            self.read.insert((level, number), hashes(&tile, &self.store.tile(&tile)?)?);
        }
        let tile = self.read.get(&(level, number)).map(Vec::as_slice).unwrap_or_default();
        let at = (first % WIDTH) as usize;
        let torn = || LogError::Torn { tile: Tile { level: Level::Hashes(level), index: number, width: WIDTH }.path() };
        Ok(tree::root(tile.get(at..at + count as usize).ok_or_else(torn)?.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let path = |level, index, width| Tile { level, index, width }.path();
        assert_eq!(path(Level::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path(Level::Entries, 0, 7), "tile/entries/000.p/7");
        assert_eq!(path(Level::Hashes(2), 999, 255), "tile/2/999.p/255");
        assert_eq!(path(Level::Hashes(1), 1000, 256), "tile/1/x001/000");
    }

    #[test]
    fn tiles_of_70_000_entries_are_those_of_the_specification() {
        let widths = |level| Tile::of_level(Level::Hashes(level), 70_000).map(|t| t.width).collect::<Vec<_>>();
        assert_eq!(Tile::levels(70_000).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!((widths(0).len(), widths(0)[272], widths(0)[273]), (274, 256, 112));
        assert_eq!(widths(1), [256, 17]);
        assert_eq!(widths(2), [1]);
        assert_eq!(Tile::levels(256).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(Tile::levels(0).count(), 0);
    }

    #[test]
    fn a_bundle_that_is_cut_anywhere_is_torn() {
        let tile = Tile { level: Level::Entries, index: 0, width: 2 };
        let whole = [0, 3, b'a', b'b', b'c', 0, 0];
        assert_eq!(bundle(&tile, &whole).expect("whole"), [&b"abc"[..], b""]);
        for cut in 0..whole.len() {
            assert!(matches!(bundle(&tile, &whole[..cut]), Err(LogError::Torn { .. })), "{cut}");
        }
        assert!(bundle(&tile, &[whole.to_vec(), vec![0, 0]].concat()).is_err());
    }
}
