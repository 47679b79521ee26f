//! What a value sets in the inner filter, remembered as the words of a filter.
//!
//! A filter is the union of what its tokens set, and the positions of a heavier token include those of a lighter one. So the
//! filter of a record is the union of its values' filters, each token counted once or twice alike, and a value that comes
//! again (parts of names, dates, places) costs a look-up and one `or` a word. Within a value met for the first time, bigrams
//! and parts of dates are looked up too; only whole parts and dates are hashed.
//!
//! What is remembered is made of plaintext under the run's key. It lives as long as its [`Encoder`](super::Encoder), never
//! grows past a bound, never moves while it grows, and is wiped on drop.

use std::collections::HashMap;

use zeroize::{Zeroize, Zeroizing};

use super::positions::PositionKeys;
use super::tokens::{Namespace, Piece, SHORT, TokenSet, prefix};

/// Words of filters that one worker remembers, 16 MiB of them: 131,072 values at 1,024 bits. What comes after is computed
/// each time.
const REMEMBERED: usize = 1 << 21;

/// Values whose filters are allocated together.
const CHUNK: usize = 512;

/// Positions remembered of bigrams and parts of dates, 1 MiB: of all there are, for every length of filter in use.
const BIGRAM_POSITIONS: usize = 1 << 19;

/// Filters of values that a worker has met.
pub(crate) struct Masks {
    words: usize,
    known: Known,
    chunks: Vec<Zeroizing<Vec<u64>>>,
    count: usize,
    /// What is not remembered is put together here.
    spare: Zeroizing<Vec<u64>>,
    tokens: TokenSet,
    bigrams: Bigrams,
}

/// Where the filter of a value is and how many telling tokens it has, or where the positions of a bigram begin and how many
/// they are.
#[derive(Clone, Copy, Default, Zeroize)]
struct Entry {
    at: u32,
    count: u16,
}

impl Masks {
    /// An empty memory of filters of `words` words.
    pub(crate) fn new(words: usize) -> Self {
        Self {
            words,
            known: Known::default(),
            chunks: Vec::new(),
            count: 0,
            spare: Zeroizing::new(vec![0; words]),
            tokens: TokenSet::default(),
            bigrams: Bigrams::default(),
        }
    }

    /// Adds what a value sets to `inner`; gives the number of its telling tokens.
    pub(crate) fn add(&mut self, keys: &PositionKeys, piece: Piece<'_>, inner: &mut [u64]) -> usize {
        let date;
        let (namespace, bytes) = match piece {
            Piece::Part(namespace, part) => (namespace, part.as_bytes()),
            Piece::Postcode(text) => (Namespace::Postcode, text.as_bytes()),
            Piece::Date(of) => {
                // Zero is no year, month or day, so it can stand for what is not known.
                let [high, low] = of.year.unwrap_or(0).to_be_bytes();
                date = [high, low, of.month.unwrap_or(0), of.day.unwrap_or(0)];
                (Namespace::Date, &date[..])
            }
        };
        if let Some(Entry { at, count }) = self.known.get(namespace, bytes) {
            let (chunk, at) = (at as usize / CHUNK, at as usize % CHUNK);
            union(inner, &self.chunks[chunk][at * self.words..][..self.words]);
            return usize::from(count);
        }
        self.spare.fill(0);
        self.tokens.collect_piece(piece);
        self.bigrams.set(keys, &self.tokens, &mut self.spare);
        union(inner, &self.spare);
        let telling = self.tokens.telling();
        self.remember(namespace, bytes, telling as u16);
        telling
    }

    /// Adds the token that stands for what is missing of a birth date.
    pub(crate) fn add_entire(&mut self, keys: &PositionKeys, parts: &[String], missing: u16, inner: &mut [u64]) {
        self.tokens.collect_entire(parts, missing);
        self.bigrams.set(keys, &self.tokens, inner);
    }

    fn remember(&mut self, namespace: Namespace, bytes: &[u8], telling: u16) {
        if (self.count + 1) * self.words > REMEMBERED {
            return;
        }
        if self.count.is_multiple_of(CHUNK) {
            self.chunks.push(Zeroizing::new(Vec::with_capacity(CHUNK * self.words)));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.extend_from_slice(&self.spare);
            self.known.insert(namespace, bytes, Entry { at: self.count as u32, count: telling });
            self.count += 1;
        }
    }
}

fn union(inner: &mut [u64], mask: &[u64]) {
    inner.iter_mut().zip(mask).for_each(|(bits, more)| *bits |= more);
}

/// Positions of tokens of which there are few, found by their prefix; other tokens are hashed.
struct Bigrams {
    known: Table,
    positions: Zeroizing<Vec<u16>>,
    fresh: Zeroizing<Vec<u16>>,
}

impl Default for Bigrams {
    fn default() -> Self {
        let positions = Zeroizing::new(Vec::with_capacity(BIGRAM_POSITIONS));
        Self { known: Table::default(), positions, fresh: Zeroizing::default() }
    }
}

/// Bytes of the longest token of which there are few: a class and two letters, digits or numbers.
const FEW: usize = 3;

impl Bigrams {
    /// Sets the positions of all tokens in `filter`.
    fn set(&mut self, keys: &PositionKeys, tokens: &TokenSet, filter: &mut [u64]) {
        for token in tokens.tokens() {
            let (bytes, count) = (tokens.bytes(token), keys.count(u32::from(token.weight)));
            let known = self.known.get(token.prefix);
            let positions = match known.filter(|known| usize::from(known.count) >= count) {
                Some(known) => &self.positions[known.at as usize..][..count],
                None => {
                    keys.positions(token.namespace, bytes, count, &mut self.fresh);
                    if bytes.len() <= FEW && self.positions.len() + count <= BIGRAM_POSITIONS {
                        let entry = Entry { at: self.positions.len() as u32, count: count as u16 };
                        match known {
                            Some(_) => self.known.put(Slot { prefix: token.prefix, entry }),
                            None => self.known.insert(token.prefix, entry),
                        }
                        self.positions.extend_from_slice(&self.fresh);
                    }
                    &self.fresh[..]
                }
            };
            for position in positions {
                filter[usize::from(*position) / 64] |= 1 << (position % 64);
            }
        }
    }
}

/// A map by namespace and bytes; short texts are found by one number.
#[derive(Default)]
struct Known {
    short: Table,
    long: [HashMap<Box<[u8]>, Entry>; Namespace::ALL.len()],
}

impl Known {
    fn get(&self, namespace: Namespace, bytes: &[u8]) -> Option<Entry> {
        match bytes.len() {
            ..=SHORT => self.short.get(prefix(namespace, bytes)),
            _ => self.long[namespace as usize].get(bytes).copied(),
        }
    }

    fn insert(&mut self, namespace: Namespace, bytes: &[u8], entry: Entry) {
        match bytes.len() {
            ..=SHORT => self.short.insert(prefix(namespace, bytes), entry),
            _ => {
                self.long[namespace as usize].insert(bytes.into(), entry);
            }
        }
    }
}

/// Long texts are pieces of identities, as are the prefixes, which their table wipes.
impl Drop for Known {
    fn drop(&mut self) {
        self.long.iter_mut().flat_map(HashMap::drain).for_each(|(mut text, _)| text.zeroize());
    }
}

/// A map from prefixes by open addressing. Unlike the standard map it can wipe its keys where they lie: when it is dropped,
/// and what it leaves behind when it grows.
#[derive(Default)]
struct Table {
    /// A power of two of them, at most half in use.
    slots: Zeroizing<Vec<Slot>>,
    used: usize,
}

/// A prefix, never zero, and what it leads to.
#[derive(Clone, Copy, Default, Zeroize)]
struct Slot {
    prefix: u128,
    entry: Entry,
}

impl Table {
    fn get(&self, prefix: u128) -> Option<Entry> {
        let slot = self.slots.get(self.place(prefix)?)?;
        (slot.prefix == prefix).then_some(slot.entry)
    }

    fn insert(&mut self, prefix: u128, entry: Entry) {
        if 2 * (self.used + 1) > self.slots.len() {
            let larger = Zeroizing::new(vec![Slot::default(); (2 * self.slots.len()).max(1024)]);
            let smaller = std::mem::replace(&mut self.slots, larger);
            for slot in smaller.iter().filter(|slot| slot.prefix != 0) {
                self.put(*slot);
            }
        }
        self.put(Slot { prefix, entry });
        self.used += 1;
    }

    fn put(&mut self, slot: Slot) {
        if let Some(place) = self.place(slot.prefix) {
            self.slots[place] = slot;
        }
    }

    /// Where the prefix is, or the free slot in which it would be.
    fn place(&self, prefix: u128) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = mix(prefix) as usize & mask;
        while self.slots[at].prefix != prefix && self.slots[at].prefix != 0 {
            at = (at + 1) & mask;
        }
        Some(at)
    }
}

/// Hash of a prefix: a multiplication. Chosen collisions cost time only, to whoever chose them.
fn mix(prefix: u128) -> u64 {
    const ODD: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
    let folded = prefix as u64 ^ ((prefix >> 64) as u64).rotate_left(29);
    let product = u128::from(folded).wrapping_mul(ODD);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Secret;
    use crate::protocol::FieldKind;
    use crate::records::{BirthDate, Record, Value};

    fn keys() -> PositionKeys {
        PositionKeys::derive(&Secret::from_bytes(&[7; 32]).expect("32 bytes"), 1024, 20)
    }

    /// The definition: every token of the record hashed anew.
    fn by_definition(keys: &PositionKeys, fields: &[FieldKind], record: &Record) -> Vec<u64> {
        let (mut set, mut positions, mut inner) = (TokenSet::default(), Vec::new(), vec![0; 16]);
        set.collect(fields, record);
        for token in set.tokens() {
            keys.positions(token.namespace, set.bytes(token), keys.count(token.weight.into()), &mut positions);
            positions.iter().for_each(|at| inner[usize::from(*at) / 64] |= 1u64 << (at % 64));
        }
        inner
    }

    #[test]
    fn what_is_remembered_is_what_is_computed() {
        let (keys, mut masks) = (keys(), Masks::new(16));
        let names = ["ANNA", "MUHAMMAD", "A-NAME-LONGER-THAN-THE-PREFIX", "ANNE", "A"];
        let date = BirthDate { year: Some(1980), month: Some(4), day: Some(17) };
        for _ in 0..3 {
            for name in names {
                for (kind, namespace) in
                    [(FieldKind::PersonName, Namespace::Name), (FieldKind::Place, Namespace::Place)]
                {
                    let mut inner = vec![0; 16];
                    masks.add(&keys, Piece::Part(namespace, name), &mut inner);
                    let record = Record { values: vec![Value::Parts(vec![name.to_owned()])] };
                    assert!(inner == by_definition(&keys, &[kind], &record), "{name}");
                }
            }
            let mut inner = vec![0; 16];
            assert_eq!(masks.add(&keys, Piece::Date(date), &mut inner), 6);
            let record = Record { values: vec![Value::Date(date)] };
            assert!(inner == by_definition(&keys, &[FieldKind::BirthDate], &record));
        }
        assert_eq!(masks.count, 2 * names.len() + 1);
    }

    #[test]
    fn a_date_and_a_postcode_of_the_same_bytes_are_two_values() {
        let (keys, mut masks) = (keys(), Masks::new(16));
        let (mut one, mut other) = (vec![0; 16], vec![0; 16]);
        let date = BirthDate { year: Some(0x3132), month: Some(0x33), day: Some(0x34) };
        masks.add(&keys, Piece::Date(date), &mut one);
        masks.add(&keys, Piece::Postcode("1234"), &mut other);
        assert!(one != other && masks.count == 2);
    }
}
