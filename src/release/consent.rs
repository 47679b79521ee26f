//! Consents: how officers and reviewers release leads, each with own reasons.
//!
//! A holder publishes lists. Each covers every slot of the issue, whatever is released: one part is sealed to the two agencies and has
//! a flag and 32 bytes a slot, the share where it is released and random bytes where not; another has the flags alone, sealed to
//! everybody who holds a share, so that officers see how the leads stand. Who stands outside sees lists of one size, and how many
//! there are of them; neither which leads they release nor how many. The reasons stay with their author.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::lists::{Chain, Place, Placed, list_error};
use super::shares::{Holder, Shares, holders, pair_of};
use super::withdrawals::Withdrawals;
use super::{Reasons, ReleaseError};
use crate::agreement::{
    AgreementError, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text, same_agreement, verified,
};
use crate::cleared::{Cleared, by};
use crate::note::Note;
use crate::primitives::{self, Digest, Entropy, Recipient, Secret};

const CONSENTS: &str = "consents v1";
const WHAT: &str = "consents";
/// A flag and a share.
const SLOT: usize = 33;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentsBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    first: String,
    second: String,
    issue: Digest,
    holder: String,
    by: String,
    number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Digest>,
    reasons: Digest,
    created: Timestamp,
    shares: String,
    flags: String,
}

/// Whose consent a party can give.
pub fn holder_of<'a>(
    agreement: &'a SignedAgreement,
    shares: &Shares,
    secrets: &PartySecrets,
) -> Result<&'a str, ReleaseError> {
    let [first, second] = &shares.agencies;
    let pair = pair_of(agreement, first, second)?;
    let name = secrets.verifier().name();
    let holder = holders(agreement, pair).into_iter().find(|h| h.keepers.iter().any(|keeper| keeper.name == name));
    let holder = holder.ok_or_else(|| shares.no_share(name))?;
    let role = holder.keepers.first().map_or(PartyRole::Officer, |keeper| keeper.role);
    agreement.seat(secrets, role)?;
    Ok(holder.name)
}

/// A verified list of one holder's consents, still sealed.
#[derive(Clone, Debug)]
pub struct ConsentList {
    place: Place,
    shares: String,
    flags: String,
}

impl Placed for ConsentList {
    fn place(&self) -> &Place {
        &self.place
    }
}

impl ConsentList {
    /// Takes the list as given no earlier than this: its own time is its author's word, and the log's order may say otherwise.
    pub(crate) fn no_earlier(&mut self, than: Timestamp) {
        self.place.created = self.place.created.max(than);
    }

    /// Releases leads, each with own reasons, in the list that follows the holder's `last`. Refused after the leads lapsed, after a
    /// record was withdrawn that they may be about, and for a lead that the holder has released already.
    pub fn issue(
        agreement: &SignedAgreement,
        shares: &Shares,
        secrets: &PartySecrets,
        cleared: &Cleared<by::Consent>,
        last: Option<&Self>,
        (released, withdrawals): (&[(u32, Reasons)], &Withdrawals),
        entropy: &mut Entropy,
    ) -> Result<Note, ReleaseError> {
        let holder = holder_of(agreement, shares, secrets)?;
        cleared.admit(agreement.digest(), secrets.verifier().name(), Some(shares.run))?;
        let now = cleared.now();
        if now >= shares.expires {
            return Err(ReleaseError::Lapsed { expires: shares.expires });
        }
        withdrawals.refuse_frozen(shares)?;
        let mut flags = match last {
            Some(last) => last.flags(shares, secrets)?,
            None => vec![false; shares.slots as usize],
        };
        for (slot, _) in released {
            if std::mem::replace(&mut flags[shares.at(*slot)?], true) {
                return Err(ReleaseError::Twice { holder: holder.to_owned(), slot: *slot });
            }
        }
        let own = shares.own(secrets, holder, &flags)?;
        let mut plain = Zeroizing::new(vec![0; SLOT * flags.len()]);
        for (part, share) in plain.chunks_exact_mut(SLOT).zip(&own) {
            match share {
                Some(share) => {
                    part[0] = 1;
                    part[1..].copy_from_slice(share.expose());
                }
                None => entropy.fill(&mut part[1..]),
            }
        }
        let bytes: Vec<u8> = flags.iter().map(|flag| u8::from(*flag)).collect();
        let [first, second] = shares.agencies.clone();
        let pair = pair_of(agreement, &first, &second)?;
        let agencies: Vec<&Recipient> = pair.iter().map(|agency| &agency.recipient).collect();
        let mut everybody = agencies.clone();
        everybody
            .extend(holders(agreement, pair).iter().flat_map(|h| h.keepers.iter().map(|keeper| &keeper.recipient)));
        let sealing = |_| AgreementError::Sealing;
        let body = ConsentsBody {
            symbolon: CONSENTS.to_owned(),
            agreement: agreement.digest(),
            run: shares.run,
            first,
            second,
            issue: shares.issue,
            holder: holder.to_owned(),
            by: secrets.verifier().name().to_owned(),
            number: last.map_or(1, |last| last.place.number + 1),
            before: last.map(|last| last.place.digest),
            reasons: Reasons::digest_of(released),
            // Clocks of two officers may differ a little; lists stand in their order all the same.
            created: last.map_or(now, |last| now.max(last.place.created)),
            shares: primitives::seal_armored_bytes(&agencies, &plain).map_err(sealing)?,
            flags: primitives::seal_armored_bytes(&everybody, &bytes).map_err(sealing)?,
        };
        let mut note = Note::unsigned(body_text(&body))?;
        secrets.sign(&mut note)?;
        Ok(note)
    }

    /// Verifies what everybody can see of a list of this issue, signed by a keeper of a share.
    pub fn read(agreement: &SignedAgreement, shares: &Shares, note: &Note) -> Result<Self, ReleaseError> {
        let claimed = note.claimed_parties().next().unwrap_or_default();
        let [first, second] = &shares.agencies;
        let all = holders(agreement, pair_of(agreement, first, second)?);
        let keeper = |holder: &Holder<'_>| holder.keepers.iter().any(|keeper| keeper.name == claimed);
        let holder = all.into_iter().find(keeper).ok_or_else(|| shares.no_share(claimed))?;
        let signer = holder.keepers.into_iter().find(|keeper| keeper.name == claimed);
        let signer = signer.ok_or_else(|| shares.no_share(claimed))?;
        let body: ConsentsBody = verified(note, CONSENTS, signer)?;
        same_agreement(agreement, WHAT, body.agreement)?;
        shares.run.same(WHAT, body.run)?;
        let named = [&body.first, &body.second] == shares.agencies.each_ref() && body.by == signer.name;
        if !named || body.issue != shares.issue || body.holder != holder.name || body.number == 0 {
            return Err(AgreementError::Absent { artefact: WHAT, from: signer.name.clone() }.into());
        }
        if body.created >= shares.expires {
            return Err(ReleaseError::Lapsed { expires: shares.expires });
        }
        let ConsentsBody { holder: of, by, number, before, created, shares, flags, .. } = body;
        Ok(Self { place: Place { of, by, number, before, created, digest: note.digest() }, shares, flags })
    }

    /// Which slots are released, for a keeper of a share or one of the two agencies.
    fn flags(&self, shares: &Shares, secrets: &PartySecrets) -> Result<Vec<bool>, ReleaseError> {
        let bytes = self.unsealed(&self.flags, shares.slots as usize, secrets)?;
        bytes.iter().map(|byte| self.flag(*byte)).collect()
    }

    /// The shares that are released, for one of the two agencies.
    fn open(&self, shares: &Shares, secrets: &PartySecrets) -> Result<Vec<Option<Arc<Secret>>>, ReleaseError> {
        let bytes = self.unsealed(&self.shares, SLOT * shares.slots as usize, secrets)?;
        let mut found = Vec::new();
        for (part, slot) in bytes.chunks_exact(SLOT).zip(1..) {
            if !self.flag(part[0])? {
                found.push(None);
                continue;
            }
            let share = Secret::from_bytes(&part[1..]).map_err(|_| list_error(&self.place.of, "are damaged"))?;
            shares.check(&self.place.of, slot, &share)?;
            found.push(Some(Arc::new(share)));
        }
        Ok(found)
    }

    fn flag(&self, byte: u8) -> Result<bool, ReleaseError> {
        match byte {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(list_error(&self.place.of, "are damaged")),
        }
    }

    fn unsealed(
        &self,
        sealed: &str,
        length: usize,
        secrets: &PartySecrets,
    ) -> Result<Zeroizing<Vec<u8>>, ReleaseError> {
        let bytes = primitives::open_armored_bytes(secrets.identity()?, sealed, length)
            .map_err(|_| AgreementError::Sealed { artefact: WHAT, from: self.place.by.clone() })?;
        if bytes.len() == length { Ok(bytes) } else { Err(list_error(&self.place.of, "do not cover every slot")) }
    }
}

/// A holder's consent to one lead. Whoever is not one of the two agencies sees that it is there, not the share.
#[derive(Clone)]
pub struct Consent {
    /// Officers of one agency are one holder.
    pub holder: String,
    /// Who signed for the holder.
    pub by: String,
    /// When the first list was made that has it.
    pub created: Timestamp,
    pub(super) slot: u32,
    share: Option<Arc<Secret>>,
}

impl std::fmt::Debug for Consent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { holder, by, created, slot, share: _ } = self;
        f.debug_struct("Consent")
            .field("holder", holder)
            .field("by", by)
            .field("created", created)
            .field("slot", slot)
            .finish_non_exhaustive()
    }
}

impl Consent {
    /// What a holder's lists say to one of the two agencies: flags and shares agree, and no list takes back what one before it gave.
    pub fn opened(shares: &Shares, lists: &[&ConsentList], secrets: &PartySecrets) -> Result<Vec<Self>, ReleaseError> {
        let mut found = Self::seen(shares, lists, secrets)?;
        for list in lists {
            let opened = list.open(shares, secrets)?;
            let flags = list.flags(shares, secrets)?;
            if !opened.iter().map(Option::is_some).eq(flags) {
                return Err(list_error(&list.place.of, "tell officers something else than agencies"));
            }
            for consent in &mut found {
                if let Some(share) = &opened[consent.slot as usize - 1] {
                    consent.share = Some(Arc::clone(share));
                }
            }
        }
        Ok(found)
    }

    /// What they say to a keeper of a share.
    pub fn seen(shares: &Shares, lists: &[&ConsentList], secrets: &PartySecrets) -> Result<Vec<Self>, ReleaseError> {
        let mut before = vec![false; shares.slots as usize];
        let mut found = Vec::new();
        for list in lists {
            let flags = list.flags(shares, secrets)?;
            for ((slot, before), now) in (1..).zip(&before).zip(&flags) {
                let Place { of, by, created, .. } = &list.place;
                match (before, now) {
                    (true, false) => return Err(list_error(of, "take back what an earlier one released")),
                    (false, true) => {
                        found.push(Self { holder: of.clone(), by: by.clone(), created: *created, slot, share: None })
                    }
                    _ => {}
                }
            }
            before = flags;
        }
        Ok(found)
    }
}

impl Chain<'_, ConsentList> {
    /// The last list, which the next one goes on from.
    pub fn last(&self) -> Option<&ConsentList> {
        self.lists.last().copied()
    }
}

/// Everybody's consent to one lead; there is no other way to open it.
#[derive(Debug)]
pub struct Consents<'a> {
    slot: u32,
    all: Vec<&'a Consent>,
}

impl<'a> Consents<'a> {
    /// Puts consents to one lead together: exactly one of each holder, none after the leads lapsed.
    pub fn gather(
        shares: &Shares,
        slot: u32,
        consents: &'a [Consent],
        withdrawals: &Withdrawals,
        now: Timestamp,
    ) -> Result<Self, ReleaseError> {
        shares.at(slot)?;
        if now >= shares.expires {
            return Err(ReleaseError::Lapsed { expires: shares.expires });
        }
        let given: Vec<&Consent> = consents.iter().filter(|consent| consent.slot == slot).collect();
        withdrawals.refuse_late(shares, given.iter().map(|consent| consent.created).max())?;
        let mut all = Vec::new();
        for holder in shares.holders() {
            let mut own = given.iter().copied().filter(|consent| consent.holder == holder);
            let Some(consent) = own.next() else {
                let [first, second] = shares.agencies.clone();
                return Err(ReleaseError::Incomplete { slot, first, second, holder: holder.to_owned() });
            };
            if own.next().is_some() {
                return Err(ReleaseError::Twice { holder: holder.to_owned(), slot });
            }
            all.push(consent);
        }
        Ok(Self { slot, all })
    }

    /// Number of the lead, from 1.
    pub fn slot(&self) -> u32 {
        self.slot
    }

    /// The exclusive or of all shares, each checked against the digest that the issuer published.
    pub(super) fn key(&self, shares: &Shares) -> Result<Secret, ReleaseError> {
        let mut key: Option<Secret> = None;
        for consent in &self.all {
            let sealed = || AgreementError::Sealed { artefact: WHAT, from: consent.by.clone() };
            let share = consent.share.as_ref().ok_or_else(sealed)?;
            shares.check(&consent.holder, self.slot, share)?;
            key = Some(match key {
                None => Secret::from_bytes(share.expose()).map_err(|_| ReleaseError::Slot { slot: self.slot })?,
                Some(key) => key.xor(share),
            });
        }
        key.ok_or(ReleaseError::Slot { slot: self.slot })
    }
}
