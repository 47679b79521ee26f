//! Lists of leads: Parquet inside age to one agency, behind a signed manifest, always of one size.

use std::sync::Arc;

use arrow_array::{Array, Int64Array, RecordBatch, UInt8Array};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use bytes::Bytes;
use jiff::Timestamp;
use parquet::file::metadata::KeyValue;
use serde::{Deserialize, Serialize};

use crate::agreement::{AgreementError, PartyRole, PartySecrets, RunNumber, SignedAgreement, same_agreement, verified};
use crate::parcel::container;
use crate::parcel::rows::{bytes_of, read_plain};
use crate::parcel::{Handle, ParcelError};
use crate::primitives::{self, Digest};

pub(super) const LEADS: &str = "leads v1";
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
pub(super) struct Manifest {
    pub(super) symbolon: String,
    pub(super) agreement: Digest,
    pub(super) run: RunNumber,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) partner: String,
    pub(super) created: Timestamp,
    pub(super) screened_by_guardian: bool,
    pub(super) entries: u32,
    pub(super) sealed_bytes: u64,
    pub(super) sealed_sha256: Digest,
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
        let refused = |problem: String| ParcelError::Table { artefact: WHAT, from: operator.name.clone(), problem };
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

pub(super) fn schema() -> SchemaRef {
    Arc::new(ArrowSchema::new(vec![
        Field::new("handle", DataType::FixedSizeBinary(16), false),
        Field::new("lead", DataType::FixedSizeBinary(16), false),
        Field::new("band", DataType::UInt8, false),
        Field::new("expires", DataType::Int64, false),
    ]))
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

pub(super) fn metadata(agreement: Digest, run: RunNumber, to: &str, partner: &str) -> Vec<KeyValue> {
    let pair = |key: &str, value: String| KeyValue::new(format!("symbolon.{key}"), value);
    vec![
        pair("agreement", agreement.to_string()),
        pair("run", run.to_string()),
        pair("to", to.to_owned()),
        pair("partner", partner.to_owned()),
    ]
}
