//! Sealing: encoded records to a commitment and a parcel. The only way out of an agency.

use std::fmt;

use super::commitment::Stated;
use super::container;
use super::rows::{Handle, Rows};
use super::size::Sketch;
use super::{Commitment, Manifest, PARCEL, ParcelError};
use crate::agreement::{GrantedRun, PartyRole, PartySecrets, body_text};
use crate::cleared::{Cleared, Within, by};
use crate::encoding::EncodedRecords;
use crate::note::Note;

/// A commitment, and the parcel that keeps it.
pub struct SealedParcel {
    /// To be published first.
    pub commitment: Note,
    /// To be sent once every steward has permitted the commitment.
    pub file: Vec<u8>,
    /// Rows in it, dummies included.
    pub rows: u64,
    /// Rows that stand for records.
    pub records: u64,
}

impl fmt::Debug for SealedParcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedParcel")
            .field("rows", &self.rows)
            .field("bytes", &self.file.len())
            .finish_non_exhaustive()
    }
}

/// Seals `records`, encoded for `partner`, to the operator. `within`: what was measured of the list that they are of.
pub fn seal(
    records: EncodedRecords,
    run: &GrantedRun,
    secrets: &PartySecrets,
    (cleared, within): (&Cleared<by::Encode>, &Within<by::Encode>),
    partner: &str,
) -> Result<SealedParcel, ParcelError> {
    let agreement = run.agreement();
    let own = agreement.seat(secrets, PartyRole::Agency)?;
    cleared.admit(agreement.digest(), &own.name, Some(run.number()))?;
    cleared.limit(within, records.records)?;
    let partner = agreement.party(partner, PartyRole::Agency)?;
    let operator = operator(run);
    let (real, sketch) = (records.records as u64, Sketch(records.sketch));
    let rows = rows(records);
    let count = rows.len() as u64;
    let metadata = super::open::metadata(agreement.digest(), run.number(), &own.name, &partner.name);
    // The table is written and sealed by one thread while all others hash its rows.
    let sealed = || container::seal(&operator.recipient, |sealing| rows.write(metadata, sealing));
    let (root, sealed) = rayon::join(|| rows.root(), sealed);
    let (sealed, sealed_sha256) = sealed?;
    let stated = Stated { rows: count, records: real, sketch };
    let commitment = Commitment::issue(run, secrets, &partner.name, (stated, root), cleared.now())?;
    let manifest = Manifest {
        symbolon: PARCEL.to_owned(),
        agreement: agreement.digest(),
        run: run.number(),
        from: own.name.clone(),
        to: partner.name.clone(),
        operator: operator.name.clone(),
        commitment: commitment.digest(),
        created: cleared.now(),
        sealed_bytes: sealed.len() as u64,
        sealed_sha256,
    };
    let mut manifest = Note::unsigned(body_text(&manifest))?;
    secrets.sign(&mut manifest)?;
    Ok(SealedParcel { commitment, file: container::join(&manifest, &sealed), rows: count, records: real })
}

fn operator(run: &GrantedRun) -> &crate::agreement::Party {
    match run.agreement().body().of_role(PartyRole::Operator).next() {
        Some(operator) => operator,
        None => unreachable!("a signed agreement names one operator"),
    }
}

fn rows(records: EncodedRecords) -> Rows {
    let EncodedRecords { length, exact, handles, words, keys, records: _, sketch: _ } = records;
    Rows { length, exact, handles: handles.into_iter().map(Handle).collect(), words, keys }
}
