//! What a home remembers for ever: stops and withdrawals that it saw, whether logged or not, and what its own party published.
//!
//! ```text
//! HOME/AGREEMENT/stops/DIGEST.stop   HOME/AGREEMENT/withdrawals/DIGEST.withdrawal   copies of the notes
//! HOME/AGREEMENT/acts                own artefacts as the log names them, one a line, written down before each is published
//! ```
//!
//! Nothing here is ever taken away: a file that is deleted from the exchange makes nothing unseen. (Refusals are kept by `sign_offs`, for
//! they concern other agreements too; the newest checkpoint by `ledger`.)

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::files::{self, Access, Existing, grow};
use super::home::Home;
use crate::failure::{Failure, SEEN};
use crate::log::Entry;
use crate::note::{self, Note};
use crate::primitives::Digest;

/// Largest record of a home's own acts, in bytes: some hundred thousand of them.
const MAX_ACTS: u64 = 1 << 24;

/// A kind of note of which copies are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Stewards' stops.
    Stop,
    /// Agencies' withdrawals.
    Withdrawal,
}

impl Kept {
    fn extension(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// The memory of one home about one agreement.
#[derive(Debug)]
pub(crate) struct Memory {
    directory: PathBuf,
}

impl Memory {
    /// What this home remembers of an agreement.
    pub(crate) fn of(home: &Home, agreement: Digest) -> Self {
        Self { directory: home.agreement_path(agreement) }
    }

    fn place(&self, kept: Kept) -> PathBuf {
        self.directory.join(format!("{}s", kept.extension()))
    }

    /// Keeps a note of this run for ever.
    pub(crate) fn keep(&self, kept: Kept, run: u32, note: &Note) -> Result<(), Failure> {
        let directory = self.place(kept);
        let path = directory.join(format!("{run}.{}.{}", note.digest(), kept.extension()));
        if path.symlink_metadata().is_ok() {
            return Ok(());
        }
        files::make_dir(&directory, Access::Private)?;
        files::sweep(&directory);
        files::write(&path, note.to_string().as_bytes(), Access::Private, Existing::Replace)
    }

    /// The notes of this run that were kept.
    pub(crate) fn kept(&self, kept: Kept, run: u32) -> Result<Vec<Note>, Failure> {
        let directory = self.place(kept);
        if !files::is_there(&directory)? {
            return Ok(Vec::new());
        }
        let prefix = format!("{run}.");
        let paths = files::list(&directory, kept.extension())?;
        let of_run = paths
            .into_iter()
            .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix)));
        of_run
            .map(|path| {
                let bytes = files::read(&path, note::MAX_BYTES as u64)?;
                Note::parse(&bytes).map_err(|e| Failure::from(e).at(&path))
            })
            .collect()
    }

    /// What this home published, as the log names it.
    pub(crate) fn acts(&self) -> Result<Vec<Entry>, Failure> {
        // Whoever asks holds the home: what a killed command was writing here is nobody's any more.
        files::sweep(&self.directory);
        let lines = self.lines()?.lines;
        let read = |line: &String| line.parse::<Entry>().map_err(|_| Failure::new(SEEN, "an own act is damaged"));
        lines.iter().map(read).collect()
    }

    fn lines(&self) -> Result<grow::Lines, Failure> {
        let read = grow::read(&self.directory.join("acts"), MAX_ACTS, |line| line.parse::<Entry>().is_ok());
        read.map_err(|failure| match failure.code {
            SEEN => failure.next("restore the file from your backup; if there is none, move it away, then `symbolon log verify --take-over`"),
            _ => failure,
        })
    }

    /// Writes down what is about to be published, or what a person took over from the log.
    pub(crate) fn record(&self, entries: &[Entry]) -> Result<(), Failure> {
        files::sweep(&self.directory);
        let there = self.lines()?;
        let mut known: BTreeSet<String> = there.lines.iter().cloned().collect();
        let new: Vec<String> =
            entries.iter().map(ToString::to_string).filter(|entry| known.insert(entry.clone())).collect();
        if new.is_empty() {
            return Ok(());
        }
        files::make_dir(&self.directory, Access::Private)?;
        grow::add(&self.directory.join("acts"), &there, &new, MAX_ACTS)
    }
}

/// A file that a person gave to a command, so that the same can be proposed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// An agency's list.
    List,
    /// A guardian's register.
    Register,
}

impl Given {
    fn place(self, home: &Home) -> PathBuf {
        home.path.join(match self {
            Self::List => "list.args",
            Self::Register => "register.args",
        })
    }
}

/// The arguments with which a file was given last, as a shell takes them.
pub(crate) fn given(home: &Home, what: Given) -> Option<String> {
    files::read_text(&what.place(home), 1 << 16).ok().map(|text| format!(" {}", text.trim_end()))
}

/// Notes with which arguments a file was given. That it cannot be noted is no reason to refuse anything.
#[cfg(feature = "agency")]
pub(crate) fn note_given(home: &Home, what: Given, input: &super::list::Input) {
    let _ = files::write_passing(&what.place(home), format!("{}\n", input.arguments()).as_bytes(), Access::Private);
}
