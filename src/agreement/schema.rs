//! The schema: which fields a record has and with which parameters it is encoded.

use serde::{Deserialize, Serialize};

use crate::protocol::FieldKind;

/// Fields and encoding parameters that both agencies use, bit for bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// Kinds of field, each at most once, in the order of the records' values.
    pub fields: Vec<FieldKind>,
    /// How records are encoded.
    pub encoding: EncodingParams,
}

/// Parameters of the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EncodingParams {
    /// Length of the inner filter and of the encoding, in bits: a multiple of 64 from 256 to 4096.
    pub length: u16,
    /// Positions that a token of unit weight sets in the inner filter.
    pub insertions: u16,
    /// Inner bits that are XORed into each bit of the encoding; 1 is a plain CLK, which only the laboratory may make.
    pub diffusion: u16,
    /// Records with fewer tokens are refused: they are guessable and weaken the diffusion.
    pub min_tokens: u16,
}
