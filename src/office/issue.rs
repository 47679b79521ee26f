//! Publishing lists of leads: one for each run and direction, for ever.

use super::seat::Office;
use crate::agreement::RunNumber;
use crate::failure::Failure;
use crate::log::{Entry, Kind};
use crate::parcel::container;
use crate::release::Issued;

impl Office<'_> {
    /// Whether the leads of two agencies are in the log: then nothing replaces them.
    pub(crate) fn is_issued(&self, run: RunNumber, pair: [&str; 2]) -> bool {
        let entry = Entry::about(Kind::Shares, run.number(), self.own(), pair, self.digest());
        self.is_logged(&entry)
    }

    /// Publishes the lists and shares of two agencies. What a killed command left, and nobody logged, is replaced.
    pub(crate) fn issue(&self, run: RunNumber, pair: [&str; 2], issued: &Issued) -> Result<(), Failure> {
        if self.is_issued(run, pair) {
            return Ok(());
        }
        let number = run.number();
        let mut entries = vec![Entry::about(Kind::Shares, number, self.own(), pair, issued.shares.digest())];
        let directions = [[pair[0], pair[1]], [pair[1], pair[0]]];
        for (direction, list) in directions.iter().zip(&issued.lists) {
            let manifest = container::split(&list.clone().into())?.0;
            entries.push(Entry::about(Kind::Leads, number, self.own(), *direction, manifest.digest()));
        }
        self.record(&entries)?;
        for ([to, partner], list) in directions.iter().zip(&issued.lists) {
            self.exchange.publish_again(&self.exchange.pair_path(run, to, partner, "leads"), list)?;
        }
        // Last: without the shares a list opens for nobody, and a killed command starts again.
        let shares = issued.shares.to_string();
        self.exchange.publish_again(&self.exchange.shares_path(run, pair), shares.as_bytes())
    }
}
