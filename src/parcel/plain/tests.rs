//! Tables of our own read back, those of a general writer are refused where they unfold, and no change of a byte gives other rows.
#![allow(clippy::unwrap_used, reason = "tests")]

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};

use super::*;
use crate::parcel::table::{bytes_of, properties};

fn schema() -> SchemaRef {
    let field = |name: &str, kind| arrow_schema::Field::new(name, kind, false);
    Arc::new(arrow_schema::Schema::new(vec![
        field("handle", DataType::FixedSizeBinary(16)),
        field("encoding", DataType::FixedSizeBinary(128)),
        field("band", DataType::UInt8),
    ]))
}

fn batch(rows: usize) -> RecordBatch {
    let bytes = |width: usize| (0..rows * width).map(|at| (at * 131 % 251) as u8).collect::<Vec<_>>();
    let bands = UInt8Array::from(bytes(1));
    let columns = vec![fixed(16, bytes(16)).unwrap(), fixed(128, bytes(128)).unwrap(), Arc::new(bands) as ArrayRef];
    RecordBatch::try_new(schema(), columns).unwrap()
}

fn metadata() -> Vec<KeyValue> {
    vec![
        KeyValue::new("symbolon.run".to_owned(), "1".to_owned()),
        KeyValue::new("symbolon.to".to_owned(), "b".to_owned()),
    ]
}

fn table(rows: usize, properties: WriterProperties) -> Bytes {
    let mut writer = ArrowWriter::try_new(Vec::new(), schema(), Some(properties)).unwrap();
    writer.write(&batch(rows)).unwrap();
    Bytes::from(writer.into_inner().unwrap())
}

/// The columns' bytes.
fn read(table: Bytes, rows: u64) -> Result<[Vec<u8>; 3], String> {
    let mut found = [const { Vec::new() }; 3];
    read_plain(table, &schema(), rows, &metadata(), |batch| {
        found[0].extend_from_slice(bytes_of(batch.column(0))?);
        found[1].extend_from_slice(bytes_of(batch.column(1))?);
        let bands = batch.column(2).as_any().downcast_ref::<UInt8Array>().ok_or("a type")?;
        found[2].extend_from_slice(bands.values());
        Ok(())
    })?;
    Ok(found)
}

fn written(rows: usize) -> [Vec<u8>; 3] {
    let batch = batch(rows);
    let bands = batch.column(2).as_any().downcast_ref::<UInt8Array>().unwrap().values().to_vec();
    [bytes_of(batch.column(0)).unwrap().to_vec(), bytes_of(batch.column(1)).unwrap().to_vec(), bands]
}

#[test]
fn what_was_written_is_read_over_pages_and_groups() {
    for rows in [1, 64, 20_001, GROUP, GROUP + 1, 3 * GROUP - 1] {
        assert_eq!(read(table(rows, properties(metadata())), rows as u64).unwrap(), written(rows), "{rows}");
    }
    let empty = ArrowWriter::try_new(Vec::new(), schema(), Some(properties(metadata()))).unwrap();
    assert_eq!(read(Bytes::from(empty.into_inner().unwrap()), 0).unwrap(), [const { Vec::<u8>::new() }; 3]);
}

#[test]
fn other_counts_columns_and_metadata_are_refused() {
    let good = table(64, properties(metadata()));
    for rows in [0, 63, 65, u64::MAX] {
        assert_eq!(read(good.clone(), rows), Err(COUNT.to_owned()));
    }
    let other = |list: Vec<KeyValue>| read(table(64, properties(list)), 64);
    let mut list = metadata();
    list[0].value = Some("2".to_owned());
    assert_eq!(other(list), Err(METADATA.to_owned()));
    assert_eq!(other(metadata()[..1].to_vec()), Err(METADATA.to_owned()));
    let also = |key: &str, value: &str| [metadata(), vec![KeyValue::new(key.to_owned(), value.to_owned())]].concat();
    assert_eq!(other(also("symbolon.run", "2")), Err(METADATA.to_owned()));
    assert_eq!(other(also("pandas", "{}")), Err(METADATA.to_owned()));
    let fields: Vec<_> = schema().fields().iter().map(|field| field.as_ref().clone()).collect();
    for at in 0..3 {
        let mut renamed = fields.clone();
        renamed[at] = renamed[at].clone().with_name("name");
        let mut nullable = fields.clone();
        nullable[at] = nullable[at].clone().with_nullable(true);
        for fields in [renamed, nullable] {
            let changed: SchemaRef = Arc::new(arrow_schema::Schema::new(fields));
            let found = read_plain(good.clone(), &changed, 64, &metadata(), |_| Ok(()));
            // Whether it may be null is no property of what is expected here: the file says it, below.
            assert!(found.is_err() || changed.field(at).is_nullable());
            let batch = RecordBatch::try_new(changed.clone(), batch(64).columns().to_vec()).unwrap();
            let mut writer = ArrowWriter::try_new(Vec::new(), changed, Some(properties(metadata()))).unwrap();
            writer.write(&batch).unwrap();
            assert_eq!(read(Bytes::from(writer.into_inner().unwrap()), 64), Err(COLUMNS.to_owned()), "{at}");
        }
    }
}

#[test]
fn what_unfolds_or_says_more_than_its_rows_is_refused() {
    let base = || {
        WriterProperties::builder()
            .set_compression(Compression::UNCOMPRESSED)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_key_value_metadata(Some(metadata()))
    };
    let with =
        |change: fn(WriterPropertiesBuilder) -> WriterPropertiesBuilder| read(table(64, change(base()).build()), 64);
    assert!(with(|same| same).is_ok());
    assert!(with(|p| p.set_compression(Compression::SNAPPY)).is_err());
    assert!(with(|p| p.set_compression(Compression::ZSTD(Default::default()))).is_err());
    assert!(with(|p| p.set_dictionary_enabled(true)).is_err());
    assert!(with(|p| p.set_statistics_enabled(EnabledStatistics::Chunk)).is_err());
    assert!(with(|p| p.set_bloom_filter_enabled(true)).is_err());
    assert!(with(|p| p.set_writer_version(WriterVersion::PARQUET_2_0)).is_err());
    assert!(with(|p| p.set_encoding(Encoding::BYTE_STREAM_SPLIT)).is_err());
}

/// Every byte of the footer and of each page's header, changed in every bit and to the values that lengths like; cut; and random changes of
/// several: nothing panics, and whatever is still read is what was written.
#[test]
fn no_change_of_a_byte_gives_other_rows_or_a_panic() {
    let (rows, good) = (64, table(64, properties(metadata())));
    let (expected, end) = (written(64), good.len());
    let footer = u32::from_le_bytes(good[end - 8..end - 4].try_into().unwrap()) as usize;
    let values = [vec![0, 4], vec![4 + 60 + 16 * rows]].concat();
    assert!(footer > 300 && values.iter().all(|at| *at < end));
    let try_one = |bytes: Vec<u8>, what: &dyn Fn() -> String| {
        if let Ok(found) = read(Bytes::from(bytes), rows as u64) {
            // Values themselves are what the root is for: only their number and places are known here.
            assert!(found.iter().zip(&expected).all(|(found, expected)| found.len() == expected.len()), "{}", what());
        }
    };
    let (mut tried, mut random) = (0, 1u64);
    for at in (0..120).chain(end - footer - 8..end) {
        for value in (0..8).map(|bit| good[at] ^ 1 << bit).chain([0, 1, 0x7f, 0x80, 0xfc, 0xff]) {
            let mut bytes = good.to_vec();
            bytes[at] = value;
            try_one(bytes, &|| format!("byte {at} to {value}"));
            tried += 1;
        }
    }
    for keep in 0..end {
        assert!(read(good.slice(..keep), rows as u64).is_err(), "{keep} bytes");
    }
    let mut draw = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    for _ in 0..20_000 {
        let mut bytes = good.to_vec();
        for _ in 0..=draw(6) {
            let at = end - 1 - draw(footer + 8);
            bytes[at] = draw(256) as u8;
        }
        if draw(4) == 0 {
            // Bytes put in, so that lengths and places no longer fit.
            let at = end - 8 - draw(footer);
            let more: Vec<u8> = (0..draw(9)).map(|_| draw(256) as u8).collect();
            bytes.splice(at..at, more);
        }
        try_one(bytes, &|| "several bytes".to_owned());
        tried += 1;
    }
    assert!(tried > 25_000, "{tried}");
}

#[test]
fn lengths_that_are_not_there_allocate_nothing() {
    // A list of 2^31 row groups, a string of 2^60 bytes, nesting without end.
    let framed = |footer: &[u8]| {
        let length = (footer.len() as u32).to_le_bytes();
        Bytes::from([MAGIC, footer, &length[..], MAGIC].concat())
    };
    let many = [0xff, 0xff, 0xff, 0xff, 0x07];
    assert_eq!(read(framed(&[&[0x49, 0xfc][..], &many, &[0]].concat()), 0), Err(DAMAGED.to_owned()));
    let long = [0x68, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10, 0];
    assert_eq!(read(framed(&long), 0), Err(DAMAGED.to_owned()));
    assert_eq!(read(framed(&[0x1c; 100_000]), 0), Err(DAMAGED.to_owned()));
    assert_eq!(read(framed(&[0x19; 100_000]), 0), Err(DAMAGED.to_owned()));
    assert_eq!(read(framed(&[0x0b; 1000]), 0), Err(DAMAGED.to_owned()));
    for short in
        [&b""[..], b"PAR1", b"PAR1PAR1", b"PAR1\x01\0\0\0PAR1", b"PAR1\xff\xff\xff\xffPAR1", b"PARE\0\0\0\0PARE"]
    {
        assert!(read(Bytes::from_static(short), 0).is_err());
    }
}
