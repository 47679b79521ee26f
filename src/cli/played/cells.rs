//! Every cell of the gate's table: the act is allowed where nothing is wrong, and where one thing is wrong it is refused by exactly the
//! checks that its row asks for, each with its code.
//!
//! A world of twelve parties is played in this process by the program's own verbs, to a second run; before each act the facts are gathered
//! as its party would. Then each check is broken by itself.

use jiff::SignedDuration;

use super::{AGENCIES, OFFICER, REVIEWERS, STEWARDS, World, number};
use crate::agreement::{DraftAgreement, Reason, Refusal, SignedAgreement, Stop};
use crate::cleared::Act;
use crate::failure::{DUTY, Failure, NOTHING_FOUND};
use crate::gate::facts::{Facts, Opinions, RunFacts};
use crate::gate::table::{Check, asks};
use crate::gate::{Case, SKEW, examine, latest};
use crate::log::LogError;
use crate::note::NoteError;
use crate::office::store::{Name, Store};
use crate::primitives::{Digest, Entropy, Identity};

/// An act, before it is done, as its party sees it.
struct Moment {
    act: Act,
    who: &'static str,
    run: Option<u32>,
    facts: Facts,
}

/// Plays to the second run and stops before each act.
fn moments(world: &World) -> Vec<Moment> {
    let mut all = Vec::new();
    let mut at = |act, who, run: Option<u32>| all.push(Moment { act, who, run, facts: world.facts(who) });
    at(Act::Card, AGENCIES[0], None);
    at(Act::Draft, AGENCIES[0], None);
    at(Act::Sign, AGENCIES[0], None);
    world.sign();
    world.dossier();
    at(Act::SignOff, REVIEWERS[0], None);
    world.done(REVIEWERS[0], &format!("reviewer sign-off {} --decision accept", world.path("d.json").display()));
    at(Act::Attest, REVIEWERS[0], None);
    at(Act::Join, AGENCIES[0], None);
    AGENCIES.iter().for_each(|who| drop(world.done(who, "agency join")));
    at(Act::Log, "linkage-unit", None);
    world.logged();
    at(Act::Cosign, STEWARDS[0], None);
    for run in [1, 2] {
        let second = run == 2;
        let mut at = |act, who, run| {
            if second {
                at(act, who, Some(run));
            }
        };
        at(Act::Grant, STEWARDS[0], 2);
        STEWARDS.iter().for_each(|who| drop(world.done(who, &format!("steward grant --run {run}"))));
        world.logged();
        at(Act::Encode, AGENCIES[0], 2);
        AGENCIES.iter().for_each(|who| world.encode(who, run));
        world.logged();
        at(Act::Permit, STEWARDS[0], 2);
        STEWARDS.iter().for_each(|who| drop(world.done(who, &format!("steward permit --run {run}"))));
        world.logged();
        at(Act::Send, AGENCIES[0], 2);
        AGENCIES.iter().for_each(|who| drop(world.done(who, &format!("agency send --run {run}"))));
        at(Act::Link, "linkage-unit", 2);
        world.done("linkage-unit", &format!("operator link --run {run}"));
        at(Act::Screen, "guardian", 2);
        world.screen(run);
        world.logged();
        at(Act::Queue, OFFICER, 2);
        at(Act::Consent, OFFICER, 2);
        world.released(run);
        world.logged();
        at(Act::Open, AGENCIES[0], 2);
        at(Act::Receipt, AGENCIES[0], 2);
        at(Act::Withdraw, AGENCIES[0], 2);
        at(Act::Acknowledge, AGENCIES[0], 2);
        at(Act::Purge, STEWARDS[0], 1);
        at(Act::Stop, STEWARDS[0], 2);
        for who in AGENCIES {
            let leads = world.done(who, &format!("agency leads --run {run}")).json;
            for lead in leads["leads"].as_array().expect("leads") {
                let id = lead["lead"].as_str().expect("an id");
                world.done(who, &format!("agency receipt {id} --outcome lapsed --run {run}"));
            }
        }
        world.logged();
    }
    world.done(STEWARDS[1], "steward stop --run 2 --reason doubt");
    at(Act::Resume, STEWARDS[0], Some(2));
    all
}

/// What is taken from the played world to break a check with.
struct Parts {
    refusal: Opinions,
    unmeasured: DraftAgreement,
    expired: DraftAgreement,
    attested: SignedAgreement,
    played: Facts,
}

fn parts(world: &World) -> Parts {
    let dossier = world.path("d.json");
    let sign_offs = || world.store.names(&Name::of("sign-offs")).expect("listed");
    let before = sign_offs();
    world.done(REVIEWERS[1], &format!("reviewer sign-off {} --decision refuse", dossier.display()));
    let facts = world.facts(REVIEWERS[1]);
    for name in sign_offs().iter().filter(|name| !before.contains(name)) {
        world.store.remove(name).expect("removed");
    }
    let hours = SignedDuration::from_hours;
    Parts {
        refusal: facts.opinions.expect("opinions"),
        unmeasured: world.drafted(|body| body.schema.encoding.diffusion = 12),
        expired: world.drafted(|body| {
            (body.not_before, body.expires) = (world.now - hours(48), world.now - hours(24));
        }),
        played: world.facts(AGENCIES[0]),
        attested: world.agreed(|body| body.terms.min.attestations = 1),
    }
}

fn of_run(facts: &mut Facts, run: u32) -> &mut RunFacts {
    facts.runs.iter_mut().find(|facts| facts.number == number(run)).expect("the run")
}

/// Breaks one check. Gives the code that is expected; and whether other checks of some acts break with it, so that only acts that ask
/// for this one say something.
fn break_it(check: Check, moment: &mut Moment, parts: &Parts) -> (&'static str, bool) {
    let (act, now) = (moment.act, moment.facts.now);
    let facts = &mut moment.facts;
    let absent = |artefact: &'static str| -> Failure {
        crate::agreement::AgreementError::Absent { artefact, from: "somebody".to_owned() }.into()
    };
    let has_runs = facts.runs.iter().any(|run| run.number == number(2));
    match check {
        Check::Signed => {
            let missing = NoteError::Missing { name: "somebody".to_owned() };
            // The row alone: what else needs an agreement has none either.
            facts.agreement = Err(crate::agreement::AgreementError::from(missing).into());
            return ("SYM-0502", true);
        }
        Check::Amends => {
            let parent = crate::agreement::AgreementError::Parent { agreement: "a".to_owned(), parent: "b".to_owned() };
            facts.parent = Err(parent.into());
        }
        Check::Seat => {
            facts.own.recipient = Identity::generate(&mut Entropy::seeded(77)).recipient();
            return ("SYM-0602", false);
        }
        Check::Key => {
            facts.keys.clear();
            let routine = matches!(act, Act::Link | Act::Log | Act::Cosign | Act::Purge);
            return (if routine { "SYM-0613" } else { "SYM-0612" }, false);
        }
        Check::Term => facts.draft = Ok(parts.expired.clone()),
        Check::Clock => facts.seen = Ok(now + SignedDuration::from_hours(1)),
        Check::Recall => facts.draft = Ok(parts.unmeasured.clone()),
        Check::Runs => {
            if let Some(run) = &mut moment.run {
                of_run(facts, *run).number = number(99);
                *run = 99;
            }
        }
        Check::Grants if has_runs => of_run(facts, 2).granted = Err(absent("grant")),
        Check::Commitments if has_runs => of_run(facts, 2).committed = Err(absent("commitment")),
        Check::Permits if has_runs => of_run(facts, 2).permitted = Err(absent("permit")),
        Check::Received if has_runs => {
            let run = of_run(facts, 2);
            let lists = if act == Act::Link { &mut run.parcels } else { &mut run.pairs };
            lists.iter_mut().for_each(|list| list.found = Ok(None));
        }
        Check::Issued if has_runs => of_run(facts, 2).shares.iter_mut().for_each(|shares| shares.found = Ok(None)),
        Check::Answered if has_runs => of_run(facts, 1).answered = Err(Failure::new(DUTY, "a duty")),
        Check::Log => {
            (facts.log, facts.has_log) = (Err(LogError::Absent.into()), true);
            return ("SYM-0901", true);
        }
        Check::Own => facts.own_acts = Ok(Vec::new()),
        Check::Once if act == Act::Join => {
            facts.log = parts.played.log.clone();
            facts.contributions.iter_mut().for_each(|filed| filed.found = Ok(None));
        }
        Check::Once if has_runs => return (do_it_before(act, facts), false),
        Check::Stop if has_runs => {
            let steward = STEWARDS[1].to_owned();
            let stop = Stop { steward, created: now, reason: Reason::Doubt, digest: Digest::of(b"a stop") };
            (of_run(facts, 2).stops, of_run(facts, 2).resumes) = (Ok(vec![stop]), Ok(Vec::new()));
        }
        Check::Order => {
            if moment.run == Some(2) {
                of_run(facts, 2).number = number(5);
                moment.run = Some(5);
            }
            return ("SYM-0470", true);
        }
        Check::Refusal => {
            let mut opinions = parts.refusal.clone();
            opinions.here = facts.opinions.as_ref().expect("opinions").here.clone();
            // Remembered with the text it refused.
            let about = facts.draft.as_ref().expect("a draft").body().clone();
            opinions.refusals = opinions.refusals.into_iter().map(|r| Refusal { body: about.clone(), ..r }).collect();
            facts.opinions = Ok(opinions);
        }
        Check::SignOffs => facts.opinions.as_mut().expect("opinions").here.clear(),
        Check::Attestations => {
            facts.agreement = Ok(parts.attested.clone());
            return ("SYM-0473", true);
        }
        Check::Logged if has_runs => {
            // Something that the act depends on is another than the log has.
            let another = Digest::of(b"another");
            match act {
                Act::Encode => facts.contributions.iter_mut().for_each(|filed| {
                    filed.found.as_mut().into_iter().flatten().for_each(|found| found.digest = another);
                }),
                Act::Permit | Act::Send | Act::Link | Act::Screen => {
                    of_run(facts, 2).committed.iter_mut().flatten().for_each(|found| found.digest = another);
                }
                Act::Consent | Act::Open | Act::Receipt => {
                    of_run(facts, 2).leads.iter_mut().for_each(|list| list.found = Ok(Some(another)));
                }
                Act::Acknowledge => {
                    facts.log.as_mut().into_iter().for_each(|log| log.witnesses.clear());
                    return ("SYM-0906", false);
                }
                _ => return (check.code(), false),
            }
            return ("SYM-0915", false);
        }
        Check::Destroyed if has_runs => {
            let run = of_run(facts, 1);
            run.over = Ok(Some(now - SignedDuration::from_hours(24 * 90)));
            run.destroyed.iter_mut().for_each(|attested| attested.found = Ok(None));
        }
        Check::Over if has_runs => of_run(facts, 1).over = Ok(None),
        _ => {}
    }
    (check.code(), false)
}

/// Makes the facts those of a party that has done this act; gives the code of the refusal.
fn do_it_before(act: Act, facts: &mut Facts) -> &'static str {
    let first = of_run(facts, 1).clone();
    let run = of_run(facts, 2);
    match act {
        Act::Grant => run.grants = first.grants,
        Act::Permit => run.permits = first.permits,
        Act::Encode => {
            run.commitments = first.commitments;
            return "SYM-0432";
        }
        Act::Link => run.pairs = first.pairs,
        Act::Screen => (run.leads, run.shares) = (first.leads, first.shares),
        Act::Resume => {
            run.stops = Ok(Vec::new());
            return NOTHING_FOUND.id;
        }
        _ => {}
    }
    "SYM-0102"
}

#[test]
fn every_cell_allows_or_refuses_with_its_code() {
    let world = World::new();
    let moments = moments(&world);
    let parts = parts(&world);
    let mut seen: Vec<Act> = moments.iter().map(|moment| moment.act).collect();
    seen.sort();
    assert_eq!(seen, Act::ALL, "every act is tried, once");
    let (mut allowed, mut refused, mut problems) = (0, 0, Vec::new());
    for moment in &moments {
        let case = |moment: &Moment| Case { run: moment.run.map(number), pair: None };
        let fine = examine(&moment.facts, moment.act, &case(moment));
        if let Err(denied) = fine {
            problems.push(format!("{:?} by {}: {denied:?}", moment.act, moment.who));
        }
        for check in Check::ALL.iter().copied() {
            let mut broken = Moment { act: moment.act, who: moment.who, run: moment.run, facts: moment.facts.clone() };
            let (code, wide) = break_it(check, &mut broken, &parts);
            let judged = examine(&broken.facts, broken.act, &case(&broken));
            let place = format!("{:?} × {check:?} by {}", moment.act, moment.who);
            match judged {
                Err(denied) if asks(moment.act, check) => {
                    if (denied.check, denied.failure.code.id) != (check, code) {
                        problems.push(format!("{place}: {code} expected, {denied:?}"));
                    }
                    refused += 1;
                }
                Err(denied) if wide && denied.check != check => {}
                Err(denied) => problems.push(format!("{place}, which is free: {denied:?}")),
                Ok(()) if asks(moment.act, check) => problems.push(format!("{place}: not refused")),
                Ok(()) => allowed += 1,
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let all = Act::COUNT * Check::COUNT;
    assert!(
        refused > 150 && allowed > 250 && refused + allowed <= all,
        "{refused} refused, {allowed} allowed of {all}"
    );
}

#[test]
fn a_reviewer_may_sign_what_another_reviewer_refused_and_nobody_else_may() {
    let world = World::new();
    world.dossier();
    let refuse = format!("reviewer sign-off {} --decision refuse", world.path("d.json").display());
    world.done(REVIEWERS[1], &refuse);
    let judged = |who: &str| examine(&world.facts(who), Act::Sign, &Case::default()).map_err(|denied| denied.check);
    assert_eq!(judged(REVIEWERS[0]), Ok(()));
    for who in [AGENCIES[0], STEWARDS[0], "linkage-unit", "guardian", OFFICER] {
        assert_eq!(judged(who), Err(Check::Refusal), "{who}");
    }
}

#[test]
fn stale_cosignatures_are_named_as_the_cause_where_a_stop_was_lifted() {
    let mut world = World::new();
    world.joined();
    world.now += SignedDuration::from_hours(2);
    STEWARDS.iter().for_each(|who| drop(world.done(who, "steward grant --run 1")));
    world.done(STEWARDS[0], "steward stop --run 1 --reason doubt");
    let judged = |hours: i64| {
        let mut facts = world.facts(AGENCIES[0]);
        facts.now += SignedDuration::from_hours(hours);
        let judged = examine(&facts, Act::Encode, &Case::from(number(1))).map_err(|denied| denied.failure.code.id);
        judged.err()
    };
    assert_eq!(judged(0), Some("SYM-0471"));
    STEWARDS.iter().for_each(|who| drop(world.done(who, "steward resume --run 1")));
    assert_eq!(judged(0), Some("SYM-0905"), "what lifts it is not in the log");
    world.done("linkage-unit", "operator log");
    assert_eq!(judged(0), Some("SYM-0906"), "nobody has cosigned that");
    REVIEWERS.iter().for_each(|who| drop(world.done(who, "log cosign")));
    assert_eq!(judged(0), None);
    // A weekend later: not the stop, which everybody has lifted, but cosignatures that are too old.
    assert_eq!(judged(60), Some("SYM-0911"));
    // And an hour's difference of clocks is no matter of the log.
    assert_eq!(judged(-1), Some("SYM-0610"));
}

#[test]
fn a_note_from_the_future_names_its_author_and_keeps_nobody_from_the_log() {
    let world = World::new();
    world.joined();
    STEWARDS.iter().for_each(|who| drop(world.done(who, "steward grant --run 1")));
    world.logged();
    let mut facts = world.facts(AGENCIES[0]);
    for filed in &mut of_run(&mut facts, 1).grants {
        let grant = filed.found.as_mut().expect("a grant").as_mut().expect("a grant");
        if grant.steward == STEWARDS[1] {
            grant.created += SignedDuration::from_hours(24 * 365);
        }
    }
    let encode = examine(&facts, Act::Encode, &Case::from(number(1))).expect_err("it is not a time that anybody saw");
    assert_eq!((encode.failure.code.id, encode.failure.whose.as_deref()), ("SYM-0610", Some(STEWARDS[1])));
    assert_eq!(examine(&facts, Act::Cosign, &Case::default()).map_err(|denied| denied.check), Ok(()));
    // Nor does a home remember it as a time that was.
    assert!(latest(&facts) <= facts.now + SKEW);
}
