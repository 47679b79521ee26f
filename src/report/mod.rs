//! The dossier: what a reviewer needs to decide, gathered from public artefacts and measured evidence.
//!
//! ```text
//! exchange directory ─┐                    ┌─► JSON, which the same inputs give again byte for byte
//! evidence (--json) ──┴─► Inputs ─► Facts ─┤
//!                                          └─► one page of HTML: no network, no script, print-ready
//! ```
//!
//! Nothing here holds a secret or needs one: every fact comes from signed notes that anybody in the exchange can read, or
//! from the JSON that our own verbs print. What was not measured is printed as *not measured*, never as blank or zero. A
//! broken artefact is a finding, not an error: a reviewer must be able to read about it.

mod agreed;
mod chart;
mod conduct;
mod difference;
pub mod dpia;
mod evidence;
mod facts;
mod flow;
mod inputs;
mod learns;
mod log;
mod opinions;
mod page;
mod sections;

pub use crate::outcome::reviewer::{Finding, Severity};
pub use agreed::{Agreed, Limit};
pub use conduct::{Run, State, Step};
pub use difference::first_difference;
pub use evidence::{Attack, FalseLinks, Group, Health, Level, Quality, Share, Source};
pub use facts::Facts;
pub use inputs::{Artefact, EvidenceFile, Inputs};
pub use learns::Learns;
pub use log::{LogInput, LogState, Logged, Seen};
pub use opinions::{Opinion, Since};
pub use page::html;

use std::fmt::Display;

use serde::{Serialize, Serializer};

/// A figure that was measured, or plainly was not.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured<T> {
    /// It was.
    Value(T),
    /// It was not, and why.
    Not(&'static str),
}

impl<T: Serialize> Serialize for Measured<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Not(why) => serializer.collect_str(&format_args!("not measured: {why}")),
        }
    }
}

/// A share as people read it.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A number as people read it, in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let starts = (0..digits.len()).filter(|at| (digits.len() - at).is_multiple_of(3) && *at > 0);
    let mut out = digits.clone();
    starts.collect::<Vec<_>>().into_iter().rev().for_each(|at| out.insert(at, '\u{202f}'));
    out
}

/// Words after a comma and a space.
fn joined<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
