//! Why a row or a field was not used. Reasons are words of ours; no reason carries anything of the row.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Why a row was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// A line that is no JSON object.
    BadJson,
    /// A cell longer than the limit.
    CellTooLong,
    /// A birth date that is later than the day of screening.
    DateInFuture,
    /// A birth date with a year outside 1850 to 2100.
    DateOutOfRange,
    /// A birth date that does not follow its format.
    DateShape,
    /// An id that an earlier row has already.
    DuplicateId,
    /// One key twice in a JSON object.
    DuplicateKey,
    /// Grounds that no person has reviewed for longer than the terms allow.
    GroundsStale,
    /// A date that no calendar has, such as 31 February.
    ImpossibleDate,
    /// A person under 18.
    Minor,
    /// A person who was not certainly an adult on the day of the offence.
    MinorAtEvent,
    /// A name of which no letter or digit is left after normalisation.
    NameWithoutLetters,
    /// Grounds that are incomplete or cannot be read.
    NoGrounds,
    /// No id.
    NoId,
    /// No name, where the schema compares names.
    NoName,
    /// No role.
    NoRole,
    /// Not said to be other than the person smuggled, a victim, family, a helper or a rescuer.
    NotAttested,
    /// No gain: helping without one is no smuggling.
    NotForGain,
    /// No field with a usable value.
    NothingToCompare,
    /// A NUL character.
    Nul,
    /// A person from a state that a partner's knowledge can reach.
    OriginInReach,
    /// A state of origin that cannot be read, and so may be one that is reached.
    OriginUnreadable,
    /// A person who may be under 18, as far as the birth date is known.
    PossiblyMinor,
    /// More or fewer cells than the header has.
    Ragged,
    /// A travel document of a refugee or a stateless person, or one issued by the United Nations.
    RefugeeDocument,
    /// A role of the vocabulary that the agreement does not admit.
    RoleNotAdmitted,
    /// A role outside the vocabulary.
    RoleUnknown,
    /// The wrong number of cells over several lines: a stray quote has swallowed what was between.
    StrayQuote,
    /// A birth date whose year has two digits.
    TwoDigitYear,
    /// Bytes that are no text in the stated encoding.
    Undecodable,
    /// A JSON value that is neither string, whole number nor null.
    WrongType,
}

/// What happens to a row that has a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ScreeningVerdict"))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Malformed: set aside until someone mends it; counts towards the quarantine limit.
    Quarantined,
    /// Well-formed, and not to be linked.
    Withheld,
}

impl Reason {
    /// Whether rows with this reason are mended or left out for good.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::GroundsStale
            | Self::Minor
            | Self::MinorAtEvent
            | Self::NoGrounds
            | Self::NoRole
            | Self::NotAttested
            | Self::NotForGain
            | Self::OriginInReach
            | Self::OriginUnreadable
            | Self::PossiblyMinor
            | Self::RefugeeDocument
            | Self::RoleNotAdmitted
            | Self::RoleUnknown => Verdict::Withheld,
            _ => Verdict::Quarantined,
        }
    }

    /// The reason in words, for messages and the quarantine list.
    pub fn text(self) -> &'static str {
        match self {
            Self::BadJson => "not a JSON object",
            Self::CellTooLong => "cell longer than the limit",
            Self::DateInFuture => "birth date in the future",
            Self::DateOutOfRange => "birth year outside 1850 to 2100",
            Self::DateShape => "birth date does not follow its format",
            Self::DuplicateId => "id of an earlier row",
            Self::DuplicateKey => "one key twice",
            Self::GroundsStale => "grounds not reviewed in time",
            Self::ImpossibleDate => "a date that no calendar has",
            Self::Minor => "under 18",
            Self::MinorAtEvent => "not certainly an adult at the time",
            Self::NameWithoutLetters => "name without letters",
            Self::NoGrounds => "grounds incomplete",
            Self::NoId => "no id",
            Self::NoName => "no name",
            Self::NoRole => "no role",
            Self::NotAttested => "an attestation is missing",
            Self::NotForGain => "no gain",
            Self::NothingToCompare => "no usable field",
            Self::Nul => "NUL character",
            Self::OriginInReach => "could reach the person's own state",
            Self::OriginUnreadable => "state of origin not readable",
            Self::PossiblyMinor => "possibly under 18",
            Self::Ragged => "wrong number of cells",
            Self::RefugeeDocument => "refugee or stateless travel document",
            Self::RoleNotAdmitted => "role not admitted",
            Self::RoleUnknown => "role outside the vocabulary",
            Self::StrayQuote => "wrong number of cells over several lines",
            Self::TwoDigitYear => "two-digit birth year",
            Self::Undecodable => "not text in the stated encoding",
            Self::WrongType => "neither text nor whole number",
        }
    }
}

/// Why a value was treated as missing, while its row was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FieldProblem {
    /// Check digits or checksum do not hold.
    CheckDigits,
    /// A number without its country or issuer.
    NoCountry,
    /// Characters or length that the identifier's grammar does not have.
    Shape,
    /// A country or issuer that the tables do not have.
    UnknownCountry,
}

impl FieldProblem {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Self::CheckDigits => "check digits do not hold",
            Self::NoCountry => "no country or issuer",
            Self::Shape => "not of the identifier's form",
            Self::UnknownCountry => "unknown country or issuer",
        }
    }
}

/// One row that was set aside: where, why, and which column showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Number of the row: 1 is the first after the header; in NDJSON the number of the line.
    pub row: u64,
    /// Why.
    pub reason: Reason,
    /// The mapped column that showed it, where it is one.
    #[serde(serialize_with = "column_name")]
    pub column: Option<Arc<str>>,
}

fn column_name<S: serde::Serializer>(column: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    column.as_deref().serialize(serializer)
}

impl Rejected {
    /// A row that was set aside as a whole.
    pub(crate) fn row(row: u64, reason: Reason) -> Self {
        Self { row, reason, column: None }
    }

    /// A row that was set aside for one of its cells.
    pub(crate) fn cell(row: u64, reason: Reason, column: &Arc<str>) -> Self {
        Self { row, reason, column: Some(Arc::clone(column)) }
    }
}
