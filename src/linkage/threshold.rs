//! From which score a pair is a link, chosen without labels for an expected number of false links.
//!
//! For a score `s` the expectation is `n_a · n_b · (null(s) + excess(s))`.
//!
//! - **null**: diffused encodings of strangers agree in each bit as coins do, so `null(s) = P(Binomial(length, ½) ≥ s)`,
//!   summed exactly, in logarithms. Only Hamming has a null; with Dice it is zero.
//! - **excess**: what strangers do in fact, from the tails of both sides; the larger one counts. Up to the score that
//!   [`FIRM`] pairs still reach, it is the share of pairs seen. Above, it is a straight line in the logarithm from there,
//!   `ln excess(s) = ln excess(s₀) − slope · (s − s₀)`, and never less than the share seen. The slope is the flattest of
//!   three: over the last decade of pairs, over the last two, and from `s₀` to the highest score seen. No pair seen is
//!   therefore never taken for no pair possible.
//!
//! Assumptions, and where they fail
//! - The tail falls at least exponentially beyond what was seen. Tails of sums of many bits do, and faster, so the line
//!   errs upwards. A kind of false pair too rare to be in the sample at all, and not in the null, is not foreseen.
//! - Strangers within one side are like strangers across the two; duplicates left within a side push thresholds up.
//! - Null and excess both count the ordinary stranger, so the sum is up to twice too high: a few points at most.
//! - With fewer than [`ENOUGH`] pairs a tail is not used. Hamming then rests on its null alone, Dice is refused.
//! - One-to-one decisions drop a false pair whenever either record has a better partner: the expectation is an upper bound.

use super::{LinkageError, Measure, Score, Tail};

/// Pairs at or above a score from which on their share is taken as it is (standard error below a fifth).
const FIRM: u64 = 30;
/// Pairs a tail needs to be used.
const ENOUGH: u64 = 1_000;
/// How many times the target the possible links may bring.
const POSSIBLE_FACTOR: f64 = 100.0;

/// Thresholds and what they are expected to cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    /// Least score of a link: the smallest whose expected false links are within the target.
    pub link: Score,
    /// Least score of a possible link: the same for a hundred times the target; at most `link`.
    pub possible: Score,
    /// Expected false pairs at or above `link`: an upper bound of false links.
    pub expected_false: f64,
    /// The part of it that the null explains.
    pub expected_null: f64,
    /// Expected false pairs at or above `possible`.
    pub expected_false_possible: f64,
}

/// Chooses thresholds for sides of `n_a` and `n_b` records.
///
/// # Errors
///
/// Refuses a target that is not positive, tails of another length or of different measures, too little evidence
/// (Dice only), and inputs for which no score keeps the target.
pub fn choose(
    n_a: usize,
    n_b: usize,
    length: u16,
    tail_a: &Tail,
    tail_b: &Tail,
    target_false: f64,
) -> Result<Chosen, LinkageError> {
    if !(target_false > 0.0 && target_false.is_finite()) {
        return Err(LinkageError::Target);
    }
    let measure = tail_a.measure();
    if measure != tail_b.measure() || [tail_a, tail_b].iter().any(|tail| tail.length() != length) {
        return Err(LinkageError::TailUnlike);
    }
    let fits: Vec<Fit<'_>> = [tail_a, tail_b].into_iter().filter_map(Fit::new).collect();
    if measure == Measure::Dice && fits.is_empty() {
        return Err(LinkageError::Evidence { pairs: tail_a.pairs().max(tail_b.pairs()), needed: ENOUGH });
    }
    let null = match measure {
        Measure::Hamming => binomial_ln_tail(length),
        Measure::Dice => Vec::new(),
    };

    let ln_pairs = (n_a as f64).ln() + (n_b as f64).ln();
    let expected_null = |score: u16| null.get(usize::from(score)).map_or(0.0, |ln_tail| (ln_pairs + ln_tail).exp());
    let expected = |score: u16| {
        let excess = fits.iter().map(|fit| fit.ln_share(score)).fold(f64::NEG_INFINITY, f64::max);
        expected_null(score) + (ln_pairs + excess).exp()
    };
    let highest = measure.highest(length).0;
    let smallest_within = |target: f64| (0..=highest).find(|&score| expected(score) <= target);
    let link = smallest_within(target_false)
        .ok_or_else(|| LinkageError::Unreachable { expected: expected(highest), target: target_false })?;
    let possible = smallest_within(target_false * POSSIBLE_FACTOR).unwrap_or(link);
    Ok(Chosen {
        link: Score(link),
        possible: Score(possible),
        expected_false: expected(link),
        expected_null: expected_null(link),
        expected_false_possible: expected(possible),
    })
}

/// Least score that rows of coin tosses among `n_a` and `n_b` rows are expected to reach at most `target` times, in all.
pub fn by_chance(n_a: usize, n_b: usize, length: u16, target: f64) -> Score {
    let ln_pairs = (n_a.max(1) as f64).ln() + (n_b.max(1) as f64).ln();
    let tail = binomial_ln_tail(length);
    let score = tail.iter().position(|ln_tail| ln_pairs + ln_tail <= target.ln());
    Score(score.map_or(length, |score| score as u16))
}

/// A tail with its continuation: a line in the logarithm from the highest firm score on.
struct Fit<'a> {
    tail: &'a Tail,
    firm: u16,
    slope: f64,
}

impl<'a> Fit<'a> {
    fn new(tail: &'a Tail) -> Option<Self> {
        if tail.pairs() < ENOUGH {
            return None;
        }
        let firm = tail.highest_with(FIRM)?;
        let ln_seen = |score: u16| (tail.at_least(Score(score)) as f64).ln();
        let before = [10, 100].into_iter().filter_map(|decade| tail.highest_with(FIRM * decade));
        let fall = |from: u16, to: u16| (ln_seen(from) - ln_seen(to)) / f64::from(to - from);
        let last = tail.highest_with(1)?;
        let slopes = before.filter(|&start| start < firm).map(|start| fall(start, firm));
        let slopes = slopes.chain((firm < last).then(|| fall(firm, last)));
        // All pairs at one score: nothing is known of how the tail falls, so it does not.
        let slope = slopes.reduce(f64::min).unwrap_or(0.0);
        Some(Self { tail, firm, slope })
    }

    /// Logarithm of the share of strangers at or above a score.
    fn ln_share(&self, score: u16) -> f64 {
        let ln_share = |score: u16| (self.tail.at_least(Score(score)) as f64 / self.tail.pairs() as f64).ln();
        let seen = ln_share(score);
        if score <= self.firm {
            seen
        } else {
            seen.max(ln_share(self.firm) - self.slope * f64::from(score - self.firm))
        }
    }
}

/// `ln P(X ≥ s)` for `X ~ Binomial(n, ½)` and `s` from 0 to `n`, from the exact terms `C(n, s) / 2ⁿ`.
fn binomial_ln_tail(n: u16) -> Vec<f64> {
    let mut tail = vec![0.0; usize::from(n) + 1];
    let mut ln_term = -f64::from(n) * std::f64::consts::LN_2;
    let mut ln_sum = f64::NEG_INFINITY;
    for s in (0..=n).rev() {
        let (high, low) = if ln_sum > ln_term { (ln_sum, ln_term) } else { (ln_term, ln_sum) };
        ln_sum = high + (low - high).exp().ln_1p();
        tail[usize::from(s)] = ln_sum.min(0.0);
        // C(n, s − 1) = C(n, s) · s / (n − s + 1)
        ln_term += f64::from(s).ln() - (f64::from(n) - f64::from(s) + 1.0).ln();
    }
    tail
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::linkage::oracle;
    use crate::linkage::{Encodings, MAX_LENGTH, stranger_tail};

    /// A side of coin tosses: what diffusion makes of strangers.
    fn coins(seed: u64, length: u16, records: usize) -> Encodings {
        let mut random = oracle::random(seed);
        Encodings::new(length, (0..records * usize::from(length) / 64).map(|_| random()).collect()).unwrap()
    }

    fn no_tail(length: u16) -> Tail {
        Tail::empty(Measure::Hamming, length)
    }

    #[test]
    fn chance_alone_reaches_the_score_as_seldom_as_asked() {
        // A thousand by a thousand coin tosses, a hundred times the pairs that reach a score once in a hundred.
        let (a, b) = (coins(5, 256, 1_000), coins(6, 256, 1_000));
        let reached = |target: f64| {
            let least = by_chance(1_000, 1_000, 256, target);
            let search = crate::linkage::Search { measure: Measure::Hamming, lower: least, per_record: 16 };
            crate::linkage::search(&a, &b, &search, &|_| ControlFlow::Continue(())).unwrap().pairs.len()
        };
        // The least whole score within a target lies up to a third below it.
        assert!((30..=130).contains(&reached(100.0)), "{}", reached(100.0));
        assert_eq!(reached(1e-4), 0);
        assert_eq!(by_chance(2, 2, 64, 1e-40), Score(64));
    }

    #[test]
    fn the_binomial_tail_has_its_known_values() {
        let close = |ln: f64, exact: f64| assert!((ln - exact.ln()).abs() < 1e-9, "{ln} is not ln {exact}");
        let ten = binomial_ln_tail(10);
        close(ten[0], 1.0);
        close(ten[8], 56.0 / 1024.0);
        close(ten[10], 1.0 / 1024.0);
        // Sums of exact binomial coefficients over powers of two, divided in whole numbers.
        close(binomial_ln_tail(1024)[512], 0.512_463_902_946_494_8);
        close(binomial_ln_tail(1024)[625], 8.357_470_772_832_742e-13);
        close(binomial_ln_tail(100)[80], 5.579_544_528_625_976e-10);
    }

    #[test]
    fn the_binomial_tail_stays_exact_far_below_what_a_float_holds() {
        let tail = binomial_ln_tail(MAX_LENGTH);
        assert_eq!(tail[4096], -4096.0 * std::f64::consts::LN_2);
        let last_two = 4097.0_f64.ln() - 4096.0 * std::f64::consts::LN_2;
        assert!((tail[4095] - last_two).abs() < 1e-9);
        assert!((tail[0]).abs() < 1e-9 && tail.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn without_tails_the_threshold_is_the_smallest_that_the_null_allows() {
        let chosen = choose(1_000_000, 1_000_000, 1024, &no_tail(1024), &no_tail(1024), 1.0).unwrap();
        let tail = binomial_ln_tail(1024);
        let expected = |score: u16| 1e12 * tail[usize::from(score)].exp();
        assert!(expected(chosen.link.0) <= 1.0 && expected(chosen.link.0 - 1) > 1.0);
        assert!(expected(chosen.possible.0) <= 100.0 && expected(chosen.possible.0 - 1) > 100.0);
        // Seven standard deviations of sixteen bits above the mean.
        assert!((620..=630).contains(&chosen.link.0) && chosen.possible < chosen.link);
        assert_eq!(chosen.expected_false, chosen.expected_null);
    }

    #[test]
    fn more_records_or_a_smaller_target_never_lower_the_threshold() {
        let link = |n, target| choose(n, n, 1024, &no_tail(1024), &no_tail(1024), target).unwrap().link;
        assert!(link(1_000, 1.0) < link(100_000, 1.0));
        assert!(link(1_000, 0.01) > link(1_000, 1.0));
    }

    #[test]
    fn a_sample_of_coins_moves_the_threshold_by_a_few_points_and_only_up() {
        let side = coins(3, 512, 600);
        let tail = stranger_tail(&side, Measure::Hamming, 600, &|_| ControlFlow::Continue(())).unwrap();
        let null = choose(1_000_000, 1_000_000, 512, &no_tail(512), &no_tail(512), 1.0).unwrap();
        let both = choose(1_000_000, 1_000_000, 512, &tail, &no_tail(512), 1.0).unwrap();
        assert!(both.link >= null.link, "{both:?} {null:?}");
        assert!(both.link.0 <= null.link.0 + 40, "{both:?} {null:?}");
    }

    #[test]
    fn relatives_push_the_threshold_above_them() {
        // A crowd around the mean, and one pair in ten thousand of relatives at 700.
        let mut counts = vec![0; 1025];
        for (score, ln_tail) in binomial_ln_tail(1024).iter().enumerate() {
            counts[score] = (1e7 * (ln_tail.exp() - binomial_ln_tail_at(score + 1))) as u64;
        }
        for (step, score) in (700..800).enumerate() {
            counts[score] += (1_000.0 * (-0.1 * step as f64).exp()) as u64;
        }
        let tail = Tail::from_counts(Measure::Hamming, 1024, counts);
        let chosen = choose(100_000, 100_000, 1024, &no_tail(1024), &tail, 1.0).unwrap();
        assert!(chosen.link.0 > 770, "{chosen:?}");
        assert!(chosen.expected_null < 1e-10 && chosen.expected_false > 1e-3);
    }

    fn binomial_ln_tail_at(score: usize) -> f64 {
        binomial_ln_tail(1024).get(score).map_or(0.0, |ln| ln.exp())
    }

    #[test]
    fn what_was_never_seen_is_still_expected() {
        let mut counts = vec![0; 10_001];
        for score in 0..1_000 {
            counts[score * 5] = (1e6 * (-0.02 * score as f64).exp()) as u64;
        }
        let tail = Tail::from_counts(Measure::Dice, 1024, counts);
        let last = tail.highest_with(1).unwrap();
        let chosen = choose(10_000_000, 10_000_000, 1024, &tail, &tail, 1.0).unwrap();
        assert!(chosen.link.0 > last, "{chosen:?} {last}");
        // The line has the slope that made it, 0.004 a point: from 5·10⁷ pairs seen to 10¹⁴, within a fifth.
        let line = (1e14_f64).ln() / 0.004;
        assert!((f64::from(chosen.link.0) / line - 1.0).abs() < 0.2, "{chosen:?} {line}");
    }

    #[test]
    fn duplicates_within_a_side_make_the_target_unreachable() {
        let mut counts = vec![0; 10_001];
        counts[1_000] = 1_000_000;
        counts[10_000] = 100;
        let tail = Tail::from_counts(Measure::Dice, 1024, counts);
        let refused = choose(1_000_000, 1_000_000, 1024, &tail, &tail, 1.0);
        assert!(matches!(refused, Err(LinkageError::Unreachable { expected, .. }) if expected > 1e7));
    }

    #[test]
    fn dice_without_evidence_and_bad_targets_are_refused() {
        let none = Tail::empty(Measure::Dice, 1024);
        let refused = choose(10, 10, 1024, &none, &none, 1.0);
        assert_eq!(refused, Err(LinkageError::Evidence { pairs: 0, needed: ENOUGH }));
        for target in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let refused = choose(10, 10, 1024, &no_tail(1024), &no_tail(1024), target);
            assert_eq!(refused, Err(LinkageError::Target));
        }
        assert_eq!(choose(10, 10, 1024, &no_tail(1024), &none, 1.0), Err(LinkageError::TailUnlike));
        assert_eq!(choose(10, 10, 512, &no_tail(1024), &no_tail(1024), 1.0), Err(LinkageError::TailUnlike));
    }

    #[test]
    fn an_empty_side_expects_no_false_links() {
        let chosen = choose(0, 1_000, 1024, &no_tail(1024), &no_tail(1024), 1.0).unwrap();
        assert_eq!((chosen.link, chosen.expected_false), (Score(0), 0.0));
    }
}
