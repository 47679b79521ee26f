//! Duties from earlier runs, which block what comes next.
//!
//! Stewards look before they permit, agencies before they send: so a patched agency that reports nothing is stopped by both stewards and by
//! its partner.

use super::exchange::Exchange;
use super::ledger::Ledger;
use super::released::pairs;
use crate::agreement::{PartyRole, RunNumber, SignedAgreement};
use crate::failure::{DUTY, Failure};
use crate::release::destruction::{Destruction, attests, due};
use crate::release::{Records, Shares};
use jiff::Timestamp;

/// Refuses if a lead that was opened has no receipt of either agency.
pub(crate) fn receipts(
    exchange: &Exchange,
    agreement: &SignedAgreement,
    run: RunNumber,
    shares: &Shares,
    at: (&Records, Timestamp),
) -> Result<(), Failure> {
    for slot in 1..=shares.slots {
        let standing = exchange.standing(agreement, run, shares, slot, at)?;
        let missing = standing.receipts().iter().position(Option::is_none).filter(|_| standing.blocks());
        if let Some(missing) = missing {
            let agency = &shares.agencies[missing];
            let message = format!("lead {slot} of run {run} has no receipt of `{agency}`");
            return Err(Failure::new(DUTY, message).at(&exchange.receipt_path(run, shares, slot, agency)));
        }
    }
    Ok(())
}

/// Refuses if an earlier run left a lead without receipts, or a withdrawal without acknowledgements.
pub(crate) fn check(
    exchange: &Exchange,
    agreement: &SignedAgreement,
    run: RunNumber,
    now: Timestamp,
) -> Result<(), Failure> {
    for earlier in (1..run.number()).filter_map(RunNumber::new) {
        let records = exchange.withdrawals(agreement, earlier)?;
        for [first, second] in pairs(agreement) {
            if let Some(shares) = exchange.shares(agreement, earlier, &first.name, &second.name)? {
                receipts(exchange, agreement, earlier, &shares, (&records, now))?;
            }
        }
        for withdrawal in &records.withdrawals {
            for partner in agreement.body().of_role(PartyRole::Agency).filter(|agency| agency.name != withdrawal.by) {
                let path = exchange.acknowledgement_path(earlier, withdrawal, &partner.name);
                let done = match exchange.note_if(&path)? {
                    Some(note) => withdrawal.is_acknowledged(agreement, earlier, &partner.name, &note)?,
                    None => false,
                };
                if !done {
                    let message = format!("`{}` has not acknowledged a withdrawal of run {earlier}", partner.name);
                    return Err(Failure::new(DUTY, message).at(&path));
                }
            }
        }
    }
    Ok(())
}

/// Refuses if the encodings of an earlier run are overdue: not attested as destroyed by everybody who held any, or still in the exchange.
pub(crate) fn destroyed(
    exchange: &Exchange,
    ledger: &Ledger,
    agreement: &SignedAgreement,
    run: RunNumber,
    now: Timestamp,
) -> Result<(), Failure> {
    for earlier in (1..run.number()).filter_map(RunNumber::new) {
        let Some(over) = exchange.over(ledger, agreement, earlier)? else { continue };
        let at = due(agreement, over);
        if now < at {
            continue;
        }
        let term = || format!("`max.retention_hours` = {}", agreement.body().terms.max.retention_hours);
        for party in agreement.body().parties.iter().filter(|party| attests(party.role)) {
            let path = exchange.destruction_path(earlier, &party.name);
            let Some(note) = exchange.note_if(&path)? else {
                let message = format!("`{}` has not attested that run {earlier} is destroyed, due at {at}", party.name);
                return Err(Failure::new(DUTY, message).at(&path).under(term()));
            };
            Destruction::read(agreement, earlier, party, &note).map_err(|e| Failure::from(e).at(&path))?;
        }
        if let Some(path) = exchange.remains(agreement, earlier).first() {
            let message = format!("run {earlier} is attested to be destroyed, and this is still there");
            return Err(Failure::new(DUTY, message).at(path).under(term()));
        }
    }
    Ok(())
}
