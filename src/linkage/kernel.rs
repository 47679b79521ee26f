//! The inner loop: the Hamming distance of every record of a tile to the 64 records of a block.
//!
//! One quantity serves both measures: with `p` and `q` ones and `c` in common, the distance is `d = p + q − 2c`, so Dice
//! follows from `d` too. A pair is a [`Hit`] if `d ≤ row limit + lane limit`: one vector comparison, no division and no
//! branch a pair; the caller folds everything else into these two numbers, and lanes without a record get
//! [`Limits::NEVER`].
//!
//! | kernel | how | needs |
//! |---|---|---|
//! | `avx512-vpopcntdq` | [`plain`], which LLVM turns into `vpxorq`, `vpopcntq`, `vpaddq` on 8 records each | VPOPCNTDQ, BW, DQ, VL |
//! | `avx2` | carry-save adders over 16 words, then nibble look-ups: AVX2 has no population count | AVX2 |
//! | `portable` | [`plain`] | nothing |
//!
//! A [`Kernel`] can only be had from [`Kernel::detect`] and [`Kernel::available`], so holding one proves that this CPU
//! runs it. All kernels give the same hits in the same order; the tests hold them against the oracle. This is the only
//! file with `unsafe`: the two calls into code that was compiled for features of the CPU.
#![cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "calls into code compiled for a CPU feature"))]

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

    /// Appends the hits of a tile against a block, by row and then by lane.
    pub(crate) fn scan(self, tile: Tile<'_>, block: &[Lanes], limits: &Limits<'_>, hits: &mut Vec<Hit>) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Path::Avx512` is made in `available` only, after these features were found on this CPU.
            Path::Avx512 => unsafe { avx512(tile, block, limits, hits) },
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => {
                let first = hits.len();
                // SAFETY: `Path::Avx2` is made in `available` only, after the feature was found on this CPU.
                unsafe { avx2::scan(tile, block, limits, hits) };
                hits[first..].sort_unstable_by_key(|hit| (hit.row, hit.lane));
            }
            Path::Portable => plain(tile, block, limits, hits),
        }
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kernel({})", self.name())
    }
}

/// Some rows of the other side, one after another.
#[derive(Clone, Copy)]
pub(crate) struct Tile<'a> {
    pub(crate) words: &'a [u64],
    pub(crate) words_per: usize,
}

/// Which distances are hits: those up to `rows[row] + lanes[lane]`.
pub(crate) struct Limits<'a> {
    pub(crate) rows: &'a [i64],
    pub(crate) lanes: &'a [i64; LANES],
}

impl Limits<'_> {
    /// A lane limit that no distance reaches.
    pub(crate) const NEVER: i64 = i64::MIN / 2;
}

/// A pair within its limit, by its places in tile and block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) row: u32,
    pub(crate) lane: u32,
    pub(crate) distance: u32,
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
fn avx512(tile: Tile<'_>, block: &[Lanes], limits: &Limits<'_>, hits: &mut Vec<Hit>) {
    plain(tile, block, limits, hits);
}

/// The loop in its plain form. The accumulators of 64 lanes are eight AVX-512 registers; with another number of lanes
/// LLVM falls back to scalar code, which the ratio in `benches/link.rs` shows.
#[inline(always)]
fn plain(tile: Tile<'_>, block: &[Lanes], limits: &Limits<'_>, hits: &mut Vec<Hit>) {
    for (row, (words, &row_limit)) in tile.words.chunks_exact(tile.words_per).zip(limits.rows).enumerate() {
        let mut distances = [0_u64; LANES];
        for (word, lanes) in words.iter().zip(block) {
            for (distance, other) in distances.iter_mut().zip(&lanes.0) {
                *distance += u64::from((word ^ other).count_ones());
            }
        }
        let mut any = false;
        for (&distance, lane_limit) in distances.iter().zip(limits.lanes) {
            any |= distance as i64 <= row_limit + lane_limit;
        }
        if any {
            collect(row, &distances, row_limit, limits.lanes, hits);
        }
    }
}

/// The rare path: a row has a hit in this block.
#[cold]
#[inline(never)]
fn collect(row: usize, distances: &[u64; LANES], row_limit: i64, lanes: &[i64; LANES], hits: &mut Vec<Hit>) {
    for (lane, (&distance, &lane_limit)) in distances.iter().zip(lanes).enumerate() {
        if distance as i64 <= row_limit + lane_limit {
            hits.push(Hit { row: row as u32, lane: lane as u32, distance: distance as u32 });
        }
    }
}

/// Four records a register. Sixteen words become five: a tree of eleven full adders (five operations each) turns fifteen
/// words into the four binary digits of their sum, bit by bit, and one word stays. Each of the five is then counted by
/// two look-ups a byte, with the digit's weight already in the table. Column by column, so that the words of four
/// records stay at hand while the tile's rows pass.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi8, _mm256_add_epi64, _mm256_and_si256, _mm256_cmpgt_epi64, _mm256_extract_epi64,
        _mm256_movemask_epi8, _mm256_or_si256, _mm256_sad_epu8, _mm256_set_epi64x, _mm256_set1_epi8,
        _mm256_set1_epi64x, _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi64,
        _mm256_xor_si256,
    };

    use super::{Hit, LANES, Lanes, Limits, Tile};

    const COLUMN: usize = 4;
    const NO_HIT: i32 = -1;

    /// Appends the hits, by column and then by row.
    #[target_feature(enable = "avx2")]
    pub(super) fn scan(tile: Tile<'_>, block: &[Lanes], limits: &Limits<'_>, hits: &mut Vec<Hit>) {
        match tile.words_per {
            16 => columns::<16>(tile, block, limits, hits),
            32 => columns::<32>(tile, block, limits, hits),
            words_per => {
                for column in 0..LANES / COLUMN {
                    let lane_limits = load(limits.lanes, column);
                    let rows = tile.words.chunks_exact(words_per).zip(limits.rows);
                    for (row, (words, &row_limit)) in rows.enumerate() {
                        let distances = distances::<0>(words, block, column);
                        keep(row, column, distances, row_limit, lane_limits, hits);
                    }
                }
            }
        }
    }

    /// The same for a number of words that the compiler knows. The functions below carry `W` along so that each copy has
    /// one caller, or LLVM would not inline them.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn columns<const W: usize>(tile: Tile<'_>, block: &[Lanes], limits: &Limits<'_>, hits: &mut Vec<Hit>) {
        let block = &block[..W];
        for column in 0..LANES / COLUMN {
            let lane_limits = load(limits.lanes, column);
            let rows = tile.words.as_chunks::<W>().0.iter().zip(limits.rows);
            for (row, (words, &row_limit)) in rows.enumerate() {
                let distances = distances::<W>(words, block, column);
                keep(row, column, distances, row_limit, lane_limits, hits);
            }
        }
    }

    /// Appends the hits among the distances of one row to a column.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn keep(row: usize, column: usize, distances: __m256i, row_limit: i64, lane_limits: __m256i, hits: &mut Vec<Hit>) {
        let limit = _mm256_add_epi64(_mm256_set1_epi64x(row_limit), lane_limits);
        let beyond = _mm256_movemask_epi8(_mm256_cmpgt_epi64(distances, limit));
        if beyond != NO_HIT {
            collect(row, column, distances, beyond, hits);
        }
    }

    /// The distances of one row to the four records of a column.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn distances<const W: usize>(row: &[u64], block: &[Lanes], column: usize) -> __m256i {
        let (rows, row_rest) = row.as_chunks::<16>();
        let (blocks, block_rest) = block.as_chunks::<16>();
        let zero = _mm256_setzero_si256();
        let mut sum = zero;
        for (row, block) in rows.iter().zip(blocks) {
            sum = _mm256_add_epi64(sum, _mm256_sad_epu8(sixteen::<W>(row, block, column), zero));
        }
        let mut rest = zero;
        for (&word, lanes) in row_rest.iter().zip(block_rest) {
            rest = _mm256_add_epi8(rest, count::<1>(differing(word, lanes, column)));
        }
        _mm256_add_epi64(sum, _mm256_sad_epu8(rest, zero))
    }

    /// Differing bits in each byte, over sixteen words: at most 128.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn sixteen<const W: usize>(row: &[u64; 16], block: &[Lanes; 16], column: usize) -> __m256i {
        let x = |w: usize| differing(row[w], &block[w], column);
        let (s0, t0) = add(x(0), x(1), x(2));
        let (s1, t1) = add(x(3), x(4), x(5));
        let (s2, t2) = add(x(6), x(7), x(8));
        let (s3, t3) = add(x(9), x(10), x(11));
        let (s4, t4) = add(x(12), x(13), x(14));
        let (s5, t5) = add(s0, s1, s2);
        let (ones, t6) = add(s5, s3, s4);
        let (u0, f0) = add(t0, t1, t2);
        let (u1, f1) = add(t3, t4, t5);
        let (twos, f2) = add(u0, u1, t6);
        let (fours, eights) = add(f0, f1, f2);
        let low = _mm256_add_epi8(_mm256_add_epi8(count::<1>(x(15)), count::<1>(ones)), count::<2>(twos));
        _mm256_add_epi8(low, _mm256_add_epi8(count::<4>(fours), count::<8>(eights)))
    }

    /// Full adder, bit by bit: sum and carry.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn add(x: __m256i, y: __m256i, z: __m256i) -> (__m256i, __m256i) {
        let half = _mm256_xor_si256(x, y);
        let carry = _mm256_or_si256(_mm256_and_si256(x, y), _mm256_and_si256(half, z));
        (_mm256_xor_si256(half, z), carry)
    }

    /// `WEIGHT` times the ones of each byte.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn count<const WEIGHT: i8>(x: __m256i) -> __m256i {
        let (a, b, c, d) = (WEIGHT, 2 * WEIGHT, 3 * WEIGHT, 4 * WEIGHT);
        let table = _mm256_setr_epi8(
            0, a, a, b, a, b, b, c, a, b, b, c, b, c, c, d, 0, a, a, b, a, b, b, c, a, b, b, c, b, c, c, d,
        );
        let nibble = _mm256_set1_epi8(0x0f);
        let low = _mm256_and_si256(x, nibble);
        let high = _mm256_and_si256(_mm256_srli_epi64::<4>(x), nibble);
        _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn differing(word: u64, lanes: &Lanes, column: usize) -> __m256i {
        let [a, b, c, d] = lanes.0.as_chunks::<COLUMN>().0[column];
        let records = _mm256_set_epi64x(d as i64, c as i64, b as i64, a as i64);
        _mm256_xor_si256(_mm256_set1_epi64x(word as i64), records)
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn load(lanes: &[i64; LANES], column: usize) -> __m256i {
        let [a, b, c, d] = lanes.as_chunks::<COLUMN>().0[column];
        _mm256_set_epi64x(d, c, b, a)
    }

    /// The rare path: a row has a hit in this column. `beyond` has eight bits a lane, all set where there is none.
    #[cold]
    #[inline(never)]
    #[target_feature(enable = "avx2")]
    fn collect(row: usize, column: usize, distances: __m256i, beyond: i32, hits: &mut Vec<Hit>) {
        let distances = [
            _mm256_extract_epi64::<0>(distances),
            _mm256_extract_epi64::<1>(distances),
            _mm256_extract_epi64::<2>(distances),
            _mm256_extract_epi64::<3>(distances),
        ];
        for (lane, &distance) in distances.iter().enumerate() {
            if beyond >> (8 * lane) & 1 == 0 {
                let lane = (column * COLUMN + lane) as u32;
                hits.push(Hit { row: row as u32, lane, distance: distance as u32 });
            }
        }
    }
}
