//! What goes wrong when an agency writes a person down: rates, kinds, and errors of typing and reading.

use super::draws::Draws;

/// How often each mistake happens to one recording, as a share from 0 to 1. Agencies err independently of each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorRates {
    /// One letter of the name mistyped or misread.
    pub typing: f64,
    /// A spelling that is not the agency's own standard.
    pub other_spelling: f64,
    /// Given name and surname in each other's place.
    pub swapped: f64,
    /// A middle name, second surname or father's name left out.
    pub dropped_part: f64,
    /// Initial instead of the given name.
    pub initial_only: f64,
    /// Known here under another given name.
    pub alias: f64,
    /// Known here under another surname; twice this rate for women, half for men.
    pub changed_surname: f64,
    /// No birth date.
    pub missing_date: f64,
    /// 1 January of the right year; three times this rate in systems where that is common.
    pub placeholder_date: f64,
    /// Year, or year and month, only; three times this rate in systems where that is common.
    pub partial_date: f64,
    /// Day and month in each other's place.
    pub day_month_swap: f64,
    /// One year off.
    pub year_slip: f64,
    /// One digit of the date wrong.
    pub wrong_digit: f64,
    /// The former document of a person who has a new one.
    pub stale_document: f64,
    /// One sign of a document or account number wrong.
    pub wrong_number: f64,
}

impl ErrorRates {
    /// Nothing goes wrong.
    pub const NONE: Self = Self {
        typing: 0.0,
        other_spelling: 0.0,
        swapped: 0.0,
        dropped_part: 0.0,
        initial_only: 0.0,
        alias: 0.0,
        changed_surname: 0.0,
        missing_date: 0.0,
        placeholder_date: 0.0,
        partial_date: 0.0,
        day_month_swap: 0.0,
        year_slip: 0.0,
        wrong_digit: 0.0,
        stale_document: 0.0,
        wrong_number: 0.0,
    };

    /// What is assumed of registers kept with some care.
    pub const MODERATE: Self = Self {
        typing: 0.06,
        other_spelling: 0.12,
        swapped: 0.02,
        dropped_part: 0.05,
        initial_only: 0.015,
        alias: 0.01,
        changed_surname: 0.012,
        missing_date: 0.02,
        placeholder_date: 0.01,
        partial_date: 0.015,
        day_month_swap: 0.01,
        year_slip: 0.01,
        wrong_digit: 0.015,
        stale_document: 0.12,
        wrong_number: 0.01,
    };

    /// All rates times a factor, none above one half.
    pub fn times(self, factor: f64) -> Self {
        let scaled = |rate: f64| (rate * factor).clamp(0.0, 0.5);
        Self {
            typing: scaled(self.typing),
            other_spelling: scaled(self.other_spelling),
            swapped: scaled(self.swapped),
            dropped_part: scaled(self.dropped_part),
            initial_only: scaled(self.initial_only),
            alias: scaled(self.alias),
            changed_surname: scaled(self.changed_surname),
            missing_date: scaled(self.missing_date),
            placeholder_date: scaled(self.placeholder_date),
            partial_date: scaled(self.partial_date),
            day_month_swap: scaled(self.day_month_swap),
            year_slip: scaled(self.year_slip),
            wrong_digit: scaled(self.wrong_digit),
            stale_document: scaled(self.stale_document),
            wrong_number: scaled(self.wrong_number),
        }
    }
}

impl Default for ErrorRates {
    fn default() -> Self {
        Self::MODERATE
    }
}

/// A mistake that was made in one record. Differences of style between agencies are not mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mistake {
    /// See [`ErrorRates::alias`].
    Alias,
    /// See [`ErrorRates::changed_surname`].
    ChangedSurname,
    /// See [`ErrorRates::day_month_swap`].
    DayMonthSwap,
    /// See [`ErrorRates::dropped_part`].
    DroppedPart,
    /// See [`ErrorRates::initial_only`].
    InitialOnly,
    /// See [`ErrorRates::missing_date`].
    MissingDate,
    /// See [`ErrorRates::other_spelling`].
    OtherSpelling,
    /// See [`ErrorRates::partial_date`].
    PartialDate,
    /// See [`ErrorRates::placeholder_date`].
    PlaceholderDate,
    /// See [`ErrorRates::stale_document`].
    StaleDocument,
    /// See [`ErrorRates::swapped`].
    Swapped,
    /// See [`ErrorRates::typing`].
    Typing,
    /// See [`ErrorRates::wrong_digit`].
    WrongDigit,
    /// See [`ErrorRates::wrong_number`].
    WrongNumber,
    /// See [`ErrorRates::year_slip`].
    YearSlip,
}

impl Mistake {
    /// The mistake's name in truth files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::ChangedSurname => "changed-surname",
            Self::DayMonthSwap => "day-month-swap",
            Self::DroppedPart => "dropped-part",
            Self::InitialOnly => "initial-only",
            Self::MissingDate => "missing-date",
            Self::OtherSpelling => "other-spelling",
            Self::PartialDate => "partial-date",
            Self::PlaceholderDate => "placeholder-date",
            Self::StaleDocument => "stale-document",
            Self::Swapped => "swapped",
            Self::Typing => "typing",
            Self::WrongDigit => "wrong-digit",
            Self::WrongNumber => "wrong-number",
            Self::YearSlip => "year-slip",
        }
    }
}

/// Neighbours on the keyboard: rows of the Latin and the Cyrillic layout.
const ROWS: [&str; 6] = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"];

/// What a reader or scanner takes for each other, each group within one script.
const LOOK_ALIKE: [&str; 24] = [
    "il",
    "oa",
    "ce",
    "uv",
    "nh",
    "gq",
    "ft",
    "шщ",
    "ий",
    "её",
    "нп",
    "ьъ",
    "بتثنی",
    "جحخ",
    "دذ",
    "رز",
    "سش",
    "صض",
    "طظ",
    "عغ",
    "王玉",
    "末未",
    "太大",
    "ბგ",
];

/// Groups of signs that are read as others.
const LOOK_ALIKE_GROUPS: [(&str, &str); 5] = [("rn", "m"), ("m", "rn"), ("cl", "d"), ("vv", "w"), ("nn", "m")];

/// One error in a word of at least two signs: a sign put in, left out, doubled, exchanged or misread.
pub(super) fn mistype(word: &str, draws: &mut Draws) -> String {
    let mut signs: Vec<char> = word.chars().collect();
    if signs.len() < 2 {
        return word.to_owned();
    }
    // The first letter is rarely wrong.
    let at = if draws.chance(0.1) { 0 } else { 1 + draws.below(signs.len() - 1) };
    match draws.below(10) {
        0 | 1 => {
            signs.remove(at);
        }
        2 => signs.insert(at, signs[at]),
        3 => {
            let neighbour = key_beside(signs[at], draws);
            signs.insert(at, neighbour);
        }
        4 | 5 => {
            let other = if at + 1 < signs.len() { at + 1 } else { at - 1 };
            signs.swap(at, other);
        }
        6 | 7 => signs[at] = key_beside(signs[at], draws),
        _ => return misread(word, &signs, at, draws),
    }
    signs.into_iter().collect()
}

/// A neighbouring key; for scripts without a layout here, a sign close by in the script.
fn key_beside(sign: char, draws: &mut Draws) -> char {
    let lower = sign.to_lowercase().next().unwrap_or(sign);
    for row in ROWS {
        let keys: Vec<char> = row.chars().collect();
        if let Some(at) = keys.iter().position(|&key| key == lower) {
            let beside = if at == 0 || (at + 1 < keys.len() && draws.chance(0.5)) { at + 1 } else { at - 1 };
            return if sign == lower { keys[beside] } else { keys[beside].to_uppercase().next().unwrap_or(sign) };
        }
    }
    // Neighbours in Unicode share the row of a syllabary or the order of an alphabet.
    char::from_u32(u32::from(sign) ^ 1).filter(|other| other.is_alphabetic()).unwrap_or(sign)
}

fn misread(word: &str, signs: &[char], at: usize, draws: &mut Draws) -> String {
    if let Some((from, to)) = LOOK_ALIKE_GROUPS.iter().find(|(from, _)| word.contains(from)) {
        return word.replacen(from, to, 1);
    }
    let mut signs = signs.to_vec();
    for group in LOOK_ALIKE {
        if group.contains(signs[at]) {
            let others: Vec<char> = group.chars().filter(|&other| other != signs[at]).collect();
            signs[at] = draws.pick(&others);
            return signs.into_iter().collect();
        }
    }
    signs[at] = key_beside(signs[at], draws);
    signs.into_iter().collect()
}

/// One digit or letter of an identifier becomes another of its kind.
pub(super) fn misnumber(text: &str, draws: &mut Draws) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    let at = draws.below(signs.len());
    if let Some(sign) = signs.get_mut(at) {
        *sign = match *sign {
            '0'..='8' => char::from(*sign as u8 + 1),
            '9' => '0',
            'a'..='y' | 'A'..='Y' => char::from(*sign as u8 + 1),
            'z' => 'a',
            'Z' => 'A',
            other => other,
        };
    }
    signs.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::draws::Purpose;
    use super::*;

    #[test]
    fn a_typing_error_stays_in_its_script_and_near_the_word() {
        let mut draws = Draws::new(9, Purpose::Recording, 0, 0);
        for word in ["Kowalska", "Щербакова", "الحداد", "ተስፋይ", "ჭავჭავაძე", "Παπαδάκης", "王小明"]
        {
            let script: Vec<bool> = vec![word.is_ascii()];
            let mut changed = 0;
            for _ in 0..200 {
                let typed = mistype(word, &mut draws);
                let length = word.chars().count();
                assert!((length - 1..=length + 1).contains(&typed.chars().count()), "{word} {typed}");
                assert_eq!(script[0], typed.is_ascii(), "{word} {typed}");
                changed += usize::from(typed != word);
            }
            assert!(changed > 150, "{word}: {changed} of 200");
        }
    }

    #[test]
    fn a_wrong_number_differs_in_one_sign() {
        let mut draws = Draws::new(9, Purpose::Recording, 0, 1);
        for _ in 0..100 {
            let wrong = misnumber("AB1234567", &mut draws);
            let differing = wrong.chars().zip("AB1234567".chars()).filter(|(left, right)| left != right).count();
            assert_eq!(differing, 1);
        }
    }
}
