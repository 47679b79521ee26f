//! Release: from what was found to what an agency may know.
//!
//! ```text
//! Linked ─ seal ═► CandidatePairs ─ Screen::apply ─► Found ─ issue ═► LeadList + Shares
//!          (operator)               (guardian)                           │ consent, once a holder
//!                                                       Consents::gather ─► LeadList::lead ─► Lead ─► ReceiptList
//! ```
//!
//! - Where the agreement has a guardian, the operator's pairs go to it alone ([`CandidatePairs`]); it drops pairs (`guardian.rs`) and
//!   issues the lists, and no other signature is accepted on them.
//! - Each lead is sealed under a key of its own, which is in shares (`shares.rs`): an officer of each of the two agencies, and the reviewers
//!   that the terms ask for, release it, each with own reasons, in lists that cover every slot ([`ConsentList`]).
//! - A list always has the same number of entries, leads and fillers, so that nobody on the way learns how many there are.
//! - What became of leads, and which records are withdrawn, is said in signed notes ([`ReceiptList`], [`Withdrawal`]); [`standing`] has
//!   the states of a lead, [`lists`] the order of lists.

mod consent;
pub mod destruction;
mod error;
#[cfg(feature = "guardian")]
mod guardian;
pub(crate) mod leads;
pub mod lists;
mod outcome;
pub(crate) mod pairs;
mod reasons;
mod receipts;
mod shares;
pub mod standing;
mod withdrawals;

pub use consent::{Consent, ConsentList, Consents, holder_of};
pub use error::{CODES, ReleaseError};
#[cfg(feature = "guardian")]
pub use guardian::{COIN_PERMILLE, Coin, Register, Screen, suppress_at};
pub use leads::{Band, Issued, Lead, LeadList, issue, lead_id};
pub use outcome::{Evidence, Outcome};
pub use pairs::{Candidate, CandidatePairs};
pub use reasons::Reasons;
pub use receipts::{Answer, Answers, ReceiptList};
pub use shares::{Holder, Shares, holders, issuer, pair_of};
pub use withdrawals::{Withdrawal, Withdrawals};

use crate::parcel::Handle;
use crate::primitives::Digest;

/// A pair that may be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Handles of the two agencies, in the agreement's order.
    pub handles: [Handle; 2],
    /// How sure the link is: all that an agency learns of its score.
    pub band: Band,
}

/// How a withdrawal names a handle: `SHA-256("symbolon/v1/withdrawal" ‖ handle)`, cut to 16 bytes.
pub fn withdrawal(handle: Handle) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&Digest::of_parts(&[b"symbolon/v1/withdrawal", &handle.0]).0[..16]);
    short
}

#[cfg(all(test, feature = "operator", feature = "guardian"))]
mod tests;
