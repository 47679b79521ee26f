//! What screening found in the tables of a list, and whether so much was set aside that the list is refused.

use std::collections::{BTreeMap, HashSet};

use super::super::error::{FirstRows, RecordError};
use super::super::read::table::{Column, RawRecords};
use super::super::reason::{FieldProblem, Reason, Rejected, Verdict};
use super::super::value::Value;
use super::grounds::GroundsRule;
use super::report::{Tally, problems, reasons};
use super::row::{Outcome, Screener};
use super::screened::ScreenedRecords;
use super::screening::Screening;
use crate::agreement::Schema;
use crate::figures::{FieldReport, ScreeningReport};
use crate::protocol::FieldKind;

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
