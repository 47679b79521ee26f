//! What can be refused about commitments, parcels and lists of leads.

use crate::agreement::AgreementError;
use crate::code::{Code, codes};
use crate::note::NoteError;

/// Why a commitment or a sealed file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParcelError {
    /// Its agreement, run or parties.
    #[error(transparent)]
    Agreement(#[from] AgreementError),
    /// A number of rows that no padded list has.
    #[error("`{from}` has {rows} rows, which is no size class: the list is not padded")]
    Class {
        /// Name of the party that makes it.
        from: String,
        /// How many rows it has.
        rows: u64,
    },
    /// The rows are not those that were committed.
    #[error("the rows in the parcel of `{from}` are not those that it committed")]
    Commitment {
        /// Name of the party that makes it.
        from: String,
    },
    /// The sealed bytes are not those of the manifest.
    #[error("the sealed part of the {artefact} of `{from}` was changed or cut")]
    Digest {
        /// Which artefact, by its kind: `grant`, `parcel`, `leads`.
        artefact: &'static str,
        /// Name of the party that makes it.
        from: String,
    },
    /// Neither a parcel nor a list of leads.
    #[error("not a sealed file of ours: {0}")]
    Form(&'static str),
    /// A file that its rows cannot fill.
    #[error("the {artefact} of `{from}` has {bytes} bytes, its rows need at most {most}")]
    Length {
        /// Which artefact, by its kind: `grant`, `parcel`, `leads`.
        artefact: &'static str,
        /// Name of the party that makes it.
        from: String,
        /// Bytes that it has.
        bytes: u64,
        /// Most bytes that the agreed number of rows can need.
        most: u64,
    },
    /// A list that is nearly an earlier one.
    #[error(
        "the list of `{from}` differs from its list of run {run} by fewer than {least} records, but it does differ"
    )]
    Near {
        /// Name of the party that makes it.
        from: String,
        /// Number of the earlier run.
        run: u32,
        /// Least difference, if there is one.
        least: u32,
    },
    /// Its manifest.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It does not open with this party's key.
    #[error("the {artefact} of `{from}` does not open with this party's key")]
    Seal {
        /// Which artefact, by its kind: `grant`, `parcel`, `leads`.
        artefact: &'static str,
        /// Name of the party that makes it.
        from: String,
    },
    /// More or fewer rows than the terms allow.
    #[error("`{from}` has {rows} records, the terms allow {least} to {most}")]
    Size {
        /// Name of the party that makes it.
        from: String,
        /// How many rows it has.
        rows: u64,
        /// The least number that is admitted.
        least: u32,
        /// The greatest number that is admitted.
        most: u32,
    },
    /// It does not state what the terms ask for.
    #[error("`{from}` does not state that its list has at least {records} records of at least {cases} cases")]
    Stated {
        /// Name of the party that makes it.
        from: String,
        /// Least number of records that it must state, without dummies.
        records: u32,
        /// Least number of distinct cases that it must state.
        cases: u32,
    },
    /// The table inside does not have the agreed form.
    #[error("the table inside the {artefact} of `{from}` is not of the agreed form: {problem}")]
    Table {
        /// Which artefact, by its kind: `grant`, `parcel`, `leads`.
        artefact: &'static str,
        /// Name of the party that makes it.
        from: String,
        /// What does not hold, in words; quotes nothing of a record.
        problem: String,
    },
    /// Writing to memory failed in a library.
    #[error("the table could not be written: {0}")]
    Write(String),
}

codes! {
    CLASS = "SYM-0491", Refused,
        "lists are padded with dummies to one of four sizes a doubling, so that nobody outside an agency sees how long they are",
        "ask the agency to encode with the published program";
    COMMITMENT = "SYM-0520", Authenticity,
        "the operator accepts exactly what was committed before the permits; these rows give another Merkle root",
        "ask the agency to send the parcel of the committed set; another set needs another run";
    DIGEST = "SYM-0521", Authenticity,
        "the sealed bytes do not have the length or digest that the signed manifest states",
        "ask the sender for the file again";
    FORM = "SYM-0522", Authenticity,
        "the file is not a signed manifest followed by an age file (docs/formats/parcel.md)",
        "check which file was given; it may be cut";
    LENGTH = "SYM-0529", Authenticity,
        "a sealed file is larger than the agreed or committed number of rows can make it: it is not read, so that it fills no memory",
        "ask the sender for the file again; if it comes as large, its program is not the published one";
    NEAR = "SYM-0492", Refused,
        "a list equals each earlier one of its agency or differs from it by `min.changes` records at least: what comes back about a few new records would be a look-up of single people",
        "encode the list of the earlier run again, or wait until more cases have changed";
    SEAL = "SYM-0523", Authenticity,
        "the file was sealed to another key, or its end is missing",
        "check --home; ask the sender for the file again";
    SIZE = "SYM-0431", Refused,
        "a list is shorter than the least or longer than the most that the terms allow",
        "there is no way to run a shorter list: single persons are not looked up";
    STATED = "SYM-0493", Refused,
        "a commitment states, over the agency's signature, that its list has `min.records` records of `min.cases` distinct cases without dummies",
        "ask the agency to encode with the published program";
    TABLE = "SYM-0524", Authenticity,
        "the Parquet table inside is not what docs/formats/parcel.md prescribes: columns, types, widths, encodings or counts",
        "ask the sender which program and version made it";
    WRITE = "SYM-7002", Bug,
        "writing a Parquet table to memory failed in a library",
        "please report it; nothing was written";
}

impl ParcelError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Agreement(error) => error.code(),
            Self::Class { .. } => CLASS,
            Self::Commitment { .. } => COMMITMENT,
            Self::Digest { .. } => DIGEST,
            Self::Form(_) => FORM,
            Self::Length { .. } => LENGTH,
            Self::Near { .. } => NEAR,
            Self::Note(error) => error.code(),
            Self::Seal { .. } => SEAL,
            Self::Size { .. } => SIZE,
            Self::Stated { .. } => STATED,
            Self::Table { .. } => TABLE,
            Self::Write(_) => WRITE,
        }
    }
}
