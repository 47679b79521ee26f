//! Candidate pairs on their way to the guardian: encodings and handles of the run, nothing else.
//!
//! A file has as many entries as the terms allow leads, whatever was found: the rest are random. So its size says nothing, and
//! only the guardian, to whom it is sealed, knows how many pairs there are. Format: `docs/formats/pairs.md`.

use std::fmt;
use std::sync::Arc;

use arrow_array::{Array, RecordBatch, UInt8Array};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use bytes::Bytes;
use jiff::Timestamp;
#[cfg(feature = "operator")]
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use serde::{Deserialize, Serialize};

use super::{Band, ReleaseError};
#[cfg(feature = "operator")]
use crate::agreement::body_text;
use crate::agreement::{
    AgreementError, PartyRole, PartySecrets, PermittedRun, RunNumber, Schema, SignedAgreement, same_agreement, verified,
};
#[cfg(feature = "operator")]
use crate::cleared::Within;
use crate::cleared::{Cleared, by};
#[cfg(feature = "operator")]
use crate::note::Note;
use crate::parcel::plain::read_plain;
use crate::parcel::rows::KEY_BYTES;
use crate::parcel::size::{most_file_bytes, most_table_bytes, row_bytes};
use crate::parcel::table::bytes_of;
#[cfg(feature = "operator")]
use crate::parcel::table::{fixed, properties};
use crate::parcel::{Handle, ParcelError, container};
use crate::primitives::Digest;
#[cfg(feature = "operator")]
use crate::primitives::Entropy;

const PAIRS: &str = "pairs v1";
const WHAT: &str = "file of candidate pairs";

/// Two rows that the operator would have linked, as the guardian sees them.
#[derive(Clone)]
pub struct Candidate {
    /// Handles of the run: random, and the guardian has no list of them.
    pub handles: [Handle; 2],
    /// The two encodings.
    pub words: [Vec<u64>; 2],
    /// Keyed tokens of the identifiers of either side.
    pub keys: [Vec<[u8; KEY_BYTES]>; 2],
    /// How sure the operator is; nothing for an entry that is there to fill the file.
    pub band: Option<Band>,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate").finish_non_exhaustive()
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    from: String,
    to: String,
    first: String,
    second: String,
    created: Timestamp,
    threshold: u16,
    entries: u32,
    sealed_bytes: u64,
    sealed_sha256: Digest,
}

/// Candidate pairs of two agencies, opened by the guardian.
#[derive(Debug)]
pub struct CandidatePairs {
    /// The two agencies, in the agreement's order.
    pub agencies: [String; 2],
    /// When the operator made them.
    pub created: Timestamp,
    /// The operator's threshold: the guardian's is never above it.
    pub threshold: u16,
    /// Every entry of the file, fillers too.
    pub(crate) entries: Vec<Candidate>,
}

impl CandidatePairs {
    /// Seals candidates to the guardian. More of them than the terms allow leads are refused, never cut.
    #[cfg(feature = "operator")]
    pub fn seal(
        run: &PermittedRun,
        secrets: &PartySecrets,
        (cleared, within): (&Cleared<by::Link>, &Within<by::Link>),
        [first, second]: [&str; 2],
        candidates: Vec<Candidate>,
        threshold: u16,
        entropy: &mut Entropy,
    ) -> Result<Vec<u8>, ReleaseError> {
        let agreement = run.agreement();
        let own = agreement.seat(secrets, PartyRole::Operator)?;
        cleared.admit(agreement.digest(), &own.name, Some(run.number()))?;
        cleared.limit(within, candidates.len())?;
        let guardian = agreement.body().of_role(PartyRole::Guardian).next();
        let guardian = guardian.ok_or_else(|| absent("guardian", "agreement"))?;
        let (entries, schema) = (agreement.body().terms.max.leads, &agreement.body().schema);
        if candidates.len() > entries as usize {
            return Err(ReleaseError::TooMany { found: candidates.len(), most: entries });
        }
        let (words, exact) = (schema.encoding.words(), schema.exact_fields().count());
        let mut list = candidates;
        while list.len() < entries as usize {
            list.push(filler(words, exact, entropy));
        }
        list.sort_by_key(|entry| entry.handles);
        let metadata = metadata(agreement.digest(), run.number(), [first, second]);
        let (sealed, sealed_sha256) = container::seal(&guardian.recipient, |sealing| {
            let failed = |e: &dyn fmt::Display| ParcelError::Write(e.to_string());
            let batch = batch(&list, words, exact).map_err(|e| failed(&e))?;
            let mut writer = ArrowWriter::try_new(sealing, table_schema(words, exact), Some(properties(metadata)))
                .map_err(|e| failed(&e))?;
            writer.write(&batch).map_err(|e| failed(&e))?;
            writer.into_inner().map_err(|e| failed(&e))
        })?;
        let manifest = Manifest {
            symbolon: PAIRS.to_owned(),
            agreement: agreement.digest(),
            run: run.number(),
            from: own.name.clone(),
            to: guardian.name.clone(),
            first: first.to_owned(),
            second: second.to_owned(),
            created: cleared.now(),
            threshold,
            entries,
            sealed_bytes: sealed.len() as u64,
            sealed_sha256,
        };
        let mut manifest = Note::unsigned(body_text(&manifest))?;
        secrets.sign(&mut manifest)?;
        Ok(container::join(&manifest, &sealed))
    }

    /// Opens the file that the operator made about these two agencies, as the guardian, in a permitted run.
    pub fn open(
        file: Vec<u8>,
        run: &PermittedRun,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Screen>,
        [first, second]: [&str; 2],
    ) -> Result<Self, ReleaseError> {
        let agreement = run.agreement();
        let own = agreement.seat(secrets, PartyRole::Guardian)?;
        cleared.admit(agreement.digest(), &own.name, Some(run.number()))?;
        let operator = agreement.body().of_role(PartyRole::Operator).next();
        let operator = operator.ok_or_else(|| absent("operator", "agreement"))?;
        let (note, sealed) = container::split(&Bytes::from(file))?;
        let manifest: Manifest = verified(&note, PAIRS, operator)?;
        same_agreement(agreement, WHAT, manifest.agreement)?;
        run.number().same(WHAT, manifest.run)?;
        let addressed = manifest.to == own.name && manifest.from == operator.name;
        if !addressed || manifest.first != first || manifest.second != second {
            return Err(absent(WHAT, &operator.name));
        }
        let refused = |problem: String| ParcelError::Table { artefact: WHAT, from: operator.name.clone(), problem };
        let (entries, schema) = (agreement.body().terms.max.leads, &agreement.body().schema);
        if manifest.entries != entries {
            return Err(refused("another number of entries than agreed".to_owned()).into());
        }
        let (words, exact) = (schema.encoding.words(), schema.exact_fields().count());
        let limit = most_table_bytes(entries.into(), entry_bytes(schema));
        let stated = (manifest.sealed_bytes, manifest.sealed_sha256);
        let table = container::open(WHAT, &operator.name, secrets.identity()?, &sealed, stated, limit)?;
        let mut list = Vec::with_capacity(entries as usize);
        let metadata = metadata(agreement.digest(), run.number(), [first, second]);
        read_plain(table, &table_schema(words, exact), entries.into(), &metadata, |batch| {
            collect(batch, words, exact, &mut list)
        })
        .map_err(refused)?;
        let agencies = [first.to_owned(), second.to_owned()];
        Ok(Self { agencies, created: manifest.created, threshold: manifest.threshold, entries: list })
    }
}

/// Bytes of an entry: handle, encoding and keys of either side, and a band, which takes four in the file.
fn entry_bytes(schema: &Schema) -> u64 {
    2 * row_bytes(schema) + 4
}

/// The most bytes that a file of candidate pairs can have.
pub(crate) fn most_bytes(agreement: &SignedAgreement) -> u64 {
    most_file_bytes(agreement.body().terms.max.leads.into(), entry_bytes(&agreement.body().schema))
}

fn absent(artefact: &'static str, from: &str) -> ReleaseError {
    AgreementError::Absent { artefact, from: from.to_owned() }.into()
}

#[cfg(feature = "operator")]
fn filler(words: usize, exact: usize, entropy: &mut Entropy) -> Candidate {
    let mut handle = || {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        bytes
    };
    let handles = [Handle(handle()), Handle(handle())];
    let keys = [(), ()].map(|()| (0..exact).map(|_| handle()).collect());
    let mut word = || {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    };
    let words = [(), ()].map(|()| (0..words).map(|_| word()).collect());
    Candidate { handles, words, keys, band: None }
}

fn table_schema(words: usize, exact: usize) -> SchemaRef {
    let mut fields = Vec::new();
    let mut field =
        |name: String, width: usize| fields.push(Field::new(name, DataType::FixedSizeBinary(width as i32), false));
    for side in ["first", "second"] {
        field(format!("{side}_handle"), 16);
        field(format!("{side}_encoding"), words * 8);
        if exact > 0 {
            field(format!("{side}_keys"), exact * KEY_BYTES);
        }
    }
    fields.push(Field::new("band", DataType::UInt8, false));
    Arc::new(ArrowSchema::new(fields))
}

#[cfg(feature = "operator")]
fn batch(list: &[Candidate], words: usize, exact: usize) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let mut columns = Vec::new();
    for side in 0..2 {
        columns.push(fixed(16, list.iter().flat_map(|entry| entry.handles[side].0).collect())?);
        let bits = list.iter().flat_map(|entry| entry.words[side].iter().flat_map(|word| word.to_le_bytes()));
        columns.push(fixed(words * 8, bits.collect())?);
        if exact > 0 {
            let keys = list.iter().flat_map(|entry| entry.keys[side].iter().flatten().copied());
            columns.push(fixed(exact * KEY_BYTES, keys.collect())?);
        }
    }
    let bands: UInt8Array = list.iter().map(|entry| Some(Band::byte(entry.band))).collect();
    columns.push(Arc::new(bands));
    RecordBatch::try_new(table_schema(words, exact), columns)
}

fn collect(batch: &RecordBatch, words: usize, exact: usize, list: &mut Vec<Candidate>) -> Result<(), String> {
    let step = if exact > 0 { 3 } else { 2 };
    let bands = batch.column(2 * step).as_any().downcast_ref::<UInt8Array>().ok_or("a column of another type")?;
    if bands.null_count() > 0 {
        return Err("a null where none may be".to_owned());
    }
    let chunk = |column: usize, row: usize, width: usize| -> Result<Vec<u8>, String> {
        Ok(bytes_of(batch.column(column))?[row * width..][..width].to_vec())
    };
    for row in 0..batch.num_rows() {
        let (mut handles, mut encodings, mut keys) = ([Handle([0; 16]); 2], [vec![], vec![]], [vec![], vec![]]);
        for side in 0..2 {
            handles[side].0.copy_from_slice(&chunk(side * step, row, 16)?);
            let bits = chunk(side * step + 1, row, words * 8)?;
            encodings[side] = bits.chunks_exact(8).map(word).collect();
            if exact > 0 {
                let bytes = chunk(side * step + 2, row, exact * KEY_BYTES)?;
                keys[side] = bytes.chunks_exact(KEY_BYTES).map(key).collect();
            }
        }
        let band = Band::of_byte(bands.value(row))?;
        list.push(Candidate { handles, words: encodings, keys, band });
    }
    Ok(())
}

fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

fn key(bytes: &[u8]) -> [u8; KEY_BYTES] {
    let mut key = [0; KEY_BYTES];
    key.copy_from_slice(bytes);
    key
}

fn metadata(agreement: Digest, run: RunNumber, [first, second]: [&str; 2]) -> Vec<KeyValue> {
    let pair = |key: &str, value: String| KeyValue::new(format!("symbolon.{key}"), value);
    vec![
        pair("agreement", agreement.to_string()),
        pair("run", run.to_string()),
        pair("first", first.to_owned()),
        pair("second", second.to_owned()),
    ]
}
