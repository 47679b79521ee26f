//! Duties from earlier runs, which block what comes next.
//!
//! Stewards look before they permit, agencies before they send: so a patched agency that reports nothing is stopped by both stewards and by
//! its partner. Stewards open nothing: they see that the lists of receipts answer exactly the lists of consents in the log. The two
//! agencies see besides that no lead which opened is left out.

use super::released::{Released, entry, pairs, withdrawn};
use crate::agreement::{AgreementError, PartyRole};
use crate::failure::{DUTY, Failure};
use crate::log::{Entry, Kind};
use crate::release::lists::Placed;
use crate::release::{Shares, Withdrawals};

/// Refuses if an agency has not answered what was consented to: as soon as every holder has a list in the log, both agencies owe a list
/// of receipts, in the log, that names exactly the lists of consents which the log has.
pub(crate) fn receipts(released: &Released<'_>, shares: &Shares, records: &Withdrawals) -> Result<(), Failure> {
    let (run, own) = (released.run, &released.home.party.name);
    let consents = released.consents(shares)?;
    if !consents.of_all(shares.holders()) {
        return Ok(());
    }
    let receipts = released.receipts(shares)?;
    for agency in &shares.agencies {
        let chain = receipts.chain(agency)?;
        let last = chain.lists.last().filter(|last| last.answers == consents.logged());
        let Some(last) = last else {
            let [first, second] = &shares.agencies;
            let message = format!(
                "`{agency}` has not said what became of the leads of {first} and {second} of run {run} that were released"
            );
            let number = chain.lists.len() as u32 + 1;
            let path = released.exchange.receipts_path(run, shares, agency, number);
            return Err(released.exchange.failed(&path, Failure::new(DUTY, message)).of(agency));
        };
        released.ledger.require(&[entry(Kind::Receipts, run, last.place())], own, released.now)?;
    }
    if shares.agencies.contains(own) {
        for (slot, standing) in (1..).zip(released.standings(shares, records, true)?) {
            let missing = standing.receipts().iter().position(Option::is_none).filter(|_| standing.blocks());
            if let Some(missing) = missing {
                let message = format!(
                    "lead {slot} of run {run} opened, and the receipts of `{}` leave it out",
                    shares.agencies[missing]
                );
                let failure = released.exchange.failed(&released.exchange.run(run), Failure::new(DUTY, message));
                return Err(failure.of(&shares.agencies[missing]));
            }
        }
    }
    Ok(())
}

/// Refuses where shares that the log has are not in the exchange.
pub(crate) fn refuse_lost(released: &Released<'_>, [first, second]: [&str; 2]) -> Result<(), Failure> {
    let to = format!("{first}--{second}");
    match released.ledger.of(Kind::Shares, released.run.number()).find(|entry| entry.to == to) {
        None => Ok(()),
        Some(entry) => {
            let absent = AgreementError::Absent { artefact: "note of shares", from: entry.by.clone() };
            let path = released.exchange.shares_path(released.run, [first, second]);
            Err(released.exchange.failed(&path, absent).next("the log has it: put the note back into the exchange"))
        }
    }
}

/// Refuses if a run left released leads without receipts, or a withdrawal without acknowledgements; both count from the log.
pub(crate) fn answered(released: &Released<'_>) -> Result<(), Failure> {
    let Released { exchange, agreement, run, ledger, home, now, records } = released;
    let own = &home.party.name;
    for [first, second] in pairs(agreement) {
        match exchange.shares(agreement, *run, &first.name, &second.name)? {
            Some(shares) => receipts(released, &shares, records)?,
            // What is owed for leads must not vanish with the file that says so.
            None => refuse_lost(released, [&first.name, &second.name])?,
        }
    }
    for withdrawal in &records.all {
        let logged = withdrawn(*run, withdrawal);
        ledger.require(&[logged], own, *now)?;
        for partner in agreement.body().of_role(PartyRole::Agency).filter(|agency| agency.name != withdrawal.by) {
            let path = exchange.acknowledgement_path(*run, withdrawal, &partner.name);
            let Some(note) = exchange.note_if(&path)? else {
                let message = format!("`{}` has not acknowledged a withdrawal of run {run}", partner.name);
                return Err(exchange.failed(&path, Failure::new(DUTY, message)).of(&partner.name));
            };
            withdrawal
                .check_acknowledged(agreement, *run, &partner.name, &note)
                .map_err(|e| exchange.failed(&path, e))?;
            let kind = Kind::Acknowledgement;
            let entry = Entry::new(kind, run.number(), &partner.name, &withdrawal.by, note.digest());
            ledger.require(&[entry], own, *now)?;
        }
    }
    Ok(())
}
