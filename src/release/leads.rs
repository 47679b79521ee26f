//! Lists of leads: Parquet inside age to one agency, behind a signed manifest, always of one size.

use std::sync::Arc;

use arrow_array::{Array, Int64Array, RecordBatch, UInt8Array};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use serde::{Deserialize, Serialize};

use crate::agreement::{
    AgreementError, PartyRole, PartySecrets, PermittedRun, RunNumber, SignedAgreement, body_text, same_agreement,
    verified,
};
use crate::note::Note;
use crate::parcel::container;
use crate::parcel::rows::{bytes_of, fixed, properties, read_plain};
use crate::parcel::{Handle, ParcelError};
use crate::primitives::{self, Digest, Entropy};

const LEADS: &str = "leads v1";
const WHAT: &str = "list of leads";

/// How sure a lead is; there is no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// At or above the threshold, and clearly the best on both sides.
    Strong,
    /// Above the lower threshold only, or with a rival.
    Possible,
}

/// One lead, as its agency sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The agency's own handle.
    pub handle: Handle,
    /// What both agencies may say to each other: 32 hexadecimal digits.
    pub id: [u8; 16],
    /// How sure.
    pub band: Band,
    /// When it must be verified or forgotten.
    pub expires: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    from: String,
    to: String,
    partner: String,
    created: Timestamp,
    screened_by_guardian: bool,
    entries: u32,
    sealed_bytes: u64,
    sealed_sha256: Digest,
}

/// Leads of one agency with one partner.
#[derive(Debug)]
pub struct LeadList {
    /// The partner.
    pub partner: String,
    /// When the list was made.
    pub created: Timestamp,
    /// Whether a guardian screened it. Not built: always `false`.
    pub screened_by_guardian: bool,
    /// Real leads, sorted by handle; fillers are gone.
    pub leads: Vec<Lead>,
}

/// The id of the lead on two handles: `SHA-256("symbolon/v1/lead" ‖ agreement ‖ run ‖ first handle ‖ second handle)`, cut to 16
/// bytes. Handles are random, so it says nothing to who does not hold both.
#[cfg(feature = "operator")]
pub fn lead_id(run: &PermittedRun, first: Handle, second: Handle) -> [u8; 16] {
    let number = run.number().number().to_be_bytes();
    let digest =
        Digest::of_parts(&[b"symbolon/v1/lead", &run.agreement().digest().0, &number, &first.0, &second.0]);
    let mut id = [0; 16];
    id.copy_from_slice(&digest.0[..16]);
    id
}

/// Seals `leads` to agency `to`, filled up to the terms' `max.leads`. More leads than that are refused, never cut.
#[cfg(feature = "operator")]
pub fn issue(
    run: &PermittedRun,
    secrets: &PartySecrets,
    (to, partner): (&str, &str),
    leads: &[(Handle, [u8; 16], Band)],
    now: Timestamp,
    entropy: &mut Entropy,
) -> Result<Vec<u8>, ParcelError> {
    let agreement = run.agreement();
    let own = agreement.seat(secrets, PartyRole::Operator)?;
    let agency = agreement.party(to, PartyRole::Agency)?;
    let capacity = agreement.body().terms.max.leads;
    if leads.len() > capacity as usize {
        return Err(ParcelError::Write("more leads than the terms allow".to_owned()));
    }
    let expires = now + SignedDuration::from_hours(24 * i64::from(agreement.body().terms.max.lead_days));
    let mut entries: Vec<(Handle, [u8; 16], u8)> =
        leads.iter().map(|&(handle, id, band)| (handle, id, if band == Band::Strong { 1 } else { 2 })).collect();
    while entries.len() < capacity as usize {
        let mut filler = (Handle([0; 16]), [0; 16], 0);
        entropy.fill(&mut filler.0.0);
        entropy.fill(&mut filler.1);
        entries.push(filler);
    }
    entries.sort();
    let metadata = metadata(agreement.digest(), run.number(), to, partner);
    let sealed = container::seal(&agency.recipient, |sealing| {
        let failed = |e: &dyn std::fmt::Display| ParcelError::Write(e.to_string());
        let batch = batch(&entries, expires).map_err(|e| failed(&e))?;
        let mut writer = ArrowWriter::try_new(sealing, schema(), Some(properties(metadata))).map_err(|e| failed(&e))?;
        writer.write(&batch).map_err(|e| failed(&e))?;
        writer.into_inner().map_err(|e| failed(&e))
    })?;
    let manifest = Manifest {
        symbolon: LEADS.to_owned(),
        agreement: agreement.digest(),
        run: run.number(),
        from: own.name.clone(),
        to: to.to_owned(),
        partner: partner.to_owned(),
        created: now,
        screened_by_guardian: false,
        entries: capacity,
        sealed_bytes: sealed.len() as u64,
        sealed_sha256: Digest::of(&sealed),
    };
    let mut manifest = Note::unsigned(body_text(&manifest))?;
    secrets.sign(&mut manifest);
    Ok(container::join(&manifest, &sealed))
}

impl LeadList {
    /// Opens the list that the operator sent to the agency that holds `secrets`, about `partner`.
    pub fn open(
        file: Vec<u8>,
        agreement: &SignedAgreement,
        run: RunNumber,
        secrets: &PartySecrets,
        partner: &str,
    ) -> Result<Self, ParcelError> {
        let own = agreement.seat(secrets, PartyRole::Agency)?;
        let (note, sealed) = container::split(&Bytes::from(file))?;
        let operator = agreement.body().of_role(PartyRole::Operator).next();
        let operator = operator.ok_or(ParcelError::Form("the agreement names no operator"))?;
        let manifest: Manifest = verified(&note, LEADS, operator)?;
        same_agreement(agreement, WHAT, manifest.agreement)?;
        run.same(WHAT, manifest.run)?;
        if manifest.to != own.name || manifest.partner != partner || manifest.from != operator.name {
            return Err(AgreementError::Absent { artefact: WHAT, from: operator.name.clone() }.into());
        }
        let refused =
            |problem: String| ParcelError::Table { artefact: WHAT, from: operator.name.clone(), problem };
        let capacity = agreement.body().terms.max.leads;
        if manifest.entries != capacity {
            return Err(refused("another number of entries than agreed".to_owned()));
        }
        let limit = u64::from(capacity) * 64 + (1 << 16);
        let stated = (manifest.sealed_bytes, manifest.sealed_sha256);
        let table = container::open(WHAT, &operator.name, secrets.identity(), &sealed, stated, limit)?;
        let metadata = metadata(agreement.digest(), run, &own.name, partner);
        let mut leads = Vec::new();
        read_plain(table, &schema(), capacity.into(), &metadata, |batch| collect(batch, &mut leads))
            .map_err(refused)?;
        Ok(Self {
            partner: partner.to_owned(),
            created: manifest.created,
            screened_by_guardian: manifest.screened_by_guardian,
            leads,
        })
    }
}

impl Lead {
    /// The lead id as people write it.
    pub fn id_text(&self) -> String {
        primitives::hex(&self.id)
    }
}

fn schema() -> SchemaRef {
    Arc::new(ArrowSchema::new(vec![
        Field::new("handle", DataType::FixedSizeBinary(16), false),
        Field::new("lead", DataType::FixedSizeBinary(16), false),
        Field::new("band", DataType::UInt8, false),
        Field::new("expires", DataType::Int64, false),
    ]))
}

fn batch(
    entries: &[(Handle, [u8; 16], u8)],
    expires: Timestamp,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let handles: Vec<u8> = entries.iter().flat_map(|e| e.0.0).collect();
    let ids: Vec<u8> = entries.iter().flat_map(|e| e.1).collect();
    let bands: UInt8Array = entries.iter().map(|e| e.2).collect();
    let expiries: Int64Array = entries.iter().map(|_| expires.as_second()).collect();
    RecordBatch::try_new(
        schema(),
        vec![fixed(16, handles)?, fixed(16, ids)?, Arc::new(bands), Arc::new(expiries)],
    )
}

fn collect(batch: &RecordBatch, leads: &mut Vec<Lead>) -> Result<(), String> {
    let (handles, ids) = (bytes_of(batch.column(0))?, bytes_of(batch.column(1))?);
    let bands = batch.column(2).as_any().downcast_ref::<UInt8Array>().ok_or("a column of another type")?;
    let expiries = batch.column(3).as_any().downcast_ref::<Int64Array>().ok_or("a column of another type")?;
    if bands.null_count() + expiries.null_count() > 0 {
        return Err("a null where none may be".to_owned());
    }
    let rows = handles.chunks_exact(16).zip(ids.chunks_exact(16)).zip(bands.values()).zip(expiries.values());
    for (((handle, id), band), expires) in rows {
        let band = match band {
            0 => continue,
            1 => Band::Strong,
            2 => Band::Possible,
            _ => return Err("an unknown band".to_owned()),
        };
        let expires = Timestamp::from_second(*expires).map_err(|_| "an impossible time")?;
        let mut lead = Lead { handle: Handle([0; 16]), id: [0; 16], band, expires };
        lead.handle.0.copy_from_slice(handle);
        lead.id.copy_from_slice(id);
        leads.push(lead);
    }
    Ok(())
}

fn metadata(agreement: Digest, run: RunNumber, to: &str, partner: &str) -> Vec<KeyValue> {
    let pair = |key: &str, value: String| KeyValue::new(format!("symbolon.{key}"), value);
    vec![
        pair("agreement", agreement.to_string()),
        pair("run", run.to_string()),
        pair("to", to.to_owned()),
        pair("partner", partner.to_owned()),
    ]
}
