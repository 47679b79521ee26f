//! Origin: the states that a person may have fled, read for one test alone and never encoded.
//!
//! `O(r)` is every state in the mapped columns (nationalities, country of birth, former residence) and the one that issued the document. A
//! row is withheld if one of them is within the reach of a partner. What cannot be read as a state withholds the row: it
//! may be one that is reached. Nothing mapped, or an empty cell, is an unknown origin; that passes, because the reach of every party is
//! a closed list in the signed agreement. Whoever has the data should map them.

use std::collections::BTreeSet;

use super::super::countries::{Issuer, issuer};
use super::super::reason::Reason;

/// Whether a cell names a state that is reached; or one that nobody can read.
pub(in crate::records) fn judge(cell: &str, reach: &BTreeSet<String>) -> Option<Reason> {
    cell.split([' ', ',', ';', '|', '/']).filter(|code| !code.is_empty()).find_map(|code| {
        match issuer(&code.trim_end_matches('<').to_ascii_uppercase()) {
            Issuer::Protected => Some(Reason::RefugeeDocument),
            Issuer::Unknown => Some(Reason::OriginUnreadable),
            Issuer::State(letters) => is_reached(&letters, reach),
        }
    })
}

/// Whether a state of two letters is reached.
pub(in crate::records) fn is_reached(letters: &[u8], reach: &BTreeSet<String>) -> Option<Reason> {
    reach.iter().any(|state| state.as_bytes() == letters).then_some(Reason::OriginInReach)
}
