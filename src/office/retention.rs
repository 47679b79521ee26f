//! When a run is over, what should be gone then, and who has said that it is.

use std::path::PathBuf;

use jiff::Timestamp;

use super::exchange::Exchange;
use super::released::pairs;
use super::store::Name;
use crate::agreement::{AgreementError, PartyRole, Permit, RunNumber, SignedAgreement};
use crate::failure::Failure;
use crate::gate::logged::Logged;
use crate::log::Kind;

impl Exchange {
    /// Where a party's attestation stands.
    pub(crate) fn destruction_path(&self, run: RunNumber, party: &str) -> Name {
        self.run(run).below(format!("{party}.destruction"))
    }

    /// When a run was over: its leads issued for every pair of agencies, or else its last permit ended. Nothing if it never was permitted.
    pub(crate) fn over(
        &self,
        log: &Logged,
        agreement: &SignedAgreement,
        run: RunNumber,
    ) -> Result<Option<Timestamp>, Failure> {
        let mut ends = Vec::new();
        for steward in agreement.body().of_role(PartyRole::Steward) {
            let path = self.permit_path(run, &steward.name);
            match self.note_if(&path)? {
                Some(note) => {
                    let permit = Permit::of_run(agreement, run, steward, &note);
                    ends.push(permit.map_err(|e| self.failed(&path, e))?.expires);
                }
                None if log.of(Kind::Permit, run.number()).any(|e| e.by == steward.name) => {
                    let absent = AgreementError::Absent { artefact: "permit", from: steward.name.clone() };
                    return Err(self.failed(&path, absent));
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

    /// What is left of a run in the exchange that should not outlive it. What cannot be looked at may be there.
    pub(crate) fn remains(&self, agreement: &SignedAgreement, run: RunNumber) -> Vec<PathBuf> {
        let grants = agreement.body().of_role(PartyRole::Steward).map(|steward| self.grant_path(run, &steward.name));
        let parcels = agreement.ordered_pairs().map(|(a, b)| self.pair_path(run, &a.name, &b.name, "parcel"));
        let candidates = pairs(agreement).into_iter().map(|[a, b]| self.pair_path(run, &a.name, &b.name, "pairs"));
        let all = grants.chain(parcels).chain(candidates);
        all.filter(|name| self.there(name).unwrap_or(true)).map(|name| self.place(&name)).collect()
    }
}
