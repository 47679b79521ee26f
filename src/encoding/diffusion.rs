//! Keyed diffusion: each bit of the encoding is the exclusive or of `t` inner bits, chosen by the run's key.
//!
//! ```text
//! I_j = { π_0(j), π_1(j), …, π_{t-1}(j) }        eld[j] = XOR of inner[p] for p in I_j
//! π_i   Fisher–Yates from HMAC-SHA-256(K, counter), K = HKDF-Expand(K_run, len ‖ "symbolon/v1/diffusion")
//! ```
//!
//! The layer is that of Armknecht, Heng, Schnell, "Strengthening Privacy-Preserving Record Linkage using Diffusion", PoPETs
//! 2023(2), 298–311. Which degree a comparison needs is the designer's to say.
//!
//! - Each `π_i` is a permutation of all inner positions, so every inner position is used exactly `t` times.
//! - The members of a set are distinct: where a permutation would repeat one, it is exchanged with a place drawn anew.
//! - Draws are 32-bit words with rejection, so they are unbiased.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::primitives::{MacKey, Secret};

use super::LENGTHS;
use super::positions::labelled;

/// Blocks of 64 records that are diffused together: one machine word of each goes through every step at once.
const LANES: usize = 4;

/// Records of a batch. Each bit position becomes one row of so many bits, one a record, and an output row is the exclusive
/// or of `t` inner rows: the work of a whole batch for what one record costs bit by bit.
pub(crate) const BATCH: usize = 64 * LANES;

/// The longest filter in bits; a power of two, so that a position is masked instead of checked.
const LONGEST: usize = LENGTHS.1 as usize;

/// Bit `position` of every record of a batch.
type Slice = [u64; LANES];

/// The linear map from inner filters to encodings.
pub(crate) struct Diffusion {
    /// The inner positions of every output bit, `degree` each.
    sets: Vec<u16>,
    degree: usize,
}

/// Buffers of one worker, wiped on drop: they hold inner filters.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Slices {
    inner: Box<[Slice; LONGEST]>,
    out: Vec<Slice>,
}

impl Default for Slices {
    fn default() -> Self {
        Self {
            inner: vec![[0; LANES]; LONGEST].try_into().unwrap_or_else(|_| unreachable!("so many")),
            out: Vec::new(),
        }
    }
}

impl Diffusion {
    /// Draws the map for filters of `length` bits, `degree` inner bits to each output bit.
    pub(crate) fn derive(run_key: &Secret, length: u16, degree: u16) -> Self {
        let degree = usize::from(degree);
        Self { sets: index_sets(run_key, usize::from(length), degree).concat(), degree }
    }

    /// Replaces each of at most [`BATCH`] filters in `filters`, of `words` words each, by its image.
    pub(crate) fn apply(&self, filters: &mut [u64], words: usize, slices: &mut Slices) {
        assert!(filters.len() <= BATCH * words && filters.len().is_multiple_of(words), "whole filters, one batch");
        let Slices { inner, out } = slices;
        out.resize(words * 64, [0; LANES]);
        for word in 0..words {
            let mut block = [[0; LANES]; 64];
            for (record, filter) in filters.chunks_exact(words).enumerate() {
                block[record % 64][record / 64] = filter[word];
            }
            transpose(&mut block);
            inner[word * 64..][..64].copy_from_slice(&block);
        }
        match self.degree {
            2 => gather::<2>(&self.sets, inner, out),
            3 => gather::<3>(&self.sets, inner, out),
            4 => gather::<4>(&self.sets, inner, out),
            5 => gather::<5>(&self.sets, inner, out),
            6 => gather::<6>(&self.sets, inner, out),
            8 => gather::<8>(&self.sets, inner, out),
            _ => {
                for (row, set) in out.iter_mut().zip(self.sets.chunks_exact(self.degree)) {
                    *row = sum(set, inner);
                }
            }
        }
        for (word, rows) in out.as_chunks_mut::<64>().0.iter_mut().enumerate() {
            transpose(rows);
            for (record, filter) in filters.chunks_exact_mut(words).enumerate() {
                filter[word] = rows[record % 64][record / 64];
            }
        }
    }
}

/// Every output row, where the degree is known when this is compiled.
fn gather<const DEGREE: usize>(sets: &[u16], inner: &[Slice; LONGEST], out: &mut [Slice]) {
    for (row, set) in out.iter_mut().zip(sets.as_chunks::<DEGREE>().0) {
        *row = sum(set, inner);
    }
}

/// The exclusive or of the inner rows of a set.
#[inline(always)]
fn sum(set: &[u16], inner: &[Slice; LONGEST]) -> Slice {
    let mut sum = [0; LANES];
    for position in set {
        let row = &inner[usize::from(*position) % LONGEST];
        sum.iter_mut().zip(row).for_each(|(bits, flips)| *bits ^= flips);
    }
    sum
}

/// Transposes as many 64 × 64 matrices of bits as there are lanes: bit `c` of row `r` becomes bit `r` of row `c`.
fn transpose(rows: &mut [Slice; 64]) {
    const STEPS: [(usize, u64); 6] = [
        (32, 0x0000_0000_FFFF_FFFF),
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ];
    for (step, mask) in STEPS {
        for pair in rows.chunks_exact_mut(2 * step) {
            let (upper, lower) = pair.split_at_mut(step);
            for (upper, lower) in upper.iter_mut().zip(lower) {
                for (upper, lower) in upper.iter_mut().zip(lower) {
                    let swapped = ((*upper >> step) ^ *lower) & mask;
                    *lower ^= swapped;
                    *upper ^= swapped << step;
                }
            }
        }
    }
}

impl fmt::Debug for Diffusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diffusion").field("degree", &self.degree).finish_non_exhaustive()
    }
}

/// The inner positions of every output bit.
fn index_sets(run_key: &Secret, length: usize, degree: usize) -> Vec<Vec<u16>> {
    let mut draws = Draws::new(run_key.expand(&labelled(&[b"symbolon/v1/diffusion"]).as_parts()).mac_key());
    let mut sets: Vec<Vec<u16>> = vec![Vec::with_capacity(degree); length];
    for _ in 0..degree {
        let mut order: Vec<u16> = (0..length as u16).collect();
        for last in (1..length).rev() {
            order.swap(last, draws.below(last + 1));
        }
        for bit in 0..length {
            while sets[bit].contains(&order[bit]) {
                let other = draws.below(length);
                if !sets[bit].contains(&order[other]) && !sets[other].contains(&order[bit]) {
                    order.swap(bit, other);
                }
            }
        }
        for (set, position) in sets.iter_mut().zip(order) {
            set.push(position);
        }
    }
    sets
}

/// Uniform draws from a keyed counter stream.
struct Draws {
    key: MacKey,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Draws {
    fn new(key: MacKey) -> Self {
        Self { key, counter: 0, block: [0; 32], used: 32 }
    }

    /// A uniform number below `bound`, which is at least 1.
    fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let limit = (1 << 32) / bound * bound;
        loop {
            if self.used == self.block.len() {
                self.block = self.key.mac(&[&self.counter.to_be_bytes()]);
                self.counter += 1;
                self.used = 0;
            }
            let mut word = [0; 4];
            word.copy_from_slice(&self.block[self.used..self.used + 4]);
            self.used += 4;
            let word = u64::from(u32::from_be_bytes(word));
            if word < limit {
                return (word % bound) as usize;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Entropy;

    #[test]
    fn every_inner_position_is_used_equally_and_sets_hold_no_position_twice() {
        let key = Secret::generate(&mut Entropy::seeded(5));
        for degree in [2, 3, 6, 12] {
            let sets = index_sets(&key, 256, degree);
            let mut uses = [0; 256];
            for set in &sets {
                let mut sorted = set.clone();
                sorted.sort_unstable();
                sorted.dedup();
                assert_eq!(sorted.len(), degree);
                set.iter().for_each(|position| uses[usize::from(*position)] += 1);
            }
            assert!(uses.iter().all(|count| *count == degree));
        }
    }

    /// The definition, bit by bit.
    fn oracle(sets: &[Vec<u16>], inner: &[u64]) -> Vec<u64> {
        let bit = |at: u16| inner[usize::from(at) / 64] >> (at % 64) & 1;
        let word = |sets: &[Vec<u16>]| {
            let bits = sets.iter().map(|set| set.iter().fold(0, |sum, position| sum ^ bit(*position)));
            bits.enumerate().fold(0, |word, (at, bit)| word | bit << at)
        };
        sets.chunks(64).map(word).collect()
    }

    #[test]
    fn a_batch_of_any_size_gives_what_the_definition_gives_bit_by_bit() {
        let mut entropy = Entropy::seeded(6);
        let key = Secret::generate(&mut entropy);
        let mut slices = Slices::default();
        for (length, degree, records) in [
            (256u16, 2u16, BATCH),
            (320, 5, 1),
            (1024, 3, 63),
            (1024, 4, 64),
            (1024, 6, 65),
            (1024, 7, 2),
            (1024, 8, BATCH - 1),
            (4096, 12, 3),
        ] {
            let sets = index_sets(&key, usize::from(length), usize::from(degree));
            let words = usize::from(length) / 64;
            let mut bytes = vec![0; words * 8 * records];
            entropy.fill(&mut bytes);
            let mut filters: Vec<u64> = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
            let expected: Vec<u64> = filters.chunks(words).flat_map(|inner| oracle(&sets, inner)).collect();
            Diffusion::derive(&key, length, degree).apply(&mut filters, words, &mut slices);
            assert!(filters == expected, "{length} bits, degree {degree}, {records} records");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

        #[test]
        fn word_operations_and_the_definition_agree(
            seed: u64, words in 4usize..=64, degree in 2u16..=12, fill: [u64; 8], records in 1usize..=6,
        ) {
            let key = Secret::generate(&mut Entropy::seeded(seed));
            let length = (words * 64) as u16;
            let sets = index_sets(&key, words * 64, usize::from(degree));
            let mut filters: Vec<u64> =
                (0..words * records).map(|at| fill[at % 8].rotate_left(at as u32 * 7) ^ fill[at / 8 % 8]).collect();
            let expected: Vec<u64> = filters.chunks(words).flat_map(|inner| oracle(&sets, inner)).collect();
            Diffusion::derive(&key, length, degree).apply(&mut filters, words, &mut Slices::default());
            proptest::prop_assert!(filters == expected);
        }
    }

    #[test]
    fn another_run_key_draws_another_map() {
        let keys = [Secret::generate(&mut Entropy::seeded(7)), Secret::generate(&mut Entropy::seeded(8))];
        let [a, b] = keys.map(|key| index_sets(&key, 1024, 3).concat());
        assert!(a.iter().zip(&b).filter(|(a, b)| a == b).count() < 30);
    }
}
