//! The laboratory: synthetic populations with truth, measurement of linkage quality, and attacks on the encodings.

pub mod attack;
pub mod evaluate;
pub mod synth;
