//! `agreement lint`: what is refused, what is weak, why, and what to do.

use std::path::Path;

use super::output::Report;
use crate::agreement::DraftAgreement;
use crate::agreement::lint::{Finding, Severity, lint};
use crate::failure::Failure;
use crate::outcome::agreement::{self, Weakness};
use crate::protocol::Protocol;

/// Lints an agreement's text, signed or not; exit 1 on a finding of severity error.
pub(crate) fn run(path: &Path, bytes: &[u8]) -> Result<Report, Failure> {
    let body = DraftAgreement::read_body(bytes).map_err(|e| Failure::from(e).at(path))?;
    let protocol = Protocol::cited(&body.protocol).map_err(|e| Failure::from(e).at(path))?;
    let findings = lint(&body, protocol);
    let errors = findings.iter().filter(|f| f.severity == Severity::Error).count();
    let weakness = |finding: &Finding| Weakness {
        code: finding.code.id,
        severity: finding.severity,
        message: finding.message.clone(),
        refused: finding.is_refusal,
        reference: finding.reference,
        fix: finding.code.next,
    };
    let (warnings, all) = (findings.len() - errors, findings.iter().map(weakness).collect());
    let report = Report::of(agreement::Lint { errors, warnings, findings: all }).no_if(errors > 0);
    if findings.is_empty() {
        return Ok(report.say(format!(
            "{}: nothing that {} refuses, nothing known to be weak",
            path.display(),
            protocol.code
        )));
    }
    let mut text = String::new();
    for Finding { code, severity, message, reference, is_refusal } in &findings {
        let by = if *is_refusal { ", refused by every party's program" } else { "" };
        text += &format!("{}[{}]: {message}{by}\n", severity.name(), code.id);
        text += &format!("  fix: {}\n  see: {reference}\n", code.next);
    }
    let words = format!("{}: {errors} errors, {} warnings", path.display(), findings.len() - errors);
    Ok(report.data(text).say(words).next("`symbolon explain CODE` says what a rule means"))
}
