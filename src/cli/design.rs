//! `agreement design`: prices encodings for the real sizes of the lists and chooses one that holds the limit of risk.

use std::path::{Path, PathBuf};

use super::Context;
use super::output::{Report, count};
use crate::encoding::EncodingError;
use crate::encoding::design::{self, Design, Fixed, Priced, RiskLimit, Statistics, Task};
use crate::failure::{ARGUMENT, Failure};
use crate::office::files;
use crate::outcome::agreement;
use crate::outcome::{Labelled, agency};
use crate::protocol::Protocol;
use clap::Args;

/// What to design for.
#[derive(Args, Debug)]
pub(crate) struct DesignArgs {
    /// What `agency check FILE --json` printed, one file an agency
    #[arg(required = true, num_args = 1..=16)]
    files: Vec<PathBuf>,
    /// Protocol whose limits hold, such as fin-1
    #[arg(long)]
    protocol: String,
    /// Records of all lists together, if more than the statistics say
    #[arg(long)]
    records: Option<u64>,
    /// Strangers' encodings that may stand out from the noise, a record: at most 3
    #[arg(long)]
    visible_degree: Option<f64>,
    /// Share of victims that an attacker with known pairs may find
    #[arg(long)]
    found: Option<f64>,
    /// True pairs that the attacker knows; default: one in a hundred records, at least 50
    #[arg(long)]
    known_pairs: Option<u64>,
    /// Of 100 true pairs, those with 0, 1, 2 and 3 typing mistakes; default: as many of each
    #[arg(long, value_delimiter = ',', num_args = 1, value_name = "N,N,N,N")]
    errors: Vec<f64>,
    /// Considers this length alone
    #[arg(long)]
    length: Option<u16>,
}

/// Runs `agreement design`.
pub(crate) fn run(args: &DesignArgs, _context: &Context) -> Result<Report, Failure> {
    let (made, protocol) = choose(args)?;
    Ok(print(&made, protocol))
}

fn choose(args: &DesignArgs) -> Result<(Design, &'static Protocol), Failure> {
    let protocol = Protocol::find(&args.protocol)?;
    let terms = &protocol.terms;
    let lists: Vec<Statistics> = args.files.iter().map(|path| statistics(path)).collect::<Result<_, _>>()?;
    let sizes: Vec<u64> = lists.iter().map(|list| list.records).collect();
    let merged = lists.iter().skip(1).try_fold(lists[0].clone(), |sum, list| sum.merged(list));
    let merged = merged.ok_or(EncodingError::Statistics)?;
    // One agency alone: its partner's list is taken to be as long.
    let alone = sizes.len() == 1;
    let records = args.records.unwrap_or(0).max(if alone { 2 * merged.records } else { merged.records });
    let pairs = match sizes.as_slice() {
        _ if args.records.is_some() || alone => (records as f64 / 2.0).powi(2),
        sizes => {
            let mut largest = sizes.to_vec();
            largest.sort_unstable_by(|a, b| b.cmp(a));
            largest[0] as f64 * largest[1] as f64
        }
    };
    let default = RiskLimit::for_records(records);
    let limit = RiskLimit {
        visible_degree: args.visible_degree.unwrap_or(default.visible_degree).min(f64::from(terms.max.visible_degree)),
        found: args.found.unwrap_or(default.found),
        known_pairs: args.known_pairs.unwrap_or(default.known_pairs),
    };
    if args.visible_degree.is_some_and(|wanted| wanted > f64::from(terms.max.visible_degree)) {
        return Err(Failure::from(EncodingError::Limit)
            .under(format!("{}, `max.visible_degree` = {}", protocol.code, terms.max.visible_degree)));
    }
    let task = Task {
        records,
        pairs,
        false_links: f64::from(terms.max.false_links),
        least_diffusion: terms.min.diffusion as u16,
        min_tokens: terms.min.tokens as u16,
        mistakes: mistakes(&args.errors)?,
    };
    let made = design::design(&merged, &task, &limit, Fixed { length: args.length, fill: None })?;
    Ok((made, protocol))
}

/// Shares of true pairs by mistakes.
fn mistakes(errors: &[f64]) -> Result<[f64; 4], Failure> {
    if errors.is_empty() {
        return Ok(design::UNKNOWN_MISTAKES);
    }
    let sum: f64 = errors.iter().sum();
    match <[f64; 4]>::try_from(errors) {
        Ok(shares) if shares.iter().all(|share| *share >= 0.0) && (99.0..=101.0).contains(&sum) => {
            Ok(shares.map(|share| share / sum))
        }
        _ => Err(Failure::new(ARGUMENT, "`--errors` are four numbers from 0 on that add up to 100")),
    }
}

/// Statistics from the output of `agency check --json`, or alone.
fn statistics(path: &Path) -> Result<Statistics, Failure> {
    let unfit = || Failure::from(EncodingError::Statistics).at(path);
    let text = files::read_text_given(path, 1 << 20)?;
    let statistics = match serde_json::from_str::<Labelled<agency::Check>>(&text) {
        Ok(Labelled(check)) => check.token_statistics,
        Err(_) => serde_json::from_str(&text).ok(),
    };
    statistics.filter(Statistics::is_sound).ok_or_else(unfit)
}

fn print(made: &Design, protocol: &Protocol) -> Report {
    let line = |p: &Priced, mark: &str| {
        format!(
            "{mark} {:>4} {:>3} {:>6} {:>10}  {:>5.3} {:>5.3} {:>5.3} {:>5.3}  {:>6.3} {:>9.3} {:>9.2} {:>7.3}\n",
            format!("0.{:02}", p.fill),
            p.diffusion,
            p.length,
            p.insertions,
            p.recall[0],
            p.recall[1],
            p.recall[2],
            p.recall[3],
            p.detection_radius,
            p.visible_degree,
            p.expected_false,
            p.found
        )
    };
    let mut text =
        "  fill   t length insertions  recall at 0, 1, 2, 3 errors radius   visible     false   found\n".to_owned();
    for (at, priced) in made.priced.iter().enumerate().filter(|(_, priced)| priced.holds) {
        text += &line(priced, if at == made.taken { "*" } else { " " });
    }
    let (taken, limit) = (made.taken(), &made.limit);
    let feasible = made.priced.iter().filter(|priced| priced.holds).count();
    let outcome = agreement::Design { protocol: protocol.citation(), design: made.clone(), taken: taken.clone() };
    Report::of(outcome)
        .data(text)
        .say(format!(
            "{} records in all; {feasible} of {} choices hold: visible degree at most {}, at most {:.0} % found by who knows {} pairs",
            count(made.task.records),
            made.priced.len(),
            limit.visible_degree,
            100.0 * limit.found,
            count(limit.known_pairs)
        ))
        .say(format!(
            "* finds most: {:.1} % of true pairs from {} agreeing bits of {} on, with {:.2} false pairs expected",
            100.0 * taken.quality(&made.task.mistakes),
            taken.threshold,
            taken.length,
            taken.expected_false
        ))
        .say("not known here: true pairs whose names differ in more than typing (script, marriage, order), how many true pairs there are,")
        .say("relatives that both lists have, and attacks by who holds the key or knows more than pairs; `found` bounds none of these")
        .next(format!(
            "symbolon agreement draft {} NAME --length {} --insertions {} --diffusion {}",
            protocol.code, taken.length, taken.insertions, taken.diffusion
        ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::tests::{people, schema};

    /// The choice for a list of 300 made-up people, by its statistics alone.
    fn chosen(change: impl FnOnce(&mut DesignArgs)) -> Result<Design, Failure> {
        let records = people(300);
        let statistics = Statistics::of(&[&records], &schema(), 300, 20_000, 1).expect("enough records");
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("check.json");
        let text = serde_json::to_string(&statistics).expect("numbers");
        assert!(files::write(&file, text.as_bytes(), files::Access::Private, files::Existing::Replace).is_ok());
        let mut args = DesignArgs {
            files: vec![file],
            protocol: "fin-1".to_owned(),
            records: None,
            visible_degree: None,
            found: None,
            known_pairs: None,
            errors: Vec::new(),
            length: None,
        };
        change(&mut args);
        choose(&args).map(|(made, _)| made)
    }

    #[test]
    fn one_list_is_taken_for_half_of_all_and_the_choice_holds_what_the_protocol_asks() {
        let made = chosen(|_| {}).unwrap_or_else(|_| panic!("something holds"));
        assert_eq!((made.task.records, made.task.pairs), (600, 90_000.0));
        let taken = made.taken();
        assert!(taken.holds && taken.diffusion >= made.task.least_diffusion);
        assert!(taken.expected_false <= made.task.false_links);
        assert!(taken.threshold > taken.length / 2 && taken.threshold <= taken.length);
    }

    #[test]
    fn more_records_never_let_a_choice_find_more() {
        let found = |records| {
            let made = chosen(|args| args.records = Some(records)).unwrap_or_else(|_| panic!("something holds"));
            made.taken().quality(&made.task.mistakes)
        };
        assert!(found(1_000_000) <= found(1_000) + 0.005);
    }

    #[test]
    fn where_most_pairs_have_no_mistake_more_is_expected_to_be_found() {
        let expected = |errors: &[f64]| {
            let errors = errors.to_vec();
            let made = chosen(|args| args.errors = errors).unwrap_or_else(|_| panic!("something holds"));
            made.taken().quality(&made.task.mistakes)
        };
        assert!(expected(&[90.0, 10.0, 0.0, 0.0]) > expected(&[0.0, 0.0, 10.0, 90.0]));
    }

    #[test]
    fn limits_beyond_the_protocol_and_errors_that_do_not_add_up_are_refused() {
        let refused = |change: fn(&mut DesignArgs)| match chosen(change) {
            Err(failure) => failure.code.id,
            Ok(_) => "none",
        };
        assert_eq!(refused(|args| args.visible_degree = Some(50.0)), "SYM-0361");
        assert_eq!(refused(|args| args.errors = vec![50.0, 20.0, 10.0, 10.0]), ARGUMENT.id);
        assert_eq!(refused(|args| args.errors = vec![100.0]), ARGUMENT.id);
        assert_eq!(refused(|args| args.records = Some(9_000_000_000)), "SYM-0360");
    }
}
