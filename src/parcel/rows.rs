//! Rows of a parcel, in memory and in Parquet.
//!
//! | column | type | what |
//! |---|---|---|
//! | `handle` | 16 bytes | random id of the record in this run |
//! | `encoding` | length / 8 bytes | the diffused encoding, bit i = byte i/8, bit i%8 |
//! | `keys` | 16 bytes an exact field | keyed tokens of the identifiers, in the schema's order; random where there is none |
//!
//! Nothing else: no row order (rows are sorted by handle), no statistics, no dictionary, no compression, so that the size of the
//! table says nothing but the number of rows and a reader can refuse anything that would unfold.

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use rayon::prelude::*;

use super::ParcelError;
use super::plain::read_plain;
use super::table::{GROUP, bytes_of, fixed, properties};
use crate::agreement::Schema;
use crate::log::tree;
use crate::primitives::{self, Digest};

/// Bytes of a keyed token.
pub(crate) const KEY_BYTES: usize = 16;
/// Bytes of the longest encoding.
const ENCODING_BYTES: usize = 4096 / 8;
/// Random id of a record in one run. The mapping to the record stays with its agency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(pub [u8; 16]);

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&primitives::hex(&self.0))
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({self})")
    }
}

/// Encoded rows, sorted by handle.
#[derive(Clone, PartialEq, Eq)]
pub struct Rows {
    /// Bits of an encoding: a multiple of 64 from 256 to 4096.
    pub(crate) length: u16,
    /// Tokens of identifiers a row: one for each exact field of the schema.
    pub(crate) exact: usize,
    /// One handle a row, ascending.
    pub(crate) handles: Vec<Handle>,
    /// Row-major, `length / 64` words a row.
    pub(crate) words: Vec<u64>,
    /// Row-major, `exact` tokens a row.
    pub(crate) keys: Vec<[u8; KEY_BYTES]>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("rows", &self.handles.len()).field("length", &self.length).finish_non_exhaustive()
    }
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    /// `RFC 6962` Merkle tree hash over the rows; leaf = `handle ‖ encoding ‖ keys`.
    pub(crate) fn root(&self) -> Digest {
        let words = usize::from(self.length / 64);
        let leaf = |row: usize| {
            let mut encoding = [0; ENCODING_BYTES];
            let encoding = &mut encoding[..words * 8];
            put_words(&self.words[row * words..][..words], encoding);
            let keys = self.keys[row * self.exact..][..self.exact].as_flattened();
            Digest::of_parts(&[&[0], &self.handles[row].0, encoding, keys])
        };
        tree::root((0..self.len()).into_par_iter().with_min_len(256).map(leaf).collect())
    }

    /// Writes the Parquet table.
    pub(crate) fn write<W: Write + Send>(&self, metadata: Vec<KeyValue>, output: W) -> Result<W, ParcelError> {
        let failed = |error: parquet::errors::ParquetError| ParcelError::Write(error.to_string());
        let schema = table_schema(self.length, self.exact);
        let mut writer = ArrowWriter::try_new(output, schema.clone(), Some(properties(metadata))).map_err(failed)?;
        for start in (0..self.len()).step_by(GROUP) {
            let batch = self.batch(&schema, start, GROUP.min(self.len() - start));
            writer.write(&batch.map_err(|e| ParcelError::Write(e.to_string()))?).map_err(failed)?;
            writer.flush().map_err(failed)?;
        }
        writer.into_inner().map_err(failed)
    }

    fn batch(&self, schema: &SchemaRef, start: usize, count: usize) -> Result<RecordBatch, arrow_schema::ArrowError> {
        let words = usize::from(self.length / 64);
        let mut handles = vec![0; count * 16];
        let each = handles.as_chunks_mut::<16>().0.iter_mut().zip(&self.handles[start..]);
        each.for_each(|(bytes, handle)| *bytes = handle.0);
        let mut bits = vec![0; count * words * 8];
        put_words(&self.words[start * words..][..count * words], &mut bits);
        let mut columns = vec![fixed(16, handles)?, fixed(words * 8, bits)?];
        if self.exact > 0 {
            let keys = &self.keys[start * self.exact..(start + count) * self.exact];
            columns.push(fixed(self.exact * KEY_BYTES, keys.as_flattened().to_vec())?);
        }
        RecordBatch::try_new(schema.clone(), columns)
    }

    /// Reads a table of exactly `expected` rows of the agreed form; `problem` goes into the refusal.
    pub(crate) fn read(table: Bytes, schema: &Schema, expected: u64, metadata: &[KeyValue]) -> Result<Self, String> {
        let length = schema.encoding.length;
        let exact = schema.exact_fields().count();
        let mut rows = Self { length, exact, handles: Vec::new(), words: Vec::new(), keys: Vec::new() };
        // No more than the table can hold: the number of rows is not believed before they are read.
        let room = expected.min((table.len() / (16 + usize::from(length / 8) + exact * KEY_BYTES)) as u64) as usize;
        rows.handles.reserve_exact(room);
        rows.words.reserve_exact(room * usize::from(length / 64));
        rows.keys.reserve_exact(room * exact);
        read_plain(table, &table_schema(length, exact), expected, metadata, |batch| {
            let column = |i: usize| bytes_of(batch.column(i));
            rows.handles.extend(column(0)?.chunks_exact(16).map(|h| {
                let mut handle = [0; 16];
                handle.copy_from_slice(h);
                Handle(handle)
            }));
            rows.words.extend(column(1)?.chunks_exact(8).map(|w| {
                let mut word = [0; 8];
                word.copy_from_slice(w);
                u64::from_le_bytes(word)
            }));
            if exact > 0 {
                rows.keys.extend(column(2)?.chunks_exact(KEY_BYTES).map(|k| {
                    let mut key = [0; KEY_BYTES];
                    key.copy_from_slice(k);
                    key
                }));
            }
            Ok(())
        })?;
        if rows.handles.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err("handles are not sorted or stand there twice".to_owned());
        }
        Ok(rows)
    }
}

/// Writes words in order, each little-endian.
fn put_words(words: &[u64], bytes: &mut [u8]) {
    bytes.as_chunks_mut::<8>().0.iter_mut().zip(words).for_each(|(bytes, word)| *bytes = word.to_le_bytes());
}

fn table_schema(length: u16, exact: usize) -> SchemaRef {
    let mut fields = vec![
        Field::new("handle", DataType::FixedSizeBinary(16), false),
        Field::new("encoding", DataType::FixedSizeBinary(i32::from(length / 8)), false),
    ];
    if exact > 0 {
        fields.push(Field::new("keys", DataType::FixedSizeBinary((exact * KEY_BYTES) as i32), false));
    }
    Arc::new(ArrowSchema::new(fields))
}
