//! Encoding of records with five fields on one core, beside the way of the definition.
//!
//! `naive` hashes every token of every record anew and computes each output bit by itself; it stands in for an encoder
//! without memory and without words. Both print records per second.

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::ItemsCount;
use symbolon::agreement::{EncodingParams, Schema};
use symbolon::encoding::Encoder;
use symbolon::primitives::{Digest, Entropy, Secret};
use symbolon::protocol::FieldKind;
use symbolon::records::{BirthDate, Record, Value};

fn main() {
    divan::main();
}

const RECORDS: usize = 50_000;

fn schema() -> Schema {
    let fields =
        vec![FieldKind::PersonName, FieldKind::BirthDate, FieldKind::Document, FieldKind::Place, FieldKind::Postcode];
    Schema {
        normalisation: symbolon::agreement::NORMALISATION.to_owned(),
        fields,
        encoding: EncodingParams { length: 1024, insertions: 21, diffusion: 4, min_tokens: 6 },
    }
}

fn records() -> Vec<Record> {
    const SYLLABLES: [&str; 16] =
        ["BA", "DOR", "KEL", "MI", "NUR", "SA", "TEV", "RIL", "GO", "FEN", "LAS", "HU", "PIK", "VAN", "ZO", "JER"];
    let mut state = 1u64;
    let mut next = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut one = || {
        let mut part = || (0..3).map(|_| SYLLABLES[next(16) as usize]).collect::<String>();
        let (names, place) = (vec![part(), part()], vec![part()]);
        let date = BirthDate {
            year: Some(1930 + next(70) as u16),
            month: Some(1 + next(12) as u8),
            day: Some(2 + next(27) as u8),
        };
        let mut number = String::new();
        let _ = write!(number, "P{}", next(10_000_000));
        let values = [Value::Parts(names), Value::Date(date), Value::Text(number), Value::Parts(place)];
        Record { values: values.into_iter().chain([Value::Text(next(10_000).to_string())]).collect() }
    };
    (0..RECORDS).map(|_| one()).collect()
}

fn encoder() -> Encoder {
    match Encoder::new(&schema(), &Secret::generate(&mut Entropy::seeded(1))) {
        Ok(encoder) => encoder,
        Err(error) => panic!("{error}"),
    }
}

#[divan::bench(sample_count = 10)]
fn encode(bencher: Bencher<'_, '_>) {
    let records = records();
    bencher.counter(ItemsCount::new(RECORDS)).with_inputs(encoder).bench_local_values(|encoder| {
        let mut out = vec![0; records.len() * encoder.words()];
        let kept = encoder.encode_into(&records, &mut out);
        let keys = records.iter().map(|record| u64::from(encoder.exact_keys(record)[0][0])).sum::<u64>();
        (out[0], kept.len(), keys)
    });
}

#[divan::bench(sample_count = 5)]
fn naive(bencher: Bencher<'_, '_>) {
    let records = records();
    let sets: Vec<[u16; 4]> = (0..1024u16).map(|j| [7, 11, 13, 17].map(|step| (j * step + step) % 1024)).collect();
    let few = RECORDS / 100;
    bencher
        .counter(ItemsCount::new(few))
        .bench_local(|| records[..few].iter().map(|record| by_definition(record, &sets)).sum::<u32>());
}

/// Work of the definition: as many hashes as the tokens ask for, then one output bit after the other.
fn by_definition(record: &Record, sets: &[[u16; 4]]) -> u32 {
    let mut inner = [false; 1024];
    let mut text = String::new();
    for value in &record.values {
        match value {
            Value::Parts(parts) => parts.iter().for_each(|part| text.push_str(part)),
            Value::Text(digits) => text.push_str(digits),
            Value::Date(date) => text.extend(date.year.map(|year| year.to_string())),
            Value::Missing => {}
        }
    }
    for token in text.as_bytes().windows(2).chain(text.as_bytes().windows(3)) {
        for block in 0..2u8 {
            for word in Digest::of_parts(&[token, &[block]]).0.as_chunks::<2>().0 {
                inner[usize::from(u16::from_be_bytes(*word)) % 1024] = true;
            }
        }
    }
    sets.iter().map(|set| u32::from(set.iter().fold(false, |bit, position| bit ^ inner[usize::from(*position)]))).sum()
}
