//! What the exchange holds about released leads.
//!
//! ```text
//! run-N/A--B.shares                              shares of the leads of A and B, A first in the agreement
//! run-N/release/A--B.ISSUE.SLOT.HOLDER.consent   ISSUE is the digest of the shares, shortened
//! run-N/release/A--B.ISSUE.SLOT.AGENCY.receipt
//! run-N/release/AGENCY.RECORD.withdrawal
//! run-N/release/AGENCY.RECORD.PARTNER.acknowledgement
//! ```

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::exchange::Exchange;
use super::files;
use crate::agreement::{AgreementError, Party, PartyRole, RunNumber, SignedAgreement};
use crate::failure::Failure;
use crate::note::Note;
use crate::primitives;
use crate::release::standing::Standing;
use crate::release::{Consent, Receipt, Records, Shares, Withdrawal, pair_of};

/// Every pair of agencies, each in the agreement's order.
pub(crate) fn pairs(agreement: &SignedAgreement) -> Vec<[&Party; 2]> {
    let agencies: Vec<&Party> = agreement.body().of_role(PartyRole::Agency).collect();
    let rest = |i: usize| agencies[i + 1..].iter().copied();
    agencies.iter().enumerate().flat_map(|(i, &first)| rest(i).map(move |second| [first, second])).collect()
}

impl Exchange {
    /// Where the shares of two agencies' leads stand.
    pub(crate) fn shares_path(&self, run: RunNumber, [first, second]: [&str; 2]) -> PathBuf {
        self.pair_path(run, first, second, "shares")
    }

    /// The shares of two agencies' leads, if they were issued.
    pub(crate) fn shares(
        &self,
        agreement: &SignedAgreement,
        run: RunNumber,
        one: &str,
        other: &str,
    ) -> Result<Option<Shares>, Failure> {
        let pair = pair_of(agreement, one, other)?;
        let path = self.shares_path(run, pair.map(|agency| agency.name.as_str()));
        let Some(note) = self.note_if(&path)? else { return Ok(None) };
        Shares::read(agreement, run, pair, &note).map(Some).map_err(|e| Failure::from(e).at(&path))
    }

    /// Where a holder's consent to a lead stands.
    pub(crate) fn consent_path(&self, run: RunNumber, shares: &Shares, slot: u32, holder: &str) -> PathBuf {
        self.of_slot(run, shares, slot, holder, "consent")
    }

    /// Where an agency's receipt for a lead stands.
    pub(crate) fn receipt_path(&self, run: RunNumber, shares: &Shares, slot: u32, agency: &str) -> PathBuf {
        self.of_slot(run, shares, slot, agency, "receipt")
    }

    fn of_slot(&self, run: RunNumber, shares: &Shares, slot: u32, who: &str, kind: &str) -> PathBuf {
        let [first, second] = &shares.agencies;
        self.release(run).join(format!("{first}--{second}.{}.{slot}.{who}.{kind}", shares.issue.short()))
    }

    fn release(&self, run: RunNumber) -> PathBuf {
        self.run(run).join("release")
    }

    /// The consents to a lead that are there, verified.
    pub(crate) fn consents(
        &self,
        agreement: &SignedAgreement,
        run: RunNumber,
        shares: &Shares,
        slot: u32,
    ) -> Result<Vec<Consent>, Failure> {
        let mut found = Vec::new();
        for holder in shares.holders() {
            let path = self.consent_path(run, shares, slot, holder);
            let Some(note) = self.note_if(&path)? else { continue };
            found.push(Consent::read(agreement, shares, slot, &note).map_err(|e| Failure::from(e).at(&path))?);
        }
        Ok(found)
    }

    /// How a lead stands.
    pub(crate) fn standing(
        &self,
        agreement: &SignedAgreement,
        run: RunNumber,
        shares: &Shares,
        slot: u32,
        (records, now): (&Records, Timestamp),
    ) -> Result<Standing, Failure> {
        let consents = self.consents(agreement, run, shares, slot)?;
        let mut receipts = Vec::new();
        for agency in &shares.agencies {
            let path = self.receipt_path(run, shares, slot, agency);
            let Some(note) = self.note_if(&path)? else { continue };
            let receipt = Receipt::read(agreement, shares, agency, slot, &note);
            receipts.push(receipt.map_err(|e| Failure::from(e).at(&path))?);
        }
        Ok(Standing::of(shares, &consents, &receipts, records, now))
    }

    /// Where a withdrawal stands.
    pub(crate) fn withdrawal_path(&self, run: RunNumber, agency: &str, record: [u8; 16]) -> PathBuf {
        self.release(run).join(format!("{agency}.{}.withdrawal", primitives::hex(&record)))
    }

    /// Where a partner's acknowledgement of a withdrawal stands.
    pub(crate) fn acknowledgement_path(&self, run: RunNumber, withdrawal: &Withdrawal, partner: &str) -> PathBuf {
        let record = primitives::hex(&withdrawal.record);
        self.release(run).join(format!("{}.{record}.{partner}.acknowledgement", withdrawal.by))
    }

    /// Every withdrawal of a run, verified.
    pub(crate) fn withdrawals(&self, agreement: &SignedAgreement, run: RunNumber) -> Result<Records, Failure> {
        let directory = self.release(run);
        let mut records = Records::default();
        if !directory.is_dir() {
            return Ok(records);
        }
        for path in files::list(&directory, "withdrawal")? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            // An agency's name may have points in it; the record has none.
            let by = name.strip_suffix(".withdrawal").and_then(|stem| stem.rsplit_once('.')).map(|(by, _)| by);
            let absent = || AgreementError::Absent { artefact: "withdrawal", from: name.clone() };
            let note = self.note(&path, absent)?;
            let read = Withdrawal::read(agreement, run, by.unwrap_or_default(), &note);
            records.withdrawals.push(read.map_err(|e| Failure::from(e).at(&path))?);
        }
        Ok(records)
    }

    /// The notes of withdrawals alone, as they are.
    pub(crate) fn withdrawal_notes(&self, run: RunNumber) -> Result<Vec<Note>, Failure> {
        let directory = self.release(run);
        if !directory.is_dir() {
            return Ok(Vec::new());
        }
        let absent = || AgreementError::Absent { artefact: "withdrawal", from: "the exchange".to_owned() };
        files::list(&directory, "withdrawal")?.iter().map(|path| self.note(path, absent)).collect()
    }

    /// A note, if it is there.
    pub(crate) fn note_if(&self, path: &Path) -> Result<Option<Note>, Failure> {
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        self.note(path, || AgreementError::Absent { artefact: "note", from: "exchange".to_owned() }).map(Some)
    }
}
