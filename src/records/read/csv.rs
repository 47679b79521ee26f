//! Reading delimited text: CSV, TSV, and what spreadsheets export.
//!
//! - The delimiter is the one of comma, semicolon and tab that the header has most of, outside quotes.
//! - Row 1 is the first after the header. Blank lines are no rows. Ragged rows are set aside, and reading goes on.
//! - A quote that is not closed would swallow the rows after it. So a row may have only so many lines and bytes, and the end
//!   of the text must be seen outside quotes: a mark is appended, and has to come back as a row of its own.

use std::io::{self, Cursor, Read};
use std::str::from_utf8;

use ::csv::{ByteRecord, Reader, ReaderBuilder};

use super::super::error::RecordError;
use super::super::reason::{Reason, Rejected};
use super::input::{Limits, ReadOptions};
use super::table::{Projection, RawRecords, Sink, TableBuilder};
use super::text::decode;

/// What the mark is read as. It has NULs, so that no acceptable row looks like it.
const END: &[u8] = b"\0end\0";
/// What is appended to the text.
const END_LINE: &[u8] = b"\n\0end\0\n";

const BUFFER: usize = 1 << 16;

const DELIMITERS: [(u8, &str); 3] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab")];

/// Reads the names of the header.
pub(crate) fn header(input: impl Read, options: &ReadOptions, limits: &Limits) -> Result<Vec<String>, RecordError> {
    Ok(open(input, options, limits)?.header)
}

/// Reads the columns of the projection.
pub(crate) fn read(
    input: impl Read,
    options: &ReadOptions,
    projection: Projection,
    limits: &Limits,
    sink: Sink<'_>,
) -> Result<RawRecords, RecordError> {
    let mut rows = open(input, options, limits)?;
    let (places, unread) = projection.locate(&rows.header)?;
    let mut table = TableBuilder::new(projection, unread, limits, sink);
    while rows.advance()? {
        let (row, record) = (rows.row, &rows.record);
        if record.as_slice().contains(&0) {
            table.reject(Rejected::row(row, Reason::Nul))?;
            continue;
        }
        // The whole row is text, and so is each cell whose ends are ends of characters: two broken cells may join to a whole one.
        let Ok(text) = from_utf8(record.as_slice()) else { return Err(RecordError::NotUtf8 { row }) };
        let cell = |place: &usize| record.range(*place).map_or(Some(""), |range| text.get(range));
        if places.iter().any(|place| cell(place).is_none()) {
            return Err(RecordError::NotUtf8 { row });
        }
        if record.len() != rows.header.len() {
            let reason = if rows.lines == 1 { Reason::Ragged } else { Reason::StrayQuote };
            table.reject(Rejected::row(row, reason))?;
            continue;
        }
        table.push(row, places.iter().map(|place| cell(place).unwrap_or_default()))?;
    }
    table.finish()
}

/// The rows of a text, one at a time.
struct Rows<R> {
    reader: Reader<Guard<R>>,
    limit: u64,
    line_limit: u64,
    header: Vec<String>,
    /// The current row, its number (0 is the header) and how many lines it has.
    record: ByteRecord,
    row: u64,
    lines: u64,
    /// The row after it, if there is one.
    next: ByteRecord,
    has_next: bool,
}

/// Finds encoding and delimiter, and reads the header.
fn open<R: Read>(input: R, options: &ReadOptions, limits: &Limits) -> Result<Rows<impl Read + use<R>>, RecordError> {
    let mut text = decode(input, options)?;
    let start = first_line(&mut text, limits)?;
    let delimiter = match options.delimiter {
        Some(delimiter) => delimiter,
        None => detect_delimiter(&start)?,
    };
    let inner = Cursor::new(start).chain(text).chain(END_LINE);
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(BUFFER)
        .from_reader(Guard { inner, since: 0, limit: limits.row_bytes.saturating_add(BUFFER as u64), is_over: false });
    let mut rows = Rows {
        reader,
        limit: limits.row_bytes,
        line_limit: limits.row_lines,
        header: Vec::new(),
        record: ByteRecord::new(),
        row: 0,
        lines: 0,
        next: ByteRecord::new(),
        has_next: false,
    };
    rows.read_next(0)?;
    if !rows.advance()? {
        return Err(RecordError::Empty);
    }
    if !rows.has_next {
        return Err(RecordError::UnclosedQuote { row: 0 });
    }
    rows.header = names(&rows.record, limits)?;
    rows.row = 0;
    Ok(rows)
}

impl<R: Read> Rows<R> {
    /// Goes to the next row; false at the end of the text.
    fn advance(&mut self) -> Result<bool, RecordError> {
        if !self.has_next {
            // The text ends with the mark; the row before has swallowed it.
            return Err(RecordError::UnclosedQuote { row: self.row });
        }
        std::mem::swap(&mut self.record, &mut self.next);
        self.read_next(self.row + 2)?;
        if !self.has_next && self.record.len() == 1 && self.record.as_slice() == END {
            return Ok(false);
        }
        self.row += 1;
        self.lines = 1 + self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        match self.lines > self.line_limit {
            true => Err(RecordError::UnclosedQuote { row: self.row }),
            false => Ok(true),
        }
    }

    fn read_next(&mut self, row: u64) -> Result<(), RecordError> {
        let more = self.reader.read_byte_record(&mut self.next);
        let guard = self.reader.get_mut();
        if guard.is_over {
            return Err(RecordError::Limit { what: "bytes of a row", limit: self.limit, row: Some(row) });
        }
        guard.since = 0;
        self.has_next = more.map_err(|error| match error.into_kind() {
            ::csv::ErrorKind::Io(error) => RecordError::Io(error.kind()),
            _ => RecordError::Corrupt { format: "CSV", what: "it cannot be split into rows" },
        })?;
        Ok(())
    }
}

/// Names of the header, without the space around them.
fn names(record: &ByteRecord, limits: &Limits) -> Result<Vec<String>, RecordError> {
    if record.len() > limits.columns {
        return Err(RecordError::Limit { what: "columns", limit: limits.columns as u64, row: None });
    }
    let name = |cell: &[u8]| match from_utf8(cell) {
        // NULs in a header: UTF-16 without a byte-order mark.
        Ok(name) if !name.contains(['\0', char::REPLACEMENT_CHARACTER]) => Ok(name.trim().to_owned()),
        _ => Err(RecordError::NotUtf8 { row: 0 }),
    };
    record.iter().map(name).collect()
}

/// Reads until the header's line is complete, and perhaps more.
fn first_line(text: &mut impl Read, limits: &Limits) -> Result<Vec<u8>, RecordError> {
    let mut start = Vec::new();
    let mut line = HeaderLine::default();
    let mut buffer = [0; 8192];
    loop {
        let n = text.read(&mut buffer)?;
        start.extend_from_slice(&buffer[..n]);
        if n == 0 || buffer[..n].iter().any(|byte| line.ends_with(*byte)) {
            return Ok(start);
        }
        if start.len() as u64 > limits.row_bytes {
            return Err(RecordError::Limit { what: "bytes of a row", limit: limits.row_bytes, row: Some(0) });
        }
    }
}

/// Follows the first line that is not blank, byte by byte, to its end outside quotes.
#[derive(Default)]
struct HeaderLine {
    has_begun: bool,
    is_quoted: bool,
}

impl HeaderLine {
    fn ends_with(&mut self, byte: u8) -> bool {
        let is_line_end = matches!(byte, b'\n' | b'\r');
        self.is_quoted ^= byte == b'"';
        self.has_begun |= !is_line_end;
        is_line_end && self.has_begun && !self.is_quoted
    }
}

fn detect_delimiter(start: &[u8]) -> Result<u8, RecordError> {
    let mut counts = DELIMITERS.map(|(delimiter, name)| (0, delimiter, name));
    let mut line = HeaderLine::default();
    for byte in start {
        if line.ends_with(*byte) {
            break;
        }
        let found = counts.iter_mut().find(|(_, delimiter, _)| delimiter == byte && !line.is_quoted);
        if let Some((count, ..)) = found {
            *count += 1;
        }
    }
    counts.sort_by_key(|(count, _, _)| std::cmp::Reverse(*count));
    match counts {
        [(0, ..), ..] => Ok(b','),
        [(first, _, one), (second, _, other), _] if first == second => Err(RecordError::AmbiguousDelimiter(one, other)),
        [(_, delimiter, _), ..] => Ok(delimiter),
    }
}

/// Holds a row to its limit of bytes, give or take a buffer.
struct Guard<R> {
    inner: R,
    since: u64,
    limit: u64,
    is_over: bool,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.since += n as u64;
        self.is_over = self.since > self.limit;
        if self.is_over { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(n) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::tests::{cells, map, options, read_names, set_aside};
    use crate::records::{Format, Input};

    fn names_of(bytes: impl Into<Vec<u8>>) -> Result<RawRecords, RecordError> {
        read_names(bytes, Format::Csv)
    }

    fn read_as(encoding: &str, bytes: &[u8]) -> Result<RawRecords, RecordError> {
        let options = ReadOptions { encoding: Some(encoding.to_owned()), ..options(Format::Csv) };
        let map = map(&["id=id", "person-name=name"]);
        crate::records::read(Input::from_bytes(bytes), &options, &map, &Limits::default())
    }

    fn limited(bytes: &str, limits: Limits) -> Result<RawRecords, RecordError> {
        let map = map(&["id=id", "person-name=name"]);
        crate::records::read(Input::from_bytes(bytes), &options(Format::Csv), &map, &limits)
    }

    fn utf_16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn comma_semicolon_tab_and_byte_order_marks_are_understood() {
        for text in [
            "id,name\n1,Ada\n2,Grace\n",
            "id;name\n1;Ada\n2;Grace\n",
            "id\tname\r\n1\tAda\r\n2\tGrace\r\n",
            "\u{feff}id,name\n1,Ada\n2,Grace",
            "\n\nid,name\n\n1,Ada\n\n2,Grace\n\n",
            "\"id\";\"name, or title\";name\n1;x;Ada\n2;x;Grace\n",
            " id , name \n 1 , Ada \n2,Grace\n",
        ] {
            let raw = names_of(text).unwrap();
            assert_eq!(cells(&raw, 1), ["Ada", "Grace"], "{text}");
            assert_eq!(raw.rows, [1, 2], "{text}");
        }
    }

    #[test]
    fn a_header_that_fits_two_delimiters_is_not_decided() {
        assert!(matches!(names_of("id,name;x\n").unwrap_err(), RecordError::AmbiguousDelimiter("comma", "semicolon")));
        let options = ReadOptions { delimiter: Some(b'|'), ..options(Format::Csv) };
        let input = Input::from_bytes("id|name,x;y\n1|Ada\n");
        let raw = crate::records::read(input, &options, &map(&["id=id"]), &Limits::default()).unwrap();
        assert_eq!(cells(&raw, 0), ["1"]);
    }

    #[test]
    fn quoted_cells_hold_delimiters_quotes_and_line_ends() {
        let raw = names_of("id,name\n1,\"Ada, \"\"A\"\"\nLovelace\"\n2,Grace\n").unwrap();
        assert_eq!(cells(&raw, 1), ["Ada, \"A\"\nLovelace", "Grace"]);
        assert_eq!(raw.rows, [1, 2]);
    }

    #[test]
    fn columns_that_are_not_mapped_are_named_and_not_kept() {
        let raw = names_of("id,religion,name,note\n1,a,Ada,b\n").unwrap();
        assert_eq!(raw.unread_columns(), ["religion", "note"]);
        assert_eq!(raw.columns.len(), 2);
    }

    #[test]
    fn malformed_rows_are_set_aside_and_reading_goes_on() {
        let long = "x".repeat(5000);
        let text = format!("id,name\n1,Ada\n2\n3,a,b\n4,a\0b\n5,{long}\n6,\"a\nb\",c\n7,Grace\n");
        let raw = names_of(text).unwrap();
        assert_eq!(cells(&raw, 1), ["Ada", "Grace"]);
        assert_eq!(raw.rows, [1, 7]);
        let expected = [
            (2, Reason::Ragged),
            (3, Reason::Ragged),
            (4, Reason::Nul),
            (5, Reason::CellTooLong),
            (6, Reason::StrayQuote),
        ];
        assert_eq!(set_aside(&raw), expected);
    }

    #[test]
    fn a_cell_of_ten_megabytes_costs_its_row_only() {
        let raw = names_of(format!("id,name\n1,{}\n2,Grace\n", "x".repeat(10 << 20))).unwrap();
        assert_eq!((cells(&raw, 1), set_aside(&raw)), (vec!["Grace"], vec![(1, Reason::CellTooLong)]));
    }

    #[test]
    fn an_unclosed_quote_never_swallows_rows_silently() {
        let short = names_of("id,name\n1,Ada\n2,\"Grace\n3,Joan\n").unwrap_err();
        assert!(matches!(short, RecordError::UnclosedQuote { row: 2 }), "{short}");
        let many_lines = format!("id,name\n1,\"Ada\n{}", "2,Grace\n".repeat(100));
        assert!(matches!(names_of(many_lines).unwrap_err(), RecordError::UnclosedQuote { row: 1 }));
        let header = names_of("id,\"name\n1,Ada\n").unwrap_err();
        assert!(matches!(header, RecordError::UnclosedQuote { row: 0 }), "{header}");
    }

    #[test]
    fn a_row_over_its_limit_refuses_the_file_before_it_is_held() {
        let error = names_of(format!("id,name\n1,Ada\n2,\"{}", "x".repeat(17 << 20))).unwrap_err();
        assert!(matches!(error, RecordError::Limit { what: "bytes of a row", row: Some(2), .. }), "{error}");
        let header = names_of("x".repeat(17 << 20)).unwrap_err();
        assert!(matches!(header, RecordError::Limit { what: "bytes of a row", row: Some(0), .. }));
    }

    #[test]
    fn each_limit_holds() {
        let text = "id,name\n1,Ada\n2,Grace\n";
        for (limits, what) in [
            (Limits { rows: 1, ..Limits::default() }, "rows"),
            (Limits { columns: 1, ..Limits::default() }, "columns"),
            (Limits { text_bytes: 4, ..Limits::default() }, "bytes of text"),
        ] {
            let error = limited(text, limits).unwrap_err();
            assert!(matches!(error, RecordError::Limit { what: w, .. } if w == what), "{error}");
        }
        let raw = limited(text, Limits { cell_bytes: 3, ..Limits::default() }).unwrap();
        assert_eq!(set_aside(&raw), [(2, Reason::CellTooLong)]);
    }

    #[test]
    fn files_without_rows_are_refused() {
        for empty in ["", "\n\n", "\u{feff}"] {
            assert!(matches!(names_of(empty).unwrap_err(), RecordError::Empty));
        }
        for header in ["id,name", "id,name\n", "id,name\r\n\r\n"] {
            assert!(matches!(names_of(header).unwrap_err(), RecordError::NoRows));
        }
        assert_eq!(names_of("id,name\n1,Ada").unwrap().len(), 1);
    }

    #[test]
    fn headers_that_are_unclear_are_refused() {
        let twice = names_of("id,x,name,x\n1,a,b,c\n").unwrap_err();
        assert!(matches!(twice, RecordError::DuplicateColumn { first: 2, second: 4 }));
        let missing = names_of("id,nom\n1,Ada\n").unwrap_err();
        assert!(matches!(missing, RecordError::MissingColumn { what: "person-name", .. }));
        assert!(names_of("id,name,,\n1,Ada,,\n").is_ok(), "blank columns are nobody's");
    }

    #[test]
    fn text_that_is_not_utf_8_is_refused_until_its_encoding_is_stated() {
        let (cyrillic, ..) = encoding_rs::WINDOWS_1251.encode("id,name\n1,Иванов\n");
        assert!(matches!(names_of(cyrillic.as_ref()).unwrap_err(), RecordError::NotUtf8 { row: 1 }));
        assert_eq!(cells(&read_as("windows-1251", &cyrillic).unwrap(), 1), ["Иванов"]);
        let (koi8, ..) = encoding_rs::KOI8_R.encode("id,name\n1,Иванов\n");
        assert_eq!(cells(&read_as("koi8-r", &koi8).unwrap(), 1), ["Иванов"]);
        assert!(matches!(names_of(b"id,n\xe4me\n1,a\n".to_vec()).unwrap_err(), RecordError::NotUtf8 { row: 0 }));
        assert!(matches!(read_as("klingon", b"id,name\n").unwrap_err(), RecordError::EncodingLabel(_)));
        // Broken halves of one character in neighbouring cells.
        assert!(matches!(names_of(b"id,name\n1\xc3,\xa9\n".to_vec()).unwrap_err(), RecordError::NotUtf8 { row: 1 }));
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_stated() {
        let text = "id;name\r\n1;Ольга\r\n";
        let marked = utf_16(&format!("\u{feff}{text}"));
        assert_eq!(cells(&names_of(marked).unwrap(), 1), ["Ольга"]);
        assert_eq!(cells(&read_as("utf-16le", &utf_16(text)).unwrap(), 1), ["Ольга"]);
        let unmarked = names_of(utf_16("id,name\n1,Ada\n")).unwrap_err();
        assert!(matches!(unmarked, RecordError::NotUtf8 { row: 0 }), "{unmarked}");
    }

    #[test]
    fn bytes_that_a_stated_encoding_lacks_cost_their_row() {
        let raw = read_as("utf-8", b"id,name\n1,Ada\n2,Gr\xe4ce\n3,Joan\n").unwrap();
        assert_eq!((cells(&raw, 1), set_aside(&raw)), (vec!["Ada", "Joan"], vec![(2, Reason::Undecodable)]));
    }

    #[test]
    fn a_row_that_looks_like_the_end_is_not_the_end() {
        let raw = names_of("id,name\n1,Ada\n\0end\0\n2,Grace\n").unwrap();
        assert_eq!((raw.len(), set_aside(&raw)), (2, vec![(2, Reason::Nul)]));
    }
}
