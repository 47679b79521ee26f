//! One sound agreement, and each rule on an agreement that breaks it alone.

use super::super::tests::World;
use super::*;
use crate::protocol::{FieldKind, Grounds, Output};

/// Parties: 0-1 agencies, 2 operator, 3-4 stewards, 5 guardian, 6-7 reviewers.
fn sound() -> AgreementBody {
    let mut body = World::new().body;
    let places = ["XA", "XB", "XX", "XC", "XD", "XE", "XA", "XB"];
    for (party, place) in body.parties.iter_mut().zip(places) {
        party.jurisdiction = place.to_owned();
    }
    body.parties[1].legal_basis = vec!["Proceeds of Crime Act; section 7".parse().expect("form")];
    body.terms.grounds = Grounds::CaseFile;
    body.terms.max.records = 5_000;
    body.schema.encoding.diffusion = 3;
    body.schema.encoding.insertions =
        super::super::Schema::typical_insertions(&body.schema.fields, body.schema.encoding.length);
    body
}

fn found(body: &AgreementBody) -> Vec<&'static str> {
    let protocol = Protocol::find("fin-1").expect("embedded");
    lint(body, protocol).into_iter().map(|finding| finding.code.id).collect()
}

#[test]
fn a_sound_agreement_has_no_finding() {
    assert_eq!(found(&sound()), Vec::<&str>::new());
}

#[test]
fn every_rule_finds_its_agreement_and_no_other_does() {
    type Break = fn(&mut AgreementBody);
    let table: &[(&str, Break)] = &[
        ("SYM-0440", |b| (b.terms.min.records, b.terms.max.records, b.schema.encoding.diffusion) = (7_000, 7_000, 3)),
        ("SYM-0441", |b| b.terms.max.records = 1_000_000),
        ("SYM-0442", |b| b.schema.encoding.insertions = 15),
        ("SYM-0443", |b| {
            b.schema.encoding.length = 2048;
            b.schema.encoding.insertions = super::super::Schema::typical_insertions(&b.schema.fields, 2048);
        }),
        ("SYM-0444", |b| {
            b.schema.fields = vec![FieldKind::BirthDate, FieldKind::Document];
            b.schema.encoding.insertions = super::super::Schema::typical_insertions(&b.schema.fields, 1024);
        }),
        ("SYM-0445", |b| {
            b.schema.fields = vec![FieldKind::PersonName];
            b.schema.encoding.insertions = super::super::Schema::typical_insertions(&b.schema.fields, 1024);
        }),
        ("SYM-0446", |b| b.schema.fields = vec![FieldKind::PersonName, FieldKind::BirthDate]),
        ("SYM-0447", |b| b.schema.fields = vec![FieldKind::Document]),
        ("SYM-0448", |b| b.terms.outputs.push(Output::Leads)),
        ("SYM-0448", |b| b.terms.roles.clear()),
        ("SYM-0449", |b| b.terms.max.runs = 0),
        ("SYM-0449", |b| b.terms.max.records = 49),
        ("SYM-0450", |b| b.terms.max.leads = 19),
        ("SYM-0451", |b| b.terms.grounds = Grounds::RoleOnly),
        ("SYM-0452", |b| b.parties[4].jurisdiction = "XC".to_owned()),
        ("SYM-0453", |b| b.parties[2].jurisdiction = "XB".to_owned()),
        ("SYM-0454", |b| b.parties[7].jurisdiction = "XA".to_owned()),
        ("SYM-0455", |b| b.parties[5].jurisdiction = "XX".to_owned()),
        ("SYM-0456", |b| b.parties[1].legal_basis = b.parties[0].legal_basis.clone()),
        ("SYM-0457", |b| b.parties[1].onward.push("XN".to_owned())),
    ];
    for (code, change) in table {
        let mut body = sound();
        change(&mut body);
        let mut all = found(&body);
        // Identifiers and lengths for which nobody measured the guardian's recall are refused besides.
        let unmeasured = ["SYM-0444", "SYM-0445", "SYM-0447"].contains(code);
        assert_eq!(all.contains(&"SYM-0475"), unmeasured, "{code}");
        all.retain(|found| *found != "SYM-0475");
        // Where the smallest lists are too large, so are the largest.
        let expected = if *code == "SYM-0440" { vec![*code, "SYM-0441"] } else { vec![*code] };
        assert_eq!(all, expected);
    }
    let tried: std::collections::BTreeSet<&str> = table.iter().map(|(code, _)| *code).collect();
    assert_eq!(tried, codes().map(|code| code.id).collect(), "a rule has no agreement that breaks it");
}

#[test]
fn what_the_protocol_refuses_is_an_error_with_its_own_code_and_law() {
    let mut body = sound();
    body.expires = body.not_before + jiff::SignedDuration::from_hours(24 * 400);
    body.parties[6].kind = body.parties[7].kind;
    body.parties.remove(5);
    body.schema.encoding.diffusion = 1;
    let findings = lint(&body, Protocol::find("fin-1").expect("embedded"));
    let refusals: Vec<&str> = findings.iter().filter(|f| f.is_refusal).map(|f| f.code.id).collect();
    assert_eq!(refusals, ["SYM-0427", "SYM-0417", "SYM-0422", "SYM-0410", "SYM-0475"]);
    assert!(
        findings
            .iter()
            .take(5)
            .all(|f| f.severity == Severity::Error && !f.reference.contains("the protocol document"))
    );
    assert!(findings[..5].iter().all(|f| f.is_refusal), "refusals come first");
}

#[test]
fn every_rule_has_words_for_whoever_must_decide() {
    for rule in rules::RULES {
        assert!(rule.code.meaning.starts_with("lint: ") && rule.code.meaning.len() > 60, "{}", rule.code.id);
        assert!(!rule.code.next.is_empty() && !rule.reference.is_empty(), "{}", rule.code.id);
    }
}
