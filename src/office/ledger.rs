//! The log as every party but its keeper uses it: read whole, compared with what was seen before and by others, then asked.
//!
//! An act that depends on others' artefacts goes on only if each is in the log, before the checkpoints that enough other
//! organisations have cosigned within the agreed time. Nothing of that can be switched off.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::exchange::Exchange;
use super::files::{self, Access, Existing};
use super::home::{Home, SKEW};
use crate::agreement::{
    AgreementBody, AgreementError, GrantedRun, Key, Party, PartyRole, PermittedRun, RunNumber, SignedAgreement,
    plain_organisation, refuse_stopped,
};
use crate::failure::Failure;
use crate::log::{self, Entry, Kind, LogError, SignedCheckpoint, Store, View};
use crate::parcel::Commitment;
use crate::primitives::Digest;

/// Tiles on a disk.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Store for Directory {
    fn read(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, LogError> {
        let file = self.0.join(path);
        if file.symlink_metadata().is_err() {
            return Ok(None);
        }
        match files::read(&file, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(failure) if failure.code == crate::failure::IO => Err(LogError::Store { problem: failure.message }),
            Err(_) => Err(LogError::Torn { tile: path.to_owned() }),
        }
    }
}

/// What another party cosigned, and when.
#[derive(Debug)]
pub(crate) struct Witness {
    /// Which party.
    pub(crate) name: String,
    /// Of which organisation, in the form in which organisations are compared.
    pub(crate) organisation: String,
    /// How many entries it saw.
    pub(crate) size: u64,
    /// When it says it did.
    pub(crate) at: Timestamp,
}

/// A log that was verified from end to end.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    agreement: Digest,
    signed: SignedCheckpoint,
    /// The checkpoint with the cosignatures of everybody who has seen exactly it.
    pub(crate) joined: SignedCheckpoint,
    /// Every entry.
    pub(crate) view: View,
    /// Everybody's cosignature that holds.
    pub(crate) witnesses: Vec<Witness>,
    /// Files that say nothing, and why.
    pub(crate) remarks: Vec<String>,
    /// Every party's name and organisation; the keeper's first.
    organisations: Vec<(String, String)>,
    cosigners: u32,
    hours: u32,
}

/// The first line of every checkpoint of an agreement's log.
pub(crate) fn origin(agreement: Digest) -> String {
    format!("symbolon/{agreement}")
}

/// Who keeps the log: the operator.
pub(crate) fn keeper(body: &AgreementBody) -> Result<&Party, Failure> {
    let absent = || AgreementError::NotAParty { name: "the log's keeper".to_owned(), role: PartyRole::Operator.name() };
    body.of_role(PartyRole::Operator).next().ok_or_else(|| absent().into())
}

/// What a checkpoint says, if it is of this log and its keeper's routine key has signed it.
pub(crate) fn kept<'c>(
    signed: &'c SignedCheckpoint,
    origin: &str,
    keeper: &Party,
) -> Result<&'c log::Checkpoint, Failure> {
    signed.verify(origin, &keeper.routine).map_err(|error| match signed.verify(origin, &keeper.verifier) {
        Ok(_) => keeper.wrong_key("checkpoint", Key::Routine).into(),
        Err(_) => error.into(),
    })
}

/// The checkpoint in a file, if the file is there.
pub(crate) fn checkpoint(path: &Path) -> Result<Option<SignedCheckpoint>, Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    SignedCheckpoint::parse(&files::read(path, log::MAX_BYTES)?).map(Some).map_err(|e| Failure::from(e).at(path))
}

/// Where a party's cosigned checkpoint stands.
fn cosigned_path(log: &Path, name: &str) -> PathBuf {
    log.join("cosigned").join(name)
}

impl Ledger {
    /// Reads and verifies the log of a signed agreement, as the party in `home`.
    pub(crate) fn open(exchange: &Exchange, agreement: &SignedAgreement, home: &Home) -> Result<Self, Failure> {
        Self::read(&exchange.log_path(), agreement.body(), agreement.digest(), Some(home))
    }

    /// The same for a log at `path`, with or without a home that remembers what it saw.
    pub(crate) fn read(
        path: &Path,
        body: &AgreementBody,
        agreement: Digest,
        home: Option<&Home>,
    ) -> Result<Self, Failure> {
        let (keeper, origin) = (keeper(body)?, origin(agreement));
        if let Some(log) = home.and_then(|home| home.log_file(agreement, "seen").parent().map(Path::to_owned)) {
            files::sweep(&log);
        }
        if let Some(home) = home {
            files::sweep_of(&cosigned_path(path, &home.party.name));
        }
        let seen = match home {
            Some(home) => checkpoint(&home.log_file(agreement, "seen"))?,
            None => None,
        };
        // What others saw is read first: the keeper may append meanwhile, and a log only grows.
        let (mut cosigned, mut remarks) = (Vec::new(), Vec::new());
        for party in body.parties.iter().filter(|party| party.name != keeper.name) {
            match checkpoint(&cosigned_path(path, &party.name)) {
                Ok(None) => {}
                Ok(Some(signed)) if signed.verify(&origin, &keeper.routine).is_ok() => cosigned.push((party, signed)),
                _ => remarks.push(format!("the cosigned checkpoint of `{}` is not one of this log", party.name)),
            }
        }
        let at = |e: LogError| Failure::from(e).at(path);
        let signed = match checkpoint(&path.join("checkpoint"))? {
            Some(signed) => signed,
            None => {
                let truncated = |seen: &SignedCheckpoint, by: &str| LogError::Truncated {
                    found: 0,
                    seen: seen.claim().size,
                    seen_by: by.to_owned(),
                };
                let lost = seen.as_ref().map(|seen| truncated(seen, "this home"));
                let lost = lost.or_else(|| cosigned.first().map(|(party, seen)| truncated(seen, &party.name)));
                return Err(at(lost.unwrap_or(LogError::Absent)));
            }
        };
        let current = kept(&signed, &origin, keeper).map_err(|e| e.at(path))?;
        let view = View::read(&Directory(path.to_owned()), current).map_err(at)?;
        if let Some(seen) = &seen {
            view.continues(seen.claim(), "this home").map_err(at)?;
        }
        let (mut witnesses, mut joined) = (Vec::new(), signed.clone());
        for (party, signed) in &cosigned {
            view.continues(signed.claim(), &party.name).map_err(at)?;
            match signed.cosigned_at(&party.routine) {
                Some(at) => {
                    let (name, organisation) = (party.name.clone(), plain_organisation(&party.organisation));
                    witnesses.push(Witness { name, organisation, size: signed.claim().size, at });
                    joined.join(signed);
                }
                None if signed.cosigned_at(&party.verifier).is_some() => {
                    let wrong = party.wrong_key("cosignature", Key::Routine);
                    remarks.push(format!("{}: {wrong}", wrong.code().id));
                }
                None => remarks.push(format!("the cosignature of `{}` does not hold", party.name)),
            }
        }
        let ledger = Self {
            path: path.to_owned(),
            agreement,
            signed,
            joined,
            view,
            witnesses,
            remarks,
            organisations: std::iter::once(keeper)
                .chain(&body.parties)
                .map(|party| (party.name.clone(), plain_organisation(&party.organisation)))
                .collect(),
            cosigners: body.terms.min.cosigners,
            hours: body.terms.max.checkpoint_hours,
        };
        if let Some(home) = home.filter(|_| seen.is_none_or(|seen| seen.claim() != ledger.view.checkpoint())) {
            ledger.remember(home, "seen", &ledger.signed)?;
        }
        Ok(ledger)
    }

    /// Keeps a checkpoint in a home.
    pub(crate) fn remember(&self, home: &Home, name: &str, signed: &SignedCheckpoint) -> Result<(), Failure> {
        remember(home, self.agreement, name, signed)
    }

    /// The log's directory.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Publishes this party's cosignature on what it has just verified.
    pub(crate) fn cosign(&self, home: &Home, now: Timestamp, keeper: &Party) -> Result<PathBuf, Failure> {
        let mut signed = self.signed.without_cosignatures(&keeper.routine);
        home.secrets.cosign(&mut signed, now)?;
        let path = cosigned_path(&self.path, &home.party.name);
        if let Some(parent) = path.parent() {
            files::make_dir(parent, Access::Public)?;
        }
        files::sweep_of(&path);
        files::write(&path, signed.to_string().as_bytes(), Access::Public, Existing::Replace)?;
        Ok(path)
    }

    /// The same beside a consent, whose home may leave what is routine to another host.
    pub(crate) fn cosign_in_passing(&self, home: &Home, now: Timestamp, keeper: &Party) -> Result<(), Failure> {
        if home.secrets.holds(Key::Routine) {
            self.cosign(home, now, keeper)?;
        }
        Ok(())
    }

    fn covered(&self, asking: &str, now: Timestamp) -> Result<u64, LogError> {
        let asking = self.organisations.iter().find(|(name, _)| name == asking);
        let apart: Vec<&str> =
            self.organisations.first().into_iter().chain(asking).map(|(_, of)| of.as_str()).collect();
        covered(&self.witnesses, &apart, self.cosigners, self.hours, now)
    }

    /// Refuses unless every entry is in the log and covered by cosignatures.
    pub(crate) fn require(&self, entries: &[Entry], asking: &str, now: Timestamp) -> Result<(), Failure> {
        let at = |e: LogError| {
            Failure::from(e)
                .at(&self.path)
                .under(format!("`min.cosigners` = {}, `max.checkpoint_hours` = {}", self.cosigners, self.hours))
        };
        for entry in entries {
            self.view.require(entry, u64::MAX, self.cosigners).map_err(at)?;
        }
        let covered = self.covered(asking, now).map_err(at)?;
        for entry in entries {
            self.view.require(entry, covered, self.cosigners).map_err(at)?;
        }
        Ok(())
    }

    /// Refuses a run that is stopped, over, or out of order.
    pub(crate) fn open_run(
        &self,
        exchange: &Exchange,
        agreement: &SignedAgreement,
        run: RunNumber,
        asking: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let at = |e: AgreementError| Failure::from(e).at(&self.path);
        self.not_stopped(exchange, agreement, run, asking, now)?;
        self.earlier_commitments(exchange, run)?;
        let highest = |steward: &Party| {
            let grants = self.view.entries().iter().filter(|e| e.kind == Kind::Grant && e.by == steward.name);
            grants.map(|e| e.run).max().unwrap_or(0)
        };
        let granted = agreement.body().of_role(PartyRole::Steward).map(highest).min().unwrap_or(0);
        run.in_order(granted, self.view.highest_run(Kind::Grant)).map_err(at)
    }

    /// Refuses while a commitment of an earlier run is in the log and not in the exchange: a list is compared with all before it.
    fn earlier_commitments(&self, exchange: &Exchange, run: RunNumber) -> Result<(), Failure> {
        for entry in self.view.entries().iter().filter(|e| e.kind == Kind::Commitment && e.run < run.number()) {
            let Some(before) = RunNumber::new(entry.run) else { continue };
            let path = exchange.pair_path(before, &entry.by, &entry.to, "commitment");
            let absent = || AgreementError::Absent { artefact: "commitment", from: entry.by.clone() };
            if exchange.note(&path, absent)?.digest() != entry.digest {
                return Err(Failure::from(absent()).at(&path).next("the log has another: put that note back"));
            }
        }
        Ok(())
    }

    /// Refuses while there is a stop, in the exchange or in the log, that not every steward has lifted in the log.
    pub(crate) fn not_stopped(
        &self,
        exchange: &Exchange,
        agreement: &SignedAgreement,
        run: RunNumber,
        asking: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let (stops, mut resumes) = exchange.stops(agreement, run)?;
        let number = run.number();
        for entry in self.view.entries().iter().filter(|e| e.kind == Kind::Stop && e.run == number) {
            if !stops.iter().any(|stop| stop.digest == entry.digest) {
                let absent = AgreementError::Absent { artefact: "stop", from: entry.by.clone() };
                return Err(Failure::from(absent).next("the log has it: put the note back into the exchange"));
            }
        }
        if !stops.is_empty() {
            let covered = self.covered(asking, now).unwrap_or(0);
            resumes.retain(|resume| {
                let entry = Entry::new(Kind::Resume, number, &resume.steward, "-", resume.digest);
                self.view.find(&entry).is_some_and(|at| at < covered)
            });
        }
        Ok(refuse_stopped(agreement, run, &stops, &resumes)?)
    }

    /// Refuses a run of which anything that was permitted is not in the log, or came before what it depends on.
    pub(crate) fn require_permitted(&self, run: &PermittedRun, asking: &str, now: Timestamp) -> Result<(), Failure> {
        let (granted, number) = (run.granted(), run.number().number());
        let mut committed = Vec::new();
        for (from, to) in run.agreement().ordered_pairs() {
            if let Some(digest) = run.commitment(&from.name, &to.name) {
                committed.push(Entry::new(Kind::Commitment, number, &from.name, &to.name, digest));
            }
        }
        let permit = |p: &crate::agreement::Permit| Entry::new(Kind::Permit, number, &p.steward, "-", p.digest);
        let permits: Vec<Entry> = run.permits().iter().map(permit).collect();
        let mut needed = grants(granted);
        needed.extend(committed.iter().chain(&permits).cloned());
        self.require(&needed, asking, now)?;
        self.ordered(&grants(granted), &committed)?;
        self.ordered(&committed, &permits)
    }

    /// Refuses commitments that are not in the log, or that came before the grants.
    pub(crate) fn require_committed(
        &self,
        run: &GrantedRun,
        commitments: &[Commitment],
        asking: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let number = run.number().number();
        let committed: Vec<Entry> =
            commitments.iter().map(|c| Entry::new(Kind::Commitment, number, &c.from, &c.to, c.digest)).collect();
        let mut needed = grants(run);
        needed.extend(committed.iter().cloned());
        self.require(&needed, asking, now)?;
        self.ordered(&grants(run), &committed)
    }

    fn ordered(&self, earlier: &[Entry], later: &[Entry]) -> Result<(), Failure> {
        for (one, two) in earlier.iter().flat_map(|one| later.iter().map(move |two| (one, two))) {
            self.view.after(one, two).map_err(|e| Failure::from(e).at(&self.path))?;
        }
        Ok(())
    }
}

/// What opens a run: the agreement and every grant.
pub(crate) fn grants(run: &GrantedRun) -> Vec<Entry> {
    let number = run.number().number();
    let grants = run.grants().iter().map(|g| Entry::new(Kind::Grant, number, &g.steward, "-", g.digest));
    std::iter::once(Entry::agreement(run.agreement().digest())).chain(grants).collect()
}

/// Keeps a checkpoint in a home.
pub(crate) fn remember(home: &Home, agreement: Digest, name: &str, signed: &SignedCheckpoint) -> Result<(), Failure> {
    let path = home.log_file(agreement, name);
    if let Some(parent) = path.parent() {
        files::make_dir(parent, Access::Private)?;
    }
    files::write(&path, signed.to_string().as_bytes(), Access::Private, Existing::Replace)
}

/// How many entries enough organisations other than those `apart`, the keeper's and the one that asks, have cosigned within the
/// agreed time. An agency and its own officer are one organisation: they count once, by whichever saw more. A cosignature from the
/// future counts as little as an old one: it would stay young for too long.
fn covered(witnesses: &[Witness], apart: &[&str], cosigners: u32, hours: u32, now: Timestamp) -> Result<u64, LogError> {
    let oldest = now - SignedDuration::from_hours(hours.into());
    let (mut fresh, mut stale): (BTreeMap<&str, u64>, BTreeSet<&str>) = Default::default();
    for witness in witnesses.iter().filter(|witness| !apart.contains(&witness.organisation.as_str())) {
        if witness.at > oldest && witness.at <= now + SKEW {
            let size = fresh.entry(&witness.organisation).or_default();
            *size = witness.size.max(*size);
        } else {
            stale.insert(&witness.organisation);
        }
    }
    stale.retain(|organisation| !fresh.contains_key(organisation));
    let mut sizes: Vec<u64> = fresh.into_values().collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let needed = cosigners.max(1);
    match sizes.get(needed as usize - 1) {
        Some(size) => Ok(*size),
        None if !stale.is_empty() => Err(LogError::Stale { fresh: sizes.len(), needed, hours, now }),
        None => Ok(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_enough_fresh_cosignatures_of_other_organisations_count() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().expect("a time");
        let of = |name: &str, organisation: &str, size, minutes| Witness {
            name: name.to_owned(),
            organisation: organisation.to_owned(),
            size,
            at: now - SignedDuration::from_mins(minutes),
        };
        let seen = |name: &str, size, minutes| of(name, name, size, minutes);
        let ask = |witnesses: &[Witness]| covered(witnesses, &["keeper", "me"], 2, 24, now);
        assert_eq!(ask(&[seen("a", 9, 1), seen("b", 7, 2), seen("c", 8, 3)]), Ok(8));
        assert_eq!(ask(&[seen("a", 9, 1), seen("b", 7, 1439)]), Ok(7));
        // One too few, and one of the two is who asks, another party of its organisation, or of the keeper's.
        assert_eq!(ask(&[seen("a", 9, 1)]), Ok(0));
        assert_eq!(ask(&[seen("a", 9, 1), seen("me", 9, 1)]), Ok(0));
        assert_eq!(ask(&[seen("a", 9, 1), of("my-officer", "me", 9, 1)]), Ok(0));
        assert_eq!(ask(&[seen("a", 9, 1), of("its-officer", "keeper", 9, 1)]), Ok(0));
        // Two parties of one organisation are one, and it saw what either saw.
        assert_eq!(ask(&[seen("a", 9, 1), of("officer-a", "a", 9, 1)]), Ok(0));
        assert_eq!(ask(&[seen("a", 5, 1), of("officer-a", "a", 8, 1), seen("b", 9, 1)]), Ok(8));
        assert_eq!(ask(&[seen("a", 8, 1), of("officer-a", "a", 9, 1440), seen("b", 9, 1)]), Ok(8));
        // A day old, and an hour ahead: clocks may differ by minutes only.
        for other in [seen("b", 9, 1440), seen("b", 9, -60)] {
            assert!(matches!(ask(&[seen("a", 9, 1), other]), Err(LogError::Stale { fresh: 1, needed: 2, .. })));
        }
        // Another organisation, not this one again, would have to look anew.
        assert_eq!(ask(&[seen("a", 9, 1), of("officer-a", "a", 9, 1440)]), Ok(0));
        assert_eq!(ask(&[seen("a", 9, 1), seen("b", 9, -4)]), Ok(9));
        assert_eq!(covered(&[], &[], 0, 24, now), Ok(0));
    }
}
