//! Contributions: what each agency gives towards the keys of a pair, once for a whole agreement. Format: 32 random bytes in a
//! sealed part of a signed note.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::party::PartyRole;
use super::statement::{same_agreement, signed, verified};
use super::{AgreementError, PartySecrets, SignedAgreement};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::{self, Digest, Entropy, Recipient, Secret};

const CONTRIBUTION: &str = "contribution v1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContributionBody {
    symbolon: String,
    agreement: Digest,
    from: String,
    to: String,
    created: Timestamp,
    sealed: String,
}

/// An agency's 32 bytes for one partner, sealed to the partner, itself and the guardians.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// Name of the agency that made it.
    pub from: String,
    /// Name of the partner that it is made for; a contribution counts in one direction.
    pub to: String,
    /// When it was made, by the clock of who made it (UTC).
    pub created: Timestamp,
    /// Digest of its text, by which the log names it.
    pub digest: Digest,
    sealed: String,
}

impl Contribution {
    /// Makes the contribution of `secrets`' agency for `partner`.
    pub fn issue(
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Join>,
        partner: &str,
        entropy: &mut Entropy,
    ) -> Result<Note, AgreementError> {
        let own = agreement.seat(secrets, PartyRole::Agency)?;
        cleared.admit(agreement.digest(), &own.name, None)?;
        let partner = agreement.party(partner, PartyRole::Agency)?;
        let guardians = agreement.body().of_role(PartyRole::Guardian);
        let recipients: Vec<&Recipient> = [own, partner].into_iter().chain(guardians).map(|p| &p.recipient).collect();
        let sealed = primitives::seal_armored(&recipients, &Secret::generate(entropy));
        let body = ContributionBody {
            symbolon: CONTRIBUTION.to_owned(),
            agreement: agreement.digest(),
            from: own.name.clone(),
            to: partner.name.clone(),
            created: cleared.now(),
            sealed: sealed.map_err(|_| AgreementError::Sealing)?,
        };
        signed(&body, secrets)
    }

    /// Verifies a contribution that `from` is said to have made for `to`.
    pub fn read(agreement: &SignedAgreement, from: &str, to: &str, note: &Note) -> Result<Self, AgreementError> {
        let sender = agreement.party(from, PartyRole::Agency)?;
        let body: ContributionBody = verified(note, CONTRIBUTION, sender)?;
        same_agreement(agreement, "contribution", body.agreement)?;
        if body.from != from || body.to != to {
            return Err(AgreementError::Absent { artefact: "contribution", from: from.to_owned() });
        }
        Ok(Self { from: body.from, to: body.to, created: body.created, digest: note.digest(), sealed: body.sealed })
    }

    /// The 32 bytes, for one of those that it is sealed to.
    pub(super) fn open(&self, secrets: &PartySecrets) -> Result<Secret, AgreementError> {
        primitives::open_armored(secrets.identity()?, &self.sealed)
            .map_err(|_| AgreementError::Sealed { artefact: "contribution", from: self.from.clone() })
    }
}
