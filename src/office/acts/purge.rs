//! A party destroys what it holds of a run that is over, and says so.
//!
//! | who | destroys |
//! | --- | --- |
//! | operator | parcels and candidate pairs in the exchange, finished bands in its home |
//! | agency | its parcels, its quarantine lists; its handle maps once no lead of the run can open |
//! | steward | its grant: without every grant nobody can form the run's keys again from what is in the exchange |
//! | guardian | the candidate pairs; the register was encoded in memory alone |
//!
//! Files are removed, not overwritten: what a disk, a backup or another holder of the exchange keeps is not reached, and a receipt does
//! not prove that there is no copy.

use std::path::Path;

use crate::agreement::{Key, Party, PartyRole, RunNumber};
use crate::cleared::by;
use crate::failure::Failure;
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::files;
use crate::office::released::{Released, pairs};
use crate::office::seat::Office;
use crate::office::store::Name;
use crate::outcome::purge::Purge;
use crate::release;
use crate::release::destruction::{Destruction, Remains};
use crate::release::standing::State;

/// Destroys and attests.
pub fn purge(desk: &Desk, run: RunNumber) -> Result<Purge, Failure> {
    let office = Office::open(desk, Some(run))?;
    let cleared = office.clear::<by::Purge>(run)?;
    let (agreement, exchange) = (office.agreement()?, &office.exchange);
    let seat = office.facts.seat();
    let Some(own) = seat else { return Err(Failure::new(crate::failure::PANIC, "a party without a seat")) };
    let directory = office.run_dir(run)?;
    let mut work = Work::default();
    let agencies: Vec<&Party> = agreement.body().of_role(PartyRole::Agency).collect();
    match own.role {
        PartyRole::Operator => {
            for (a, b) in agreement.ordered_pairs() {
                work.remove_published(&office, Remains::Parcels, &exchange.pair_path(run, &a.name, &b.name, "parcel"))?;
            }
            work.remove_pairs(&office, run)?;
            for name in files::names(&directory)? {
                work.remove(Remains::Bands, &directory.join(name))?;
            }
        }
        PartyRole::Agency => {
            for partner in agencies.iter().filter(|partner| partner.name != own.name) {
                let parcel = exchange.pair_path(run, &own.name, &partner.name, "parcel");
                work.remove_published(&office, Remains::Parcels, &parcel)?;
                work.remove(Remains::Parcels, &directory.join(format!("{}.parcel", partner.name)))?;
                let map = directory.join(format!("{}.handles.csv", partner.name));
                match open_leads(&office, run, &partner.name)? {
                    false => work.remove(Remains::HandleMaps, &map)?,
                    true if map.exists() && !work.kept.contains(&Remains::HandleMaps) => {
                        work.kept.push(Remains::HandleMaps);
                    }
                    true => {}
                }
            }
            work.remove(Remains::QuarantineLists, &directory.join("quarantine.csv"))?;
        }
        PartyRole::Steward => {
            work.remove_published(&office, Remains::Grants, &exchange.grant_path(run, &own.name))?;
        }
        PartyRole::Guardian => work.remove_pairs(&office, run)?,
        // The gate clears nobody else.
        PartyRole::Reviewer | PartyRole::Officer => {}
    }
    if work.destroyed.is_empty() {
        work.destroyed.push(Remains::Nothing);
    }
    let Work { destroyed, kept, removed } = work;
    let path = exchange.destruction_path(run, &own.name);
    let again = exchange.there(&path)?;
    if !again {
        let what = (destroyed.clone(), kept.clone());
        let note = Destruction::issue(agreement, &office.home.secrets, &cleared, own, what)?;
        let entry = Entry::new(Kind::Destruction, run.number(), &own.name, "-", note.digest());
        office.publish(&path, note.to_string().as_bytes(), entry)?;
    }
    Ok(Purge {
        run,
        by: own.name.clone(),
        destroyed,
        kept,
        files: removed,
        attestation: exchange.place(&path).into(),
        attested_before: again,
    })
}

/// Whether a lead with this partner is open, or may still open: then its handle must be found.
fn open_leads(office: &Office<'_>, run: RunNumber, partner: &str) -> Result<bool, Failure> {
    let (agreement, exchange) = (office.agreement()?, &office.exchange);
    let Some(shares) = exchange.shares(agreement, run, office.own(), partner)? else {
        // Shares that the log has and the exchange lost may come back: the map is kept.
        let pair = release::pair_of(agreement, office.own(), partner)?;
        let to = pair.map(|agency| agency.name.as_str()).join("--");
        return Ok(office.facts.log()?.of(Kind::Shares, run.number()).any(|entry| entry.to == to));
    };
    // A host that runs by itself cannot see which are open: the map is kept.
    if !office.home.secrets.holds(Key::Consent) {
        return Ok(true);
    }
    let records = office.run(run)?.withdrawals.clone()?;
    let (ledger, home, now) = (office.facts.log()?, &office.home, office.desk.now);
    let released = Released { exchange, agreement, run, ledger, home, now, records: &records };
    let standings = released.standings(&shares, &records, false)?;
    Ok(standings.iter().any(|standing| matches!(standing.state(), State::Open | State::Sealed)))
}

#[derive(Default)]
struct Work {
    destroyed: Vec<Remains>,
    kept: Vec<Remains>,
    removed: usize,
}

impl Work {
    fn remove(&mut self, remains: Remains, path: &Path) -> Result<(), Failure> {
        if path.symlink_metadata().is_ok() {
            files::remove(path)?;
            self.done(remains);
        }
        Ok(())
    }

    fn remove_published(&mut self, office: &Office<'_>, remains: Remains, name: &Name) -> Result<(), Failure> {
        if office.exchange.there(name)? {
            office.exchange.remove(name)?;
            self.done(remains);
        }
        Ok(())
    }

    fn done(&mut self, remains: Remains) {
        self.removed += 1;
        if !self.destroyed.contains(&remains) {
            self.destroyed.push(remains);
        }
    }

    fn remove_pairs(&mut self, office: &Office<'_>, run: RunNumber) -> Result<(), Failure> {
        for [a, b] in pairs(office.agreement()?) {
            self.remove_published(office, Remains::Pairs, &office.exchange.pair_path(run, &a.name, &b.name, "pairs"))?;
        }
        Ok(())
    }
}
