//! `inspect`: what a file of ours is, without any secret and without believing it.

use std::path::Path;

use serde_json::json;

use super::exchange::MAX_SEALED;
use super::failure::{Failure, NOTHING_FOUND};
use super::files;
use super::output::Report;
use crate::note::Note;
use crate::parcel::ReceivedParcel;

/// Runs `inspect`.
pub(crate) fn run(path: &Path) -> Result<Report, Failure> {
    let bytes = files::read(path, MAX_SEALED)?;
    let size = bytes.len();
    let (note, sealed) = match Note::parse(&bytes) {
        Ok(note) => (note, None),
        Err(_) => match ReceivedParcel::read(bytes) {
            Ok(parcel) => {
                let sealed = parcel.sealed_bytes();
                (parcel.into_manifest(), Some(sealed))
            }
            Err(_) => {
                let message = "neither a signed note nor a sealed file of ours";
                return Err(Failure::new(NOTHING_FOUND, message).at(path));
            }
        },
    };
    let kind = note.text().lines().next().unwrap_or_default().to_owned();
    let signers: Vec<&str> = note.claimed_signers().collect();
    let mut text = format!("{size} bytes: {kind}\nsha256 of the text: {}\n", note.digest());
    if let Some(sealed) = sealed {
        text += &format!("sealed part: {sealed} bytes, an age file\n");
    }
    text += &format!("signature lines (not verified here): {}\n\n{}", signers.join(", "), note.text());
    Ok(Report::new(json!({
        "symbolon": "inspect v1", "kind": kind, "digest": note.digest(), "claimed_signers": signers,
        "sealed_bytes": sealed, "bytes": size,
    }))
    .data(text))
}
