//! The exchange: a directory of plain files through which everything signed and sealed passes, for one agreement.
//!
//! ```text
//! parties/NAME.party
//! agreement.note   parent.note (what it amends)
//! contributions/A--B.contribution
//! run-N/STEWARD.grant   A--B.commitment   STEWARD.permit   A--B.parcel   A--B.pairs   A--B.leads   A--B.shares
//! run-N/STEWARD.….stop  STEWARD.….resume
//! run-N/release/…       consents, receipts, withdrawals (see `released.rs`)
//! sign-offs/REVIEWER.….sign-off   attestations/REVIEWER.….attestation
//! log/checkpoint        log/tile/…   log/cosigned/NAME
//! ```

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::files::{self, Access, Existing};
use crate::agreement::{
    AgreementError, Card, Contribution, DraftAgreement, GrantedRun, Party, PartyRole, Permit, Resume, RunNumber,
    SignedAgreement, Stop,
};
use crate::failure::Failure;
use crate::log::Kind;
use crate::note::{self, Note};
use crate::parcel::{Commitment, ParcelError, Sketch, container};
use crate::primitives::Digest;

/// Largest parcel or list of leads: ten million rows of the longest encoding, and room to spare.
pub(crate) const MAX_SEALED: u64 = 16 << 30;

/// A note that stops a run or lets it go on.
#[derive(Debug)]
pub(crate) enum Halt {
    /// A steward's stop.
    Stop(Stop),
    /// A steward's consent to resume.
    Resume(Resume),
}

/// Where such a note stands, and what it is if it holds.
pub(crate) type HaltFile = (PathBuf, Result<Halt, Failure>);

/// An exchange directory.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    path: PathBuf,
}

impl Exchange {
    /// The exchange at this path.
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Publishes a card.
    pub(crate) fn publish_card(&self, card: &Card) -> Result<PathBuf, Failure> {
        let path = self.path.join("parties").join(format!("{}.party", card.party.name));
        self.publish(path, card.note.to_string().as_bytes())
    }

    /// Every card, verified as self-signed.
    pub(crate) fn cards(&self) -> Result<Vec<Card>, Failure> {
        let read = |path: &PathBuf| {
            let bytes = files::read(path, note::MAX_BYTES as u64)?;
            Card::read(&bytes).map_err(|e| Failure::from(e).at(path))
        };
        files::list(&self.path.join("parties"), "party")?.iter().map(read).collect()
    }

    /// Where the agreement stands.
    pub(crate) fn agreement_path(&self) -> PathBuf {
        self.path.join("agreement.note")
    }

    /// The agreement, signed or not.
    pub(crate) fn draft(&self) -> Result<DraftAgreement, Failure> {
        let path = self.agreement_path();
        DraftAgreement::read(&files::read(&path, note::MAX_BYTES as u64)?).map_err(|e| Failure::from(e).at(&path))
    }

    /// Keeps two parties from signing at the same moment, where one would lose the other's signature.
    pub(crate) fn lock(&self) -> Result<std::fs::File, Failure> {
        files::lock_directory(&self.path)
    }

    /// Writes the agreement with more signatures than before.
    pub(crate) fn replace_agreement(&self, draft: &DraftAgreement) -> Result<(), Failure> {
        self.put(self.agreement_path(), draft.note().to_string().as_bytes(), Existing::Replace).map(drop)
    }

    /// The agreement with every signature, whatever the time: whether it is inside its term is for the gate to say.
    pub(crate) fn signed(&self) -> Result<SignedAgreement, Failure> {
        let draft = self.draft()?;
        let parent = draft.body().parent.map(|_| self.parent(&draft)).transpose()?;
        draft.accept_any_time(parent.as_ref()).map_err(|e| Failure::from(e).at(&self.agreement_path()))
    }

    /// Where the agreement that this one amends stands.
    pub(crate) fn parent_path(&self) -> PathBuf {
        self.path.join("parent.note")
    }

    /// The agreement that an amendment amends; absent, the amendment is refused.
    pub(crate) fn parent(&self, amendment: &DraftAgreement) -> Result<DraftAgreement, Failure> {
        let path = self.parent_path();
        if path.symlink_metadata().is_err() {
            return Err(Failure::from(amendment.parent_missing()).at(&path));
        }
        DraftAgreement::read(&files::read(&path, note::MAX_BYTES as u64)?).map_err(|e| Failure::from(e).at(&path))
    }

    /// The commitment of every ordered pair of agencies.
    pub(crate) fn commitments(&self, run: &GrantedRun) -> Result<Vec<Commitment>, Failure> {
        let mut found = Vec::new();
        for (from, to) in run.agreement().ordered_pairs() {
            let path = self.pair_path(run.number(), &from.name, &to.name, "commitment");
            let absent = || AgreementError::Absent { artefact: "commitment", from: from.name.clone() };
            let note = self.note(&path, absent)?;
            let read = Commitment::read(run, &from.name, &to.name, &note);
            let commitment = read.map_err(|e| Failure::from(e).at(&path))?;
            self.refuse_near(run.agreement(), run.number(), (&from.name, &to.name), &commitment.sketch)?;
            found.push(commitment);
        }
        Ok(found)
    }

    /// Refuses a list that nearly is one of an earlier run of the same agency and partner. Earlier commitments that are there count, permitted
    /// or not; that none is missing which the log has is for the gate to say.
    pub(crate) fn refuse_near(
        &self,
        agreement: &SignedAgreement,
        run: RunNumber,
        (from, to): (&str, &str),
        sketch: &Sketch,
    ) -> Result<(), Failure> {
        for before in (1..run.number()).filter_map(RunNumber::new) {
            let path = self.pair_path(before, from, to, "commitment");
            let Some(note) = self.note_if(&path)? else { continue };
            let earlier = Commitment::of_run(agreement, before, from, to, &note);
            let earlier = earlier.map_err(|e| Failure::from(e).at(&path))?;
            Commitment::refuse_near(agreement, from, sketch, &earlier, before).map_err(|e| {
                Failure::from(e).at(&path).under(format!("`min.changes` = {}", agreement.body().terms.min.changes))
            })?;
        }
        Ok(())
    }

    /// The contribution of `from` for `to`.
    pub(crate) fn contribution(
        &self,
        agreement: &SignedAgreement,
        from: &str,
        to: &str,
    ) -> Result<Contribution, Failure> {
        let path = self.contribution_path(from, to);
        let absent = || AgreementError::Absent { artefact: "contribution", from: from.to_owned() };
        let note = self.note(&path, absent)?;
        Contribution::read(agreement, from, to, &note).map_err(|e| Failure::from(e).at(&path))
    }

    /// Where a contribution stands.
    pub(crate) fn contribution_path(&self, from: &str, to: &str) -> PathBuf {
        self.path.join("contributions").join(format!("{from}--{to}.contribution"))
    }

    /// Where a grant stands.
    pub(crate) fn grant_path(&self, run: RunNumber, steward: &str) -> PathBuf {
        self.run(run).join(format!("{steward}.grant"))
    }

    /// Where a permit stands.
    pub(crate) fn permit_path(&self, run: RunNumber, steward: &str) -> PathBuf {
        self.run(run).join(format!("{steward}.permit"))
    }

    /// Publishes a steward's permit; one that has expired is replaced, one that is valid never is.
    pub(crate) fn publish_permit(
        &self,
        run: &GrantedRun,
        steward: &str,
        permit: &Note,
        now: Timestamp,
    ) -> Result<PathBuf, Failure> {
        let path = self.permit_path(run.number(), steward);
        if path.symlink_metadata().is_ok() {
            let before = Note::parse(&files::read(&path, note::MAX_BYTES as u64)?).ok();
            let party = run.agreement().party(steward, PartyRole::Steward)?;
            let expired =
                before.and_then(|note| Permit::read(run, party, &note).ok()).is_some_and(|p| p.expires <= now);
            if expired {
                files::write(&path, permit.to_string().as_bytes(), Access::Shared, Existing::Replace)?;
                return Ok(path);
            }
        }
        self.publish(path, permit.to_string().as_bytes())
    }

    /// Where the log stands.
    pub(crate) fn log_path(&self) -> PathBuf {
        self.path.join("log")
    }

    /// Where reviewers' sign-offs stand.
    pub(crate) fn sign_offs_path(&self) -> PathBuf {
        self.path.join("sign-offs")
    }

    /// Where reviewers' attestations of what attacks find stand.
    pub(crate) fn attestations_path(&self) -> PathBuf {
        self.path.join("attestations")
    }

    /// Where a steward's stop or resume stands; its digest tells one from the next.
    pub(crate) fn stop_path(&self, run: RunNumber, steward: &str, note: &Note, extension: &str) -> PathBuf {
        self.run(run).join(format!("{steward}.{}.{extension}", note.digest().short()))
    }

    /// Every stop, then every consent to resume, of a run.
    pub(crate) fn halts(&self, agreement: &SignedAgreement, run: RunNumber) -> Result<Vec<HaltFile>, Failure> {
        let directory = self.run(run);
        if !directory.exists() {
            return Ok(Vec::new());
        }
        let read = |path: &Path, stop: bool| -> Result<Halt, Failure> {
            let note = Note::parse(&files::read(path, note::MAX_BYTES as u64)?)?;
            Ok(if stop {
                Halt::Stop(Stop::read(agreement, run, &note)?)
            } else {
                Halt::Resume(Resume::read(agreement, run, &note)?)
            })
        };
        let (stops, resumes) = (files::list(&directory, "stop")?, files::list(&directory, "resume")?);
        let stops = stops.into_iter().map(|path| (path, true));
        let all = stops.chain(resumes.into_iter().map(|path| (path, false)));
        Ok(all
            .map(|(path, stop)| {
                let halt = read(&path, stop).map_err(|failure| failure.at(&path));
                (path, halt)
            })
            .collect())
    }

    /// The notes of stops alone, as they are.
    pub(crate) fn stop_notes(&self, run: RunNumber) -> Result<Vec<Note>, Failure> {
        let directory = self.run(run);
        if !directory.exists() {
            return Ok(Vec::new());
        }
        let absent = || AgreementError::Absent { artefact: "stop", from: "the exchange".to_owned() };
        files::list(&directory, "stop")?.iter().map(|path| self.note(path, absent)).collect()
    }

    /// The digest of a note, or of the manifest before a sealed part, if the file is there and bears the signature of `by`. What it says
    /// is for those to judge who rely on it.
    pub(crate) fn manifest(&self, path: &Path, by: &Party, kind: Kind) -> Result<Option<Digest>, Failure> {
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        manifest(path, by, kind).map(Some).map_err(|failure| failure.at(path))
    }

    /// The same, where one that does not verify is a reason to refuse.
    pub(crate) fn stops(
        &self,
        agreement: &SignedAgreement,
        run: RunNumber,
    ) -> Result<(Vec<Stop>, Vec<Resume>), Failure> {
        let (mut stops, mut resumes) = (Vec::new(), Vec::new());
        for (_, halt) in self.halts(agreement, run)? {
            match halt? {
                Halt::Stop(stop) => stops.push(stop),
                Halt::Resume(resume) => resumes.push(resume),
            }
        }
        Ok((stops, resumes))
    }

    /// Where the file of an ordered pair stands.
    pub(crate) fn pair_path(&self, run: RunNumber, from: &str, to: &str, extension: &str) -> PathBuf {
        self.run(run).join(format!("{from}--{to}.{extension}"))
    }

    /// Publishes a file that is never overwritten.
    pub(crate) fn publish(&self, path: PathBuf, bytes: &[u8]) -> Result<PathBuf, Failure> {
        self.put(path, bytes, Existing::Refuse)
    }

    /// Publishes a file whose set was left incomplete by a killed command.
    #[cfg(any(feature = "operator", feature = "guardian"))]
    pub(crate) fn publish_again(&self, path: PathBuf, bytes: &[u8]) -> Result<PathBuf, Failure> {
        self.put(path, bytes, Existing::Replace)
    }

    fn put(&self, path: PathBuf, bytes: &[u8], existing: Existing) -> Result<PathBuf, Failure> {
        if let Some(parent) = path.parent() {
            files::make_dir_below(&self.path, parent)?;
            files::sweep_of(&path);
        }
        files::write(&path, bytes, Access::Shared, existing)?;
        Ok(path)
    }

    /// The directory of a run.
    pub(crate) fn run(&self, run: RunNumber) -> PathBuf {
        self.path.join(format!("run-{run}"))
    }

    /// A sealed file, of which at most `most` bytes can be needed: what is larger is refused before any of it is read.
    pub(crate) fn sealed(path: &Path, most: u64, artefact: &'static str, from: &str) -> Result<Vec<u8>, Failure> {
        let bytes = files::size(path)?;
        if bytes > most {
            return Err(Failure::from(ParcelError::Length { artefact, from: from.to_owned(), bytes, most }).at(path));
        }
        files::read(path, most)
    }

    /// A note that must be there.
    pub(crate) fn note(&self, path: &Path, absent: impl FnOnce() -> AgreementError) -> Result<Note, Failure> {
        if path.symlink_metadata().is_err() {
            return Err(Failure::from(absent()).at(path));
        }
        let bytes = files::read(path, note::MAX_BYTES as u64)?;
        Note::parse(&bytes).map_err(|e| Failure::from(e).at(path))
    }
}

fn manifest(path: &Path, by: &Party, kind: Kind) -> Result<Digest, Failure> {
    let note = match kind {
        Kind::Parcel | Kind::Pairs | Kind::Leads => {
            container::split(&files::read_head(path, note::MAX_BYTES as u64)?.into())?.0
        }
        _ => Note::parse(&files::read(path, note::MAX_BYTES as u64)?)?,
    };
    by.verify(&note, kind.name())?;
    let first = note.text().lines().next().unwrap_or_default();
    if !first.starts_with(&format!("symbolon = \"{} v", kind.name())) {
        return Err(note::NoteError::Kind { expected: kind.name() }.into());
    }
    Ok(note.digest())
}
