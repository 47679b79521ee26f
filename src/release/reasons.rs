//! Why somebody releases a lead: written down before, kept by its author, published as one digest of a whole list.

use super::ReleaseError;
use crate::primitives::{self, Digest, Entropy};

/// Least length of reasons, in characters.
const LEAST: usize = 40;

/// Why somebody releases a lead: kept by its author, published as a digest only.
pub struct Reasons {
    text: zeroize::Zeroizing<String>,
    salt: [u8; 16],
}

impl std::fmt::Debug for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reasons").finish_non_exhaustive()
    }
}

impl Reasons {
    /// Reasons of at least 40 characters, other than those `before` for another lead.
    pub fn new<'a>(
        text: &str,
        before: impl IntoIterator<Item = &'a str>,
        entropy: &mut Entropy,
    ) -> Result<Self, ReleaseError> {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let own = zeroize::Zeroizing::new(plain(text));
        if own.chars().count() < LEAST {
            return Err(ReleaseError::Reasons { problem: "are shorter than 40 characters" });
        }
        if before.into_iter().any(|before| plain(before) == *own) {
            return Err(ReleaseError::Reasons { problem: "are those of another lead, word for word" });
        }
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        Ok(Self { text: zeroize::Zeroizing::new(text.to_owned()), salt })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The salt, in hexadecimal: with it, the author can show later that these were the reasons.
    pub fn salt(&self) -> String {
        primitives::hex(&self.salt)
    }

    /// `SHA-256("symbolon/v1/reasons" ‖ salt ‖ text)`.
    pub fn digest(&self) -> Digest {
        Digest::of_parts(&[b"symbolon/v1/reasons", &self.salt, self.text.as_bytes()])
    }

    /// `SHA-256("symbolon/v1/reasons-list" ‖ (lead as u32 BE ‖ digest of its reasons)…)`: the reasons of one lead can be shown
    /// without those of the others, and how many there are cannot be told from it.
    pub fn digest_of(all: &[(u32, Self)]) -> Digest {
        let mut bytes = b"symbolon/v1/reasons-list".to_vec();
        for (lead, reasons) in all {
            bytes.extend(lead.to_be_bytes());
            bytes.extend(reasons.digest().0);
        }
        Digest::of(&bytes)
    }
}
