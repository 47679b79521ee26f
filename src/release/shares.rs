//! Who must consent to a lead, and the shares of its key.
//!
//! Every lead of a list is sealed under a key of its own, the exclusive or of one share a *holder*: the first agency, the second
//! agency, and the reviewers that the terms ask for. An agency's shares are sealed to its officers, a reviewer's to itself. Only the
//! issuer (the guardian; where the protocol needs none, the operator) ever sees a key, while it draws it. The digest of each
//! share is published, so that a wrong one is known as whose it is.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ReleaseError;
use crate::agreement::{
    AgreementError, Party, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text, same_agreement, verified,
};
use crate::note::Note;
use crate::primitives::{self, Digest, Entropy, Recipient, Secret};

const SHARES: &str = "shares v1";
const WHAT: &str = "shares of leads";

/// One consent that a lead needs.
#[derive(Debug)]
pub struct Holder<'a> {
    /// The agency whose officers hold the share, or the reviewer that holds it.
    pub name: &'a str,
    /// Whoever of them may release it.
    pub keepers: Vec<&'a Party>,
}

/// Everybody whose consent a lead of these two agencies needs, in order.
pub fn holders<'a>(agreement: &'a SignedAgreement, pair: [&'a Party; 2]) -> Vec<Holder<'a>> {
    let body = agreement.body();
    let agencies =
        pair.into_iter().map(|agency| Holder { name: &agency.name, keepers: body.officers(agency).collect() });
    let reviewers = body.of_role(PartyRole::Reviewer).take(body.terms.min.release_reviewers as usize);
    agencies.chain(reviewers.map(|reviewer| Holder { name: &reviewer.name, keepers: vec![reviewer] })).collect()
}

/// The two agencies in the agreement's order.
pub fn pair_of<'a>(agreement: &'a SignedAgreement, one: &str, other: &str) -> Result<[&'a Party; 2], ReleaseError> {
    let (one, other) = (agreement.party(one, PartyRole::Agency)?, agreement.party(other, PartyRole::Agency)?);
    let position = |party: &Party| agreement.body().parties.iter().position(|p| p.name == party.name);
    match position(one).cmp(&position(other)) {
        std::cmp::Ordering::Less => Ok([one, other]),
        std::cmp::Ordering::Greater => Ok([other, one]),
        std::cmp::Ordering::Equal => {
            Err(AgreementError::NotAParty { name: one.name.clone(), role: "second agency" }.into())
        }
    }
}

/// Who issues leads: the guardian; without one, the operator.
pub fn issuer(agreement: &SignedAgreement) -> Result<&Party, ReleaseError> {
    let of = |role| agreement.body().of_role(role).next();
    let issuer = of(PartyRole::Guardian).or_else(|| of(PartyRole::Operator));
    issuer.ok_or_else(|| AgreementError::Absent { artefact: WHAT, from: "agreement".to_owned() }.into())
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SharesBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    first: String,
    second: String,
    from: String,
    created: Timestamp,
    expires: Timestamp,
    slots: u32,
    share: Vec<ShareBody>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareBody {
    holder: String,
    digests: String,
    sealed: String,
}

/// Shares of the leads of two agencies, verified as the issuer's.
#[derive(Clone, Debug)]
pub struct Shares {
    /// The two agencies, in the agreement's order.
    pub agencies: [String; 2],
    /// When the leads were issued.
    pub created: Timestamp,
    /// When the leads lapse (UTC): `max.lead_days` after their issue.
    pub expires: Timestamp,
    /// How many leads and fillers there are.
    pub slots: u32,
    /// Digest of the note: which issue of the list it is.
    pub issue: Digest,
    pub(super) run: RunNumber,
    pub(super) held: Vec<Held>,
}

#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) holder: String,
    pub(super) digests: Vec<Digest>,
    sealed: String,
}

impl Shares {
    /// Draws a key for each slot and seals its shares.
    pub(super) fn draw(
        agreement: &SignedAgreement,
        run: RunNumber,
        secrets: &PartySecrets,
        pair: [&Party; 2],
        now: Timestamp,
        entropy: &mut Entropy,
    ) -> Result<(Note, Vec<Secret>), ReleaseError> {
        let own = issuer(agreement)?;
        agreement.seat(secrets, own.role)?;
        let max = &agreement.body().terms.max;
        let slots = max.leads as usize;
        let holders = holders(agreement, pair);
        let shares: Vec<Vec<Secret>> =
            holders.iter().map(|_| (0..slots).map(|_| Secret::generate(entropy)).collect()).collect();
        let key = |slot: usize| {
            let two = shares[0][slot].xor(&shares[1][slot]);
            shares[2..].iter().fold(two, |key, more| key.xor(&more[slot]))
        };
        let keys: Vec<Secret> = (0..slots).map(key).collect();
        let mut share = Vec::new();
        for (holder, shares) in holders.iter().zip(&shares) {
            share.push(ShareBody {
                holder: holder.name.to_owned(),
                digests: primitives::base64(&shares.iter().flat_map(|s| digest(s).0).collect::<Vec<u8>>()),
                sealed: seal(&holder.keepers.iter().map(|p| &p.recipient).collect::<Vec<_>>(), shares)?,
            });
        }
        let [first, second] = pair.map(|agency| agency.name.clone());
        let expires = now + SignedDuration::from_hours(24 * i64::from(max.lead_days));
        let body = SharesBody {
            symbolon: SHARES.to_owned(),
            agreement: agreement.digest(),
            run,
            first,
            second,
            from: own.name.clone(),
            created: now,
            expires,
            slots: max.leads,
            share,
        };
        let mut note = Note::unsigned(body_text(&body))?;
        secrets.sign(&mut note)?;
        Ok((note, keys))
    }

    /// Verifies the shares that the issuer made for these two agencies.
    pub fn read(
        agreement: &SignedAgreement,
        run: RunNumber,
        pair: [&Party; 2],
        note: &Note,
    ) -> Result<Self, ReleaseError> {
        let from = issuer(agreement)?;
        let body: SharesBody = verified(note, SHARES, from)?;
        same_agreement(agreement, WHAT, body.agreement)?;
        run.same(WHAT, body.run)?;
        let max = &agreement.body().terms.max;
        let lead_days = SignedDuration::from_hours(24 * i64::from(max.lead_days));
        let agreed = body.slots == max.leads && body.expires.duration_since(body.created) <= lead_days;
        let named = [&body.first, &body.second] == pair.map(|agency| &agency.name) && body.from == from.name;
        let wanted: Vec<&str> = holders(agreement, pair).iter().map(|holder| holder.name).collect();
        let held = body.share.iter().map(|share| share.holder.as_str());
        if !named || !agreed || !held.eq(wanted) {
            return Err(AgreementError::Absent { artefact: WHAT, from: from.name.clone() }.into());
        }
        let held = body.share.into_iter().map(|share| {
            let bytes = primitives::unbase64(&share.digests).filter(|bytes| bytes.len() == 32 * body.slots as usize);
            let bytes = bytes.ok_or_else(|| ReleaseError::Share { holder: share.holder.clone() })?;
            let digests = bytes.chunks_exact(32).filter_map(|chunk| Some(Digest(chunk.try_into().ok()?))).collect();
            Ok(Held { holder: share.holder, digests, sealed: share.sealed })
        });
        Ok(Self {
            held: held.collect::<Result<_, ReleaseError>>()?,
            agencies: [body.first, body.second],
            created: body.created,
            expires: body.expires,
            slots: body.slots,
            issue: note.digest(),
            run,
        })
    }

    /// Names of everybody whose consent a lead needs.
    pub fn holders(&self) -> impl Iterator<Item = &str> {
        self.held.iter().map(|held| held.holder.as_str())
    }

    /// The shares of the flagged slots, opened by a keeper of `holder`.
    pub(super) fn own(
        &self,
        secrets: &PartySecrets,
        holder: &str,
        flags: &[bool],
    ) -> Result<Vec<Option<Secret>>, ReleaseError> {
        let held = self.held(holder)?;
        let wrong = || ReleaseError::Share { holder: holder.to_owned() };
        let bytes = primitives::open_armored_bytes(secrets.identity()?, &held.sealed, 32 * self.slots as usize)
            .map_err(|_| AgreementError::Sealed { artefact: WHAT, from: "the issuer".to_owned() })?;
        let one = |((bytes, issued), flag): ((&[u8], &Digest), &bool)| match flag {
            false => Ok(None),
            true => {
                let share = Secret::from_bytes(bytes).ok().filter(|share| digest(share) == *issued);
                share.map(Some).ok_or_else(wrong)
            }
        };
        if bytes.len() != 32 * flags.len() {
            return Err(wrong());
        }
        bytes.chunks_exact(32).zip(&held.digests).zip(flags).map(one).collect()
    }

    /// Refuses a share that is not the one that was issued.
    pub(super) fn check(&self, holder: &str, slot: u32, share: &Secret) -> Result<(), ReleaseError> {
        let right = self.held(holder)?.digests[self.at(slot)?] == digest(share);
        if right { Ok(()) } else { Err(ReleaseError::Share { holder: holder.to_owned() }) }
    }

    /// Where a slot stands.
    pub(super) fn at(&self, slot: u32) -> Result<usize, ReleaseError> {
        if slot == 0 || slot > self.slots {
            return Err(ReleaseError::NoSlot { slot, slots: self.slots });
        }
        Ok(slot as usize - 1)
    }

    fn held(&self, holder: &str) -> Result<&Held, ReleaseError> {
        self.held.iter().find(|held| held.holder == holder).ok_or_else(|| self.no_share(holder))
    }

    pub(super) fn no_share(&self, name: &str) -> ReleaseError {
        let [first, second] = self.agencies.clone();
        ReleaseError::NoShare { name: name.to_owned(), first, second }
    }
}

/// `SHA-256("symbolon/v1/share" ‖ share)`: a share has 256 random bits, so its digest tells nothing of it.
fn digest(share: &Secret) -> Digest {
    Digest::of_parts(&[b"symbolon/v1/share", share.expose()])
}

fn seal(recipients: &[&Recipient], shares: &[Secret]) -> Result<String, ReleaseError> {
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(32 * shares.len()));
    shares.iter().for_each(|share| bytes.extend_from_slice(share.expose()));
    Ok(primitives::seal_armored_bytes(recipients, &bytes).map_err(|_| AgreementError::Sealing)?)
}
