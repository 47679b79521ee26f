//! The short attack of `agency check`: what somebody without the key would find in this very list, measured here, in seconds.
//!
//! The attacker has the list's own names as a register, the worst that a public list can be, and either some known pairs (A4) or
//! nothing but the shape of the graph of similarities (A3). Victims and known pairs are drawn from the list under throw-away
//! keys; nothing leaves. A figure stands only with its controls, as in the laboratory.

use super::output::count;
use crate::agreement::{AgreementBody, Schema};
use crate::failure::Failure;
use crate::lab::attack::{self, Attack, AttackError, AttestError, Scheme, Setting, Verdict};
use crate::outcome::agency::Examined;
use crate::records::Record;

/// Candidates at most; a sample of a longer list. Among fewer candidates each is found more easily, so a sample errs on the safe side
/// for known pairs.
const CANDIDATES: usize = 2000;

/// Nodes of the graph at most.
const NODES: usize = 500;

/// What was found.
pub(crate) struct Exposure {
    pub(crate) examined: Vec<Examined>,
    pub(crate) words: Vec<String>,
    /// The attack that finds more than was agreed, if one does.
    pub(crate) refusal: Option<Failure>,
}

/// Attacks a list of this agency's own records under the agreement's scheme.
pub(crate) fn attack(records: &[Record], schema: &Schema, body: &AgreementBody, seed: u64) -> Exposure {
    let scheme = Scheme::of(schema);
    let known = (records.len() / 10).clamp(5, 100);
    let candidates = (records.len().saturating_sub(known) * 9 / 10).min(CANDIDATES);
    let nodes = (records.len() * 9 / 10).min(NODES);
    let setting = |register: usize, victims: usize, known: usize| Setting {
        register,
        victims: victims.min(register),
        overlap: 1.0,
        known,
        errors: 0.0,
        seed,
    };
    let cases = [(Attack::A4, setting(candidates, 300, known)), (Attack::A3, setting(nodes, nodes, 0))];
    let limit = body.terms.max.attack_permille;
    let (mut rows, mut words, mut refusal) = (Vec::new(), Vec::new(), None);
    for (attack, setting) in cases {
        let knows = match setting.known {
            0 => "and nothing else".to_owned(),
            known => format!("and knows whose {known} encodings are"),
        };
        let who = format!("short attack: who has {} of these names {knows}", count(setting.register as u64));
        match attack::examine(attack, &scheme, records, &setting) {
            Ok(finding) if finding.verdict == Verdict::Stands => {
                let share = finding.success.top1;
                let permille = (share.value() * 1000.0).round() as u32;
                let (_, high) = share.interval();
                words.push(format!(
                    "{who} finds {} of {} ({attack:?}; at most {:.1} %); of a plain CLK {:.0} %",
                    share.hits,
                    share.trials,
                    high * 100.0,
                    finding.plain.top1.value() * 100.0
                ));
                if permille > limit {
                    let above = AttestError::AboveLimit { attack: format!("{attack:?}"), permille, limit };
                    let term = format!("agreement {}, `max.attack_permille` = {limit}", body.name);
                    refusal.get_or_insert_with(|| Failure::from(above).under(term));
                }
                rows.push(Examined::found(finding, None));
            }
            Ok(finding) => {
                words.push(format!("{who}: no number, the attack's own controls failed on these records"));
                rows.push(Examined { finding: Some(finding), ..Examined::no_number(attack, "controls failed") });
            }
            Err(error) => {
                words.push(format!("{who}: no number, {}", told(&error)));
                rows.push(Examined::no_number(attack, error.to_string()));
            }
        }
    }
    Exposure { examined: rows, words, refusal }
}

fn told(error: &AttackError) -> String {
    match error {
        AttackError::TooSmall { .. } | AttackError::Population { .. } => {
            "the list is too small to mean anything".to_owned()
        }
        other => other.to_string(),
    }
}
