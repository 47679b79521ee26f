//! Facts: everything that a party can verify about an agreement and its runs, gathered once.
//!
//! Each fact is either what was verified or the failure that stood in the way, so that an act that does not depend on it goes on.
//! Nobody outside this crate can make facts but by having the office gather them from an exchange and a home.

use std::path::PathBuf;

use jiff::Timestamp;

use super::logged::Logged;
use crate::agreement::{
    Attestation, Contribution, DraftAgreement, Grant, GrantedRun, Key, Party, Permit, PermittedRun, Refusal, Resume,
    RunNumber, SignOff, SignedAgreement, Stop,
};
use crate::failure::Failure;
use crate::log::Entry;
use crate::parcel::Commitment;
use crate::primitives::Digest;
use crate::release::{Shares, Withdrawals};

/// A fact, or why it is none.
pub(crate) type Fact<T> = Result<T, Failure>;

/// Everything that was verified, as one party sees it at one time.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Facts {
    /// The clock.
    pub(crate) now: Timestamp,
    /// The party whose home it is, as its own card says.
    pub(crate) own: Party,
    /// The keys that this home holds.
    pub(crate) keys: Vec<Key>,
    /// The latest time that this home has seen in a verified artefact.
    pub(crate) seen: Fact<Timestamp>,
    /// The text, signed or not.
    pub(crate) draft: Fact<DraftAgreement>,
    /// The agreement with every signature, whatever the time.
    pub(crate) agreement: Fact<SignedAgreement>,
    /// An amendment with its parent.
    pub(crate) parent: Fact<()>,
    /// The log.
    pub(crate) log: Fact<Logged>,
    /// What is in the exchange, bears its party's signature, and is not in the log yet: looked for where the log's keeper asks how things
    /// stand.
    pub(crate) unlogged: Fact<Vec<Entry>>,
    /// Whether anything of a log is there, or was ever seen.
    pub(crate) has_log: bool,
    /// What reviewers signed.
    pub(crate) opinions: Fact<Opinions>,
    /// Attestations by reviewers that fit this agreement, schema and scheme, with the digests of their notes.
    pub(crate) attestations: Fact<Vec<(Digest, Attestation)>>,
    /// Key contributions by ordered pair.
    pub(crate) contributions: Vec<Filed<Contribution>>,
    /// Runs, the first first; at least the one that is asked about and all before it.
    pub(crate) runs: Vec<RunFacts>,
    /// What this home knows to have published itself.
    pub(crate) own_acts: Fact<Vec<Entry>>,
}

/// An artefact of one party for another, if it is there.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Filed<T> {
    /// Whose.
    pub(crate) from: String,
    /// For or about whom; `-` for nobody in particular.
    pub(crate) to: String,
    /// The artefact, verified; nothing if it is not there.
    pub(crate) found: Fact<Option<T>>,
}

impl<T> Filed<T> {
    /// Whether it is there, right or wrong.
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self.found, Ok(None))
    }

    /// What is there and holds.
    pub(crate) fn held(&self) -> Option<&T> {
        self.found.as_ref().ok().and_then(Option::as_ref)
    }
}

/// What reviewers signed about this agreement, and what this home remembers of others.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Opinions {
    /// Sign-offs in this exchange.
    pub(crate) here: Vec<SignOff>,
    /// Refusals that were ever seen, each with the agreement that it refused.
    pub(crate) refusals: Vec<Refusal>,
    /// Every sign-off that may lift one.
    pub(crate) all: Vec<SignOff>,
}

/// What there is of one run.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct RunFacts {
    /// Which.
    pub(crate) number: RunNumber,
    /// Each steward's grant.
    pub(crate) grants: Vec<Filed<Grant>>,
    /// The run with every grant.
    pub(crate) granted: Fact<GrantedRun>,
    /// Each commitment.
    pub(crate) commitments: Vec<Filed<Commitment>>,
    /// Every commitment, of a right size and not too near to an earlier one.
    pub(crate) committed: Fact<Vec<Commitment>>,
    /// Whether commitments of earlier runs that the log has are all there, to be compared with.
    pub(crate) earlier: Fact<()>,
    /// Each steward's permit.
    pub(crate) permits: Vec<Filed<Permit>>,
    /// The run with every permit, valid now.
    pub(crate) permitted: Fact<PermittedRun>,
    /// Manifests of parcels.
    pub(crate) parcels: Vec<Filed<Digest>>,
    /// Manifests of candidate pairs, by pair of agencies.
    pub(crate) pairs: Vec<Filed<Digest>>,
    /// Manifests of lists of leads: for which agency, about which.
    pub(crate) leads: Vec<Filed<Digest>>,
    /// Shares of leads, by pair of agencies.
    pub(crate) shares: Vec<Filed<Shares>>,
    /// Stops that are here or that this home remembers.
    pub(crate) stops: Fact<Vec<Stop>>,
    /// Consents to go on.
    pub(crate) resumes: Fact<Vec<Resume>>,
    /// Withdrawals that are here or that this home remembers.
    pub(crate) withdrawals: Fact<Withdrawals>,
    /// Receipts of opened leads and acknowledgements of withdrawals: all that are due.
    pub(crate) answered: Fact<()>,
    /// When the run was over; nothing while it is not.
    pub(crate) over: Fact<Option<Timestamp>>,
    /// Attestations of destruction.
    pub(crate) destroyed: Vec<Filed<()>>,
    /// What is left of it in the exchange that should not outlive it.
    pub(crate) remains: Vec<PathBuf>,
}

impl Facts {
    /// What there is of a run.
    pub(crate) fn run(&self, number: RunNumber) -> Option<&RunFacts> {
        self.runs.iter().find(|run| run.number == number)
    }

    /// The agreement, or why there is none.
    pub(crate) fn agreement(&self) -> Fact<&SignedAgreement> {
        self.agreement.as_ref().map_err(Clone::clone)
    }

    /// The log, or why there is none.
    pub(crate) fn log(&self) -> Fact<&Logged> {
        self.log.as_ref().map_err(Clone::clone)
    }

    /// This party as the agreement names it, with these very keys.
    pub(crate) fn seat(&self) -> Option<&Party> {
        let body = self.draft.as_ref().ok()?.body();
        let own = body.parties.iter().find(|party| party.name == self.own.name)?;
        (own.verifier == self.own.verifier && own.routine == self.own.routine && own.recipient == self.own.recipient)
            .then_some(own)
    }
}

impl RunFacts {
    /// The run with every permit, or why it is not permitted.
    pub(crate) fn permitted(&self) -> Fact<&PermittedRun> {
        self.permitted.as_ref().map_err(Clone::clone)
    }

    /// The run with every grant, or why it is not granted.
    pub(crate) fn granted(&self) -> Fact<&GrantedRun> {
        self.granted.as_ref().map_err(Clone::clone)
    }

    /// The commitments, or why they are not all there.
    pub(crate) fn committed(&self) -> Fact<&[Commitment]> {
        self.committed.as_deref().map_err(Clone::clone)
    }
}
