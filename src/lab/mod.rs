//! The laboratory: synthetic populations with truth, and measurement of linkage quality and of speed.

pub mod evaluate;
pub mod synth;
pub mod throughput;
