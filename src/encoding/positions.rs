//! Positions of a token in the inner filter: the first distinct values of a keyed stream.
//!
//! ```text
//! K_ns     = HKDF-Expand(K_run, len ‖ "symbolon/v1/tokens" ‖ len ‖ namespace)
//! block_c  = HMAC-SHA-256(K_ns, c ‖ token)                      c = 0, 1, 2 … as 4 bytes
//! stream   = the 16-bit big-endian words of block_0 ‖ block_1 ‖ …
//! position = word mod length, for words below the greatest multiple of length; a position that came before is skipped
//! ```
//!
//! A keyed stream and no double hashing: that gives a token one of few arithmetic progressions, which Niedermeyer et al. (Journal
//! of Privacy and Confidentiality, 2014) recover without the key.
//!
//! The positions of a heavier token begin with those of a lighter one. What they set together is remembered for each value
//! that repeats: [`masks`](super::masks).

use crate::primitives::{MacKey, Secret};

use super::tokens::{Namespace, UNIT};

/// The keys of all namespaces.
#[derive(Debug)]
pub(crate) struct PositionKeys {
    keys: Vec<MacKey>,
    length: u16,
    insertions: u32,
}

impl PositionKeys {
    /// Derives the keys; `length` is the length of the inner filter, `insertions` what a token of unit weight sets in it.
    pub(crate) fn derive(run_key: &Secret, length: u16, insertions: u16) -> Self {
        let keys = Namespace::ALL
            .iter()
            .map(|ns| run_key.expand(&labelled(&[b"symbolon/v1/tokens", ns.label()]).as_parts()).mac_key());
        Self { keys: keys.collect(), length, insertions: u32::from(insertions) }
    }

    /// Positions that a token of `weight` sixteenths sets: at least one.
    pub(crate) fn count(&self, weight: u32) -> usize {
        count(self.insertions, weight)
    }

    /// The first `count` distinct positions of a token, into `out`.
    pub(crate) fn positions(&self, namespace: Namespace, token: &[u8], count: usize, out: &mut Vec<u16>) {
        let key = &self.keys[namespace as usize];
        let length = u32::from(self.length);
        let limit = (1 << 16) / length * length;
        // No division for each word where the length is a power of two, as it mostly is.
        let mask = self.length.is_power_of_two().then(|| length - 1);
        let mut seen = [0u64; 64];
        out.clear();
        if count == 0 {
            return;
        }
        for counter in 0u32.. {
            let block = key.mac(&[&counter.to_be_bytes(), token]);
            for word in block.as_chunks::<2>().0 {
                let word = u32::from(u16::from_be_bytes(*word));
                let position = mask.map_or_else(|| word % length, |mask| word & mask) as u16;
                let (cell, bit) = (usize::from(position) / 64, 1u64 << (position % 64));
                if word >= limit || seen[cell] & bit != 0 {
                    continue;
                }
                seen[cell] |= bit;
                out.push(position);
                if out.len() == count {
                    return;
                }
            }
        }
    }
}

/// Positions that a token of `weight` sixteenths sets where one of unit weight sets `insertions`: at least one.
pub(super) fn count(insertions: u32, weight: u32) -> usize {
    ((insertions * weight + UNIT / 2) / UNIT).max(1) as usize
}

/// Parts of a derivation's info, each after its length, so that no two lists of parts concatenate alike.
pub(super) fn labelled<'a>(parts: &[&'a [u8]]) -> Labelled<'a> {
    Labelled(parts.iter().map(|part| ((part.len() as u32).to_be_bytes(), *part)).collect())
}

/// See [`labelled`].
pub(super) struct Labelled<'a>(Vec<([u8; 4], &'a [u8])>);

impl Labelled<'_> {
    pub(super) fn as_parts(&self) -> Vec<&[u8]> {
        self.0.iter().flat_map(|(length, part)| [&length[..], part]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(length: u16) -> PositionKeys {
        PositionKeys::derive(&Secret::from_bytes(&[7; 32]).expect("32 bytes"), length, 20)
    }

    #[test]
    fn a_token_has_the_published_positions() {
        let mut out = Vec::new();
        keys(1024).positions(Namespace::Name, b"b_M", 8, &mut out);
        assert_eq!(out, [65, 449, 235, 311, 194, 826, 276, 1020]);
        keys(1024).positions(Namespace::Company, b"b_M", 8, &mut out);
        assert_eq!(out, [696, 222, 477, 409, 491, 49, 237, 858]);
    }

    #[test]
    fn positions_are_distinct_below_the_length_and_heavier_tokens_begin_alike() {
        let (mut few, mut all) = (Vec::new(), Vec::new());
        let keys = keys(320);
        keys.positions(Namespace::Date, b"Y", 30, &mut few);
        keys.positions(Namespace::Date, b"Y", 320, &mut all);
        assert_eq!(few, all[..30]);
        all.sort_unstable();
        assert!(all.iter().copied().eq(0..320));
    }

    #[test]
    fn every_position_is_equally_likely() {
        let (keys, mut out, mut counts) = (keys(256), Vec::new(), [0u32; 256]);
        for token in 0u32..4000 {
            keys.positions(Namespace::Name, &token.to_be_bytes(), 16, &mut out);
            out.iter().for_each(|position| counts[usize::from(*position)] += 1);
        }
        // Each count is binomial with mean 250 and deviation about 15.3.
        assert!(counts.iter().all(|count| (165..=335).contains(count)));
    }
}
