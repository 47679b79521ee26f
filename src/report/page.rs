//! The page: one file that opens from a disk, a USB stick or a mail, prints on A4 or Letter, and needs no script.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::facts::Facts;
use super::{flow, sections};
use crate::outcome::reviewer::Severity;

const STYLE: &str = include_str!("style.css");

/// The dossier as one self-contained HTML document.
pub fn html(facts: &Facts, json_name: &str) -> String {
    let agreed = &facts.agreement;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="referrer" content="no-referrer";
                title { "Dossier: " (agreed.name) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        p class="kind" { "Symbolon " (facts.program) " · dossier for review" }
                        h1 { (agreed.name) }
                        p { (agreed.title) ". As of " time { (facts.as_of) } "." }
                        (verdict(facts))
                    }
                    (section("agreed", "What was agreed, and who signed", &sections::agreed(agreed)))
                    (section("learns", "What each party learns", &sections::learns(&facts.learns)))
                    (section("flow", "What leaves whom", &html! { div class="drawing" { (flow::drawing(agreed)) } }))
                    (section("changes", "Changes since the last sign-off", &sections::changes(facts)))
                    (section("health", "Health of the encodings", &sections::health(facts)))
                    (section("attacks", "What attackers find", &sections::attacks(facts)))
                    (section("quality", "Linkage quality", &sections::quality(facts)))
                    (section("false-links", "False links to expect", &sections::false_links(facts)))
                    (section("conduct", "Conduct: what exchange and log show", &sections::conduct(&facts.runs)))
                    (section("log", "The log", &sections::log(&facts.log)))
                    (section("findings", "Findings", &sections::findings(&facts.findings)))
                    (section("questions", "Questions that only a person can answer", &sections::questions(&facts.questions)))
                    (section("sources", "Where the figures come from", &sections::sources(facts, json_name)))
                    (section("sign", "Decision", &sections::signature(agreed, &facts.sign_offs)))
                }
            }
        }
    };
    page.into_string()
}

fn section(id: &str, title: &str, content: &Markup) -> Markup {
    html! { section id=(id) { h2 { (title) } (content) } }
}

/// The first thing a reviewer reads: is anything broken, is anything missing.
fn verdict(facts: &Facts) -> Markup {
    let count = |severity| facts.findings.iter().filter(|f| f.severity == severity).count();
    let (red, open) = (count(Severity::Red), count(Severity::Open));
    html! {
        p class=(if red > 0 { "verdict red" } else { "verdict" }) role="status" {
            @if red > 0 { b { (red) " broken or outside the agreement" } } @else { b { "Nothing is broken" } }
            ", " (open) " open. " a href="#findings" { "All findings" } "."
        }
    }
}
