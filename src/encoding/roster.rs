//! Rosters: how much a list changed, without what is in it.
//!
//! Each record chooses one of 1024 bits by its typed values, under a key of its agency's own that is the same in every run of an
//! agreement; all records together flip their bits in a mask under the same key. Two such sketches differ in at most as many
//! bits as the lists differ in records; one alone is coin tosses to whoever lacks the key. A record that is corrected counts as two.

use std::fmt;

use zeroize::Zeroizing;

use crate::primitives::{MacKey, Secret};
use crate::records::{Record, Value};

/// Words of a sketch: 1024 bits.
pub const SKETCH_WORDS: usize = 16;

/// The key by which records choose bits.
pub struct Roster(MacKey);

impl Roster {
    /// A roster under an agency's own secret for one agreement.
    pub fn new(secret: &Secret) -> Self {
        Self(secret.mac_key())
    }

    /// The sketch of no record: the mask.
    pub(super) fn empty(&self) -> [u64; SKETCH_WORDS] {
        let mut words = [0; SKETCH_WORDS];
        for (block, words) in words.chunks_exact_mut(4).enumerate() {
            let mac = self.0.mac(&[b"mask", &[block as u8]]);
            for (word, bytes) in words.iter_mut().zip(mac.as_chunks::<8>().0) {
                *word = u64::from_le_bytes(*bytes);
            }
        }
        words
    }

    /// The bit of a record.
    pub(super) fn bit(&self, record: &Record) -> u16 {
        let mut text = Zeroizing::new(Vec::with_capacity(128));
        for value in &record.values {
            put(value, &mut text);
        }
        let mac = self.0.mac(&[b"record", &text]);
        u16::from_be_bytes([mac[0], mac[1]]) % (SKETCH_WORDS as u16 * 64)
    }
}

/// Flips a bit of a sketch.
pub(super) fn flip(sketch: &mut [u64; SKETCH_WORDS], bit: u16) {
    sketch[usize::from(bit) / 64] ^= 1 << (bit % 64);
}

/// One text for each value, none the beginning of another.
fn put(value: &Value, text: &mut Vec<u8>) {
    let mut part = |bytes: &[u8]| {
        text.extend((bytes.len() as u32).to_be_bytes());
        text.extend(bytes);
    };
    match value {
        Value::Missing => part(b"-"),
        Value::Parts(parts) => {
            part(b"parts");
            part(&(parts.len() as u32).to_be_bytes());
            parts.iter().for_each(|each| part(each.as_bytes()));
        }
        Value::Date(date) => {
            part(b"date");
            part(&date.year.unwrap_or(0).to_be_bytes());
            part(&[date.month.unwrap_or(0), date.day.unwrap_or(0)]);
        }
        Value::Text(one) => {
            part(b"text");
            part(one.as_bytes());
        }
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roster").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Entropy;

    fn roster(seed: u64) -> Roster {
        Roster::new(&Secret::generate(&mut Entropy::seeded(seed)))
    }

    fn person(number: usize) -> Record {
        Record { values: vec![Value::Parts(vec!["BADOR".to_owned(), format!("KEL{number}")]), Value::Missing] }
    }

    fn sketch(roster: &Roster, people: impl Iterator<Item = usize>) -> [u64; SKETCH_WORDS] {
        let mut sketch = roster.empty();
        people.for_each(|number| flip(&mut sketch, roster.bit(&person(number))));
        sketch
    }

    fn differ(one: [u64; SKETCH_WORDS], other: [u64; SKETCH_WORDS]) -> u32 {
        one.iter().zip(other).map(|(one, other)| (one ^ other).count_ones()).sum()
    }

    #[test]
    fn sketches_differ_by_as_much_as_lists_and_a_few_collisions() {
        let roster = roster(1);
        let before = sketch(&roster, 0..5_000);
        assert_eq!(differ(before, sketch(&roster, (0..5_000).rev())), 0);
        for more in [1, 2, 5, 24] {
            let found = differ(before, sketch(&roster, 0..5_000 + more));
            assert!(
                found <= more as u32 && found % 2 == more as u32 % 2 && found + 4 >= more as u32,
                "{more}: {found}"
            );
        }
        assert!(differ(before, sketch(&roster, 0..5_100)) > 60);
        assert!((450..574).contains(&differ(before, sketch(&roster, 5_000..12_000))));
    }

    #[test]
    fn a_sketch_alone_is_coin_tosses_even_of_one_record() {
        let of = |seed, people| differ(sketch(&roster(seed), 0..people), [0; SKETCH_WORDS]);
        assert!((2..40).all(|seed| (430..594).contains(&of(seed, 1))));
        // Two agencies, or one under two agreements: nothing in common.
        assert!((450..574).contains(&differ(sketch(&roster(7), 0..50), sketch(&roster(8), 0..50))));
    }

    #[test]
    fn no_two_records_have_one_text() {
        let parts = |list: &[&str]| Value::Parts(list.iter().map(|part| (*part).to_owned()).collect());
        let records = [
            vec![parts(&["AB", "C"])],
            vec![parts(&["A", "BC"])],
            vec![parts(&["ABC"])],
            vec![Value::Text("ABC".to_owned())],
            vec![Value::Missing, parts(&["ABC"])],
            vec![parts(&["ABC"]), Value::Missing],
        ];
        let texts: std::collections::HashSet<Vec<u8>> = records
            .iter()
            .map(|values| {
                let mut text = Vec::new();
                values.iter().for_each(|value| put(value, &mut text));
                text
            })
            .collect();
        assert_eq!(texts.len(), records.len());
    }
}
