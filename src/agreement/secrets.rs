//! The secrets of a party: its two signing keys and its age identity, where each lies, and which of them one home holds.

use std::fmt;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::AgreementError;
use super::key::Key;
use super::party::{Party, PartyRole};
use crate::log::{Checkpoint, SignedCheckpoint};
use crate::note::{Note, NoteError, Verifier};
use crate::primitives::{self, Digest, Entropy, Identity, Recipient, Secret, SigningKey};

struct Signing {
    key: SigningKey,
    seed: Secret,
}

impl Signing {
    fn of(seed: Secret) -> Self {
        Self { key: SigningKey::from_seed(&seed), seed }
    }
}

/// What one home holds of a party: either of its signing keys or both, and the age identity that opens what is sealed to it.
pub struct PartySecrets {
    pub(super) verifier: Verifier,
    pub(super) routine: Verifier,
    pub(super) recipient: Recipient,
    consent_key: Option<Signing>,
    routine_key: Option<Signing>,
    identity: Option<Identity>,
}

impl PartySecrets {
    /// Fresh secrets for a party of that name.
    pub fn generate(name: &str, entropy: &mut Entropy) -> Result<Self, AgreementError> {
        let consent = Signing::of(Secret::generate(entropy));
        let identity = Identity::generate(entropy);
        let routine = Signing::of(Secret::generate(entropy));
        let unfit = |_| AgreementError::Name { name: name.to_owned() };
        Ok(Self {
            verifier: Verifier::new(name, consent.key.verifying_key()).map_err(unfit)?,
            routine: Verifier::routine(name, routine.key.verifying_key()).map_err(unfit)?,
            recipient: identity.recipient(),
            consent_key: Some(consent),
            routine_key: Some(routine),
            identity: Some(identity),
        })
    }

    /// The party's name and the public half of its consent key.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The public half of its routine key.
    pub fn routine(&self) -> &Verifier {
        &self.routine
    }

    /// The age recipient (X25519) to which others seal.
    pub fn recipient(&self) -> Recipient {
        self.recipient.clone()
    }

    /// Whether this home holds that key.
    pub fn holds(&self, key: Key) -> bool {
        self.signing(key).is_ok()
    }

    /// Refuses where this home does not hold that key: for acts that would find out late.
    pub fn require(&self, key: Key) -> Result<(), AgreementError> {
        self.signing(key).map(drop)
    }

    fn signing(&self, key: Key) -> Result<&Signing, AgreementError> {
        let held = match key {
            Key::Consent => &self.consent_key,
            Key::Routine => &self.routine_key,
        };
        held.as_ref().ok_or_else(|| self.absent(key))
    }

    fn absent(&self, key: Key) -> AgreementError {
        AgreementError::KeyAbsent { name: self.verifier.name().to_owned(), key }
    }

    /// `HKDF(salt = agreement, ikm = consent seed, info = label)`: a secret of this party alone, the same throughout an agreement.
    pub(crate) fn own_secret(&self, label: &[u8], agreement: Digest) -> Result<Secret, AgreementError> {
        Ok(Secret::derive(&agreement.0, self.signing(Key::Consent)?.seed.expose(), &[label]))
    }

    /// Opens what was sealed to this party. It lies with the consent key; an operator's also with the routine key.
    pub(crate) fn identity(&self) -> Result<&Identity, AgreementError> {
        self.identity.as_ref().ok_or_else(|| self.absent(Key::Consent))
    }

    /// Signs a checkpoint as the keeper of a log.
    pub(crate) fn sign_checkpoint(&self, checkpoint: Checkpoint) -> Result<SignedCheckpoint, AgreementError> {
        Ok(SignedCheckpoint::sign(checkpoint, &self.routine, &self.signing(Key::Routine)?.key))
    }

    /// Cosigns a checkpoint that this party has verified.
    pub(crate) fn cosign(&self, checkpoint: &mut SignedCheckpoint, now: Timestamp) -> Result<(), AgreementError> {
        checkpoint.cosign(&self.routine, &self.signing(Key::Routine)?.key, now);
        Ok(())
    }

    /// Signs a note in this party's name, with the key that its kind needs.
    pub(crate) fn sign(&self, note: &mut Note) -> Result<(), AgreementError> {
        let first = note.text().lines().next().unwrap_or_default();
        self.sign_with(Key::of_kind(first.strip_prefix("symbolon = \"").unwrap_or(first)), note)
    }

    /// Signs a note with this key, whatever its kind: a card bears both.
    pub(super) fn sign_with(&self, key: Key, note: &mut Note) -> Result<(), AgreementError> {
        let verifier = match key {
            Key::Consent => &self.verifier,
            Key::Routine => &self.routine,
        };
        note.sign(verifier, &self.signing(key)?.key);
        Ok(())
    }

    /// The content of `secret.key`: comments, the consent seed, the age identity (which `age` itself can read).
    pub fn to_key_file(&self, role: PartyRole, created: Timestamp) -> Result<Zeroizing<String>, AgreementError> {
        let seed = Zeroizing::new(primitives::base64(self.signing(Key::Consent)?.seed.expose()));
        Ok(Zeroizing::new(format!(
            "# symbolon secret key of {} {}: never leaves this machine\n# created: {created}\n# verifier: {}\n\
             {CONSENT_SEED}{}\n# recipient: {}\n{}\n",
            role.name(),
            self.verifier.name(),
            self.verifier,
            seed.as_str(),
            self.recipient,
            self.identity()?.expose().as_str(),
        )))
    }

    /// The content of `routine.key`: comments, the routine seed, and an operator's age identity, as linking opens parcels.
    pub fn to_routine_file(&self, role: PartyRole, created: Timestamp) -> Result<Zeroizing<String>, AgreementError> {
        let seed = Zeroizing::new(primitives::base64(self.signing(Key::Routine)?.seed.expose()));
        let mut text = Zeroizing::new(format!(
            "# symbolon routine key of {} {}: for a host that runs by itself; it consents to nothing\n\
             # created: {created}\n# verifier: {}\n{ROUTINE_SEED}{}\n",
            role.name(),
            self.verifier.name(),
            self.routine,
            seed.as_str(),
        ));
        if opens_routinely(role) {
            text.push_str(self.identity()?.expose().as_str());
            text.push('\n');
        }
        Ok(text)
    }

    /// Of `party`, without any secret yet.
    pub fn none(party: &Party) -> Self {
        Self {
            verifier: party.verifier.clone(),
            routine: party.routine.clone(),
            recipient: party.recipient.clone(),
            consent_key: None,
            routine_key: None,
            identity: None,
        }
    }

    /// Adds what the key file of that key holds; any defect is one error that shows nothing of it.
    pub fn add(&mut self, party: &Party, key: Key, file: &str) -> Result<(), AgreementError> {
        let (prefix, opens) = match key {
            Key::Consent => (CONSENT_SEED, true),
            Key::Routine => (ROUTINE_SEED, opens_routinely(party.role)),
        };
        let unfit = || AgreementError::KeyFile { name: party.name.clone() };
        let (signing, identity) = parse(file, prefix, opens).ok_or_else(unfit)?;
        let public = signing.key.verifying_key();
        let fits = match key {
            Key::Consent => Verifier::new(&party.name, public),
            Key::Routine => Verifier::routine(&party.name, public),
        };
        let opens_another = identity.as_ref().is_some_and(|identity| identity.recipient() != party.recipient);
        if fits.as_ref() != Ok(party.verifier_of(key)) || opens_another {
            return Err(AgreementError::OtherKey { name: party.name.clone() });
        }
        match key {
            Key::Consent => self.consent_key = Some(signing),
            Key::Routine => self.routine_key = Some(signing),
        }
        self.identity = self.identity.take().or(identity);
        Ok(())
    }
}

/// Whether a routine act of this role opens what is sealed to it: the operator's does.
fn opens_routinely(role: PartyRole) -> bool {
    role == PartyRole::Operator
}

fn parse(text: &str, prefix: &str, opens: bool) -> Option<(Signing, Option<Identity>)> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let seed = Zeroizing::new(lines.next()?.strip_prefix(prefix).and_then(primitives::unbase64)?);
    let seed = Secret::from_bytes(&seed).ok()?;
    if seed.expose().iter().all(|&b| b == seed.expose()[0]) {
        return None;
    }
    let identity = if opens { Some(Identity::parse(lines.next()?).ok()?) } else { None };
    lines.next().is_none().then(|| (Signing::of(seed), identity))
}

const CONSENT_SEED: &str = "SYMBOLON-SIGNING-SEED-1 ";
const ROUTINE_SEED: &str = "SYMBOLON-ROUTINE-SEED-1 ";

impl fmt::Debug for PartySecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartySecrets").field("name", &self.verifier.name()).finish_non_exhaustive()
    }
}

/// Which of `parties` have signed with their consent keys. Every line must be one of those, once, and hold.
pub(super) fn consenting<'p>(
    note: &Note,
    artefact: &'static str,
    parties: &'p [Party],
) -> Result<Vec<&'p Verifier>, AgreementError> {
    let consent: Vec<&Verifier> = parties.iter().map(|party| &party.verifier).collect();
    note.signers(&consent).map_err(|error| {
        let NoteError::Foreign { name } = &error else { return error.into() };
        let both: Vec<&Verifier> = parties.iter().flat_map(|party| [&party.verifier, &party.routine]).collect();
        let whose = parties.iter().find(|party| party.routine.name() == name);
        match whose.filter(|_| note.signers(&both).is_ok()) {
            Some(party) => party.wrong_key(artefact, Key::Consent),
            None => error.into(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::World;
    use super::super::{Contribution, Grant, Reason, Resume, Stop};
    use super::*;

    fn files(world: &World, name: &str) -> (Party, [Zeroizing<String>; 2]) {
        let party = world.body.parties.iter().find(|party| party.name == name).expect("a party").clone();
        let secrets = world.of(name);
        let consent = secrets.to_key_file(party.role, Timestamp::UNIX_EPOCH).expect("fresh");
        let routine = secrets.to_routine_file(party.role, Timestamp::UNIX_EPOCH).expect("fresh");
        (party, [consent, routine])
    }

    fn held(party: &Party, files: &[(Key, &str)]) -> Result<PartySecrets, AgreementError> {
        let mut secrets = PartySecrets::none(party);
        files.iter().try_for_each(|(key, file)| secrets.add(party, *key, file))?;
        Ok(secrets)
    }

    #[test]
    fn key_files_read_back_to_the_same_keys() {
        let world = World::new();
        for name in ["link-unit", "steward-1"] {
            let (party, [consent, routine]) = files(&world, name);
            let again = held(&party, &[(Key::Consent, &consent), (Key::Routine, &routine)]).expect("own files");
            for key in [Key::Consent, Key::Routine] {
                let fresh = world.of(name).signing(key).expect("fresh").seed.expose();
                assert_eq!(again.signing(key).expect("read").seed.expose(), fresh);
            }
            assert_eq!(again.identity().expect("read").recipient(), world.of(name).recipient());
        }
    }

    #[test]
    fn each_file_alone_does_its_half() {
        let world = World::new();
        let (party, [consent, routine]) = files(&world, "steward-1");
        let person = held(&party, &[(Key::Consent, &consent)]).expect("own file");
        let host = held(&party, &[(Key::Routine, &routine)]).expect("own file");
        assert!(person.holds(Key::Consent) && !person.holds(Key::Routine));
        assert!(host.holds(Key::Routine) && !host.holds(Key::Consent));
        let no = |key| Err(AgreementError::KeyAbsent { name: "steward-1".to_owned(), key });
        assert_eq!(host.require(Key::Consent), no(Key::Consent));
        assert_eq!(host.own_secret(b"x", Digest::of(b"")).map(drop), no(Key::Consent));
        assert_eq!(host.identity().map(drop), no(Key::Consent));
        assert_eq!(person.require(Key::Routine), no(Key::Routine));
        for (kind, does, does_not) in [("permit v1", &person, &host), ("destruction v1", &host, &person)] {
            let mut note = Note::unsigned(format!("symbolon = \"{kind}\"\n")).expect("a text");
            assert_eq!(does_not.sign(&mut note), no(Key::of_kind(kind)));
            does.sign(&mut note).expect("it holds the key");
            assert_eq!(party.verify(&note, kind), Ok(()));
        }
        let checkpoint = Checkpoint { origin: "x".to_owned(), size: 0, root: Digest::of(b"") };
        assert_eq!(person.sign_checkpoint(checkpoint.clone()).map(drop), no(Key::Routine));
        let mut signed = host.sign_checkpoint(checkpoint).expect("a routine");
        assert_eq!(person.cosign(&mut signed, Timestamp::UNIX_EPOCH), no(Key::Routine));
        assert!(host.cosign(&mut signed, Timestamp::UNIX_EPOCH).is_ok());
    }

    #[test]
    fn only_an_operator_s_routine_key_opens_anything() {
        let world = World::new();
        let (party, [_, routine]) = files(&world, "link-unit");
        assert!(held(&party, &[(Key::Routine, &routine)]).expect("own file").identity().is_ok());
        let (party, [consent, routine]) = files(&world, "fiu-a");
        assert!(!routine.contains("AGE-SECRET-KEY"));
        let identity = consent.lines().last().expect("the identity");
        let extended = format!("{}{identity}\n", routine.as_str());
        let unfit = AgreementError::KeyFile { name: "fiu-a".to_owned() };
        assert_eq!(held(&party, &[(Key::Routine, &extended)]).expect_err("unfit"), unfit);
    }

    #[test]
    fn an_unfit_key_file_shows_nothing_and_one_is_not_taken_for_the_other() {
        let world = World::new();
        let (party, [consent, routine]) = files(&world, "link-unit");
        let seed = |key| primitives::base64(world.of("link-unit").signing(key).expect("fresh").seed.expose());
        let constant = primitives::base64(&[0; 32]);
        let zero = consent.replace(&seed(Key::Consent), &constant);
        for bad in ["", "# only a comment\n", &consent[..consent.len() / 2], &zero, &routine] {
            let error = held(&party, &[(Key::Consent, bad)]).expect_err("unfit");
            assert_eq!(
                error.to_string(),
                "the key file of `link-unit` is unfit: empty, cut, too weak or not a key file"
            );
        }
        let zero = routine.replace(&seed(Key::Routine), &constant);
        for bad in ["", &routine[..routine.len() / 2], &zero, &consent] {
            let error = held(&party, &[(Key::Routine, bad)]).expect_err("unfit");
            assert!(matches!(error, AgreementError::KeyFile { .. }));
        }
    }

    #[test]
    fn the_key_file_of_another_is_refused() {
        let world = World::new();
        let (party, _) = files(&world, "steward-1");
        let (_, [consent, routine]) = files(&world, "steward-2");
        let other = AgreementError::OtherKey { name: "steward-1".to_owned() };
        for (key, file) in [(Key::Consent, &consent), (Key::Routine, &routine)] {
            assert_eq!(held(&party, &[(key, file)]).expect_err("another's"), other);
        }
        // The operator's own routine seed with an identity that opens another's.
        let (party, [_, routine]) = files(&world, "link-unit");
        let swapped = routine.lines().last().expect("the identity");
        let swapped = routine.replace(swapped, consent.lines().last().expect("the identity"));
        let other = AgreementError::OtherKey { name: "link-unit".to_owned() };
        assert_eq!(held(&party, &[(Key::Routine, &swapped)]).expect_err("another's"), other);
    }

    #[test]
    fn every_kind_is_signed_by_exactly_one_key() {
        let world = World::new();
        let party = &world.body.parties[3];
        let secrets = world.of(&party.name);
        // Every kind of note, as docs/formats/note.md lists them.
        let table: &[(&'static str, Key)] = &[
            ("agreement v2", Key::Consent),
            ("contribution v1", Key::Consent),
            ("grant v1", Key::Consent),
            ("commitment v2", Key::Consent),
            ("permit v1", Key::Consent),
            ("stop v1", Key::Consent),
            ("resume v1", Key::Consent),
            ("parcel v1", Key::Consent),
            ("leads v2", Key::Consent),
            ("shares v1", Key::Consent),
            ("consents v1", Key::Consent),
            ("receipts v1", Key::Consent),
            ("withdrawal v1", Key::Consent),
            ("acknowledgement v1", Key::Consent),
            ("sign-off v1", Key::Consent),
            ("attack-attestation v1", Key::Consent),
            ("pairs v1", Key::Routine),
            ("destruction v1", Key::Routine),
        ];
        for (kind, key) in table {
            assert_eq!(Key::of_kind(kind), *key, "{kind}");
            let mut note = Note::unsigned(format!("symbolon = \"{kind}\"\nx = 1\n")).expect("a text");
            let unsigned = note.clone();
            secrets.sign(&mut note).expect("all keys are there");
            assert_eq!(party.verify(&note, kind), Ok(()), "{kind}");
            // A patched program signs with the other key.
            let mut wrong = unsigned.clone();
            secrets.sign_with(key.other(), &mut wrong).expect("all keys are there");
            let error = party.verify(&wrong, kind).expect_err("the other key");
            let code = if *key == Key::Consent { "SYM-0614" } else { "SYM-0615" };
            assert_eq!(error.code().id, code, "{kind}");
            let words =
                format!("the {} of `{}` is signed with its", kind.split(' ').next().expect("a name"), party.name);
            assert!(error.to_string().starts_with(&words), "{error}");
            // Or with both.
            secrets.sign_with(key.other(), &mut note).expect("all keys are there");
            assert!(matches!(party.verify(&note, kind), Err(AgreementError::Note(NoteError::Foreign { .. }))));
            assert!(matches!(party.verify(&unsigned, kind), Err(AgreementError::Note(NoteError::Missing { .. }))));
        }
        let kinds = include_str!("../../docs/formats/note.md");
        let listed = kinds.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(kind, _)| kind);
        for kind in listed.filter(|kind| !kind.starts_with("party ")) {
            assert!(table.iter().any(|(known, _)| *known == kind), "{kind} is in docs/formats/note.md and not here");
        }
    }

    #[test]
    fn readers_refuse_a_consent_under_the_routine_key() {
        let (world, run) = (World::new(), World::run());
        let agreement = world.signed();
        let resigned = |note: Note, who: &str| {
            let mut note = Note::unsigned(note.text().to_owned()).expect("a text");
            world.of(who).sign_with(Key::Routine, &mut note).expect("all keys are there");
            note
        };
        let (steward, agency) = (world.of("steward-1"), world.of("fiu-a"));
        let party = agreement.party("steward-1", PartyRole::Steward).expect("a steward");
        let grant = resigned(world.grant_note("steward-1"), "steward-1");
        let stop = Stop::issue(&agreement, steward, &world.cleared("steward-1"), Reason::Doubt).expect("a steward");
        let held = Stop::read(&agreement, run, &stop).expect("its own");
        let resume = Resume::issue(&agreement, steward, &world.cleared("steward-1"), &[held]).expect("a steward");
        let (cleared, entropy) = (world.cleared_whole("fiu-a"), &mut Entropy::seeded(1));
        let contribution = Contribution::issue(&agreement, agency, &cleared, "fiu-b", entropy).expect("an agency");
        let contribution = resigned(contribution, "fiu-a");
        let refused = [
            Grant::read(&agreement, run, party, &grant).expect_err("routine"),
            Stop::read(&agreement, run, &resigned(stop, "steward-1")).expect_err("routine"),
            Resume::read(&agreement, run, &resigned(resume, "steward-1")).expect_err("routine"),
            Contribution::read(&agreement, "fiu-a", "fiu-b", &contribution).expect_err("routine"),
        ];
        for error in refused {
            assert!(matches!(error, AgreementError::WrongKey { needed: Key::Consent, .. }), "{error}");
        }
    }

    #[test]
    fn an_agreement_signed_with_a_routine_key_is_refused() {
        let world = World::new();
        let mut draft = world.draft();
        for secrets in &world.secrets[1..] {
            world.sign(&mut draft, secrets.verifier().name());
        }
        let mut note = draft.note().clone();
        world.secrets[0].sign_with(Key::Routine, &mut note).expect("all keys are there");
        let read = super::super::DraftAgreement::read(note.to_string().as_bytes()).expect("its form is right");
        let name = world.body.parties[0].name.clone();
        let wrong = AgreementError::WrongKey { name, artefact: "agreement", needed: Key::Consent };
        assert_eq!(read.unsigned().expect_err("a routine key"), wrong);
        assert_eq!(read.accept(world.now).expect_err("a routine key"), wrong);
    }
}
