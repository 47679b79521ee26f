//! Encoded records: what can be sealed, and has no other way out.

use std::fmt;

use super::{Encoder, Tags};
use crate::primitives::Entropy;
use crate::records::ScreenedRecords;

/// Encodings of one list for one partner, sorted by handle: the order of the file is gone.
pub struct EncodedRecords {
    pub(crate) length: u16,
    pub(crate) exact: usize,
    pub(crate) handles: Vec<[u8; 16]>,
    pub(crate) words: Vec<u64>,
    pub(crate) keys: Vec<[u8; 16]>,
}

/// Which record each handle stands for: stays in the agency's home.
pub struct HandleMap {
    /// Handle and row number in the file, sorted by handle.
    pub entries: Vec<([u8; 16], u64)>,
    /// Row numbers of records that were left out: too few tokens, and no identifier to compare by.
    pub left_out: Vec<u64>,
    /// Records that have too few tokens and are compared by their identifiers alone.
    pub identifiers_only: usize,
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
    /// How many.
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
pub fn encode(
    records: ScreenedRecords,
    encoders: &[Encoder],
    tags: &Tags,
    entropy: &mut Entropy,
) -> Vec<(EncodedRecords, HandleMap)> {
    encoders.iter().map(|encoder| encode_for(&records, encoder, tags, entropy)).collect()
}

fn encode_for(
    screened: &ScreenedRecords,
    encoder: &Encoder,
    tags: &Tags,
    entropy: &mut Entropy,
) -> (EncodedRecords, HandleMap) {
    let records = screened.records();
    let (stride, exact) = (encoder.words(), encoder.exact_fields());
    let fuzzy = encoder.encode_all(records);
    let mut place = vec![None; records.len()];
    for (at, &row) in fuzzy.rows.iter().enumerate() {
        place[row as usize] = Some(at);
    }
    let handles: Vec<[u8; 16]> =
        (0..records.len()).map(|row| encoder.mask().handle(tags.of(screened.id(row)), entropy)).collect();
    let mut order: Vec<usize> = Vec::with_capacity(records.len());
    let mut left_out = Vec::new();
    let mut identifiers_only = 0;
    let mut keys: Vec<Vec<[u8; 16]>> = Vec::with_capacity(records.len());
    for (row, record) in records.iter().enumerate() {
        let mut own = if exact > 0 { encoder.exact_keys(record) } else { Vec::new() };
        match (place[row], own.is_empty()) {
            (None, true) => left_out.push(screened.rows()[row]),
            (None, false) => {
                identifiers_only += 1;
                order.push(row);
            }
            (Some(_), _) => order.push(row),
        }
        while own.len() < exact {
            let mut filler = [0; 16];
            entropy.fill(&mut filler);
            own.push(filler);
        }
        own.sort_unstable();
        keys.push(own);
    }
    order.sort_unstable_by_key(|&row| handles[row]);
    let mut encoded = EncodedRecords {
        length: (stride * 64) as u16,
        exact,
        handles: Vec::with_capacity(order.len()),
        words: Vec::with_capacity(order.len() * stride),
        keys: Vec::with_capacity(order.len() * exact),
    };
    let mut entries = Vec::with_capacity(order.len());
    for row in order {
        encoded.handles.push(handles[row]);
        match place[row] {
            Some(at) => encoded.words.extend_from_slice(&fuzzy.words[at * stride..(at + 1) * stride]),
            None => encoded.words.extend((0..stride).map(|_| {
                let mut word = [0; 8];
                entropy.fill(&mut word);
                u64::from_le_bytes(word)
            })),
        }
        encoded.keys.extend_from_slice(&keys[row]);
        entries.push((handles[row], screened.rows()[row]));
    }
    (encoded, HandleMap { entries, left_out, identifiers_only })
}

#[cfg(test)]
mod tests {
    use crate::agreement::NORMALISATION;
    use crate::encoding::digest;

    #[test]
    fn the_scheme_has_not_changed_under_its_name() {
        // Another digest is another scheme: give it another name in `agreement::NORMALISATION`.
        assert_eq!(
            (NORMALISATION, digest().to_string().as_str()),
            ("names-1", "4dc2517cbc491f6bb088ff3219b144be4d4b0dae9ae01a177b5626560b7627d9")
        );
    }
}
