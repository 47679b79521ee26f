//! Agencies' styles: in which script, order, columns and file each writes names and dates.

use super::date::DateFormat;
use super::names::{Romanisation, Script};

/// The form of an agency's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Comma-separated UTF-8.
    Csv,
    /// Separated by semicolons, with a byte-order mark, lines ending in CR LF, as spreadsheets save it.
    Semicolons,
    /// Separated by tabs.
    Tabs,
    /// One JSON object a line.
    Ndjson,
}

/// Which of the names comes first in a single column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOrder {
    /// Given name first.
    GivenFirst,
    /// Surname first.
    FamilyFirst,
}

/// Letter case of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// As usual in the language.
    Mixed,
    /// All in capitals.
    Upper,
    /// Surname in capitals.
    UpperFamily,
}

/// What becomes of `al`, `bin`, `de la` in Latin letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Particles {
    /// A word of its own.
    Spaced,
    /// The Arabic article with a hyphen, others a word of their own.
    Hyphenated,
    /// Run together with the name.
    Joined,
    /// Left out.
    Dropped,
}

/// What becomes of patronymics and fathers' names that are not used as surname.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patronymics {
    /// Written in full.
    Full,
    /// First letter.
    Initial,
    /// Left out.
    Dropped,
}

/// Which name serves as surname where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// The last of the chain: the grandfather's.
    LastIsFamily,
    /// The father's; the grandfather's is a further name.
    FatherIsFamily,
}

/// Columns of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameColumns {
    /// One column under this heading.
    Single(&'static str),
    /// Surname and given name.
    Two([&'static str; 2]),
    /// Surname, given name, and patronymic or further names.
    Three([&'static str; 3]),
}

/// What becomes of letters with diacritics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diacritics {
    /// Kept.
    Kept,
    /// Replaced by the plain letter: ä becomes a.
    Stripped,
    /// As in the machine-readable zone of passports: ä becomes ae.
    Passport,
}

/// What a record says the person is in the proceedings, or why the record must be withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Suspected of organising.
    SuspectedOrganiser,
    /// Charged with organising.
    ChargedOrganiser,
    /// Convicted of organising.
    ConvictedOrganiser,
    /// Helped for gain.
    FacilitatorForGain,
    /// A migrant: never to be compared.
    Migrant,
    /// A witness: never to be compared.
    Witness,
    /// Not recorded.
    Unknown,
}

impl Role {
    /// The roles that a protocol on organisers admits.
    pub const ADMITTED: [Self; 4] =
        [Self::SuspectedOrganiser, Self::ChargedOrganiser, Self::ConvictedOrganiser, Self::FacilitatorForGain];

    /// The role in the protocol's words; empty if unknown.
    pub fn name(self) -> &'static str {
        match self {
            Self::SuspectedOrganiser => "suspected-organiser",
            Self::ChargedOrganiser => "charged-organiser",
            Self::ConvictedOrganiser => "convicted-organiser",
            Self::FacilitatorForGain => "facilitator-for-gain",
            Self::Migrant => "migrant",
            Self::Witness => "witness",
            Self::Unknown => "",
        }
    }

    fn german(self) -> &'static str {
        match self {
            Self::SuspectedOrganiser => "verdaechtig",
            Self::ChargedOrganiser => "angeklagt",
            Self::ConvictedOrganiser => "verurteilt",
            Self::FacilitatorForGain => "beihilfe",
            Self::Migrant => "geschleust",
            Self::Witness => "zeuge",
            Self::Unknown => "",
        }
    }
}

/// In whose words roles are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleWords {
    /// The protocol's.
    Protocol,
    /// German ones, mapped by the column map.
    German,
}

impl RoleWords {
    /// The word for a role.
    pub fn word(self, role: Role) -> &'static str {
        match self {
            Self::Protocol => role.name(),
            Self::German => role.german(),
        }
    }
}

/// How one agency writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Form of the file.
    pub dialect: Dialect,
    /// Scripts it keeps as they are.
    pub native: &'static [Script],
    /// How it romanises all others.
    pub romanisation: Romanisation,
    /// Order of names in a single column.
    pub order: NameOrder,
    /// Letter case.
    pub case: Case,
    /// Particles.
    pub particles: Particles,
    /// Patronymics.
    pub patronymics: Patronymics,
    /// Surname where there is none.
    pub chain: Chain,
    /// Diacritics of names in Latin letters.
    pub diacritics: Diacritics,
    /// Columns of the name.
    pub names: NameColumns,
    /// Headings of reference, role, birth date, document number, document country.
    pub headings: [&'static str; 5],
    /// How dates are written.
    pub dates: DateFormat,
    /// Words for roles.
    pub roles: RoleWords,
    /// Reference numbers: what stands before and after the number.
    pub reference: (&'static str, &'static str),
}

/// All scripts but Latin.
const EVERY_SCRIPT: &[Script] = &[
    Script::Arabic,
    Script::Bengali,
    Script::Cyrillic,
    Script::Ethiopic,
    Script::Georgian,
    Script::Greek,
    Script::Han,
    Script::Latin,
];

/// The first preset; the others say where they differ.
const AURELIA: Style = Style {
    dialect: Dialect::Csv,
    native: EVERY_SCRIPT,
    romanisation: Romanisation::English,
    order: NameOrder::FamilyFirst,
    case: Case::Mixed,
    particles: Particles::Spaced,
    patronymics: Patronymics::Full,
    chain: Chain::LastIsFamily,
    diacritics: Diacritics::Kept,
    names: NameColumns::Three(["family", "given", "patronymic"]),
    headings: ["ref", "role", "dob", "doc_no", "doc_country"],
    dates: DateFormat::Slashes,
    roles: RoleWords::Protocol,
    reference: ("AUR-", ""),
};

/// Name, jurisdiction and style of the six agencies that can be generated, all of invented countries.
pub(super) const AGENCIES: [(&str, &str, Style); 6] = [
    ("fiu-aurelia", "AA", AURELIA),
    (
        "police-borealia",
        "XB",
        Style {
            dialect: Dialect::Semicolons,
            native: &[],
            romanisation: Romanisation::Passport,
            case: Case::Upper,
            particles: Particles::Joined,
            patronymics: Patronymics::Dropped,
            chain: Chain::FatherIsFamily,
            diacritics: Diacritics::Passport,
            names: NameColumns::Single("name"),
            headings: ["aktenzeichen", "rolle", "geburtsdatum", "ausweisnummer", "ausweisland"],
            dates: DateFormat::Dots,
            roles: RoleWords::German,
            reference: ("BOR/", "/26"),
            ..AURELIA
        },
    ),
    (
        "prosecutor-cimbria",
        "XC",
        Style {
            dialect: Dialect::Ndjson,
            native: &[],
            romanisation: Romanisation::French,
            order: NameOrder::GivenFirst,
            particles: Particles::Hyphenated,
            diacritics: Diacritics::Stripped,
            names: NameColumns::Three(["family_name", "given_name", "other_names"]),
            headings: ["case_id", "role", "birth_date", "document_number", "document_country"],
            dates: DateFormat::Iso,
            reference: ("c", ""),
            ..AURELIA
        },
    ),
    (
        "fiu-delmara",
        "QM",
        Style {
            dialect: Dialect::Tabs,
            native: &[],
            order: NameOrder::GivenFirst,
            patronymics: Patronymics::Initial,
            diacritics: Diacritics::Stripped,
            names: NameColumns::Single("full_name"),
            headings: ["id", "role", "date_of_birth", "passport", "passport_country"],
            reference: ("DM", ""),
            ..AURELIA
        },
    ),
    (
        "prosecutor-estoria",
        "XE",
        Style {
            native: &[Script::Latin, Script::Cyrillic, Script::Greek, Script::Georgian],
            romanisation: Romanisation::Scholarly,
            case: Case::UpperFamily,
            particles: Particles::Hyphenated,
            patronymics: Patronymics::Initial,
            names: NameColumns::Two(["surname", "forenames"]),
            headings: ["file", "role", "born", "document", "issued_by"],
            dates: DateFormat::Iso,
            reference: ("EST.", ""),
            ..AURELIA
        },
    ),
    (
        "police-feronia",
        "XF",
        Style {
            dialect: Dialect::Semicolons,
            native: &[],
            romanisation: Romanisation::German,
            particles: Particles::Dropped,
            patronymics: Patronymics::Dropped,
            chain: Chain::FatherIsFamily,
            diacritics: Diacritics::Passport,
            names: NameColumns::Two(["nachname", "vorname"]),
            headings: ["nr", "rolle", "geboren", "dokument", "dokument_land"],
            dates: DateFormat::Dots,
            reference: ("F-", "-K"),
            ..AURELIA
        },
    ),
];

impl Style {
    /// Columns of the file in order: reference, role, names, birth date, document number, document country.
    pub fn columns(&self) -> Vec<&'static str> {
        let [reference, role, born, number, country] = self.headings;
        let names: &[&'static str] = match &self.names {
            NameColumns::Single(name) => std::slice::from_ref(name),
            NameColumns::Two(names) => names,
            NameColumns::Three(names) => names,
        };
        [&[reference, role][..], names, &[born, number, country]].concat()
    }
}
