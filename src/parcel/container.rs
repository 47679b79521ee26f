//! A sealed file: a signed manifest, then an age file.
//!
//! The manifest is a signed note with one signature line; the age file begins right behind it. `sed '1,/^— /d' FILE` leaves the
//! age file, which `age` itself opens.

use std::io::{Read, Write};

use bytes::Bytes;

use super::ParcelError;
use crate::note::{self, Note};
use crate::primitives::{self, Digest, Hasher, Identity, Recipient, Sealing};

const AGE: &[u8] = b"\nage-encryption.org/v1\n";

/// Seals what `write` writes; with the digest of the sealed bytes.
pub(crate) fn seal(
    recipient: &Recipient,
    write: impl FnOnce(Sealing<Hashed>) -> Result<Sealing<Hashed>, ParcelError>,
) -> Result<(Vec<u8>, Digest), ParcelError> {
    let failed = |error: std::io::Error| ParcelError::Write(error.to_string());
    let sealing = Sealing::to(&[recipient], Hashed::default()).map_err(failed)?;
    let mut sealing = write(sealing)?;
    sealing.flush().map_err(failed)?;
    let Hashed { bytes, hasher } = sealing.finish().map_err(failed)?;
    Ok((bytes, hasher.finish()))
}

/// Bytes in memory, hashed as they come.
#[derive(Debug, Default)]
pub(crate) struct Hashed {
    bytes: Vec<u8>,
    hasher: Hasher,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        self.hasher.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The file: manifest, then the sealed bytes.
pub(crate) fn join(manifest: &Note, sealed: &[u8]) -> Vec<u8> {
    let mut file = manifest.to_string().into_bytes();
    file.extend_from_slice(sealed);
    file
}

/// Splits a file into manifest and sealed bytes, believing neither.
pub(crate) fn split(file: &Bytes) -> Result<(Note, Bytes), ParcelError> {
    let head = &file[..file.len().min(note::MAX_BYTES)];
    let at = head.windows(AGE.len()).position(|window| window == AGE);
    let at = at.ok_or(ParcelError::Form("no age file behind the manifest"))?;
    Ok((Note::parse(&file[..=at])?, file.slice(at + 1..)))
}

/// Checks length and digest of the sealed bytes, then opens them, reading at most `limit` bytes of plaintext.
pub(crate) fn open(
    artefact: &'static str,
    from: &str,
    identity: &Identity,
    sealed: &[u8],
    stated: (u64, Digest),
    limit: u64,
) -> Result<Bytes, ParcelError> {
    if (sealed.len() as u64, Digest::of(sealed)) != stated {
        return Err(ParcelError::Digest { artefact, from: from.to_owned() });
    }
    let refused = || ParcelError::Seal { artefact, from: from.to_owned() };
    let mut plain = Vec::new();
    let reader = primitives::open(identity, sealed).map_err(|_| refused())?;
    reader.take(limit + 1).read_to_end(&mut plain).map_err(|_| refused())?;
    if plain.len() as u64 > limit {
        let problem = "larger than its rows need".to_owned();
        return Err(ParcelError::Table { artefact, from: from.to_owned(), problem });
    }
    Ok(Bytes::from(plain))
}
