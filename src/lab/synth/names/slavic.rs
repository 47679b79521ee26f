//! Cyrillic to Latin, by rule, for Russian and Ukrainian names.

use super::Romanisation;

/// Which language's letters and standards apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Russian,
    Ukrainian,
}

/// One letter in lower case under a standard. Latin letters in the table are, in this order: passport (ICAO 9303 for
/// Russian, the resolution of 2010 for Ukrainian), English press, French, German, scholarly (ISO 9 in the common form).
const RUSSIAN: [(char, [&str; 5]); 33] = [
    ('а', ["a", "a", "a", "a", "a"]),
    ('б', ["b", "b", "b", "b", "b"]),
    ('в', ["v", "v", "v", "w", "v"]),
    ('г', ["g", "g", "g", "g", "g"]),
    ('д', ["d", "d", "d", "d", "d"]),
    ('е', ["e", "e", "e", "e", "e"]),
    ('ё', ["e", "yo", "io", "jo", "ë"]),
    ('ж', ["zh", "zh", "j", "sch", "ž"]),
    ('з', ["z", "z", "z", "s", "z"]),
    ('и', ["i", "i", "i", "i", "i"]),
    ('й', ["i", "y", "ï", "j", "j"]),
    ('к', ["k", "k", "k", "k", "k"]),
    ('л', ["l", "l", "l", "l", "l"]),
    ('м', ["m", "m", "m", "m", "m"]),
    ('н', ["n", "n", "n", "n", "n"]),
    ('о', ["o", "o", "o", "o", "o"]),
    ('п', ["p", "p", "p", "p", "p"]),
    ('р', ["r", "r", "r", "r", "r"]),
    ('с', ["s", "s", "s", "s", "s"]),
    ('т', ["t", "t", "t", "t", "t"]),
    ('у', ["u", "u", "ou", "u", "u"]),
    ('ф', ["f", "f", "f", "f", "f"]),
    ('х', ["kh", "kh", "kh", "ch", "h"]),
    ('ц', ["ts", "ts", "ts", "z", "c"]),
    ('ч', ["ch", "ch", "tch", "tsch", "č"]),
    ('ш', ["sh", "sh", "ch", "sch", "š"]),
    ('щ', ["shch", "shch", "chtch", "schtsch", "šč"]),
    ('ъ', ["ie", "", "", "", "ʺ"]),
    ('ы', ["y", "y", "y", "y", "y"]),
    ('ь', ["", "", "", "", "ʹ"]),
    ('э', ["e", "e", "e", "e", "è"]),
    ('ю', ["iu", "yu", "iou", "ju", "û"]),
    ('я', ["ia", "ya", "ia", "ja", "â"]),
];

/// Letters that Ukrainian has of its own or reads otherwise.
const UKRAINIAN: [(char, [&str; 5]); 9] = [
    ('г', ["h", "h", "h", "h", "g"]),
    ('ґ', ["g", "g", "g", "g", "g"]),
    ('є', ["ie", "ye", "ie", "je", "ê"]),
    ('и', ["y", "y", "y", "y", "i"]),
    ('і', ["i", "i", "i", "i", "ì"]),
    ('ї', ["i", "yi", "ï", "ji", "ï"]),
    ('й', ["i", "y", "ï", "j", "j"]),
    ('щ', ["shch", "shch", "chtch", "schtsch", "ŝ"]),
    ('’', ["", "", "", "", "’"]),
];

/// Romanises one part of a name; upper case at the start of each word.
pub(super) fn romanise(text: &str, standard: Romanisation, language: Language) -> String {
    let column = match standard {
        Romanisation::Passport => 0,
        Romanisation::English => 1,
        Romanisation::French => 2,
        Romanisation::German => 3,
        Romanisation::Scholarly => 4,
    };
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for sign in text.chars() {
        let lower = sign.to_lowercase().next().unwrap_or(sign);
        let starts = !before.is_alphabetic() && before != '’';
        let latin = if language == Language::Ukrainian && starts && column == 0 {
            initial(lower)
        } else if column == 1 && lower == 'е' && language == Language::Russian && starts {
            Some("ye")
        } else {
            None
        };
        match latin.or_else(|| letter(lower, column, language)) {
            Some(latin) if sign != lower => out.push_str(&super::capitalised(latin)),
            Some(latin) => out.push_str(latin),
            None => out.push(sign),
        }
        before = lower;
    }
    if column == 1 { press_ending(out) } else { out }
}

/// Ukrainian passports write the iotated vowels with y at the start of a word.
fn initial(lower: char) -> Option<&'static str> {
    Some(match lower {
        'є' => "ye",
        'ї' => "yi",
        'й' => "y",
        'ю' => "yu",
        'я' => "ya",
        _ => return None,
    })
}

fn letter(lower: char, column: usize, language: Language) -> Option<&'static str> {
    let find = |table: &'static [(char, [&'static str; 5])]| {
        table.iter().find(|(cyrillic, _)| *cyrillic == lower).map(|(_, latin)| latin[column])
    };
    let own = if language == Language::Ukrainian { find(&UKRAINIAN) } else { None };
    own.or_else(|| find(&RUSSIAN))
}

/// The press shortens the endings -iy and -yy.
fn press_ending(mut text: String) -> String {
    for ending in ["iy", "yy"] {
        if text.ends_with(ending) {
            text.truncate(text.len() - 2);
            text.push('y');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Language::*;
    use super::Romanisation::*;
    use super::*;

    #[test]
    fn one_surname_has_a_form_under_each_standard() {
        let forms = [Passport, English, French, German, Scholarly].map(|s| romanise("Щукин", s, Russian));
        assert_eq!(forms, ["Shchukin", "Shchukin", "Chtchoukin", "Schtschukin", "Ščukin"]);
        let forms = [Passport, English, German, Scholarly].map(|s| romanise("Юрьевич", s, Russian));
        assert_eq!(forms, ["Iurevich", "Yurevich", "Jurewitsch", "Ûrʹevič"]);
        assert_eq!(romanise("Дмитрий", English, Russian), "Dmitry");
    }

    #[test]
    fn ukrainian_letters_follow_the_resolution_of_2010() {
        assert_eq!(romanise("Ярослав", Passport, Ukrainian), "Yaroslav");
        assert_eq!(romanise("Григорій", Passport, Ukrainian), "Hryhorii");
        assert_eq!(romanise("В’ячеслав", Passport, Ukrainian), "Viacheslav");
    }
}
