//! The source manifest: where a file comes from, beside the file.
//!
//! ```toml
//! symbolon = "source v1"
//! system = "case-management-2"
//! source = "prosecution"
//! legal_basis = "Code of Criminal Procedure; section 474"
//! query = "sha256 of the extraction query"
//! rows = 412
//! extracted = "2026-11-20"
//! officer = "unit 4, desk 2"
//! ```
//!
//! The encoder refuses a file whose rows are not as many, whose source is not the one on the agency's card, or whose extraction is
//! old. It is the agency's own word, checked by its own program; for an audit it says where to look. A file that carries the
//! columns of a system that is never a source is refused under any manifest.

use jiff::civil::Date;
use serde::Deserialize;

use crate::protocol::SourceKind;

use super::error::RecordError;

/// Days after which an extraction is too old to be compared.
const MAX_AGE_DAYS: i32 = 90;

/// Parts of column names that give a system away which is never a source.
const TELLING: [&str; 20] = [
    "asylum",
    "asyl",
    "eurodac",
    "refugee",
    "visa",
    "pnr",
    "passenger",
    "paxlst",
    "seat",
    "boarding",
    "residence_permit",
    "reception_cent",
    "shelter",
    "patient",
    "diagnos",
    "school",
    "victim",
    "biometric",
    "fingerprint",
    "returnee",
];

/// What a file says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    symbolon: String,
    system: String,
    source: SourceKind,
    legal_basis: String,
    query: String,
    rows: u64,
    extracted: Date,
    officer: String,
}

impl Manifest {
    /// Parses a manifest; an unknown, missing or empty entry is an error.
    pub fn parse(toml: &str) -> Result<Self, RecordError> {
        let manifest: Self = toml::from_str(toml).map_err(|e| RecordError::Manifest(e.message().to_owned()))?;
        let Self { symbolon, system, legal_basis, query, officer, source: _, rows: _, extracted: _ } = &manifest;
        if symbolon != "source v1" {
            return Err(RecordError::Manifest("it is not a `source v1`".to_owned()));
        }
        if [system, legal_basis, query, officer].iter().any(|entry| entry.trim().is_empty()) {
            return Err(RecordError::Manifest("an entry is empty".to_owned()));
        }
        Ok(manifest)
    }

    /// Holds it against what was read, on `today`, by an agency whose card states `source`.
    pub fn check(&self, rows: u64, source: Option<SourceKind>, today: Date) -> Result<(), RecordError> {
        let refuse = |why: &str| Err(RecordError::Manifest(why.to_owned()));
        if self.rows != rows {
            return refuse("the file has another number of rows");
        }
        if Some(self.source) != source {
            return refuse("its source is not the one on the agency's card");
        }
        if self.extracted > today {
            return refuse("the extraction lies in the future");
        }
        match today.since(self.extracted).map(|age| age.get_days()) {
            Ok(days) if days <= MAX_AGE_DAYS => Ok(()),
            _ => refuse("the extraction is older than 90 days"),
        }
    }
}

/// The sign by which a header gives a system away that is never a source.
pub(super) fn forbidden<'n>(columns: impl Iterator<Item = &'n str>) -> Option<&'static str> {
    columns.into_iter().find_map(|name| {
        let plain = name.to_lowercase().replace([' ', '-', '.'], "_");
        TELLING
            .into_iter()
            .find(|sign| plain.split('_').any(|word| word == *sign) || (sign.len() > 5 && plain.contains(sign)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "symbolon = \"source v1\"\nsystem = \"cases\"\nsource = \"prosecution\"\nlegal_basis = \"Code; 474\"\n\
                        query = \"abc\"\nrows = 3\nextracted = \"2026-11-20\"\nofficer = \"desk 2\"\n";

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn a_manifest_holds_for_its_file_its_agency_and_a_while() {
        let manifest = Manifest::parse(TEXT).expect("sound");
        let source = Some(SourceKind::Prosecution);
        assert!(manifest.check(3, source, day("2026-11-20")).is_ok());
        assert!(manifest.check(3, source, day("2027-02-18")).is_ok());
        for (rows, source, today) in [
            (4, source, "2026-11-20"),
            (3, Some(SourceKind::CriminalInvestigation), "2026-11-20"),
            (3, None, "2026-11-20"),
            (3, source, "2026-11-19"),
            (3, source, "2027-02-19"),
        ] {
            let error = manifest.check(rows, source, day(today)).expect_err("refused");
            assert_eq!(error.code().id, "SYM-0324");
        }
    }

    #[test]
    fn unknown_missing_empty_and_forbidden_entries_are_errors() {
        for (from, to) in [
            ("officer = \"desk 2\"\n", ""),
            ("officer = \"desk 2\"", "officer = \" \""),
            ("rows = 3", "rows = 3\nnote = \"x\""),
            ("\"prosecution\"", "\"asylum\""),
            ("source v1", "source v2"),
        ] {
            assert!(Manifest::parse(&TEXT.replacen(from, to, 1)).is_err(), "{to}");
        }
    }

    #[test]
    fn systems_that_are_never_a_source_give_themselves_away() {
        for name in
            ["Asylum-Case", "EURODAC_ID", "pnr locator", "visa.number", "passenger_ref", "asylantrag_asyl", "seat"]
        {
            assert!(forbidden([name].into_iter()).is_some(), "{name}");
        }
        for name in ["name", "dob", "advisable", "seattle", "case_no", "offence"] {
            assert_eq!(forbidden([name].into_iter()), None, "{name}");
        }
    }
}
