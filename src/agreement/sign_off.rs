//! Sign-offs: what a reviewer decided about an agreement, until when, and what a refusal blocks.
//!
//! A sign-off is a signed note that names the agreement and the dossier it rests on. A *refusal* blocks the agreement, and every
//! other agreement under the same protocol between two or more of the same agencies that is not a plain tightening of it: the
//! order on terms decides. It ends at its date, or when the same key signs a later sign-off that lifts it by its digest. So an
//! old acceptance lifts no later refusal, and nothing depends on the order in which notes arrive.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::body::{AgreementBody, plain_organisation};
use super::diff;
use super::party::PartyRole;
use super::statement::{signed, verified};
use super::{AgreementError, DraftAgreement, PartySecrets, seat};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::Digest;

const KIND: &str = "sign-off v1";

/// Days that an acceptance holds at most.
pub const ACCEPTANCE_DAYS: i64 = 366;

/// Days that a refusal holds at most.
pub const REFUSAL_DAYS: i64 = 5 * 366;

/// Longest condition in characters, and most conditions.
const CONDITIONS: (usize, usize) = (300, 12);

/// What a reviewer decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It may go on.
    Accept,
    /// It may go on under conditions, which people keep.
    Conditions,
    /// It may not.
    Refuse,
}

impl Decision {
    /// The word in a note.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Conditions => "conditions",
            Self::Refuse => "refuse",
        }
    }
}

/// What a reviewer says, before it is signed.
#[derive(Clone, Debug)]
pub struct Opinion {
    /// What is decided: to accept, to accept under conditions, or to refuse.
    pub decision: Decision,
    /// Digest of the dossier's JSON that it rests on.
    pub dossier: Digest,
    /// Conditions, in the reviewer's words; anybody in the exchange can read them.
    pub conditions: Vec<String>,
    /// Refusals by the same key that it lifts.
    pub lifts: Vec<Digest>,
    /// When it ends (UTC): [`ACCEPTANCE_DAYS`] or [`REFUSAL_DAYS`] after it was made at the latest.
    pub expires: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    symbolon: String,
    agreement: Digest,
    dossier: Digest,
    reviewer: String,
    created: Timestamp,
    expires: Timestamp,
    decision: Decision,
    conditions: Vec<String>,
    lifts: Vec<Digest>,
}

/// A sign-off, verified as a reviewer's of the agreement it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignOff {
    /// Name of the reviewer.
    pub reviewer: String,
    /// Digest of the agreement that it is about.
    pub agreement: Digest,
    /// Digest of the dossier it rests on.
    pub dossier: Digest,
    /// When it was made, by the reviewer's clock (UTC).
    pub created: Timestamp,
    /// When it ends (UTC): [`ACCEPTANCE_DAYS`] or [`REFUSAL_DAYS`] after it was made at the latest.
    pub expires: Timestamp,
    /// What is decided: to accept, to accept under conditions, or to refuse.
    pub decision: Decision,
    /// Conditions in words, at most 12 of 300 characters, which people keep; empty without any.
    pub conditions: Vec<String>,
    /// Refusals that it lifts.
    pub lifts: Vec<Digest>,
    /// Digest of its text, by which it is lifted.
    pub digest: Digest,
    /// The key that signed: a name can be given to another key.
    #[serde(skip)]
    key: String,
}

impl SignOff {
    /// Signs an opinion about an agreement that names this reviewer; it need not be signed by anybody yet.
    ///
    /// # Errors
    /// If these are not a reviewer's secrets, if it would hold too long, or if its conditions contradict its decision.
    pub fn issue(
        agreement: &DraftAgreement,
        secrets: &PartySecrets,
        cleared: &Cleared<by::SignOff>,
        opinion: Opinion,
    ) -> Result<Note, AgreementError> {
        let own = seat(agreement.body(), secrets)?;
        if own.role != PartyRole::Reviewer {
            let (name, actual) = (own.name.clone(), own.role.name());
            return Err(AgreementError::WrongRole { name, actual, needed: PartyRole::Reviewer.name() });
        }
        cleared.admit(agreement.note().digest(), &own.name, None)?;
        let Opinion { decision, dossier, conditions, lifts, expires } = opinion;
        let body = Body {
            symbolon: KIND.to_owned(),
            agreement: agreement.note().digest(),
            dossier,
            reviewer: own.name.clone(),
            created: cleared.now(),
            expires,
            decision,
            conditions,
            lifts,
        };
        fit(&body)?;
        signed(&body, secrets)
    }

    /// Verifies a sign-off by one of the reviewers of `agreement`, about that agreement.
    ///
    /// # Errors
    /// If the signature is not that reviewer's, if it is about another agreement, or if it contradicts itself.
    pub fn read(body: &AgreementBody, agreement: Digest, note: &Note) -> Result<Self, AgreementError> {
        let name = note.claimed_parties().next().unwrap_or_default();
        let party = body.of_role(PartyRole::Reviewer).find(|party| party.name == name);
        let absent = || AgreementError::NotAParty { name: name.to_owned(), role: PartyRole::Reviewer.name() };
        let party = party.ok_or_else(absent)?;
        let body: Body = verified(note, KIND, party)?;
        if body.agreement != agreement {
            return Err(AgreementError::AnotherAgreement { artefact: "sign-off", found: body.agreement.short() });
        }
        fit(&body)?;
        let Body { dossier, reviewer, created, expires, decision, conditions, lifts, .. } = body;
        let (digest, key) = (note.digest(), party.verifier.to_string());
        Ok(Self { reviewer, agreement, dossier, created, expires, decision, conditions, lifts, digest, key })
    }

    /// Whether it has begun and not ended.
    pub fn holds(&self, now: Timestamp) -> bool {
        now < self.expires
    }

    /// Whether it refuses, has not ended, and no later sign-off by the same key, among `all`, lifts it.
    pub fn refuses(&self, all: &[Self], now: Timestamp) -> bool {
        let lifted = |other: &&Self| other.key == self.key && other.lifts.contains(&self.digest);
        self.decision == Decision::Refuse && self.holds(now) && !all.iter().any(|other| lifted(&other))
    }
}

/// Refuses what would hold too long, and conditions that are none.
fn fit(body: &Body) -> Result<(), AgreementError> {
    let refusal = body.decision == Decision::Refuse;
    let days = if refusal { REFUSAL_DAYS } else { ACCEPTANCE_DAYS };
    let longest = body.created.checked_add(SignedDuration::from_hours(24 * days));
    let plain = |text: &String| (1..=CONDITIONS.0).contains(&text.chars().count()) && crate::text::is_plain(text);
    let problem = if body.expires <= body.created || longest.is_ok_and(|longest| body.expires > longest) {
        "it ends before it begins, or later than a sign-off may"
    } else if (body.decision == Decision::Conditions) == body.conditions.is_empty() {
        "conditions come with the decision `conditions`, and with no other"
    } else if body.conditions.len() > CONDITIONS.1 || !body.conditions.iter().all(plain) {
        "a condition is one line of at most 300 characters, and there are at most 12"
    } else if refusal && !body.lifts.is_empty() {
        "a refusal lifts nothing"
    } else {
        return Ok(());
    };
    Err(AgreementError::SignOffUnfit { problem })
}

/// A refusal with the agreement that it refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The refusing sign-off, verified.
    pub sign_off: SignOff,
    /// The agreement that was refused: wider and incomparable ones are refused with it.
    pub body: AgreementBody,
}

/// Refuses an agreement that a refusal blocks: the very same, or one between two or more of the same agencies under the same protocol
/// that is not a plain tightening of it. `all` are the sign-offs that may lift it.
///
/// # Errors
/// [`AgreementError::Refused`] with the term that is wider or different.
pub fn refuse_refused(
    body: &AgreementBody,
    digest: Digest,
    refusals: &[Refusal],
    all: &[SignOff],
    now: Timestamp,
) -> Result<(), AgreementError> {
    for Refusal { sign_off, body: refused } in refusals {
        if !sign_off.refuses(all, now) {
            continue;
        }
        let term =
            if sign_off.agreement == digest { Some("the agreement itself".to_owned()) } else { wider(refused, body) };
        if let Some(term) = term {
            let SignOff { reviewer, created, expires, .. } = sign_off.clone();
            return Err(AgreementError::Refused { reviewer, since: created, until: expires, term });
        }
    }
    Ok(())
}

/// The first term by which `body` is not a plain tightening of `refused`; nothing if it is one, or is about something else.
fn wider(refused: &AgreementBody, body: &AgreementBody) -> Option<String> {
    let agencies = |body: &AgreementBody| -> Vec<String> {
        body.of_role(PartyRole::Agency).map(|agency| plain_organisation(&agency.organisation)).collect()
    };
    // By organisation: another name or key is soon made.
    let (before, now) = (agencies(refused), agencies(body));
    if refused.protocol.code() != body.protocol.code() || now.iter().filter(|a| before.contains(a)).count() < 2 {
        return None;
    }
    let changes = diff::agreements(refused, body);
    if changes.is_empty() {
        return Some("no term differs".to_owned());
    }
    changes.into_iter().find(|change| change.direction.weakens()).map(|change| change.term)
}

#[cfg(test)]
mod tests {
    use super::super::tests::World;
    use super::*;

    fn opinion(world: &World, decision: Decision) -> Opinion {
        let conditions = if decision == Decision::Conditions { vec!["a review in May".to_owned()] } else { vec![] };
        let expires = world.now + SignedDuration::from_hours(24 * 100);
        Opinion { decision, dossier: Digest::of(b"dossier"), conditions, lifts: vec![], expires }
    }

    fn sign(world: &World, who: &str, opinion: Opinion) -> Result<SignOff, AgreementError> {
        let draft = world.draft();
        let note = SignOff::issue(&draft, world.of(who), &world.cleared_whole(who), opinion)?;
        SignOff::read(draft.body(), draft.note().digest(), &note)
    }

    fn blocks(world: &World, refusal: &SignOff, all: &[SignOff], body: &AgreementBody) -> Option<String> {
        let refusals = [Refusal { sign_off: refusal.clone(), body: world.body.clone() }];
        let digest = DraftAgreement::new(body.clone()).expect("a fit body").note().digest();
        match refuse_refused(body, digest, &refusals, all, world.now) {
            Ok(()) => None,
            Err(AgreementError::Refused { term, .. }) => Some(term),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_refusal_blocks_the_same_and_anything_wider_but_no_tightening() {
        let mut world = World::new();
        world.body.terms.max.leads = 90;
        let refusal = sign(&world, "data-authority", opinion(&world, Decision::Refuse)).expect("signed");
        let blocked = |change: fn(&mut AgreementBody)| {
            let mut body = world.body.clone();
            change(&mut body);
            blocks(&world, &refusal, &[], &body)
        };
        assert_eq!(blocked(|_| ()).as_deref(), Some("the agreement itself"));
        assert_eq!(blocked(|b| b.name = "again".to_owned()).as_deref(), Some("no term differs"));
        assert_eq!(blocked(|b| b.terms.max.leads = 91).as_deref(), Some("max.leads"));
        // One tightening does not buy a widening.
        let traded = blocked(|b| (b.terms.max.runs, b.terms.max.leads) = (1, 91));
        assert_eq!(traded.as_deref(), Some("max.leads"));
        assert_eq!(blocked(|b| b.terms.max.leads = 89), None);
        // Other agencies: another matter. Another key of the same organisation: the same matter.
        assert_eq!(
            blocked(|b| {
                b.parties[0].organisation = "Another".to_owned();
                b.parties
                    .iter_mut()
                    .filter(|p| p.name == "officer-fiu-a")
                    .for_each(|p| p.organisation = "Another".to_owned());
            }),
            None
        );
        assert!(
            blocked(|b| b.parties[0].recipient =
                crate::agreement::PartySecrets::generate("x", &mut crate::primitives::Entropy::seeded(9))
                    .expect("a name")
                    .recipient())
            .is_some()
        );
    }

    #[test]
    fn only_a_later_word_of_the_same_reviewer_lifts_a_refusal() {
        let world = World::new();
        let refusal = sign(&world, "data-authority", opinion(&world, Decision::Refuse)).expect("signed");
        let accept =
            |who, lifts| sign(&world, who, Opinion { lifts, ..opinion(&world, Decision::Accept) }).expect("signed");
        for (who, lifts, lifted) in [
            ("data-authority", vec![refusal.digest], true),
            ("data-authority", vec![], false),
            ("refugee-council", vec![refusal.digest], false),
        ] {
            let found = blocks(&world, &refusal, &[accept(who, lifts)], &world.body);
            assert_eq!(found.is_none(), lifted, "{who}");
        }
        assert!(refusal.refuses(&[], refusal.expires - SignedDuration::from_secs(1)));
        assert!(!refusal.refuses(&[], refusal.expires), "it ends");
    }

    #[test]
    fn a_sign_off_is_a_reviewers_and_says_what_it_decides() {
        let world = World::new();
        let unfit = |change: fn(&mut Opinion), decision| {
            let mut opinion = opinion(&world, decision);
            change(&mut opinion);
            matches!(sign(&world, "data-authority", opinion), Err(AgreementError::SignOffUnfit { .. }))
        };
        assert!(unfit(|o| o.conditions.clear(), Decision::Conditions));
        assert!(unfit(|o| o.conditions.push("x".to_owned()), Decision::Accept));
        assert!(unfit(|o| o.conditions.push("two\nlines".to_owned()), Decision::Conditions));
        assert!(unfit(|o| o.expires += SignedDuration::from_hours(24 * 400), Decision::Accept));
        assert!(unfit(|o| o.lifts.push(Digest::of(b"x")), Decision::Refuse));
        assert!(!unfit(|_| (), Decision::Refuse));
        let steward = sign(&world, "steward-1", opinion(&world, Decision::Accept));
        assert!(matches!(steward, Err(AgreementError::WrongRole { .. })));
        // A changed note, and one about another agreement.
        let draft = world.draft();
        let (who, refuses) = ("data-authority", opinion(&world, Decision::Refuse));
        let note = SignOff::issue(&draft, world.of(who), &world.cleared_whole(who), refuses);
        let text = note.expect("signed").to_string();
        let changed = Note::parse(text.replace("\"refuse\"", "\"accept\"").as_bytes()).expect("its form is right");
        assert!(matches!(SignOff::read(draft.body(), draft.note().digest(), &changed), Err(AgreementError::Note(_))));
        let note = Note::parse(text.as_bytes()).expect("a note");
        let other = SignOff::read(draft.body(), Digest::of(b"other"), &note);
        assert!(matches!(other, Err(AgreementError::AnotherAgreement { .. })));
    }
}
