//! The laboratory: synthetic populations with truth, measurement of linkage quality and of speed, attacks on encodings.

pub mod attack;
pub mod evaluate;
pub mod fairness;
pub mod frontier;
pub mod synth;
pub mod throughput;
