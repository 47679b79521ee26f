//! The rules of the lint, and the references of what is refused.

use super::super::body::AgreementBody;
use super::super::party::{Party, PartyRole};
use super::super::reach::reach;
use super::super::schema::Schema;
use super::{Rule, Severity};
use crate::code::{Code, Exit};
use crate::protocol::{Comparison, FieldKind, Grounds, Protocol};

const fn rule(
    id: &'static str,
    severity: Severity,
    [meaning, fix, reference]: [&'static str; 3],
    find: fn(&AgreementBody, &Protocol) -> Option<String>,
) -> Rule {
    Rule { code: Code::new(id, Exit::No, meaning, fix), severity, reference, find }
}

const DIFFUSION_PAPERS: &str = "Armknecht, Heng, Schnell, PoPETs 2023(2); Schäfer, Armknecht, Heng, ACSAC 2024";

pub(super) const RULES: &[Rule] = &[
    rule(
        "SYM-0440",
        Severity::Error,
        [
            "lint: the degree of diffusion does not hold the visible degree even for the smallest lists that the agreement admits",
            "raise `schema.encoding.diffusion`",
            DIFFUSION_PAPERS,
        ],
        |body, _| diffusion_for(body, "min.records", body.terms.min.records),
    ),
    rule(
        "SYM-0441",
        Severity::Warning,
        [
            "lint: the degree of diffusion does not hold the visible degree for the largest lists that the agreement admits; the encoder refuses them, late",
            "set `max.records` near the real size of the lists, or raise `schema.encoding.diffusion`",
            DIFFUSION_PAPERS,
        ],
        |body, _| diffusion_for(body, "max.records", body.terms.max.records),
    ),
    rule(
        "SYM-0442",
        Severity::Error,
        [
            "lint: typical records fill too little or too much of the inner filter; diffusion protects little below 30 % and above 50 %",
            "leave `schema.encoding.insertions` to the draft, or take what an agency is told for 45 % by `symbolon agency check FILE`",
            "Armknecht, Heng, Schnell, PoPETs 2023(2); Niedermeyer et al., J. Privacy and Confidentiality 2014",
        ],
        fill,
    ),
    rule(
        "SYM-0443",
        Severity::Warning,
        [
            "lint: the encoding has another length than the one for which attacks were measured; longer ones tell an attacker more, shorter ones find fewer true pairs",
            "set `schema.encoding.length` to 1024, or measure attacks at this length",
            DIFFUSION_PAPERS,
        ],
        |body, _| {
            let length = body.schema.encoding.length;
            (length != 1024).then(|| format!("encodings have {length} bits; 1024 were measured"))
        },
    ),
    rule(
        "SYM-0444",
        Severity::Error,
        [
            "lint: people are encoded by their birth date without a name: there are some 40 000 dates, so each encoding can be looked up by whoever gets the key, and strangers collide",
            "add `person-name`, or link by document alone under a protocol that takes identifiers",
            "Golle, Revisiting the Uniqueness of Simple Demographics, WPES 2006",
        ],
        |body, _| {
            let fuzzy: Vec<FieldKind> = fuzzy(body).collect();
            (fuzzy == [FieldKind::BirthDate]).then(|| "`birth-date` is the only field of the encoding".to_owned())
        },
    ),
    rule(
        "SYM-0445",
        Severity::Error,
        [
            "lint: people are linked by name alone: at the base rates of this field most such leads are about a namesake",
            "add `birth-date` and `document` to `schema.fields`",
            "Christen, Ranbaduge, Schnell, Linking Sensitive Data, Springer 2020; Directive (EU) 2016/680, article 7",
        ],
        |body, _| {
            let fields = &body.schema.fields;
            let alone = fields.contains(&FieldKind::PersonName)
                && !fields.contains(&FieldKind::BirthDate)
                && !fields.contains(&FieldKind::Document);
            alone.then(|| "`person-name` stands without `birth-date` and `document`".to_owned())
        },
    ),
    rule(
        "SYM-0446",
        Severity::Warning,
        [
            "lint: people are linked by name and birth date without a strong identifier; namesakes with a birth date set to 1 January suffer most",
            "add `document`, or show the reviewers the measured share of false leads by naming system",
            "Directive (EU) 2016/680, article 7",
        ],
        |body, _| {
            let fields = &body.schema.fields;
            let weak = fields.contains(&FieldKind::PersonName)
                && fields.contains(&FieldKind::BirthDate)
                && !fields.contains(&FieldKind::Document);
            weak.then(|| "`person-name` and `birth-date` stand without `document`".to_owned())
        },
    ),
    rule(
        "SYM-0447",
        Severity::Error,
        [
            "lint: the schema has identifiers alone; numbers that can be listed can be tried out by whoever holds the key, and the encoder has no name to encode",
            "add a field that is compared by tokens",
            "RFC 9497 (what an enumerable identifier would need); Demir et al., The Pitfalls of Hashing for Privacy, 2018",
        ],
        |body, _| {
            let alone = !body.schema.fields.is_empty() && fuzzy(body).next().is_none();
            alone.then(|| "no field of the schema is compared by tokens".to_owned())
        },
    ),
    rule(
        "SYM-0448",
        Severity::Error,
        [
            "lint: a list of the terms is empty or names an item twice: it does not say what its writer meant",
            "name each item once",
            "the order on terms: `symbolon agreement diff`",
        ],
        lists,
    ),
    rule(
        "SYM-0449",
        Severity::Error,
        [
            "lint: limits contradict each other or leave nothing that could run",
            "mend the limits that are named",
            "the protocol's block `[terms]`",
        ],
        contradiction,
    ),
    rule(
        "SYM-0450",
        Severity::Error,
        [
            "lint: more than a tenth of all leads may be expected to be false; nobody should be pursued on such a list",
            "lower `max.false_links`, or raise `max.leads` within the protocol",
            "Directive (EU) 2016/680, article 7; Royal Commission into the Robodebt Scheme, 2023",
        ],
        |body, _| {
            let (false_links, leads) = (body.terms.max.false_links, body.terms.max.leads);
            (u64::from(false_links) * 10 > u64::from(leads))
                .then(|| format!("{false_links} false links are allowed among {leads} leads"))
        },
    ),
    rule(
        "SYM-0451",
        Severity::Warning,
        [
            "lint: records of people pass on a role alone, without case, decision-maker, gain and review",
            "set `grounds = \"case-file\"`",
            "Directive (EU) 2016/680, articles 6 and 7; Smuggling Protocol, articles 3(a) and 5; CJEU C-460/23 Kinsa",
        ],
        |body, protocol| {
            (protocol.natural_persons && body.terms.grounds < Grounds::CaseFile)
                .then(|| "`grounds` is `role-only`".to_owned())
        },
    ),
    rule(
        "SYM-0452",
        Severity::Warning,
        [
            "lint: all stewards are in one jurisdiction: one order of one government binds every key share",
            "name a steward of another jurisdiction",
            "EDPB Guidelines 01/2025 on pseudonymisation",
        ],
        |body, _| {
            let first = body.of_role(PartyRole::Steward).next()?.jurisdiction.clone();
            body.of_role(PartyRole::Steward)
                .all(|s| s.jurisdiction == first)
                .then(|| format!("every steward is in {first}"))
        },
    ),
    rule(
        "SYM-0453",
        Severity::Warning,
        [
            "lint: the operator is in an agency's jurisdiction: together with that agency it can read the partner's list, and one order can bring them together",
            "choose an operator elsewhere, or show the reviewers what keeps them apart",
            "EDPB Guidelines 01/2025 on pseudonymisation",
        ],
        |body, _| {
            let operator = body.of_role(PartyRole::Operator).next()?;
            let agency = body.of_role(PartyRole::Agency).find(|a| a.jurisdiction == operator.jurisdiction)?;
            Some(format!("`{}` and `{}` are in {}", operator.name, agency.name, agency.jurisdiction))
        },
    ),
    rule(
        "SYM-0454",
        Severity::Warning,
        [
            "lint: an agency has no reviewer in its own jurisdiction, so nobody can be shown its case files",
            "name a reviewer there",
            "Directive (EU) 2016/680, articles 41 to 47",
        ],
        |body, _| {
            let is_reviewed = |agency: &&Party| {
                !body.of_role(PartyRole::Reviewer).any(|reviewer| reviewer.jurisdiction == agency.jurisdiction)
            };
            let agency = body.of_role(PartyRole::Agency).find(is_reviewed)?;
            Some(format!("no reviewer is in {}, where `{}` is", agency.jurisdiction, agency.name))
        },
    ),
    rule(
        "SYM-0455",
        Severity::Warning,
        [
            "lint: the guardian is in the operator's jurisdiction; the two together can read every list, and one order can bring them together",
            "choose a guardian or an operator elsewhere",
            "Refugee Convention, article 33; Regulation (EU) 2024/1348, article 7",
        ],
        |body, _| {
            let operator = body.of_role(PartyRole::Operator).next()?;
            let guardian = body.of_role(PartyRole::Guardian).find(|g| g.jurisdiction == operator.jurisdiction)?;
            Some(format!("`{}` and `{}` are in {}", guardian.name, operator.name, operator.jurisdiction))
        },
    ),
    rule(
        "SYM-0456",
        Severity::Warning,
        [
            "lint: agencies of different jurisdictions cite the very same legal basis; a basis is national law, or an article and its transposition",
            "let each agency cite its own law",
            "Directive (EU) 2016/680, article 8",
        ],
        copied_basis,
    ),
    rule(
        "SYM-0457",
        Severity::Warning,
        [
            "lint: what an agency learns can reach a jurisdiction that no party is in; people of that state are withheld, and nobody there has signed",
            "ask the agency whether it can refuse to pass things on; tell the reviewers",
            "Refugee Convention, article 33; Directive (EU) 2016/680, article 35(1)(e)",
        ],
        |body, _| {
            body.of_role(PartyRole::Agency).find_map(|agency| {
                let parties = || body.parties.iter().map(|p| p.jurisdiction.as_str());
                let out = reach(body, agency).into_iter().find(|state| !parties().any(|j| j == state))?;
                Some(format!("what `{}` learns can reach {out}", agency.name))
            })
        },
    ),
];

/// Law or paper behind what the parties' programs refuse.
pub(super) fn reference(id: &str) -> &'static str {
    match id {
        "SYM-0410" => DIFFUSION_PAPERS,
        "SYM-0412" => "Directive (EU) 2016/680, articles 4(1)(c) and 10; Golle, WPES 2006",
        "SYM-0415" | "SYM-0424" => "Charter of Fundamental Rights, article 8(3)",
        "SYM-0417" => {
            "Refugee Convention, article 33 (guardian); Charter of Fundamental Rights, article 8(3) (reviewers)"
        }
        "SYM-0421" => "Directive (EU) 2016/680, article 8",
        "SYM-0422" => "Charter of Fundamental Rights, article 8(3); Directive (EU) 2016/680, articles 41 to 47",
        "SYM-0426" => "A/73/178/Rev.1, paragraphs 35 to 37 (firewalls); Regulation (EU) 2024/1358, article 33",
        "SYM-0427" => "5 U.S.C. 552a(o)(2); Directive (EU) 2016/680, article 5; CJEU C-118/22",
        "SYM-0475" => "Refugee Convention, article 33; Regulation (EU) 2024/1348, article 7",
        _ => "the protocol document that the agreement cites",
    }
}

/// Up to how many records in all a degree holds the visible degree at 3: names and birth dates at a fill of 45 %. Orders of magnitude
/// from synthetic populations; `agency check` computes it for the real records.
const HOLDS: [(u16, u64); 5] = [(3, 13_000), (4, 80_000), (5, 1_100_000), (6, 2_000_000), (8, 7_500_000)];

fn diffusion_for(body: &AgreementBody, term: &str, records: u32) -> Option<String> {
    let all = 2 * u64::from(records);
    let degree = body.schema.encoding.diffusion;
    let holds = HOLDS.iter().rev().find(|(t, _)| *t <= degree).map_or(0, |(_, holds)| *holds);
    if all <= holds || fuzzy(body).next().is_none() {
        return None;
    }
    let needed = match HOLDS.iter().find(|(_, holds)| all <= *holds) {
        Some((t, _)) => format!("they need about {t}"),
        None => "no measured degree holds them".to_owned(),
    };
    Some(format!("diffusion is {degree}; two lists of `{term}` = {records} make {all} records: {needed}"))
}

fn fuzzy(body: &AgreementBody) -> impl Iterator<Item = FieldKind> {
    body.schema.fields.iter().copied().filter(|f| f.comparison() == Comparison::Fuzzy)
}

fn fill(body: &AgreementBody, _: &Protocol) -> Option<String> {
    fuzzy(body).next()?;
    let encoding = &body.schema.encoding;
    let typical = Schema::typical_insertions(&body.schema.fields, encoding.length);
    let fill = 1.0 - 0.55_f64.powf(f64::from(encoding.insertions) / f64::from(typical));
    (!(0.30..=0.50).contains(&fill)).then(|| {
        format!(
            "{} insertions fill {:.0} % of a typical record; {typical} fill 45 %",
            encoding.insertions,
            100.0 * fill
        )
    })
}

fn lists(body: &AgreementBody, _: &Protocol) -> Option<String> {
    fn unfit<T: PartialEq>(name: &str, list: &[T]) -> Option<String> {
        if list.is_empty() {
            return Some(format!("`{name}` is empty"));
        }
        let twice = list.iter().enumerate().any(|(i, item)| list[..i].contains(item));
        twice.then(|| format!("`{name}` names an item twice"))
    }
    let terms = &body.terms;
    unfit("roles", &terms.roles)
        .or_else(|| unfit("sources", &terms.sources))
        .or_else(|| unfit("fields", &terms.fields))
        .or_else(|| unfit("outputs", &terms.outputs))
}

fn contradiction(body: &AgreementBody, _: &Protocol) -> Option<String> {
    let (max, min) = (&body.terms.max, &body.terms.min);
    if min.records > max.records {
        return Some(format!("`min.records` = {} is above `max.records` = {}", min.records, max.records));
    }
    let none = [
        ("runs", max.runs),
        ("permit_hours", max.permit_hours),
        ("leads", max.leads),
        ("lead_days", max.lead_days),
        ("match_permille", max.match_permille),
    ];
    none.iter().find(|(_, value)| *value == 0).map(|(name, _)| format!("`max.{name}` is 0"))
}

fn copied_basis(body: &AgreementBody, _: &Protocol) -> Option<String> {
    let agencies: Vec<&Party> = body.of_role(PartyRole::Agency).collect();
    agencies.iter().enumerate().find_map(|(i, agency)| {
        let same = |other: &&&Party| {
            other.jurisdiction != agency.jurisdiction
                && other.legal_basis == agency.legal_basis
                && !agency.legal_basis.is_empty()
        };
        let other = agencies[..i].iter().find(same)?;
        Some(format!("`{}` and `{}` cite the same words", other.name, agency.name))
    })
}
