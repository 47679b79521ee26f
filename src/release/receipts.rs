//! Receipts: what became of the leads that were opened.
//!
//! An agency answers the lists of consents of one issue with a list of its own, which covers every slot: what became of it, and on
//! what that rests. It is sealed to both agencies, to everybody who holds a share and to all reviewers; who stands outside sees
//! which lists it answers. An honest agency issues it only when every lead that is open to it has an outcome.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::lists::{Place, Placed, list_error};
use super::shares::{Shares, holders, pair_of};
use super::{Evidence, Outcome, ReleaseError};
use crate::agreement::{
    AgreementError, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text, same_agreement, verified,
};
use crate::cleared::{self, Cleared};
use crate::note::Note;
use crate::primitives::{self, Digest, Entropy, Recipient};

const RECEIPTS: &str = "receipts v1";
const WHAT: &str = "receipts";
const SALT: usize = 16;

/// What became of a lead, and on what that rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence>,
}

impl Answer {
    /// Verified and refuted leads need evidence, the others have none.
    pub fn new(outcome: Outcome, evidence: Option<Evidence>) -> Result<Self, ReleaseError> {
        match (matches!(outcome, Outcome::Verified | Outcome::Refuted), evidence.is_some()) {
            (true, false) => Err(ReleaseError::Evidence { problem: "a verified or refuted lead needs evidence" }),
            (false, true) => {
                Err(ReleaseError::Evidence { problem: "evidence is for verified and refuted leads alone" })
            }
            _ => Ok(Self { outcome, evidence }),
        }
    }

    /// What became of it.
    pub fn outcome(self) -> Outcome {
        self.outcome
    }

    /// On what that rests.
    pub fn evidence(self) -> Option<Evidence> {
        self.evidence
    }

    fn bytes(answer: Option<Self>) -> [u8; 2] {
        let outcome = answer.map_or(0, |answer| match answer.outcome {
            Outcome::Empty => 1,
            Outcome::Verified => 2,
            Outcome::Refuted => 3,
            Outcome::Withdrawn => 4,
            Outcome::Lapsed => 5,
        });
        let evidence = answer.and_then(|answer| answer.evidence).map_or(0, |evidence| match evidence {
            Evidence::PartnerAnswer => 1,
            Evidence::OfficialRegister => 2,
            Evidence::Document => 3,
            Evidence::CourtRecord => 4,
        });
        [outcome, evidence]
    }

    /// None where the bytes are no answer of this program's.
    fn of_bytes([outcome, evidence]: [u8; 2]) -> Option<Option<Self>> {
        let outcome = match outcome {
            0 => return (evidence == 0).then_some(None),
            1 => Outcome::Empty,
            2 => Outcome::Verified,
            3 => Outcome::Refuted,
            4 => Outcome::Withdrawn,
            5 => Outcome::Lapsed,
            _ => return None,
        };
        let evidence = match evidence {
            0 => None,
            1 => Some(Evidence::PartnerAnswer),
            2 => Some(Evidence::OfficialRegister),
            3 => Some(Evidence::Document),
            4 => Some(Evidence::CourtRecord),
            _ => return None,
        };
        Self::new(outcome, evidence).ok().map(Some)
    }
}

/// An answer a slot, or none where the lead never opened to the agency.
pub type Answers = Vec<Option<Answer>>;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptsBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    first: String,
    second: String,
    issue: Digest,
    by: String,
    number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Digest>,
    answers: Vec<Digest>,
    outcomes: Digest,
    created: Timestamp,
    sealed: String,
}

/// A verified list of one agency's receipts, still sealed.
#[derive(Clone, Debug)]
pub struct ReceiptList {
    place: Place,
    /// Digests of the lists of consents that it answers, ascending.
    pub answers: Vec<Digest>,
    outcomes: Digest,
    sealed: String,
}

impl Placed for ReceiptList {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl ReceiptList {
    /// Answers lists of consents, in the list that follows the agency's `last`.
    pub fn issue<K: cleared::Answers>(
        agreement: &SignedAgreement,
        shares: &Shares,
        secrets: &PartySecrets,
        cleared: &Cleared<K>,
        last: Option<&Self>,
        (consents, answers): (&[Digest], &Answers),
        entropy: &mut Entropy,
    ) -> Result<Note, ReleaseError> {
        let own = agreement.seat(secrets, PartyRole::Agency)?;
        cleared.admit(agreement.digest(), &own.name, Some(shares.run))?;
        let now = cleared.now();
        if !shares.agencies.contains(&own.name) {
            return Err(shares.no_share(&own.name));
        }
        let mut plain = vec![0; SALT];
        entropy.fill(&mut plain);
        plain.extend(answers.iter().flat_map(|answer| Answer::bytes(*answer)));
        if plain.len() != length(shares) {
            return Err(list_error(&own.name, "do not cover every slot"));
        }
        let [first, second] = shares.agencies.clone();
        let pair = pair_of(agreement, &first, &second)?;
        let mut readers: Vec<&Recipient> = pair.iter().map(|agency| &agency.recipient).collect();
        let keepers = holders(agreement, pair).into_iter().flat_map(|holder| holder.keepers);
        let officers = keepers.filter(|keeper| keeper.role == PartyRole::Officer);
        readers.extend(officers.chain(agreement.body().of_role(PartyRole::Reviewer)).map(|party| &party.recipient));
        let mut consents = consents.to_vec();
        consents.sort_unstable();
        let body = ReceiptsBody {
            symbolon: RECEIPTS.to_owned(),
            agreement: agreement.digest(),
            run: shares.run,
            first,
            second,
            issue: shares.issue,
            by: own.name.clone(),
            number: last.map_or(1, |last| last.place.number + 1),
            before: last.map(|last| last.place.digest),
            answers: consents,
            outcomes: digest(&plain),
            created: last.map_or(now, |last| now.max(last.place.created)),
            sealed: primitives::seal_armored_bytes(&readers, &plain).map_err(|_| AgreementError::Sealing)?,
        };
        let mut note = Note::unsigned(body_text(&body))?;
        secrets.sign(&mut note)?;
        Ok(note)
    }

    /// Verifies what everybody can see of a list of this issue, signed by one of the two agencies.
    pub fn read(agreement: &SignedAgreement, shares: &Shares, note: &Note) -> Result<Self, ReleaseError> {
        let claimed = note.claimed_signers().next().unwrap_or_default();
        let body: ReceiptsBody = verified(note, RECEIPTS, agreement.party(claimed, PartyRole::Agency)?)?;
        same_agreement(agreement, WHAT, body.agreement)?;
        shares.run.same(WHAT, body.run)?;
        let named = [&body.first, &body.second] == shares.agencies.each_ref() && body.by == claimed;
        let ascending = body.answers.windows(2).all(|two| two[0] < two[1]);
        if !named || !shares.agencies.contains(&body.by) || body.issue != shares.issue || body.number == 0 || !ascending
        {
            return Err(AgreementError::Absent { artefact: WHAT, from: claimed.to_owned() }.into());
        }
        let ReceiptsBody { by, number, before, answers, outcomes, created, sealed, .. } = body;
        let place = Place { of: by.clone(), by, number, before, created, digest: note.digest() };
        Ok(Self { place, answers, outcomes, sealed })
    }

    /// What the lists of one agency say to one of the two agencies, to a keeper of a share or to a reviewer: none takes back what
    /// one before it said.
    pub fn opened(shares: &Shares, lists: &[&Self], secrets: &PartySecrets) -> Result<Answers, ReleaseError> {
        let mut found: Answers = vec![None; shares.slots as usize];
        for list in lists {
            let now = list.open(shares, secrets)?;
            if found.iter().zip(&now).any(|(before, now)| before.is_some() && before != now) {
                return Err(list_error(&list.place.of, "take back what an earlier one said"));
            }
            found = now;
        }
        Ok(found)
    }

    fn open(&self, shares: &Shares, secrets: &PartySecrets) -> Result<Answers, ReleaseError> {
        let length = length(shares);
        let bytes = primitives::open_armored_bytes(secrets.identity()?, &self.sealed, length)
            .map_err(|_| AgreementError::Sealed { artefact: WHAT, from: self.place.by.clone() })?;
        if bytes.len() != length || digest(&bytes) != self.outcomes {
            return Err(list_error(&self.place.of, "are not those of the published digest"));
        }
        let answers = bytes[SALT..].chunks_exact(2).map(|two| Answer::of_bytes([two[0], two[1]]));
        answers.collect::<Option<_>>().ok_or_else(|| list_error(&self.place.of, "are damaged"))
    }
}

fn length(shares: &Shares) -> usize {
    SALT + 2 * shares.slots as usize
}

/// `SHA-256("symbolon/v1/outcomes" ‖ salt ‖ two bytes a slot)`.
fn digest(plain: &[u8]) -> Digest {
    Digest::of_parts(&[b"symbolon/v1/outcomes", plain])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_bytes_are_one_answer_or_none() {
        let mut answers = 0;
        for outcome in 0..=u8::MAX {
            for evidence in 0..=u8::MAX {
                if let Some(answer) = Answer::of_bytes([outcome, evidence]) {
                    assert_eq!(Answer::bytes(answer), [outcome, evidence]);
                    answers += 1;
                }
            }
        }
        // None; empty, withdrawn, lapsed without evidence; verified and refuted with each of four.
        assert_eq!(answers, 1 + 3 + 2 * 4);
    }
}
