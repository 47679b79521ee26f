//! The checks themselves: each a pure question to the facts.

use jiff::Timestamp;

use super::facts::{Fact, Facts, RunFacts};
use super::{Case, SKEW, needs};
use crate::agreement::{
    AgreementError, DraftAgreement, Key, Party, PartyRole, Resume, RunNumber, refuse_refused, refuse_stopped,
};
use crate::cleared::Act;
use crate::failure::{COMMITTED, EXISTS, Failure, NOT_OVER, NOTHING_FOUND, RESTORED};
use crate::gate::table::Check;
use crate::log::{Entry, Kind};
use crate::parcel::Commitment;
use crate::release::destruction;

/// Whether an act passes a check; the failure names the cause.
pub(super) fn ask(check: Check, facts: &Facts, act: Act, case: &Case) -> Fact<()> {
    let run = || -> Fact<&RunFacts> {
        let number = case.run.and_then(|number| facts.run(number));
        number.ok_or_else(|| Failure::new(NOTHING_FOUND, "which run?"))
    };
    match check {
        Check::Signed => facts.agreement().map(drop),
        Check::Amends => facts.parent.clone(),
        Check::Seat => seat(facts, act),
        Check::Key => key(facts, act),
        Check::Term => term(facts),
        Check::Clock => clock(facts, act),
        Check::Recall => recall(facts.draft.as_ref().map_err(Clone::clone)?),
        Check::Runs => match case.run {
            Some(number) => Ok(number.check(facts.agreement()?)?),
            None => Ok(()),
        },
        Check::Grants => run()?.granted().map(drop),
        Check::Commitments => run()?.committed().map(drop),
        Check::Permits => run()?.permitted().map(drop),
        Check::Received => received(facts, act, run()?),
        Check::Issued => issued(facts, run()?, case),
        Check::Answered => earlier(facts, run()?.number).try_for_each(|before| before.answered.clone()),
        Check::Log => log(facts, act, case),
        Check::Own => own(facts),
        Check::Once if act == Act::Join => once_joined(facts),
        Check::Once => once(facts, act, run()?),
        Check::Stop => stop(facts, run()?),
        Check::Order => order(facts, act, run()?.number),
        Check::Logged => logged(facts, act, case),
        Check::Destroyed => earlier(facts, run()?.number).try_for_each(|before| destroyed(facts, before)),
        Check::Refusal => refusal(facts, act),
        Check::SignOffs => sign_offs(facts),
        Check::Attestations => attestations(facts, act, run()?),
        Check::Over => match run()?.over.clone()? {
            Some(over) if over <= facts.now + SKEW => Ok(()),
            _ => Err(Failure::new(NOT_OVER, format!("run {} is not over", run()?.number))),
        },
    }
}

/// Refuses a text of which nobody measured that the guardian finds whom it should.
pub(super) fn recall(draft: &DraftAgreement) -> Fact<()> {
    Ok(draft.body().check_recall()?)
}

fn earlier(facts: &Facts, run: RunNumber) -> impl Iterator<Item = &RunFacts> {
    facts.runs.iter().filter(move |before| before.number < run)
}

/// The roles in which an act is done.
pub(crate) fn roles(act: Act) -> &'static [PartyRole] {
    use PartyRole::{Agency, Guardian, Officer, Operator, Reviewer, Steward};
    const ALL: &[PartyRole] = &[Agency, Operator, Steward, Guardian, Reviewer, Officer];
    match act {
        Act::Card | Act::Draft | Act::Sign => ALL,
        Act::Join | Act::Encode | Act::Send | Act::Open | Act::Receipt | Act::Withdraw | Act::Acknowledge => &[Agency],
        Act::Grant | Act::Permit | Act::Stop | Act::Resume => &[Steward],
        Act::Link | Act::Log => &[Operator],
        Act::Screen => &[Guardian],
        Act::Queue | Act::Consent => &[Officer, Reviewer],
        Act::SignOff | Act::Attest => &[Reviewer],
        Act::Cosign => &[Agency, Steward, Guardian, Reviewer, Officer],
        Act::Purge => &[Agency, Operator, Steward, Guardian],
    }
}

/// Those roles in words.
fn who(act: Act) -> &'static str {
    match act {
        Act::Queue | Act::Consent => "an officer, or a reviewer with a share",
        Act::Cosign => "a party other than the log's keeper",
        Act::Purge => "a party that holds encodings or key shares",
        act => match roles(act) {
            [PartyRole::Agency] => "an agency",
            [PartyRole::Steward] => "a steward",
            [PartyRole::Operator] => "the operator",
            [PartyRole::Guardian] => "the guardian",
            [PartyRole::Reviewer] => "a reviewer",
            _ => "a party",
        },
    }
}

fn seat(facts: &Facts, act: Act) -> Fact<()> {
    let body = facts.draft.as_ref().map_err(Clone::clone)?.body();
    let name = facts.own.name.clone();
    let Some(named) = body.parties.iter().find(|party| party.name == name) else {
        return Err(AgreementError::NotAParty { name, role: "party" }.into());
    };
    if named.verifier != facts.own.verifier
        || named.routine != facts.own.routine
        || named.recipient != facts.own.recipient
    {
        return Err(AgreementError::OtherKey { name }.into());
    }
    match roles(act) {
        roles if roles.contains(&named.role) => Ok(()),
        _ => Err(AgreementError::WrongRole { name, actual: named.role.name(), needed: who(act) }.into()),
    }
}

/// Which key an act needs; none where nothing is signed.
pub(crate) fn key_of(act: Act) -> Option<Key> {
    match act {
        Act::Card | Act::Draft | Act::Queue => None,
        Act::Link | Act::Log | Act::Cosign | Act::Purge => Some(Key::Routine),
        // What was sealed under the consent key is only handed over.
        Act::Send => None,
        Act::Sign
        | Act::Join
        | Act::Grant
        | Act::Encode
        | Act::Permit
        | Act::Screen
        | Act::Consent
        | Act::Open
        | Act::Receipt
        | Act::Withdraw
        | Act::Acknowledge
        | Act::Stop
        | Act::Resume
        | Act::SignOff
        | Act::Attest => Some(Key::Consent),
    }
}

/// Without a guardian the operator issues the leads, which is a consent: better refused now than after the comparison.
fn key(facts: &Facts, act: Act) -> Fact<()> {
    let issues = act == Act::Link && !has_guardian(facts);
    let needed = key_of(act).into_iter().chain(issues.then_some(Key::Consent));
    match needed.into_iter().find(|key| !facts.keys.contains(key)) {
        Some(key) => Err(AgreementError::KeyAbsent { name: facts.own.name.clone(), key }.into()),
        None => Ok(()),
    }
}

fn term(facts: &Facts) -> Fact<()> {
    let body = facts.draft.as_ref().map_err(Clone::clone)?.body();
    if facts.now < body.not_before {
        return Err(AgreementError::NotYet { agreement: body.name.clone(), from: body.not_before }.into());
    }
    if facts.now >= body.expires {
        return Err(AgreementError::Expired { agreement: body.name.clone(), at: body.expires }.into());
    }
    Ok(())
}

/// When each verified note was signed, by what it says, with whose it is.
fn dated(facts: &Facts) -> Vec<(Timestamp, &str, &'static str)> {
    let mut all = Vec::new();
    for run in &facts.runs {
        let grants = run.grants.iter().filter_map(|filed| filed.held());
        all.extend(grants.map(|grant| (grant.created, grant.steward.as_str(), "grant")));
        let commitments = run.commitments.iter().filter_map(|filed| filed.held());
        all.extend(commitments.map(|one| (one.created, one.from.as_str(), "commitment")));
        let permits = run.permits.iter().filter_map(|filed| filed.held());
        all.extend(permits.map(|permit| (permit.not_before, permit.steward.as_str(), "permit")));
        let issuer = facts.agreement.as_ref().ok().and_then(|agreement| crate::release::issuer(agreement).ok());
        let issuer = issuer.map_or("", |party| party.name.as_str());
        all.extend(run.shares.iter().filter_map(|filed| filed.held()).map(|shares| (shares.created, issuer, "share")));
        all.extend(run.stops.iter().flatten().map(|stop| (stop.created, stop.steward.as_str(), "stop")));
    }
    all
}

/// The latest time in anything that was verified, and not later than the own clock can know: a note from the future must not be
/// remembered as a time that was seen.
pub(crate) fn latest(facts: &Facts) -> Timestamp {
    let begun = facts.draft.as_ref().ok().map(|draft| draft.body().not_before);
    let all = dated(facts).into_iter().map(|(at, ..)| at).chain(begun);
    all.max().unwrap_or(Timestamp::UNIX_EPOCH).min(facts.now + SKEW)
}

/// Refuses a clock that is behind what this home has seen; and, before anything rests on the notes of a run, one that is behind a note.
/// What only reads and keeps the log goes on beside a note from the future, so that it is on record.
fn clock(facts: &Facts, act: Act) -> Fact<()> {
    super::not_behind(facts.now, facts.seen.clone()?)?;
    if matches!(act, Act::Log | Act::Cosign | Act::Purge | Act::SignOff | Act::Attest) {
        return Ok(());
    }
    // A stop counts from the moment at which it is seen, whatever date it bears.
    for (at, whose, what) in dated(facts).into_iter().filter(|(.., what)| *what != "stop") {
        super::not_behind(facts.now, at).map_err(|failure| {
            let next = format!("set the clock; if it is right, ask `{whose}` for the {what} that is dated {at}");
            failure.of(whose).next(next)
        })?;
    }
    Ok(())
}

/// The first grant depends on nothing that a log could show; a log that is there, or was ever seen, is asked all the same.
fn log(facts: &Facts, act: Act, case: &Case) -> Fact<()> {
    let first = act == Act::Grant && case.run.is_some_and(|run| run.number() == 1);
    if first && !facts.has_log { Ok(()) } else { facts.log().map(drop) }
}

/// Refuses where the log has an act of this party that its home does not know: the home is an old copy, and has forgotten more than that.
fn own(facts: &Facts) -> Fact<()> {
    let Ok(log) = facts.log() else { return Ok(()) };
    let known = facts.own_acts.as_ref().map_err(Clone::clone)?;
    // A person and a host that runs by itself have each a home of their own, with the record of what its keys signed.
    let made_here = |entry: &&Entry| match entry.kind {
        Kind::Parcel | Kind::Destruction => false,
        Kind::Pairs => facts.keys.contains(&Key::Routine),
        _ => facts.keys.contains(&Key::Consent),
    };
    let mut own = log.view.entries().iter().filter(|entry| entry.by == facts.own.name).filter(made_here);
    let forgotten = own.find(|entry| !known.contains(entry));
    match forgotten {
        None => Ok(()),
        Some(entry) => {
            let (kind, run) = (entry.kind.name(), entry.run);
            let message =
                format!("the log has a {kind} of `{}` in run {run} that this home does not know", facts.own.name);
            Err(Failure::new(RESTORED, message))
        }
    }
}

/// Whether the log has an entry of this party.
fn has(facts: &Facts, kind: Kind, run: RunNumber, to: &str) -> bool {
    facts.log().is_ok_and(|log| log.of(kind, run.number()).any(|e| e.by == facts.own.name && e.to == to))
}

/// Refuses to contribute a key again: every encoding rests on the one that the log has.
fn once_joined(facts: &Facts) -> Fact<()> {
    let own = facts.own.name.as_str();
    let Ok(log) = facts.log() else { return Ok(()) };
    let gone = facts.contributions.iter().filter(|filed| filed.from == own && !filed.is_there()).find(|filed| {
        let mut entries = log.view.entries().iter();
        entries.any(|entry| entry.kind == Kind::Contribution && entry.by == own && entry.to == filed.to)
    });
    match gone {
        None => Ok(()),
        Some(filed) => {
            let failure =
                Failure::new(EXISTS, format!("the log has this agency's contribution for `{}` already", filed.to));
            Err(failure.next("put the note back into the exchange: there is one for ever"))
        }
    }
}

fn once(facts: &Facts, act: Act, run: &RunFacts) -> Fact<()> {
    let (own, number) = (facts.own.name.as_str(), run.number);
    let exists = |what: &str| {
        let failure = Failure::new(EXISTS, format!("{what} of run {number} is there already"));
        Err(failure.next("there is one for each run, for ever: go on with it, or with the next run"))
    };
    match act {
        Act::Grant => {
            let there = run.grants.iter().any(|grant| grant.from == own && grant.is_there());
            if there || has(facts, Kind::Grant, number, "-") { exists("this party's grant") } else { Ok(()) }
        }
        Act::Permit => {
            let valid = run.permits.iter().filter(|permit| permit.from == own);
            let valid = valid.filter_map(|permit| permit.held()).any(|permit| permit.expires > facts.now);
            if !valid {
                return Ok(());
            }
            let failure =
                Failure::new(EXISTS, format!("a valid permit of this party for run {number} is there already"));
            Err(failure.next("it is made anew once that has expired"))
        }
        Act::Encode => {
            let known = facts.own_acts.as_ref().map_err(Clone::clone)?;
            let mine = |e: &Entry| known.contains(e);
            let published = run.commitments.iter().filter(|one| one.from == own && one.is_there());
            let here = published.map(|one| one.held().map(|c| commitment(number, c)));
            let foreign = here.into_iter().any(|entry| !entry.is_some_and(|entry| mine(&entry)));
            let logged = facts.log().is_ok_and(|log| {
                log.of(Kind::Commitment, number.number()).any(|entry| entry.by == own && !mine(entry))
            });
            if foreign || logged {
                let message = format!("`{own}` has committed to another list in run {number}");
                return Err(Failure::new(COMMITTED, message));
            }
            Ok(())
        }
        Act::Link | Act::Screen => {
            let (lists, kind, what) = match act {
                Act::Link if has_guardian(facts) => (&run.pairs, Kind::Pairs, "what was found"),
                _ => (&run.leads, Kind::Leads, "every list of leads"),
            };
            let done = |from: &str, to: &str| has(facts, kind, number, &format!("{from}--{to}"));
            let shares = run.shares.iter().all(|shares| shares.is_there());
            let there = !lists.is_empty() && lists.iter().all(|list| list.is_there() || done(&list.from, &list.to));
            let finished = kind == Kind::Pairs || shares || lists.iter().all(|list| done(&list.from, &list.to));
            // A command that was killed after it published and before it entered that: the log is what is left to do.
            let unlogged = act == Act::Link && lists.iter().any(|list| !done(&list.from, &list.to));
            match there && finished {
                true if unlogged => exists(what)
                    .map_err(|failure| failure.next("the operator enters it in the log: `symbolon operator log`")),
                true => exists(what),
                false => Ok(()),
            }
        }
        Act::Resume => {
            let (stops, resumes) = (run.stops.clone()?, run.resumes.clone()?);
            let mine = |digest| resumes.iter().any(|r: &Resume| r.steward == own && r.lifts.contains(digest));
            if stops.iter().all(|stop| mine(&stop.digest)) {
                let message = format!("`{own}` has no stop of run {number} to lift");
                let next = "nothing is left to do for this steward; `symbolon status` says for whom the run waits";
                return Err(Failure::new(NOTHING_FOUND, message).next(next));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn commitment(run: RunNumber, c: &Commitment) -> Entry {
    Entry::new(Kind::Commitment, run.number(), &c.from, &c.to, c.digest)
}

fn has_guardian(facts: &Facts) -> bool {
    facts.draft.as_ref().is_ok_and(|draft| draft.body().of_role(PartyRole::Guardian).next().is_some())
}

/// Refuses while there is a stop that not every steward has lifted in the log. A stop that was logged and is gone counts; so does one that
/// only this home has seen.
fn stop(facts: &Facts, run: &RunFacts) -> Fact<()> {
    let (agreement, number) = (facts.agreement()?, run.number.number());
    let (stops, mut resumes) = (run.stops.clone()?, run.resumes.clone()?);
    if let Ok(log) = facts.log() {
        for entry in log.of(Kind::Stop, number) {
            if !stops.iter().any(|stop| stop.digest == entry.digest) {
                let absent = AgreementError::Absent { artefact: "stop", from: entry.by.clone() };
                return Err(Failure::from(absent).next("the log has it: put the note back into the exchange"));
            }
        }
    }
    if stops.is_empty() {
        return Ok(());
    }
    let logged = |resume: &Resume| Entry::new(Kind::Resume, number, &resume.steward, "-", resume.digest);
    let covered = facts.log().and_then(|log| log.covered(&facts.own.name, facts.now));
    let lifted = |resumes: &[Resume]| refuse_stopped(agreement, run.number, &stops, resumes);
    let all = resumes.clone();
    let mut in_log = resumes.clone();
    in_log.retain(|resume| facts.log().is_ok_and(|log| log.view.find(&logged(resume)).is_some()));
    resumes.retain(|resume| {
        let at = facts.log().ok().and_then(|log| log.view.find(&logged(resume)));
        at.is_some_and(|at| covered.as_ref().is_ok_and(|covered| at < *covered))
    });
    match (lifted(&resumes), lifted(&in_log), covered) {
        (Ok(()), ..) => Ok(()),
        // Everybody has lifted it, and the log says so: what is missing is fresh cosignatures.
        (Err(_), Ok(()), Err(stale)) => Err(stale),
        (Err(_), Ok(()), Ok(_)) => {
            let groups: Vec<Entry> = in_log.iter().map(logged).collect();
            facts.log()?.require(&groups, &facts.own.name, facts.now)
        }
        // Everybody has lifted it: what is missing is the log's word for that.
        (Err(_), Err(_), _) if lifted(&all).is_ok() => {
            facts.log()?.present(&all.iter().map(logged).collect::<Vec<_>>())?;
            lifted(&in_log).map_err(Failure::from)
        }
        (Err(stopped), Err(_), _) => Err(stopped.into()),
    }
}

fn order(facts: &Facts, act: Act, run: RunNumber) -> Fact<()> {
    if let Some(run) = facts.run(run) {
        run.earlier.clone()?;
    }
    let log = match facts.log() {
        Ok(log) => log,
        Err(_) if act == Act::Grant && run.number() == 1 => return Ok(()),
        Err(failure) => return Err(failure),
    };
    let highest = |steward: &Party| {
        let grants = log.view.entries().iter().filter(|e| e.kind == Kind::Grant && e.by == steward.name);
        grants.map(|e| e.run).max().unwrap_or(0)
    };
    let stewards = facts.agreement()?.body().of_role(PartyRole::Steward);
    let granted = stewards.map(highest).min().unwrap_or(0);
    run.in_order(granted, log.view.highest_run(Kind::Grant)).map_err(|e| Failure::from(e).at(&log.place))
}

fn logged(facts: &Facts, act: Act, case: &Case) -> Fact<()> {
    let groups = needs::of(facts, act, case)?;
    let log = facts.log()?;
    let all: Vec<Entry> = groups.iter().flatten().cloned().collect();
    if !all.is_empty() {
        log.require(&all, &facts.own.name, facts.now)?;
        log.ordered(&groups)?;
    }
    log.present(&needs::uncovered(facts, act, case)?)
}

/// Refuses if the encodings of an earlier run are overdue: not attested as destroyed by everybody who held any, or still in the exchange.
fn destroyed(facts: &Facts, run: &RunFacts) -> Fact<()> {
    let Some(over) = run.over.clone()? else { return Ok(()) };
    let agreement = facts.agreement()?;
    let due = destruction::due(agreement, over);
    if facts.now < due {
        return Ok(());
    }
    let term = || format!("`max.retention_hours` = {}", agreement.body().terms.max.retention_hours);
    let duty = |message: String| Failure::new(crate::failure::DUTY, message).under(term());
    for attested in &run.destroyed {
        if attested.found.clone()?.is_none() {
            let (party, number) = (&attested.from, run.number);
            let message = format!("`{party}` has not attested that run {number} is destroyed, due at {due}");
            return Err(duty(message).of(party));
        }
    }
    match run.remains.first() {
        Some(path) => {
            let message = format!("run {} is attested to be destroyed, and this is still there", run.number);
            Err(duty(message).at(path))
        }
        None => Ok(()),
    }
}

/// Refuses what a reviewer's refusal blocks. A reviewer's own signature on an agreement is its own opinion; everybody else's hands are
/// bound.
fn refusal(facts: &Facts, act: Act) -> Fact<()> {
    if act == Act::Sign && facts.own.role == PartyRole::Reviewer {
        return Ok(());
    }
    let opinions = facts.opinions.as_ref().map_err(Clone::clone)?;
    if let Ok(log) = facts.log() {
        for entry in log.view.entries().iter().filter(|entry| entry.kind == Kind::SignOff) {
            if !opinions.all.iter().any(|known| known.digest == entry.digest) {
                let absent = AgreementError::Absent { artefact: "sign-off", from: entry.by.clone() };
                return Err(Failure::from(absent).next("the log has it: put the note back into the exchange"));
            }
        }
    }
    let draft = facts.draft.as_ref().map_err(Clone::clone)?;
    let digest = draft.note().digest();
    Ok(refuse_refused(draft.body(), digest, &opinions.refusals, &opinions.all, facts.now)?)
}

/// Refuses where fewer reviewers than the terms ask have a sign-off in force, in the log. A reviewer's latest word counts.
fn sign_offs(facts: &Facts) -> Fact<()> {
    let agreement = facts.agreement()?;
    let needed = agreement.body().terms.min.sign_offs;
    let opinions = facts.opinions.as_ref().map_err(Clone::clone)?;
    let latest = |reviewer: &str| opinions.here.iter().filter(|s| s.reviewer == reviewer).max_by_key(|s| s.created);
    let in_force = agreement.body().of_role(PartyRole::Reviewer).filter_map(|reviewer| latest(&reviewer.name));
    let in_force = in_force.filter(|s| s.holds(facts.now) && !s.refuses(&opinions.here, facts.now));
    let entries = in_force.map(|s| Entry::new(Kind::SignOff, 0, &s.reviewer, "-", s.digest)).collect();
    enough(facts, "a sign-off", needed, entries)
}

/// Refuses where fewer attestations than the terms ask speak of this size and hold the agreed limit. Before the commitments nobody knows
/// the size.
fn attestations(facts: &Facts, act: Act, run: &RunFacts) -> Fact<()> {
    let body = facts.agreement()?.body();
    let (needed, limit) = (body.terms.min.attestations, body.terms.max.attack_permille);
    if needed == 0 {
        return Ok(());
    }
    let records = match act {
        Act::Grant | Act::Encode => None,
        _ => Some(committed(run.committed()?)),
    };
    let (mut entries, mut uncovered) = (Vec::<Entry>::new(), None);
    for (digest, found) in facts.attestations.as_ref().map_err(Clone::clone)? {
        let covers = records.is_none_or(|records| found.covers(records)) && found.limit_permille <= limit;
        if !covers {
            uncovered = Some(found.records);
        } else if !entries.iter().any(|entry| entry.by == found.reviewer) {
            entries.push(Entry::new(Kind::Attestation, 0, &found.reviewer, "-", *digest));
        }
    }
    enough(facts, "an attestation", needed, entries).map_err(|failure| match (uncovered, records) {
        // Others are told as they are: not that attestations are too few, but that cosignatures are.
        (Some(attested), Some(records)) if failure.code.id == Check::Attestations.code() => failure.under(format!(
            "`min.attestations`, `max.attack_permille` = {limit}; attested are {attested} records, at hand are {records}"
        )),
        _ => failure,
    })
}

/// How many records the operator will hold: of each agency the longest list that it committed.
fn committed(commitments: &[Commitment]) -> u64 {
    let mut longest: Vec<(&str, u64)> = Vec::new();
    for commitment in commitments {
        match longest.iter_mut().find(|(from, _)| *from == commitment.from) {
            Some((_, rows)) => *rows = commitment.rows.max(*rows),
            None => longest.push((&commitment.from, commitment.rows)),
        }
    }
    longest.iter().map(|(_, rows)| rows).sum()
}

fn enough(facts: &Facts, what: &'static str, needed: u32, entries: Vec<Entry>) -> Fact<()> {
    if needed == 0 {
        return Ok(());
    }
    let counts = |entry: &&Entry| facts.log().is_ok_and(|log| log.counts(entry, &facts.own.name, facts.now));
    let found = entries.iter().filter(counts).count() as u32;
    if found >= needed {
        return Ok(());
    }
    if let Ok(log) = facts.log() {
        let logged: Vec<Entry> = entries.into_iter().filter(|entry| log.view.find(entry).is_some()).collect();
        if logged.len() as u32 >= needed {
            // The reviewers have spoken, and the log says so: what is missing is cosignatures, or fresh ones.
            log.require(&logged, &facts.own.name, facts.now)?;
        }
    }
    Err(AgreementError::ReviewMissing { what, found, needed }.into())
}

/// Refuses where a parcel is missing, or where no candidate pairs are there: a result that is held has none.
fn received(facts: &Facts, act: Act, run: &RunFacts) -> Fact<()> {
    let operator = facts.agreement()?.body().of_role(PartyRole::Operator).next();
    let operator = operator.map(|party| party.name.clone()).unwrap_or_default();
    let absent =
        |artefact, from: &str| -> Failure { AgreementError::Absent { artefact, from: from.to_owned() }.into() };
    if act == Act::Link {
        return run.parcels.iter().try_for_each(|parcel| match parcel.found.clone()? {
            Some(_) => Ok(()),
            None => Err(absent("parcel", &parcel.from)),
        });
    }
    let mut found = 0;
    for pairs in &run.pairs {
        found += u32::from(pairs.found.clone()?.is_some());
    }
    if found > 0 { Ok(()) } else { Err(absent("file of candidate pairs", &operator)) }
}

/// Refuses where no leads were issued that concern this party, or where they have lapsed.
fn issued(facts: &Facts, run: &RunFacts, case: &Case) -> Fact<()> {
    let agreement = facts.agreement()?;
    let mut found = 0;
    for shares in run.shares.iter().filter(|shares| needs::concerns(facts, case, [&shares.from, &shares.to])) {
        found += u32::from(shares.found.clone()?.is_some());
    }
    if found > 0 {
        return Ok(());
    }
    let from =
        agreement.body().of_role(PartyRole::Guardian).chain(agreement.body().of_role(PartyRole::Operator)).next();
    let from = from.map_or_else(|| "the issuer".to_owned(), |party| party.name.clone());
    let absent = AgreementError::Absent { artefact: "list of leads", from };
    Err(Failure::from(absent).next(crate::failure::ISSUE))
}
