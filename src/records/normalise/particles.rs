//! Titles and particles of personal names: what is dropped, what is glued, what becomes one spelling.

use super::readings::{NO_ARTICLE, ONE_SPELLING};
use super::tables::{DROPPED, DROPPED_INSIDE, GLUED, PATRONYMIC_ENDINGS, SERVANT, TITLES};

/// What follows "servant of", and stays in front of the glued name.
const SERVANT_FORM: &str = "ABDUL";

/// Letters that follow a joined Arabic article, and seldom the `AL` of a European name (`ALVAREZ`, `ALLEN`), but for
/// [`NO_ARTICLE`].
const AFTER_ARTICLE: [char; 16] = ['B', 'D', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'Q', 'R', 'S', 'T', 'W', 'X', 'Z'];

/// "Faith", after an article and a name.
const FAITH: [&str; 6] = ["DIN", "DINE", "DEEN", "DDIN", "DDINE", "DDEEN"];

/// How a joined "of the faith" begins (`SALAHUDDIN`, `NOUREDDINE`).
const OF_FAITH: [&str; 9] = ["UDDIN", "EDDIN", "ADDIN", "IDDIN", "ALDIN", "ELDIN", "ULDIN", "UDDEEN", "ALDEEN"];

/// Canonical parts of one cell of a personal name. Leaves a name that consists of particles alone as it is.
pub(super) fn person(parts: Vec<String>) -> Vec<String> {
    let kept: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !TITLES.contains(part)).collect();
    let mut out: Vec<String> = Vec::with_capacity(kept.len());
    let (mut at, mut before) = (0, "");
    while at < kept.len() {
        let (part, rest) = (kept[at], &kept[at + 1..]);
        at += 1;
        // "Of the faith" is one name with what stands before it, whether or not an article is written.
        let faith = FAITH.contains(&part) && !out.is_empty() && (DROPPED.contains(&before));
        before = part;
        if faith {
            let name = out.pop().unwrap_or_default();
            out.push(format!("{name}DIN"));
        } else if rest.is_empty() {
            out.push(without_article(part));
        } else if SERVANT.contains(&part) {
            at += rest.iter().take(rest.len() - 1).take_while(|next| DROPPED.contains(next)).count();
            out.push(format!("{SERVANT_FORM}{}", bare_article(kept[at])));
            at += 1;
        } else if GLUED.contains(&part) {
            out.push(format!("{part}{}", without_article(kept[at])));
            at += 1;
        } else if !(DROPPED.contains(&part) || DROPPED_INSIDE.contains(&part) && !out.is_empty()) {
            out.push(without_article(part));
        }
    }
    if out.is_empty() { parts } else { out }
}

/// The parts without their patronymic: some registers write it, others do not. One goes only where it is the only candidate
/// (`ROMAN ARKADYEVICH ABRAMOVICH` keeps both) and two other parts stay.
pub(super) fn without_patronymic(mut parts: Vec<String>) -> Vec<String> {
    let is_candidate = |part: &String| part.len() >= 7 && PATRONYMIC_ENDINGS.iter().any(|end| part.ends_with(end));
    let candidates: Vec<usize> = (0..parts.len()).filter(|&at| is_candidate(&parts[at])).collect();
    if let ([only], 3..) = (candidates.as_slice(), parts.len()) {
        parts.remove(*only);
    }
    parts
}

/// A part without a joined article (`ALHASSAN`), and with one spelling of a joined "servant of" (`ABDELRAHMAN`).
fn without_article(part: &str) -> String {
    if let Some(rest) = part.strip_prefix("ABD").filter(|rest| rest.len() >= 5) {
        let tail = rest.trim_start_matches(['A', 'E', 'I', 'O', 'U']);
        if let Some(name) = tail.strip_prefix('L').filter(|name| name.len() >= 3 && tail.len() < rest.len()) {
            return format!("{SERVANT_FORM}{name}");
        }
        let doubled = tail.len() >= 4 && tail.as_bytes()[0] == tail.as_bytes()[1] && tail.len() < rest.len();
        if doubled {
            return format!("{SERVANT_FORM}{}", &tail[1..]);
        }
    }
    for faith in OF_FAITH {
        let name = part.trim_end_matches('E').strip_suffix(faith).filter(|name| name.len() >= 3);
        if let Some(name) = name {
            return format!("{name}DIN");
        }
    }
    let kept = NO_ARTICLE.iter().any(|name| part.starts_with(name));
    let article = part.strip_prefix("AL").filter(|rest| rest.len() >= 4 && rest.starts_with(AFTER_ARTICLE) && !kept);
    let part = article.unwrap_or(part);
    ONE_SPELLING.iter().find(|(variant, _)| *variant == part).map_or(part, |(_, kept)| kept).to_owned()
}

/// A part without a joined article, whatever follows it.
fn bare_article(part: &str) -> &str {
    part.strip_prefix("AL").filter(|rest| rest.len() >= 3).unwrap_or(part)
}
