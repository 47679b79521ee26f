//! The log in facts: what it holds, who has seen it, or how it is broken.

use jiff::Timestamp;
use serde::Serialize;

use crate::code::Code;
use crate::log::Entry;
use crate::outcome::reviewer::{Finding, Severity};
use crate::primitives::Digest;

/// What reading the log of the exchange gave.
#[derive(Clone, Debug)]
pub enum LogInput {
    /// There is none.
    Absent,
    /// It does not hold.
    Broken {
        /// The code of the refusal.
        code: Code,
        /// What was found.
        text: String,
    },
    /// Every entry, tile and signature holds.
    Held {
        /// Its root.
        root: Digest,
        /// Its entries.
        entries: Vec<Entry>,
        /// Who has cosigned how many entries, when.
        cosigned: Vec<Seen>,
    },
}

/// One party's cosignature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Whose.
    pub name: String,
    /// How many entries it had seen.
    pub size: u64,
    /// When.
    pub at: Timestamp,
}

/// The log in facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum LogState {
    /// There is none.
    Absent,
    /// It does not hold, and how.
    Broken {
        /// What was found.
        says: String,
    },
    /// It holds.
    Held {
        /// Its root.
        root: Digest,
        /// Entries in all.
        size: u64,
        /// How many entries of which kind in which run; 0 is the agreement as a whole.
        entries: Vec<Logged>,
        /// Cosignatures.
        cosigned: Vec<Seen>,
    },
}

/// Entries of one kind in one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// The run.
    pub run: u32,
    /// The kind.
    pub kind: &'static str,
    /// How many.
    pub count: u64,
}

/// The state, and findings where it is not as it should be.
pub(super) fn state(input: &LogInput, findings: &mut Vec<Finding>) -> LogState {
    match input {
        LogInput::Absent => {
            let text = "there is no log yet: nobody can see whether something was taken away".to_owned();
            findings.push(Finding { severity: Severity::Open, code: None, text });
            LogState::Absent
        }
        LogInput::Broken { code, text } => {
            let says = format!("the log: {text}");
            findings.push(Finding { severity: Severity::Red, code: Some(code.id), text: says.clone() });
            LogState::Broken { says }
        }
        LogInput::Held { root, entries, cosigned } => {
            let mut counts: Vec<Logged> = Vec::new();
            for entry in entries {
                let kind = entry.kind.name();
                match counts.iter_mut().find(|logged| logged.run == entry.run && logged.kind == kind) {
                    Some(logged) => logged.count += 1,
                    None => counts.push(Logged { run: entry.run, kind, count: 1 }),
                }
            }
            let size = entries.len() as u64;
            if !cosigned.iter().any(|seen| seen.size == size) {
                let text = "nobody has cosigned the whole log: symbolon log cosign".to_owned();
                findings.push(Finding { severity: Severity::Open, code: None, text });
            }
            LogState::Held { root: *root, size, entries: counts, cosigned: cosigned.clone() }
        }
    }
}
