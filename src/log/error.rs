//! What can be refused about a log.

use jiff::Timestamp;

use crate::code::codes;

/// Why a log, a checkpoint or a proof was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// No log where one is needed.
    #[error("there is no log, or it has no checkpoint")]
    Absent,
    /// More entries than a log can have.
    #[error("the checkpoint speaks of {claimed} entries, a log has at most {most}")]
    Entries {
        /// In the checkpoint.
        claimed: u64,
        /// At most.
        most: u64,
    },
    /// Not of the form of its kind.
    #[error("the log's {what} is malformed")]
    Form {
        /// What it should be.
        what: &'static str,
    },
    /// Not signed by the keeper.
    #[error("the checkpoint does not bear the signature of the log's keeper `{keeper}`")]
    Keeper {
        /// Who keeps the log.
        keeper: String,
    },
    /// Somebody else went on with the log under the keeper's key.
    #[error("the log went on from {signed} to {found} entries without this home, under the same key")]
    Keepers {
        /// Entries under the last checkpoint that this home signed.
        signed: u64,
        /// Entries now.
        found: u64,
    },
    /// Needed artefacts that are not in the log.
    #[error("the {what} of `{by}` is not in the log")]
    NotLogged {
        /// Kind of artefact.
        what: &'static str,
        /// Whose.
        by: String,
    },
    /// Logged, but cosigned checkpoints do not reach that far.
    #[error("the {what} of `{by}` is in the log, but fewer than {needed} other parties have cosigned it since")]
    NotCosigned {
        /// Kind of artefact.
        what: &'static str,
        /// Whose.
        by: String,
        /// Cosigners that are needed.
        needed: u32,
    },
    /// Logged in another order than the run demands.
    #[error("the log has the {later} of `{by}` before the {earlier} that it depends on")]
    Order {
        /// What should have come first.
        earlier: &'static str,
        /// What came first.
        later: &'static str,
        /// Whose.
        by: String,
    },
    /// The checkpoint is of another log.
    #[error("the checkpoint is of another log, `{found}`")]
    Origin {
        /// Which.
        found: String,
    },
    /// A proof that proves nothing.
    #[error("the proof of {what} does not hold")]
    Proof {
        /// Of what.
        what: &'static str,
    },
    /// Two checkpoints by the keeper that contradict each other.
    #[error(
        "split view: the keeper signed another log of {size} entries, seen by {seen_by}, than the one that is here"
    )]
    Split {
        /// Size of the other.
        size: u64,
        /// Who has it.
        seen_by: String,
    },
    /// Cosigned too long ago.
    #[error("only {fresh} of the {needed} cosignatures that are needed are younger than {hours} hours at {now}")]
    Stale {
        /// Young ones.
        fresh: usize,
        /// Needed ones.
        needed: u32,
        /// The agreed age.
        hours: u32,
        /// The clock.
        now: Timestamp,
    },
    /// Another of its kind came first.
    #[error("the log has another {what} of `{by}`, which came first and is the only one that counts")]
    Replaced {
        /// Kind of artefact.
        what: &'static str,
        /// Whose.
        by: String,
    },
    /// The machine could not read.
    #[error("the log cannot be read: {problem}")]
    Store {
        /// The machine's complaint.
        problem: String,
    },
    /// A tile that does not give what the checkpoint says.
    #[error("`{tile}` is missing, cut, half-written or changed: it does not give the signed root")]
    Torn {
        /// Its path in the log.
        tile: String,
    },
    /// Shorter than it was.
    #[error("the log has {found} entries, {seen_by} saw {seen}")]
    Truncated {
        /// Now.
        found: u64,
        /// Before.
        seen: u64,
        /// Who saw it.
        seen_by: String,
    },
}

codes! {
    of LogError {}
    Self::Absent => ABSENT = "SYM-0901", Refused,
        "nothing that depends on another party's act is done before the act is in the log, and there is no log",
        "the operator makes it with `symbolon operator log`; if there was one, ask where it went";
    Self::Entries { .. } => ENTRIES = "SYM-0920", Authenticity,
        "a checkpoint states more entries than any log has: nothing is read or allocated for it",
        "ask the log's keeper, whose signature it bears, what it is; keep it as evidence";
    Self::Form { .. } => FORM = "SYM-0902", Authenticity,
        "a checkpoint or an entry is not of the one form that the log has (docs/formats/log.md)",
        "fetch the log again; if it stays so, its keeper or somebody on the way has changed it";
    Self::Keeper { .. } => KEEPER = "SYM-0903", Authenticity,
        "the checkpoint is not signed by the party that keeps this log",
        "fetch the log again; another operator's log is none of this agreement";
    Self::Keepers { .. } => KEEPERS = "SYM-0904", Authenticity,
        "two homes with one key append to one log: sooner or later it would split",
        "find the other copy of the operator's key and decide which home goes on; nothing was appended";
    Self::NotLogged { .. } => NOT_LOGGED = "SYM-0905", Refused,
        "an artefact that this act depends on is in the exchange, but not in the log",
        "the operator runs `symbolon operator log`, then other parties `symbolon log cosign`";
    Self::NotCosigned { .. } => NOT_COSIGNED = "SYM-0906", Refused,
        "too few parties other than keeper and reader have verified the log since the artefact was logged",
        "ask other parties to run `symbolon log cosign`";
    Self::Order { .. } => ORDER = "SYM-0907", Refused,
        "the log shows that something was consented to before it was there",
        "withdraw: the party that signed too early must explain; a new run can be granted";
    Self::Origin { .. } => ORIGIN = "SYM-0908", Authenticity,
        "the checkpoint belongs to the log of another agreement",
        "check --exchange";
    Self::Proof { .. } => PROOF = "SYM-0909", No,
        "the proof does not lead from the entry or the older log to the signed root",
        "ask its sender for another; if none holds, the entry is not in that log";
    Self::Replaced { .. } => REPLACED = "SYM-0915", Authenticity,
        "there is one contribution, grant, commitment, parcel, file of pairs, list of leads and set of shares for each run and direction, for ever: what was logged first",
        "put back what was logged first (`symbolon log show` has its digest); another list needs another run";
    Self::Split { .. } => SPLIT = "SYM-0910", Authenticity,
        "the keeper has signed two logs that contradict each other and shows different parties different ones",
        "stop the run; the two signed checkpoints prove it: keep both and tell every party";
    Self::Stale { .. } => STALE = "SYM-0911", Refused,
        "the log was not verified by enough other parties within the agreed time, so a newer state could be withheld",
        "ask other parties to run `symbolon log cosign`, and check this machine's clock";
    Self::Store { .. } => STORE = "SYM-0912", Bug,
        "a file of the log could not be read",
        "mend permissions or fetch the log again";
    Self::Torn { .. } => TORN = "SYM-0913", Authenticity,
        "a tile of the log is missing, cut, half-written or changed",
        "fetch the log again; the operator, who keeps it, repeats `symbolon operator log`";
    Self::Truncated { .. } => TRUNCATED = "SYM-0914", Authenticity,
        "the log is shorter than it was when somebody verified it: entries were taken away, or an old copy was put back",
        "fetch the log again; if it stays short, stop the run and show both checkpoints to every party";
}
