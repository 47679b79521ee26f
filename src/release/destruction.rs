//! Destruction: what a party says it has destroyed once a run is over. Format: `docs/formats/destruction.md`.
//!
//! A statement over a signature, not a proof: nobody can show that there is no copy. What others can see, they look at: that nothing
//! of the run is left in the exchange.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ReleaseError;
use crate::agreement::{
    AgreementError, Party, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text, same_agreement, verified,
};
use crate::cleared::{Cleared, by};
use crate::note::Note;

const DESTRUCTION: &str = "destruction v1";

/// A kind of thing that a run leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Remains {
    /// Sealed encodings.
    Parcels,
    /// Candidate pairs, sealed to the guardian.
    Pairs,
    /// What a comparison that was stopped had found.
    #[serde(rename = "checkpoints")]
    Bands,
    /// A steward's share of the run's keys, sealed to the agencies.
    Grants,
    /// Which record each handle stands for.
    HandleMaps,
    /// Rows that were set aside, by number.
    QuarantineLists,
    /// Nothing was left on any disk.
    Nothing,
}

impl Remains {
    /// The word, as the note has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parcels => "parcels",
            Self::Pairs => "pairs",
            Self::Bands => "checkpoints",
            Self::Grants => "grants",
            Self::HandleMaps => "handle-maps",
            Self::QuarantineLists => "quarantine-lists",
            Self::Nothing => "nothing",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DestructionBody {
    symbolon: String,
    agreement: crate::primitives::Digest,
    run: RunNumber,
    by: String,
    destroyed: Vec<Remains>,
    kept: Vec<Remains>,
    created: Timestamp,
}

/// A party's verified attestation that what it held of a run is destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destruction {
    /// Name of the party that signed it.
    pub by: String,
    /// What it removed; never empty.
    pub destroyed: Vec<Remains>,
    /// What it still needs: handle maps, as long as a lead can open.
    pub kept: Vec<Remains>,
    /// When it was made, by the clock of who made it (UTC).
    pub created: Timestamp,
}

/// Whether a party of this role holds encodings, or shares of keys, of a run, and so must attest that it destroyed them.
pub fn attests(role: PartyRole) -> bool {
    match role {
        PartyRole::Agency | PartyRole::Operator | PartyRole::Steward | PartyRole::Guardian => true,
        PartyRole::Reviewer | PartyRole::Officer => false,
    }
}

/// When attestations about a run that ended at `over` are due.
pub fn due(agreement: &SignedAgreement, over: Timestamp) -> Timestamp {
    over + SignedDuration::from_hours(agreement.body().terms.max.retention_hours.into())
}

impl Destruction {
    /// Signs the attestation. Only handle maps may be kept.
    pub fn issue(
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Purge>,
        own: &Party,
        (destroyed, kept): (Vec<Remains>, Vec<Remains>),
    ) -> Result<Note, ReleaseError> {
        let own = agreement.seat(secrets, own.role)?;
        let run = cleared.of_run(agreement.digest(), &own.name)?;
        let body = DestructionBody {
            symbolon: DESTRUCTION.to_owned(),
            agreement: agreement.digest(),
            run,
            by: own.name.clone(),
            destroyed,
            kept,
            created: cleared.now(),
        };
        check(own, &body)?;
        let mut note = Note::unsigned(body_text(&body))?;
        secrets.sign(&mut note)?;
        Ok(note)
    }

    /// Verifies the attestation that `by` is said to have given.
    pub fn read(agreement: &SignedAgreement, run: RunNumber, by: &Party, note: &Note) -> Result<Self, ReleaseError> {
        let body: DestructionBody = verified(note, DESTRUCTION, by)?;
        same_agreement(agreement, "destruction", body.agreement)?;
        run.same("destruction", body.run)?;
        check(by, &body)?;
        let DestructionBody { by, destroyed, kept, created, .. } = body;
        Ok(Self { by, destroyed, kept, created })
    }
}

fn check(by: &Party, body: &DestructionBody) -> Result<(), ReleaseError> {
    let kept = body.kept.iter().all(|remains| *remains == Remains::HandleMaps);
    if body.by != by.name || !attests(by.role) || !kept || body.destroyed.is_empty() {
        return Err(AgreementError::Absent { artefact: "destruction", from: by.name.clone() }.into());
    }
    Ok(())
}

#[cfg(all(test, feature = "agency"))]
mod tests {
    use super::*;
    use crate::agreement::tests::World;

    #[test]
    fn an_attestation_is_its_partys_own_of_this_run_and_keeps_no_encoding() {
        let world = World::new();
        let granted = world.granted();
        let (agreement, run) = (granted.agreement(), granted.number());
        let party = |name: &str| agreement.body().parties.iter().find(|p| p.name == name).expect("a party");
        let issue = |name: &str, destroyed: &[Remains], kept: &[Remains]| {
            let what = (destroyed.to_vec(), kept.to_vec());
            Destruction::issue(agreement, world.of(name), &world.cleared(name), party(name), what)
        };
        let note = issue("link-unit", &[Remains::Parcels, Remains::Pairs], &[]).expect("an operator's");
        let read = Destruction::read(agreement, run, party("link-unit"), &note).expect("its own");
        assert_eq!(read.destroyed, [Remains::Parcels, Remains::Pairs]);
        // Another party's, another run's, of a reviewer, of nothing, or keeping encodings: none.
        assert!(Destruction::read(agreement, run, party("fiu-a"), &note).is_err());
        let two = RunNumber::new(2).expect("positive");
        assert_eq!(
            Destruction::read(agreement, two, party("link-unit"), &note).expect_err("run 1").code().id,
            "SYM-0511"
        );
        assert!(issue("fiu-a", &[Remains::Parcels], &[Remains::HandleMaps]).is_ok());
        for (name, destroyed, kept) in [
            ("data-authority", &[Remains::Nothing][..], &[][..]),
            ("fiu-a", &[], &[]),
            ("fiu-a", &[Remains::HandleMaps], &[Remains::Parcels]),
        ] {
            assert_eq!(issue(name, destroyed, kept).expect_err("refused").code().id, "SYM-0428", "{name}");
        }
        let over = world.now;
        assert_eq!(due(agreement, over).duration_since(over), SignedDuration::from_hours(72));
    }
}
