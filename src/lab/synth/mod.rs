//! Seeded synthetic populations of two or more agencies, with truth.
//!
//! People are invented first: a name of one of thirteen naming systems, a birth date, perhaps a document ([`names`]).
//! Then each agency writes down those it knows, in its own script, order, columns and dialect ([`Style`]), and with its
//! own mistakes ([`ErrorRates`]). The truth says which records are about the same person, in which naming system and
//! scripts, so that quality can be reported by group. Companies, accounts and wallets are made in the same way.
//!
//! What holds:
//! - The outcome depends on the [`Options`] alone: same options, same bytes, on any platform.
//! - Each agency has exactly the number of rows asked for; each pair of agencies shares exactly `shared` people.
//! - Rows that a protocol must withhold, and malformed rows, are never part of the truth.
//! - No person exists. Documents and agencies carry user-assigned country codes; only accounts carry true ones, since
//!   the length of an IBAN follows from its country.
//!
//! ```
//! use symbolon::lab::synth::{Options, generate, write_people};
//!
//! let population = generate(&Options { people: 100, shared: 20, ..Options::default() })?;
//! assert_eq!(population.truth.len(), 20);
//! let mut file = Vec::new();
//! write_people(&population.agencies[0], &mut file)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod company;
mod date;
mod draws;
mod files;
mod fold;
mod identifiers;
mod mistakes;
pub mod names;
mod person;
mod record;
mod style;

pub use company::{COMPANY_COLUMNS, CompanyRow, Subject};
pub use date::{Date, DateFormat};
pub use files::{columns_toml, company_columns_toml, write_companies, write_company_truth, write_people, write_truth};
pub use mistakes::{ErrorRates, Mistake};
pub use names::{NamingSystem, Romanisation, Script};
pub use style::{
    Case, Chain, Diacritics, Dialect, NameColumns, NameOrder, Particles, Patronymics, Role, RoleWords, Style,
};

use draws::{Draws, Purpose};
use person::Person;

/// What to generate.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Everything follows from this number and the other options.
    pub seed: u64,
    /// Rows of people per agency.
    pub people: usize,
    /// People known to every agency, hence shared by each pair.
    pub shared: usize,
    /// Number of agencies, 2 to 6.
    pub agencies: usize,
    /// Rows of companies and accounts per agency.
    pub companies: usize,
    /// Companies and accounts known to every agency.
    pub shared_companies: usize,
    /// Naming systems with their weights.
    pub mix: Vec<(NamingSystem, u32)>,
    /// Mistakes of every agency.
    pub errors: ErrorRates,
    /// Share of people who are a sibling of somebody.
    pub relatives: f64,
    /// Share of people who have somebody's name, and another birth date.
    pub namesakes: f64,
    /// Share of people who are somebody's twin.
    pub twins: f64,
    /// Share of rows whose role must not be compared (migrant, witness, none), among each agency's unshared rows.
    pub withheld: f64,
    /// Share of rows about minors, likewise.
    pub minors: f64,
    /// Share of rows that cannot be read, likewise.
    pub malformed: f64,
}

impl Default for Options {
    fn default() -> Self {
        use NamingSystem::*;
        Self {
            seed: 1,
            people: 2000,
            shared: 200,
            agencies: 2,
            companies: 0,
            shared_companies: 0,
            mix: vec![
                (Arabic, 16),
                (Bengali, 7),
                (Chinese, 8),
                (European, 9),
                (Georgian, 4),
                (Greek, 3),
                (Persian, 10),
                (Russian, 8),
                (Spanish, 8),
                (Tigrinya, 10),
                (Turkish, 8),
                (Ukrainian, 7),
                (Vietnamese, 8),
            ],
            errors: ErrorRates::MODERATE,
            relatives: 0.05,
            namesakes: 0.02,
            twins: 0.002,
            withheld: 0.005,
            minors: 0.005,
            malformed: 0.002,
        }
    }
}

/// Why a population cannot be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    /// Fewer than two agencies, or more than there are styles for.
    #[error("{0} agencies asked for, 2 to 6 are possible")]
    Agencies(usize),
    /// No naming system has a weight.
    #[error("no naming system has a weight above zero")]
    Mix,
    /// More shared than there are.
    #[error("{shared} shared {what} asked for, but only {rows} rows an agency")]
    Shared {
        /// People or companies.
        what: &'static str,
        /// How many were to be shared.
        shared: usize,
        /// Rows per agency.
        rows: usize,
    },
}

/// Agencies' files and the truth about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// The agencies.
    pub agencies: Vec<AgencyData>,
    /// Records about the same person, for each pair of agencies; ordered by pair, then by the left agency's rows.
    pub truth: Vec<TruthPair>,
    /// Records about the same company or asset, in the same order.
    pub company_truth: Vec<CompanyPair>,
}

/// One agency's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyData {
    /// Name, of an invented country.
    pub name: String,
    /// User-assigned country code (ISO 3166-1).
    pub jurisdiction: String,
    /// How it writes.
    pub style: Style,
    /// People, in the order of its references.
    pub people: Vec<Row>,
    /// Companies and accounts, in the order of its references.
    pub companies: Vec<CompanyRow>,
}

/// One row of an agency's file of people, and what is true of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The agency's own reference.
    pub id: String,
    /// Values, aligned with [`Style::columns`] unless the row is ragged.
    pub cells: Vec<String>,
    /// Whether the row may be compared.
    pub kind: RowKind,
    /// The person's role, whatever the agency's word for it.
    pub role: Role,
    /// How the name is built.
    pub system: NamingSystem,
    /// The script in which the name is written here.
    pub script: Script,
    /// The person, by number in the population.
    pub person: usize,
    /// What went wrong in this record.
    pub mistakes: Vec<Mistake>,
}

/// Whether a row may be compared, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// May be compared.
    Admissible,
    /// Must be withheld: the role is that of a migrant or witness, or missing.
    Withheld,
    /// Must be withheld: a minor.
    Minor,
    /// Must be quarantined: bad date, missing name, too few or too many cells.
    Malformed,
}

/// Two records about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthPair {
    /// Name of one agency.
    pub left_agency: String,
    /// Name of the other.
    pub right_agency: String,
    /// Reference at the one.
    pub left_id: String,
    /// Reference at the other.
    pub right_id: String,
    /// How the person's name is built.
    pub system: NamingSystem,
    /// Script of the name at the one.
    pub left_script: Script,
    /// Script of the name at the other.
    pub right_script: Script,
    /// What went wrong at the one.
    pub left_mistakes: Vec<Mistake>,
    /// What went wrong at the other.
    pub right_mistakes: Vec<Mistake>,
}

/// Two records about one company or asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyPair {
    /// Name of one agency.
    pub left_agency: String,
    /// Name of the other.
    pub right_agency: String,
    /// Reference at the one.
    pub left_id: String,
    /// Reference at the other.
    pub right_id: String,
    /// What the records are about.
    pub subject: Subject,
}

/// Generates a population.
///
/// # Errors
/// If the options ask for what cannot be: see [`SynthError`].
pub fn generate(options: &Options) -> Result<Population, SynthError> {
    check(options)?;
    let people = person::people(options);
    let companies = company::companies(options);
    let agencies: Vec<AgencyData> = (0..options.agencies)
        .map(|agency| {
            let (name, jurisdiction, style) = style::AGENCIES[agency].clone();
            AgencyData {
                people: people_rows(options, agency, &style, &people),
                companies: company_rows(options, agency, &style, &companies),
                name: name.to_owned(),
                jurisdiction: jurisdiction.to_owned(),
                style,
            }
        })
        .collect();
    let mut truth = Vec::new();
    let mut company_truth = Vec::new();
    for (at, left) in agencies.iter().enumerate() {
        for right in &agencies[at + 1..] {
            pair_people(left, right, options.shared, &mut truth);
            pair_companies(left, right, options.shared_companies, &mut company_truth);
        }
    }
    Ok(Population { agencies, truth, company_truth })
}

fn check(options: &Options) -> Result<(), SynthError> {
    if !(2..=style::AGENCIES.len()).contains(&options.agencies) {
        return Err(SynthError::Agencies(options.agencies));
    }
    if options.mix.iter().all(|&(_, weight)| weight == 0) {
        return Err(SynthError::Mix);
    }
    let people = ("people", options.shared, options.people);
    let companies = ("companies", options.shared_companies, options.companies);
    match [people, companies].into_iter().find(|(_, shared, rows)| shared > rows) {
        Some((what, shared, rows)) => Err(SynthError::Shared { what, shared, rows }),
        None => Ok(()),
    }
}

/// Numbers of the people (or companies) an agency knows: the shared ones, then its own.
fn known(agency: usize, rows: usize, shared: usize) -> impl Iterator<Item = usize> {
    let first = shared + agency * (rows - shared);
    (0..shared).chain(first..first + rows - shared)
}

fn people_rows(options: &Options, agency: usize, style: &Style, people: &[Person]) -> Vec<Row> {
    let own = options.people - options.shared;
    // A population that is not tiny has at least one of each.
    let share = |rate: f64| match (own as f64 * rate).round() as usize {
        0 if rate > 0.0 && own >= 50 => 1,
        count => count,
    };
    let mut kinds = Vec::with_capacity(own);
    kinds.extend(vec![RowKind::Withheld; share(options.withheld)]);
    kinds.extend(vec![RowKind::Minor; share(options.minors)]);
    kinds.extend(vec![RowKind::Malformed; share(options.malformed)]);
    kinds.resize(own, RowKind::Admissible);
    let mut rows: Vec<Row> = known(agency, options.people, options.shared)
        .enumerate()
        .map(|(at, index)| {
            let kind = at.checked_sub(options.shared).map_or(RowKind::Admissible, |at| kinds[at]);
            let mut draws = Draws::new(options.seed, Purpose::Recording, agency, index);
            people_row(&people[index], index, kind, style, &options.errors, &mut draws)
        })
        .collect();
    let mut draws = Draws::new(options.seed, Purpose::Order, agency, 0);
    draws.shuffle(&mut rows);
    for (at, row) in rows.iter_mut().enumerate() {
        row.id = reference(style, "", at, &mut draws);
        row.cells[0].clone_from(&row.id);
    }
    rows
}

fn people_row(
    person: &Person,
    index: usize,
    kind: RowKind,
    style: &Style,
    rates: &ErrorRates,
    draws: &mut Draws,
) -> Row {
    let admitted = Role::ADMITTED[draws.weighted(&[60, 20, 10, 10])];
    let mut row = match kind {
        RowKind::Withheld => {
            let role = draws.pick(&[Role::Migrant, Role::Witness, Role::Unknown]);
            record::record(person, index, role, style, rates, draws)
        }
        // The age must show: nothing goes wrong with these.
        RowKind::Minor => {
            record::record(&person::minor(person, draws), index, admitted, style, &ErrorRates::NONE, draws)
        }
        RowKind::Admissible | RowKind::Malformed => record::record(person, index, admitted, style, rates, draws),
    };
    if kind == RowKind::Malformed {
        spoil(&mut row, style, draws);
    }
    row.kind = kind;
    row
}

/// Makes a row unreadable: a date that does not exist, words for a date, no name, a cell too few or too many.
fn spoil(row: &mut Row, style: &Style, draws: &mut Draws) {
    let born = row.cells.len() - 3;
    match draws.below(5) {
        0 => row.cells[born] = style.dates.write(1985, 2, 31),
        1 => row.cells[born] = "unknown".to_owned(),
        2 => row.cells[2..born].fill(String::new()),
        3 => row.cells.truncate(born + 1),
        _ => row.cells.push("see file".to_owned()),
    }
}

fn company_rows(options: &Options, agency: usize, style: &Style, companies: &[company::Company]) -> Vec<CompanyRow> {
    let mut rows: Vec<CompanyRow> = known(agency, options.companies, options.shared_companies)
        .map(|index| {
            let mut draws = Draws::new(options.seed, Purpose::CompanyRecording, agency, index);
            company::record(&companies[index], index, style, &options.errors, &mut draws)
        })
        .collect();
    let mut draws = Draws::new(options.seed, Purpose::Order, agency, 1);
    draws.shuffle(&mut rows);
    for (at, row) in rows.iter_mut().enumerate() {
        row.id = reference(style, "C", at, &mut draws);
        row.cells[0].clone_from(&row.id);
    }
    rows
}

/// References rise, with gaps.
fn reference(style: &Style, infix: &str, at: usize, draws: &mut Draws) -> String {
    let (before, after) = style.reference;
    format!("{before}{infix}{:06}{after}", 1 + at * 7 + draws.below(7))
}

/// Places of the shared numbers among an agency's rows.
fn places(numbers: impl Iterator<Item = usize>, shared: usize) -> Vec<usize> {
    let mut places = vec![0; shared];
    for (place, number) in numbers.enumerate().filter(|&(_, number)| number < shared) {
        places[number] = place;
    }
    places
}

fn pair_people(left: &AgencyData, right: &AgencyData, shared: usize, truth: &mut Vec<TruthPair>) {
    let places = places(right.people.iter().map(|row| row.person), shared);
    for row in left.people.iter().filter(|row| row.person < shared) {
        let other = &right.people[places[row.person]];
        truth.push(TruthPair {
            left_agency: left.name.clone(),
            right_agency: right.name.clone(),
            left_id: row.id.clone(),
            right_id: other.id.clone(),
            system: row.system,
            left_script: row.script,
            right_script: other.script,
            left_mistakes: row.mistakes.clone(),
            right_mistakes: other.mistakes.clone(),
        });
    }
}

fn pair_companies(left: &AgencyData, right: &AgencyData, shared: usize, truth: &mut Vec<CompanyPair>) {
    let places = places(right.companies.iter().map(|row| row.company), shared);
    for row in left.companies.iter().filter(|row| row.company < shared) {
        truth.push(CompanyPair {
            left_agency: left.name.clone(),
            right_agency: right.name.clone(),
            left_id: row.id.clone(),
            right_id: right.companies[places[row.company]].id.clone(),
            subject: row.subject,
        });
    }
}

#[cfg(test)]
mod tests;
