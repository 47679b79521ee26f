//! Judging one row: its values, or the reason for which it is set aside.

use std::sync::Arc;

use jiff::civil::Date;

use crate::agreement::Schema;
use crate::primitives::Digest;
use crate::protocol::{FieldKind, SubjectRole};

use super::super::date::{Age, DateFormat};
use super::super::error::RecordError;
use super::super::identifiers::{self, Refusal};
use super::super::manifest;
use super::super::normalise;
use super::super::read::columns::RoleColumn;
use super::super::read::table::RawRecords;
use super::super::reason::{FieldProblem, Reason, Verdict};
use super::super::things;
use super::super::value::{BirthDate, Record, Value};
use super::grounds::Grounds;
use super::memo::Memo;
use super::origin;
use super::screening::{Malformed, Screening};

/// What becomes of a row.
pub(crate) enum Outcome {
    /// A record, and fields of the schema whose value was unusable.
    Accepted(Record, Vec<(usize, FieldProblem)>),
    /// A reason, and the column that showed it.
    Rejected(Reason, Option<Arc<str>>),
}

/// A field and where its cells are.
struct Source {
    kind: FieldKind,
    slots: Vec<usize>,
    format: DateFormat,
}

/// Everything that screening a row needs.
pub(crate) struct Screener<'a> {
    raw: &'a RawRecords,
    screening: &'a Screening,
    today: Date,
    id: usize,
    role: Option<(usize, &'a RoleColumn)>,
    grounds: Option<Grounds<'a>>,
    origin: Vec<usize>,
    /// The schema's fields in its order, then birth date and document if they are mapped for their tests alone.
    sources: Vec<Source>,
    fields: usize,
}

impl<'a> Screener<'a> {
    pub(crate) fn new(
        raw: &'a RawRecords,
        schema: &Schema,
        screening: &'a Screening,
        today: Date,
    ) -> Result<Self, RecordError> {
        let map = &raw.projection.map;
        let slot = |name: &String| raw.projection.slot(name);
        let source = |kind: FieldKind| {
            let field = map.fields.get(&kind)?;
            let slots = field.columns.iter().map(slot).collect();
            Some(Source { kind, slots, format: field.format.clone().unwrap_or_default() })
        };
        let mut sources = Vec::new();
        for &kind in &schema.fields {
            sources.push(source(kind).ok_or(RecordError::UnmappedField { kind })?);
        }
        for kind in [FieldKind::BirthDate, FieldKind::Document] {
            if !schema.fields.contains(&kind) {
                sources.extend(source(kind));
            }
        }
        let has_birth_date =
            sources.iter().any(|source| source.kind == FieldKind::BirthDate && !source.slots.is_empty());
        let may_be_persons = screening.roles.is_empty() || screening.roles.iter().any(|role| is_person(Some(*role)));
        if screening.natural_persons && may_be_persons && !has_birth_date {
            return Err(RecordError::UnmappedField { kind: FieldKind::BirthDate });
        }
        let id = slot(map.id.as_ref().ok_or(RecordError::UnmappedId)?);
        let role = match &map.role {
            Some(role) => Some((slot(&role.column), role)),
            None if screening.roles.is_empty() => None,
            None => return Err(RecordError::UnmappedRole),
        };
        if !screening.roles.is_empty() {
            let kept = raw.projection.names.iter().map(|name| &**name);
            if let Some(sign) = manifest::forbidden(raw.unread.iter().map(String::as_str).chain(kept)) {
                return Err(RecordError::NeverASource { sign });
            }
        }
        let grounds = Grounds::new(map.grounds.as_ref(), screening.subjects.grounds, |name| raw.projection.slot(name))?;
        let origin = map.origin.iter().flat_map(|origin| &origin.columns).map(slot).collect();
        Ok(Self { raw, screening, today, id, role, grounds, origin, sources, fields: schema.fields.len() })
    }

    pub(crate) fn id(&self, row: usize) -> &'a str {
        self.raw.columns[self.id].get(row)
    }

    /// The case of a row, keyed for this list, where case files are asked for and it has one.
    pub(crate) fn case(&self, row: usize) -> Option<[u8; 8]> {
        let slots = self.grounds.as_ref()?.case();
        let text = |slot: usize| self.raw.columns[slot].get(row).trim();
        let [case, authority] = slots.map(text);
        let length = (case.len() as u32).to_be_bytes();
        let digest = Digest::of_parts(&[&self.screening.seed, &length, case.as_bytes(), authority.as_bytes()]);
        (!case.is_empty()).then(|| std::array::from_fn(|at| digest.0[at]))
    }

    fn column(&self, slot: usize) -> Option<Arc<str>> {
        Some(Arc::clone(&self.raw.projection.names[slot]))
    }

    pub(crate) fn row(&self, row: usize, is_repeat: bool, memo: &mut Memo) -> Outcome {
        let role = match self.role_of(row) {
            Ok(role) => role,
            Err((reason, slot)) => return Outcome::Rejected(reason, self.column(slot)),
        };
        let mut values = Vec::with_capacity(self.fields);
        let mut problems = Vec::new();
        let mut malformed = None;
        let mut birth_date = BirthDate::default();
        let mut is_personal = is_person(role);
        let mut issuer: Option<(String, usize)> = None;
        for (field, source) in self.sources.iter().enumerate() {
            let value = match self.value(source, row, memo) {
                Ok(value) => value,
                Err(Unfit::Row(_)) if self.screening.malformed == Malformed::Protected => self.readable(source, row),
                Err(Unfit::Row(reason)) if reason.verdict() == Verdict::Withheld => {
                    return Outcome::Rejected(reason, source.slots.last().and_then(|slot| self.column(*slot)));
                }
                Err(Unfit::Row(_)) if self.screening.malformed == Malformed::Missing => self.readable(source, row),
                Err(Unfit::Row(reason)) => {
                    malformed = malformed.or(Some((reason, source.slots.first().copied())));
                    Value::Missing
                }
                Err(Unfit::Field(problem)) => {
                    if field < self.fields {
                        problems.push((field, problem));
                    }
                    Value::Missing
                }
            };
            is_personal |= source.kind.is_personal() && value != Value::Missing;
            if let Value::Date(date) = &value {
                birth_date = *date;
            }
            if let (FieldKind::Document, Value::Text(text), Some(slot)) = (source.kind, &value, source.slots.last()) {
                issuer = Some((text[..2].to_owned(), *slot));
            }
            if field < self.fields {
                values.push(value);
            }
        }
        let record = Record { values };
        let age = match birth_date.age(self.today) {
            _ if !(self.screening.natural_persons && is_personal) => None,
            Age::Adult => None,
            Age::Minor => Some(Reason::Minor),
            Age::Unknown => Some(Reason::PossiblyMinor),
        };
        let withheld = self.withheld(row, role, is_personal, &birth_date, issuer);
        let too_young = age.map(|reason| Outcome::Rejected(reason, self.birth_date_column()));
        match too_young {
            // With a birth date at hand, age decides before anything that could be mended.
            Some(outcome) if !birth_date.is_unknown() => return outcome,
            _ if withheld.is_some() => {
                let (reason, slot) = withheld.unwrap_or((Reason::NoGrounds, self.id));
                return Outcome::Rejected(reason, self.column(slot));
            }
            _ if is_repeat => return Outcome::Rejected(Reason::DuplicateId, self.column(self.id)),
            _ if self.id(row).is_empty() => return Outcome::Rejected(Reason::NoId, self.column(self.id)),
            _ => {}
        }
        if let Some((reason, slot)) = malformed {
            return Outcome::Rejected(reason, slot.and_then(|slot| self.column(slot)));
        }
        if let Some(outcome) = too_young {
            return outcome;
        }
        match self.emptiness(&record, role) {
            Some(reason) => Outcome::Rejected(reason, None),
            None => Outcome::Accepted(record, problems),
        }
    }

    /// Why grounds or origin keep a row back, and the cell that shows it.
    fn withheld(
        &self,
        row: usize,
        role: Option<SubjectRole>,
        is_personal: bool,
        birth_date: &BirthDate,
        issuer: Option<(String, usize)>,
    ) -> Option<(Reason, usize)> {
        let subjects = &self.screening.subjects;
        let cell = |slot: usize| self.raw.columns[slot].get(row);
        if let Some(grounds) = self.grounds.as_ref().filter(|_| subjects.grounds.asks(role, is_personal)) {
            let judged = grounds.judge(role, birth_date, self.today, cell);
            if judged.is_some() {
                return judged;
            }
        }
        if subjects.reach.is_empty() || !is_personal {
            return None;
        }
        let stated = self.origin.iter().find_map(|&slot| Some((origin::judge(cell(slot), &subjects.reach)?, slot)));
        stated.or_else(|| {
            let (state, slot) = issuer?;
            Some((origin::is_reached(state.as_bytes(), &subjects.reach)?, slot))
        })
    }

    /// The row's role, if one is asked for or given.
    fn role_of(&self, row: usize) -> Result<Option<SubjectRole>, (Reason, usize)> {
        let Some((slot, column)) = self.role else { return Ok(None) };
        let word = self.raw.columns[slot].get(row);
        let role = column
            .values
            .get(word)
            .copied()
            .or_else(|| SubjectRole::parse(word))
            .or_else(|| SubjectRole::parse(&word.to_ascii_lowercase()));
        match role {
            _ if self.screening.roles.is_empty() => Ok(role),
            Some(role) if self.screening.roles.contains(&role) => Ok(Some(role)),
            Some(_) => Err((Reason::RoleNotAdmitted, slot)),
            None if word.is_empty() => Err((Reason::NoRole, slot)),
            None => Err((Reason::RoleUnknown, slot)),
        }
    }

    /// Whether a record lacks what could be compared.
    fn emptiness(&self, record: &Record, role: Option<SubjectRole>) -> Option<Reason> {
        let fields = || self.sources.iter().zip(&record.values);
        let is_name = |kind| matches!(kind, FieldKind::PersonName | FieldKind::CompanyName);
        let mut names = fields().filter(|(source, _)| is_name(source.kind)).map(|(_, value)| value).peekable();
        if fields().all(|(_, value)| *value == Value::Missing) {
            Some(Reason::NothingToCompare)
        } else if names.peek().is_some()
            && self.screening.malformed == Malformed::Quarantine
            && role != Some(SubjectRole::Asset)
            && names.all(|value| *value == Value::Missing)
        {
            Some(Reason::NoName)
        } else {
            None
        }
    }

    /// What a malformed cell still says.
    fn readable(&self, source: &Source, row: usize) -> Value {
        let cell = source.slots.first().map_or("", |slot| self.raw.columns[*slot].get(row));
        match source.kind {
            FieldKind::BirthDate => match BirthDate::readable(cell, &source.format) {
                date if date.is_unknown() => Value::Missing,
                date => Value::Date(date),
            },
            _ => Value::Missing,
        }
    }

    fn birth_date_column(&self) -> Option<Arc<str>> {
        let source = self.sources.iter().find(|source| source.kind == FieldKind::BirthDate)?;
        self.column(*source.slots.first()?)
    }

    fn value(&self, source: &Source, row: usize, memo: &mut Memo) -> Result<Value, Unfit> {
        let cell = |index: usize| source.slots.get(index).map_or("", |slot| self.raw.columns[*slot].get(row));
        let (first, second) = (cell(0), cell(1));
        if source.slots.iter().all(|slot| self.raw.columns[*slot].get(row).is_empty()) {
            return Ok(Value::Missing);
        }
        Ok(match source.kind {
            FieldKind::PersonName => {
                name(memo.person_name((0..source.slots.len()).map(cell).filter(|cell| !cell.is_empty())))?
            }
            FieldKind::CompanyName => name(normalise::company_name(first))?,
            FieldKind::Place => name(memo.place(first))?,
            FieldKind::BirthDate => {
                let date = BirthDate::parse(first, &source.format).map_err(Unfit::Row)?;
                if date.is_after(self.today) {
                    return Err(Unfit::Row(Reason::DateInFuture));
                }
                if date.is_unknown() { Value::Missing } else { Value::Date(date) }
            }
            FieldKind::Document => Value::Text(identifiers::document(first, second)?),
            FieldKind::Registration => Value::Text(identifiers::registration(first, second)?),
            FieldKind::Iban => Value::Text(identifiers::iban(first)?),
            FieldKind::Wallet => Value::Text(identifiers::wallet(first)?),
            FieldKind::Lei => Value::Text(identifiers::lei(first)?),
            FieldKind::Licence => Value::Text(identifiers::registration(first, second)?),
            FieldKind::DocumentSeries => Value::Text(identifiers::document(first, second)?),
            FieldKind::Vessel => Value::Text(things::vessel(first)?),
            FieldKind::Aircraft => Value::Text(things::aircraft(first)?),
            FieldKind::Vehicle => Value::Text(things::vehicle(first)?),
            FieldKind::Serial => Value::Text(things::serial(first, second)?),
            FieldKind::Phone => Value::Text(things::phone(first)?),
            FieldKind::Domain => Value::Text(things::domain(first)?),
            FieldKind::Handle | FieldKind::AdAccount | FieldKind::PaymentToken => {
                Value::Text(things::account(first, second)?)
            }
            FieldKind::Postcode => Value::Text(identifiers::postcode(first)?),
        })
    }
}

/// Why a cell gives no value: its row goes, or only the value.
enum Unfit {
    Row(Reason),
    Field(FieldProblem),
}

impl From<FieldProblem> for Unfit {
    fn from(problem: FieldProblem) -> Self {
        Self::Field(problem)
    }
}

impl From<Refusal> for Unfit {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Problem(problem) => Self::Field(problem),
            Refusal::Protected => Self::Row(Reason::RefugeeDocument),
        }
    }
}

fn name(parts: Vec<String>) -> Result<Value, Unfit> {
    if parts.is_empty() { Err(Unfit::Row(Reason::NameWithoutLetters)) } else { Ok(Value::Parts(parts)) }
}

/// Whether a role is one of natural persons; an unknown one may be.
fn is_person(role: Option<SubjectRole>) -> bool {
    role.is_none_or(SubjectRole::is_natural)
}
