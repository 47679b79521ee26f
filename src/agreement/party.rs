//! Parties: their roles, their public keys, and on what law they act.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::AgreementError;
use super::key::Key;
use crate::note::{Note, Verifier};
use crate::primitives::Recipient;
use crate::protocol::SourceKind;

/// What a party may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PartyRole {
    /// Holds records, runs the encoder.
    Agency,
    /// Compares encodings; holds neither keys nor names.
    Operator,
    /// Holds a key share; consents to runs.
    Steward,
    /// Holds the register of protected people.
    Guardian,
    /// Reviews, signs, audits.
    Reviewer,
    /// Releases leads for the agency of its organisation; holds that agency's share of each.
    Officer,
}

impl PartyRole {
    /// The name in cards, agreements and commands.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Operator => "operator",
            Self::Steward => "steward",
            Self::Guardian => "guardian",
            Self::Reviewer => "reviewer",
            Self::Officer => "officer",
        }
    }
}

/// Of which kind a reviewer is; an agreement needs both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReviewerKind {
    /// Supervises data protection.
    DataProtection,
    /// Protects people: rights, refugees, victims, children.
    Protection,
}

impl ReviewerKind {
    /// The name in cards and agreements.
    pub fn name(self) -> &'static str {
        match self {
            Self::DataProtection => "data-protection",
            Self::Protection => "protection",
        }
    }
}

/// A reference to a rule of law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// The instrument: an act, directive, regulation or treaty.
    pub instrument: String,
    /// The article or section.
    pub article: String,
}

/// A party as its card and the agreement name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Short name, also on its signature lines.
    pub name: String,
    /// What it may do.
    pub role: PartyRole,
    /// The organisation behind it.
    pub organisation: String,
    /// Its jurisdiction: two letters, ISO 3166-1 or user-assigned.
    pub jurisdiction: String,
    /// Its consent key: what a person signs.
    pub verifier: Verifier,
    /// Its routine key: what a program may sign.
    pub routine: Verifier,
    /// To whom others seal.
    pub recipient: Recipient,
    /// Agencies: the kind of system the records come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceKind>,
    /// Reviewers: of which kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ReviewerKind>,
    /// Agencies: on what law they act.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_basis: Vec<LegalBasis>,
    /// Jurisdictions to which it must or may pass on what it learns, and cannot refuse under its own law.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onward: Vec<String>,
}

impl Party {
    /// Checks that the parts belong together and are of sane size.
    pub fn check(&self) -> Result<(), AgreementError> {
        let unfit = |problem| Err(AgreementError::PartyUnfit { party: self.name.clone(), problem });
        if self.verifier.name() != self.name {
            return unfit("its verifier key bears another name");
        }
        // A consent key of the name `NAME/routine` has no party, as no party has a `/` in its name.
        if self.name.contains('/') || self.routine.name() != format!("{}/routine", self.name) {
            return unfit("its routine key does not bear its name and `/routine`");
        }
        if self.routine.same_key(&self.verifier) {
            return unfit("its routine key is its consent key");
        }
        let is_code = |code: &String| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        if !is_code(&self.jurisdiction) {
            return unfit("its jurisdiction is not two capital letters");
        }
        if !self.onward.iter().all(is_code) || self.onward.len() > 300 {
            return unfit("a jurisdiction to which it passes things on is not two capital letters");
        }
        if self.organisation.trim().is_empty() || self.organisation.len() > 200 {
            return unfit("its organisation is empty or longer than 200 bytes");
        }
        if !crate::text::is_plain(&self.organisation) {
            return unfit(
                "its organisation has control characters, or some that change the direction of writing or have no width",
            );
        }
        let texts = || self.legal_basis.iter().flat_map(|basis| [&basis.instrument, &basis.article]);
        if !texts().all(|text| crate::text::is_plain(text)) {
            return unfit(
                "its legal basis has control characters, or some that change the direction of writing or have no width",
            );
        }
        if self.legal_basis.len() > 64 || texts().any(|text| text.trim().is_empty() || text.len() > 500) {
            return unfit("its legal basis is empty, longer than 500 bytes, or has more than 64 entries");
        }
        let agency = self.role == PartyRole::Agency;
        if agency != self.source.is_some() {
            return unfit("agencies, and only they, state the source of their records");
        }
        if agency == self.legal_basis.is_empty() {
            return unfit("agencies, and only they, state a legal basis");
        }
        if (self.role == PartyRole::Reviewer) != self.kind.is_some() {
            return unfit("reviewers, and only they, state their kind");
        }
        Ok(())
    }
}

impl Party {
    /// The public half of one of its keys.
    pub fn verifier_of(&self, key: Key) -> &Verifier {
        match key {
            Key::Consent => &self.verifier,
            Key::Routine => &self.routine,
        }
    }

    /// Verifies that this party alone has signed, with the key that a note of this kind needs.
    pub(crate) fn verify(&self, note: &Note, kind: &'static str) -> Result<(), AgreementError> {
        let needed = Key::of_kind(kind);
        note.verify_single(self.verifier_of(needed)).map_err(|error| {
            let other = note.verify_single(self.verifier_of(needed.other()));
            if other.is_ok() {
                self.wrong_key(kind.split(' ').next().unwrap_or_default(), needed)
            } else {
                error.into()
            }
        })
    }

    /// The refusal of an artefact under the other of its keys.
    pub(crate) fn wrong_key(&self, artefact: &'static str, needed: Key) -> AgreementError {
        AgreementError::WrongKey { name: self.name.clone(), artefact, needed }
    }
}

impl FromStr for LegalBasis {
    type Err = AgreementError;

    /// Parses `INSTRUMENT; ARTICLE`.
    fn from_str(text: &str) -> Result<Self, AgreementError> {
        let (instrument, article) = text.split_once(';').ok_or(AgreementError::LegalBasisForm)?;
        let (instrument, article) = (instrument.trim(), article.trim());
        if instrument.is_empty() || article.is_empty() {
            return Err(AgreementError::LegalBasisForm);
        }
        Ok(Self { instrument: instrument.to_owned(), article: article.to_owned() })
    }
}

impl LegalBasis {
    /// Whether the instrument is a political text: a statement, plan, coalition or voluntary principle binds no court and is
    /// no basis. A word list: it catches the honest mistake and leaves the dishonest one to the reviewers.
    pub fn is_political(&self) -> bool {
        let words = self.instrument.to_lowercase();
        let padded = format!(" {} ", words.replace(|c: char| !c.is_alphanumeric(), " "));
        const SIGNS: &[&str] = &[
            " g7 ",
            " g20 ",
            " g8 ",
            " leaders ",
            " statement ",
            " communique ",
            " communiqué ",
            " action plan ",
            " coalition ",
            " call to action ",
            " voluntary principles ",
            " declaration ",
            " roadmap ",
            " pledge ",
            " white paper ",
            " memorandum ",
        ];
        SIGNS.iter().any(|sign| padded.contains(sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn political_texts_are_recognised_and_law_is_not() {
        let basis = |instrument: &str| LegalBasis { instrument: instrument.to_owned(), article: "1".to_owned() };
        for political in ["G7 Leaders' Statement", "the 2024 Action Plan", "Global Coalition", "Voluntary Principles"] {
            assert!(basis(political).is_political(), "{political}");
        }
        for law in ["Directive (EU) 2024/1640", "Proceeds of Crime Act", "UN Smuggling Protocol"] {
            assert!(!basis(law).is_political(), "{law}");
        }
    }
}
