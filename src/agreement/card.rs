//! Cards: how a party makes itself known before there is an agreement. Format: `docs/formats/party.md`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::key::Key;
use super::party::Party;
use super::statement::body_text;
use super::{AgreementError, PartySecrets};
use crate::note::{Note, NoteError};

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
    /// The party, as every agreement that takes the card over names it.
    pub party: Party,
    /// The note with the signatures of both keys.
    pub note: Note,
}

impl Card {
    /// Writes and signs a card.
    pub fn issue(party: Party, secrets: &PartySecrets, created: Timestamp) -> Result<Self, AgreementError> {
        party.check()?;
        let body = CardBody { symbolon: CARD.to_owned(), created, party: party.clone() };
        let mut note = Note::unsigned(body_text(&body))?;
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

#[cfg(test)]
mod tests {
    use super::super::party::{LegalBasis, PartyRole};
    use super::*;
    use crate::note::Verifier;
    use crate::primitives::Entropy;
    use crate::protocol::SourceKind;

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
            let text = body_text(&body);
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
}
