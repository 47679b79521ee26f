//! A party's home: its keys, its card, what it did in each run, and the latest time it has seen.
//!
//! ```text
//! HOME/secret.key          seed of the consent key and age identity, mode 0600, never overwritten
//! HOME/routine.key         seed of the routine key, an operator's age identity too, mode 0600, never overwritten
//! HOME/NAME.party          the public card
//! HOME/seen                times in verified artefacts, a line each; the latest counts
//! HOME/AGREEMENT/run-N/…   handle maps (mode 0600), parcels that wait for their permits, quarantine lists
//! HOME/AGREEMENT/signed    the agreement with this party's signature alone, once it has given it
//! HOME/AGREEMENT/log/seen  checkpoints of the log that this party verified, the newest last; `signed`, the last that its keeper signed
//! ```
//!
//! A home may hold one key file of the two: with `routine.key` alone it is for a host that runs by itself, and consents to nothing.

use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::files::{self, Access, Existing, grow};
use crate::agreement::{Card, DraftAgreement, Key, Party, PartySecrets, RunNumber, SignedAgreement};
use crate::failure::{Failure, KEY_THERE, NOT_THERE};
use crate::note;
use crate::primitives::Digest;

/// Largest card or key file.
const SMALL: u64 = 1 << 16;
/// Where each key lies.
const KEY_FILES: [(Key, &str); 2] = [(Key::Consent, "secret.key"), (Key::Routine, "routine.key")];

/// An open, locked home.
#[derive(Debug)]
pub(crate) struct Home {
    pub(super) path: PathBuf,
    /// The party whose home it is.
    pub(crate) party: Party,
    /// Its secrets.
    pub(crate) secrets: PartySecrets,
    #[expect(dead_code, reason = "held until the command ends")]
    lock: File,
}

impl Home {
    /// Makes a home for a new party; refuses if there is a key.
    pub(crate) fn create(path: &Path, party: Party, secrets: &PartySecrets, now: Timestamp) -> Result<Card, Failure> {
        for key in KEY_FILES.map(|(_, name)| path.join(name)) {
            if key.symlink_metadata().is_ok() {
                return Err(Failure::new(KEY_THERE, "this home has a key already").at(&key));
            }
        }
        let card = Card::issue(party, secrets, now)?;
        files::make_dir(path, Access::Private)?;
        let role = card.party.role;
        let texts = [secrets.to_key_file(role, now)?, secrets.to_routine_file(role, now)?];
        // The card first: a home without a key can be made anew, one with a key never is.
        let public = path.join(format!("{}.party", card.party.name));
        files::write(&public, card.note.to_string().as_bytes(), Access::Public, Existing::Replace)?;
        for ((_, name), text) in KEY_FILES.iter().zip(&texts) {
            files::write(&path.join(name), text.as_bytes(), Access::Private, Existing::Refuse)?;
        }
        Ok(card)
    }

    /// Opens a home: card, whichever keys are there, lock.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let cards = files::list(path, "party")?;
        let [card] = cards.as_slice() else {
            let message = format!("a home holds one .party card, this has {}", cards.len());
            return Err(Failure::new(NOT_THERE, message).at(path));
        };
        let card = Card::read(&files::read(card, SMALL)?).map_err(|e| Failure::from(e).at(card))?;
        let mut secrets = PartySecrets::none(&card.party);
        let there = KEY_FILES.map(|(_, name)| path.join(name).symlink_metadata().is_ok());
        for (key, file) in KEY_FILES.map(|(key, name)| (key, path.join(name))) {
            // One of the two may be missing; of a home without any, the first is.
            if file.symlink_metadata().is_err() && (there != [false, false] || key == Key::Routine) {
                continue;
            }
            files::require_private(&file)?;
            let text = zeroize::Zeroizing::new(files::read_text(&file, SMALL)?);
            secrets.add(&card.party, key, &text).map_err(|e| Failure::from(e).at(&file))?;
        }
        let lock = files::lock(&path.join(".lock"))?;
        files::sweep(path);
        Ok(Self { path: path.to_owned(), party: card.party, secrets, lock })
    }

    /// The latest time that was seen in a verified artefact; the beginning of time in a new home.
    pub(crate) fn seen(&self) -> Result<Timestamp, Failure> {
        let times = self.times()?.lines.into_iter().filter_map(|line| line.parse().ok());
        Ok(times.max().unwrap_or(Timestamp::UNIX_EPOCH))
    }

    fn times(&self) -> Result<grow::Lines, Failure> {
        grow::read(&self.path.join("seen"), 4 * SMALL, |line| line.parse::<Timestamp>().is_ok())
    }

    /// Remembers a time that was seen, if none later was.
    pub(crate) fn see(&self, latest: Timestamp) -> Result<(), Failure> {
        if latest > self.seen()? {
            grow::add_one(&self.path.join("seen"), &self.times()?, &latest.to_string())?;
        }
        Ok(())
    }

    /// Everything that this home holds of an agreement.
    pub(crate) fn agreement_path(&self, agreement: Digest) -> PathBuf {
        self.path.join(agreement.short())
    }

    /// The agreement with the signature that this party gave to it before, wherever that is now. A memory that cannot be read is
    /// none: the party is asked again.
    pub(crate) fn own_signature(&self, draft: &DraftAgreement) -> Option<DraftAgreement> {
        let bytes = files::read(&self.signed_path(draft), note::MAX_BYTES as u64).ok()?;
        let own = DraftAgreement::read(&bytes).ok()?;
        let same = own.note().digest() == draft.note().digest();
        (same && own.signed_by(&self.party.name).ok()?.is_some()).then_some(own)
    }

    /// Remembers the signature that this party gave, before anybody else can lose it.
    pub(crate) fn remember_signature(&self, draft: &DraftAgreement) -> Result<(), Failure> {
        let path = self.signed_path(draft);
        if let Some(own) = draft.signed_by(&self.party.name)? {
            files::make_dir(path.parent().unwrap_or(&self.path), Access::Private)?;
            // Where a power cut takes it, the party is asked again.
            files::write_passing(&path, own.to_string().as_bytes(), Access::Private)?;
        }
        Ok(())
    }

    fn signed_path(&self, draft: &DraftAgreement) -> PathBuf {
        self.path.join(draft.note().digest().short()).join("signed")
    }

    /// The directory of a run, made when needed.
    pub(crate) fn run_dir(&self, agreement: &SignedAgreement, run: RunNumber) -> Result<PathBuf, Failure> {
        let path = self.run_path(agreement.digest(), run);
        files::make_dir(&path, Access::Private)?;
        files::sweep(&path);
        Ok(path)
    }

    /// Where refusals that were seen, and what lifts them, are remembered, of whatever agreement.
    pub(crate) fn sign_offs(&self) -> PathBuf {
        self.path.join("sign-offs")
    }

    /// Where a checkpoint of the agreement's log is remembered.
    pub(crate) fn log_file(&self, agreement: Digest, name: &str) -> PathBuf {
        self.log_dir(agreement).join(name)
    }

    /// The directory of those checkpoints.
    pub(crate) fn log_dir(&self, agreement: Digest) -> PathBuf {
        self.path.join(agreement.short()).join("log")
    }

    fn run_path(&self, agreement: Digest, run: RunNumber) -> PathBuf {
        self.path.join(agreement.short()).join(format!("run-{run}"))
    }
}
