//! The exchange: plain files, in a [`Store`], through which everything signed and sealed passes, for one agreement.
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
use std::sync::Arc;

use jiff::Timestamp;

use super::log_files::LogFiles;
use super::store::{Directory, Lock, Name, Store};
use crate::agreement::{
    AgreementError, Card, Contribution, DraftAgreement, GrantedRun, Party, PartyRole, Permit, Resume, RunNumber,
    SignedAgreement, Stop,
};
use crate::failure::{Failure, NOT_THERE};
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
pub(crate) type HaltFile = (Name, Result<Halt, Failure>);

/// An exchange.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(super) store: Arc<dyn Store>,
}

impl Exchange {
    /// The exchange in this directory.
    pub(crate) fn at(path: &Path) -> Self {
        Self::of(Arc::new(Directory::at(path)))
    }

    /// The exchange in this store.
    pub(crate) fn of(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// The exchange as a person knows it, and gives it to a command.
    pub(crate) fn root(&self) -> PathBuf {
        self.store.root()
    }

    /// Where this is, for a person. Nothing is read or written there but by the store.
    pub(crate) fn place(&self, name: &Name) -> PathBuf {
        self.store.place(name)
    }

    /// Whether something has this name.
    pub(crate) fn there(&self, name: &Name) -> Result<bool, Failure> {
        self.store.there(name)
    }

    /// The failure of what has this name.
    pub(crate) fn failed(&self, name: &Name, error: impl Into<Failure>) -> Failure {
        error.into().at(&self.place(name))
    }

    /// The bytes of a note, whatever they say.
    pub(crate) fn note_bytes(&self, name: &Name) -> Result<Vec<u8>, Failure> {
        self.store.get(name, note::MAX_BYTES as u64)
    }

    /// Publishes a card.
    pub(crate) fn publish_card(&self, card: &Card) -> Result<PathBuf, Failure> {
        self.publish(&parties().below(format!("{}.party", card.party.name)), card.note.to_string().as_bytes())
    }

    /// Every card, verified as self-signed.
    pub(crate) fn cards(&self) -> Result<Vec<Card>, Failure> {
        let folder = parties();
        if !self.there(&folder)? {
            return Err(Failure::new(NOT_THERE, "no such file or directory").at(&self.place(&folder)));
        }
        let read = |name: &Name| Card::read(&self.note_bytes(name)?).map_err(|e| self.failed(name, e));
        self.store.list(&folder, "party")?.iter().map(read).collect()
    }

    /// Where the agreement stands.
    pub(crate) fn agreement_path(&self) -> Name {
        Name::of("agreement.note")
    }

    /// The agreement, signed or not.
    pub(crate) fn draft(&self) -> Result<DraftAgreement, Failure> {
        let path = self.agreement_path();
        DraftAgreement::read(&self.note_bytes(&path)?).map_err(|e| self.failed(&path, e))
    }

    /// Keeps two parties from signing at the same moment, where one would lose the other's signature.
    pub(crate) fn lock(&self) -> Result<Lock, Failure> {
        self.store.lock()
    }

    /// Writes the agreement with more signatures than before.
    pub(crate) fn replace_agreement(&self, draft: &DraftAgreement) -> Result<(), Failure> {
        self.store.replace(&self.agreement_path(), draft.note().to_string().as_bytes())
    }

    /// The agreement with every signature, whatever the time: whether it is inside its term is for the gate to say.
    pub(crate) fn signed(&self) -> Result<SignedAgreement, Failure> {
        let draft = self.draft()?;
        let parent = draft.body().parent.map(|_| self.parent(&draft)).transpose()?;
        draft.accept_any_time(parent.as_ref()).map_err(|e| self.failed(&self.agreement_path(), e))
    }

    /// Where the agreement that this one amends stands.
    pub(crate) fn parent_path(&self) -> Name {
        Name::of("parent.note")
    }

    /// The agreement that an amendment amends; absent, the amendment is refused.
    pub(crate) fn parent(&self, amendment: &DraftAgreement) -> Result<DraftAgreement, Failure> {
        let path = self.parent_path();
        if !self.there(&path)? {
            return Err(self.failed(&path, amendment.parent_missing()));
        }
        DraftAgreement::read(&self.note_bytes(&path)?).map_err(|e| self.failed(&path, e))
    }

    /// The commitment of every ordered pair of agencies.
    pub(crate) fn commitments(&self, run: &GrantedRun) -> Result<Vec<Commitment>, Failure> {
        let mut found = Vec::new();
        for (from, to) in run.agreement().ordered_pairs() {
            let path = self.pair_path(run.number(), &from.name, &to.name, "commitment");
            let absent = || AgreementError::Absent { artefact: "commitment", from: from.name.clone() };
            let note = self.note(&path, absent)?;
            let read = Commitment::read(run, &from.name, &to.name, &note);
            let commitment = read.map_err(|e| self.failed(&path, e))?;
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
            let earlier = earlier.map_err(|e| self.failed(&path, e))?;
            Commitment::refuse_near(agreement, from, sketch, &earlier, before).map_err(|e| {
                self.failed(&path, e).under(format!("`min.changes` = {}", agreement.body().terms.min.changes))
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
        Contribution::read(agreement, from, to, &note).map_err(|e| self.failed(&path, e))
    }

    /// Where a contribution stands.
    pub(crate) fn contribution_path(&self, from: &str, to: &str) -> Name {
        Name::of(format!("contributions/{from}--{to}.contribution"))
    }

    /// Where a grant stands.
    pub(crate) fn grant_path(&self, run: RunNumber, steward: &str) -> Name {
        self.run(run).below(format!("{steward}.grant"))
    }

    /// Where a permit stands.
    pub(crate) fn permit_path(&self, run: RunNumber, steward: &str) -> Name {
        self.run(run).below(format!("{steward}.permit"))
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
        if self.there(&path)? {
            let before = Note::parse(&self.note_bytes(&path)?).ok();
            let party = run.agreement().party(steward, PartyRole::Steward)?;
            let expired =
                before.and_then(|note| Permit::read(run, party, &note).ok()).is_some_and(|p| p.expires <= now);
            if expired {
                self.store.replace(&path, permit.to_string().as_bytes())?;
                return Ok(self.place(&path));
            }
        }
        self.publish(&path, permit.to_string().as_bytes())
    }

    /// The files of the log.
    pub(crate) fn log(&self) -> LogFiles {
        LogFiles::of(Arc::clone(&self.store))
    }

    /// Where reviewers' sign-offs stand.
    pub(crate) fn sign_offs_path(&self) -> Name {
        Name::of("sign-offs")
    }

    /// Where reviewers' attestations of what attacks find stand.
    pub(crate) fn attestations_path(&self) -> Name {
        Name::of("attestations")
    }

    /// Where a steward's stop or resume stands; its digest tells one from the next.
    pub(crate) fn stop_path(&self, run: RunNumber, steward: &str, note: &Note, extension: &str) -> Name {
        self.run(run).below(format!("{steward}.{}.{extension}", note.digest().short()))
    }

    /// Every stop, then every consent to resume, of a run.
    pub(crate) fn halts(&self, agreement: &SignedAgreement, run: RunNumber) -> Result<Vec<HaltFile>, Failure> {
        let folder = self.run(run);
        let read = |name: &Name, stop: bool| -> Result<Halt, Failure> {
            let note = Note::parse(&self.note_bytes(name)?)?;
            Ok(if stop {
                Halt::Stop(Stop::read(agreement, run, &note)?)
            } else {
                Halt::Resume(Resume::read(agreement, run, &note)?)
            })
        };
        let (stops, resumes) = (self.store.list(&folder, "stop")?, self.store.list(&folder, "resume")?);
        let stops = stops.into_iter().map(|name| (name, true));
        let all = stops.chain(resumes.into_iter().map(|name| (name, false)));
        Ok(all
            .map(|(name, stop)| {
                let halt = read(&name, stop).map_err(|failure| self.failed(&name, failure));
                (name, halt)
            })
            .collect())
    }

    /// The notes of stops alone, as they are.
    pub(crate) fn stop_notes(&self, run: RunNumber) -> Result<Vec<Note>, Failure> {
        let absent = || AgreementError::Absent { artefact: "stop", from: "the exchange".to_owned() };
        self.store.list(&self.run(run), "stop")?.iter().map(|name| self.note(name, absent)).collect()
    }

    /// The digest of a note, or of the manifest before a sealed part, if the file is there and bears the signature of `by`. What it says
    /// is for those to judge who rely on it.
    pub(crate) fn manifest(&self, name: &Name, by: &Party, kind: Kind) -> Result<Option<Digest>, Failure> {
        if !self.there(name)? {
            return Ok(None);
        }
        self.signed_by(name, by, kind).map(Some).map_err(|failure| self.failed(name, failure))
    }

    fn signed_by(&self, name: &Name, by: &Party, kind: Kind) -> Result<Digest, Failure> {
        let note = match kind {
            Kind::Parcel | Kind::Pairs | Kind::Leads => {
                container::split(&self.store.head(name, note::MAX_BYTES as u64)?.into())?.0
            }
            _ => Note::parse(&self.note_bytes(name)?)?,
        };
        by.verify(&note, kind.name())?;
        let first = note.text().lines().next().unwrap_or_default();
        if !first.starts_with(&format!("symbolon = \"{} v", kind.name())) {
            return Err(note::NoteError::Kind { expected: kind.name() }.into());
        }
        Ok(note.digest())
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
    pub(crate) fn pair_path(&self, run: RunNumber, from: &str, to: &str, extension: &str) -> Name {
        self.run(run).below(format!("{from}--{to}.{extension}"))
    }

    /// Publishes a file that is never overwritten. Gives its place.
    pub(crate) fn publish(&self, name: &Name, bytes: &[u8]) -> Result<PathBuf, Failure> {
        self.store.put_new(name, bytes).map(|()| self.place(name))
    }

    /// Publishes a file whose set was left incomplete by a killed command.
    #[cfg(any(feature = "operator", feature = "guardian"))]
    pub(crate) fn publish_again(&self, name: &Name, bytes: &[u8]) -> Result<(), Failure> {
        self.store.replace(name, bytes)
    }

    /// Takes away what must be there.
    pub(crate) fn remove(&self, name: &Name) -> Result<(), Failure> {
        self.store.remove(name)
    }

    /// Whatever stands in a folder, of which a dossier makes an account; not what is in folders of folders.
    #[cfg(feature = "reviewer")]
    pub(crate) fn everything(&self) -> Result<Vec<Name>, Failure> {
        let folders = self.store.folders()?;
        Ok(folders.iter().map(|folder| self.store.names(folder)).collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// Size in bytes of what must be there.
    #[cfg(feature = "reviewer")]
    pub(crate) fn size(&self, name: &Name) -> Result<u64, Failure> {
        self.store.size(name)
    }

    /// Everything of a run.
    pub(crate) fn run(&self, run: RunNumber) -> Name {
        Name::of(format!("run-{run}"))
    }

    /// A sealed file, of which at most `most` bytes can be needed: what is larger is refused before any of it is read.
    pub(crate) fn sealed(
        &self,
        name: &Name,
        most: u64,
        artefact: &'static str,
        from: &str,
    ) -> Result<Vec<u8>, Failure> {
        let bytes = self.store.size(name)?;
        if bytes > most {
            return Err(self.failed(name, ParcelError::Length { artefact, from: from.to_owned(), bytes, most }));
        }
        self.store.get(name, most)
    }

    /// A note that must be there.
    pub(crate) fn note(&self, name: &Name, absent: impl FnOnce() -> AgreementError) -> Result<Note, Failure> {
        if !self.there(name)? {
            return Err(self.failed(name, absent()));
        }
        Note::parse(&self.note_bytes(name)?).map_err(|e| self.failed(name, e))
    }

    /// A note, if it is there.
    pub(crate) fn note_if(&self, name: &Name) -> Result<Option<Note>, Failure> {
        if !self.there(name)? {
            return Ok(None);
        }
        self.note(name, || AgreementError::Absent { artefact: "note", from: "exchange".to_owned() }).map(Some)
    }
}

/// Every party's card.
fn parties() -> Name {
    Name::of("parties")
}
