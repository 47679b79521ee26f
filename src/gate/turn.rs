//! Whose turn it is: the same table, asked for every act of a party's role.
//!
//! There is no second list of states. An act is done, or the gate would clear it now, or the gate says what stands in the way; from the
//! cause follows whether somebody else is awaited or the act is refused.

use jiff::{SignedDuration, Timestamp};

use super::facts::{Facts, RunFacts};
use super::table::Check;
use super::{Case, Denied, examine, latest};
use crate::agreement::{PartyRole, RunNumber};
use crate::cleared::Act;
use crate::failure::Failure;
use crate::log::{Entry, Kind};

/// How an act stands for a party.
#[derive(Clone, Debug)]
pub(crate) enum Turn {
    /// Nothing is left to do.
    Done,
    /// The gate would clear it now.
    Yours,
    /// The gate would clear it, and nobody waits for it.
    Possible,
    /// Somebody else acts first.
    Waits {
        /// Who: names of parties, or words where anybody of a kind would do.
        whom: Vec<String>,
        /// Since when nothing else is missing, as far as what is signed tells.
        since: Timestamp,
        /// What is missing.
        failure: Failure,
    },
    /// It is refused, and waiting does not help.
    Refused(Failure),
}

/// One act and how it stands.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Which.
    pub(crate) act: Act,
    /// In which run.
    pub(crate) run: Option<RunNumber>,
    /// How it stands.
    pub(crate) turn: Turn,
}

/// Something that runs out.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    /// What.
    pub(crate) what: String,
    /// When.
    pub(crate) at: Timestamp,
}

/// How everything stands that this party could do.
pub(crate) fn items(facts: &Facts) -> Vec<Item> {
    let mut items = Vec::new();
    if facts.draft.is_err() {
        return items;
    }
    let Some(own) = facts.seat() else {
        items.extend(item(facts, Act::Sign, None));
        return items;
    };
    items.extend(item(facts, Act::Sign, None));
    if facts.agreement.is_err() {
        return items;
    }
    let role = own.role;
    match role {
        PartyRole::Agency => items.extend(item(facts, Act::Join, None)),
        PartyRole::Reviewer => {
            let min = facts.agreement.as_ref().map(|agreement| agreement.body().terms.min).ok();
            items.extend(min.filter(|min| min.sign_offs > 0).and_then(|_| item(facts, Act::SignOff, None)));
            items.extend(min.filter(|min| min.attestations > 0).and_then(|_| item(facts, Act::Attest, None)));
        }
        _ => {}
    }
    let last = facts.runs.iter().rev().find(|run| has_begun(run)).map_or(1, |run| run.number.number());
    for run in facts.runs.iter().filter(|run| run.number.number() <= last) {
        items.extend(of_run(facts, role, run, run.number.number() == last));
    }
    if role == PartyRole::Operator {
        items.extend(item(facts, Act::Log, None));
    } else {
        items.extend(item(facts, Act::Cosign, None));
    }
    items
}

fn has_begun(run: &RunFacts) -> bool {
    run.grants.iter().any(super::facts::Filed::is_there)
}

/// The acts of a run, in order, to the first that is not done; and those that stand beside the order.
fn of_run(facts: &Facts, role: PartyRole, run: &RunFacts, is_last: bool) -> Vec<Item> {
    use PartyRole::{Agency, Guardian, Officer, Operator, Reviewer, Steward};
    let mut items = Vec::new();
    let flow: &[Act] = match role {
        Agency => &[Act::Encode, Act::Send, Act::Open],
        Steward => &[Act::Grant, Act::Permit],
        Operator => &[Act::Link],
        Guardian => &[Act::Screen],
        Officer | Reviewer => &[Act::Consent],
    };
    let ended = matches!(run.over, Ok(Some(over)) if over <= facts.now);
    for act in flow {
        // A run that is over asks for nothing more but what follows from its leads.
        if (ended || !is_last) && !matches!(act, Act::Open | Act::Consent) {
            continue;
        }
        let Some(item) = item(facts, *act, Some(run)) else { continue };
        let is_done = matches!(item.turn, Turn::Done);
        items.push(item);
        if !is_done {
            break;
        }
    }
    if role == Agency {
        items.extend(item(facts, Act::Receipt, Some(run)));
        items.extend(item(facts, Act::Acknowledge, Some(run)));
    }
    if role == Steward && run.stops.as_ref().is_ok_and(|stops| !stops.is_empty()) {
        items.extend(item(facts, Act::Resume, Some(run)));
    }
    if ended && crate::release::destruction::attests(role) {
        items.extend(item(facts, Act::Purge, Some(run)));
    }
    items
}

/// One act, unless it does not concern this party at all.
fn item(facts: &Facts, act: Act, run: Option<&RunFacts>) -> Option<Item> {
    let number = run.map(|run| run.number);
    let turn = match done(facts, act, run) {
        Progress::Done => Turn::Done,
        Progress::Nothing => return None,
        progress => match examine(facts, act, &Case { run: number, pair: None }) {
            Ok(()) if matches!(progress, Progress::Free) => Turn::Possible,
            Ok(()) => Turn::Yours,
            Err(denied) => denied_turn(facts, *denied),
        },
    };
    Some(Item { act, run: number, turn })
}

/// How far an act is, before the gate is asked.
enum Progress {
    /// It was done.
    Done,
    /// Somebody waits for it.
    Due,
    /// It may be done, and nobody waits.
    Free,
    /// There is nothing to do.
    Nothing,
}

fn due(is_due: bool) -> Progress {
    if is_due { Progress::Due } else { Progress::Done }
}

fn done(facts: &Facts, act: Act, run: Option<&RunFacts>) -> Progress {
    let own = facts.own.name.as_str();
    match (act, run) {
        (Act::Sign, _) => {
            let unsigned = facts.draft.as_ref().map_err(Clone::clone).and_then(|d| Ok(d.unsigned()?.contains(&own)));
            due(unsigned.unwrap_or(true))
        }
        (Act::Join, _) => due(facts.contributions.iter().any(|c| c.from == own && !c.is_there())),
        (Act::SignOff, _) => {
            let mine = facts
                .opinions
                .as_ref()
                .is_ok_and(|all| all.here.iter().any(|s| s.reviewer == own && s.holds(facts.now)));
            due(!mine)
        }
        (Act::Attest, _) => {
            let mine = facts.attestations.as_ref().is_ok_and(|all| all.iter().any(|(_, a)| a.reviewer == own));
            due(!mine)
        }
        (Act::Log, _) => match &facts.unlogged {
            Ok(entries) => due(!entries.is_empty()),
            Err(_) => Progress::Due,
        },
        (Act::Cosign, _) => cosign(facts),
        (Act::Grant, Some(run)) => due(!run.grants.iter().any(|grant| grant.from == own && grant.is_there())),
        (Act::Encode, Some(run)) => due(run.commitments.iter().any(|c| c.from == own && !c.is_there())),
        (Act::Permit, Some(run)) => {
            let valid = run.permits.iter().filter(|permit| permit.from == own).filter_map(|permit| permit.held());
            let compared = run.pairs.iter().chain(&run.leads).any(super::facts::Filed::is_there);
            due(!compared && !valid.into_iter().any(|permit| permit.expires > facts.now))
        }
        (Act::Send, Some(run)) => due(run.parcels.iter().any(|parcel| parcel.from == own && !parcel.is_there())),
        (Act::Link, Some(run)) => {
            let guarded =
                facts.agreement.as_ref().is_ok_and(|a| a.body().of_role(PartyRole::Guardian).next().is_some());
            let lists = if guarded { &run.pairs } else { &run.leads };
            due(lists.iter().any(|list| !list.is_there()))
        }
        (Act::Screen, Some(run)) => due(run.shares.iter().any(|shares| !shares.is_there())),
        (Act::Consent, Some(run)) => consent(facts, run),
        (Act::Open, Some(run)) => open(facts, run),
        // Which leads are open is seen by whoever opens them; opening answers for those that need no person.
        (Act::Receipt, Some(run)) => {
            if is_owed(run, own) {
                Progress::Free
            } else {
                Progress::Nothing
            }
        }
        (Act::Acknowledge, Some(run)) => {
            let foreign = run.withdrawals.as_ref().is_ok_and(|all| all.all.iter().any(|w| w.by != own));
            if foreign && is_owed(run, own) { Progress::Due } else { Progress::Nothing }
        }
        (Act::Resume, Some(run)) => {
            let (Ok(stops), Ok(resumes)) = (&run.stops, &run.resumes) else { return Progress::Due };
            let mine = |stop: &crate::agreement::Stop| {
                resumes.iter().any(|resume| resume.steward == own && resume.lifts.contains(&stop.digest))
            };
            // To go on is a decision; nobody waits for it.
            if stops.iter().all(mine) { Progress::Done } else { Progress::Free }
        }
        (Act::Purge, Some(run)) => due(run.destroyed.iter().any(|d| d.from == own && !d.is_there())),
        _ => Progress::Nothing,
    }
}

/// Whether this party is the one that others wait for in an earlier run.
fn is_owed(run: &RunFacts, own: &str) -> bool {
    run.answered.as_ref().is_err_and(|failure| failure.whose.as_deref() == Some(own))
}

/// A person decides about leads; nobody waits, and there is an end to it.
fn consent(facts: &Facts, run: &RunFacts) -> Progress {
    let mut holds = run.shares.iter().filter_map(|shares| shares.held()).filter(|shares| {
        let officer = facts.agreement.as_ref().ok().and_then(|agreement| agreement.body().agency_of(&facts.own));
        let holder = officer.map_or(facts.own.name.as_str(), |agency| agency.name.as_str());
        shares.holders().any(|name| name == holder) && facts.now < shares.expires
    });
    let issued = run.shares.iter().any(super::facts::Filed::is_there);
    let mine =
        |entry: &Entry| entry.kind == Kind::Consents && entry.run == run.number.number() && entry.by == facts.own.name;
    let begun = facts.own_acts.as_ref().is_ok_and(|acts| acts.iter().any(mine));
    match (issued, holds.next().is_some(), begun) {
        (false, _, _) if matches!(facts.own.role, PartyRole::Officer) => Progress::Due,
        (_, false, _) => Progress::Nothing,
        (_, true, true) => Progress::Free,
        (_, true, false) => Progress::Due,
    }
}

/// An agency opens what was released, and answers it.
fn open(facts: &Facts, run: &RunFacts) -> Progress {
    let own = facts.own.name.as_str();
    let lists = run.leads.iter().filter(|list| list.from == own);
    let issued = lists.into_iter().any(super::facts::Filed::is_there);
    match (issued, is_owed(run, own)) {
        (false, _) | (true, true) => Progress::Due,
        (true, false) => Progress::Free,
    }
}

/// A cosignature is wanted while fewer than the terms ask, and one more, are fresh and cover the whole log: whoever acts next does not count
/// its own.
fn cosign(facts: &Facts) -> Progress {
    let Ok(log) = facts.log() else { return if facts.has_log { Progress::Due } else { Progress::Nothing } };
    let size = log.view.checkpoint().size;
    let oldest = facts.now - SignedDuration::from_hours(log.hours.into());
    let fresh = |w: &&super::logged::Witness| w.size == size && w.at > oldest;
    let mine = log.witnesses.iter().filter(fresh).any(|w| w.name == facts.own.name);
    let others = log.witnesses.iter().filter(fresh).count() as u32;
    if mine {
        Progress::Done
    } else if others <= log.cosigners {
        Progress::Due
    } else {
        Progress::Free
    }
}

/// Reads a refusal: is somebody awaited, or does waiting not help?
fn denied_turn(facts: &Facts, denied: Denied) -> Turn {
    let Denied { check, failure } = denied;
    let since = latest(facts);
    let role = |role: PartyRole| -> Vec<String> {
        let body = facts.draft.as_ref().map(|draft| draft.body()).ok();
        body.into_iter().flat_map(|body| body.of_role(role)).map(|party| party.name.clone()).collect()
    };
    let whom = match (failure.code.id, &failure.whose) {
        (_, Some(name)) => vec![name.clone()],
        // Not in the log: its keeper enters it.
        ("SYM-0905" | "SYM-0901", _) => role(PartyRole::Operator),
        ("SYM-0906" | "SYM-0911", _) => vec!["parties that have not cosigned the log".to_owned()],
        ("SYM-0473", _) => role(PartyRole::Reviewer),
        ("SYM-0471", _) => role(PartyRole::Steward),
        ("SYM-0416" | "SYM-0494", _) => Vec::new(),
        _ => return Turn::Refused(failure),
    };
    match check {
        Check::Stop
        | Check::Logged
        | Check::Log
        | Check::Grants
        | Check::Commitments
        | Check::Permits
        | Check::Received
        | Check::Issued
        | Check::Answered
        | Check::Destroyed
        | Check::SignOffs
        | Check::Attestations
        | Check::Signed
        | Check::Term
        | Check::Over => Turn::Waits { whom, since, failure },
        Check::Amends
        | Check::Seat
        | Check::Key
        | Check::Clock
        | Check::Recall
        | Check::Runs
        | Check::Own
        | Check::Once
        | Check::Order
        | Check::Refusal => Turn::Refused(failure),
    }
}

/// What runs out, the earliest first.
pub(crate) fn deadlines(facts: &Facts) -> Vec<Deadline> {
    let mut all = Vec::new();
    let mut add = |what: String, at: Timestamp| {
        if at > facts.now {
            all.push(Deadline { what, at });
        }
    };
    if let Ok(agreement) = facts.agreement() {
        add(format!("agreement {}", agreement.body().name), agreement.body().expires);
        for run in &facts.runs {
            let number = run.number;
            for permit in run.permits.iter().filter_map(|permit| permit.held()) {
                add(format!("permit of `{}` for run {number}", permit.steward), permit.expires);
            }
            for shares in run.shares.iter().filter_map(|shares| shares.held()) {
                add(format!("leads of {} in run {number}", shares.agencies.join(" and ")), shares.expires);
            }
            if let Ok(Some(over)) = run.over {
                let due = crate::release::destruction::due(agreement, over);
                add(format!("destruction of the encodings of run {number}"), due);
            }
        }
        if let Ok(log) = facts.log() {
            for witness in &log.witnesses {
                let end = witness.at + SignedDuration::from_hours(log.hours.into());
                add(format!("cosignature of `{}`", witness.name), end);
            }
        }
    }
    all.sort_by(|a, b| (a.at, &a.what).cmp(&(b.at, &b.what)));
    all
}
