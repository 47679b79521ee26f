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
use std::hash::{BuildHasherDefault, Hasher};

use zeroize::Zeroize;

use crate::primitives::{MacKey, Secret};

use super::tokens::{Namespace, SHORT, Token};

/// Positions remembered by one worker, 8 MiB of them; past that, tokens not seen yet are computed anew each time.
const REMEMBERED: usize = 1 << 22;

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

/// Positions that a worker has computed before, in one arena; short tokens are found by one number.
#[derive(Default)]
pub(crate) struct Memo {
    short: HashMap<u128, Run, BuildHasherDefault<Mix>>,
    /// By namespace.
    long: [HashMap<Box<[u8]>, Run>; Namespace::ALL.len()],
    arena: Vec<u16>,
    fresh: Vec<u16>,
}

/// Where in the arena a token's positions start, and how many are there.
type Run = (u32, u16);

impl Memo {
    /// The first `count` positions of a token.
    pub(crate) fn positions(&mut self, keys: &PositionKeys, token: &Token, bytes: &[u8], count: usize) -> &[u16] {
        let Self { short, long, arena, fresh } = self;
        let long = &mut long[token.namespace as usize];
        let known = if bytes.len() <= SHORT { short.get(&token.prefix) } else { long.get(bytes) };
        if let Some((start, _)) = known.filter(|(_, length)| usize::from(*length) >= count) {
            return &arena[*start as usize..][..count];
        }
        keys.positions(token.namespace, bytes, count, fresh);
        if arena.len() + count > REMEMBERED {
            return fresh;
        }
        let run = (arena.len() as u32, count as u16);
        arena.extend_from_slice(fresh);
        if bytes.len() <= SHORT {
            short.insert(token.prefix, run);
        } else {
            long.insert(bytes.into(), run);
        }
        fresh
    }
}

/// Hash of a token's prefix: two multiplications. Chosen collisions cost time only, to whoever chose them.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u128(u128::from(*byte)));
    }

    fn write_u128(&mut self, number: u128) {
        const ODD: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
        let folded = (self.0 ^ number as u64 ^ ((number >> 64) as u64).rotate_left(29)) as u128;
        let product = folded.wrapping_mul(ODD);
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

/// Tokens are pieces of identities: they are wiped with the worker that remembered them.
impl Drop for Memo {
    fn drop(&mut self) {
        for (mut token, _) in self.short.drain() {
            token.zeroize();
        }
        for (mut token, _) in self.long.iter_mut().flat_map(HashMap::drain) {
            token.zeroize();
        }
        self.arena.zeroize();
        self.fresh.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::tokens::TokenSet;
    use crate::protocol::FieldKind;
    use crate::records::{Record, Value};

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
        let (keys, mut memo, mut out, mut set) = (keys(1024), Memo::default(), Vec::new(), TokenSet::default());
        let parts = Value::Parts(vec!["ANNA".to_owned(), "A-NAME-LONGER-THAN-THE-PREFIX".to_owned()]);
        let company = parts.clone();
        let fields = [FieldKind::PersonName, FieldKind::CompanyName];
        set.collect(&fields, &Record { values: vec![parts, company] });
        for count in [5, 40, 12] {
            for token in set.tokens() {
                keys.positions(token.namespace, set.bytes(token), count, &mut out);
                assert_eq!(memo.positions(&keys, token, set.bytes(token), count), out);
            }
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
