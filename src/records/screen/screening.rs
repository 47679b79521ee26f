//! What an agreement asks of records and of the people behind them.

use std::collections::BTreeSet;
use std::fmt;

use super::grounds::GroundsRule;
use crate::protocol::SubjectRole;

/// What becomes of a row with a malformed cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The row is quarantined: an agency mends its records.
    Quarantine,
    /// The cell counts as missing, a date for the parts that are readable: the laboratory takes files as they are.
    Missing,
    /// As [`Missing`](Self::Missing), and a document of refugees is a missing value too: a register of protected people is to
    /// keep all of them. (No agency encodes such a document, so there is nothing to compare it with.)
    Protected,
}

/// What the agreement asks of the people behind records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    /// What must be said of why they are there.
    pub grounds: GroundsRule,
    /// Jurisdictions that what any partner learns can reach: whoever is from there is withheld.
    pub reach: BTreeSet<String>,
    /// Fewest distinct cases, where case files are asked for.
    pub min_cases: usize,
}

/// What the agreement asks of records.
#[derive(Clone)]
pub struct Screening {
    /// Roles that are admitted; empty where none is needed (laboratory).
    pub roles: Vec<SubjectRole>,
    /// Whether natural persons are linked, so that only adults pass.
    pub natural_persons: bool,
    /// What is asked of grounds and origin of the people.
    pub subjects: Subjects,
    /// Malformed rows in a thousand above which the file is refused.
    pub quarantine_limit_permille: u16,
    /// Fewest records that may be left.
    pub min_records: usize,
    /// What becomes of a row with a malformed cell.
    pub malformed: Malformed,
    /// Fresh randomness for finding duplicate ids.
    pub seed: [u8; 32],
}

impl fmt::Debug for Screening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screening")
            .field("roles", &self.roles)
            .field("natural_persons", &self.natural_persons)
            .field("subjects", &self.subjects)
            .field("quarantine_limit_permille", &self.quarantine_limit_permille)
            .field("min_records", &self.min_records)
            .field("malformed", &self.malformed)
            .finish_non_exhaustive()
    }
}
