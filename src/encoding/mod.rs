//! Encoding: screened records to keyed, diffused Bloom filters.
//!
//! ```text
//! record → tokens, each with a weight → positions in the inner filter (HMAC under the run's key)
//!        → inner filter → keyed diffusion → encoding
//! ```
//!
//! - Two agencies with one schema and one run key encode one record to the same bits; under another run key the bits
//!   agree with these like those of a stranger.
//! - The order of tokens, and repeated tokens, make no difference; neither does the number of threads.
//! - A record with too few tokens is refused: it is guessable, and a sparse inner filter shows rows of the diffusion.
//! - [`Encoder::new`] refuses to leave out the diffusion. What it would make then, a plain CLK, can be broken by anyone
//!   with a register of names and no key; only the laboratory makes it, by `Encoder::plain`.
//! - Identifiers that are compared exactly never enter the filter: [`Encoder::exact_keys`].
//!
//! What is taken from others, and where: tokens in a Bloom filter, compared by their bits (Schnell, Bachteler, Reiher,
//! "Privacy-preserving record linkage using Bloom filters", BMC Medical Informatics and Decision Making 9:41, 2009); one filter for
//! all fields of a record, the CLK (the same authors, "A novel error-tolerant anonymous linking code", 2011); diffusion
//! (Armknecht, Heng, Schnell, PoPETs 2023(2)), in `diffusion.rs`.

mod common;
pub mod design;
mod diffusion;
mod encoded;
mod handle;
pub(crate) mod laboratory;
mod list;
mod masks;
mod positions;
mod roster;
mod skeleton;
pub(crate) mod tokens;
pub mod variants;

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::agreement::Schema;
use crate::code::{Code, codes};
use crate::primitives::{Digest, Hasher, MacKey, Secret};
use crate::protocol::{Comparison, FieldKind};
use crate::records::{Record, Value, normalise};

pub use encoded::{EncodedRecords, HandleEntry, HandleMap, encode};
pub use handle::{HandleMask, Tags};
pub use list::{EncodedList, ListIds, screen_and_encode};
pub use roster::{Roster, SKETCH_WORDS};

use diffusion::{BATCH, Diffusion, Slices};
use masks::Masks;
use positions::{PositionKeys, labelled};
use tokens::{Namespace, Piece, TokenSet};

/// The smallest and the largest length of a filter in bits.
pub const LENGTHS: (u16, u16) = (256, 4096);

/// The smallest and the largest degree of diffusion that leaves an agency.
pub const DEGREES: (u16, u16) = (2, 12);

/// Why a schema cannot be encoded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// The diffusion is missing or beyond what keeps any tolerance.
    #[error("diffusion of {degree} is outside {} to {}", DEGREES.0, DEGREES.1)]
    Degree {
        /// The degree in the schema.
        degree: u16,
    },
    /// A field occurs twice.
    #[error("field {} occurs twice in the schema", kind.name())]
    FieldTwice {
        /// The kind of field that occurs twice.
        kind: FieldKind,
    },
    /// Positions per token of unit weight are none, or too many for the length.
    #[error("{insertions} insertions per token do not fit a filter of {length} bits")]
    Insertions {
        /// The insertions in the schema.
        insertions: u16,
        /// The length in the schema.
        length: u16,
    },
    /// The length is not one that filters have.
    #[error("length of {length} bits is not a multiple of 64 from {} to {}", LENGTHS.0, LENGTHS.1)]
    Length {
        /// The length in the schema.
        length: u16,
    },
    /// A limit of risk that may not be set.
    #[error("a limit is outside its range: visible degree above 0 to 3, found above 0 to 0.5, known pairs from 1")]
    Limit,
    /// No field of the schema is compared by tokens.
    #[error("no field of the schema is compared by tokens")]
    NoFuzzyField,
    /// No encoding holds the limit of risk.
    #[error("no fill, diffusion and length holds the limit of risk for {records} records")]
    NothingHolds {
        /// Records of all lists together.
        records: u64,
    },
    /// Token statistics that are not of the program's form.
    #[error("the token statistics are not of the form that this program writes, or of lists too short for any")]
    Statistics,
}

impl EncodingError {
    /// The stable code of the refusal.
    pub fn code(&self) -> Code {
        match self {
            Self::Degree { .. } => DEGREE,
            Self::FieldTwice { .. } => FIELD_TWICE,
            Self::Insertions { .. } => INSERTIONS,
            Self::Length { .. } => LENGTH,
            Self::NoFuzzyField => NO_FUZZY_FIELD,
            Self::NothingHolds { .. } => NOTHING_HOLDS,
            Self::Limit => RISK_LIMIT,
            Self::Statistics => STATISTICS,
        }
    }
}

/// A record that has too few tokens to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record has {found} tokens, fewer than the {least} that the schema asks for")]
pub struct TooFewTokens {
    /// Tokens of the record that weigh half a unit or more.
    pub found: usize,
    /// The schema's `min_tokens`.
    pub least: u16,
}

impl TooFewTokens {
    /// The stable code of the refusal.
    pub fn code(&self) -> Code {
        TOO_FEW_TOKENS
    }
}

codes! {
    DEGREE = "SYM-0350", Refused,
        "The schema's diffusion is outside what may leave an agency.",
        "Let the designer choose the diffusion for the sizes of the lists, and sign the agreement anew.";
    FIELD_TWICE = "SYM-0351", Refused,
        "A kind of field occurs twice in the schema.",
        "Name each kind once; several columns may feed it.";
    INSERTIONS = "SYM-0352", Refused,
        "The schema's insertions per token are none, or too many for its length.",
        "Let the designer solve for the insertions from the token counts of the lists.";
    LENGTH = "SYM-0353", Refused,
        "The schema's length is not one that encodings have.",
        "Use a multiple of 64 from 256 to 4096; 1024 is usual.";
    NO_FUZZY_FIELD = "SYM-0354", Refused,
        "No field of the schema is compared by tokens.",
        "Add a name or a date to the schema, or compare exact fields in a run of their own.";
    TOO_FEW_TOKENS = "SYM-0355", Data,
        "A record has too few tokens: it would be guessable and would weaken the encoding of all others.",
        "Complete the record or leave it out; the schema's minimum is part of the agreement.";
    NOTHING_HOLDS = "SYM-0360", Refused,
        "No encoding of these lists holds the limit of risk: somebody who knows some of the people would find others.",
        "Link shorter lists, with a key for each part, or compare fewer fields; do not raise the limit to get a result.";
    RISK_LIMIT = "SYM-0361", Usage,
        "A limit of risk is outside its range; a visible degree above 3 cannot be agreed on.",
        "Leave the limit at its default, or tighten it.";
    STATISTICS = "SYM-0362", Data,
        "Token statistics are missing, damaged, or made by another version of the program.",
        "Ask the agency for the output of `symbolon agency check FILE --json`, made with this version.";
}

/// Digest of the scheme: everything besides the schema and the key that decides on the bits of an encoding.
pub fn digest() -> Digest {
    let mut hasher = Hasher::new();
    let mut put = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    put(b"symbolon/v1/encoding");
    put(&normalise::digest().0);
    skeleton::visit(&mut put);
    tokens::visit(&mut put);
    hasher.finish()
}

/// Encodes records under one schema and one run key.
///
/// It remembers what it has encoded: parts of names, dates and places with the bits that they set, in memory of its own that
/// is bounded for each thread and wiped when it is dropped.
pub struct Encoder {
    fields: Vec<FieldKind>,
    min_tokens: u16,
    words: usize,
    positions: PositionKeys,
    hardening: Hardening,
    exact: Vec<(FieldKind, MacKey)>,
    /// Memories that no thread is using now.
    idle: Mutex<Vec<Scratch>>,
    mask: HandleMask,
    /// Only for lists that are committed to: the laboratory has none.
    roster: Option<Roster>,
}

/// What is done to the inner filter. `Plain` stays in this room and the laboratory: the designer
/// looks at inner filters, the laboratory measures them.
#[derive(Debug)]
enum Hardening {
    Diffused(Diffusion),
    Plain,
}

impl Encoder {
    /// Derives every key and table. Refuses a schema whose diffusion is not from 2 to 12.
    pub fn new(schema: &Schema, run_key: &Secret) -> Result<Self, EncodingError> {
        let params = schema.encoding;
        if !(DEGREES.0..=DEGREES.1).contains(&params.diffusion) {
            return Err(EncodingError::Degree { degree: params.diffusion });
        }
        Self::with(schema, run_key, |length| Hardening::Diffused(Diffusion::derive(run_key, length, params.diffusion)))
    }

    /// An encoder that leaves the diffusion out: for measurements in the laboratory, never for data that leave an agency.
    #[cfg(feature = "lab")]
    pub(crate) fn plain(schema: &Schema, run_key: &Secret) -> Result<Self, EncodingError> {
        Self::with(schema, run_key, |_| Hardening::Plain)
    }

    fn with(
        schema: &Schema,
        run_key: &Secret,
        hardening: impl FnOnce(u16) -> Hardening,
    ) -> Result<Self, EncodingError> {
        let (fields, params) = (&schema.fields, schema.encoding);
        if !(LENGTHS.0..=LENGTHS.1).contains(&params.length) || params.length % 64 != 0 {
            return Err(EncodingError::Length { length: params.length });
        }
        if params.insertions == 0 || params.insertions > params.length / 4 {
            return Err(EncodingError::Insertions { insertions: params.insertions, length: params.length });
        }
        if let Some((_, kind)) = fields.iter().enumerate().find(|(at, kind)| fields[..*at].contains(kind)) {
            return Err(EncodingError::FieldTwice { kind: *kind });
        }
        if !fields.iter().any(|kind| kind.comparison() == Comparison::Fuzzy) {
            return Err(EncodingError::NoFuzzyField);
        }
        let exact = fields.iter().filter(|kind| kind.comparison() == Comparison::Exact);
        let exact_key = |kind: &FieldKind| {
            let info = labelled(&[b"symbolon/v1/exact", kind.name().as_bytes()]);
            (*kind, run_key.expand(&info.as_parts()).mac_key())
        };
        Ok(Self {
            fields: fields.clone(),
            min_tokens: params.min_tokens,
            words: usize::from(params.length) / 64,
            positions: PositionKeys::derive(run_key, params.length, params.insertions),
            hardening: hardening(params.length),
            exact: exact.map(exact_key).collect(),
            idle: Mutex::default(),
            mask: HandleMask::derive(run_key),
            roster: None,
        })
    }

    /// The same encoder, which sketches the lists it encodes.
    pub fn with_roster(self, roster: Roster) -> Self {
        Self { roster: Some(roster), ..self }
    }

    /// Words of an encoding, its length by 64.
    pub fn words(&self) -> usize {
        self.words
    }

    /// What hides tags in handles.
    pub fn mask(&self) -> &HandleMask {
        &self.mask
    }

    /// Encodes `records` to `out`, which has [`Encoder::words`] words for each; bit `j` is bit `j mod 64` of word `j / 64`. Gives
    /// for each record whether it was encoded; one that was not leaves zeros.
    ///
    /// # Panics
    /// If `out` has another length.
    pub fn encode_into(&self, records: &[Record], out: &mut [u64]) -> Vec<Result<(), TooFewTokens>> {
        assert_eq!(out.len(), records.len() * self.words, "the caller gives room for exactly these encodings");
        let mut scratch = self.scratch();
        let mut results = Vec::with_capacity(records.len());
        for (records, out) in records.chunks(BATCH).zip(out.chunks_mut(BATCH * self.words)) {
            for (record, inner) in records.iter().zip(out.chunks_exact_mut(self.words)) {
                inner.fill(0);
                let result = self.fill_inner(record, &mut scratch, inner);
                if result.is_err() {
                    inner.fill(0);
                }
                results.push(result);
            }
            if let Hardening::Diffused(map) = &self.hardening {
                map.apply(out, self.words, &mut scratch.slices);
            }
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        results
    }

    fn scratch(&self) -> Scratch {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| Scratch {
            tokens: TokenSet::default(),
            masks: Masks::new(self.words),
            slices: Slices::default(),
        })
    }

    /// Sets the positions of the record's tokens in `inner`, which is zero.
    fn fill_inner(&self, record: &Record, scratch: &mut Scratch, inner: &mut [u64]) -> Result<(), TooFewTokens> {
        let Scratch { tokens, masks, .. } = scratch;
        let keys = &self.positions;
        // Distinct tokens at least: namespaces share none, parts of one namespace may share all.
        let mut least = 0;
        for (kind, value) in self.fields.iter().zip(&record.values) {
            least += match (kind, value) {
                (_, Value::Parts(parts)) => {
                    let namespace = match kind {
                        FieldKind::CompanyName => Namespace::Company,
                        FieldKind::Place => Namespace::Place,
                        _ => Namespace::Name,
                    };
                    let mut add = |part: &String| masks.add(keys, Piece::Part(namespace, part), inner);
                    parts.iter().map(&mut add).max().unwrap_or(0)
                }
                (FieldKind::BirthDate, Value::Date(date)) => masks.add(keys, Piece::Date(*date), inner),
                (FieldKind::Postcode, Value::Text(text)) => masks.add(keys, Piece::Postcode(text), inner),
                _ => 0,
            };
        }
        let missing = tokens::missing(&self.fields, record);
        if missing > 0 {
            for (kind, value) in self.fields.iter().zip(&record.values) {
                if let (FieldKind::PersonName, Value::Parts(parts)) = (kind, value) {
                    masks.add_entire(keys, parts, missing, inner);
                }
            }
        }
        if least < usize::from(self.min_tokens) {
            tokens.collect(&self.fields, record);
            let found = tokens.telling();
            if found < usize::from(self.min_tokens) {
                return Err(TooFewTokens { found, least: self.min_tokens });
            }
        }
        Ok(())
    }

    /// Keyed values of the record's exact fields, in the schema's order, missing ones left out. The caller pads the list
    /// with random values to [`Encoder::exact_fields`] and shuffles it, so that what is missing does not show.
    pub fn exact_keys(&self, record: &Record) -> Vec<[u8; 16]> {
        let mut out = Vec::with_capacity(self.exact.len());
        self.add_exact_keys(record, &mut out);
        out
    }

    /// Appends the [`exact_keys`](Self::exact_keys) to `out`; gives their number.
    fn add_exact_keys(&self, record: &Record, out: &mut Vec<[u8; 16]>) -> u8 {
        let mut count = 0;
        for (kind, value) in self.fields.iter().zip(&record.values) {
            if let (Some((_, key)), Value::Text(text)) = (self.exact.iter().find(|(of, _)| of == kind), value) {
                let mut half = [0; 16];
                half.copy_from_slice(&key.mac(&[text.as_bytes()])[..16]);
                out.push(half);
                count += 1;
            }
        }
        count
    }

    /// Fields of the schema that are compared exactly.
    pub fn exact_fields(&self) -> usize {
        self.exact.len()
    }

    /// Encodes all records on every core; the result is the same for any number of threads.
    pub fn encode_all(&self, records: &[Record]) -> Encodings {
        /// Records a worker takes at a time.
        const CHUNK: usize = 2048;
        let mut words = vec![0u64; records.len() * self.words];
        let kept: Vec<bool> = records
            .par_chunks(CHUNK)
            .zip(words.par_chunks_mut(CHUNK * self.words))
            .flat_map_iter(|(records, words)| self.encode_into(records, words))
            .map(|result| result.is_ok())
            .collect();
        let (mut rows, mut refused) = (Vec::with_capacity(records.len()), Vec::new());
        for (row, kept) in kept.into_iter().enumerate() {
            if kept {
                words.copy_within(row * self.words..(row + 1) * self.words, rows.len() * self.words);
                rows.push(row as u32);
            } else {
                refused.push(row as u32);
            }
        }
        words.truncate(rows.len() * self.words);
        Encodings { stride: self.words, words, rows, refused }
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder").field("fields", &self.fields).field("words", &self.words).finish_non_exhaustive()
    }
}

/// What a thread reuses from record to record. Holds pieces of identities, which it wipes.
struct Scratch {
    tokens: TokenSet,
    masks: Masks,
    slices: Slices,
}

/// Encodings of a list, in the order of its records.
#[derive(Debug)]
pub struct Encodings {
    /// Words of one encoding.
    pub stride: usize,
    /// The encodings, one after the other.
    pub words: Vec<u64>,
    /// Which record each encoding is of: indices into the list, ascending.
    pub rows: Vec<u32>,
    /// Records that were refused because they have too few tokens: indices into the list, ascending.
    pub refused: Vec<u32>,
}

#[cfg(test)]
pub(crate) mod tests;
