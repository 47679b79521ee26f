//! What of its leads an agency can open: by lists of consents that are in the log under cosignatures, and by nothing else.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::agreement::{AgreementError, PartyRole, RunNumber, SignedAgreement};
use crate::cleared::{Cleared, Kind as Asked, by};
use crate::failure::{Failure, NOT_A_FILE};
use crate::gate::logged::Logged as Ledger;
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::exchange::{Exchange, MAX_SEALED};
use crate::office::files;
use crate::office::home::Home;
use crate::office::memory::Memory;
use crate::office::released::{Lists, Released, entry};
use crate::office::seat::Office;
use crate::office::store::Name;
use crate::outcome::release::OwnLead;
use crate::parcel::ParcelError;
use crate::primitives;
use crate::release::lists::Placed;
use crate::release::standing::{Standing, State};
use crate::release::{self, Consent, ConsentList, Consents, LeadList, Outcome, ReleaseError, Shares, Withdrawals};

/// In the home of an agency: ids of records that the reviewers planted in its file and had enrolled in the register, one a line.
const CANARIES: &str = "canaries.txt";

/// What of one list is open, and what is not.
#[derive(Debug)]
pub(crate) struct Opening {
    pub(crate) partner: String,
    pub(crate) shares: Shares,
    pub(crate) found: Vec<OwnLead>,
    /// Slots that need no person to say what became of them: fillers, leads that the partner withdrew, and leads that lapsed open.
    pub(crate) settled: Vec<(u32, Outcome)>,
    pub(crate) sealed: u32,
    /// Lists of consents to be answered: all that the log has, once every holder has one and all of them count.
    pub(crate) consents: Option<Vec<primitives::Digest>>,
    /// Lists that are published and do not count.
    pub(crate) unlogged: usize,
    /// Why slots stay sealed whatever is consented to.
    pub(crate) closed: Option<String>,
}

impl Opening {
    pub(crate) fn settled(&self, outcome: Outcome) -> usize {
        self.settled.iter().filter(|(_, settled)| *settled == outcome).count()
    }
}

/// An agency in a run, with the log open, cleared for an act.
#[derive(Debug)]
pub(crate) struct Agency<K: Asked> {
    pub(crate) cleared: Cleared<K>,
    pub(crate) home: Home,
    pub(crate) exchange: Exchange,
    pub(crate) agreement: SignedAgreement,
    pub(crate) ledger: Ledger,
    pub(crate) own: String,
    pub(crate) run: RunNumber,
    pub(crate) now: Timestamp,
    pub(crate) records: Withdrawals,
    canaries: PathBuf,
    /// Whether leads may be opened, which other acts than opening may need too.
    opens: Result<Cleared<by::Open>, Failure>,
}

impl<K: Asked> Agency<K> {
    /// An agency that the gate has cleared for this act.
    pub(crate) fn cleared(desk: &Desk, run: RunNumber) -> Result<Self, Failure> {
        let office = Office::open(desk, Some(run))?;
        let cleared = office.clear::<K>(run)?;
        let (agreement, own) = (office.agreement()?.clone(), office.own().to_owned());
        let records = office.run(run)?.withdrawals.clone()?;
        let canaries = desk.home_path()?.join(CANARIES);
        let opens = office.clear::<by::Open>(run);
        let Office { home, exchange, facts, .. } = office;
        Ok(Self {
            cleared,
            home,
            exchange,
            agreement,
            ledger: facts.log?,
            own,
            run,
            now: desk.now,
            records,
            canaries,
            opens,
        })
    }

    /// Publishes a file after the home has noted that it does.
    pub(crate) fn publish(&self, path: &Name, bytes: &[u8], entry: Entry) -> Result<PathBuf, Failure> {
        Memory::of(&self.home, self.agreement.digest()).record(&[entry])?;
        self.exchange.publish(path, bytes)
    }

    pub(crate) fn released(&self) -> Released<'_> {
        let Self { home, exchange, agreement, ledger, run, now, records, .. } = self;
        Released { exchange, agreement, run: *run, ledger, home, now: *now, records }
    }

    pub(crate) fn partners(&self) -> Vec<String> {
        let agencies = self.agreement.body().of_role(PartyRole::Agency).map(|agency| agency.name.clone());
        agencies.filter(|name| *name != self.own).collect()
    }

    /// The list about one partner, if it is there.
    fn list(&self, opens: &Cleared<by::Open>, partner: &str) -> Result<Option<LeadList>, Failure> {
        let path = self.exchange.pair_path(self.run, &self.own, partner, "leads");
        let shares = self.exchange.shares(&self.agreement, self.run, &self.own, partner)?;
        let (Some(shares), true) = (shares, self.exchange.there(&path)?) else { return Ok(None) };
        let issuer = &release::issuer(&self.agreement)?.name;
        let bytes =
            self.exchange.sealed(&path, release::leads::most_bytes(&self.agreement), "list of leads", issuer)?;
        let list = LeadList::open(bytes, &self.agreement, &self.home.secrets, opens, partner, shares);
        list.map(Some).map_err(|e| self.exchange.failed(&path, e))
    }

    /// Whether the list about any partner is there.
    pub(crate) fn has_lists(&self) -> Result<bool, Failure> {
        for partner in self.partners() {
            if self.exchange.there(&self.exchange.pair_path(self.run, &self.own, &partner, "leads"))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Opens whatever everybody has consented to.
    pub(crate) fn open(&self) -> Result<Vec<Opening>, Failure> {
        let opens = self.opens.as_ref().map_err(Clone::clone)?;
        let (mut lists, mut held) = (Vec::new(), Vec::new());
        for partner in self.partners() {
            match self.list(opens, &partner)? {
                Some(list) => lists.push((partner, list)),
                None => held.push(partner),
            }
        }
        if lists.is_empty() {
            let absent = AgreementError::Absent { artefact: "list of leads", from: held.swap_remove(0) };
            return Err(Failure::from(absent).next(crate::failure::ISSUE));
        }
        let openings =
            lists.iter().map(|(partner, list)| self.opening(partner, list)).collect::<Result<Vec<_>, _>>()?;
        self.refuse_canaries(&openings)?;
        Ok(openings)
    }

    /// The consents that count: in the log, under the cosignatures of others, and no later than one that does not count.
    fn counted<'l>(
        &self,
        shares: &Shares,
        lists: &'l Lists<ConsentList>,
    ) -> Result<Vec<Vec<&'l ConsentList>>, Failure> {
        let covered = |list: &&&ConsentList| {
            self.ledger.require(&[entry(Kind::Consents, self.run, list.place())], &self.own, self.now).is_ok()
        };
        let of = |holder: &str| Ok(lists.chain(holder)?.in_log().iter().take_while(covered).copied().collect());
        shares.holders().map(of).collect()
    }

    fn opening(&self, partner: &str, list: &LeadList) -> Result<Opening, Failure> {
        let (released, shares) = (self.released(), list.shares());
        let records = &self.records;
        let (handles, lists) = (self.handles(partner)?, released.consents(shares)?);
        let counted = self.counted(shares, &lists)?;
        let mut consents = Vec::new();
        for lists in &counted {
            consents.extend(Consent::opened(shares, lists, &self.home.secrets)?);
        }
        let mut digests: Vec<_> = counted.iter().flatten().map(|list| list.place().digest).collect();
        digests.sort_unstable();
        let unlogged = lists.logged().len() + lists.waiting() - digests.len();
        let every = counted.iter().all(|lists| !lists.is_empty()) && digests == lists.logged();
        let mut opening = Opening {
            partner: partner.to_owned(),
            shares: shares.clone(),
            found: Vec::new(),
            settled: Vec::new(),
            sealed: 0,
            consents: every.then_some(digests),
            unlogged,
            closed: None,
        };
        for slot in 1..=shares.slots {
            let all = match Consents::gather(shares, slot, &consents, records, self.now) {
                Ok(all) => all,
                Err(ReleaseError::Incomplete { .. }) => {
                    opening.sealed += 1;
                    continue;
                }
                Err(error @ (ReleaseError::Lapsed { .. } | ReleaseError::Frozen { .. })) => {
                    // What was open before its time was over still needs a receipt.
                    let standing = Standing::of(shares, slot, &consents, [None; 2], (records, self.now));
                    match standing.state() {
                        State::Open => opening.settled.push((slot, Outcome::Lapsed)),
                        _ => opening.sealed += 1,
                    }
                    opening.closed = Some(format!("with {partner}: {error}"));
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            match list.lead(&all)? {
                None => opening.settled.push((slot, Outcome::Empty)),
                Some(lead) if records.withdrew(partner, lead.withdrawal) => {
                    opening.settled.push((slot, Outcome::Withdrawn));
                }
                Some(lead) => {
                    let Some((row, id)) = handles.get(&lead.handle.0).cloned() else {
                        return Err(ParcelError::Form("a lead on a handle that this agency never gave").into());
                    };
                    if row == 0 {
                        // A dummy: nobody is behind it.
                        opening.settled.push((slot, Outcome::Empty));
                        continue;
                    }
                    let (partner, text) = (partner.to_owned(), lead.id_text());
                    let (band, expires) = (lead.band, lead.expires);
                    opening.found.push(OwnLead { id, row, partner, lead: text, band, expires, slot });
                }
            }
        }
        Ok(opening)
    }

    /// Refuses every lead if one is about a person that the reviewers planted, who is in the register: then screening is broken.
    fn refuse_canaries(&self, openings: &[Opening]) -> Result<(), Failure> {
        let path = &self.canaries;
        if path.symlink_metadata().is_err() {
            return Ok(());
        }
        let text = files::read_text(path, 1 << 20)?;
        let planted: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let mut found = openings.iter().flat_map(|opening| &opening.found);
        match found.find(|own| planted.contains(&own.id.as_str())) {
            Some(own) => {
                Err(Failure::from(ReleaseError::CanarySeen { row: own.row, partner: own.partner.clone() }).at(path))
            }
            None => Ok(()),
        }
    }

    /// The rows and ids of this agency's handles for a partner.
    fn handles(&self, partner: &str) -> Result<HashMap<[u8; 16], (u64, String)>, Failure> {
        let directory = self.home.run_dir(&self.agreement, self.run)?;
        read_handles(&directory.join(format!("{partner}.handles.csv")))
    }
}

/// Reads a map of handles.
pub(super) fn read_handles(path: &Path) -> Result<HashMap<[u8; 16], (u64, String)>, Failure> {
    files::require_private(path)?;
    let unfit = || Failure::new(NOT_A_FILE, "the handle map is damaged").at(path);
    let bytes = zeroize::Zeroizing::new(files::read(path, MAX_SEALED)?);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let mut handles = HashMap::new();
    for row in reader.records() {
        let row = row.map_err(|_| unfit())?;
        let (Some(handle), Some(number), Some(id)) = (row.get(0), row.get(1), row.get(2)) else { return Err(unfit()) };
        let handle = primitives::unhex(handle).and_then(|bytes| bytes.try_into().ok()).ok_or_else(unfit)?;
        handles.insert(handle, (number.parse().map_err(|_| unfit())?, id.to_owned()));
    }
    Ok(handles)
}
