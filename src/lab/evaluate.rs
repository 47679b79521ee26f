//! Precision, recall and F1 by threshold on labelled pairs, under a throw-away key.
//!
//! Every pair is compared and linked one-to-one, greedily from the best score down, so that the links at a threshold are a
//! prefix of the links at the lowest one. Two operating points come out: `best`, which looks at the truth, and `chosen`,
//! which does not: it has the greatest F1 that the links and the tail of strangers let one expect. (A real run has an agreed
//! number of expected false links instead.)
//!
//! Scores are those of the linkage, relative to the rivals of both records ([`linkage::relative`]): Dice of plain CLKs in
//! ten-thousandths, agreeing bits of diffused encodings. Strangers are scored in the same way, within either list.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use serde::Serialize;

use super::fairness::{self, Grouping};
use crate::agreement::{EncodingParams, Schema};
use crate::encoding::design::{self, DIFFUSED_FILL, Fixed, RiskLimit, Statistics, Strangers, Task};
use crate::encoding::{DEGREES, Encoder, EncodingError};
pub use crate::figures::{Effective, GroupRate, Point};
use crate::linkage::{self, Expected, LinkageError, Measure, Policy, Rule, Score, Search, Tail};
use crate::primitives::{Entropy, Secret};
use crate::records::Record;

/// Fill of plain CLKs: the lower, the fewer positions strangers share by chance. A plain filter only measures what the tokens
/// can do, so it is as long and as empty as filters get here.
const PLAIN_FILL: f64 = 0.05;

/// Bits of a plain CLK.
const PLAIN_LENGTH: u16 = 4096;

/// How much diffusion to evaluate with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Degree {
    /// What the designer chooses for lists of these sizes and its default limit of risk: degree, fill and length.
    Auto,
    /// This much; 1 is a plain CLK.
    Fixed(u16),
}

/// How to evaluate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Degree of diffusion.
    pub diffusion: Degree,
    /// Fill of the inner filter; without it 0.05 for plain CLKs and 0.45 under diffusion.
    pub fill: Option<f64>,
    /// Bits of an encoding; without it the designer's choice, 4096 for plain CLKs, or 1024 for a fixed degree.
    pub length: Option<u16>,
    /// Seed of the throw-away key.
    pub seed: u64,
}

/// Why lists cannot be evaluated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// The schema cannot be encoded with.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// The encodings cannot be compared.
    #[error(transparent)]
    Linkage(#[from] LinkageError),
}

/// What an evaluation found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Parameters in effect.
    pub encoding: Effective,
    /// The threshold with the greatest F1, chosen with the truth.
    pub best: Point,
    /// The threshold chosen without it.
    pub chosen: Point,
    /// Recall and false links by group, at the threshold chosen without the truth.
    pub groups: Vec<GroupRate>,
    /// Thresholds half a hundredth apart at which the links differ, from high to low.
    pub curve: Vec<Point>,
}

/// Encodes two lists, links them and compares the links with `truth`, pairs of indices into `left` and `right`.
pub fn evaluate(
    left: &[Record],
    right: &[Record],
    truth: &[(u32, u32)],
    schema: &Schema,
    options: Options,
) -> Result<Evaluation, EvaluateError> {
    evaluate_by(left, right, truth, &[], schema, options)
}

/// The same, with rates by group at the threshold chosen without the truth.
pub fn evaluate_by(
    left: &[Record],
    right: &[Record],
    truth: &[(u32, u32)],
    groupings: &[Grouping],
    schema: &Schema,
    options: Options,
) -> Result<Evaluation, EvaluateError> {
    let mut schema = schema.clone();
    let profile = design::profile(left, &schema).merged(&design::profile(right, &schema));
    let population = left.len() + right.len();
    let found = match options.diffusion {
        Degree::Fixed(degree) => {
            let fill = options.fill.unwrap_or(if degree == 1 { PLAIN_FILL } else { DIFFUSED_FILL });
            let length = options.length.unwrap_or(if degree == 1 { PLAIN_LENGTH } else { 1024 });
            let insertions = profile.insertions_for(length, fill);
            schema.encoding = EncodingParams { length, insertions, diffusion: degree, ..schema.encoding };
            None
        }
        Degree::Auto => {
            let taken = designed(left, right, &schema, &options)?;
            schema.encoding = taken.params(schema.encoding.min_tokens);
            Some(taken.found)
        }
    };
    let length = schema.encoding.length;
    let strangers = Strangers::sample(&[left, right], &schema, 20_000_000, options.seed)?;
    let key = Secret::generate(&mut Entropy::seeded(options.seed));
    let plain = Encoder::plain(&schema, &key)?;
    let inner = [plain.encode_all(left), plain.encode_all(right)];
    let bits: u64 = inner.iter().flat_map(|list| &list.words).map(|word| u64::from(word.count_ones())).sum();
    let rows = inner[0].rows.len() + inner[1].rows.len();
    let encoding = Effective {
        length,
        insertions: schema.encoding.insertions,
        diffusion: schema.encoding.diffusion,
        fill: bits as f64 / (rows.max(1) * usize::from(length)) as f64,
        tokens: profile.mean_tokens,
        visible_degree: strangers.visible_degree(schema.encoding.diffusion, population as u64),
        found,
        refused: population - rows,
    };
    let (measure, lists) = match schema.encoding.diffusion {
        1 => (Measure::Dice, inner),
        _ => {
            let encoder = Encoder::new(&schema, &key)?;
            (Measure::Hamming, [encoder.encode_all(left), encoder.encode_all(right)])
        }
    };
    let [rows_a, rows_b] = [lists[0].rows.clone(), lists[1].rows.clone()];
    let [a, b] = lists.map(|list| linkage::Encodings::new(length, list.words));
    let (a, b) = (a?, b?);
    let lower = lowest(&a, &b, measure)?;
    let wanted = Search { measure, lower, per_record: 64 };
    let strangers = |side| linkage::relative_tail(side, &wanted, &|_| ControlFlow::Continue(()));
    let tails = [strangers(&a)?, strangers(&b)?];
    let candidates = linkage::search(&a, &b, &wanted, &|_| ControlFlow::Continue(()))?;
    let pairs = linkage::relative(&candidates.pairs, lower);
    let policy = Policy { rule: Rule::Greedy, link: Score(0), possible: Score(0), leader: 0 };
    // Greedy links at a threshold are the beginning of the greedy links at the lowest, by score.
    let mut links = linkage::decide(&pairs, &policy).links;
    links.sort_unstable_by_key(|link| (Reverse(link.score), link.a, link.b));
    let expected = linkage::expect(tails.each_ref(), [a.len(), b.len()], &links);
    let links: Vec<(u32, u32)> = links.iter().map(|link| (rows_a[link.a as usize], rows_b[link.b as usize])).collect();
    Ok(judge(&links, truth, groupings, &expected, measure.highest(length), encoding))
}

/// The designer's choice for these lists.
fn designed(
    left: &[Record],
    right: &[Record],
    schema: &Schema,
    options: &Options,
) -> Result<design::Priced, EncodingError> {
    let records = (left.len() + right.len()) as u64;
    let statistics =
        Statistics::of(&[left, right], schema, records, 4_000_000, options.seed).ok_or(EncodingError::Statistics)?;
    let task = Task {
        records,
        pairs: left.len() as f64 * right.len() as f64,
        false_links: 1.0,
        least_diffusion: DEGREES.0,
        min_tokens: schema.encoding.min_tokens,
        mistakes: design::UNKNOWN_MISTAKES,
    };
    let fixed = Fixed { length: options.length, fill: options.fill };
    Ok(design::design(&statistics, &task, &RiskLimit::for_records(records), fixed)?.taken().clone())
}

/// The lowest score worth looking at: where strangers alone would give each record a few candidates.
fn lowest(a: &linkage::Encodings, b: &linkage::Encodings, measure: Measure) -> Result<Score, LinkageError> {
    /// Pairs within each list that are counted, at most.
    const PAIRS: usize = 10_000_000;
    let tail = |side: &linkage::Encodings| {
        let rows = (PAIRS / side.len().max(1)).clamp(1, side.len().max(1));
        linkage::stranger_tail(side, measure, rows, &|_| ControlFlow::Continue(()))
    };
    let tails = [tail(a)?, tail(b)?];
    let pairs: u64 = tails.iter().map(Tail::pairs).sum();
    let [left, right] = [a, b].map(|side| side.len() as f64);
    let candidates = 4.0 * left.max(right) / (left * right).max(1.0);
    let share =
        |score: u16| tails.iter().map(|tail| tail.at_least(Score(score))).sum::<u64>() as f64 / pairs.max(1) as f64;
    let (mut low, mut high) = (0, measure.highest(a.length()).0);
    while low < high {
        let middle = low + (high - low) / 2;
        if share(middle) > candidates { low = middle + 1 } else { high = middle }
    }
    Ok(Score(low))
}

/// Counts true and false links by threshold and picks the two operating points. `links` are from the highest score down.
fn judge(
    links: &[(u32, u32)],
    truth: &[(u32, u32)],
    groupings: &[Grouping],
    expected: &[Expected],
    highest: Score,
    encoding: Effective,
) -> Evaluation {
    let mut known: Vec<(u32, u32)> = truth.to_vec();
    known.sort_unstable();
    known.dedup();
    let (mut points, mut found, mut counted) = (Vec::with_capacity(expected.len()), 0, 0);
    for level in expected {
        let new = &links[counted..level.links];
        found += new.iter().filter(|pair| known.binary_search(pair).is_ok()).count();
        counted = level.links;
        points.push(point(level, found, known.len()));
    }
    let nothing = point(&Expected { score: highest, links: 0, false_links: 0.0 }, 0, known.len());
    let best = points.iter().copied().max_by(|a, b| a.f1.total_cmp(&b.f1)).unwrap_or(nothing);
    let at = linkage::most_useful(expected);
    let chosen = at.map_or(nothing, |at| points[at]);
    let groups = fairness::rates(&links[..at.map_or(0, |at| expected[at].links)], truth, groupings);
    let mut curve = points;
    let step = (highest.0 / 200).max(1);
    curve.dedup_by_key(|point| point.threshold / step);
    Evaluation { encoding, best, chosen, groups, curve }
}

fn point(level: &Expected, found: usize, truth: usize) -> Point {
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    Point {
        threshold: level.score.0,
        precision: share(found, level.links),
        recall: share(found, truth),
        f1: share(2 * found, level.links + truth),
        true_links: found,
        false_links: level.links - found,
        missed_links: truth - found,
        expected_false: level.false_links,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::EncodingParams;
    use crate::protocol::FieldKind;
    use crate::records::{BirthDate, Value};

    fn schema() -> Schema {
        let encoding = EncodingParams { length: 1024, insertions: 20, diffusion: 2, min_tokens: 6 };
        Schema {
            normalisation: crate::agreement::NORMALISATION.to_owned(),
            fields: vec![FieldKind::PersonName, FieldKind::BirthDate],
            encoding,
        }
    }

    /// A made-up person, the same for the same number; `dirty` has lost a letter.
    fn person(number: u32, dirty: bool) -> Record {
        const SYLLABLES: [&str; 16] =
            ["BA", "DOR", "KEL", "MI", "NUR", "SA", "TEV", "RIL", "GO", "FEN", "LAS", "HU", "PIK", "VAN", "ZO", "JER"];
        let mix = number.wrapping_mul(2_654_435_761).rotate_left(7).wrapping_mul(2_246_822_519);
        let syllable = |at: u32| SYLLABLES[(mix >> (at * 4) & 15) as usize];
        let mut names =
            vec![[syllable(0), syllable(1), syllable(2)].concat(), [syllable(3), syllable(4), syllable(5)].concat()];
        if dirty {
            names[0].pop();
        }
        let date = BirthDate {
            year: Some(1940 + (mix % 61) as u16),
            month: Some(1 + (mix % 11) as u8),
            day: Some(2 + (mix % 23) as u8),
        };
        Record { values: vec![Value::Parts(names), Value::Date(date)] }
    }

    /// Lists of 300 that share 100 people, with the truth.
    fn lists() -> (Vec<Record>, Vec<Record>, Vec<(u32, u32)>) {
        let left = (0..300).map(|number| person(number, false)).collect();
        let right = (200..500).map(|number| person(number, number % 2 == 0)).collect();
        (left, right, (0..100).map(|at| (200 + at, at)).collect())
    }

    #[test]
    fn people_that_differ_in_one_letter_are_found_with_and_without_diffusion() {
        let (left, right, truth) = lists();
        for diffusion in [Degree::Fixed(1), Degree::Fixed(3), Degree::Auto] {
            let found =
                evaluate(&left, &right, &truth, &schema(), Options { diffusion, fill: None, length: None, seed: 1 })
                    .expect("a good schema");
            assert!(
                found.best.f1 > 0.95 && found.chosen.f1 > 0.90,
                "{diffusion:?} {:?} {:?}",
                found.best,
                found.chosen
            );
            assert!(found.best.f1 >= found.chosen.f1);
            assert!(found.curve.is_sorted_by(|a, b| a.threshold > b.threshold));
        }
    }

    #[test]
    fn the_counts_of_a_point_add_up() {
        let (left, right, truth) = lists();
        let options = Options { diffusion: Degree::Fixed(2), fill: None, length: None, seed: 2 };
        let found = evaluate(&left, &right, &truth, &schema(), options).expect("a good schema");
        for point in found.curve {
            assert_eq!(point.true_links + point.missed_links, truth.len());
            assert!(
                (point.precision * (point.true_links + point.false_links) as f64 - point.true_links as f64).abs()
                    < 1e-6
            );
        }
    }

    #[test]
    fn two_empty_lists_have_nothing_to_find() {
        let options = Options { diffusion: Degree::Fixed(1), fill: None, length: None, seed: 3 };
        let found = evaluate(&[], &[], &[], &schema(), options).expect("a good schema");
        assert_eq!((found.best.true_links, found.best.false_links, found.curve.len()), (0, 0, 0));
    }
}
