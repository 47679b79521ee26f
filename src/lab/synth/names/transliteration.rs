//! From the scholarly spelling of Arabic and Persian names (ALA-LC) to what registries and newspapers write.

use super::{Part, Romanisation, capitalised};

/// Writes a part whose spellings are, in this order: scholarly, English, French, then any others in use. What the
/// table does not hold follows by rule from the scholarly spelling.
pub(super) fn romanise(part: &Part, standard: Romanisation) -> String {
    let Some(scholarly) = part.spellings.first() else {
        return part.native.clone().into_owned();
    };
    let known = match standard {
        Romanisation::Scholarly => Some(scholarly),
        Romanisation::English | Romanisation::Passport => part.spellings.get(1),
        Romanisation::French => part.spellings.get(2),
        Romanisation::German => None,
    };
    match known {
        Some(spelling) => spelling.clone(),
        None => by_rule(scholarly, standard),
    }
}

/// Plain letters for the scholarly ones, then the sounds as the language of the registry spells them.
fn by_rule(scholarly: &str, standard: Romanisation) -> String {
    let plain: String = scholarly.chars().filter_map(plain).collect();
    let sounds: &[(&str, &str)] = match standard {
        Romanisation::French => &[
            ("sh", "ch"),
            ("j", "dj"),
            ("aw", "aou"),
            ("w", "ou"),
            ("uu", "ou"),
            ("u", "ou"),
            ("ay", "aï"),
            ("q", "k"),
        ],
        Romanisation::German => {
            &[("kh", "ch"), ("sh", "sch"), ("j", "dsch"), ("y", "j"), ("z", "s"), ("q", "k"), ("ee", "i")]
        }
        _ => &[],
    };
    let words: Vec<String> = plain.split(' ').map(|word| respell(word, sounds)).collect();
    words.join(" ")
}

/// Replaces sounds from left to right, so that the outcome of one rule is never the start of another.
fn respell(word: &str, sounds: &[(&str, &str)]) -> String {
    let upper = word.chars().next().is_some_and(char::is_uppercase);
    let lower = word.to_lowercase();
    let mut rest = lower.as_str();
    let mut out = String::with_capacity(word.len() + 4);
    while let Some(first) = rest.chars().next() {
        match sounds.iter().find(|(sound, _)| rest.starts_with(sound)) {
            Some((sound, spelling)) => {
                out.push_str(spelling);
                rest = &rest[sound.len()..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    if upper { capitalised(&out) } else { out }
}

fn plain(sign: char) -> Option<char> {
    Some(match sign {
        'ʿ' | 'ʾ' => return None,
        'ā' | 'á' => 'a',
        'ī' => 'i',
        'ū' => 'u',
        'ḥ' => 'h',
        'ṣ' | 'ṡ' => 's',
        'ḍ' => 'd',
        'ṭ' => 't',
        'ṇ' | 'ṅ' => 'n',
        'ẓ' | 'ż' | 'ẕ' => 'z',
        'Ā' => 'A',
        'Ī' => 'I',
        'Ū' => 'U',
        'Ḥ' => 'H',
        'Ṣ' => 'S',
        'Ḍ' => 'D',
        'Ṭ' => 'T',
        'Ẓ' | 'Ż' | 'Ẕ' => 'Z',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_follow_the_language_of_the_registry() {
        assert_eq!(by_rule("Khālid", Romanisation::English), "Khalid");
        assert_eq!(by_rule("Jamāl", Romanisation::French), "Djamal");
        assert_eq!(by_rule("Rashīd", Romanisation::French), "Rachid");
        assert_eq!(by_rule("Walīd", Romanisation::French), "Oualid");
        assert_eq!(by_rule("Yūsuf", Romanisation::German), "Jusuf");
        assert_eq!(by_rule("Khālid", Romanisation::German), "Chalid");
    }
}
