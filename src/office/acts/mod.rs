//! The bodies of verbs: each takes a desk and what was asked, and gives what was done as a type of its own. The command line words it.

#[cfg(any(feature = "agency", feature = "reviewer"))]
pub(crate) mod consent;
#[cfg(feature = "agency")]
pub(crate) mod open;
#[cfg(feature = "agency")]
pub(crate) mod receipt;
#[cfg(feature = "agency")]
pub(crate) mod withdraw;
