//! Opening: from bytes that nobody believes to rows that were committed.

use bytes::Bytes;
use jiff::Timestamp;
use parquet::file::metadata::KeyValue;

use super::rows::Rows;
use super::size::{most_table_bytes, row_bytes};
use super::{Commitment, Manifest, PARCEL, ParcelError, container};
use crate::agreement::{AgreementError, PartyRole, PartySecrets, PermittedRun, RunNumber, same_agreement, verified};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::Digest;

/// A parcel as it came: split into manifest and sealed bytes, nothing else.
#[derive(Debug)]
pub struct ReceivedParcel {
    manifest: Note,
    sealed: Bytes,
}

/// Rows of one agency for one partner, verified against its commitment.
#[derive(Debug)]
pub struct OpenedParcel {
    created: Timestamp,
    root: Digest,
    rows: Rows,
}

impl ReceivedParcel {
    /// Splits a file into manifest and sealed rows; nothing of either is believed yet.
    pub fn read(file: Vec<u8>) -> Result<Self, ParcelError> {
        let (manifest, sealed) = container::split(&Bytes::from(file))?;
        Ok(Self { manifest, sealed })
    }

    /// Opens the parcel that must be `commitment`'s, in a permitted run, as the operator.
    pub fn open(
        self,
        run: &PermittedRun,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Link>,
        commitment: &Commitment,
    ) -> Result<OpenedParcel, ParcelError> {
        const WHAT: &str = "parcel";
        let agreement = run.agreement();
        let own = agreement.seat(secrets, PartyRole::Operator)?;
        cleared.admit(agreement.digest(), &own.name, Some(run.number()))?;
        let from = &commitment.from;
        let manifest: Manifest = verified(&self.manifest, PARCEL, agreement.party(from, PartyRole::Agency)?)?;
        same_agreement(agreement, WHAT, manifest.agreement)?;
        run.number().same(WHAT, manifest.run)?;
        let addressed = manifest.from == *from && manifest.to == commitment.to && manifest.operator == own.name;
        if !addressed {
            return Err(AgreementError::Absent { artefact: WHAT, from: from.clone() }.into());
        }
        let permitted = run.commitment(from, &commitment.to);
        if permitted != Some(commitment.digest) || manifest.commitment != commitment.digest {
            return Err(ParcelError::Commitment { from: from.clone() });
        }
        let schema = &agreement.body().schema;
        let limit = most_table_bytes(commitment.rows, row_bytes(schema));
        let stated = (manifest.sealed_bytes, manifest.sealed_sha256);
        let table = container::open(WHAT, from, secrets.identity()?, &self.sealed, stated, limit)?;
        drop(self.sealed);
        let metadata = metadata(agreement.digest(), run.number(), from, &commitment.to);
        let rows = Rows::read(table, schema, commitment.rows, &metadata).map_err(|problem| ParcelError::Table {
            artefact: WHAT,
            from: from.clone(),
            problem,
        })?;
        if rows.root() != commitment.root {
            return Err(ParcelError::Commitment { from: from.clone() });
        }
        Ok(OpenedParcel { created: manifest.created, root: commitment.root, rows })
    }
}

impl OpenedParcel {
    /// Number of rows, dummies among them.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The Merkle root that the agency committed to.
    #[cfg(feature = "operator")]
    pub(crate) fn root(&self) -> Digest {
        self.root
    }

    /// The rows, for comparison.
    #[cfg(feature = "operator")]
    pub(crate) fn into_rows(self) -> Rows {
        self.rows
    }

    /// When the manifest says that it was made (UTC).
    pub fn created(&self) -> Timestamp {
        self.created
    }
}

/// What stands in the Parquet file about its origin.
pub(super) fn metadata(agreement: Digest, run: RunNumber, from: &str, to: &str) -> Vec<KeyValue> {
    let pair = |key: &str, value: String| KeyValue::new(format!("symbolon.{key}"), value);
    vec![
        pair("agreement", agreement.to_string()),
        pair("run", run.to_string()),
        pair("from", from.to_owned()),
        pair("to", to.to_owned()),
    ]
}
