//! The protocol documents that the program enforces.
//!
//! A protocol is a purpose with its hard limits. The documents in `protocols/` are compiled in as they are: the block
//! between the `+++` lines is parsed and enforced, the prose below it explains. An agreement cites `CODE@sha256:DIGEST` of the
//! whole file, so that what a reviewer read is what runs, and another version of a protocol is another digest.
//!
//! Three kinds of document share the folder: protocols, those of another realm (which no type of this program can cite), and
//! the list of what is refused for good.

mod documents;
mod order;
mod terms;
mod vocabulary;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::code::{Code, codes};
use crate::primitives::{Digest, Malformed};

pub use documents::{Elsewhere, Refused};
pub use order::{Change, Direction, Wider};
pub(crate) use order::{Ledger, Meaning};
pub use terms::{Maxima, Minima, Terms};
pub use vocabulary::{Comparison, FieldKind, Grounds, Mechanism, Output, SourceKind, SubjectRole};

codes! {
    UNKNOWN = "SYM-0401", Refused,
        "no protocol of this name is compiled into this program; protocols are a closed list",
        "`symbolon agreement protocols` lists them; `symbolon explain protocols/refused.md` says what will never be one";
    VERSION = "SYM-0402", Refused,
        "the agreement cites another version of its protocol than this program enforces",
        "use the program version that all parties read, or draft a new agreement under the present text";
    ELSEWHERE = "SYM-0403", Refused,
        "the document belongs to the humanitarian realm, which has parties, keys and programs of its own; none of them is built, and this program never compares across realms",
        "no agreement of this program can cite it; `symbolon agreement protocols` lists what can be cited";
    NOT_BUILT = "SYM-0404", Refused,
        "the protocol cannot do without a mechanism that this program does not have; it is a document for reviewers until then",
        "choose a protocol that `symbolon agreement protocols` lists as usable";
    REFUSED = "SYM-0405", Refused,
        "this use is refused for good: it is no protocol, and no setting makes it one",
        "there is no way to agree on it: `symbolon explain protocols/refused.md` says why";
    MALFORMED = "SYM-0406", Data,
        "the file is no protocol document, or its block has a key or word that protocols do not have",
        "compare it with a document of this program, such as `symbolon explain protocols/fin-1.md`";
}

/// Why a protocol cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// A document of another realm.
    #[error("`{0}` belongs to another realm, which is not built")]
    Elsewhere(String),
    /// A text that is no protocol.
    #[error("the protocol document is unfit: {0}")]
    Malformed(String),
    /// The protocol needs what this program does not have.
    #[error("protocol `{code}` cannot do without {needs}, which this program does not have")]
    NotBuilt {
        /// Short name of the protocol, `fin-1`.
        code: String,
        /// What is missing, in words.
        needs: String,
    },
    /// A use that is refused for good.
    #[error("`{0}` is refused for good: {1}")]
    Refused(String, &'static str),
    /// There is no such protocol.
    #[error("there is no protocol `{0}`")]
    Unknown(String),
    /// The digest is not that of the compiled document.
    #[error("protocol `{code}` is cited as sha256:{cited}, this program has sha256:{present}")]
    Version {
        /// Short name of the protocol, `fin-1`.
        code: String,
        /// Digest in the agreement, shortened.
        cited: String,
        /// Digest of the compiled document, shortened.
        present: String,
    },
}

impl ProtocolError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Elsewhere(_) => ELSEWHERE,
            Self::Malformed(_) => MALFORMED,
            Self::NotBuilt { .. } => NOT_BUILT,
            Self::Refused(..) => REFUSED,
            Self::Unknown(_) => UNKNOWN,
            Self::Version { .. } => VERSION,
        }
    }
}

/// The realm of every protocol of this program. The humanitarian realm is no variant: nothing here can belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Realm {
    /// Against organised smugglers.
    Enforcement,
}

/// The task of the G7 statement of June 2025 that a document serves. A political text: never a legal basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Clause {
    /// Money.
    #[serde(rename = "Adopt a “follow the money” approach")]
    Money,
    /// Origin and transit.
    #[serde(rename = "Boost prevention with countries of origin and transit")]
    Origin,
    /// Social media.
    #[serde(rename = "Collaborate with social media companies")]
    SocialMedia,
    /// Transport.
    #[serde(rename = "Engage with transport operators")]
    Transport,
    /// Sanctions.
    #[serde(rename = "the potential use of sanctions to target criminals")]
    Sanctions,
    /// Legal migration.
    #[serde(rename = "the continuation of policies for legal migration")]
    LegalMigration,
    /// Protection.
    #[serde(rename = "ensuring protection of the most vulnerable, including refugees and forcibly displaced persons")]
    Protection,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Money => "Adopt a “follow the money” approach",
            Self::Origin => "Boost prevention with countries of origin and transit",
            Self::SocialMedia => "Collaborate with social media companies",
            Self::Transport => "Engage with transport operators",
            Self::Sanctions => "the potential use of sanctions to target criminals",
            Self::LegalMigration => "the continuation of policies for legal migration",
            Self::Protection => {
                "ensuring protection of the most vulnerable, including refugees and forcibly displaced persons"
            }
        })
    }
}

/// A protocol document, parsed.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// Short name, `fin-1`.
    pub code: String,
    /// What it is for, in a line.
    pub title: String,
    /// The clause of the G7 statement that it serves.
    pub clause: Clause,
    /// The realm that it belongs to; no agreement crosses it.
    pub realm: Realm,
    /// Whether records are about natural persons: then ages are tested and a guardian is needed.
    pub natural_persons: bool,
    /// What it cannot do without and no term expresses.
    pub needs: Vec<Mechanism>,
    /// The limits that an agreement may only tighten.
    pub terms: Terms,
    /// `SHA-256` of the document's bytes.
    pub digest: Digest,
}

/// A citation in an agreement: `fin-1@sha256:…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    code: String,
    digest: Digest,
}

impl FromStr for Citation {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let (code, digest) = text.split_once("@sha256:").ok_or(Malformed)?;
        Ok(Self { code: code.to_owned(), digest: digest.parse()? })
    }
}

impl Citation {
    /// Code of the protocol, whatever its version.
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@sha256:{}", self.code, self.digest)
    }
}

impl Serialize for Citation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Citation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|Malformed| serde::de::Error::custom("a protocol is cited as `CODE@sha256:DIGEST`"))
    }
}

impl Protocol {
    /// All protocols of this program, those included that cannot be cited yet.
    pub fn all() -> &'static [Self] {
        documents::protocols()
    }

    /// The protocol of that code, whether or not it can be cited.
    pub fn find(code: &str) -> Result<&'static Self, ProtocolError> {
        if let Some(protocol) = Self::all().iter().find(|p| p.code == code) {
            return Ok(protocol);
        }
        if Elsewhere::all().iter().any(|document| document.code == code) {
            return Err(ProtocolError::Elsewhere(code.to_owned()));
        }
        match Refused::all().iter().find(|refused| refused.use_of == code) {
            Some(refused) => Err(ProtocolError::Refused(code.to_owned(), &refused.why)),
            None => Err(ProtocolError::Unknown(code.to_owned())),
        }
    }

    /// The protocol that an agreement cites, in exactly the cited version, if this program can enforce it. No agreement
    /// is read, signed or acted on without this.
    pub fn cited(citation: &Citation) -> Result<&'static Self, ProtocolError> {
        let protocol = Self::find(&citation.code)?;
        if protocol.digest != citation.digest {
            return Err(ProtocolError::Version {
                code: citation.code.clone(),
                cited: citation.digest.short(),
                present: protocol.digest.short(),
            });
        }
        match protocol.missing().as_slice() {
            [] => Ok(protocol),
            missing => {
                let needs = missing.iter().map(|m| m.words()).collect::<Vec<_>>().join(" and ");
                Err(ProtocolError::NotBuilt { code: protocol.code.clone(), needs })
            }
        }
    }

    /// What it needs and this program does not have.
    pub fn missing(&self) -> Vec<Mechanism> {
        self.needs.iter().copied().filter(|mechanism| !mechanism.is_built()).collect()
    }

    /// How an agreement cites it.
    pub fn citation(&self) -> Citation {
        Citation { code: self.code.clone(), digest: self.digest }
    }

    /// Reads a document that is not compiled in, to compare it with another. It can never be cited.
    pub fn read(document: &str) -> Result<Self, ProtocolError> {
        documents::protocol(document).map_err(ProtocolError::Malformed)
    }

    /// What changes from one protocol to another: terms, and whether it is about natural persons.
    pub fn changes(&self, new: &Self) -> Vec<Change> {
        let Self { code, title: _, clause, realm: _, natural_persons, needs, terms, digest: _ } = new;
        let mut ledger = Ledger::default();
        ledger.same(&Meaning::new("code", "the purpose", ""), &self.code, code, Clone::clone);
        ledger.same(&Meaning::new("clause", "what it is for", ""), &self.clause, clause, Clause::to_string);
        if self.natural_persons != *natural_persons {
            let (direction, words) = match natural_persons {
                true => (Direction::Widened, "people can be linked"),
                false => (Direction::Narrowed, "people are no longer linked"),
            };
            ledger.add(
                "natural_persons",
                direction,
                (self.natural_persons.to_string(), natural_persons.to_string()),
                words,
            );
        }
        let meaning = Meaning::new("needs", "what it cannot do without", "it asks for fewer mechanisms");
        ledger.superset(&meaning, &self.needs, needs, |m| m.name().to_owned());
        ledger.terms(&self.terms, terms);
        ledger.into_changes()
    }
}

#[cfg(test)]
mod tests;
