//! The schema: which fields a record has and with which parameters it is encoded.

use serde::{Deserialize, Serialize};

use crate::protocol::{Comparison, FieldKind};

/// How this program writes names alike and what it makes of them: a name, and the digest of all that decides it, which is the
/// steps of normalisation with their tables and conformance vectors, the rules of skeletons, the weights of tokens and the
/// table of frequent names. Another digest makes other tokens, so both agencies must agree on it to the letter. A test in the
/// `encoding` room recomputes it.
pub const NORMALISATION: &str = "names-3@sha256:08bb881a600a6298b2bd149acfa5a3e00b9a656b70bc3223b513f696fe599169";

/// Fields and encoding parameters that both agencies use, bit for bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// Version of the normalisation, [`NORMALISATION`].
    pub normalisation: String,
    /// Kinds of field, each at most once, in the order of the records' values.
    pub fields: Vec<FieldKind>,
    /// How records are encoded.
    pub encoding: EncodingParams,
}

impl Schema {
    /// Insertions at which typical records of these fields fill 45 % of an inner filter of `length` bits. The weights are
    /// means over the synthetic population of `synth`; `agency check` measures the real ones.
    pub fn typical_insertions(fields: &[FieldKind], length: u16) -> u16 {
        let units: f64 = fields
            .iter()
            .map(|field| match field {
                FieldKind::PersonName => 15.0,
                FieldKind::CompanyName => 17.5,
                FieldKind::BirthDate => 7.7,
                _ => 0.0,
            })
            .sum();
        let insertions = -f64::from(length) * (1.0_f64 - 0.45).ln() / units.max(1.0);
        (insertions.round() as u16).clamp(1, length / 8)
    }

    /// The fields that are compared exactly, in order.
    pub fn exact_fields(&self) -> impl Iterator<Item = FieldKind> {
        self.fields.iter().copied().filter(|f| f.comparison() == Comparison::Exact)
    }
}

/// Parameters of the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

impl EncodingParams {
    /// Checks the ranges; the error names the rule.
    pub fn check(&self) -> Result<(), &'static str> {
        let Self { length, insertions, diffusion, min_tokens: _ } = *self;
        if length % 64 != 0 || !(256..=4096).contains(&length) {
            return Err("`length` must be a multiple of 64 from 256 to 4096");
        }
        if insertions == 0 || insertions > length / 8 {
            return Err("`insertions` must be from 1 to an eighth of `length`");
        }
        if !(1..=16).contains(&diffusion) {
            return Err("`diffusion` must be from 1 to 16");
        }
        Ok(())
    }

    /// 64-bit words of one encoding.
    pub fn words(&self) -> usize {
        usize::from(self.length / 64)
    }
}
