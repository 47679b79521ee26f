//! What reviewers sign: a decision about a dossier, and what attacks were measured to find.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

#[cfg(feature = "lab")]
use crate::agreement::SignedAgreement;
use crate::agreement::{ACCEPTANCE_DAYS, Decision, Opinion, REFUSAL_DAYS, SignOff};
use crate::cleared::by;
use crate::failure::{Failure, RECOMPUTE};
use crate::gate::Case;
#[cfg(feature = "lab")]
use crate::lab::attack::{self, Finding};
use crate::log::{Entry, Kind};
use crate::office::desk::Desk;
use crate::office::files;
use crate::office::seat::Office;
use crate::outcome::reviewer as outcome;
use crate::primitives::Digest;

/// Largest dossier, in bytes.
const MAX_DOSSIER: u64 = 64 << 20;

/// A reviewer's decision.
#[derive(Clone, Debug)]
pub struct Decided {
    /// What is decided.
    pub decision: Decision,
    /// Under which conditions, one line each; people keep them.
    pub conditions: Vec<String>,
    /// Own refusals that it lifts, by the digests of their notes.
    pub lifts: Vec<Digest>,
    /// Until when; without it to the agreement's end, at most a year, and for a refusal five years.
    pub until: Option<Timestamp>,
}

/// Signs and publishes a decision about the dossier whose JSON is at `dossier`. Gives the reviewer's name too.
///
/// # Errors
/// Refuses a dossier of another agreement or version, whatever the gate refuses, and what an opinion may not say.
pub fn sign_off(desk: &Desk, dossier: &Path, decided: Decided) -> Result<(String, outcome::SignOff), Failure> {
    let office = Office::open(desk, None)?;
    let cleared = office.clear::<by::SignOff>(Case::default())?;
    let draft = office.exchange.draft()?;
    let bytes = files::read_given(dossier, MAX_DOSSIER)?;
    let json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let about = json["agreement"]["digest"].as_str().and_then(|text| text.parse::<Digest>().ok());
    if json["symbolon"] != "dossier v3" || about != Some(draft.note().digest()) {
        let message = "this is not the JSON of a dossier of this program's version about the agreement in the exchange";
        return Err(Failure::new(RECOMPUTE, message)
            .at(dossier)
            .next("a reviewer makes it again: `symbolon reviewer dossier -o OUT.html`"));
    }
    let Decided { decision, conditions, lifts, until } = decided;
    let days = |days: i64| desk.now + SignedDuration::from_hours(24 * days);
    let expires = until.unwrap_or_else(|| match decision {
        Decision::Refuse => days(REFUSAL_DAYS),
        _ => draft.body().expires.min(days(ACCEPTANCE_DAYS)),
    });
    let expires = Timestamp::from_second(expires.as_second()).unwrap_or(expires);
    let opinion = Opinion { decision, dossier: Digest::of(&bytes), conditions, lifts, expires };
    let note = SignOff::issue(&draft, &office.home.secrets, &cleared, opinion)?;
    let own = office.own().to_owned();
    let path = office.exchange.sign_offs_path().below(format!("{own}.{}.sign-off", note.digest().short()));
    let entry = Entry::new(Kind::SignOff, 0, &own, "-", note.digest());
    let path = office.publish(&path, note.to_string().as_bytes(), entry)?;
    let signed = outcome::SignOff {
        decision,
        agreement: draft.note().digest(),
        dossier: Digest::of(&bytes),
        expires,
        path: (&path).into(),
        digest: note.digest(),
    };
    Ok((own, signed))
}

/// Signs and publishes what `measure` found for lists of `records` in all, and that no attack finds more than `limit` in a thousand, or
/// what the agreement allows. Gives that limit too.
///
/// # Errors
/// Whatever the gate or the measurement refuses; a finding above the limit.
#[cfg(feature = "lab")]
pub fn attest(
    desk: &Desk,
    (records, limit): (u64, Option<u32>),
    measure: impl FnOnce(&SignedAgreement) -> Result<Vec<Finding>, Failure>,
) -> Result<(u32, outcome::Attest), Failure> {
    let office = Office::open(desk, None)?;
    let cleared = office.clear::<by::Attest>(Case::default())?;
    let agreement = office.agreement()?;
    let findings = measure(agreement)?;
    let limit = limit.unwrap_or(agreement.body().terms.max.attack_permille);
    let note = attack::attest(agreement, &office.home.secrets, &cleared, &findings, records, limit)?;
    let name = format!("{}.{}.attestation", office.own(), note.digest().short());
    let entry = Entry::new(Kind::Attestation, 0, office.own(), "-", note.digest());
    let path = office.exchange.attestations_path().below(name);
    let path = office.publish(&path, note.to_string().as_bytes(), entry)?;
    Ok((limit, outcome::Attest { findings, digest: note.digest(), path: (&path).into() }))
}
