//! `agreement diff`: two agreements, two protocols, or one of each.

use std::path::{Path, PathBuf};

use super::output::Report;
use crate::agreement::diff::{self, Effect};
use crate::agreement::{AgreementBody, DraftAgreement};
use crate::failure::Failure;
use crate::note;
use crate::office::files;
use crate::outcome::agreement::{self, Relation};
use crate::protocol::{Change, Direction, Protocol};
use clap::Args;

/// Two documents: an agreement's file, a protocol's file, or the code of a protocol of this program.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// What stood before
    old: PathBuf,
    /// What is to stand now
    new: PathBuf,
}

enum Side {
    Protocol(Box<Protocol>),
    Agreement(Box<AgreementBody>),
}

/// Runs `agreement diff`.
pub(crate) fn run(args: &Diff) -> Result<Report, Failure> {
    let (old, new) = (side(&args.old)?, side(&args.new)?);
    let (changes, effects) = match (&old, &new) {
        (Side::Protocol(old), Side::Protocol(new)) => (old.changes(new), diff::of_terms(&old.terms, &new.terms)),
        (Side::Agreement(old), Side::Agreement(new)) => (diff::agreements(old, new), diff::of_agreements(old, new)),
        (Side::Protocol(old), Side::Agreement(new)) => {
            (diff::from_protocol(old, new), diff::of_terms(&old.terms, &new.terms))
        }
        (Side::Agreement(old), Side::Protocol(new)) => {
            (diff::to_protocol(old, new), diff::of_terms(&old.terms, &new.terms))
        }
    };
    let weakens = changes.iter().any(|change| change.direction.weakens());
    let relation = match (weakens, changes.is_empty()) {
        (true, _) => Relation::Weakens,
        (false, true) => Relation::Same,
        (false, false) => Relation::Tightens,
    };
    let text = text(relation, &changes, &effects);
    Ok(Report::of(agreement::Diff { relation, changes, effects }).data(text).no_if(weakens))
}

fn side(path: &Path) -> Result<Side, Failure> {
    if let (Some(code), false) = (path.to_str(), path.exists()) {
        // A word without a file is meant as a protocol's code; a path that is not there is reported as such.
        if !code.contains(['/', '.']) {
            return Ok(Side::Protocol(Box::new(Protocol::find(code)?.clone())));
        }
    }
    let bytes = files::read_given(path, note::MAX_BYTES as u64)?;
    if bytes.starts_with(b"+++") {
        let text = String::from_utf8_lossy(&bytes);
        return Ok(Side::Protocol(Box::new(Protocol::read(&text).map_err(|e| Failure::from(e).at(path))?)));
    }
    Ok(Side::Agreement(Box::new(DraftAgreement::read_body(&bytes).map_err(|e| Failure::from(e).at(path))?)))
}

fn text(relation: Relation, changes: &[Change], effects: &[Effect]) -> String {
    let count = |direction| changes.iter().filter(|change| change.direction == direction).count();
    let mut text = match relation {
        Relation::Same => "the same: no term differs\n".to_owned(),
        _ => format!(
            "it {}: {} widened, {} incomparable, {} narrowed\n\n",
            relation.name(),
            count(Direction::Widened),
            count(Direction::Incomparable),
            count(Direction::Narrowed)
        ),
    };
    for Change { term, direction, old, new, words } in changes {
        text += &format!("{:<13}{term}\n             {old} -> {new}\n             {words}\n", direction.name());
    }
    if changes.is_empty() {
        return text;
    }
    text += "\nwhat it comes to, estimated\n";
    for Effect { what, old, new, how } in effects {
        let line = match (old, new) {
            (Some(old), Some(new)) => format!("{} -> {}", figure(*old), figure(*new)),
            _ => "not computed".to_owned(),
        };
        text += &format!("  {what}\n    {line} ({how})\n");
    }
    text
}

fn figure(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        v if v.abs() >= 1e6 || v.abs() < 1e-3 => format!("{v:.2e}"),
        v if v.fract() == 0.0 => format!("{v}"),
        v => format!("{v:.3}"),
    }
}
