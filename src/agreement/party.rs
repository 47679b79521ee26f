//! Parties and their public cards. Format: `docs/formats/party.md`.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AgreementError;
use super::secrets::{Key, PartySecrets};
use crate::note::{Note, NoteError, Verifier};
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

const CARD: &str = "party v2";

/// The text of a card; a TOML body as of every note.
#[derive(Serialize, Deserialize)]
struct CardBody {
    symbolon: String,
    created: Timestamp,
    #[serde(flatten)]
    party: Party,
}

/// A party's public card, signed with both of its keys: so the consent key certifies the routine key, and both are possessed.
#[derive(Clone, Debug)]
pub struct Card {
    /// The party.
    pub party: Party,
    /// The signed note.
    pub note: Note,
}

impl Card {
    /// Writes and signs a card.
    pub fn issue(party: Party, secrets: &PartySecrets, created: Timestamp) -> Result<Self, AgreementError> {
        party.check()?;
        let body = CardBody { symbolon: CARD.to_owned(), created, party: party.clone() };
        let mut note = Note::unsigned(super::body_text(&body))?;
        secrets.sign_with(Key::Consent, &mut note)?;
        secrets.sign_with(Key::Routine, &mut note)?;
        Ok(Self { party, note })
    }

    /// Reads a card and verifies its own two signatures. That proves possession of the keys, not who holds them: compare
    /// fingerprints with the party before signing an agreement that names it.
    pub fn read(bytes: &[u8]) -> Result<Self, AgreementError> {
        let note = Note::parse(bytes)?;
        // `flatten` cannot refuse unknown keys by itself, so the table is read without its two own keys.
        let mut table: toml::Table = note.body(CARD)?;
        let malformed = |problem: String| crate::note::NoteError::Body { kind: CARD, problem };
        if table.remove("symbolon").is_none() || !matches!(table.remove("created"), Some(toml::Value::String(_))) {
            return Err(malformed("`symbolon` or `created` is missing".to_owned()).into());
        }
        let party: Party = table.try_into().map_err(|e: toml::de::Error| malformed(crate::note::one_line(&e)))?;
        party.check()?;
        let signers = note.signers(&[&party.verifier, &party.routine])?;
        if let Some(missing) = [&party.verifier, &party.routine].into_iter().find(|key| !signers.contains(key)) {
            return Err(NoteError::Missing { name: missing.name().to_owned() }.into());
        }
        Ok(Self { party, note })
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
    use crate::primitives::Entropy;

    fn steward(secrets: &PartySecrets) -> Party {
        Party {
            name: "steward-one".to_owned(),
            role: PartyRole::Steward,
            organisation: "Court of Auditors".to_owned(),
            jurisdiction: "XA".to_owned(),
            verifier: secrets.verifier().clone(),
            routine: secrets.routine().clone(),
            recipient: secrets.recipient(),
            source: None,
            kind: None,
            legal_basis: Vec::new(),
            onward: Vec::new(),
        }
    }

    #[test]
    fn a_card_reads_back_and_refuses_a_changed_organisation() {
        let secrets = PartySecrets::generate("steward-one", &mut Entropy::seeded(1)).expect("a name");
        let card = Card::issue(steward(&secrets), &secrets, Timestamp::UNIX_EPOCH).expect("fit");
        let text = card.note.to_string();
        assert_eq!(Card::read(text.as_bytes()).expect("own card").party, card.party);
        let changed = text.replace("Court of Auditors", "Court of Editors!");
        assert!(Card::read(changed.as_bytes()).is_err());
        let extended = text.replacen("role =", "colour = \"red\"\nrole =", 1);
        assert!(matches!(Card::read(extended.as_bytes()), Err(AgreementError::Note(_))));
    }

    #[test]
    fn what_would_act_or_hide_before_a_reader_is_on_no_card() {
        let secrets = PartySecrets::generate("steward-one", &mut Entropy::seeded(1)).expect("a name");
        for bad in [
            "Court\u{1b}[2J",
            "\u{9b}Court",
            "Court \u{202e}srotiduA fo",
            "Co\u{200b}urt",
            "Court\nof",
            "\u{2066}Court",
        ] {
            let party = Party { organisation: bad.to_owned(), ..steward(&secrets) };
            let refused = Card::issue(party.clone(), &secrets, Timestamp::UNIX_EPOCH).expect_err("refused");
            assert_eq!(refused.code().id, "SYM-0418", "{bad:?}");
            // A patched program signs it all the same.
            let body = CardBody { symbolon: CARD.to_owned(), created: Timestamp::UNIX_EPOCH, party };
            let text = super::super::body_text(&body);
            let Ok(mut note) = Note::unsigned(text) else { continue };
            secrets.sign_with(Key::Consent, &mut note).expect("held");
            secrets.sign_with(Key::Routine, &mut note).expect("held");
            let code = Card::read(note.to_string().as_bytes()).expect_err("refused").code().id;
            // Sealed parts of notes have line ends; an organisation has none.
            assert_eq!(code, if bad.contains('\n') { "SYM-0418" } else { "SYM-0113" }, "{bad:?}");
        }
        let mut agency =
            Party { role: PartyRole::Agency, source: Some(SourceKind::FinancialIntelligence), ..steward(&secrets) };
        for bad in ["Act\u{7}", "\u{202e}Act", "", " "] {
            agency.legal_basis = vec![LegalBasis { instrument: "Act".to_owned(), article: bad.to_owned() }];
            assert!(matches!(agency.check(), Err(AgreementError::PartyUnfit { .. })), "{bad:?}");
        }
    }

    #[test]
    fn a_card_bears_the_signatures_of_both_keys() {
        let secrets = PartySecrets::generate("steward-one", &mut Entropy::seeded(1)).expect("a name");
        let other = PartySecrets::generate("steward-one", &mut Entropy::seeded(2)).expect("a name");
        let card = Card::issue(steward(&secrets), &secrets, Timestamp::UNIX_EPOCH).expect("fit");
        for (key, name) in [(Key::Routine, "steward-one"), (Key::Consent, "steward-one/routine")] {
            let half = card.note.signed_by(card.party.verifier_of(key)).to_string();
            let missing = NoteError::Missing { name: name.to_owned() };
            assert_eq!(Card::read(half.as_bytes()).expect_err("one is missing"), missing.into());
        }
        // The routine key of another, which its holder never let be certified here.
        let taken = Party { routine: other.routine().clone(), ..steward(&secrets) };
        let stolen = Card::issue(taken, &secrets, Timestamp::UNIX_EPOCH).expect("fit");
        assert!(matches!(Card::read(stolen.note.to_string().as_bytes()), Err(AgreementError::Note(_))));
    }

    #[test]
    fn the_two_keys_of_a_party_are_two_and_bear_its_name() {
        let secrets = PartySecrets::generate("steward-one", &mut Entropy::seeded(1)).expect("a name");
        let other = PartySecrets::generate("steward-two", &mut Entropy::seeded(2)).expect("a name");
        let fit = steward(&secrets);
        assert_eq!(fit.check(), Ok(()));
        let same = Verifier::routine("steward-one", fit.verifier.key()).expect("a name");
        let party = |change: &dyn Fn(&mut Party)| {
            let mut party = fit.clone();
            change(&mut party);
            party.check()
        };
        assert!(party(&|p| p.routine = other.routine().clone()).is_err());
        assert!(party(&|p| p.routine = p.verifier.clone()).is_err());
        assert!(party(&|p| p.routine = same.clone()).is_err());
        // Nobody is called as another's routine key signs.
        assert!(party(&|p| (p.name, p.verifier) = (p.routine.name().to_owned(), p.routine.clone())).is_err());
    }

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
