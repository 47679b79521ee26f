//! The two keys of a party, and what each may sign.
//!
//! Routine acts a program may do by itself: keep the log, cosign it, compare what was permitted, attest what was destroyed. Everything
//! else is a consent, which a person gives. Each kind of artefact is signed with exactly one of the two keys, and everybody who
//! reads it refuses the other: a host that runs by itself holds nothing that consents.

/// One of the two keys of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Gives consents; only where a person decides.
    Consent,
    /// Does what follows from what was consented to.
    Routine,
}

/// Kinds of notes that are routine. Checkpoints and cosignatures are too; they are no notes of ours and have no kind.
const ROUTINE_KINDS: &[&str] = &["pairs", "destruction"];

impl Key {
    /// The key for a kind of note, with its version or without: `permit v1`, `permit`. What is not listed as a routine is a consent.
    pub fn of_kind(kind: &str) -> Self {
        let name = kind.split(' ').next().unwrap_or_default();
        if ROUTINE_KINDS.contains(&name) { Self::Routine } else { Self::Consent }
    }

    /// The name in messages: `consent` or `routine`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Routine => "routine",
        }
    }

    /// The one that it is not.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Consent => Self::Routine,
            Self::Routine => Self::Consent,
        }
    }
}
