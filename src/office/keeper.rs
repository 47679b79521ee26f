//! The log as its keeper, the operator, writes it.
//!
//! Tiles are written before the checkpoint, and the checkpoint is kept in the keeper's home before it is published: whatever is
//! killed in between, what was signed once is what is published, and nothing that contradicts it is signed.

use super::exchange::{Exchange, Halt};
use super::home::Home;
use super::ledger;
use super::log_files::LogFiles;
use super::store::Name;
use super::{files, released};
use crate::agreement::{Party, PartyRole, RunNumber, SignedAgreement};
use crate::failure::Failure;
use crate::log::{Checkpoint, Entry, Kind, LogError, SignedCheckpoint, View};
use crate::note::Note;
use crate::primitives::Digest;
use crate::release::lists::{Place, Placed};
use crate::release::{self, ConsentList, ReceiptList, Shares, Withdrawal, destruction};

/// What was done.
#[derive(Debug)]
pub struct Appended {
    /// New entries.
    pub entries: Vec<Entry>,
    /// The state of the log.
    pub checkpoint: Checkpoint,
    /// Files that were not logged, and why.
    pub remarks: Vec<String>,
}

/// Logs every artefact in the exchange that bears its party's signature and is not in the log yet.
pub(crate) fn append(exchange: &Exchange, agreement: &SignedAgreement, home: &Home) -> Result<Appended, Failure> {
    let _lock = exchange.lock()?;
    let files = exchange.log();
    sweep(&files);
    let view = current(&files, agreement, home)?;
    let (new, remarks) = waiting(exchange, agreement, &view)?;
    if new.is_empty() {
        return Ok(Appended { entries: new, checkpoint: view.checkpoint().clone(), remarks });
    }
    let (tiles, checkpoint) = view.grow(&new)?;
    for (tile, bytes) in tiles {
        files.store.replace(&files.name(&tile), &bytes)?;
    }
    let signed = home.secrets.sign_checkpoint(checkpoint.clone())?;
    ledger::remember_signed(home, agreement.digest(), &signed)?;
    publish(&files, agreement, home, &signed)?;
    Ok(Appended { entries: new, checkpoint, remarks })
}

/// What is in the exchange and not in the log yet, and what will never be in it, with the reason.
pub(crate) fn waiting(
    exchange: &Exchange,
    agreement: &SignedAgreement,
    view: &View,
) -> Result<(Vec<Entry>, Vec<String>), Failure> {
    let (found, mut remarks) = artefacts(exchange, agreement, view)?;
    let mut new: Vec<Entry> = Vec::new();
    for entry in found {
        let first = new.iter().find(|one| entry.kind.is_once() && one.same_slot(&entry) && **one != entry);
        if let Err(error) = first.map_or_else(|| view.only(&entry), |first| Err(replaced(first))) {
            remarks.push(format!("a {} of `{}` was not logged: {error}", entry.kind.name(), entry.by));
        } else if view.find(&entry).is_none() && !new.contains(&entry) {
            new.push(entry);
        }
    }
    Ok((new, remarks))
}

/// The log without an entry, where there is none yet.
pub(crate) fn empty(agreement: &SignedAgreement) -> View {
    View::empty(&ledger::origin(agreement.digest()))
}

fn has_shares(exchange: &Exchange, agreement: &SignedAgreement, run: RunNumber, [a, b]: [&Party; 2]) -> bool {
    let pair = release::pair_of(agreement, &a.name, &b.name).map(|pair| pair.map(|agency| agency.name.as_str()));
    // What cannot be looked at is for those to say who look at it.
    pair.is_ok_and(|pair| exchange.there(&exchange.shares_path(run, pair)).unwrap_or(true))
}

fn replaced(first: &Entry) -> LogError {
    LogError::Replaced { what: first.kind.name(), by: first.by.clone() }
}

/// Removes temporary files that a killed command of the keeper left of the log.
pub(crate) fn tidy(exchange: &Exchange, agreement: &SignedAgreement, home: &Home) -> Result<(), Failure> {
    let _lock = exchange.lock()?;
    sweep(&exchange.log());
    files::sweep(&home.log_dir(agreement.digest()));
    Ok(())
}

/// Only the keeper writes the checkpoint and the tiles, one at a time; what it was killed at may have another name than what it
/// writes next.
fn sweep(files: &LogFiles) {
    ["checkpoint", "tile"].iter().for_each(|name| files.store.sweep(&files.name(name)));
}

fn publish(
    files: &LogFiles,
    agreement: &SignedAgreement,
    home: &Home,
    signed: &SignedCheckpoint,
) -> Result<(), Failure> {
    // No checkpoint is on the disk before the tiles that it speaks of.
    files.store.settle();
    files.store.replace(&files.name("checkpoint"), signed.to_string().as_bytes())?;
    ledger::remember(home, agreement.digest(), signed, ledger::keeper(agreement.body())?)
}

/// The log as this home left it: what a killed command signed is published first; what it did not sign itself, whoever holds
/// the same key, it does not go on with.
fn current(files: &LogFiles, agreement: &SignedAgreement, home: &Home) -> Result<View, Failure> {
    let digest = agreement.digest();
    let (own, origin) = (ledger::keeper(agreement.body())?, ledger::origin(digest));
    let mine = ledger::checkpoint(&home.log_file(digest, "signed"))?;
    let there = files.checkpoint(&files.name("checkpoint"))?;
    let place = files.place();
    let at = |e: LogError| Failure::from(e).at(&place);
    let there_size = match &there {
        Some(signed) => ledger::kept(signed, &origin, own).map_err(|e| e.at(&place))?.size,
        None => 0,
    };
    let Some(mine) = mine else {
        return match there {
            None => Ok(View::empty(&origin)),
            Some(_) => Err(at(LogError::Keepers { signed: 0, found: there_size })),
        };
    };
    if there_size > mine.claim().size {
        return Err(at(LogError::Keepers { signed: mine.claim().size, found: there_size }));
    }
    let view = View::read(files, mine.claim()).map_err(at)?;
    if let Some(there) = &there {
        view.continues(there.claim(), "the exchange").map_err(at)?;
    }
    if there.as_ref().map(SignedCheckpoint::claim) != Some(mine.claim()) {
        publish(files, agreement, home, &mine)?;
    }
    Ok(view)
}

/// An entry for every artefact in the exchange, in the order in which a run makes them.
fn artefacts(
    exchange: &Exchange,
    agreement: &SignedAgreement,
    view: &View,
) -> Result<(Vec<Entry>, Vec<String>), Failure> {
    let mut scan = Scan { exchange, entries: vec![Entry::agreement(agreement.digest())], remarks: Vec::new() };
    let body = agreement.body();
    for (from, to) in agreement.ordered_pairs() {
        let path = exchange.contribution_path(&from.name, &to.name);
        scan.note(&path, from, Kind::Contribution, 0, &to.name);
    }
    for reviewer in body.of_role(PartyRole::Reviewer) {
        let own = |name: &Name| name.file().starts_with(&format!("{}.", reviewer.name));
        for (folder, kind) in [
            (exchange.sign_offs_path(), (Kind::SignOff, "sign-off")),
            (exchange.attestations_path(), (Kind::Attestation, "attestation")),
        ] {
            for path in exchange.store.list(&folder, kind.1)?.iter().filter(|path| own(path)) {
                scan.note(path, reviewer, kind.0, 0, "-");
            }
        }
    }
    for run in (1..=body.terms.max.runs).filter_map(RunNumber::new) {
        let number = run.number();
        for steward in body.of_role(PartyRole::Steward) {
            scan.note(&exchange.grant_path(run, &steward.name), steward, Kind::Grant, number, "-");
        }
        for (from, to) in agreement.ordered_pairs() {
            let path = exchange.pair_path(run, &from.name, &to.name, "commitment");
            scan.note(&path, from, Kind::Commitment, number, &to.name);
        }
        for steward in body.of_role(PartyRole::Steward) {
            scan.note(&exchange.permit_path(run, &steward.name), steward, Kind::Permit, number, "-");
        }
        for (from, to) in agreement.ordered_pairs() {
            let path = exchange.pair_path(run, &from.name, &to.name, "parcel");
            scan.note(&path, from, Kind::Parcel, number, &to.name);
        }
        let (keeper, issuer) = (ledger::keeper(body)?, release::issuer(agreement)?);
        for [first, second] in released::pairs(agreement) {
            let path = exchange.pair_path(run, &first.name, &second.name, "pairs");
            scan.note(&path, keeper, Kind::Pairs, number, &format!("{}--{}", first.name, second.name));
        }
        // Before the leads: the guardian dropped those that were there.
        scan.withdrawals(exchange, agreement, run)?;
        for (to, partner) in agreement.ordered_pairs() {
            let path = exchange.pair_path(run, &to.name, &partner.name, "leads");
            // Shares are written last: a list without them was left by a killed command, which writes it anew.
            if !has_shares(exchange, agreement, run, [to, partner]) {
                continue;
            }
            scan.note(&path, issuer, Kind::Leads, number, &format!("{}--{}", to.name, partner.name));
        }
        for pair in released::pairs(agreement) {
            let names = pair.map(|agency| agency.name.as_str());
            scan.note(&exchange.shares_path(run, names), issuer, Kind::Shares, number, &names.join("--"));
        }
        scan.releases(exchange, agreement, run, view)?;
        for party in body.parties.iter().filter(|party| destruction::attests(party.role)) {
            let path = exchange.destruction_path(run, &party.name);
            scan.note(&path, party, Kind::Destruction, number, "-");
        }
        // A bad file must not keep a good stop out of the log.
        for (path, halt) in exchange.halts(agreement, run)? {
            match halt {
                Ok(Halt::Stop(s)) => scan.entries.push(Entry::new(Kind::Stop, number, &s.steward, "-", s.digest)),
                Ok(Halt::Resume(r)) => scan.entries.push(Entry::new(Kind::Resume, number, &r.steward, "-", r.digest)),
                Err(failure) => scan.remark(&path, &failure),
            }
        }
    }
    Ok((scan.entries, scan.remarks))
}

struct Scan<'a> {
    exchange: &'a Exchange,
    entries: Vec<Entry>,
    remarks: Vec<String>,
}

impl Scan<'_> {
    /// Takes up a note, or the manifest before a sealed part, if it is there and bears the signature of `by`. What it says is for
    /// those to judge who rely on it.
    fn note(&mut self, path: &Name, by: &Party, kind: Kind, run: u32, to: &str) {
        match self.exchange.manifest(path, by, kind) {
            Ok(None) => {}
            Ok(Some(digest)) => self.entries.push(Entry::new(kind, run, &by.name, to, digest)),
            Err(failure) => self.remark(path, &failure),
        }
    }

    /// Lists of consents and receipts of the issues that are there. A list is taken up at its place
    /// alone, and none while one that the log has is not there: it may be another in the place of that.
    fn releases(
        &mut self,
        exchange: &Exchange,
        agreement: &SignedAgreement,
        run: RunNumber,
        view: &View,
    ) -> Result<(), Failure> {
        for kind in [Kind::Consents, Kind::Receipts] {
            let paths = exchange.releases(run, kind)?;
            let notes: Vec<Digest> =
                paths.iter().filter_map(|path| Some(read(exchange, path).ok()?.digest())).collect();
            let lost = released::missing(view.entries(), kind, run, &notes);
            for [first, second] in released::pairs(agreement) {
                // Shares that do not hold are no reason to keep anything else out of the log.
                let shares = exchange.shares(agreement, run, &first.name, &second.name);
                let Ok(Some(shares)) = shares else { continue };
                let authors: Vec<&str> = match kind {
                    Kind::Consents => shares.holders().collect(),
                    _ => shares.agencies.iter().map(String::as_str).collect(),
                };
                for of in authors {
                    let path = |number| match kind {
                        Kind::Consents => exchange.consents_path(run, &shares, of, number),
                        _ => exchange.receipts_path(run, &shares, of, number),
                    };
                    for number in 1.. {
                        let path = path(number);
                        if !exchange.there(&path)? {
                            break;
                        }
                        match listed(exchange, &path, (agreement, &shares), kind) {
                            Ok(place) if place.of != of || place.number != number => {
                                let place = exchange.place(&path);
                                self.remarks
                                    .push(format!("{} was not logged: it is not in its place", place.display()));
                            }
                            Ok(place) => {
                                let entry = released::entry(kind, run, &place);
                                match lost.filter(|_| view.find(&entry).is_none()) {
                                    None => self.entries.push(entry),
                                    Some(lost) => self.remarks.push(format!(
                                        "{} was not logged: {} of `{}` that the log has are not there",
                                        exchange.place(&path).display(),
                                        kind.name(),
                                        lost.by
                                    )),
                                }
                            }
                            Err(failure) => self.remark(&path, &failure),
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn withdrawals(&mut self, exchange: &Exchange, agreement: &SignedAgreement, run: RunNumber) -> Result<(), Failure> {
        for path in exchange.releases(run, Kind::Withdrawal)? {
            match withdrawal(exchange, &path, agreement, run) {
                Ok(withdrawal) => {
                    let (number, by) = (run.number(), withdrawal.by.as_str());
                    self.entries.push(Entry::new(Kind::Withdrawal, number, by, "-", withdrawal.digest));
                    for partner in agreement.body().of_role(PartyRole::Agency).filter(|agency| agency.name != by) {
                        let path = exchange.acknowledgement_path(run, &withdrawal, &partner.name);
                        self.note(&path, partner, Kind::Acknowledgement, number, by);
                    }
                }
                Err(failure) => self.remark(&path, &failure),
            }
        }
        Ok(())
    }

    fn remark(&mut self, path: &Name, failure: &Failure) {
        let place = self.exchange.place(path);
        self.remarks.push(format!("{} was not logged: {}", place.display(), failure.message));
    }
}

fn read(exchange: &Exchange, path: &Name) -> Result<Note, Failure> {
    Ok(Note::parse(&exchange.note_bytes(path)?)?)
}

fn listed(
    exchange: &Exchange,
    path: &Name,
    (agreement, shares): (&SignedAgreement, &Shares),
    kind: Kind,
) -> Result<Place, Failure> {
    let note = read(exchange, path)?;
    Ok(match kind {
        Kind::Consents => ConsentList::read(agreement, shares, &note)?.place().clone(),
        _ => ReceiptList::read(agreement, shares, &note)?.place().clone(),
    })
}

fn withdrawal(
    exchange: &Exchange,
    path: &Name,
    agreement: &SignedAgreement,
    run: RunNumber,
) -> Result<Withdrawal, Failure> {
    let note = read(exchange, path)?;
    let by = note.claimed_parties().next().unwrap_or_default();
    Ok(Withdrawal::read(agreement, run, by, &note)?)
}
