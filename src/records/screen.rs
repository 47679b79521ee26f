//! Screening: from raw rows to records that may be encoded.
//!
//! A row leaves this file as a typed record, or with a reason. Malformed rows are *quarantined*, to be mended; rows of
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

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::agreement::Schema;
use crate::protocol::{FieldKind, SubjectRole};

use super::duplicates::repeats;
use super::error::{FirstRows, RecordError};
use super::grounds::GroundsRule;
use super::memo::Memos;
use super::reason::{FieldProblem, Reason, Rejected, Verdict};
use super::report::{Tally, problems, reasons};
use super::row::{Outcome, Screener};
use super::table::{Column, RawRecords};
use super::value::{Record, Value};
use crate::figures::{FieldReport, ScreeningReport};

/// Rows that a thread screens at a time.
const ROWS: usize = 1024;

/// What becomes of a row with a malformed cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The row is quarantined: an agency mends its records.
    Quarantine,
    /// The cell counts as missing, a date for the parts that are readable: the laboratory takes files as they are.
    Missing,
    /// As [`Missing`](Self::Missing), and a document of refugees is a missing value too: a register of protected people is to
    /// keep all of them. (No agency encodes such a document, so there is nothing to compare it with.)
    Protected,
}

/// What the agreement asks of the people behind records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    /// What must be said of why they are there.
    pub grounds: GroundsRule,
    /// Jurisdictions that what any partner learns can reach: whoever is from there is withheld.
    pub reach: BTreeSet<String>,
    /// Fewest distinct cases, where case files are asked for.
    pub min_cases: usize,
}

/// What the agreement asks of records.
#[derive(Clone)]
pub struct Screening {
    /// Roles that are admitted; empty where none is needed (laboratory).
    pub roles: Vec<SubjectRole>,
    /// Whether natural persons are linked, so that only adults pass.
    pub natural_persons: bool,
    /// Grounds and origin.
    pub subjects: Subjects,
    /// Malformed rows in a thousand above which the file is refused.
    pub quarantine_limit_permille: u16,
    /// Fewest records that may be left.
    pub min_records: usize,
    /// What becomes of a row with a malformed cell.
    pub malformed: Malformed,
    /// Fresh randomness for finding duplicate ids.
    pub seed: [u8; 32],
}

impl fmt::Debug for Screening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screening")
            .field("roles", &self.roles)
            .field("natural_persons", &self.natural_persons)
            .field("subjects", &self.subjects)
            .field("quarantine_limit_permille", &self.quarantine_limit_permille)
            .field("min_records", &self.min_records)
            .field("malformed", &self.malformed)
            .finish_non_exhaustive()
    }
}

/// Records that passed screening; there is no other way to make them. Wiped on drop.
pub struct ScreenedRecords {
    records: Vec<Record>,
    ids: Column,
    rows: Vec<u64>,
    fields: Vec<FieldKind>,
}

impl ScreenedRecords {
    /// The records, in the order of their rows; values are aligned with [`fields`](Self::fields).
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The fields of the schema that the records were screened for.
    pub fn fields(&self) -> &[FieldKind] {
        &self.fields
    }

    /// The agency's own id of a record.
    pub fn id(&self, index: usize) -> &str {
        self.ids.get(index)
    }

    /// Row numbers in the file, aligned with the records.
    pub fn rows(&self) -> &[u64] {
        &self.rows
    }

    /// The records that `keep` wants by their row numbers, and the ids; all others are wiped.
    pub(crate) fn into_parts(self, mut keep: impl FnMut(u64) -> bool) -> (Vec<(u64, Record)>, Ids) {
        let Self { records, ids, rows, .. } = self;
        let kept = rows.iter().copied().zip(records).filter(|(row, _)| keep(*row)).collect();
        (kept, Ids(ids))
    }

    /// How many records there are; at least one where they are a whole list.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// An agency's own ids of records, by their places among the accepted.
pub struct Ids(Column);

impl Ids {
    /// The id of the record at `index`.
    pub fn get(&self, index: usize) -> &str {
        self.0.get(index)
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ids").finish_non_exhaustive()
    }
}

impl fmt::Debug for ScreenedRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScreenedRecords").field("records", &self.records.len()).finish_non_exhaustive()
    }
}

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
        let (screened, found) = collect(&self, &screener, schema, outcomes.into_iter());
        found.report(screening).map(|report| (screened, report))
    }
}

/// Sorts the outcomes of a table's rows into records and findings.
pub(super) fn collect(
    raw: &RawRecords,
    screener: &Screener<'_>,
    schema: &Schema,
    outcomes: impl Iterator<Item = Outcome>,
) -> (ScreenedRecords, Findings) {
    let mut screened = ScreenedRecords {
        records: Vec::new(),
        ids: Column::default(),
        rows: Vec::new(),
        fields: schema.fields.clone(),
    };
    let mut found = Findings::new(raw, schema);
    screened.records.reserve_exact(raw.rows.len());
    screened.rows.reserve_exact(raw.rows.len());
    for (index, outcome) in outcomes.enumerate() {
        let row = raw.rows[index];
        match outcome {
            Outcome::Rejected(reason, column) => found.rejected.push(Rejected { row, reason, column }),
            Outcome::Accepted(record, problems) => {
                for (field, value) in found.fields.iter_mut().zip(&record.values) {
                    field.present += u64::from(*value != Value::Missing);
                }
                for (field, problem) in problems {
                    found.fields[field].problems.entry(problem).or_default().add(row);
                }
                found.cases.extend(screener.case(index));
                screened.ids.push(screener.id(index));
                screened.rows.push(row);
                screened.records.push(record);
            }
        }
    }
    found.accepted = screened.records.len() as u64;
    (screened, found)
}

/// What screening found in a table, or in several.
#[derive(Debug)]
pub(super) struct Findings {
    accepted: u64,
    /// Digests of the cases of accepted rows, keyed afresh for each list.
    cases: HashSet<[u8; 8]>,
    rejected: Vec<Rejected>,
    /// For each field of the schema its columns, how many accepted rows have it, and its problems.
    fields: Vec<FieldFindings>,
    unread: Vec<String>,
}

/// What screening found in one field of the schema.
#[derive(Debug)]
struct FieldFindings {
    kind: FieldKind,
    columns: Vec<String>,
    /// Accepted rows that have it.
    present: u64,
    problems: BTreeMap<FieldProblem, Tally>,
}

impl Findings {
    fn new(raw: &RawRecords, schema: &Schema) -> Self {
        let of = |kind: &FieldKind| FieldFindings {
            kind: *kind,
            columns: raw.projection.map.fields.get(kind).map(|field| field.columns.clone()).unwrap_or_default(),
            present: 0,
            problems: BTreeMap::new(),
        };
        let fields = schema.fields.iter().map(of).collect();
        Self { accepted: 0, cases: HashSet::new(), rejected: raw.rejected.clone(), fields, unread: raw.unread.clone() }
    }

    /// Adds what was found in the table that follows.
    pub(super) fn add(&mut self, next: Self) {
        self.accepted += next.accepted;
        self.cases.extend(next.cases);
        self.rejected.extend(next.rejected);
        for (field, next) in self.fields.iter_mut().zip(next.fields) {
            field.present += next.present;
            for (problem, tally) in next.problems {
                field.problems.entry(problem).or_default().append(tally);
            }
        }
        // Some readers know every column only at the end.
        self.unread = next.unread;
    }

    /// The report, unless so much was set aside that the file is refused.
    pub(super) fn report(self, screening: &Screening) -> Result<ScreeningReport, RecordError> {
        let Self { accepted, cases, mut rejected, fields, unread } = self;
        let asked = screening.subjects.grounds != GroundsRule::RoleOnly;
        rejected.sort_by_key(|rejected| rejected.row);
        let quarantined = rejected.iter().filter(|r| r.reason.verdict() == Verdict::Quarantined).count() as u64;
        let fields = fields.into_iter().map(|field| FieldReport {
            field: field.kind,
            columns: field.columns,
            present: field.present,
            present_permille: (field.present * 1000).checked_div(accepted).unwrap_or_default(),
            problems: problems(field.problems),
        });
        let report = ScreeningReport {
            rows: accepted + rejected.len() as u64,
            accepted,
            cases: asked.then_some(cases.len() as u64),
            quarantined,
            withheld: rejected.len() as u64 - quarantined,
            reasons: reasons(&rejected),
            fields: fields.collect(),
            unread_columns: unread,
            rejected,
        };
        match refusal(&report, screening) {
            Some(refuse) => Err(refuse(Box::new(report))),
            None => Ok(report),
        }
    }
}

/// Whether so much was set aside that the file is refused, and how.
fn refusal(
    report: &ScreeningReport,
    screening: &Screening,
) -> Option<impl FnOnce(Box<ScreeningReport>) -> RecordError + use<>> {
    let (rows, quarantined) = (report.rows, report.quarantined);
    let (records, minimum) = (report.accepted as usize, screening.min_records);
    let limit_permille = screening.quarantine_limit_permille;
    let over_limit = u128::from(quarantined) * 1000 > u128::from(rows) * u128::from(limit_permille);
    let main = |verdict| report.main_reason(verdict).unwrap_or((Reason::NothingToCompare, FirstRows(Vec::new())));
    let (quarantine_reason, quarantine_first) = main(Verdict::Quarantined);
    let (withhold_reason, withhold_first) = main(Verdict::Withheld);
    let (cases, least) = (report.cases, screening.subjects.min_cases);
    let few_cases = cases.is_some_and(|cases| (cases as usize) < least);
    let is_refused = records == 0 || over_limit || records < minimum || few_cases;
    is_refused.then_some(move |report| {
        if quarantined == rows {
            RecordError::AllQuarantined { rows, reason: quarantine_reason, first: quarantine_first, report }
        } else if over_limit {
            RecordError::TooManyQuarantined {
                quarantined,
                rows,
                limit_permille,
                reason: quarantine_reason,
                first: quarantine_first,
                report,
            }
        } else if records == 0 {
            RecordError::AllWithheld { rows, reason: withhold_reason, first: withhold_first, report }
        } else if records < minimum {
            RecordError::TooFew { records, minimum, report }
        } else {
            RecordError::TooFewCases { cases: cases.unwrap_or_default(), minimum: least, report }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{TODAY, lenient, map, options, schema};
    use super::super::value::BirthDate;
    use super::super::{ColumnMap, Format, Input, Limits, read};
    use super::*;

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
