//! Populations to attack: synthetic people through the agencies' own reader and screening, and typing errors.

use super::draws::Draws;
use crate::agreement::{EncodingParams, NORMALISATION, Schema};
use crate::lab::synth::{self, ErrorRates, NamingSystem};
use crate::protocol::FieldKind;
use crate::records::{self, BirthDate, ColumnMap, Input, Limits, Malformed, ReadOptions, Record, Screening, Value};

/// Fields of synthetic people.
pub const FIELDS: [FieldKind; 2] = [FieldKind::PersonName, FieldKind::BirthDate];

/// Why synthetic people cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeopleError {
    /// The generator refuses.
    #[error(transparent)]
    Synth(#[from] synth::SynthError),
    /// What it wrote cannot be read back.
    #[error(transparent)]
    Records(#[from] records::RecordError),
}

/// Which synthetic people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// All naming systems, with relatives, twins and namesakes.
    World,
    /// Central European names without kin: a register of one country.
    European,
}

/// `count` different synthetic people with name and birth date, as an agency with passport spelling reads them.
///
/// # Errors
/// None for counts that fit memory; the types say what the generator and the reader could refuse.
pub fn synthetic(count: usize, mix: Mix, seed: u64) -> Result<Vec<Record>, PeopleError> {
    let world = synth::Options::default();
    let kin = if mix == Mix::World { 1.0 } else { 0.0 };
    let options = synth::Options {
        seed,
        people: count,
        shared: count,
        errors: ErrorRates::NONE,
        relatives: world.relatives * kin,
        namesakes: world.namesakes * kin,
        twins: world.twins * kin,
        mix: if mix == Mix::World { world.mix } else { vec![(NamingSystem::European, 1)] },
        ..world
    };
    let made = synth::generate(&options)?;
    let agency = &made.agencies[1];
    let mut file = Vec::new();
    if synth::write_people(agency, &mut file).is_err() {
        unreachable!("memory can be written to");
    }
    let map = ColumnMap::parse(&synth::columns_toml(agency))?;
    let raw = records::read(Input::from_bytes(file), &ReadOptions::default(), &map, &Limits::default())?;
    let screening = Screening {
        roles: Vec::new(),
        natural_persons: false,
        quarantine_limit_permille: 1000,
        min_records: 1,
        malformed: Malformed::Missing,
        subjects: Default::default(),
        seed: [0; 32],
    };
    let schema = Schema {
        normalisation: NORMALISATION.to_owned(),
        fields: FIELDS.to_vec(),
        encoding: EncodingParams { length: 1024, insertions: 1, diffusion: 2, min_tokens: 1 },
    };
    let (screened, _) = raw.screen(&schema, &screening, jiff::civil::date(2026, 1, 1))?;
    Ok(screened.records().iter().map(copy).collect())
}

fn copy(record: &Record) -> Record {
    Record { values: record.values.clone() }
}

/// The record with one typing error: a letter of a name left out, doubled, exchanged or wrong, or a date off by a little.
pub(super) fn mistyped(record: &Record, draws: &mut Draws) -> Record {
    let mut wrong = copy(record);
    let dates = wrong.values.iter().any(|value| matches!(value, Value::Date(_)));
    let in_date = dates && draws.below(4) == 0;
    for value in &mut wrong.values {
        match value {
            Value::Parts(parts) if !in_date && !parts.is_empty() => {
                let at = draws.below(parts.len());
                parts[at] = slip(&parts[at], draws);
                break;
            }
            Value::Date(date) if in_date => {
                *date = off(*date, draws);
                break;
            }
            _ => {}
        }
    }
    wrong
}

fn slip(name: &str, draws: &mut Draws) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = draws.below(letters.len());
    let other = char::from(b'A' + draws.below(26) as u8);
    match draws.below(4) {
        0 if letters.len() > 2 => {
            letters.remove(at);
        }
        1 => letters.insert(at, other),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters[at] = other,
    }
    letters.into_iter().collect()
}

fn off(date: BirthDate, draws: &mut Draws) -> BirthDate {
    let other = |bound: u8, draws: &mut Draws| Some(1 + draws.below(usize::from(bound)) as u8);
    match draws.below(3) {
        0 => BirthDate { day: other(28, draws), ..date },
        1 => BirthDate { month: other(12, draws), ..date },
        _ => BirthDate { year: date.year.map(|year| year - 1 + 2 * draws.below(2) as u16), ..date },
    }
}
