//! How an agency takes a record out of a run, and how its partners say that they have forgotten it.

use super::opening::{Agency, read_handles};
use super::receipt;
use crate::agreement::{PartyRole, RunNumber};
use crate::cleared::by;
use crate::failure::{Failure, NOTHING_FOUND};
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::memory::Kept;
use crate::office::seat::Office;
use crate::outcome::release::{Acknowledged, Withdrawn};
use crate::parcel::Handle;
use crate::release::{Withdrawal, withdrawal};

/// Withdraws one own record, by its row, from every list of the run. No log is asked: nothing may stand in the way of a withdrawal.
pub fn withdraw(desk: &Desk, run: RunNumber, row: u64) -> Result<Withdrawn, Failure> {
    let office = Office::open(desk, Some(run))?;
    let cleared = office.clear::<by::Withdraw>(run)?;
    let (agreement, exchange, own) = (office.agreement()?, &office.exchange, office.own());
    let directory = office.run_dir(run)?;
    let mut paths = Vec::new();
    for partner in agreement.body().of_role(PartyRole::Agency).filter(|agency| agency.name != own) {
        let handles = read_handles(&directory.join(format!("{}.handles.csv", partner.name)))?;
        for (handle, _) in handles.into_iter().filter(|(_, (at, _))| *at == row && row > 0) {
            let handle = Handle(handle);
            let path = exchange.withdrawal_path(run, own, withdrawal(handle));
            if !exchange.there(&path)? {
                let note = Withdrawal::issue(agreement, &office.home.secrets, &cleared, handle)?;
                let entry = Entry::new(Kind::Withdrawal, run.number(), own, "-", note.digest());
                office.keep(Kept::Withdrawal, run, &note)?;
                office.publish(&path, note.to_string().as_bytes(), entry)?;
            }
            paths.push(exchange.place(&path).into());
        }
    }
    if paths.is_empty() {
        return Err(Failure::new(NOTHING_FOUND, "no encoding of this run is of that row")
            .next("give a row of the file that was encoded; one that was set aside was never sent, so there is nothing to withdraw"));
    }
    Ok(Withdrawn { run, withdrawn: paths.len(), paths })
}

/// Looks for the partners' withdrawn records among the own leads, and says so to everybody. What cannot be looked at is not
/// acknowledged.
pub fn acknowledge(desk: &Desk, run: RunNumber) -> Result<Acknowledged, Failure> {
    let agency = Agency::<by::Acknowledge>::cleared(desk, run)?;
    let records = &agency.records;
    let (mut waiting, mut receipts) = (0, Vec::new());
    // Where there is no list yet, there is nothing to forget.
    if agency.has_lists()? {
        for opening in &agency.open()? {
            let answered = receipt::answer(&agency, opening, None, desk)?;
            waiting += answered.waiting;
            receipts.extend(answered.path.map(Into::into));
        }
    }
    let mut acknowledged = 0;
    for withdrawal in records.all.iter().filter(|w| w.by != agency.own) {
        let path = agency.exchange.acknowledgement_path(run, withdrawal, &agency.own);
        if !agency.exchange.there(&path)? {
            let note = withdrawal.acknowledge(&agency.agreement, &agency.home.secrets, &agency.cleared)?;
            let entry = Entry::new(Kind::Acknowledgement, run.number(), &agency.own, &withdrawal.by, note.digest());
            agency.publish(&path, note.to_string().as_bytes(), entry)?;
            acknowledged += 1;
        }
    }
    Ok(Acknowledged { run, acknowledged, waiting, receipts })
}
