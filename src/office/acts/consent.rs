//! What an officer does, or a reviewer with a share: looks how leads stand, and releases them, each with own reasons.
//!
//! ```text
//! HOME/AGREEMENT/run-N/reasons/A--B.ISSUE.NUMBER.toml      own reasons for the leads that list NUMBER released, mode 0600
//! HOME/AGREEMENT/run-N/reasons/A--B.ISSUE.NUMBER.consents  the list itself: one that was published is never signed anew
//! ```

use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::agreement::{AgreementError, RunNumber, SignedAgreement};
use crate::cleared::by;
use crate::failure::{ARGUMENT, Failure};
use crate::gate::{self, Case};
use crate::log::{Entry, Kind};
use crate::note::{self, Note};
use crate::office::desk::Desk;
use crate::office::exchange::Exchange;
use crate::office::files::{self, Access, Existing};
use crate::office::released::{Released, pairs};
use crate::office::seat::Office;
use crate::outcome::release::{Consented, ConsentedLead, Queue, Queued};
use crate::primitives::Entropy;
use crate::release::lists::{Chain, Placed};
use crate::release::standing::State;
use crate::release::{self, ConsentList, Reasons, ReleaseError, holder_of};

/// Largest file of reasons, in bytes.
pub(crate) const MAX_REASONS: u64 = 1 << 16;
/// Largest file of kept reasons, in bytes.
const MAX_KEPT: u64 = 1 << 26;

/// Looks how the leads stand, by everything that was published.
pub fn queue(desk: &Desk, run: RunNumber) -> Result<Queue, Failure> {
    let office = Office::open(desk, Some(run))?;
    let _cleared = office.clear::<by::Queue>(run)?;
    let (home, exchange, agreement) = (&office.home, &office.exchange, office.agreement()?);
    let records = office.run(run)?.withdrawals.clone()?;
    let mut lists = Vec::new();
    for [first, second] in pairs(agreement) {
        let Some(shares) = exchange.shares(agreement, run, &first.name, &second.name)? else { continue };
        let Ok(own) = holder_of(agreement, &shares, &home.secrets) else { continue };
        let (ledger, records) = (office.facts.log()?, &records);
        let released = Released { exchange, agreement, run, ledger, home, now: desk.now, records };
        let own = shares.holders().position(|holder| holder == own).unwrap_or_default();
        let (mut open, mut unanswered, mut next) = (0, 0, None);
        for (slot, standing) in (1..).zip(released.standings(&shares, records, false)?) {
            open += u32::from(matches!(standing.state(), State::Open | State::Closed));
            unanswered += u32::from(standing.blocks());
            if standing.state() == State::Sealed && !standing.consents()[own] {
                next = next.or(Some(slot));
            }
        }
        let (frozen, unlogged) = (records.refuse_frozen(&shares).is_err(), released.consents(&shares)?.waiting());
        let (between, expires) = (shares.agencies, shares.expires);
        lists.push(Queued { between, open, unanswered, next, frozen, unlogged, expires });
    }
    if lists.is_empty() {
        return Err(no_share(&home.party.name, agreement, exchange, run));
    }
    Ok(Queue { run, lists })
}

/// Why there is no list for this party: none was issued, or it holds no share of any.
fn no_share(name: &str, agreement: &SignedAgreement, exchange: &Exchange, run: RunNumber) -> Failure {
    let first = pairs(agreement)[0].map(|agency| agency.name.clone());
    let path = exchange.shares_path(run, first.each_ref().map(String::as_str));
    if exchange.there(&path).unwrap_or(true) {
        let [first, second] = first;
        return ReleaseError::NoShare { name: name.to_owned(), first, second }.into();
    }
    exchange.failed(&path, absent())
}

fn absent() -> Failure {
    Failure::from(AgreementError::Absent { artefact: "list of leads", from: "the issuer".to_owned() })
        .next(crate::failure::ISSUE)
}

/// Releases leads of two agencies, each with reasons of its own, in one list.
pub fn release(
    desk: &Desk,
    run: RunNumber,
    [one, other]: [&str; 2],
    leads: &[(u32, Zeroizing<String>)],
) -> Result<Consented, Failure> {
    let office = Office::open(desk, Some(run))?;
    let pair = release::pair_of(office.agreement()?, one, other)?.map(|party| party.name.clone());
    let cleared = office.clear::<by::Consent>(Case { run: Some(run), pair: Some(pair) })?;
    let (home, exchange, agreement) = (&office.home, &office.exchange, office.agreement()?);
    let shares = exchange.shares(agreement, run, one, other)?.ok_or_else(absent)?;
    let holder = holder_of(agreement, &shares, &home.secrets)?.to_owned();
    let (ledger, now) = (office.facts.log()?, desk.now);
    let records = office.run(run)?.withdrawals.clone()?;
    let released = Released { exchange, agreement, run, ledger, home, now, records: &records };
    let (lists, standings) = (released.consents(&shares)?, released.standings(&shares, &records, false)?);
    let chain = lists.chain(&holder)?;
    let number = chain.lists.len() as u32 + 1;
    if let Some(last) = chain.last() {
        gate::not_behind(now, last.place().created)?;
    }
    if chain.forked {
        return Err(ReleaseError::Fork { of: holder, number }.into());
    }
    let directory = office.run_dir(run)?.join("reasons");
    files::make_dir(&directory, Access::Private)?;
    files::sweep(&directory);
    let beginning = format!("{}.{}.", shares.agencies.join("--"), shares.issue.short());
    remembered(&directory, &beginning, &chain)?;
    let reasons = reasons(&directory, leads, &mut desk.entropy(&format!("reasons {beginning}{number}")))?;
    let mut entropy = desk.entropy(&format!("consents {beginning}{number}"));
    let (last, what) = (chain.last(), (reasons.as_slice(), &records));
    let note = ConsentList::issue(agreement, &shares, &home.secrets, &cleared, last, what, &mut entropy)?;
    let missing = |lead: u32| {
        let given = standings[lead as usize - 1].consents();
        let others = shares.holders().zip(given).filter(|(name, given)| !**given && *name != holder);
        others.map(|(name, _)| name.to_owned()).collect()
    };
    let leads = reasons.iter().map(|(lead, _)| ConsentedLead { lead: *lead, missing: missing(*lead) }).collect();
    // The reasons first: a consent without them would be one too many.
    let kept = Kept { reasons: reasons.iter().map(KeptReasons::of).collect() };
    let text = Zeroizing::new(toml::to_string(&kept).map_err(|_| damaged())?);
    files::write(
        &directory.join(format!("{beginning}{number}.toml")),
        text.as_bytes(),
        Access::Private,
        Existing::Replace,
    )?;
    let path = exchange.consents_path(run, &shares, &holder, number);
    let text = note.to_string();
    let entry = Entry::new(Kind::Consents, run.number(), office.own(), "-", note.digest());
    office.publish(&path, text.as_bytes(), entry)?;
    let own = directory.join(format!("{beginning}{number}.{}", Kind::Consents.name()));
    // What was published is on the disk by now.
    files::write_passing(&own, text.as_bytes(), Access::Private)?;
    Ok(Consented {
        run,
        between: shares.agencies.clone(),
        by: home.party.name.clone(),
        holder,
        number,
        leads,
        path: exchange.place(&path).into(),
        reasons: Reasons::digest_of(&reasons),
    })
}

/// Refuses while a list that this home published is not there: the next one must go on from it.
fn remembered(directory: &Path, beginning: &str, chain: &Chain<'_, ConsentList>) -> Result<(), Failure> {
    for path in files::list(directory, Kind::Consents.name())? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with(beginning) {
            continue;
        }
        // One that a power cut took was on the disk in the exchange before.
        let Ok(own) = Note::parse(&files::read(&path, note::MAX_BYTES as u64)?) else { continue };
        if !chain.lists.iter().any(|list| list.place().digest == own.digest()) {
            let absent = AgreementError::Absent { artefact: "consents", from: "this home".to_owned() };
            let failure = Failure::from(absent).at(&path);
            return Err(failure.next("this home published that list: put a copy of it back into the exchange's release folder, under its old name"));
        }
    }
    Ok(())
}

/// The reasons for each lead: none of this list, and none that this home holds for another, twice.
fn reasons(
    directory: &Path,
    leads: &[(u32, Zeroizing<String>)],
    entropy: &mut Entropy,
) -> Result<Vec<(u32, Reasons)>, Failure> {
    if leads.is_empty() {
        return Err(Failure::new(ARGUMENT, "no lead is named"));
    }
    let mut before: Vec<Kept> = Vec::new();
    for path in files::list(directory, "toml")? {
        let text = Zeroizing::new(files::read_text(&path, MAX_KEPT)?);
        before.push(toml::from_str(&text).map_err(|_| damaged().at(&path))?);
    }
    let mut found: Vec<(u32, Reasons)> = Vec::new();
    for (lead, text) in leads {
        let kept = before.iter().flat_map(|kept| &kept.reasons).map(|kept| kept.text.as_str());
        let others = kept.chain(found.iter().map(|(_, reasons)| reasons.text()));
        let reasons = Reasons::new(text, others, entropy)?;
        found.push((*lead, reasons));
    }
    Ok(found)
}

fn damaged() -> Failure {
    Failure::new(crate::failure::NOT_A_FILE, "the file of reasons is damaged")
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    reasons: Vec<KeptReasons>,
}

/// With the salt, the author can show later that these were the reasons.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct KeptReasons {
    lead: u32,
    salt: String,
    text: String,
}

impl KeptReasons {
    fn of((lead, reasons): &(u32, Reasons)) -> Self {
        Self { lead: *lead, salt: reasons.salt(), text: reasons.text().to_owned() }
    }
}
