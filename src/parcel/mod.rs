//! Parcels: what an agency commits to, and what it sends.
//!
//! First a [`Commitment`], a Merkle root over every row, published before anybody sees a row. Then a [`SealedParcel`]: the
//! same rows in Parquet, sealed with age to the operator, behind a signed manifest. The operator goes from
//! [`ReceivedParcel`] (nothing is believed) to [`OpenedParcel`] (form, sender, agreement, run, digest, seal, table and
//! commitment hold, in that order) and to no other type.

mod commitment;
pub(crate) mod container;
mod error;
mod open;
pub(crate) mod plain;
pub(crate) mod rows;
#[cfg(feature = "agency")]
mod seal;
pub(crate) mod size;
pub(crate) mod table;

pub use commitment::Commitment;
pub use error::{CODES, ParcelError};
pub use open::{OpenedParcel, ReceivedParcel};
pub use rows::{Handle, Rows};
#[cfg(feature = "agency")]
pub use seal::{SealedParcel, seal};
pub use size::{Sketch, size_class};

/// First line of a parcel's manifest.
const PARCEL: &str = "parcel v1";

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::agreement::RunNumber;
use crate::primitives::Digest;

/// What stands before the sealed rows.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    from: String,
    to: String,
    operator: String,
    commitment: Digest,
    created: Timestamp,
    sealed_bytes: u64,
    sealed_sha256: Digest,
}

#[cfg(all(test, feature = "agency"))]
mod tests;
