//! `guardian …`: keeps protected people out of the leads.

#[cfg(feature = "lab")]
pub(crate) mod measure;

use clap::Subcommand;

use super::agency::InputArgs;
use super::output::Report;
use super::{Context, RunArg};
use crate::failure::Failure;
use crate::office::acts;

/// What a guardian does.
#[derive(Subcommand, Debug)]
pub(crate) enum GuardianVerb {
    /// Compares the candidate pairs of a run with the register, here, and issues what remains as sealed leads
    Screen {
        #[command(flatten)]
        register: InputArgs,
        #[command(flatten)]
        run: RunArg,
    },
    /// Laboratory: measures how many protected people screening keeps out, by naming system, and how many others it costs
    #[cfg(feature = "lab")]
    Measure(measure::Measure),
}

/// Runs a `guardian` verb.
pub(crate) fn run(verb: &GuardianVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        GuardianVerb::Screen { register, run } => screen(register, *run, context),
        #[cfg(feature = "lab")]
        GuardianVerb::Measure(args) => measure::run(args),
    }
}

fn screen(input: &InputArgs, RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let outcome = acts::screen::screen(&context.desk, &input.input(), run)?;
    let words = format!(
        "{} pairs of agencies screened; their leads are issued, sealed, in lists of one size",
        outcome.issued.len()
    );
    Ok(Report::of(outcome)
        .say(words)
        .say("the register was read here, encoded in memory, and is gone; nothing says who is in it")
        .next("the operator: symbolon operator log; officers and reviewers with a share: symbolon officer queue"))
}
