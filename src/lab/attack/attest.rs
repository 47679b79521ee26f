//! The risk gate: judges findings of attacks against a limit, before a reviewer signs them.
//!
//! An attestation is issued only if every attack could be judged and none is above the limit, by the *upper* bound of its
//! interval. What it says, and for which case it holds, is in `agreement`: other roles check it without the laboratory.

use super::{ABOVE_LIMIT, CONTROLS_FAILED, Finding, Verdict};
use crate::agreement::{AgreementError, Attestation, Judged, PartySecrets, SignedAgreement};
use crate::cleared::{Cleared, by};
use crate::code::Code;
use crate::note::Note;

/// Why there is no attestation.
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
    /// An attack's controls failed, so that it says nothing.
    #[error("the controls of {attack} failed: it says nothing about this scheme")]
    Unjudged {
        /// The attack.
        attack: String,
    },
}

impl AttestError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::AboveLimit { .. } => ABOVE_LIMIT,
            Self::Agreement(error) => error.code(),
            Self::Nothing | Self::Unjudged { .. } => CONTROLS_FAILED,
        }
    }
}

/// Judges findings against the limit and signs.
///
/// # Errors
/// If a finding does not stand or is above the limit, if these are not a reviewer's secrets, or if it was not cleared for this agreement.
pub fn attest(
    agreement: &SignedAgreement,
    secrets: &PartySecrets,
    cleared: &Cleared<by::Attest>,
    findings: &[Finding],
    records: u64,
    limit_permille: u32,
) -> Result<Note, AttestError> {
    if findings.is_empty() {
        return Err(AttestError::Nothing);
    }
    let judged = findings.iter().map(|finding| judge(finding, limit_permille)).collect::<Result<_, _>>()?;
    let scheme = crate::encoding::digest();
    Ok(Attestation::issue(agreement, secrets, cleared, judged, scheme, (records, limit_permille))?)
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
    use crate::agreement::PartyRole;
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
        let good = [finding(3, Verdict::Stands)];
        let note = attest(&agreement, world.of(&reviewer), &world.cleared_whole(&reviewer), &good, 5000, 50)
            .expect("under the limit");
        let scheme = crate::encoding::digest();
        let read = |agreement, scheme| Attestation::read(&note, agreement, Some(scheme));
        let held = read(&agreement, scheme).expect("its own case");
        assert_eq!([2499, 2500, 5000, 5001].map(|records| held.covers(records)), [false, true, true, false]);
        let void = read(&agreement, crate::primitives::Digest::of(b"another program"));
        assert!(matches!(void, Err(AgreementError::AttestationVoid { what: "encoding scheme" })));
        // Another schema is another agreement, whoever signs it.
        let mut other = World::new();
        other.body.schema.encoding.insertions += 1;
        let other = other.signed();
        let void = read(&other, scheme);
        assert!(matches!(void, Err(AgreementError::AttestationVoid { what: "agreement" })));
    }

    #[test]
    fn nothing_is_attested_above_the_limit_or_without_controls_or_by_others() {
        let world = World::new();
        let agreement = world.signed();
        let name = |role| agreement.body().of_role(role).next().expect("a party").name.clone();
        let (reviewer, steward) = (name(PartyRole::Reviewer), name(PartyRole::Steward));
        let issue = |who: &str, findings: &[Finding]| {
            attest(&agreement, world.of(who), &world.cleared_whole(who), findings, 5000, 50).map(|_| ())
        };
        assert!(matches!(issue(&reviewer, &[finding(60, Verdict::Stands)]), Err(AttestError::AboveLimit { .. })));
        assert!(matches!(issue(&reviewer, &[finding(3, Verdict::ControlHolds)]), Err(AttestError::Unjudged { .. })));
        assert!(matches!(issue(&reviewer, &[]), Err(AttestError::Nothing)));
        assert!(matches!(issue(&steward, &[finding(3, Verdict::Stands)]), Err(AttestError::Agreement(_))));
    }
}
