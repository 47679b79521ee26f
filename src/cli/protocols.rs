//! `agreement protocols`: what can be agreed on, what cannot be yet, and what never.

use super::output::Report;
use crate::outcome::agreement;
use crate::protocol::{Elsewhere, Protocol, Refused};

/// Lists every document.
pub(crate) fn list() -> Report {
    let mut text = String::from("usable: an agreement can cite these\n");
    let (usable, waiting): (Vec<_>, Vec<_>) = Protocol::all().iter().partition(|p| p.missing().is_empty());
    let persons = |p: &Protocol| if p.natural_persons { "people" } else { "no people" };
    for p in &usable {
        text += &format!("  {}\n    {} ({})\n", p.citation(), p.title, persons(p));
    }
    text += "\nnot usable: documents for reviewers, until this program has what they cannot do without\n";
    for p in &waiting {
        let missing: Vec<&str> = p.missing().iter().map(|m| m.words()).collect();
        text += &format!("  {:<6} {} ({})\n         needs {}\n", p.code, p.title, persons(p), missing.join(", "));
    }
    text += "\nanother realm: no agreement of this program can cite these\n";
    for document in Elsewhere::all() {
        text += &format!("  {:<6} {}: {}\n", document.code, document.title, document.status);
    }
    text += "\nrefused for good: protocols/refused.md says why\n";
    for refused in Refused::all() {
        text += &format!("  {}\n", refused.use_of);
    }
    let elsewhere = Elsewhere::all().iter().map(|e| agreement::Elsewhere {
        code: e.code.clone(),
        title: e.title.clone(),
        realm: e.realm.clone(),
        status: e.status.clone(),
    });
    let refused = Refused::all().iter().map(|r| agreement::Refused { use_of: r.use_of.clone(), why: r.why.clone() });
    Report::of(agreement::Protocols {
        protocols: Protocol::all().iter().map(Into::into).collect(),
        elsewhere: elsewhere.collect(),
        refused: refused.collect(),
    })
    .data(text)
}
