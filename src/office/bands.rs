//! Finished bands of a comparison, kept in the operator's home, and stopping it with Ctrl-C.
//!
//! ```text
//! HOME/AGREEMENT/run-N/A--B.bands-000001   finished bands, mode 0600; removed once every list of leads is written
//! ```
//!
//! The same command goes on by itself, with `--resume` or without: bands are bound to both lists and the threshold by digest,
//! so that a wrong one cannot be taken, and nobody loses a night's work for having forgotten an option.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::files::{self, Access};
use crate::failure::Failure;
use crate::linkage::journal::{self, Journal, RowBand};
use crate::primitives::Digest;

/// Largest file of bands: a hundred million candidates.
const MAX_BYTES: u64 = 1 << 30;

/// The journal of one pair of agencies.
#[derive(Debug)]
pub(crate) struct KeptBands {
    directory: PathBuf,
    name: String,
    every: Duration,
    waiting: Mutex<Waiting>,
    resumed: AtomicU64,
}

#[derive(Debug)]
struct Waiting {
    bands: Vec<RowBand>,
    identity: Option<Digest>,
    last: Instant,
    written: u32,
    failure: Option<Failure>,
}

impl KeptBands {
    /// Bands in this directory for this pair, written at most so often.
    pub(crate) fn new(directory: &Path, [first, second]: [&str; 2], every: Duration) -> Self {
        let waiting = Waiting { bands: Vec::new(), identity: None, last: Instant::now(), written: 0, failure: None };
        Self {
            directory: directory.to_owned(),
            name: format!("{first}--{second}.bands-"),
            every,
            waiting: Mutex::new(waiting),
            resumed: AtomicU64::new(0),
        }
    }

    /// How many bands an earlier attempt had left.
    pub(crate) fn resumed(&self) -> u64 {
        self.resumed.load(Ordering::Relaxed)
    }

    /// Writes what is still waiting; whatever could not be written, now or before, is told here.
    pub(crate) fn flush(&self) -> Result<(), Failure> {
        let Ok(mut waiting) = self.waiting.lock() else { return Ok(()) };
        self.write(&mut waiting);
        waiting.failure.take().map_or(Ok(()), Err)
    }

    /// Removes every file of bands of a run.
    pub(crate) fn clear(directory: &Path) -> Result<(), Failure> {
        for path in files::beside(directory, ".bands-")? {
            files::remove(&path)?;
        }
        Ok(())
    }

    fn write(&self, waiting: &mut Waiting) {
        let Some(identity) = waiting.identity else { return };
        if waiting.bands.is_empty() {
            return;
        }
        waiting.written += 1;
        let path = self.directory.join(format!("{}{:06}", self.name, waiting.written));
        let bytes = journal::to_bytes(&identity, &waiting.bands);
        match files::write_passing(&path, &bytes, Access::Private) {
            Ok(()) => waiting.bands.clear(),
            // The comparison goes on: it is worth more than what is kept of it.
            Err(failure) => waiting.failure = Some(failure),
        }
        waiting.last = Instant::now();
    }
}

impl Journal for KeptBands {
    fn finished(&self, identity: &Digest) -> Vec<RowBand> {
        let mut found = Vec::new();
        let paths = files::beside(&self.directory, &self.name).unwrap_or_default();
        let Ok(mut waiting) = self.waiting.lock() else { return found };
        for path in paths {
            let bands = files::read(&path, MAX_BYTES).ok().and_then(|bytes| journal::from_bytes(identity, &bytes));
            match bands {
                Some(bands) => found.extend(bands),
                // Of other lists or another threshold, or damaged: computed again.
                None => drop(files::remove(&path)),
            }
            let number = path.to_string_lossy().rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(0);
            waiting.written = waiting.written.max(number);
        }
        self.resumed.store(found.len() as u64, Ordering::Relaxed);
        found
    }

    fn keep(&self, identity: &Digest, band: &RowBand) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        waiting.identity = Some(*identity);
        waiting.bands.push(band.clone());
        if waiting.last.elapsed() >= self.every {
            self.write(&mut waiting);
        }
    }
}

/// Says whether Ctrl-C was pressed, or the program was asked to end; pressed twice, it ends at once.
pub(crate) fn interrupts() -> Arc<AtomicBool> {
    static FLAG: std::sync::OnceLock<Arc<AtomicBool>> = std::sync::OnceLock::new();
    let flag = FLAG.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // The first of two sees the flag of the one before it: so the order counts. Where a signal cannot be caught, it ends
            // the program as it always did, and the bands are there all the same.
            let _ = signal_hook::flag::register_conditional_shutdown(signal, 7, Arc::clone(&flag));
            let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
        }
        flag
    });
    flag.store(false, Ordering::Relaxed);
    Arc::clone(flag)
}
