//! Who the synthetic people are: name, birth date, document, and their kin and namesakes.

use super::Options;
use super::date::Date;
use super::draws::{Draws, Purpose};
use super::names::{Gender, NamingSystem, Part, PartKind};

/// One invented person, before any agency wrote anything down.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) system: NamingSystem,
    pub(super) gender: Gender,
    pub(super) parts: Vec<Part>,
    pub(super) born: Date,
    pub(super) document: Option<Document>,
}

/// A travel document, and the one it replaced.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) number: String,
    pub(super) former: String,
    pub(super) country: String,
}

/// How many adults a thousand were born in each span of years; all are adults on 1 January 2026, and remain so when a
/// clerk slips by a year.
const BORN: [(i32, i32, u32); 6] =
    [(1945, 1955, 30), (1956, 1965, 90), (1966, 1975, 200), (1976, 1985, 300), (1986, 1995, 270), (1996, 2006, 110)];

/// The first `shared` people are known to every agency, then come those of the first agency alone, and so on. Some are
/// kin or namesakes of an earlier person.
pub(super) fn people(options: &Options) -> Vec<Person> {
    let total = options.shared + options.agencies * (options.people - options.shared);
    let mut people: Vec<Person> = Vec::with_capacity(total);
    let weights: Vec<u32> = options.mix.iter().map(|&(_, weight)| weight).collect();
    for index in 0..total {
        let mut draws = Draws::new(options.seed, Purpose::Person, 0, index);
        let kind = draws.below(1_000_000) as f64 / 1_000_000.0;
        let stranger = stranger(options.mix[draws.weighted(&weights)].0, &mut draws);
        let person = match people.get(draws.below(index)) {
            Some(other) if kind < options.twins => relative(other, 0, stranger, &mut draws),
            Some(other) if kind < options.twins + options.relatives => {
                let years = draws.between(1, 9) * draws.pick(&[-1, 1]);
                relative(other, years, stranger, &mut draws)
            }
            Some(other) if kind < options.twins + options.relatives + options.namesakes => {
                Person { system: other.system, gender: other.gender, parts: other.parts.clone(), ..stranger }
            }
            _ => stranger,
        };
        people.push(person);
    }
    people
}

/// The same person, but not yet an adult in 2026.
pub(super) fn minor(person: &Person, draws: &mut Draws) -> Person {
    let mut person = person.clone();
    person.born = Date::new(draws.between(2009, 2016), draws.between(1, 12), draws.between(1, 28));
    person
}

fn stranger(system: NamingSystem, draws: &mut Draws) -> Person {
    let gender = if draws.chance(0.78) { Gender::Male } else { Gender::Female };
    let parts = system.person(gender, draws);
    let (first, last, _) = BORN[draws.weighted(&BORN.map(|(_, _, weight)| weight))];
    let born = if draws.chance(system.new_year_share()) {
        Date::new(draws.between(first, last), 1, 1)
    } else {
        birthday(draws.between(first, last), draws)
    };
    let document = draws.chance(0.6).then(|| document(system, draws));
    Person { system, gender, parts, born, document }
}

/// A sibling of the same sex: other given names, everything that is the family's kept; a twin if `years` is zero.
fn relative(other: &Person, years: i32, stranger: Person, draws: &mut Draws) -> Person {
    let own = |part: &Part| matches!(part.kind, PartKind::Given | PartKind::SecondGiven);
    let mut given = other.system.given(other.gender, draws);
    let mut parts = Vec::new();
    for part in &other.parts {
        if own(part) { parts.append(&mut given) } else { parts.push(part.clone()) }
    }
    let year = (other.born.year + years).clamp(1940, 2006);
    let born = if years == 0 { other.born } else { birthday(year, draws) };
    Person { system: other.system, gender: other.gender, parts, born, document: stranger.document }
}

fn birthday(year: i32, draws: &mut Draws) -> Date {
    let month = draws.between(1, 12);
    Date::new(year, month, draws.between(1, Date::days(year, month)))
}

/// Numbers look alike within a country; countries are of the user-assigned codes QM to QY, one a naming system.
fn document(system: NamingSystem, draws: &mut Draws) -> Document {
    const PATTERNS: [&str; 5] = ["a8n", "9n", "aa7n", "8n", "2n1a6n"];
    let index = NamingSystem::ALL.iter().position(|&other| other == system).unwrap_or_default();
    let pattern = PATTERNS[index % PATTERNS.len()];
    let country = format!("Q{}", char::from(b'M' + index as u8));
    Document { number: draws.pattern(pattern), former: draws.pattern(pattern), country }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twin_keeps_the_family_and_the_date_and_has_other_given_names() {
        let mut draws = Draws::new(5, Purpose::Person, 0, 0);
        let first = stranger(NamingSystem::Russian, &mut draws);
        let second = stranger(NamingSystem::Greek, &mut draws);
        let twin = relative(&first, 0, second, &mut draws);
        assert_eq!(twin.born, first.born);
        assert_eq!(twin.parts[1..], first.parts[1..]);
    }

    #[test]
    fn everyone_but_the_minors_is_an_adult_in_2026() {
        let options = Options { people: 2000, shared: 100, ..Options::default() };
        let mut draws = Draws::new(5, Purpose::Recording, 0, 0);
        for person in people(&options) {
            assert!(person.born.year <= 2006);
            assert!(minor(&person, &mut draws).born.year >= 2009);
        }
    }
}
