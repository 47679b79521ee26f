//! What an agreement says: its body, and every rule that a body must keep under its protocol.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::party::{Party, PartyRole, ReviewerKind};
use super::recall::{self, Gap, Table};
use super::schema::Schema;
use super::{AgreementError, NORMALISATION};
use crate::primitives::Digest;
use crate::protocol::{Citation, Output, Protocol, Terms};

/// The text of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AgreementBody {
    /// `agreement v2`.
    pub symbolon: String,
    /// Short name of the agreement.
    pub name: String,
    /// The protocol it stands under.
    pub protocol: Citation,
    /// For an amendment: digest of the agreement that it tightens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Digest>,
    /// First moment of the term.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub not_before: Timestamp,
    /// End of the term.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub expires: Timestamp,
    /// Limits, as tight as the protocol's or tighter.
    pub terms: Terms,
    /// Fields and encoding.
    pub schema: Schema,
    /// Everybody who takes part; all must sign.
    #[serde(rename = "party")]
    pub parties: Vec<Party>,
}

impl AgreementBody {
    /// Parties of a role, in the agreement's order.
    pub fn of_role(&self, role: PartyRole) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |p| p.role == role)
    }

    /// Checks every rule; the first that is broken refuses. [`AgreementBody::findings`] lists all.
    pub fn check(&self) -> Result<&'static Protocol, AgreementError> {
        let protocol = Protocol::cited(&self.protocol)?;
        match self.findings(protocol).into_iter().next() {
            Some(finding) => Err(finding),
            None => Ok(protocol),
        }
    }

    /// Every rule of the protocol that the body breaks.
    pub fn findings(&self, protocol: &Protocol) -> Vec<AgreementError> {
        let mut findings: Vec<AgreementError> = Vec::new();
        findings.extend(self.terms.wider_than(&protocol.terms).into_iter().map(AgreementError::Wider));
        findings.extend(self.parties.iter().filter_map(|party| party.check().err()));
        self.check_term(&mut findings);
        self.check_parties(&mut findings);
        self.check_schema(&mut findings);
        findings
    }

    fn check_term(&self, findings: &mut Vec<AgreementError>) {
        let days = self.expires.duration_since(self.not_before).as_hours().div_euclid(24);
        if self.expires <= self.not_before || days > i64::from(self.terms.max.term_days) {
            findings.push(AgreementError::Term { days, allowed: self.terms.max.term_days });
        }
    }

    fn check_parties(&self, findings: &mut Vec<AgreementError>) {
        let mut need = |role: PartyRole, least: u32, most: u32| {
            let found = self.of_role(role).count() as u32;
            if found < least || found > most {
                findings.push(AgreementError::PartyCount { role: role.name(), found, least, most });
            }
        };
        let min = &self.terms.min;
        need(PartyRole::Agency, 2, 16);
        need(PartyRole::Operator, 1, 1);
        need(PartyRole::Steward, min.stewards.max(2), 16);
        need(PartyRole::Reviewer, min.reviewers, 16);
        need(PartyRole::Guardian, min.guardians, 1);
        need(PartyRole::Officer, 2, 64);
        for kind in [ReviewerKind::DataProtection, ReviewerKind::Protection] {
            if min.reviewers >= 2 && !self.parties.iter().any(|p| p.kind == Some(kind)) {
                findings.push(AgreementError::ReviewerKind);
            }
        }
        for (i, party) in self.parties.iter().enumerate() {
            for other in &self.parties[..i] {
                let keys = |party: &'_ Party| [party.verifier.clone(), party.routine.clone()];
                let shared = keys(other).iter().any(|one| keys(party).iter().any(|two| one.same_key(two)));
                if other.name == party.name || shared || other.recipient == party.recipient {
                    findings.push(AgreementError::SamePartyTwice { party: party.name.clone() });
                }
                let officer = [other.role, party.role].contains(&PartyRole::Officer)
                    && [other.role, party.role].contains(&PartyRole::Agency);
                if other.role != party.role && !officer && same(&other.organisation, &party.organisation) {
                    let (party, other) = (party.name.clone(), other.name.clone());
                    findings.push(AgreementError::NotIndependent { party, other });
                }
            }
            if party.source.is_some_and(|source| !self.terms.sources.contains(&source)) {
                findings.push(AgreementError::Source { party: party.name.clone() });
            }
            if party.legal_basis.iter().any(|basis| basis.is_political()) {
                findings.push(AgreementError::PoliticalBasis { party: party.name.clone() });
            }
        }
        // Two of one organisation would be one consent given twice.
        for role in [PartyRole::Steward, PartyRole::Agency, PartyRole::Reviewer] {
            let parties: Vec<&Party> = self.of_role(role).collect();
            for (i, party) in parties.iter().enumerate() {
                if let Some(other) = parties[..i].iter().find(|o| same(&o.organisation, &party.organisation)) {
                    let (party, other) = (party.name.clone(), other.name.clone());
                    findings.push(AgreementError::NotIndependent { party, other });
                }
            }
        }
        self.check_officers(findings);
    }

    /// Every agency has an officer, every officer an agency; and there are the reviewers that a release needs.
    fn check_officers(&self, findings: &mut Vec<AgreementError>) {
        for agency in self.of_role(PartyRole::Agency) {
            if self.officers(agency).next().is_none() {
                findings.push(AgreementError::NoOfficer { agency: agency.name.clone() });
            }
        }
        for officer in self.of_role(PartyRole::Officer) {
            if self.agency_of(officer).is_none() {
                findings.push(AgreementError::OfficerOfNobody { officer: officer.name.clone() });
            }
        }
        let (found, least) = (self.of_role(PartyRole::Reviewer).count() as u32, self.terms.min.release_reviewers);
        if found < least {
            findings.push(AgreementError::PartyCount { role: PartyRole::Reviewer.name(), found, least, most: 16 });
        }
    }

    /// Partners of an agency: every other agency, in the agreement's order.
    pub fn partners(&self, own: &str) -> impl Iterator<Item = &Party> {
        let own = own.to_owned();
        self.of_role(PartyRole::Agency).filter(move |agency| agency.name != own)
    }

    /// Officers of an agency: those of its organisation.
    pub fn officers(&self, agency: &Party) -> impl Iterator<Item = &Party> {
        let organisation = agency.organisation.clone();
        self.of_role(PartyRole::Officer).filter(move |officer| same(&officer.organisation, &organisation))
    }

    /// The agency that an officer releases for.
    pub fn agency_of(&self, officer: &Party) -> Option<&Party> {
        self.of_role(PartyRole::Agency).find(|agency| same(&agency.organisation, &officer.organisation))
    }

    /// Refuses leads about people at a setting at which nobody knows whether the guardian keeps out whom it must. Every party asks
    /// when it signs, and again before it encodes, screens, releases or opens.
    pub fn check_recall(&self) -> Result<(), AgreementError> {
        let protocol = Protocol::cited(&self.protocol)?;
        let needed = protocol.natural_persons && protocol.terms.min.guardians > 0;
        if !needed || !self.terms.outputs.contains(&Output::Leads) {
            return Ok(());
        }
        let problem = match Table::shipped().holds(&self.schema) {
            Ok(()) => return Ok(()),
            Err(Gap::Unmeasured) => "was never measured".to_owned(),
            Err(Gap::Below { system, low }) => {
                format!("may be as low as {low:.3} for {system} names, and {} is needed", recall::LEAST)
            }
        };
        let names: Vec<&str> = recall::identifiers(&self.schema.fields).iter().map(|field| field.name()).collect();
        Err(AgreementError::Recall { identifiers: names.join(", "), problem })
    }

    fn check_schema(&self, findings: &mut Vec<AgreementError>) {
        let Schema { normalisation, fields, encoding } = &self.schema;
        if normalisation != NORMALISATION {
            findings.push(AgreementError::Normalisation { agreed: normalisation.clone(), present: NORMALISATION });
        }
        if fields.is_empty() {
            findings.push(AgreementError::Schema { problem: "it names no field" });
        }
        for (i, field) in fields.iter().enumerate() {
            if fields[..i].contains(field) {
                findings.push(AgreementError::Schema { problem: "it names a field twice" });
            }
            if !self.terms.fields.contains(field) {
                findings.push(AgreementError::Field { field: field.name() });
            }
        }
        if let Err(problem) = encoding.check() {
            findings.push(AgreementError::Schema { problem });
        }
        if u32::from(encoding.diffusion) < self.terms.min.diffusion {
            let (agreed, least) = (encoding.diffusion, self.terms.min.diffusion);
            findings.push(AgreementError::Diffusion { agreed, least });
        }
        if u32::from(encoding.min_tokens) < self.terms.min.tokens {
            findings.push(AgreementError::Schema { problem: "`min_tokens` is below the terms' `min.tokens`" });
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    plain_organisation(one) == plain_organisation(other)
}

/// An organisation's name in the form in which organisations are compared.
pub(crate) fn plain_organisation(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
