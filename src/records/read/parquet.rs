//! Reading Parquet: mapped columns of text, whole numbers and dates.
//!
//! - Only mapped columns are read; bytes of others are not touched after the footer.
//! - Sizes are held to the limits three times: as the footer states them, as the pages' own headers do, and as text in the
//!   table. Strings are read as views, so that a dictionary is not multiplied by its rows before the table counts them.
//! - The parser underneath can panic on a crafted file (its metadata has assertions). A panic inside it is caught and is a
//!   refusal; the process's panic hook may still print the parser's own message.
//! - A file with a protected or encrypted footer, and columns that are nested, binary, fractional or timestamps, are refused.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::ChunkReader;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};
use arrow_schema::{DataType, Field, Schema};
use zeroize::Zeroizing;

use super::super::date::DateFormat;
use super::super::error::RecordError;
use super::input::{Input, Limits};
use super::pages::{BadPage, PageBudget};
use super::table::{Projection, RawRecords, Sink, TableBuilder};
use crate::protocol::FieldKind;

/// Rows that are decoded at a time.
const BATCH: usize = 1024;

/// Reads the names of the columns. A pipe is held in memory, and given back with what was read.
pub(crate) fn header(input: Input, limits: &Limits) -> Result<(Vec<String>, Input), RecordError> {
    match input {
        Input::File(file) => {
            let names = column_names(&file, limits)?;
            Ok((names, Input::File(file)))
        }
        Input::Stream(stream) => {
            let bytes = hold(stream, limits)?;
            let names = column_names(&chunks(bytes.clone()), limits)?;
            Ok((names, Input::Stream(Box::new(std::io::Cursor::new(Zeroizing::new(bytes))))))
        }
    }
}

/// Reads the columns of the projection.
pub(crate) fn read(
    input: Input,
    projection: Projection,
    limits: &Limits,
    sink: Sink<'_>,
) -> Result<RawRecords, RecordError> {
    match input {
        Input::File(file) => guarded(|| read_chunks(file, projection, limits, sink)),
        Input::Stream(stream) => {
            let bytes = chunks(hold(stream, limits)?);
            guarded(|| read_chunks(bytes, projection, limits, sink))
        }
    }
}

/// Runs the parser; its panics are damage of the file.
fn guarded<T>(parse: impl FnOnce() -> Result<T, RecordError>) -> Result<T, RecordError> {
    // Nothing that the closure has touched outlives a panic in it.
    catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_| Err(corrupt("the parser gave up on it")))
}

fn corrupt(what: &'static str) -> RecordError {
    RecordError::Corrupt { format: "Parquet", what }
}

fn hold(stream: impl Read, limits: &Limits) -> Result<Vec<u8>, RecordError> {
    let mut bytes = Vec::new();
    stream.take(limits.piped_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > limits.piped_bytes {
        true => Err(RecordError::Limit { what: "bytes of a piped Parquet file", limit: limits.piped_bytes, row: None }),
        false => Ok(bytes),
    }
}

/// Bytes in the type that the parser reads from, which it does not export by name: the one its own files return.
fn chunks(bytes: Vec<u8>) -> impl ChunkReader + 'static {
    fn convert<T: From<Vec<u8>>>(_: fn(&std::fs::File, u64, usize) -> Result<T, ParquetError>, bytes: Vec<u8>) -> T {
        T::from(bytes)
    }
    convert(<std::fs::File as ChunkReader>::get_bytes, bytes)
}

fn load(reader: &impl ChunkReader) -> Result<ArrowReaderMetadata, RecordError> {
    match reader.len() {
        0 => Err(RecordError::Empty),
        // Types as Parquet has them, whatever Arrow types its writer had: dictionaries and large strings are plain strings.
        _ => ArrowReaderMetadata::load(reader, ArrowReaderOptions::new().with_skip_arrow_metadata(true))
            .map_err(|_| corrupt("its footer cannot be read")),
    }
}

fn column_names(reader: &impl ChunkReader, limits: &Limits) -> Result<Vec<String>, RecordError> {
    guarded(|| names(&load(reader)?, limits))
}

fn names(metadata: &ArrowReaderMetadata, limits: &Limits) -> Result<Vec<String>, RecordError> {
    let fields = metadata.schema().fields();
    match fields.len() > limits.columns {
        true => Err(RecordError::Limit { what: "columns", limit: limits.columns as u64, row: None }),
        false => Ok(fields.iter().map(|field| field.name().clone()).collect()),
    }
}

fn read_chunks(
    reader: impl ChunkReader + 'static,
    projection: Projection,
    limits: &Limits,
    sink: Sink<'_>,
) -> Result<RawRecords, RecordError> {
    let metadata = load(&reader)?;
    let (places, unread) = projection.locate(&names(&metadata, limits)?)?;
    let schema = readable_schema(&metadata, &places)?;
    let leaves = leaves(&metadata, &places);
    check_sizes(&reader, &metadata, &leaves, limits)?;

    let mask = ProjectionMask::leaves(metadata.parquet_schema(), leaves.iter().copied());
    let options = ArrowReaderOptions::new().with_schema(schema.clone());
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
        .map_err(|_| corrupt("its schema does not hold"))?;
    let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(reader, metadata)
        .with_projection(mask)
        .with_batch_size(BATCH)
        .build()
        .map_err(|_| corrupt("its columns cannot be read"))?;

    let dates = date_format(&projection);
    let mut table = TableBuilder::new(projection, unread, limits, sink);
    let mut row = 0;
    let mut texts: Vec<Zeroizing<String>> = places.iter().map(|_| Zeroizing::default()).collect();
    for batch in batches {
        let batch = batch.map_err(|_| corrupt("a page cannot be read"))?;
        let columns: Option<Vec<&ArrayRef>> =
            places.iter().map(|place| batch.column_by_name(schema.field(*place).name())).collect();
        let columns = columns.ok_or_else(|| corrupt("a column is missing from its pages"))?;
        for i in 0..batch.num_rows() {
            row += 1;
            for (text, column) in texts.iter_mut().zip(&columns) {
                text.clear();
                write_cell(column, i, &dates, text);
            }
            table.push(row, texts.iter().map(|text| text.as_str()))?;
        }
    }
    table.finish()
}

/// The file's schema with its mapped strings as views; a mapped column of another type than is read is refused.
fn readable_schema(metadata: &ArrowReaderMetadata, places: &[usize]) -> Result<Arc<Schema>, RecordError> {
    let mut fields: Vec<Arc<Field>> = metadata.schema().fields().iter().cloned().collect();
    for place in places {
        let field = &fields[*place];
        let found = match field.data_type() {
            DataType::Utf8 => {
                fields[*place] = Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View));
                continue;
            }
            kind if kind.is_integer() || *kind == DataType::Date32 => continue,
            DataType::Boolean => "boolean",
            DataType::Binary | DataType::FixedSizeBinary(_) => "binary",
            DataType::Timestamp(..) => "timestamp",
            kind if kind.is_floating() => "floating point",
            kind if kind.is_decimal() => "decimal",
            kind if kind.is_nested() => "nested",
            _ => "another type",
        };
        return Err(RecordError::ColumnType { column: field.name().clone(), found });
    }
    Ok(Arc::new(Schema::new_with_metadata(fields, metadata.schema().metadata().clone())))
}

/// The Parquet leaves of the mapped columns; these are not nested, so that each is one.
fn leaves(metadata: &ArrowReaderMetadata, places: &[usize]) -> Vec<usize> {
    let schema = metadata.parquet_schema();
    (0..schema.num_columns()).filter(|leaf| places.contains(&schema.get_column_root_idx(*leaf))).collect()
}

/// Rows and bytes, as the footer and then every page of a mapped column states them.
fn check_sizes(
    reader: &impl ChunkReader,
    metadata: &ArrowReaderMetadata,
    leaves: &[usize],
    limits: &Limits,
) -> Result<(), RecordError> {
    let over = |what, limit| RecordError::Limit { what, limit, row: None };
    let too_large = || over("bytes after decompression", limits.text_bytes);
    let mut rows = 0_u64;
    let mut stated = 0_u64;
    let mut budget = PageBudget::new(limits.text_bytes, limits.page_bytes);
    for group in metadata.metadata().row_groups() {
        let group_rows = u64::try_from(group.num_rows()).map_err(|_| corrupt("a negative number of rows"))?;
        rows = rows.saturating_add(group_rows);
        if rows > limits.rows {
            return Err(over("rows", limits.rows));
        }
        for leaf in leaves {
            let chunk = group.columns().get(*leaf).ok_or_else(|| corrupt("a row group lacks a column"))?;
            let size = u64::try_from(chunk.uncompressed_size()).map_err(|_| corrupt("a negative size"))?;
            stated = stated.saturating_add(size);
            if stated > limits.text_bytes {
                return Err(too_large());
            }
            let start = match chunk.dictionary_page_offset() {
                Some(offset) if offset > 0 => offset,
                _ => chunk.data_page_offset(),
            };
            let (Ok(start), Ok(len)) = (u64::try_from(start), u64::try_from(chunk.compressed_size())) else {
                return Err(corrupt("a negative offset"));
            };
            let end = start.checked_add(len).filter(|end| *end <= reader.len());
            let end = end.ok_or_else(|| corrupt("a column beyond the end of the file"))?;
            budget.spend(start, end, |at| reader.get_read(at).ok()).map_err(|bad| match bad {
                BadPage::Page => over("bytes of a page", limits.page_bytes),
                BadPage::Sum => too_large(),
                BadPage::Malformed => corrupt("a page header cannot be read"),
            })?;
        }
    }
    Ok(())
}

/// The format in which the map expects dates, so that typed dates become what it can read.
fn date_format(projection: &Projection) -> DateFormat {
    let field = projection.map.fields.get(&FieldKind::BirthDate);
    field.and_then(|field| field.format.clone()).unwrap_or_default()
}

/// Appends the text of a cell; null is nothing.
fn write_cell(column: &ArrayRef, row: usize, dates: &DateFormat, text: &mut String) {
    use std::fmt::Write;
    fn number<T: ArrowPrimitiveType>(column: &ArrayRef, row: usize, text: &mut String) -> std::fmt::Result
    where
        T::Native: std::fmt::Display,
    {
        write!(text, "{}", column.as_primitive::<T>().value(row))
    }
    if column.is_null(row) {
        return;
    }
    let written = match column.data_type() {
        DataType::Utf8View => text.write_str(column.as_string_view().value(row)),
        DataType::Int8 => number::<Int8Type>(column, row, text),
        DataType::Int16 => number::<Int16Type>(column, row, text),
        DataType::Int32 => number::<Int32Type>(column, row, text),
        DataType::Int64 => number::<Int64Type>(column, row, text),
        DataType::UInt8 => number::<UInt8Type>(column, row, text),
        DataType::UInt16 => number::<UInt16Type>(column, row, text),
        DataType::UInt32 => number::<UInt32Type>(column, row, text),
        DataType::UInt64 => number::<UInt64Type>(column, row, text),
        DataType::Date32 => {
            let days = jiff::Span::new().try_days(column.as_primitive::<Date32Type>().value(row));
            match days.and_then(|days| jiff::civil::date(1970, 1, 1).checked_add(days)) {
                Ok(date) => dates.write(date, text),
                // No calendar has it; neither has any format this.
                Err(_) => text.push('#'),
            }
            Ok(())
        }
        _ => unreachable!("the schema was held to the types above"),
    };
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}

#[cfg(test)]
pub(in crate::records) mod tests {
    use super::*;
    use crate::records::tests::{cells, map, options, read_names};
    use crate::records::{ColumnMap, Format};
    use ::parquet::arrow::ArrowWriter;
    use ::parquet::basic::{Compression, ZstdLevel};
    use ::parquet::file::properties::WriterProperties;
    use arrow_array::types::Int32Type as Key;
    use arrow_array::{
        BinaryArray, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray,
        RecordBatch, StringArray, StringViewArray, StructArray, UInt8Array,
    };

    fn write(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        write_with(columns, WriterProperties::builder().set_compression(Compression::SNAPPY).build())
    }

    fn write_with(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Vec<u8> {
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    /// A file of strings, one column a name.
    pub(in crate::records) fn write_strings(names: &[&str], rows: &[[String; 8]]) -> Vec<u8> {
        let column = |i: usize| Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row[i]))) as ArrayRef;
        write(names.iter().enumerate().map(|(i, name)| (*name, column(i))).collect())
    }

    fn strings(texts: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(texts.to_vec()))
    }

    fn names_of(bytes: Vec<u8>) -> Result<RawRecords, RecordError> {
        read_names(bytes, Format::Parquet)
    }

    fn limited(bytes: Vec<u8>, limits: &Limits) -> Result<RawRecords, RecordError> {
        let map = map(&["id=id", "person-name=name"]);
        crate::records::read(Input::from_bytes(bytes), &options(Format::Parquet), &map, limits)
    }

    /// 20 000 rows that share one name of 4000 bytes: 80 MB from some kilobytes.
    fn dictionary_bomb() -> Vec<u8> {
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..20_000));
        let name = "x".repeat(4000);
        let names: ArrayRef = Arc::new(std::iter::repeat_n(name.as_str(), 20_000).collect::<DictionaryArray<Key>>());
        write(vec![("id", ids), ("name", names)])
    }

    #[test]
    fn strings_of_every_kind_are_read() {
        let kinds: [ArrayRef; 4] = [
            strings(&["Ada", "Grace"]),
            Arc::new(LargeStringArray::from(vec!["Ada", "Grace"])),
            Arc::new(StringViewArray::from(vec!["Ada", "Grace"])),
            Arc::new(vec!["Ada", "Grace"].into_iter().collect::<DictionaryArray<Key>>()),
        ];
        for names in kinds {
            let raw = names_of(write(vec![("id", strings(&["a", "b"])), ("name", names)])).unwrap();
            assert_eq!(cells(&raw, 1), ["Ada", "Grace"]);
            assert_eq!(raw.rows, [1, 2]);
        }
    }

    #[test]
    fn whole_numbers_dates_and_nulls_are_read() {
        let ids: ArrayRef = Arc::new(Int64Array::from(vec![Some(-7), None]));
        let dates: ArrayRef = Arc::new(Date32Array::from(vec![Some(3784), None]));
        let codes: ArrayRef = Arc::new(UInt8Array::from(vec![None, Some(200)]));
        let bytes = write(vec![("id", ids), ("born", dates), ("code", codes)]);
        let map = map(&["id=id", "birth-date=born:%d.%m.%Y", "postcode=code"]);
        let raw = crate::records::read(Input::from_bytes(bytes), &options(Format::Parquet), &map, &Limits::default())
            .unwrap();
        assert_eq!(cells(&raw, 0), ["-7", ""]);
        assert_eq!(cells(&raw, 1), ["12.05.1980", ""]);
        assert_eq!(cells(&raw, 2), ["", "200"]);
    }

    #[test]
    fn a_date_that_no_calendar_has_is_no_date() {
        let dates: ArrayRef = Arc::new(Date32Array::from(vec![i32::MAX, i32::MIN]));
        let raw = names_of(write(vec![("id", strings(&["a", "b"])), ("name", dates)])).unwrap();
        assert_eq!(cells(&raw, 1), ["#", "#"]);
    }

    #[test]
    fn columns_of_other_types_are_refused_by_name_if_they_are_mapped() {
        let id = strings(&["a"]);
        let nested = StructArray::try_from(vec![("x", strings(&["b"]))]).unwrap();
        let kinds: [(ArrayRef, &str); 4] = [
            (Arc::new(BooleanArray::from(vec![true])), "boolean"),
            (Arc::new(Float64Array::from(vec![1.0])), "floating point"),
            (Arc::new(BinaryArray::from(vec![b"a".as_slice()])), "binary"),
            (Arc::new(nested), "nested"),
        ];
        for (column, found) in kinds {
            let error = names_of(write(vec![("id", id.clone()), ("name", column.clone())])).unwrap_err();
            assert!(matches!(&error, RecordError::ColumnType { column, found: f } if column == "name" && *f == found));
            let raw =
                names_of(write(vec![("id", id.clone()), ("other", column), ("name", strings(&["Ada"]))])).unwrap();
            assert_eq!((cells(&raw, 1), raw.unread_columns()), (vec!["Ada"], &["other".to_owned()][..]));
        }
    }

    #[test]
    fn bytes_of_columns_that_are_not_mapped_are_not_touched() {
        let marker = "RELIGION";
        let columns = vec![("id", strings(&["a"])), ("religion", strings(&[marker])), ("name", strings(&["Ada"]))];
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_statistics_enabled(::parquet::file::properties::EnabledStatistics::None);
        let mut bytes = write_with(columns, properties.build());
        let at = bytes.windows(marker.len()).position(|window| window == marker.as_bytes()).unwrap();
        // The page header before the marker, and the marker, become nonsense.
        bytes[at - 16..at + marker.len()].fill(0xff);
        assert_eq!(cells(&names_of(bytes).unwrap(), 1), ["Ada"]);
    }

    #[test]
    fn rows_and_columns_must_be_there() {
        assert!(matches!(names_of(Vec::new()).unwrap_err(), RecordError::Empty));
        let none = write(vec![("id", strings(&[])), ("name", strings(&[]))]);
        assert!(matches!(names_of(none).unwrap_err(), RecordError::NoRows));
        let missing = names_of(write(vec![("id", strings(&["a"]))])).unwrap_err();
        assert!(matches!(missing, RecordError::MissingColumn { .. }));
    }

    #[test]
    fn a_dictionary_is_not_multiplied_beyond_the_limit() {
        let bytes = dictionary_bomb();
        assert!(bytes.len() < 1 << 20);
        let limits = Limits { text_bytes: 1 << 20, ..Limits::default() };
        let error = limited(bytes, &limits).unwrap_err();
        assert!(matches!(error, RecordError::Limit { what: "bytes of text", .. }), "{error}");
    }

    #[test]
    fn pages_that_would_grow_beyond_the_limit_are_not_decompressed() {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_dictionary_enabled(false)
            .set_data_page_size_limit(8 << 20);
        let name = "x".repeat(4000);
        let names: ArrayRef = Arc::new(StringArray::from(vec![name.as_str(); 1000]));
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..1000));
        let bytes = write_with(vec![("id", ids), ("name", names)], properties.build());
        assert!(bytes.len() < 1 << 16);
        for (limits, what) in [
            (Limits { page_bytes: 1 << 20, ..Limits::default() }, "bytes of a page"),
            (Limits { text_bytes: 1 << 20, ..Limits::default() }, "bytes after decompression"),
            (Limits { rows: 999, ..Limits::default() }, "rows"),
            (Limits { columns: 1, ..Limits::default() }, "columns"),
            (Limits { piped_bytes: 1000, ..Limits::default() }, "bytes of a piped Parquet file"),
        ] {
            let error = limited(bytes.clone(), &limits).unwrap_err();
            assert!(matches!(error, RecordError::Limit { what: w, .. } if w == what), "{error}");
        }
    }

    #[test]
    fn a_footer_that_lies_about_sizes_is_overruled_by_the_pages() {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_dictionary_enabled(false)
            .set_data_page_size_limit(8 << 20);
        let name = "x".repeat(4000);
        let bytes = write_with(
            vec![
                ("id", Arc::new(Int64Array::from_iter_values(0..1000)) as ArrayRef),
                ("name", Arc::new(StringArray::from(vec![name.as_str(); 1000]))),
            ],
            properties.build(),
        );
        let metadata = load(&chunks(bytes.clone())).unwrap();
        let size = metadata.metadata().row_group(0).column(1).uncompressed_size();
        let mut encoded = Vec::new();
        let mut zigzag = (size as u64) << 1;
        while zigzag > 127 {
            encoded.push(zigzag as u8 | 128);
            zigzag >>= 7;
        }
        encoded.push(zigzag as u8);
        // The last occurrence is the footer's; it becomes 0 in as many bytes.
        let at = bytes.windows(encoded.len()).rposition(|window| window == encoded).unwrap();
        let mut lying = bytes;
        lying[at..at + encoded.len()].fill(0x80);
        lying[at + encoded.len() - 1] = 0;
        let stated = load(&chunks(lying.clone())).unwrap().metadata().row_group(0).column(1).uncompressed_size();
        assert!(stated < 1000, "the footer now lies: {stated}");
        let error = limited(lying, &Limits { text_bytes: 1 << 20, ..Limits::default() }).unwrap_err();
        assert!(matches!(error, RecordError::Limit { what: "bytes after decompression", .. }), "{error}");
    }

    #[test]
    fn truncated_files_are_refused() {
        let bytes = write(vec![("id", strings(&["a", "b"])), ("name", strings(&["Ada", "Grace"]))]);
        for len in 1..bytes.len() {
            assert!(matches!(names_of(bytes[..len].to_vec()).unwrap_err(), RecordError::Corrupt { .. }), "{len}");
        }
    }

    #[test]
    fn no_flipped_byte_escapes_as_a_panic() {
        let bytes = write(vec![("id", strings(&["a", "b"])), ("name", strings(&["Ada", "Grace"]))]);
        let limits = Limits { text_bytes: 1 << 20, page_bytes: 1 << 20, ..Limits::default() };
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= flip;
                // Refused or read: a flip inside a name is a different name.
                let _ = limited(damaged, &limits);
            }
        }
    }

    #[test]
    fn a_panic_of_the_parser_is_a_refusal() {
        let error = guarded::<()>(|| panic!("assertion of the parser")).unwrap_err();
        assert!(matches!(error, RecordError::Corrupt { format: "Parquet", .. }));
    }

    #[test]
    fn a_header_is_read_without_losing_the_input() {
        let bytes = write(vec![("id", strings(&["a"])), ("name", strings(&["Ada"]))]);
        let (names, input) = header(Input::from_bytes(bytes.clone()), &Limits::default()).unwrap();
        assert_eq!(names, ["id", "name"]);
        let map: ColumnMap = map(&["id=id", "person-name=name"]);
        let raw = crate::records::read(input, &options(Format::Parquet), &map, &Limits::default()).unwrap();
        assert_eq!(cells(&raw, 1), ["Ada"]);

        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        let (names, input) = header(Input::File(file), &Limits::default()).unwrap();
        assert_eq!(names, ["id", "name"]);
        let raw = crate::records::read(input, &options(Format::Parquet), &map, &Limits::default()).unwrap();
        assert_eq!(cells(&raw, 1), ["Ada"]);
    }
}
