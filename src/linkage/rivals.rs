//! Scores relative to a record's rivals: how far a pair stands above what its two records score with others.
//!
//! A record whose name is frequent is somewhat like many others, so its best stranger scores more than that of a record
//! with a rare one. What many candidates of a record have in common says nothing about any of them. So each record has a
//! *background*, the mean score of its [`RIVALS`] best candidates after the very best, and a pair loses [`SHARE`] tenths of
//! what the backgrounds of its two records exceed the lowest score looked for. Where a record has fewer candidates, the
//! missing ones count as that lowest score.
//!
//! This does for every population what a table of rare and frequent names does for one, and looks at scores alone.

use super::{Encodings, LinkageError, Pair, Progress, Score, Search, Tail, search};

/// Candidates after the best that make a record's background.
const RIVALS: usize = 5;
/// Tenths of a background that a pair loses, for each of its two records.
const SHARE: u32 = 4;

/// The pairs with relative scores, in their order; no score rises. `lower` is the least score that was looked for.
pub fn relative(pairs: &[Pair], lower: Score) -> Vec<Pair> {
    let (side_a, side_b) = (backgrounds(pairs, lower, |pair| pair.a), backgrounds(pairs, lower, |pair| pair.b));
    let loss = |pair: &Pair| side_a[pair.a as usize] + side_b[pair.b as usize];
    let adjusted = |pair: &Pair| u32::from(pair.score.0).saturating_sub(loss(pair) * SHARE / (10 * RIVALS as u32));
    pairs.iter().map(|pair| Pair { score: Score(adjusted(pair) as u16), ..*pair }).collect()
}

/// The relative scores of strangers: pairs within one side, as [`stranger_tail`](super::stranger_tail) counts absolute ones;
/// each pair counts twice. Pairs below `wanted.lower` count as score 0. Of a long side the beginning is taken.
///
/// # Errors
///
/// As [`search()`].
pub fn relative_tail(side: &Encodings, wanted: &Search, progress: Progress<'_>) -> Result<Tail, LinkageError> {
    /// Rows that give strangers enough.
    const ROWS: usize = 10_000;
    let rows = side.len().min(ROWS);
    let sample = side.first(rows)?;
    let mut found = search(&sample, &sample, wanted, progress)?.pairs;
    found.retain(|pair| pair.a != pair.b);
    let mut counts = vec![0; usize::from(wanted.measure.highest(side.length()).0) + 1];
    for pair in relative(&found, wanted.lower) {
        counts[usize::from(pair.score.0)] += 1;
    }
    counts[0] += (rows * rows.saturating_sub(1) - found.len()) as u64;
    Ok(Tail::from_counts(wanted.measure, side.length(), counts))
}

/// By record: the sum of what the candidates after the best score above `lower`.
fn backgrounds(pairs: &[Pair], lower: Score, index: fn(&Pair) -> u32) -> Vec<u32> {
    let records = pairs.iter().map(|pair| index(pair) as usize + 1).max().unwrap_or(0);
    let mut best = vec![[0_u16; RIVALS + 1]; records];
    for pair in pairs {
        let above = pair.score.0.saturating_sub(lower.0);
        let kept = &mut best[index(pair) as usize];
        let place = kept.partition_point(|score| *score >= above);
        if place < kept.len() {
            kept[place..].rotate_right(1);
            kept[place] = above;
        }
    }
    best.iter().map(|kept| kept[1..].iter().map(|score| u32::from(*score)).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(of: &[(u32, u32, u16)]) -> Vec<u16> {
        let pairs: Vec<Pair> = of.iter().map(|&(a, b, score)| Pair { a, b, score: Score(score) }).collect();
        relative(&pairs, Score(500)).iter().map(|pair| pair.score.0).collect()
    }

    #[test]
    fn a_pair_without_rivals_keeps_its_score() {
        assert_eq!(scores(&[(0, 0, 700), (1, 1, 500)]), [700, 500]);
        assert!(relative(&[], Score(500)).is_empty());
    }

    #[test]
    fn of_two_equal_scores_the_one_with_rivals_is_worth_less() {
        let with_rivals: Vec<(u32, u32, u16)> = (1..=5).map(|b| (0, b, 650)).collect();
        let all = [vec![(0, 0, 700), (1, 6, 700)], with_rivals].concat();
        let found = scores(&all);
        // Five rivals at 150 above the lowest: two fifths of that go.
        assert_eq!(found[..2], [640, 700]);
    }

    #[test]
    fn a_tail_counts_every_pair_of_strangers_twice_and_none_with_itself() {
        let side = Encodings::new(64, vec![0, 0, 1, u64::MAX]).expect("whole rows");
        let wanted = Search { measure: super::super::Measure::Hamming, lower: Score(60), per_record: 8 };
        let tail = relative_tail(&side, &wanted, &|_| std::ops::ControlFlow::Continue(())).expect("a good search");
        assert_eq!((tail.pairs(), tail.at_least(Score(60))), (12, 6));
    }

    #[test]
    fn no_score_rises_and_the_order_of_pairs_makes_no_difference() {
        let all: Vec<(u32, u32, u16)> = (0..60).map(|n| (n % 7, n % 11, 500 + (n * 37 % 200) as u16)).collect();
        let straight = scores(&all);
        assert!(straight.iter().zip(&all).all(|(now, then)| *now <= then.2));
        let turned: Vec<(u32, u32, u16)> = all.iter().rev().copied().collect();
        let mut back = scores(&turned);
        back.reverse();
        assert_eq!(straight, back);
    }
}
