//! What can be refused about screening, leads and their release.

use jiff::Timestamp;

use crate::agreement::AgreementError;
use crate::code::codes;
use crate::note::NoteError;
use crate::parcel::ParcelError;

/// Why screening, or the release of a lead, was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// The agreement, a key or a consent.
    #[error(transparent)]
    Agreement(#[from] AgreementError),
    /// A second outcome of one lead.
    #[error("this agency has said already what became of lead {slot} with `{partner}`")]
    Answered {
        /// Number of the lead, from 1.
        slot: u32,
        /// Name of the partner agency.
        partner: String,
    },
    /// A planted pair came through screening.
    #[error("a planted pair of the register came through screening: nothing was signed")]
    Canary,
    /// A planted person came out as a lead.
    #[error(
        "a person that the reviewers planted came out as a lead with `{partner}`, row {row}: the guardian does not keep out whom it must"
    )]
    CanarySeen {
        /// Row of the agency's own file.
        row: u64,
        /// Name of the partner agency.
        partner: String,
    },
    /// A register with nobody in it.
    #[error("the register has no record that can be encoded")]
    EmptyRegister,
    /// Evidence that is missing, or where there is none.
    #[error("{problem}")]
    Evidence {
        /// What does not hold, in words.
        problem: &'static str,
    },
    /// Two lists of one number.
    #[error("`{of}` has published two lists of number {number} that contradict each other")]
    Fork {
        /// Name of the party whose list it is.
        of: String,
        /// Number of the list, from 1.
        number: u32,
    },
    /// A tombstone that is newer than the list.
    #[error("agency `{by}` withdrew a record at {at}, after these leads were issued")]
    Frozen {
        /// Name of the agency that withdrew.
        by: String,
        /// When it was withdrawn (UTC).
        at: Timestamp,
    },
    /// A consent that is missing.
    #[error("lead {slot} of {first} and {second} needs the consent of `{holder}`")]
    Incomplete {
        /// Which lead of the list.
        slot: u32,
        /// Name of the agency that the agreement names first.
        first: String,
        /// Name of the agency that the agreement names second.
        second: String,
        /// Whose consent is missing.
        holder: String,
    },
    /// The time of the leads is over.
    #[error("these leads lapsed at {expires}")]
    Lapsed {
        /// When the leads lapsed (UTC).
        expires: Timestamp,
    },
    /// A list of consents or receipts that does not hold.
    #[error("the lists of `{of}` {problem}")]
    List {
        /// Name of the party whose list it is.
        of: String,
        /// What is wrong with them.
        problem: &'static str,
    },
    /// A party that holds no share.
    #[error("`{name}` holds no share of the leads of {first} and {second}")]
    NoShare {
        /// Name of the party that acts.
        name: String,
        /// Name of the agency that the agreement names first.
        first: String,
        /// Name of the agency that the agreement names second.
        second: String,
    },
    /// A number beyond the list.
    #[error("there is no lead {slot}: the list has {slots}, counted from 1")]
    NoSlot {
        /// The number that was given.
        slot: u32,
        /// How many slots the list has, numbered from 1.
        slots: u32,
    },
    /// A note of this room.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A sealed file.
    #[error(transparent)]
    Parcel(#[from] ParcelError),
    /// Reasons that say nothing.
    #[error("the reasons {problem}")]
    Reasons {
        /// What is wrong with them.
        problem: &'static str,
    },
    /// A share that is not the issuer's.
    #[error("the share that `{holder}` released is not the one that was issued")]
    Share {
        /// The holder: an organisation of officers, or a reviewer.
        holder: String,
    },
    /// Content that does not open with all shares.
    #[error("lead {slot} does not open, although every share is the one that was issued")]
    Slot {
        /// Number of the lead, from 1.
        slot: u32,
    },
    /// More pairs than may be released.
    #[error("{found} pairs, the terms allow {most}")]
    TooMany {
        /// How many there are.
        found: usize,
        /// The greatest number that is admitted.
        most: u32,
    },
    /// Two consents of one holder.
    #[error("`{holder}` has released lead {slot} already: two officers of one organisation are one consent")]
    Twice {
        /// The holder: an organisation of officers, or a reviewer.
        holder: String,
        /// Number of the lead, from 1.
        slot: u32,
    },
}

codes! {
    of ReleaseError {
        Self::Agreement(error) => error.code(),
        Self::Note(error) => error.code(),
        Self::Parcel(error) => error.code(),
    }
    Self::Answered { .. } => ANSWERED = "SYM-1017", Refused,
        "what became of a lead is said once; a later list of receipts only adds to an earlier one",
        "nothing is left to do for this lead";
    Self::Canary => CANARY = "SYM-1001", Bug,
        "before it signs, the guardian screens disturbed copies of its own records; one of them came through, so screening does not protect",
        "use the program as it was published; if it is, please report it";
    Self::CanarySeen { .. } => CANARY_SEEN = "SYM-1014", Refused,
        "reviewers plant invented people in the agencies' files and in the register; one that comes out shows that screening is skipped or broken, so no lead of the run is shown",
        "tell the reviewers; a steward: `symbolon steward stop --reason incident`";
    Self::EmptyRegister => EMPTY_REGISTER = "SYM-1002", Data,
        "a register without a record would protect nobody, and everything would be signed",
        "check the file and its column map";
    Self::Evidence { .. } => EVIDENCE = "SYM-1013", Refused,
        "verified and refuted leads rest on evidence that is independent of the link; no other outcome has any",
        "the agency states on what it rests, for example `symbolon agency receipt LEAD --outcome verified --evidence partner-answer`, or no evidence with another outcome";
    Self::Fork { .. } => FORK = "SYM-1016", Authenticity,
        "lists of consents and receipts are numbered, and of each number there is one: two would show different parties different things",
        "keep both files: they prove it. A list that is not in the log can be taken out of the exchange; if both are logged, stop the run";
    Self::Frozen { .. } => FROZEN = "SYM-1003", Refused,
        "a record was withdrawn after the leads were issued: no further lead of that list is released",
        "leads are issued once: what is sealed of that list stays sealed, and a new run may find the pairs again";
    Self::Incomplete { .. } => INCOMPLETE = "SYM-1004", Refused,
        "a lead opens with the consent of an officer of each of the two agencies, and of the reviewers that the protocol names",
        "each officer and reviewer with a share: `symbolon officer release --between A,B --lead N --reasons FILE`; then the operator: `symbolon operator log`";
    Self::Lapsed { .. } => LAPSED = "SYM-1005", Refused,
        "leads are forgotten after the agreement's `max.lead_days`; nothing opens or is released after that",
        "a new run may find the pair again";
    Self::List { .. } => LIST = "SYM-1015", Authenticity,
        "lists of consents and receipts cover every slot of an issue, name the list before them and only add to it (docs/formats/consents.md)",
        "ask the party that is named; if a file was lost, put it back into the exchange";
    Self::NoShare { .. } => NO_SHARE = "SYM-1006", Refused,
        "only officers of the two agencies, and the reviewers that the protocol names, hold a share of a lead",
        "check --home and --between";
    Self::NoSlot { .. } => NO_SLOT = "SYM-1007", Usage,
        "leads of a list are numbered from 1",
        "`symbolon officer queue` lists them, for officers and reviewers with a share";
    Self::Reasons { .. } => REASONS = "SYM-1008", Refused,
        "whoever releases a lead records own reasons first: at least 40 characters, and not those of another lead",
        "write for each lead why it may be opened: the case, who decided, why nothing milder does";
    Self::Share { .. } => SHARE = "SYM-1009", Authenticity,
        "a released share has another digest than the issuer published",
        "ask the holder to release again with the published program";
    Self::Slot { .. } => SLOT = "SYM-1010", Authenticity,
        "a lead was sealed under another key than its shares make, or was changed",
        "ask the guardian, or the operator where there is none, to issue the list again";
    Self::TooMany { .. } => TOO_MANY = "SYM-1011", Refused,
        "more pairs than `max.leads` are never released",
        "tell the reviewers";
    Self::Twice { .. } => TWICE = "SYM-1012", Refused,
        "each organisation consents once; a second consent of the same one adds nothing",
        "ask an officer of the other organisation";
}
