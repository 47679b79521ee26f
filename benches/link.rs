//! Pairs compared a second on one core: every kernel of this CPU beside the naive loop, nothing pruned.
//!
//! The ratio to the naive loop is the figure to watch: it survives a noisy machine. A fall of `avx512-vpopcntdq` to
//! naive speed means that its intrinsics are no longer inlined.

use std::hint::black_box;
use std::ops::ControlFlow;

use divan::Bencher;
use divan::counter::ItemsCount;
use symbolon::linkage::{Encodings, Kernel, Measure, Score, Search, search_with};

const RECORDS: usize = 4096;
const LENGTHS: [u16; 3] = [512, 1024, 2048];

fn main() {
    divan::main();
}

/// Made-up encodings, half full (SplitMix64).
fn side(mut state: u64, length: u16) -> Encodings {
    let words = (0..RECORDS * usize::from(length) / 64).map(|_| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    });
    Encodings::new(length, words.collect()).expect("made to fit")
}

fn kernel(bencher: Bencher<'_, '_>, name: &str, length: u16, measure: Measure, lower: u16) {
    let Some(kernel) = Kernel::available().into_iter().find(|kernel| kernel.name() == name) else {
        return;
    };
    let (a, b) = (side(1, length), side(2, length));
    let search = Search { measure, lower: Score(lower), per_record: 8 };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    bencher
        .counter(ItemsCount::new(RECORDS * RECORDS))
        .bench(|| pool.install(|| search_with(kernel, black_box(&a), &b, &search, &|_| ControlFlow::Continue(()))));
}

fn names() -> Vec<&'static str> {
    Kernel::available().into_iter().map(Kernel::name).collect()
}

#[divan::bench(args = names(), consts = LENGTHS, sample_count = 9)]
fn hamming<const LENGTH: u16>(bencher: Bencher<'_, '_>, name: &str) {
    kernel(bencher, name, LENGTH, Measure::Hamming, LENGTH / 2 + 7 * LENGTH.isqrt() / 2);
}

#[divan::bench(args = names(), consts = LENGTHS, sample_count = 9)]
fn dice<const LENGTH: u16>(bencher: Bencher<'_, '_>, name: &str) {
    kernel(bencher, name, LENGTH, Measure::Dice, 8_500);
}

#[divan::bench(consts = LENGTHS, sample_count = 9)]
fn naive<const LENGTH: u16>(bencher: Bencher<'_, '_>) {
    let [a, b] = [1, 2].map(|seed| {
        let side = side(seed, LENGTH);
        (0..RECORDS).map(|i| side.row(i)).collect::<Vec<_>>()
    });
    bencher.counter(ItemsCount::new(RECORDS * RECORDS)).bench(|| {
        let mut found = 0_usize;
        for i in 0..RECORDS {
            for j in 0..RECORDS {
                let (a, b) = (&black_box(&a)[i], &b[j]);
                let distance: u32 = a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum();
                found += usize::from(distance < u32::from(LENGTH) / 4);
            }
        }
        found
    });
}
