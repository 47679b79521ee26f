//! Terms: the limits that a protocol sets and an agreement may only tighten.
//!
//! Every term has a rule of order, `at most`, `at least` or `subset`. The comparison takes the structures apart by name, so
//! that a new term without a rule does not compile.
#![deny(unused_variables)]

use std::fmt;

use serde::{Deserialize, Serialize};

use super::vocabulary::{FieldKind, SubjectRole};

/// From which systems records may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Reports and analyses of a financial intelligence unit.
    FinancialIntelligence,
    /// Case files of a criminal investigation.
    CriminalInvestigation,
    /// Files of a prosecution service.
    Prosecution,
    /// A partnership of obliged entities for sharing information, verified by its supervisor.
    ObligedEntityPartnership,
}

impl SourceKind {
    /// The name in cards, agreements and protocols.
    pub fn name(self) -> &'static str {
        match self {
            Self::FinancialIntelligence => "financial-intelligence",
            Self::CriminalInvestigation => "criminal-investigation",
            Self::Prosecution => "prosecution",
            Self::ObligedEntityPartnership => "obliged-entity-partnership",
        }
    }

    /// Every source there is.
    pub const ALL: [Self; 4] =
        [Self::FinancialIntelligence, Self::CriminalInvestigation, Self::Prosecution, Self::ObligedEntityPartnership];
}

/// Everything a protocol or an agreement limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Roles of subjects that records may have.
    pub roles: Vec<SubjectRole>,
    /// Systems that records may come from.
    pub sources: Vec<SourceKind>,
    /// Fields that may be compared.
    pub fields: Vec<FieldKind>,
    /// Numbers that may not be exceeded.
    pub max: Maxima,
    /// Numbers that must be reached.
    pub min: Minima,
}

/// Numbers that may not be exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maxima {
    /// Days from the beginning of the agreement to its end.
    pub term_days: u32,
    /// Runs under one agreement.
    pub runs: u32,
    /// Hours that a permit is valid.
    pub permit_hours: u32,
    /// Hours after a run in which encodings must be destroyed.
    pub retention_hours: u32,
    /// Days after which an unverified lead expires.
    pub lead_days: u32,
    /// Leads a pair of agencies and run; also the fixed size of a list of leads.
    pub leads: u32,
    /// Matched records among the smaller list, in thousandths.
    pub match_permille: u32,
    /// Records a list.
    pub records: u32,
    /// Malformed rows among all rows of a file, in thousandths.
    pub quarantine_permille: u32,
    /// Expected false links a pair of agencies and run.
    pub false_links: u32,
    /// Strangers' encodings that stand out from the noise, a record: the visible degree.
    pub visible_degree: u32,
    /// Hours after which a cosignature on the log's checkpoint no longer counts.
    #[serde(default = "checkpoint_hours")]
    pub checkpoint_hours: u32,
}

/// A document that is silent about the log means a day.
fn checkpoint_hours() -> u32 {
    24
}

/// Numbers that must be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minima {
    /// Records a list.
    pub records: u32,
    /// Reviewers that sign, of two kinds.
    pub reviewers: u32,
    /// Stewards that sign, grant and permit.
    pub stewards: u32,
    /// Guardians that sign.
    pub guardians: u32,
    /// Degree of diffusion of encodings.
    pub diffusion: u32,
    /// Tokens a record.
    pub tokens: u32,
    /// Parties, other than the log's keeper and who asks, that must have cosigned what an act depends on.
    #[serde(default = "cosigners")]
    pub cosigners: u32,
}

/// A document that is silent about the log means two.
fn cosigners() -> u32 {
    2
}

/// One term by which an agreement is wider than its protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wider {
    /// The term's name, as in the document: `max.leads`.
    pub term: &'static str,
    /// What the agreement says.
    pub agreed: String,
    /// What the protocol allows.
    pub allowed: String,
}

impl fmt::Display for Wider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, the protocol allows {}", self.term, self.agreed, self.allowed)
    }
}

impl Terms {
    /// Every term by which `self` is wider than `top`; empty when it is as tight or tighter in all of them.
    pub fn wider_than(&self, top: &Self) -> Vec<Wider> {
        let Self { roles, sources, fields, max, min } = self;
        let mut wider = Vec::new();
        subset(&mut wider, "roles", roles, &top.roles, |r| r.name());
        subset(&mut wider, "sources", sources, &top.sources, |s| s.name());
        subset(&mut wider, "fields", fields, &top.fields, |f| f.name());
        max.above(&top.max, &mut wider);
        min.below(&top.min, &mut wider);
        wider
    }
}

impl Maxima {
    fn above(&self, top: &Self, wider: &mut Vec<Wider>) {
        let Self {
            term_days,
            runs,
            permit_hours,
            retention_hours,
            lead_days,
            leads,
            match_permille,
            records,
            quarantine_permille,
            false_links,
            visible_degree,
            checkpoint_hours,
        } = *self;
        let mut at_most = |term, agreed: u32, allowed: u32| {
            if agreed > allowed {
                wider.push(Wider { term, agreed: agreed.to_string(), allowed: format!("at most {allowed}") });
            }
        };
        at_most("max.term_days", term_days, top.term_days);
        at_most("max.runs", runs, top.runs);
        at_most("max.permit_hours", permit_hours, top.permit_hours);
        at_most("max.retention_hours", retention_hours, top.retention_hours);
        at_most("max.lead_days", lead_days, top.lead_days);
        at_most("max.leads", leads, top.leads);
        at_most("max.match_permille", match_permille, top.match_permille);
        at_most("max.records", records, top.records);
        at_most("max.quarantine_permille", quarantine_permille, top.quarantine_permille);
        at_most("max.false_links", false_links, top.false_links);
        at_most("max.visible_degree", visible_degree, top.visible_degree);
        at_most("max.checkpoint_hours", checkpoint_hours, top.checkpoint_hours);
    }
}

impl Minima {
    fn below(&self, top: &Self, wider: &mut Vec<Wider>) {
        let Self { records, reviewers, stewards, guardians, diffusion, tokens, cosigners } = *self;
        let mut at_least = |term, agreed: u32, allowed: u32| {
            if agreed < allowed {
                wider.push(Wider { term, agreed: agreed.to_string(), allowed: format!("at least {allowed}") });
            }
        };
        at_least("min.records", records, top.records);
        at_least("min.reviewers", reviewers, top.reviewers);
        at_least("min.stewards", stewards, top.stewards);
        at_least("min.guardians", guardians, top.guardians);
        at_least("min.diffusion", diffusion, top.diffusion);
        at_least("min.tokens", tokens, top.tokens);
        at_least("min.cosigners", cosigners, top.cosigners);
    }
}

fn subset<T: PartialEq + Copy>(
    wider: &mut Vec<Wider>,
    term: &'static str,
    agreed: &[T],
    allowed: &[T],
    name: impl Fn(T) -> &'static str,
) {
    for item in agreed.iter().filter(|item| !allowed.contains(item)) {
        let allowed = allowed.iter().map(|&t| name(t)).collect::<Vec<_>>().join(", ");
        wider.push(Wider { term, agreed: format!("`{}`", name(*item)), allowed });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn top() -> Terms {
        crate::protocol::Protocol::find("fin-1").expect("embedded").terms.clone()
    }

    #[test]
    fn equal_terms_are_not_wider() {
        assert_eq!(top().wider_than(&top()), []);
    }

    #[test]
    fn every_number_one_step_wider_is_named() {
        let json = serde_json::to_value(top()).expect("terms serialise");
        for (block, step) in [("max", 1), ("min", -1)] {
            for key in json[block].as_object().expect("a table").keys() {
                let mut widened = json.clone();
                let number = widened[block][key].as_i64().expect("a number");
                widened[block][key] = (number + step).into();
                let widened: Terms = serde_json::from_value(widened).expect("still terms");
                let found: Vec<_> = widened.wider_than(&top()).iter().map(|w| w.term).collect();
                assert_eq!(found, [format!("{block}.{key}")]);
            }
        }
    }

    #[test]
    fn a_role_or_field_from_outside_the_protocol_is_named() {
        let mut terms = top();
        terms.roles.push(SubjectRole::Asset);
        terms.fields.push(FieldKind::Iban);
        let found: Vec<_> = terms.wider_than(&top()).iter().map(|w| w.term).collect();
        assert_eq!(found, ["roles", "fields"]);
    }

    #[test]
    fn tighter_terms_pass() {
        let mut terms = top();
        terms.roles.pop();
        terms.max.leads -= 1;
        terms.min.records += 1;
        assert_eq!(terms.wider_than(&top()), []);
    }
}
