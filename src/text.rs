//! Text that people read: which characters do not show as what they are, and how they are made to show.
//!
//! A card, an agreement or a file's name comes from somebody else. A control character in it can move the cursor, set a title or answer
//! in the reader's name; one that changes the direction of writing, or that has no width, makes a text look like another one.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// Whether a character acts or hides instead of showing: controls (C0, DEL, C1), line and paragraph separators, marks of direction
/// (UAX #9), characters without width, and tags.
pub(crate) fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a text on one line shows as what it is.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.contains(hides)
}

/// The text with every character that hides written out, as `\u{1b}`; line ends and tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    written_out(text, |out, c| write!(out, "{}", c.escape_unicode()))
}

/// The same for JSON, whose strings have escapes of their own: it says the same to a program as before.
pub(crate) fn visible_json(text: &str) -> Cow<'_, str> {
    written_out(text, |out, c| c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}")))
}

fn written_out(text: &str, escape: impl Fn(&mut String, char) -> std::fmt::Result) -> Cow<'_, str> {
    let shows = |c: char| matches!(c, '\n' | '\t') || !hides(c);
    if text.chars().all(shows) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if shows(c) {
            out.push(c);
        } else {
            // Writing to a string does not fail.
            let _ = escape(&mut out, c);
        }
    }
    Cow::Owned(out)
}

/// A path in single quotes where a shell would read it otherwise.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./+:@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_or_hides_is_written_out_and_what_shows_is_left() {
        for (text, shown) in [
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("\u{9b}2J\u{7f}\r", "\\u{9b}2J\\u{7f}\\u{d}"),
            ("abc\u{202e}fed\u{2066}\u{200f}\u{61c}", "abc\\u{202e}fed\\u{2066}\\u{200f}\\u{61c}"),
            ("Co\u{200b}urt\u{feff}\u{2028}\u{ad}\u{e0041}", "Co\\u{200b}urt\\u{feff}\\u{2028}\\u{ad}\\u{e0041}"),
        ] {
            assert_eq!(visible(text), shown);
            assert!(!is_plain(text));
        }
        for text in ["Cour des comptes de l'Île-d'Été", "Счётная палата", "审计署", "دیوان محاسبات", "ኦዲተር", "e\u{301}"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
            assert!(is_plain(text), "{text}");
        }
        assert_eq!(visible("two\n\tlines"), "two\n\tlines");
        assert!(!is_plain("two\nlines"));
    }

    #[test]
    fn json_says_the_same_to_a_program() {
        let value = serde_json::json!({ "a\u{202e}": "\u{1b}[1m \u{9b} \u{e0041} \u{200d}é\n" });
        let text = value.to_string();
        let shown = visible_json(&text);
        assert!(shown.chars().all(|c| !hides(c)), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), value);
    }
}
