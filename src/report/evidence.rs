//! Measured evidence: the JSON that `agency check`, `operator link`, `evaluate`, `demo` and `reviewer attack` print.
//!
//! A file is known by its `symbolon` member. One that is not ours, or whose members are missing, is a finding, and its
//! figures stay *not measured*.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Measured;
use super::inputs::EvidenceFile;
use crate::agreement::EncodingParams;
use crate::figures::attack::{Attack as Which, Finding as Found, Setting, Verdict};
use crate::figures::{GroupRate, Point};
use crate::interval::wilson;
use crate::outcome::agency::{Check, Examined};
use crate::outcome::demo::{self, Demo};
use crate::outcome::laboratory::Evaluate;
use crate::outcome::operator::{Link, Pair};
use crate::outcome::reviewer::{Finding, Severity};
use crate::outcome::{Labelled, Outcome, reviewer};
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
    /// How even the encodings of each list are, as the operator saw them.
    pub balance: Vec<Balance>,
}

/// How even one list's encodings are: see [`crate::figures::Balance`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Balance {
    /// Whose list.
    pub of: String,
    /// Encodings, dummies among them.
    pub encodings: u64,
    /// Mean share of ones.
    pub ones: f64,
    /// Standard deviation of the ones of an encoding, in bits.
    pub weight_deviation: f64,
    /// The same of independent coins.
    pub weight_chance: f64,
    /// Share of ones of the bit that has fewest.
    pub rarest_bit: f64,
    /// Share of ones of the bit that has most.
    pub commonest_bit: f64,
    /// Variance of the bits' shares over that of independent coins.
    pub bit_spread: f64,
}

/// One attack's outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attack {
    /// Its name.
    pub attack: String,
    /// What the attacker knows.
    pub knowledge: String,
    /// How much that is: nothing, other people's names, people who are in both lists, known pairs, the key.
    pub level: Level,
    /// Share of victims found, with its 95 % interval.
    pub found: Share,
    /// The same attack on a plain CLK: it must succeed there for the figure to mean anything.
    pub positive_control: Option<f64>,
    /// The same attack on shuffled data: it must be at chance.
    pub negative_control: Option<f64>,
    /// Whether the controls passed; otherwise the share says nothing about the encoding.
    pub stands: bool,
    /// Share that guessing would have found.
    pub chance: f64,
    /// Seed of the run: the file and this give the figure again.
    pub seed: u64,
    /// Seconds it took, with its controls.
    pub seconds: f64,
}

/// What an attacker knows, from little to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Names and their frequencies, of other people.
    NameList,
    /// A register in which some of the encoded people are.
    Register,
    /// A register, and for some of the encodings whose they are.
    KnownPairs,
    /// The key: what collusion of the operator and one agency costs.
    Key,
}

impl Level {
    /// A word or two, for a chart.
    pub fn short(self) -> &'static str {
        match self {
            Self::NameList => "names",
            Self::Register => "register",
            Self::KnownPairs => "known pairs",
            Self::Key => "key",
        }
    }

    /// The words.
    pub fn name(self) -> &'static str {
        match self {
            Self::NameList => "a list of names",
            Self::Register => "a register",
            Self::KnownPairs => "a register and known pairs",
            Self::Key => "the key",
        }
    }
}

/// Expected and allowed false links of one pair of agencies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FalseLinks {
    /// Which agencies.
    pub of: String,
    /// Least score of a link.
    pub threshold: u64,
    /// False links expected there, by the tail of strangers.
    pub expected: f64,
    /// Leads that were made, where they were not held.
    pub leads: Option<u64>,
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
    /// False links among the group's links, where that was measured.
    pub false_links: Option<Share>,
}

/// A share with its 95 % interval (Wilson).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
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
    pub(super) false_links: Measured<Vec<FalseLinks>>,
    pub(super) sources: Vec<Source>,
}

/// Reads every file; those that are not understood become findings.
pub(super) fn read(files: &[EvidenceFile], agreed: EncodingParams, findings: &mut Vec<Finding>) -> Evidence {
    let (mut health, mut attacks, mut quality, mut sources) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut false_links, mut remarks) = (Vec::new(), Vec::new());
    let mut linked = |link: Link, health: &mut Vec<Health>| {
        for one in link.pairs {
            false_links.push(expected(&one));
            health.push(pair(one));
        }
    };
    for file in files {
        let mut refuse = |why: &str| {
            let text = format!("evidence {}: {why}; its figures are not used", file.name);
            findings.push(Finding { severity: Severity::Red, code: None, text });
        };
        let Ok(kind) = kind(&file.content) else {
            refuse("not JSON");
            continue;
        };
        let kind = kind.unwrap_or_default();
        let understood = match kind.as_str() {
            Check::KIND => outcome(file).map(|check| health.push(own(check))),
            Link::KIND => outcome(file).map(|link| linked(link, &mut health)),
            Demo::KIND => outcome(file).map(|demo: Demo| {
                quality.push(demonstrated(&file.name, &demo));
                linked(demo.link.0, &mut health);
            }),
            reviewer::Attack::KIND => outcome(file).map(|found: reviewer::Attack| {
                if found.scheme != agreed {
                    let text = format!(
                        "evidence {}: it attacked another encoding than the agreed one; its figures are not used",
                        file.name
                    );
                    remarks.push(Finding { severity: Severity::Red, code: None, text });
                    return;
                }
                for Examined { finding, seconds, attack, no_number } in found.attacks {
                    if let Some(finding) = finding {
                        attacks.push(attacked(&finding, seconds.unwrap_or(0.0)));
                        continue;
                    }
                    let attack = attack.map(|attack| format!("{attack:?}")).unwrap_or_default();
                    let text = format!("attack {attack} was not measured: {}", no_number.unwrap_or_default());
                    remarks.push(Finding { severity: Severity::Open, code: None, text });
                }
            }),
            Evaluate::KIND => outcome(file).map(|found| quality.push(measured(&file.name, &found))),
            _ => {
                refuse(
                    "not the JSON output of `agency check`, `operator link`, `evaluate`, `demo` or `reviewer attack`",
                );
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
    findings.extend(remarks);
    attacks.sort_by(|a: &Attack, b| (a.level, &a.attack, &a.knowledge).cmp(&(b.level, &b.attack, &b.knowledge)));
    Evidence {
        health: or_not(health),
        attacks: or_not(attacks),
        quality: or_not(quality),
        false_links: or_not(false_links),
        sources,
    }
}

/// The kind that a file says it is of, if any. An error where it is no JSON.
fn kind(content: &[u8]) -> Result<Option<String>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Named {
        symbolon: Option<String>,
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(content)?;
    Ok(serde_json::from_slice(content).ok().and_then(|Named { symbolon }| symbolon))
}

fn outcome<T: Outcome + DeserializeOwned>(file: &EvidenceFile) -> Result<T, serde_json::Error> {
    serde_json::from_slice(&file.content).map(|Labelled(outcome)| outcome)
}

fn attacked(found: &Found, seconds: f64) -> Attack {
    let Setting { register, victims, overlap, known, errors, seed } = found.setting;
    let share = |share: &crate::figures::attack::Share| Share::new(share.hits.min(share.trials), share.trials);
    let (title, level) = match found.attack {
        Which::A1 => ("A1 frequencies", Level::NameList),
        Which::A2 => ("A2 bit patterns", Level::Register),
        Which::A3 => ("A3 shape of the graph", Level::Register),
        Which::A3b => ("A3b node embedding", Level::Register),
        Which::A4 => ("A4 trilateration", Level::KnownPairs),
        Which::A5 => ("A5 learning, linear", Level::KnownPairs),
        Which::A5n => ("A5 learning, network", Level::KnownPairs),
        Which::A6 => ("A6 codebook", Level::NameList),
        Which::A7 => ("A7 result graph", Level::Register),
        Which::A8 => ("A8 probing", Level::Key),
        Which::A9 => ("A9 with the key", Level::Key),
    };
    let mut knowledge = match level {
        Level::KnownPairs => format!("{known} known pairs; a register of {register}"),
        Level::NameList => format!("{register} names"),
        Level::Register => format!("a register of {register}"),
        Level::Key if found.attack == Which::A8 => format!("the run's key, a name, {register} possible birth dates"),
        Level::Key => format!("the run's key, a register of {register}"),
    };
    if overlap < 1.0 {
        knowledge += &format!("; {:.0} % of {victims} victims in it", overlap * 100.0);
    }
    if errors > 0.0 {
        knowledge += &format!("; {:.0} % mistyped", errors * 100.0);
    }
    Attack {
        attack: title.to_owned(),
        knowledge,
        level,
        found: share(&found.success.top1),
        positive_control: Some(share(&found.plain.top1).share),
        negative_control: Some(share(&found.shuffled.top1).share),
        stands: found.verdict == Verdict::Stands,
        chance: found.success.chance,
        seed,
        seconds,
    }
}

fn expected(pair: &Pair) -> FalseLinks {
    FalseLinks {
        of: pair.agencies.join(" with "),
        threshold: pair.threshold.into(),
        expected: pair.expected_false_links,
        leads: pair.leads.map(|leads| leads as u64),
    }
}

fn demonstrated(name: &str, demo: &Demo) -> Quality {
    let share = |hits: usize, of: usize| Share::new(hits as u64, of as u64);
    let (precision, recall) =
        (share(demo.true_leads, demo.leads.max(demo.true_leads)), share(demo.true_leads, demo.true_pairs));
    let sum = precision.share + recall.share;
    let group = |(group, found): (&String, &demo::Found)| Group {
        group: group.clone(),
        recall: share(found.found, found.of.max(found.found)),
        false_links: None,
    };
    Quality {
        of: format!("{name} (leads after screening)"),
        precision,
        recall,
        f1: if sum > 0.0 { 2.0 * precision.share * recall.share / sum } else { 0.0 },
        groups: demo.by_system.iter().map(group).collect(),
    }
}

fn or_not<T>(list: Vec<T>) -> Measured<Vec<T>> {
    if list.is_empty() { Measured::Not("no evidence was given") } else { Measured::Value(list) }
}

fn own(check: Check) -> Health {
    let Check { agency: of, encoding, screening, .. } = check;
    let (fill, visible_degree) = (Some(encoding.fill), encoding.visible_degree);
    Health { of, records: screening.accepted, fill, visible_degree, balance: Vec::new() }
}

fn pair(pair: Pair) -> Health {
    let Pair { agencies, records, visible_degree, balance, .. } = pair;
    let (of, records) = (agencies.join(" with "), records.iter().sum::<usize>() as u64);
    let own = |(agency, found): (&String, crate::figures::Balance)| Balance {
        of: format!("{agency}, for {of}"),
        encodings: found.encodings as u64,
        ones: found.ones,
        weight_deviation: found.weight_deviation,
        weight_chance: found.weight_chance,
        rarest_bit: found.rarest_bit,
        commonest_bit: found.commonest_bit,
        bit_spread: found.bit_spread,
    };
    let balance = agencies.iter().zip(balance).map(own).collect();
    Health { of, records, fill: None, visible_degree, balance }
}

fn measured(name: &str, evaluate: &Evaluate) -> Quality {
    let Point { true_links, false_links, missed_links, f1, .. } = evaluate.chosen;
    let share = |hits: usize, of: usize| Share::new(hits as u64, of as u64);
    let group = |of: &GroupRate| Group {
        group: format!("{}: {}", of.by, of.group),
        recall: Share::new(of.true_links.min(of.true_pairs), of.true_pairs),
        false_links: Some(Share::new(of.false_links, of.false_links + of.true_links)),
    };
    Quality {
        of: name.to_owned(),
        precision: share(true_links, true_links + false_links),
        recall: share(true_links, true_links + missed_links),
        f1,
        groups: evaluate.groups.iter().map(group).collect(),
    }
}
