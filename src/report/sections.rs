//! The page's sections, each from its part of the facts.

use maud::{Markup, html};

use super::chart::{self, Row};
use super::conduct::{Run, State};
use super::evidence::{Attack, Health, Quality};
use super::facts::{Agreed, Facts, Finding, Severity};
use super::learns::Learns;
use super::{Measured, joined};

/// What stands where a figure would: never blank, never zero.
pub(super) fn not(why: &str) -> Markup {
    html! { p class="not" { b { "Not measured" } ": " (why) "." } }
}

pub(super) fn agreed(agreed: &Agreed) -> Markup {
    let encoding = &agreed.encoding;
    html! {
        div class="scroll" { table {
            tbody {
                tr { th scope="row" { "Digest" } td { code class="long" { (agreed.digest) } } }
                tr { th scope="row" { "Protocol" } td { code class="long" { (agreed.protocol) } } }
                tr { th scope="row" { "Serves" } td { (agreed.serves) " (a political text, never a legal basis)" } }
                tr { th scope="row" { "Term" } td { (agreed.not_before) " to " (agreed.expires) @if !agreed.in_term { " – " b class="broken" { "not in term" } } } }
                tr { th scope="row" { "About" } td { (joined(&agreed.roles)) } }
                tr { th scope="row" { "Records from" } td { (joined(&agreed.sources)) } }
                tr { th scope="row" { "Fields" } td { (joined(&agreed.fields)) } }
                tr { th scope="row" { "Encoding" } td {
                    (encoding.length) " bits, " (encoding.insertions) " positions a token, diffusion " (encoding.diffusion) ", at least " (encoding.min_tokens) " tokens, " (agreed.normalisation)
                } }
            }
        } }
        div class="scroll" { table class="wide" {
            caption { "Parties" }
            thead { tr { th { "Party" } th { "Role" } th { "Organisation" } th { "Legal basis" } th { "Signed" } } }
            tbody { @for party in &agreed.parties {
                tr {
                    td { code { (party.name) } }
                    td { (party.role.name()) }
                    td { (party.organisation) " (" (party.jurisdiction) ")" }
                    td { (joined(party.legal_basis.iter().map(|b| format!("{}, {}", b.instrument, b.article)))) }
                    td { @if agreed.not_signed.contains(&party.name) { b class="broken" { "not signed" } } @else { "signed" } }
                }
            } }
        } }
        div class="scroll" { table {
            caption { "Limits; an agreement may only be tighter than its protocol" }
            thead { tr { th { "Term" } th class="n" { "Agreed" } th class="n" { "Protocol" } } }
            tbody { @for limit in &agreed.limits {
                tr { td { code { (limit.term) } } td class="n" { (limit.agreed) } td class="n" { (limit.protocol) } }
            } }
        } }
    }
}

pub(super) fn learns(rows: &[Learns]) -> Markup {
    html! {
        div class="scroll" { table class="wide" {
            thead { tr { th { "Party" } th { "Learns" } th { "At most" } th { "Does not learn" } } }
            tbody { @for row in rows {
                tr { th scope="row" { (row.party) } td { (row.learns) } td { (row.at_most) } td { (row.never) } }
            } }
        } }
    }
}

pub(super) fn health(facts: &Facts) -> Markup {
    let limit = facts.agreement.limits.iter().find(|l| l.term == "max.visible_degree").map(|l| l.agreed);
    match &facts.health {
        Measured::Not(why) => not(why),
        Measured::Value(list) => html! {
            div class="scroll" { table {
                caption {
                    "Visible degree: strangers whose encodings stand out from the noise, a record; attacks on the graph of similarities live on it."
                    @if let Some(limit) = limit { " Agreed: at most " (limit) "." }
                }
                thead { tr { th { "Measured by" } th class="n" { "Records" } th class="n" { "Fill of the inner filter" } th class="n" { "Visible degree" } } }
                tbody { @for row in list { (health_row(row, limit)) } }
            } }
        },
    }
}

fn health_row(row: &Health, limit: Option<u64>) -> Markup {
    let over = limit.is_some_and(|limit| row.visible_degree > limit as f64);
    html! { tr {
        td { (row.of) }
        td class="n" { (row.records) }
        td class="n" { @if let Some(fill) = row.fill { (format!("{fill:.3}")) } @else { "not visible to the operator" } }
        td class="n" { @if over { b class="broken" { (format!("{:.2}", row.visible_degree)) } } @else { (format!("{:.2}", row.visible_degree)) } }
    } }
}

pub(super) fn attacks(facts: &Facts) -> Markup {
    let list = match &facts.attacks {
        Measured::Not(why) => return not(why),
        Measured::Value(list) => list,
    };
    let label = |a: &Attack| format!("{}, {}", a.attack, a.knowledge);
    let rows: Vec<Row> = list.iter().map(|a| Row { label: label(a), share: a.found }).collect();
    let control = |share: Option<f64>| share.map_or("not run".to_owned(), super::percent);
    html! {
        figure { (chart::shares("attacks-chart", "Share of victims found, by attack", &rows, None)) figcaption { "Share of victims found; the line is the 95 % interval." } }
        div class="scroll" { table class="wide" {
            caption { "A low figure means something only if the same attack broke the plain CLK (positive control) and found nothing in shuffled data (negative control)." }
            thead { tr { th { "Attack" } th { "Attacker knows" } th { "Found" } th class="n" { "On a plain CLK" } th class="n" { "On shuffled data" } } }
            tbody { @for a in list { tr {
                td { (a.attack) } td { (a.knowledge) } td { (chart::words(&a.found)) }
                td class="n" { (control(a.positive_control)) } td class="n" { (control(a.negative_control)) }
            } } }
        } }
    }
}

pub(super) fn quality(facts: &Facts) -> Markup {
    let list = match &facts.quality {
        Measured::Not(why) => return not(why),
        Measured::Value(list) => list,
    };
    html! { @for (i, quality) in list.iter().enumerate() { (one_quality(i, quality)) } }
}

fn one_quality(i: usize, quality: &Quality) -> Markup {
    let row = |label: &str, share| Row { label: label.to_owned(), share };
    let mut rows = vec![row("precision", quality.precision), row("recall", quality.recall)];
    rows.extend(quality.groups.iter().map(|group| row(&format!("recall, {}", group.group), group.recall)));
    html! {
        figure {
            (chart::shares(&format!("quality-{i}"), &format!("Quality measured by {}", quality.of), &rows, None))
            figcaption { (quality.of) ": F1 " (format!("{:.3}", quality.f1)) " at the threshold that was chosen without truth." }
        }
        div class="scroll" { table {
            thead { tr { th { "Figure" } th { "Value, with 95 % interval" } } }
            tbody { @for row in &rows { tr { td { (row.label) } td { (chart::words(&row.share)) } } } }
        } }
    }
}

pub(super) fn conduct(runs: &[Run]) -> Markup {
    html! {
        @if runs.is_empty() { p { "No run has begun." } }
        @for run in runs {
            div class="scroll" { table class="wide" {
                caption { "Run " (run.number) }
                thead { tr { th { "Artefact" } th { "From" } th { "For" } th { "State" } th { "Says" } } }
                tbody { @for step in &run.steps { tr {
                    td { (step.artefact) } td { code { (step.from) } } td { @if let Some(to) = &step.to { code { (to) } } @else { "all" } }
                    td { @if step.state == State::Broken { b class="broken" { (step.state.name()) } } @else { (step.state.name()) } }
                    td { (step.says) }
                } } }
            } }
        }
        p class="note" { "Sealed files are opened by their recipients only; the exchange shows their sizes." }
    }
}

pub(super) fn findings(list: &[Finding]) -> Markup {
    html! {
        @if list.is_empty() { p { "None." } }
        ul { @for finding in list {
            li class=(if finding.severity == Severity::Red { "red" } else { "open" }) {
                b { @if finding.severity == Severity::Red { "Broken" } @else { "Open" } } ": " (finding.text)
                @if let Some(code) = finding.code { " (" code { (code) } ")" }
            }
        } }
    }
}

pub(super) fn questions(list: &[&str]) -> Markup {
    html! { ol { @for question in list { li { (question) } } } }
}

pub(super) fn sources(facts: &Facts, json_name: &str) -> Markup {
    html! {
        p { "The same inputs give this dossier's JSON again, byte for byte: " code { "symbolon reviewer dossier EXCHANGE --check " (json_name) } }
        @if !facts.sources.is_empty() {
            div class="scroll" { table {
                thead { tr { th { "Evidence" } th { "Printed by" } th { "SHA-256" } } }
                tbody { @for source in &facts.sources { tr { td { code { (source.name) } } td { (source.kind) } td { code class="long" { (source.sha256) } } } } }
            } }
        }
    }
}

pub(super) fn signature(agreed: &Agreed) -> Markup {
    html! {
        p { "Accept, accept with conditions until a date, or refuse:" }
        div class="scroll" { table class="sign" {
            thead { tr { th { "Reviewer" } th { "Decision, conditions, until" } th { "Date, signature" } } }
            tbody { @for party in agreed.parties.iter().filter(|p| p.role == crate::agreement::PartyRole::Reviewer) {
                tr { td { code { (party.name) } br; (party.organisation) } td {} td {} }
            } }
        } }
    }
}
