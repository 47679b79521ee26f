//! The frontier: what an encoding finds, and what it gives to somebody who knows some pairs, at any length and of any views.
//!
//! Encodings are made here from token lists with an unkeyed generator in place of the run's key, which makes no difference
//! to their statistics; so lengths beyond what leaves an agency can be tried, and several *views*: encodings of parts of a
//! record, each diffused on its own, linked by the best agreement of any. Three attacks, all by somebody who knows the scheme,
//! the whole register in plain text and the true records of some encodings, but no key:
//!
//! - **trilateration**: the agreements of a victim's encoding with the known encodings are correlated with the agreements
//!   that each person of the register would have with them, free of noise;
//! - **kernel**: bits of an encoding are, over keys, a random function of the record whose covariance is `ρ = cᵗ`. Given the
//!   known pairs, the expectation of every bit of every person of the register follows (regression on a Gaussian process), and
//!   the register is ranked by likelihood. No attack that uses second moments alone does better;
//! - **linear**: ridge regression from tokens to bits, the same with shared token weight for the covariance.

pub mod plot;

use std::cmp::Reverse;

use rayon::prelude::*;

use crate::agreement::Schema;
use crate::encoding::design::pairs::{TokenList, share_for};
use crate::encoding::tokens::TokenSet;
use crate::records::Record;

/// Which tokens a view is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All.
    Whole,
    /// This one of that many equal parts of all tokens, by number.
    Part(u64, u64),
    /// All but this one of that many.
    AllBut(u64, u64),
}

impl View {
    fn has(self, token: u64) -> bool {
        match self {
            Self::Whole => true,
            Self::Part(part, of) => mix(token) % of == part,
            Self::AllBut(part, of) => mix(token) % of != part,
        }
    }
}

/// How records are encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Fill of the inner filters.
    pub fill: f64,
    /// Degree of diffusion.
    pub diffusion: u32,
    /// Bits of a view.
    pub length: usize,
    /// Views of a record.
    pub views: Vec<View>,
}

/// Records as tokens.
pub struct People(Vec<TokenList>);

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("People").field(&self.0.len()).finish()
    }
}

impl People {
    /// The records that have enough tokens, and which they are.
    pub fn of(records: &[Record], schema: &Schema) -> (Self, Vec<u32>) {
        let mut scratch = TokenSet::default();
        let lists = records.iter().enumerate();
        let (lists, rows) =
            lists.filter_map(|(row, record)| Some((TokenList::of(record, schema, &mut scratch)?, row as u32))).unzip();
        (Self(lists), rows)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of both.
    pub fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

/// Encodings under one draw of positions and index sets.
#[derive(Debug)]
pub struct Encoded {
    words: Vec<u64>,
    /// Words of a view, and views of a record.
    shape: (usize, usize),
}

impl Encoded {
    /// The agreement beyond chance of two records in a view.
    fn excess(&self, a: usize, other: &Self, b: usize, view: usize) -> f32 {
        let (words, views) = self.shape;
        let of = |record: usize| (record * views + view) * words..(record * views + view + 1) * words;
        let (a, b) = (&self.words[of(a)], &other.words[of(b)]);
        let differ: u32 = a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum();
        1.0 - 2.0 * differ as f32 / (words * 64) as f32
    }

    /// The greatest over the views.
    fn best(&self, a: usize, other: &Self, b: usize) -> f32 {
        (0..self.shape.1).map(|view| self.excess(a, other, b, view)).fold(-1.0, f32::max)
    }
}

/// Encodes lists under one draw.
pub fn encode(lists: &[&People], setting: &Setting, seed: u64) -> Vec<Encoded> {
    let all: Vec<&TokenList> = lists.iter().flat_map(|people| &people.0).collect();
    let bits = setting.length;
    let maps: Vec<(f64, Vec<Vec<u32>>)> = (0..setting.views.len())
        .map(|view| {
            let kept: Vec<TokenList> = all
                .iter()
                .step_by(all.len().div_ceil(2000).max(1))
                .map(|list| list.only(|t| setting.views[view].has(t)))
                .collect();
            let permutation = |pass: u32| permutation(bits, mix(seed ^ mix(view as u64) ^ u64::from(pass) << 32));
            (share_for(&kept, setting.fill), (0..setting.diffusion).map(permutation).collect())
        })
        .collect();
    let one = |list: &TokenList| {
        let mut words = Vec::with_capacity(setting.views.len() * bits / 64);
        for (view, (share, map)) in setting.views.iter().zip(&maps) {
            let mut inner = vec![0u8; bits];
            for &(token, weight) in list.tokens().iter().filter(|(token, _)| view.has(*token)) {
                let count = (share * f64::from(weight) * bits as f64).round().max(1.0) as usize;
                let (mut state, mut set) = (mix(token ^ seed), 0);
                let mut own = std::collections::HashSet::with_capacity(count);
                while set < count {
                    state = mix(state.wrapping_add(0x9E37_79B9_7F4A_7C15));
                    let position = (state >> 20) as usize % bits;
                    if own.insert(position) {
                        inner[position] = 1;
                        set += 1;
                    }
                }
            }
            for at in (0..bits).step_by(64) {
                let bit = |bit: usize| map.iter().fold(0, |sum, pass| sum ^ inner[pass[at + bit] as usize]);
                words.push((0..64).fold(0u64, |word, at| word | u64::from(bit(at)) << at));
            }
        }
        words
    };
    let encode = |people: &&People| Encoded {
        words: people.0.par_iter().flat_map_iter(one).collect(),
        shape: (bits / 64, setting.views.len()),
    };
    lists.iter().map(encode).collect()
}

/// The greatest F1 of greedy one-to-one links over all thresholds.
pub fn best_f1(lists: [&Encoded; 2], sizes: [usize; 2], truth: &[(u32, u32)], true_pairs: usize) -> f64 {
    /// Candidates of a record.
    const KEPT: usize = 16;
    let candidates = |a: usize| {
        let mut scores: Vec<(f32, u32, u32)> =
            (0..sizes[1]).map(|b| (lists[0].best(a, lists[1], b), a as u32, b as u32)).collect();
        let kept = KEPT.min(scores.len() - 1);
        scores.select_nth_unstable_by(kept, |x, y| y.0.total_cmp(&x.0));
        scores.truncate(KEPT);
        scores
    };
    let mut pairs: Vec<(f32, u32, u32)> = (0..sizes[0]).into_par_iter().flat_map_iter(candidates).collect();
    pairs.sort_unstable_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let (mut used_a, mut used_b) = (vec![false; sizes[0]], vec![false; sizes[1]]);
    let (mut links, mut found, mut best) = (0usize, 0usize, 0.0f64);
    for (_, a, b) in pairs {
        if used_a[a as usize] || used_b[b as usize] {
            continue;
        }
        (used_a[a as usize], used_b[b as usize]) = (true, true);
        links += 1;
        found += usize::from(truth.binary_search(&(a, b)).is_ok());
        best = best.max(2.0 * found as f64 / (links + true_pairs) as f64);
    }
    best
}

/// Shares of victims that each attack ranks first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaks {
    /// By trilateration.
    pub trilateration: f64,
    /// By regression on the kernel.
    pub kernel: f64,
    /// By ridge regression from tokens; played with few known pairs only.
    pub linear: Option<f64>,
}

/// Plays the attacks: of `people` the attacker knows `known` with their encodings; the others are the register, the first
/// `victims` of them are looked for. Views are attacked together.
pub fn known_pairs(people: &People, setting: &Setting, known: usize, victims: usize, seed: u64) -> Leaks {
    /// Known pairs up to which kernels are inverted; above, the diffused one is near enough to the identity.
    const INVERTED: usize = 1200;
    let encoded = &encode(&[people], setting, seed)[0];
    let mut order: Vec<usize> =
        permutation(people.len(), mix(seed ^ 0xA77)).into_iter().map(|at| at as usize).collect();
    let register = order.split_off(known);
    let scene =
        Scene { encoded, victims: &register[..victims.min(register.len())], register: &register, known: &order };
    let inverted = known <= INVERTED;
    let mut scores = vec![vec![[0.0f64; 3]; register.len()]; scene.victims.len()];
    for (view, which) in setting.views.iter().enumerate() {
        let lists: Vec<TokenList> = people.0.iter().map(|list| list.only(|token| which.has(token))).collect();
        let share = share_for(&lists, setting.fill);
        let diffused = |a: usize, b: usize| {
            let (a, b) = (&lists[a], &lists[b]);
            a.correlation(b, a.shared(b), share).powi(setting.diffusion as i32) as f32
        };
        scene.play(view, &diffused, inverted.then_some(0.02), &mut scores, |half, shape, power, seen| {
            let fit = (1.0 - 2.0 * dot(half, &seen.half) + power) / (1.0 - power);
            [dot(shape, &seen.shape), -(setting.length as f64) / 2.0 * (fit + (1.0 - power).ln()), 0.0]
        });
        let linear = |a: usize, b: usize| lists[a].shared(&lists[b]).0 as f32 / 10.0;
        if inverted {
            scene.play(view, &linear, Some(1.0), &mut scores, |half, _, power, seen| {
                [0.0, 0.0, dot(half, &seen.half) / power.sqrt().max(1e-9)]
            });
        }
    }
    let first = |attack: usize| {
        let found = scores.iter().enumerate().filter(|(victim, row)| {
            let own = row[*victim][attack];
            row.iter().enumerate().all(|(other, score)| other == *victim || score[attack] < own)
        });
        found.count() as f64 / scores.len().max(1) as f64
    };
    Leaks { trilateration: first(0), kernel: first(1), linear: inverted.then(|| first(2)) }
}

/// Who knows what: indices of people.
struct Scene<'a> {
    encoded: &'a Encoded,
    known: &'a [usize],
    register: &'a [usize],
    victims: &'a [usize],
}

/// A victim's agreements with the known encodings.
struct Seen {
    /// Centred and of length one.
    shape: Vec<f32>,
    /// Centred, times the inverse half of the kernel.
    half: Vec<f32>,
}

impl Scene<'_> {
    /// Adds to each victim's and candidate's scores what `score` makes of the candidate's half row, its shape, the square
    /// of the half row, and what is seen of the victim.
    fn play(
        &self,
        view: usize,
        covariance: &(impl Fn(usize, usize) -> f32 + Sync),
        ridge: Option<f32>,
        scores: &mut [Vec<[f64; 3]>],
        score: impl Fn(&[f32], &[f32], f64, &Seen) -> [f64; 3] + Sync,
    ) {
        let row = |person: usize| -> Vec<f32> { self.known.iter().map(|&other| covariance(person, other)).collect() };
        let inverse =
            ridge.map(|ridge| Cholesky::new(self.known.par_iter().map(|&person| row(person)).collect(), ridge));
        let halved = |row: Vec<f32>| inverse.as_ref().map_or_else(|| row.clone(), |inverse| inverse.solve_half(&row));
        let look = |&victim: &usize| {
            let seen: Vec<f32> =
                self.known.iter().map(|&other| self.encoded.excess(victim, self.encoded, other, view)).collect();
            Seen { shape: standard(&seen), half: halved(centred(&seen)) }
        };
        let seen: Vec<Seen> = self.victims.par_iter().map(look).collect();
        let column = |&candidate: &usize| {
            let row = row(candidate);
            let (shape, half) = (standard(&row), halved(centred(&row)));
            let power = dot(&half, &half).min(0.98);
            seen.iter().map(|seen| score(&half, &shape, power, seen)).collect::<Vec<_>>()
        };
        let columns: Vec<Vec<[f64; 3]>> = self.register.par_iter().map(column).collect();
        for (candidate, column) in columns.into_iter().enumerate() {
            for (victim, added) in column.into_iter().enumerate() {
                scores[victim][candidate].iter_mut().zip(added).for_each(|(sum, added)| *sum += added);
            }
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    let chunks = a.chunks(8).zip(b.chunks(8));
    let mut sums = [0.0f32; 8];
    chunks.for_each(|(a, b)| sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b));
    sums.iter().map(|sum| f64::from(*sum)).sum()
}

fn centred(row: &[f32]) -> Vec<f32> {
    let mean = row.iter().sum::<f32>() / row.len().max(1) as f32;
    row.iter().map(|x| x - mean).collect()
}

fn standard(row: &[f32]) -> Vec<f32> {
    let row = centred(row);
    let norm = dot(&row, &row).sqrt().max(1e-12) as f32;
    row.into_iter().map(|x| x / norm).collect()
}

/// The lower triangle `L` of `K + λ = L·Lᵀ`.
struct Cholesky(Vec<Vec<f32>>);

impl Cholesky {
    /// `ridge` is at least what keeps the kernel regular where records have the same tokens.
    fn new(mut k: Vec<Vec<f32>>, ridge: f32) -> Self {
        for at in 0..k.len() {
            let (before, rest) = k.split_at_mut(at);
            let row = &mut rest[0];
            for column in 0..at {
                row[column] =
                    (row[column] - dot(&row[..column], &before[column][..column]) as f32) / before[column][column];
            }
            row[at] = (row[at] + ridge - dot(&row[..at], &row[..at]) as f32).max(1e-6).sqrt();
        }
        Self(k)
    }

    /// `L⁻¹·row`.
    fn solve_half(&self, row: &[f32]) -> Vec<f32> {
        let mut out = Vec::with_capacity(row.len());
        for (at, value) in row.iter().enumerate() {
            let sum = dot(&self.0[at][..at], &out) as f32;
            out.push((value - sum) / self.0[at][at]);
        }
        out
    }
}

fn permutation(length: usize, seed: u64) -> Vec<u32> {
    let mut order: Vec<(u64, u32)> = (0..length as u32).map(|at| (mix(seed ^ mix(u64::from(at))), at)).collect();
    order.sort_unstable_by_key(|(key, at)| Reverse((*key, *at)));
    order.into_iter().map(|(_, at)| at).collect()
}

/// A bijection of 64-bit numbers without visible structure (two rounds of multiply and xor-shift).
fn mix(number: u64) -> u64 {
    let x = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ x >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::design::{Fixed, RiskLimit, Statistics, Task, UNKNOWN_MISTAKES, design, price};
    use crate::encoding::tests::{people, schema};

    fn setting(fill: f64, diffusion: u32, length: usize) -> Setting {
        Setting { fill, diffusion, length, views: vec![View::Whole] }
    }

    fn folk(count: usize) -> (Vec<Record>, People) {
        let records = people(count);
        let of = People::of(&records, &schema()).0;
        (records, of)
    }

    #[test]
    fn known_pairs_open_a_plain_filter_and_not_a_well_diffused_one() {
        let (_, folk) = folk(360);
        let open = known_pairs(&folk, &setting(0.30, 1, 1024), 60, 60, 1);
        assert!(open.kernel > 0.8 && open.trilateration > 0.8, "{open:?}");
        assert!(open.linear.is_some_and(|found| found > 0.5), "{open:?}");
        let shut = known_pairs(&folk, &setting(0.45, 8, 1024), 60, 60, 1);
        assert!(shut.kernel < 0.1 && shut.trilateration < 0.1 && shut.linear < Some(0.1), "{shut:?}");
    }

    #[test]
    fn the_leak_that_the_designer_foresees_bounds_what_the_attacks_find() {
        let (records, folk) = folk(420);
        let statistics =
            Statistics::of(&[&records], &schema(), records.len() as u64, 40_000, 1).expect("enough records");
        let at = statistics.fills.iter().find(|at| at.fill == 45).expect("45 is tried");
        let limit = RiskLimit { visible_degree: 1.0, found: 0.1, known_pairs: 120 };
        let task = task(300, 2);
        let mut foreseen = Vec::new();
        for diffusion in [2, 3, 5] {
            let found = price(at, 1024, diffusion, &task, &limit).found;
            let played = known_pairs(&folk, &setting(0.45, diffusion.into(), 1024), 120, 100, 3);
            let most = played.kernel.max(played.trilateration).max(played.linear.unwrap_or(0.0));
            assert!(found > most - 0.1, "{diffusion}: {found} {played:?}");
            foreseen.push((found, most));
        }
        // And it is no idle bound: it tells an open setting from a shut one.
        assert!(foreseen[0].0 > 0.5 && foreseen[0].1 > 0.5 && foreseen[2].0 < 0.2, "{foreseen:?}");
    }

    fn task(records: u64, least_diffusion: u16) -> Task {
        let pairs = (records * records / 4) as f64;
        Task { records, pairs, false_links: 1.0, least_diffusion, min_tokens: 8, mistakes: UNKNOWN_MISTAKES }
    }

    #[test]
    fn a_list_too_long_for_any_encoding_is_refused_and_a_limit_above_the_highest_too() {
        let records = people(200);
        let statistics =
            Statistics::of(&[&records], &schema(), records.len() as u64, 20_000, 1).expect("enough records");
        // Chance alone puts one stranger in 10⁹ six deviations out.
        let limit = RiskLimit { known_pairs: 50, ..RiskLimit::for_records(5000) };
        let refused =
            design(&statistics, &task(4_000_000_000, 2), &limit, Fixed::default()).expect_err("nothing holds");
        assert_eq!(refused.code().id, "SYM-0360");
        let limit = RiskLimit { visible_degree: 3.5, ..RiskLimit::for_records(5000) };
        let refused = design(&statistics, &task(5000, 2), &limit, Fixed::default()).expect_err("too visible");
        assert_eq!(refused.code().id, "SYM-0361");
    }

    #[test]
    fn wide_encodings_agree_with_the_formula_of_the_diffusion() {
        let (_, folk) = folk(120);
        let setting = setting(0.45, 3, 2048);
        let encoded = &encode(&[&folk], &setting, 9)[0];
        let share = share_for(&folk.0, 0.45);
        let (mut sum, mut pairs) = (0.0, 0);
        for a in 0..folk.len() {
            for b in 0..a {
                let (x, y) = (&folk.0[a], &folk.0[b]);
                let rho = x.correlation(y, x.shared(y), share).powi(3);
                sum += f64::from(encoded.excess(a, encoded, b, 0)) - rho;
                pairs += 1;
            }
        }
        assert!((sum / f64::from(pairs)).abs() < 0.004);
    }

    #[test]
    fn views_hold_every_token_and_each_part_once() {
        for token in 0..200 {
            let parts = (0..3).filter(|part| View::Part(*part, 3).has(token)).count();
            let without = (0..3).filter(|part| View::AllBut(*part, 3).has(token)).count();
            assert_eq!((parts, without, View::Whole.has(token)), (1, 2, true));
        }
    }
}
