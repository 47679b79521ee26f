//! A script that fishes: what an agency learns about one person by listing it many times, in bits, with and without the rules.
//!
//! The prober knows a name and that the partner holds its bearer; it does not know the birth date. It submits one hundred records and sees
//! which of its own come back as leads. For each target and script, with the dates that it thinks possible:
//!
//! - *told*: `log₂` of all dates over those that give the same answer: which of a person's submissions was linked, or none,
//! - *person*: the same for whether any was,
//! - *beyond*: of the dates at which the same submissions reach the threshold, over those of them that give the same answer. This is what
//!   is learnt beyond hit or no hit of each submission: which of several hits is the nearest.
//!
//! All are means over targets, times the number of people on whom one hundred submissions are spent. The true date is one of those weighed.
//! The scripts: one person a hundred times, and on as many people as that makes as few variants as the rule surely lets pass.
//! Positive control: every score is told, which this program never does.

use rayon::prelude::*;
use serde::Serialize;

use super::draws::{Draws, Purpose};
use super::probing::{all_dates, born, threshold, with_date};
use super::scheme::{Bag, Lexicon, Scheme};
use super::similarity::seen;
use super::success::Share;
use super::{AttackError, Setting};
use crate::linkage::{Score, alike_at, by_chance};
use crate::records::{BirthDate, Record};

/// Links of chance that the operator's least threshold allows for: see `linkage`.
const BY_CHANCE: f64 = 1e-4;

/// Submissions that a measure is stated for.
pub const SUBMISSIONS: usize = 100;

/// What one script learns in one hundred submissions, in bits, all people together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Learnt {
    /// Variants of each person.
    pub variants: usize,
    /// People that one hundred submissions are about.
    pub people: usize,
    /// All that is told.
    pub told: f64,
    /// The part of it that is whether there was a hit on a person.
    pub person: f64,
    /// What is told beyond hit or no hit of each submission.
    pub beyond: f64,
    /// Upper end of its 95 % interval: mean and 1.96 standard errors over the targets.
    pub beyond_most: f64,
}

/// The measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fishing {
    /// Rows of one list that may be alike to one that is linked.
    pub alike: usize,
    /// Possible birth dates of a target.
    pub dates: usize,
    /// One person a hundred times, and every score is told: the positive control.
    pub scores: Learnt,
    /// One person a hundred times, nobody set aside.
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Prior {
    /// Nothing about the birth date.
    Any,
    /// The year.
    Year,
}

/// What is told, and held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Every score.
    Scores,
    /// The link.
    None,
    /// The link, unless its row stands in a crowd.
    SetAside,
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
    let length = scheme.params.length;
    let seen_at = |score: Score| 2.0 * f32::from(score.0) / f32::from(length) - 1.0;
    // As the operator: above strangers, and above chance in lists as long as the population.
    let chance = seen_at(by_chance(people.len(), people.len(), length, BY_CHANCE));
    let least = threshold(scheme, people, setting).max(chance);
    let close = seen_at(alike_at(length));
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
        let bits = |variants: usize, rule: Rule| {
            let crowded = |at: usize| {
                let others = (0..variants).filter(|other| *other != at && crowd[[at, *other]] >= close).count();
                rule == Rule::SetAside && others > alike
            };
            let crowded: Vec<bool> = (0..variants).map(crowded).collect();
            let answer = |row: usize| {
                let best = (0..variants).max_by(|x, y| answers[[row, *x]].total_cmp(&answers[[row, *y]]))?;
                (answers[[row, best]] >= least && !crowded[best]).then_some(best)
            };
            let hits = |row: usize| -> Vec<bool> { (0..variants).map(|at| answers[[row, at]] >= least).collect() };
            let true_row = answers.nrows() - 1;
            let same_answer = |row: usize| match rule {
                Rule::Scores => answers.row(row) == answers.row(true_row),
                Rule::None | Rule::SetAside => answer(row) == answer(true_row),
            };
            let rows = 0..answers.nrows();
            let count = |which: &dyn Fn(usize) -> bool| rows.clone().filter(|row| which(*row)).count() as f64;
            let (told, set) = (answer(true_row).is_some(), hits(true_row));
            let (all, same) = (answers.nrows() as f64, count(&same_answer));
            let person = count(&|row| answer(row).is_some() == told);
            let (each, both) = (count(&|row| hits(row) == set), count(&|row| hits(row) == set && same_answer(row)));
            [(all / same).log2(), (all / person).log2(), (each / both).log2()]
        };
        [bits(n, Rule::Scores), bits(n, Rule::None), bits(n, Rule::SetAside), bits(few.min(n), Rule::SetAside)]
    };
    let found: Vec<[[f64; 3]; 4]> = tables.par_iter().map(learn).collect();
    let learnt = |script: usize, variants: usize| {
        let (people, n) = (SUBMISSIONS.div_ceil(variants), found.len() as f64);
        let mean = |of: &dyn Fn(&[f64; 3]) -> f64| found.iter().map(|bits| of(&bits[script])).sum::<f64>() / n;
        let beyond = mean(&|bits| bits[2]);
        let error = (mean(&|bits| (bits[2] - beyond).powi(2)) / n).sqrt();
        let all = people as f64;
        Learnt {
            variants,
            people,
            told: all * mean(&|bits| bits[0]),
            person: all * mean(&|bits| bits[1]),
            beyond: all * beyond,
            beyond_most: all * (beyond + 1.96 * error),
        }
    };
    Ok(Fishing {
        alike,
        dates: match prior {
            Prior::Any => all_dates().count(),
            Prior::Year => 12 * 28,
        },
        scores: learnt(0, SUBMISSIONS),
        unruled: learnt(1, SUBMISSIONS),
        ruled: learnt(2, SUBMISSIONS),
        evading: learnt(3, few),
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
    fn a_script_that_fishes_learns_less_than_a_bit_beyond_hit_or_no_hit_and_much_from_scores() {
        let found = measure(Prior::Any);
        assert!(
            found.scores.beyond > 5.0,
            "the positive control learns nothing, so the measure says nothing: {found:?}"
        );
        assert!(found.ruled.beyond_most < 1.0 && found.evading.beyond_most < 1.0, "{found:?}");
        assert_eq!((found.evading.variants, found.evading.people), (9, 12));
    }

    #[test]
    fn the_rule_takes_away_from_who_knows_the_year() {
        let found = measure(Prior::Year);
        assert!(found.scores.told > 5.0, "{found:?}");
        assert!(found.ruled.told < found.unruled.told && found.ruled.beyond <= found.unruled.beyond, "{found:?}");
    }
}
