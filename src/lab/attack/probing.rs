//! A8, probing: an agency submits near-duplicates of somebody to learn what its partner holds about them.
//!
//! The prober has the run's key and knows the name; it does not know the birth date. It submits one hundred records with
//! that name and different dates, and works out for every date what would come back. What it learns depends on what is
//! released: every score, or no more than the one link of a one-to-one linkage. Detection of near-duplicates, and limits
//! of runs, are not counted on.

use ndarray::ArrayView1;
use rayon::prelude::*;

use super::draws::{Draws, Purpose};
use super::scheme::{Bag, Lexicon, Scheme};
use super::similarity::seen;
use super::success::Success;
use super::target::Labels;
use super::{AttackError, Setting};
use crate::records::{BirthDate, Record, Value};

/// What comes back to the prober.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Release {
    /// Every score: what this program never does, and the attack's positive control.
    Scores,
    /// Which of the submissions is linked, if one is: the best, if it reaches the threshold.
    Link,
}

/// First year that a birth date may have here, and how many years.
const YEARS: (u16, u16) = (1945, 60);

/// Ranks the possible birth dates of every target after one hundred submissions.
pub(super) fn attack(
    scheme: &Scheme,
    people: &[Record],
    setting: &Setting,
    release: Release,
    labels: Labels,
) -> Result<Success, AttackError> {
    let mut draws = Draws::new(setting.seed, Purpose::Sample);
    let order = draws.order(people.len());
    let fits = |at: &usize| born(&people[*at]).is_some_and(|date| all_dates().any(|possible| possible == date));
    let targets: Vec<&Record> = order.into_iter().filter(fits).map(|at| &people[at]).take(setting.victims).collect();
    if targets.len() < setting.victims {
        return Err(AttackError::Population { needed: setting.victims, found: targets.len() });
    }
    let threshold = threshold(scheme, people, setting);
    let mut lexicon = Lexicon::default();
    let mut bags: Vec<Bag> = Vec::new();
    for (at, target) in targets.iter().enumerate() {
        // Shuffled: what comes back is about somebody else.
        let held = if labels == Labels::Shuffled { targets[(at + 1) % targets.len()] } else { target };
        let dates = possible_dates(target, setting.register, &mut draws);
        let records = submissions().chain(dates).map(|date| with_date(target, date));
        bags.extend(records.chain([with_date(held, born(held).unwrap_or_default())]).map(|record| {
            // A record with too few tokens has an empty encoding, and is like nobody.
            lexicon.bag(scheme, &record).unwrap_or_default()
        }));
    }
    let codes = lexicon.encode(scheme, &bags, setting.seed);
    let each = 100 + setting.register + 1;
    let luck: Vec<f64> = targets.iter().map(|_| draws.unit()).collect();
    let rank = |(at, luck): (usize, f64)| {
        let part = |from: usize, to: usize| codes.permuted(&(at * each + from..at * each + to).collect::<Vec<_>>());
        let probes = part(0, 100);
        let possible = seen(scheme, &part(100, each - 1), &probes);
        let held = seen(scheme, &part(each - 1, each), &probes);
        let observed = held.row(0);
        let agrees = |row: ArrayView1<'_, f32>| match release {
            Release::Scores => row == observed,
            Release::Link => link(row, threshold) == link(observed, threshold),
        };
        let same: Vec<bool> = possible.rows().into_iter().map(agrees).collect();
        let consistent = same.iter().filter(|same| **same).count();
        // Among dates that would have answered alike, the prober guesses. The true one stands last.
        same.last().is_some_and(|same| *same).then_some((luck * consistent as f64) as u32)
    };
    let ranks: Vec<Option<u32>> = luck.into_par_iter().enumerate().map(rank).collect();
    Ok(Success::of(&ranks, setting.register, (setting.victims * setting.register * 100) as u64))
}

/// Birth dates that the prober thinks possible: random ones, and last the true one.
fn possible_dates(target: &Record, count: usize, draws: &mut Draws) -> Vec<BirthDate> {
    let truth = born(target).unwrap_or_default();
    let others: Vec<BirthDate> = all_dates().filter(|date| *date != truth).collect();
    let order = draws.order(others.len());
    order.into_iter().take(count - 1).map(|at| others[at]).chain([truth]).collect()
}

/// The submission that a one-to-one linkage would release.
fn link(scores: ArrayView1<'_, f32>, threshold: f32) -> Option<usize> {
    let best = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    (*best.1 >= threshold).then_some(best.0)
}

/// The least score that is linked: above every pair of strangers in a sample.
pub(super) fn threshold(scheme: &Scheme, people: &[Record], setting: &Setting) -> f32 {
    let mut lexicon = Lexicon::default();
    let bags: Vec<Bag> = people.iter().take(600).filter_map(|person| lexicon.bag(scheme, person)).collect();
    let codes = lexicon.encode(scheme, &bags, setting.seed);
    let scores = seen(scheme, &codes, &codes);
    let strangers = scores.indexed_iter().filter(|((i, j), _)| i < j).map(|(_, score)| *score);
    strangers.fold(f32::NEG_INFINITY, f32::max)
}

/// All years on one day, all months of one year, all days of one month: one hundred records.
fn submissions() -> impl Iterator<Item = BirthDate> {
    let date = |year, month, day| BirthDate { year: Some(year), month: Some(month), day: Some(day) };
    let years = (YEARS.0..YEARS.0 + YEARS.1).map(move |year| date(year, 6, 15));
    let months = (1..=12).map(move |month| date(1975, month, 15));
    years.chain(months).chain((1..=28).map(move |day| date(1975, 6, day)))
}

pub(super) fn all_dates() -> impl Iterator<Item = BirthDate> {
    let dates = move |year| (1..=12).flat_map(move |month| (1..=28).map(move |day| (year, month, day)));
    (YEARS.0..YEARS.0 + YEARS.1).flat_map(dates).map(|(year, month, day)| BirthDate {
        year: Some(year),
        month: Some(month),
        day: Some(day),
    })
}

pub(super) fn born(record: &Record) -> Option<BirthDate> {
    record.values.iter().find_map(|value| match value {
        Value::Date(date) => Some(*date),
        _ => None,
    })
}

pub(super) fn with_date(record: &Record, date: BirthDate) -> Record {
    let values = record
        .values
        .iter()
        .map(|value| if matches!(value, Value::Date(_)) { Value::Date(date) } else { value.clone() });
    Record { values: values.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hundred_records_are_submitted() {
        assert_eq!((submissions().count(), all_dates().count()), (100, 60 * 12 * 28));
    }
}
