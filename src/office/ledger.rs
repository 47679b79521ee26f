//! The log as every party but its keeper uses it: read whole, and compared with what was seen before and by others.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::exchange::Exchange;
use super::files::{self, Access, Existing, grow};
use super::home::Home;
use super::log_files::LogFiles;
use crate::agreement::{AgreementBody, AgreementError, Key, Party, PartyRole, SignedAgreement, plain_organisation};
use crate::failure::{Failure, SEEN};
use crate::gate::logged::{Logged, Witness};
use crate::log::{self, LogError, SignedCheckpoint, View};
use crate::primitives::Digest;

/// Largest record of checkpoints seen, in bytes.
const MAX_SEEN: u64 = 1 << 18;

/// The first line of every checkpoint of an agreement's log.
pub(crate) fn origin(agreement: Digest) -> String {
    format!("symbolon/{agreement}")
}

/// Who keeps the log: the operator.
pub(crate) fn keeper(body: &AgreementBody) -> Result<&Party, Failure> {
    let absent = || AgreementError::NotAParty { name: "the log's keeper".to_owned(), role: PartyRole::Operator.name() };
    body.of_role(PartyRole::Operator).next().ok_or_else(|| absent().into())
}

/// What a checkpoint says, if it is of this log and its keeper's routine key has signed it.
pub(crate) fn kept<'c>(
    signed: &'c SignedCheckpoint,
    origin: &str,
    keeper: &Party,
) -> Result<&'c log::Checkpoint, Failure> {
    signed.verify(origin, &keeper.routine).map_err(|error| match signed.verify(origin, &keeper.verifier) {
        Ok(_) => keeper.wrong_key("checkpoint", Key::Routine).into(),
        Err(_) => error.into(),
    })
}

/// The checkpoint in a file of a home, if the file is there.
pub(crate) fn checkpoint(path: &Path) -> Result<Option<SignedCheckpoint>, Failure> {
    if !files::is_there(path)? {
        return Ok(None);
    }
    SignedCheckpoint::parse(&files::read(path, log::MAX_BYTES)?).map(Some).map_err(|e| Failure::from(e).at(path))
}

/// Whether anything of a log is there, or was ever seen by this home. One that cannot be looked at may be there.
pub(crate) fn is_begun(files: &LogFiles, agreement: Digest, home: &Home) -> bool {
    files.there().unwrap_or(true) || home.log_file(agreement, "seen").symlink_metadata().is_ok()
}

/// Reads and verifies the log of a signed agreement, as the party in `home`.
pub(crate) fn open(exchange: &Exchange, agreement: &SignedAgreement, home: &Home) -> Result<Logged, Failure> {
    read(&exchange.log(), agreement.body(), agreement.digest(), Some(home))
}

/// The same for the log in these files, with or without a home that remembers what it saw.
pub(crate) fn read(
    there: &LogFiles,
    body: &AgreementBody,
    agreement: Digest,
    home: Option<&Home>,
) -> Result<Logged, Failure> {
    let (keeper, origin) = (keeper(body)?, origin(agreement));
    if let Some(home) = home {
        files::sweep(&home.log_dir(agreement));
        there.store.sweep(&there.cosigned(&home.party.name));
    }
    let seen = match home {
        Some(home) => seen_by(home, agreement)?,
        None => None,
    };
    // What others saw is read first: the keeper may append meanwhile, and a log only grows.
    let (mut cosigned, mut remarks) = (Vec::new(), Vec::new());
    for party in body.parties.iter().filter(|party| party.name != keeper.name) {
        match there.checkpoint(&there.cosigned(&party.name)) {
            Ok(None) => {}
            Ok(Some(signed)) if signed.verify(&origin, &keeper.routine).is_ok() => cosigned.push((party, signed)),
            _ => remarks.push(format!("the cosigned checkpoint of `{}` is not one of this log", party.name)),
        }
    }
    let place = there.place();
    let at = |e: LogError| Failure::from(e).at(&place);
    let signed = match there.checkpoint(&there.name("checkpoint"))? {
        Some(signed) => signed,
        None => {
            let truncated = |seen: &SignedCheckpoint, by: &str| LogError::Truncated {
                found: 0,
                seen: seen.claim().size,
                seen_by: by.to_owned(),
            };
            let lost = seen.as_ref().map(|seen| truncated(seen, "this home"));
            let lost = lost.or_else(|| cosigned.first().map(|(party, seen)| truncated(seen, &party.name)));
            return Err(at(lost.unwrap_or(LogError::Absent)));
        }
    };
    let current = kept(&signed, &origin, keeper).map_err(|e| e.at(&place))?;
    let view = View::read(there, current).map_err(at)?;
    if let Some(seen) = &seen {
        view.continues(seen.claim(), "this home").map_err(at)?;
    }
    let (mut witnesses, mut joined) = (Vec::new(), signed.clone());
    for (party, signed) in &cosigned {
        let cosigned_at = signed.cosigned_at(&party.routine);
        // The keeper signed it, whoever left it here: a contradiction is one, but nobody else is named for it.
        let seen_by = cosigned_at.map_or("whoever left a cosigned checkpoint here", |_| &party.name);
        view.continues(signed.claim(), seen_by).map_err(at)?;
        match cosigned_at {
            Some(at) => {
                let (name, organisation) = (party.name.clone(), plain_organisation(&party.organisation));
                witnesses.push(Witness { name, organisation, size: signed.claim().size, at });
                joined.join(signed);
            }
            None if signed.cosigned_at(&party.verifier).is_some() => {
                let wrong = party.wrong_key("cosignature", Key::Routine);
                remarks.push(format!("{}: {wrong}", wrong.code().id));
            }
            None => remarks.push(format!("the cosignature of `{}` does not hold", party.name)),
        }
    }
    let logged = Logged {
        place,
        agreement,
        signed,
        joined,
        view,
        witnesses,
        remarks,
        organisations: std::iter::once(keeper)
            .chain(&body.parties)
            .map(|party| (party.name.clone(), plain_organisation(&party.organisation)))
            .collect(),
        cosigners: body.terms.min.cosigners,
        hours: body.terms.max.checkpoint_hours,
    };
    if let Some(home) = home.filter(|_| seen.is_none_or(|seen| seen.claim() != logged.view.checkpoint())) {
        remember(home, agreement, &logged.signed, keeper)?;
    }
    Ok(logged)
}

/// Publishes this party's cosignature on what it has just verified.
pub(crate) fn cosign(
    exchange: &Exchange,
    logged: &Logged,
    home: &Home,
    now: Timestamp,
    keeper: &Party,
) -> Result<PathBuf, Failure> {
    let mut signed = logged.signed.without_cosignatures(&keeper.routine);
    home.secrets.cosign(&mut signed, now)?;
    let name = exchange.log().cosigned(&home.party.name);
    // Lost or cut, it counts for nothing, and with its next act its party writes it anew.
    exchange.store.repeat(&name, signed.to_string().as_bytes())?;
    Ok(exchange.place(&name))
}

/// The newest checkpoint that a home verified: the last line of its file, the text of the checkpoint as a JSON string.
fn seen_by(home: &Home, agreement: Digest) -> Result<Option<SignedCheckpoint>, Failure> {
    Ok(seen_lines(home, agreement)?.lines.last().and_then(|line| seen_line(line)))
}

fn seen_lines(home: &Home, agreement: Digest) -> Result<grow::Lines, Failure> {
    let read = grow::read(&home.log_file(agreement, "seen"), MAX_SEEN, |line| seen_line(line).is_some());
    read.map_err(|failure| match failure.code {
        SEEN => failure.next("restore the file from your backup; if there is none, compare the log's size and root with another party's, then move the file away"),
        _ => failure,
    })
}

fn seen_line(line: &str) -> Option<SignedCheckpoint> {
    let text: String = serde_json::from_str(line).ok()?;
    SignedCheckpoint::parse(text.as_bytes()).ok()
}

/// Keeps a checkpoint that this home verified, under the keeper's signature alone: what else stood below it, anybody may have put there.
pub(crate) fn remember(
    home: &Home,
    agreement: Digest,
    signed: &SignedCheckpoint,
    keeper: &Party,
) -> Result<(), Failure> {
    let own = signed.without_cosignatures(&keeper.routine);
    files::make_dir(&home.log_dir(agreement), Access::Private)?;
    let line = serde_json::Value::from(own.to_string()).to_string();
    grow::add_one(&home.log_file(agreement, "seen"), &seen_lines(home, agreement)?, &line)
}

/// Keeps what the keeper is about to publish: on the disk first, for it must never sign anything that contradicts it.
pub(crate) fn remember_signed(home: &Home, agreement: Digest, signed: &SignedCheckpoint) -> Result<(), Failure> {
    files::make_dir(&home.log_dir(agreement), Access::Private)?;
    let text = signed.to_string();
    files::write(&home.log_file(agreement, "signed"), text.as_bytes(), Access::Private, Existing::Replace)
}
