//! Symbolon: privacy-preserving record linkage across borders.
//!
//! ```text
//!  AGENCY A (own premises)                 OPERATOR (no keys, no names)           AGENCY A, AGENCY B
//!  file ─► RawRecords ─► ScreenedRecords
//!              │ screen        │ encode
//!              ▼               ▼
//!        quarantine      EncodedRecords ── seal ═► ReceivedParcel ─► OpenedParcel
//!        (stays here)    handle map stays here               │ link
//!  AGENCY B the same ═══════════════════════════════════════►│
//!                                                            ▼
//!  STEWARDS  Grant, then Permit of the Commitments      Linked ═► CandidatePairs
//!  GUARDIAN  drops pairs of protected people               Found ── issue ═► LeadList
//!  OFFICERS  of both agencies, and a reviewer           Consents ──────────► Lead, one at a time
//! ```
//!
//! One signed agreement names the protocol, the fields, the limits and the term: `DraftAgreement → SignedAgreement → GrantedRun →
//! PermittedRun`. Each type is the only way to the next, so that the wrong order does not compile. Rooms, from the ground up:
//! [`primitives`] (every cryptographic call), [`note`] (signed texts), [`log`] (the append-only log), [`protocol`] (the documents that are enforced),
//! [`agreement`] (states, keys, permits), [`figures`] (shapes of what is measured), `records` and `encoding` (agencies only), [`parcel`], `linkage` (operators only),
//! [`release`], `lab`, [`outcome`] (what acts give, as types), [`cli`]. A room imports only rooms before it; `tests/layers.rs` holds that.
//!
//! # Promises that the compiler keeps
//!
//! Each pair differs in one place: the first compiles, the second does not.
//!
//! Keys come from a run that every steward granted, not from a signed agreement alone:
//!
//! ```
//! # use symbolon::agreement::*;
//! fn key(run: &GrantedRun, secrets: &PartySecrets, own: &Contribution, other: &Contribution) {
//!     let _ = PairKey::derive(run, secrets, own, other);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::agreement::*;
//! fn key(run: &SignedAgreement, secrets: &PartySecrets, own: &Contribution, other: &Contribution) {
//!     let _ = PairKey::derive(run, secrets, own, other);
//! }
//! ```
//!
//! A parcel opens in a run that every steward permitted, not in one that was merely granted:
//!
//! ```
//! # use symbolon::{agreement::*, parcel::*};
//! fn open(parcel: ReceivedParcel, run: &PermittedRun, secrets: &PartySecrets, commitment: &Commitment) {
//!     let _ = parcel.open(run, secrets, commitment);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, parcel::*};
//! fn open(parcel: ReceivedParcel, run: &GrantedRun, secrets: &PartySecrets, commitment: &Commitment) {
//!     let _ = parcel.open(run, secrets, commitment);
//! }
//! ```
//!
//! What is compared was opened, not merely received:
//!
//! ```
//! # use symbolon::{linkage::*, parcel::*};
//! fn link(a: OpenedParcel, b: OpenedParcel, plan: &Plan, progress: Progress<'_>) {
//!     let _ = symbolon::linkage::link(a, b, plan, progress);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{linkage::*, parcel::*};
//! fn link(a: ReceivedParcel, b: OpenedParcel, plan: &Plan, progress: Progress<'_>) {
//!     let _ = symbolon::linkage::link(a, b, plan, progress);
//! }
//! ```
//!
//! Only screened records are encoded:
//!
//! ```
//! # use symbolon::{encoding::*, parcel::size_class, primitives::Entropy, records::*};
//! fn encode_all(records: ScreenedRecords, encoders: &[Encoder], tags: &Tags, entropy: &mut Entropy) {
//!     let _ = encode(records, encoders, tags, size_class, entropy);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{encoding::*, parcel::size_class, primitives::Entropy, records::*};
//! fn encode_all(records: RawRecords, encoders: &[Encoder], tags: &Tags, entropy: &mut Entropy) {
//!     let _ = encode(records, encoders, tags, size_class, entropy);
//! }
//! ```
//!
//! Only encoded records are sealed:
//!
//! ```
//! # use symbolon::{agreement::*, encoding::*, parcel::*, records::*};
//! fn send(records: EncodedRecords, run: &GrantedRun, secrets: &PartySecrets, now: jiff::Timestamp) {
//!     let _ = seal(records, run, secrets, "partner", now);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, encoding::*, parcel::*, records::*};
//! fn send(records: ScreenedRecords, run: &GrantedRun, secrets: &PartySecrets, now: jiff::Timestamp) {
//!     let _ = seal(records, run, secrets, "partner", now);
//! }
//! ```
//!
//! A lead opens with everybody's consents, not with one:
//!
//! ```
//! # use symbolon::release::*;
//! fn open(list: &LeadList, consents: &Consents<'_>) {
//!     let _ = list.lead(consents);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::release::*;
//! fn open(list: &LeadList, consents: &Consent) {
//!     let _ = list.lead(consents);
//! }
//! ```
//!
//! Keys, and encodings before they are sealed, cannot be copied:
//!
//! ```
//! fn copies<T: Clone>() {}
//! copies::<symbolon::primitives::Digest>();
//! ```
//! ```compile_fail
//! fn copies<T: Clone>() {}
//! copies::<symbolon::agreement::PairKey>();
//! ```
//! ```compile_fail
//! fn copies<T: Clone>() {}
//! copies::<symbolon::encoding::EncodedRecords>();
//! ```
//! ```compile_fail
//! fn copies<T: Clone>() {}
//! copies::<symbolon::release::Register>();
//! ```
//!
//! Nor can records be serialised:
//!
//! ```
//! fn writes<T: serde::Serialize>() {}
//! writes::<symbolon::records::ScreeningReport>();
//! ```
//! ```compile_fail
//! fn writes<T: serde::Serialize>() {}
//! writes::<symbolon::records::ScreenedRecords>();
//! ```
//! ```compile_fail
//! fn writes<T: serde::Serialize>() {}
//! writes::<symbolon::release::Register>();
//! ```
#![cfg_attr(not(feature = "lab"), allow(dead_code, reason = "role builds leave out callers of shared functions"))]

pub mod code;

pub mod interval;

pub mod primitives;

mod text;

pub mod note;

pub mod log;

pub mod protocol;

pub mod cleared;

pub mod agreement;

pub mod figures;

#[cfg(feature = "agency")]
pub mod records;

#[cfg(feature = "agency")]
pub mod encoding;

pub mod parcel;

#[cfg(feature = "operator")]
pub mod linkage;

pub mod release;

mod failure;

mod gate;

#[cfg(feature = "agency")]
pub mod lab;

pub mod outcome;

#[cfg(feature = "reviewer")]
pub mod report;

mod office;

pub mod cli;
