//! Sizes of lists, and how much two lists of one agency differ: what a commitment says of a list without saying what is in it.
//!
//! - **Size classes.** Four a doubling: 48, 56, 64, 80, 96, 112, 128, 160 … A list is padded with dummies to the next class, so that nobody
//!   outside its agency sees the exact number: at most a fifth of the rows are dummies. Dummies never count towards a minimum.
//! - **Sketches.** Every record flips one of 1024 bits, which a key of the agency's own chooses by its content, the same in every run of an
//!   agreement. All bits are masked besides, always in the same way. So one sketch is coin tosses to everybody else, and two sketches
//!   of one agency differ in at most as many bits as the lists differ in records (the odd sketch of Mitzenmacher, Pagh and
//!   Pham, 2014). Dummies take no part.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::rows::KEY_BYTES;
use crate::agreement::Schema;
use crate::{note, primitives};

/// Words of a sketch.
pub(crate) const SKETCH_WORDS: usize = 16;

/// The smallest size class that holds so many records.
pub fn size_class(records: u64) -> u64 {
    if records <= 4 {
        return records;
    }
    let step = 1u64 << (63 - (records - 1).leading_zeros()).saturating_sub(2);
    records.div_ceil(step) * step
}

/// Bytes of a row of a parcel: handle, encoding, keys.
pub(crate) fn row_bytes(schema: &Schema) -> u64 {
    16 + u64::from(schema.encoding.length / 8) + (schema.exact_fields().count() * KEY_BYTES) as u64
}

/// The most bytes that a table of so many rows of `width` bytes can have: headers of pages, of which one holds hundreds of rows, and a
/// footer that grows by the row group.
pub(crate) fn most_table_bytes(rows: u64, width: u64) -> u64 {
    rows.saturating_mul(width).saturating_add(rows / 8).saturating_add(1 << 20)
}

/// The most bytes that a sealed file of such a table can have: the manifest, age's header, and 16 bytes for each 64 KiB.
pub(crate) fn most_file_bytes(rows: u64, width: u64) -> u64 {
    let table = most_table_bytes(rows, width);
    table.saturating_add(table / 4096).saturating_add(1 << 14).saturating_add(note::MAX_BYTES as u64)
}

/// What a list looks like to who may only know how much it changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sketch(pub [u64; SKETCH_WORDS]);

impl Sketch {
    /// In how many bits two sketches of one agency differ: at most the number of records by which the lists differ.
    pub fn differs(&self, other: &Self) -> u32 {
        self.0.iter().zip(other.0).map(|(one, other)| (one ^ other).count_ones()).sum()
    }
}

impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sketch").finish_non_exhaustive()
    }
}

impl Serialize for Sketch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        serializer.serialize_str(&primitives::hex(&bytes))
    }
}

impl<'de> Deserialize<'de> for Sketch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let malformed = || serde::de::Error::custom("a sketch is 256 hexadecimal digits in small letters");
        let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != SKETCH_WORDS * 16 || !digits {
            return Err(malformed());
        }
        let mut words = [0; SKETCH_WORDS];
        for (word, digits) in words.iter_mut().zip(text.as_bytes().chunks_exact(16)) {
            let digits = std::str::from_utf8(digits).map_err(|_| malformed())?;
            *word = u64::from_str_radix(digits, 16).map_err(|_| malformed())?.swap_bytes();
        }
        Ok(Self(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_its_records_and_at_most_a_fifth_of_it_are_dummies() {
        let mut classes = Vec::new();
        for records in 1..20_000_u64 {
            let class = size_class(records);
            assert!(class >= records && (class - records) * 5 <= class, "{records} in {class}");
            assert_eq!(size_class(class), class);
            if classes.last() != Some(&class) {
                classes.push(class);
            }
        }
        assert!(classes.starts_with(&[1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40]));
        assert_eq!(size_class(50), 56);
        assert_eq!(size_class(10_000_000), 10_485_760);
        // Four classes a doubling, whatever the size.
        assert_eq!(classes.iter().filter(|c| (1 << 12..1 << 13).contains(*c)).count(), 4);
    }

    #[test]
    fn a_file_may_be_as_large_as_its_rows_need_and_hardly_larger() {
        // 320 rows of 1024 bits: two mebibytes, not the gibibytes that somebody could put there.
        assert!(most_file_bytes(320, 160) < 5 << 19);
        // Ten million rows of 4096 bits and three keys need 5.7 GB; the bound is within a hundredth.
        let (rows, width) = (10_485_760, 16 + 512 + 48);
        let bytes = rows * width;
        assert!((bytes..bytes + bytes / 100).contains(&most_file_bytes(rows, width)));
        assert_eq!(most_file_bytes(u64::MAX, 160), u64::MAX);
    }

    #[test]
    fn a_sketch_reads_back_and_counts_differences() {
        #[derive(Serialize, Deserialize)]
        struct Holder {
            sketch: Sketch,
        }
        let mut one = Sketch([0x0123_4567_89ab_cdef; SKETCH_WORDS]);
        let text = toml::to_string(&Holder { sketch: one }).expect("a text");
        assert!(text.contains("efcdab8967452301"));
        assert_eq!(toml::from_str::<Holder>(&text).expect("the same").sketch, one);
        for bad in [text.replace("ef", "EF"), text.replace("ef", ""), text.replace("ef", "+f")] {
            assert!(toml::from_str::<Holder>(&bad).is_err(), "{bad}");
        }
        let other = one;
        one.0[3] ^= 0b101;
        one.0[15] ^= 1 << 63;
        assert_eq!((one.differs(&other), other.differs(&other)), (3, 0));
    }
}
