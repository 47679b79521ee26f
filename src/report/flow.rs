//! One drawing of what leaves whom: lanes for the parties, an arrow for each kind of file.

use maud::{Markup, html};

use super::agreed::Agreed;
use crate::agreement::{Party, PartyRole};

const WIDTH: f64 = 640.0;
const BOX: f64 = 176.0;
const LINE: f64 = 17.0;
const TOP: f64 = 12.0;

/// The drawing under an agreement.
pub(super) fn drawing(agreed: &Agreed) -> Markup {
    let of = |role| agreed.parties.iter().filter(|p| p.role == role).collect::<Vec<&Party>>();
    let (agencies, operator, guardian) = (of(PartyRole::Agency), of(PartyRole::Operator), of(PartyRole::Guardian));
    let (stewards, reviewers, officers) = (of(PartyRole::Steward), of(PartyRole::Reviewer), of(PartyRole::Officer));
    let tall = |parties: &[&Party]| 32.0 + LINE * parties.len() as f64;
    let guarded = !guardian.is_empty();
    let right = WIDTH - BOX - 4.0;
    let (upper, lower) = (tall(&operator).max(78.0), tall(&guardian).max(60.0));
    // The operator above, the guardian below it, the agencies beside both.
    let second = TOP + upper + 44.0;
    let middle = if guarded { second + lower - TOP } else { upper.max(tall(&agencies)).max(110.0) };
    let middle = middle.max(tall(&agencies));
    let bottom = TOP + middle + 52.0;
    let last = tall(&stewards).max(tall(&reviewers)).max(tall(&officers));
    let third = (WIDTH - 8.0 - 2.0 * 12.0) / 3.0;
    let told = if guarded {
        "Agencies send commitments and sealed encodings to the operator. The operator sends candidate pairs, sealed, to the \
         guardian. The guardian sends lists of leads, sealed and of one size, to the agencies. Stewards give the agencies sealed \
         key shares, and permits. Officers and reviewers give signed consents to single leads. Records, names and keys never reach \
         the operator; reviewers read signed notes."
    } else {
        "Agencies send commitments and sealed encodings to the operator and get lists of leads, sealed and of one size. Stewards \
         give the agencies sealed key shares, and permits. Officers and reviewers give signed consents to single leads. Records, \
         names and keys never reach the operator; reviewers read signed notes."
    };
    let (from, to) = (4.0 + BOX + 6.0, right - 8.0);
    html! {
        svg role="img" viewBox=(format!("0 0 {WIDTH} {:.1}", bottom + last + 6.0)) aria-labelledby="flow-t flow-d" {
            title id="flow-t" { "What leaves whom" }
            desc id="flow-d" { (told) }
            defs {
                marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                    path class="tip" d="M0,0 L8,4 L0,8 z" {}
                }
            }
            (lane("agencies", [4.0, TOP], [BOX, middle], &agencies))
            (lane("operator", [right, TOP], [BOX, upper], &operator))
            (arrow([from, TOP + 28.0], [to, TOP + 28.0], "commitments (signed)"))
            (arrow([from, TOP + 60.0], [to, TOP + 60.0], "encodings (sealed parcels)"))
            @if guarded {
                (lane("guardian", [right, second], [BOX, lower], &guardian))
                (arrow([right + 20.0, TOP + upper + 5.0], [right + 20.0, second - 8.0], ""))
                text class="tick" x=(right + 30.0) y=(TOP + upper + 26.0) { "candidate pairs (sealed)" }
                (arrow([to + 2.0, second + 36.0], [from + 2.0, second + 36.0], "leads (sealed, of one size)"))
            } @else {
                (arrow([to + 2.0, TOP + 92.0], [from + 2.0, TOP + 92.0], "leads (sealed, of one size)"))
            }
            (lane("stewards", [4.0, bottom], [third, last], &stewards))
            (lane("officers", [4.0 + third + 12.0, bottom], [third, last], &officers))
            (lane("reviewers", [4.0 + 2.0 * (third + 12.0), bottom], [third, last], &reviewers))
            (arrow([24.0, bottom - 5.0], [24.0, TOP + middle + 8.0], ""))
            text class="tick" x="34" y=(format!("{:.1}", bottom - 28.0)) { "key shares (sealed)," }
            text class="tick" x="34" y=(format!("{:.1}", bottom - 14.0)) { "permits (signed)" }
            (arrow([4.0 + third + 32.0, bottom - 5.0], [BOX - 8.0, TOP + middle + 8.0], ""))
            text class="tick" x=(format!("{:.1}", 4.0 + third + 44.0)) y=(format!("{:.1}", bottom - 14.0)) { "consents to single leads (signed)" }
        }
    }
}

fn lane(role: &str, [x, y]: [f64; 2], [width, height]: [f64; 2], parties: &[&Party]) -> Markup {
    html! {
        rect class="lane" x=(format!("{x:.1}")) y=(format!("{y:.1}")) width=(format!("{width:.1}")) height=(format!("{height:.1}")) rx="4" {}
        text class="role" x=(format!("{:.1}", x + 10.0)) y=(format!("{:.1}", y + 19.0)) { (role) }
        @for (i, party) in parties.iter().enumerate() {
            text class="label" x=(format!("{:.1}", x + 10.0)) y=(format!("{:.1}", y + 37.0 + LINE * i as f64)) { (party.name.chars().take(23).collect::<String>()) " (" (party.jurisdiction) ")" }
        }
    }
}

fn arrow(from: [f64; 2], to: [f64; 2], words: &str) -> Markup {
    html! {
        line class="arrow" x1=(format!("{:.1}", from[0])) y1=(format!("{:.1}", from[1])) x2=(format!("{:.1}", to[0])) y2=(format!("{:.1}", to[1])) marker-end="url(#tip)" {}
        @if !words.is_empty() {
            text class="tick" x=(format!("{:.1}", (from[0] + to[0]) / 2.0)) y=(format!("{:.1}", from[1] - 7.0)) text-anchor="middle" { (words) }
        }
    }
}
