//! Grants: a steward's consent to one run, and its share of that run's keys. Format: `docs/formats/grant.md`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::party::{Party, PartyRole};
use super::run_number::RunNumber;
use super::statement::{same_agreement, signed, verified};
use super::{AgreementError, PartySecrets, SignedAgreement};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::{self, Digest, Entropy, Recipient, Secret};

const GRANT: &str = "grant v1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    steward: String,
    created: Timestamp,
    sealed: String,
}

/// A steward's consent to one run: its key share, sealed to the agencies and guardians.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Name of the steward who gave it, as the agreement has it.
    pub steward: String,
    /// When it was made, by the clock of who made it (UTC).
    pub created: Timestamp,
    /// Digest of its text, by which the log names it.
    pub digest: Digest,
    sealed: String,
}

impl Grant {
    /// Grants a run: draws the share and seals it.
    pub fn issue(
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Grant>,
        entropy: &mut Entropy,
    ) -> Result<Note, AgreementError> {
        let own = agreement.seat(secrets, PartyRole::Steward)?;
        let run = cleared.of_run(agreement.digest(), &own.name)?;
        run.check(agreement)?;
        let body = agreement.body();
        let recipients = body.of_role(PartyRole::Agency).chain(body.of_role(PartyRole::Guardian));
        let recipients: Vec<&Recipient> = recipients.map(|p| &p.recipient).collect();
        let sealed = primitives::seal_armored(&recipients, &Secret::generate(entropy));
        let body = GrantBody {
            symbolon: GRANT.to_owned(),
            agreement: agreement.digest(),
            run,
            steward: own.name.clone(),
            created: cleared.now(),
            sealed: sealed.map_err(|_| AgreementError::Sealing)?,
        };
        signed(&body, secrets)
    }

    /// Verifies the grant that `steward` is said to have given for `run`.
    pub(crate) fn read(
        agreement: &SignedAgreement,
        run: RunNumber,
        steward: &Party,
        note: &Note,
    ) -> Result<Self, AgreementError> {
        let body: GrantBody = verified(note, GRANT, steward)?;
        same_agreement(agreement, "grant", body.agreement)?;
        run.same("grant", body.run)?;
        if body.steward != steward.name {
            return Err(AgreementError::Absent { artefact: "grant", from: steward.name.clone() });
        }
        Ok(Self { steward: body.steward, created: body.created, digest: note.digest(), sealed: body.sealed })
    }

    /// The 32 bytes, for one of those that it is sealed to.
    pub(super) fn open(&self, secrets: &PartySecrets) -> Result<Secret, AgreementError> {
        primitives::open_armored(secrets.identity()?, &self.sealed)
            .map_err(|_| AgreementError::Sealed { artefact: "grant", from: self.steward.clone() })
    }
}
