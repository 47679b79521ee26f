//! Lint: what its protocol refuses in an agreement, and what it allows although it is known to be weak.
//!
//! A *finding* has a code, a severity, a reference (a paper or a law) and a fix. Refusals come from the rules that every party
//! enforces, so an agreement with one is nobody's agreement; the rules below are advice to whoever is about to sign. Of
//! these, an *error* is a setting that is known to fail, a *warning* one that needs a reason.

mod rules;

use serde::Serialize;

use super::body::AgreementBody;
use crate::code::Code;
use crate::protocol::Protocol;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Refused by the protocol, or known to fail.
    Error,
    /// To be justified to the reviewers.
    Warning,
}

impl Severity {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One weakness of one agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub code: Code,
    /// How grave.
    pub severity: Severity,
    /// What was found, with this agreement's numbers.
    pub message: String,
    /// Paper or law.
    pub reference: &'static str,
    /// Whether every party's program refuses it, signed or not.
    pub is_refusal: bool,
}

/// One rule.
struct Rule {
    code: Code,
    severity: Severity,
    reference: &'static str,
    find: fn(&AgreementBody, &Protocol) -> Option<String>,
}

/// Every finding, refusals and errors first.
pub fn lint(body: &AgreementBody, protocol: &Protocol) -> Vec<Finding> {
    let recall = body.check_recall().err();
    let refusals = body.findings(protocol).into_iter().chain(recall).map(|refusal| Finding {
        code: refusal.code(),
        severity: Severity::Error,
        message: refusal.to_string(),
        reference: rules::reference(refusal.code().id),
        is_refusal: true,
    });
    let weak = rules::RULES.iter().filter_map(|rule| {
        let message = (rule.find)(body, protocol)?;
        let Rule { code, severity, reference, .. } = *rule;
        Some(Finding { code, severity, message, reference, is_refusal: false })
    });
    let mut findings: Vec<Finding> = refusals.chain(weak).collect();
    findings.sort_by_key(|finding| (!finding.is_refusal, finding.severity));
    findings
}

/// Codes of the rules.
pub fn codes() -> impl Iterator<Item = Code> {
    rules::RULES.iter().map(|rule| rule.code)
}

#[cfg(test)]
mod tests;
