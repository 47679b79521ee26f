//! What holds of whole populations.

use std::collections::{HashMap, HashSet};

use super::*;

fn options() -> Options {
    Options {
        seed: 20_260_101,
        people: 4000,
        shared: 1000,
        agencies: 3,
        companies: 600,
        shared_companies: 150,
        ..Options::default()
    }
}

fn bytes(options: &Options) -> Vec<u8> {
    let population = generate(options).unwrap();
    let mut out = Vec::new();
    for agency in &population.agencies {
        write_people(agency, &mut out).unwrap();
        write_companies(agency, &mut out).unwrap();
        out.extend(columns_toml(agency).bytes());
    }
    write_truth(&population, &mut out).unwrap();
    write_company_truth(&population, &mut out).unwrap();
    out
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let options = Options { agencies: 6, ..options() };
    let first = bytes(&options);
    assert!(first == bytes(&options));
    assert!(first != bytes(&Options { seed: 2, ..options }));
}

#[test]
fn each_pair_of_agencies_shares_exactly_the_people_asked_for() {
    let population = generate(&options()).unwrap();
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for pair in &population.truth {
        *counts.entry((&pair.left_agency, &pair.right_agency)).or_default() += 1;
    }
    assert_eq!(counts.len(), 3);
    assert!(counts.values().all(|&count| count == 1000));
    assert!(population.agencies.iter().all(|agency| agency.people.len() == 4000 && agency.companies.len() == 600));
    assert_eq!(population.company_truth.len(), 3 * 150);
}

#[test]
fn truth_names_one_admissible_row_of_the_same_person_on_each_side() {
    let population = generate(&options()).unwrap();
    let mut rows: HashMap<(&str, &str), &Row> = HashMap::new();
    for agency in &population.agencies {
        for row in &agency.people {
            assert!(rows.insert((&agency.name, &row.id), row).is_none(), "{} twice", row.id);
        }
    }
    for pair in &population.truth {
        let left = rows[&(pair.left_agency.as_str(), pair.left_id.as_str())];
        let right = rows[&(pair.right_agency.as_str(), pair.right_id.as_str())];
        assert_eq!(left.person, right.person);
        assert_eq!((left.kind, right.kind), (RowKind::Admissible, RowKind::Admissible));
        assert_eq!((left.script, right.script), (pair.left_script, pair.right_script));
    }
}

#[test]
fn unshared_people_are_known_to_one_agency_only() {
    let population = generate(&options()).unwrap();
    let people: Vec<HashSet<usize>> =
        population.agencies.iter().map(|agency| agency.people.iter().map(|row| row.person).collect()).collect();
    assert_eq!(people[0].intersection(&people[1]).count(), 1000);
    assert_eq!(people[1].intersection(&people[2]).count(), 1000);
}

#[test]
fn every_naming_system_and_script_is_present_in_truth() {
    let population = generate(&options()).unwrap();
    let systems: HashSet<NamingSystem> = population.truth.iter().map(|pair| pair.system).collect();
    assert_eq!(systems.len(), NamingSystem::ALL.len());
    let scripts: HashSet<Script> = population.truth.iter().map(|pair| pair.left_script).collect();
    assert_eq!(scripts.len(), 8);
}

#[test]
fn rows_in_a_native_script_contain_that_script() {
    let population = generate(&options()).unwrap();
    for row in population.agencies[0].people.iter().filter(|row| row.kind != RowKind::Malformed) {
        let name = row.cells[2..5].concat();
        assert_eq!(row.script, row.system.script());
        assert!(name.chars().any(|sign| row.script.contains(sign)), "{name}");
    }
}

#[test]
fn rows_to_be_withheld_or_quarantined_exist_at_every_agency_at_the_rate_asked_for() {
    for agency in generate(&options()).unwrap().agencies {
        let count = |kind| agency.people.iter().filter(|row| row.kind == kind).count();
        assert_eq!(count(RowKind::Withheld), 15);
        assert_eq!(count(RowKind::Minor), 15);
        assert_eq!(count(RowKind::Malformed), 6);
        let withheld = agency.people.iter().filter(|row| row.kind == RowKind::Withheld);
        assert!(withheld.clone().all(|row| !Role::ADMITTED.contains(&row.role)));
    }
}

#[test]
fn mistakes_occur_about_as_often_as_asked_for() {
    let population = generate(&Options { people: 20_000, shared: 20_000, ..options() }).unwrap();
    let rows: Vec<&Row> = population.agencies.iter().flat_map(|agency| &agency.people).collect();
    let share = |mistake| rows.iter().filter(|row| row.mistakes.contains(&mistake)).count() as f64 / rows.len() as f64;
    let rates = ErrorRates::MODERATE;
    // Some mistakes cannot happen to every record, so that the lower bounds are wide.
    let bounds = [
        (Mistake::Typing, 0.7 * rates.typing, 1.3 * rates.typing),
        (Mistake::Swapped, 0.8 * rates.swapped, 1.2 * rates.swapped),
        (Mistake::Alias, 0.7 * rates.alias, 1.3 * rates.alias),
        (Mistake::DroppedPart, 0.4 * rates.dropped_part, rates.dropped_part),
        (Mistake::MissingDate, 0.8 * rates.missing_date, 1.2 * rates.missing_date),
        (Mistake::PartialDate, rates.partial_date, 3.0 * rates.partial_date),
        (Mistake::YearSlip, 0.7 * rates.year_slip, 1.3 * rates.year_slip),
        (Mistake::DayMonthSwap, 0.2 * rates.day_month_swap, 0.6 * rates.day_month_swap),
        (Mistake::OtherSpelling, 0.2 * rates.other_spelling, rates.other_spelling),
    ];
    for (mistake, low, high) in bounds {
        assert!((low..=high).contains(&share(mistake)), "{mistake:?}: {} not in {low}..={high}", share(mistake));
    }
}

#[test]
fn four_in_ten_people_have_a_document_on_record() {
    let population = generate(&options()).unwrap();
    for agency in &population.agencies {
        let rows = agency.people.iter().filter(|row| row.kind == RowKind::Admissible);
        let with = rows.clone().filter(|row| row.cells.iter().rev().take(2).all(|cell| !cell.is_empty())).count();
        let share = with as f64 / rows.count() as f64;
        assert!((0.35..0.46).contains(&share), "{share}");
    }
}

#[test]
fn accounts_are_valid_but_for_the_mistakes_noted() {
    let population = generate(&options()).unwrap();
    let mut seen = 0;
    for row in population.agencies.iter().flat_map(|agency| &agency.companies) {
        for (cell, rotated) in [(&row.cells[5], 0), (&row.cells[6], 4)] {
            let plain: String = cell.chars().filter(char::is_ascii_alphanumeric).collect();
            if plain.is_empty() || row.mistakes.contains(&Mistake::WrongNumber) {
                continue;
            }
            let text = format!("{}{}", &plain[rotated..], &plain[..rotated]);
            assert_eq!(identifiers::modulo_97(&text), 1, "{cell}");
            seen += 1;
        }
    }
    assert!(seen > 500);
}

#[test]
fn every_company_record_has_something_to_compare() {
    let population = generate(&options()).unwrap();
    for row in population.agencies.iter().flat_map(|agency| &agency.companies) {
        assert!(row.cells[2..].iter().any(|cell| !cell.is_empty()), "{}", row.id);
        assert_eq!(row.cells.len(), COMPANY_COLUMNS.len());
    }
}

#[test]
fn company_names_are_in_latin_letters_where_the_agency_romanises() {
    let population = generate(&options()).unwrap();
    for agency in &population.agencies[1..] {
        for row in &agency.companies {
            let foreign = row.cells[2].chars().find(|sign| sign.is_alphabetic() && !Script::Latin.contains(*sign));
            assert_eq!(foreign, None, "{}", row.cells[2]);
        }
    }
}

#[test]
fn impossible_options_are_refused() {
    let refused = |options: Options| generate(&options).unwrap_err();
    assert_eq!(refused(Options { agencies: 1, ..options() }), SynthError::Agencies(1));
    assert_eq!(refused(Options { agencies: 7, ..options() }), SynthError::Agencies(7));
    assert_eq!(refused(Options { mix: Vec::new(), ..options() }), SynthError::Mix);
    let shared = SynthError::Shared { what: "people", shared: 5000, rows: 4000 };
    assert_eq!(refused(Options { shared: 5000, ..options() }), shared);
}
