//! Typed values of a record, after parsing and normalisation.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A date of birth as far as it is known. Placeholders (1 January, zero parts) are unknown parts, not dates.
#[derive(Clone, Copy, PartialEq, Eq, Default, Zeroize)]
pub struct BirthDate {
    /// Year of the Gregorian calendar, 1850 to 2100.
    pub year: Option<u16>,
    /// Month, 1 to 12, if it is known.
    pub month: Option<u8>,
    /// Day, 1 to 31, valid in its month and year where these are known.
    pub day: Option<u8>,
}

/// One normalised value. The variant follows from the field's kind.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum Value {
    /// Nothing recorded, or nothing usable.
    Missing,
    /// Parts of a name (person, company, place): romanised, `A`–`Z` and digits only, none empty, in written order.
    Parts(Vec<String>),
    /// A date of birth.
    Date(BirthDate),
    /// One canonical text: an exact identifier, or a postal code.
    Text(String),
}

/// One record: a value a field, in the schema's order.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Record {
    /// Values, aligned with `Schema::fields`.
    pub values: Vec<Value>,
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BirthDate").finish_non_exhaustive()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "Missing",
            Self::Parts(_) => "Parts(..)",
            Self::Date(_) => "Date(..)",
            Self::Text(_) => "Text(..)",
        })
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("values", &self.values.len()).finish_non_exhaustive()
    }
}
