//! The laboratory: synthetic populations with truth, and measurement of linkage quality.

pub mod evaluate;
pub mod frontier;
pub mod synth;
