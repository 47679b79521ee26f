//! Eight records a register, with a population count of its own.
//!
//! Sixteen words at a time, as most encodings have them ([`sixteen`]): all that is known of a pair is `row ^ record`, word by
//! word, and any exclusive-or of such words is one exclusive-or of two *forms* that were made beforehand. Fifteen words go
//! into seven full adders, bit by bit, `s` being the exclusive-or of all words so far. The carry of `s`, `a` and `b` is
//! `((s ^ a) & (s ^ b)) ^ s`: three operations, since `vpternlogq` takes three inputs. The seven carries are counted, twice
//! that, then the last `s` and the sixteenth word. At 1,024 bits this makes 43 vector operations for eight pairs, where three a
//! word make 48; and nine population counts, which not every CPU does as often as the rest, in place of sixteen. The forms of
//! eight records stay in 23 registers while the rows pass from the first cache level.
//!
//! Any other number of words, and rows that are given up early: word by word ([`any_words`]), in eight registers from the
//! first word to the test, which is one comparison for 64 pairs.

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_cmple_epi64_mask, _mm512_cmple_epu64_mask, _mm512_min_epu32, _mm512_popcnt_epi64,
    _mm512_set_epi64, _mm512_set1_epi64, _mm512_setzero_si512, _mm512_ternarylogic_epi64, _mm512_xor_si512,
};

use super::{Hit, LANES, Lanes, Limits, ROWS, Tile};

const COLUMN: usize = 8;
const COLUMNS: usize = LANES / COLUMN;
/// Words that are added bit by bit, and their forms.
const GROUP: usize = 16;
const FORMS: usize = 23;
const ADDERS: usize = 7;
/// Rows that pass at a time: 23 KiB of forms, in the first cache level.
const PASS: usize = 2 * MARKS;
const MARKS: usize = u64::BITS as usize;

/// What distances begin with, so that they stay above zero and below 2³²: more than any limit of a record.
const START: i64 = 1 << 24;

/// Forms of the records of a stretch and of the rows of a pass; limits and distances so far of a pass in a column.
#[derive(Default)]
pub(super) struct Scratch {
    columns: Vec<[__m512i; FORMS]>,
    rows: Vec<[u64; FORMS]>,
    limits: Vec<i64>,
    distances: Vec<__m512i>,
}

/// Vector operations a pair.
pub(super) fn operations(words_per: usize) -> f64 {
    if words_per.is_multiple_of(GROUP) {
        // Forty-two a group, those of all but the first group one more; and the comparison.
        let groups = words_per / GROUP;
        (42 * groups + (groups - 1) + 1) as f64 / COLUMN as f64
    } else {
        (3 * words_per) as f64 / COLUMN as f64
    }
}

/// Vector operations that wait for one another in pairs only: sixteen a round. Their number.
#[target_feature(enable = "avx512f")]
pub(super) fn exert(rounds: u64) -> u64 {
    let mut pairs: [[__m512i; 2]; 8] = std::array::from_fn(|i| [_mm512_set1_epi64(1 + i as i64), _mm512_set1_epi64(3)]);
    for _ in 0..rounds {
        for [x, y] in &mut pairs {
            *x = _mm512_add_epi64(*x, *y);
            *y = _mm512_xor_si512(*y, *x);
        }
    }
    std::hint::black_box(pairs);
    rounds * 2 * pairs.len() as u64
}

/// Appends the hits, in no order.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
pub(super) fn scan(tile: Tile<'_>, stretch: &[Lanes], limits: &Limits<'_>, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
    match limits.probe {
        Some(words) if words < tile.words_per => any_words::<true>(tile, stretch, limits, words, hits),
        _ if tile.words_per.is_multiple_of(GROUP) => in_groups(tile, stretch, limits, scratch, hits),
        _ => any_words::<false>(tile, stretch, limits, tile.words_per, hits),
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
fn in_groups(tile: Tile<'_>, stretch: &[Lanes], limits: &Limits<'_>, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
    let (words_per, groups) = (tile.words_per, tile.words_per / GROUP);
    let Scratch { columns, rows, limits: least, distances } = scratch;
    columns.clear();
    for block in stretch.chunks_exact(words_per) {
        for column in 0..COLUMNS {
            columns.extend(block.as_chunks::<GROUP>().0.iter().map(|group| {
                forms(std::array::from_fn(|word| load(&group[word].0, column)), |x, y| _mm512_xor_si512(x, y))
            }));
        }
    }
    distances.resize(PASS, _mm512_setzero_si512());
    let passes = tile.words.chunks(words_per * PASS).zip(limits.rows.chunks(PASS));
    for (pass, (words, row_limits)) in passes.enumerate() {
        rows.clear();
        for group in 0..groups {
            let of_rows = words.chunks_exact(words_per).map(|row| row.as_chunks::<GROUP>().0[group]);
            rows.extend(of_rows.map(|words| forms(words, |x, y| x ^ y)));
        }
        let mut rows = rows.chunks_exact(row_limits.len());
        let (first, last) = (rows.next().unwrap_or_default(), rows.next_back());
        for (index, records) in columns.chunks_exact(groups).enumerate() {
            let (block, column) = (index / COLUMNS, index % COLUMNS);
            let lanes = column * COLUMN..(column + 1) * COLUMN;
            let most = limits.lanes[block][lanes.clone()].iter().max().unwrap_or(&Limits::NEVER);
            least.clear();
            least.extend(row_limits.iter().map(|limit| limit + most));
            let with_hits = match last {
                None => sixteen::<true, true>(first, &records[0], distances, least),
                Some(last) => {
                    sixteen::<true, false>(first, &records[0], distances, least);
                    for (rows, records) in rows.clone().zip(&records[1..]) {
                        sixteen::<false, false>(rows, records, distances, least);
                    }
                    sixteen::<false, true>(last, &records[groups - 1], distances, least)
                }
            };
            for (marked, mut with_hits) in with_hits.into_iter().enumerate() {
                while with_hits != 0 {
                    let row = marked * MARKS + with_hits.trailing_zeros() as usize;
                    with_hits &= with_hits - 1;
                    let (words, block_words) = (&words[row * words_per..][..words_per], &stretch[block * words_per..]);
                    let place = (pass * PASS + row, block * LANES);
                    again(place, words, block_words, lanes.clone(), row_limits[row], &limits.lanes[block], hits);
                }
            }
        }
    }
}

/// The forms of sixteen words, in the order in which [`sixteen`] reads them.
#[inline(always)]
fn forms<T: Copy>(words: [T; GROUP], xor: impl Fn(T, T) -> T) -> [T; FORMS] {
    let mut forms = [words[15]; FORMS];
    let mut sum = words[0];
    for (forms, pair) in forms.as_chunks_mut::<3>().0.iter_mut().zip(words[1..].as_chunks::<2>().0) {
        *forms = [xor(sum, pair[0]), xor(sum, pair[1]), sum];
        sum = xor(sum, xor(pair[0], pair[1]));
    }
    forms[3 * ADDERS] = sum;
    forms
}

/// Adds sixteen words to the distances of eight records, which begin with the `FIRST` group. With the `LAST`, marks the rows
/// with a distance within their limit: no branch a row, since hits are rare and are counted again.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
#[inline(never)]
fn sixteen<const FIRST: bool, const LAST: bool>(
    rows: &[[u64; FORMS]],
    records: &[__m512i; FORMS],
    distances: &mut [__m512i],
    limits: &[i64],
) -> [u64; PASS / MARKS] {
    const AND_OF_XOR: i32 = 0x60;
    const XOR: i32 = 0x96;
    let records = *records;
    let mut marks = [0; PASS / MARKS];
    let passes = rows.chunks(MARKS).zip(distances.chunks_mut(MARKS)).zip(limits.chunks(MARKS));
    for (marks, ((rows, distances), limits)) in marks.iter_mut().zip(passes) {
        for (row, ((forms, distance), &limit)) in rows.iter().zip(distances).zip(limits).enumerate() {
            let form = |form: usize| _mm512_set1_epi64(forms[form].cast_signed());
            let mut twos = [_mm512_setzero_si512(); 2];
            for adder in 0..ADDERS {
                let [a, b, s] = [3 * adder, 3 * adder + 1, 3 * adder + 2];
                let carry = _mm512_xor_si512(records[a], form(a));
                let carry = _mm512_ternarylogic_epi64::<AND_OF_XOR>(carry, records[b], form(b));
                let carry = _mm512_ternarylogic_epi64::<XOR>(carry, records[s], form(s));
                twos[adder % 2] = _mm512_add_epi64(twos[adder % 2], _mm512_popcnt_epi64(carry));
            }
            let twos = _mm512_add_epi64(twos[0], twos[1]);
            let mut sum = _mm512_add_epi64(twos, twos);
            for one in [3 * ADDERS, 3 * ADDERS + 1] {
                sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_xor_si512(records[one], form(one))));
            }
            if !FIRST {
                sum = _mm512_add_epi64(sum, *distance);
            }
            if LAST {
                *marks |= u64::from(_mm512_cmple_epi64_mask(sum, _mm512_set1_epi64(limit)) != 0) << row;
            } else {
                *distance = sum;
            }
        }
    }
    marks
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
fn any_words<const PROBE: bool>(
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
            let starts = starts(lane_limits);
            for (row, (words, &row_limit)) in tile_words.chunks_exact(tile.words_per).zip(row_limits).enumerate() {
                let (first_words, rest_words) = words.split_at(probe);
                let limit = _mm512_set1_epi64((row_limit + START).max(0));
                let mut distances = plus(starts, first_words, first);
                if PROBE {
                    if !any_within(&distances, limit) {
                        continue;
                    }
                    distances = plus(distances, rest_words, rest);
                }
                if any_within(&distances, limit) {
                    let place = (start * ROWS + row, index * LANES);
                    again(place, words, block, 0..LANES, row_limit, lane_limits, hits);
                }
            }
        }
    }
}

/// What the distances of a block begin with: what each record takes from its limit.
#[target_feature(enable = "avx512f")]
#[inline]
fn starts(limits: &[i64; LANES]) -> [__m512i; COLUMNS] {
    let starts = limits.map(|limit| (START - limit).clamp(0, i64::from(u32::MAX / 2)) as u64);
    std::array::from_fn(|column| load(&starts, column))
}

#[target_feature(enable = "avx512f")]
#[inline]
fn load(lanes: &[u64; LANES], column: usize) -> __m512i {
    let [a, b, c, d, e, f, g, h] = lanes.as_chunks::<COLUMN>().0[column].map(u64::cast_signed);
    _mm512_set_epi64(h, g, f, e, d, c, b, a)
}

#[target_feature(enable = "avx512f,avx512vpopcntdq")]
#[inline]
fn plus(mut distances: [__m512i; COLUMNS], words: &[u64], block: &[Lanes]) -> [__m512i; COLUMNS] {
    for (&word, lanes) in words.iter().zip(block) {
        let word = _mm512_set1_epi64(word.cast_signed());
        for (column, distance) in distances.iter_mut().enumerate() {
            let differ = _mm512_xor_si512(word, load(&lanes.0, column));
            *distance = _mm512_add_epi64(*distance, _mm512_popcnt_epi64(differ));
        }
    }
    distances
}

/// Whether a distance is within the limit. All are below 2³², and a comparison of halves takes half as long.
#[target_feature(enable = "avx512f")]
#[inline]
fn any_within(distances: &[__m512i; COLUMNS], limit: __m512i) -> bool {
    let [a, b, c, d, e, f, g, h] = *distances;
    let least = |x, y| _mm512_min_epu32(x, y);
    let least = least(least(least(a, b), least(c, d)), least(least(e, f), least(g, h)));
    _mm512_cmple_epu64_mask(least, limit) != 0
}

/// The rare path: a row has a hit among these lanes of a block, and is counted once more.
#[cold]
#[inline(never)]
fn again(
    (row, first_lane): (usize, usize),
    words: &[u64],
    block: &[Lanes],
    lanes: std::ops::Range<usize>,
    row_limit: i64,
    lane_limits: &[i64; LANES],
    hits: &mut Vec<Hit>,
) {
    for lane in lanes {
        let distance: u32 = words.iter().zip(block).map(|(word, other)| (word ^ other.0[lane]).count_ones()).sum();
        if i64::from(distance) <= row_limit + lane_limits[lane] {
            hits.push(Hit { row: row as u32, lane: (first_lane + lane) as u32, distance });
        }
    }
}
