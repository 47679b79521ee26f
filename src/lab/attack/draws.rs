//! Draws of the attack laboratory: one seeded stream for each purpose, so that a change in one moves no other.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What a stream is drawn for.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(super) enum Purpose {
    /// Who is in the register, who is known, who is attacked.
    Sample = 11,
    /// Typing errors.
    Errors = 12,
    /// Which encoding stands in for which in the shuffled control.
    Shuffle = 13,
    /// Initial weights and batches of a learner.
    Learner = 14,
    /// Directions onto which a matrix is projected.
    Projection = 15,
}

/// A stream of draws; never used for a key.
#[derive(Debug)]
pub(super) struct Draws(ChaCha8Rng);

impl Draws {
    pub(super) fn new(seed: u64, purpose: Purpose) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed ^ ((purpose as u64) << 56)))
    }

    /// A number below `n`; zero if `n` is zero.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// From 0 up to but not 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// The numbers below `n` in random order (Fisher and Yates).
    pub(super) fn order(&mut self, n: usize) -> Vec<usize> {
        let mut items: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            items.swap(last, self.below(last + 1));
        }
        items
    }
}
