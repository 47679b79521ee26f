//! Typing mistakes in normalised records, to foresee what a mistake costs.
//!
//! A mistake hits a part of a name or, one time in four where the record has one, a part of the birth date. In a name one
//! letter is replaced, dropped, added or exchanged with its neighbour, all equally often; in a date the year, the month or
//! the day becomes another.

use crate::primitives::Entropy;
use crate::records::{BirthDate, Record, Value};

/// A copy of a record with `count` mistakes, drawn from `entropy`. Mistakes can meet in one place, as they do.
pub(crate) fn mistaken(record: &Record, count: usize, entropy: &mut Entropy) -> Record {
    let mut copy = Record { values: record.values.clone() };
    for _ in 0..count {
        mistake(&mut copy, entropy);
    }
    copy
}

fn mistake(record: &mut Record, entropy: &mut Entropy) {
    let dated = |value: &Value| matches!(value, Value::Date(date) if *date != BirthDate::default());
    let named = |value: &Value| matches!(value, Value::Parts(parts) if !parts.is_empty());
    let has_date = record.values.iter().any(dated);
    let has_name = record.values.iter().any(named);
    let in_date = has_date && (!has_name || below(entropy, 4) == 0);
    let value = record.values.iter_mut().find(|value| if in_date { dated(value) } else { named(value) });
    match value {
        Some(Value::Date(date)) => change_date(date, entropy),
        Some(Value::Parts(parts)) => {
            let part = below(entropy, parts.len());
            change_part(&mut parts[part], entropy);
        }
        _ => {}
    }
}

fn change_part(part: &mut String, entropy: &mut Entropy) {
    let mut letters: Vec<u8> = std::mem::take(part).into_bytes();
    let (at, letter) = (below(entropy, letters.len()), b'A' + below(entropy, 26) as u8);
    match below(entropy, 4) {
        0 => letters[at] = letter,
        1 if letters.len() > 1 => drop(letters.remove(at)),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.insert(at, letter),
    }
    // Parts are letters and digits, so this holds; were it not so, the part would be left out.
    *part = String::from_utf8(letters).unwrap_or_default();
}

fn change_date(date: &mut BirthDate, entropy: &mut Entropy) {
    match below(entropy, 3) {
        0 => date.year = date.year.map(|year| year.saturating_add_signed(1 + below(entropy, 9) as i16)),
        1 => date.month = date.month.map(|month| 1 + (month + below(entropy, 11) as u8) % 12),
        _ => date.day = date.day.map(|day| 1 + (day + below(entropy, 27) as u8) % 28),
    }
}

/// A number below `bound`, which is at least 1; the bias is below one in 2³².
pub(crate) fn below(entropy: &mut Entropy, bound: usize) -> usize {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    (u64::from_be_bytes(bytes) % bound as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::tests::people;

    #[test]
    fn a_mistake_changes_a_record_and_none_does_not() {
        let mut entropy = Entropy::seeded(3);
        let records = people(200);
        let changed = |count: usize, entropy: &mut Entropy| {
            records.iter().filter(|record| mistaken(record, count, entropy).values != record.values).count()
        };
        assert_eq!(changed(0, &mut entropy), 0);
        // A letter can be replaced by itself, and equal neighbours exchanged.
        assert!(changed(1, &mut entropy) > 180);
    }

    #[test]
    fn a_record_without_name_or_date_stays_as_it_is() {
        let record = Record { values: vec![Value::Missing, Value::Text("P1".to_owned())] };
        assert!(mistaken(&record, 3, &mut Entropy::seeded(1)).values == record.values);
    }
}
