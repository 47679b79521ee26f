//! Normalisation of names, companies and places: any script to parts of `A`–`Z` and digits.
//!
//! Both agencies must spell a name alike before anything is hashed, so what happens here is part of what they agree on:
//! the steps are named and versioned in [`STEPS`], and [`digest`] covers their names and every table they use. It goes
//! into the digest of the schema.
//!
//! - Order of parts is kept; later rooms do not depend on it.
//! - Vowels are spelled as the script allows. What scripts without vowels cannot tell is left to the consonant skeletons
//!   of the encoding.
//! - No step can fail: what cannot be read leaves no part.

mod company;
mod particles;
mod romanise;
mod tables;

use crate::primitives::{Digest, Hasher};

/// The steps in the order in which they run. A change of behaviour is a new version here.
pub const STEPS: [&str; 9] = [
    "nfkc@1",        // compatibility forms to plain characters
    "script@1",      // rules of scripts: Arabic, Hebrew, Greek, kana, Hangul, Han
    "romanise@1",    // everything else by the frozen tables of `any_ascii`
    "fold@1",        // capital letters A–Z and digits; apostrophes vanish
    "split@1",       // at spaces, hyphens and all other characters
    "titles@1",      // forms of address are dropped
    "particles@1",   // articles and linking words: canonical, joined or dropped
    "patronymics@1", // Slavic patronymics are dropped beside two other parts
    "forms@1",       // legal forms of companies are dropped
];

/// Digest of the steps and of every table behind them.
pub fn digest() -> Digest {
    let mut hasher = Hasher::new();
    let mut put = |text: &str| {
        hasher.update(&(text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    };
    STEPS.iter().for_each(|step| put(step));
    tables::visit(&mut put);
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
        assert_eq!(joined(&["Иванова Мария Сергеевна"]), "IVANOVA MARIYA");
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
    fn the_digest_changes_only_with_a_step_or_a_table() {
        assert_eq!(digest().short(), "371554e0");
    }
}
