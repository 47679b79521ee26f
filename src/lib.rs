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
//! [`release`], `lab`, [`outcome`] (what acts give, as types), [`office`] (what parties do), [`cli`]. A room imports only rooms before it;
//! `tests/layers` holds that.
//!
//! Whatever signs, seals, opens or issues asks for a [`Cleared`](cleared::Cleared) of that act, which only the gate makes: no caller skips
//! a check. [`office::acts`] are the way to one: each gathers what there is, has the gate judge it, acts, and notes in the party's home what
//! it published.
//!
//! # Promises that the compiler keeps
//!
//! Each pair differs in one place: the first compiles, the second does not.
//!
//! Keys come from a run that every steward granted, not from a signed agreement alone:
//!
//! ```
//! # use symbolon::{agreement::*, cleared::*};
//! fn key(run: &GrantedRun, secrets: &PartySecrets, cleared: &Cleared<by::Encode>, own: &Contribution, other: &Contribution) {
//!     let _ = PairKey::derive(run, secrets, cleared, own, other);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*};
//! fn key(run: &SignedAgreement, secrets: &PartySecrets, cleared: &Cleared<by::Encode>, own: &Contribution, other: &Contribution) {
//!     let _ = PairKey::derive(run, secrets, cleared, own, other);
//! }
//! ```
//!
//! A parcel opens in a run that every steward permitted, not in one that was merely granted:
//!
//! ```
//! # use symbolon::{agreement::*, cleared::*, parcel::*};
//! fn open(parcel: ReceivedParcel, run: &PermittedRun, secrets: &PartySecrets, cleared: &Cleared<by::Link>, commitment: &Commitment) {
//!     let _ = parcel.open(run, secrets, cleared, commitment);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*, parcel::*};
//! fn open(parcel: ReceivedParcel, run: &GrantedRun, secrets: &PartySecrets, cleared: &Cleared<by::Link>, commitment: &Commitment) {
//!     let _ = parcel.open(run, secrets, cleared, commitment);
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
//! # use symbolon::{agreement::*, cleared::*, encoding::*, parcel::*, records::*};
//! fn send(records: EncodedRecords, run: &GrantedRun, secrets: &PartySecrets, shown: (&Cleared<by::Encode>, &Within<by::Encode>)) {
//!     let _ = seal(records, run, secrets, shown, "partner");
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*, encoding::*, parcel::*, records::*};
//! fn send(records: ScreenedRecords, run: &GrantedRun, secrets: &PartySecrets, shown: (&Cleared<by::Encode>, &Within<by::Encode>)) {
//!     let _ = seal(records, run, secrets, shown, "partner");
//! }
//! ```
//!
//! And only where the gate let this agency encode, not where it let it do something else:
//!
//! ```
//! # use symbolon::{agreement::*, cleared::*, encoding::*, parcel::*};
//! fn send(records: EncodedRecords, run: &GrantedRun, secrets: &PartySecrets, cleared: &Cleared<by::Encode>, within: &Within<by::Encode>) {
//!     let _ = seal(records, run, secrets, (cleared, within), "partner");
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*, encoding::*, parcel::*};
//! fn send(records: EncodedRecords, run: &GrantedRun, secrets: &PartySecrets, cleared: &Cleared<by::Join>, within: &Within<by::Encode>) {
//!     let _ = seal(records, run, secrets, (cleared, within), "partner");
//! }
//! ```
//!
//! And only of a list that was judged by the agreement's limits:
//!
//! ```
//! # use symbolon::{agreement::*, cleared::*, encoding::*, parcel::*};
//! fn send(records: EncodedRecords, run: &GrantedRun, secrets: &PartySecrets, cleared: &Cleared<by::Encode>, limit: &Within<by::Encode>) {
//!     let _ = seal(records, run, secrets, (cleared, limit), "partner");
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*, encoding::*, parcel::*};
//! fn send(records: EncodedRecords, run: &GrantedRun, secrets: &PartySecrets, cleared: &Cleared<by::Encode>, limit: &()) {
//!     let _ = seal(records, run, secrets, (cleared, limit), "partner");
//! }
//! ```
//!
//! A steward permits what it was let permit, not what it was let grant:
//!
//! ```
//! # use symbolon::{agreement::*, cleared::*};
//! fn permit(run: &GrantedRun, secrets: &PartySecrets, cleared: &Cleared<by::Permit>, commitments: Vec<CommitmentRef>) {
//!     let _ = Permit::issue(run, secrets, cleared, commitments, 48);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*};
//! fn permit(run: &GrantedRun, secrets: &PartySecrets, cleared: &Cleared<by::Grant>, commitments: Vec<CommitmentRef>) {
//!     let _ = Permit::issue(run, secrets, cleared, commitments, 48);
//! }
//! ```
//!
//! Candidate pairs open to a guardian that was let screen them:
//!
//! ```
//! # use symbolon::{agreement::*, cleared::*, release::*};
//! fn pairs(file: Vec<u8>, run: &PermittedRun, secrets: &PartySecrets, cleared: &Cleared<by::Screen>) {
//!     let _ = CandidatePairs::open(file, run, secrets, cleared, ["one", "other"]);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*, release::*};
//! fn pairs(file: Vec<u8>, run: &PermittedRun, secrets: &PartySecrets, cleared: &Cleared<by::Link>) {
//!     let _ = CandidatePairs::open(file, run, secrets, cleared, ["one", "other"]);
//! }
//! ```
//!
//! Leads are issued by who screened, or linked without a guardian, and by nobody else:
//!
//! ```
//! # use symbolon::{agreement::*, cleared::*, primitives::Entropy, release::*};
//! fn leads(agreement: &SignedAgreement, secrets: &PartySecrets, cleared: &Cleared<by::Screen>, entropy: &mut Entropy) {
//!     let _ = issue(agreement, secrets, (cleared, &()), ["one", "other"], &[], entropy);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*, primitives::Entropy, release::*};
//! fn leads(agreement: &SignedAgreement, secrets: &PartySecrets, cleared: &Cleared<by::Queue>, entropy: &mut Entropy) {
//!     let _ = issue(agreement, secrets, (cleared, &()), ["one", "other"], &[], entropy);
//! }
//! ```
//!
//! A list of leads opens to an agency that was let open it:
//!
//! ```
//! # use symbolon::{agreement::*, cleared::*, release::*};
//! fn leads(file: Vec<u8>, agreement: &SignedAgreement, secrets: &PartySecrets, cleared: &Cleared<by::Open>, shares: Shares) {
//!     let _ = LeadList::open(file, agreement, secrets, cleared, "partner", shares);
//! }
//! ```
//! ```compile_fail
//! # use symbolon::{agreement::*, cleared::*, release::*};
//! fn leads(file: Vec<u8>, agreement: &SignedAgreement, secrets: &PartySecrets, cleared: &Cleared<by::Receipt>, shares: Shares) {
//!     let _ = LeadList::open(file, agreement, secrets, cleared, "partner", shares);
//! }
//! ```
//!
//! Nobody outside this crate makes a witness, or says that a result keeps the limits:
//!
//! ```
//! # use symbolon::{cleared::*, primitives::Digest};
//! fn again(cleared: &Cleared<by::Grant>) -> (Digest, u32) {
//!     (cleared.agreement(), cleared.run())
//! }
//! ```
//! ```compile_fail,E0624
//! # use symbolon::{cleared::*, primitives::Digest};
//! fn again(cleared: &Cleared<by::Grant>) -> Cleared<by::Grant> {
//!     Cleared::<by::Grant>::witness(cleared.agreement(), cleared.run(), cleared.party(), cleared.now())
//! }
//! ```
//! ```compile_fail,E0624
//! # use symbolon::{cleared::*, primitives::Digest};
//! fn judged(cleared: &Cleared<by::Link>) -> Within<by::Link> {
//!     Within::<by::Link>::judged(cleared.agreement(), cleared.run(), 0)
//! }
//! ```
//!
//! Nor invents an act, to have the gate clear it under another's name:
//!
//! ```compile_fail,E0277
//! enum Mine {}
//! impl symbolon::cleared::Kind for Mine {
//!     const ACT: symbolon::cleared::Act = symbolon::cleared::Act::Stop;
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
//! Keys, encodings before they are sealed, and witnesses of the gate cannot be copied:
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
//! copies::<symbolon::cleared::Cleared<symbolon::cleared::by::Grant>>();
//! ```
//! ```compile_fail
//! fn copies<T: Clone>() {}
//! copies::<symbolon::cleared::Within<symbolon::cleared::by::Link>>();
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

pub mod failure;

mod gate;

#[cfg(feature = "agency")]
pub mod lab;

pub mod outcome;

#[cfg(feature = "reviewer")]
pub mod report;

pub mod office;

pub mod cli;
