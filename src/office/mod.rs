//! The office: what the parties do, whoever calls it. Homes, the exchange, the log as each party uses it, and the acts themselves. The
//! command line words what it says; it decides nothing.

pub(crate) mod acts;
#[cfg(feature = "operator")]
pub(crate) mod bands;
pub(crate) mod desk;
pub(crate) mod duties;
pub(crate) mod exchange;
mod failures;
pub(crate) mod files;
pub(crate) mod home;
#[cfg(feature = "operator")]
pub(crate) mod keeper;
pub(crate) mod ledger;
pub(crate) mod released;
pub(crate) mod sign_offs;
