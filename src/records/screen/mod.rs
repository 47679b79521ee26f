//! Screening: from raw rows to records that may be encoded.
//!
//! A row leaves this folder as a typed record, or with a reason. Malformed rows are *quarantined*, to be mended; rows of
//! people and documents that are not to be linked are *withheld*. Where a row is both, withholding wins.
//!
//! - Roles: only what the agreement admits; what is not in the vocabulary cannot be expressed.
//! - Age: where natural persons are linked, only who is an adult by the latest reading of the birth date passes. A record
//!   called a company or an asset that carries a person's name, birth date or document is tested all the same. The birth
//!   date may be mapped for this test alone, without being in the schema.
//! - Documents of refugees, stateless persons and the United Nations withhold their row.
//! - Grounds: where the terms ask for a case file, a person's record passes only with one.
//! - Origin: who is from a state that a partner's knowledge can reach is withheld.
//! - A header that gives away a system that is never a source refuses the file.
//! - Identifiers whose check digits do not hold are missing values, and are reported.

mod duplicates;
mod findings;
mod grounds;
mod memo;
mod origin;
mod report;
mod row;
mod screened;
mod screening;
mod sieve;

use jiff::civil::Date;
use rayon::prelude::*;

use super::error::RecordError;
use super::read::table::RawRecords;
use crate::agreement::Schema;
use crate::figures::ScreeningReport;
use duplicates::repeats;
use memo::Memos;
use row::{Outcome, Screener};

pub use grounds::GroundsRule;
pub use screened::{Ids, ScreenedRecords};
pub use screening::{Malformed, Screening, Subjects};
pub use sieve::{NumberedRecords, SeenIds, Sieve, SievedPart};

/// Rows that a thread screens at a time.
const ROWS: usize = 1024;

impl RawRecords {
    /// Screens every row for `schema`, as of `today`. The raw rows are wiped, whatever comes of it.
    pub fn screen(
        self,
        schema: &Schema,
        screening: &Screening,
        today: Date,
    ) -> Result<(ScreenedRecords, ScreeningReport), RecordError> {
        let screener = Screener::new(&self, schema, screening, today)?;
        let repeats = repeats((0..self.rows.len()).map(|row| screener.id(row)), &screening.seed);
        let memos = Memos::default();
        let some = |rows: &[bool], first: usize| {
            let row = |(at, repeat): (usize, &bool), memo: &mut _| screener.row(first + at, *repeat, memo);
            memos.lend(|memo| rows.iter().enumerate().map(|each| row(each, memo)).collect::<Vec<Outcome>>())
        };
        let outcomes: Vec<Outcome> =
            repeats.par_chunks(ROWS).enumerate().flat_map_iter(|(at, rows)| some(rows, at * ROWS)).collect();
        let (screened, found) = findings::collect(&self, &screener, schema, outcomes.into_iter());
        found.report(screening).map(|report| (screened, report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{FieldKind, SubjectRole};
    use crate::records::reason::{FieldProblem, Reason};
    use crate::records::tests::{TODAY, lenient, map, options, schema};
    use crate::records::value::{BirthDate, Value};
    use crate::records::{ColumnMap, Format, Input, Limits, read};

    const PERSON: [FieldKind; 2] = [FieldKind::PersonName, FieldKind::BirthDate];

    fn raw(text: &str, map: &ColumnMap) -> RawRecords {
        read(Input::from_bytes(text), &options(Format::Csv), map, &Limits::default()).unwrap()
    }

    fn persons(rows: &str, screening: &Screening) -> Result<(ScreenedRecords, ScreeningReport), RecordError> {
        let map = map(&["id=id", "role=role", "person-name=name", "birth-date=dob"]);
        raw(&format!("id,role,name,dob\n{rows}"), &map).screen(&schema(&PERSON), screening, TODAY)
    }

    fn enforcement() -> Screening {
        let roles = vec![SubjectRole::SuspectedOrganiser, SubjectRole::LegalPerson];
        Screening { roles, natural_persons: true, quarantine_limit_permille: 1000, ..lenient() }
    }

    fn outcome(report: &ScreeningReport) -> Vec<(u64, Reason, Option<&str>)> {
        report.rejected.iter().map(|r| (r.row, r.reason, r.column.as_deref())).collect()
    }

    #[test]
    fn records_keep_the_order_of_rows_and_fields() {
        let (screened, report) =
            persons("b,x,Ada Lovelace,1980-05-12\na,x,Grace,1981-06\nc,x,Joan,\n", &lenient()).unwrap();
        assert_eq!((screened.rows(), screened.fields()), (&[1, 2, 3][..], &PERSON[..]));
        assert_eq!([screened.id(0), screened.id(1), screened.id(2)], ["b", "a", "c"]);
        assert!(matches!(&screened.records()[0].values[0], Value::Parts(parts) if parts.len() == 2));
        let june = BirthDate { year: Some(1981), month: Some(6), day: None };
        assert!(screened.records()[1].values[1] == Value::Date(june));
        assert!(screened.records()[2].values[1] == Value::Missing);
        assert_eq!(
            (report.rows, report.accepted, report.fields[1].present, report.fields[1].present_permille),
            (3, 3, 2, 666)
        );
    }

    #[test]
    fn only_admitted_roles_pass() {
        let rows = "1,suspected-organiser,A,1980-05-12\n2,convicted-organiser,B,1980-05-12\n3,migrant,C,1980-05-12\n\
                    4,,D,1980-05-12\n5,SUSPECTED-ORGANISER,E,1980-05-12\n6,victim,F,1980-99-99\n";
        let (screened, report) = persons(rows, &enforcement()).unwrap();
        assert_eq!(screened.rows(), [1, 5]);
        let role = Some("role");
        let expected = [
            (2, Reason::RoleNotAdmitted, role),
            (3, Reason::RoleUnknown, role),
            (4, Reason::NoRole, role),
            (6, Reason::RoleUnknown, role),
        ];
        assert_eq!(outcome(&report), expected);
        assert_eq!((report.withheld, report.quarantined), (4, 0));
    }

    #[test]
    fn the_agencys_words_become_roles_by_the_map() {
        let map = ColumnMap::parse(
            "id = \"id\"\n[role]\ncolumn = \"role\"\nvalues = { \"verdächtig\" = \"suspected-organiser\" }\n\
             [person-name]\ncolumns = [\"name\"]\n[birth-date]\ncolumns = [\"dob\"]",
        )
        .unwrap();
        let raw = raw("id,role,name,dob\n1,verdächtig,A,1980-05-12\n2,zeuge,B,1980-05-12\n", &map);
        let (screened, _) = raw.screen(&schema(&PERSON), &enforcement(), TODAY).unwrap();
        assert_eq!(screened.rows(), [1]);
    }

    #[test]
    fn only_certain_adults_pass() {
        let role = "suspected-organiser";
        let rows: String =
            ["2008-06-15", "2008-06-16", "2008-01-01", "2008", "", "0000-05-12", "2007-12-31", "2012-02"]
                .iter()
                .enumerate()
                .map(|(i, dob)| format!("{i},{role},Name{i},{dob}\n"))
                .collect();
        let (screened, report) = persons(&rows, &enforcement()).unwrap();
        assert_eq!(screened.rows(), [1, 7]);
        let (minor, maybe) = (Reason::Minor, Reason::PossiblyMinor);
        let reasons: Vec<Reason> = report.rejected.iter().map(|rejected| rejected.reason).collect();
        assert_eq!(reasons, [minor, maybe, maybe, maybe, maybe, minor]);
    }

    #[test]
    fn a_child_is_not_linked_by_being_called_a_company() {
        let (screened, report) = persons(
            "1,legal-person,Ada,2012-05-12\n2,legal-person,Acme,\n3,legal-person,Old,1980-05-12\n",
            &enforcement(),
        )
        .unwrap();
        assert_eq!(screened.rows(), [3]);
        assert_eq!(outcome(&report)[0], (1, Reason::Minor, Some("dob")));
        assert_eq!(outcome(&report)[1].1, Reason::PossiblyMinor);
    }

    #[test]
    fn companies_need_no_birth_date() {
        let map = map(&["id=id", "role=role", "company-name=name", "birth-date="]);
        let raw = raw("id,role,name\n1,legal-person,Acme\n", &map);
        let screening = Screening { roles: vec![SubjectRole::LegalPerson], ..enforcement() };
        let (screened, _) = raw.screen(&schema(&[FieldKind::CompanyName]), &screening, TODAY).unwrap();
        assert_eq!(screened.len(), 1);
    }

    #[test]
    fn a_birth_date_can_be_mapped_for_the_age_test_alone() {
        let map = map(&["id=id", "role=role", "person-name=name", "birth-date=dob"]);
        let text = "id,role,name,dob\n1,suspected-organiser,A,2012-05-12\n2,suspected-organiser,B,1980-05-12\n";
        let (screened, _) = raw(text, &map).screen(&schema(&[FieldKind::PersonName]), &enforcement(), TODAY).unwrap();
        assert_eq!((screened.rows(), screened.records()[0].values.len()), (&[2][..], 1));
    }

    #[test]
    fn malformed_rows_are_quarantined_with_reason_and_column() {
        let rows = "1,x,A,31.02.1980\n2,x,???,1980-05-12\n3,x,,1980-05-12\n4,x,D,1980-02-31\n,x,E,1980-05-12\n\
                    6,x,,\n7,x,G,2030-01-02\n8,x,H\n9,x,I,1980-05-12\n";
        let screening = Screening { quarantine_limit_permille: 950, ..lenient() };
        let (screened, report) = persons(rows, &screening).unwrap();
        assert_eq!(screened.rows(), [9]);
        let (dob, name) = (Some("dob"), Some("name"));
        let expected = [
            (1, Reason::DateShape, dob),
            (2, Reason::NameWithoutLetters, name),
            (3, Reason::NoName, None),
            (4, Reason::ImpossibleDate, dob),
            (5, Reason::NoId, Some("id")),
            (6, Reason::NothingToCompare, None),
            (7, Reason::DateInFuture, dob),
            (8, Reason::Ragged, None),
        ];
        assert_eq!(outcome(&report), expected);
        assert_eq!((report.rows, report.quarantined), (9, 8));
    }

    #[test]
    fn second_and_later_rows_of_an_id_are_quarantined() {
        let (screened, report) = persons("1,x,A,1980\n2,x,B,1980\n1,x,C,1980\n1,x,D,1980\n", &lenient()).unwrap();
        assert_eq!(screened.rows(), [1, 2]);
        assert_eq!(outcome(&report), [(3, Reason::DuplicateId, Some("id")), (4, Reason::DuplicateId, Some("id"))]);
    }

    #[test]
    fn identifiers_with_problems_are_missing_and_reported() {
        let map = map(&["id=id", "person-name=name", "iban=iban", "document=doc+issuer"]);
        let text = "id,name,iban,doc,issuer\n1,A,GB82WEST12345698765432,YA123456,ITA\n\
                    2,B,GB82WEST12345698765433,YA123456,\n3,C,nonsense,,\n4,D,,YA123456,XXB\n5,E,,,XXC\n";
        let fields = [FieldKind::PersonName, FieldKind::Iban, FieldKind::Document];
        let (screened, report) = raw(text, &map).screen(&schema(&fields), &lenient(), TODAY).unwrap();
        assert_eq!(screened.rows(), [1, 2, 3]);
        assert!(screened.records()[0].values[2] == Value::Text("IT:YA123456".to_owned()));
        assert!(screened.records()[1].values[1] == Value::Missing);
        let problems: Vec<_> = report.fields[1].problems.iter().map(|p| (p.problem, p.rows, p.first.clone())).collect();
        assert_eq!(problems, [(FieldProblem::CheckDigits, 1, vec![2]), (FieldProblem::Shape, 1, vec![3])]);
        assert_eq!(report.fields[2].problems[0].problem, FieldProblem::NoCountry);
        let issuer = Some("issuer");
        assert_eq!(outcome(&report), [(4, Reason::RefugeeDocument, issuer), (5, Reason::RefugeeDocument, issuer)]);
        assert_eq!(report.withheld, 2);
    }

    #[test]
    fn files_with_too_little_left_are_refused_and_say_where() {
        let error = persons("1,x,A,bad\n2,x,B,bad\n", &lenient()).unwrap_err();
        assert!(matches!(&error, RecordError::AllQuarantined { rows: 2, reason: Reason::DateShape, .. }));
        assert_eq!(error.report().unwrap().rejected.len(), 2);
        assert!(error.to_string().ends_with("first rows 1, 2"), "{error}");

        let screening = Screening { quarantine_limit_permille: 333, ..lenient() };
        let error = persons("1,x,A,bad\n2,x,B,1980\n3,x,C,1980\n", &screening).unwrap_err();
        assert!(matches!(error, RecordError::TooManyQuarantined { quarantined: 1, rows: 3, .. }), "{error}");
        let screening = Screening { quarantine_limit_permille: 334, ..lenient() };
        assert!(persons("1,x,A,bad\n2,x,B,1980\n3,x,C,1980\n", &screening).is_ok());

        let error = persons("1,migrant,A,1980\n", &enforcement()).unwrap_err();
        assert!(matches!(error, RecordError::AllWithheld { reason: Reason::RoleUnknown, .. }), "{error}");

        let screening = Screening { min_records: 2, ..lenient() };
        assert!(matches!(persons("1,x,A,1980\n", &screening).unwrap_err(), RecordError::TooFew { records: 1, .. }));
        assert_eq!(persons("1,x,A,1980\n", &lenient()).unwrap().0.len(), 1);
    }

    #[test]
    fn what_screening_needs_must_be_mapped() {
        let text = "id,role,name,dob\n1,suspected-organiser,A,1980\n";
        let no_role = map(&["id=id", "person-name=name", "birth-date=dob"]);
        let error = raw(text, &no_role).screen(&schema(&PERSON), &enforcement(), TODAY).unwrap_err();
        assert!(matches!(error, RecordError::UnmappedRole));
        let no_date = map(&["id=id", "role=role", "person-name=name"]);
        let error = raw(text, &no_date).screen(&schema(&[FieldKind::PersonName]), &enforcement(), TODAY).unwrap_err();
        assert!(matches!(error, RecordError::UnmappedField { kind: FieldKind::BirthDate }));
        let error = raw(text, &no_date).screen(&schema(&PERSON), &lenient(), TODAY).unwrap_err();
        assert!(matches!(error, RecordError::UnmappedField { kind: FieldKind::BirthDate }));
    }

    #[test]
    fn one_order_whatever_the_number_of_threads() {
        let rows: String = (0..5000).map(|i| format!("{},x,Name{i},19{:02}-05-12\n", i % 4000, i % 100)).collect();
        let screen = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let (screened, report) = pool.install(|| persons(&rows, &lenient())).unwrap();
            (screened.rows().to_vec(), report)
        };
        assert!(screen(1) == screen(4));
    }
}
