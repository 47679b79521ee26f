//! Figures that one room measures and others read: their shapes alone, and nothing of any record.
//!
//! They stand below the rooms that measure, so that a build without these rooms (a reviewer's has neither encoder nor
//! laboratory) still reads the evidence that the other parties' programs print. Each is exported by the room that measures it.

pub mod attack;
mod balance;
mod quality;
pub(crate) mod reason;
mod screening;
mod statistics;

pub use balance::Balance;
pub use quality::{Effective, GroupRate, Point};
pub use reason::{FieldProblem, Reason, Rejected, Verdict};
pub use screening::{FieldReport, ProblemCount, ReasonCount, ScreeningReport};
pub use statistics::{AtFill, Correlations, Statistics};
