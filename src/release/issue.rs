//! Sealing lists of leads: the operator's half.

use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch, UInt8Array};
use jiff::{SignedDuration, Timestamp};
use parquet::arrow::ArrowWriter;

use super::leads::{Band, LEADS, Manifest, metadata, schema};
use crate::agreement::{PartyRole, PartySecrets, PermittedRun, body_text};
use crate::note::Note;
use crate::parcel::container;
use crate::parcel::rows::{fixed, properties};
use crate::parcel::{Handle, ParcelError};
use crate::primitives::{Digest, Entropy};

/// The id of the lead on two handles: `SHA-256("symbolon/v1/lead" ‖ agreement ‖ run ‖ first handle ‖ second handle)`, cut to 16
/// bytes. Handles are random, so it says nothing to who does not hold both.
pub fn lead_id(run: &PermittedRun, first: Handle, second: Handle) -> [u8; 16] {
    let number = run.number().number().to_be_bytes();
    let digest = Digest::of_parts(&[b"symbolon/v1/lead", &run.agreement().digest().0, &number, &first.0, &second.0]);
    let mut id = [0; 16];
    id.copy_from_slice(&digest.0[..16]);
    id
}

/// Seals `leads` to agency `to`, filled up to the terms' `max.leads`. More leads than that are refused, never cut.
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
    let (sealed, sealed_sha256) = container::seal(&agency.recipient, |sealing| {
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
        sealed_sha256,
    };
    let mut manifest = Note::unsigned(body_text(&manifest))?;
    secrets.sign(&mut manifest);
    Ok(container::join(&manifest, &sealed))
}

fn batch(entries: &[(Handle, [u8; 16], u8)], expires: Timestamp) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let handles: Vec<u8> = entries.iter().flat_map(|e| e.0.0).collect();
    let ids: Vec<u8> = entries.iter().flat_map(|e| e.1).collect();
    let bands: UInt8Array = entries.iter().map(|e| e.2).collect();
    let expiries: Int64Array = entries.iter().map(|_| expires.as_second()).collect();
    RecordBatch::try_new(schema(), vec![fixed(16, handles)?, fixed(16, ids)?, Arc::new(bands), Arc::new(expiries)])
}
