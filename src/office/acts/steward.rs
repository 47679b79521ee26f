//! What a steward does: consent given twice, a stop, and leave to go on.

use jiff::Timestamp;

use crate::agreement::{self, Reason, RunNumber};
use crate::cleared::by;
use crate::failure::Failure;
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::memory::Kept;
use crate::office::seat::Office;
use crate::outcome::steward::{Committed, Grant, Permit, Resume, Stop};
use crate::parcel::Commitment;

/// Opens a run for encoding.
pub fn grant(desk: &Desk, run: RunNumber) -> Result<Grant, Failure> {
    let office = Office::open(desk, Some(run))?;
    let cleared = office.clear::<by::Grant>(run)?;
    let mut entropy = desk.entropy(&format!("grant {run}"));
    let note = agreement::Grant::issue(office.agreement()?, &office.home.secrets, &cleared, &mut entropy)?;
    let (path, digest) = (office.exchange.grant_path(run, office.own()), note.digest());
    let entry = Entry::new(Kind::Grant, run.number(), office.own(), "-", digest);
    let path = office.publish(&path, note.to_string().as_bytes(), entry)?;
    office.cosign()?;
    Ok(Grant { run, path: path.into(), digest })
}

/// Permits the comparison of exactly what is committed, for `hours` or as long as the agreement allows.
pub fn permit(desk: &Desk, run: RunNumber, hours: Option<u32>) -> Result<Permit, Failure> {
    let office = Office::open(desk, Some(run))?;
    let cleared = office.clear::<by::Permit>(run)?;
    let facts = office.run(run)?;
    let (granted, commitments) = (facts.granted()?, facts.committed()?);
    let hours = hours.unwrap_or(granted.agreement().body().terms.max.permit_hours);
    let references = commitments.iter().map(Commitment::reference).collect();
    let note = agreement::Permit::issue(granted, &office.home.secrets, &cleared, references, hours)?;
    office.record(&[Entry::new(Kind::Permit, run.number(), office.own(), "-", note.digest())])?;
    let path = office.exchange.publish_permit(granted, office.own(), &note, desk.now)?;
    office.cosign()?;
    let of = |c: &Commitment| Committed { from: c.from.clone(), to: c.to.clone(), rows: c.rows, root: c.root };
    Ok(Permit { run, path: path.into(), hours, commitments: commitments.iter().map(of).collect() })
}

/// Stops a run. Neither log nor permit nor clock is asked: nothing may stand in the way.
pub fn stop(desk: &Desk, run: RunNumber, reason: Reason) -> Result<Stop, Failure> {
    let office = Office::open(desk, Some(run))?;
    let cleared = office.clear::<by::Stop>(run)?;
    let note = agreement::Stop::issue(office.agreement()?, &office.home.secrets, &cleared, reason)?;
    let path = office.exchange.stop_path(run, office.own(), &note, "stop");
    let entry = Entry::new(Kind::Stop, run.number(), office.own(), "-", note.digest());
    // This home never forgets its own stop, whatever becomes of the file.
    office.keep(Kept::Stop, run, &note)?;
    let path = office.publish(&path, note.to_string().as_bytes(), entry)?;
    Ok(Stop { run, reason, path: path.into(), digest: note.digest() })
}

/// A stop that a resume lifts, in words that people read.
#[derive(Debug)]
pub struct Lifted {
    /// Whose.
    pub steward: String,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: &'static str,
}

/// Agrees that a stopped run goes on.
pub fn resume(desk: &Desk, run: RunNumber) -> Result<(Resume, Vec<Lifted>), Failure> {
    let office = Office::open(desk, Some(run))?;
    let cleared = office.clear::<by::Resume>(run)?;
    let stops = office.run(run)?.stops.clone()?;
    let note = agreement::Resume::issue(office.agreement()?, &office.home.secrets, &cleared, &stops)?;
    let path = office.exchange.stop_path(run, office.own(), &note, "resume");
    let entry = Entry::new(Kind::Resume, run.number(), office.own(), "-", note.digest());
    let path = office.publish(&path, note.to_string().as_bytes(), entry)?;
    let lifted = |stop: &agreement::Stop| Lifted {
        steward: stop.steward.clone(),
        since: stop.created,
        reason: stop.reason.name(),
    };
    let words = stops.iter().map(lifted).collect();
    Ok((Resume { run, path: path.into(), lifts: stops.iter().map(|stop| stop.digest).collect() }, words))
}
