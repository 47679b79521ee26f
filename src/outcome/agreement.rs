//! Outcomes of what all parties do with an agreement.

use serde::{Deserialize, Serialize};

use super::{Location, kinds};
use crate::agreement::diff::Effect;
use crate::agreement::{AgreementBody, PartyRole, lint};
#[cfg(feature = "agency")]
use crate::encoding::design;
use crate::note::Verifier;
use crate::primitives::{Digest, Recipient};
use crate::protocol::{self, Change, Citation, Clause, Mechanism};

kinds! {
    Keygen = "keygen v1";
    Draft = "agreement draft v1";
    Show = "agreement show v1";
    Sign = "agreement sign v1";
    Lint = "agreement lint v2";
    Diff = "agreement diff v1";
    Protocols = "agreement protocols v1";
}
#[cfg(feature = "agency")]
kinds! {
    Design = "agreement design v1";
}

/// A party was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Keygen {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: PartyRole,
    /// Its signing key.
    pub verifier: Verifier,
    /// Its routine key, for what a program may do by itself.
    pub routine: Verifier,
    /// To whom others seal.
    pub recipient: Recipient,
}

/// An agreement was drafted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Digest of its text.
    pub digest: Digest,
    /// Where it is.
    pub path: Location,
    /// Names of the parties.
    pub parties: Vec<String>,
}

/// What an agreement says, and who has signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Show {
    /// Digest of its text.
    pub digest: Digest,
    /// All that it says.
    pub agreement: AgreementBody,
    /// Parties that have not signed.
    pub not_signed: Vec<String>,
}

/// An agreement was signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sign {
    /// Digest of its text.
    pub digest: Digest,
    /// Who signed.
    pub by: String,
    /// Parties that have not signed yet.
    pub not_signed: Vec<String>,
    /// Whether this party had signed this very text before, so that its signature was only put back.
    #[serde(default)]
    pub signed_before: bool,
}

/// What is refused in a draft, and what is known to be weak.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Lint {
    /// Findings of severity `error`.
    pub errors: usize,
    /// Findings of severity `warning`.
    pub warnings: usize,
    /// Each.
    pub findings: Vec<Weakness>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Weakness {
    /// The rule's code.
    pub code: &'static str,
    /// How grave it is.
    pub severity: lint::Severity,
    /// What was found.
    pub message: String,
    /// Whether every party's program refuses it.
    pub refused: bool,
    /// Paper or law.
    pub reference: &'static str,
    /// What to do.
    pub fix: &'static str,
}

/// How two documents differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Diff {
    /// The second against the first, all terms together.
    pub relation: Relation,
    /// Each term that differs.
    pub changes: Vec<Change>,
    /// What it comes to, estimated.
    pub effects: Vec<Effect>,
}

/// The second document against the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// No term differs.
    Same,
    /// Some terms differ, and each is narrower.
    Tightens,
    /// A term is wider, or cannot be compared.
    Weakens,
}

impl Relation {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Tightens => "tightens",
            Self::Weakens => "weakens",
        }
    }
}

/// What can be agreed on, what cannot be yet, and what never.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Protocols {
    /// Protocols of this program's realm.
    pub protocols: Vec<Document>,
    /// Documents of another realm.
    pub elsewhere: Vec<Elsewhere>,
    /// Uses that are refused for good.
    pub refused: Vec<Refused>,
}

/// One protocol.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document {
    /// Short name, `fin-1`.
    pub code: String,
    /// What it is for.
    pub title: String,
    /// How an agreement cites it.
    pub citation: Citation,
    /// What of the G7 statement it serves.
    pub clause: Clause,
    /// Whether its records are about people.
    pub natural_persons: bool,
    /// Whether an agreement can cite it.
    pub usable: bool,
    /// What this program lacks for it.
    pub needs: Vec<Mechanism>,
}

impl From<&protocol::Protocol> for Document {
    fn from(document: &protocol::Protocol) -> Self {
        Self {
            code: document.code.clone(),
            title: document.title.clone(),
            citation: document.citation(),
            clause: document.clause,
            natural_persons: document.natural_persons,
            usable: document.missing().is_empty(),
            needs: document.missing(),
        }
    }
}

/// A document of another realm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Elsewhere {
    /// Short name.
    pub code: String,
    /// What it is for.
    pub title: String,
    /// Which realm.
    pub realm: String,
    /// What there is of it.
    pub status: String,
}

/// A use that is refused for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Refused {
    /// The use.
    #[serde(rename = "use")]
    pub use_of: String,
    /// Why.
    pub why: String,
}

/// Encodings, priced for real sizes, and the one to take.
#[cfg(feature = "agency")]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Design {
    /// The protocol whose limits hold.
    pub protocol: Citation,
    /// Every choice.
    pub design: design::Design,
    /// The choice to take.
    pub taken: design::Priced,
}
