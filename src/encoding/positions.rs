//! Positions of a token in the inner filter: the first distinct values of a keyed stream.
//!
//! ```text
//! K_ns     = HKDF-Expand(K_run, len ‖ "symbolon/v1/tokens" ‖ len ‖ namespace)
//! block_c  = HMAC-SHA-256(K_ns, c ‖ token)                      c = 0, 1, 2 … as 4 bytes
//! stream   = the 16-bit big-endian words of block_0 ‖ block_1 ‖ …
//! position = word mod length, for words below the greatest multiple of length; a position that came before is skipped
//! ```
//!
//! The positions of a heavier token begin with those of a lighter one. What was computed is kept, because bigrams and
//! date parts are few: a worker hashes each of them once.

use std::collections::HashMap;

use zeroize::Zeroize;

use crate::primitives::{MacKey, Secret};

use super::tokens::Namespace;

/// Tokens remembered by one worker; past that, whole names are computed anew each time.
const REMEMBERED: usize = 1 << 17;

/// The keys of all namespaces.
#[derive(Debug)]
pub(crate) struct PositionKeys {
    keys: Vec<MacKey>,
    length: u16,
}

impl PositionKeys {
    /// Derives the keys; `length` is the length of the inner filter.
    pub(crate) fn derive(run_key: &Secret, length: u16) -> Self {
        let keys = Namespace::ALL
            .iter()
            .map(|ns| run_key.expand(&labelled(&[b"symbolon/v1/tokens", ns.label()]).as_parts()).mac_key());
        Self { keys: keys.collect(), length }
    }

    /// The first `count` distinct positions of a token, into `out`.
    pub(crate) fn positions(&self, namespace: Namespace, token: &[u8], count: usize, out: &mut Vec<u16>) {
        let key = &self.keys[namespace as usize];
        let length = u32::from(self.length);
        let limit = (1 << 16) / length * length;
        let mut seen = [0u64; 64];
        out.clear();
        if count == 0 {
            return;
        }
        for counter in 0u32.. {
            let block = key.mac(&[&counter.to_be_bytes(), token]);
            for word in block.as_chunks::<2>().0 {
                let word = u32::from(u16::from_be_bytes(*word));
                let position = (word % length) as u16;
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

/// Positions that a worker has computed before.
#[derive(Default)]
pub(crate) struct Memo {
    known: HashMap<Box<[u8]>, Box<[u16]>>,
    key: Vec<u8>,
    fresh: Vec<u16>,
}

impl Memo {
    /// At least the first `count` positions of a token.
    pub(crate) fn positions(
        &mut self,
        keys: &PositionKeys,
        namespace: Namespace,
        token: &[u8],
        count: usize,
    ) -> &[u16] {
        let Self { known, key, fresh } = self;
        key.clear();
        key.push(namespace as u8);
        key.extend_from_slice(token);
        if known.get(key.as_slice()).is_none_or(|positions| positions.len() < count) {
            keys.positions(namespace, token, count.next_multiple_of(16).min(usize::from(keys.length)), fresh);
            if known.len() >= REMEMBERED && !known.contains_key(key.as_slice()) {
                return &fresh[..count];
            }
            known.insert(key.as_slice().into(), fresh.as_slice().into());
        }
        match known.get(key.as_slice()) {
            Some(positions) => &positions[..count],
            None => unreachable!("inserted above"),
        }
    }
}

/// Tokens are pieces of identities: they are wiped with the worker that remembered them.
impl Drop for Memo {
    fn drop(&mut self) {
        for (mut token, _) in self.known.drain() {
            token.zeroize();
        }
        self.key.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(length: u16) -> PositionKeys {
        PositionKeys::derive(&Secret::from_bytes(&[7; 32]).expect("32 bytes"), length)
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
    fn what_is_remembered_is_what_is_computed() {
        let (keys, mut memo, mut out) = (keys(1024), Memo::default(), Vec::new());
        for count in [5, 40, 12] {
            keys.positions(Namespace::Place, b"bAB", count, &mut out);
            assert_eq!(memo.positions(&keys, Namespace::Place, b"bAB", count), out);
        }
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
