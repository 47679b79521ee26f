//! Duties from earlier runs, which block what comes next.
//!
//! Stewards look before they permit, agencies before they send: so a patched agency that reports nothing is stopped by both stewards and by
//! its partner.

use super::exchange::Exchange;
use super::released::pairs;
use crate::agreement::{PartyRole, RunNumber, SignedAgreement};
use crate::failure::{DUTY, Failure};
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

/// Refuses if a run left a lead without receipts, or a withdrawal without acknowledgements.
pub(crate) fn answered(
    exchange: &Exchange,
    agreement: &SignedAgreement,
    run: RunNumber,
    now: Timestamp,
) -> Result<(), Failure> {
    let records = exchange.withdrawals(agreement, run)?;
    for [first, second] in pairs(agreement) {
        if let Some(shares) = exchange.shares(agreement, run, &first.name, &second.name)? {
            receipts(exchange, agreement, run, &shares, (&records, now))?;
        }
    }
    for withdrawal in &records.withdrawals {
        for partner in agreement.body().of_role(PartyRole::Agency).filter(|agency| agency.name != withdrawal.by) {
            let path = exchange.acknowledgement_path(run, withdrawal, &partner.name);
            let done = match exchange.note_if(&path)? {
                Some(note) => withdrawal.is_acknowledged(agreement, run, &partner.name, &note)?,
                None => false,
            };
            if !done {
                let message = format!("`{}` has not acknowledged a withdrawal of run {run}", partner.name);
                return Err(Failure::new(DUTY, message).at(&path).of(&partner.name));
            }
        }
    }
    Ok(())
}
