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

use super::encoded::Raw;
use super::{EncodedRecords, Encoder, HandleMap};
use crate::agreement::Schema;
use crate::primitives::Entropy;
use crate::records::{
    Ids, NumberedRecords, RawRecords, Record, RecordError, Screening, ScreeningReport, SeenIds, Sieve, SievedPart,
};

/// Records that are kept to be measured: all of a list of at most so many, else between half of it and all.
const SAMPLE: usize = 1 << 15;

/// A list that passed its screening, encoded for every partner.
pub struct EncodedList {
    /// What screening found.
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
    /// What can be sealed, with its handles, for each of the encoders that the list was encoded with; and the agency's ids.
    pub fn finish(self, encoders: &[Encoder], entropy: &mut Entropy) -> (Vec<(EncodedRecords, HandleMap)>, ListIds) {
        let joined = self.raw.into_iter().zip(encoders).map(|(parts, encoder)| Raw::joined(parts, encoder, entropy));
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
