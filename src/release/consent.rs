//! Consents: how officers and reviewers release one lead, one at a time.
//!
//! A consent is a signed note with the holder's share of one lead, sealed to the two agencies, and the digest of the reasons that its author
//! wrote down first. The reasons stay with their author. There is no consent to more than one lead.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::shares::{Shares, holders, pair_of};
use super::{Records, ReleaseError};
use crate::agreement::{
    AgreementError, PartyRole, PartySecrets, RunNumber, SignedAgreement, body_text, same_agreement, verified,
};
use crate::note::Note;
use crate::primitives::{self, Digest, Entropy, Recipient, Secret};

const CONSENT: &str = "consent v1";
const WHAT: &str = "consent";
/// Least length of reasons, in characters.
const LEAST_REASONS: usize = 40;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentBody {
    symbolon: String,
    agreement: Digest,
    run: RunNumber,
    first: String,
    second: String,
    issue: Digest,
    slot: u32,
    holder: String,
    by: String,
    reasons: Digest,
    created: Timestamp,
    sealed: String,
}

/// Why somebody releases a lead: kept by its author, published as a digest only.
pub struct Reasons {
    text: zeroize::Zeroizing<String>,
    salt: [u8; 16],
}

impl std::fmt::Debug for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reasons").finish_non_exhaustive()
    }
}

impl Reasons {
    /// Reasons of at least 40 characters, other than those `before` for another lead.
    pub fn new<'a>(
        text: &str,
        before: impl IntoIterator<Item = &'a str>,
        entropy: &mut Entropy,
    ) -> Result<Self, ReleaseError> {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let own = zeroize::Zeroizing::new(plain(text));
        if own.chars().count() < LEAST_REASONS {
            return Err(ReleaseError::Reasons { problem: "are shorter than 40 characters" });
        }
        if before.into_iter().any(|before| plain(before) == *own) {
            return Err(ReleaseError::Reasons { problem: "are those of another lead, word for word" });
        }
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        Ok(Self { text: zeroize::Zeroizing::new(text.to_owned()), salt })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The salt, in hexadecimal: with it, the author can show later that these were the reasons.
    pub fn salt(&self) -> String {
        primitives::hex(&self.salt)
    }

    /// `SHA-256("symbolon/v1/reasons" ‖ salt ‖ text)`.
    pub fn digest(&self) -> Digest {
        Digest::of_parts(&[b"symbolon/v1/reasons", &self.salt, self.text.as_bytes()])
    }
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

/// Releases the share of one lead. Refused after the leads lapsed, and after a record was withdrawn that they may be about.
pub fn consent(
    agreement: &SignedAgreement,
    shares: &Shares,
    secrets: &PartySecrets,
    slot: u32,
    reasons: &Reasons,
    records: &Records,
    now: Timestamp,
) -> Result<Note, ReleaseError> {
    let holder = holder_of(agreement, shares, secrets)?;
    if now >= shares.expires {
        return Err(ReleaseError::Lapsed { expires: shares.expires });
    }
    records.refuse_frozen(shares)?;
    let share = shares.own(secrets, holder, slot)?;
    let agencies = shares.agencies.iter().map(|name| agreement.party(name, PartyRole::Agency));
    let agencies = agencies.collect::<Result<Vec<_>, _>>()?;
    let recipients: Vec<&Recipient> = agencies.iter().map(|agency| &agency.recipient).collect();
    let [first, second] = shares.agencies.clone();
    let body = ConsentBody {
        symbolon: CONSENT.to_owned(),
        agreement: agreement.digest(),
        run: shares.run,
        first,
        second,
        issue: shares.issue,
        slot,
        holder: holder.to_owned(),
        by: secrets.verifier().name().to_owned(),
        reasons: reasons.digest(),
        created: now,
        sealed: primitives::seal_armored(&recipients, &share).map_err(|_| AgreementError::Sealing)?,
    };
    let mut note = Note::unsigned(body_text(&body))?;
    secrets.sign(&mut note)?;
    Ok(note)
}

/// A verified consent of one holder to one lead.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Whose.
    pub holder: String,
    /// Who signed for the holder.
    pub by: String,
    /// When.
    pub created: Timestamp,
    slot: u32,
    sealed: String,
}

impl Consent {
    /// Verifies a consent to `slot` of this issue, signed by a keeper of a share.
    pub fn read(agreement: &SignedAgreement, shares: &Shares, slot: u32, note: &Note) -> Result<Self, ReleaseError> {
        let claimed = note.claimed_parties().next().unwrap_or_default();
        let [first, second] = &shares.agencies;
        let all = holders(agreement, pair_of(agreement, first, second)?);
        let keeper = |holder: &super::shares::Holder<'_>| holder.keepers.iter().any(|keeper| keeper.name == claimed);
        let holder = all.into_iter().find(keeper).ok_or_else(|| shares.no_share(claimed))?;
        let signer = holder.keepers.into_iter().find(|keeper| keeper.name == claimed);
        let signer = signer.ok_or_else(|| shares.no_share(claimed))?;
        let body: ConsentBody = verified(note, CONSENT, signer)?;
        same_agreement(agreement, WHAT, body.agreement)?;
        shares.run.same(WHAT, body.run)?;
        shares.at(slot)?;
        let named = [&body.first, &body.second] == shares.agencies.each_ref() && body.by == signer.name;
        if !named || body.issue != shares.issue || body.slot != slot || body.holder != holder.name {
            return Err(AgreementError::Absent { artefact: WHAT, from: signer.name.clone() }.into());
        }
        if body.created >= shares.expires {
            return Err(ReleaseError::Lapsed { expires: shares.expires });
        }
        Ok(Self { holder: body.holder, by: body.by, created: body.created, slot, sealed: body.sealed })
    }
}

/// Everybody's consent to one lead; there is no other way to open it.
#[derive(Debug)]
pub struct Consents<'a> {
    slot: u32,
    all: Vec<&'a Consent>,
}

impl<'a> Consents<'a> {
    /// Puts consents together: exactly one of each holder, all to this lead, none after the leads lapsed.
    pub fn gather(
        shares: &Shares,
        slot: u32,
        consents: &'a [Consent],
        records: &Records,
        now: Timestamp,
    ) -> Result<Self, ReleaseError> {
        shares.at(slot)?;
        if now >= shares.expires {
            return Err(ReleaseError::Lapsed { expires: shares.expires });
        }
        records.refuse_late(shares, consents)?;
        let mut all = Vec::new();
        for holder in shares.holders() {
            let mut own = consents.iter().filter(|consent| consent.holder == holder && consent.slot == slot);
            let Some(consent) = own.next() else {
                let [first, second] = shares.agencies.clone();
                return Err(ReleaseError::Incomplete { slot, first, second, holder: holder.to_owned() });
            };
            if own.next().is_some() {
                return Err(ReleaseError::Twice { holder: holder.to_owned() });
            }
            all.push(consent);
        }
        Ok(Self { slot, all })
    }

    /// Which lead.
    pub fn slot(&self) -> u32 {
        self.slot
    }

    /// The exclusive or of all shares, each checked against the digest that the issuer published.
    pub(super) fn key(&self, shares: &Shares, secrets: &PartySecrets) -> Result<Secret, ReleaseError> {
        let mut key: Option<Secret> = None;
        for consent in &self.all {
            let share = primitives::open_armored(secrets.identity()?, &consent.sealed)
                .map_err(|_| AgreementError::Sealed { artefact: WHAT, from: consent.by.clone() })?;
            shares.check(&consent.holder, self.slot, &share)?;
            key = Some(match key {
                None => share,
                Some(key) => key.xor(&share),
            });
        }
        key.ok_or(ReleaseError::Slot { slot: self.slot })
    }
}
