//! What reviewers decided, and what changed since.

use jiff::Timestamp;
use serde::Serialize;

use super::inputs::Artefact;
use crate::agreement::diff::{self, Effect};
use crate::agreement::{Decision, DraftAgreement, SignOff};
use crate::note::Note;
use crate::outcome::reviewer::{Finding, Severity};
use crate::protocol::Change;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opinion {
    /// The note.
    #[serde(flatten)]
    pub sign_off: SignOff,
    /// Whether it is in force at the dossier's moment.
    pub in_force: bool,
}

/// What changed since the last sign-off.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Since {
    /// Nothing to compare with was given.
    Unknown,
    /// The very text was signed off: no term can differ.
    Same {
        /// By whom.
        by: Vec<String>,
    },
    /// Against an earlier agreement.
    Changed {
        /// Its name.
        earlier: String,
        /// Term by term, what weakens first.
        changes: Vec<Change>,
        /// What they come to.
        effects: Vec<Effect>,
    },
}

/// Every sign-off in the exchange, by reviewer and time.
pub(super) fn sign_offs(
    draft: &DraftAgreement,
    artefacts: &[Artefact],
    as_of: Timestamp,
    findings: &mut Vec<Finding>,
) -> Vec<Opinion> {
    let mut read: Vec<SignOff> = Vec::new();
    for artefact in artefacts.iter().filter(|a| a.path.starts_with("sign-offs/") && a.path.ends_with(".sign-off")) {
        let note = Note::parse(artefact.content.as_deref().unwrap_or_default());
        let found = note.map_err(Into::into).and_then(|note| SignOff::read(draft.body(), draft.note().digest(), &note));
        match found {
            Ok(sign_off) => read.push(sign_off),
            Err(error) => {
                let text = format!("{}: {error}", artefact.path);
                findings.push(Finding { severity: Severity::Red, code: Some(error.code().id), text });
            }
        }
    }
    read.sort_by(|a, b| (&a.reviewer, a.created, a.digest.0).cmp(&(&b.reviewer, b.created, b.digest.0)));
    let in_force = |sign_off: &SignOff| match sign_off.decision {
        Decision::Refuse => sign_off.refuses(&read, as_of),
        _ => {
            sign_off.holds(as_of)
                && !read.iter().any(|s| s.reviewer == sign_off.reviewer && s.created > sign_off.created)
        }
    };
    for refusal in read.iter().filter(|s| s.decision == Decision::Refuse && in_force(s)) {
        let text = format!("refused by {} until {}: nothing goes on", refusal.reviewer, refusal.expires);
        findings.push(Finding { severity: Severity::Red, code: None, text });
    }
    read.iter().map(|sign_off| Opinion { sign_off: sign_off.clone(), in_force: in_force(sign_off) }).collect()
}

/// What changed against what stood before.
pub(super) fn since(
    draft: &DraftAgreement,
    earlier: Option<&[u8]>,
    sign_offs: &[Opinion],
    findings: &mut Vec<Finding>,
) -> Since {
    match earlier.map(DraftAgreement::read_body) {
        Some(Ok(earlier)) => {
            let (changes, effects) =
                (diff::agreements(&earlier, draft.body()), diff::of_agreements(&earlier, draft.body()));
            Since::Changed { earlier: earlier.name, changes, effects }
        }
        Some(Err(error)) => {
            let text = format!("the earlier agreement: {error}");
            findings.push(Finding { severity: Severity::Red, code: Some(error.code().id), text });
            Since::Unknown
        }
        None => {
            let accepted = |o: &&Opinion| o.sign_off.decision != Decision::Refuse;
            let by: Vec<String> = sign_offs.iter().filter(accepted).map(|o| o.sign_off.reviewer.clone()).collect();
            if by.is_empty() { Since::Unknown } else { Since::Same { by } }
        }
    }
}
