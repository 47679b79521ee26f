//! Screening at the guardian: which candidate pairs become leads.
//!
//! A pair is dropped if either of its sides
//! - agrees with a record of the register in at least [`suppress_at`] bits, a looser threshold than any link needs, or
//! - shares an identifier's token with a record of the register, or
//! - was withdrawn by its agency, or
//! - shows heads of the [`Coin`].
//!
//! The coin is tossed once for each record, not for each pair or run: `HMAC(guardian's secret, agency ‖ tag)`, where the tag is
//! what the agency's own secret makes of its own id, the same in every run of an agreement. It reaches the guardian inside the
//! handle, masked under the run's key, so that neither the operator nor anybody else can connect two runs by it. An agency
//! that repeats runs therefore sees the same pairs missing each time; and if it gives its record new ids to toss again, the
//! coin of its partner's record, which it cannot change, still lies.
//!
//! The register under a run's key is in memory only and has no serialiser. There is no function that tells whether a given person
//! is in it: what comes out is a list of pairs to release, made in one step over all entries, fillers included.

use std::collections::HashSet;
use std::fmt;

use super::pairs::CandidatePairs;
use super::{Band, Found, ReleaseError};
use crate::agreement::{PartyRole, PartySecrets, SignedAgreement};
use crate::parcel::Handle;
use crate::primitives::{Entropy, MacKey};

/// Records in a thousand, of each side, whose pairs are dropped by the coin.
pub const COIN_PERMILLE: u64 = 100;

/// Least agreement, in bits, at which a candidate counts as a record of the register: four standard deviations above what
/// strangers agree in, and below the run's own threshold.
pub fn suppress_at(length: u16, threshold: u16) -> u16 {
    let deviations = 2.0 * f64::from(length).sqrt();
    let shipped = length / 2 + deviations.round() as u16;
    shipped.min(threshold.saturating_sub(length / 128))
}

/// The register, encoded under the key of one pair of agencies and one run.
pub struct Register {
    stride: usize,
    words: Vec<u64>,
    keys: HashSet<[u8; 16]>,
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Register").finish_non_exhaustive()
    }
}

impl Register {
    /// Takes encodings of `stride` words and identifiers' tokens. A register without an encoding is refused.
    pub fn new(stride: usize, words: Vec<u64>, keys: HashSet<[u8; 16]>) -> Result<Self, ReleaseError> {
        if words.is_empty() || stride == 0 || !words.len().is_multiple_of(stride) {
            return Err(ReleaseError::EmptyRegister);
        }
        Ok(Self { stride, words, keys })
    }

    /// Whether a record agrees with one of the register. Looks at every record, whatever it finds on the way.
    fn covers(&self, words: &[u64], keys: &[[u8; 16]], least: u32) -> bool {
        let length = self.stride as u32 * 64;
        let mut found = false;
        for record in self.words.chunks_exact(self.stride) {
            let differ: u32 = record.iter().zip(words).map(|(a, b)| (a ^ b).count_ones()).sum();
            found |= length - differ >= least;
        }
        for key in keys {
            found |= self.keys.contains(key);
        }
        found
    }

    /// Screens disturbed copies of the register's own records, which must all be covered: a fifth of their bits is flipped.
    fn check_canaries(&self, least: u32, entropy: &mut Entropy) -> Result<(), ReleaseError> {
        const CANARIES: usize = 16;
        let records = self.words.len() / self.stride;
        for at in 0..records.min(CANARIES) {
            let record = &self.words[at * records / records.min(CANARIES) * self.stride..][..self.stride];
            let planted: Vec<u64> = record.iter().map(|word| word ^ fifth(entropy)).collect();
            if !self.covers(&planted, &[], least) {
                return Err(ReleaseError::Canary);
            }
        }
        Ok(())
    }
}

/// A word in which each bit is one with a probability of 3 in 16.
fn fifth(entropy: &mut Entropy) -> u64 {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    let word = |at: usize| bytes[at * 8..][..8].iter().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
    word(0) & word(1) & (word(2) | word(3))
}

/// The guardian's coin for one agreement.
pub struct Coin(MacKey);

impl fmt::Debug for Coin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coin").finish_non_exhaustive()
    }
}

impl Coin {
    /// The coin of the guardian that holds `secrets`: a secret of its own, the same throughout the agreement.
    pub fn of(agreement: &SignedAgreement, secrets: &PartySecrets) -> Result<Self, ReleaseError> {
        agreement.seat(secrets, PartyRole::Guardian)?;
        Ok(Self(secrets.own_secret(b"symbolon/v1/coin", agreement.digest())?.mac_key()))
    }

    /// Whether the record with this tag shows heads.
    pub(crate) fn heads(&self, agency: &str, tag: [u8; 8]) -> bool {
        let mac = self.0.mac(&[&(agency.len() as u32).to_be_bytes(), agency.as_bytes(), &tag]);
        let toss = mac[..8].iter().fold(0u64, |toss, byte| toss << 8 | u64::from(*byte));
        toss < u64::MAX / 1000 * COIN_PERMILLE
    }
}

/// Everything that screening needs beside the pairs.
pub struct Screen<'a> {
    /// The register under this run's key.
    pub register: &'a Register,
    /// The guardian's coin.
    pub coin: &'a Coin,
    /// The tag inside a handle.
    pub tag: &'a dyn Fn(&Handle) -> [u8; 8],
    /// Digests of handles that their agencies withdrew.
    pub withdrawn: &'a HashSet<[u8; 16]>,
}

impl fmt::Debug for Screen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}

impl Screen<'_> {
    /// The pairs to release. Why another was dropped is not kept.
    pub fn apply(&self, pairs: CandidatePairs, entropy: &mut Entropy) -> Result<Vec<Found>, ReleaseError> {
        let length = self.register.stride as u16 * 64;
        let least = u32::from(suppress_at(length, pairs.threshold));
        self.register.check_canaries(least, entropy)?;
        let mut kept = Vec::new();
        for entry in &pairs.entries {
            let mut dropped = false;
            for side in 0..2 {
                dropped |= self.register.covers(&entry.words[side], &entry.keys[side], least);
                dropped |= self.coin.heads(&pairs.agencies[side], (self.tag)(&entry.handles[side]));
                dropped |= self.withdrawn.contains(&super::withdrawal(entry.handles[side]));
            }
            let band: Option<Band> = entry.band.filter(|_| !dropped);
            kept.extend(band.map(|band| Found { handles: entry.handles, band }));
        }
        Ok(kept)
    }
}
