//! Agreements: from draft to signed, then granted and permitted runs.
//!
//! `DraftAgreement → SignedAgreement → GrantedRun → PermittedRun`. Each step consumes the last and is the only way to the
//! next: a `SignedAgreement` bears every party's signature, is inside its term and stands under a protocol whose digest
//! matches; a `GrantedRun` has every steward's grant, and only it gives keys; a `PermittedRun` has every steward's permit for
//! exactly the commitments that were made, and only it can be compared.

mod admit;
mod attest;
mod body;
mod card;
mod contribution;
pub mod diff;
mod error;
mod grant;
mod granted;
mod key;
mod keys;
pub mod lint;
mod party;
mod permit;
mod permitted;
mod reach;
pub mod recall;
mod run_number;
mod schema;
mod secrets;
mod sign_off;
mod statement;
mod stop;

use jiff::Timestamp;

use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::Digest;
use crate::protocol::Protocol;

pub use attest::{Attestation, Judged};
pub use body::AgreementBody;
pub(crate) use body::plain_organisation;
pub use card::Card;
pub use contribution::Contribution;
pub use error::{AgreementError, CODES};
pub use grant::Grant;
pub use granted::GrantedRun;
pub use key::Key;
pub use keys::PairKey;
pub use party::{LegalBasis, Party, PartyRole, ReviewerKind};
pub use permit::{CommitmentRef, Permit};
pub use permitted::PermittedRun;
pub use reach::reach;
pub use run_number::RunNumber;
pub use schema::{EncodingParams, NORMALISATION, Schema};
pub use secrets::PartySecrets;
pub use sign_off::{ACCEPTANCE_DAYS, Decision, Opinion, REFUSAL_DAYS, Refusal, SignOff, refuse_refused};
pub(crate) use statement::{body_text, same_agreement, verified};
pub use stop::{Reason, Resume, Stop, refuse_stopped};

/// First line of an agreement's text, behind `symbolon = `.
const KIND: &str = "agreement v2";

/// An agreement that keeps its protocol's limits, with some signatures or none.
#[derive(Clone, Debug)]
pub struct DraftAgreement {
    note: Note,
    body: AgreementBody,
    protocol: &'static Protocol,
}

impl DraftAgreement {
    /// Writes the text of an agreement.
    pub fn new(body: AgreementBody) -> Result<Self, AgreementError> {
        Self::from_note(Note::unsigned(body_text(&body))?)
    }

    /// Reads an agreement, signed or not, and checks every rule of its protocol.
    pub fn read(bytes: &[u8]) -> Result<Self, AgreementError> {
        Self::from_note(Note::parse(bytes)?)
    }

    fn from_note(note: Note) -> Result<Self, AgreementError> {
        let body: AgreementBody = note.body(KIND)?;
        if !crate::text::is_plain(&body.name) {
            return Err(crate::note::NoteError::Hidden.into());
        }
        let protocol = body.check()?;
        Ok(Self { note, body, protocol })
    }

    /// Reads the body alone, for `lint`, which lists every finding rather than the first.
    pub fn read_body(bytes: &[u8]) -> Result<AgreementBody, AgreementError> {
        Ok(Note::parse(bytes)?.body(KIND)?)
    }

    /// What it says: parties, terms, schema.
    pub fn body(&self) -> &AgreementBody {
        &self.body
    }

    /// The note, as text and signatures.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The protocol that it cites, as this program has it.
    pub fn protocol(&self) -> &'static Protocol {
        self.protocol
    }

    /// The party that holds `secrets`, if the agreement names it with these very keys.
    pub fn seat(&self, secrets: &PartySecrets) -> Result<&Party, AgreementError> {
        seat(&self.body, secrets)
    }

    /// Adds the signature of a party that the agreement names with these very keys.
    pub fn sign(&mut self, secrets: &PartySecrets, cleared: &Cleared<by::Sign>) -> Result<(), AgreementError> {
        let own = self.seat(secrets)?;
        cleared.admit(self.note.digest(), &own.name, None)?;
        secrets.sign(&mut self.note)
    }

    /// Takes over the signatures of another copy of the same text; `false` if the texts differ. One line that does not hold in
    /// either copy is an error.
    pub fn merge(&mut self, other: &Self) -> Result<bool, AgreementError> {
        self.unsigned()?;
        other.unsigned()?;
        Ok(self.note.merge(&other.note))
    }

    /// The text with the signature of that party alone, if it has signed; an invalid or foreign line is an error.
    pub fn signed_by(&self, name: &str) -> Result<Option<Note>, AgreementError> {
        let signed = !self.unsigned()?.contains(&name);
        let party = self.body.parties.iter().find(|party| party.name == name && signed);
        Ok(party.map(|party| self.note.signed_by(&party.verifier)))
    }

    /// Names of parties that have not signed; an invalid or foreign line is an error.
    pub fn unsigned(&self) -> Result<Vec<&str>, AgreementError> {
        let signers = secrets::consenting(&self.note, "agreement", &self.body.parties)?;
        let missing = self.body.parties.iter().filter(|p| !signers.contains(&&p.verifier));
        Ok(missing.map(|p| p.name.as_str()).collect())
    }

    /// Refuses an amendment of `parent` that is not within it, or that names another.
    pub fn amends(&self, parent: &Self) -> Result<(), AgreementError> {
        if self.body.parent != Some(parent.note.digest()) || !parent.unsigned()?.is_empty() {
            return Err(self.parent_missing());
        }
        match diff::not_within(&parent.body, &self.body).into_iter().next() {
            Some(wider) => Err(AgreementError::Amendment(wider)),
            None => Ok(()),
        }
    }

    /// The refusal of an amendment without its parent.
    pub(crate) fn parent_missing(&self) -> AgreementError {
        let parent = self.body.parent.map(|digest| digest.short()).unwrap_or_default();
        AgreementError::Parent { agreement: self.body.name.clone(), parent }
    }

    /// The signed amendment, if it is within the signed agreement that it names; otherwise as [`accept`](Self::accept).
    pub fn accept_amendment(self, parent: &Self, now: Timestamp) -> Result<SignedAgreement, AgreementError> {
        self.amends(parent)?;
        self.accepted(now)
    }

    /// The signed agreement, if every party has signed and `now` is inside the term. An amendment needs its parent as well:
    /// [`accept_amendment`](Self::accept_amendment).
    pub fn accept(self, now: Timestamp) -> Result<SignedAgreement, AgreementError> {
        if self.body.parent.is_some() {
            return Err(self.parent_missing());
        }
        self.accepted(now)
    }

    /// The signed agreement, whatever the time: whether it is inside its term is for the gate to ask, since some acts come after it.
    pub(crate) fn accept_any_time(self, parent: Option<&Self>) -> Result<SignedAgreement, AgreementError> {
        match (parent, self.body.parent) {
            (Some(parent), _) => self.amends(parent)?,
            (None, Some(_)) => return Err(self.parent_missing()),
            (None, None) => {}
        }
        let inside = self.body.not_before;
        self.accepted(inside)
    }

    fn accepted(self, now: Timestamp) -> Result<SignedAgreement, AgreementError> {
        if let Some(name) = self.unsigned()?.first() {
            return Err(crate::note::NoteError::Missing { name: (*name).to_owned() }.into());
        }
        let Self { note, body, protocol } = self;
        if now < body.not_before {
            return Err(AgreementError::NotYet { agreement: body.name, from: body.not_before });
        }
        if now >= body.expires {
            return Err(AgreementError::Expired { agreement: body.name, at: body.expires });
        }
        Ok(SignedAgreement { digest: note.digest(), body, protocol, signatures: SignaturesVerified(()) })
    }
}

/// Proof that every signature was verified; made in one place only.
#[derive(Clone, Debug)]
struct SignaturesVerified(());

/// An agreement that every party has signed, under a protocol of this program.
#[derive(Clone, Debug)]
pub struct SignedAgreement {
    digest: Digest,
    body: AgreementBody,
    protocol: &'static Protocol,
    #[expect(dead_code, reason = "a witness: it is there so that nobody else can build this type")]
    signatures: SignaturesVerified,
}

impl SignedAgreement {
    /// Digest of the signed text: it stands in every later artefact.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What was agreed, word for word as it was signed.
    pub fn body(&self) -> &AgreementBody {
        &self.body
    }

    /// The protocol that it cites, as this program has it.
    pub fn protocol(&self) -> &'static Protocol {
        self.protocol
    }

    /// The party of that name and role.
    pub fn party(&self, name: &str, role: PartyRole) -> Result<&Party, AgreementError> {
        self.body
            .of_role(role)
            .find(|p| p.name == name)
            .ok_or_else(|| AgreementError::NotAParty { name: name.to_owned(), role: role.name() })
    }

    /// The party that holds `secrets`, in that role. Every act in an agreement begins here.
    pub fn seat(&self, secrets: &PartySecrets, role: PartyRole) -> Result<&Party, AgreementError> {
        let party = seat(&self.body, secrets)?;
        if party.role != role {
            let (name, actual) = (party.name.clone(), party.role.name());
            return Err(AgreementError::WrongRole { name, actual, needed: role.name() });
        }
        Ok(party)
    }

    /// Every ordered pair of agencies, in the agreement's order.
    pub fn ordered_pairs(&self) -> impl Iterator<Item = (&Party, &Party)> {
        let agencies = || self.body.of_role(PartyRole::Agency);
        agencies().flat_map(move |a| agencies().filter(move |b| a.name != b.name).map(move |b| (a, b)))
    }
}

fn seat<'b>(body: &'b AgreementBody, secrets: &PartySecrets) -> Result<&'b Party, AgreementError> {
    let name = secrets.verifier.name();
    let party = body.parties.iter().find(|p| p.name == name);
    let party = party.ok_or_else(|| AgreementError::NotAParty { name: name.to_owned(), role: "party" })?;
    let keys = [&party.verifier, &party.routine] == [&secrets.verifier, &secrets.routine];
    if !keys || party.recipient != secrets.recipient {
        return Err(AgreementError::OtherKey { name: name.to_owned() });
    }
    Ok(party)
}

#[cfg(test)]
pub(crate) mod tests;
