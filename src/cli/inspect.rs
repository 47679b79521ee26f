//! `inspect`: what a file of ours is, without any secret and without believing it.

use std::path::Path;

use super::output::Report;
use crate::failure::{Failure, NOTHING_FOUND};
use crate::log::{Entry, SignedCheckpoint};
use crate::note::{self, Note};
use crate::office::files;
use crate::outcome::program::Inspect;
use crate::parcel::container;
use crate::primitives;

/// How much of a file is read, in bytes: a manifest and the line that begins its sealed part.
const HEAD: u64 = note::MAX_BYTES as u64 + 64;

/// Runs `inspect`.
pub(crate) fn run(path: &Path) -> Result<Report, Failure> {
    // A sealed file may be large, and nothing behind its manifest is looked at. Everything else of ours is smaller than this.
    let (bytes, size) = files::head_given(path, HEAD)?;
    let whole = bytes.len() as u64 == size;
    if let Some((kind, text)) = of_a_log(path, &bytes).filter(|_| whole) {
        let outcome =
            Inspect { kind: kind.to_owned(), bytes: size, digest: None, claimed_signers: None, sealed_bytes: None };
        return Ok(Report::of(outcome).data(format!("{size} bytes: {kind}\n{text}")));
    }
    let neither = |_| {
        Failure::new(NOTHING_FOUND, "neither a signed note nor a sealed file of ours")
            .at(path)
            .next("check which file was given")
    };
    let (note, sealed) = match Note::parse(&bytes) {
        Ok(note) if whole => (note, None),
        _ => {
            let (manifest, sealed) = container::split(&bytes.into()).map_err(neither)?;
            let beyond = size.saturating_sub(HEAD);
            (manifest, Some(sealed.len() as u64 + beyond))
        }
    };
    let kind = note.text().lines().next().unwrap_or_default().to_owned();
    let signers: Vec<&str> = note.claimed_signers().collect();
    let mut text = format!("{size} bytes: {kind}\nsha256 of the text: {}\n", note.digest());
    if let Some(sealed) = sealed {
        text += &format!("sealed part: {sealed} bytes, an age file\n");
    }
    text += &format!("signature lines (not verified here): {}\n\n{}", signers.join(", "), note.text());
    let claimed_signers = Some(signers.into_iter().map(str::to_owned).collect());
    let digest = Some(note.digest());
    Ok(Report::of(Inspect { kind, bytes: size, digest, claimed_signers, sealed_bytes: sealed }).data(text))
}

/// A checkpoint, a bundle of entries or a hash tile. Hashes have no mark of their own: their place in a log tells them.
fn of_a_log(path: &Path, bytes: &[u8]) -> Option<(&'static str, String)> {
    if let Ok(signed) = SignedCheckpoint::parse(bytes) {
        return Some(("checkpoint of a log", format!("signature lines are not verified here\n\n{signed}")));
    }
    let place = path.to_string_lossy();
    let (_, tile) = place.rsplit_once("tile/")?;
    if tile.starts_with("entries/") {
        let (mut rest, mut text) = (bytes, String::new());
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
            text += &format!("{}\n", Entry::parse(entry).ok()?);
            rest = after;
        }
        return rest.is_empty().then_some(("entries of a log", text));
    }
    let hashes = bytes.chunks_exact(32);
    let fits = tile.starts_with(|c: char| c.is_ascii_digit()) && hashes.remainder().is_empty();
    fits.then(|| ("hashes of a log", hashes.map(|hash| primitives::hex(hash) + "\n").collect()))
}
