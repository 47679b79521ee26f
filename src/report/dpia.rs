//! Facts for an impact assessment: Markdown by the seven steps of the British regulator's template, and JSON in the shape of the
//! French regulator's PIA program. Judgements, gauges and opinions are left empty: they are people's.

use serde_json::{Value, json};

use super::agreed::Agreed;
use super::facts::Facts;
use super::{Measured, joined, percent};
use crate::agreement::{Party, PartyRole};

/// Where a person has to write.
const EMPTY: &str = "*(for a person to write)*";

/// The facts by the seven steps of the ICO's template.
pub fn markdown(facts: &Facts) -> String {
    let agreed = &facts.agreement;
    let (data, flows) = (data(agreed), flows(facts));
    let steps = [
        (
            "1. The need for an assessment",
            format!("{}\n\nWhy an assessment is needed, and who decided so: {EMPTY}", processing(agreed)),
        ),
        (
            "2. The processing",
            format!(
                "Nature: {flows}\n\nScope: {data}\n\nContext, relationship with the people concerned, expectations, children and vulnerable \
                 groups: {EMPTY}\n\nPurpose: {}\n",
                agreed.title
            ),
        ),
        (
            "3. Consultation",
            format!("Who signed: {}.\n\nViews of the people concerned and of experts: {EMPTY}", signed(agreed)),
        ),
        (
            "4. Necessity and proportionality",
            format!(
                "Legal basis, as the agencies cite it:\n\n{}\n\n{}\n\nWhether it is necessary and proportionate: {EMPTY}",
                bases(agreed),
                limits(agreed)
            ),
        ),
        (
            "5. Risks",
            format!(
                "What was measured:\n\n{}\n\nSource of each risk, its likelihood, its severity, the overall risk: {EMPTY}",
                bullets(&measured(facts))
            ),
        ),
        (
            "6. Measures",
            format!(
                "{}\n\nEffect of each measure, residual risk, approval: {EMPTY}",
                bullets(&titled(&measures(facts)))
            ),
        ),
        (
            "7. Sign-off and outcomes",
            format!(
                "{}\n\nMeasures approved by, residual risks approved by, advice of the data-protection officer, consultation: {EMPTY}",
                opinions(facts)
            ),
        ),
    ];
    let mut text = format!(
        "# Facts for an impact assessment: {}\n\nAs of {}, from the agreement sha256:{} and the exchange. The steps are those of the \
         ICO's template. Facts only: what is for a person to judge is left open.\n",
        agreed.name, facts.as_of, agreed.digest
    );
    for (title, content) in steps {
        text += &format!("\n## {title}\n\n{}\n", content.trim_end());
    }
    text
}

/// The facts in the JSON shape that the CNIL's PIA program exports: `pia`, `answers` by number of the question, `measures`; no
/// evaluation, no gauge, no opinion. An import into that program was not tried.
pub fn pia(facts: &Facts) -> Value {
    let agreed = &facts.agreement;
    let text = |text: String| text.split('\n').map(|line| format!("<p>{}</p>", escaped(line))).collect::<String>();
    let answers = [
        ("111", processing(agreed)),
        ("112", responsibilities(agreed)),
        ("121", data(agreed)),
        ("122", flows(facts)),
        ("123", "plain files in an exchange directory; each party's own machine; sealed files are opened by their recipients only".to_owned()),
        ("211", format!("{}; {} (a political text, not a legal basis)", agreed.title, agreed.serves)),
        ("212", bases(agreed)),
        ("213", format!("fields compared: {}; records withheld by role, grounds, age and origin stay with their agency", joined(&agreed.fields))),
        ("215", retention(agreed)),
        ("226", responsibilities(agreed)),
        ("227", jurisdictions(agreed)),
    ];
    let date = facts.as_of.to_string();
    let answer = |(id, (reference, answer)): (usize, (&str, String))| {
        json!({
            "id": id + 1, "pia_id": 1, "reference_to": reference,
            "data": { "text": text(answer), "gauge": null, "list": null }, "created_at": date, "updated_at": date,
        })
    };
    let measure = |(id, (title, content)): (usize, (&str, String))| {
        json!({
            "id": id + 1, "pia_id": 1, "title": title, "content": text(content), "placeholder": "", "created_at": date, "updated_at": date,
        })
    };
    let mut all = measures(facts);
    all.extend(measured(facts).into_iter().map(|line| ("Measured", line)));
    json!({
        "pia": {
            "id": 1, "status": 0, "is_example": 0, "is_archive": 0, "name": agreed.name, "category": "", "author_name": "",
            "evaluator_name": "", "validator_name": "", "dpo_status": null, "dpo_opinion": "", "dpos_names": "", "people_names": "",
            "concerned_people_opinion": "", "concerned_people_status": null, "concerned_people_searched_opinion": null,
            "concerned_people_searched_content": "", "rejected_reason": "", "applied_adjustements": "", "progress": 0,
            "created_at": date, "updated_at": date,
        },
        "answers": answers.into_iter().enumerate().map(answer).collect::<Vec<_>>(),
        "measures": all.into_iter().enumerate().map(measure).collect::<Vec<_>>(),
        "evaluations": [],
        "comments": [],
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn of(agreed: &Agreed, role: PartyRole) -> impl Iterator<Item = &Party> {
    agreed.parties.iter().filter(move |party| party.role == role)
}

fn limit(agreed: &Agreed, term: &str) -> u64 {
    agreed.limits.iter().find(|limit| limit.term == term).map_or(0, |limit| limit.agreed)
}

fn bullets(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

fn titled(lines: &[(&str, String)]) -> Vec<String> {
    lines.iter().map(|(title, content)| format!("{title}: {content}")).collect()
}

fn processing(agreed: &Agreed) -> String {
    format!(
        "Privacy-preserving linkage of lists of {} agencies under protocol {} ({}), from {} to {}, at most {} runs.",
        of(agreed, PartyRole::Agency).count(),
        agreed.protocol,
        agreed.title,
        agreed.not_before,
        agreed.expires,
        limit(agreed, "max.runs")
    )
}

fn responsibilities(agreed: &Agreed) -> String {
    let one = |p: &Party| format!("{} ({}): {}, {}", p.name, p.role.name(), p.organisation, p.jurisdiction);
    agreed.parties.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn data(agreed: &Agreed) -> String {
    format!(
        "Records about: {}; from: {}; fields: {}; {} to {} records a list. {}",
        joined(&agreed.roles),
        joined(&agreed.sources),
        joined(&agreed.fields),
        limit(agreed, "min.records"),
        limit(agreed, "max.records"),
        if agreed.natural_persons { "The records are about people." } else { "The records are not about people." }
    )
}

fn flows(facts: &Facts) -> String {
    let row = |l: &super::Learns| format!("{} learns: {}; at most: {}; not: {}", l.party, l.learns, l.at_most, l.never);
    facts.learns.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn bases(agreed: &Agreed) -> String {
    let one = |p: &Party| {
        let cited = p.legal_basis.iter().map(|b| format!("{}, {}", b.instrument, b.article));
        format!("- {}: {}", p.name, joined(cited))
    };
    of(agreed, PartyRole::Agency).map(one).collect::<Vec<_>>().join("\n")
}

fn limits(agreed: &Agreed) -> String {
    let lines: Vec<String> =
        agreed.limits.iter().map(|l| format!("- {} = {} (protocol: {})", l.term, l.agreed, l.protocol)).collect();
    format!("Limits:\n\n{}", lines.join("\n"))
}

fn retention(agreed: &Agreed) -> String {
    format!(
        "encodings: at most {} hours after a run, a duty; leads: {} days; the agreement ends at {}",
        limit(agreed, "max.retention_hours"),
        limit(agreed, "max.lead_days"),
        agreed.expires
    )
}

fn jurisdictions(agreed: &Agreed) -> String {
    let one = |p: &Party| match p.onward.is_empty() {
        true => format!("{}: {}", p.name, p.jurisdiction),
        false => format!("{}: {}, passes things on to {}", p.name, p.jurisdiction, joined(&p.onward)),
    };
    agreed.parties.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn signed(agreed: &Agreed) -> String {
    let names = agreed.parties.iter().map(|p| &p.name).filter(|name| !agreed.not_signed.contains(name));
    let (yes, no) = (joined(names), joined(&agreed.not_signed));
    format!(
        "{}; not signed: {}",
        if yes.is_empty() { "nobody" } else { &yes },
        if no.is_empty() { "nobody" } else { &no }
    )
}

/// What was measured, or that it was not.
fn measured(facts: &Facts) -> Vec<String> {
    let mut lines = Vec::new();
    match &facts.attacks {
        Measured::Not(why) => lines.push(format!("attacks: not measured, {why}")),
        Measured::Value(list) => lines.extend(list.iter().map(|a| match a.stands {
            true => format!("{} with {}: found {}", a.attack, a.knowledge, super::chart::words(&a.found)),
            false => format!("{} with {}: not measured, its controls failed", a.attack, a.knowledge),
        })),
    }
    match &facts.health {
        Measured::Not(why) => lines.push(format!("visible degree: not measured, {why}")),
        Measured::Value(list) => {
            lines.extend(
                list.iter().map(|h| {
                    format!("visible degree by {}: {:.2} among {} records", h.of, h.visible_degree, h.records)
                }),
            );
        }
    }
    match &facts.quality {
        Measured::Not(why) => lines.push(format!("linkage quality: not measured, {why}")),
        Measured::Value(list) => lines.extend(list.iter().map(|q| {
            format!("{}: precision {}, recall {}", q.of, percent(q.precision.share), percent(q.recall.share))
        })),
    }
    lines.extend(facts.findings.iter().map(|finding| format!("finding: {}", finding.text)));
    lines
}

fn measures(facts: &Facts) -> Vec<(&'static str, String)> {
    let (agreed, encoding) = (&facts.agreement, &facts.agreement.encoding);
    let count = |role| of(agreed, role).count();
    let (stewards, guardians, reviewers) =
        (count(PartyRole::Steward), count(PartyRole::Guardian), count(PartyRole::Reviewer));
    vec![
        (
            "Encoding",
            format!(
                "keyed, {} bits, {} positions a token, diffusion {}, at least {} tokens; a key of its own for each run and pair of agencies",
                encoding.length, encoding.insertions, encoding.diffusion, encoding.min_tokens
            ),
        ),
        ("Consent", format!("{stewards} stewards grant and permit each run, and each can stop it")),
        ("Protected people", format!("{guardians} guardians screen candidate pairs before leads are issued")),
        (
            "Release",
            format!(
                "each lead opens with an officer of either agency and {} reviewers",
                limit(agreed, "min.release_reviewers")
            ),
        ),
        ("Review", format!("{reviewers} reviewers sign the agreement and can refuse it")),
        (
            "Log",
            format!(
                "append-only, kept by the operator, cosigned by at least {} others",
                limit(agreed, "min.cosigners")
            ),
        ),
    ]
}

fn opinions(facts: &Facts) -> String {
    if facts.sign_offs.is_empty() {
        return "No reviewer has signed a dossier off.".to_owned();
    }
    let one = |o: &super::Opinion| {
        let s = &o.sign_off;
        let ended = if o.in_force { "" } else { ", no longer in force" };
        format!("- {}: {} on {}, until {}{ended}", s.reviewer, s.decision.name(), s.created, s.expires)
    };
    facts.sign_offs.iter().map(one).collect::<Vec<_>>().join("\n")
}
