//! The laboratory: synthetic populations with truth, measurement of linkage quality and of speed, attacks on encodings.
//!
//! Attacks are in the agencies' build as well: `agency check` tries some of them on the agency's own list.

pub mod attack;
#[cfg(feature = "lab")]
pub mod evaluate;
#[cfg(feature = "lab")]
pub mod fairness;
#[cfg(feature = "lab")]
pub mod frontier;
#[cfg(feature = "lab")]
pub mod suppression;
pub mod synth;
#[cfg(feature = "lab")]
pub mod throughput;
