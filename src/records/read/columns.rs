//! The column map: which column of an agency's file feeds which field of the schema.
//!
//! It is an allow-list. A column that is not named here is never kept, so a map is also the record of what was read. Its
//! keys are the names of [`FieldKind`]; a field that the agency does not have is stated by an empty list of columns.
//!
//! ```toml
//! id = "ref"
//! [role]
//! column = "role"
//! values = { "verdaechtig" = "suspected-organiser" }
//! [person-name]
//! columns = ["family", "given"]
//! [birth-date]
//! columns = ["dob"]
//! format = "%d.%m.%Y"
//! [origin]                       # read for one test, never encoded
//! columns = ["nationality", "born_in"]
//! [grounds]                      # the case file, where the terms ask for it; never encoded
//! case = "case_no"
//! authority = "authority"
//! decided = "decided_on"
//! decider = "decided_by"
//! offence = "offence"
//! gain = "gain"
//! attested = "attested"
//! reviewed = "reviewed_on"
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::protocol::{FieldKind, SubjectRole};

use super::super::date::DateFormat;
use super::super::error::RecordError;
use super::case_columns::{GroundsColumns, OriginColumns};
use super::input::Format;

/// Most columns that one name may be spread over.
const MAX_NAME_COLUMNS: usize = 8;

/// Words for people whom no role admits: no map may turn one of them into a role.
const PROTECTED_WORDS: [&str; 16] = [
    "migrant",
    "smuggled person",
    "smuggled",
    "asylum seeker",
    "refugee",
    "stateless",
    "victim",
    "witness",
    "passenger",
    "relative",
    "associate",
    "follower",
    "minor",
    "child",
    "returnee",
    "applicant",
];

/// Which columns feed the id, the role and the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    pub(in crate::records) id: Option<String>,
    pub(in crate::records) format: Option<Format>,
    pub(in crate::records) role: Option<RoleColumn>,
    pub(in crate::records) grounds: Option<GroundsColumns>,
    pub(in crate::records) origin: Option<OriginColumns>,
    pub(in crate::records) fields: BTreeMap<FieldKind, FieldColumns>,
}

/// The role column, and the agency's own words in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::records) struct RoleColumn {
    pub(in crate::records) column: String,
    #[serde(default)]
    pub(in crate::records) values: BTreeMap<String, SubjectRole>,
}

/// Columns of one field, and for dates how they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::records) struct FieldColumns {
    pub(in crate::records) columns: Vec<String>,
    pub(in crate::records) format: Option<DateFormat>,
}

/// The map as TOML writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    id: String,
    format: Option<Format>,
    role: Option<RoleColumn>,
    grounds: Option<GroundsColumns>,
    origin: Option<OriginColumns>,
    person_name: Option<FileField>,
    birth_date: Option<FileField>,
    document: Option<FileField>,
    company_name: Option<FileField>,
    iban: Option<FileField>,
    wallet: Option<FileField>,
    lei: Option<FileField>,
    registration: Option<FileField>,
    licence: Option<FileField>,
    document_series: Option<FileField>,
    vessel: Option<FileField>,
    aircraft: Option<FileField>,
    vehicle: Option<FileField>,
    serial: Option<FileField>,
    phone: Option<FileField>,
    handle: Option<FileField>,
    domain: Option<FileField>,
    ad_account: Option<FileField>,
    payment_token: Option<FileField>,
    place: Option<FileField>,
    postcode: Option<FileField>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileField {
    columns: Vec<String>,
    format: Option<String>,
}

impl ColumnMap {
    /// Parses a map from TOML; keys that it does not know are errors.
    pub fn parse(toml: &str) -> Result<Self, RecordError> {
        let file: File = toml::from_str(toml).map_err(|error| RecordError::Map {
            line: error.span().map(|span| toml[..span.start.min(toml.len())].matches('\n').count() + 1),
            why: error.message().to_owned(),
        })?;
        let mut map = Self { id: Some(file.id), format: file.format, ..Self::default() };
        (map.grounds, map.origin) = (file.grounds, file.origin);
        if let Some(role) = file.role {
            map.set_role(role)?;
        }
        let fields = [
            (FieldKind::PersonName, file.person_name),
            (FieldKind::BirthDate, file.birth_date),
            (FieldKind::Document, file.document),
            (FieldKind::CompanyName, file.company_name),
            (FieldKind::Iban, file.iban),
            (FieldKind::Wallet, file.wallet),
            (FieldKind::Lei, file.lei),
            (FieldKind::Registration, file.registration),
            (FieldKind::Licence, file.licence),
            (FieldKind::DocumentSeries, file.document_series),
            (FieldKind::Vessel, file.vessel),
            (FieldKind::Aircraft, file.aircraft),
            (FieldKind::Vehicle, file.vehicle),
            (FieldKind::Serial, file.serial),
            (FieldKind::Phone, file.phone),
            (FieldKind::Handle, file.handle),
            (FieldKind::Domain, file.domain),
            (FieldKind::AdAccount, file.ad_account),
            (FieldKind::PaymentToken, file.payment_token),
            (FieldKind::Place, file.place),
            (FieldKind::Postcode, file.postcode),
        ];
        for (kind, field) in fields {
            if let Some(FileField { columns, format }) = field {
                map.set(kind, columns, format.as_deref())?;
            }
        }
        Ok(map)
    }

    /// Whether the map names columns for a field.
    pub fn maps(&self, kind: FieldKind) -> bool {
        self.fields.get(&kind).is_some_and(|field| !field.columns.is_empty())
    }

    /// Overrides one entry: `FIELD=COLUMN[+COLUMN…][:FORMAT]`, where `FIELD` is a field's name, `id` or `role`, and nothing
    /// after `=` states that the file has no such column. Only dates take a format.
    pub fn apply(&mut self, spec: &str) -> Result<(), RecordError> {
        let Some((field, columns)) = spec.split_once('=') else {
            return Err(RecordError::unfit_map(
                "an entry is FIELD=COLUMN, FIELD=COLUMN+COLUMN or birth-date=COLUMN:FORMAT",
            ));
        };
        let (field, columns) = (field.trim(), columns.trim());
        match field {
            "id" if columns.is_empty() => return Err(RecordError::unfit_map("id needs a column")),
            "id" => self.id = Some(columns.to_owned()),
            "role" if columns.is_empty() => self.role = None,
            "role" => {
                let values = self.role.take().map(|role| role.values).unwrap_or_default();
                self.role = Some(RoleColumn { column: columns.to_owned(), values });
            }
            _ => {
                let Some(kind) = FieldKind::ALL.into_iter().find(|kind| kind.name() == field) else {
                    return Err(RecordError::unfit_map(&format!(
                        "there is no field `{field}`; fields are {}",
                        field_names()
                    )));
                };
                let (columns, format) = match columns.split_once(':') {
                    Some((columns, format)) if kind == FieldKind::BirthDate => (columns, Some(format)),
                    _ => (columns, None),
                };
                let columns = match columns.is_empty() {
                    true => Vec::new(),
                    false => columns.split('+').map(|column| column.trim().to_owned()).collect(),
                };
                self.set(kind, columns, format)?;
            }
        }
        Ok(())
    }

    /// The format that the map states.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Columns that the map names, each with the field, `id` or `role` that it feeds; the id first.
    pub fn columns(&self) -> Result<Vec<(&'static str, &str)>, RecordError> {
        let id = self.id.as_deref().ok_or(RecordError::UnmappedId)?;
        let mut columns = vec![("id", id)];
        columns.extend(self.role.as_ref().map(|role| ("role", role.column.as_str())));
        columns.extend(self.grounds.iter().flat_map(|grounds| grounds.columns()).map(|column| ("grounds", column)));
        columns.extend(self.origin.iter().flat_map(|origin| &origin.columns).map(|column| ("origin", column.as_str())));
        for (kind, field) in &self.fields {
            columns.extend(field.columns.iter().map(|column| (kind.name(), column.as_str())));
        }
        Ok(columns)
    }

    /// Sets the columns of a field, within what its grammar can take.
    pub(in crate::records) fn set(
        &mut self,
        kind: FieldKind,
        columns: Vec<String>,
        format: Option<&str>,
    ) -> Result<(), RecordError> {
        let most = match kind {
            FieldKind::PersonName => MAX_NAME_COLUMNS,
            FieldKind::Document
            | FieldKind::Registration
            | FieldKind::Licence
            | FieldKind::DocumentSeries
            | FieldKind::Serial
            | FieldKind::Handle
            | FieldKind::AdAccount
            | FieldKind::PaymentToken => 2,
            _ => 1,
        };
        let name = kind.name();
        if columns.len() > most {
            return Err(RecordError::unfit_map(&format!("{name} is read from at most {most} columns")));
        }
        if columns.iter().any(String::is_empty) {
            return Err(RecordError::unfit_map(&format!("{name} has a column without a name")));
        }
        let format = match (kind, format) {
            (FieldKind::BirthDate, Some(format)) => Some(DateFormat::parse(format)?),
            (_, Some(_)) => {
                return Err(RecordError::unfit_map(&format!("{name} takes no format; only birth-date does")));
            }
            (_, None) => None,
        };
        self.fields.insert(kind, FieldColumns { columns, format });
        Ok(())
    }

    fn set_role(&mut self, role: RoleColumn) -> Result<(), RecordError> {
        for word in role.values.keys() {
            let plain = word.trim().to_lowercase().replace(['-', '_'], " ");
            if PROTECTED_WORDS.iter().any(|protected| plain == *protected || plain == format!("{protected}s")) {
                return Err(RecordError::unfit_map(&format!(
                    "`{word}` is no role of an enforcement record, and cannot be turned into one"
                )));
            }
        }
        self.role = Some(role);
        Ok(())
    }
}

fn field_names() -> String {
    FieldKind::ALL.map(FieldKind::name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"
id = "ref"
format = "csv"
[role]
column = "role"
[role.values]
"verdaechtig" = "suspected-organiser"
[person-name]
columns = ["family", "given", "patronymic"]
[birth-date]
columns = ["dob"]
format = "%d.%m.%Y"
[document]
columns = ["doc_no", "doc_country"]
"#;

    #[test]
    fn a_map_names_what_it_takes() {
        let map = ColumnMap::parse(MAP).unwrap();
        assert_eq!(map.format(), Some(Format::Csv));
        let names: Vec<&str> = map.columns().unwrap().into_iter().map(|(_, column)| column).collect();
        assert_eq!(names, ["ref", "role", "family", "given", "patronymic", "dob", "doc_no", "doc_country"]);
    }

    #[test]
    fn unknown_keys_are_errors_with_their_line() {
        for (bad, line) in [
            ("id = \"x\"\nreligion = \"r\"", 2),
            ("id = \"x\"\n[person-name]\ncolumns = [\"a\"]\nfuzzy = true", 4),
            ("id = \"x\"\n[role]\ncolumn = \"r\"\n[role.values]\n\"a\" = \"boss\"", 5),
            ("id = \"x\"\nformat = \"xls\"", 2),
        ] {
            let error = ColumnMap::parse(bad).unwrap_err();
            assert!(matches!(error, RecordError::Map { line: Some(l), .. } if l == line), "{error}");
        }
    }

    #[test]
    fn no_map_turns_a_protected_person_into_a_role() {
        for word in ["migrant", "Asylum-Seeker", "victims", "WITNESS"] {
            let bad =
                format!("id = \"x\"\n[role]\ncolumn = \"r\"\nvalues = {{ \"{word}\" = \"suspected-organiser\" }}");
            assert!(ColumnMap::parse(&bad).is_err(), "{word}");
        }
    }

    #[test]
    fn entries_can_be_overridden() {
        let mut map = ColumnMap::parse(MAP).unwrap();
        map.apply("birth-date=born:%Y%m%d").unwrap();
        map.apply("person-name=last+first").unwrap();
        map.apply("id=nr").unwrap();
        map.apply("role=why").unwrap();
        map.apply("document=").unwrap();
        assert_eq!(map.fields[&FieldKind::BirthDate].format, Some(DateFormat::parse("%Y%m%d").unwrap()));
        let names: Vec<&str> = map.columns().unwrap().into_iter().map(|(_, column)| column).collect();
        assert_eq!(names, ["nr", "why", "last", "first", "born"]);
        assert_eq!(map.role.unwrap().values.len(), 1);
    }

    #[test]
    fn entries_that_make_no_sense_are_refused() {
        let mut map = ColumnMap::default();
        for bad in
            ["dob", "religion=r", "iban=a+b", "birth-date=b:%y", "birth-date=b:%Q", "person-name=a+", "id=", "iban=+"]
        {
            assert!(map.apply(bad).is_err(), "{bad}");
        }
    }
}
