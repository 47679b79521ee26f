//! Names of companies: the legal form goes, whatever its language and however it is written.

use super::romanise::{self, Style};
use super::tables::{LEGAL_FORMS, NATIVE_FORMS};

/// Parts of a company's name without legal forms; the whole name if nothing else is in it.
pub(super) fn without_form(cell: &str) -> Vec<String> {
    let mut text = cell.replace(['&', '+'], " AND ");
    for form in NATIVE_FORMS {
        text = text.replace(form, " ");
    }
    let text: String = text.chars().filter(|c| *c != '.').collect();
    let all = glue_letters(romanise::parts(&text, Style::Plain));
    let mut parts: Vec<&str> = all.iter().map(String::as_str).filter(|part| *part != "AND").collect();
    while let Some((start, length)) = longest_form(&parts).filter(|(_, length)| *length < parts.len()) {
        parts.drain(start..start + length);
    }
    if parts.is_empty() {
        return if all.is_empty() { romanise::parts(cell, Style::Plain) } else { all };
    }
    parts.into_iter().map(str::to_owned).collect()
}

/// Runs of single letters are one abbreviation: `S A S` is `SAS`.
fn glue_letters(parts: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(parts.len());
    let mut open = false;
    for part in parts {
        let single = part.len() == 1;
        match out.last_mut() {
            Some(last) if single && open => last.push_str(&part),
            _ => out.push(part),
        }
        open = single;
    }
    out
}

/// Where the longest legal form starts, and how many parts it has.
fn longest_form(parts: &[&str]) -> Option<(usize, usize)> {
    let found = LEGAL_FORMS.iter().filter_map(|form| {
        let length = form.split(' ').count();
        let start = parts.windows(length).rposition(|window| window.iter().copied().eq(form.split(' ')))?;
        Some((start, length))
    });
    found.max_by_key(|&(start, length)| (length, start))
}
