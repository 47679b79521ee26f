//! Any script to Latin capitals: compatibility forms, the rules of scripts, then frozen tables for the rest.
//!
//! Scripts whose letters depend on their neighbours have rules here: Arabic and Hebrew vowel letters, Greek groups, small
//! kana, and the division of Han and Hangul names. Every other character is read by `any_ascii`.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;

use super::readings::{
    ARABIC_WORDS, CHARACTERS, GREEK_GROUPS, HAN_DOUBLE, HAN_FAMILY, HANGUL_FAMILY, HEBREW_WORDS, HONORIFICS,
};

/// What a text is the name of: personal names in Han and Hangul are divided.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A natural person.
    Person,
    /// Anything else.
    Plain,
}

/// The parts of a text: capitals and digits, none empty.
pub(super) fn parts(text: &str, style: Style) -> Vec<String> {
    if text.is_ascii() { ascii_parts(text) } else { parts_of_any_script(text, style) }
}

/// The same where every character stands for itself: most cells of most lists.
fn ascii_parts(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !is_silent(c)) {
        let part: String = word.chars().filter(|c| !is_silent(*c)).map(|c| c.to_ascii_uppercase()).collect();
        if !part.is_empty() {
            out.push(part);
        }
    }
    out
}

fn parts_of_any_script(text: &str, style: Style) -> Vec<String> {
    let plain: String = text.chars().filter(|c| !is_silent(*c)).nfkc().filter(|c| !is_silent(*c)).collect();
    let mut out = Vec::new();
    // Transcribed foreign names are written in several words, native names in one.
    let native = plain.split(is_separator).filter(|word| !word.is_empty()).count() == 1;
    let style = if native { style } else { Style::Plain };
    for word in plain.split(is_separator) {
        let chars: Vec<char> = word.chars().collect();
        // Letters of several alphabets in one word are one part; Han, Hangul and kana are parts of their own.
        let mut spelled = String::new();
        for piece in chars.chunk_by(|a, b| Script::of(*a) == Script::of(*b)) {
            match Script::of(piece[0]) {
                Script::Arabic => spelled += &arabic(piece),
                Script::Hebrew => spelled += &hebrew(piece),
                Script::Greek => spelled += &greek(piece),
                Script::Other => spelled += &other(piece),
                Script::Kana | Script::Han | Script::Hangul => {
                    push(&std::mem::take(&mut spelled), &mut out);
                    read(piece, style, &mut out);
                }
            }
        }
        push(&spelled, &mut out);
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Arabic,
    Greek,
    Han,
    Hangul,
    Hebrew,
    Kana,
    Other,
}

impl Script {
    fn of(c: char) -> Self {
        match c {
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Self::Greek,
            '\u{590}'..='\u{5FF}' => Self::Hebrew,
            '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{8A0}'..='\u{8FF}' => Self::Arabic,
            '\u{3040}'..='\u{30FF}' => Self::Kana,
            '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' => Self::Han,
            '\u{AC00}'..='\u{D7A3}' => Self::Hangul,
            _ => Self::Other,
        }
    }
}

/// Marks that neither spell nor separate: apostrophes, vowel points, joiners.
fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '"' | '\u{2018}'..='\u{201F}' | '\u{2B9}'..='\u{2C1}' | '\u{2C8}' | '\u{2CA}' | '\u{2CB}'
        | '\u{2032}' | '\u{2033}' | '\u{55A}' | '\u{591}'..='\u{5BD}' | '\u{5BF}'..='\u{5C7}' | '\u{5F3}' | '\u{5F4}'
        | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{200C}'..='\u{200F}' | '\u{AD}' | '\u{FEFF}')
}

/// Characters between parts; what `any_ascii` would spell with punctuation is split later.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || c == '・' || c == '·' || c == '\u{2010}' || c == '\u{2011}' || c.is_ascii_punctuation()
}

/// Reads a run of Han, Hangul or kana.
fn read(chars: &[char], style: Style, out: &mut Vec<String>) {
    if style == Style::Person && !out.is_empty() && HONORIFICS.iter().any(|h| h.chars().eq(chars.iter().copied())) {
        return;
    }
    let chars = if style == Style::Person { without_honorific(chars) } else { chars };
    match Script::of(chars[0]) {
        Script::Kana => push(&kana(chars), out),
        Script::Han if style == Style::Person => {
            let double = HAN_DOUBLE.iter().map(|name| (*name, None));
            divide(chars, double.chain(HAN_FAMILY.iter().map(|(name, latin)| (*name, Some(*latin)))), out);
        }
        Script::Hangul if style == Style::Person => {
            divide(chars, HANGUL_FAMILY.iter().map(|(name, latin)| (*name, Some(*latin))), out);
        }
        _ => push(&spell(chars), out),
    }
}

/// A run without the form of address at its end, if two characters are left.
fn without_honorific(chars: &[char]) -> &[char] {
    let ends = |honorific: &&&str| {
        let length = honorific.chars().count();
        chars.len() >= length + 2 && honorific.chars().eq(chars[chars.len() - length..].iter().copied())
    };
    HONORIFICS.iter().find(ends).map_or(chars, |honorific| &chars[..chars.len() - honorific.chars().count()])
}

/// Splits what was spelled at anything but letters and digits, and folds it to capitals.
fn push(spelled: &str, out: &mut Vec<String>) {
    let folded: String = spelled.chars().filter(|c| !is_silent(*c)).map(|c| c.to_ascii_uppercase()).collect();
    out.extend(folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).map(str::to_owned));
}

/// One character in Latin letters.
fn spell_one(c: char) -> &'static str {
    match CHARACTERS.iter().find(|(from, _)| *from == c) {
        Some((_, to)) => to,
        None => any_ascii_char(c),
    }
}

/// Scripts without rules of their own: symbols separate, vowels that are written before their consonant go behind it, and
/// signs that depend on the next letter follow it.
fn other(chars: &[char]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        at += 1;
        match (c, next) {
            ('\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}', _) => out.push(' '),
            // Thai and Lao
            ('\u{E40}'..='\u{E44}' | '\u{EC0}'..='\u{EC4}', Some(consonant)) => {
                out.push_str(spell_one(consonant));
                out.push_str(spell_one(c));
                at += 1;
            }
            // Armenian u
            ('ո' | 'Ո', Some('ւ')) => {
                out.push('U');
                at += 1;
            }
            // Indic anusvara: the nasal of the next letter
            ('\u{902}' | '\u{982}' | '\u{A02}' | '\u{A70}' | '\u{A82}' | '\u{B02}' | '\u{C02}' | '\u{C82}', next) => {
                let labial = next.is_some_and(|next| spell_one(next).starts_with(['p', 'b', 'm']));
                out.push(if labial { 'M' } else { 'N' });
            }
            _ => out.push_str(spell_one(c)),
        }
    }
    out
}

/// Hangul syllables; a stop at the end of one is voiceless, as names are officially romanised.
fn hangul(chars: &[char]) -> String {
    let mut out = String::new();
    for c in chars {
        let syllable = spell_one(*c);
        let end = match syllable.as_bytes() {
            [.., before, b'g'] if *before != b'n' => "k",
            [.., b'd'] => "t",
            [.., b'b'] => "p",
            _ => "",
        };
        out.push_str(if end.is_empty() { syllable } else { &syllable[..syllable.len() - 1] });
        out.push_str(end);
    }
    out
}

fn spell(chars: &[char]) -> String {
    if chars.first().is_some_and(|c| Script::of(*c) == Script::Hangul) {
        return hangul(chars);
    }
    chars.iter().map(|c| spell_one(*c)).collect()
}

/// Family name first, given name glued: two to four characters; longer runs are transcriptions and stay whole.
fn divide<'a>(chars: &[char], families: impl Iterator<Item = (&'a str, Option<&'a str>)>, out: &mut Vec<String>) {
    if !(2..=4).contains(&chars.len()) {
        return push(&spell(chars), out);
    }
    let known = families
        .filter(|(name, _)| chars.len() > name.chars().count())
        .find(|(name, _)| name.chars().eq(chars[..name.chars().count()].iter().copied()));
    let (length, latin) = known.map_or((1, None), |(name, latin)| (name.chars().count(), latin));
    if length == 1 && chars.len() == 4 {
        return push(&spell(chars), out);
    }
    match latin {
        Some(latin) => out.push(latin.to_owned()),
        None => push(&spell(&chars[..length]), out),
    }
    push(&spell(&chars[length..]), out);
}

/// Arabic letters: a leading article goes, waw and yeh are vowels between consonants.
fn arabic(chars: &[char]) -> String {
    if let Some((_, latin)) = ARABIC_WORDS.iter().find(|(word, _)| word.chars().eq(chars.iter().copied())) {
        return (*latin).to_owned();
    }
    let word = match chars {
        // The seat of a first vowel in Uyghur and Kurdish has no sound.
        ['ئ', rest @ ..] if rest.len() >= 2 => rest,
        ['ا', 'ل', rest @ ..] if rest.len() >= 3 => rest,
        _ => chars,
    };
    let vowel = |c: Option<&char>| matches!(c, Some('ا' | 'أ' | 'آ' | 'ى' | 'ة' | 'ە'));
    let mut out = String::new();
    for (at, c) in word.iter().enumerate() {
        let yod = |c: Option<&char>| matches!(c, Some('ي' | 'ی'));
        let before = at.checked_sub(1).and_then(|at| word.get(at));
        let between = *c == 'و' && (before == Some(&'و') || yod(before) && yod(word.get(at + 1)));
        let consonant = at == 0 || between || vowel(word.get(at + 1));
        out.push_str(match c {
            'و' if consonant => "W",
            'و' => "U",
            'ي' | 'ی' | 'ې' if consonant => "Y",
            'ي' | 'ی' | 'ې' => "I",
            'ه' if at + 1 == word.len() => "A",
            _ => spell_one(*c),
        });
    }
    out
}

/// Hebrew letters: vav and yod are vowels between consonants, doubled vav is a consonant.
fn hebrew(chars: &[char]) -> String {
    if let Some((_, latin)) = HEBREW_WORDS.iter().find(|(word, _)| word.chars().eq(chars.iter().copied())) {
        return (*latin).to_owned();
    }
    let mut out = String::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let (next, last) = (chars.get(at + 1), at + 1 == chars.len());
        match c {
            'ו' if next == Some(&'ו') => {
                out.push('V');
                at += 1;
            }
            'ו' if at == 0 => out.push('V'),
            'ו' => out.push('O'),
            'י' if next == Some(&'י') => {
                out.push('I');
                at += 1;
            }
            'י' if at == 0 => out.push('Y'),
            'י' => out.push('I'),
            'ה' if last => out.push('A'),
            'פ' if last => out.push('F'),
            _ => out.push_str(spell_one(*c)),
        }
        at += 1;
    }
    out
}

/// Greek letters: accents off, groups of letters as they sound, then single letters.
fn greek(chars: &[char]) -> String {
    let mut text: String =
        chars.iter().copied().nfd().filter(|c| !('\u{300}'..='\u{36F}').contains(c)).collect::<String>().to_lowercase();
    // At the beginning of a word these two sound as one letter.
    if let Some(rest) = text.strip_prefix("μπ") {
        text = format!("b{rest}");
    }
    for (from, to) in GREEK_GROUPS {
        text = text.replace(from, to);
    }
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { spell_one(c).to_owned() }).collect()
}

/// Kana: small vowels replace the vowel before them; length marks and small tsu are not written.
fn kana(chars: &[char]) -> String {
    let mut out = String::new();
    for c in chars {
        let glide = matches!(c, 'ャ' | 'ュ' | 'ョ' | 'ゃ' | 'ゅ' | 'ょ');
        let small = match c {
            'ァ' | 'ャ' | 'ぁ' | 'ゃ' => "A",
            'ィ' | 'ぃ' => "I",
            'ゥ' | 'ュ' | 'ぅ' | 'ゅ' => "U",
            'ェ' | 'ぇ' => "E",
            'ォ' | 'ョ' | 'ぉ' | 'ょ' => "O",
            'ー' | 'ッ' | 'っ' => continue,
            '・' => " ",
            _ => {
                out.push_str(any_ascii_char(*c));
                continue;
            }
        };
        if small != " " && out.ends_with(['a', 'i', 'u', 'e', 'o']) {
            out.pop();
        }
        // `kya` and `ryo` keep their glide, `sha`, `cha` and `ja` have it in their consonant.
        if glide && out.ends_with(['k', 'g', 'n', 'b', 'p', 'm', 'r']) || glide && out == "h" {
            out.push('Y');
        }
        out.push_str(small);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn ascii_is_read_the_short_way_as_the_long_way(text in "[ -~\\t\\n\\x00\\x0b\\x7f]{0,24}") {
            for style in [Style::Person, Style::Plain] {
                proptest::prop_assert_eq!(parts_of_any_script(&text, style), ascii_parts(&text));
            }
        }
    }
}
