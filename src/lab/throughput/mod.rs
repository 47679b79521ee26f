//! How fast this machine takes a list from CSV to a sealed parcel, as a whole and stage by stage.
//!
//! [`pipeline`] does what an agency's `encode` does, all of it in memory: it reads, screens and encodes a made-up list of five
//! fields, and seals it to an operator. [`stages`] goes as far as the encodings, one stage after the other on one thread, each
//! for the whole list, and says what each costs; their sum is more than a core spends in the pipeline, where a table stays in
//! its caches from one stage to the next.

pub mod compare;
mod list;
mod run;

use std::time::Instant;

use serde::Serialize;

use crate::agreement::{AgreementError, Schema};
use crate::encoding::{self, Encoder, EncodingError, Tags};
use crate::parcel::{self, ParcelError};
use crate::primitives::{Entropy, Secret};
use crate::records::{
    self, ColumnMap, Format, Input, Limits, Malformed, RawRecords, ReadOptions, RecordError, Screening, SeenIds, Sieve,
};

pub use list::csv;

/// Why nothing can be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThroughputError {
    /// The made-up run.
    #[error(transparent)]
    Agreement(#[from] AgreementError),
    /// The encoder.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// The parcel: most likely fewer or more records than any agreement allows.
    #[error(transparent)]
    Parcel(#[from] ParcelError),
    /// The list.
    #[error(transparent)]
    Records(#[from] RecordError),
}

/// What one stage took.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stage {
    /// What it does.
    pub stage: &'static str,
    /// Seconds for the whole list.
    pub seconds: f64,
    /// Nanoseconds for a record.
    pub nanoseconds: f64,
}

/// What a list took.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Throughput {
    /// Records that were read.
    pub records: usize,
    /// Bytes of CSV.
    pub csv_bytes: usize,
    /// Bytes of the parcel; zero where none was made.
    pub parcel_bytes: usize,
    /// Threads that were at work.
    pub threads: usize,
    /// Seconds from the first byte read to the last one sealed.
    pub seconds: f64,
    /// Records a second.
    pub records_per_second: f64,
    /// The same, for each thread.
    pub records_per_second_and_thread: f64,
    /// Where the time went.
    pub stages: Vec<Stage>,
}

/// Times stages one after the other.
struct Clock {
    records: usize,
    last: Instant,
    stages: Vec<Stage>,
}

impl Clock {
    fn start(records: usize) -> Self {
        Self { records, last: Instant::now(), stages: Vec::new() }
    }

    fn lap(&mut self, stage: &'static str) {
        let seconds = self.last.elapsed().as_secs_f64();
        self.stages.push(Stage { stage, seconds, nanoseconds: seconds * 1e9 / self.records.max(1) as f64 });
        self.last = Instant::now();
    }

    fn finish(self, csv: &[u8], parcel_bytes: usize) -> Throughput {
        let seconds: f64 = self.stages.iter().map(|stage| stage.seconds).sum();
        let (threads, rate) = (rayon::current_num_threads(), self.records as f64 / seconds);
        Throughput {
            records: self.records,
            csv_bytes: csv.len(),
            parcel_bytes,
            threads,
            seconds,
            records_per_second: rate,
            records_per_second_and_thread: rate / threads as f64,
            stages: self.stages,
        }
    }
}

/// Everything that measuring needs besides the list.
struct Setting {
    schema: Schema,
    map: ColumnMap,
    screening: Screening,
    today: jiff::civil::Date,
    key: Secret,
}

impl Setting {
    fn new() -> Result<Self, RecordError> {
        Ok(Self {
            schema: run::schema(&list::FIELDS),
            map: ColumnMap::parse(list::COLUMNS)?,
            screening: Screening {
                roles: vec![crate::protocol::SubjectRole::SuspectedOrganiser],
                natural_persons: true,
                quarantine_limit_permille: 100,
                min_records: 1,
                malformed: Malformed::Quarantine,
                subjects: Default::default(),
                seed: [7; 32],
            },
            today: jiff::civil::date(2026, 6, 1),
            key: Secret::generate(&mut Entropy::system()),
        })
    }

    fn read(&self, csv: &[u8], each: &mut dyn FnMut(RawRecords)) -> Result<(), RecordError> {
        let options = ReadOptions { format: Some(Format::Csv), ..ReadOptions::default() };
        records::read_tables(Input::from_bytes(csv), &options, &self.map, &Limits::default(), each)
    }
}

/// Takes a list of `records` people from CSV to a sealed parcel on the threads of the current pool.
pub fn pipeline(records: usize) -> Result<Throughput, ThroughputError> {
    let (csv, setting) = (csv(records), Setting::new()?);
    let run = run::granted()?;
    let encoders = [Encoder::new(&setting.schema, &setting.key)?];
    let mut entropy = Entropy::system();
    let mut clock = Clock::start(records);
    let read = |each: &mut dyn FnMut(RawRecords)| setting.read(&csv, each);
    let list = encoding::screen_and_encode(read, &setting.schema, &setting.screening, setting.today, &encoders)?;
    clock.lap("read, screen, encode");
    let (encoded, _) = list.finish(&encoders, &Tags::new(&setting.key), parcel::size_class, &mut entropy);
    clock.lap("handles");
    let mut bytes = 0;
    for (encoded, _) in encoded {
        let (cleared, within) = run.cleared(records);
        bytes += parcel::seal(encoded, &run.granted, &run.agency, (&cleared, &within), run::AGENCIES[1])?.file.len();
    }
    clock.lap("commit, write, seal");
    Ok(clock.finish(&csv, bytes))
}

/// Encodes a screened list of `records` people, without reading and without sealing, on the threads of the current pool.
pub fn encode(records: usize) -> Result<Throughput, ThroughputError> {
    let (csv, setting) = (csv(records), Setting::new()?);
    let encoder = Encoder::new(&setting.schema, &setting.key)?;
    let mut tables = Vec::new();
    setting.read(&csv, &mut |table| tables.push(table))?;
    let (sieve, mut seen) = (Sieve::new(&setting.schema, &setting.screening, setting.today), SeenIds::default());
    let mut screened = Vec::new();
    for table in tables {
        screened.push(sieve.screen(seen.number(table)?)?.0);
    }
    let mut clock = Clock::start(records);
    for part in &screened {
        std::hint::black_box(encoder.encode_all(part.records()));
    }
    clock.lap("encode");
    Ok(clock.finish(&csv, 0))
}

/// Takes a list of `records` people from CSV to encodings, one stage after the other on this thread.
pub fn stages(records: usize) -> Result<Throughput, ThroughputError> {
    let (csv, setting) = (csv(records), Setting::new()?);
    let (encoder, plain) =
        (Encoder::new(&setting.schema, &setting.key)?, Encoder::plain(&setting.schema, &setting.key)?);
    let (sieve, mut seen) = (Sieve::new(&setting.schema, &setting.screening, setting.today), SeenIds::default());
    let (mut tables, mut numbered, mut screened, mut found) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());

    let mut clock = Clock::start(records);
    setting.read(&csv, &mut |table| tables.push(table))?;
    clock.lap("parse");
    for table in tables {
        numbered.push(seen.number(table)?);
    }
    clock.lap("repeated ids");
    for table in numbered {
        let (records, part) = sieve.screen(table)?;
        screened.push(records);
        found.push(part);
    }
    sieve.report(found)?;
    clock.lap("normalise, screen");
    let mut words = vec![0; screened.iter().map(|part| part.len()).max().unwrap_or(0) * encoder.words()];
    for part in &screened {
        std::hint::black_box(plain.encode_into(part.records(), &mut words[..part.len() * encoder.words()]));
    }
    clock.lap("tokens, positions");
    for part in &screened {
        std::hint::black_box(encoder.encode_into(part.records(), &mut words[..part.len() * encoder.words()]));
    }
    clock.lap("the same with diffusion");
    for part in screened.iter().flat_map(|part| part.records()) {
        std::hint::black_box(encoder.exact_keys(part));
    }
    clock.lap("keys of identifiers");
    Ok(clock.finish(&csv, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_all_the_way_and_every_record_is_encoded() {
        let done = pipeline(300).expect("a parcel");
        // 16 bytes of handle, 128 of encoding and 16 of the document's key for each.
        assert!(done.parcel_bytes > 300 * 160 && done.records == 300);
        assert_eq!(done.stages.len(), 3);
        assert_eq!(stages(300).expect("encodings").parcel_bytes, 0);
    }

    #[test]
    fn a_list_is_the_same_each_time_and_its_values_repeat() {
        let text = String::from_utf8(csv(2000)).expect("UTF-8");
        assert_eq!(text.as_bytes(), csv(2000));
        let families: std::collections::HashSet<&str> =
            text.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
        assert!((200..1500).contains(&families.len()), "{}", families.len());
    }
}
