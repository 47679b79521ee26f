//! Outcomes of reading, verifying, cosigning and watching the log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::kinds;
use crate::primitives::Digest;

kinds! {
    Show = "log show v1";
    Verify = "log verify v1";
    Cosign = "log cosign v1";
    Watch = "log watch v1";
    Prove = "log prove v1";
}

/// Declares outcomes that say in which state the log is.
macro_rules! states {
    ($($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $member:ident: $type:ty,)* })+) => {
        $(
            $(#[$about])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[cfg_attr(test, derive(schemars::JsonSchema))]
            pub struct $name {
                /// The log's name.
                pub origin: String,
                /// How many entries it has.
                pub size: u64,
                /// Root of the tree over them.
                pub root: Digest,
                /// Who has cosigned.
                pub cosigned: Vec<Cosigned>,
                /// What does not fit, and is left out.
                pub remarks: Vec<String>,
                $($(#[$doc])* pub $member: $type,)*
            }
        )+
    };
}

states! {
    /// The log was read.
    Show {
        /// Every entry, as text.
        entries: Vec<String>,
    }
    /// The whole log was verified.
    Verify {}
    /// The whole log was verified and cosigned.
    Cosign {}
    /// The log was looked at again and again, and only grew.
    Watch {}
}

/// A party's cosignature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cosigned {
    /// Whose.
    pub name: String,
    /// Entries of the log that it covers.
    pub size: u64,
    /// When it was given.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub at: Timestamp,
}

/// The proof that an entry is in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Prove {
    /// Number of the entry, from 0.
    pub index: u64,
    /// The entry, as text.
    pub entry: String,
    /// The proof, as C2SP tlog-proof has it.
    pub proof: String,
}
