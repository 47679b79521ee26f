//! An agency sends the parcels that it committed to, once every steward has permitted them.

use std::path::Path;

use jiff::Timestamp;

use crate::agreement::{AgreementError, RunNumber};
use crate::cleared::by;
use crate::failure::Failure;
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::exchange::MAX_SEALED;
use crate::office::files;
use crate::office::seat::Office;
use crate::outcome::agency::Send;
use crate::parcel::container;

/// Sends what is not there yet; gives the end of the permits too.
pub fn send(desk: &Desk, run: RunNumber) -> Result<(Send, Timestamp), Failure> {
    let office = Office::open(desk, Some(run))?;
    let _cleared = office.clear::<by::Send>(run)?;
    let (facts, own) = (office.run(run)?, office.own());
    let directory = office.run_dir(run)?;
    // Noted before the first is published, and each read again then: a list can be as large as memory.
    let mut entries = Vec::new();
    for commitment in facts.committed()?.iter().filter(|c| c.from == own) {
        let outbox = directory.join(format!("{}.parcel", commitment.to));
        if outbox.exists() && !office.exchange.there(&office.exchange.pair_path(run, own, &commitment.to, "parcel"))? {
            entries.push(read(&outbox, run, own, &commitment.to)?.1);
        }
    }
    office.record(&entries)?;
    let mut sent = Vec::new();
    for commitment in facts.committed()?.iter().filter(|c| c.from == own) {
        let outbox = directory.join(format!("{}.parcel", commitment.to));
        let path = office.exchange.pair_path(run, own, &commitment.to, "parcel");
        if outbox.exists() && !office.exchange.there(&path)? {
            let (bytes, entry) = read(&outbox, run, own, &commitment.to)?;
            sent.push(office.publish(&path, &bytes, entry)?.into());
        }
        if !office.exchange.there(&path)? {
            let absent = AgreementError::Absent { artefact: "parcel", from: own.to_owned() };
            return Err(Failure::from(absent).at(&outbox));
        }
        if outbox.exists() {
            files::remove(&outbox)?;
        }
    }
    office.cosign()?;
    let expires = facts.permitted()?.expires();
    Ok((Send { agency: own.to_owned(), run, sent }, expires))
}

/// A parcel that waits, and how the log names it.
fn read(outbox: &Path, run: RunNumber, from: &str, to: &str) -> Result<(Vec<u8>, Entry), Failure> {
    let bytes = files::read(outbox, MAX_SEALED)?;
    let (manifest, _) = container::split(&bytes.clone().into()).map_err(|e| Failure::from(e).at(outbox))?;
    Ok((bytes, Entry::new(Kind::Parcel, run.number(), from, to, manifest.digest())))
}
