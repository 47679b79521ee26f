//! Other ways in which a person of the register may have been written down: what the guardian encodes beside its own record.
//!
//! The guardian has the run's key and its own register in plain text, so what it looks for need not be one spelling. Of each record it
//! also encodes what other agencies' habits would have made of it:
//!
//! - **name**: without one part (a patronymic, a second surname, one of a chain of fathers' names), without initials, and as other
//!   romanisations write the same sounds (`KH` and `CH`, `J` and `DSCH`, `WA` and `OUA`, `GH` and `Q`);
//! - **birth date**: day and month exchanged, the day or the day and month left out, nothing, and a year more or less.
//!
//! The less of the name is left, the more of the date is asked for, so that no variant covers half the world. Variants stay in the
//! guardian's memory; nothing of them touches what agencies encode. What they are worth is measured by `symbolon guardian measure`.

use crate::primitives::{Digest, Hasher};
use crate::protocol::FieldKind;
use crate::records::{BirthDate, Record, Value};

/// How much of a name a variant keeps: the later, the less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    /// All of it.
    Whole,
    /// All but one part, or all of it in another spelling.
    Most,
    /// One part of two.
    One,
}

/// The record itself first, then its variants, each once. A record with neither name nor date has none.
pub fn variants(fields: &[FieldKind], record: &Record) -> Vec<Record> {
    let place = |kind: FieldKind| fields.iter().position(|of| *of == kind);
    let (name, date) = (place(FieldKind::PersonName), place(FieldKind::BirthDate));
    let names = match name.map(|at| &record.values[at]) {
        Some(Value::Parts(parts)) => names(parts),
        _ => Vec::new(),
    };
    let dates = match date.map(|at| &record.values[at]) {
        Some(Value::Date(date)) => dates(*date),
        // Where the register has no date, a name without one of its parts is still somebody; one part alone is not.
        _ => vec![(Kept::Most, None)],
    };
    let mut out = vec![Record { values: record.values.clone() }];
    for (kept, parts) in &names {
        for (most, born) in dates.iter().filter(|(most, _)| kept <= most) {
            let mut values = record.values.clone();
            if let Some(at) = name {
                values[at] = Value::Parts(parts.clone());
            }
            if let (Some(at), true) = (date, *most != Kept::One) {
                values[at] = born.map_or(Value::Missing, Value::Date);
            }
            if out.iter().all(|known| known.values != values) {
                out.push(Record { values });
            }
        }
    }
    out
}

/// Parts of a name that another register may have kept, and how it may have spelled them.
fn names(parts: &[String]) -> Vec<(Kept, Vec<String>)> {
    let mut out = vec![(Kept::Whole, parts.to_vec())];
    let full: Vec<String> = parts.iter().filter(|part| part.len() > 1).cloned().collect();
    if full.len() < parts.len() && full.len() > 1 {
        out.push((Kept::Whole, full.clone()));
    }
    for rule in SPELLINGS {
        let respelled: Vec<String> = full.iter().map(|part| respell(part, rule)).collect();
        if respelled != full {
            out.push((Kept::Most, respelled));
        }
    }
    if full.len() >= 2 {
        for at in 0..full.len() {
            let mut fewer = full.clone();
            fewer.remove(at);
            out.push((if fewer.len() > 1 { Kept::Most } else { Kept::One }, fewer));
        }
    }
    out
}

/// What romanisations exchange, one habit a line: letters, and what stands for them. The first that fits a place is taken.
const SPELLINGS: [&[(&str, &str)]; 5] = [
    &[("KH", "CH"), ("J", "DSCH"), ("YA", "JA"), ("YE", "JE"), ("YI", "JI"), ("YO", "JO"), ("YU", "JU")],
    &[("TSCH", "CH"), ("DSCH", "J"), ("SCH", "SH"), ("CH", "KH"), ("J", "Y")],
    &[("OUA", "WA"), ("OUE", "WE"), ("OUI", "WI"), ("GU", "G"), ("DJ", "J")],
    &[("WA", "OUA"), ("WE", "OUE"), ("WI", "OUI")],
    &[("GH", "Q"), ("Q", "GH")],
];

fn respell(part: &str, rule: &[(&str, &str)]) -> String {
    let (mut out, mut rest) = (String::with_capacity(part.len() + 8), part);
    while let Some(first) = rest.chars().next() {
        let own = &rest[..first.len_utf8()];
        let fits = rule.iter().find(|(letters, _)| rest.starts_with(letters));
        let (letters, written) = fits.copied().unwrap_or((own, own));
        out.push_str(written);
        rest = &rest[letters.len()..];
    }
    out
}

/// Dates that another register may hold, and how little of a name may stand beside each.
fn dates(date: BirthDate) -> Vec<(Kept, Option<BirthDate>)> {
    let BirthDate { year, month, day } = date;
    let mut out = vec![(Kept::One, Some(date))];
    if let (Some(month), Some(day)) = (month, day)
        && day <= 12
        && day != month
    {
        out.push((Kept::Most, Some(BirthDate { year, month: Some(day), day: Some(month) })));
    }
    if month.is_some() || day.is_some() {
        out.push((Kept::Most, Some(BirthDate { year, month: None, day: None })));
    }
    if day.is_some() {
        out.push((Kept::Most, Some(BirthDate { year, month, day: None })));
        for year in year.iter().flat_map(|year| [year - 1, year + 1]) {
            out.push((Kept::Whole, Some(BirthDate { year: Some(year), month, day })));
        }
    }
    out.push((Kept::Most, None));
    out
}

/// Digest of everything that decides on what the guardian compares: the encoding's scheme and the variants.
pub fn digest() -> Digest {
    let mut hasher = Hasher::new();
    let mut put = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    put(b"symbolon/v1/variants@1");
    put(&super::digest().0);
    for rule in SPELLINGS {
        for (letters, written) in rule {
            put(letters.as_bytes());
            put(written.as_bytes());
        }
        put(b"");
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [FieldKind; 2] = [FieldKind::PersonName, FieldKind::BirthDate];

    fn record(parts: &[&str], date: Option<(u16, u8, u8)>) -> Record {
        let date = date.map(|(year, month, day)| BirthDate { year: Some(year), month: Some(month), day: Some(day) });
        let parts = parts.iter().map(|part| (*part).to_owned()).collect();
        Record { values: vec![Value::Parts(parts), date.map_or(Value::Missing, Value::Date)] }
    }

    fn has(of: &Record, other: &Record) -> bool {
        variants(&FIELDS, of).iter().any(|variant| variant.values == other.values)
    }

    #[test]
    fn the_record_comes_first_and_no_variant_comes_twice() {
        for parts in [&["KHALED", "JABER"][..], &["A", "DAWIT"], &["ARAYA", "DAWIT", "ASMELASH"], &[]] {
            let own = record(parts, Some((1979, 4, 7)));
            let all = variants(&FIELDS, &own);
            assert!(all[0].values == own.values);
            for (at, variant) in all.iter().enumerate() {
                assert!(all[..at].iter().all(|before| before.values != variant.values));
            }
        }
    }

    #[test]
    fn what_other_registers_leave_out_or_spell_otherwise_is_among_them() {
        let own = record(&["KHALED", "JABER", "YUSUF"], Some((1979, 4, 7)));
        assert!(has(&own, &record(&["KHALED", "JABER"], Some((1979, 4, 7)))));
        assert!(has(&own, &record(&["KHALED", "YUSUF"], None)));
        assert!(has(&own, &record(&["KHALED", "JABER", "YUSUF"], Some((1979, 7, 4)))));
        assert!(has(&own, &record(&["KHALED", "JABER", "YUSUF"], Some((1980, 4, 7)))));
        assert!(has(&own, &record(&["CHALED", "DSCHABER", "JUSUF"], None)));
        assert!(has(&record(&["OUAFA", "QASIM"], None), &record(&["WAFA", "QASIM"], None)));
    }

    #[test]
    fn the_less_of_the_name_is_left_the_more_of_the_date_is_asked_for() {
        let own = record(&["DAWIT", "ARAYA"], Some((1979, 4, 7)));
        assert!(has(&own, &record(&["DAWIT"], Some((1979, 4, 7)))));
        for date in [None, Some((1980, 4, 7)), Some((1979, 7, 4))] {
            assert!(!has(&own, &record(&["DAWIT"], date)));
        }
        assert_eq!(variants(&FIELDS, &record(&["HABTOM"], None)).len(), 1);
        assert!(!has(&record(&["DAWIT", "ARAYA"], None), &record(&["DAWIT"], None)));
    }
}
