//! A world of twelve parties that the program's own verbs play in this process, at a time of the test's choosing; over an exchange in
//! memory, or in a directory where a test damages files of it.

#![expect(clippy::disallowed_methods, reason = "a test writes what its parties would have at hand")]

mod cells;
mod next;
mod released;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use jiff::Timestamp;
use tempfile::TempDir;

use super::output::{Report, Style};
use super::{Cli, Context, run};
use crate::agreement::{AgreementBody, DraftAgreement, RunNumber, SignedAgreement};
use crate::cleared::{Cleared, by};
use crate::failure::Failure;
use crate::gate::facts::Facts;
use crate::office::desk::Desk;
use crate::office::exchange::Exchange;
use crate::office::gather;
use crate::office::home::Home;
use crate::office::store::Memory;

pub(super) const NOW: &str = "2026-06-01T12:00:00Z";
pub(super) const AGENCIES: [&str; 2] = ["fiu-aurelia", "police-borealia"];
pub(super) const STEWARDS: [&str; 2] = ["steward-court", "steward-ombud"];
pub(super) const REVIEWERS: [&str; 2] = ["data-authority", "rights-council"];
pub(super) const OFFICER: &str = "officer-fiu-aurelia";

pub(super) struct World {
    /// Homes, and what the parties have at hand.
    directory: TempDir,
    /// The exchange, where it is in memory.
    pub(super) store: Arc<Memory>,
    /// Whether it is in a directory instead.
    on_disk: bool,
    pub(super) now: Timestamp,
}

impl World {
    pub(super) fn new() -> Self {
        Self::drawn(false)
    }

    /// The same, with an exchange that is a directory.
    pub(super) fn on_disk() -> Self {
        Self::drawn(true)
    }

    fn drawn(on_disk: bool) -> Self {
        let directory = TempDir::new().expect("a directory");
        std::fs::create_dir(directory.path().join("exchange")).expect("a directory");
        let world = Self { directory, store: Arc::default(), on_disk, now: NOW.parse().expect("a time") };
        world.done("", &format!("synth {} --people 300 --shared 30 --seed 3", world.path("data").display()));
        for (name, rest) in [
            (AGENCIES[0], "agency --source financial-intelligence --legal-basis Act;30 --organisation A"),
            (AGENCIES[1], "agency --source criminal-investigation --legal-basis Code;163 --organisation B"),
            ("linkage-unit", "operator --organisation U"),
            (STEWARDS[0], "steward --organisation C"),
            (STEWARDS[1], "steward --organisation O"),
            ("guardian", "guardian --organisation G"),
            (REVIEWERS[0], "reviewer --kind data-protection --organisation D"),
            (REVIEWERS[1], "reviewer --kind protection --organisation R"),
            (OFFICER, "officer --organisation A"),
            ("officer-police-borealia", "officer --organisation B"),
        ] {
            let (role, options) = rest.split_once(' ').expect("a role");
            world.done(name, &format!("keygen {role} {name} --jurisdiction XA {options}"));
        }
        world.done("", "agreement draft fin-1 cells --sign-offs 1");
        world
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    pub(super) fn home(&self, who: &str) -> PathBuf {
        self.path("homes").join(who)
    }

    pub(super) fn exchange(&self) -> Exchange {
        if self.on_disk { Exchange::at(&self.exchange_path()) } else { Exchange::of(Arc::<Memory>::clone(&self.store)) }
    }

    /// The directory of an exchange on the disk.
    pub(super) fn exchange_path(&self) -> PathBuf {
        self.path("exchange")
    }

    pub(super) fn desk(&self, who: &str) -> Desk {
        let home = (!who.is_empty()).then(|| self.home(who));
        Desk { home, exchange: Some(self.exchange()), now: self.now, seed: Some(1) }
    }

    pub(super) fn act(&self, who: &str, line: &str) -> Result<Report, Failure> {
        let words = std::iter::once("symbolon").chain(line.split_whitespace());
        let verb = Cli::try_parse_from(words).unwrap_or_else(|e| panic!("{line}: {e}")).verb.expect("a verb");
        run(&verb, &Context { desk: self.desk(who), style: Style { json: true, quiet: true } })
    }

    pub(super) fn done(&self, who: &str, line: &str) -> Report {
        self.act(who, line).unwrap_or_else(|failure| panic!("{who}: {line}: {failure:?}"))
    }

    pub(super) fn everybody(&self) -> Vec<String> {
        let homes = std::fs::read_dir(self.path("homes")).expect("homes");
        homes.map(|home| home.expect("a home").file_name().to_string_lossy().into_owned()).collect()
    }

    pub(super) fn sign(&self) {
        let digest = self.done("", "agreement show --json").json["digest"].as_str().expect("a digest").to_owned();
        self.everybody().iter().for_each(|who| drop(self.done(who, &format!("agreement sign --read {digest}"))));
    }

    pub(super) fn logged(&self) {
        self.done("linkage-unit", "operator log");
        REVIEWERS.iter().for_each(|who| drop(self.done(who, "log cosign")));
    }

    pub(super) fn encode(&self, who: &str, run: u32) {
        let data = self.path("data").join(who);
        let (file, map) = (data.join("people.csv"), data.join("people.columns.toml"));
        self.done(who, &format!("agency encode {} --columns {} --run {run}", file.display(), map.display()));
    }

    pub(super) fn screen(&self, run: u32) {
        let data = self.path("data").join(AGENCIES[0]);
        let people = std::fs::read_to_string(data.join("people.csv")).expect("people");
        let register: String = people.lines().take(2).flat_map(|line| [line, "\n"]).collect();
        std::fs::write(self.path("register.csv"), register).expect("written");
        let (file, map) = (self.path("register.csv"), data.join("people.columns.toml"));
        self.done("guardian", &format!("guardian screen {} --columns {} --run {run}", file.display(), map.display()));
    }

    /// Signed, with one review, and every key contributed.
    pub(super) fn joined(&self) {
        self.sign();
        self.reviewed();
        AGENCIES.iter().for_each(|who| drop(self.done(who, "agency join")));
        self.logged();
    }

    fn reviewed(&self) {
        self.dossier();
        let accept = format!("reviewer sign-off {} --decision accept", self.path("d.json").display());
        self.done(REVIEWERS[0], &accept);
    }

    pub(super) fn dossier(&self) {
        self.done("", &format!("reviewer dossier -o {}", self.path("d.html").display()));
    }

    /// From grants to leads that nobody has released.
    pub(super) fn linked(&self, run: u32) {
        STEWARDS.iter().for_each(|who| drop(self.done(who, &format!("steward grant --run {run}"))));
        self.logged();
        AGENCIES.iter().for_each(|who| self.encode(who, run));
        self.logged();
        STEWARDS.iter().for_each(|who| drop(self.done(who, &format!("steward permit --run {run}"))));
        self.logged();
        AGENCIES.iter().for_each(|who| drop(self.done(who, &format!("agency send --run {run}"))));
        self.done("linkage-unit", &format!("operator link --run {run}"));
        self.screen(run);
        self.logged();
    }

    /// All three holders of shares release the first lead.
    pub(super) fn released(&self, run: u32) {
        for who in [OFFICER, "officer-police-borealia", REVIEWERS[0]] {
            let reasons = self.path("reasons.txt");
            let text = format!("Invented reasons of {who} in run {run}: a person decided about this case.");
            std::fs::write(&reasons, text).expect("written");
            let line = format!("--between {} --lead 1 --reasons {}", AGENCIES.join(","), reasons.display());
            self.done(who, &format!("officer release --run {run} {line}"));
        }
    }

    pub(super) fn facts(&self, who: &str) -> Facts {
        gather::facts(&self.exchange(), &self.secrets_of(who), self.now, Some(number(2)))
    }

    pub(super) fn secrets_of(&self, who: &str) -> Home {
        Home::open(&self.home(who)).expect("a home")
    }

    /// The same agreement but for one change, signed by everybody.
    pub(super) fn agreed(&self, change: impl FnOnce(&mut AgreementBody)) -> SignedAgreement {
        let mut draft = self.drafted(change);
        for who in self.everybody() {
            let cleared = Cleared::<by::Sign>::assumed(draft.note().digest(), 0, &who, self.now);
            draft.sign(&self.secrets_of(&who).secrets, &cleared).expect("a party");
        }
        draft.accept(self.now).expect("signed")
    }

    pub(super) fn drafted(&self, change: impl FnOnce(&mut AgreementBody)) -> DraftAgreement {
        let mut body = self.exchange().draft().expect("a draft").body().clone();
        change(&mut body);
        DraftAgreement::new(body).expect("fit")
    }
}

pub(super) fn number(run: u32) -> RunNumber {
    RunNumber::new(run).expect("positive")
}
