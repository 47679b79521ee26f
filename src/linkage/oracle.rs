//! The naive oracle: the definitions, word for word, for the tests to hold the fast code against.

use std::cmp::Reverse;

use super::{Candidates, Encodings, Measure, Pair, Score, Search};

/// The score by its definition.
pub(crate) fn score(measure: Measure, length: u16, a: &[u64], b: &[u64]) -> Score {
    let ones = |words: &[u64]| words.iter().map(|word| word.count_ones()).sum::<u32>();
    let both = |of: fn(u64, u64) -> u64| a.iter().zip(b).map(|(&a, &b)| of(a, b).count_ones()).sum::<u32>();
    match measure {
        Measure::Hamming => Score(length - both(|a, b| a ^ b) as u16),
        Measure::Dice if ones(a) + ones(b) == 0 => Score(0),
        Measure::Dice => Score((10_000 * 2 * both(|a, b| a & b) / (ones(a) + ones(b))) as u16),
    }
}

/// The search by its definition.
pub(crate) fn search(a: &Encodings, b: &Encodings, search: &Search) -> Candidates {
    let (mut pairs, mut bounded) = (Vec::new(), 0);
    for i in 0..a.len() {
        let mut row: Vec<Pair> = (0..b.len())
            .map(|j| Pair { a: i as u32, b: j as u32, score: score(search.measure, a.length(), &a.row(i), &b.row(j)) })
            .filter(|pair| pair.score >= search.lower)
            .collect();
        row.sort_by_key(|pair| (Reverse(pair.score), pair.b));
        bounded += usize::from(row.len() > search.per_record);
        row.truncate(search.per_record);
        pairs.extend(row);
    }
    Candidates { pairs, bounded, compared: a.len() as u64 * b.len() as u64 }
}

/// A side of made-up encodings of every fill, some of them alike.
pub(crate) fn side(seed: u64, length: u16, records: usize) -> Encodings {
    let mut random = random(seed);
    let words_per = usize::from(length).div_ceil(64);
    let last = u64::MAX >> (words_per * 64 - usize::from(length));
    let mut words: Vec<u64> = Vec::with_capacity(records * words_per);
    for record in 0..records {
        let kind = random() % 4;
        for word in 0..words_per {
            let draw = match kind {
                0 => random(),
                1 => random() & random(),
                2 => random() | random(),
                _ if record > 0 => words[(record - 1) * words_per + word] ^ (random() & random() & random()),
                _ => 0,
            };
            words.push(if word + 1 == words_per { draw & last } else { draw });
        }
    }
    Encodings::new(length, words).expect("made to fit")
}

/// SplitMix64: a stream of made-up numbers.
pub(crate) fn random(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
