//! `reviewer fishing`: what a script that lists one person many times learns, with and without the rule against it.

use super::output::Report;
use crate::agreement::{EncodingParams, Schema};
use crate::failure::{ARGUMENT, Failure};
use crate::lab::attack::{FIELDS, Fishing, Learnt, Mix, Prior, Scheme, Setting, Tokens, fishing, synthetic};
use crate::outcome::reviewer;
use clap::Args;

/// Which encoding, and how large a population.
#[derive(Args, Debug)]
pub(crate) struct FishingArgs {
    /// Rows of one list that may be alike to one that is linked: `max.alike` of the agreement
    #[arg(long, default_value_t = 8)]
    alike: u32,
    /// Degree of diffusion
    #[arg(long, default_value_t = 6)]
    diffusion: u16,
    /// Synthetic people of the population
    #[arg(long, default_value_t = 4000)]
    people: usize,
    /// People that the script is after
    #[arg(long, default_value_t = 300)]
    targets: usize,
    /// Birth dates that are weighed for each
    #[arg(long, default_value_t = 1000)]
    dates: usize,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs `reviewer fishing`.
pub(crate) fn run(args: &FishingArgs) -> Result<Report, Failure> {
    let insertions = Schema::typical_insertions(&FIELDS, 1024);
    let params = EncodingParams { length: 1024, insertions, diffusion: args.diffusion, min_tokens: 1 };
    let scheme = Scheme { tokens: Tokens::Schema(FIELDS.to_vec()), params };
    let people = synthetic(args.people, Mix::World, args.seed).map_err(|e| Failure::new(ARGUMENT, e))?;
    let setting =
        Setting { register: args.dates, victims: args.targets, overlap: 1.0, known: 0, errors: 0.0, seed: args.seed };
    let (mut found, mut text) = (Vec::new(), String::new());
    for (prior, known) in [(Prior::Any, "nothing of the birth date"), (Prior::Year, "the year of birth")] {
        let measure = fishing(&scheme, &people, &setting, args.alike as usize, prior)?;
        text += &lines(&measure, known);
        found.push(reviewer::Fished { prior, measure });
    }
    Ok(Report::of(reviewer::Fishing { scheme: params, setting, measures: found }).data(text))
}

fn lines(measure: &Fishing, known: &str) -> String {
    let line = |name: &str, learnt: &Learnt| {
        let Learnt { variants, people, told, person, beyond, beyond_most } = learnt;
        format!("{name:<26} {variants:>4} x {people:>3} {told:>8.3} {person:>8.3} {beyond:>8.3} {beyond_most:>8.3}\n")
    };
    let (low, high) = measure.crowded.interval();
    format!(
        "the prober knows a name and {known}: {} dates; bits in 100 submissions\n{:<26} {:>10} {:>8} {:>8} {:>8} {:>8}\n{}{}{}{}{} of an honest list of {} people ({low:.4} to {high:.4}) are alike to more than {} others\n",
        measure.dates,
        "script",
        "variants",
        "told",
        "person",
        "beyond",
        "at most",
        line("every score told", &measure.scores),
        line("links, no rule", &measure.unruled),
        line("links, crowds set aside", &measure.ruled),
        line("as few as pass the rule", &measure.evading),
        measure.crowded.hits,
        measure.crowded.trials,
        measure.alike,
    )
}
