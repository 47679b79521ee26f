//! `reviewer dpia`: the facts of an exchange for an impact assessment; the judgements are left to people.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Context;
use super::dossier::{self, Given};
use super::output::Report;
use crate::failure::Failure;
use crate::office::files;
use crate::outcome::reviewer;
use crate::report;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Markdown by the seven steps of the ICO's template
    Ico,
    /// JSON in the shape of the CNIL's PIA program; an import there was not tried
    Pia,
}

/// What to write.
#[derive(Args, Debug)]
pub(crate) struct DpiaArgs {
    /// The exchange directory; default: `--exchange`
    target: Option<PathBuf>,
    /// Which form
    #[arg(long, value_enum, default_value = "ico")]
    form: Form,
    /// Measured evidence, as for `reviewer dossier`; may be repeated
    #[arg(long, value_name = "FILE.json")]
    evidence: Vec<PathBuf>,
    /// Where to write; must not be there yet
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// Runs `reviewer dpia`.
pub(crate) fn run(args: &DpiaArgs, context: &Context) -> Result<Report, Failure> {
    let exchange = dossier::exchange(args.target.as_deref(), context)?;
    let moment = jiff::Timestamp::from_second(context.desk.now.as_second()).unwrap_or(context.desk.now);
    let facts = dossier::gather(Given { exchange: &exchange, evidence: &args.evidence, since: None }, moment)?;
    let text = match args.form {
        Form::Ico => report::dpia::markdown(&facts),
        Form::Pia => format!("{:#}\n", report::dpia::pia(&facts)),
    };
    files::write_text(&args.output, &text)?;
    Ok(Report::of(reviewer::Dpia { path: (&args.output).into() })
        .say(format!("facts only, judgements left empty: {}", args.output.display()))
        .next("write what the file leaves open"))
}
