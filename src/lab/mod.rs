//! The laboratory: synthetic populations with truth, measurement of linkage quality and of speed, attacks on encodings.

pub mod attack;
pub mod evaluate;
pub mod frontier;
pub mod suppression;
pub mod synth;
pub mod throughput;
