//! What can be refused about commitments, parcels and lists of leads.

use crate::agreement::AgreementError;
use crate::code::{Code, Exit};
use crate::note::NoteError;

/// Why a commitment or a sealed file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParcelError {
    /// Its agreement, run or parties.
    #[error(transparent)]
    Agreement(#[from] AgreementError),
    /// The rows are not those that were committed.
    #[error("the rows in the parcel of `{from}` are not those that it committed")]
    Commitment {
        /// Whose.
        from: String,
    },
    /// The sealed bytes are not those of the manifest.
    #[error("the sealed part of the {artefact} of `{from}` was changed or cut")]
    Digest {
        /// What.
        artefact: &'static str,
        /// Whose.
        from: String,
    },
    /// Neither a parcel nor a list of leads.
    #[error("not a sealed file of ours: {0}")]
    Form(&'static str),
    /// Its manifest.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It does not open with this party's key.
    #[error("the {artefact} of `{from}` does not open with this party's key")]
    Seal {
        /// What.
        artefact: &'static str,
        /// Whose.
        from: String,
    },
    /// More or fewer rows than the terms allow.
    #[error("`{from}` has {rows} records, the terms allow {least} to {most}")]
    Size {
        /// Whose.
        from: String,
        /// How many.
        rows: u64,
        /// At least.
        least: u32,
        /// At most.
        most: u32,
    },
    /// The table inside does not have the agreed form.
    #[error("the table inside the {artefact} of `{from}` is not of the agreed form: {problem}")]
    Table {
        /// What.
        artefact: &'static str,
        /// Whose.
        from: String,
        /// Why.
        problem: String,
    },
    /// Writing to memory failed in a library.
    #[error("the table could not be written: {0}")]
    Write(String),
}

const COMMITMENT: Code = Code::new(
    "SYM-0520",
    Exit::Authenticity,
    "the operator accepts exactly what was committed before the permits; these rows give another Merkle root",
    "ask the agency to send the parcel of the committed set; another set needs another run",
);
const DIGEST: Code = Code::new(
    "SYM-0521",
    Exit::Authenticity,
    "the sealed bytes do not have the length or digest that the signed manifest states",
    "ask the sender for the file again",
);
const FORM: Code = Code::new(
    "SYM-0522",
    Exit::Authenticity,
    "the file is not a signed manifest followed by an age file (docs/formats/parcel.md)",
    "check which file was given; it may be cut",
);
const SEAL: Code = Code::new(
    "SYM-0523",
    Exit::Authenticity,
    "the file was sealed to another key, or its end is missing",
    "check --home; ask the sender for the file again",
);
const SIZE: Code = Code::new(
    "SYM-0431",
    Exit::Refused,
    "a list is shorter than the least or longer than the most that the terms allow",
    "there is no way to run a shorter list: single persons are not looked up",
);
const TABLE: Code = Code::new(
    "SYM-0524",
    Exit::Authenticity,
    "the Parquet table inside is not what docs/formats/parcel.md prescribes: columns, types, widths, encodings or counts",
    "ask the sender which program and version made it",
);
const WRITE: Code = Code::new(
    "SYM-7002",
    Exit::Bug,
    "writing a Parquet table to memory failed in a library",
    "please report it; nothing was written",
);

/// Codes of this room.
pub const CODES: &[Code] = &[COMMITMENT, DIGEST, FORM, SEAL, SIZE, TABLE, WRITE];

impl ParcelError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Agreement(error) => error.code(),
            Self::Commitment { .. } => COMMITMENT,
            Self::Digest { .. } => DIGEST,
            Self::Form(_) => FORM,
            Self::Note(error) => error.code(),
            Self::Seal { .. } => SEAL,
            Self::Size { .. } => SIZE,
            Self::Table { .. } => TABLE,
            Self::Write(_) => WRITE,
        }
    }
}
