//! `purge`: what was destroyed, in words.

use super::output::Report;
use super::{Context, RunArg};
use crate::failure::Failure;
use crate::office::acts;
use crate::release::destruction::Remains;

/// Runs `purge`.
pub(crate) fn purge(RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let outcome = acts::purge::purge(&context.desk, run)?;
    let words = |list: &[Remains]| list.iter().map(|remains| remains.name()).collect::<Vec<_>>().join(", ");
    let mut said = vec![format!("destroyed of run {run}: {} ({} files)", words(&outcome.destroyed), outcome.files)];
    if !outcome.kept.is_empty() {
        said.push(format!("kept while leads can open: {}; purge again afterwards", words(&outcome.kept)));
    }
    said.push(format!("attested: {}", outcome.attestation));
    let mut report = Report::of(outcome);
    report.words = said;
    Ok(report
        .say("copies on disks, in backups and with whoever read the exchange are not reached")
        .next("operator: symbolon operator log"))
}
