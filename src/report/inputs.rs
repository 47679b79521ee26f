//! What a dossier is made from: bytes of the exchange and of measured evidence, and nothing secret.

use jiff::Timestamp;

use super::log::LogInput;

/// An artefact of the exchange, by its path inside it.
#[derive(Clone, Debug)]
pub struct Artefact {
    /// Path below the exchange directory, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Content of notes; sealed files are named by size only.
    pub content: Option<Vec<u8>>,
}

/// JSON that one of our verbs printed.
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    /// Name of the file, without directories.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Everything a dossier is made from.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The agreement's note.
    pub agreement: Vec<u8>,
    /// The other files of the exchange.
    pub artefacts: Vec<Artefact>,
    /// Measured evidence.
    pub evidence: Vec<EvidenceFile>,
    /// What reading the log gave.
    pub log: LogInput,
    /// The agreement that stood before: what an amendment amends, or what was signed off last.
    pub earlier: Option<Vec<u8>>,
    /// The moment it speaks of.
    pub as_of: Timestamp,
}
