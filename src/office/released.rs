//! What the exchange holds about released leads, and what of it a party counts.
//!
//! ```text
//! run-N/A--B.shares                                shares of the leads of A and B, A first in the agreement
//! run-N/release/A--B.ISSUE.HOLDER.NUMBER.consents  ISSUE is the digest of the shares, shortened; NUMBER is 1, 2, …
//! run-N/release/A--B.ISSUE.AGENCY.NUMBER.receipts
//! run-N/release/AGENCY.RECORD.withdrawal
//! run-N/release/AGENCY.RECORD.PARTNER.acknowledgement
//! ```
//!
//! Lists are found by what they say, not by their names. What the log has of them must be there; what it does not have yet does not
//! count.

use jiff::Timestamp;

use super::exchange::Exchange;
use super::home::Home;
use super::store::Name;
use crate::agreement::{AgreementError, Party, PartyRole, RunNumber, SignedAgreement};
use crate::failure::Failure;
use crate::gate::logged::Logged;
use crate::log::{Entry, Kind};
use crate::note::Note;
use crate::primitives::{self, Digest};
use crate::release::lists::{Chain, Place, Placed, chain, claimed_issue};
use crate::release::standing::Standing;
use crate::release::{
    Answer, Consent, ConsentList, Outcome, ReceiptList, ReleaseError, Shares, Withdrawal, Withdrawals, pair_of,
};

/// Every pair of agencies, each in the agreement's order.
pub(crate) fn pairs(agreement: &SignedAgreement) -> Vec<[&Party; 2]> {
    let agencies: Vec<&Party> = agreement.body().of_role(PartyRole::Agency).collect();
    let rest = |i: usize| agencies[i + 1..].iter().copied();
    agencies.iter().enumerate().flat_map(|(i, &first)| rest(i).map(move |second| [first, second])).collect()
}

impl Exchange {
    /// Where the shares of two agencies' leads stand.
    pub(crate) fn shares_path(&self, run: RunNumber, [first, second]: [&str; 2]) -> Name {
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
        Shares::read(agreement, run, pair, &note).map(Some).map_err(|e| self.failed(&path, e))
    }

    /// Where a holder's list of consents stands.
    pub(crate) fn consents_path(&self, run: RunNumber, shares: &Shares, holder: &str, number: u32) -> Name {
        self.list_path(run, shares, holder, number, Kind::Consents)
    }

    /// Where an agency's list of receipts stands.
    pub(crate) fn receipts_path(&self, run: RunNumber, shares: &Shares, agency: &str, number: u32) -> Name {
        self.list_path(run, shares, agency, number, Kind::Receipts)
    }

    fn list_path(&self, run: RunNumber, shares: &Shares, of: &str, number: u32, kind: Kind) -> Name {
        let ([first, second], kind) = (&shares.agencies, kind.name());
        self.release(run).below(format!("{first}--{second}.{}.{of}.{number}.{kind}", shares.issue.short()))
    }

    fn release(&self, run: RunNumber) -> Name {
        self.run(run).below("release")
    }

    /// Files of this kind about what is released in a run, sorted by name.
    pub(crate) fn releases(&self, run: RunNumber, kind: Kind) -> Result<Vec<Name>, Failure> {
        self.store.list(&self.release(run), kind.name())
    }

    /// Where a withdrawal stands.
    pub(crate) fn withdrawal_path(&self, run: RunNumber, agency: &str, record: [u8; 16]) -> Name {
        self.release(run).below(format!("{agency}.{}.withdrawal", primitives::hex(&record)))
    }

    /// Where a partner's acknowledgement of a withdrawal stands.
    pub(crate) fn acknowledgement_path(&self, run: RunNumber, withdrawal: &Withdrawal, partner: &str) -> Name {
        let record = primitives::hex(&withdrawal.record);
        self.release(run).below(format!("{}.{record}.{partner}.acknowledgement", withdrawal.by))
    }

    /// Every withdrawal of a run, verified.
    pub(crate) fn withdrawals(&self, agreement: &SignedAgreement, run: RunNumber) -> Result<Withdrawals, Failure> {
        let mut records = Withdrawals::default();
        for path in self.releases(run, Kind::Withdrawal)? {
            let name = path.file();
            // An agency's name may have points in it; the record has none.
            let by = name.strip_suffix(".withdrawal").and_then(|stem| stem.rsplit_once('.')).map(|(by, _)| by);
            let absent = || AgreementError::Absent { artefact: "withdrawal", from: name.to_owned() };
            let note = self.note(&path, absent)?;
            let read = Withdrawal::read(agreement, run, by.unwrap_or_default(), &note);
            records.all.push(read.map_err(|e| self.failed(&path, e))?);
        }
        Ok(records)
    }

    /// The notes of withdrawals alone, as they are.
    pub(crate) fn withdrawal_notes(&self, run: RunNumber) -> Result<Vec<Note>, Failure> {
        let absent = || AgreementError::Absent { artefact: "withdrawal", from: "the exchange".to_owned() };
        self.releases(run, Kind::Withdrawal)?.iter().map(|path| self.note(path, absent)).collect()
    }
}

/// Lists of one kind about one issue, verified as their authors'.
#[derive(Debug)]
pub(crate) struct Lists<T> {
    lists: Vec<T>,
    /// Digests of those that the log has.
    logged: Vec<Digest>,
}

impl<T: Placed> Lists<T> {
    /// The lists of one author, first to last.
    pub(crate) fn chain(&self, of: &str) -> Result<Chain<'_, T>, Failure> {
        Ok(chain(&self.lists, of, |place| self.is_logged(place))?)
    }

    /// Whether the log has this list.
    pub(crate) fn is_logged(&self, place: &Place) -> bool {
        self.logged.contains(&place.digest)
    }

    /// Digests of all lists that the log has, ascending.
    pub(crate) fn logged(&self) -> &[Digest] {
        &self.logged
    }

    /// How many wait for the log.
    pub(crate) fn waiting(&self) -> usize {
        self.lists.len() - self.logged.len()
    }

    /// Whether each of these has a list in the log.
    pub(crate) fn of_all<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> bool {
        names.all(|name| self.lists.iter().any(|list| list.place().of == name && self.is_logged(list.place())))
    }
}

/// The entry of a list in the log.
pub(crate) fn entry(kind: Kind, run: RunNumber, place: &Place) -> Entry {
    Entry::new(kind, run.number(), &place.by, "-", place.digest)
}

/// The entry of a withdrawal in the log.
pub(crate) fn withdrawn(run: RunNumber, withdrawal: &Withdrawal) -> Entry {
    Entry::new(Kind::Withdrawal, run.number(), &withdrawal.by, "-", withdrawal.digest)
}

/// What is released in a run, as the party in a home sees it.
#[derive(Debug)]
pub(crate) struct Released<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) agreement: &'a SignedAgreement,
    pub(crate) run: RunNumber,
    pub(crate) ledger: &'a Logged,
    pub(crate) home: &'a Home,
    pub(crate) now: Timestamp,
    /// Every withdrawal of the run, those that only this home remembers too.
    pub(crate) records: &'a Withdrawals,
}

impl Released<'_> {
    /// The lists of consents to the leads of this issue.
    pub(crate) fn consents(&self, shares: &Shares) -> Result<Lists<ConsentList>, Failure> {
        let mut lists = self.lists(Kind::Consents, shares, |note| ConsentList::read(self.agreement, shares, note))?;
        let number = self.run.number();
        let before: Vec<(Timestamp, u64)> = self
            .records
            .all
            .iter()
            .filter(|w| shares.agencies.contains(&w.by))
            .filter_map(|w| Some((w.created, self.ledger.view.find(&withdrawn(self.run, w))?)))
            .collect();
        for list in &mut lists.lists {
            // A consent that came into the log after a withdrawal was not given before it, whatever date it bears.
            let place = list.place();
            let at = self.ledger.view.find(&Entry::new(Kind::Consents, number, &place.by, "-", place.digest));
            let before = before.iter().filter(|(_, stands)| at.is_none_or(|at| *stands < at));
            if let Some(latest) = before.map(|(created, _)| *created).max() {
                list.no_earlier(latest);
            }
        }
        Ok(lists)
    }

    /// The lists of receipts for them.
    pub(crate) fn receipts(&self, shares: &Shares) -> Result<Lists<ReceiptList>, Failure> {
        self.lists(Kind::Receipts, shares, |note| ReceiptList::read(self.agreement, shares, note))
    }

    /// How the leads of an issue stand, slot by slot, for one of its two agencies or a keeper of a share. With `counted`, by
    /// what the log has; without, by everything that was published.
    pub(crate) fn standings(
        &self,
        shares: &Shares,
        records: &Withdrawals,
        counted: bool,
    ) -> Result<Vec<Standing>, Failure> {
        let (consents, receipts) = (self.consents(shares)?, self.receipts(shares)?);
        let mut given = Vec::new();
        for holder in shares.holders() {
            let chain = consents.chain(holder)?;
            let lists = if counted { chain.in_log() } else { &chain.lists };
            given.extend(Consent::seen(shares, lists, &self.home.secrets)?);
        }
        let mut answers = Vec::new();
        for agency in &shares.agencies {
            let chain = receipts.chain(agency)?;
            let lists = if counted { chain.in_log() } else { &chain.lists };
            answers.push(ReceiptList::opened(shares, lists, &self.home.secrets)?);
        }
        let outcome = |at: usize, slot: u32| -> Option<Outcome> {
            answers.get(at)?.get(slot as usize - 1).copied().flatten().map(Answer::outcome)
        };
        let of =
            |slot: u32| Standing::of(shares, slot, &given, [outcome(0, slot), outcome(1, slot)], (records, self.now));
        Ok((1..=shares.slots).map(of).collect())
    }

    fn lists<T: Placed>(
        &self,
        kind: Kind,
        shares: &Shares,
        read: impl Fn(&Note) -> Result<T, ReleaseError>,
    ) -> Result<Lists<T>, Failure> {
        let number = self.run.number();
        let mut notes: Vec<(Name, Note)> = Vec::new();
        for path in self.exchange.releases(self.run, kind)? {
            // Whoever writes into the exchange can leave anything there; it counts only if the log has it.
            let note = self.exchange.note_bytes(&path).ok().and_then(|bytes| Note::parse(&bytes).ok());
            notes.extend(note.map(|note| (path, note)));
        }
        self.all_there(kind, &notes.iter().map(|(_, note)| note.digest()).collect::<Vec<_>>())?;
        let mut found = Lists { lists: Vec::<T>::new(), logged: Vec::new() };
        for (path, note) in notes.iter().filter(|(_, note)| claimed_issue(note) == Some(shares.issue)) {
            let digest = note.digest();
            if found.lists.iter().any(|list| list.place().digest == digest) {
                continue;
            }
            let is = |entry: &&Entry| entry.kind == kind && entry.run == number && entry.digest == digest;
            let entry = self.ledger.view.entries().iter().find(is);
            match read(note) {
                Ok(list) if entry.is_some_and(|entry| entry.by == list.place().by) => {
                    found.logged.push(digest);
                    found.lists.push(list);
                }
                Ok(list) => found.lists.push(list),
                Err(error) if entry.is_some() => return Err(self.exchange.failed(path, error)),
                Err(_) => {}
            }
        }
        found.logged.sort_unstable();
        Ok(found)
    }

    /// Refuses while something is in the log and not in the exchange.
    fn all_there(&self, kind: Kind, found: &[Digest]) -> Result<(), Failure> {
        match missing(self.ledger.view.entries(), kind, self.run, found) {
            None => Ok(()),
            Some(entry) => {
                let absent = AgreementError::Absent { artefact: kind.name(), from: entry.by.clone() };
                let failure = self.exchange.failed(&self.exchange.release(self.run), absent);
                Err(failure.next("the log has it: put the note back into the exchange"))
            }
        }
    }
}

/// An entry of this kind and run of which the exchange does not have the artefact.
pub(crate) fn missing<'e>(entries: &'e [Entry], kind: Kind, run: RunNumber, found: &[Digest]) -> Option<&'e Entry> {
    entries.iter().find(|e| e.kind == kind && e.run == run.number() && !found.contains(&e.digest))
}
