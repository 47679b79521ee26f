//! The office: what the parties do, whoever calls it. Homes, the exchange, the log as each party uses it, and the acts themselves. The
//! command line words what it says; it decides nothing. A caller of the library has a [`Desk`] and the [`acts`], nothing else of it.

pub mod acts;
#[cfg(feature = "operator")]
pub(crate) mod bands;
pub(crate) mod desk;
pub(crate) mod duties;
pub(crate) mod exchange;
mod failures;
pub(crate) mod files;
pub(crate) mod gather;
pub(crate) mod home;
#[cfg(any(feature = "operator", feature = "guardian"))]
pub(crate) mod issue;
#[cfg(feature = "operator")]
pub(crate) mod keeper;
pub(crate) mod ledger;
#[cfg(feature = "agency")]
pub(crate) mod list;
pub(crate) mod log_files;
pub(crate) mod memory;
pub(crate) mod released;
pub(crate) mod retention;
pub(crate) mod seat;
pub(crate) mod sign_offs;
#[cfg(feature = "agency")]
pub(crate) mod source;
pub(crate) mod status;
pub(crate) mod store;

pub use desk::Desk;
#[cfg(feature = "agency")]
pub use list::Input;
