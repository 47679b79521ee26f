//! Every document: its form, its clause, its red lines, and that no key of it is without effect.

use std::collections::BTreeSet;

use super::documents::{HUMANITARIAN, PROTOCOLS, protocol, refused, split};
use super::*;

#[test]
fn every_embedded_protocol_parses_under_its_own_code() {
    for ((name, document), protocol) in PROTOCOLS.iter().zip(Protocol::all()) {
        assert_eq!(*name, protocol.code);
        assert_eq!(protocol.digest, Digest::of(document.as_bytes()));
    }
    assert_eq!(Protocol::all().len(), 15);
}

/// Protocols are what agreements stand under: a changed text is a changed digest, and whoever changes one sees it here.
#[test]
fn digests_are_pinned() {
    let present: String = Protocol::all().iter().map(|p| format!("{}\n", p.citation())).collect();
    assert_eq!(
        present,
        include_str!("digests.txt"),
        "a protocol changed: no old agreement admits it; mend digests.txt"
    );
}

#[test]
fn every_task_of_the_statement_has_a_protocol_and_protection_has_documents() {
    let served: BTreeSet<Clause> = Protocol::all().iter().map(|p| p.clause).collect();
    use Clause::*;
    assert_eq!(served, BTreeSet::from([Money, Origin, SocialMedia, Transport, Sanctions, LegalMigration]));
    assert!(Elsewhere::all().iter().all(|document| document.clause == Protection));
    // The words are those of the statement: serialised and displayed alike.
    for clause in [Money, Origin, SocialMedia, Transport, Sanctions, LegalMigration, Protection] {
        assert_eq!(serde_json::to_value(clause).expect("a word"), clause.to_string());
    }
}

#[test]
fn red_lines_hold_for_every_protocol() {
    for Protocol { code, natural_persons, terms, needs, .. } in Protocol::all() {
        let Terms { roles, grounds, sources, fields, outputs, max, min } = terms;
        assert!(!roles.is_empty() && !sources.is_empty() && !outputs.is_empty(), "{code} admits nothing");
        assert_eq!(*natural_persons, roles.iter().any(|r| r.is_natural()), "{code}: roles and persons disagree");
        assert!(fields.iter().all(|f| !f.is_laboratory()), "{code} compares places");
        let personal = fields.iter().any(|f| matches!(f, FieldKind::PersonName | FieldKind::BirthDate));
        assert!(*natural_persons || !personal, "{code} compares names of people it says it is not about");
        assert!(!natural_persons || min.guardians >= 1, "{code}: no guardian");
        assert!(!natural_persons || (min.records >= 50 && max.leads <= 100 && max.lead_days <= 30), "{code}: probing");
        assert!(!natural_persons || code == "fin-1" || *grounds == Grounds::CaseFile, "{code}: no case file");
        assert!(min.reviewers >= 2 && min.stewards >= 2, "{code}: too few must agree");
        assert!(min.diffusion >= 2 && min.records >= 20, "{code}: encodings or lists too weak");
        assert!(max.term_days <= 366 && max.permit_hours <= 48 && max.retention_hours <= 72, "{code}: too long");
        assert!(max.match_permille <= 200 && max.runs <= 12 && max.grounds_days <= 366, "{code}: too much");
        assert!(max.visible_degree <= 3, "{code}: encodings tell too much");
        let has = |output| outputs.contains(&output);
        assert!(!has(Output::Counts) || needs.contains(&Mechanism::NoisedCounts), "{code}: counts need noise");
        assert!(has(Output::Leads) || (max.leads == 0 && fields.is_empty()), "{code}: counts take no records");
        let fuzzy = fields.iter().any(|f| f.comparison() == Comparison::Fuzzy);
        assert!(fuzzy || fields.is_empty() || needs.contains(&Mechanism::ExactOnlyLists), "{code}: nothing to encode");
        let listed = fields.iter().any(|f| matches!(f, FieldKind::Phone | FieldKind::Handle));
        assert!(!listed || needs.contains(&Mechanism::CountedEvaluations), "{code}: numbers can be tried out");
    }
}

#[test]
fn every_list_of_a_protocol_names_each_word_once() {
    fn once<T: Ord + Copy>(list: &[T]) -> bool {
        list.iter().collect::<BTreeSet<_>>().len() == list.len()
    }
    for Protocol { code, terms, needs, .. } in Protocol::all() {
        let all = [once(&terms.roles), once(&terms.sources), once(&terms.fields), once(&terms.outputs), once(needs)];
        assert_eq!(all, [true; 5], "{code}");
    }
}

#[test]
fn every_word_of_a_vocabulary_has_a_protocol_that_uses_it_or_is_the_laboratorys() {
    let all = Protocol::all();
    for field in FieldKind::ALL.into_iter().filter(|f| !f.is_laboratory()) {
        assert!(all.iter().any(|p| p.terms.fields.contains(&field)), "{}", field.name());
    }
    for role in SubjectRole::ALL {
        assert!(all.iter().any(|p| p.terms.roles.contains(&role)), "{}", role.name());
    }
    for source in SourceKind::ALL {
        assert!(all.iter().any(|p| p.terms.sources.contains(&source)), "{}", source.name());
    }
    for mechanism in Mechanism::ALL {
        assert!(all.iter().any(|p| p.needs.contains(&mechanism)), "{}", mechanism.name());
    }
}

#[test]
fn what_is_not_built_is_cited_by_no_agreement() {
    let usable: Vec<&str> =
        Protocol::all().iter().filter(|p| Protocol::cited(&p.citation()).is_ok()).map(|p| p.code.as_str()).collect();
    assert_eq!(usable, ["fin-1", "fin-2", "fin-3", "fin-4", "san-2", "tra-1", "tra-2", "leg-1"]);
    let san_1 = Protocol::find("san-1").expect("a document").citation();
    let error = Protocol::cited(&san_1).expect_err("it needs counts");
    assert_eq!((error.code().id, error.to_string().contains("noised counts")), ("SYM-0404", true));
}

#[test]
fn documents_of_another_realm_and_refused_uses_are_refused_by_name() {
    for (name, document) in HUMANITARIAN {
        assert_eq!(Protocol::find(name).expect_err("another realm").code().id, "SYM-0403");
        assert!(protocol(document).is_err(), "{name} cannot even be read as a protocol");
        let forged: Citation =
            format!("{name}@sha256:{}", Digest::of(document.as_bytes())).parse().expect("a citation");
        assert_eq!(Protocol::cited(&forged).expect_err("another realm").code().id, "SYM-0403");
    }
    let uses = ["traveller-screening", "return", "asylum-matching", "audience-data", "biometrics", "single-query"];
    for name in uses {
        assert_eq!(Protocol::find(name).expect_err("refused").code().id, "SYM-0405", "{name}");
    }
    assert_eq!(Protocol::find("fin-9").expect_err("unknown").code().id, "SYM-0401");
}

#[test]
fn prose_says_what_a_reviewer_looks_for() {
    for (name, document) in PROTOCOLS {
        let (_, prose) = split(document).expect("a document");
        assert!(prose.starts_with(&format!("# {name}: ")), "{name} has another heading");
        for heading in [
            "## For whom",
            "## What the program enforces",
            "## What is refused",
            "## Checked, not enforced",
            "## Risk that stays",
        ] {
            assert!(prose.contains(&format!("\n{heading}\n")), "{name} lacks `{heading}`");
        }
        assert!(prose.len() > 1_200, "{name} says too little");
        assert!(document.lines().all(|line| line.chars().count() <= 140), "{name} has a line nobody reads");
    }
}

#[test]
fn another_digest_is_another_protocol() {
    let protocol = Protocol::find("fin-1").expect("embedded");
    let mut citation = protocol.citation();
    assert!(Protocol::cited(&citation).is_ok());
    citation.digest = Digest::of(b"another text");
    assert!(matches!(Protocol::cited(&citation), Err(ProtocolError::Version { .. })));
}

#[test]
fn unknown_missing_and_foreign_words_in_a_block_are_errors() {
    let (_, document) = PROTOCOLS[0];
    for (from, to) in [
        ("runs = 6", "runs = 6\nwalks = 7"),
        ("runs = 6\n", ""),
        ("\"person-name\"", "\"religion\""),
        ("\"prosecution\"", "\"asylum\""),
        ("\"suspected-organiser\"", "\"migrant\""),
        ("realm = \"enforcement\"", "realm = \"humanitarian\""),
        ("follow the money", "follow the migrant"),
        ("protocol v1", "protocol v2"),
    ] {
        let changed = document.replacen(from, to, 1);
        assert_ne!(changed, document, "{from} is not there to be changed");
        assert!(protocol(&changed).is_err(), "{to}");
    }
    assert!(refused("+++\nsymbolon = \"refused v1\"\nrefused = []\nmore = 1\n+++\n").is_err());
}

/// A key without effect would be a promise that nobody keeps: each one, changed, changes what the program says.
#[test]
fn no_key_of_the_block_is_unused() {
    let original = Protocol::find("fin-1").expect("embedded");
    let (_, document) = PROTOCOLS[0];
    let (text, _) = split(document).expect("a document");
    let table: toml::Table = toml::from_str(text).expect("TOML");
    let keys: BTreeSet<&str> = table.keys().map(String::as_str).collect();
    let known = ["symbolon", "code", "title", "clause", "realm", "natural_persons", "needs", "terms"];
    assert_eq!(keys, BTreeSet::from(known));
    for (key, value) in [("code", "fin-2"), ("clause", "Engage with transport operators")] {
        let from = format!("{key} = \"{}\"", table[key].as_str().expect("a string"));
        let changed = protocol(&document.replacen(&from, &format!("{key} = \"{value}\""), 1)).expect("a protocol");
        assert_eq!(original.changes(&changed)[0].term, key);
    }
    let changed = document.replacen("natural_persons = true", "natural_persons = false", 1);
    assert_eq!(original.changes(&protocol(&changed).expect("a protocol"))[0].direction, Direction::Narrowed);
    let changed = document.replacen("needs = []", "needs = [\"noised-counts\"]", 1);
    assert_eq!(original.changes(&protocol(&changed).expect("a protocol"))[0].term, "needs");
    // Each of the terms has its rule in `order`, whose tests go through all of them.
}
