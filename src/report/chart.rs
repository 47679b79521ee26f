//! Charts as SVG: shares with intervals. Each has a text alternative, and the page puts its table below it.

use maud::{Markup, html};

use super::evidence::Share;

/// One line of a chart.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) share: Share,
}

const WIDTH: f64 = 640.0;
const LABEL: f64 = 236.0;
const STEP: f64 = 26.0;
const TOP: f64 = 30.0;

/// Shares from 0 to 100 %, a dot and its interval a row, and a dashed line at `limit`.
pub(super) fn shares(id: &str, title: &str, rows: &[Row], limit: Option<(f64, &str)>) -> Markup {
    let x = |share: f64| LABEL + 8.0 + share.clamp(0.0, 1.0) * (WIDTH - LABEL - 32.0);
    let height = TOP + STEP * rows.len() as f64 + 34.0;
    let bottom = TOP + STEP * rows.len() as f64;
    let told: Vec<String> = rows.iter().map(|row| format!("{}: {}", row.label, words(&row.share))).collect();
    html! {
        svg role="img" viewBox=(format!("0 0 {WIDTH} {height}")) aria-labelledby=(format!("{id}-t {id}-d")) {
            title id=(format!("{id}-t")) { (title) }
            desc id=(format!("{id}-d")) { (told.join("; ")) }
            @for tick in 0..=4 {
                @let at = x(f64::from(tick) / 4.0);
                line class="grid" x1=(px(at)) y1=(px(TOP - 6.0)) x2=(px(at)) y2=(px(bottom)) {}
                text class="tick" x=(px(at)) y=(px(bottom + 18.0)) text-anchor="middle" { (tick * 25) " %" }
            }
            @if let Some((at, name)) = limit {
                line class="limit" x1=(px(x(at))) y1=(px(TOP - 6.0)) x2=(px(x(at))) y2=(px(bottom)) {}
                text class="tick" x=(px(x(at))) y=(px(TOP - 12.0)) text-anchor=(if at > 0.7 { "end" } else { "start" }) { (name) }
            }
            @for (i, row) in rows.iter().enumerate() {
                @let y = TOP + STEP * (i as f64 + 0.5);
                text class="label" x=(px(LABEL)) y=(px(y + 4.0)) text-anchor="end" { (short(&row.label)) }
                line class="interval" x1=(px(x(row.share.low))) y1=(px(y)) x2=(px(x(row.share.high))) y2=(px(y)) {}
                circle class="dot" cx=(px(x(row.share.share))) cy=(px(y)) r="4.5" {}
            }
        }
    }
}

/// A share in words: `12 of 40, 30.0 % (18.1 % to 45.4 %)`.
pub(super) fn words(share: &Share) -> String {
    if share.of == 0 {
        return "no case".to_owned();
    }
    let [middle, low, high] = [share.share, share.low, share.high].map(super::percent);
    format!("{} of {}, {middle} ({low} to {high})", share.hits, share.of)
}

fn px(at: f64) -> String {
    format!("{at:.1}")
}

/// Labels that would run out of the drawing are cut; the table has them in full.
fn short(label: &str) -> String {
    const MOST: usize = 36;
    if label.chars().count() <= MOST {
        return label.to_owned();
    }
    label.chars().take(MOST - 1).chain(['…']).collect()
}
