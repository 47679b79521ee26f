//! Release: what comes back to an agency.
//!
//! The only record-level output is a [`Lead`]: own handle, lead id, band, expiry. No score, nothing of the other side. A list
//! of leads is a table that always has the same number of entries and the same size, leads and fillers, so that nobody on the way learns
//! how many there are. Screening by a guardian and opening by two officers are not built; the lists say so.

#[cfg(feature = "operator")]
mod issue;
mod leads;

#[cfg(feature = "operator")]
pub use issue::{issue, lead_id};
pub use leads::{Band, Lead, LeadList};

#[cfg(all(test, feature = "operator"))]
mod tests;
