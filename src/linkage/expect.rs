//! How many links are false, and from which score on linking pays most, without labels.
//!
//! Pairs within a side, counted by [`relative_tail`](super::relative_tail), cannot be true if each side has removed its
//! duplicates. They estimate the share of strangers at or above a score; of `n` seen, `(√n + 1)²` are counted, which the true
//! expectation exceeds about one time in forty. So no pair seen is not taken for no pair possible, and the choice leans to
//! the safe side where little is known. Of `links` at a score, false ones are then expected between records that are in no
//! true link: `false = (n_a − true) · (n_b − true) · share`, with `true = links − false`.
//!
//! Strangers of the two sides may be more alike than those of one: relatives that one side has for reasons that have to do
//! with a person on the other. Nothing within a side shows that, and the expectation is then too low.

use super::{Link, Score, Tail};

/// Links at or above a score, and how many of them are expected to be false.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// The score, in the unit of the measure.
    pub score: Score,
    /// Pairs that are linked at or above it.
    pub links: usize,
    /// How many of these are expected to be false.
    pub false_links: f64,
}

/// Expectations at every score that a link has, from high to low; `tails` are of scores of the same kind.
pub fn expect(tails: [&Tail; 2], sizes: [usize; 2], links: &[Link]) -> Vec<Expected> {
    let mut scores: Vec<u16> = links.iter().map(|link| link.score.0).collect();
    scores.sort_unstable_by(|a, b| b.cmp(a));
    let [left, right] = sizes.map(|size| size as f64);
    // A tail counts every pair twice.
    let pairs = tails.iter().map(|tail| tail.pairs() as f64 / 2.0).sum::<f64>().max(1.0);
    let (mut levels, mut at) = (Vec::new(), 0);
    while at < scores.len() {
        let score = Score(scores[at]);
        at += scores[at..].partition_point(|other| *other == score.0);
        let seen: f64 = tails.iter().map(|tail| tail.at_least(score) as f64 / 2.0).sum();
        let share = (seen.sqrt() + 1.0).powi(2) / pairs;
        let mut found = at as f64;
        for _ in 0..50 {
            let false_links = (left - found).max(0.0) * (right - found).max(0.0) * share;
            found = 0.5 * found + 0.5 * (at as f64 - false_links).max(0.0);
        }
        levels.push(Expected { score, links: at, false_links: at as f64 - found });
    }
    levels
}

/// The level with the greatest F1 that the expectations let one hope for. The number of true pairs is taken to be the most
/// true links expected at any level, and a false link counts half as much again.
pub fn most_useful(expected: &[Expected]) -> Option<usize> {
    /// What an expected false link counts. Strangers of the two sides are somewhat more alike than those of one, so the
    /// expectation runs low by up to a half; a choice that counts on it goes too far down.
    const WEIGHT: f64 = 1.5;
    let found = |level: &Expected| level.links as f64 - WEIGHT * level.false_links;
    let pairs = expected.iter().map(found).fold(0.0, f64::max);
    let f1 = |level: &Expected| 2.0 * found(level) / (level.links as f64 + pairs);
    (0..expected.len()).max_by(|&a, &b| f1(&expected[a]).total_cmp(&f1(&expected[b])))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::linkage::{Encodings, Measure, Policy, Rule, Search, decide, oracle, search, stranger_tail};

    /// Two sides of 1000 whose strangers are like those of one side: 40 families of shared bits. Rows of equal index below
    /// 300 are pairs that differ in some bits.
    fn sides() -> [Encodings; 2] {
        let mut random = oracle::random(17);
        let families: Vec<[u64; 8]> = (0..40).map(|_| std::array::from_fn(|_| random())).collect();
        let mut member = |family: usize| -> Vec<u64> {
            // Three bits in eight of a row are its own.
            let own = |word: &u64| word ^ (random() & (random() | random()));
            families[family].iter().map(own).collect()
        };
        let first: Vec<Vec<u64>> = (0..1000).map(|row| member(row % 40)).collect();
        let second: Vec<Vec<u64>> = (0..1000)
            .map(|row| {
                if row < 300 {
                    first[row]
                        .iter()
                        .map(|word| {
                            word ^ (if row % 2 == 0 { random() & random() } else { random() & (random() | random()) })
                        })
                        .collect()
                } else {
                    Vec::new()
                }
            })
            .collect();
        let mut random = oracle::random(18);
        let mut other = |row: usize| -> Vec<u64> {
            let own = |word: &u64| word ^ (random() & (random() | random()));
            families[(row * 7) % 40].iter().map(own).collect()
        };
        let second: Vec<Vec<u64>> = second
            .into_iter()
            .enumerate()
            .map(|(row, words)| if words.is_empty() { other(row) } else { words })
            .collect();
        [first, second].map(|rows| Encodings::new(512, rows.concat()).unwrap())
    }

    #[test]
    fn expected_false_links_cover_those_observed_and_the_chosen_level_is_near_the_best() {
        let [a, b] = sides();
        let on: crate::linkage::Progress<'static> = &|_| ControlFlow::Continue(());
        let tails = [&a, &b].map(|side| stranger_tail(side, Measure::Hamming, 1000, on).unwrap());
        let wanted = Search { measure: Measure::Hamming, lower: Score(300), per_record: 200 };
        let candidates = search(&a, &b, &wanted, on).unwrap().pairs;
        let policy = Policy { rule: Rule::Greedy, link: Score(300), possible: Score(300), leader: 0 };
        let links = decide(&candidates, &policy).links;
        let expected = expect(tails.each_ref(), [1000, 1000], &links);
        let mut f1 = Vec::new();
        for level in &expected {
            let found =
                links.iter().filter(|link| link.score >= level.score && link.a == link.b && link.a < 300).count();
            let seen = level.links - found;
            // Where four links in five are true the expectation covers; far below, greedy links crowd each other out.
            if 5 * seen < level.links {
                assert!(seen as f64 <= level.false_links + 1.0, "{level:?} has {seen} false");
            }
            f1.push(2.0 * found as f64 / (level.links + 300) as f64);
        }
        let best = f1.iter().copied().fold(0.0, f64::max);
        let chosen = f1[most_useful(&expected).unwrap()];
        assert!((0.5..0.999).contains(&best), "{best}: the task is neither void nor trivial");
        assert!(chosen > best - 0.03, "{chosen} {best}");
    }

    #[test]
    fn no_links_expect_nothing() {
        let tail = Tail::empty(Measure::Hamming, 512);
        assert!(expect([&tail, &tail], [10, 10], &[]).is_empty() && most_useful(&[]).is_none());
    }
}
