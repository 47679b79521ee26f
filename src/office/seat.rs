//! A party at work: its home open and locked, the facts gathered, the gate at hand.

use std::path::PathBuf;

use super::desk::Desk;
use super::exchange::Exchange;
use super::home::Home;
use super::memory::{Kept, Memory};
use super::store::Name;
use super::{gather, ledger};
use crate::agreement::{Key, RunNumber, SignedAgreement};
use crate::cleared::{Cleared, Kind};
use crate::failure::Failure;
use crate::gate::facts::{Facts, RunFacts};
use crate::gate::{self, Case};
use crate::log::Entry;
use crate::note::Note;
use crate::primitives::Digest;

/// A party at work.
#[derive(Debug)]
pub(crate) struct Office<'d> {
    /// Where, when, and with what randomness.
    pub(crate) desk: &'d Desk,
    /// The party's home.
    pub(crate) home: Home,
    /// What passes between the parties.
    pub(crate) exchange: Exchange,
    /// What was verified.
    pub(crate) facts: Facts,
}

impl<'d> Office<'d> {
    /// Opens the home and gathers the facts, at least of the runs up to `run`.
    pub(crate) fn open(desk: &'d Desk, run: Option<RunNumber>) -> Result<Self, Failure> {
        let (home, exchange) = (desk.home()?, desk.exchange()?);
        let facts = gather::facts(&exchange, &home, desk.now, run);
        Ok(Self { desk, home, exchange, facts })
    }

    /// Asks the gate. Whoever is cleared has seen what is there, and the home remembers how late it was.
    pub(crate) fn clear<K: Kind>(&self, case: impl Into<Case>) -> Result<Cleared<K>, Failure> {
        let cleared = gate::judge(&self.facts, &case.into())?;
        self.home.see(gate::latest(&self.facts))?;
        Ok(cleared)
    }

    /// The agreement.
    pub(crate) fn agreement(&self) -> Result<&SignedAgreement, Failure> {
        self.facts.agreement()
    }

    /// This party's name.
    pub(crate) fn own(&self) -> &str {
        &self.facts.own.name
    }

    /// What there is of a run.
    pub(crate) fn run(&self, run: RunNumber) -> Result<&RunFacts, Failure> {
        self.facts.run(run).ok_or_else(|| Failure::new(crate::failure::NOTHING_FOUND, format!("there is no run {run}")))
    }

    /// The directory of a run in this home.
    pub(crate) fn run_dir(&self, run: RunNumber) -> Result<PathBuf, Failure> {
        self.home.run_dir(self.agreement()?, run)
    }

    /// Writes down, in the home, what is about to be published.
    pub(crate) fn record(&self, entries: &[Entry]) -> Result<(), Failure> {
        Memory::of(&self.home, self.digest()).record(entries)
    }

    /// Keeps a note in the home, where it counts whatever becomes of its file.
    pub(crate) fn keep(&self, kept: Kept, run: RunNumber, note: &Note) -> Result<(), Failure> {
        Memory::of(&self.home, self.digest()).keep(kept, run.number(), note)
    }

    /// Publishes a file that is never overwritten, after the home has noted that it does.
    pub(crate) fn publish(&self, path: &Name, bytes: &[u8], entry: Entry) -> Result<PathBuf, Failure> {
        self.record(std::slice::from_ref(&entry))?;
        self.exchange.publish(path, bytes)
    }

    /// The same for several, of which all are noted before the first is published.
    pub(crate) fn publish_all(&self, all: &[(Name, String, Entry)]) -> Result<Vec<PathBuf>, Failure> {
        self.record(&all.iter().map(|(.., entry)| entry.clone()).collect::<Vec<_>>())?;
        all.iter().map(|(path, text, _)| self.exchange.publish(path, text.as_bytes())).collect()
    }

    /// Digest of the agreement's text; of nothing where there is none.
    pub(crate) fn digest(&self) -> Digest {
        self.facts.draft.as_ref().map(|draft| draft.note().digest()).unwrap_or(Digest([0; 32]))
    }

    /// Cosigns the log that was verified for this act, if it was; a home may leave what is routine to another host.
    pub(crate) fn cosign(&self) -> Result<Option<PathBuf>, Failure> {
        let Ok(log) = self.facts.log() else { return Ok(None) };
        if !self.home.secrets.holds(Key::Routine) {
            return Ok(None);
        }
        let keeper = ledger::keeper(self.agreement()?.body())?;
        ledger::cosign(&self.exchange, log, &self.home, self.desk.now, keeper).map(Some)
    }

    /// Whether the log has this entry, or another in its place.
    pub(crate) fn is_logged(&self, entry: &Entry) -> bool {
        self.facts.log().is_ok_and(|log| log.view.entries().iter().any(|found| found.same_slot(entry)))
    }
}
