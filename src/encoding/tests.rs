//! Tests of the encoder, and what other rooms' tests take from it.

use super::*;
use crate::agreement::EncodingParams;
use crate::primitives::{Entropy, hex};
use crate::records::BirthDate;

pub(crate) fn schema() -> Schema {
    let fields = vec![FieldKind::PersonName, FieldKind::BirthDate, FieldKind::Document];
    Schema {
        normalisation: crate::agreement::NORMALISATION.to_owned(),
        fields,
        encoding: EncodingParams { length: 1024, insertions: 24, diffusion: 4, min_tokens: 8 },
    }
}

/// Made-up people: syllables and dates from a counter, so that many share parts and none is anybody.
pub(crate) fn people(count: usize) -> Vec<Record> {
    const SYLLABLES: [&str; 16] =
        ["BA", "DOR", "KEL", "MI", "NUR", "SA", "TEV", "RIL", "GO", "FEN", "LAS", "HU", "PIK", "VAN", "ZO", "JER"];
    let mut state = 1u64;
    let mut next = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut one = || {
        let mut part = || (0..2 + next(2)).map(|_| SYLLABLES[next(16) as usize]).collect::<String>();
        let names = vec![part(), part()];
        let date = BirthDate {
            year: Some(1950 + next(50) as u16),
            month: Some(1 + next(12) as u8),
            day: Some(2 + next(27) as u8),
        };
        Record { values: vec![Value::Parts(names), Value::Date(date), Value::Text(format!("P{}", next(1_000_000)))] }
    };
    (0..count).map(|_| one()).collect()
}

fn encode(encoder: &Encoder, record: &Record) -> Vec<u64> {
    let mut out = vec![0; encoder.words()];
    let results = encoder.encode_into(std::slice::from_ref(record), &mut out);
    assert_eq!(results, [Ok(())]);
    out
}

fn record(names: &[&str], date: Value) -> Record {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Record { values: vec![Value::Parts(names), date, Value::Missing] }
}

fn a_date() -> Value {
    Value::Date(BirthDate { year: Some(1980), month: Some(4), day: Some(17) })
}

fn key(seed: u64) -> Secret {
    Secret::generate(&mut Entropy::seeded(seed))
}

#[test]
fn a_record_has_the_published_encoding() {
    let key = Secret::from_bytes(&[7; 32]).expect("32 bytes");
    let encoder = Encoder::new(&schema(), &key).expect("a good schema");
    let words = encode(&encoder, &record(&["MARIA", "NOVAK"], a_date()));
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    assert_eq!(hex(&bytes), VECTOR);
}

/// Run key of 32 times `07`; `MARIA NOVAK`, 17 April 1980; words in order, each little-endian.
const VECTOR: &str = "7025e1a0c290cdabde9f4563c5b1c7d2089e34cb7260e4581cc461985a84fd46\
    342dcbee4e784cc513999aa3b583ccf807c7c5c5a2ba2140c4812c37c26111e2\
    4f40bb5a3f77fc4bad58c2ce5e5a92408c1e23c242be503644220acfccf5a9e5\
    f8c3bb7c7d06f923a89ed879ee7d5ae62ce39f09719e0ea50305543d1ccabc10";

#[test]
fn every_record_is_encoded_as_the_definition_says() {
    // Each token of the record hashed by itself, with nothing remembered: names in common and not, dates in part, no date.
    let mut schema = schema();
    schema.fields.extend([FieldKind::CompanyName, FieldKind::Place, FieldKind::Postcode]);
    let key = key(9);
    let (encoder, plain) = (Encoder::new(&schema, &key), Encoder::with(&schema, &key, |_| Hardening::Plain));
    let (encoder, plain) = (encoder.expect("a good schema"), plain.expect("a good schema"));
    let mut records = people(700);
    for (at, record) in records.iter_mut().enumerate() {
        let part = |text: &str| Value::Parts(vec![text.to_owned(), format!("{text}X")]);
        record.values.push(if at % 3 == 0 { part("NORDWIND") } else { Value::Missing });
        record.values.push(part("PERTH"));
        record.values.push(Value::Text(format!("{}", at % 90)));
        if let (true, Value::Date(date)) = (at % 5 > 2, &mut record.values[1]) {
            (date.day, date.year) = (None, date.year.filter(|_| at % 5 > 3));
        }
        if at % 7 == 0 {
            record.values[1] = Value::Missing;
        }
    }
    let (mut tokens, mut positions) = (TokenSet::default(), Vec::new());
    let mut inner = Vec::new();
    for record in &records {
        let mut filter = [0u64; 16];
        tokens.collect(&schema.fields, record);
        for token in tokens.tokens() {
            let count = plain.positions.count(token.weight.into());
            plain.positions.positions(token.namespace, tokens.bytes(token), count, &mut positions);
            positions.iter().for_each(|at| filter[usize::from(*at) / 64] |= 1 << (at % 64));
        }
        inner.extend(filter);
    }
    assert!(plain.encode_all(&records).words == inner);
    let Hardening::Diffused(map) = &encoder.hardening else { panic!("a diffused encoder") };
    inner.chunks_mut(16).for_each(|filter| map.apply(filter, 16, &mut Slices::default()));
    assert!(encoder.encode_all(&records).words == inner);
}

#[test]
fn a_record_has_too_few_tokens_by_all_of_them_not_by_those_of_a_value() {
    let mut schema = schema();
    let parts = record(&["BADO", "BADA"], Value::Missing);
    let mut tokens = TokenSet::default();
    tokens.collect(&schema.fields, &parts);
    let found = tokens.telling();
    for (least, expected) in [(found, Ok(())), (found + 1, Err(TooFewTokens { found, least: found as u16 + 1 }))] {
        schema.encoding.min_tokens = least as u16;
        let encoder = Encoder::new(&schema, &key(10)).expect("a good schema");
        let mut out = [0; 16];
        assert_eq!(encoder.encode_into(std::slice::from_ref(&parts), &mut out), [expected]);
        assert_eq!(out == [0; 16], expected.is_err());
    }
}

#[test]
fn the_order_of_name_parts_makes_no_difference() {
    let encoder = Encoder::new(&schema(), &key(1)).expect("a good schema");
    let straight = encode(&encoder, &record(&["MARIA", "NOVAK"], a_date()));
    assert_eq!(straight, encode(&encoder, &record(&["NOVAK", "MARIA", "MARIA"], a_date())));
}

#[test]
fn under_two_run_keys_encodings_of_one_record_agree_like_strangers() {
    let records = people(2000);
    let lists =
        [key(1), key(2)].map(|key| Encoder::new(&schema(), &key).expect("a good schema").encode_all(&records).words);
    let differ: u64 = lists[0].iter().zip(&lists[1]).map(|(a, b)| u64::from((a ^ b).count_ones())).sum();
    let bits = (lists[0].len() * 64) as f64;
    // Five deviations of the mean of so many fair coins; what records share makes a little more of it.
    assert!((differ as f64 / bits - 0.5).abs() < 5.0 * 0.5 / bits.sqrt());
}

#[test]
fn the_number_of_threads_makes_no_difference() {
    let encoder = Encoder::new(&schema(), &key(3)).expect("a good schema");
    let records = people(5000);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| encoder.encode_all(&records).words)
    };
    let one = on(1);
    assert_eq!(one, on(4));
    assert_eq!(one[..16], encode(&encoder, &records[0]));
}

#[test]
fn records_with_too_few_tokens_are_refused_and_named_by_row() {
    let encoder = Encoder::new(&schema(), &key(4)).expect("a good schema");
    let mut records = people(3);
    records[1] = record(&["LI"], Value::Missing);
    let list = encoder.encode_all(&records);
    assert_eq!((list.rows, list.refused, list.words.len()), (vec![0, 2], vec![1], 32));
}

#[test]
fn exact_fields_do_not_touch_the_encoding_and_have_keys_of_their_own() {
    let encoder = Encoder::new(&schema(), &key(5)).expect("a good schema");
    let mut with = record(&["MARIA", "NOVAK"], a_date());
    let without = encode(&encoder, &with);
    assert!(encoder.exact_keys(&with).is_empty());
    with.values[2] = Value::Text("P1234567".to_owned());
    assert_eq!(encode(&encoder, &with), without);
    let other = Encoder::new(&schema(), &key(6)).expect("a good schema");
    assert_ne!(encoder.exact_keys(&with), other.exact_keys(&with));
    assert_eq!((encoder.exact_fields(), encoder.exact_keys(&with).len()), (1, 1));
}

#[test]
fn schemas_that_cannot_be_encoded_with_are_refused_each_with_its_code() {
    let refused = |change: fn(&mut Schema)| {
        let mut schema = schema();
        change(&mut schema);
        Encoder::new(&schema, &key(7)).expect_err("refused").code().id
    };
    assert_eq!(refused(|schema| schema.encoding.diffusion = 1), "SYM-0350");
    assert_eq!(refused(|schema| schema.encoding.diffusion = 13), "SYM-0350");
    assert_eq!(refused(|schema| schema.fields.push(FieldKind::BirthDate)), "SYM-0351");
    assert_eq!(refused(|schema| schema.encoding.insertions = 0), "SYM-0352");
    assert_eq!(refused(|schema| schema.encoding.length = 1000), "SYM-0353");
    assert_eq!(refused(|schema| schema.fields = vec![FieldKind::Iban]), "SYM-0354");
}

#[test]
fn nothing_of_keys_or_records_shows_in_debug() {
    let encoder = Encoder::new(&schema(), &key(8)).expect("a good schema");
    assert!(format!("{encoder:?}").len() < 200);
}
