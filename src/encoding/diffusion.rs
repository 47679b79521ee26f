//! Keyed diffusion: each bit of the encoding is the exclusive or of `t` inner bits, chosen by the run's key.
//!
//! ```text
//! I_j = { π_0(j), π_1(j), …, π_{t-1}(j) }        eld[j] = XOR of inner[p] for p in I_j
//! π_i   Fisher–Yates from HMAC-SHA-256(K, counter), K = HKDF-Expand(K_run, len ‖ "symbolon/v1/diffusion")
//! ```
//!
//! - Each `π_i` is a permutation of all inner positions, so every inner position is used exactly `t` times.
//! - The members of a set are distinct: where a permutation would repeat one, it is exchanged with a place drawn anew.
//! - Draws are 32-bit words with rejection, so they are unbiased.

use crate::primitives::{MacKey, Secret};

use super::LENGTHS;
use super::positions::labelled;

/// Words of a block of the table: what stays in registers while the set inner bits are walked.
const BLOCK: usize = 8;

/// The linear map from inner filters to encodings.
#[derive(Debug)]
pub(crate) struct Diffusion {
    /// For each block of the output, and in it for each inner position, the output bits that it flips.
    blocks: Vec<Vec<[u64; BLOCK]>>,
}

impl Diffusion {
    /// Draws the map for filters of `length` bits, `degree` inner bits to each output bit.
    pub(crate) fn derive(run_key: &Secret, length: u16, degree: u16) -> Self {
        let length = usize::from(length);
        let mut blocks = vec![vec![[0; BLOCK]; length]; length.div_ceil(64 * BLOCK)];
        for (bit, set) in index_sets(run_key, length, usize::from(degree)).iter().enumerate() {
            let (word, mask) = (bit / 64, 1 << (bit % 64));
            set.iter().for_each(|position| blocks[word / BLOCK][usize::from(*position)][word % BLOCK] |= mask);
        }
        Self { blocks }
    }

    /// Writes the image of `inner` to `out`.
    pub(crate) fn apply(&self, inner: &[u64], out: &mut [u64]) {
        let (mut positions, mut count) = ([0u16; LENGTHS.1 as usize], 0);
        for (at, word) in inner.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                positions[count] = (at * 64) as u16 + rest.trailing_zeros() as u16;
                count += 1;
                rest &= rest - 1;
            }
        }
        for (block, out) in self.blocks.iter().zip(out.chunks_mut(BLOCK)) {
            let mut sum = [0; BLOCK];
            for position in &positions[..count] {
                sum.iter_mut().zip(&block[usize::from(*position)]).for_each(|(bits, flips)| *bits ^= flips);
            }
            out.copy_from_slice(&sum[..out.len()]);
        }
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

    #[test]
    fn words_give_what_the_definition_gives_bit_by_bit() {
        let mut entropy = Entropy::seeded(6);
        let key = Secret::generate(&mut entropy);
        for (length, degree) in [(256u16, 2u16), (320, 5), (1024, 6), (4096, 3)] {
            let sets = index_sets(&key, usize::from(length), usize::from(degree));
            let map = Diffusion::derive(&key, length, degree);
            let mut bytes = vec![0; usize::from(length) / 8];
            entropy.fill(&mut bytes);
            let inner: Vec<u64> = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
            let mut out = vec![0; inner.len()];
            map.apply(&inner, &mut out);
            let bit = |words: &[u64], at: usize| words[at / 64] >> (at % 64) & 1;
            for (at, set) in sets.iter().enumerate() {
                let expected = set.iter().fold(0, |sum, position| sum ^ bit(&inner, usize::from(*position)));
                assert_eq!(bit(&out, at), expected);
            }
        }
    }

    #[test]
    fn another_run_key_draws_another_map() {
        let keys = [Secret::generate(&mut Entropy::seeded(7)), Secret::generate(&mut Entropy::seeded(8))];
        let [a, b] = keys.map(|key| index_sets(&key, 1024, 3).concat());
        assert!(a.iter().zip(&b).filter(|(a, b)| a == b).count() < 30);
    }
}
