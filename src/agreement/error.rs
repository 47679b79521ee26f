//! What can be refused about agreements, keys and permits.

use jiff::Timestamp;

use super::Key;
use crate::code::codes;
use crate::note::NoteError;
use crate::protocol::{ProtocolError, Wider};

/// Why an agreement, a key or a permit was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// An amendment that is not within its parent.
    #[error("an amendment may only tighten: {0}")]
    Amendment(Wider),
    /// Made for another agreement.
    #[error("the {artefact} was made for another agreement, sha256:{found}")]
    AnotherAgreement {
        /// What was offered, by its kind: `grant`, `permit`, `commitment`.
        artefact: &'static str,
        /// Which agreement it names, shortened.
        found: String,
    },
    /// Made for another run.
    #[error("the {artefact} was made for run {found}, this is run {run}")]
    AnotherRun {
        /// What was offered, by its kind: `grant`, `permit`, `commitment`.
        artefact: &'static str,
        /// Number of the run that it names.
        found: u32,
        /// Number of the run that is meant.
        run: u32,
    },
    /// The clock is behind something that was already seen.
    #[error("this machine's clock says {now}, but {seen} was already seen")]
    ClockBehind {
        /// Time by the clock of this machine (UTC).
        now: Timestamp,
        /// The latest time in a verified artefact.
        seen: Timestamp,
    },
    /// The commitments that a permit names are not those that are there.
    #[error("steward `{steward}` permitted other commitments than those at hand, or not all of them")]
    Commitments {
        /// Name of the steward whose permit it is.
        steward: String,
    },
    /// A diffusion below the least.
    #[error("`schema.encoding.diffusion` is {agreed}, the terms need at least {least}")]
    Diffusion {
        /// What the schema says.
        agreed: u16,
        /// The least that the terms admit.
        least: u32,
    },
    /// The term is over.
    #[error("agreement `{agreement}` expired at {at}")]
    Expired {
        /// The agreement's short name.
        agreement: String,
        /// End of the term (UTC).
        at: Timestamp,
    },
    /// A field that the terms do not admit.
    #[error("field `{field}` is not admitted by the terms")]
    Field {
        /// The field's name, as in a schema.
        field: &'static str,
    },
    /// A home that holds only the other key.
    #[error("this home does not hold the {} key of `{name}`", key.name())]
    KeyAbsent {
        /// Name of the party whose key it is.
        name: String,
        /// The one of its two keys that is needed.
        key: Key,
    },
    /// A key file that cannot be used.
    #[error("the key file of `{name}` is unfit: empty, cut, too weak or not a key file")]
    KeyFile {
        /// Name of the party whose key it is.
        name: String,
    },
    /// A legal basis that is not `INSTRUMENT; ARTICLE`.
    #[error("a legal basis is written `INSTRUMENT; ARTICLE`")]
    LegalBasisForm,
    /// An amendment without the agreement that it amends, or with another.
    #[error("`{agreement}` amends the agreement sha256:{parent}, which is not at hand, fully signed")]
    Parent {
        /// The amendment's short name.
        agreement: String,
        /// Digest of what it amends, shortened.
        parent: String,
    },
    /// A party's name that is not plain.
    #[error(
        "`{name}` cannot be a name: 1 to 64 of a-z, 0-9, `-` and `.`, each part between points beginning with a letter and ending without `-`, and nowhere `--`"
    )]
    Name {
        /// The name as it was given.
        name: String,
    },
    /// Another normalisation.
    #[error("the schema's normalisation is `{agreed}`, this program has `{present}`")]
    Normalisation {
        /// What the schema says.
        agreed: String,
        /// What this program has.
        present: &'static str,
    },
    /// An agency without an officer.
    #[error("agency `{agency}` has no officer: nobody could release its leads")]
    NoOfficer {
        /// Name of the agency.
        agency: String,
    },
    /// Not named in the agreement.
    #[error("`{name}` is not a {role} of this agreement")]
    NotAParty {
        /// Name of the party that acts.
        name: String,
        /// The role that it would need, in a word.
        role: &'static str,
    },
    /// Two parties of one organisation that must be independent.
    #[error("`{party}` and `{other}` belong to one organisation, but must be independent")]
    NotIndependent {
        /// Name of the one.
        party: String,
        /// Name of the other.
        other: String,
    },
    /// The signatures of a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The term has not begun.
    #[error("agreement `{agreement}` begins at {from}")]
    NotYet {
        /// The agreement's short name.
        agreement: String,
        /// First moment of the term or permit (UTC).
        from: Timestamp,
    },
    /// An officer without an agency.
    #[error("officer `{officer}` is of no agency's organisation")]
    OfficerOfNobody {
        /// Name of the officer.
        officer: String,
    },
    /// The agreement names the party with another key than it holds.
    #[error("the agreement names `{name}` with other keys than those in this home")]
    OtherKey {
        /// Name of the party that acts.
        name: String,
    },
    /// Too few or too many parties of a role.
    #[error("the agreement names {found} of role {role}; it needs {least} to {most}")]
    PartyCount {
        /// The role, in a word.
        role: &'static str,
        /// How many there are.
        found: u32,
        /// The least number that is admitted.
        least: u32,
        /// The greatest number that is admitted.
        most: u32,
    },
    /// A card that contradicts itself.
    #[error("party `{party}` is unfit: {problem}")]
    PartyUnfit {
        /// Name of the party.
        party: String,
        /// What does not hold, in words; quotes nothing of a record.
        problem: &'static str,
    },
    /// A permit that is not valid now.
    #[error("the permit of steward `{steward}` is valid from {from} to {to}, it is {now}")]
    PermitTime {
        /// Name of the steward who gave it, as the agreement has it.
        steward: String,
        /// First moment of the term or permit (UTC).
        from: Timestamp,
        /// End of the permit (UTC).
        to: Timestamp,
        /// Time by the clock of this machine (UTC).
        now: Timestamp,
    },
    /// A permit for longer than may be.
    #[error("a permit of {hours} hours is longer than the {allowed} that the terms allow")]
    PermitTooLong {
        /// Hours asked for.
        hours: u64,
        /// The most that the terms allow, in the same unit.
        allowed: u32,
    },
    /// A political text as legal basis.
    #[error("party `{party}` cites a political text as its legal basis")]
    PoliticalBasis {
        /// Name of the party.
        party: String,
    },
    /// The protocol is unknown or of another version.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// Record-level output about people at a setting whose recall of suppression is not known to suffice.
    #[error("leads about people by {identifiers} are refused: the guardian's recall in this encoding {problem}")]
    Recall {
        /// The fields that say who a person is.
        identifiers: String,
        /// What is known of the recall.
        problem: String,
    },
    /// Reviewers of one kind only.
    #[error("reviewers of both kinds must sign: data-protection and protection")]
    ReviewerKind,
    /// A run number beyond the terms.
    #[error("run {run} is beyond the {allowed} runs of the terms")]
    RunNumber {
        /// Number of the run asked for, from 1.
        run: u32,
        /// The most that the terms allow, in the same unit.
        allowed: u32,
    },
    /// A reviewer's refusal is in force.
    #[error("`{reviewer}` has refused this or something narrower on {since}, until {until}: {term}")]
    Refused {
        /// Name of the reviewer.
        reviewer: String,
        /// When it was signed (UTC).
        since: Timestamp,
        /// When the refusal ends (UTC), if it is not lifted before.
        until: Timestamp,
        /// The term that is not tighter than in what was refused.
        term: String,
    },
    /// Fewer reviewers have signed off, or attested, than the terms need.
    #[error("{found} reviewers have {what} that is in force and in the log, the terms need {needed}")]
    ReviewMissing {
        /// `a sign-off` or `an attestation`.
        what: &'static str,
        /// How many there are.
        found: u32,
        /// How many the terms need.
        needed: u32,
    },
    /// A sign-off that contradicts itself.
    #[error("the sign-off is unfit: {problem}")]
    SignOffUnfit {
        /// What does not hold, in words; quotes nothing of a record.
        problem: &'static str,
    },
    /// An attestation for another case than this.
    #[error("the attestation is void: its {what} is another")]
    AttestationVoid {
        /// What differs: agreement, schema, encoding or number of records.
        what: &'static str,
    },
    /// A run that is over, or that leaves one out.
    #[error("run {run} is out of order: the log has run {granted} granted by every steward and run {begun} by some")]
    RunOrder {
        /// Number of the run asked for, from 1.
        run: u32,
        /// The highest that every steward granted.
        granted: u32,
        /// The highest that any granted.
        begun: u32,
    },
    /// One name or key twice.
    #[error("party `{party}` shares its name or keys with another")]
    SamePartyTwice {
        /// Name of the party.
        party: String,
    },
    /// A schema that contradicts itself.
    #[error("the schema is unfit: {problem}")]
    Schema {
        /// What does not hold, in words; quotes nothing of a record.
        problem: &'static str,
    },
    /// A sealed secret that does not open for this party.
    #[error("the {artefact} of `{from}` does not open with this party's key")]
    Sealed {
        /// Which artefact, by its kind: `grant`, `parcel`, `leads`.
        artefact: &'static str,
        /// Name of the party that makes it.
        from: String,
    },
    /// Sealing failed in the library; nothing was made.
    #[error("sealing failed")]
    Sealing,
    /// A source of records that the terms do not admit.
    #[error("the source of party `{party}` is not admitted by the terms")]
    Source {
        /// Name of the party.
        party: String,
    },
    /// A steward has stopped the run.
    #[error("run {run} is stopped by `{steward}` since {since}: {reason}")]
    Stopped {
        /// Number of the run, from 1.
        run: u32,
        /// Name of the steward who stopped it.
        steward: String,
        /// When it was signed (UTC).
        since: Timestamp,
        /// The reason given, one of a closed list.
        reason: &'static str,
    },
    /// A term longer than may be.
    #[error("the term is {days} days, the terms allow 1 to {allowed}")]
    Term {
        /// Whole days from the beginning to the end that was asked for; negative where the end comes first.
        days: i64,
        /// The most that the terms allow, in the same unit.
        allowed: u32,
    },
    /// A witness of the gate that was given for another case.
    #[error(
        "the gate cleared `{party}` for `{act}` in run {run} of the agreement sha256:{agreement}: this is another party, run or agreement"
    )]
    NotCleared {
        /// The act, by the name that the gate has for it.
        act: &'static str,
        /// Name of the party that was cleared.
        party: String,
        /// The run; 0 for the whole agreement.
        run: u32,
        /// Beginning of the agreement's digest.
        agreement: String,
    },
    /// A result that nobody judged by the agreement's limits.
    #[error("the limits of `{act}` were judged of another result than this one of {size}")]
    NotJudged {
        /// The act, by the name that the gate has for it.
        act: &'static str,
        /// Records of a list, or links of a result.
        size: usize,
    },
    /// A needed artefact is not there.
    #[error("the {artefact} of `{from}` is not there")]
    Absent {
        /// Which artefact, by its kind: `grant`, `parcel`, `leads`.
        artefact: &'static str,
        /// Name of the party that makes it.
        from: String,
    },
    /// A term wider than the protocol's.
    #[error("{0}")]
    Wider(Wider),
    /// Signed by the right party with the wrong one of its two keys.
    #[error("the {artefact} of `{name}` is signed with its {} key, it needs the {} key", needed.other().name(), needed.name())]
    WrongKey {
        /// Name of the party whose signature it is.
        name: String,
        /// What was signed, by its kind: `permit`, `pairs`.
        artefact: &'static str,
        /// The one of the two keys that its kind needs.
        needed: Key,
    },
    /// A party acts in a role that it does not have.
    #[error("`{name}` is here as {actual}, this is for {needed}")]
    WrongRole {
        /// Name of the party that acts.
        name: String,
        /// The role that it has in the agreement.
        actual: &'static str,
        /// The role that the act needs.
        needed: &'static str,
    },
}

codes! {
    of AgreementError {
        Self::Note(error) => error.code(),
        Self::Protocol(error) => error.code(),
    }
    Self::Amendment(_) => AMENDMENT = "SYM-0438", Refused,
        "an amendment may only tighten what its parent says; whatever widens it is a new agreement, with new keys and a full review",
        "take back what the message names, or draft it without --amends: what is wider is a new agreement; of two texts `symbolon agreement diff PARENT AMENDMENT` lists everything that is";
    Self::Parent { .. } => PARENT = "SYM-0439", Refused,
        "an amendment stands on the agreement that it names, which must be there with every signature",
        "put the signed agreement that it amends in the exchange as parent.note";
    Self::AnotherAgreement { .. } => ANOTHER_AGREEMENT = "SYM-0510", Authenticity,
        "an artefact names another agreement than the one in force here",
        "check the exchange: each agreement has its own directory";
    Self::AnotherRun { .. } => ANOTHER_RUN = "SYM-0511", Authenticity,
        "an artefact names another run than the one meant",
        "check the run number and the exchange's `run-N` directory";
    Self::ClockBehind { .. } => CLOCK = "SYM-0610", Secret,
        "the clock is behind a time that was already seen in a verified artefact: permits cannot be judged by it",
        "set the clock; if it is right, ask who issued an artefact from the future";
    Self::NotCleared { .. } => NOT_CLEARED = "SYM-0530", Refused,
        "whatever signs, seals or opens asks for the gate's witness of that act, and one for another agreement, run or party lets nobody do it: no artefact is false, the act was not let",
        "clear the act for the very case in which it is done; in this program that is a bug worth reporting";
    Self::NotJudged { .. } => NOT_JUDGED = "SYM-0531", Refused,
        "what is sealed of a result must be what was judged by the agreement's limits, or less of it",
        "judge the result that is sealed; in this program that is a bug worth reporting";
    Self::Commitments { .. } => COMMITMENTS = "SYM-0512", Authenticity,
        "a permit names exactly the commitments that were there when it was given; others are there now, or some are gone",
        "ask the steward what was permitted; a new set of commitments needs a new run";
    Self::Diffusion { .. } => DIFFUSION = "SYM-0410", Refused,
        "the degree of diffusion is below the least that the terms admit: encodings would be too easy to attack",
        "raise `schema.encoding.diffusion`";
    Self::Expired { .. } => EXPIRED = "SYM-0411", Refused,
        "the agreement's term is over; nothing runs under it any more",
        "draft and sign a new agreement in an exchange of its own: expiry is not renewed by a flag";
    Self::Field { .. } => FIELD = "SYM-0412", Refused,
        "the schema names a field that the protocol or the agreement does not admit",
        "remove it from the schema";
    Self::KeyFile { .. } => KEY_FILE = "SYM-0601", Secret,
        "a key file is empty, cut, constant or not a key file; its content is not shown",
        "restore it from your backup; without one, make a new party, `symbolon keygen ROLE NAME --organisation ORGANISATION --jurisdiction XX`, and draft an agreement that names it";
    Self::KeyAbsent { key: Key::Consent, .. } => NO_CONSENT_KEY = "SYM-0612", Secret,
        "the act is a consent, or opens what is sealed to the party: it needs the party's consent key, `secret.key`; this home has `routine.key` alone, for a host that runs by itself",
        "a person runs the same command in the home that holds the party's secret.key";
    Self::KeyAbsent { key: Key::Routine, .. } => NO_ROUTINE_KEY = "SYM-0613", Secret,
        "the act is a routine one: it needs the party's routine key, `routine.key`, which this home does not have",
        "run the same command in the home that holds the party's routine.key, or put that file back from your backup";
    Self::WrongKey { needed: Key::Consent, .. } => ROUTINE_SIGNED = "SYM-0614", Authenticity,
        "a consent bears the routine key of its party: a program signed it, and no person consented",
        "ask the party whether it consents, and who uses its routine key; it signs with its consent key";
    Self::WrongKey { needed: Key::Routine, .. } => CONSENT_SIGNED = "SYM-0615", Authenticity,
        "a routine artefact bears the consent key of its party, which should not be where a program can use it",
        "ask the party to make it again; its program signs with the routine key";
    Self::LegalBasisForm => LEGAL_BASIS_FORM = "SYM-0201", Usage,
        "a legal basis names an instrument and an article, separated by a semicolon",
        "write for example --legal-basis 'Directive (EU) 2024/1640; article 30'";
    Self::Name { .. } => NAME = "SYM-0202", Usage,
        "names of parties are plain, because they become file names and signature lines",
        "choose another name";
    Self::Normalisation { .. } => NORMALISED = "SYM-0413", Refused,
        "another normalisation makes other tokens: the two agencies' encodings would not match",
        "use the program version that all parties agreed on";
    Self::NoOfficer { .. } => NO_OFFICER = "SYM-0435", Refused,
        "a lead opens with the consent of an officer of each of the two agencies, so each needs one of its own organisation",
        "`symbolon keygen officer NAME --organisation ORGANISATION --jurisdiction XX`, with the organisation as the agency's card has it, then draft again";
    Self::OfficerOfNobody { .. } => OFFICER_OF_NOBODY = "SYM-0436", Refused,
        "an officer releases leads for the agency of its own organisation; organisations are compared as they are written",
        "make the officer with exactly the agency's organisation, or leave it out";
    Self::NotAParty { .. } => NOT_A_PARTY = "SYM-0414", Refused,
        "whoever acts under an agreement must be named in it, in that role",
        "check --home and --exchange; `symbolon agreement show` lists the parties";
    Self::NotIndependent { .. } => NOT_INDEPENDENT = "SYM-0415", Refused,
        "parties of different roles, and stewards, agencies and reviewers among themselves, must belong to different organisations; only an officer is of its agency's",
        "name an independent organisation";
    Self::NotYet { .. } => NOT_YET = "SYM-0416", Refused,
        "the agreement's term has not begun",
        "wait for the date it names";
    Self::OtherKey { .. } => OTHER_KEY = "SYM-0602", Secret,
        "the agreement names this party with other public keys than those of this home",
        "check --home; if the key was replaced, the parties need a new agreement";
    Self::PartyCount { .. } => PARTY_COUNT = "SYM-0417", Refused,
        "an agreement needs at least two agencies, one operator, two stewards, and the reviewers and guardians of its protocol",
        "add or remove parties in the draft";
    Self::PartyUnfit { .. } => PARTY_UNFIT = "SYM-0418", Refused,
        "a party's card contradicts itself or lacks what its role needs",
        "ask the party for a new card";
    Self::PermitTime { .. } => PERMIT_TIME = "SYM-0419", Refused,
        "a permit is valid for a short time only, and it is not that time",
        "ask the steward for a new permit, `symbolon steward permit`";
    Self::PermitTooLong { .. } => PERMIT_LONG = "SYM-0420", Refused,
        "a permit may not be valid for longer than the agreement's `max.permit_hours`",
        "ask for fewer hours";
    Self::PoliticalBasis { .. } => POLITICAL = "SYM-0421", Refused,
        "statements, action plans, coalitions and voluntary principles are political texts and no basis in law",
        "cite the act, directive, regulation or treaty, and its article";
    Self::Recall { .. } => RECALL = "SYM-0475", Refused,
        "leads about people come out only where the guardian was measured to keep protected people out: recall at least 0.95 for each naming system",
        "take identifiers and an encoding that `src/agreement/recall.tsv` has (a draft's defaults do), or have the guardian measure others: `symbolon guardian measure`";
    Self::ReviewerKind => REVIEWER_KIND = "SYM-0422", Refused,
        "one reviewer must supervise data protection, another protect people",
        "add the reviewer that is missing";
    Self::RunNumber { .. } => RUN_NUMBER = "SYM-0423", Refused,
        "the agreement admits a fixed number of runs, counted from 1",
        "no further run is possible under this agreement; draft and sign a new one in an exchange of its own";
    Self::RunOrder { .. } => RUN_ORDER = "SYM-0470", Refused,
        "runs are granted one after the other, and a run is over once every steward has granted a later one",
        "go on with the run that was granted last, or ask the stewards to grant the next";
    Self::Stopped { .. } => STOPPED = "SYM-0471", Refused,
        "one steward has stopped the run; it goes on when every steward has agreed, each by name of the stop",
        "stewards: settle the reason, then every one of them runs `symbolon steward resume`";
    Self::Refused { .. } => REFUSED = "SYM-0472", Refused,
        "a reviewer has refused this agreement; nobody goes on with it, nor with one between the same agencies under the same protocol that is wider or otherwise different",
        "tighten what was refused; or ask that reviewer, who alone can lift it: `symbolon reviewer sign-off DOSSIER.json --decision accept --lifts DIGEST`";
    Self::ReviewMissing { .. } => REVIEW_MISSING = "SYM-0473", Refused,
        "the terms need sign-offs or attestations of reviewers that are in force, in the log, and cosigned",
        "reviewers: `symbolon reviewer sign-off DOSSIER.json --decision accept`, `symbolon reviewer attest --records N`; then the operator: `symbolon operator log`; then other parties: `symbolon log cosign`";
    Self::SignOffUnfit { .. } => SIGN_OFF_UNFIT = "SYM-0474", Refused,
        "a sign-off says what is decided, until when, and under which conditions, and must not contradict itself",
        "mend what the message names";
    Self::AttestationVoid { .. } => ATTESTATION_VOID = "SYM-0954", Refused,
        "the attestation was made for another agreement, schema, encoding or size, and is void for this one",
        "ask a reviewer to attest the case at hand";
    Self::SamePartyTwice { .. } => SAME_PARTY = "SYM-0424", Refused,
        "two parties of an agreement share a name, a signing key or a recipient: one would act as two",
        "each party makes its own keys: `symbolon keygen ROLE NAME --organisation ORGANISATION --jurisdiction XX`";
    Self::Schema { .. } => SCHEMA = "SYM-0425", Refused,
        "the schema's fields or encoding parameters are outside their ranges or contradict the terms",
        "mend the draft; `symbolon explain docs/formats/agreement.md` gives the ranges";
    Self::Sealed { .. } => SEALED = "SYM-0513", Authenticity,
        "a sealed secret does not open: it was sealed to another key, cut or changed",
        "ask its sender to issue it again";
    Self::Sealing => SEALING = "SYM-7001", Bug,
        "sealing to memory failed in a library; nothing was written",
        "please report it";
    Self::Source { .. } => SOURCE = "SYM-0426", Refused,
        "records of this kind of system are not admitted by the protocol or the agreement",
        "there is no way to admit them; the protocol's document lists what it admits, for fin-1 `symbolon explain protocols/fin-1.md`";
    Self::Term { .. } => TERM = "SYM-0427", Refused,
        "the term ends before it begins, or is longer than the terms allow",
        "shorten it";
    Self::Absent { .. } => ABSENT = "SYM-0428", Refused,
        "every contribution, grant, commitment, permit and parcel of a run must be there; withholding one stops the run",
        "ask the named party; nothing can replace its consent";
    Self::Wider(_) => WIDER = "SYM-0429", Refused,
        "an agreement may only tighten its protocol, and this term is wider",
        "set the term within the protocol's limit";
    Self::WrongRole { .. } => WRONG_ROLE = "SYM-0430", Refused,
        "the party in this home has another role in the agreement than this command needs",
        "check --home";
}
