//! How things stand, for the party whose home it is: the gate's answers, with the commands as they would have to be typed here.

use super::desk::Desk;
use super::exchange::Exchange;
use super::home::Home;
use super::memory::Given;
use super::seat::Office;
#[cfg(feature = "operator")]
use crate::agreement::PartyRole;
use crate::agreement::{Key, RunNumber};
use crate::cleared::Act;
use crate::failure::Failure;
use crate::gate::turn::{self, Turn};
use crate::gate::{self, facts::Facts};
use crate::outcome::status::{Deadline, Item, Named, State, Status};
use crate::text::quoted;

/// How everything stands.
pub(crate) fn status(desk: &Desk) -> Result<Status, Failure> {
    let mut office = Office::open(desk, None)?;
    look_for_unlogged(&mut office.facts, &office.exchange);
    let facts = &office.facts;
    let context = Words { desk, home: &office.home };
    let mut acts: Vec<Item> = turn::items(facts).into_iter().map(|item| context.item(item)).collect();
    if facts.draft.is_err() && office.exchange.draft().is_err() {
        acts.extend(context.draft());
    }
    let deadlines = turn::deadlines(facts).into_iter().map(|d| Deadline { what: d.what, at: d.at }).collect();
    let agreement =
        facts.draft.as_ref().ok().map(|draft| Named { name: draft.body().name.clone(), digest: draft.note().digest() });
    let mut remarks = Vec::new();
    for failure in
        [facts.draft.as_ref().err(), facts.log.as_ref().err().filter(|_| facts.has_log)].into_iter().flatten()
    {
        remarks.push(format!("{}: {}", failure.code.id, failure.message));
    }
    if let Ok(log) = &facts.log {
        remarks.extend(log.remarks.iter().cloned());
    }
    Ok(Status {
        party: facts.own.name.clone(),
        role: facts.own.role,
        now: facts.now,
        agreement,
        acts,
        deadlines,
        remarks,
    })
}

/// Only the keeper enters things in the log, so only the keeper looks for what is to be entered.
fn look_for_unlogged(facts: &mut Facts, exchange: &Exchange) {
    #[cfg(feature = "operator")]
    if facts.own.role == PartyRole::Operator {
        let Ok(agreement) = &facts.agreement else { return };
        let found = match &facts.log {
            Ok(log) => super::keeper::waiting(exchange, agreement, &log.view),
            Err(_) => super::keeper::waiting(exchange, agreement, &super::keeper::empty(agreement)),
        };
        facts.unlogged = found.map(|(entries, _)| entries);
    }
    #[cfg(not(feature = "operator"))]
    let _ = (facts, exchange);
}

struct Words<'a> {
    desk: &'a Desk,
    home: &'a Home,
}

impl Words<'_> {
    fn item(&self, item: turn::Item) -> Item {
        let turn::Item { act, run, turn } = item;
        let consent = gate::key_of(act) != Some(Key::Routine) && act != Act::Send;
        let mut words = Item {
            act: act.name().to_owned(),
            run,
            state: State::Done,
            consent,
            command: None,
            whom: Vec::new(),
            since: None,
            code: None,
            why: None,
            next: None,
        };
        let mut denied = |failure: &Failure| {
            words.code = Some(failure.code.id.to_owned());
            words.why = Some(failure.message.clone());
            words.next = Some(failure.next.as_deref().unwrap_or(failure.code.next).to_owned());
        };
        match turn {
            Turn::Done => {}
            // At a terminal, `agreement sign` shows the text and asks; its digest here would make a signature of a paste.
            Turn::Yours => (words.state, words.command) = (State::Yours, Some(self.command(act, run))),
            Turn::Possible => (words.state, words.command) = (State::Possible, Some(self.command(act, run))),
            Turn::Waits { whom, since, failure } => {
                denied(&failure);
                (words.state, words.whom, words.since) = (State::Waits, whom, Some(since));
            }
            Turn::Refused(failure) => {
                denied(&failure);
                words.state = State::Refused;
            }
        }
        words
    }

    /// Where there is no text yet, anybody may write one.
    fn draft(&self) -> Option<Item> {
        let command = self.with_places("symbolon agreement draft PROTOCOL NAME".to_owned(), false);
        let item = turn::Item { act: Act::Draft, run: None, turn: Turn::Possible };
        Some(Item { command: Some(command), ..self.item(item) })
    }

    /// The command for an act, as it works here.
    fn command(&self, act: Act, run: Option<RunNumber>) -> String {
        let mut command = format!("symbolon {}", act.verb());
        match act {
            Act::Receipt => command += " LEAD --outcome OUTCOME",
            Act::Encode => command += &self.given(Given::List, "FILE"),
            Act::Screen => command += &self.given(Given::Register, "REGISTER"),
            // What waits is shown by the queue; the decision about each is a person's.
            Act::Consent => command = "symbolon officer queue".to_owned(),
            Act::SignOff => command += " DOSSIER.json --decision DECISION",
            Act::Attest => command += " --records RECORDS",
            _ => {}
        }
        if let Some(run) = run {
            command += &format!(" --run {run}");
        }
        self.with_places(command, true)
    }

    /// The file that this home was given before, with how it is read; or a word to be replaced.
    fn given(&self, what: Given, word: &str) -> String {
        super::memory::given(self.home, what).unwrap_or_else(|| format!(" {word}"))
    }

    fn with_places(&self, mut command: String, with_home: bool) -> String {
        let home = self.desk.home.as_deref().filter(|_| with_home);
        for (option, path) in [("--home", home), ("--exchange", self.desk.exchange_path().as_deref())] {
            if let Some(path) = path {
                command += &format!(" {option} {}", quoted(path));
            }
        }
        command
    }
}
