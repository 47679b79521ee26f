//! `purge`: a party destroys what it holds of a run that is over, and says so.
//!
//! | who | destroys |
//! | --- | --- |
//! | operator | parcels and candidate pairs in the exchange, checkpoints in its home |
//! | agency | its parcels, its quarantine lists; its handle maps once no lead of the run can open |
//! | steward | its grant: without every grant nobody can form the run's keys again from what is in the exchange |
//! | guardian | the candidate pairs; the register was encoded in memory alone |
//!
//! Files are removed, not overwritten: what a disk, a backup or another holder of the exchange keeps is not reached, and a receipt does
//! not prove that there is no copy.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::output::Report;
use super::{Context, RunArg};
use crate::agreement::{AgreementError, Key, Party, PartyRole, Permit, RunNumber, SignedAgreement};
use crate::failure::{Failure, NOT_OVER};
use crate::log::Kind;
use crate::office::exchange::Exchange;
use crate::office::files;
use crate::office::home::SKEW;
use crate::office::ledger::Ledger;
use crate::office::released::pairs;
use crate::release::destruction::{Destruction, Remains, attests};
use crate::release::standing::State;

impl Exchange {
    /// Where a party's attestation stands.
    pub(crate) fn destruction_path(&self, run: RunNumber, party: &str) -> PathBuf {
        self.run(run).join(format!("{party}.destruction"))
    }

    /// When a run was over: its leads issued for every pair of agencies, or else its last permit ended. Nothing if it never was permitted.
    pub(crate) fn over(
        &self,
        ledger: &Ledger,
        agreement: &SignedAgreement,
        run: RunNumber,
    ) -> Result<Option<Timestamp>, Failure> {
        let mut ends = Vec::new();
        for steward in agreement.body().of_role(PartyRole::Steward) {
            let path = self.permit_path(run, &steward.name);
            let logged =
                |e: &crate::log::Entry| e.kind == Kind::Permit && e.run == run.number() && e.by == steward.name;
            match self.note_if(&path)? {
                Some(note) => {
                    let permit = Permit::of_run(agreement, run, steward, &note);
                    ends.push(permit.map_err(|e| Failure::from(e).at(&path))?.expires);
                }
                None if ledger.view.entries().iter().any(logged) => {
                    let absent = AgreementError::Absent { artefact: "permit", from: steward.name.clone() };
                    return Err(Failure::from(absent).at(&path));
                }
                None => {}
            }
        }
        let mut issued = Vec::new();
        for [first, second] in pairs(agreement) {
            issued.push(self.shares(agreement, run, &first.name, &second.name)?.map(|shares| shares.created));
        }
        let issued: Option<Vec<Timestamp>> = issued.into_iter().collect();
        let last = issued.and_then(|times| times.into_iter().max());
        Ok(ends.into_iter().max().map(|end| last.map_or(end, |last| last.min(end))))
    }

    /// What is left of a run in the exchange that should not outlive it.
    pub(crate) fn remains(&self, agreement: &SignedAgreement, run: RunNumber) -> Vec<PathBuf> {
        let grants = agreement.body().of_role(PartyRole::Steward).map(|steward| self.grant_path(run, &steward.name));
        let parcels = agreement.ordered_pairs().map(|(a, b)| self.pair_path(run, &a.name, &b.name, "parcel"));
        let candidates = pairs(agreement).into_iter().map(|[a, b]| self.pair_path(run, &a.name, &b.name, "pairs"));
        grants.chain(parcels).chain(candidates).filter(|path| path.symlink_metadata().is_ok()).collect()
    }
}

/// Runs `purge`.
pub(crate) fn purge(RunArg { run }: RunArg, context: &Context) -> Result<Report, Failure> {
    let (home, exchange) = (context.desk.home()?, context.desk.exchange()?);
    // A run can be closed after the term, too.
    let last = exchange.draft()?.body().expires - SignedDuration::from_secs(1);
    let agreement = exchange.signed(context.desk.now.min(last))?;
    // Whoever held no encodings and no key shares of a run has nothing to destroy.
    let role = if attests(home.party.role) { home.party.role } else { PartyRole::Operator };
    let own = agreement.seat(&home.secrets, role)?;
    // Before anything is removed that could then not be attested.
    home.secrets.require(Key::Routine)?;
    let ledger = Ledger::open(&exchange, &agreement, &home)?;
    let over = exchange.over(&ledger, &agreement, run)?;
    if over.is_none_or(|over| over > context.desk.now + SKEW) {
        let message = format!("run {run} is not over");
        return Err(Failure::new(NOT_OVER, message).at(&exchange.run(run)));
    }
    let directory = home.run_dir(&agreement, run)?;
    let mut work = Work { destroyed: Vec::new(), kept: Vec::new(), removed: 0 };
    let names: Vec<&Party> = agreement.body().of_role(PartyRole::Agency).collect();
    match own.role {
        PartyRole::Operator => {
            for (a, b) in agreement.ordered_pairs() {
                work.remove(Remains::Parcels, &exchange.pair_path(run, &a.name, &b.name, "parcel"))?;
            }
            work.remove_pairs(&exchange, &agreement, run)?;
            for name in files::names(&directory)? {
                work.remove(Remains::Checkpoints, &directory.join(name))?;
            }
        }
        PartyRole::Agency => {
            for partner in names.iter().filter(|partner| partner.name != own.name) {
                work.remove(Remains::Parcels, &exchange.pair_path(run, &own.name, &partner.name, "parcel"))?;
                work.remove(Remains::Parcels, &directory.join(format!("{}.parcel", partner.name)))?;
                let map = directory.join(format!("{}.handles.csv", partner.name));
                match open_leads(&exchange, &agreement, run, [&own.name, &partner.name], context.desk.now)? {
                    false => work.remove(Remains::HandleMaps, &map)?,
                    true if map.exists() && !work.kept.contains(&Remains::HandleMaps) => {
                        work.kept.push(Remains::HandleMaps);
                    }
                    true => {}
                }
            }
            work.remove(Remains::QuarantineLists, &directory.join("quarantine.csv"))?;
        }
        PartyRole::Steward => work.remove(Remains::Grants, &exchange.grant_path(run, &own.name))?,
        PartyRole::Guardian => work.remove_pairs(&exchange, &agreement, run)?,
        PartyRole::Reviewer | PartyRole::Officer => unreachable!("refused above"),
    }
    if work.destroyed.is_empty() {
        work.destroyed.push(Remains::Nothing);
    }
    let Work { destroyed, kept, removed } = work;
    let path = exchange.destruction_path(run, &own.name);
    let again = path.symlink_metadata().is_ok();
    if !again {
        let what = (destroyed.clone(), kept.clone());
        let note = Destruction::issue(&agreement, run, &home.secrets, own, what, context.desk.now)?;
        exchange.publish(path.clone(), note.to_string().as_bytes())?;
    }
    let words = |list: &[Remains]| list.iter().map(|remains| remains.name()).collect::<Vec<_>>().join(", ");
    let mut report = Report::new(json!({
        "symbolon": "purge v1", "run": run, "by": own.name, "destroyed": destroyed, "kept": kept,
        "files": removed, "attestation": path, "attested_before": again,
    }))
    .say(format!("destroyed of run {run}: {} ({removed} files)", words(&destroyed)));
    if !kept.is_empty() {
        report = report.say(format!("kept while leads can open: {}; purge again afterwards", words(&kept)));
    }
    Ok(report
        .say(format!("attested: {}", path.display()))
        .say("copies on disks, in backups and with whoever read the exchange are not reached")
        .next("operator: symbolon operator log"))
}

/// Whether a lead between two agencies is open, or may still open: then its handle must be found.
fn open_leads(
    exchange: &Exchange,
    agreement: &SignedAgreement,
    run: RunNumber,
    [own, partner]: [&str; 2],
    now: Timestamp,
) -> Result<bool, Failure> {
    let Some(shares) = exchange.shares(agreement, run, own, partner)? else { return Ok(false) };
    let records = exchange.withdrawals(agreement, run)?;
    for slot in 1..=shares.slots {
        let standing = exchange.standing(agreement, run, &shares, slot, (&records, now))?;
        if matches!(standing.state(), State::Open | State::Sealed) {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Work {
    destroyed: Vec<Remains>,
    kept: Vec<Remains>,
    removed: usize,
}

impl Work {
    fn remove(&mut self, remains: Remains, path: &Path) -> Result<(), Failure> {
        if path.symlink_metadata().is_ok() {
            files::remove(path)?;
            self.removed += 1;
            if !self.destroyed.contains(&remains) {
                self.destroyed.push(remains);
            }
        }
        Ok(())
    }

    fn remove_pairs(
        &mut self,
        exchange: &Exchange,
        agreement: &SignedAgreement,
        run: RunNumber,
    ) -> Result<(), Failure> {
        for [a, b] in pairs(agreement) {
            self.remove(Remains::Pairs, &exchange.pair_path(run, &a.name, &b.name, "pairs"))?;
        }
        Ok(())
    }
}
