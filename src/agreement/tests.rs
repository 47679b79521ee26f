//! A small world of parties, and every way an agreement, grant or permit can be wrong.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::cleared::{Kind, Within};
use crate::note::{NoteError, Verifier};
use crate::primitives::Entropy;
use crate::protocol::{FieldKind, SourceKind, SubjectRole};

/// Parties with their secrets, and an agreement between them.
pub(crate) struct World {
    pub(crate) secrets: Vec<PartySecrets>,
    pub(crate) body: AgreementBody,
    pub(crate) now: Timestamp,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_agencies(&["fiu-a", "fiu-b"])
    }

    pub(crate) fn with_agencies(agencies: &[&str]) -> Self {
        let others = [
            ("link-unit", PartyRole::Operator),
            ("steward-1", PartyRole::Steward),
            ("steward-2", PartyRole::Steward),
            ("guardian", PartyRole::Guardian),
            ("data-authority", PartyRole::Reviewer),
            ("refugee-council", PartyRole::Reviewer),
        ];
        let officers: Vec<String> = agencies.iter().map(|name| format!("officer-{name}")).collect();
        let all = agencies.iter().map(|name| (*name, PartyRole::Agency)).chain(others);
        let all = all.chain(officers.iter().map(|name| (name.as_str(), PartyRole::Officer)));
        let first_officer = agencies.len() + others.len();
        let (mut secrets, mut parties) = (Vec::new(), Vec::new());
        for (i, (name, role)) in all.enumerate() {
            let own = PartySecrets::generate(name, &mut Entropy::seeded(100 + i as u64)).expect("a name");
            let agency = role == PartyRole::Agency;
            let kinds = [ReviewerKind::DataProtection, ReviewerKind::Protection];
            parties.push(Party {
                name: name.to_owned(),
                role,
                organisation: format!("Organisation {}", i.checked_sub(first_officer).unwrap_or(i)),
                jurisdiction: "XA".to_owned(),
                verifier: own.verifier().clone(),
                routine: own.routine().clone(),
                recipient: own.recipient(),
                source: agency.then_some(SourceKind::FinancialIntelligence),
                kind: (role == PartyRole::Reviewer).then_some(kinds[i % 2]),
                legal_basis: if agency {
                    vec!["Anti-money-laundering Act; section 12".parse().expect("form")]
                } else {
                    vec![]
                },
                onward: vec![],
            });
            secrets.push(own);
        }
        let protocol = Protocol::find("fin-1").expect("embedded");
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().expect("a time");
        let mut terms = protocol.terms.clone();
        terms.min.records = 50;
        let schema = Schema {
            normalisation: NORMALISATION.to_owned(),
            fields: vec![FieldKind::PersonName, FieldKind::BirthDate, FieldKind::Document],
            encoding: EncodingParams { length: 1024, insertions: 12, diffusion: 4, min_tokens: 12 },
        };
        let body = AgreementBody {
            symbolon: KIND.to_owned(),
            name: "a-b-2026".to_owned(),
            protocol: protocol.citation(),
            parent: None,
            not_before: now - SignedDuration::from_hours(24),
            expires: now + SignedDuration::from_hours(24 * 300),
            terms,
            schema,
            parties,
        };
        Self { secrets, body, now }
    }

    pub(crate) fn of(&self, name: &str) -> &PartySecrets {
        self.secrets.iter().find(|s| s.verifier().name() == name).expect("a party")
    }

    /// A witness for this party in the run of this world, now.
    pub(crate) fn cleared<K: Kind>(&self, party: &str) -> Cleared<K> {
        self.cleared_at(party, self.now)
    }

    /// The same at another time.
    pub(crate) fn cleared_at<K: Kind>(&self, party: &str, now: Timestamp) -> Cleared<K> {
        Cleared::assumed(self.draft().note().digest(), Self::run().number(), party, now)
    }

    /// A witness for an act of the whole agreement.
    pub(crate) fn cleared_whole<K: Kind>(&self, party: &str) -> Cleared<K> {
        Cleared::assumed(self.draft().note().digest(), 0, party, self.now)
    }

    /// Proof that a result of any size was judged.
    pub(crate) fn within<K: Kind>(&self) -> Within<K> {
        Within::assumed(self.draft().note().digest(), Self::run().number(), u64::MAX)
    }

    /// Signs as this party.
    pub(crate) fn sign(&self, draft: &mut DraftAgreement, party: &str) {
        let cleared = Cleared::assumed(draft.note().digest(), 0, party, self.now);
        draft.sign(self.of(party), &cleared).expect("a party");
    }

    pub(crate) fn draft(&self) -> DraftAgreement {
        DraftAgreement::new(self.body.clone()).expect("a fit body")
    }

    pub(crate) fn fully_signed(&self) -> DraftAgreement {
        let mut draft = self.draft();
        for secrets in &self.secrets {
            self.sign(&mut draft, secrets.verifier().name());
        }
        draft
    }

    pub(crate) fn signed(&self) -> SignedAgreement {
        self.fully_signed().accept(self.now).expect("signed and in term")
    }

    pub(crate) fn run() -> RunNumber {
        RunNumber::new(1).expect("positive")
    }

    pub(crate) fn grant_note(&self, steward: &str) -> Note {
        let mut entropy = Entropy::seeded(steward.len() as u64);
        Grant::issue(&self.signed(), self.of(steward), &self.cleared(steward), &mut entropy).expect("a steward")
    }

    pub(crate) fn granted(&self) -> GrantedRun {
        self.signed()
            .grant(Self::run(), |steward| Ok::<_, AgreementError>(self.grant_note(&steward.name)))
            .expect("granted")
    }

    /// The two contributions of a pair, as `of` sees them: its own first.
    pub(crate) fn contributions(&self, of: &str, partner: &str) -> (Contribution, Contribution) {
        let agreement = self.signed();
        let one = |from: &str, to: &str| {
            let mut entropy = Entropy::seeded(u64::from(from < to));
            let note = Contribution::issue(&agreement, self.of(from), &self.cleared_whole(from), to, &mut entropy)
                .expect("an agency");
            Contribution::read(&agreement, from, to, &note).expect("own note")
        };
        (one(of, partner), one(partner, of))
    }

    fn references(&self) -> Vec<CommitmentRef> {
        let of = |from: &str, to: &str| CommitmentRef {
            from: from.to_owned(),
            to: to.to_owned(),
            digest: Digest::of(from.as_bytes()),
        };
        vec![of("fiu-a", "fiu-b"), of("fiu-b", "fiu-a")]
    }
}

fn refused(body: AgreementBody) -> AgreementError {
    DraftAgreement::new(body).expect_err("refused")
}

#[test]
fn an_agreement_with_every_signature_inside_its_term_is_accepted() {
    assert_eq!(World::new().signed().body().name, "a-b-2026");
}

#[test]
fn one_missing_signature_refuses() {
    let world = World::new();
    for missing in 0..world.secrets.len() {
        let mut draft = world.draft();
        for (i, secrets) in world.secrets.iter().enumerate() {
            if i != missing {
                world.sign(&mut draft, secrets.verifier().name());
            }
        }
        let error = draft.accept(world.now).expect_err("one is missing");
        let name = world.secrets[missing].verifier().name().to_owned();
        assert_eq!(error, AgreementError::Note(NoteError::Missing { name }));
    }
}

#[test]
fn a_foreign_signature_refuses_although_all_parties_signed() {
    let world = World::new();
    let stranger = PartySecrets::generate("stranger", &mut Entropy::seeded(9)).expect("a name");
    let mut draft = world.fully_signed();
    assert!(matches!(draft.sign(&stranger, &world.cleared_whole("stranger")), Err(AgreementError::NotAParty { .. })));
    stranger.sign(&mut draft.note).expect("fresh"); // a patched program signs all the same
    assert!(matches!(draft.accept(world.now), Err(AgreementError::Note(NoteError::Foreign { .. }))));
}

#[test]
fn a_signature_for_another_agreement_does_not_hold_here() {
    let (world, mut other) = (World::new(), World::new());
    other.body.name = "another".to_owned();
    let foreign = other.fully_signed().note.to_string();
    let own = world.fully_signed().note.to_string();
    let line = foreign.lines().last().expect("a line");
    let swapped = own.replace(own.lines().last().expect("a line"), line);
    let draft = DraftAgreement::read(swapped.as_bytes()).expect("its form is right");
    assert!(matches!(draft.accept(world.now), Err(AgreementError::Note(NoteError::Invalid { .. }))));
}

#[test]
fn a_swapped_name_on_a_signature_refuses() {
    let world = World::new();
    let text = world.fully_signed().note.to_string();
    let swapped = text.replace("\u{2014} steward-1 ", "\u{2014} steward-2 ");
    let draft = DraftAgreement::read(swapped.as_bytes()).expect("its form is right");
    assert!(matches!(draft.accept(world.now), Err(AgreementError::Note(NoteError::Foreign { .. }))));
}

#[test]
fn outside_its_term_an_agreement_is_nothing() {
    let world = World::new();
    let at = |time| world.fully_signed().accept(time).expect_err("outside");
    assert!(matches!(at(world.body.expires), AgreementError::Expired { .. }));
    assert!(matches!(at(world.body.not_before - SignedDuration::from_secs(1)), AgreementError::NotYet { .. }));
}

#[test]
fn another_version_of_the_protocol_refuses() {
    let mut body = World::new().body;
    let present = Protocol::find("fin-1").expect("embedded").digest.to_string();
    let other = body.protocol.to_string().replace(&present, &Digest::of(b"old").to_string());
    body.protocol = other.parse().expect("a citation");
    assert!(matches!(refused(body), AgreementError::Protocol(_)));
}

#[test]
fn everything_that_exceeds_the_protocol_refuses_with_its_own_code() {
    let world = World::new();
    type Change = fn(&mut AgreementBody);
    let table: &[(&str, Change)] = &[
        ("SYM-0429", |b| b.terms.max.leads += 1),
        ("SYM-0429", |b| b.terms.min.records -= 1),
        ("SYM-0429", |b| b.terms.roles.push(SubjectRole::Asset)),
        ("SYM-0429", |b| b.terms.fields.push(FieldKind::Iban)),
        ("SYM-0412", |b| b.schema.fields.push(FieldKind::Place)),
        ("SYM-0410", |b| b.schema.encoding.diffusion = 1),
        ("SYM-0425", |b| b.schema.encoding.length = 1000),
        ("SYM-0425", |b| b.schema.fields.push(FieldKind::PersonName)),
        ("SYM-0425", |b| b.schema.encoding.min_tokens = 3),
        ("SYM-0413", |b| b.schema.normalisation = "names-0".to_owned()),
        // The same name with another digest: other tables, vectors or weights.
        ("SYM-0413", |b| {
            let name = NORMALISATION.split('@').next().unwrap_or_default();
            b.schema.normalisation = format!("{name}@sha256:{:064}", 0);
        }),
        ("SYM-0427", |b| b.expires = b.not_before + SignedDuration::from_hours(24 * 400)),
        ("SYM-0427", |b| b.expires = b.not_before),
        ("SYM-0421", |b| b.parties[0].legal_basis[0].instrument = "G7 Leaders' Statement".to_owned()),
        ("SYM-0426", |b| b.parties[0].source = Some(SourceKind::ObligedEntityPartnership)),
        ("SYM-0418", |b| b.parties[0].legal_basis.clear()),
        ("SYM-0418", |b| b.parties[0].jurisdiction = "Aurelia".to_owned()),
        ("SYM-0415", |b| b.parties[2].organisation = b.parties[0].organisation.to_uppercase()),
        ("SYM-0415", |b| b.parties[4].organisation = b.parties[3].organisation.clone()),
        ("SYM-0424", |b| b.parties[4].recipient = b.parties[3].recipient.clone()),
        // One key under two names.
        ("SYM-0424", |b| {
            let (name, key) = (b.parties[4].name.clone(), b.parties[3].verifier.key());
            b.parties[4].routine = Verifier::routine(&name, key).expect("a name");
        }),
        ("SYM-0418", |b| b.parties[4].routine = b.parties[3].routine.clone()),
        ("SYM-0415", |b| b.parties[1].organisation = b.parties[0].organisation.clone()),
        ("SYM-0415", |b| b.parties[7].organisation = b.parties[6].organisation.clone()),
        ("SYM-0435", |b| b.parties[9].organisation = b.parties[8].organisation.clone()),
        ("SYM-0436", |b| {
            let mut third = b.parties[9].clone();
            let own = PartySecrets::generate("officer-3", &mut Entropy::seeded(300)).expect("a name");
            (third.name, third.verifier, third.recipient) =
                ("officer-3".into(), own.verifier().clone(), own.recipient());
            third.routine = own.routine().clone();
            third.organisation = "Nobody's".to_owned();
            b.parties.push(third);
        }),
        ("SYM-0417", |b| drop(b.parties.remove(9))),
        ("SYM-0417", |b| drop(b.parties.remove(0))),
        ("SYM-0417", |b| drop(b.parties.remove(2))),
        ("SYM-0417", |b| drop(b.parties.remove(4))),
        ("SYM-0417", |b| drop(b.parties.remove(5))),
        ("SYM-0422", |b| b.parties[6].kind = b.parties[7].kind),
    ];
    for (i, (code, change)) in table.iter().enumerate() {
        let mut body = world.body.clone();
        change(&mut body);
        let error = refused(body);
        assert_eq!(error.code().id, *code, "row {i}: {error}");
    }
}

#[test]
fn unknown_duplicate_and_missing_keys_refuse() {
    let text = World::new().draft().note.text().to_owned();
    let unknown = text.replacen("name = \"a-b-2026\"\n", "name = \"a-b-2026\"\ncolour = \"red\"\n", 1);
    let twice = text.replacen("name = \"a-b-2026\"\n", "name = \"a-b-2026\"\nname = \"a-b-2026\"\n", 1);
    let missing = text.replacen("name = \"a-b-2026\"\n", "", 1);
    for bad in [unknown, twice, missing] {
        let note = Note::unsigned(bad).expect("a text");
        let error = DraftAgreement::from_note(note).expect_err("refused");
        assert!(matches!(error, AgreementError::Note(NoteError::Body { .. })), "{error}");
    }
}

#[test]
fn a_role_outside_the_vocabulary_cannot_even_be_written() {
    let text = World::new().draft().note.text().replacen("suspected-organiser", "migrant", 1);
    let error = DraftAgreement::from_note(Note::unsigned(text).expect("a text")).expect_err("refused");
    assert!(matches!(error, AgreementError::Note(NoteError::Body { .. })));
}

#[test]
fn without_every_grant_there_is_no_run() {
    let world = World::new();
    let absent = AgreementError::Absent { artefact: "grant", from: "steward-2".to_owned() };
    let result = world.signed().grant(World::run(), |steward| {
        if steward.name == "steward-2" { Err(absent.clone()) } else { Ok(world.grant_note(&steward.name)) }
    });
    assert_eq!(result.expect_err("one steward withholds"), absent);
}

#[test]
fn a_grant_of_one_steward_does_not_stand_for_another_or_another_run() {
    let world = World::new();
    let swapped = world.signed().grant(World::run(), |_| Ok::<_, AgreementError>(world.grant_note("steward-1")));
    assert!(matches!(swapped, Err(AgreementError::Note(NoteError::Foreign { .. }))));
    let second = RunNumber::new(2).expect("positive");
    let stale = world.signed().grant(second, |s| Ok::<_, AgreementError>(world.grant_note(&s.name)));
    assert!(matches!(stale, Err(AgreementError::AnotherRun { .. })));
    let beyond = RunNumber::new(7).expect("positive");
    let none = world.signed().grant(beyond, |s| Ok::<_, AgreementError>(world.grant_note(&s.name)));
    assert!(matches!(none, Err(AgreementError::RunNumber { .. })));
}

#[test]
fn artefacts_of_another_agreement_refuse() {
    let (world, mut other) = (World::new(), World::new());
    other.body.name = "another".to_owned();
    let grants = world.signed().grant(World::run(), |s| Ok::<_, AgreementError>(other.grant_note(&s.name)));
    assert!(matches!(grants, Err(AgreementError::AnotherAgreement { .. })));
    let cleared = other.cleared_whole("fiu-a");
    let note = Contribution::issue(&other.signed(), other.of("fiu-a"), &cleared, "fiu-b", &mut Entropy::seeded(1));
    let error = Contribution::read(&world.signed(), "fiu-a", "fiu-b", &note.expect("an agency"));
    assert!(matches!(error, Err(AgreementError::AnotherAgreement { .. })));
}

#[test]
fn both_agencies_derive_one_key_and_nobody_else_can() {
    let world = World::new();
    let run = world.granted();
    let (a_own, a_partner) = world.contributions("fiu-a", "fiu-b");
    let a = PairKey::derive(&run, world.of("fiu-a"), &world.cleared("fiu-a"), &a_own, &a_partner).expect("an agency");
    // fiu-b opens the very same notes.
    let b = PairKey::derive(&run, world.of("fiu-b"), &world.cleared("fiu-b"), &a_partner, &a_own).expect("an agency");
    assert_eq!(a.secret().expose(), b.secret().expose());
    for outsider in ["link-unit", "steward-1", "data-authority"] {
        let result = PairKey::derive(&run, world.of(outsider), &world.cleared(outsider), &a_own, &a_partner);
        assert!(matches!(result, Err(AgreementError::WrongRole { .. })), "{outsider}");
    }
}

#[test]
fn a_third_agency_cannot_open_what_was_contributed_for_another_pair() {
    let world = World::with_agencies(&["fiu-a", "fiu-b", "fiu-c"]);
    let (own, partner) = world.contributions("fiu-a", "fiu-b");
    let result = PairKey::derive(&world.granted(), world.of("fiu-c"), &world.cleared("fiu-c"), &own, &partner);
    assert!(matches!(result, Err(AgreementError::Absent { .. })));
}

#[test]
fn permits_bind_commitments_and_time() {
    let world = World::new();
    let hour = SignedDuration::from_hours(1);
    let lasts =
        |who: &str, refs, hours| Permit::issue(&world.granted(), world.of(who), &world.cleared(who), refs, hours);
    let issue = |steward: &str, refs| lasts(steward, refs, 48);
    let permit = |refs: Vec<CommitmentRef>, now| {
        world.granted().permit(refs, now, |steward| issue(&steward.name, world.references()))
    };
    assert!(permit(world.references(), world.now + hour).is_ok());
    let late = permit(world.references(), world.now + hour * 48);
    assert!(matches!(late, Err(AgreementError::PermitTime { .. })));
    let early = permit(world.references(), world.now - hour);
    assert!(matches!(early, Err(AgreementError::PermitTime { .. })));
    let mut other = world.references();
    other[0].digest = Digest::of(b"another set");
    assert!(matches!(permit(other, world.now), Err(AgreementError::Commitments { .. })));
    let half = vec![world.references().remove(0)];
    assert!(matches!(issue("steward-1", half), Err(AgreementError::Absent { .. })));
    let long = lasts("steward-1", world.references(), 49);
    assert!(matches!(long, Err(AgreementError::PermitTooLong { .. })));
    let by_agency = lasts("fiu-a", world.references(), 1);
    assert!(matches!(by_agency, Err(AgreementError::WrongRole { .. })));
}

#[test]
fn one_withheld_permit_stops_the_run() {
    let world = World::new();
    let absent = AgreementError::Absent { artefact: "permit", from: "steward-2".to_owned() };
    let result = world.granted().permit(world.references(), world.now, |steward| {
        if steward.name == "steward-2" {
            return Err(absent.clone());
        }
        let (own, cleared) = (world.of(&steward.name), world.cleared(&steward.name));
        Permit::issue(&world.granted(), own, &cleared, world.references(), 1)
    });
    assert_eq!(result.expect_err("withheld"), absent);
}

#[test]
fn leads_about_people_need_a_measured_recall_and_counts_do_not() {
    let mut body = World::new().body;
    (body.schema.encoding.diffusion, body.schema.encoding.insertions) = (3, 20);
    assert_eq!(body.check_recall(), Ok(()));
    for change in [
        (|b: &mut AgreementBody| b.schema.encoding.diffusion = 12) as fn(&mut AgreementBody),
        |b| b.schema.encoding.insertions = 2,
        |b| b.schema.encoding.length = 512,
        |b| b.schema.fields = vec![FieldKind::PersonName],
    ] {
        let mut weak = body.clone();
        change(&mut weak);
        assert!(matches!(weak.check_recall(), Err(AgreementError::Recall { .. })));
        weak.terms.outputs = vec![crate::protocol::Output::Counts];
        assert_eq!(weak.check_recall(), Ok(()));
    }
}

mod model;
