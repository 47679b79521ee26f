//! One drawing of what leaves whom: lanes for the parties, an arrow for each kind of file.

use maud::{Markup, html};

use super::facts::Agreed;
use crate::agreement::{Party, PartyRole};

const WIDTH: f64 = 640.0;
const BOX: f64 = 150.0;
const LINE: f64 = 18.0;

/// The drawing under an agreement.
pub(super) fn drawing(agreed: &Agreed) -> Markup {
    let of = |role| agreed.parties.iter().filter(|p| p.role == role).collect::<Vec<&Party>>();
    let (agencies, operator) = (of(PartyRole::Agency), of(PartyRole::Operator));
    let (stewards, reviewers) = (of(PartyRole::Steward), of(PartyRole::Reviewer));
    let tall = |parties: &[&Party]| 30.0 + LINE * parties.len() as f64;
    let middle = tall(&agencies).max(tall(&operator)).max(120.0);
    let bottom = 70.0 + middle;
    let height = bottom + 46.0 + tall(&stewards).max(tall(&reviewers));
    let told = "Agencies send sealed encodings to the operator and get sealed lists of leads. Stewards give agencies key shares and \
                give the operator permits. Records, names and keys never reach the operator; reviewers read signed notes only.";
    html! {
        svg role="img" viewBox=(format!("0 0 {WIDTH} {height}")) aria-labelledby="flow-t flow-d" {
            title id="flow-t" { "What leaves whom" }
            desc id="flow-d" { (told) }
            defs {
                marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                    path class="tip" d="M0,0 L8,4 L0,8 z" {}
                }
            }
            (lane("agencies", 8.0, 34.0, middle, &agencies))
            (lane("operator", WIDTH - BOX - 8.0, 34.0, middle, &operator))
            (lane("stewards", 8.0, bottom, tall(&stewards), &stewards))
            (lane("reviewers", WIDTH - BOX - 8.0, bottom, tall(&reviewers), &reviewers))
            (arrow([BOX + 12.0, 62.0], [WIDTH - BOX - 14.0, 62.0], "commitments (signed), then parcels (sealed)"))
            (arrow([WIDTH - BOX - 12.0, 104.0], [BOX + 14.0, 104.0], "lists of leads (sealed, of one size)"))
            (arrow([40.0, bottom - 4.0], [40.0, 34.0 + middle + 4.0], ""))
            text class="tick" x="52" y=(format!("{:.1}", bottom - 12.0)) { "grants: key shares (sealed)" }
            (arrow([BOX + 12.0, bottom + 10.0], [WIDTH - BOX - 14.0, 34.0 + middle - 8.0], ""))
            text class="tick" x=(format!("{:.1}", WIDTH / 2.0)) y=(format!("{:.1}", bottom + 26.0)) text-anchor="middle" { "permits (signed)" }
        }
    }
}

fn lane(role: &str, x: f64, y: f64, height: f64, parties: &[&Party]) -> Markup {
    html! {
        rect class="lane" x=(x) y=(y) width=(BOX) height=(height) rx="4" {}
        text class="role" x=(x + 10.0) y=(y + 19.0) { (role) }
        @for (i, party) in parties.iter().enumerate() {
            text class="label" x=(x + 10.0) y=(y + 38.0 + LINE * i as f64) { (party.name.chars().take(18).collect::<String>()) " (" (party.jurisdiction) ")" }
        }
    }
}

fn arrow(from: [f64; 2], to: [f64; 2], words: &str) -> Markup {
    html! {
        line class="arrow" x1=(from[0]) y1=(from[1]) x2=(to[0]) y2=(to[1]) marker-end="url(#tip)" {}
        @if !words.is_empty() {
            text class="tick" x=((from[0] + to[0]) / 2.0) y=(from[1] - 7.0) text-anchor="middle" { (words) }
        }
    }
}
