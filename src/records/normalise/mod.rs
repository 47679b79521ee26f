//! Normalisation of names, companies and places: any script to parts of `A`–`Z` and digits.
//!
//! Both agencies must spell a name alike before anything is hashed, so what happens here is part of what they agree on:
//! the steps are named and versioned in [`STEPS`], and [`digest`] covers their names, every table they use and the
//! [conformance vectors](VECTORS). It goes into the schema's `normalisation`, which agencies must agree on to the letter.
//!
//! - Order of parts is kept; later rooms do not depend on it.
//! - Vowels are spelled as the script allows. What scripts without vowels cannot tell is left to the consonant skeletons
//!   of the encoding.
//! - No step can fail: what cannot be read leaves no part.

mod company;
mod particles;
mod readings;
mod romanise;
mod tables;

use crate::primitives::{Digest, Hasher};

/// The steps in the order in which they run. A change of behaviour is a new version here.
pub const STEPS: [&str; 10] = [
    "nfkc@2",        // compatibility forms to plain characters; marks that do not spell vanish before and after
    "script@2",      // rules of scripts: Arabic, Hebrew, Greek (ELOT 743), kana, Hangul, Han, Thai, Armenian, anusvara
    "romanise@2",    // Cyrillic after ICAO Doc 9303, everything else by the frozen tables of `any_ascii`
    "fold@1",        // capital letters A–Z and digits; apostrophes vanish
    "split@2",       // at spaces, hyphens, symbols and all other characters; alphabets mixed in one word stay one part
    "titles@2",      // forms of address are dropped
    "particles@2",   // articles and linking words: canonical, joined or dropped
    "spelling@1",    // family names and short forms that stand for one name get its one spelling
    "patronymics@1", // Slavic patronymics are dropped beside two other parts
    "forms@2",       // legal forms of companies are dropped
];

/// What normalisation makes of names in every script, with spellings of one name in sets: tab-separated, explained at its head.
pub const VECTORS: &str = include_str!("vectors.tsv");

/// One conformance vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    /// Number of the name whose spelling it is; none for what stands alone.
    pub set: Option<u16>,
    /// `person`, `company` or `place`.
    pub kind: &'static str,
    /// The cells that a name is read from, in their order.
    pub cells: Vec<String>,
    /// The parts, with a space between them.
    pub output: &'static str,
    /// How it relates to the first of its set.
    pub relation: &'static str,
}

/// The conformance vectors.
pub fn vectors() -> impl Iterator<Item = Vector> {
    let rows = VECTORS.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'));
    rows.map(|mut row| {
        let mut next = || row.next().unwrap_or_default();
        let (set, kind, input) = (next().parse().ok(), next(), next());
        Vector { set, kind, cells: input.split('|').map(unescaped).collect(), output: next(), relation: next() }
    })
}

/// The text with characters in place of their `\u{…}`.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    for (at, piece) in text.split("\\u{").enumerate() {
        match piece.split_once('}').filter(|_| at > 0) {
            Some((code, rest)) => {
                out.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
                out.push_str(rest);
            }
            None => out.push_str(piece),
        }
    }
    out
}

/// Digest of the steps, of every table behind them and of the conformance vectors.
pub fn digest() -> Digest {
    let mut hasher = Hasher::new();
    let mut put = |text: &str| {
        hasher.update(&(text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    };
    STEPS.iter().for_each(|step| put(step));
    tables::visit(&mut put);
    put(VECTORS);
    hasher.finish()
}

/// Parts of a natural person's name, from the cells that hold it, in written order.
pub fn person_name(cells: &[&str]) -> Vec<String> {
    whole_name(cells.iter().flat_map(|cell| name_cell(cell)).collect())
}

/// Parts of one cell of a personal name, before the name is looked at as a whole.
pub(super) fn name_cell(cell: &str) -> Vec<String> {
    particles::person(romanise::parts(cell, romanise::Style::Person))
}

/// The parts of a personal name, from those of its cells.
pub(super) fn whole_name(parts: Vec<String>) -> Vec<String> {
    particles::without_patronymic(parts)
}

/// Parts of a company's name without its legal form.
pub fn company_name(cell: &str) -> Vec<String> {
    company::without_form(cell)
}

/// Parts of the name of a place.
pub fn place(cell: &str) -> Vec<String> {
    let mut parts = romanise::parts(cell, romanise::Style::Plain);
    for part in &mut parts {
        if let Some((_, full)) = tables::PLACE_WORDS.iter().find(|(short, _)| short == part) {
            (*full).clone_into(part);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(cells: &[&str]) -> String {
        person_name(cells).join(" ")
    }

    #[test]
    fn parts_hold_capitals_and_digits_alone_in_any_script() {
        for cell in [
            "Хрущёв",
            "محمد",
            "בנימין",
            "王小明",
            "김정은",
            "サッチャー",
            "გიორგი",
            "ተፈሪ",
            "Đặng Thị",
            "ıİß",
            "राम",
            "\u{1F600} x9",
        ] {
            for part in [person_name(&[cell]), company_name(cell), place(cell)].concat() {
                assert!(!part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
            }
        }
    }

    #[test]
    fn the_article_of_arabic_is_one_thing_in_all_its_spellings() {
        for cell in ["Al-Hassan", "Alhassan", "Al Hassan", "al‑Hassan", "EL HASSAN", "Hassan"] {
            assert_eq!(joined(&[cell]), "HASSAN");
        }
    }

    #[test]
    fn a_slavic_patronymic_goes_where_two_other_parts_stay() {
        assert_eq!(joined(&["Остапенко", "Ігор", "Іванович"]), joined(&["OSTAPENKO IGOR"]));
        assert_eq!(joined(&["Иванова Мария Сергеевна"]), "IVANOVA MARIIA");
        assert_eq!(joined(&["Ivan Petrovich"]), "IVAN PETROVICH");
        assert_eq!(joined(&["Roman Arkadyevich Abramovich"]), "ROMAN ARKADYEVICH ABRAMOVICH");
    }

    #[test]
    fn servant_of_names_are_one_part_in_all_their_spellings() {
        for cell in ["Abd al-Rahman", "Abdul Rahman", "Abdelrahman", "Abdurrahman", "Abd-ur-Rahman", "Abdul-Rahman"] {
            assert_eq!(joined(&[cell]), "ABDULRAHMAN");
        }
        assert_eq!(joined(&["عبد الرحمن"]), "ABDULRHMN");
    }

    #[test]
    fn apostrophes_vanish_hyphens_split_and_titles_go() {
        assert_eq!(joined(&["Dr. Jean-Luc O’Brien"]), "JEAN LUC OBRIEN");
        assert_eq!(joined(&["Dr"]), "DR");
        assert_eq!(joined(&["Ludwig van der Berg"]), "LUDWIG BERG");
        assert_eq!(joined(&["Mc Donald"]), joined(&["McDonald"]));
    }

    #[test]
    fn han_and_hangul_names_are_a_family_name_and_one_glued_given_name() {
        assert_eq!(joined(&["王小明"]), "WANG XIAOMING");
        assert_eq!(joined(&["歐陽修"]), "OUYANG XIU");
        assert_eq!(joined(&["김정은"]), "KIM JEONGEUN");
        assert_eq!(joined(&["남궁원"]), "NAMGUNG WON");
    }

    #[test]
    fn kana_contract_small_signs() {
        assert_eq!(joined(&["シャッティー・ファ"]), "SHATI FA");
        assert_eq!(joined(&["キョウゴク"]), "KYOUGOKU");
    }

    #[test]
    fn legal_forms_go_wherever_they_stand() {
        for cell in [
            "Acme Trading Ltd.",
            "ACME TRADING LIMITED",
            "Acme Trading G.m.b.H. & Co. KG",
            "ООО «Acme Trading»",
            "Acme Trading S. A. S.",
        ] {
            assert_eq!(company_name(cell).join(" "), "ACME TRADING", "{cell}");
        }
        assert_eq!(company_name("Limited").join(" "), "LIMITED");
    }

    #[test]
    fn places_write_common_words_in_full() {
        assert_eq!(place("St. Kilda"), place("Saint Kilda"));
    }

    #[test]
    fn every_vector_holds() {
        let made = |vector: &Vector| {
            let cells: Vec<&str> = vector.cells.iter().map(String::as_str).collect();
            match vector.kind {
                "person" => person_name(&cells),
                "company" => company_name(cells[0]),
                "place" => place(cells[0]),
                other => panic!("{other}"),
            }
        };
        let wrong: Vec<_> = vectors()
            .filter_map(|vector| {
                let made = made(&vector).join(" ");
                (made != vector.output).then_some((vector, made))
            })
            .collect();
        assert!(wrong.is_empty(), "{} do not hold, such as {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
        assert!(vectors().count() >= 400);
    }

    #[test]
    fn escapes_are_the_characters_they_name() {
        assert_eq!(unescaped("a\\u{200F}b\\u{E0001}"), "a\u{200F}b\u{E0001}");
    }

    #[test]
    fn a_name_of_five_hundred_letters_is_one_part_and_nothing_is_cut() {
        let long = "Ж".repeat(500);
        assert_eq!(person_name(&[&long]), ["ZH".repeat(500)]);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_only_capitals_and_digits_come_out(cell in "\\PC{0,40}") {
            for parts in [person_name(&[&cell]), company_name(&cell), place(&cell)] {
                for part in parts {
                    proptest::prop_assert!(!part.is_empty());
                    proptest::prop_assert!(part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
                }
            }
        }
    }
}
