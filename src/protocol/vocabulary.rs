//! The closed vocabularies: what a record may be about, what of it may be compared, where it may come from, what may come out.
//!
//! There is no `Other` in any of them and no generic text field. What is not named here cannot be encoded.

use serde::{Deserialize, Serialize};

/// Declares a closed vocabulary: an enum whose words in documents, its `ALL` and its parser are one list.
macro_rules! vocabulary {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word there is, in the order of the vocabulary.
            pub const ALL: [Self; [$(Self::$variant),+].len()] = [$(Self::$variant),+];

            /// The word in data, cards, agreements and protocols.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Parses a word as data write it; anything outside the vocabulary is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|word| word.name() == text)
            }
        }
    };
}

vocabulary! {
    /// What a field of a record holds. Each kind has its own grammar, normalisation and way of being compared.
    FieldKind {
        /// All names of a natural person, in any order and script; several columns may feed it.
        PersonName = "person-name",
        /// Date of birth, with its precision.
        BirthDate = "birth-date",
        /// Travel or identity document: number and issuing state; compared exactly.
        Document = "document",
        /// Name of a company, with or without its legal form.
        CompanyName = "company-name",
        /// International bank account number (ISO 13616); compared exactly.
        Iban = "iban",
        /// Address of a crypto-asset wallet; compared exactly.
        Wallet = "wallet",
        /// Legal entity identifier (ISO 17442); compared exactly.
        Lei = "lei",
        /// Company registration number and country of the register; compared exactly.
        Registration = "registration",
        /// Number of a licence and the country that gave it; compared exactly.
        Licence = "licence",
        /// Serial number of a blank or forged document and the state it names, never a bearer's; compared exactly.
        DocumentSeries = "document-series",
        /// Ship: IMO number with its check digit, or MMSI; compared exactly.
        Vessel = "vessel",
        /// Aircraft: registration mark; compared exactly.
        Aircraft = "aircraft",
        /// Road vehicle: identification number (ISO 3779); compared exactly.
        Vehicle = "vehicle",
        /// Serial number of equipment and its maker; compared exactly.
        Serial = "serial",
        /// Advertised telephone number (E.164); compared exactly.
        Phone = "phone",
        /// Handle of an advertising account and its platform; compared exactly.
        Handle = "handle",
        /// Domain name in an advertisement; compared exactly.
        Domain = "domain",
        /// Advertising account and its platform; compared exactly.
        AdAccount = "ad-account",
        /// Token of a payer of advertisements and its platform; compared exactly.
        PaymentToken = "payment-token",
        /// Name of a place (laboratory: no protocol of the enforcement realm admits it).
        Place = "place",
        /// Postal code (laboratory: no protocol of the enforcement realm admits it).
        Postcode = "postcode",
    }
}

/// How values of a field are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// By tokens in the record's encoding: tolerates differences.
    Fuzzy,
    /// By one keyed token of the whole value, in a pass of its own.
    Exact,
}

impl FieldKind {
    /// How values of this kind are compared: identifiers never become n-grams.
    pub fn comparison(self) -> Comparison {
        match self {
            Self::PersonName | Self::BirthDate | Self::CompanyName | Self::Place | Self::Postcode => Comparison::Fuzzy,
            Self::Document
            | Self::Iban
            | Self::Wallet
            | Self::Lei
            | Self::Registration
            | Self::Licence
            | Self::DocumentSeries
            | Self::Vessel
            | Self::Aircraft
            | Self::Vehicle
            | Self::Serial
            | Self::Phone
            | Self::Handle
            | Self::Domain
            | Self::AdAccount
            | Self::PaymentToken => Comparison::Exact,
        }
    }

    /// Whether a value of this kind says that a record is about a natural person, whatever the record is called.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::PersonName | Self::BirthDate | Self::Document | Self::Phone | Self::Handle)
    }

    /// Whether only the laboratory may compare it.
    pub fn is_laboratory(self) -> bool {
        matches!(self, Self::Place | Self::Postcode)
    }

    /// Whether all values can be listed within hours, so that whoever holds a run's key can test each.
    pub fn is_enumerable(self) -> bool {
        matches!(self, Self::Phone | Self::Vessel | Self::Aircraft | Self::Lei | Self::Registration | Self::Licence)
    }
}

vocabulary! {
    /// Why a record is on an enforcement list. Migrants, smuggled persons, victims, witnesses, relatives, passengers and
    /// followers have no variant: their records cannot be expressed.
    SubjectRole {
        /// Suspected of organising smuggling, on recorded grounds.
        SuspectedOrganiser = "suspected-organiser",
        /// Charged with organising smuggling.
        ChargedOrganiser = "charged-organiser",
        /// Convicted of organising smuggling.
        ConvictedOrganiser = "convicted-organiser",
        /// Suspected of facilitating smuggling for financial or other material benefit.
        FacilitatorForGain = "facilitator-for-gain",
        /// On a public sanctions list.
        ListedPerson = "listed-person",
        /// A company or other legal person.
        LegalPerson = "legal-person",
        /// An account, wallet, craft, document blank or other thing.
        Asset = "asset",
    }
}

impl SubjectRole {
    /// Whether the role is one of natural persons.
    pub fn is_natural(self) -> bool {
        !matches!(self, Self::LegalPerson | Self::Asset)
    }
}

vocabulary! {
    /// From which systems records may come. Asylum, visa, entry, residence, reception, health, education, labour-inspection,
    /// passenger and victim-support systems have no variant.
    SourceKind {
        /// Reports and analyses of a financial intelligence unit.
        FinancialIntelligence = "financial-intelligence",
        /// Case files of a criminal investigation.
        CriminalInvestigation = "criminal-investigation",
        /// Files of a prosecution service.
        Prosecution = "prosecution",
        /// A partnership of obliged entities for sharing information, verified by its supervisor.
        ObligedEntityPartnership = "obliged-entity-partnership",
        /// A register of licences: payment agents, carriers, recruiters.
        LicenceRegister = "licence-register",
        /// A register of companies and of who owns them.
        CompanyRegister = "company-register",
        /// A register of land, vehicles, vessels, aircraft or accounts.
        AssetRegister = "asset-register",
        /// A published list of sanctioned persons and entities.
        SanctionsList = "sanctions-list",
        /// An issuing authority or forensic laboratory: series of stolen blanks and of known forgeries.
        DocumentExamination = "document-examination",
        /// Customs, makers and sellers of equipment.
        EquipmentTrade = "equipment-trade",
        /// A carrier, about its own agents and charterers.
        CarrierAgents = "carrier-agents",
        /// A platform, about accounts of advertisers and businesses.
        PlatformBusiness = "platform-business",
        /// A platform, about accounts that it has acted against after human review.
        PlatformEnforcement = "platform-enforcement",
        /// Tables of events or places in programmes, without persons.
        EventStatistics = "event-statistics",
    }
}

vocabulary! {
    /// What may come out of a run.
    Output {
        /// Noised counts.
        Counts = "counts",
        /// Leads: own handle, lead id, band, expiry.
        Leads = "leads",
    }
}

vocabulary! {
    /// What a record of a natural person must say about why it is on a list. The later, the stricter.
    Grounds {
        /// A role alone.
        RoleOnly = "role-only",
        /// Case, authority, date, offence, gain, who decided and when that was last reviewed.
        CaseFile = "case-file",
    }
}

vocabulary! {
    /// What a protocol cannot do without and no term expresses. An agreement can cite the protocol only where this program
    /// has every one.
    Mechanism {
        /// Noised counts of an overlap, before or instead of records.
        NoisedCounts = "noised-counts",
        /// Lists with identifiers alone and no name to encode.
        ExactOnlyLists = "exact-only-lists",
        /// Leads for one side of a pair, so that the other never learns what matched.
        OneSidedLeads = "one-sided-leads",
        /// An evaluation by the stewards of each enumerable identifier, counted one by one.
        CountedEvaluations = "counted-evaluations",
        /// A countersignature of the protection reviewer on each record.
        RecordCountersignature = "record-countersignature",
    }
}

impl Mechanism {
    /// Whether this program has it.
    pub fn is_built(self) -> bool {
        match self {
            Self::NoisedCounts
            | Self::ExactOnlyLists
            | Self::OneSidedLeads
            | Self::CountedEvaluations
            | Self::RecordCountersignature => false,
        }
    }

    /// What it is, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoisedCounts => "noised counts of an overlap",
            Self::ExactOnlyLists => "lists with identifiers alone",
            Self::OneSidedLeads => "leads for one side only",
            Self::CountedEvaluations => "identifiers evaluated one by one by the stewards",
            Self::RecordCountersignature => "the protection reviewer's countersignature on each record",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_serde_are_one_list() {
        fn same<T: Serialize + Copy>(all: &[T], name: impl Fn(T) -> &'static str) {
            for word in all {
                assert_eq!(serde_json::to_value(word).expect("a word"), name(*word));
            }
        }
        same(&FieldKind::ALL, FieldKind::name);
        same(&SubjectRole::ALL, SubjectRole::name);
        same(&SourceKind::ALL, SourceKind::name);
        same(&Grounds::ALL, Grounds::name);
        assert_eq!(FieldKind::parse("religion"), None);
    }

    #[test]
    fn no_vocabulary_has_a_word_for_the_people_it_must_not_name() {
        let words: Vec<&str> = SubjectRole::ALL
            .map(SubjectRole::name)
            .into_iter()
            .chain(SourceKind::ALL.map(SourceKind::name))
            .chain(FieldKind::ALL.map(FieldKind::name))
            .collect();
        let never = [
            "migrant",
            "smuggled",
            "asylum",
            "refugee",
            "victim",
            "witness",
            "passenger",
            "relative",
            "associate",
            "follower",
            "visa",
            "residence",
            "reception",
            "health",
            "education",
            "labour",
            "pnr",
            "face",
            "finger",
            "iris",
            "dna",
            "biometric",
            "religion",
            "ethnic",
            "politic",
            "nationality",
            "sex",
        ];
        for word in words {
            assert!(!never.iter().any(|bad| word.contains(bad)), "{word}");
        }
    }
}
