//! `explain acts`: the gate's table, and where each term of an agreement is enforced, as people and programs read it.

use std::fmt::Write as _;

use super::output::Report;
use crate::cleared::Act;
use crate::gate::table::{Check, asks};
use crate::gate::terms;
use crate::outcome::program::{Acts, Applied, Asked, Checked};

/// Prints which checks each act must pass.
pub(crate) fn explain() -> Report {
    let checks: Vec<Checked> = Check::ALL
        .iter()
        .map(|check| Checked {
            check: check.short().to_owned(),
            meaning: check.meaning().to_owned(),
            code: check.code().to_owned(),
            terms: check.terms().iter().map(|term| (*term).to_owned()).collect(),
        })
        .collect();
    let acts: Vec<Asked> = Act::ALL
        .iter()
        .map(|act| Asked {
            act: act.name().to_owned(),
            command: act.verb().to_owned(),
            meaning: act.meaning().to_owned(),
            checks: asked(*act).map(|check| check.short().to_owned()).collect(),
        })
        .collect();
    let terms: Vec<Applied> =
        terms::applied().into_iter().map(|(term, by)| Applied { term: term.to_owned(), by: by.words() }).collect();
    let mut text = format!("{:<12}", "");
    for check in Check::ALL {
        let _ = write!(text, " {}", check.short());
    }
    text += "\n";
    for act in Act::ALL {
        let _ = write!(text, "{:<12}", act.name());
        for check in Check::ALL {
            let _ = write!(text, "  {} ", if asks(*act, *check) { "x" } else { "." });
        }
        text = text.trim_end().to_owned() + "\n";
    }
    text += "\n";
    for check in &checks {
        let terms = if check.terms.is_empty() { String::new() } else { format!(" ({})", check.terms.join(", ")) };
        let _ = writeln!(text, "{}  {}  {}{terms}", check.check, check.code, check.meaning);
    }
    text += "\n";
    for act in &acts {
        let _ = writeln!(text, "{:<12} symbolon {:<20} {}", act.act, act.command, act.meaning);
    }
    text += "\n";
    for Applied { term, by } in &terms {
        let _ = writeln!(text, "{term:<24} {by}");
    }
    Report::of(Acts { checks, acts, terms }).data(text)
}

fn asked(act: Act) -> impl Iterator<Item = &'static Check> {
    Check::ALL.iter().filter(move |check| asks(act, **check))
}
