//! The acts of the parties: each opens its office, is cleared by the gate, does one thing, and says what came of it as a type.

#[cfg(any(feature = "agency", feature = "reviewer"))]
pub(crate) mod consent;
#[cfg(feature = "agency")]
pub(crate) mod encode;
#[cfg(feature = "agency")]
pub(crate) mod join;
#[cfg(feature = "operator")]
pub(crate) mod link;
pub(crate) mod log;
#[cfg(feature = "agency")]
pub(crate) mod open;
pub(crate) mod purge;
#[cfg(feature = "agency")]
pub(crate) mod receipt;
#[cfg(feature = "guardian")]
pub(crate) mod screen;
#[cfg(feature = "agency")]
pub(crate) mod send;
pub(crate) mod sign;
#[cfg(feature = "steward")]
pub(crate) mod steward;
#[cfg(feature = "agency")]
pub(crate) mod withdraw;
