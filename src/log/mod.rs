//! The log: an append-only record of every artefact that crossed a wall between parties.
//!
//! ```text
//! log/checkpoint              size and root, signed by the keeper
//! log/tile/entries/000.p/7    entries: kind, run, by, to, digest
//! log/tile/0/000.p/7          their hashes; above them tile/1, tile/2, … of 256 to one
//! log/cosigned/NAME           the checkpoint that NAME last verified, with its cosignature and time
//! ```
//!
//! One party keeps the log and all verify it: a [`View`] is a log that was read whole and gives the signed root; it refuses a
//! checkpoint that it does not continue, whoever saw it. So what was published cannot be taken back, replaced or shown to one
//! party and not to another without a signature that proves it. Formats are C2SP's `tlog-tiles`, `tlog-checkpoint` and
//! `tlog-cosignature`; `docs/formats/log.md` says what is ours.

mod checkpoint;
mod entry;
mod error;
mod tile;
pub(crate) mod tree;
mod view;

pub use checkpoint::{Checkpoint, MAX_BYTES, MAX_ENTRIES, SignedCheckpoint};
pub use entry::{Entry, Kind, MAX_ENTRY};
pub use error::{CODES, LogError};
pub use tile::{Level, Store, Tile};
pub use tree::{leaf_hash, verify_consistency, verify_inclusion};
pub use view::{TileFile, View, prove_consistency, prove_inclusion};
