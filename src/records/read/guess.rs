//! A column map from well-known names of columns, where an agency states none.
//!
//! Names are compared without regard to case, spaces, dots and dashes. Two candidates for one thing are an error, never a
//! choice. Headers that are not understood are not quoted: in a file without a header they would be the first person.

use crate::agreement::Schema;
use crate::protocol::FieldKind;

use super::super::error::RecordError;
use super::columns::{ColumnMap, RoleColumn};

const ID: &[&str] = &["id", "ref", "reference", "record_id", "rec_id", "uid", "unique_id"];
const ROLE: &[&str] = &["role", "subject_role"];
const FULL_NAME: &[&str] = &["name", "full_name", "person_name"];
const NAME_PARTS: [&[&str]; 3] = [
    &["surname", "last_name", "family", "family_name", "lastname", "familyname"],
    &["given", "given_name", "first_name", "given_names", "forename", "firstname", "givenname"],
    &["patronymic", "middle_name", "middle_names", "father_name", "second_name", "middlename", "fathername"],
];
const BIRTH_DATE: &[&str] = &["dob", "birth_date", "date_of_birth", "birthdate", "birthday"];
const DOCUMENT: &[&str] = &[
    "document",
    "document_number",
    "doc_no",
    "document_no",
    "passport",
    "passport_number",
    "passport_no",
    "passportnumber",
];
const ISSUER: &[&str] = &[
    "document_country",
    "doc_country",
    "document_issuer",
    "issuer",
    "issuing_state",
    "issuing_country",
    "passport_country",
];
const COMPANY: &[&str] = &["company", "company_name", "legal_name", "organisation", "organization", "entity_name"];
const IBAN: &[&str] = &["iban", "account_iban"];
const WALLET: &[&str] = &["wallet", "wallet_address"];
const LEI: &[&str] = &["lei", "lei_code"];
const REGISTRATION: &[&str] = &["registration", "registration_number", "company_number", "registration_no"];
const REGISTER: &[&str] = &["registration_country", "register_country", "company_country", "jurisdiction"];
const LICENCE: &[&str] = &["licence", "license", "licence_number", "license_number", "licence_no"];
const LICENSOR: &[&str] = &["licence_country", "license_country", "licensing_country"];
const SERIES: &[&str] = &["document_series", "blank_number", "batch_number"];
const VESSEL: &[&str] = &["vessel", "imo", "imo_number", "mmsi"];
const AIRCRAFT: &[&str] = &["aircraft", "tail_number", "registration_mark"];
const VEHICLE: &[&str] = &["vehicle", "vin"];
const SERIAL: &[&str] = &["serial", "serial_number", "serial_no"];
const MAKER: &[&str] = &["maker", "manufacturer", "brand"];
const PHONE: &[&str] = &["advertised_phone", "advertised_number"];
const HANDLE: &[&str] = &["advertised_handle"];
const DOMAIN: &[&str] = &["domain", "domain_name"];
const AD_ACCOUNT: &[&str] = &["ad_account", "ad_account_id"];
const PAYMENT_TOKEN: &[&str] = &["payment_token", "payer_token"];
const PLATFORM: &[&str] = &["platform"];
const PLACE: &[&str] = &["place", "city", "town"];
const POSTCODE: &[&str] = &["postcode", "postal_code", "zip", "zip_code", "post_code"];

impl ColumnMap {
    /// Makes a map for `schema` from a file's header.
    pub fn guess(header: &[String], schema: &Schema) -> Result<Self, RecordError> {
        let mut map = Self::default();
        map.complete(header, schema)?;
        Ok(map)
    }

    /// Fills in what the map does not say yet: the id, the role if the header has one, and every field of `schema`.
    pub fn complete(&mut self, header: &[String], schema: &Schema) -> Result<(), RecordError> {
        let header = Header(header);
        if self.id.is_none() {
            self.id = Some(header.one("id", ID)?.ok_or(RecordError::UnmappedId)?);
        }
        if self.role.is_none() {
            self.role = header.one("role", ROLE)?.map(|column| RoleColumn { column, values: Default::default() });
        }
        for &kind in &schema.fields {
            if self.fields.contains_key(&kind) {
                continue;
            }
            let both_names =
                schema.fields.contains(&FieldKind::PersonName) && schema.fields.contains(&FieldKind::CompanyName);
            let what = kind.name();
            let columns = match kind {
                FieldKind::PersonName => header.person_name(both_names)?,
                FieldKind::BirthDate => header.one(what, BIRTH_DATE)?.into_iter().collect(),
                FieldKind::Document => header.two(what, DOCUMENT, ISSUER)?,
                FieldKind::CompanyName => match header.one(what, COMPANY)? {
                    None if !both_names => header.one(what, &FULL_NAME[..1])?.into_iter().collect(),
                    found => found.into_iter().collect(),
                },
                FieldKind::Iban => header.one(what, IBAN)?.into_iter().collect(),
                FieldKind::Wallet => header.one(what, WALLET)?.into_iter().collect(),
                FieldKind::Lei => header.one(what, LEI)?.into_iter().collect(),
                FieldKind::Registration => header.two(what, REGISTRATION, REGISTER)?,
                FieldKind::Licence => header.two(what, LICENCE, LICENSOR)?,
                FieldKind::DocumentSeries => header.two(what, SERIES, ISSUER)?,
                FieldKind::Vessel => header.one(what, VESSEL)?.into_iter().collect(),
                FieldKind::Aircraft => header.one(what, AIRCRAFT)?.into_iter().collect(),
                FieldKind::Vehicle => header.one(what, VEHICLE)?.into_iter().collect(),
                FieldKind::Serial => header.two(what, SERIAL, MAKER)?,
                FieldKind::Phone => header.one(what, PHONE)?.into_iter().collect(),
                FieldKind::Handle => header.two(what, HANDLE, PLATFORM)?,
                FieldKind::Domain => header.one(what, DOMAIN)?.into_iter().collect(),
                FieldKind::AdAccount => header.two(what, AD_ACCOUNT, PLATFORM)?,
                FieldKind::PaymentToken => header.two(what, PAYMENT_TOKEN, PLATFORM)?,
                FieldKind::Place => header.one(what, PLACE)?.into_iter().collect(),
                FieldKind::Postcode => header.one(what, POSTCODE)?.into_iter().collect(),
            };
            match columns.is_empty() {
                true => return Err(RecordError::UnmappedField { kind }),
                false => self.set(kind, columns, None)?,
            }
        }
        Ok(())
    }
}

struct Header<'a>(&'a [String]);

impl Header<'_> {
    /// The one column that has a name of the list.
    fn one(&self, what: &'static str, known: &'static [&'static str]) -> Result<Option<String>, RecordError> {
        let found: Vec<(&'static str, &String)> = self
            .0
            .iter()
            .filter_map(|name| {
                let plain = name.trim().to_lowercase().replace([' ', '-', '.'], "_");
                known.iter().find(|known| **known == plain).map(|known| (*known, name))
            })
            .collect();
        match found.as_slice() {
            [] => Ok(None),
            [(_, name)] => Ok(Some((*name).clone())),
            _ => {
                Err(RecordError::AmbiguousColumn { what, columns: found.into_iter().map(|(known, _)| known).collect() })
            }
        }
    }

    /// A number and, if there is one, the column of its country.
    fn two(
        &self,
        what: &'static str,
        number: &'static [&'static str],
        country: &'static [&'static str],
    ) -> Result<Vec<String>, RecordError> {
        let Some(number) = self.one(what, number)? else { return Ok(Vec::new()) };
        Ok([Some(number), self.one(what, country)?].into_iter().flatten().collect())
    }

    /// A full name or the parts of one; both are ambiguous. `name` alone is nobody's where companies have names too.
    fn person_name(&self, both_names: bool) -> Result<Vec<String>, RecordError> {
        let what = FieldKind::PersonName.name();
        let mut parts = Vec::new();
        for known in NAME_PARTS {
            parts.extend(self.one(what, known)?);
        }
        let full = self.one(what, if both_names { &FULL_NAME[1..] } else { FULL_NAME })?;
        match (full, parts.is_empty()) {
            (Some(_), false) => {
                Err(RecordError::AmbiguousColumn { what, columns: vec!["name", "family_name or given_name"] })
            }
            (Some(full), true) => Ok(vec![full]),
            (None, _) => Ok(parts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::EncodingParams;

    fn schema(fields: &[FieldKind]) -> Schema {
        let encoding = EncodingParams { length: 1024, insertions: 10, diffusion: 5, min_tokens: 5 };
        Schema { normalisation: crate::agreement::NORMALISATION.to_owned(), fields: fields.to_vec(), encoding }
    }

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn well_known_names_are_found() {
        let fields = [FieldKind::PersonName, FieldKind::BirthDate, FieldKind::Document];
        let header = header("Id,First Name,Surname,Date-of-Birth,passport_no,issuing state,Role,religion");
        let map = ColumnMap::guess(&header, &schema(&fields)).unwrap();
        let names: Vec<&str> = map.columns().unwrap().into_iter().map(|(_, column)| column).collect();
        assert_eq!(names, ["Id", "Role", "Surname", "First Name", "Date-of-Birth", "passport_no", "issuing state"]);
    }

    #[test]
    fn two_candidates_are_not_decided() {
        let fields = schema(&[FieldKind::PersonName]);
        for bad in ["id,name,surname", "id,ref,name", "id,surname,last_name", "id,role,subject_role,name"] {
            let error = ColumnMap::guess(&header(bad), &fields).unwrap_err();
            assert!(matches!(error, RecordError::AmbiguousColumn { .. }), "{bad}: {error}");
        }
    }

    #[test]
    fn what_is_missing_is_named_and_the_header_is_not_quoted() {
        let error = ColumnMap::guess(&header("id,SENTINEL"), &schema(&[FieldKind::Lei])).unwrap_err();
        assert!(matches!(error, RecordError::UnmappedField { kind: FieldKind::Lei }));
        assert!(!format!("{error} {error:?}").contains("SENTINEL"));
        let error = ColumnMap::guess(&header("SENTINEL"), &schema(&[])).unwrap_err();
        assert!(matches!(error, RecordError::UnmappedId));
    }

    #[test]
    fn what_was_stated_is_kept() {
        let mut map = ColumnMap::default();
        map.apply("lei=").unwrap();
        map.apply("iban=account").unwrap();
        map.complete(&header("id,iban,account"), &schema(&[FieldKind::Lei, FieldKind::Iban])).unwrap();
        let names: Vec<&str> = map.columns().unwrap().into_iter().map(|(_, column)| column).collect();
        assert_eq!(names, ["id", "account"]);
    }

    #[test]
    fn a_bare_name_belongs_to_the_only_kind_of_name() {
        let map = ColumnMap::guess(&header("id,name"), &schema(&[FieldKind::CompanyName])).unwrap();
        assert_eq!(map.columns().unwrap()[1], ("company-name", "name"));
        let both = schema(&[FieldKind::PersonName, FieldKind::CompanyName]);
        assert!(ColumnMap::guess(&header("id,name,company"), &both).is_err());
    }
}
