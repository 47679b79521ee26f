//! What the dossier says, before it is a page: one structure that the same inputs always give again.

use jiff::Timestamp;
use serde::Serialize;

use super::Measured;
use super::agreed::{self, Agreed};
use super::conduct::{self, Run};
use super::evidence::{self, Attack, FalseLinks, Health, Quality, Source};
use super::inputs::Inputs;
use super::learns::{self, Learns};
use super::log::{self, LogState};
use super::opinions::{self, Opinion, Since};
use crate::agreement::{AgreementError, DraftAgreement};
use crate::outcome::reviewer::Finding;

/// The dossier's content.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// `dossier v3`.
    pub symbolon: &'static str,
    /// Version of the program.
    pub program: &'static str,
    /// The moment it speaks of.
    pub as_of: Timestamp,
    /// What was agreed.
    pub agreement: Agreed,
    /// Who learns what.
    pub learns: Vec<Learns>,
    /// What changed since the last sign-off.
    pub since: Since,
    /// What reviewers have decided.
    pub sign_offs: Vec<Opinion>,
    /// The runs, as the exchange shows them.
    pub runs: Vec<Run>,
    /// The log.
    pub log: LogState,
    /// Encoding health, as agencies and operator measured it.
    pub health: Measured<Vec<Health>>,
    /// What attackers found.
    pub attacks: Measured<Vec<Attack>>,
    /// Linkage quality on labelled pairs.
    pub quality: Measured<Vec<Quality>>,
    /// False links that are expected at the thresholds of a run.
    pub false_links: Measured<Vec<FalseLinks>>,
    /// What must not be overlooked, gravest first.
    pub findings: Vec<Finding>,
    /// What only a person can answer.
    pub questions: Vec<&'static str>,
    /// Where the measured figures came from.
    pub sources: Vec<Source>,
}

/// Asked of every agreement: no program can answer them.
const QUESTIONS: [&str; 6] = [
    "Is the legal basis of each agency right for this purpose, this partner and these people?",
    "Can a record of one list lead to its person being returned to a state where that person is in danger?",
    "Who decides, in each agency, that a person is an organiser, and who has looked at a sample of these decisions?",
    "What does each agency do with a lead that turns out to be wrong, and how does the person concerned learn of it?",
    "Are the operator, the stewards and the guardian independent of the agencies and of each other in fact, not only on paper?",
    "Would fewer fields, shorter terms or smaller lists serve the purpose as well?",
];

impl Facts {
    /// Gathers the facts.
    ///
    /// # Errors
    ///
    /// Refuses only an agreement that cannot be read at all; everything else that is broken becomes a finding.
    pub fn gather(inputs: &Inputs) -> Result<Self, AgreementError> {
        let draft = DraftAgreement::read(&inputs.agreement)?;
        let mut findings = Vec::new();
        let agreement = agreed::agreed(&draft, inputs.as_of, &mut findings);
        let log = log::state(&inputs.log, &mut findings);
        let sign_offs = opinions::sign_offs(&draft, &inputs.artefacts, inputs.as_of, &mut findings);
        let since = opinions::since(&draft, inputs.earlier.as_deref(), &sign_offs, &mut findings);
        let runs = conduct::runs(draft, inputs, &mut findings);
        let evidence = evidence::read(&inputs.evidence, agreement.encoding, &mut findings);
        let learns = learns::table(&agreement);
        findings.sort();
        Ok(Self {
            symbolon: "dossier v3",
            program: env!("CARGO_PKG_VERSION"),
            as_of: inputs.as_of,
            agreement,
            learns,
            since,
            sign_offs,
            runs,
            log,
            health: evidence.health,
            attacks: evidence.attacks,
            quality: evidence.quality,
            false_links: evidence.false_links,
            findings,
            questions: QUESTIONS.to_vec(),
            sources: evidence.sources,
        })
    }

    /// The JSON form, which the same inputs give again byte for byte.
    pub fn to_json(&self) -> String {
        match serde_json::to_string_pretty(self) {
            Ok(text) => text + "\n",
            Err(problem) => unreachable!("facts are plain: {problem}"),
        }
    }
}
