//! What changes from one agreement to another: the order on terms, carried on to parties, schema and dates.
//!
//! Who must agree is ordered the other way round than what may be done: one steward, guardian or reviewer more is tighter, one
//! agency more is wider. What cannot be ordered (a key, an organisation, the operator, the length of an encoding) must not
//! change in an amendment, and counts as weakening in a comparison. Every structure is taken apart by name.
#![deny(unused_variables)]

mod effect;

use super::body::AgreementBody;
use super::party::{Party, PartyRole};
use super::schema::{EncodingParams, Schema};
use crate::protocol::{Change, Direction, Ledger, Meaning, Protocol, Terms, Wider};

pub use effect::{Effect, of_agreements, of_terms};

/// What changes from `old` to `new`; what weakens comes first.
pub fn agreements(old: &AgreementBody, new: &AgreementBody) -> Vec<Change> {
    let mut ledger = Ledger::default();
    body(&mut ledger, old, new);
    ledger.into_changes()
}

/// What changes from a protocol to an agreement under it.
pub fn from_protocol(old: &Protocol, new: &AgreementBody) -> Vec<Change> {
    let mut ledger = Ledger::default();
    ledger.same(&PROTOCOL, &old.citation(), &new.protocol, |c| c.to_string());
    ledger.terms(&old.terms, &new.terms);
    ledger.into_changes()
}

/// What changes from an agreement to the terms of a protocol.
pub fn to_protocol(old: &AgreementBody, new: &Protocol) -> Vec<Change> {
    let mut ledger = Ledger::default();
    ledger.same(&PROTOCOL, &old.protocol, &new.citation(), |c| c.to_string());
    let (old, new): (&Terms, &Terms) = (&old.terms, &new.terms);
    ledger.terms(old, new);
    ledger.into_changes()
}

/// Everything by which an amendment is not within its parent.
pub(super) fn not_within(parent: &AgreementBody, amendment: &AgreementBody) -> Vec<Wider> {
    let mut ledger = Ledger::default();
    body(&mut ledger, parent, amendment);
    ledger.wider()
}

const PROTOCOL: Meaning = Meaning::new("protocol", "the purpose and its limits", "");

fn body(ledger: &mut Ledger, old: &AgreementBody, new: &AgreementBody) {
    let AgreementBody { symbolon: _, name: _, protocol, parent: _, not_before, expires, terms, schema, parties } = new;
    ledger.same(&PROTOCOL, &old.protocol, protocol, |c| c.to_string());
    ledger.at_least(
        &Meaning::new("not_before", "the beginning", "it is in force earlier"),
        old.not_before,
        *not_before,
    );
    ledger.at_most(&Meaning::new("expires", "the end", "it is in force longer"), old.expires, *expires);
    ledger.terms(&old.terms, terms);
    encoding(ledger, &old.schema, schema);
    for party in parties {
        match old.parties.iter().find(|p| p.name == party.name) {
            Some(before) => same_party(ledger, before, party),
            None => joins(ledger, party),
        }
    }
    for party in old.parties.iter().filter(|p| !parties.iter().any(|n| n.name == p.name)) {
        leaves(ledger, party);
    }
}

fn encoding(ledger: &mut Ledger, old: &Schema, new: &Schema) {
    let Schema { normalisation, fields, encoding } = new;
    let meaning = Meaning::new("schema.normalisation", "how names are written alike", "");
    ledger.same(&meaning, &old.normalisation, normalisation, Clone::clone);
    let meaning = Meaning::new("schema.fields", "what is compared", "more about each subject is compared");
    ledger.subset(&meaning, &old.fields, fields, |f| f.name().to_owned());
    let EncodingParams { length, insertions, diffusion, min_tokens } = *encoding;
    let old = &old.encoding;
    ledger.same(
        &Meaning::new("schema.encoding.length", "bits of an encoding", ""),
        &old.length,
        &length,
        u16::to_string,
    );
    let meaning = Meaning::new("schema.encoding.insertions", "positions a token", "");
    ledger.same(&meaning, &old.insertions, &insertions, u16::to_string);
    let meaning = Meaning::new("schema.encoding.diffusion", "degree of diffusion", "encodings are easier to attack");
    ledger.at_least(&meaning, old.diffusion, diffusion);
    let meaning = Meaning::new("schema.encoding.min_tokens", "tokens a record", "records that are easy to guess pass");
    ledger.at_least(&meaning, old.min_tokens, min_tokens);
}

fn joins(ledger: &mut Ledger, party: &Party) {
    let (direction, words) = match party.role {
        PartyRole::Agency => (Direction::Widened, "another agency's records are compared"),
        PartyRole::Operator => (Direction::Incomparable, "somebody else sees the encodings"),
        PartyRole::Steward => (Direction::Narrowed, "one more can stop a run"),
        PartyRole::Guardian => (Direction::Narrowed, "one more protects"),
        PartyRole::Reviewer => (Direction::Narrowed, "one more must agree"),
        PartyRole::Officer => (Direction::Widened, "one more person can release leads for the agency"),
    };
    ledger.add(format!("party {}", party.name), direction, ("absent", party.role.name()), words);
}

fn leaves(ledger: &mut Ledger, party: &Party) {
    let (direction, words) = match party.role {
        PartyRole::Agency => (Direction::Narrowed, "its records are no longer compared"),
        PartyRole::Operator => (Direction::Incomparable, "it no longer sees the encodings; somebody else may"),
        PartyRole::Steward => (Direction::Widened, "one fewer can stop a run"),
        PartyRole::Guardian => (Direction::Widened, "its protected people are no longer screened"),
        PartyRole::Reviewer => (Direction::Widened, "one fewer independent party must agree"),
        PartyRole::Officer => (Direction::Narrowed, "one person fewer can release leads for the agency"),
    };
    ledger.add(format!("party {}", party.name), direction, (party.role.name(), "absent"), words);
}

fn same_party(ledger: &mut Ledger, old: &Party, new: &Party) {
    let Party {
        name,
        role,
        organisation,
        jurisdiction,
        verifier,
        routine,
        recipient,
        source,
        kind,
        legal_basis,
        onward,
    } = new;
    let basis = |party: &Party| -> Vec<String> {
        party.legal_basis.iter().map(|b| format!("{}, {}", b.instrument, b.article)).collect()
    };
    let word = |option: Option<&'static str>| option.unwrap_or("none").to_owned();
    let kind_of = |party: &Party| word(party.kind.map(|k| k.name()));
    let facts = [
        ("role", old.role.name().to_owned(), role.name().to_owned()),
        ("organisation", old.organisation.clone(), organisation.clone()),
        ("jurisdiction", old.jurisdiction.clone(), jurisdiction.clone()),
        ("verifier", old.verifier.to_string(), verifier.to_string()),
        ("routine", old.routine.to_string(), routine.to_string()),
        ("recipient", old.recipient.to_string(), recipient.to_string()),
        ("source", word(old.source.map(|s| s.name())), word(source.map(|s| s.name()))),
        ("kind", kind_of(old), word(kind.map(|k| k.name()))),
    ];
    for (fact, old, new) in facts {
        if old != new {
            let words = format!("another {fact} is another party, so it counts as wider");
            ledger.add(format!("party {name}.{fact}"), Direction::Incomparable, (old, new), words);
        }
    }
    if old.legal_basis != *legal_basis {
        let words = "the law on which it acts is another; whether that is enough is for the reviewers";
        let sides = (basis(old).join("; "), basis(new).join("; "));
        ledger.add(format!("party {name}.legal_basis"), Direction::Incomparable, sides, words);
    }
    let more = onward.iter().any(|state| !old.onward.contains(state));
    let fewer = old.onward.iter().any(|state| !onward.contains(state));
    let (direction, words) = match (more, fewer) {
        (false, false) => return,
        (true, false) => (Direction::Widened, "what it learns can reach more states"),
        (false, true) => (Direction::Narrowed, "what it learns can reach fewer states"),
        (true, true) => (Direction::Incomparable, "what it learns can reach other states"),
    };
    let list = |states: &[String]| if states.is_empty() { "nobody".to_owned() } else { states.join(", ") };
    ledger.add(format!("party {name}.onward"), direction, (list(&old.onward), list(onward)), words);
}

#[cfg(test)]
mod tests;
