//! Stable codes of everything that can be refused or go wrong.
//!
//! A code is one number for one cause, the exit code that goes with it, what it means and what to do next. Codes are
//! never reused. Each room declares its own in a `CODES` table, `symbolon explain CODE` prints them offline, and a test
//! holds that all are distinct.

/// How a command ends; the numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// The answer is no: a verification failed, a lint found something.
    No = 1,
    /// The command line was wrong.
    Usage = 2,
    /// Input data were refused.
    Data = 3,
    /// Refused by the agreement or its protocol.
    Refused = 4,
    /// A signature, digest or commitment does not hold.
    Authenticity = 5,
    /// A key or secret is missing or unfit.
    Secret = 6,
    /// Stopped, and can be resumed.
    Resumable = 7,
    /// A bug of ours, or the machine failed us (disk full, no permission).
    Bug = 70,
}

/// One refusal: number, exit code, meaning, next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `SYM-` and four digits; the first two name the room.
    pub id: &'static str,
    /// How the command ends.
    pub exit: Exit,
    /// What it means, as a sentence for `explain`.
    pub meaning: &'static str,
    /// What to do next, as a sentence for `explain`.
    pub next: &'static str,
}

impl Code {
    /// Declares a code; used in the rooms' `CODES` tables.
    pub const fn new(id: &'static str, exit: Exit, meaning: &'static str, next: &'static str) -> Self {
        Self { id, exit, meaning, next }
    }
}
