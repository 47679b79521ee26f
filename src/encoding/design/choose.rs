//! The choice: every fill, degree and length is priced, those that break the limit are out, and the one that finds most true
//! pairs is taken; among those that find as many, to half a point, the shortest.

use serde::Serialize;

use crate::agreement::EncodingParams;

use super::super::{DEGREES, EncodingError};
use super::model::Model;
use super::statistics::{AtFill, FILLS, MISTAKES, Statistics};

/// Lengths that are tried, in bits.
pub const TRIED_LENGTHS: [u16; 3] = [1024, 2048, 4096];

/// What an encoding must hold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RiskLimit {
    /// Strangers' encodings that stand out from the noise, a record.
    pub visible_degree: f64,
    /// Share of victims that an attacker with known pairs may find.
    pub found: f64,
    /// True pairs of a record and its encoding that the attacker knows.
    pub known_pairs: u64,
}

/// Visible degree above which no limit can be set.
pub const MOST_VISIBLE: f64 = 3.0;

impl RiskLimit {
    /// The default for lists that together have `records`: visible degree at most 1, and at most a tenth of the victims found
    /// by who knows one pair in a hundred records, but at least 50.
    pub fn for_records(records: u64) -> Self {
        Self { visible_degree: 1.0, found: 0.1, known_pairs: (records / 100).max(50) }
    }
}

/// What is fixed beforehand: of this only, that is tried which comes nearest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fixed {
    /// Bits of an encoding: a multiple of 64 from 256 to 4096.
    pub length: Option<u16>,
    /// Fill of the inner filter.
    pub fill: Option<f64>,
}

/// What is linked, and to what end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Task {
    /// Records of all lists together: what the operator holds, and the register of the attacker.
    pub records: u64,
    /// Pairs of records that are compared.
    pub pairs: f64,
    /// Expected false links that are accepted.
    pub false_links: f64,
    /// Least degree of diffusion.
    pub least_diffusion: u16,
    /// Fewest tokens of a record.
    pub min_tokens: u16,
    /// Shares of true pairs with 0 to 3 mistakes, which add up to 1.
    pub mistakes: [f64; MISTAKES + 1],
}

/// As many true pairs with each number of mistakes: what is taken where nothing is known.
pub const UNKNOWN_MISTAKES: [f64; MISTAKES + 1] = [0.25; MISTAKES + 1];

/// One choice, priced.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Priced {
    /// Fill of the inner filter, in hundredths.
    pub fill: u8,
    /// Parameters that an agreement carries.
    pub length: u16,
    /// Positions of a token of unit weight.
    pub insertions: u16,
    /// Degree of diffusion.
    pub diffusion: u16,
    /// Expected recall of pairs with 0 to 3 mistakes at the threshold.
    pub recall: [f64; MISTAKES + 1],
    /// Share of inner bits in which a pair may differ and still be seen.
    pub detection_radius: f64,
    /// Expected strangers that stand out, a record.
    pub visible_degree: f64,
    /// Least score of a link.
    pub threshold: u16,
    /// Expected false links there, before one-to-one.
    pub expected_false: f64,
    /// Expected share of victims found by who knows the limit's pairs.
    pub found: f64,
    /// Whether the limit holds.
    pub holds: bool,
}

impl Priced {
    /// What the choice is judged by: expected recall where true pairs have 0 to 3 mistakes in these shares.
    pub fn quality(&self, mistakes: &[f64; MISTAKES + 1]) -> f64 {
        self.recall.iter().zip(mistakes).map(|(recall, share)| recall * share).sum()
    }

    /// The parameters for an agreement.
    pub fn params(&self, min_tokens: u16) -> EncodingParams {
        EncodingParams { length: self.length, insertions: self.insertions, diffusion: self.diffusion, min_tokens }
    }
}

/// Every choice, priced, and the one to take.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Design {
    /// What was to be held.
    pub limit: RiskLimit,
    /// What is linked.
    pub task: Task,
    /// Choices, by fill, length and diffusion.
    pub priced: Vec<Priced>,
    /// Index of the choice to take.
    pub taken: usize,
}

impl Design {
    /// The choice to take.
    pub fn taken(&self) -> &Priced {
        &self.priced[self.taken]
    }
}

/// Prices one choice.
pub fn price(at: &AtFill, length: u16, diffusion: u16, task: &Task, limit: &RiskLimit) -> Priced {
    let model = Model { at, diffusion, length };
    let threshold = model.threshold(task.pairs, task.false_links);
    let (visible_degree, found) =
        (model.visible_degree(task.records as f64), model.found(limit.known_pairs as f64, task.records as f64));
    let mut recall = [0.0; MISTAKES + 1];
    recall.iter_mut().zip(&at.mistakes).for_each(|(recall, copies)| *recall = model.recall(copies, threshold));
    Priced {
        fill: at.fill,
        length,
        insertions: ((at.insertions_ppm * f64::from(length) / 1e6).round() as u16).clamp(1, length / 8),
        diffusion,
        recall,
        detection_radius: model.detection_radius(),
        visible_degree,
        threshold,
        expected_false: model.false_links(threshold, task.pairs),
        found,
        holds: visible_degree <= limit.visible_degree && found <= limit.found,
    }
}

/// Prices every choice and takes one.
///
/// # Errors
///
/// [`EncodingError::Limit`] for a limit that may not be set, [`EncodingError::Statistics`] for unsound statistics,
/// [`EncodingError::NothingHolds`] if no choice holds the limit.
pub fn design(statistics: &Statistics, task: &Task, limit: &RiskLimit, fixed: Fixed) -> Result<Design, EncodingError> {
    /// Recall that is not worth a longer encoding.
    const NO_LOSS: f64 = 0.005;
    let within = |number: f64, most: f64| number > 0.0 && number <= most;
    if !within(limit.visible_degree, MOST_VISIBLE) || !within(limit.found, 0.5) || limit.known_pairs == 0 {
        return Err(EncodingError::Limit);
    }
    if !statistics.is_sound() {
        return Err(EncodingError::Statistics);
    }
    let degrees = task.least_diffusion.max(DEGREES.0)..=DEGREES.1;
    let mut priced = Vec::new();
    let nearest = |wanted: f64| {
        let miss = |fill: &u8| (f64::from(*fill) - 100.0 * wanted).abs();
        FILLS.into_iter().min_by(|a, b| miss(a).total_cmp(&miss(b)))
    };
    let wanted = fixed.fill.and_then(nearest);
    let lengths = fixed.length.map_or(TRIED_LENGTHS.to_vec(), |length| vec![length]);
    for at in statistics.fills.iter().filter(|at| wanted.is_none_or(|fill| at.fill == fill)) {
        for &length in &lengths {
            priced.extend(degrees.clone().map(|degree| price(at, length, degree, task, limit)));
        }
    }
    let best = priced
        .iter()
        .filter(|choice| choice.holds)
        .map(|choice| choice.quality(&task.mistakes))
        .fold(f64::NEG_INFINITY, f64::max);
    let near = |choice: &Priced| choice.holds && choice.quality(&task.mistakes) >= best - NO_LOSS;
    let by_length = |a: &usize, b: &usize| {
        let (a, b) = (&priced[*a], &priced[*b]);
        b.length.cmp(&a.length).then(a.quality(&task.mistakes).total_cmp(&b.quality(&task.mistakes)))
    };
    let taken = (0..priced.len()).filter(|&at| near(&priced[at])).max_by(by_length);
    match taken {
        Some(taken) => Ok(Design { limit: *limit, task: *task, priced, taken }),
        None => Err(EncodingError::NothingHolds { records: task.records }),
    }
}
