//! How an agency writes a person down: its style, and its mistakes.

use super::Row;
use super::RowKind;
use super::date;
use super::draws::Draws;
use super::fold::fold;
use super::mistakes::{ErrorRates, Mistake, misnumber, mistype};
use super::names::{Gender, NamingSystem, Part, PartKind, Romanisation, Script};
use super::person::Person;
use super::style::{Case, Chain, NameColumns, NameOrder, Particles, Patronymics, Role, Style};

/// Where in the file a word of the name belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Family,
    Given,
    Other,
}

/// One recording in the making.
struct Recording<'a> {
    style: &'a Style,
    system: NamingSystem,
    script: Script,
    rates: &'a ErrorRates,
    mistakes: Vec<Mistake>,
}

/// Writes a person down. The row has no reference yet.
pub(super) fn record(
    person: &Person,
    index: usize,
    role: Role,
    style: &Style,
    rates: &ErrorRates,
    draws: &mut Draws,
) -> Row {
    let native = style.native.contains(&person.system.script());
    let script = if native { person.system.script() } else { Script::Latin };
    let mut recording = Recording { style, system: person.system, script, rates, mistakes: Vec::new() };
    let parts = recording.parts(person, draws);
    let mut words = recording.words(&parts, draws);
    recording.mistype(&mut words, draws);
    let names = recording.cells(&words, draws);

    let share = person.system.new_year_share();
    let born = date::record(person.born, share, style.dates, rates, draws, &mut recording.mistakes);
    let (number, country) = recording.document(person, draws);
    let mut cells = vec![String::new(), style.roles.word(role).to_owned()];
    cells.extend(names);
    cells.extend([born, number, country]);
    Row {
        id: String::new(),
        cells,
        kind: RowKind::Admissible,
        role,
        system: person.system,
        script,
        person: index,
        mistakes: recording.mistakes,
    }
}

impl Recording<'_> {
    /// Which parts of the name the agency knows.
    fn parts(&mut self, person: &Person, draws: &mut Draws) -> Vec<Part> {
        let mut parts = person.parts.clone();
        if draws.chance(self.rates.alias) {
            let mut alias = person.system.alias(person.gender, draws);
            parts = parts
                .into_iter()
                .flat_map(|part| if is_own(&part) { std::mem::take(&mut alias) } else { vec![part] })
                .collect();
            self.mistakes.push(Mistake::Alias);
        }
        let factor = if person.gender == Gender::Female { 2.0 } else { 0.5 };
        let changed = draws.chance(self.rates.changed_surname * factor);
        if changed && parts.iter().any(|part| part.kind == PartKind::Family) {
            let other = person.system.person(person.gender, draws);
            if let Some(family) = other.into_iter().find(|part| part.kind == PartKind::Family) {
                for part in parts.iter_mut().filter(|part| part.kind == PartKind::Family) {
                    *part = family.clone();
                }
                self.mistakes.push(Mistake::ChangedSurname);
            }
        }
        if draws.chance(self.rates.dropped_part) {
            use PartKind::*;
            let droppable = [SecondGiven, SecondFamily, Father, Grandfather, Patronymic];
            let found: Vec<usize> = (0..parts.len()).filter(|&at| droppable.contains(&parts[at].kind)).collect();
            if !found.is_empty() {
                let at = draws.pick(&found);
                parts.remove(at);
                // A particle goes with its name.
                if at > 0 && parts[at - 1].kind == Particle {
                    parts.remove(at - 1);
                }
                self.mistakes.push(Mistake::DroppedPart);
            }
        }
        parts
    }

    /// The words of the name, particles settled, each with its slot.
    fn words(&mut self, parts: &[Part], draws: &mut Draws) -> Vec<(Slot, String)> {
        let standard = self.standard(draws);
        let initial = draws.chance(self.rates.initial_only) && self.script != Script::Han;
        let mut words = Vec::new();
        let mut particle: Option<&Part> = None;
        for (at, part) in parts.iter().enumerate() {
            if part.kind == PartKind::Particle {
                particle = Some(part);
                continue;
            }
            let particle = particle.take();
            let Some((slot, in_full)) = self.slot(part.kind, &parts[at + 1..], parts) else { continue };
            let name = self.write(part, standard, draws);
            let first_given = slot == Slot::Given && !words.iter().any(|(slot, _)| *slot == Slot::Given);
            let text = if !in_full || (initial && first_given) {
                if in_full {
                    self.mistakes.push(Mistake::InitialOnly);
                }
                initial_of(&name)
            } else {
                match particle {
                    Some(particle) => self.with_particle(particle, part.kind, &name, standard),
                    None => name,
                }
            };
            words.push((slot, text));
        }
        words
    }

    /// The standard of this record: the agency's, or by mistake another.
    fn standard(&mut self, draws: &mut Draws) -> (Romanisation, bool) {
        let other =
            draws.pick(&[Romanisation::Passport, Romanisation::English, Romanisation::French, Romanisation::German]);
        let differs = draws.chance(self.rates.other_spelling) && self.script == Script::Latin;
        if differs && self.system.script() != Script::Latin {
            self.mistakes.push(Mistake::OtherSpelling);
            return (other, true);
        }
        (self.style.romanisation, false)
    }

    /// One part in the record's script, folded; in another spelling known for it if one was taken up.
    fn write(&self, part: &Part, (standard, other): (Romanisation, bool), draws: &mut Draws) -> String {
        if self.script != Script::Latin {
            return part.native.clone().into_owned();
        }
        let text = match part.spellings {
            [_, known @ ..] if other && !known.is_empty() && draws.chance(0.7) => {
                known[draws.below(known.len())].clone()
            }
            _ => self.system.romanise(part, standard),
        };
        fold(&text, self.style.diacritics)
    }

    /// Where a part belongs, and whether in full; nowhere if the agency leaves it out.
    fn slot(&self, kind: PartKind, after: &[Part], parts: &[Part]) -> Option<(Slot, bool)> {
        let surname = parts.iter().any(|part| part.kind == PartKind::Family);
        let father = parts.iter().any(|part| part.kind == PartKind::Father);
        match kind {
            PartKind::Given | PartKind::SecondGiven | PartKind::Particle => Some((Slot::Given, true)),
            PartKind::Family | PartKind::SecondFamily => Some((Slot::Family, true)),
            PartKind::Father if !surname && (self.style.chain == Chain::FatherIsFamily || after.is_empty()) => {
                Some((Slot::Family, true))
            }
            PartKind::Grandfather if !surname && (self.style.chain == Chain::LastIsFamily || !father) => {
                Some((Slot::Family, true))
            }
            PartKind::Father | PartKind::Grandfather | PartKind::Patronymic => match self.style.patronymics {
                Patronymics::Full => Some((Slot::Other, true)),
                Patronymics::Initial => Some((Slot::Other, false)),
                Patronymics::Dropped => None,
            },
        }
    }

    fn with_particle(&self, particle: &Part, kind: PartKind, name: &str, standard: (Romanisation, bool)) -> String {
        let article = particle.native.trim().is_empty();
        if self.script != Script::Latin || self.system.script() == Script::Latin {
            let word = fold(particle.native.trim(), self.style.diacritics);
            return match self.style.particles {
                _ if article => name.to_owned(),
                Particles::Dropped if self.script == Script::Latin => name.to_owned(),
                Particles::Joined if self.script == Script::Latin => joined(&word, name),
                _ => format!("{word} {name}"),
            };
        }
        let word = fold(&self.system.romanise(particle, standard.0), self.style.diacritics);
        match self.style.particles {
            // A kunya without its first word would be the son's name.
            _ if kind == PartKind::Given => format!("{word} {name}"),
            Particles::Hyphenated if article => format!("{word}-{name}"),
            Particles::Spaced | Particles::Hyphenated => format!("{word} {name}"),
            Particles::Joined => joined(&word, name),
            Particles::Dropped => name.to_owned(),
        }
    }

    /// At times one word is mistyped, and seldom a second.
    fn mistype(&mut self, words: &mut [(Slot, String)], draws: &mut Draws) {
        for rate in [self.rates.typing, self.rates.typing / 8.0] {
            if !draws.chance(rate) || words.is_empty() {
                continue;
            }
            let (_, word) = &mut words[draws.below(words.len())];
            let typed = mistype(word, draws);
            if typed != *word {
                *word = typed;
                self.mistakes.push(Mistake::Typing);
            }
        }
    }

    /// The name in the agency's columns, order and case.
    fn cells(&mut self, words: &[(Slot, String)], draws: &mut Draws) -> Vec<String> {
        let of = |slot: Slot| -> Vec<&str> {
            words.iter().filter(|(at, _)| *at == slot).map(|(_, word)| word.as_str()).collect()
        };
        let space = if self.script == Script::Han { "" } else { " " };
        let mut family = of(Slot::Family).join(space);
        let mut given = of(Slot::Given).join(space);
        let other = of(Slot::Other).join(space);
        if self.style.case != Case::Mixed {
            family = upper(&family);
        }
        if draws.chance(self.rates.swapped) && !family.is_empty() && !given.is_empty() {
            std::mem::swap(&mut family, &mut given);
            self.mistakes.push(Mistake::Swapped);
        }
        let (given, other) = if self.style.case == Case::Upper {
            family = upper(&family);
            (upper(&given), upper(&other))
        } else {
            (given, other)
        };
        // Agencies that write the given name first leave East Asian names in their own order half the time.
        let eastern = matches!(self.system, NamingSystem::Chinese | NamingSystem::Vietnamese) && draws.chance(0.5);
        match self.style.names {
            NameColumns::Three(_) => vec![family, given, other],
            NameColumns::Two(_) => vec![family, spaced(&[&given, &other], space)],
            NameColumns::Single(_) => vec![match self.style.order {
                NameOrder::GivenFirst if !eastern => spaced(&[&given, &other, &family], space),
                _ => spaced(&[&family, &given, &other], space),
            }],
        }
    }

    /// Document number and issuing country as far as this agency knows them.
    fn document(&mut self, person: &Person, draws: &mut Draws) -> (String, String) {
        let known = draws.chance(0.68);
        let stale = draws.chance(self.rates.stale_document);
        let wrong = draws.chance(self.rates.wrong_number);
        let form = draws.below(10);
        let Some(document) = person.document.as_ref().filter(|_| known) else {
            return (String::new(), String::new());
        };
        if stale {
            self.mistakes.push(Mistake::StaleDocument);
        }
        let mut number = if stale { document.former.clone() } else { document.number.clone() };
        if wrong {
            number = misnumber(&number, draws);
            self.mistakes.push(Mistake::WrongNumber);
        }
        let number = match form {
            0 => format!("{} {}", &number[..2], &number[2..]),
            1 => number.to_lowercase(),
            _ => number,
        };
        (number, document.country.clone())
    }
}

fn is_own(part: &Part) -> bool {
    matches!(part.kind, PartKind::Given | PartKind::SecondGiven)
}

/// First letter and a dot; the scholarly marks for hamza and ayn are no letters.
fn initial_of(name: &str) -> String {
    let first = name.chars().find(|sign| !"ʿʾ".contains(*sign));
    first.map_or_else(String::new, |first| format!("{first}."))
}

/// `de la` and `Cruz` to `Delacruz`.
fn joined(particle: &str, name: &str) -> String {
    let text = format!("{particle}{name}").replace(' ', "").to_lowercase();
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}

fn spaced(texts: &[&str], space: &str) -> String {
    texts.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(space)
}

/// Capitals, where the script has them in everyday use: Georgian has not.
fn upper(text: &str) -> String {
    if text.chars().any(|sign| Script::Georgian.contains(sign)) { text.to_owned() } else { text.to_uppercase() }
}

#[cfg(test)]
mod tests {
    use super::super::draws::Purpose;
    use super::super::style::AGENCIES;
    use super::super::{Options, person};
    use super::*;

    fn rows(agency: usize, system: NamingSystem) -> Vec<Row> {
        let options = Options { people: 300, shared: 300, mix: vec![(system, 1)], ..Options::default() };
        let style = &AGENCIES[agency].2;
        let role = Role::SuspectedOrganiser;
        person::people(&options)
            .iter()
            .enumerate()
            .map(|(index, person)| {
                let mut draws = Draws::new(1, Purpose::Recording, agency, index);
                record(person, index, role, style, &ErrorRates::NONE, &mut draws)
            })
            .collect()
    }

    #[test]
    fn the_second_agency_writes_plain_capitals_only() {
        for system in NamingSystem::ALL {
            for row in rows(1, system) {
                let name = &row.cells[2];
                assert!(!name.is_empty());
                assert!(name.chars().all(|sign| sign.is_ascii_uppercase() || " -".contains(sign)), "{system:?} {name}");
            }
        }
    }

    #[test]
    fn the_first_agency_writes_every_name_in_its_own_script() {
        for system in NamingSystem::ALL {
            for row in rows(0, system) {
                assert_eq!(row.script, system.script());
                for name in &row.cells[2..4] {
                    assert!(name.chars().any(|sign| row.script.contains(sign)), "{system:?} {name}");
                }
            }
        }
    }

    #[test]
    fn every_record_has_a_surname_and_a_given_name() {
        for system in NamingSystem::ALL {
            for agency in [0, 2, 4, 5] {
                assert!(rows(agency, system).iter().all(|row| !row.cells[2].is_empty() && !row.cells[3].is_empty()));
            }
        }
    }

    #[test]
    fn without_errors_no_mistake_is_noted() {
        assert!(rows(2, NamingSystem::Arabic).iter().all(|row| row.mistakes.is_empty()));
    }
}
