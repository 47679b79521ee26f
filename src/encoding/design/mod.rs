//! The designer: from token statistics and the sizes of the lists to insertions and the least diffusion that holds.
//!
//! Two records whose inner filters differ in the fraction `δ` of bits have encodings that agree beyond chance by
//! `(1 − 2δ)^t`, give or take `1/√l`. A stranger is *visible* if that excess stands out of the average excess of
//! strangers by six of these deviations. The visible degree, the expected number of visible strangers of one record among
//! everybody in the comparison, is what attacks on the graph of similarities live on: they have succeeded from about 8
//! upwards and not at 1 to 2. It rises with the number of records, so it is computed for the real one.

mod choose;
mod mistakes;
mod model;
pub(crate) mod pairs;
mod statistics;

pub use choose::{
    Design, Fixed, MOST_VISIBLE, Priced, RiskLimit, TRIED_LENGTHS, Task, UNKNOWN_MISTAKES, design, price,
};
pub use statistics::{AtFill, Correlations, FILLS, GROUPS, MISTAKES, Statistics};

use rayon::prelude::*;

use crate::agreement::Schema;
use crate::primitives::{Entropy, Secret};
use crate::records::Record;

use super::tokens::{TokenSet, UNIT};
use super::{DEGREES, Encoder, EncodingError};
use model::SIGMAS;

/// Fill of the inner filter at which diffusion leaks least while records of all lengths keep below one half.
pub const DIFFUSED_FILL: f64 = 0.45;

/// Token statistics of a list: counts and weights, nothing of any record.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Records with the schema's minimum of tokens or more.
    pub records: usize,
    /// Records with fewer tokens than the schema's minimum.
    pub too_few: usize,
    /// Mean number of tokens, counting those of half a unit of weight or more, of records that can be encoded.
    pub mean_tokens: f64,
    /// Fewest tokens that a record of the list has.
    pub min_tokens: usize,
    /// Most tokens that a record of the list has.
    pub max_tokens: usize,
    /// Mean weight of a record, in tokens of unit weight.
    pub mean_units: f64,
    /// Sums of token weights and of their squares of each encodable record: the fill is not linear in the weight.
    sums: Vec<(f64, f64)>,
}

impl Profile {
    /// Expected mean fill of inner filters of `length` bits with `insertions` positions to a token of unit weight.
    pub fn expected_fill(&self, length: u16, insertions: u16) -> f64 {
        // A position stays free with probability Π(1 − kᵢ/l), whose logarithm is −Σkᵢ/l − Σkᵢ²/2l² but for cubes.
        let share = f64::from(insertions) / f64::from(length);
        let filled = |(sum, squares): &(f64, f64)| 1.0 - (-share * sum - share * share * squares / 2.0).exp();
        self.sums.iter().map(filled).sum::<f64>() / self.sums.len().max(1) as f64
    }

    /// Insertions at which the expected mean fill comes nearest to `fill`.
    pub fn insertions_for(&self, length: u16, fill: f64) -> u16 {
        let first = insertions_for(self.mean_units, length, fill);
        let range =
            first.saturating_sub(first / 4 + 1).max(1)..=first.saturating_add(first / 4 + 1).min(length / 4).max(1);
        let miss = |insertions: &u16| (self.expected_fill(length, *insertions) - fill).abs();
        range.min_by(|a, b| miss(a).total_cmp(&miss(b))).unwrap_or(first)
    }

    /// The profile of two lists together.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let (here, there) = (self.records as f64, other.records as f64);
        let mean = |a: f64, b: f64| (a * here + b * there) / (here + there).max(1.0);
        Self {
            records: self.records + other.records,
            too_few: self.too_few + other.too_few,
            mean_tokens: mean(self.mean_tokens, other.mean_tokens),
            min_tokens: self.min_tokens.min(other.min_tokens),
            max_tokens: self.max_tokens.max(other.max_tokens),
            mean_units: mean(self.mean_units, other.mean_units),
            sums: [self.sums.as_slice(), &other.sums].concat(),
        }
    }
}

/// Counts tokens and weights of a list under a schema's fields.
pub fn profile(records: &[Record], schema: &Schema) -> Profile {
    let mut tokens = TokenSet::default();
    let (mut sums, mut counts) = (Vec::with_capacity(records.len()), Vec::with_capacity(records.len()));
    for record in records {
        tokens.collect(&schema.fields, record);
        if tokens.telling() >= usize::from(schema.encoding.min_tokens) {
            sums.push(weights(&tokens));
            counts.push(tokens.telling());
        }
    }
    let kept = counts.len().max(1) as f64;
    Profile {
        records: counts.len(),
        too_few: records.len() - counts.len(),
        mean_tokens: counts.iter().sum::<usize>() as f64 / kept,
        min_tokens: counts.iter().copied().min().unwrap_or(0),
        max_tokens: counts.iter().copied().max().unwrap_or(0),
        mean_units: sums.iter().map(|(sum, _)| sum).sum::<f64>() / kept,
        sums,
    }
}

/// Sum of the tokens' weights in units, and of their squares.
fn weights(tokens: &TokenSet) -> (f64, f64) {
    let units = tokens.tokens().iter().map(|token| f64::from(token.weight) / f64::from(UNIT));
    units.fold((0.0, 0.0), |(sum, squares), weight| (sum + weight, squares + weight * weight))
}

/// Insertions for a wanted fill when every record weighs `mean_units`: `−length · ln(1 − fill) / mean_units`.
pub fn insertions_for(mean_units: f64, length: u16, fill: f64) -> u16 {
    let solved = -f64::from(length) * (1.0 - fill).ln() / mean_units.max(1.0);
    (solved.round() as u16).clamp(1, length / 4)
}

/// How far apart the inner filters of strangers are: a histogram over sampled pairs of one list.
#[derive(Clone, Debug)]
pub struct Strangers {
    /// Pairs by the number of inner bits in which they differ.
    histogram: Vec<u64>,
    length: u16,
}

impl Strangers {
    /// Samples up to about `pairs` pairs within a list, under a throw-away key. Within a list every pair counts as strangers,
    /// namesakes and relatives too; real duplicates should have been removed, or the estimate is on the safe side.
    pub fn sample(lists: &[&[Record]], schema: &Schema, pairs: u64, seed: u64) -> Result<Self, EncodingError> {
        let length = schema.encoding.length;
        let key = Secret::generate(&mut Entropy::seeded(seed));
        let encoder = Encoder::with(schema, &key, |_| super::Hardening::Plain)?;
        let mut histogram = vec![0; usize::from(length) + 1];
        for list in lists {
            let words = encoder.encode_all(list).words;
            let filters: Vec<&[u64]> = words.chunks_exact(encoder.words()).collect();
            let all = (filters.len() as u64) * (filters.len() as u64).saturating_sub(1) / 2;
            let stride = all.div_ceil((pairs / lists.len() as u64).max(1)).max(1) as usize;
            let count = |mut histogram: Vec<u64>, row: usize| {
                let first = row + 1 + row % stride;
                for other in (first..filters.len()).step_by(stride) {
                    let differ: u32 = filters[row].iter().zip(filters[other]).map(|(a, b)| (a ^ b).count_ones()).sum();
                    histogram[differ as usize] += 1;
                }
                histogram
            };
            let empty = || vec![0; usize::from(length) + 1];
            let sum = |mut a: Vec<u64>, b: Vec<u64>| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                a
            };
            let counted = (0..filters.len()).into_par_iter().fold(empty, count).reduce(empty, sum);
            histogram = sum(histogram, counted);
        }
        Ok(Self { histogram, length })
    }

    /// Pairs that were sampled.
    pub fn pairs(&self) -> u64 {
        self.histogram.iter().sum()
    }

    /// Expected visible strangers of one record among `population`, under diffusion of `degree`.
    pub fn visible_degree(&self, degree: u16, population: u64) -> f64 {
        let length = f64::from(self.length);
        let excess = |differ: usize| (1.0 - 2.0 * differ as f64 / length).powi(i32::from(degree));
        let pairs = self.pairs().max(1) as f64;
        let floor =
            self.histogram.iter().enumerate().map(|(differ, n)| *n as f64 * excess(differ)).sum::<f64>() / pairs;
        let bound = floor + SIGMAS / length.sqrt();
        let close = self.histogram.iter().enumerate().take(usize::from(self.length) / 2);
        let visible: u64 = close.filter(|(differ, _)| excess(*differ) > bound).map(|(_, n)| *n).sum();
        population as f64 * visible as f64 / pairs
    }

    /// The least diffusion whose visible degree is at or below `limit`, with that visible degree; nothing if none holds.
    pub fn least_diffusion(&self, population: u64, limit: f64) -> Option<(u16, f64)> {
        let degrees = (DEGREES.0..=DEGREES.1).map(|degree| (degree, self.visible_degree(degree, population)));
        degrees.into_iter().find(|(_, visible)| *visible <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::EncodingParams;
    use crate::encoding::tests::{people, schema};

    #[test]
    fn the_fill_is_what_theory_expects() {
        let (records, mut schema) = (people(2000), schema());
        let profile = profile(&records, &schema);
        let key = Secret::generate(&mut Entropy::seeded(11));
        for fill in [0.30, 0.45] {
            schema.encoding.insertions = profile.insertions_for(1024, fill);
            let encoder = Encoder::with(&schema, &key, |_| crate::encoding::Hardening::Plain).expect("a good schema");
            let words = encoder.encode_all(&records).words;
            let ones: u64 = words.iter().map(|word| u64::from(word.count_ones())).sum();
            let measured = ones as f64 / (words.len() * 64) as f64;
            assert!((measured - profile.expected_fill(1024, schema.encoding.insertions)).abs() < 0.005);
            assert!((measured - fill).abs() < 0.02);
        }
    }

    const LIMIT: RiskLimit = RiskLimit { visible_degree: 1.0, found: 0.1, known_pairs: 50 };

    fn task(records: u64) -> Task {
        let pairs = (records * records / 4) as f64;
        Task { records, pairs, false_links: 1.0, least_diffusion: 2, min_tokens: 8, mistakes: UNKNOWN_MISTAKES }
    }

    /// Rows of the encodings of `records` under these parameters.
    fn encodings(records: &[Record], params: EncodingParams) -> Vec<Vec<u64>> {
        let schema = Schema { encoding: params, ..schema() };
        let encoder = Encoder::new(&schema, &Secret::generate(&mut Entropy::seeded(21))).expect("a good schema");
        encoder.encode_all(records).words.chunks_exact(encoder.words()).map(<[u64]>::to_vec).collect()
    }

    fn agreeing(a: &[u64], b: &[u64]) -> u32 {
        a.iter().zip(b).map(|(a, b)| (!(a ^ b)).count_ones()).sum()
    }

    #[test]
    fn recall_at_each_number_of_mistakes_is_what_encodings_show() {
        let records = people(450);
        let statistics =
            Statistics::of(&[&records], &schema(), records.len() as u64, 20_000, 1).expect("enough records");
        let mut entropy = Entropy::seeded(99);
        for (fill, diffusion, length) in [(45, 3, 1024), (35, 6, 1024), (45, 6, 2048)] {
            let at = statistics.fills.iter().find(|at| at.fill == fill).expect("tried");
            let priced = price(at, length, diffusion, &task(5000), &LIMIT);
            let own = encodings(&records, priced.params(1));
            for (mistakes, expected) in priced.recall.iter().enumerate() {
                let copies: Vec<Record> =
                    records.iter().map(|record| mistakes::mistaken(record, mistakes, &mut entropy)).collect();
                let copies = encodings(&copies, priced.params(1));
                let reach = own.iter().zip(&copies).filter(|(a, b)| agreeing(a, b) >= priced.threshold.into());
                let seen = reach.count() as f64 / own.len() as f64;
                // Three deviations of a share of 450, and a little for the formula.
                assert!((seen - expected).abs() < 0.08, "t {diffusion}, {mistakes} mistakes: {seen}, not {expected}");
            }
        }
    }

    #[test]
    fn the_visible_degree_is_what_encodings_show_to_a_fifth() {
        let records = people(700);
        let statistics =
            Statistics::of(&[&records], &schema(), records.len() as u64, 500_000, 1).expect("enough records");
        let at = statistics.fills.iter().find(|at| at.fill == 45).expect("tried");
        let priced = price(at, 4096, 2, &task(5000), &LIMIT);
        let rows = encodings(&records, priced.params(1));
        let scores: Vec<u32> = (0..rows.len())
            .flat_map(|a| (0..a).map(move |b| (a, b)))
            .map(|(a, b)| agreeing(&rows[a], &rows[b]))
            .collect();
        let mean = scores.iter().sum::<u32>() as f64 / scores.len() as f64;
        let visible = scores.iter().filter(|score| f64::from(**score) > mean + 3.0 * 64.0).count();
        let seen = 5000.0 * visible as f64 / scores.len() as f64;
        assert!((priced.visible_degree / seen - 1.0).abs() < 0.2, "{seen}, not {}", priced.visible_degree);
    }

    #[test]
    fn the_choice_holds_the_limit_and_a_harder_limit_never_finds_more() {
        let records = people(400);
        let statistics =
            Statistics::of(&[&records], &schema(), records.len() as u64, 60_000, 1).expect("enough records");
        let mut before = f64::INFINITY;
        for known_pairs in [20, 200, 2000, 20_000] {
            let limit = RiskLimit { known_pairs, ..LIMIT };
            let Ok(made) = design(&statistics, &task(5000), &limit, Fixed::default()) else { break };
            let taken = made.taken();
            assert!(taken.holds && taken.found <= 0.1 && taken.visible_degree <= 1.0);
            // A choice may give up half a point for a shorter encoding.
            assert!(taken.quality(&UNKNOWN_MISTAKES) <= before + 0.005);
            before = taken.quality(&UNKNOWN_MISTAKES);
        }
        assert!(before < f64::INFINITY);
    }

    #[test]
    fn statistics_are_rounded_survive_their_file_form_and_add_up() {
        let records = people(300);
        let statistics =
            Statistics::of(&[&records], &schema(), records.len() as u64, 20_000, 1).expect("enough records");
        let text = serde_json::to_string(&statistics).expect("numbers");
        assert_eq!(serde_json::from_str::<Statistics>(&text).expect("the same"), statistics);
        let both = statistics.merged(&statistics).expect("one form");
        assert!(both.is_sound() && both.records == 600);
        let mut unsound = statistics.clone();
        unsound.fills.pop();
        assert!(!unsound.is_sound() && unsound.merged(&statistics).is_none());
        assert!(Statistics::of(&[&records[..1]], &schema(), 1, 1000, 1).is_none());
    }

    #[test]
    fn insertions_solve_the_formula_of_the_fill() {
        assert_eq!(insertions_for(23.0, 1024, 0.45), 27);
    }

    #[test]
    fn more_diffusion_shows_fewer_strangers_and_the_least_that_holds_is_found() {
        let records = people(600);
        let strangers = Strangers::sample(&[&records], &schema(), 200_000, 1).expect("a good schema");
        let visible: Vec<f64> = (2..=12).map(|degree| strangers.visible_degree(degree, 5000)).collect();
        assert!(visible[0] > visible[10]);
        let (degree, held) = strangers.least_diffusion(5000, visible[2]).expect("degree 4 holds");
        assert!((2..=4).contains(&degree) && held <= visible[2]);
        assert!(strangers.least_diffusion(5000, -1.0).is_none());
    }
}
