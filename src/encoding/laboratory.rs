//! What the attack laboratory sees of the encoder: tokens by their bytes, their positions under a key, the diffusion.
//!
//! An attacker knows scheme and parameters and lacks the key alone. So the laboratory takes the encoder apart at its
//! seams instead of writing a second one; a test there holds that the parts give the encoder's own bits.

use crate::primitives::Secret;
use crate::protocol::FieldKind;
use crate::records::Record;

use super::diffusion::{BATCH, Diffusion, Slices};
use super::positions::PositionKeys;
use super::tokens::{Namespace, TokenSet};

/// A token as a name: its namespace, then its bytes.
pub(crate) type TokenName = Box<[u8]>;

/// The tokens of a record with their weights in sixteenths, and how many count towards the schema's minimum.
pub(crate) fn tokens(fields: &[FieldKind], record: &Record) -> (Vec<(TokenName, u16)>, usize) {
    let mut set = TokenSet::default();
    set.collect(fields, record);
    let named = set.tokens().iter().map(|token| (name(token.namespace as u8, set.bytes(token)), token.weight));
    (named.collect(), set.telling())
}

/// A token of the laboratory's own making, in the namespace of this number.
pub(crate) fn name(namespace: u8, token: &[u8]) -> TokenName {
    std::iter::once(namespace).chain(token.iter().copied()).collect()
}

/// Positions that a token of `weight` sixteenths sets.
pub(crate) fn count(insertions: u16, weight: u16) -> usize {
    super::positions::count(u32::from(insertions), u32::from(weight))
}

/// The keyed part of an encoder.
pub(crate) struct Keyed {
    positions: PositionKeys,
    diffusion: Option<Diffusion>,
}

impl Keyed {
    /// Derives it; a degree of 1 is a plain CLK.
    pub(crate) fn new(key: &Secret, length: u16, insertions: u16, degree: u16) -> Self {
        let diffusion = (degree > 1).then(|| Diffusion::derive(key, length, degree));
        Self { positions: PositionKeys::derive(key, length, insertions), diffusion }
    }

    /// The first `count` positions of a token.
    pub(crate) fn positions(&self, token: &[u8], count: usize) -> Vec<u16> {
        let mut out = Vec::with_capacity(count);
        let namespace = Namespace::ALL[usize::from(token[0]) % Namespace::ALL.len()];
        self.positions.positions(namespace, &token[1..], count, &mut out);
        out
    }

    /// Turns inner filters of `words` words each into what leaves the agency.
    pub(crate) fn finish(&self, filters: &mut [u64], words: usize) {
        let Some(map) = &self.diffusion else { return };
        let mut slices = Slices::default();
        for batch in filters.chunks_mut(BATCH * words) {
            map.apply(batch, words, &mut slices);
        }
    }
}
