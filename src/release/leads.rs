//! Lists of leads: one size whatever is in them, sealed to one agency, and inside it each lead under a key of its own.
//!
//! The list comes from the issuer (see [`issuer`](super::shares::issuer)), never from an operator where the agreement has a guardian: no
//! other signature is accepted. Leads stand before fillers, in the order of their ids, so that those who release begin with the
//! first and end at the first filler. What was dropped leaves no gap.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};
use bytes::Bytes;
use jiff::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use serde::{Deserialize, Serialize};

use super::consent::Consents;
use super::shares::{Shares, issuer, pair_of};
use super::{Found, ReleaseError, withdrawal};
use crate::agreement::{
    AgreementError, Party, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text, same_agreement, verified,
};
use crate::cleared::{Cleared, Issues, by};
use crate::note::Note;
use crate::parcel::plain::read_plain;
use crate::parcel::size::most_file_bytes;
use crate::parcel::table::{bytes_of, fixed, properties};
use crate::parcel::{Handle, ParcelError, container};
use crate::primitives::{self, Digest, Entropy, Secret, TAG_BYTES};

const LEADS: &str = "leads v2";
const WHAT: &str = "list of leads";
/// Handle, lead id, digest of the partner's handle, band, expiry.
const PLAIN: usize = 16 + 16 + 16 + 1 + 8;

/// How sure a lead is; there is no score.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// At or above the threshold, and clearly the best on both sides.
    Strong,
    /// Above the lower threshold only, or with a rival.
    Possible,
}

impl Band {
    /// One byte for a band; 0 for a filler.
    pub(super) fn byte(band: Option<Self>) -> u8 {
        match band {
            None => 0,
            Some(Self::Strong) => 1,
            Some(Self::Possible) => 2,
        }
    }

    pub(super) fn of_byte(byte: u8) -> Result<Option<Self>, String> {
        match byte {
            0 => Ok(None),
            1 => Ok(Some(Self::Strong)),
            2 => Ok(Some(Self::Possible)),
            _ => Err("an unknown band".to_owned()),
        }
    }
}

/// One lead, as its agency sees it: there is no other record-level output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The agency's own handle.
    pub handle: Handle,
    /// What both agencies may say to each other: 32 hexadecimal digits.
    pub id: [u8; 16],
    /// How sure the link is: all that an agency learns of its score.
    pub band: Band,
    /// When it must be verified or forgotten.
    pub expires: Timestamp,
    /// Digest of the partner's handle, by which the partner withdraws it; tells nothing of the record.
    pub withdrawal: [u8; 16],
}

impl Lead {
    /// The lead id as people write it.
    pub fn id_text(&self) -> String {
        primitives::hex(&self.id)
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
    partner: String,
    issue: Digest,
    created: Timestamp,
    entries: u32,
    sealed_bytes: u64,
    sealed_sha256: Digest,
}

/// What an issuer publishes about two agencies.
#[derive(Debug)]
pub struct Issued {
    /// Shares of the keys, a signed note.
    pub shares: Note,
    /// The list of either agency, in the agreement's order.
    pub lists: [Vec<u8>; 2],
}

/// Seals the pairs that were found between two agencies, filled up to the terms' `max.leads`; more are refused, never cut.
/// The guardian issues what it screened, the operator of an agreement without one what it found and had judged.
pub fn issue<K: Issues>(
    agreement: &SignedAgreement,
    secrets: &PartySecrets,
    (cleared, limit): (&Cleared<K>, &K::Limit),
    [first, second]: [&str; 2],
    found: &[Found],
    entropy: &mut Entropy,
) -> Result<Issued, ReleaseError> {
    let run = cleared.of_run(agreement.digest(), secrets.verifier().name())?;
    cleared.limit(limit, found.len())?;
    let now = cleared.now();
    let pair = pair_of(agreement, first, second)?;
    let most = agreement.body().terms.max.leads;
    if found.len() > most as usize {
        return Err(ReleaseError::TooMany { found: found.len(), most });
    }
    let (shares, keys) = Shares::draw(agreement, run, secrets, pair, now, entropy)?;
    let issued = Shares::read(agreement, run, pair, &shares)?;
    let mut slots: Vec<([u8; 16], Found)> =
        found.iter().map(|found| (lead_id(agreement, run, found.handles), *found)).collect();
    slots.sort_unstable_by_key(|(id, _)| *id);
    let mut list = |side: usize| {
        let (to, partner) = (pair[side], pair[1 - side]);
        let mut sealed = Vec::with_capacity(keys.len());
        for (at, key) in keys.iter().enumerate() {
            let mut plain = zeroize::Zeroizing::new([0; PLAIN]);
            entropy.fill(&mut plain[..48]);
            if let Some((id, found)) = slots.get(at) {
                plain[..16].copy_from_slice(&found.handles[side].0);
                plain[16..32].copy_from_slice(id);
                plain[32..48].copy_from_slice(&withdrawal(found.handles[1 - side]));
            }
            plain[48] = Band::byte(slots.get(at).map(|(_, found)| found.band));
            plain[49..].copy_from_slice(&issued.expires.as_second().to_be_bytes());
            let context = context(agreement.digest(), run, &to.name, &partner.name, at as u32 + 1);
            sealed.push(primitives::seal_under(key, side as u8, &context, &plain[..]));
        }
        write(agreement, &issued, secrets, [to, partner], &sealed, now)
    };
    Ok(Issued { lists: [list(0)?, list(1)?], shares })
}

fn write(
    agreement: &SignedAgreement,
    issued: &Shares,
    secrets: &PartySecrets,
    [to, partner]: [&Party; 2],
    slots: &[Vec<u8>],
    now: Timestamp,
) -> Result<Vec<u8>, ReleaseError> {
    let own = issuer(agreement)?;
    let metadata = metadata(agreement.digest(), issued.run, &to.name, &partner.name);
    let (sealed, sealed_sha256) = container::seal(&to.recipient, |sealing| {
        let failed = |e: &dyn std::fmt::Display| ParcelError::Write(e.to_string());
        let column = fixed(PLAIN + TAG_BYTES, slots.concat()).map_err(|e| failed(&e))?;
        let batch = RecordBatch::try_new(schema(), vec![column]).map_err(|e| failed(&e))?;
        let mut writer = ArrowWriter::try_new(sealing, schema(), Some(properties(metadata))).map_err(|e| failed(&e))?;
        writer.write(&batch).map_err(|e| failed(&e))?;
        writer.into_inner().map_err(|e| failed(&e))
    })?;
    let manifest = Manifest {
        symbolon: LEADS.to_owned(),
        agreement: agreement.digest(),
        run: issued.run,
        from: own.name.clone(),
        to: to.name.clone(),
        partner: partner.name.clone(),
        issue: issued.issue,
        created: now,
        entries: issued.slots,
        sealed_bytes: sealed.len() as u64,
        sealed_sha256,
    };
    let mut manifest = Note::unsigned(body_text(&manifest))?;
    secrets.sign(&mut manifest)?;
    Ok(container::join(&manifest, &sealed))
}

/// Leads of one agency with one partner, each still under its own key.
#[derive(Debug)]
pub struct LeadList {
    agreement: Digest,
    shares: Shares,
    own: String,
    partner: String,
    side: u8,
    slots: Vec<Vec<u8>>,
}

/// The most bytes that a list of leads can have.
pub(crate) fn most_bytes(agreement: &SignedAgreement) -> u64 {
    most_file_bytes(agreement.body().terms.max.leads.into(), (PLAIN + TAG_BYTES) as u64)
}

impl LeadList {
    /// Opens the list that the issuer sealed to the agency that holds `secrets`, about `partner`.
    pub fn open(
        file: Vec<u8>,
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Open>,
        partner: &str,
        shares: Shares,
    ) -> Result<Self, ReleaseError> {
        let own = agreement.seat(secrets, PartyRole::Agency)?;
        let run = shares.run;
        cleared.admit(agreement.digest(), &own.name, Some(run))?;
        let from = issuer(agreement)?;
        let (note, sealed) = container::split(&Bytes::from(file))?;
        let manifest: Manifest = verified(&note, LEADS, from)?;
        same_agreement(agreement, WHAT, manifest.agreement)?;
        run.same(WHAT, manifest.run)?;
        let addressed = manifest.to == own.name && manifest.partner == partner && manifest.from == from.name;
        if !addressed || manifest.issue != shares.issue {
            return Err(AgreementError::Absent { artefact: WHAT, from: from.name.clone() }.into());
        }
        let refused = |problem: String| ParcelError::Table { artefact: WHAT, from: from.name.clone(), problem };
        let capacity = agreement.body().terms.max.leads;
        if manifest.entries != capacity {
            return Err(refused("another number of entries than agreed".to_owned()).into());
        }
        let width = PLAIN + TAG_BYTES;
        let limit = u64::from(capacity) * width as u64 + (1 << 16);
        let stated = (manifest.sealed_bytes, manifest.sealed_sha256);
        let table = container::open(WHAT, &from.name, secrets.identity()?, &sealed, stated, limit)?;
        let metadata = metadata(agreement.digest(), run, &own.name, partner);
        let mut slots = Vec::new();
        read_plain(table, &schema(), capacity.into(), &metadata, |batch| {
            slots.extend(bytes_of(batch.column(0))?.chunks_exact(width).map(<[u8]>::to_vec));
            Ok(())
        })
        .map_err(refused)?;
        let side = u8::from(shares.agencies[1] == own.name);
        let (own, partner) = (own.name.clone(), partner.to_owned());
        Ok(Self { agreement: agreement.digest(), shares, own, partner, side, slots })
    }

    /// Who released what, and until when.
    pub fn shares(&self) -> &Shares {
        &self.shares
    }

    /// Opens one slot with everybody's consent: a lead, or nothing if it is a filler.
    pub fn lead(&self, consents: &Consents<'_>) -> Result<Option<Lead>, ReleaseError> {
        let slot = consents.slot();
        let at = self.shares.at(slot)?;
        let key: Secret = consents.key(&self.shares)?;
        let context = context(self.agreement, self.shares.run, &self.own, &self.partner, slot);
        let damaged = || ReleaseError::Slot { slot };
        let sealed = self.slots.get(at).ok_or_else(damaged)?;
        let plain = primitives::open_under(&key, self.side, &context, sealed).map_err(|_| damaged())?;
        let part = |at: usize| -> Result<[u8; 16], ReleaseError> {
            plain.get(at..at + 16).and_then(|bytes| bytes.try_into().ok()).ok_or_else(damaged)
        };
        let seconds = plain.get(49..PLAIN).and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes);
        let expires = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or_else(damaged)?;
        let band = Band::of_byte(plain[48]).map_err(|_| damaged())?;
        let Some(band) = band else { return Ok(None) };
        Ok(Some(Lead { handle: Handle(part(0)?), id: part(16)?, withdrawal: part(32)?, band, expires }))
    }
}

/// The id of the lead on two handles: `SHA-256("symbolon/v1/lead" ‖ agreement ‖ run ‖ first handle ‖ second handle)`, cut to 16
/// bytes. Handles are random, so it says nothing to who does not hold both.
pub fn lead_id(agreement: &SignedAgreement, run: RunNumber, [first, second]: [Handle; 2]) -> [u8; 16] {
    let number = run.number().to_be_bytes();
    let digest = Digest::of_parts(&[b"symbolon/v1/lead", &agreement.digest().0, &number, &first.0, &second.0]);
    let mut id = [0; 16];
    id.copy_from_slice(&digest.0[..16]);
    id
}

fn context(agreement: Digest, run: RunNumber, to: &str, partner: &str, slot: u32) -> Vec<u8> {
    let mut context = b"symbolon/v1/slot".to_vec();
    context.extend(agreement.0);
    context.extend(run.number().to_be_bytes());
    for name in [to, partner] {
        context.extend((name.len() as u32).to_be_bytes());
        context.extend(name.as_bytes());
    }
    context.extend(slot.to_be_bytes());
    context
}

fn schema() -> SchemaRef {
    let width = (PLAIN + TAG_BYTES) as i32;
    Arc::new(ArrowSchema::new(vec![Field::new("slot", DataType::FixedSizeBinary(width), false)]))
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
