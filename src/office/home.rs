//! A party's home: its key, its card, what it did in each run, and the latest time it has seen.
//!
//! ```text
//! HOME/secret.key          signing seed and age identity, mode 0600, never overwritten
//! HOME/NAME.party          the public card
//! HOME/seen                latest time in a verified artefact
//! HOME/AGREEMENT/run-N/…   handle maps (mode 0600), parcels that wait for their permits, quarantine lists
//! HOME/AGREEMENT/log/seen  the last checkpoint of the log that this party verified; `signed`, the last that its keeper signed
//! ```

use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::files::{self, Access, Existing};
use crate::agreement::{AgreementError, Card, Party, PartySecrets, RunNumber, SignedAgreement};
use crate::failure::{Failure, KEY_THERE, NOT_THERE, SEEN};
use crate::primitives::Digest;

/// Largest card or key file.
const SMALL: u64 = 1 << 16;

/// An open, locked home.
#[derive(Debug)]
pub(crate) struct Home {
    path: PathBuf,
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
        let key = path.join("secret.key");
        if key.symlink_metadata().is_ok() {
            return Err(Failure::new(KEY_THERE, "this home has a key already").at(&key));
        }
        let card = Card::issue(party, secrets, now)?;
        files::make_dir(path, Access::Private)?;
        let text = secrets.to_key_file(card.party.role, now);
        // The card first: a home without a key can be made anew, one with a key never is.
        let public = path.join(format!("{}.party", card.party.name));
        files::write(&public, card.note.to_string().as_bytes(), Access::Public, Existing::Replace)?;
        files::write(&key, text.as_bytes(), Access::Private, Existing::Refuse)?;
        Ok(card)
    }

    /// Opens a home: card, key, lock.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let cards = files::list(path, "party")?;
        let [card] = cards.as_slice() else {
            let message = format!("a home holds one .party card, this has {}", cards.len());
            return Err(Failure::new(NOT_THERE, message).at(path));
        };
        let key = path.join("secret.key");
        let card = Card::read(&files::read(card, SMALL)?).map_err(|e| Failure::from(e).at(card))?;
        files::require_private(&key)?;
        let text = zeroize::Zeroizing::new(files::read_text(&key, SMALL)?);
        let secrets = PartySecrets::from_key_file(&card.party.name, &text).map_err(|e| Failure::from(e).at(&key))?;
        if *secrets.verifier() != card.party.verifier || secrets.recipient() != card.party.recipient {
            return Err(Failure::from(AgreementError::OtherKey { name: card.party.name }).at(&key));
        }
        let lock = files::lock(&path.join(".lock"))?;
        files::sweep(path);
        Ok(Self { path: path.to_owned(), party: card.party, secrets, lock })
    }

    /// The latest time that was seen in a verified artefact; the beginning of time in a new home.
    pub(crate) fn seen(&self) -> Result<Timestamp, Failure> {
        let file = self.path.join("seen");
        if file.symlink_metadata().is_err() {
            return Ok(Timestamp::UNIX_EPOCH);
        }
        let text = files::read_text(&file, SMALL)?;
        let damaged = || Failure::new(SEEN, "the record of the latest time seen is damaged").at(&file);
        text.trim().parse().map_err(|_| damaged())
    }

    /// Remembers a time that was seen, if none later was.
    pub(crate) fn see(&self, latest: Timestamp) -> Result<(), Failure> {
        if latest > self.seen()? {
            let file = self.path.join("seen");
            files::write_memory(&file, format!("{latest}\n").as_bytes(), Access::Private)?;
        }
        Ok(())
    }

    /// Everything that this home holds of an agreement.
    pub(crate) fn agreement_path(&self, agreement: Digest) -> PathBuf {
        self.path.join(agreement.short())
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
        self.path.join(agreement.short()).join("log").join(name)
    }

    fn run_path(&self, agreement: Digest, run: RunNumber) -> PathBuf {
        self.path.join(agreement.short()).join(format!("run-{run}"))
    }
}
