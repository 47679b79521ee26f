//! The log as its keeper, the operator, writes it.
//!
//! Tiles are written before the checkpoint, and the checkpoint is kept in the keeper's home before it is published: whatever is
//! killed in between, what was signed once is what is published, and nothing that contradicts it is signed.

use std::path::Path;

use super::exchange::{Exchange, Halt};
use super::files::{self, Access, Existing};
use super::home::Home;
use super::ledger::{self, Directory};
use super::released;
use crate::agreement::{Key, Party, PartyRole, RunNumber, SignedAgreement};
use crate::failure::Failure;
use crate::log::{Checkpoint, Entry, Kind, LogError, SignedCheckpoint, View};
use crate::note::{self, Note};
use crate::parcel::container;
use crate::primitives::Digest;
use crate::release::{self, destruction};

/// What was done.
#[derive(Debug)]
pub(crate) struct Appended {
    /// New entries.
    pub(crate) entries: Vec<Entry>,
    /// The state of the log.
    pub(crate) checkpoint: Checkpoint,
    /// Files that were not logged, and why.
    pub(crate) remarks: Vec<String>,
}

/// Logs every artefact in the exchange that bears its party's signature and is not in the log yet.
pub(crate) fn append(exchange: &Exchange, agreement: &SignedAgreement, home: &Home) -> Result<Appended, Failure> {
    agreement.seat(&home.secrets, PartyRole::Operator)?;
    home.secrets.require(Key::Routine)?;
    let _lock = exchange.lock()?;
    let path = exchange.log_path();
    sweep(&path);
    let view = current(&path, agreement, home)?;
    let (found, remarks) = artefacts(exchange, agreement)?;
    let mut new: Vec<Entry> = Vec::new();
    for entry in found {
        if view.find(&entry).is_none() && !new.contains(&entry) {
            new.push(entry);
        }
    }
    if new.is_empty() {
        return Ok(Appended { entries: new, checkpoint: view.checkpoint().clone(), remarks });
    }
    let (tiles, checkpoint) = view.grow(&new)?;
    for (tile, bytes) in tiles {
        write(&path.join(tile), &bytes)?;
    }
    let signed = home.secrets.sign_checkpoint(checkpoint.clone())?;
    ledger::remember(home, agreement.digest(), "signed", &signed)?;
    publish(&path, agreement, home, &signed)?;
    Ok(Appended { entries: new, checkpoint, remarks })
}

/// Removes temporary files that a killed command of the keeper left of the log.
pub(crate) fn tidy(exchange: &Exchange, agreement: &SignedAgreement, home: &Home) -> Result<(), Failure> {
    let _lock = exchange.lock()?;
    sweep(&exchange.log_path());
    if let Some(own) = home.log_file(agreement.digest(), "signed").parent() {
        files::sweep(own);
    }
    Ok(())
}

/// Only the keeper writes the checkpoint and the tiles, one at a time; what it was killed at may have another name than what it
/// writes next.
fn sweep(log: &Path) {
    files::sweep(log);
    files::sweep_below(&log.join("tile"));
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(parent) = path.parent() {
        files::make_dir(parent, Access::Public)?;
    }
    files::write(path, bytes, Access::Public, Existing::Replace)
}

fn publish(path: &Path, agreement: &SignedAgreement, home: &Home, signed: &SignedCheckpoint) -> Result<(), Failure> {
    write(&path.join("checkpoint"), signed.to_string().as_bytes())?;
    ledger::remember(home, agreement.digest(), "seen", signed)
}

/// The log as this home left it: what a killed command signed is published first; what it did not sign itself, whoever holds
/// the same key, it does not go on with.
fn current(path: &Path, agreement: &SignedAgreement, home: &Home) -> Result<View, Failure> {
    let digest = agreement.digest();
    let (own, origin) = (ledger::keeper(agreement.body())?, ledger::origin(digest));
    let mine = ledger::checkpoint(&home.log_file(digest, "signed"))?;
    let there = ledger::checkpoint(&path.join("checkpoint"))?;
    let at = |e: LogError| Failure::from(e).at(path);
    let there_size = match &there {
        Some(signed) => ledger::kept(signed, &origin, own).map_err(|e| e.at(path))?.size,
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
    let view = View::read(&Directory(path.to_owned()), mine.claim()).map_err(at)?;
    if let Some(there) = &there {
        view.continues(there.claim(), "the exchange").map_err(at)?;
    }
    if there.as_ref().map(SignedCheckpoint::claim) != Some(mine.claim()) {
        publish(path, agreement, home, &mine)?;
    }
    Ok(view)
}

/// An entry for every artefact in the exchange, in the order in which a run makes them.
fn artefacts(exchange: &Exchange, agreement: &SignedAgreement) -> Result<(Vec<Entry>, Vec<String>), Failure> {
    let mut scan = Scan { entries: vec![Entry::agreement(agreement.digest())], remarks: Vec::new() };
    let body = agreement.body();
    for (from, to) in agreement.ordered_pairs() {
        let path = exchange.contribution_path(&from.name, &to.name);
        scan.note(&path, from, Kind::Contribution, 0, &to.name);
    }
    for reviewer in body.of_role(PartyRole::Reviewer) {
        let own = |path: &Path| {
            path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&format!("{}.", reviewer.name)))
        };
        for (directory, kind) in [
            (exchange.sign_offs_path(), (Kind::SignOff, "sign-off")),
            (exchange.attestations_path(), (Kind::Attestation, "attestation")),
        ] {
            let found = if directory.exists() { files::list(&directory, kind.1)? } else { Vec::new() };
            for path in found.iter().filter(|path| own(path)) {
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
            scan.note(&path, keeper, Kind::Pairs, number, &issuer.name);
        }
        for (to, partner) in agreement.ordered_pairs() {
            let path = exchange.pair_path(run, &to.name, &partner.name, "leads");
            scan.note(&path, issuer, Kind::Leads, number, &to.name);
        }
        for pair in released::pairs(agreement) {
            let names = pair.map(|agency| agency.name.as_str());
            scan.note(&exchange.shares_path(run, names), issuer, Kind::Shares, number, names[0]);
        }
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

struct Scan {
    entries: Vec<Entry>,
    remarks: Vec<String>,
}

impl Scan {
    /// Takes up a note, or the manifest before a sealed part, if it is there and bears the signature of `by`. What it says is for
    /// those to judge who rely on it.
    fn note(&mut self, path: &Path, by: &Party, kind: Kind, run: u32, to: &str) {
        if path.symlink_metadata().is_err() {
            return;
        }
        match digest(path, by, kind) {
            Ok(digest) => self.entries.push(Entry::new(kind, run, &by.name, to, digest)),
            Err(failure) => self.remark(path, &failure),
        }
    }

    fn remark(&mut self, path: &Path, failure: &Failure) {
        self.remarks.push(format!("{} was not logged: {}", path.display(), failure.message));
    }
}

fn digest(path: &Path, by: &Party, kind: Kind) -> Result<Digest, Failure> {
    let note = match kind {
        Kind::Parcel | Kind::Pairs | Kind::Leads => {
            container::split(&files::read_head(path, note::MAX_BYTES as u64)?.into())?.0
        }
        _ => Note::parse(&files::read(path, note::MAX_BYTES as u64)?)?,
    };
    by.verify(&note, kind.name())?;
    let first = note.text().lines().next().unwrap_or_default();
    if !first.starts_with(&format!("symbolon = \"{} v", kind.name())) {
        return Err(note::NoteError::Kind { expected: kind.name() }.into());
    }
    Ok(note.digest())
}
