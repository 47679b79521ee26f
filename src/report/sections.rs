//! The page's sections, each from its part of the facts.

use maud::{Markup, html};

use super::agreed::Agreed;
use super::chart::{self, Row};
use super::conduct::{Run, State};
use super::evidence::{Attack, Balance, Health, Quality};
use super::facts::Facts;
use super::learns::Learns;
use super::log::LogState;
use super::opinions::{Opinion, Since};
use super::{Measured, grouped, joined};
use crate::agreement::Decision;
use crate::outcome::reviewer::{Finding, Severity};

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
                    (encoding.length) " bits, " (encoding.insertions) " positions a token, diffusion " (encoding.diffusion) ", at least " (encoding.min_tokens) " tokens, " code class="long" { (agreed.normalisation) }
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
                tr { td { code { (limit.term) } } td class="n" { (grouped(limit.agreed)) } td class="n" { (grouped(limit.protocol)) } }
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
            (balance(list.iter().flat_map(|row| &row.balance).collect()))
        },
    }
}

fn balance(lists: Vec<&Balance>) -> Markup {
    if lists.is_empty() {
        return not("weights and bit frequencies of the encodings: `operator link --json` has them");
    }
    html! {
        div class="scroll" { table class="wide" {
            caption {
                "How even the encodings are, as the operator sees them: beside each figure, what independent coins would give. "
                "A spread of 1 tells nothing to whoever counts bits; names behind frequent bits are where attacks on frequencies begin."
            }
            thead { tr { th { "List" } th class="n" { "Encodings" } th class="n" { "Ones" } th class="n" { "Deviation of the weight" } th class="n" { "Ones of a bit, least to most" } th class="n" { "Spread of bits" } } }
            tbody { @for list in lists { tr {
                td { (list.of) }
                td class="n" { (grouped(list.encodings)) }
                td class="n" { (format!("{:.1} %", 100.0 * list.ones)) }
                td class="n" { (format!("{:.1} bits (coins {:.1})", list.weight_deviation, list.weight_chance)) }
                td class="n" { (format!("{:.1} to {:.1} %", 100.0 * list.rarest_bit, 100.0 * list.commonest_bit)) }
                td class="n" { (format!("{:.2} × coins", list.bit_spread)) }
            } } }
        } }
    }
}

fn health_row(row: &Health, limit: Option<u64>) -> Markup {
    let over = limit.is_some_and(|limit| row.visible_degree > limit as f64);
    html! { tr {
        td { (row.of) }
        td class="n" { (grouped(row.records)) }
        td class="n" { @if let Some(fill) = row.fill { (format!("{fill:.3}")) } @else { "not visible to the operator" } }
        td class="n" { @if over { b class="broken" { (format!("{:.2}", row.visible_degree)) } } @else { (format!("{:.2}", row.visible_degree)) } }
    } }
}

pub(super) fn attacks(facts: &Facts) -> Markup {
    let list = match &facts.attacks {
        Measured::Not(why) => return not(why),
        Measured::Value(list) => list,
    };
    let limit = facts.agreement.limits.iter().find(|l| l.term == "max.attack_permille").map(|l| l.agreed);
    let limit = limit.filter(|limit| *limit < 1000).map(|limit| limit as f64 / 1000.0);
    // Only what broke its control says anything; the rest stands in the table.
    let label = |a: &Attack| format!("{}: {}", a.level.short(), a.attack);
    let rows: Vec<Row> = list.iter().filter(|a| a.stands).map(|a| Row { label: label(a), share: a.found }).collect();
    let control = |share: Option<f64>| share.map_or("not run".to_owned(), super::percent);
    html! {
        @if rows.is_empty() {
            p class="not" { b { "Not measured" } ": no attack broke its positive control on these people, so none says anything." }
        } @else {
            figure {
                (chart::shares("attacks-chart", "Share of victims found, by what the attacker knows", &rows, limit.map(|at| (at, "agreed limit"))))
                figcaption { "Share of victims found, by what the attacker knows, from little to everything; the line is the 95 % interval." }
            }
        }
        div class="scroll" { table class="wide" {
            caption { "A figure counts only if the same attack broke the plain CLK of the same people (positive control) and found nothing under other people's names (negative control)." }
            thead { tr { th { "Attack" } th { "Attacker has" } th { "Found" } th class="n" { "On a plain CLK" } th class="n" { "On shuffled data" } th class="n" { "Guessing" } th class="n" { "Seconds" } } }
            tbody { @for a in list { tr {
                td { (a.attack) } td { (a.knowledge) "; seed " (a.seed) }
                td { @if a.stands { (chart::words(&a.found)) } @else { b { "not measured" } ": its controls failed" } }
                td class="n" { (control(a.positive_control)) } td class="n" { (control(a.negative_control)) }
                td class="n" { (format!("{:.3} %", a.chance * 100.0)) } td class="n" { (format!("{:.1}", a.seconds)) }
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
    let worst =
        quality.groups.iter().filter(|g| g.recall.of > 0).min_by(|a, b| a.recall.share.total_cmp(&b.recall.share));
    let with_false = quality.groups.iter().any(|group| group.false_links.is_some());
    html! {
        figure {
            (chart::shares(&format!("quality-{i}"), &format!("Quality measured by {}", quality.of), &rows, None))
            figcaption { (quality.of) ": F1 " (format!("{:.3}", quality.f1)) " at the threshold that was chosen without truth." }
        }
        @if let Some(worst) = worst {
            p { "Worst group: " b { (worst.group) } ", recall " (chart::words(&worst.recall)) "; that is "
                (format!("{:.0}", (quality.recall.share - worst.recall.share).max(0.0) * 100.0)) " points below all pairs. Where intervals overlap, the difference may be chance." }
        } @else {
            (not("quality by naming system and script: no groups were in the evidence"))
        }
        div class="scroll" { table {
            caption { "The same figures, with 95 % intervals" }
            thead { tr { th { "Figure" } th { "Value, with 95 % interval" } @if with_false { th { "False among the group's links" } } } }
            tbody {
                @for (at, row) in rows.iter().enumerate() { tr {
                    td { (row.label) } td { (chart::words(&row.share)) }
                    @if with_false { td { @if let Some(share) = at.checked_sub(2).and_then(|at| quality.groups[at].false_links) { (chart::words(&share)) } } }
                } }
            }
        } }
    }
}

pub(super) fn false_links(facts: &Facts) -> Markup {
    let agreed = facts.agreement.limits.iter().find(|l| l.term == "max.false_links").map(|l| l.agreed);
    let list = match &facts.false_links {
        Measured::Not(why) => return not(&format!("false links expected of a run: {why}")),
        Measured::Value(list) => list,
    };
    html! {
        div class="scroll" { table {
            caption {
                "False links expected at the threshold of the run, by the tail of strangers; relatives and namesakes in both lists come on top."
                @if let Some(agreed) = agreed { " Agreed: at most " (agreed) " a pair and run." }
            }
            thead { tr { th { "Agencies" } th class="n" { "Threshold" } th class="n" { "Expected false" } th class="n" { "Links" } } }
            tbody { @for row in list { tr {
                td { (row.of) } td class="n" { (row.threshold) } td class="n" { (format!("{:.2}", row.expected)) }
                td class="n" { @match row.leads { Some(leads) => (leads), None => "held" } }
            } } }
        } }
    }
}

pub(super) fn changes(facts: &Facts) -> Markup {
    let (earlier, changes, effects) = match &facts.since {
        Since::Unknown => return not("no earlier agreement or sign-off was given"),
        Since::Same { by } => {
            return html! { p { "None: this very text was signed off by " (joined(by)) "; another text has another digest." } };
        }
        Since::Changed { earlier, changes, effects } => (earlier, changes, effects),
    };
    let figure = |value: Option<f64>| {
        value.map_or("not computed".to_owned(), |v| {
            if v == 0.0 {
                "0".to_owned()
            } else if !(1e-3..1e6).contains(&v.abs()) {
                format!("{v:.2e}")
            } else {
                format!("{v:.3}")
            }
        })
    };
    html! {
        @if changes.is_empty() { p { "No term differs from " (earlier) "." } } @else {
            div class="scroll" { table class="wide" {
                caption { "Against " (earlier) "; what weakens comes first" }
                thead { tr { th { "Term" } th { "" } th { "Before" } th { "Now" } th { "What it comes to" } } }
                tbody { @for change in changes { tr {
                    td { code { (change.term) } }
                    td { @if change.direction.weakens() { b class="broken" { (change.direction.name()) } } @else { (change.direction.name()) } }
                    td { (change.old) } td { (change.new) } td { (change.words) }
                } } }
            } }
            div class="scroll" { table class="wide" {
                caption { "What the changes come to, estimated from the documents" }
                thead { tr { th { "Figure" } th class="n" { "Before" } th class="n" { "Now" } th { "How" } } }
                tbody { @for effect in effects { tr { td { (effect.what) } td class="n" { (figure(effect.old)) } td class="n" { (figure(effect.new)) } td { (effect.how) } } } }
            } }
        }
    }
}

pub(super) fn log(state: &LogState) -> Markup {
    let (root, size, entries, cosigned) = match state {
        LogState::Absent => return html! { p { "There is no log yet." } },
        LogState::Broken { says } => return html! { p { b class="broken" { "BROKEN" } ": " (says) } },
        LogState::Held { root, size, entries, cosigned } => (root, size, entries, cosigned),
    };
    html! {
        p { "The log holds " (size) " entries under the root " code class="long" { (root) } "; every entry, tile and signature holds." }
        div class="scroll" { table {
            caption { "Entries; run 0 is the agreement as a whole" }
            thead { tr { th class="n" { "Run" } th { "Kind" } th class="n" { "Entries" } } }
            tbody { @for entry in entries { tr { td class="n" { (entry.run) } td { (entry.kind) } td class="n" { (entry.count) } } } }
        } }
        @if cosigned.is_empty() { p { b { "Nobody" } " has cosigned it." } } @else {
            div class="scroll" { table {
                caption { "Cosigned: who has seen how much of it" }
                thead { tr { th { "Party" } th class="n" { "First entries" } th { "When" } } }
                tbody { @for seen in cosigned { tr { td { code { (seen.name) } } td class="n" { (seen.size) @if seen.size == *size { " (all)" } } td { (seen.at) } } } }
            } }
        }
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
        p { "The same inputs give this dossier's JSON again, byte for byte: " code { "symbolon reviewer dossier EXCHANGE" @for source in &facts.sources { " --evidence " (source.name) } " --check " (json_name) } }
        @if !facts.sources.is_empty() {
            div class="scroll" { table {
                thead { tr { th { "Evidence" } th { "Printed by" } th { "SHA-256" } } }
                tbody { @for source in &facts.sources { tr { td { code { (source.name) } } td { (source.kind) } td { code class="long" { (source.sha256) } } } } }
            } }
        }
    }
}

pub(super) fn signature(agreed: &Agreed, opinions: &[Opinion]) -> Markup {
    html! {
        @if !opinions.is_empty() {
            div class="scroll" { table class="wide" {
                caption { "Decisions that were signed" }
                thead { tr { th { "Reviewer" } th { "Decision" } th { "Signed, until" } th { "Conditions" } th { "Dossier" } } }
                tbody { @for Opinion { sign_off: s, in_force } in opinions { tr {
                    td { code { (s.reviewer) } }
                    td { @if s.decision == Decision::Refuse && *in_force { b class="broken" { (s.decision.name()) } } @else { (s.decision.name()) }
                         @if !in_force { " (no longer in force)" } }
                    td { (jiff::Timestamp::from_second(s.created.as_second()).unwrap_or(s.created)) ", " (s.expires) }
                    td { @for condition in &s.conditions { (condition) br; } }
                    td { code class="long" { (s.dossier) } }
                } } }
            } }
        }
        p { "Accept, accept with conditions until a date, or refuse: " code { "symbolon reviewer sign-off DOSSIER.json --decision …" } ", or by hand:" }
        div class="scroll" { table class="sign" {
            thead { tr { th { "Reviewer" } th { "Decision, conditions, until" } th { "Date, signature" } } }
            tbody { @for party in agreed.parties.iter().filter(|p| p.role == crate::agreement::PartyRole::Reviewer) {
                tr { td { code { (party.name) } br; (party.organisation) } td {} td {} }
            } }
        } }
    }
}
