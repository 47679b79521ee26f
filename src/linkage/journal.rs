//! Finished bands of a comparison, so that one that was killed goes on where it was.
//!
//! A comparison of a million by a million takes minutes, of ten million by ten million hours. [`search`](super::search())
//! hands every band of rows to a [`Journal`] as soon as it is done, and asks it beforehand for bands that an earlier attempt
//! left. Which bands were computed when, and by whom, does not show in the outcome.
//!
//! A band is worth something for one comparison only. Its *identity* is a digest of what decides the candidates: the Merkle
//! roots of both lists and what is looked for. A band of another comparison, or a damaged one, is never taken.
//!
//! ```text
//! "symbolon/v1/bands" ‖ identity ‖ bands … ‖ SHA-256 of all before
//! band = number, bounded, pairs (u32 each) ‖ pairs × (row u32, record u32, score u16), all little-endian
//! ```

use super::{Pair, Score};
use crate::primitives::Digest;

const MAGIC: &[u8] = b"symbolon/v1/bands";
const HASH: usize = 32;

/// The candidates of one band of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowBand {
    /// Which band, from the first row.
    pub number: u32,
    /// Its candidates, in the order of a search.
    pub pairs: Vec<Pair>,
    /// Rows that had more candidates than were kept.
    pub bounded: u32,
}

/// Where finished bands are kept.
pub trait Journal: Sync {
    /// Bands that an earlier attempt at the comparison of this identity has finished, in any order.
    fn finished(&self, identity: &Digest) -> Vec<RowBand>;
    /// Takes a finished band, from any thread.
    fn keep(&self, identity: &Digest, band: &RowBand);
}

/// Keeps nothing.
impl Journal for () {
    fn finished(&self, _: &Digest) -> Vec<RowBand> {
        Vec::new()
    }

    fn keep(&self, _: &Digest, _: &RowBand) {}
}

/// Bands as bytes, with a digest behind.
pub fn to_bytes(identity: &Digest, bands: &[RowBand]) -> Vec<u8> {
    let mut bytes = [MAGIC, &identity.0].concat();
    for band in bands {
        for number in [band.number, band.bounded, band.pairs.len() as u32] {
            bytes.extend(number.to_le_bytes());
        }
        for pair in &band.pairs {
            bytes.extend(pair.a.to_le_bytes());
            bytes.extend(pair.b.to_le_bytes());
            bytes.extend(pair.score.0.to_le_bytes());
        }
    }
    bytes.extend(Digest::of(&bytes).0);
    bytes
}

/// The bands in these bytes; `None` if they are of another comparison, or damaged.
pub fn from_bytes(identity: &Digest, bytes: &[u8]) -> Option<Vec<RowBand>> {
    let (bytes, digest) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
    if Digest::of(bytes).0 != *digest {
        return None;
    }
    let mut rest = bytes.strip_prefix(MAGIC)?.strip_prefix(&identity.0)?;
    let mut bands = Vec::new();
    while !rest.is_empty() {
        let [number, bounded, count] = [take(&mut rest)?, take(&mut rest)?, take(&mut rest)?].map(u32::from_le_bytes);
        let pairs = (0..count).map(|_| {
            let [a, b] = [take(&mut rest)?, take(&mut rest)?].map(u32::from_le_bytes);
            Some(Pair { a, b, score: Score(u16::from_le_bytes(take(&mut rest)?)) })
        });
        bands.push(RowBand { number, pairs: pairs.collect::<Option<_>>()?, bounded });
    }
    Some(bands)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bands() -> Vec<RowBand> {
        let pair = |a, b, score| Pair { a, b, score: Score(score) };
        vec![
            RowBand { number: 7, pairs: vec![pair(3_600, 0, 900), pair(3_601, u32::MAX, 1)], bounded: 1 },
            RowBand { number: 0, pairs: vec![], bounded: 0 },
        ]
    }

    #[test]
    fn bands_come_back_as_they_were() {
        let identity = Digest::of(b"this");
        for bands in [bands(), vec![]] {
            assert_eq!(from_bytes(&identity, &to_bytes(&identity, &bands)), Some(bands));
        }
    }

    #[test]
    fn bands_of_another_comparison_and_damaged_ones_are_not_taken() {
        let identity = Digest::of(b"this");
        let bytes = to_bytes(&identity, &bands());
        assert_eq!(from_bytes(&Digest::of(b"that"), &bytes), None);
        for place in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1;
            assert_eq!(from_bytes(&identity, &flipped), None, "byte {place}");
            assert_eq!(from_bytes(&identity, &bytes[..place]), None, "cut at {place}");
        }
    }
}
