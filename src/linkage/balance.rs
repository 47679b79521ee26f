//! How even a list of encodings is: what an attacker on frequencies would begin with.
//!
//! Independent fair coins would give every encoding about the same number of ones, and every bit about the same share of ones over
//! the list. Common names and tokens make encodings heavier and bits more frequent than that; diffusion takes most of it away.
//! (Frequency and length vulnerability in Vidanage et al., "A vulnerability assessment framework for privacy-preserving record
//! linkage", ACM TOPS 2023.)

use super::layout::{Encodings, LANES};
use crate::figures::Balance;
use rayon::prelude::*;

impl Encodings {
    /// How even the list is; all zero for an empty one.
    pub fn balance(&self) -> Balance {
        if self.is_empty() {
            return Balance::default();
        }
        let (n, bits) = (self.len() as f64, f64::from(self.length()));
        let weights = self.ones();
        let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let p = total as f64 / (n * bits);
        let coin = p * (1.0 - p);
        let shares: Vec<f64> = self.ones_by_bit().into_iter().map(|ones| f64::from(ones) / n).collect();
        let spread = variance(shares.iter().copied(), p);
        Balance {
            encodings: self.len(),
            ones: p,
            weight_deviation: variance(weights.iter().map(|weight| f64::from(*weight)), p * bits).sqrt(),
            weight_chance: (bits * coin).sqrt(),
            rarest_bit: shares.iter().copied().fold(1.0, f64::min),
            commonest_bit: shares.iter().copied().fold(0.0, f64::max),
            bit_spread: if coin > 0.0 { spread / (coin / n) } else { 0.0 },
        }
    }

    /// How many encodings have each bit set.
    fn ones_by_bit(&self) -> Vec<u32> {
        let none = || vec![0_u32; self.words_per() * 64];
        let add = |mut ones: Vec<u32>, block: usize| {
            // Lanes past the last record hold zeros.
            for (lanes, ones) in self.block(block).iter().zip(ones.chunks_exact_mut(64)) {
                for (bit, ones) in ones.iter_mut().enumerate() {
                    *ones += (0..LANES).map(|lane| (lanes.0[lane] >> bit & 1) as u32).sum::<u32>();
                }
            }
            ones
        };
        let join = |mut one: Vec<u32>, other: Vec<u32>| {
            one.iter_mut().zip(other).for_each(|(one, other)| *one += other);
            one
        };
        let mut ones = (0..self.blocks()).into_par_iter().fold(none, add).reduce(none, join);
        ones.truncate(usize::from(self.length()));
        ones
    }
}

fn variance(values: impl ExactSizeIterator<Item = f64>, mean: f64) -> f64 {
    let count = values.len() as f64;
    values.map(|value| (value - mean).powi(2)).sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::super::oracle;
    use super::*;

    #[test]
    fn fair_coins_are_even_and_a_bit_or_a_record_that_is_not_shows() {
        let mut random = oracle::random(7);
        let mut words: Vec<u64> = (0..3_000 * 16).map(|_| random()).collect();
        let fair = Encodings::new(1024, words.clone()).expect("rows").balance();
        assert!(fair.encodings == 3_000 && (fair.ones - 0.5).abs() < 0.002, "{fair:?}");
        assert!((fair.weight_deviation / fair.weight_chance - 1.0).abs() < 0.05 && fair.weight_chance.round() == 16.0);
        // 1,024 shares of a variance known to one part in √(1024 / 2).
        assert!((fair.bit_spread - 1.0).abs() < 0.2, "{fair:?}");
        // Bit 70 is set in every record, and every tenth record has all bits of its first half set.
        for (record, row) in words.chunks_exact_mut(16).enumerate() {
            row[1] |= 1 << 6;
            if record % 10 == 0 {
                row[..8].fill(u64::MAX);
            }
        }
        let uneven = Encodings::new(1024, words).expect("rows").balance();
        assert_eq!(uneven.commonest_bit, 1.0);
        assert!(uneven.bit_spread > 5.0 && uneven.weight_deviation > 3.0 * uneven.weight_chance, "{uneven:?}");
    }

    #[test]
    fn counts_are_those_of_a_slow_count_at_odd_sizes() {
        for (length, records) in [(64, 1), (100, 65), (1024, 129)] {
            let side = oracle::side(9, length, records);
            let slow = |bit: usize| (0..records).filter(|at| side.row(*at)[bit / 64] >> (bit % 64) & 1 == 1).count();
            let counted: Vec<usize> = side.ones_by_bit().into_iter().map(|ones| ones as usize).collect();
            assert_eq!(counted, (0..usize::from(length)).map(slow).collect::<Vec<_>>());
        }
        assert_eq!(Encodings::new(64, Vec::new()).expect("no rows").balance(), Balance::default());
    }
}
