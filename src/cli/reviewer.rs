//! `reviewer …`: what reviewers do beyond reading and signing.

use clap::Subcommand;

use super::output::Report;
use super::{Context, dossier, dpia, sign_off};
#[cfg(feature = "lab")]
use super::{attack, fishing};
use crate::failure::Failure;

/// What a reviewer does.
#[derive(Subcommand, Debug)]
pub(crate) enum ReviewerVerb {
    /// Attacks an encoding as somebody without the key would, with controls
    #[cfg(feature = "lab")]
    Attack(attack::AttackArgs),
    /// Attacks what the agreement says, at its real size, and signs the result if it is under the limit
    #[cfg(feature = "lab")]
    Attest(attack::AttestArgs),
    /// Checks an attestation against the agreement and a size
    #[cfg(feature = "lab")]
    CheckAttestation(attack::CheckArgs),
    /// Plays a script that lists one person many times, and says in bits what it learns with and without the rule against it
    #[cfg(feature = "lab")]
    Fishing(fishing::FishingArgs),
    /// Gathers what a decision needs on one page: HTML to read and print, JSON that recomputes byte for byte
    Dossier(dossier::Dossier),
    /// Signs a decision about a dossier: accept, accept under conditions, or refuse; expiring, and logged
    SignOff(sign_off::SignOffArgs),
    /// Writes the facts for an impact assessment, and leaves the judgements to people
    Dpia(dpia::DpiaArgs),
}

/// Runs a `reviewer` verb.
pub(crate) fn run(verb: &ReviewerVerb, context: &Context) -> Result<Report, Failure> {
    match verb {
        #[cfg(feature = "lab")]
        ReviewerVerb::Attack(args) => attack::run(args, context),
        #[cfg(feature = "lab")]
        ReviewerVerb::Attest(args) => attack::attest(args, context),
        #[cfg(feature = "lab")]
        ReviewerVerb::CheckAttestation(args) => attack::check_attestation(args, context),
        #[cfg(feature = "lab")]
        ReviewerVerb::Fishing(args) => fishing::run(args),
        ReviewerVerb::Dossier(args) => dossier::run(args, context),
        ReviewerVerb::SignOff(args) => sign_off::run(args, context),
        ReviewerVerb::Dpia(args) => dpia::run(args, context),
    }
}
