//! The protocol documents that the program enforces.
//!
//! A protocol is a purpose with its hard limits. The documents in `protocols/` are compiled in as they are: the block
//! between the `+++` lines is parsed and enforced, the prose below it explains. An agreement cites `CODE@sha256:DIGEST` of the
//! whole file, so that what a reviewer read is what runs, and another version of a protocol is another digest.

mod terms;
mod vocabulary;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::code::{Code, Exit};
use crate::primitives::{Digest, Malformed};

pub use terms::{Maxima, Minima, SourceKind, Terms, Wider};
pub use vocabulary::{Comparison, FieldKind, SubjectRole};

const UNKNOWN: Code = Code::new(
    "SYM-0401",
    Exit::Refused,
    "no protocol of this name is compiled into this program; protocols are a closed list",
    "`symbolon agreement protocols` lists them; protocols/refused.md says what will never be one",
);
const VERSION: Code = Code::new(
    "SYM-0402",
    Exit::Refused,
    "the agreement cites another version of its protocol than this program enforces",
    "use the program version that all parties read, or draft a new agreement under the present text",
);

/// Codes of this room.
pub const CODES: &[Code] = &[UNKNOWN, VERSION];

/// Why a protocol cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// There is no such protocol.
    #[error("there is no protocol `{0}`")]
    Unknown(String),
    /// The digest is not that of the compiled document.
    #[error("protocol `{code}` is cited as sha256:{cited}, this program has sha256:{present}")]
    Version {
        /// Which protocol.
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
            Self::Unknown(_) => UNKNOWN,
            Self::Version { .. } => VERSION,
        }
    }
}

/// Enforcement or humanitarian; never compared with each other. Only the first is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Realm {
    /// Against organised smugglers.
    Enforcement,
}

/// The block between the `+++` lines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    symbolon: String,
    code: String,
    title: String,
    clause: String,
    realm: Realm,
    natural_persons: bool,
    terms: Terms,
}

/// A protocol document, parsed.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// Short name, `fin-1`.
    pub code: String,
    /// What it is for, in a line.
    pub title: String,
    /// The clause of the G7 statement of June 2025 that it serves. A political text: never a legal basis.
    pub clause: String,
    /// Realm.
    pub realm: Realm,
    /// Whether records are about natural persons: then ages are tested and a guardian is needed.
    pub natural_persons: bool,
    /// The limits that an agreement may only tighten.
    pub terms: Terms,
    /// `SHA-256` of the document's bytes.
    pub digest: Digest,
    /// The document as compiled in.
    pub document: &'static str,
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

static PROTOCOLS: LazyLock<Vec<Protocol>> = LazyLock::new(|| {
    [include_str!("../../protocols/fin-1.md"), include_str!("../../protocols/fin-2.md")]
        .into_iter()
        .map(|document| match parse(document) {
            Ok(protocol) => protocol,
            Err(problem) => unreachable!("an embedded protocol is malformed, which a test excludes: {problem}"),
        })
        .collect()
});

fn parse(document: &'static str) -> Result<Protocol, String> {
    let block = document.strip_prefix("+++\n").ok_or("it does not begin with a `+++` line")?;
    let (block, _prose) = block.split_once("\n+++\n").ok_or("the block has no closing `+++` line")?;
    let front: FrontMatter = toml::from_str(block).map_err(|e| e.message().to_owned())?;
    if front.symbolon != "protocol v1" {
        return Err("it is not a `protocol v1`".to_owned());
    }
    Ok(Protocol {
        code: front.code,
        title: front.title,
        clause: front.clause,
        realm: front.realm,
        natural_persons: front.natural_persons,
        terms: front.terms,
        digest: Digest::of(document.as_bytes()),
        document,
    })
}

impl Protocol {
    /// All protocols of this program.
    pub fn all() -> &'static [Self] {
        &PROTOCOLS
    }

    /// The protocol of that code.
    pub fn find(code: &str) -> Result<&'static Self, ProtocolError> {
        Self::all().iter().find(|p| p.code == code).ok_or_else(|| ProtocolError::Unknown(code.to_owned()))
    }

    /// The protocol that an agreement cites, in exactly the cited version.
    pub fn cited(citation: &Citation) -> Result<&'static Self, ProtocolError> {
        let protocol = Self::find(&citation.code)?;
        if protocol.digest != citation.digest {
            return Err(ProtocolError::Version {
                code: citation.code.clone(),
                cited: citation.digest.short(),
                present: protocol.digest.short(),
            });
        }
        Ok(protocol)
    }

    /// How an agreement cites it.
    pub fn citation(&self) -> Citation {
        Citation { code: self.code.clone(), digest: self.digest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_protocol_parses_under_its_own_code() {
        assert_eq!(Protocol::all().iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["fin-1", "fin-2"]);
    }

    #[test]
    fn another_digest_is_another_protocol() {
        let protocol = Protocol::find("fin-1").expect("embedded");
        let mut citation = protocol.citation();
        assert!(Protocol::cited(&citation).is_ok());
        citation.digest = Digest::of(b"another text");
        assert!(matches!(Protocol::cited(&citation), Err(ProtocolError::Version { .. })));
    }

    #[test]
    fn natural_persons_need_a_guardian_and_no_laboratory_field() {
        for protocol in Protocol::all() {
            assert!(!protocol.natural_persons || protocol.terms.min.guardians >= 1, "{}", protocol.code);
            assert!(!protocol.terms.fields.contains(&FieldKind::Place), "{}", protocol.code);
            assert!(protocol.terms.min.diffusion >= 2, "{}: a plain CLK would leave an agency", protocol.code);
            assert!(protocol.terms.min.stewards >= 2, "{}", protocol.code);
        }
    }

    #[test]
    fn unknown_keys_in_a_protocol_are_errors() {
        let document = include_str!("../../protocols/fin-1.md").replacen("runs = 6", "runs = 6\nwalks = 7", 1);
        let leaked: &'static str = Box::leak(document.into_boxed_str());
        assert!(parse(leaked).is_err());
    }
}
