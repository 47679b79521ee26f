//! Attestations: a reviewer's signed statement that the attacks stay under a limit, for one agreement, schema and size alone.
//!
//! The statement names the digests of agreement and schema, the number of records, and the limit; each attack with the *upper*
//! bound of its interval. Another agreement, schema, parameter or size is another case: the statement is void for it. The
//! attack laboratory makes it; every role can check it, so that an agreement can require it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::party::PartyRole;
use super::{AgreementError, PartySecrets, SignedAgreement, body_text, verified};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::Digest;

const KIND: &str = "attack-attestation v1";

/// What is attested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    symbolon: String,
    /// Digest of the agreement.
    pub agreement: Digest,
    /// Digest of its schema: fields, normalisation and encoding parameters.
    pub schema: Digest,
    /// Digest of the encoding scheme that this program implements.
    pub scheme: Digest,
    /// Who attests.
    pub reviewer: String,
    /// When.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub created: Timestamp,
    /// Records that the operator holds, of all agencies.
    pub records: u64,
    /// No attack may find more, in thousandths.
    pub limit_permille: u32,
    /// What each attack may find.
    pub attack: Vec<Judged>,
}

/// One attack's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// Which.
    pub name: String,
    /// Candidates it chose from.
    pub register: u64,
    /// Known pairs it had.
    pub known: u64,
    /// Seed of the run.
    pub seed: u64,
    /// Upper bound of the share found at first place, in thousandths.
    pub at_most_permille: u32,
    /// Share of the plain CLK's people found, in thousandths.
    pub plain_permille: u32,
}

impl Attestation {
    /// Signs what attacks were judged to find, as a reviewer of the agreement.
    ///
    /// # Errors
    /// If these are not a reviewer's secrets, or if it was not cleared for this agreement.
    pub fn issue(
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Attest>,
        attack: Vec<Judged>,
        scheme: Digest,
        (records, limit_permille): (u64, u32),
    ) -> Result<Note, AgreementError> {
        let own = agreement.seat(secrets, PartyRole::Reviewer)?;
        cleared.admit(agreement.digest(), &own.name, None)?;
        let body = Self {
            symbolon: KIND.to_owned(),
            agreement: agreement.digest(),
            schema: schema_digest(agreement),
            scheme,
            reviewer: own.name.clone(),
            created: cleared.now(),
            records,
            limit_permille,
            attack,
        };
        let mut note = Note::unsigned(body_text(&body))?;
        secrets.sign(&mut note)?;
        Ok(note)
    }

    /// Reads an attestation by a reviewer of this agreement; refuses one of another agreement or schema, or, where this build knows
    /// it, of another encoding scheme.
    ///
    /// # Errors
    /// If the signature does not hold, or if it was made for another case.
    pub fn read(note: &Note, agreement: &SignedAgreement, scheme: Option<Digest>) -> Result<Self, AgreementError> {
        let name = note.claimed_parties().next().unwrap_or_default();
        let party = agreement.party(name, PartyRole::Reviewer)?;
        let body: Self = verified(note, KIND, party)?;
        let same = [
            ("agreement", body.agreement == agreement.digest()),
            ("schema", body.schema == schema_digest(agreement)),
            ("encoding scheme", scheme.is_none_or(|scheme| body.scheme == scheme)),
            ("reviewer", body.reviewer == party.name),
        ];
        match same.into_iter().find(|(_, same)| !same) {
            Some((what, _)) => Err(AgreementError::AttestationVoid { what }),
            None => Ok(body),
        }
    }

    /// Whether it speaks of `records` records: not of more than were attacked, and not of fewer than half, for among fewer people an
    /// attacker finds each more easily.
    pub fn covers(&self, records: u64) -> bool {
        records <= self.records && records >= self.records.div_ceil(2)
    }
}

fn schema_digest(agreement: &SignedAgreement) -> Digest {
    Digest::of(body_text(&agreement.body().schema).as_bytes())
}
