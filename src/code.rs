//! Stable codes of everything that can be refused or go wrong.
//!
//! A code is one number for one cause, the exit code that goes with it, what it means and what to do next. Codes are
//! never reused. Each room declares its own with `codes!`, by name, `symbolon explain CODE` prints them offline, and a test holds
//! that all are distinct.

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
    /// Declares a code; the rooms do it with `codes!`.
    pub const fn new(id: &'static str, exit: Exit, meaning: &'static str, next: &'static str) -> Self {
        Self { id, exit, meaning, next }
    }
}

/// Declares the codes of a room, each a constant by its name, and all of them as `CODES`:
///
/// ```text
/// NAME = "SYM-0000", Exit, "meaning", "next";
/// ```
///
/// Where each code belongs to one pattern of an error, it declares the error's `code()` with them. What stands in braces behind the
/// error are causes from below, which have codes of their own:
///
/// ```text
/// of RoomError { Self::Below(error) => error.code(), }
/// Self::Cause { .. } => NAME = "SYM-0000", Exit, "meaning", "next";
/// ```
macro_rules! codes {
    ($($name:ident = $id:literal, $exit:ident, $meaning:literal, $next:literal;)+) => {
        $(pub(crate) const $name: $crate::code::Code =
            $crate::code::Code::new($id, $crate::code::Exit::$exit, $meaning, $next);)+

        /// Codes of this room.
        pub const CODES: &[$crate::code::Code] = &[$($name),+];
    };
    (
        of $error:ty { $($below:pat => $code:expr,)* }
        $($pattern:pat => $name:ident = $id:literal, $exit:ident, $meaning:literal, $next:literal;)+
    ) => {
        $crate::code::codes! { $($name = $id, $exit, $meaning, $next;)+ }

        impl $error {
            /// The stable code.
            pub fn code(&self) -> $crate::code::Code {
                match self {
                    $($below => $code,)*
                    $($pattern => $name,)+
                }
            }
        }
    };
}

pub(crate) use codes;
