//! A log that was verified from end to end, and what may rest on it.
//!
//! An act that depends on others' artefacts goes on only if each is in the log, before the checkpoints that enough other
//! organisations have cosigned within the agreed time. Nothing of that can be switched off.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::SKEW;
use crate::agreement::{GrantedRun, PermittedRun};
use crate::failure::Failure;
use crate::log::{Entry, Kind, LogError, SignedCheckpoint, View};
use crate::parcel::Commitment;
use crate::primitives::Digest;

/// What another party cosigned, and when.
#[derive(Clone, Debug)]
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
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Logged {
    /// Where it lies, for messages.
    pub(crate) place: std::path::PathBuf,
    /// Digest of the agreement whose log it is.
    pub(crate) agreement: Digest,
    /// The checkpoint as its keeper signed it.
    pub(crate) signed: SignedCheckpoint,
    /// The checkpoint with the cosignatures of everybody who has seen exactly it.
    pub(crate) joined: SignedCheckpoint,
    /// Every entry.
    pub(crate) view: View,
    /// Everybody's cosignature that holds.
    pub(crate) witnesses: Vec<Witness>,
    /// Files that say nothing, and why.
    pub(crate) remarks: Vec<String>,
    /// Every party's name and organisation; the keeper's first.
    pub(crate) organisations: Vec<(String, String)>,
    /// Cosigners that the terms ask for.
    pub(crate) cosigners: u32,
    /// Hours that a cosignature counts.
    pub(crate) hours: u32,
}

impl Logged {
    fn refuse(&self, error: LogError) -> Failure {
        Failure::from(error)
            .at(&self.place)
            .under(format!("`min.cosigners` = {}, `max.checkpoint_hours` = {}", self.cosigners, self.hours))
    }

    /// How many entries, from the first, may be relied on by `asking`.
    pub(crate) fn covered(&self, asking: &str, now: Timestamp) -> Result<u64, Failure> {
        let asking = self.organisations.iter().find(|(name, _)| name == asking);
        let apart: Vec<&str> =
            self.organisations.first().into_iter().chain(asking).map(|(_, of)| of.as_str()).collect();
        covered(&self.witnesses, &apart, self.cosigners, self.hours, now).map_err(|e| self.refuse(e))
    }

    /// Refuses unless every entry is in the log, and is the first of its kind where there may be one only.
    pub(crate) fn present(&self, entries: &[Entry]) -> Result<(), Failure> {
        for entry in entries {
            self.view.require(entry, u64::MAX, self.cosigners).map_err(|e| self.refuse(e))?;
        }
        Ok(())
    }

    /// The same, and covered by cosignatures.
    pub(crate) fn require(&self, entries: &[Entry], asking: &str, now: Timestamp) -> Result<(), Failure> {
        self.present(entries)?;
        let covered = self.covered(asking, now)?;
        for entry in entries {
            self.view.require(entry, covered, self.cosigners).map_err(|e| self.refuse(e))?;
        }
        Ok(())
    }

    /// Refuses groups of which a later one does not stand behind every earlier one.
    pub(crate) fn ordered(&self, groups: &[Vec<Entry>]) -> Result<(), Failure> {
        for (earlier, later) in groups.iter().zip(groups.iter().skip(1)) {
            for (one, two) in earlier.iter().flat_map(|one| later.iter().map(move |two| (one, two))) {
                self.view.after(one, two).map_err(|e| Failure::from(e).at(&self.place))?;
            }
        }
        Ok(())
    }

    /// Whether this entry is there and covered.
    pub(crate) fn counts(&self, entry: &Entry, asking: &str, now: Timestamp) -> bool {
        self.require(std::slice::from_ref(entry), asking, now).is_ok()
    }

    /// Entries of one kind in one run.
    pub(crate) fn of(&self, kind: Kind, run: u32) -> impl Iterator<Item = &Entry> {
        self.view.entries().iter().filter(move |entry| entry.kind == kind && entry.run == run)
    }
}

/// What opens a run: the agreement and every grant.
pub(crate) fn grants(run: &GrantedRun) -> Vec<Entry> {
    let number = run.number().number();
    let grants = run.grants().iter().map(|g| Entry::new(Kind::Grant, number, &g.steward, "-", g.digest));
    std::iter::once(Entry::agreement(run.agreement().digest())).chain(grants).collect()
}

/// The commitments of a run.
pub(crate) fn commitments(run: u32, commitments: &[Commitment]) -> Vec<Entry> {
    commitments.iter().map(|c| Entry::new(Kind::Commitment, run, &c.from, &c.to, c.digest)).collect()
}

/// The permits of a run.
pub(crate) fn permits(run: &PermittedRun) -> Vec<Entry> {
    let number = run.number().number();
    run.permits().iter().map(|p| Entry::new(Kind::Permit, number, &p.steward, "-", p.digest)).collect()
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
