//! The risk gate: a signed statement that the attacks stay under a limit, for one agreement, schema and size alone.
//!
//! The statement names the digests of agreement and schema, the number of records, the attacker's knowledge, and the limit;
//! each attack with the *upper* bound of its interval. It is issued only if every attack could be judged and none is above
//! the limit. Another agreement, schema, parameter or size is another case: the statement is void for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CODES, Finding, Verdict};
use crate::agreement::{AgreementError, PartyRole, PartySecrets, SignedAgreement, body_text, verified};
use crate::code::Code;
use crate::note::{Note, NoteError};
use crate::primitives::Digest;

const KIND: &str = "attack-attestation v1";

/// Why there is no attestation, or why one does not hold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttestError {
    /// An attack finds more than the limit.
    #[error("{attack} may find {permille} in 1000, the limit is {limit}")]
    AboveLimit {
        /// The attack.
        attack: String,
        /// Upper bound of what it finds, in thousandths.
        permille: u32,
        /// The limit.
        limit: u32,
    },
    /// Signature or party.
    #[error(transparent)]
    Agreement(#[from] AgreementError),
    /// Nothing was attacked.
    #[error("no attack was run")]
    Nothing,
    /// The note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// An attack's controls failed, so that it says nothing.
    #[error("the controls of {attack} failed: it says nothing about this scheme")]
    Unjudged {
        /// The attack.
        attack: String,
    },
    /// Another case than the one that was attested.
    #[error("the attestation is void: its {what} is another")]
    Void {
        /// What differs.
        what: &'static str,
    },
}

impl AttestError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::AboveLimit { .. } => CODES[2],
            Self::Agreement(error) => error.code(),
            Self::Nothing | Self::Unjudged { .. } => CODES[1],
            Self::Note(error) => error.code(),
            Self::Void { .. } => CODES[3],
        }
    }
}

/// What is attested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Judges findings against the limit and signs.
    ///
    /// # Errors
    /// If a finding does not stand or is above the limit, or if these are not a reviewer's secrets.
    pub fn issue(
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        findings: &[Finding],
        records: u64,
        limit_permille: u32,
        now: Timestamp,
    ) -> Result<Note, AttestError> {
        let own = agreement.seat(secrets, PartyRole::Reviewer)?;
        if findings.is_empty() {
            return Err(AttestError::Nothing);
        }
        let attack = findings.iter().map(|finding| judge(finding, limit_permille)).collect::<Result<_, _>>()?;
        let body = Self {
            symbolon: KIND.to_owned(),
            agreement: agreement.digest(),
            schema: schema_digest(agreement),
            scheme: crate::encoding::digest(),
            reviewer: own.name.clone(),
            created: now,
            records,
            limit_permille,
            attack,
        };
        let mut note = Note::unsigned(body_text(&body))?;
        secrets.sign(&mut note);
        Ok(note)
    }

    /// Reads an attestation and refuses it for any other case than this.
    ///
    /// # Errors
    /// If the signature does not hold, or agreement, schema, scheme or size are others.
    pub fn check(note: &Note, agreement: &SignedAgreement, reviewer: &str, records: u64) -> Result<Self, AttestError> {
        let party = agreement.party(reviewer, PartyRole::Reviewer)?;
        let body: Self = verified(note, KIND, party)?;
        let same = [
            ("agreement", body.agreement == agreement.digest()),
            ("schema", body.schema == schema_digest(agreement)),
            ("encoding scheme", body.scheme == crate::encoding::digest()),
            ("number of records", body.records == records),
            ("reviewer", body.reviewer == party.name),
        ];
        match same.into_iter().find(|(_, same)| !same) {
            Some((what, _)) => Err(AttestError::Void { what }),
            None => Ok(body),
        }
    }
}

fn schema_digest(agreement: &SignedAgreement) -> Digest {
    Digest::of(body_text(&agreement.body().schema).as_bytes())
}

fn judge(finding: &Finding, limit: u32) -> Result<Judged, AttestError> {
    let name = format!("{:?}", finding.attack);
    if finding.verdict != Verdict::Stands {
        return Err(AttestError::Unjudged { attack: name });
    }
    let at_most_permille = (finding.success.top1.interval().1 * 1000.0).ceil() as u32;
    if at_most_permille > limit {
        return Err(AttestError::AboveLimit { attack: name, permille: at_most_permille, limit });
    }
    Ok(Judged {
        name,
        register: finding.setting.register as u64,
        known: finding.setting.known as u64,
        seed: finding.setting.seed,
        at_most_permille,
        plain_permille: (finding.plain.top1.value() * 1000.0) as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::World;
    use crate::lab::attack::{Attack, Setting, Share, Success};

    fn finding(hits: u64, verdict: Verdict) -> Finding {
        let success = |hits| {
            let share = Share { hits, trials: 1000 };
            Success { top1: share, top10: share, chance: 0.001, comparisons: 1 }
        };
        let setting = Setting { register: 1000, victims: 1000, overlap: 1.0, known: 100, errors: 0.0, seed: 1 };
        let (success, plain, shuffled) = (success(hits), success(990), success(0));
        Finding { attack: Attack::A4, setting, success, plain, shuffled, verdict }
    }

    #[test]
    fn an_attestation_holds_for_its_own_case_and_no_other() {
        let world = World::new();
        let agreement = world.signed();
        let reviewer = agreement.body().of_role(PartyRole::Reviewer).next().expect("a reviewer").name.clone();
        let now = agreement.body().not_before;
        let good = [finding(3, Verdict::Stands)];
        let note = Attestation::issue(&agreement, world.of(&reviewer), &good, 5000, 50, now).expect("under the limit");
        assert!(Attestation::check(&note, &agreement, &reviewer, 5000).is_ok());
        let void = Attestation::check(&note, &agreement, &reviewer, 5001);
        assert!(matches!(void, Err(AttestError::Void { what: "number of records" })));
        // Another schema is another agreement, whoever signs it.
        let mut other = World::new();
        other.body.schema.encoding.insertions += 1;
        let other = other.signed();
        let void = Attestation::check(&note, &other, &reviewer, 5000);
        assert!(matches!(void, Err(AttestError::Void { what: "agreement" })));
    }

    #[test]
    fn nothing_is_attested_above_the_limit_or_without_controls_or_by_others() {
        let world = World::new();
        let agreement = world.signed();
        let name = |role| agreement.body().of_role(role).next().expect("a party").name.clone();
        let (reviewer, steward) = (name(PartyRole::Reviewer), name(PartyRole::Steward));
        let now = agreement.body().not_before;
        let issue = |who: &str, findings: &[Finding]| {
            Attestation::issue(&agreement, world.of(who), findings, 5000, 50, now).map(|_| ())
        };
        assert!(matches!(issue(&reviewer, &[finding(60, Verdict::Stands)]), Err(AttestError::AboveLimit { .. })));
        assert!(matches!(issue(&reviewer, &[finding(3, Verdict::ControlHolds)]), Err(AttestError::Unjudged { .. })));
        assert!(matches!(issue(&reviewer, &[]), Err(AttestError::Nothing)));
        assert!(matches!(issue(&steward, &[finding(3, Verdict::Stands)]), Err(AttestError::Agreement(_))));
    }
}
