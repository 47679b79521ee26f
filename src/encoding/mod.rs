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

pub mod design;
mod diffusion;
mod positions;
mod skeleton;
mod tokens;

use std::fmt;

use rayon::prelude::*;

use crate::agreement::Schema;
use crate::code::{Code, Exit};
use crate::primitives::{MacKey, Secret};
use crate::protocol::{Comparison, FieldKind};
use crate::records::{Record, Value};

use diffusion::Diffusion;
use positions::{Memo, PositionKeys, labelled};
use tokens::{TokenSet, UNIT};

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
        /// Its kind.
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
    /// No field of the schema is compared by tokens.
    #[error("no field of the schema is compared by tokens")]
    NoFuzzyField,
}

impl EncodingError {
    /// The stable code of the refusal.
    pub fn code(&self) -> &'static Code {
        match self {
            Self::Degree { .. } => &CODES[0],
            Self::FieldTwice { .. } => &CODES[1],
            Self::Insertions { .. } => &CODES[2],
            Self::Length { .. } => &CODES[3],
            Self::NoFuzzyField => &CODES[4],
        }
    }
}

/// A record that has too few tokens to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record has {found} tokens, fewer than the {least} that the schema asks for")]
pub struct TooFewTokens {
    /// Tokens of the record.
    pub found: usize,
    /// The schema's minimum.
    pub least: u16,
}

impl TooFewTokens {
    /// The stable code of the refusal.
    pub fn code(&self) -> &'static Code {
        &CODES[5]
    }
}

/// What this room refuses.
pub const CODES: &[Code] = &[
    Code::new(
        "SYM-0350",
        Exit::Refused,
        "The schema's diffusion is outside what may leave an agency.",
        "Let the designer choose the diffusion for the sizes of the lists, and sign the agreement anew.",
    ),
    Code::new("SYM-0351", Exit::Refused, "A kind of field occurs twice in the schema.", "Name each kind once; several columns may feed it."),
    Code::new(
        "SYM-0352",
        Exit::Refused,
        "The schema's insertions per token are none, or too many for its length.",
        "Let the designer solve for the insertions from the token counts of the lists.",
    ),
    Code::new("SYM-0353", Exit::Refused, "The schema's length is not one that encodings have.", "Use a multiple of 64 from 256 to 4096; 1024 is usual."),
    Code::new("SYM-0354", Exit::Refused, "No field of the schema is compared by tokens.", "Add a name or a date to the schema, or compare exact fields in a run of their own."),
    Code::new(
        "SYM-0355",
        Exit::Data,
        "A record has too few tokens: it would be guessable and would weaken the encoding of all others.",
        "Complete the record or leave it out; the schema's minimum is part of the agreement.",
    ),
];

/// Encodes records under one schema and one run key.
pub struct Encoder {
    fields: Vec<FieldKind>,
    insertions: u32,
    min_tokens: u16,
    words: usize,
    positions: PositionKeys,
    hardening: Hardening,
    exact: Vec<(FieldKind, MacKey)>,
}

/// What is done to the inner filter. `Plain` can be built by the laboratory alone.
#[derive(Debug)]
enum Hardening {
    Diffused(Diffusion),
    #[cfg_attr(not(feature = "lab"), expect(dead_code, reason = "only the laboratory makes plain CLKs"))]
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

    fn with(schema: &Schema, run_key: &Secret, hardening: impl FnOnce(u16) -> Hardening) -> Result<Self, EncodingError> {
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
            insertions: u32::from(params.insertions),
            min_tokens: params.min_tokens,
            words: usize::from(params.length) / 64,
            positions: PositionKeys::derive(run_key, params.length),
            hardening: hardening(params.length),
            exact: exact.map(exact_key).collect(),
        })
    }

    /// Words of an encoding.
    pub fn words(&self) -> usize {
        self.words
    }

    /// Encodes one record to `out`, which has [`Encoder::words`] words; bit `j` is bit `j mod 64` of word `j / 64`.
    ///
    /// # Panics
    /// If `out` has another length.
    pub fn encode_record(&self, record: &Record, scratch: &mut Scratch, out: &mut [u64]) -> Result<(), TooFewTokens> {
        assert_eq!(out.len(), self.words, "the caller gives room for exactly one encoding");
        let mut inner = [0u64; LENGTHS.1 as usize / 64];
        let inner = &mut inner[..self.words];
        self.fill_inner(record, scratch, inner)?;
        match &self.hardening {
            Hardening::Plain => out.copy_from_slice(inner),
            Hardening::Diffused(map) => {
                out.fill(0);
                map.apply(inner, out);
            }
        }
        Ok(())
    }

    /// Sets the positions of the record's tokens in `inner`, which is zero.
    fn fill_inner(&self, record: &Record, scratch: &mut Scratch, inner: &mut [u64]) -> Result<(), TooFewTokens> {
        let Scratch { tokens, memo } = scratch;
        tokens.collect(&self.fields, record);
        let found = tokens.tokens().len();
        if found < usize::from(self.min_tokens) {
            return Err(TooFewTokens { found, least: self.min_tokens });
        }
        let total = tokens.weight();
        for token in tokens.tokens() {
            let count = insertions_of(self.insertions, u32::from(token.weight), total);
            for position in memo.positions(&self.positions, token.namespace, tokens.bytes(token), count) {
                inner[usize::from(*position) / 64] |= 1 << (position % 64);
            }
        }
        Ok(())
    }

    /// Keyed values of the record's exact fields, in the schema's order, missing ones left out. The caller pads the list
    /// with random values to [`Encoder::exact_fields`] and shuffles it, so that what is missing does not show.
    pub fn exact_keys(&self, record: &Record) -> Vec<[u8; 16]> {
        let mut out = Vec::with_capacity(self.exact.len());
        for (kind, value) in self.fields.iter().zip(&record.values) {
            if let (Some((_, key)), Value::Text(text)) = (self.exact.iter().find(|(of, _)| of == kind), value) {
                let mut half = [0; 16];
                half.copy_from_slice(&key.mac(&[text.as_bytes()])[..16]);
                out.push(half);
            }
        }
        out
    }

    /// Fields of the schema that are compared exactly.
    pub fn exact_fields(&self) -> usize {
        self.exact.len()
    }

    /// Encodes all records on every core; the result is the same for any number of threads.
    pub fn encode_all(&self, records: &[Record]) -> Encodings {
        /// Records a worker takes at a time: enough to make remembering tokens pay.
        const CHUNK: usize = 2048;
        let mut words = vec![0u64; records.len() * self.words];
        let kept: Vec<bool> = records
            .par_chunks(CHUNK)
            .zip(words.par_chunks_mut(CHUNK * self.words))
            .map_init(Scratch::default, |scratch, (records, words)| {
                let rows = records.iter().zip(words.chunks_exact_mut(self.words));
                rows.map(|(record, out)| self.encode_record(record, scratch, out).is_ok()).collect::<Vec<bool>>()
            })
            .flatten_iter()
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

/// Positions that a token of `weight` sets in a record whose tokens weigh `total`.
fn insertions_of(insertions: u32, weight: u32, total: u32) -> usize {
    let _ = total;
    ((insertions * weight + UNIT / 2) / UNIT).max(1) as usize
}

/// What a worker reuses from record to record. Holds pieces of identities, which it wipes.
#[derive(Default)]
pub struct Scratch {
    tokens: TokenSet,
    memo: Memo,
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
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
