//! What tests of this room share, and the canary: no cell ever shows.

use super::*;
use crate::agreement::{EncodingParams, Schema};
use crate::protocol::{FieldKind, SubjectRole};

use jiff::civil::{Date, date};

/// The day of screening in tests.
pub(super) const TODAY: Date = date(2026, 6, 15);

pub(super) fn schema(fields: &[FieldKind]) -> Schema {
    let encoding = EncodingParams { length: 1024, insertions: 10, diffusion: 5, min_tokens: 5 };
    Schema { normalisation: crate::agreement::NORMALISATION.to_owned(), fields: fields.to_vec(), encoding }
}

pub(super) fn map(specs: &[&str]) -> ColumnMap {
    let mut map = ColumnMap::default();
    specs.iter().for_each(|spec| map.apply(spec).unwrap());
    map
}

/// Laboratory screening: no roles, no ages, half of the rows may be malformed.
pub(super) fn lenient() -> Screening {
    Screening {
        malformed: Malformed::Quarantine,
        roles: Vec::new(),
        natural_persons: false,
        subjects: Subjects::default(),
        quarantine_limit_permille: 500,
        min_records: 1,
        seed: [7; 32],
    }
}

pub(super) fn options(format: Format) -> ReadOptions {
    ReadOptions { format: Some(format), ..ReadOptions::default() }
}

/// Reads bytes, with `id` and `person-name=name` mapped.
pub(super) fn read_names(bytes: impl Into<Vec<u8>>, format: Format) -> Result<RawRecords, RecordError> {
    read(Input::from_bytes(bytes), &options(format), &map(&["id=id", "person-name=name"]), &Limits::default())
}

/// Cells of column `slot` of the projection.
pub(super) fn cells(raw: &RawRecords, slot: usize) -> Vec<&str> {
    (0..raw.len()).map(|row| raw.columns[slot].get(row)).collect()
}

/// Row numbers and reasons of what the reader set aside.
pub(super) fn set_aside(raw: &RawRecords) -> Vec<(u64, Reason)> {
    raw.rejected().iter().map(|rejected| (rejected.row, rejected.reason)).collect()
}

/// Everything that this room can say about a file, in one text.
fn everything_said(
    input: Input,
    options: &ReadOptions,
    map: &ColumnMap,
    limits: &Limits,
    screening: &Screening,
) -> String {
    let fields = [FieldKind::PersonName, FieldKind::BirthDate, FieldKind::Document, FieldKind::Iban];
    let mut said = format!("{input:?} ");
    let raw = match read(input, options, map, limits) {
        Ok(raw) => raw,
        Err(error) => return format!("{said}{error} {error:?}"),
    };
    said += &format!("{raw:?} {:?} {:?} ", raw.rejected(), raw.unread_columns());
    let report = match raw.screen(&schema(&fields), screening, TODAY) {
        Ok((screened, report)) => {
            said += &format!("{screened:?} {:?} {screening:?} ", screened.records());
            report
        }
        Err(error) => {
            said += &format!("{error} {error:?} ");
            match error.report() {
                Some(report) => report.clone(),
                None => return said,
            }
        }
    };
    said += &format!("{report:?} {} ", serde_json::to_string(&report).unwrap());
    for format in [ListFormat::Csv, ListFormat::Ndjson] {
        let mut list = Vec::new();
        write_rejected(&report.rejected, format, &mut list).unwrap();
        said += &String::from_utf8(list).unwrap();
    }
    said
}

const CANARY: &str = "SENTINEL";

fn canary_map() -> ColumnMap {
    map(&["id=id", "role=role", "person-name=name", "birth-date=dob", "document=doc+issuer", "iban=iban"])
}

/// Rows in which each cell in turn holds the canary, alone and around what is well-formed; the last column is not mapped.
fn canary_rows() -> Vec<[String; 8]> {
    let good = ["1", "suspected-organiser", "Ada", "1980-05-12", "YA123456", "ITA", "GB82WEST12345698765432", "x"];
    let mut rows = vec![good.map(str::to_owned), [CANARY; 8].map(str::to_owned)];
    for cell in 0..8 {
        for text in [
            CANARY.to_owned(),
            format!("{CANARY}{}", good[cell]),
            format!("{}{CANARY}", good[cell]),
            CANARY.repeat(600),
        ] {
            let mut row = good.map(str::to_owned);
            row[0] = format!("{CANARY}{}", rows.len());
            row[cell] = text;
            rows.push(row);
        }
    }
    rows.push(rows[3].clone());
    rows
}

const HEADER: [&str; 8] = ["id", "role", "name", "dob", "doc", "issuer", "iban", "note"];

#[test]
fn no_cell_ever_shows_in_what_is_said() {
    let strict = Screening {
        roles: vec![SubjectRole::SuspectedOrganiser],
        natural_persons: true,
        quarantine_limit_permille: 1000,
        ..lenient()
    };
    let csv: String = canary_rows().iter().map(|row| row.join(",") + "\n").collect();
    let csv = format!("{}\n{csv}{CANARY},{CANARY}\n\0{CANARY}\n{CANARY}\u{fffd},,,,,,,\n", HEADER.join(","));
    let ndjson: String = canary_rows()
        .iter()
        .map(|row| serde_json::Value::from_iter(HEADER.into_iter().zip(row.iter().cloned())).to_string() + "\n")
        .collect();
    let ndjson = format!(
        "{ndjson}{CANARY}\n\"{CANARY}\"\n[\"{CANARY}\"]\n{{\"id\":\"{CANARY}\n{{\"id\":[\"{CANARY}\"]}}\n\
         {{\"id\":\"{CANARY}\",\"id\":\"{CANARY}\"}}\n{{\"{CANARY}\":\"{CANARY}\"}}\n{{\"id\":{{\"{CANARY}\":1}}}}\n"
    );
    let parquet = super::read::parquet::tests::write_strings(&HEADER, &canary_rows());
    let cut: Vec<u8> = parquet[..parquet.len() - 20].to_vec();
    let mut inputs: Vec<(Format, Vec<u8>)> = vec![
        (Format::Csv, csv.clone().into_bytes()),
        (Format::Csv, format!("{csv}\"{CANARY}").into_bytes()),
        (Format::Csv, [csv.as_bytes(), CANARY.as_bytes(), b"\xff\n"].concat()),
        // Without a header, the first person is where the names of columns should be.
        (Format::Csv, csv.lines().skip(2).collect::<Vec<_>>().join("\n").into_bytes()),
        (Format::Csv, csv.replace("id,role", "id,id").into_bytes()),
        (Format::Ndjson, ndjson.clone().into_bytes()),
        (Format::Ndjson, ndjson.replace("\"iban\"", "\"other\"").into_bytes()),
        (Format::Ndjson, [ndjson.as_bytes(), CANARY.as_bytes(), b"\xff\n"].concat()),
        (Format::Parquet, parquet),
        (Format::Parquet, cut),
    ];
    // Every file as every other format, too.
    for i in 0..inputs.len() {
        for format in [Format::Csv, Format::Ndjson, Format::Parquet] {
            inputs.push((format, inputs[i].1.clone()));
        }
    }
    let tight = Limits { text_bytes: 3000, row_bytes: 200, page_bytes: 100, ..Limits::default() };
    for (i, (format, bytes)) in inputs.into_iter().enumerate() {
        for (screening, limits) in
            [(&strict, Limits::default()), (&lenient(), Limits::default()), (&strict, tight.clone())]
        {
            let said =
                everything_said(Input::from_bytes(bytes.clone()), &options(format), &canary_map(), &limits, screening);
            assert!(!said.contains(CANARY) && !said.contains("Ada") && !said.contains("GB82"), "input {i}: {said}");
            assert!(said.len() > 20);
        }
    }
}

#[test]
fn the_canary_reaches_the_records() {
    let csv: String = canary_rows().iter().map(|row| row.join(",") + "\n").collect();
    let input = Input::from_bytes(format!("{}\n{csv}", HEADER.join(",")));
    let raw = read(input, &options(Format::Csv), &canary_map(), &Limits::default()).unwrap();
    let (screened, _) = raw.screen(&schema(&[FieldKind::PersonName]), &lenient(), TODAY).unwrap();
    assert!(screened.id(1).contains(CANARY));
    assert!(screened.records().iter().any(|r| matches!(&r.values[0], Value::Parts(p) if p[0].contains(CANARY))));
}

#[test]
fn a_header_is_read_without_losing_the_input() {
    let csv = "id;name\n1;Ada\n2;Grace\n";
    let (names, input) = header(Input::from_bytes(csv), &options(Format::Csv), &Limits::default()).unwrap();
    assert_eq!(names, ["id", "name"]);
    let map = ColumnMap::guess(&names, &schema(&[FieldKind::PersonName])).unwrap();
    assert_eq!(cells(&read(input, &options(Format::Csv), &map, &Limits::default()).unwrap(), 1), ["Ada", "Grace"]);

    let ndjson = "\n{\"id\":1,\"name\":\"Ada\"}\n{\"id\":2,\"name\":\"Grace\"}\n";
    let (names, input) = header(Input::from_bytes(ndjson), &options(Format::Ndjson), &Limits::default()).unwrap();
    assert_eq!(names, ["id", "name"]);
    assert_eq!(read(input, &options(Format::Ndjson), &map, &Limits::default()).unwrap().len(), 2);
}

#[test]
fn codes_are_distinct_and_of_this_room() {
    let mut ids: Vec<&str> = CODES.iter().map(|code| code.id).collect();
    assert!(ids.iter().all(|id| ("SYM-0301"..="SYM-0349").contains(id)));
    ids.dedup();
    assert_eq!(ids.len(), CODES.len());
    assert_eq!(RecordError::UnmappedRole.code().id, "SYM-0322");
}
