//! Outcomes of measuring what a machine can do.

use serde::Serialize;

use super::kinds;
use crate::lab::throughput::Throughput;
use crate::lab::throughput::compare::Compared;

kinds! {
    Match = "bench match v1";
    Encode = "bench encode v1";
    Pipeline = "bench pipeline v1";
}

/// Every pair of two made-up lists was compared, with every kernel of this CPU.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Match {
    /// Records of either list.
    pub records: u32,
    /// Bits of an encoding.
    pub length: u16,
    /// Least Dice score of plain filters in ten-thousandths; none with diffused encodings.
    pub dice: Option<u16>,
    /// Cycles a second, measured.
    pub clock_hertz: f64,
    /// Every kernel on one thread.
    pub one_thread: Vec<Compared>,
    /// The fastest on every thread.
    pub all_threads: Compared,
    /// The most memory that the program held at a time; none where the system does not tell.
    pub peak_bytes: Option<u64>,
    /// What larger lists would take.
    pub extrapolated: Vec<Larger>,
    /// On what that rests.
    pub assumes: &'static str,
}

/// What comparing larger lists would take.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Larger {
    /// Records of either list.
    pub records: u64,
    /// Seconds.
    pub seconds: f64,
    /// Bytes of memory.
    pub bytes: u64,
}

/// Records were encoded in memory.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Encode {
    /// What it took on every thread.
    pub measured: Throughput,
    /// What it took on one; not measured.
    pub one_thread: Option<Throughput>,
    /// What larger lists would take.
    pub extrapolated: Vec<Longer>,
    /// On what that rests.
    pub assumes: &'static str,
}

/// CSV became a sealed parcel.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Pipeline {
    /// What it took on every thread.
    pub measured: Throughput,
    /// What each stage took on one.
    pub one_thread: Option<Throughput>,
    /// What larger lists would take.
    pub extrapolated: Vec<Longer>,
    /// On what that rests.
    pub assumes: &'static str,
}

/// What encoding a longer list would take.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Longer {
    /// Records.
    pub records: u64,
    /// Seconds.
    pub seconds: f64,
}
