//! How alike two encodings are, in whole numbers.
//!
//! Diffused encodings are compared by agreeing bits (Hamming), plain CLKs as their authors do, by the coefficient of Dice ("Measures of
//! the amount of ecologic association between species", Ecology 26, 1945): twice the ones in common over the ones of both.
//!
//! Both measures follow from the Hamming distance `d` and the numbers of ones `p` and `q`: with `c` ones in common,
//! `d = p + q − 2c`. So one kernel that counts `d` serves both, and a lower score becomes an upper limit of `d`:
//!
//! - Hamming: `length − d ≥ lower  ⇔  d ≤ length − lower`, exact.
//! - Dice: `10 000 · 2c ≥ lower · (p + q)  ⇔  d ≤ ⌊r·p + r·q⌋` with `r = (10 000 − lower) / 10 000`. The kernel wants one
//!   number a row and one a lane, so it tests `d ≤ (⌊r·p⌋ + 1) + ⌊r·q⌋`, which lets at most one bit too many through and
//!   never loses a pair; the few that pass are scored exactly.

/// Which similarity is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Number of agreeing bits, 0 to the length: for diffused encodings.
    Hamming,
    /// `⌊10 000 · 2c / (p + q)⌋`, 0 to 10 000: for plain Bloom filters. Two empty encodings score 0.
    Dice,
}

/// Similarity of two encodings; higher is more alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(pub u16);

/// Two records and how alike they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// Index in the first side.
    pub a: u32,
    /// Index in the second side.
    pub b: u32,
    /// How alike they are, in the measure's unit.
    pub score: Score,
}

const DICE_ONE: u32 = 10_000;

impl Measure {
    /// The score of two equal encodings of this length.
    pub fn highest(self, length: u16) -> Score {
        match self {
            Self::Hamming => Score(length),
            Self::Dice => Score(DICE_ONE as u16),
        }
    }

    /// The score of a pair at this distance whose encodings have `p` and `q` ones.
    pub(crate) fn score(self, length: u16, p: u16, q: u16, distance: u32) -> Score {
        match self {
            Self::Hamming => Score((u32::from(length) - distance) as u16),
            Self::Dice => {
                let ones = u32::from(p) + u32::from(q);
                Score((DICE_ONE * (ones - distance)).checked_div(ones).unwrap_or(0) as u16)
            }
        }
    }

    /// What a record of the row side with `p` ones adds to the limit of the distance.
    pub(crate) fn row_limit(self, length: u16, p: u16, lower: Score) -> i64 {
        match self {
            Self::Hamming => i64::from(length) - i64::from(lower.0),
            Self::Dice => dice_share(p, lower) + 1,
        }
    }

    /// What a record of the lane side with `q` ones adds to the limit of the distance.
    pub(crate) fn lane_limit(self, q: u16, lower: Score) -> i64 {
        match self {
            Self::Hamming => 0,
            Self::Dice => dice_share(q, lower),
        }
    }
}

fn dice_share(ones: u16, lower: Score) -> i64 {
    let one = i64::from(DICE_ONE);
    (one - i64::from(lower.0)) * i64::from(ones) / one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_rounds_down_and_two_empty_encodings_score_zero() {
        assert_eq!(Measure::Dice.score(64, 2, 1, 1), Score(6_666));
        assert_eq!(Measure::Dice.score(64, 0, 0, 0), Score(0));
        assert_eq!(Measure::Dice.score(4096, 4096, 4096, 0), Score(10_000));
    }

    #[test]
    fn a_limit_of_the_distance_never_loses_a_pair_and_lets_at_most_one_bit_too_many_through() {
        for lower in [0, 1, 3_333, 6_666, 8_499, 8_500, 9_999, 10_000].map(Score) {
            for p in 0..40_u16 {
                for q in 0..40_u16 {
                    let limit = Measure::Dice.row_limit(64, p, lower) + Measure::Dice.lane_limit(q, lower);
                    for c in 0..=p.min(q) {
                        let distance = u32::from(p + q - 2 * c);
                        let kept = u64::from(c) * 20_000 >= u64::from(lower.0) * u64::from(p + q);
                        assert!(!kept || i64::from(distance) <= limit, "{lower:?} {p} {q} {c}");
                        assert!(i64::from(distance) > limit - 1 || kept, "{lower:?} {p} {q} {c}");
                    }
                }
            }
        }
    }
}
