//! Encodings as the kernel reads them.
//!
//! [`Encodings`] holds one side once, in the kernel's order: 64 records a block, word after word, the 64 records side by side
//! ([`Lanes`]), so that one vector instruction works on several records and none has to be summed across. The rows of a tile are
//! copied out as they are needed, a few kilobytes at a time.
//!
//! Invariants
//! - Every row has `⌈length / 64⌉` words, and bits past the length are zero.
//! - A side has at most [`MAX_RECORDS`] records, so that an index fits `u32`.
//! - Lanes past the last record hold zeros; [`Encodings::filled`] says how many are real.
//! - Every segment but the last has [`SEGMENT`] blocks.

use std::fmt;
use std::ops::Range;

use super::LinkageError;

/// Longest encoding in bits.
pub const MAX_LENGTH: u16 = 4096;
/// Most records one side may have.
pub const MAX_RECORDS: usize = u32::MAX as usize;
/// Records a block: the widest plain loop that LLVM keeps in vectors (with 8 or 32 it unrolls into scalar code).
pub(crate) const LANES: usize = 64;

/// Blocks of a segment: 65,536 records. Rows are given back segment by segment while they are re-ordered.
const SEGMENT: usize = 1024;

/// Encodings of one side (bit `i` of an encoding is bit `i % 64` of word `i / 64`), all of one length.
pub struct Encodings {
    length: u16,
    words_per: usize,
    records: usize,
    segments: Vec<Vec<Lanes>>,
}

impl Encodings {
    /// Takes the rows one after another, and gives their memory back as it goes: a side is never held twice.
    ///
    /// # Errors
    ///
    /// Refuses a length of zero or above [`MAX_LENGTH`], words that do not make whole rows, bits past the length, and
    /// more than [`MAX_RECORDS`] rows.
    pub fn new(length_bits: u16, mut words: Vec<u64>) -> Result<Self, LinkageError> {
        if length_bits == 0 || length_bits > MAX_LENGTH {
            return Err(LinkageError::Length { length: length_bits });
        }
        let words_per = usize::from(length_bits).div_ceil(64);
        if !words.len().is_multiple_of(words_per) {
            return Err(LinkageError::Ragged { words: words.len(), words_per });
        }
        let records = words.len() / words_per;
        if records > MAX_RECORDS {
            return Err(LinkageError::TooMany { records });
        }
        let spare = words_per * 64 - usize::from(length_bits);
        let past_length = !(u64::MAX >> spare);
        if let Some(row) = words.chunks_exact(words_per).position(|row| row[words_per - 1] & past_length != 0) {
            return Err(LinkageError::StrayBits { row });
        }
        let mut segments = Vec::with_capacity(records.div_ceil(SEGMENT * LANES));
        for first in (0..records).step_by(SEGMENT * LANES).rev() {
            segments.push(in_lanes(&words[first * words_per..], words_per));
            words.truncate(first * words_per);
            words.shrink_to_fit();
        }
        segments.reverse();
        Ok(Self { length: length_bits, words_per, records, segments })
    }

    /// Number of records of this side.
    pub fn len(&self) -> usize {
        self.records
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Bits of one encoding: a multiple of 64.
    pub fn length(&self) -> u16 {
        self.length
    }

    /// The words of record `i`.
    ///
    /// # Panics
    ///
    /// If there is no record `i`.
    pub fn row(&self, i: usize) -> Vec<u64> {
        self.rows(i..i + 1)
    }

    /// The first `records` records, or all if there are fewer.
    pub(crate) fn first(&self, records: usize) -> Result<Self, LinkageError> {
        Self::new(self.length, self.rows(0..records.min(self.records)))
    }

    /// Words of one encoding.
    pub(crate) fn words_per(&self) -> usize {
        self.words_per
    }

    /// A copy of the words of the records in `range`, one record after another.
    pub(crate) fn rows(&self, range: Range<usize>) -> Vec<u64> {
        assert!(range.end <= self.records, "there are {} records", self.records);
        let mut rows = Vec::with_capacity(range.len() * self.words_per);
        for record in range {
            let block = self.block(record / LANES);
            rows.extend(block.iter().map(|lanes| lanes.0[record % LANES]));
        }
        rows
    }

    /// Number of blocks.
    pub(crate) fn blocks(&self) -> usize {
        self.records.div_ceil(LANES)
    }

    /// The words of block `i`.
    pub(crate) fn block(&self, i: usize) -> &[Lanes] {
        &self.segments[i / SEGMENT][i % SEGMENT * self.words_per..][..self.words_per]
    }

    /// All blocks in their order, at most `most` at a time, with the number of the first.
    pub(crate) fn stretches(&self, most: usize) -> impl Iterator<Item = (usize, &[Lanes])> {
        self.segments.iter().enumerate().flat_map(move |(segment, lanes)| {
            let stretches = lanes.chunks(most * self.words_per).enumerate();
            stretches.map(move |(i, stretch)| (segment * SEGMENT + i * most, stretch))
        })
    }

    /// How many lanes of block `i` are records.
    pub(crate) fn filled(&self, i: usize) -> usize {
        (self.records - i * LANES).min(LANES)
    }

    /// Number of ones in every encoding; at most [`MAX_LENGTH`], so it fits.
    pub(crate) fn ones(&self) -> Vec<u16> {
        let of_block = |block: usize| {
            let mut ones = [0_u16; LANES];
            for lanes in self.block(block) {
                ones.iter_mut().zip(&lanes.0).for_each(|(ones, word)| *ones += word.count_ones() as u16);
            }
            ones.into_iter().take(self.filled(block))
        };
        (0..self.blocks()).flat_map(of_block).collect()
    }
}

/// An encoding is personal data at the operator too: counts only.
impl fmt::Debug for Encodings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encodings").field("length", &self.length).field("records", &self.len()).finish_non_exhaustive()
    }
}

/// One word of 64 records, side by side.
#[derive(Clone)]
#[repr(align(64))]
pub(crate) struct Lanes(pub(crate) [u64; LANES]);

/// Rows in the kernel's order: the same words, each moved once.
fn in_lanes(rows: &[u64], words_per: usize) -> Vec<Lanes> {
    let records = rows.len() / words_per;
    let mut lanes = vec![Lanes([0; LANES]); records.div_ceil(LANES) * words_per];
    for (record, row) in rows.chunks_exact(words_per).enumerate() {
        let block = &mut lanes[record / LANES * words_per..][..words_per];
        for (lane, &word) in block.iter_mut().zip(row) {
            lane.0[record % LANES] = word;
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_out_of_range_is_refused() {
        assert!(matches!(Encodings::new(0, vec![]), Err(LinkageError::Length { length: 0 })));
        assert!(matches!(Encodings::new(4097, vec![]), Err(LinkageError::Length { length: 4097 })));
    }

    #[test]
    fn words_that_make_no_whole_rows_are_refused() {
        assert!(matches!(Encodings::new(128, vec![0; 3]), Err(LinkageError::Ragged { words: 3, words_per: 2 })));
    }

    #[test]
    fn bits_past_the_length_are_refused_and_named_by_row() {
        assert!(Encodings::new(65, vec![u64::MAX, 1]).is_ok());
        assert!(matches!(Encodings::new(65, vec![0, 1, 0, 2]), Err(LinkageError::StrayBits { row: 1 })));
    }

    #[test]
    fn debug_text_shows_no_bits() {
        let side = Encodings::new(64, vec![0xDEAD_BEEF]).unwrap();
        assert_eq!(format!("{side:?}"), "Encodings { length: 64, records: 1, .. }");
    }

    #[test]
    fn blocks_hold_every_word_at_its_lane_and_zeros_behind() {
        let words: Vec<u64> = (1..=130).collect();
        let side = Encodings::new(128, words.clone()).unwrap();
        assert_eq!((side.blocks(), side.filled(0), side.filled(1)), (2, 64, 1));
        assert_eq!((side.block(0)[0].0[63], side.block(0)[1].0[63]), (127, 128));
        assert_eq!((side.block(1)[0].0[0], side.block(1)[1].0[0]), (129, 130));
        assert!(side.block(1).iter().all(|lanes| lanes.0[1..].iter().all(|&word| word == 0)));
        assert_eq!((side.rows(0..65), side.row(63)), (words, vec![127, 128]));
    }

    #[test]
    fn rows_and_stretches_pass_from_segment_to_segment() {
        let records = 2 * SEGMENT * LANES + 3;
        let side = Encodings::new(64, (0..records as u64).collect()).unwrap();
        assert_eq!(side.segments.len(), 3);
        let across = SEGMENT * LANES - 2..SEGMENT * LANES + 2;
        assert_eq!(side.rows(across.clone()), across.map(|word| word as u64).collect::<Vec<_>>());
        let mut blocks = 0;
        for (first, stretch) in side.stretches(15) {
            assert_eq!((first, stretch[0].0[0]), (blocks, (blocks * LANES) as u64));
            blocks += stretch.len();
        }
        assert_eq!(blocks, side.blocks());
        let ones = side.ones();
        assert!(ones.len() == records && (0..records).step_by(997).all(|i| u32::from(ones[i]) == i.count_ones()));
    }
}
