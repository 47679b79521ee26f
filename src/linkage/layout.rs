//! Encodings as they arrive and as the kernel reads them.
//!
//! [`Encodings`] keeps the rows of one side one after another. [`Blocks`] is the same side re-ordered for the kernel:
//! 64 records a block, word after word, the 64 records side by side ([`Lanes`]), so that one vector instruction works
//! on several records and none has to be summed across.
//!
//! Invariants
//! - Every row has `⌈length / 64⌉` words, and bits past the length are zero.
//! - A side has at most [`MAX_RECORDS`] records, so that an index fits `u32`.
//! - Lanes past the last record hold zeros; [`Blocks::filled`] says how many are real.

use std::fmt;
use std::ops::Range;

use super::LinkageError;

/// Longest encoding in bits.
pub const MAX_LENGTH: u16 = 4096;
/// Most records one side may have.
pub const MAX_RECORDS: usize = u32::MAX as usize;
/// Records a block: the widest plain loop that LLVM keeps in vectors (with 8 or 32 it unrolls into scalar code).
pub(crate) const LANES: usize = 64;

/// Encodings of one side: row-major words (bit `i` of an encoding is bit `i % 64` of word `i / 64`), all of one length.
pub struct Encodings {
    length: u16,
    words_per: usize,
    words: Vec<u64>,
}

impl Encodings {
    /// Takes the rows one after another.
    ///
    /// # Errors
    ///
    /// Refuses a length of zero or above [`MAX_LENGTH`], words that do not make whole rows, bits past the length, and
    /// more than [`MAX_RECORDS`] rows.
    pub fn new(length_bits: u16, words: Vec<u64>) -> Result<Self, LinkageError> {
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
        Ok(Self { length: length_bits, words_per, words })
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.words.len() / self.words_per
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Bits of one encoding.
    pub fn length(&self) -> u16 {
        self.length
    }

    /// The words of record `i`.
    ///
    /// # Panics
    ///
    /// If there is no record `i`.
    pub fn row(&self, i: usize) -> &[u64] {
        &self.words[i * self.words_per..][..self.words_per]
    }

    /// Words of one encoding.
    pub(crate) fn words_per(&self) -> usize {
        self.words_per
    }

    /// The words of the records in `range`, one after another.
    pub(crate) fn rows(&self, range: Range<usize>) -> &[u64] {
        &self.words[range.start * self.words_per..range.end * self.words_per]
    }

    /// Number of ones in every encoding.
    pub(crate) fn ones(&self) -> Vec<u16> {
        self.words.chunks_exact(self.words_per).map(ones).collect()
    }
}

/// An encoding is personal data at the operator too: counts only.
impl fmt::Debug for Encodings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encodings").field("length", &self.length).field("records", &self.len()).finish_non_exhaustive()
    }
}

/// Number of ones in one encoding; at most [`MAX_LENGTH`], so it fits.
fn ones(row: &[u64]) -> u16 {
    row.iter().map(|word| word.count_ones() as u16).sum()
}

/// One word of 64 records, side by side.
#[derive(Clone)]
#[repr(align(64))]
pub(crate) struct Lanes(pub(crate) [u64; LANES]);

/// One side in blocks of 64 records.
pub(crate) struct Blocks {
    records: usize,
    words_per: usize,
    lanes: Vec<Lanes>,
}

impl Blocks {
    /// Re-orders a side: the same words, each moved once.
    pub(crate) fn new(side: &Encodings) -> Self {
        let words_per = side.words_per();
        let mut lanes = vec![Lanes([0; LANES]); side.len().div_ceil(LANES) * words_per];
        for record in 0..side.len() {
            let block = &mut lanes[record / LANES * words_per..][..words_per];
            for (lane, &word) in block.iter_mut().zip(side.row(record)) {
                lane.0[record % LANES] = word;
            }
        }
        Self { records: side.len(), words_per, lanes }
    }

    /// Number of blocks.
    pub(crate) fn len(&self) -> usize {
        self.records.div_ceil(LANES)
    }

    /// The words of some blocks, one block after another.
    pub(crate) fn stretch(&self, blocks: Range<usize>) -> &[Lanes] {
        &self.lanes[blocks.start * self.words_per..blocks.end * self.words_per]
    }

    /// How many lanes of block `i` are records.
    pub(crate) fn filled(&self, i: usize) -> usize {
        (self.records - i * LANES).min(LANES)
    }
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
        let blocks = Blocks::new(&Encodings::new(128, words).unwrap());
        assert_eq!((blocks.len(), blocks.filled(0), blocks.filled(1)), (2, 64, 1));
        assert_eq!((blocks.stretch(0..1)[0].0[63], blocks.stretch(0..1)[1].0[63]), (127, 128));
        assert_eq!((blocks.stretch(1..2)[0].0[0], blocks.stretch(1..2)[1].0[0]), (129, 130));
        assert!(blocks.stretch(1..2).iter().all(|lanes| lanes.0[1..].iter().all(|&word| word == 0)));
    }
}
