//! Where a party acts: its home, the exchange, the time, and where randomness comes from.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::exchange::Exchange;
use super::home::Home;
use crate::failure::{Failure, NO_EXCHANGE, NO_HOME};
use crate::primitives::{Digest, Entropy};

/// What every act has at hand.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Home of the party that acts, where one was given.
    pub home: Option<PathBuf>,
    /// The exchange, where one was given.
    pub(crate) exchange: Option<Exchange>,
    /// The clock, read once for each command.
    pub now: Timestamp,
    /// The demo's: everything that is drawn is drawn from it.
    pub(crate) seed: Option<u64>,
}

impl Desk {
    /// The desk of the party whose home this is. `now` is the time at which everything is judged, and which everything that is signed
    /// states: read it from the clock once for each act.
    pub fn new(home: impl Into<PathBuf>, exchange: impl AsRef<Path>, now: Timestamp) -> Self {
        Self { home: Some(home.into()), exchange: Some(Exchange::at(exchange.as_ref())), now, seed: None }
    }

    /// Randomness for one act: the operating system's, or in the demo a stream of its own for each act.
    pub(crate) fn entropy(&self, act: &str) -> Entropy {
        let Some(seed) = self.seed else { return Entropy::system() };
        let home = self.home.as_deref().map(|h| h.file_name().unwrap_or_default().to_string_lossy().into_owned());
        let act = format!("{seed} {} {act}", home.unwrap_or_default());
        let digest = Digest::of(act.as_bytes());
        Entropy::seeded(digest.0[..8].iter().fold(0, |n, &byte| n << 8 | u64::from(byte)))
    }

    /// The date in UTC.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        jiff::tz::Offset::UTC.to_datetime(self.now).date()
    }

    /// The directory of the home, or the refusal where none was given.
    pub(crate) fn home_path(&self) -> Result<&Path, Failure> {
        self.home.as_deref().ok_or_else(|| Failure::new(NO_HOME, "which home?"))
    }

    /// The home, open and locked.
    pub(crate) fn home(&self) -> Result<Home, Failure> {
        Home::open(self.home_path()?)
    }

    /// The exchange, or the refusal where none was given.
    pub(crate) fn exchange(&self) -> Result<Exchange, Failure> {
        self.exchange.clone().ok_or_else(|| Failure::new(NO_EXCHANGE, "which exchange?"))
    }

    /// The exchange as it is given to a command.
    pub(crate) fn exchange_path(&self) -> Option<PathBuf> {
        self.exchange.as_ref().map(Exchange::root)
    }
}
