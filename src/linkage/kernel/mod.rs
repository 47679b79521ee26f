//! The inner loop: the Hamming distance of every row of a tile to every record of a stretch of blocks.
//!
//! One quantity serves both measures: with `p` and `q` ones and `c` in common, the distance is `d = p + q − 2c`, so Dice
//! follows from `d` too. A pair is a [`Hit`] if `d ≤ row limit + lane limit`: one vector comparison, no division and no
//! branch a pair; the caller folds everything else into these two numbers, and lanes without a record get
//! [`Limits::NEVER`].
//!
//! | kernel | how | needs |
//! |---|---|---|
//! | `avx512-vpopcntdq` | [`avx512`]: adders bit by bit over sixteen words, then population counts; else word by word | VPOPCNTDQ, BW, DQ, VL |
//! | `avx2` | [`avx2`]: adders bit by bit over sixteen words, then look-ups, since AVX2 has no population count | AVX2 |
//! | `portable` | [`plain`], which LLVM keeps in whatever vectors there are | nothing |
//!
//! A [`Kernel`] can only be had from [`Kernel::detect`] and [`Kernel::available`], so holding one proves that this CPU
//! runs it. All kernels give the same hits in the same order; the tests hold them against the oracle. This is the only
//! file with `unsafe`: the calls into code that was compiled for features of the CPU.
//!
//! Where [`Limits::probe`] is set, rows are compared word by word, `avx2` with the plain loop.
//!
//! [`avx2`]: self::avx2
//! [`avx512`]: self::avx512
#![cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "calls into code compiled for a CPU feature"))]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

use std::fmt;

use super::layout::{LANES, Lanes};

/// A way to compute distances that this CPU is known to support.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Path);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Portable,
}

impl Kernel {
    /// The fastest kernel of this CPU.
    pub fn detect() -> Self {
        Self::available()[0]
    }

    /// Every kernel of this CPU, fastest first; `portable` is always the last.
    pub fn available() -> Vec<Self> {
        let mut kernels = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vpopcntdq")
            {
                kernels.push(Self(Path::Avx512));
            }
            if is_x86_feature_detected!("avx2") {
                kernels.push(Self(Path::Avx2));
            }
        }
        kernels.push(Self(Path::Portable));
        kernels
    }

    /// Name, as reports give it.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => "avx512-vpopcntdq",
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => "avx2",
            Path::Portable => "portable",
        }
    }

    /// What a whole row costs beside the loop with a probe, in words of the latter: adders do more a step.
    pub(crate) fn whole_row(self, words_per: usize) -> f64 {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => words_per as f64 * 0.9,
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => words_per as f64 * 0.6,
            Path::Portable => words_per as f64,
        }
    }

    /// What the test of a block costs, in words.
    pub(crate) fn test(self) -> f64 {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => 0.4,
            _ => 1.0,
        }
    }

    /// Vector operations that this kernel takes for a pair of `words_per` words; not counted for `portable`.
    pub(crate) fn operations(self, words_per: usize) -> Option<f64> {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => Some(avx512::operations(words_per)),
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => Some(avx2::operations(words_per)),
            Path::Portable => None,
        }
    }

    /// Does vector operations of this kernel's width, as many at a time as the core can, and says how many: what limits it.
    pub(crate) fn exert(self, rounds: u64) -> u64 {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Path::Avx512` is made in `available` only, after these features were found on this CPU.
            Path::Avx512 => unsafe { avx512::exert(rounds) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Path::Avx2` is made in `available` only, after the feature was found on this CPU.
            Path::Avx2 => unsafe { avx2::exert(rounds) },
            Path::Portable => 0,
        }
    }

    /// Appends the hits of a tile against the blocks of a stretch, by row and then by lane.
    pub(crate) fn scan(
        self,
        tile: Tile<'_>,
        stretch: &[Lanes],
        limits: &Limits<'_>,
        scratch: &mut Scratch,
        hits: &mut Vec<Hit>,
    ) {
        let first = hits.len();
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Path::Avx512` is made in `available` only, after these features were found on this CPU.
            Path::Avx512 => unsafe { avx512::scan(tile, stretch, limits, &mut scratch.avx512, hits) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Path::Avx2` is made in `available` only, after the feature was found on this CPU.
            Path::Avx2 if limits.probe.is_some() => unsafe { avx2_plain(tile, stretch, limits, hits) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Path::Avx2 => unsafe { avx2::scan(tile, stretch, limits, &mut scratch.avx2, hits) },
            Path::Portable => plain(tile, stretch, limits, hits),
        }
        hits[first..].sort_unstable_by_key(|hit| (hit.row, hit.lane));
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kernel({})", self.name())
    }
}

/// Memory that a kernel re-uses from scan to scan.
#[derive(Default)]
pub(crate) struct Scratch {
    #[cfg(target_arch = "x86_64")]
    avx512: avx512::Scratch,
    #[cfg(target_arch = "x86_64")]
    avx2: avx2::Scratch,
}

/// Some rows of the other side, one after another.
#[derive(Clone, Copy)]
pub(crate) struct Tile<'a> {
    pub(crate) words: &'a [u64],
    pub(crate) words_per: usize,
}

/// Which distances are hits: those up to `rows[row] + lanes[lane / LANES][lane % LANES]`.
pub(crate) struct Limits<'a> {
    pub(crate) rows: &'a [i64],
    pub(crate) lanes: &'a [[i64; LANES]],
    /// Words of a row after which a block without a pair in reach is given up: a distance only grows. Fewer than a row has.
    pub(crate) probe: Option<usize>,
}

impl Limits<'_> {
    /// A lane limit that no distance reaches.
    pub(crate) const NEVER: i64 = i64::MIN / 2;
}

/// A pair within its limit, by its places in tile and stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) row: u32,
    pub(crate) lane: u32,
    pub(crate) distance: u32,
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2_plain(tile: Tile<'_>, stretch: &[Lanes], limits: &Limits<'_>, hits: &mut Vec<Hit>) {
    plain(tile, stretch, limits, hits);
}

/// Rows that stay in the first cache level while the blocks of a stretch pass: 16 KiB at 1,024 bits.
const ROWS: usize = 128;

/// The loop in its plain form. With another number of lanes LLVM falls back to scalar code, which the ratio in
/// `benches/link.rs` shows.
#[inline(always)]
fn plain(tile: Tile<'_>, stretch: &[Lanes], limits: &Limits<'_>, hits: &mut Vec<Hit>) {
    match limits.probe {
        Some(words) if words < tile.words_per => in_tiles::<true>(tile, stretch, limits, words, hits),
        _ => in_tiles::<false>(tile, stretch, limits, tile.words_per, hits),
    }
}

#[inline(always)]
fn in_tiles<const PROBE: bool>(
    tile: Tile<'_>,
    stretch: &[Lanes],
    limits: &Limits<'_>,
    probe: usize,
    hits: &mut Vec<Hit>,
) {
    let tiles = tile.words.chunks(tile.words_per * ROWS).zip(limits.rows.chunks(ROWS));
    for (start, (tile_words, row_limits)) in tiles.enumerate() {
        for (index, (block, lane_limits)) in stretch.chunks_exact(tile.words_per).zip(limits.lanes).enumerate() {
            let (first, rest) = block.split_at(probe);
            for (row, (words, &row_limit)) in tile_words.chunks_exact(tile.words_per).zip(row_limits).enumerate() {
                let (first_words, rest_words) = words.split_at(probe);
                let mut distances = [0_u64; LANES];
                add(&mut distances, first_words, first);
                if PROBE {
                    if !any_within(&distances, row_limit, lane_limits) {
                        continue;
                    }
                    add(&mut distances, rest_words, rest);
                }
                if any_within(&distances, row_limit, lane_limits) {
                    collect((start * ROWS + row, index * LANES), &distances, row_limit, lane_limits, hits);
                }
            }
        }
    }
}

#[inline(always)]
fn add(distances: &mut [u64; LANES], words: &[u64], block: &[Lanes]) {
    for (word, lanes) in words.iter().zip(block) {
        for (distance, other) in distances.iter_mut().zip(&lanes.0) {
            *distance += u64::from((word ^ other).count_ones());
        }
    }
}

#[inline(always)]
fn any_within(distances: &[u64; LANES], row_limit: i64, lane_limits: &[i64; LANES]) -> bool {
    let mut any = false;
    for (&distance, lane_limit) in distances.iter().zip(lane_limits) {
        any |= distance as i64 <= row_limit + lane_limit;
    }
    any
}

/// The rare path: a row has a hit in this block.
#[cold]
#[inline(never)]
fn collect(
    (row, first_lane): (usize, usize),
    distances: &[u64; LANES],
    row_limit: i64,
    lanes: &[i64; LANES],
    hits: &mut Vec<Hit>,
) {
    for (lane, (&distance, &lane_limit)) in distances.iter().zip(lanes).enumerate() {
        if distance as i64 <= row_limit + lane_limit {
            hits.push(Hit { row: row as u32, lane: (first_lane + lane) as u32, distance: distance as u32 });
        }
    }
}
