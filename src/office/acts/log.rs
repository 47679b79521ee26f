//! The log: its keeper enters what is new, everybody else verifies and cosigns.

use std::path::PathBuf;

use crate::cleared::by;
use crate::failure::Failure;
use crate::gate::Case;
use crate::gate::logged::Logged;
use crate::log::Entry;
use crate::office::desk::Desk;
#[cfg(feature = "operator")]
use crate::office::keeper;
#[cfg(feature = "operator")]
pub use crate::office::keeper::Appended;
use crate::office::memory::Memory;
use crate::office::seat::Office;

/// Enters what is new in the exchange, and signs the state of the log.
#[cfg(feature = "operator")]
pub fn append(desk: &Desk) -> Result<Appended, Failure> {
    let office = Office::open(desk, None)?;
    let _cleared = office.clear::<by::Log>(Case::default())?;
    keeper::append(&office.exchange, office.agreement()?, &office.home)
}

/// What a party saw of the log, and where its cosignature is.
#[derive(Debug)]
pub struct Seen {
    /// Who looked.
    pub by: String,
    /// The log.
    pub(crate) log: Logged,
    /// The cosigned checkpoint; none of a silent look.
    pub path: Option<PathBuf>,
}

/// Verifies the whole log as this party, and cosigns it unless only a look is wanted.
pub fn cosign(desk: &Desk, silent: bool) -> Result<Seen, Failure> {
    let office = Office::open(desk, None)?;
    let _cleared = office.clear::<by::Cosign>(Case::default())?;
    let path = if silent { None } else { office.cosign()? };
    let by = office.own().to_owned();
    Ok(Seen { by, log: office.facts.log?, path })
}

/// Takes over from the log what it has of this party and the home does not know: for a person who has looked at why it does not. Gives
/// what was taken over.
pub(crate) fn take_over(desk: &Desk, log: &Logged) -> Result<Vec<Entry>, Failure> {
    let home = desk.home()?;
    let memory = Memory::of(&home, log.agreement);
    let known = memory.acts()?;
    let own = log.view.entries().iter().filter(|entry| entry.by == home.party.name && !known.contains(entry));
    let own: Vec<Entry> = own.cloned().collect();
    memory.record(&own)?;
    Ok(own)
}
