//! The agency's own list of rows that were set aside: row, reason, column. It never holds what a cell does.

use std::io::{BufWriter, Write};

use serde::Serialize;

use super::error::RecordError;
use super::reason::{Reason, Rejected, Verdict};

/// How the list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// A header, then a row each.
    Csv,
    /// An object a line.
    Ndjson,
}

#[derive(Serialize)]
struct Line<'a> {
    row: u64,
    verdict: Verdict,
    reason: Reason,
    text: &'static str,
    column: Option<&'a str>,
}

/// Writes the list of rows that were set aside.
pub fn write_rejected(rejected: &[Rejected], format: ListFormat, out: impl Write) -> Result<(), RecordError> {
    let lines = rejected.iter().map(|rejected| Line {
        row: rejected.row,
        verdict: rejected.reason.verdict(),
        reason: rejected.reason,
        text: rejected.reason.text(),
        column: rejected.column.as_deref(),
    });
    match format {
        ListFormat::Csv => {
            let mut writer = ::csv::WriterBuilder::new().has_headers(false).from_writer(out);
            let failed = |error: ::csv::Error| match error.into_kind() {
                ::csv::ErrorKind::Io(error) => RecordError::Io(error.kind()),
                _ => RecordError::Io(std::io::ErrorKind::InvalidData),
            };
            writer.write_record(["row", "verdict", "reason", "text", "column"]).map_err(failed)?;
            for line in lines {
                writer.serialize(line).map_err(failed)?;
            }
            writer.flush()?;
        }
        ListFormat::Ndjson => {
            let mut out = BufWriter::new(out);
            for line in lines {
                serde_json::to_writer(&mut out, &line).map_err(|error| {
                    RecordError::Io(error.io_error_kind().unwrap_or(std::io::ErrorKind::InvalidData))
                })?;
                out.write_all(b"\n")?;
            }
            out.flush()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_rows_reasons_and_columns() {
        let rejected = [Rejected::row(7, Reason::Ragged), Rejected::cell(9, Reason::ImpossibleDate, &"d,b".into())];
        let written = |format| {
            let mut out = Vec::new();
            write_rejected(&rejected, format, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            written(ListFormat::Csv),
            "row,verdict,reason,text,column\n7,quarantined,ragged,wrong number of cells,\n\
             9,quarantined,impossible-date,a date that no calendar has,\"d,b\"\n"
        );
        assert_eq!(
            written(ListFormat::Ndjson).lines().next().unwrap(),
            r#"{"row":7,"verdict":"quarantined","reason":"ragged","text":"wrong number of cells","column":null}"#
        );
    }
}
