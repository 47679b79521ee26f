//! A whole list, from tables of raw rows to encodings, in one pass on every core.
//!
//! ```text
//! reader ─table─▶ number ids ─┬─▶ screen, encode for every partner, wipe ─┬─▶ report, or refusal
//!        one thread, in order ├─▶                 …                       ├─▶ encodings, ids, row numbers
//!                             └─▶       any thread, any order             └─▶ a sample of records, to be measured
//! ```
//!
//! - The reader waits for nobody: when enough tables are under way it screens and encodes one itself. So plaintext in memory
//!   is a few tables, whatever the length of the list, and the sample.
//! - What comes out is the same for any number of threads: parts are put in the order of their tables, and the sample follows
//!   from the row numbers.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use rayon::prelude::*;

use super::encoded::Raw;
use super::{EncodedRecords, Encoder, HandleMap, Tags};
use crate::agreement::Schema;
use crate::primitives::Entropy;
use crate::records::{
    Ids, NumberedRecords, RawRecords, Record, RecordError, Screening, ScreeningReport, SeenIds, Sieve, SievedPart,
};

/// Records that are kept to be measured: all of a list of at most so many, else between half of it and all.
const SAMPLE: usize = 1 << 15;

/// A list that passed its screening, encoded for every partner.
pub struct EncodedList {
    /// What screening found, of the whole list.
    pub report: ScreeningReport,
    /// Records to measure, in the order of their rows: those whose row numbers have a hash that begins with zeros, as many
    /// zeros as it takes.
    pub sample: Vec<Record>,
    /// Encodings before handles: for each encoder the parts of the list.
    raw: Vec<Vec<Raw>>,
    ids: ListIds,
}

/// An agency's own ids of all records of a list.
pub struct ListIds {
    parts: Vec<Ids>,
    /// The place of the first record of each part.
    starts: Vec<usize>,
    count: usize,
}

impl ListIds {
    /// The id of the record at a [place](super::HandleEntry::place).
    pub fn get(&self, place: usize) -> &str {
        let part = self.starts.partition_point(|start| *start <= place) - 1;
        self.parts[part].get(place - self.starts[part])
    }

    /// How many records the list has.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none, which never happens.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// What became of one table.
struct Part {
    found: SievedPart,
    ids: Ids,
    sample: Vec<(u64, Record)>,
    count: usize,
    /// For each encoder.
    raw: Vec<Raw>,
}

/// What became of the tables so far.
#[derive(Default)]
struct Done {
    parts: Vec<(usize, Result<Part, RecordError>)>,
    /// Records in the samples of all parts, whose hashes all begin with so many zeros.
    sampled: usize,
    zeros: u32,
}

impl Done {
    fn push(&mut self, number: usize, mut part: Result<Part, RecordError>) {
        if let Ok(part) = &mut part {
            part.sample.retain(|(row, _)| is_sampled(*row, self.zeros));
            self.sampled += part.sample.len();
        }
        self.parts.push((number, part));
        // More than enough of some parts is more than enough of all: the zeros come out the same in any order.
        while self.sampled > SAMPLE {
            self.zeros += 1;
            let samples = self.parts.iter_mut().flat_map(|(_, part)| part).map(|part| &mut part.sample);
            self.sampled = samples
                .map(|sample| {
                    sample.retain(|(row, _)| is_sampled(*row, self.zeros));
                    sample.len()
                })
                .sum();
        }
    }

    fn finish(mut self, sieve: &Sieve<'_>, encoders: usize) -> Result<EncodedList, RecordError> {
        self.parts.sort_unstable_by_key(|(number, _)| *number);
        let mut found = Vec::with_capacity(self.parts.len());
        let mut sample = Vec::with_capacity(self.sampled);
        let mut raw: Vec<Vec<Raw>> = (0..encoders).map(|_| Vec::with_capacity(self.parts.len())).collect();
        let mut ids = ListIds { parts: Vec::new(), starts: Vec::new(), count: 0 };
        for (_, part) in self.parts {
            let part = part?;
            found.push(part.found);
            sample.extend(part.sample.into_iter().map(|(_, record)| record));
            raw.iter_mut().zip(part.raw).for_each(|(all, part)| all.push(part));
            ids.parts.push(part.ids);
            ids.starts.push(ids.count);
            ids.count += part.count;
        }
        Ok(EncodedList { report: sieve.report(found)?, sample, raw, ids })
    }
}

/// Screens and encodes the tables that `read` hands over, once for each encoder. The encoders may be none: then the list is
/// only screened and sampled.
pub fn screen_and_encode(
    read: impl FnOnce(&mut dyn FnMut(RawRecords)) -> Result<(), RecordError> + Send,
    schema: &Schema,
    screening: &Screening,
    today: Date,
    encoders: &[Encoder],
) -> Result<EncodedList, RecordError> {
    let sieve = Sieve::new(schema, screening, today);
    let waiting = AtomicUsize::new(0);
    let done: Mutex<Done> = Mutex::default();
    let take = |number: usize, table: NumberedRecords| {
        let zeros = done.lock().unwrap_or_else(PoisonError::into_inner).zeros;
        let part = part(&sieve, encoders, table, zeros);
        done.lock().unwrap_or_else(PoisonError::into_inner).push(number, part);
    };
    let read = rayon::scope(|scope| {
        let (mut seen, mut count, mut failed) = (SeenIds::default(), 0, None);
        let most = 2 * rayon::current_num_threads();
        read(&mut |table| {
            let number = count;
            count += 1;
            match seen.number(table) {
                Err(error) => failed = failed.take().or(Some(error)),
                Ok(table) if waiting.load(Ordering::Relaxed) >= most => take(number, table),
                Ok(table) => {
                    waiting.fetch_add(1, Ordering::Relaxed);
                    let (take, waiting) = (&take, &waiting);
                    scope.spawn(move |_| {
                        waiting.fetch_sub(1, Ordering::Relaxed);
                        take(number, table);
                    });
                }
            }
        })?;
        failed.map_or(Ok(()), Err)
    });
    read?;
    done.into_inner().unwrap_or_else(PoisonError::into_inner).finish(&sieve, encoders.len())
}

fn part(sieve: &Sieve<'_>, encoders: &[Encoder], table: NumberedRecords, zeros: u32) -> Result<Part, RecordError> {
    let (screened, found) = sieve.screen(table)?;
    let rows = screened.rows().to_vec();
    let raw = encoders.iter().map(|encoder| Raw::encode(encoder, screened.records(), &rows)).collect();
    let (sample, ids) = screened.into_parts(|row| is_sampled(row, zeros));
    Ok(Part { found, ids, sample, count: rows.len(), raw })
}

/// Whether the hash of a row's number begins with so many zeros.
fn is_sampled(row: u64, zeros: u32) -> bool {
    row.wrapping_mul(0x9E37_79B9_7F4A_7C15).leading_zeros() >= zeros
}

impl EncodedList {
    /// What can be sealed, padded to `size` of its length, with its handles, for each of the encoders that the list was encoded with;
    /// and the agency's ids.
    pub fn finish(
        self,
        encoders: &[Encoder],
        tags: &Tags,
        size: impl Fn(u64) -> u64,
        entropy: &mut Entropy,
    ) -> (Vec<(EncodedRecords, HandleMap)>, ListIds) {
        let tags: Vec<_> = (0..self.ids.len()).into_par_iter().map(|place| tags.of(self.ids.get(place))).collect();
        let joined = self
            .raw
            .into_iter()
            .zip(encoders)
            .map(|(parts, encoder)| Raw::joined(parts, encoder, &tags, &size, entropy));
        (joined.collect(), self.ids)
    }
}

impl fmt::Debug for EncodedList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedList").field("records", &self.ids.count).finish_non_exhaustive()
    }
}

impl fmt::Debug for ListIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListIds").field("records", &self.count).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::tests::schema;
    use crate::primitives::Secret;
    use crate::records::{ColumnMap, Format, Input, Limits, Malformed, ReadOptions, Subjects, read, read_tables};

    const TODAY: Date = jiff::civil::date(2026, 6, 1);

    /// People in CSV: some ids twice, some dates that cannot be, some documents without a country.
    fn people(count: usize) -> String {
        let row = |i: usize| {
            let (id, day) = (if i % 997 == 996 { i - 900 } else { i }, 2 + i % 29);
            let country = if i.is_multiple_of(11) { "" } else { "XA" };
            format!("{id},Bador{} Kel{},19{:02}-02-{day:02},{:07},{country}\n", i % 83, i % 1009, 40 + i % 60, i * 7)
        };
        let rows: String = (0..count).map(row).collect();
        format!("id,name,dob,no,by\n{rows}")
    }

    fn screening() -> Screening {
        Screening {
            roles: Vec::new(),
            subjects: Subjects::default(),
            natural_persons: true,
            quarantine_limit_permille: 200,
            min_records: 1,
            malformed: Malformed::Quarantine,
            seed: [3; 32],
        }
    }

    fn tags() -> Tags {
        Tags::new(&Secret::generate(&mut Entropy::seeded(8)))
    }

    fn map() -> ColumnMap {
        let toml = "id = \"id\"\n[person-name]\ncolumns = [\"name\"]\n[birth-date]\ncolumns = [\"dob\"]\n\
                    [document]\ncolumns = [\"no\", \"by\"]";
        ColumnMap::parse(toml).expect("a map")
    }

    fn options() -> ReadOptions {
        ReadOptions { format: Some(Format::Csv), ..ReadOptions::default() }
    }

    fn encoder() -> Encoder {
        Encoder::new(&schema(), &Secret::from_bytes(&[5; 32]).expect("32 bytes")).expect("a good schema")
    }

    /// Encodings by row and id, tokens of documents, what was left out, the report, and the sample's size.
    fn in_pieces(text: &str, threads: usize) -> impl PartialEq + use<> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let (encoders, map) = ([encoder()], map());
        let read = |each: &mut dyn FnMut(RawRecords)| {
            read_tables(Input::from_bytes(text), &options(), &map, &Limits::default(), each)
        };
        let list =
            pool.install(|| screen_and_encode(read, &schema(), &screening(), TODAY, &encoders)).expect("a good list");
        let (report, sampled) = (list.report.clone(), list.sample.len());
        let (mut encoded, ids) = list.finish(&encoders, &tags(), |n| n, &mut Entropy::seeded(1));
        let (records, handles) = encoded.pop().expect("one partner");
        let id = |entry: &super::super::HandleEntry| ids.get(entry.place as usize).to_owned();
        let rows: Vec<(u64, String)> = handles.entries.iter().map(|entry| (entry.row, id(entry))).collect();
        (rows, records.words, records.keys, records.handles, handles.left_out, (report, sampled))
    }

    #[test]
    fn a_list_in_pieces_is_the_same_on_any_number_of_threads() {
        let text = people(20_000);
        let one = in_pieces(&text, 1);
        assert!(one == in_pieces(&text, 3));
        assert!(one != in_pieces(&people(19_999), 1));
    }

    #[test]
    fn a_list_in_pieces_is_screened_and_encoded_as_one_in_one_piece() {
        let (text, map, encoders) = (people(9_500), map(), [encoder()]);
        let read_all = || read(Input::from_bytes(text.as_str()), &options(), &map, &Limits::default());
        let (whole, report) = read_all().expect("rows").screen(&schema(), &screening(), TODAY).expect("a good list");
        let pieces = |each: &mut dyn FnMut(RawRecords)| {
            read_tables(Input::from_bytes(text.as_str()), &options(), &map, &Limits::default(), each)
        };
        let list = screen_and_encode(pieces, &schema(), &screening(), TODAY, &encoders).expect("a good list");
        assert_eq!(list.report, report);
        assert!(report.accepted > 8_000 && report.quarantined > 300);
        let ids: Vec<String> = (0..whole.len()).map(|at| whole.id(at).to_owned()).collect();
        let one = super::super::encode(whole, &encoders, &tags(), |n| n + 100, &mut Entropy::seeded(2));
        let (many, places) = list.finish(&encoders, &tags(), |n| n + 100, &mut Entropy::seeded(2));
        // Random values are drawn for all records in order, so even handles and fillers agree.
        assert!(one[0].0.words == many[0].0.words && one[0].0.keys == many[0].0.keys);
        assert_eq!(one[0].0.handles, many[0].0.handles);
        assert!(ids.iter().enumerate().all(|(at, id)| places.get(at) == id) && places.len() == ids.len());
    }

    #[test]
    fn a_sample_is_bounded_and_follows_from_the_rows_in_any_order_of_the_parts() {
        let sampled = |order: &mut dyn Iterator<Item = u64>| {
            let mut done = Done::default();
            for part in order {
                let raw = "id,name,dob,no,by\n1,A B,1970-02-02,1,XA\n".to_owned();
                let mut tables = Vec::new();
                read_tables(Input::from_bytes(raw), &options(), &map(), &Limits::default(), &mut |t| tables.push(t))
                    .expect("a row");
                let table = SeenIds::default().number(tables.remove(0)).expect("ids");
                let (schema, screening) = (schema(), screening());
                let mut one = super::part(&Sieve::new(&schema, &screening, TODAY), &[], table, 0).expect("a part");
                one.sample = (part * 4096..(part + 1) * 4096).map(|row| (row, Record { values: Vec::new() })).collect();
                done.push(part as usize, Ok(one));
            }
            done.parts.sort_by_key(|(number, _)| *number);
            let rows: Vec<u64> = done
                .parts
                .iter()
                .flat_map(|(_, part)| part)
                .flat_map(|part| &part.sample)
                .map(|(row, _)| *row)
                .collect();
            rows
        };
        let straight = sampled(&mut (0..24));
        assert!((SAMPLE / 4..=SAMPLE).contains(&straight.len()));
        assert_eq!(straight, sampled(&mut (0..24).rev()));
    }
}
