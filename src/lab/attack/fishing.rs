//! A script that fishes: what an agency learns about one person by listing it many times, in bits, with and without the rules.
//!
//! The prober knows a name and that the partner holds its bearer; it does not know the birth date. It submits one hundred records and sees
//! which of its own come back as leads. For each target and script:
//!
//! - *hit*: `log₂` of the possible dates over those that would give the same yes or no: whether any submission was linked,
//! - *beyond*: `log₂` of the dates that give the same yes or no over those that give the same answer: which submission it was.
//!
//! Both are means over targets whose true date is drawn with all others, times the number of people that one hundred submissions are
//! spent on. The scripts: one person a hundred times, and as few variants a person as the rule lets pass, on as many people as that makes.
//! Positive control: the first script without the rule.

use rayon::prelude::*;
use serde::Serialize;

use super::draws::{Draws, Purpose};
use super::probing::{all_dates, born, threshold, with_date};
use super::scheme::{Bag, Lexicon, Scheme};
use super::similarity::seen;
use super::success::Share;
use super::{AttackError, Setting};
use crate::linkage::alike_at;
use crate::records::{BirthDate, Record};

/// Submissions that a measure is stated for.
pub const SUBMISSIONS: usize = 100;

/// What one script learns in one hundred submissions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Learnt {
    /// Variants of each person.
    pub variants: usize,
    /// People that one hundred submissions are about.
    pub people: usize,
    /// Bits by whether there was a hit, all people together.
    pub hit: f64,
    /// Bits beyond that, all people together.
    pub beyond: f64,
    /// Upper end of its 95 % interval: mean and 1.96 standard errors over the targets.
    pub beyond_most: f64,
}

/// The measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Fishing {
    /// Rows of one list that may be alike to one that is linked.
    pub alike: usize,
    /// Possible birth dates of a target.
    pub dates: usize,
    /// One person a hundred times, nobody set aside: the positive control.
    pub unruled: Learnt,
    /// The same under the rule.
    pub ruled: Learnt,
    /// As many variants a person as pass the rule.
    pub evading: Learnt,
    /// Of the people of the population as one honest list: those alike to more than `alike` others of it.
    pub crowded: Share,
}

/// What the prober knows before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Prior {
    /// Nothing about the birth date.
    Any,
    /// The year.
    Year,
}

/// Plays the scripts on `setting.victims` targets and `setting.register` possible dates for each.
///
/// # Errors
/// A population with fewer datable people than targets.
pub fn fishing(
    scheme: &Scheme,
    people: &[Record],
    setting: &Setting,
    alike: usize,
    prior: Prior,
) -> Result<Fishing, AttackError> {
    let mut draws = Draws::new(setting.seed, Purpose::Sample);
    let order = draws.order(people.len());
    let fits = |at: &usize| born(&people[*at]).is_some_and(|date| all_dates().any(|possible| possible == date));
    let targets: Vec<&Record> = order.into_iter().filter(fits).map(|at| &people[at]).take(setting.victims).collect();
    if targets.len() < setting.victims {
        return Err(AttackError::Population { needed: setting.victims, found: targets.len() });
    }
    let least = threshold(scheme, people, setting);
    let close = 2.0 * f32::from(alike_at(scheme.params.length).0) / f32::from(scheme.params.length) - 1.0;
    let few = (alike + 1).min(SUBMISSIONS);
    let mut tables = Vec::with_capacity(targets.len());
    for target in &targets {
        let truth = born(target).unwrap_or_default();
        let wanted = |date: &BirthDate| *date != truth && (prior == Prior::Any || date.year == truth.year);
        let mut possible: Vec<BirthDate> = all_dates().filter(wanted).collect();
        possible.push(truth);
        let order = draws.order(possible.len() - 1);
        let submitted: Vec<BirthDate> = order.iter().take(SUBMISSIONS).map(|at| possible[*at]).collect();
        // Fresh dates to weigh, and last the true one.
        let weighed: Vec<BirthDate> = order.iter().rev().take(setting.register - 1).map(|at| possible[*at]).collect();
        tables.push((*target, submitted, weighed, truth));
    }
    let learn = |(target, submitted, weighed, truth): &(&Record, Vec<BirthDate>, Vec<BirthDate>, BirthDate)| {
        let mut lexicon = Lexicon::default();
        let dates = submitted.iter().chain(weighed).chain([truth]);
        let bags: Vec<Bag> =
            dates.map(|date| lexicon.bag(scheme, &with_date(target, *date)).unwrap_or_default()).collect();
        let codes = lexicon.encode(scheme, &bags, setting.seed);
        let part = |from: usize, to: usize| codes.permuted(&(from..to).collect::<Vec<_>>());
        let n = submitted.len();
        let probes = part(0, n);
        let answers = seen(scheme, &part(n, codes.len()), &probes);
        let crowd = seen(scheme, &probes, &probes);
        let bits = |variants: usize, most: Option<usize>| {
            let crowded = |at: usize| {
                let others = (0..variants).filter(|other| *other != at && crowd[[at, *other]] >= close).count();
                most.is_some_and(|most| others > most)
            };
            let crowded: Vec<bool> = (0..variants).map(crowded).collect();
            let answer = |row: usize| {
                let best = (0..variants).max_by(|x, y| answers[[row, *x]].total_cmp(&answers[[row, *y]]))?;
                (answers[[row, best]] >= least && !crowded[best]).then_some(best)
            };
            let all: Vec<Option<usize>> = (0..answers.nrows()).map(answer).collect();
            let told = all.last().copied().flatten();
            let same_hit = all.iter().filter(|answer| answer.is_some() == told.is_some()).count() as f64;
            let same = all.iter().filter(|answer| **answer == told).count() as f64;
            ((all.len() as f64 / same_hit).log2(), (same_hit / same).log2())
        };
        [bits(n, None), bits(n, Some(alike)), bits(few.min(n), Some(alike))]
    };
    let found: Vec<[(f64, f64); 3]> = tables.par_iter().map(learn).collect();
    let learnt = |script: usize, variants: usize| {
        let (people, n) = (SUBMISSIONS.div_ceil(variants), found.len() as f64);
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| found.iter().map(|bits| of(&bits[script])).sum::<f64>() / n;
        let (hit, beyond) = (mean(&|bits| bits.0), mean(&|bits| bits.1));
        let spread = (mean(&|bits| (bits.1 - beyond).powi(2)) / n).sqrt();
        let all = people as f64;
        Learnt { variants, people, hit: all * hit, beyond: all * beyond, beyond_most: all * (beyond + 1.96 * spread) }
    };
    Ok(Fishing {
        alike,
        dates: match prior {
            Prior::Any => all_dates().count(),
            Prior::Year => 12 * 28,
        },
        unruled: learnt(0, SUBMISSIONS),
        ruled: learnt(1, SUBMISSIONS),
        evading: learnt(2, few),
        crowded: crowded(scheme, people, setting, alike, close),
    })
}

/// People of an honest list who are alike to more than so many others of it.
fn crowded(scheme: &Scheme, people: &[Record], setting: &Setting, alike: usize, close: f32) -> Share {
    let mut lexicon = Lexicon::default();
    let bags: Vec<Bag> = people.iter().filter_map(|person| lexicon.bag(scheme, person)).collect();
    let codes = lexicon.encode(scheme, &bags, setting.seed);
    let scores = seen(scheme, &codes, &codes);
    let crowd = |(at, row): (usize, ndarray::ArrayView1<'_, f32>)| {
        row.iter().enumerate().filter(|(other, score)| *other != at && **score >= close).count()
    };
    let hits = scores.rows().into_iter().enumerate().map(crowd).filter(|others| *others > alike).count();
    Share { hits: hits as u64, trials: bags.len() as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::attack::people::{FIELDS, Mix, synthetic};
    use crate::lab::attack::scheme::Tokens;

    /// The shipped fields under a strong diffusion; the threshold is that of a list of this length.
    fn measure(prior: Prior) -> Fishing {
        let people = synthetic(1_000, Mix::World, 1).expect("people");
        let scheme = Scheme::laboratory(Tokens::Schema(FIELDS.to_vec()), 21, 6);
        let setting = Setting { register: 300, victims: 60, overlap: 1.0, known: 0, errors: 0.0, seed: 1 };
        fishing(&scheme, &people, &setting, 8, prior).expect("enough people")
    }

    #[test]
    fn a_script_that_fishes_learns_less_than_a_bit_beyond_hit_or_no_hit_and_much_without_the_rule() {
        let found = measure(Prior::Any);
        assert!(
            found.unruled.beyond > 1.0,
            "the positive control learns nothing, so the measure says nothing: {found:?}"
        );
        assert_eq!((found.ruled.hit, found.ruled.beyond), (0.0, 0.0), "a hundred variants are set aside: {found:?}");
        assert!(found.evading.beyond_most < 1.0, "{found:?}");
        assert_eq!((found.evading.variants, found.evading.people), (9, 12));
    }

    #[test]
    fn who_knows_the_year_is_held_to_the_same_crowd() {
        let found = measure(Prior::Year);
        assert!(found.unruled.beyond > 1.0 && found.ruled.beyond == 0.0, "{found:?}");
    }
}
