//! Draws: the only randomness of the generator, a seeded ChaCha8 stream.
//!
//! Each person and each recording has a stream of its own, so that a change in one record moves no other. All
//! arithmetic is on integers, so that the same seed gives the same bytes on every platform. Never used for a key.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What a stream is drawn for; streams of different purposes never overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(super) enum Purpose {
    /// Who a person is.
    Person = 1,
    /// How an agency recorded a person.
    Recording = 2,
    /// In which order an agency holds its records.
    Order = 3,
    /// What a company or account is.
    Company = 4,
    /// How an agency recorded a company or account.
    CompanyRecording = 5,
}

/// A stream of draws.
#[derive(Debug)]
pub(super) struct Draws(ChaCha8Rng);

impl Draws {
    /// The stream of one purpose, group (an agency, or zero) and index under a seed.
    pub(super) fn new(seed: u64, purpose: Purpose, group: usize, index: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ (purpose as u64) << 56);
        rng.set_stream((group as u64) << 48 | index as u64);
        Self(rng)
    }

    /// A number below `n`; zero if `n` is zero.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as usize) as i32
    }

    /// True in `rate` of the draws; one draw whatever the rate.
    pub(super) fn chance(&mut self, rate: f64) -> bool {
        let limit = (rate.clamp(0.0, 1.0) * 4_294_967_296.0) as u64;
        u64::from(self.0.next_u32()) < limit
    }

    /// One of `items`, all equally likely. `items` is a table of ours and never empty.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// An index into `weights`, in proportion to them.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u64 = weights.iter().map(|&w| u64::from(w)).sum();
        let mut at = self.below(total as usize) as u64;
        for (index, &weight) in weights.iter().enumerate() {
            if at < u64::from(weight) {
                return index;
            }
            at -= u64::from(weight);
        }
        weights.len().saturating_sub(1)
    }

    /// Puts `items` in random order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// A text drawn by pattern: `n` a digit, `a` an upper-case letter, `c` either, `h` a lower-case hex digit; anything
    /// else stands for itself. A number before a letter repeats it: `4a14n`.
    pub(super) fn pattern(&mut self, pattern: &str) -> String {
        const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const HEX: &[u8] = b"0123456789abcdef";
        let mut out = String::new();
        let mut times = 0;
        for sign in pattern.chars() {
            if let Some(digit) = sign.to_digit(10) {
                times = times * 10 + digit as usize;
                continue;
            }
            for _ in 0..times.max(1) {
                out.push(match sign {
                    'n' => ALPHANUMERIC[self.below(10)] as char,
                    'a' => ALPHANUMERIC[10 + self.below(26)] as char,
                    'c' => ALPHANUMERIC[self.below(36)] as char,
                    'h' => HEX[self.below(16)] as char,
                    other => other,
                });
            }
            times = 0;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_different_purpose_group_or_index_differ() {
        let first = |purpose, group, index| Draws::new(7, purpose, group, index).below(usize::MAX);
        let base = first(Purpose::Person, 0, 0);
        assert_eq!(base, first(Purpose::Person, 0, 0));
        assert_ne!(base, first(Purpose::Recording, 0, 0));
        assert_ne!(base, first(Purpose::Person, 1, 0));
        assert_ne!(base, first(Purpose::Person, 0, 1));
    }

    #[test]
    fn a_pattern_repeats_its_classes() {
        let text = Draws::new(1, Purpose::Company, 0, 0).pattern("XA4a14n");
        assert_eq!(text.len(), 20);
        assert!(text.starts_with("XA") && text[2..6].bytes().all(|b| b.is_ascii_uppercase()));
        assert!(text[6..].bytes().all(|b| b.is_ascii_digit()));
    }

    #[test]
    fn weights_are_followed() {
        let mut draws = Draws::new(3, Purpose::Person, 0, 0);
        let heavy = (0..1000).filter(|_| draws.weighted(&[1, 9]) == 1).count();
        assert!((850..950).contains(&heavy));
    }
}
