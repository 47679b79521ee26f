//! How an agency says what became of its leads: outcomes are kept in its home until every open lead of an issue has one, then they
//! are published in one list.
//!
//! ```text
//! HOME/AGREEMENT/run-N/outcomes/A--B.ISSUE.toml   what this agency has said of slots of that issue, mode 0600
//! ```

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::opening::{Agency, Opening};
use crate::agreement::RunNumber;
use crate::cleared::{self, by};
use crate::failure::{Failure, NOT_A_FILE, NOTHING_FOUND};
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::files::{self, Access, Existing};
use crate::outcome::release::Answered;
use crate::release::lists::Placed;
use crate::release::{Answer, Answers, Evidence, Outcome, ReceiptList, ReleaseError};

/// Largest file of outcomes, in bytes.
const MAX_OUTCOMES: u64 = 1 << 24;

/// Says what became of an open lead, by its id.
pub fn receipt(
    desk: &Desk,
    run: RunNumber,
    lead: &str,
    (outcome, evidence): (Outcome, Option<Evidence>),
) -> Result<Answered, Failure> {
    let agency = Agency::<by::Receipt>::cleared(desk, run)?;
    let openings = agency.open()?;
    let found = openings
        .iter()
        .find_map(|opening| opening.found.iter().find(|own| own.lead == lead).map(|own| (opening, own.slot)));
    let absent = || {
        let failure = Failure::new(NOTHING_FOUND, "this agency has no open lead of that id");
        failure.next("`symbolon agency leads`, by the agency, lists the open leads of a run with their ids")
    };
    let (opening, slot) = found.ok_or_else(absent)?;
    let answer = Answer::new(outcome, evidence)?;
    let done = self::answer(&agency, opening, Some((slot, answer)), desk)?;
    Ok(Answered {
        run,
        lead: lead.to_owned(),
        outcome,
        evidence,
        between: opening.shares.agencies.clone(),
        slot,
        waiting: done.waiting,
        unlogged: opening.unlogged,
        path: done.path.map(Into::into),
    })
}

/// How far the answer to an issue has come.
pub(super) struct Done {
    pub(super) waiting: usize,
    pub(super) path: Option<PathBuf>,
}

/// Keeps what is said of a lead, and answers for slots that need no person; publishes the list of receipts once every holder has
/// consents in the log, all that the log has count, and every open lead has an outcome.
pub(super) fn answer<K: cleared::Answers>(
    agency: &Agency<K>,
    opening: &Opening,
    said: Option<(u32, Answer)>,
    desk: &Desk,
) -> Result<Done, Failure> {
    let (released, shares) = (agency.released(), &opening.shares);
    let lists = released.receipts(shares)?;
    let chain = lists.chain(&agency.own)?;
    let published = ReceiptList::opened(shares, &chain.lists, &agency.home.secrets)?;
    let directory = agency.home.run_dir(&agency.agreement, agency.run)?.join("outcomes");
    let path = directory.join(format!("{}.{}.toml", shares.agencies.join("--"), shares.issue.short()));
    // What was published was kept before; a home that lost it learns it again.
    let kept = read(&path, shares.slots)?;
    let mut answers: Answers = published.iter().zip(&kept).map(|(published, kept)| published.or(*kept)).collect();
    let at = |slot: u32| slot as usize - 1;
    if let Some((slot, answer)) = said {
        if answers[at(slot)].is_some() {
            return Err(ReleaseError::Answered { slot, partner: opening.partner.clone() }.into());
        }
        answers[at(slot)] = Some(answer);
        files::make_dir(&directory, Access::Private)?;
        files::sweep(&directory);
        write(&path, &answers)?;
    }
    for (slot, outcome) in &opening.settled {
        answers[at(*slot)] = answers[at(*slot)].or(Some(Answer::new(*outcome, None)?));
    }
    let waiting = opening.found.iter().filter(|own| answers[at(own.slot)].is_none()).count();
    let Some(consents) = opening.consents.as_ref().filter(|_| waiting == 0) else {
        return Ok(Done { waiting, path: None });
    };
    if chain.forked {
        let number = chain.lists.len() as u32 + 1;
        return Err(ReleaseError::Fork { of: agency.own.clone(), number }.into());
    }
    let last = chain.lists.last().copied();
    if last.is_some_and(|last| last.answers == *consents && published == answers) {
        return Ok(Done { waiting, path: None });
    }
    let number = last.map_or(1, |last| last.place().number + 1);
    let name = format!("receipts {}.{}.{number}", shares.agencies.join("--"), shares.issue.short());
    let (secrets, what) = (&agency.home.secrets, (consents.as_slice(), &answers));
    let note =
        ReceiptList::issue(&agency.agreement, shares, secrets, &agency.cleared, last, what, &mut desk.entropy(&name))?;
    let path = agency.exchange.receipts_path(agency.run, shares, &agency.own, number);
    let entry = Entry::new(Kind::Receipts, agency.run.number(), &agency.own, "-", note.digest());
    agency.publish(&path, note.to_string().as_bytes(), entry).map(|path| Done { waiting, path: Some(path) })
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(default)]
    answer: Vec<KeptAnswer>,
}

#[derive(Serialize, Deserialize)]
struct KeptAnswer {
    slot: u32,
    #[serde(flatten)]
    answer: Answer,
}

fn read(path: &Path, slots: u32) -> Result<Answers, Failure> {
    let mut answers: Answers = vec![None; slots as usize];
    if path.symlink_metadata().is_err() {
        return Ok(answers);
    }
    let damaged = || Failure::new(NOT_A_FILE, "the file of outcomes is damaged").at(path);
    let kept: Kept = toml::from_str(&files::read_text(path, MAX_OUTCOMES)?).map_err(|_| damaged())?;
    for KeptAnswer { slot, answer } in kept.answer {
        let one = (slot as usize).checked_sub(1).and_then(|at| answers.get_mut(at)).ok_or_else(damaged)?;
        // What is read back is judged like what is said.
        *one = Some(Answer::new(answer.outcome(), answer.evidence()).map_err(|_| damaged())?);
    }
    Ok(answers)
}

fn write(path: &Path, answers: &Answers) -> Result<(), Failure> {
    let all = (1..).zip(answers).filter_map(|(slot, answer)| answer.map(|answer| KeptAnswer { slot, answer }));
    let kept = Kept { answer: all.collect() };
    let text = toml::to_string(&kept).map_err(|_| Failure::new(NOT_A_FILE, "the outcomes could not be written"))?;
    files::write(path, text.as_bytes(), Access::Private, Existing::Replace)
}
