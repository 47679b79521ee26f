//! How far a long command is: a bar on a terminal, or a JSON object a line on standard error.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde_json::json;

use super::output::{self, Style};
use crate::office::acts::link::Pace;

/// How progress is shown.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Progress {
    /// A bar where standard error is a terminal
    #[default]
    Bar,
    /// A JSON object a line on standard error, once a second
    Json,
    /// Nothing
    None,
}

/// Counts pairs, from any thread.
#[derive(Debug)]
pub(crate) struct Meter {
    what: String,
    total: u64,
    done: AtomicU64,
    bar: ProgressBar,
    json: bool,
    times: Mutex<Times>,
}

#[derive(Debug, Default)]
struct Times {
    begun: Option<Instant>,
    last: Duration,
    told: Duration,
}

const EVERY: Duration = Duration::from_secs(1);

impl Meter {
    /// A meter that ends at `total`.
    pub(crate) fn new(total: u64, what: String, progress: Progress, style: Style) -> Self {
        let quiet = Style { quiet: style.quiet || progress != Progress::Bar, ..style };
        let bar = output::progress(total, "comparing", quiet);
        Self { what, total, done: AtomicU64::new(0), bar, json: progress == Progress::Json, times: Mutex::default() }
    }
}

impl Pace for Meter {
    fn add(&self, pairs: u64) {
        let done = self.done.fetch_add(pairs, Ordering::Relaxed) + pairs;
        self.bar.inc(pairs);
        let Ok(mut times) = self.times.lock() else { return };
        times.last = times.begun.get_or_insert_with(Instant::now).elapsed();
        if self.json && (done == self.total || times.told.is_zero() || times.last >= times.told + EVERY) {
            times.told = times.last.max(Duration::from_nanos(1));
            let rate = done as f64 / times.last.as_secs_f64().max(1e-9);
            let line = json!({
                "symbolon": "progress v1", "what": self.what, "pairs": done, "of": self.total,
                "seconds": times.last.as_secs_f64(), "seconds_left": (self.total.saturating_sub(done)) as f64 / rate,
            });
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    /// Ends the bar; gives the seconds from the first pair to the last.
    fn finish(&self) -> f64 {
        self.bar.finish_and_clear();
        self.times.lock().map_or(0.0, |times| times.last.as_secs_f64())
    }
}
