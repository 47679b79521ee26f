//! Naming systems: how names are built, and how they reach Latin letters.
//!
//! One file a system. Each combines common name elements, frequent ones first, so that a population has the long tail of
//! a real one; no person meant by a name exists. A name is a list of [`Part`]s in the order its own culture writes
//! them, each in its own script; [`NamingSystem::romanise`] writes a part under a [`Romanisation`].

use std::borrow::Cow;

use super::draws::Draws;

mod arabic;
mod bengali;
mod chinese;
mod european;
mod georgian;
mod greek;
mod persian;
mod russian;
mod slavic;
mod spanish;
mod tigrinya;
mod transliteration;
mod turkish;
mod ukrainian;
mod vietnamese;

/// A way of building names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamingSystem {
    /// Own name, `bin` father's name, `al-` descent; or the kunya `Abu`.
    Arabic,
    /// Given names, title-like first names, surname.
    Bengali,
    /// Surname of one character, given name of one or two.
    Chinese,
    /// Polish, Czech, Romanian and German names, with their diacritics.
    European,
    /// Given name and surname in `-shvili`, `-dze`, `-ia`.
    Georgian,
    /// Given name, father's name, gendered surname.
    Greek,
    /// Persian and Dari: given names, surname in `-zada`, `-i`, `-pur`.
    Persian,
    /// Given name, patronymic, gendered surname in Cyrillic letters.
    Russian,
    /// One or two given names, two surnames, particles.
    Spanish,
    /// Own name, father's name, grandfather's name in Ethiopic letters; no surname.
    Tigrinya,
    /// Given names and surname with dotted and dotless i.
    Turkish,
    /// As Russian, with its own letters and its own romanisation.
    Ukrainian,
    /// Surname, middle name, given name; few surnames, many diacritics.
    Vietnamese,
}

/// The script in which a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Arabic, with the Persian letters.
    Arabic,
    /// Bengali.
    Bengali,
    /// Cyrillic.
    Cyrillic,
    /// Ethiopic (Ge'ez).
    Ethiopic,
    /// Georgian, the lower-case Mkhedruli.
    Georgian,
    /// Greek.
    Greek,
    /// Chinese characters, simplified.
    Han,
    /// Latin, with or without diacritics.
    Latin,
}

/// A standard, or habit, of writing names in Latin letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Romanisation {
    /// As passports print it: ICAO for Cyrillic, the issuing state's habit elsewhere.
    Passport,
    /// As the English press writes it.
    English,
    /// As French-speaking registries write it.
    French,
    /// As German-speaking registries write it.
    German,
    /// As scholars write it, with diacritics: ISO 9, ALA-LC, Wade–Giles.
    Scholarly,
}

/// What a part of a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// Own name.
    Given,
    /// Second given name, or middle name.
    SecondGiven,
    /// Father's own name.
    Father,
    /// Grandfather's own name.
    Grandfather,
    /// A name derived from the father's.
    Patronymic,
    /// A word that belongs to the next part: `bin`, `al`, `de la`, `von`.
    Particle,
    /// Surname, or name of descent used as one.
    Family,
    /// Second surname.
    SecondFamily,
}

/// Gender of a name, where its system distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gender {
    /// Women's names.
    Female,
    /// Men's names.
    Male,
}

/// One part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// The part in its own script.
    pub native: Cow<'static, str>,
    /// Known romanisations, the scholarly one first; empty where the system romanises by rule.
    pub spellings: &'static [String],
}

/// What a system provides to the dispatch below.
struct System {
    name: &'static str,
    script: Script,
    /// Share of people registered on 1 January for want of a known date, per mille.
    new_year: u32,
    person: fn(Gender, &mut Draws) -> Vec<Part>,
    given: fn(Gender, &mut Draws) -> Vec<Part>,
    alias: fn(Gender, &mut Draws) -> Vec<Part>,
    romanise: fn(&Part, Romanisation) -> String,
}

impl NamingSystem {
    /// Every system, in the order of the vocabulary.
    pub const ALL: [Self; 13] = [
        Self::Arabic,
        Self::Bengali,
        Self::Chinese,
        Self::European,
        Self::Georgian,
        Self::Greek,
        Self::Persian,
        Self::Russian,
        Self::Spanish,
        Self::Tigrinya,
        Self::Turkish,
        Self::Ukrainian,
        Self::Vietnamese,
    ];

    fn system(self) -> &'static System {
        match self {
            Self::Arabic => &arabic::SYSTEM,
            Self::Bengali => &bengali::SYSTEM,
            Self::Chinese => &chinese::SYSTEM,
            Self::European => &european::SYSTEM,
            Self::Georgian => &georgian::SYSTEM,
            Self::Greek => &greek::SYSTEM,
            Self::Persian => &persian::SYSTEM,
            Self::Russian => &russian::SYSTEM,
            Self::Spanish => &spanish::SYSTEM,
            Self::Tigrinya => &tigrinya::SYSTEM,
            Self::Turkish => &turkish::SYSTEM,
            Self::Ukrainian => &ukrainian::SYSTEM,
            Self::Vietnamese => &vietnamese::SYSTEM,
        }
    }

    /// The system's name in truth files and reports.
    pub fn name(self) -> &'static str {
        self.system().name
    }

    /// The script the system is native to.
    pub fn script(self) -> Script {
        self.system().script
    }

    /// Share of people whose registered birth date is 1 January because the true one is unknown.
    pub fn new_year_share(self) -> f64 {
        f64::from(self.system().new_year) / 1000.0
    }

    /// Writes a part in Latin letters; a part of a Latin-script system stays as it is.
    pub fn romanise(self, part: &Part, standard: Romanisation) -> String {
        (self.system().romanise)(part, standard)
    }

    /// A full name.
    pub(super) fn person(self, gender: Gender, draws: &mut Draws) -> Vec<Part> {
        (self.system().person)(gender, draws)
    }

    /// Given names alone, as of a sibling.
    pub(super) fn given(self, gender: Gender, draws: &mut Draws) -> Vec<Part> {
        (self.system().given)(gender, draws)
    }

    /// What the person may be called instead of the given names: a short form, a kunya, or another name.
    pub(super) fn alias(self, gender: Gender, draws: &mut Draws) -> Vec<Part> {
        (self.system().alias)(gender, draws)
    }
}

impl Script {
    /// The script's name in truth files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arabic => "arabic",
            Self::Bengali => "bengali",
            Self::Cyrillic => "cyrillic",
            Self::Ethiopic => "ethiopic",
            Self::Georgian => "georgian",
            Self::Greek => "greek",
            Self::Han => "han",
            Self::Latin => "latin",
        }
    }

    /// Whether `sign` is a letter of this script.
    pub fn contains(self, sign: char) -> bool {
        match self {
            Self::Arabic => ('\u{600}'..='\u{6ff}').contains(&sign),
            Self::Bengali => ('\u{980}'..='\u{9ff}').contains(&sign),
            Self::Cyrillic => ('\u{400}'..='\u{52f}').contains(&sign),
            Self::Ethiopic => ('\u{1200}'..='\u{137f}').contains(&sign),
            Self::Georgian => ('\u{10d0}'..='\u{10ff}').contains(&sign),
            Self::Greek => ('\u{370}'..='\u{3ff}').contains(&sign),
            Self::Han => ('\u{4e00}'..='\u{9fff}').contains(&sign),
            Self::Latin => sign.is_alphabetic() && (sign < '\u{2b0}' || ('\u{1e00}'..='\u{1eff}').contains(&sign)),
        }
    }
}

impl Part {
    fn new(kind: PartKind, native: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, native: native.into(), spellings: &[] }
    }

    fn of(kind: PartKind, entry: &'static Entry) -> Self {
        Self { kind, native: Cow::Borrowed(&entry.native), spellings: &entry.spellings }
    }
}

/// One element of a table: native form and known spellings.
#[derive(Debug)]
struct Entry {
    native: String,
    spellings: Vec<String>,
}

/// Name elements, frequent ones first, drawn with frequencies like Zipf's: the weight of rank r is 1 / (r + flat).
#[derive(Debug)]
struct Table {
    entries: Vec<Entry>,
    weights: Vec<u32>,
}

impl Table {
    /// One element a word.
    fn words(text: &str, flat: u32) -> Self {
        Self::new(text.split_whitespace(), flat)
    }

    /// One element a line, followed by its spellings, scholarly first.
    fn lines(text: &str, flat: u32) -> Self {
        Self::new(text.lines().filter(|line| !line.trim().is_empty()), flat)
    }

    /// Splits each item at white space; `_` stands for a space within an element.
    fn new<'a>(items: impl Iterator<Item = &'a str>, flat: u32) -> Self {
        let mut entries = Vec::new();
        let mut weights = Vec::new();
        for (rank, item) in (1..).zip(items) {
            let mut words = item.split_whitespace().map(|word| word.replace('_', " "));
            let native = words.next().unwrap_or_default();
            entries.push(Entry { native, spellings: words.collect() });
            weights.push(10_000_000 / (rank + flat));
        }
        Self { entries, weights }
    }

    /// An element, frequent ones more often.
    fn pick(&self, draws: &mut Draws) -> &Entry {
        &self.entries[draws.weighted(&self.weights)]
    }
}

/// A part drawn from a static table.
fn part(kind: PartKind, table: &'static Table, draws: &mut Draws) -> Part {
    Part::of(kind, table.pick(draws))
}

/// Latin-script systems: the native form is already Latin; what an agency's register cannot hold it folds itself.
fn as_written(part: &Part, _: Romanisation) -> String {
    part.native.clone().into_owned()
}

/// Upper-case first letter, the rest as it is.
fn capitalised(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::draws::Purpose;
    use super::*;

    fn full(parts: &[Part]) -> String {
        parts.iter().map(|part| part.native.as_ref()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_are_written_in_the_script_of_their_system() {
        for system in NamingSystem::ALL {
            let mut draws = Draws::new(1, Purpose::Person, 0, 0);
            for _ in 0..500 {
                for gender in [Gender::Female, Gender::Male] {
                    for part in system.person(gender, &mut draws) {
                        for sign in part.native.chars().filter(|sign| sign.is_alphabetic()) {
                            assert!(system.script().contains(sign), "{system:?} {} {sign:?}", part.native);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_romanisation_of_every_system_is_latin_and_not_empty() {
        for system in NamingSystem::ALL {
            let mut draws = Draws::new(2, Purpose::Person, 0, 0);
            for _ in 0..1000 {
                for part in system.person(Gender::Female, &mut draws) {
                    use Romanisation::*;
                    for standard in [Passport, English, French, German, Scholarly] {
                        let text = system.romanise(&part, standard);
                        assert!(!text.trim().is_empty(), "{system:?} {}", part.native);
                        let foreign = text.chars().find(|&sign| !sign.is_ascii() && !Script::Latin.contains(sign));
                        let marks = ['ʿ', 'ʾ', 'ʹ', 'ʺ', '’', '\u{30c}'];
                        assert!(foreign.is_none_or(|sign| marks.contains(&sign)), "{system:?} {} {text}", part.native);
                    }
                }
            }
        }
    }

    #[test]
    fn every_system_has_a_long_tail() {
        for system in NamingSystem::ALL {
            let mut draws = Draws::new(3, Purpose::Person, 0, 0);
            let names = (0..2000).map(|_| full(&system.person(Gender::Male, &mut draws)));
            let distinct = names.collect::<HashSet<_>>().len();
            assert!(distinct > 1200, "{system:?}: {distinct} of 2000 names are distinct");
        }
    }

    #[test]
    fn every_system_has_many_given_names_and_surnames() {
        for system in NamingSystem::ALL {
            let mut draws = Draws::new(4, Purpose::Person, 0, 0);
            let mut given = HashSet::new();
            let mut family = HashSet::new();
            for gender in [Gender::Female, Gender::Male] {
                for _ in 0..20_000 {
                    for part in system.person(gender, &mut draws) {
                        match part.kind {
                            PartKind::Given => given.insert(part.native),
                            PartKind::Family => family.insert(part.native),
                            _ => false,
                        };
                    }
                }
            }
            assert!(given.len() >= 60, "{system:?}: {} given names", given.len());
            let few = matches!(system, NamingSystem::Vietnamese | NamingSystem::Tigrinya);
            assert!(few || family.len() >= 80, "{system:?}: {} surnames", family.len());
        }
    }
}
