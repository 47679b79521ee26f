//! An agency sends the parcels that it committed to, once every steward has permitted them.

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
    let mut sent = Vec::new();
    for commitment in facts.committed()?.iter().filter(|c| c.from == own) {
        let outbox = directory.join(format!("{}.parcel", commitment.to));
        let path = office.exchange.pair_path(run, own, &commitment.to, "parcel");
        if outbox.exists() && !office.exchange.there(&path)? {
            let bytes = files::read(&outbox, MAX_SEALED)?;
            let (manifest, _) = container::split(&bytes.clone().into()).map_err(|e| Failure::from(e).at(&outbox))?;
            let digest = manifest.digest();
            let entry = Entry::new(Kind::Parcel, run.number(), own, &commitment.to, digest);
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
