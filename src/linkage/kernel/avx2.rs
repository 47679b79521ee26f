//! Four records a register, two rows at a time, without a population count.
//!
//! All that is known of a pair is `row ^ record`, word by word, and any exclusive-or of such words is one exclusive-or of
//! two numbers that were made beforehand. So rows and records are prepared as *forms*, exclusive-ors of their own words,
//! each once for the hundreds of partners that it meets:
//!
//! 1. Fifteen words go into full adders, bit by bit. Two adders in a row need, with their carries `a` and `b` handed on as
//!    `(a, a ^ b)`, nine operations on forms and eight on what comes from other adders; two plain ones take ten, and six
//!    more for the exclusive-ors. Out come the binary digits 1, 2, 4 and 8 of the number of ones in each place.
//! 2. The digits 2, 4 and 8 are counted by two look-ups a byte, with the weight already in the table. Digit 1 and the
//!    sixteenth word are forms, so that their nibbles are cut beforehand too.
//! 3. Words that make no sixteen are counted by look-ups alone.
//!
//! At 1,024 bits this makes 85 vector operations for four pairs. AVX2 does four a cycle at most; `docs/performance.md` has
//! what is reached. Rows lie four times side by side in memory, in tiles that fit the first cache level, since a broadcast
//! from memory would take a register of its own and the loop is short of those.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_add_epi64, _mm256_and_si256, _mm256_andnot_si256, _mm256_cmpgt_epi64,
    _mm256_extract_epi64, _mm256_movemask_epi8, _mm256_or_si256, _mm256_sad_epu8, _mm256_set_epi64x, _mm256_set1_epi8,
    _mm256_set1_epi64x, _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi64,
    _mm256_xor_si256,
};

use super::{Hit, LANES, Lanes, Limits, Tile};

const COLUMN: usize = 4;
/// Words that are added bit by bit, and their forms.
const GROUP: usize = 16;
const FORMS: usize = 22;
/// Forms of all rows of a tile, by pairs of rows: 22 KiB.
const TILE_FORMS: usize = 16 * FORMS;

/// A value for each of two rows.
type Two = [__m256i; 2];
/// A carry, and its exclusive-or with another carry.
type Carries = (Two, Two);

/// Forms of the records of a stretch and of the rows of a tile.
#[derive(Default)]
pub(super) struct Scratch {
    columns: Vec<__m256i>,
    rows: Vec<Two>,
    limits: Vec<[i64; 2]>,
}

/// Vector operations a pair.
pub(super) fn operations(words_per: usize) -> f64 {
    85.0 / COLUMN as f64 * words_per as f64 / GROUP as f64
}

/// Vector operations that wait for one another in pairs only: twelve a round. Their number.
#[target_feature(enable = "avx2")]
pub(super) fn exert(rounds: u64) -> u64 {
    let mut pairs: [[__m256i; 2]; 6] =
        std::array::from_fn(|i| [_mm256_set1_epi64x(1 + i as i64), _mm256_set1_epi64x(3)]);
    for _ in 0..rounds {
        for [x, y] in &mut pairs {
            *x = _mm256_add_epi64(*x, *y);
            *y = _mm256_xor_si256(*y, *x);
        }
    }
    std::hint::black_box(pairs);
    rounds * 2 * pairs.len() as u64
}

/// Appends the hits, in no order.
#[target_feature(enable = "avx2")]
pub(super) fn scan(tile: Tile<'_>, stretch: &[Lanes], limits: &Limits<'_>, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
    let words_per = tile.words_per;
    let forms = words_per / GROUP * FORMS + words_per % GROUP * 2;
    let pairs = (TILE_FORMS / forms).clamp(1, u64::BITS as usize);
    prepare_columns(words_per, stretch, &mut scratch.columns);
    let tiles = tile.words.chunks(words_per * pairs * 2).zip(limits.rows.chunks(pairs * 2));
    for (tile, (words, row_limits)) in tiles.enumerate() {
        prepare_rows(words_per, words, row_limits, scratch);
        for (column, records) in scratch.columns.chunks_exact(forms).enumerate() {
            let lane_limits = load(limits, column);
            let mut with_hits = match forms {
                FORMS => sixteen_words(&scratch.rows, &scratch.limits, records, lane_limits),
                _ => any_words(&scratch.rows, &scratch.limits, records, lane_limits),
            };
            while with_hits != 0 {
                let pair = with_hits.trailing_zeros() as usize;
                with_hits &= with_hits - 1;
                let distances = distances(&scratch.rows[pair * forms..][..forms], records);
                let beyond = beyond(distances, &scratch.limits[pair], lane_limits);
                for row in 0..2 {
                    collect((tile * pairs + pair) * 2 + row, column, distances[row], beyond[row], hits);
                }
            }
        }
    }
}

/// Which pairs of rows, bit by bit, have a hit in a column: no branch a pair, since hits are rare and are computed again.
#[target_feature(enable = "avx2")]
#[inline(never)]
fn sixteen_words(rows: &[Two], row_limits: &[[i64; 2]], records: &[__m256i], lane_limits: __m256i) -> u64 {
    let Some(records) = records.as_array::<FORMS>() else { return 0 };
    // An aligned copy, which LLVM keeps on an aligned stack: what crosses a cache line is loaded twice.
    let records = *std::hint::black_box(&{ *records });
    let mut with_hits = 0;
    for (pair, (rows, row_limits)) in rows.as_chunks::<FORMS>().0.iter().zip(row_limits).enumerate() {
        let beyond = beyond(sums(adders::<true>(rows, &records)), row_limits, lane_limits);
        with_hits |= u64::from(any_hit(beyond)) << pair;
    }
    with_hits
}

/// The same for any number of words.
#[target_feature(enable = "avx2")]
fn any_words(rows: &[Two], row_limits: &[[i64; 2]], records: &[__m256i], lane_limits: __m256i) -> u64 {
    let mut with_hits = 0;
    for (pair, (rows, row_limits)) in rows.chunks_exact(records.len()).zip(row_limits).enumerate() {
        let beyond = beyond(distances(rows, records), row_limits, lane_limits);
        with_hits |= u64::from(any_hit(beyond)) << pair;
    }
    with_hits
}

/// All ones in every lane whose distance is beyond its limit.
#[target_feature(enable = "avx2")]
#[inline]
fn beyond(distances: Two, row_limits: &[i64; 2], lane_limits: __m256i) -> Two {
    let beyond = |row: usize| {
        let limit = _mm256_add_epi64(_mm256_set1_epi64x(row_limits[row]), lane_limits);
        _mm256_cmpgt_epi64(distances[row], limit)
    };
    [beyond(0), beyond(1)]
}

#[target_feature(enable = "avx2")]
#[inline]
fn any_hit(beyond: Two) -> bool {
    const NO_HIT: i32 = -1;
    _mm256_movemask_epi8(_mm256_and_si256(beyond[0], beyond[1])) != NO_HIT
}

/// Appends the hits of a row in a column.
#[target_feature(enable = "avx2")]
fn collect(row: usize, column: usize, distances: __m256i, beyond: __m256i, hits: &mut Vec<Hit>) {
    let distances = [
        _mm256_extract_epi64::<0>(distances),
        _mm256_extract_epi64::<1>(distances),
        _mm256_extract_epi64::<2>(distances),
        _mm256_extract_epi64::<3>(distances),
    ];
    let beyond = _mm256_movemask_epi8(beyond);
    for (lane, &distance) in distances.iter().enumerate() {
        if beyond >> (8 * lane) & 1 == 0 {
            let lane = (column * COLUMN + lane) as u32;
            hits.push(Hit { row: row as u32, lane, distance: distance as u32 });
        }
    }
}

/// The forms of sixteen words: what [`adders`] reads, in its order.
#[inline(always)]
fn forms<T: Copy>(words: [T; GROUP], xor: impl Fn(T, T) -> T, nibbles: impl Fn(T) -> [T; 2]) -> [T; FORMS] {
    let mut forms = [words[0]; FORMS];
    let mut sum = words[0];
    for (forms, four) in forms.as_chunks_mut::<5>().0.iter_mut().zip(words[1..].as_chunks::<4>().0).take(3) {
        let [first, second] = [xor(four[0], four[1]), xor(four[2], four[3])];
        let middle = xor(sum, first);
        *forms = [first, xor(four[0], sum), second, xor(middle, four[2]), middle];
        sum = xor(middle, second);
    }
    let last = xor(words[13], words[14]);
    let ones = xor(sum, last);
    [forms[15], forms[16], forms[17]] = [last, xor(words[13], sum), ones];
    [forms[18], forms[19]] = nibbles(ones);
    [forms[20], forms[21]] = nibbles(words[15]);
    forms
}

/// The lower and the upper half of each byte.
fn nibbles(word: u64) -> [u64; 2] {
    [word & 0x0f0f_0f0f_0f0f_0f0f, word >> 4 & 0x0f0f_0f0f_0f0f_0f0f]
}

/// Forms of four records at a time: of their groups, then of their other words.
#[target_feature(enable = "avx2")]
fn prepare_columns(words_per: usize, stretch: &[Lanes], columns: &mut Vec<__m256i>) {
    columns.clear();
    let nibble = _mm256_set1_epi8(0x0f);
    let nibbles = |word| [_mm256_and_si256(word, nibble), _mm256_and_si256(_mm256_srli_epi64::<4>(word), nibble)];
    let records = |lanes: &Lanes, column: usize| {
        let [a, b, c, d] = lanes.0.as_chunks::<COLUMN>().0[column];
        _mm256_set_epi64x(d as i64, c as i64, b as i64, a as i64)
    };
    for block in stretch.chunks_exact(words_per) {
        let (groups, rest) = block.as_chunks::<GROUP>();
        for column in 0..LANES / COLUMN {
            for group in groups {
                let words = std::array::from_fn(|word| records(&group[word], column));
                columns.extend_from_slice(&forms(words, |x, y| _mm256_xor_si256(x, y), nibbles));
            }
            for word in rest {
                columns.extend_from_slice(&nibbles(records(word, column)));
            }
        }
    }
}

/// Forms of two rows at a time; a last row alone is paired with itself, out of reach.
#[target_feature(enable = "avx2")]
fn prepare_rows(words_per: usize, words: &[u64], limits: &[i64], scratch: &mut Scratch) {
    scratch.rows.clear();
    scratch.limits.clear();
    let two = |a: u64, b: u64| [_mm256_set1_epi64x(a as i64), _mm256_set1_epi64x(b as i64)];
    for (pair, limits) in words.chunks(2 * words_per).zip(limits.chunks(2)) {
        let (a, b) = (&pair[..words_per], &pair[pair.len() - words_per..]);
        scratch.limits.push([limits[0], limits.get(1).copied().unwrap_or(Limits::NEVER)]);
        let ((groups_a, rest_a), (groups_b, rest_b)) = (a.as_chunks::<GROUP>(), b.as_chunks::<GROUP>());
        for (a, b) in groups_a.iter().zip(groups_b) {
            let [a, b] = [a, b].map(|words| forms(*words, |x, y| x ^ y, nibbles));
            // Inverted where the adder needs the inverse: what is inverted on one side is so in the exclusive-or.
            let inverted = |form: usize| if form % 5 == 2 && form < 15 { u64::MAX } else { 0 };
            scratch.rows.extend((0..FORMS).map(|form| two(a[form] ^ inverted(form), b[form] ^ inverted(form))));
        }
        for (a, b) in rest_a.iter().zip(rest_b) {
            let (a, b) = (nibbles(*a), nibbles(*b));
            scratch.rows.extend((0..2).map(|half| two(a[half], b[half])));
        }
    }
}

/// The distances of two rows to the four records of a column.
#[target_feature(enable = "avx2")]
#[inline]
fn distances(rows: &[Two], records: &[__m256i]) -> Two {
    let ((row_groups, row_rest), (groups, rest)) = (rows.as_chunks::<FORMS>(), records.as_chunks::<FORMS>());
    let add = |x: Two, y: Two| [_mm256_add_epi64(x[0], y[0]), _mm256_add_epi64(x[1], y[1])];
    let zero = [_mm256_setzero_si256(); 2];
    let mut distances = zero;
    for (rows, records) in row_groups.iter().zip(groups) {
        distances = add(distances, sums(adders::<false>(rows, records)));
    }
    if !rest.is_empty() {
        let mut bytes = zero;
        for (row, record) in row_rest.iter().zip(rest) {
            bytes = plus(bytes, counted([_mm256_xor_si256(row[0], *record), _mm256_xor_si256(row[1], *record)]));
        }
        distances = add(distances, sums(bytes));
    }
    distances
}

/// Sums of eight bytes.
#[target_feature(enable = "avx2")]
#[inline]
fn sums(bytes: Two) -> Two {
    let zero = _mm256_setzero_si256();
    [_mm256_sad_epu8(bytes[0], zero), _mm256_sad_epu8(bytes[1], zero)]
}

/// Differing bits in each byte, over sixteen words: at most 128.
///
/// Written with closures in one function, and the digits counted as they come: in other shapes LLVM computes one row after
/// the other, with a fifth of the loop spent on spilled records. `ALONE` makes a copy for each caller, to be inlined.
#[target_feature(enable = "avx2")]
#[inline]
fn adders<const ALONE: bool>(rows: &[Two; FORMS], records: &[__m256i; FORMS]) -> Two {
    let xor = |x: Two, y: Two| [_mm256_xor_si256(x[0], y[0]), _mm256_xor_si256(x[1], y[1])];
    let or = |x: Two, y: Two| [_mm256_or_si256(x[0], y[0]), _mm256_or_si256(x[1], y[1])];
    let and = |x: Two, y: Two| [_mm256_and_si256(x[0], y[0]), _mm256_and_si256(x[1], y[1])];
    let and_not = |x: Two, y: Two| [_mm256_andnot_si256(y[0], x[0]), _mm256_andnot_si256(y[1], x[1])];
    let form = |form: usize| {
        let record = records[form];
        [_mm256_xor_si256(record, rows[form][0]), _mm256_xor_si256(record, rows[form][1])]
    };
    let plus = |x: Two, y: Two| [_mm256_add_epi8(x[0], y[0]), _mm256_add_epi8(x[1], y[1])];
    let ones = table(1);
    let counted = |x: Two| [_mm256_shuffle_epi8(ones, x[0]), _mm256_shuffle_epi8(ones, x[1])];
    // Two full adders of a form and two pairs of forms: their carries.
    let two_adders = |first: usize| {
        let either = or(form(first), form(first + 1));
        let differ = xor(either, and(form(first + 2), form(first + 3)));
        (xor(either, form(first + 4)), differ)
    };
    // Two full adders of `z` and two pairs of carries: their sum and carries.
    let add_four = |z: Two, (a, a_b): Carries, (c, c_d): Carries| {
        let either = or(a_b, xor(a, z));
        let sum = xor(z, a_b);
        let differ = xor(either, and_not(xor(sum, c), c_d));
        (xor(sum, c_d), (xor(either, sum), differ))
    };
    // A full adder of `z` and a pair of carries: its sum and carry.
    let add_two = |z: Two, (a, a_b): Carries| {
        let either = or(a_b, xor(a, z));
        let sum = xor(z, a_b);
        (sum, xor(either, sum))
    };
    let one = xor(or(form(15), form(16)), form(17));
    let (two, pair) = (two_adders(0), two_adders(5));
    let (one, carries) = add_four(one, two, pair);
    let (twos, four) = add_two(one, two_adders(10));
    let bytes = [count::<2>(twos[0]), count::<2>(twos[1])];
    let (fours, eights) = add_two(four, carries);
    let bytes = plus(bytes, [count::<4>(fours[0]), count::<4>(fours[1])]);
    let bytes = plus(bytes, [count::<8>(eights[0]), count::<8>(eights[1])]);
    let bytes = plus(bytes, counted(form(18)));
    let bytes = plus(bytes, counted(form(19)));
    let bytes = plus(bytes, counted(form(20)));
    plus(bytes, counted(form(21)))
}

/// `WEIGHT` times the ones of each byte.
#[target_feature(enable = "avx2")]
#[inline]
fn count<const WEIGHT: i8>(x: __m256i) -> __m256i {
    let (table, nibble) = (table(WEIGHT), _mm256_set1_epi8(0x0f));
    let low = _mm256_and_si256(x, nibble);
    let high = _mm256_and_si256(_mm256_srli_epi64::<4>(x), nibble);
    _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high))
}

/// The ones of each nibble.
#[target_feature(enable = "avx2")]
#[inline]
fn counted(nibbles: Two) -> Two {
    let table = table(1);
    [_mm256_shuffle_epi8(table, nibbles[0]), _mm256_shuffle_epi8(table, nibbles[1])]
}

/// `weight` times the ones of a nibble, by nibble.
#[target_feature(enable = "avx2")]
#[inline]
fn table(weight: i8) -> __m256i {
    let (a, b, c, d) = (weight, 2 * weight, 3 * weight, 4 * weight);
    _mm256_setr_epi8(0, a, a, b, a, b, b, c, a, b, b, c, b, c, c, d, 0, a, a, b, a, b, b, c, a, b, b, c, b, c, c, d)
}

#[target_feature(enable = "avx2")]
#[inline]
fn plus(x: Two, y: Two) -> Two {
    [_mm256_add_epi8(x[0], y[0]), _mm256_add_epi8(x[1], y[1])]
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(limits: &Limits<'_>, column: usize) -> __m256i {
    let lanes = &limits.lanes[column * COLUMN / LANES];
    let [a, b, c, d] = lanes.as_chunks::<COLUMN>().0[column % (LANES / COLUMN)];
    _mm256_set_epi64x(d, c, b, a)
}
