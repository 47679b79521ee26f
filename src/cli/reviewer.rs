//! `reviewer …`: what reviewers do beyond reading and signing.

use clap::Subcommand;

use super::failure::Failure;
use super::output::Report;
use super::{Context, dossier};

/// What a reviewer does.
#[derive(Subcommand, Debug)]
pub(crate) enum ReviewerVerb {
    /// Gathers what a decision needs on one page: HTML to read and print, JSON that recomputes byte for byte
    Dossier(dossier::Dossier),
}

/// Runs a `reviewer` verb.
pub(crate) fn run(verb: &ReviewerVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        ReviewerVerb::Dossier(args) => dossier::run(args, context),
    }
}
