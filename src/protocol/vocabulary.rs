//! The closed vocabularies: what a record may be about, and what of it may be compared.
//!
//! There is no `Other` in any of them and no generic text field. What is not named here cannot be encoded.

use serde::{Deserialize, Serialize};

/// What a field of a record holds. Each kind has its own grammar, normalisation and way of being compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// All names of a natural person, in any order and script; several columns may feed it.
    PersonName,
    /// Date of birth, with its precision.
    BirthDate,
    /// Travel or identity document: number and issuing state; compared exactly.
    Document,
    /// Name of a company, with or without its legal form.
    CompanyName,
    /// International bank account number (ISO 13616); compared exactly.
    Iban,
    /// Address of a crypto-asset wallet; compared exactly.
    Wallet,
    /// Legal entity identifier (ISO 17442); compared exactly.
    Lei,
    /// Company registration number and country of the register; compared exactly.
    Registration,
    /// Name of a place (laboratory: no protocol of the enforcement realm admits it).
    Place,
    /// Postal code (laboratory: no protocol of the enforcement realm admits it).
    Postcode,
}

/// How values of a field are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// By tokens in the record's encoding: tolerates differences.
    Fuzzy,
    /// By one keyed token of the whole value, in a pass of its own.
    Exact,
}

impl FieldKind {
    /// Every kind, in the order of the vocabulary.
    pub const ALL: [Self; 10] = [
        Self::PersonName,
        Self::BirthDate,
        Self::Document,
        Self::CompanyName,
        Self::Iban,
        Self::Wallet,
        Self::Lei,
        Self::Registration,
        Self::Place,
        Self::Postcode,
    ];

    /// How values of this kind are compared: identifiers never become n-grams.
    pub fn comparison(self) -> Comparison {
        match self {
            Self::Document | Self::Iban | Self::Wallet | Self::Lei | Self::Registration => Comparison::Exact,
            Self::PersonName | Self::BirthDate | Self::CompanyName | Self::Place | Self::Postcode => Comparison::Fuzzy,
        }
    }

    /// The kind's name in schemas, agreements and protocols.
    pub fn name(self) -> &'static str {
        match self {
            Self::PersonName => "person-name",
            Self::BirthDate => "birth-date",
            Self::Document => "document",
            Self::CompanyName => "company-name",
            Self::Iban => "iban",
            Self::Wallet => "wallet",
            Self::Lei => "lei",
            Self::Registration => "registration",
            Self::Place => "place",
            Self::Postcode => "postcode",
        }
    }
}

/// Why a record is on an enforcement list. Migrants, smuggled persons, victims, witnesses, relatives, passengers and
/// followers have no variant: their records cannot be expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectRole {
    /// Suspected of organising smuggling, on recorded grounds.
    SuspectedOrganiser,
    /// Charged with organising smuggling.
    ChargedOrganiser,
    /// Convicted of organising smuggling.
    ConvictedOrganiser,
    /// Suspected of facilitating smuggling for financial or other material benefit.
    FacilitatorForGain,
    /// A company or other legal person.
    LegalPerson,
    /// An account, wallet or other asset.
    Asset,
}

impl SubjectRole {
    /// The role's name in data, agreements and protocols.
    pub fn name(self) -> &'static str {
        match self {
            Self::SuspectedOrganiser => "suspected-organiser",
            Self::ChargedOrganiser => "charged-organiser",
            Self::ConvictedOrganiser => "convicted-organiser",
            Self::FacilitatorForGain => "facilitator-for-gain",
            Self::LegalPerson => "legal-person",
            Self::Asset => "asset",
        }
    }

    /// Parses a role as data write it; anything outside the vocabulary is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::SuspectedOrganiser,
            Self::ChargedOrganiser,
            Self::ConvictedOrganiser,
            Self::FacilitatorForGain,
            Self::LegalPerson,
            Self::Asset,
        ]
        .into_iter()
        .find(|role| role.name() == text)
    }
}
