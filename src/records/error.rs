//! Refusals of the records room. They name columns of the map, row numbers and rules, never what a cell holds.
//!
//! Errors of the parsers underneath (CSV, JSON, Parquet) quote their input, so none of them is kept as a source. Names in
//! a file's header are not quoted either before the map has found its columns there: in a file without a header they
//! would be the first person.

use std::fmt;
use std::io;

use crate::code::codes;
use crate::protocol::FieldKind;

use super::reason::Reason;
use crate::figures::ScreeningReport;

/// Row numbers to look at first; displayed as `rows 17, 203, 311`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstRows(pub Vec<u64>);

/// How many row numbers a message or a report shows.
pub(crate) const ROWS_SHOWN: usize = 5;

impl fmt::Display for FirstRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 { "row " } else { "rows " })?;
        for (i, row) in self.0.iter().take(ROWS_SHOWN).enumerate() {
            write!(f, "{}{row}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Why records were refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// No row is left.
    #[error("all {rows} rows are quarantined; most often: {}; first {first}", reason.text())]
    AllQuarantined {
        /// Rows of the file, headers left out.
        rows: u64,
        /// The most frequent reason.
        reason: Reason,
        /// The first rows with it, by number.
        first: FirstRows,
        /// Everything that screening found.
        report: Box<ScreeningReport>,
    },
    /// Well-formed rows, none of which may be linked.
    #[error("none of {rows} rows may be linked; most often: {}; first {first}", reason.text())]
    AllWithheld {
        /// Rows of the file, headers left out.
        rows: u64,
        /// The most frequent reason.
        reason: Reason,
        /// The first rows with it, by number.
        first: FirstRows,
        /// Everything that screening found.
        report: Box<ScreeningReport>,
    },
    /// Several well-known column names would do.
    #[error("{what} could be read from any of the columns {}", columns.join(", "))]
    AmbiguousColumn {
        /// The field, `id` or `role`.
        what: &'static str,
        /// Well-known names that the header has.
        columns: Vec<&'static str>,
    },
    /// The header fits two delimiters equally well.
    #[error("the header could be separated by {0} as well as by {1}")]
    AmbiguousDelimiter(&'static str, &'static str),
    /// A Parquet column of a type that is not text, whole number or date.
    #[error("column `{column}` has type {found}; text, whole numbers and dates are read")]
    ColumnType {
        /// Name of the column, as the map has it.
        column: String,
        /// The file's type for it.
        found: &'static str,
    },
    /// The file is damaged or not what its format says.
    #[error("the file is not valid {format}: {what}")]
    Corrupt {
        /// The format, by its name: `csv`, `ndjson` or `parquet`.
        format: &'static str,
        /// What does not hold, in words; quotes no cell.
        what: &'static str,
    },
    /// Two columns of the header have one name.
    #[error("columns {first} and {second} of the header have the same name")]
    DuplicateColumn {
        /// Position of the first, from 1.
        first: usize,
        /// Position of the second, from 1.
        second: usize,
    },
    /// Nothing at all.
    #[error("the file is empty")]
    Empty,
    /// A label that names no encoding.
    #[error("`{0}` names no character encoding")]
    EncodingLabel(String),
    /// The system failed to read or write.
    #[error("reading or writing failed: {0}")]
    Io(io::ErrorKind),
    /// A size over its limit.
    #[error("{what}: the limit is {limit}{}", row.map(|row| format!("; at row {row}")).unwrap_or_default())]
    Limit {
        /// What is too large, with its unit.
        what: &'static str,
        /// The limit, in the unit of what is too large.
        limit: u64,
        /// The row, counted from 1 behind the header, where it is at one.
        row: Option<u64>,
    },
    /// The source manifest is unfit or does not hold.
    #[error("the source manifest: {0}")]
    Manifest(String),
    /// The map does not say what it should.
    #[error("the column map{}: {why}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Map {
        /// Line of the map, if it comes from a file.
        line: Option<usize>,
        /// What is wrong with it, in words; quotes no cell.
        why: String,
    },
    /// A column that the map names and the file lacks.
    #[error("the file has no column `{column}`, which the map gives for {what}")]
    MissingColumn {
        /// The field, `id` or `role`.
        what: &'static str,
        /// The column's name in the map.
        column: String,
    },
    /// No source manifest where the terms ask for one.
    #[error("the terms ask for a source manifest beside the file")]
    NoManifest,
    /// A header and nothing below it.
    #[error("the file has no rows")]
    NoRows,
    /// The file comes from a system that is never a source.
    #[error("the header has a column of a kind that gives away a system that is never a source: `{sign}`")]
    NeverASource {
        /// The sign, of the program's own list.
        sign: &'static str,
    },
    /// Text that is not UTF-8, without a stated encoding.
    #[error("{} is not UTF-8, and no encoding was stated", if *row == 0 { "the header".to_owned() } else { format!("row {row}") })]
    NotUtf8 {
        /// The row; 0 is the header.
        row: u64,
    },
    /// Fewer records than the agreement's minimum.
    #[error("{records} records are left after screening; the minimum is {minimum}")]
    TooFew {
        /// Records that are left after screening.
        records: usize,
        /// The least number that the agreement admits.
        minimum: usize,
        /// Everything that screening found.
        report: Box<ScreeningReport>,
    },
    /// Fewer distinct cases are left than the agreement asks for.
    #[error("{cases} distinct cases are left, the agreement asks for at least {minimum}")]
    TooFewCases {
        /// Distinct cases behind the records that are left.
        cases: u64,
        /// The least number that the agreement admits.
        minimum: usize,
        /// Everything that screening found.
        report: Box<ScreeningReport>,
    },
    /// More malformed rows than the limit.
    #[error(
        "{quarantined} of {rows} rows are quarantined, over the limit of {limit_permille} in a thousand; most often: {}; \
         first {first}",
        reason.text()
    )]
    TooManyQuarantined {
        /// Rows that are malformed.
        quarantined: u64,
        /// Rows of the file, headers left out.
        rows: u64,
        /// Malformed rows in a thousand that are admitted.
        limit_permille: u16,
        /// The most frequent reason.
        reason: Reason,
        /// The first rows with it, by number.
        first: FirstRows,
        /// Everything that screening found.
        report: Box<ScreeningReport>,
    },
    /// A quote that opens and does not close.
    #[error("a quote opens in row {row} and does not close within the allowed lines")]
    UnclosedQuote {
        /// The row; 0 is the header.
        row: u64,
    },
    /// A format was neither stated nor known from the name.
    #[error("the format of the file is not known")]
    UnknownFormat,
    /// A field of the schema about which the map says nothing.
    #[error("the map does not say which column holds {}", kind.name())]
    UnmappedField {
        /// The kind of field.
        kind: FieldKind,
    },
    /// Grounds are required and the map gives none.
    #[error("the terms ask for the case file of each record, and the map has no [grounds]")]
    UnmappedGrounds,
    /// Neither map nor header give the id.
    #[error("the map does not say which column holds the id")]
    UnmappedId,
    /// Roles are required and the map gives none.
    #[error("the map does not say which column holds the role")]
    UnmappedRole,
}

impl From<io::Error> for RecordError {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}

codes! {
    of RecordError {}
    Self::AllQuarantined { .. } => ALL_QUARANTINED = "SYM-0301", Data,
        "Every row of the file is malformed.",
        "Look at the quarantine list; most often the date format or the delimiter of the map is wrong.";
    Self::AllWithheld { .. } => ALL_WITHHELD = "SYM-0302", Data,
        "The rows are well-formed, and none of them may be linked: roles, ages or documents exclude them.",
        "Check the role column and its words in the map; adults need a full birth date.";
    Self::AmbiguousColumn { .. } => AMBIGUOUS_COLUMN = "SYM-0303", Usage,
        "Several columns have well-known names for one field.",
        "Say which, with --map FIELD=COLUMN.";
    Self::AmbiguousDelimiter(..) => AMBIGUOUS_DELIMITER = "SYM-0304", Usage,
        "The header could be separated by more than one delimiter.",
        "State the delimiter, with --delimiter.";
    Self::ColumnType { .. } => COLUMN_TYPE = "SYM-0305", Data,
        "A mapped Parquet column has a type that is not read.",
        "Export it as text, whole number or date.";
    Self::Corrupt { .. } => CORRUPT = "SYM-0306", Data,
        "The file is damaged, or not in the format it claims.",
        "Export it again, or state its format.";
    Self::DuplicateColumn { .. } => DUPLICATE_COLUMN = "SYM-0307", Data,
        "Two columns have the same name, so that it is not clear which is meant.",
        "Rename one of them.";
    Self::Empty => EMPTY = "SYM-0308", Data,
        "The file is empty.",
        "Check the path and the export.";
    Self::EncodingLabel(_) => ENCODING_LABEL = "SYM-0309", Usage,
        "The stated character encoding is not known.",
        "Use a label such as utf-8, utf-16le, windows-1251 or koi8-r.";
    Self::Io(_) => IO = "SYM-0310", Bug,
        "The system could not read or write the file.",
        "Check disk, permissions and connection, and try again.";
    Self::Limit { .. } => LIMIT = "SYM-0311", Data,
        "The file exceeds a limit that protects this machine.",
        "Split the file, or mend the row that is named.";
    Self::Map { .. } => MAP = "SYM-0312", Usage,
        "The column map is wrong.",
        "Mend the line that is named; keys are field names, `id`, `format` and `role`.";
    Self::MissingColumn { .. } => MISSING_COLUMN = "SYM-0313", Usage,
        "The map names a column that the file does not have.",
        "Compare the map with the file's header; names are compared exactly.";
    Self::NoRows => NO_ROWS = "SYM-0314", Data,
        "The file has a header, and no rows.",
        "Check the export.";
    Self::NotUtf8 { .. } => NOT_UTF8 = "SYM-0315", Data,
        "The text is not UTF-8, and no other encoding was stated.",
        "State the encoding with --encoding, for example utf-16le, windows-1251 or koi8-r.";
    Self::TooFew { .. } => TOO_FEW = "SYM-0316", Data,
        "Fewer records are left than the agreement requires.",
        "Wait until there are enough; small lists are guessable.";
    Self::TooManyQuarantined { .. } => TOO_MANY_QUARANTINED = "SYM-0317", Data,
        "More rows are malformed than the limit admits.",
        "Look at the quarantine list, and mend the rows or the map.";
    Self::UnclosedQuote { .. } => UNCLOSED_QUOTE = "SYM-0318", Data,
        "A quote opens and does not close, so that rows would be swallowed.",
        "Mend the row that is named.";
    Self::UnknownFormat => UNKNOWN_FORMAT = "SYM-0319", Usage,
        "The file's format is neither stated nor known from its name.",
        "State csv, ndjson or parquet, as `format` in the column map.";
    Self::UnmappedField { .. } => UNMAPPED_FIELD = "SYM-0320", Usage,
        "The map leaves out a field of the schema.",
        "Name its column, or state that there is none, with --map FIELD=.";
    Self::UnmappedId => UNMAPPED_ID = "SYM-0321", Usage,
        "The map does not name the id column.",
        "Name it, with --map id=COLUMN.";
    Self::UnmappedRole => UNMAPPED_ROLE = "SYM-0322", Usage,
        "The agreement restricts roles, and the map names no role column.",
        "Name it, with --map role=COLUMN.";
    Self::NeverASource { .. } => NEVER_A_SOURCE = "SYM-0323", Data,
        "The file has columns of an asylum, visa, passenger, health or like system; these are never a source of enforcement.",
        "There is no way to admit it; `symbolon explain protocols/refused.md` says why.";
    Self::Manifest(_) => MANIFEST = "SYM-0324", Data,
        "The source manifest is unfit, or does not hold for this file, agency and day.",
        "Extract the file again, with its manifest.";
    Self::UnmappedGrounds => UNMAPPED_GROUNDS = "SYM-0325", Usage,
        "The agreement asks for the case file of each record of a person, and the column map does not say where it is.",
        "Add a [grounds] table to the column map; `symbolon explain docs/terms.md` says what it names.";
    Self::NoManifest => NO_MANIFEST = "SYM-0326", Usage,
        "The agreement asks for case files, and with them for a source manifest beside the file.",
        "Give it with --manifest.";
    Self::TooFewCases { .. } => TOO_FEW_CASES = "SYM-0327", Data,
        "Fewer distinct cases than `min.cases` are behind the records that are left: a list about one case is a look-up of a few people.",
        "There is no way to run it; the quarantine list says which rows were set aside, and why.";
}

impl RecordError {
    /// A map, or an entry of one, that makes no sense whatever the file; `why` names no cell.
    pub(super) fn unfit_map(why: &str) -> Self {
        Self::Map { line: None, why: why.to_owned() }
    }

    /// What screening found, where it was screening that refused: for the quarantine list.
    pub fn report(&self) -> Option<&ScreeningReport> {
        match self {
            Self::AllQuarantined { report, .. }
            | Self::AllWithheld { report, .. }
            | Self::TooFew { report, .. }
            | Self::TooFewCases { report, .. }
            | Self::TooManyQuarantined { report, .. } => Some(report),
            _ => None,
        }
    }
}
