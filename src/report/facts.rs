//! What the dossier says, before it is a page: one structure that the same inputs always give again.

use jiff::Timestamp;
use serde::Serialize;

use super::Measured;
use super::conduct::{self, Run};
use super::evidence::{self, Attack, FalseLinks, Health, Quality, Source};
use super::learns::{self, Learns};
use super::log::{self, LogInput, LogState};
use super::opinions::{self, Opinion, Since};
use crate::agreement::{AgreementError, DraftAgreement, EncodingParams, Party};
pub use crate::outcome::reviewer::{Finding, Severity};
use crate::primitives::Digest;
use crate::protocol::Citation;

/// An artefact of the exchange, by its path inside it.
#[derive(Clone, Debug)]
pub struct Artefact {
    /// Path below the exchange directory, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Content of notes; sealed files are named by size only.
    pub content: Option<Vec<u8>>,
}

/// JSON that one of our verbs printed.
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    /// Name of the file, without directories.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Everything a dossier is made from.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The agreement's note.
    pub agreement: Vec<u8>,
    /// The other files of the exchange.
    pub artefacts: Vec<Artefact>,
    /// Measured evidence.
    pub evidence: Vec<EvidenceFile>,
    /// What reading the log gave.
    pub log: LogInput,
    /// The agreement that stood before: what an amendment amends, or what was signed off last.
    pub earlier: Option<Vec<u8>>,
    /// The moment it speaks of.
    pub as_of: Timestamp,
}

/// The agreement in facts.
#[derive(Clone, Debug, Serialize)]
pub struct Agreed {
    /// Its short name.
    pub name: String,
    /// Digest of the text that was signed.
    pub digest: Digest,
    /// The protocol it cites.
    pub protocol: Citation,
    /// The protocol's title.
    pub title: String,
    /// Clause of the political statement that it serves; not a legal basis.
    pub serves: String,
    /// Whether records are about people.
    pub natural_persons: bool,
    /// Begin of the term.
    pub not_before: Timestamp,
    /// End of the term.
    pub expires: Timestamp,
    /// Whether the dossier's moment is inside the term.
    pub in_term: bool,
    /// Everybody, in the agreement's order.
    pub parties: Vec<Party>,
    /// Names of those who have not signed.
    pub not_signed: Vec<String>,
    /// Roles of subjects.
    pub roles: Vec<&'static str>,
    /// Sources of records.
    pub sources: Vec<&'static str>,
    /// Fields that are compared.
    pub fields: Vec<&'static str>,
    /// Every number agreed, beside the protocol's.
    pub limits: Vec<Limit>,
    /// Encoding parameters.
    pub encoding: EncodingParams,
    /// Normalisation.
    pub normalisation: String,
}

/// One number of the terms.
#[derive(Clone, Debug, Serialize)]
pub struct Limit {
    /// Its name, such as `max.leads`.
    pub term: String,
    /// What the agreement says.
    pub agreed: u64,
    /// What the protocol says.
    pub protocol: u64,
}

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
        let agreement = agreed(&draft, inputs.as_of, &mut findings);
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

fn agreed(draft: &DraftAgreement, as_of: Timestamp, findings: &mut Vec<Finding>) -> Agreed {
    let (body, protocol) = (draft.body(), draft.protocol());
    let not_signed: Vec<String> = match draft.unsigned() {
        Ok(names) => names.into_iter().map(str::to_owned).collect(),
        Err(error) => {
            let text = format!("the agreement's signatures: {error}");
            findings.push(Finding { severity: Severity::Red, code: Some(error.code().id), text });
            body.parties.iter().map(|p| p.name.clone()).collect()
        }
    };
    if !not_signed.is_empty() {
        let text = format!("not signed by {}: nothing can run", super::joined(&not_signed));
        findings.push(Finding { severity: Severity::Open, code: None, text });
    }
    let in_term = (body.not_before..body.expires).contains(&as_of);
    if !in_term {
        let text = format!("{as_of} is outside the agreement's term");
        findings.push(Finding { severity: Severity::Open, code: None, text });
    }
    Agreed {
        name: body.name.clone(),
        digest: draft.note().digest(),
        protocol: body.protocol.clone(),
        title: protocol.title.clone(),
        serves: protocol.clause.to_string(),
        natural_persons: protocol.natural_persons,
        not_before: body.not_before,
        expires: body.expires,
        in_term,
        parties: body.parties.clone(),
        not_signed,
        roles: body.terms.roles.iter().map(|r| r.name()).collect(),
        sources: body.terms.sources.iter().map(|s| s.name()).collect(),
        fields: body.schema.fields.iter().map(|f| f.name()).collect(),
        limits: limits(draft),
        encoding: body.schema.encoding,
        normalisation: body.schema.normalisation.clone(),
    }
}

/// Every number of the terms, whatever terms there are.
fn limits(draft: &DraftAgreement) -> Vec<Limit> {
    let values = |terms: &crate::protocol::Terms| serde_json::to_value(terms).unwrap_or_default();
    let (agreed, protocol) = (values(&draft.body().terms), values(&draft.protocol().terms));
    let mut limits = Vec::new();
    for block in ["max", "min"] {
        for (key, value) in agreed[block].as_object().into_iter().flatten() {
            if let (Some(agreed), Some(protocol)) = (value.as_u64(), protocol[block][key].as_u64()) {
                limits.push(Limit { term: format!("{block}.{key}"), agreed, protocol });
            }
        }
    }
    limits
}
