//! Stops: any steward stops a run, and it goes on when every steward agrees.
//!
//! A stop is a signed note; so is the consent to go on, which names the stops that it lifts by their digests. A run is stopped
//! while there is a stop that not every steward has lifted. So nothing depends on the order in which notes arrive, an old consent
//! lifts no later stop, and taking a consent away stops the run again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::party::{Party, PartyRole};
use super::run_number::RunNumber;
use super::statement::{same_agreement, signed, verified};
use super::{AgreementError, PartySecrets, SignedAgreement};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::Digest;

const STOP: &str = "stop v1";
const RESUME: &str = "resume v1";

/// Why a run was stopped. A closed list: a free text would be a place for names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Something is not as agreed, and has to be looked into.
    Doubt,
    /// A key, machine or file may be in other hands.
    Incident,
    /// A law on which the agreement rests has changed.
    LawChanged,
    /// The log contradicts itself or is withheld.
    Log,
    /// A court or supervisor has ordered it.
    Order,
}

impl Reason {
    /// The word in a note.
    pub fn name(self) -> &'static str {
        match self {
            Self::Doubt => "doubt",
            Self::Incident => "incident",
            Self::LawChanged => "law-changed",
            Self::Log => "log",
            Self::Order => "order",
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StopBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    steward: String,
    created: Timestamp,
    reason: Reason,
}

/// A steward's stop of a run, verified as its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Name of the steward who gave it, as the agreement has it.
    pub steward: String,
    /// When it was made, by the clock of who made it (UTC).
    pub created: Timestamp,
    /// The reason given, one of a closed list.
    pub reason: Reason,
    /// Digest of its text, by which it is lifted.
    pub digest: Digest,
}

impl Stop {
    /// Stops a run. Nothing else is asked of who does.
    pub fn issue(
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Stop>,
        reason: Reason,
    ) -> Result<Note, AgreementError> {
        let own = agreement.seat(secrets, PartyRole::Steward)?;
        let run = cleared.of_run(agreement.digest(), &own.name)?;
        run.check(agreement)?;
        let (steward, created) = (own.name.clone(), cleared.now());
        let body = StopBody { symbolon: STOP.to_owned(), agreement: agreement.digest(), run, steward, created, reason };
        signed(&body, secrets)
    }

    /// Verifies a stop by one of the stewards.
    pub fn read(agreement: &SignedAgreement, run: RunNumber, note: &Note) -> Result<Self, AgreementError> {
        let body: StopBody = verified(note, STOP, steward(agreement, note)?)?;
        same_agreement(agreement, "stop", body.agreement)?;
        run.same("stop", body.run)?;
        let StopBody { steward, created, reason, .. } = body;
        Ok(Self { steward, created, reason, digest: note.digest() })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResumeBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    steward: String,
    created: Timestamp,
    lifts: Vec<Digest>,
}

/// A steward's consent that a run goes on in spite of the stops that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// Name of the steward who gave it, as the agreement has it.
    pub steward: String,
    /// When it was made, by the clock of who made it (UTC).
    pub created: Timestamp,
    /// The stops that it lifts.
    pub lifts: Vec<Digest>,
    /// SHA-256 of its text, without signatures: by it others name it.
    pub digest: Digest,
}

impl Resume {
    /// Consents to go on in spite of exactly these stops.
    pub fn issue(
        agreement: &SignedAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Resume>,
        stops: &[Stop],
    ) -> Result<Note, AgreementError> {
        let own = agreement.seat(secrets, PartyRole::Steward)?;
        let run = cleared.of_run(agreement.digest(), &own.name)?;
        let body = ResumeBody {
            symbolon: RESUME.to_owned(),
            agreement: agreement.digest(),
            run,
            steward: own.name.clone(),
            created: cleared.now(),
            lifts: stops.iter().map(|stop| stop.digest).collect(),
        };
        signed(&body, secrets)
    }

    /// Verifies a consent by one of the stewards.
    pub fn read(agreement: &SignedAgreement, run: RunNumber, note: &Note) -> Result<Self, AgreementError> {
        let body: ResumeBody = verified(note, RESUME, steward(agreement, note)?)?;
        same_agreement(agreement, "resume", body.agreement)?;
        run.same("resume", body.run)?;
        let ResumeBody { steward, created, lifts, .. } = body;
        Ok(Self { steward, created, lifts, digest: note.digest() })
    }
}

/// The steward that a note claims to be by; its signature is still to be verified.
fn steward<'a>(agreement: &'a SignedAgreement, note: &Note) -> Result<&'a Party, AgreementError> {
    let name = note.claimed_parties().next().unwrap_or_default();
    agreement.party(name, PartyRole::Steward)
}

/// Refuses a run while there is a stop that not every steward has lifted.
pub fn refuse_stopped(
    agreement: &SignedAgreement,
    run: RunNumber,
    stops: &[Stop],
    resumes: &[Resume],
) -> Result<(), AgreementError> {
    let stewards: Vec<&str> = agreement.body().of_role(PartyRole::Steward).map(|s| s.name.as_str()).collect();
    let lifts = resumes.iter().map(|resume| (resume.steward.as_str(), resume.lifts.as_slice())).collect::<Vec<_>>();
    match stops.iter().find(|stop| !lifted(&stewards, &lifts, &stop.digest)) {
        None => Ok(()),
        Some(stop) => Err(AgreementError::Stopped {
            run: run.number(),
            steward: stop.steward.clone(),
            since: stop.created,
            reason: stop.reason.name(),
        }),
    }
}

/// Whether every steward has lifted this stop.
fn lifted<P: PartialEq, S: PartialEq>(stewards: &[P], lifts: &[(P, &[S])], stop: &S) -> bool {
    stewards.iter().all(|steward| lifts.iter().any(|(by, stops)| by == steward && stops.contains(stop)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::World;
    use super::*;

    /// What can happen to a run, in the order of its possible histories.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Event {
        Stop,
        /// A steward consents to everything that stops the run at this moment.
        Resume(usize),
        /// Somebody puts the first consent that a steward ever gave back in place of the later ones.
        Replay(usize),
    }

    /// The rule told another way: each open stop has a list of those who still have to agree.
    #[derive(Clone, Default)]
    struct Model {
        open: Vec<(u32, Vec<usize>)>,
    }

    #[test]
    fn every_short_history_obeys_the_rule() {
        for (stewards, longest) in [(2_usize, 6), (3, 5)] {
            let mut events = vec![Event::Stop];
            events.extend((0..stewards).map(Event::Resume));
            events.extend((0..stewards).map(Event::Replay));
            let (mut histories, mut stopped, mut running) = (vec![Vec::new()], 0_u64, 0_u64);
            while let Some(history) = histories.pop() {
                if play(stewards, &history) {
                    stopped += 1
                } else {
                    running += 1
                }
                if history.len() < longest {
                    histories.extend(events.iter().map(|event| [history.as_slice(), &[*event]].concat()));
                }
            }
            let all = (0..=longest as u32).map(|length| (events.len() as u64).pow(length)).sum::<u64>();
            assert_eq!(stopped + running, all);
            assert!(stopped > 0 && running > 0);
        }
    }

    /// Plays a history on the model and on the code; they must agree after every event. Whether the run ends stopped.
    fn play(stewards: usize, history: &[Event]) -> bool {
        let everybody: Vec<usize> = (0..stewards).collect();
        let (mut model, mut stops) = (Model::default(), 0_u32);
        let mut given: Vec<Vec<Vec<u32>>> = vec![Vec::new(); stewards];
        let mut is_stopped = false;
        for event in history {
            match *event {
                Event::Stop => {
                    model.open.push((stops, everybody.clone()));
                    stops += 1;
                }
                Event::Resume(who) => {
                    let lifts = model.open.iter().map(|(stop, _)| *stop).collect();
                    model.open.iter_mut().for_each(|(_, waiting)| waiting.retain(|w| *w != who));
                    given[who].push(lifts);
                }
                // Notes that are there already: nothing new is said by them.
                Event::Replay(who) => {
                    let first = given[who].first().cloned();
                    given[who].extend(first);
                }
            }
            model.open.retain(|(_, waiting)| !waiting.is_empty());
            let notes: Vec<(usize, &[u32])> = given
                .iter()
                .enumerate()
                .flat_map(|(who, notes)| notes.iter().map(move |n| (who, n.as_slice())))
                .collect();
            let open: Vec<u32> = (0..stops).filter(|stop| !lifted(&everybody, &notes, stop)).collect();
            assert_eq!(open, model.open.iter().map(|(stop, _)| *stop).collect::<Vec<_>>(), "{history:?}");
            is_stopped = !open.is_empty();
            assert!(*event != Event::Stop || is_stopped, "one stop is enough");
            if is_stopped {
                continue;
            }
            for who in everybody.iter().filter(|_| stops > 0) {
                let others: Vec<_> = notes.iter().filter(|note| note.0 != *who).copied().collect();
                let goes_on = (0..stops).all(|stop| lifted(&everybody, &others, &stop));
                assert!(!goes_on, "it goes on without steward {who}: {history:?}");
            }
        }
        is_stopped
    }

    fn stop(world: &World, steward: &str) -> Note {
        Stop::issue(&world.signed(), world.of(steward), &world.cleared(steward), Reason::Doubt).expect("a steward")
    }

    #[test]
    fn one_steward_stops_and_every_steward_must_lift() {
        let world = World::new();
        let (agreement, run) = (world.signed(), World::run());
        let stops = vec![Stop::read(&agreement, run, &stop(&world, "steward-1")).expect("own note")];
        let resume = |steward| {
            let note =
                Resume::issue(&agreement, world.of(steward), &world.cleared(steward), &stops).expect("a steward");
            Resume::read(&agreement, run, &note).expect("own note")
        };
        let (one, two) = (resume("steward-1"), resume("steward-2"));
        let refused = |resumes: &[Resume]| refuse_stopped(&agreement, run, &stops, resumes);
        assert!(matches!(refused(&[]), Err(AgreementError::Stopped { run: 1, reason: "doubt", .. })));
        assert!(refused(&[one.clone(), one.clone()]).is_err());
        assert!(refused(std::slice::from_ref(&two)).is_err());
        assert_eq!(refused(&[one, two]), Ok(()));
    }

    #[test]
    fn only_stewards_stop_and_only_their_run() {
        let world = World::new();
        let agreement = world.signed();
        let by = |who| Stop::issue(&agreement, world.of(who), &world.cleared(who), Reason::Order);
        assert!(matches!(by("fiu-a"), Err(AgreementError::WrongRole { .. })));
        let note = stop(&world, "steward-1");
        let two = RunNumber::new(2).expect("positive");
        assert!(matches!(Stop::read(&agreement, two, &note), Err(AgreementError::AnotherRun { .. })));
        assert!(Resume::read(&agreement, World::run(), &note).is_err());
        let renamed = note.to_string().replace("\u{2014} steward-1 ", "\u{2014} steward-2 ");
        let renamed = Note::parse(renamed.as_bytes()).expect("its form is right");
        assert!(Stop::read(&agreement, World::run(), &renamed).is_err());
    }

    #[test]
    fn runs_follow_one_another() {
        let in_order = |run, granted, begun| RunNumber::new(run).expect("positive").in_order(granted, begun).is_ok();
        for (run, granted, begun, expected) in [
            (1, 0, 0, true),
            (2, 0, 0, false),
            (1, 1, 1, true),
            (2, 1, 1, true),
            (3, 1, 1, false),
            (1, 1, 2, true),
            (1, 2, 2, false),
            (3, 1, 2, true),
            (2, 3, 3, false),
        ] {
            assert_eq!(in_order(run, granted, begun), expected, "run {run}, granted {granted}, begun {begun}");
        }
    }
}
