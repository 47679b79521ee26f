//! Folding of Latin letters with diacritics, as registers without them do it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::style::Diacritics;

/// Plain letter, then the letters that lose their marks to it.
const STRIPPED: &str = "a àáâãäåāăąǎảạằắẳẵặầấẩẫậ A ÀÁÂÃÄÅĀĂĄẢẠẰẮẲẴẶẦẤẨẪẬ b ḃ c çćčċĉ C ÇĆČĊ d ďđḍḋ D ĎĐḌ \
    e èéêëēĕėęěẻẽẹềếểễệə E ÈÉÊËĒĖĘĚẺẼẸỀẾỂỄỆƏ g ğģġǧḡ G ĞĢĠǦḠ h ḥḫħḩ H ḤḪĦ i ìíîïĩīįıỉị I ÌÍÎÏĨĪĮİỈỊ j ĵǰ k ķḵ K ĶḴ \
    l ĺľłļḷ L ĹĽŁĻ m ṁ n ñńňņṇṅ N ÑŃŇŅ o òóôõöøōőŏỏọồốổỗộơờớởỡợ O ÒÓÔÕÖØŌŐỎỌỒỐỔỖỘƠỜỚỞỠỢ p ṗ P Ṗ r řŕṛ R ŘŔ \
    s śšşșṣŝṡ S ŚŠŞȘṢŜ t ţťțṭ T ŢŤȚṬ u ùúûüũūŭůűųủụưừứửữự U ÙÚÛÜŨŪŮŰŲỦỤƯỪỨỬỮỰ w ŵ y ýÿỳỷỹỵ Y ÝŸỲỶỸỴ z źžżẓẕ Z ŹŽŻẒẔ";

/// Where the machine-readable zone writes two letters (ICAO 9303, part 3).
const PASSPORT: [(char, &str); 11] = [
    ('ä', "ae"),
    ('ö', "oe"),
    ('ü', "ue"),
    ('Ä', "Ae"),
    ('Ö', "Oe"),
    ('Ü', "Ue"),
    ('å', "aa"),
    ('ø', "oe"),
    ('Å', "Aa"),
    ('Ø', "Oe"),
    ('ñ', "n"),
];

static PLAIN: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let words: Vec<&str> = STRIPPED.split_whitespace().collect();
    words
        .chunks_exact(2)
        .flat_map(|pair| pair[1].chars().filter_map(|marked| pair[0].chars().next().map(|plain| (marked, plain))))
        .collect()
});

/// Writes Latin text as a register with these letters does; other scripts stay as they are.
pub(super) fn fold(text: &str, diacritics: Diacritics) -> String {
    if diacritics == Diacritics::Kept || text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if diacritics == Diacritics::Passport
            && let Some((_, letters)) = PASSPORT.iter().find(|(marked, _)| *marked == sign)
        {
            out.push_str(letters);
            continue;
        }
        match sign {
            'ʿ' | 'ʾ' | 'ʹ' | 'ʺ' | '’' | '\u{300}'..='\u{36f}' => {}
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            _ => out.push(PLAIN.get(&sign).copied().unwrap_or(sign)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::draws::{Draws, Purpose};
    use super::super::names::{Gender, NamingSystem, Romanisation};
    use super::*;

    #[test]
    fn passports_write_two_letters_where_others_strip() {
        assert_eq!(fold("Müller", Diacritics::Passport), "Mueller");
        assert_eq!(fold("Müller", Diacritics::Stripped), "Muller");
        assert_eq!(fold("Nguyễn Đặng", Diacritics::Passport), "Nguyen Dang");
        assert_eq!(fold("Şahinoğlu Işık", Diacritics::Stripped), "Sahinoglu Isik");
    }

    #[test]
    fn every_name_under_every_standard_folds_to_plain_letters() {
        for system in NamingSystem::ALL {
            let mut draws = Draws::new(8, Purpose::Person, 0, 0);
            for _ in 0..800 {
                for part in system.person(Gender::Male, &mut draws) {
                    use Romanisation::*;
                    for standard in [Passport, English, French, German, Scholarly] {
                        let text = fold(&system.romanise(&part, standard), Diacritics::Stripped);
                        assert!(text.is_ascii(), "{system:?} {text}");
                    }
                }
            }
        }
    }
}
