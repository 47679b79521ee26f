//! How often an attack was right, with an interval.

pub use crate::figures::attack::{Share, Success};
use crate::interval::wilson;

impl Share {
    /// The share itself; zero of no trials.
    pub fn value(self) -> f64 {
        if self.trials == 0 { 0.0 } else { self.hits as f64 / self.trials as f64 }
    }

    /// Bounds of the interval; everything is possible after no trial.
    pub fn interval(self) -> (f64, f64) {
        wilson(self.hits, self.trials)
    }
}

impl Success {
    /// Counts ranks from zero; nothing is an answer that was not given.
    pub(super) fn of(ranks: &[Option<u32>], candidates: usize, comparisons: u64) -> Self {
        let within = |limit: u32| Share {
            hits: ranks.iter().filter(|rank| rank.is_some_and(|rank| rank < limit)).count() as u64,
            trials: ranks.len() as u64,
        };
        Self { top1: within(1), top10: within(10), chance: 1.0 / candidates.max(1) as f64, comparisons }
    }
}

/// The rank of the true candidate: how many score better, and half of those that score the same.
pub(super) fn rank(scores: &[f32], truth: usize) -> u32 {
    let own = scores[truth];
    let (mut better, mut same) = (0, 0);
    for score in scores {
        better += u32::from(*score > own);
        same += u32::from(*score == own);
    }
    better + same.saturating_sub(1).div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_is_worth_half_and_never_a_certain_hit() {
        assert_eq!(rank(&[0.1, 0.9, 0.5], 1), 0);
        assert_eq!(rank(&[0.1, 0.9, 0.5], 0), 2);
        assert_eq!(rank(&[0.5, 0.5, 0.5, 0.5], 2), 2);
    }
}
