//! Encoded records: what can be sealed, and has no other way out.

use std::fmt;

use rayon::prelude::*;
use zeroize::Zeroizing;

use super::roster::{SKETCH_WORDS, flip};
use super::{Encoder, Tags};
use crate::primitives::Entropy;
use crate::records::{Record, ScreenedRecords};

/// Encodings of one list for one partner, sorted by handle: the order of the file is gone, and dummies look like the rest.
pub struct EncodedRecords {
    pub(crate) length: u16,
    pub(crate) exact: usize,
    pub(crate) handles: Vec<[u8; 16]>,
    pub(crate) words: Vec<u64>,
    pub(crate) keys: Vec<[u8; 16]>,
    /// Rows that stand for records; the others are dummies.
    pub(crate) records: usize,
    /// The sketch of the list; zeros where the encoder has no roster.
    pub(crate) sketch: [u64; SKETCH_WORDS],
}

/// Which record each handle stands for: stays in the agency's home.
pub struct HandleMap {
    /// Records, sorted by handle.
    pub entries: Vec<HandleEntry>,
    /// Handles of dummies, sorted: they stand for nobody.
    pub dummies: Vec<[u8; 16]>,
    /// Row numbers of records that were left out: too few tokens, and no identifier to compare by.
    pub left_out: Vec<u64>,
    /// Records that have too few tokens and are compared by their identifiers alone.
    pub identifiers_only: usize,
}

/// What one handle stands for.
#[derive(Clone, Copy)]
pub struct HandleEntry {
    /// Random id of the record in this run.
    pub handle: [u8; 16],
    /// Number of the row in the file.
    pub row: u64,
    /// Place of the record among those that passed the screening.
    pub place: u32,
}

impl fmt::Debug for HandleEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandleEntry").finish_non_exhaustive()
    }
}

impl fmt::Debug for EncodedRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedRecords").field("rows", &self.handles.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for HandleMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandleMap").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

impl EncodedRecords {
    /// How the list looks to who compares it with an earlier one.
    pub fn sketch(&self) -> [u64; SKETCH_WORDS] {
        self.sketch
    }

    /// How many, dummies included.
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }
}

/// Encodes `records` once for each encoder, that is, for each partner; the records are gone afterwards.
///
/// A record with too few tokens but with an identifier gets random bits for its encoding, which agree with others as
/// strangers do. Missing identifiers become random tokens, and the tokens of a row are sorted: neither shows what is missing.
/// The list is padded to `size` of its length with dummies: random bits, random tokens, random handles.
pub fn encode(
    records: ScreenedRecords,
    encoders: &[Encoder],
    tags: &Tags,
    size: impl Fn(u64) -> u64,
    entropy: &mut Entropy,
) -> Vec<(EncodedRecords, HandleMap)> {
    /// Records that a thread takes at a time.
    const CHUNK: usize = 4096;
    let (all, rows) = (records.records(), records.rows());
    let tags: Vec<_> = (0..all.len()).into_par_iter().map(|at| tags.of(records.id(at))).collect();
    let of = |encoder: &Encoder| {
        let chunks = all.par_chunks(CHUNK).zip(rows.par_chunks(CHUNK));
        let parts = chunks.map(|(records, rows)| Raw::encode(encoder, records, rows)).collect();
        Raw::joined(parts, encoder, &tags, &size, entropy)
    };
    encoders.iter().map(of).collect()
}

/// Encodings of a part of a list, in the order of its rows, before handles.
pub(super) struct Raw {
    /// Row numbers in the file of all records of the part.
    rows: Vec<u64>,
    words: Vec<u64>,
    /// Whether the words of a record are its encoding.
    kept: Vec<bool>,
    /// Tokens of identifiers, and how many of them each record has.
    keys: Vec<[u8; 16]>,
    counts: Vec<u8>,
    /// The bit of each record in the sketch; none without a roster.
    bits: Vec<u16>,
}

impl Raw {
    /// Encodes records whose numbers in the file are `rows`.
    pub(super) fn encode(encoder: &Encoder, records: &[Record], rows: &[u64]) -> Self {
        let mut words = vec![0; records.len() * encoder.words()];
        let kept = encoder.encode_into(records, &mut words).into_iter().map(|result| result.is_ok()).collect();
        let (mut keys, mut counts) = (Vec::with_capacity(records.len() * encoder.exact_fields()), Vec::new());
        if encoder.exact_fields() > 0 {
            counts.extend(records.iter().map(|record| encoder.add_exact_keys(record, &mut keys)));
        } else {
            counts.resize(records.len(), 0);
        }
        let bits = match &encoder.roster {
            Some(roster) => records.iter().map(|record| roster.bit(record)).collect(),
            None => Vec::new(),
        };
        Self { rows: rows.to_vec(), words, kept, keys, counts, bits }
    }

    /// So many dummies: nothing but random values, and no row of any file.
    fn dummies(count: usize, stride: usize, exact: usize, random: &mut Random<'_>) -> Self {
        Self {
            rows: Vec::new(),
            words: (0..count * stride).map(|_| u64::from_le_bytes(random.next())).collect(),
            kept: vec![true; count],
            keys: (0..count * exact).map(|_| random.next()).collect(),
            counts: vec![exact as u8; count],
            bits: Vec::new(),
        }
    }

    /// The list that these parts are, in their order, with a tag for each record, padded to its size class: sorted by fresh handles.
    pub(super) fn joined(
        parts: Vec<Self>,
        encoder: &Encoder,
        tags: &[[u8; 8]],
        size: impl Fn(u64) -> u64,
        entropy: &mut Entropy,
    ) -> (EncodedRecords, HandleMap) {
        let (stride, exact) = (encoder.words(), encoder.exact_fields());
        let mut random = Random { entropy, bytes: Zeroizing::new(vec![0; 1 << 16]), used: 1 << 16 };
        let mut order = Vec::with_capacity(parts.iter().map(|part| part.rows.len()).sum());
        let mut keys = Vec::with_capacity(order.capacity() * exact);
        let (mut left_out, mut identifiers_only) = (Vec::new(), 0);
        let (mut parts, mut before) = (parts, 0);
        let mut sketch = encoder.roster.as_ref().map_or([0; SKETCH_WORDS], super::Roster::empty);
        for (of, part) in parts.iter_mut().enumerate() {
            let mut found = part.keys.iter();
            for (at, count) in part.counts.iter().enumerate() {
                let own = keys.len();
                keys.extend(found.by_ref().take(usize::from(*count)).copied());
                keys.resize_with(own + exact, || random.next());
                keys[own..].sort_unstable();
                if !part.kept[at] && *count == 0 {
                    left_out.push(part.rows[at]);
                    continue;
                }
                if !part.kept[at] {
                    identifiers_only += 1;
                    part.words[at * stride..][..stride].fill_with(|| u64::from_le_bytes(random.next()));
                }
                if let Some(bit) = part.bits.get(at) {
                    flip(&mut sketch, *bit);
                }
                // The half that is drawn; the other half follows from it and the tag.
                let handle = u128::from(u64::from_be_bytes(random.next()));
                order.push(Place { handle, part: of as u32, at: at as u32, before });
            }
            before += part.rows.len() as u32;
        }
        let records = order.len();
        let count = (size(records as u64) as usize).saturating_sub(records);
        let mut dummies = Self::dummies(count, stride, exact, &mut random);
        for at in 0..count {
            dummies.keys[at * exact..][..exact].sort_unstable();
            keys.extend_from_slice(&dummies.keys[at * exact..][..exact]);
        }
        order.par_iter_mut().for_each(|place| {
            let handle = encoder.mask().handle(tags[place.place()], (place.handle as u64).to_be_bytes());
            place.handle = u128::from_be_bytes(handle);
        });
        let mut drawn: Vec<[u8; 16]> = (0..count).map(|_| random.next()).collect();
        drawn.sort_unstable();
        let place = |(at, handle): (usize, &[u8; 16])| {
            let (handle, part) = (u128::from_be_bytes(*handle), parts.len() as u32);
            Place { handle, part, at: at as u32, before }
        };
        order.extend(drawn.iter().enumerate().map(place));
        parts.push(dummies);
        order.par_sort_unstable_by_key(|place| place.handle);
        let mut encoded = EncodedRecords {
            length: (stride * 64) as u16,
            exact,
            handles: order.par_iter().map(|place| place.handle.to_be_bytes()).collect(),
            words: vec![0; order.len() * stride],
            keys: vec![[0; 16]; order.len() * exact],
            records,
            sketch,
        };
        encoded.words.par_chunks_mut(stride).zip(&order).with_min_len(1024).for_each(|(words, place)| {
            words.copy_from_slice(&parts[place.part as usize].words[place.at as usize * stride..][..stride]);
        });
        if exact > 0 {
            encoded.keys.par_chunks_mut(exact).zip(&order).with_min_len(1024).for_each(|(own, place)| {
                own.copy_from_slice(&keys[place.place() * exact..][..exact]);
            });
        }
        let entry = |place: &Place| HandleEntry {
            handle: place.handle.to_be_bytes(),
            row: parts[place.part as usize].rows[place.at as usize],
            place: place.place() as u32,
        };
        let real = |place: &&Place| place.part as usize + 1 < parts.len();
        let entries = order.par_iter().filter(real).map(entry).collect();
        (encoded, HandleMap { entries, dummies: drawn, left_out, identifiers_only })
    }
}

/// Where the record of a handle is: in which part, and where in it.
struct Place {
    handle: u128,
    part: u32,
    at: u32,
    /// Records of the parts before.
    before: u32,
}

impl Place {
    /// The place of the record in the list.
    fn place(&self) -> usize {
        (self.before + self.at) as usize
    }
}

/// Random values, drawn many at a time: each draw from the system costs a call.
struct Random<'a> {
    entropy: &'a mut Entropy,
    bytes: Zeroizing<Vec<u8>>,
    used: usize,
}

impl Random<'_> {
    fn next<const N: usize>(&mut self) -> [u8; N] {
        if self.used + N > self.bytes.len() {
            self.entropy.fill(&mut self.bytes);
            self.used = 0;
        }
        let mut value = [0; N];
        value.copy_from_slice(&self.bytes[self.used..self.used + N]);
        self.used += N;
        value
    }
}

#[cfg(test)]
mod tests {
    use crate::agreement::NORMALISATION;
    use crate::encoding::digest;

    #[test]
    fn the_scheme_has_not_changed_under_its_name() {
        // Another digest is another scheme: put it into `agreement::NORMALISATION`.
        assert_eq!(NORMALISATION, format!("names-3@sha256:{}", digest()));
    }
}
