//! How a command fails: a code, what happened, where, under which term, and what to do next.

use std::fmt::Display;
use std::path::Path;

use crate::agreement::AgreementError;
use crate::code::{Code, codes};
use crate::note::NoteError;
use crate::parcel::ParcelError;
use crate::protocol::ProtocolError;
use crate::release::ReleaseError;

/// A failure, ready to print.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The stable code.
    pub code: Code,
    /// What happened; never a value from the data.
    pub message: String,
    /// File, column, rows.
    pub place: Option<String>,
    /// The agreement and term that refuse.
    pub term: Option<String>,
    /// The next command, if better known here than from the code.
    pub next: Option<String>,
    /// Whether something stays behind all the same.
    pub written: Option<String>,
    /// The party whose act is waited for, where there is one.
    pub whose: Option<String>,
}

impl Failure {
    /// A failure of this code.
    pub(crate) fn new(code: Code, message: impl Display) -> Self {
        // One line: what is quoted in it cannot begin another, such as a next step.
        Self {
            code,
            message: message.to_string().replace('\n', "; "),
            place: None,
            term: None,
            next: None,
            written: None,
            whose: None,
        }
    }

    /// At this file.
    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.place.get_or_insert_with(|| path.display().to_string().replace('\n', "\\n"));
        self
    }

    /// Until this party acts.
    pub(crate) fn of(mut self, party: &str) -> Self {
        self.whose = Some(party.to_owned());
        self
    }

    /// Because of this term.
    pub(crate) fn under(mut self, term: impl Display) -> Self {
        self.term = Some(term.to_string());
        self
    }

    /// With this next step.
    pub(crate) fn next(mut self, step: impl Display) -> Self {
        self.next = Some(step.to_string());
        self
    }

    /// The text for standard error.
    pub fn to_text(&self) -> String {
        let mut text = format!("error[{}]: {}\n", self.code.id, self.message);
        if let Some(place) = &self.place {
            text += &format!("  --> {place}\n");
        }
        if let Some(term) = &self.term {
            text += &format!("   = {term}\n");
        }
        text += &format!("   = next: {}\n", self.next.as_deref().unwrap_or(self.code.next));
        text += &format!("   = more: symbolon explain {}\n", self.code.id);
        match &self.written {
            Some(written) => text += &format!("{written}\n"),
            None => text += "nothing was written\n",
        }
        text
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

macro_rules! from_room {
    ($($error:ty),+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.code(), &error)
            }
        })+
    };
}

impl From<AgreementError> for Failure {
    fn from(error: AgreementError) -> Self {
        let failure = Self::new(error.code(), &error);
        match &error {
            AgreementError::Absent { from, .. } => failure.of(from),
            AgreementError::Note(NoteError::Missing { name }) => failure.of(name),
            _ => failure,
        }
    }
}

from_room!(crate::log::LogError, NoteError, ParcelError, ProtocolError, ReleaseError);
#[cfg(feature = "agency")]
from_room!(crate::records::RecordError, crate::encoding::EncodingError);
#[cfg(feature = "operator")]
from_room!(crate::linkage::LinkageError);

/// What is to be done where there is no list of leads.
pub(crate) const ISSUE: &str = "the guardian runs `symbolon guardian screen REGISTER`, or where there is none the operator `symbolon operator link`; a result that is held has no list";

codes! {
    NOT_THERE = "SYM-0101", Usage,
        "a file or directory that the command needs is not there",
        "check the path, --home and --exchange";
    EXISTS = "SYM-0102", Usage,
        "the output is there already, and is never overwritten",
        "choose another output, or move the old one away";
    NOT_A_FILE = "SYM-0103", Usage,
        "the path is a directory, pipe, socket or device where a plain file is needed, or not of its form",
        "give the path of a file; where `-` is taken, records come through a pipe by it";
    LINK = "SYM-0111", Usage,
        "in an exchange or a home nothing is read or written through a symbolic link: it could lead anywhere on this machine",
        "remove the link; put the file or directory itself there if it belongs there";
    STRAY = "SYM-0112", Usage,
        "a file in an exchange or a home has a name that this program never gives: a sync tool, browser or file manager made a copy",
        "compare it with the file of the plain name, ask its party which one counts, then move the copy out of the exchange";
    PANIC = "SYM-7000", Bug,
        "the program contradicted itself: a bug of ours",
        "please report the place that is named; nothing of the data is in it";
    IO = "SYM-7003", Bug,
        "the machine could not read or write: no permission, disk full or a failing device",
        "free space or mend permissions, then run the same command again";
    TOO_LARGE = "SYM-0104", Usage,
        "the file is larger than any of its kind can be",
        "check which file was given";
    NO_HOME = "SYM-0105", Usage,
        "the command acts for a party and needs its home",
        "give --home DIR or set SYMBOLON_HOME; `symbolon keygen ROLE NAME --organisation ORGANISATION --jurisdiction XX` makes a home";
    NO_EXCHANGE = "SYM-0106", Usage,
        "the command needs the directory through which the parties' files pass",
        "give --exchange DIR or set SYMBOLON_EXCHANGE";
    HOME_BUSY = "SYM-0107", Usage,
        "another command is at work in this home or exchange",
        "wait until it ends";
    ARGUMENT = "SYM-0108", Usage,
        "an argument is not of the form that the command needs",
        "run the command with --help: it gives the form of each argument";
    KEY_MODE = "SYM-0603", Secret,
        "a secret file can be read by others on this machine",
        "make it private: chmod 600 FILE; consider it known if others had access";
    KEY_THERE = "SYM-0604", Secret,
        "this home has a key already; keys are never overwritten",
        "choose another --home";
    SEEN = "SYM-0611", Secret,
        "a file in which the home remembers what it saw or did (`seen`, `log/seen`, `acts`) is damaged: without it an old permit could pass for a new one",
        "restore the file from your backup; if there is none and it is `seen`, write the present time in it, such as 2026-06-01T12:00:00Z, after checking the clock";
    NOTHING_FOUND = "SYM-0109", No,
        "what was asked for is not there, or the answer is no",
        "check the name, number or file that was given";
    RECOMPUTE = "SYM-0110", No,
        "the dossier's JSON does not come out again from these inputs",
        "compare the place that is named; it was edited, made from other inputs, or by another version of the program";
    COMMITTED = "SYM-0432", Refused,
        "this agency has already committed to a set for this run; another set needs another run",
        "send the committed set, or ask the stewards to grant the next run";
    NOT_READ = "SYM-0616", Refused,
        "whoever signs an agreement reads it first: at a terminal it is shown and asked about, elsewhere the command states the digest of what was read",
        "`symbolon agreement show`, then `symbolon agreement sign --read DIGEST` with the digest that it prints";
    OTHER_TEXT = "SYM-0617", Refused,
        "the agreement in the exchange is another text than the one that was read, or than its copy elsewhere: no signature goes from one to the other",
        "`symbolon agreement show`, and compare its digest with the other parties' by another channel";
    HELD = "SYM-0433", Refused,
        "more records match than the agreement allows: the whole result is held, no lead leaves",
        "tell the reviewers; an unexpected overlap means lists of another kind than agreed";
    RESTORED = "SYM-0620", Secret,
        "the log has acts of this party that its home does not know: the home is an older copy, and has forgotten what else it had seen, stops and refusals too",
        "find out what happened to this home; then `symbolon log verify --take-over` takes over what the log has";
    INTERRUPTED = "SYM-0701", Resumable,
        "the command was interrupted before anything was published",
        "run the same command again: it starts from the beginning";
    DUTY = "SYM-0437", Refused,
        "every lead that was opened needs a receipt of both agencies, every withdrawal an acknowledgement, and every run that is over the destruction of its encodings, before anything further is permitted or sent",
        "the agency that is named: `symbolon agency receipt LEAD --outcome OUTCOME` or `symbolon agency acknowledge`, or whoever is named: `symbolon purge`; then the operator: `symbolon operator log`";
    NOT_OVER = "SYM-0494", Refused,
        "a run is over once every list of its leads is issued, or its last permit has ended; before that its encodings are needed",
        "wait until the guardian has run `symbolon guardian screen REGISTER`, or for the end of the permits";
    VISIBLE = "SYM-0434", Refused,
        "at these sizes too many strangers' encodings would stand out from the noise for an attacker",
        "agree on a higher degree of diffusion, or on shorter lists";
}
