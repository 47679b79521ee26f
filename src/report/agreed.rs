//! What was agreed, in facts: who, until when, and every number beside the protocol's.

use jiff::Timestamp;
use serde::Serialize;

use super::joined;
use crate::agreement::{DraftAgreement, EncodingParams, Party};
use crate::outcome::reviewer::{Finding, Severity};
use crate::primitives::Digest;
use crate::protocol::Citation;

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

/// The facts, and findings where it is not signed or not in its term.
pub(super) fn agreed(draft: &DraftAgreement, as_of: Timestamp, findings: &mut Vec<Finding>) -> Agreed {
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
        let text = format!("not signed by {}: nothing can run", joined(&not_signed));
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
