//! A log of a million entries: read whole and verified, appended to, and an entry proved from its tiles.
//!
//! Tiles are in memory: what is measured is hashing, parsing and comparing, not a disk.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::OnceLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use symbolon::log::{
    Checkpoint, Entry, Kind, LogError, Store, View, leaf_hash, prove_consistency, prove_inclusion, verify_inclusion,
};
use symbolon::primitives::Digest;

const ENTRIES: u64 = 1_000_000;

#[derive(Default)]
struct Memory(BTreeMap<String, Vec<u8>>);

impl Store for Memory {
    fn read(&self, path: &str, _: u64) -> Result<Option<Vec<u8>>, LogError> {
        Ok(self.0.get(path).cloned())
    }
}

fn main() {
    divan::main();
}

fn entry(number: u64) -> Entry {
    let kind = Kind::ALL[(number % 9) as usize];
    Entry::new(kind, 1, "steward-court", "police-borealia", Digest::of(&number.to_be_bytes()))
}

fn million() -> &'static (Memory, Checkpoint) {
    static LOG: OnceLock<(Memory, Checkpoint)> = OnceLock::new();
    LOG.get_or_init(|| {
        let entries: Vec<Entry> = (0..ENTRIES).map(entry).collect();
        let (files, checkpoint) = View::empty("symbolon/bench").grow(&entries).expect("in memory");
        (Memory(files.into_iter().collect()), checkpoint)
    })
}

#[divan::bench(sample_count = 5)]
fn verify_a_million(bencher: Bencher<'_, '_>) {
    let (store, checkpoint) = million();
    bencher.counter(ItemsCount::new(ENTRIES)).bench_local(|| View::read(store, black_box(checkpoint)).is_ok());
}

#[divan::bench(sample_count = 5)]
fn append_ten(bencher: Bencher<'_, '_>) {
    let (store, checkpoint) = million();
    let view = View::read(store, checkpoint).expect("an own log");
    let new: Vec<Entry> = (ENTRIES..ENTRIES + 10).map(entry).collect();
    bencher.bench_local(|| view.grow(black_box(&new)));
}

#[divan::bench]
fn prove_one(bencher: Bencher<'_, '_>) {
    let (store, checkpoint) = million();
    bencher.bench_local(|| prove_inclusion(store, checkpoint, black_box(765_432)).is_ok());
}

#[divan::bench]
fn verify_one(bencher: Bencher<'_, '_>) {
    let (store, checkpoint) = million();
    let proof = prove_inclusion(store, checkpoint, 765_432).expect("a proof");
    let leaf = leaf_hash(&entry(765_432).to_bytes());
    bencher.bench_local(|| {
        assert!(verify_inclusion(&leaf, 765_432, ENTRIES, black_box(&proof), &checkpoint.root).is_ok());
    });
}

#[divan::bench]
fn prove_growth(bencher: Bencher<'_, '_>) {
    let (store, checkpoint) = million();
    bencher.bench_local(|| prove_consistency(store, checkpoint, black_box(654_321)).is_ok());
}
