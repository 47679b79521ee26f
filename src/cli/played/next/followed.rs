//! Next steps, taken: what is refused is tried again after the step that the refusal names, and goes through.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use super::super::World;
use crate::cli::output::{Report, Style};
use crate::cli::{Cli, Context, run};
use crate::failure::Failure;
use crate::office::desk::Desk;

/// A party and what it types.
pub(super) type Act<'a> = (&'a str, &'a str);

/// The codes whose step was taken, and the steps that did not work.
#[derive(Default)]
pub(super) struct Followed {
    pub(super) seen: BTreeSet<&'static str>,
    pub(super) problems: Vec<String>,
}

impl Followed {
    /// An act is refused with this code and a step that says this; the step is taken; then another act goes through.
    pub(super) fn then(
        &mut self,
        world: &mut World,
        (code, says): (&'static str, &str),
        (who, line): Act<'_>,
        step: impl FnOnce(&mut World),
        (whom, after): Act<'_>,
    ) {
        match world.act(who, line) {
            Err(failure) => self.told(&failure, code, says),
            Ok(_) => self.problems.push(format!("{code}: {who}: {line} is not refused")),
        }
        // A step that cannot be taken is one problem, and hides no other.
        if catch_unwind(AssertUnwindSafe(|| step(world))).is_err() {
            self.problems.push(format!("{code}: the step cannot be taken: {says}"));
        }
        if let Err(failure) = world.act(whom, after) {
            self.problems.push(format!("{code}: after the step: {whom}: {after}: {}", failure.to_text()));
        }
    }

    /// The same, where the very act that was refused goes through.
    pub(super) fn again(
        &mut self,
        world: &mut World,
        case: (&'static str, &str),
        act: Act<'_>,
        step: impl FnOnce(&mut World),
    ) {
        self.then(world, case, act, step, act);
    }

    /// The same, where only the one who types differently goes on: another argument, another home.
    pub(super) fn instead(&mut self, world: &mut World, case: (&'static str, &str), act: Act<'_>, after: Act<'_>) {
        self.then(world, case, act, |_| {}, after);
    }

    /// A file is damaged on the way, and comes again as it was.
    pub(super) fn restored(
        &mut self,
        world: &mut World,
        case: (&'static str, &str),
        path: &Path,
        damage: impl FnOnce(Vec<u8>) -> Vec<u8>,
        act: Act<'_>,
    ) {
        let good = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {}: {e}", case.0, path.display()));
        std::fs::write(path, damage(good.clone())).expect("written");
        self.again(world, case, act, |_| std::fs::write(path, good).expect("written"));
    }

    /// A refusal with this code, whose step says this, and is taken by the caller.
    pub(super) fn told(&mut self, failure: &Failure, code: &'static str, says: &str) {
        let next = failure.next.as_deref().unwrap_or(failure.code.next);
        match failure.code.id == code && next.contains(says) {
            true => drop(self.seen.insert(code)),
            false => self.problems.push(format!("{code}: {says}: is not what is told: {}", failure.to_text())),
        }
    }
}

impl World {
    /// The same world in a directory of its own.
    pub(super) fn copy(&self) -> Self {
        let directory = tempfile::TempDir::new().expect("a directory");
        copy(self.directory.path(), directory.path());
        Self { directory, store: Arc::default(), on_disk: true, now: self.now }
    }

    /// An act by somebody who has no exchange.
    pub(super) fn alone(&self, who: &str, line: &str) -> Result<Report, Failure> {
        let words = std::iter::once("symbolon").chain(line.split_whitespace());
        let verb = <Cli as clap::Parser>::try_parse_from(words).expect("a command").verb.expect("a verb");
        let desk = Desk { exchange: None, ..self.desk(who) };
        run(&verb, &Context { desk, style: Style { json: true, quiet: true } })
    }

    /// The old exchange stays at `before`; the cards alone go to a new one.
    pub(super) fn another_exchange(&self) {
        std::fs::rename(self.exchange_path(), self.path("before")).expect("moved");
        std::fs::create_dir_all(self.exchange_path()).expect("a directory");
        copy(&self.path("before/parties"), &self.exchange_path().join("parties"));
    }

    /// The digest of the agreement in the exchange.
    pub(super) fn digest(&self) -> String {
        self.done("", "agreement show").json["digest"].as_str().expect("a digest").to_owned()
    }
}

/// Copies a directory, with modes.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}
