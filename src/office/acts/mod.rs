//! The acts of the parties: each opens its office, is cleared by the gate, does one thing, and says what came of it as a type.
//!
//! This is the way to act for a caller of the library too: what signs, seals, opens or issues asks for a
//! [`Cleared`](crate::cleared::Cleared), and these have the gate give one. What is published is first noted in the party's home.
//!
//! ```no_run
//! use symbolon::agreement::RunNumber;
//! use symbolon::office::{Desk, acts};
//!
//! let now = "2026-12-01T09:00:00Z".parse().expect("a time");
//! let desk = Desk::new("homes/steward-court", "exchange", now);
//! match acts::steward::grant(&desk, RunNumber::new(1).expect("positive")) {
//!     Ok(granted) => println!("{}", granted.path),
//!     Err(failure) => println!("{}: {failure}", failure.code.id),
//! }
//! ```

#[cfg(any(feature = "agency", feature = "reviewer"))]
pub mod consent;
#[cfg(feature = "agency")]
pub mod encode;
#[cfg(feature = "agency")]
pub mod join;
#[cfg(feature = "operator")]
pub mod link;
pub mod log;
#[cfg(feature = "agency")]
pub mod open;
#[cfg(feature = "agency")]
mod opening;
pub mod purge;
#[cfg(feature = "agency")]
pub mod receipt;
#[cfg(feature = "reviewer")]
pub mod review;
#[cfg(feature = "guardian")]
pub mod screen;
#[cfg(feature = "agency")]
pub mod send;
pub mod sign;
#[cfg(feature = "steward")]
pub mod steward;
#[cfg(feature = "agency")]
pub mod withdraw;
