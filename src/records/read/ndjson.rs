//! Reading NDJSON: one object a line, flat where it is mapped.
//!
//! - The number of a row is the number of its line; blank lines are no rows.
//! - Strings, whole numbers and null are read; anything else under a mapped key sets the line aside. Fractions are not read,
//!   because their text is not theirs. A mapped key twice sets the line aside; unmapped keys are skipped unread.
//! - A line that lacks a mapped key has a missing cell; a mapped key that no line has is an error of the map.

use std::cell::Cell;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use zeroize::Zeroizing;

use super::super::error::RecordError;
use super::super::reason::{Reason, Rejected};
use super::input::{Limits, ReadOptions};
use super::table::{Projection, RawRecords, Sink, TableBuilder};
use super::text::decode;

/// Reads the keys of the first object.
pub(crate) fn header(input: impl Read, options: &ReadOptions, limits: &Limits) -> Result<Vec<String>, RecordError> {
    let mut lines = Lines::new(decode(input, options)?, limits);
    while lines.advance()? {
        let mut keys = Vec::new();
        let mut row = Row { names: &[], cells: &mut [], keys: Some(&mut keys), problem: &Cell::new(None) };
        if row.parse(&lines.line).is_ok() {
            return Ok(keys);
        }
    }
    Err(if lines.number == 0 { RecordError::Empty } else { RecordError::NoRows })
}

/// Reads the columns of the projection.
pub(crate) fn read(
    input: impl Read,
    options: &ReadOptions,
    projection: Projection,
    limits: &Limits,
    sink: Sink<'_>,
) -> Result<RawRecords, RecordError> {
    let mut lines = Lines::new(decode(input, options)?, limits);
    let names = projection.names.clone();
    let mapped: Vec<(&'static str, String)> =
        projection.map.columns()?.into_iter().map(|(what, column)| (what, column.to_owned())).collect();
    let mut table = TableBuilder::new(projection, Vec::new(), limits, sink);
    let mut cells: Vec<CellText> = names.iter().map(|_| CellText::default()).collect();
    let mut was_found = vec![false; names.len()];
    let mut kept = 0_u64;
    let mut keys = Vec::new();
    while lines.advance()? {
        for cell in &mut cells {
            cell.text.clear();
            cell.is_found = false;
        }
        let problem = Cell::new(None);
        let keys = if kept == 0 { Some(&mut keys) } else { None };
        let mut row = Row { names: &names, cells: &mut cells, keys, problem: &problem };
        if let Err(reason) = row.parse(&lines.line) {
            match problem.get() {
                Some((reason, slot)) => table.reject_cell(lines.number, reason, slot)?,
                None => table.reject(Rejected::row(lines.number, reason))?,
            }
            continue;
        }
        kept += 1;
        was_found.iter_mut().zip(&cells).for_each(|(found, cell)| *found |= cell.is_found);
        table.push(lines.number, cells.iter().map(|cell| cell.text.as_str()))?;
    }
    if lines.number == 0 {
        return Err(RecordError::Empty);
    }
    for (what, column) in mapped {
        let is_found = names.iter().zip(&was_found).any(|(name, found)| **name == *column && *found);
        if kept > 0 && !is_found {
            return Err(RecordError::MissingColumn { what, column });
        }
    }
    keys.retain(|key| !names.iter().any(|name| **name == **key));
    table.finish_with(keys)
}

/// The lines of a text, one at a time.
struct Lines<'a, R> {
    reader: BufReader<R>,
    limits: &'a Limits,
    line: Zeroizing<Vec<u8>>,
    number: u64,
}

impl<'a, R: Read> Lines<'a, R> {
    fn new(text: R, limits: &'a Limits) -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, text), limits, line: Zeroizing::default(), number: 0 }
    }

    /// Goes to the next line that is not blank; false at the end of the text.
    fn advance(&mut self) -> Result<bool, RecordError> {
        loop {
            self.line.clear();
            let limit = self.limits.row_bytes;
            let n = (&mut self.reader).take(limit.saturating_add(1)).read_until(b'\n', &mut self.line)?;
            if n == 0 {
                return Ok(false);
            }
            self.number += 1;
            if n as u64 > limit {
                return Err(RecordError::Limit { what: "bytes of a row", limit, row: Some(self.number) });
            }
            if std::str::from_utf8(&self.line).is_err() {
                return Err(RecordError::NotUtf8 { row: self.number });
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }
}

#[derive(Default)]
struct CellText {
    text: Zeroizing<String>,
    is_found: bool,
}

/// Parses one object into the cells of the projection.
struct Row<'a> {
    names: &'a [std::sync::Arc<str>],
    cells: &'a mut [CellText],
    /// Takes the names of all keys, if asked for.
    keys: Option<&'a mut Vec<String>>,
    /// What is wrong with a cell, and with which.
    problem: &'a Cell<Option<(Reason, usize)>>,
}

impl Row<'_> {
    fn parse(&mut self, line: &[u8]) -> Result<(), Reason> {
        if let Some(keys) = &mut self.keys {
            keys.clear();
        }
        let mut parser = serde_json::Deserializer::from_slice(line);
        // The parser's errors quote what they found; only the fact that there was one is kept.
        parser.deserialize_map(&mut *self).and_then(|()| parser.end()).map_err(|_| Reason::BadJson)
    }
}

impl<'de> Visitor<'de> for &mut Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(slot) = map.next_key_seed(Key { names: self.names, keys: self.keys.as_deref_mut() })? {
            let Some(slot) = slot else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if self.cells[slot].is_found {
                self.problem.set(Some((Reason::DuplicateKey, slot)));
                return Err(de::Error::custom("twice"));
            }
            self.cells[slot].is_found = true;
            map.next_value_seed(Text { cell: &mut self.cells[slot].text, slot, problem: self.problem })?;
        }
        Ok(())
    }
}

/// Finds the slot of a key.
struct Key<'a> {
    names: &'a [std::sync::Arc<str>],
    keys: Option<&'a mut Vec<String>>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        if let Some(keys) = self.keys {
            keys.push(key.to_owned());
        }
        Ok(self.names.iter().position(|name| **name == *key))
    }
}

/// Reads the text of a cell.
struct Text<'a> {
    cell: &'a mut String,
    slot: usize,
    problem: &'a Cell<Option<(Reason, usize)>>,
}

impl Text<'_> {
    fn refuse<E: de::Error>(self) -> Result<(), E> {
        self.problem.set(Some((Reason::WrongType, self.slot)));
        Err(de::Error::custom("type"))
    }
}

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or a whole number")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.cell.push_str(text);
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        fmt::Write::write_fmt(self.cell, format_args!("{number}")).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        fmt::Write::write_fmt(self.cell, format_args!("{number}")).map_err(E::custom)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.refuse()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.refuse()
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.refuse()
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.refuse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Format;
    use crate::records::tests::{cells, read_names, set_aside};

    fn names_of(bytes: impl Into<Vec<u8>>) -> Result<RawRecords, RecordError> {
        read_names(bytes, Format::Ndjson)
    }

    #[test]
    fn strings_and_whole_numbers_are_read() {
        let raw = names_of(
            "\u{feff}{\"id\":1,\"name\":\"Ada\",\"religion\":{\"deep\":[1]}}\n\n  {\"name\":\"Gr\\u00e4ce\\n\",\"id\":\"b\"}\r\n\
             {\"id\":18446744073709551615,\"name\":null}\n{\"id\":-5}",
        )
        .unwrap();
        assert_eq!(cells(&raw, 0), ["1", "b", "18446744073709551615", "-5"]);
        assert_eq!(cells(&raw, 1), ["Ada", "Gräce", "", ""]);
        assert_eq!(raw.rows, [1, 3, 4, 5]);
        assert_eq!(raw.unread_columns(), ["religion"]);
    }

    #[test]
    fn malformed_lines_are_set_aside_and_reading_goes_on() {
        let lines = [
            "{\"id\":1,\"name\":\"Ada\"}",
            "{\"id\":1",
            "[1]",
            "\"id\"",
            "{\"id\":1,\"id\":2}",
            "{\"id\":1.5}",
            "{\"id\":true}",
            "{\"id\":[1]}",
            "{\"id\":{\"a\":1}}",
            "{\"id\":1} {\"id\":2}",
            "{\"id\":123456789012345678901234567890}",
            "{\"id\":\"a\\u0000\"}",
            "{\"id\":\"\\ud800\"}",
            "{\"id\":2,\"name\":\"Grace\"}",
        ];
        let raw = names_of(lines.join("\n")).unwrap();
        assert_eq!(raw.rows, [1, 14]);
        let reasons: Vec<Reason> = raw.rejected().iter().map(|rejected| rejected.reason).collect();
        let (json, kind) = (Reason::BadJson, Reason::WrongType);
        assert_eq!(
            reasons,
            [json, json, json, Reason::DuplicateKey, kind, kind, kind, kind, json, kind, Reason::Nul, json]
        );
        assert_eq!(raw.rejected()[3].column.as_deref(), Some("id"));
    }

    #[test]
    fn deep_nesting_is_skipped_where_it_is_not_mapped_and_set_aside_where_it_is() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let raw = names_of(format!("{{\"id\":1,\"x\":{deep},\"name\":\"a\"}}\n{{\"id\":{deep}}}")).unwrap();
        assert_eq!((raw.len(), set_aside(&raw)), (1, vec![(2, Reason::WrongType)]));
    }

    #[test]
    fn files_without_rows_and_mistaken_maps_are_refused() {
        assert!(matches!(names_of("").unwrap_err(), RecordError::Empty));
        assert!(matches!(names_of("\n\n").unwrap_err(), RecordError::NoRows));
        assert!(matches!(
            names_of("{\"id\":1}\n").unwrap_err(),
            RecordError::MissingColumn { what: "person-name", .. }
        ));
    }

    #[test]
    fn lines_over_the_limit_and_text_that_is_not_utf_8_are_refused() {
        let long = format!("{{\"id\":1}}\n{{\"id\":\"{}", "x".repeat(17 << 20));
        assert!(matches!(names_of(long).unwrap_err(), RecordError::Limit { row: Some(2), .. }));
        assert!(matches!(names_of(b"{\"id\":\"\xff\"}".to_vec()).unwrap_err(), RecordError::NotUtf8 { row: 1 }));
    }
}
