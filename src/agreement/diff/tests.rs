//! Agreements against each other: one change at a time, and amendments that try to widen.

use jiff::SignedDuration;

use super::super::tests::World;
use super::super::{AgreementError, DraftAgreement, LegalBasis, ReviewerKind};
use super::*;
use crate::protocol::{FieldKind, SourceKind};

fn one_change(change: impl FnOnce(&mut AgreementBody)) -> Change {
    let old = World::with_agencies(&["fiu-a", "fiu-b", "fiu-c"]).body;
    let mut new = old.clone();
    change(&mut new);
    let found = agreements(&old, &new);
    assert_eq!(found.len(), 1, "{found:?}");
    // Read backwards it goes the other way.
    let back = agreements(&new, &old);
    let expected = match found[0].direction {
        Direction::Widened => Direction::Narrowed,
        Direction::Narrowed => Direction::Widened,
        Direction::Incomparable => Direction::Incomparable,
    };
    assert_eq!((back.len(), back[0].direction), (1, expected), "{back:?}");
    found[0].clone()
}

#[test]
fn an_agreement_differs_in_nothing_from_itself_whatever_its_name() {
    let old = World::new().body;
    let mut new = old.clone();
    new.name = "renamed".to_owned();
    assert_eq!(agreements(&old, &new), []);
}

#[test]
fn every_part_has_its_direction() {
    type Make = fn(&mut AgreementBody);
    use Direction::*;
    // Parties: 0-2 agencies, 3 operator, 4-5 stewards, 6 guardian, 7-8 reviewers.
    let table: &[(&str, Direction, Make)] = &[
        ("not_before", Widened, |b| b.not_before -= SignedDuration::from_hours(1)),
        ("expires", Widened, |b| b.expires += SignedDuration::from_hours(1)),
        ("expires", Narrowed, |b| b.expires -= SignedDuration::from_hours(1)),
        ("max.leads", Narrowed, |b| b.terms.max.leads -= 1),
        ("min.guardians", Widened, |b| b.terms.min.guardians = 0),
        ("schema.fields", Narrowed, |b| b.schema.fields.truncate(2)),
        ("schema.fields", Widened, |b| b.schema.fields.push(FieldKind::Iban)),
        ("schema.normalisation", Incomparable, |b| b.schema.normalisation = "names-2".to_owned()),
        ("schema.encoding.length", Incomparable, |b| b.schema.encoding.length = 2048),
        ("schema.encoding.insertions", Incomparable, |b| b.schema.encoding.insertions += 1),
        ("schema.encoding.diffusion", Widened, |b| b.schema.encoding.diffusion -= 1),
        ("schema.encoding.min_tokens", Narrowed, |b| b.schema.encoding.min_tokens += 1),
        ("party fiu-c", Narrowed, |b| drop(b.parties.remove(2))),
        ("party link-unit", Incomparable, |b| drop(b.parties.remove(3))),
        ("party steward-2", Widened, |b| drop(b.parties.remove(5))),
        ("party guardian", Widened, |b| drop(b.parties.remove(6))),
        ("party refugee-council", Widened, |b| drop(b.parties.remove(8))),
        ("party fiu-a.organisation", Incomparable, |b| b.parties[0].organisation += " II"),
        ("party fiu-a.jurisdiction", Incomparable, |b| b.parties[0].jurisdiction = "XB".to_owned()),
        ("party fiu-a.source", Incomparable, |b| b.parties[0].source = Some(SourceKind::Prosecution)),
        ("party fiu-a.recipient", Incomparable, |b| b.parties[0].recipient = b.parties[1].recipient.clone()),
        ("party fiu-a.verifier", Incomparable, |b| b.parties[0].verifier = b.parties[1].verifier.clone()),
        ("party fiu-a.routine", Incomparable, |b| b.parties[0].routine = b.parties[1].routine.clone()),
        ("party fiu-a.legal_basis", Incomparable, |b| {
            b.parties[0].legal_basis.push("Another Act; 2".parse::<LegalBasis>().expect("form"));
        }),
        ("party fiu-a.onward", Widened, |b| b.parties[0].onward.push("XC".to_owned())),
        ("party refugee-council.kind", Incomparable, |b| b.parties[8].kind = Some(flipped(b.parties[8].kind))),
    ];
    for (term, direction, make) in table {
        let change = one_change(make);
        assert_eq!((change.term.as_str(), change.direction), (*term, *direction), "{change}");
        assert!(!change.words.is_empty());
    }
}

fn flipped(kind: Option<ReviewerKind>) -> ReviewerKind {
    match kind {
        Some(ReviewerKind::Protection) => ReviewerKind::DataProtection,
        _ => ReviewerKind::Protection,
    }
}

#[test]
fn what_weakens_comes_first() {
    let old = World::new().body;
    let mut new = old.clone();
    new.terms.max.runs -= 1;
    new.schema.encoding.diffusion = 3;
    new.schema.encoding.length = 2048;
    let found: Vec<Direction> = agreements(&old, &new).iter().map(|c| c.direction).collect();
    assert_eq!(found, [Direction::Widened, Direction::Incomparable, Direction::Narrowed]);
}

#[test]
fn an_agreement_under_a_protocol_is_within_it_and_the_way_back_is_not() {
    let body = World::new().body;
    let mut tighter = body.clone();
    tighter.terms.max.leads = 10;
    let protocol = Protocol::find("fin-1").expect("embedded");
    assert!(from_protocol(protocol, &tighter).iter().all(|c| c.direction == Direction::Narrowed));
    assert_eq!(to_protocol(&tighter, protocol)[0].direction, Direction::Widened);
    let other = Protocol::find("fin-2").expect("embedded");
    assert!(from_protocol(other, &body).iter().any(|c| c.term == "protocol" && c.direction.weakens()));
}

#[test]
fn effects_are_computed_where_they_can_be() {
    let old = World::new().body;
    let mut new = World::with_agencies(&["fiu-a", "fiu-b", "fiu-c"]).body;
    new.terms.max.leads = 50;
    new.schema.encoding.diffusion = 6;
    let effects = of_agreements(&old, &new);
    let figure = |what: &str| {
        let effect = effects.iter().find(|e| e.what.starts_with(what)).expect("there");
        (effect.old, effect.new)
    };
    assert_eq!(figure("leads"), (Some(600.0), Some(900.0)));
    let (before, after) = figure("recall, as reach");
    assert!(after < before, "more diffusion reaches less far");
    let (before, after) = figure("risk, as bias");
    assert!(after < before, "more diffusion tells less");
    assert_eq!(figure("visible degree"), (None, None));
    assert!(of_terms(&old.terms, &new.terms).iter().any(|e| e.what.starts_with("recall, as") && e.new.is_none()));
}

fn amendment(world: &World, change: impl FnOnce(&mut AgreementBody)) -> (DraftAgreement, DraftAgreement) {
    let parent = world.fully_signed();
    let mut body = world.body.clone();
    body.parent = Some(parent.note().digest());
    change(&mut body);
    let mut draft = DraftAgreement::new(body).expect("within the protocol");
    for secrets in &world.secrets {
        if draft.body().parties.iter().any(|p| p.name == secrets.verifier().name()) {
            world.sign(&mut draft, secrets.verifier().name());
        }
    }
    (draft, parent)
}

#[test]
fn an_amendment_that_tightens_is_accepted_with_its_parent_alone() {
    let world = World::new();
    let tighten = |b: &mut AgreementBody| b.terms.max.leads = 10;
    let (draft, parent) = amendment(&world, tighten);
    let signed = draft.accept_amendment(&parent, world.now).expect("tighter");
    assert_eq!(signed.body().terms.max.leads, 10);
    let (draft, _) = amendment(&world, tighten);
    assert!(matches!(draft.accept(world.now), Err(AgreementError::Parent { .. })), "without it there is nothing");
}

#[test]
fn an_amendment_that_widens_is_refused_although_everybody_signed_and_the_protocol_allows_it() {
    let mut world = World::new();
    world.body.terms.max.leads = 10;
    for change in [
        (|b: &mut AgreementBody| b.terms.max.leads = 11) as fn(&mut AgreementBody),
        |b| b.expires += SignedDuration::from_hours(24),
        |b| b.schema.encoding.diffusion = 3,
        |b| b.parties[0].onward.push("XC".to_owned()),
        |b| b.parties[0].jurisdiction = "XB".to_owned(),
    ] {
        let (draft, parent) = amendment(&world, change);
        let error = draft.accept_amendment(&parent, world.now).expect_err("wider");
        assert_eq!(error.code().id, "SYM-0438", "{error}");
    }
}

#[test]
fn an_amendment_of_an_unsigned_or_of_another_agreement_is_refused() {
    let world = World::new();
    let mut other = World::new();
    other.body.name = "another".to_owned();
    let (draft, _) = amendment(&world, |_| ());
    assert!(matches!(draft.amends(&other.fully_signed()), Err(AgreementError::Parent { .. })));
    let (draft, _) = amendment(&world, |_| ());
    assert!(matches!(draft.amends(&world.draft()), Err(AgreementError::Parent { .. })), "the parent is not signed");
}
