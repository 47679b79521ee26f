//! Measured evidence: the JSON that `agency check`, `operator link`, `evaluate` and `reviewer attack` print.
//!
//! A file is known by its `symbolon` member. One that is not ours, or whose members are missing, is a finding, and its
//! figures stay *not measured*.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Measured;
use super::facts::{EvidenceFile, Finding, Severity};
use crate::interval::wilson;
use crate::primitives::Digest;

/// Where figures came from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// Name of the file.
    pub name: String,
    /// What it is, `evaluate v1`.
    pub kind: String,
    /// Digest of its bytes.
    pub sha256: Digest,
}

/// Health of encodings: fill of the inner filter and how far strangers stand out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Health {
    /// Whose measurement.
    pub of: String,
    /// Records it was taken on.
    pub records: u64,
    /// Mean share of ones in the inner filter; the operator cannot see it.
    pub fill: Option<f64>,
    /// Expected number of strangers whose encodings stand out, a record.
    pub visible_degree: f64,
}

/// One attack's outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attack {
    /// Its name.
    pub attack: String,
    /// What the attacker knows.
    pub knowledge: String,
    /// Share of victims found, with its 95 % interval.
    pub found: Share,
    /// The same attack on a plain CLK: it must succeed there for the figure to mean anything.
    pub positive_control: Option<f64>,
    /// The same attack on shuffled data: it must be at chance.
    pub negative_control: Option<f64>,
}

/// Linkage quality on one labelled pair of lists.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// The file it came from.
    pub of: String,
    /// Precision at the threshold that was chosen without truth.
    pub precision: Share,
    /// Recall at that threshold.
    pub recall: Share,
    /// F1 at that threshold.
    pub f1: f64,
    /// Recall by group of people, where it was measured.
    pub groups: Vec<Group>,
}

/// Recall of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Which: a naming system, a pair of scripts.
    pub group: String,
    /// Its recall.
    pub recall: Share,
}

/// A share with its 95 % interval (Wilson).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Successes.
    pub hits: u64,
    /// Trials.
    pub of: u64,
    /// Successes by trials.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Share {
    /// `hits` of `of`, with the Wilson score interval at 95 %.
    pub fn new(hits: u64, of: u64) -> Self {
        let (low, high) = wilson(hits, of);
        Self { hits, of, share: if of == 0 { 0.0 } else { hits as f64 / of as f64 }, low, high }
    }
}

/// What the evidence says.
pub(super) struct Evidence {
    pub(super) health: Measured<Vec<Health>>,
    pub(super) attacks: Measured<Vec<Attack>>,
    pub(super) quality: Measured<Vec<Quality>>,
    pub(super) sources: Vec<Source>,
}

#[derive(Deserialize)]
struct Check {
    agency: String,
    encoding: CheckEncoding,
    screening: CheckScreening,
}

#[derive(Deserialize)]
struct CheckEncoding {
    fill: f64,
    visible_degree: f64,
}

#[derive(Deserialize)]
struct CheckScreening {
    accepted: u64,
}

#[derive(Deserialize)]
struct Link {
    pairs: Vec<LinkPair>,
}

#[derive(Deserialize)]
struct LinkPair {
    agencies: [String; 2],
    records: [u64; 2],
    visible_degree: f64,
}

#[derive(Deserialize)]
struct Evaluate {
    chosen: At,
}

#[derive(Deserialize)]
struct At {
    true_links: u64,
    false_links: u64,
    missed_links: u64,
    f1: f64,
}

/// Reads every file; those that are not understood become findings.
pub(super) fn read(files: &[EvidenceFile], findings: &mut Vec<Finding>) -> Evidence {
    let (mut health, mut attacks, mut quality, mut sources) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let mut refuse = |why: &str| {
            let text = format!("evidence {}: {why}; its figures are not used", file.name);
            findings.push(Finding { severity: Severity::Red, code: None, text });
        };
        let Ok(value) = serde_json::from_slice::<Value>(&file.content) else {
            refuse("not JSON");
            continue;
        };
        let kind = value["symbolon"].as_str().unwrap_or_default().to_owned();
        let understood = match kind.as_str() {
            "agency check v1" => serde_json::from_value(value).map(|c: Check| health.push(own(c))),
            "operator link v1" => {
                serde_json::from_value(value).map(|l: Link| health.extend(l.pairs.into_iter().map(pair)))
            }
            "evaluate v1" => serde_json::from_value(value).map(|e: Evaluate| quality.push(measured(&file.name, &e))),
            _ => {
                refuse("not the JSON output of `agency check`, `operator link`, `evaluate` or `reviewer attack`");
                continue;
            }
        };
        match understood {
            Ok(()) => {
                let sha256 = Digest::of(&file.content);
                sources.push(Source { name: file.name.clone(), kind, sha256 });
            }
            Err(problem) => refuse(&format!("of another version, {problem}")),
        }
    }
    for (missing, what) in [
        (
            health.is_empty(),
            "the health of the encodings was not measured: `agency check --json`, `operator link --json`",
        ),
        (attacks.is_empty(), "no attack was run: `reviewer attack --json`"),
        (quality.is_empty(), "linkage quality was not measured: `evaluate --json`"),
    ] {
        if missing {
            findings.push(Finding { severity: Severity::Open, code: None, text: what.to_owned() });
        }
    }
    attacks.sort_by(|a: &Attack, b: &Attack| (&a.attack, &a.knowledge).cmp(&(&b.attack, &b.knowledge)));
    Evidence { health: or_not(health), attacks: or_not(attacks), quality: or_not(quality), sources }
}

fn or_not<T>(list: Vec<T>) -> Measured<Vec<T>> {
    if list.is_empty() { Measured::Not("no evidence was given") } else { Measured::Value(list) }
}

fn own(check: Check) -> Health {
    let Check { agency, encoding: CheckEncoding { fill, visible_degree }, screening } = check;
    Health { of: agency, records: screening.accepted, fill: Some(fill), visible_degree }
}

fn pair(pair: LinkPair) -> Health {
    let records = pair.records.iter().sum();
    Health { of: pair.agencies.join(" with "), records, fill: None, visible_degree: pair.visible_degree }
}

fn measured(name: &str, evaluate: &Evaluate) -> Quality {
    let At { true_links, false_links, missed_links, f1 } = evaluate.chosen;
    Quality {
        of: name.to_owned(),
        precision: Share::new(true_links, true_links + false_links),
        recall: Share::new(true_links, true_links + missed_links),
        f1,
        groups: Vec::new(),
    }
}
