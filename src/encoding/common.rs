//! Frequent names: what agrees in them says less.
//!
//! How frequent a name is, is read off published lists of the most frequent names of countries (`frequent.tsv`, which says
//! where they are from): in how many countries it is listed. The table is compared by skeletons, so each name stands for
//! its variants, and it is written alike first, as the names of records are.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::skeleton::skeleton;
use crate::records::normalise::person_name;

/// The lists: country, kind of list, names.
const LISTS: &str = include_str!("frequent.tsv");

/// In how many countries names of a skeleton are listed at least if it is frequent. With three or fewer, half of the name
/// parts of mixed lists would be.
const COUNTRIES: u8 = 4;

/// What is left of the weight of a frequent name's tokens, in tenths.
pub(super) const TENTHS: u16 = 7;

/// Whether a skeleton is a frequent name's.
pub(super) fn is_common(letters: &[u8]) -> bool {
    static SKELETONS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
        let frequent = |(skeleton, countries)| (countries >= COUNTRIES).then_some(skeleton);
        countries().into_iter().filter_map(frequent).collect()
    });
    SKELETONS.contains(letters)
}

/// In how many countries names of each skeleton are listed.
fn countries() -> HashMap<Vec<u8>, u8> {
    let mut seen: HashMap<Vec<u8>, (u8, &str)> = HashMap::new();
    let mut letters = Vec::new();
    for line in LISTS.lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t');
        let (country, names) = (cells.next().unwrap_or_default(), cells.next_back().unwrap_or_default());
        for part in names.split(", ").flat_map(|name| person_name(&[name])) {
            skeleton(part.as_bytes(), &mut letters);
            // A country's lists stand together.
            let (number, last) = seen.entry(letters.clone()).or_default();
            *number += u8::from(*last != country);
            *last = country;
        }
    }
    seen.into_iter().map(|(skeleton, (number, _))| (skeleton, number)).collect()
}

/// Hands everything that decides which names are frequent, and what they weigh, to `put`.
pub(super) fn visit(put: &mut impl FnMut(&[u8])) {
    put(b"frequent@1");
    put(&[COUNTRIES]);
    put(&TENTHS.to_be_bytes());
    put(LISTS.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> bool {
        let mut letters = Vec::new();
        skeleton(name.as_bytes(), &mut letters);
        is_common(&letters)
    }

    #[test]
    fn names_that_four_countries_list_are_frequent_in_every_spelling() {
        for name in ["MOHAMMED", "MHMD", "MUELLER", "IOANNIS", "NOWAK", "RODRIGUEZ", "ALEKSEY"] {
            assert!(of(name), "{name}");
        }
        for name in ["YAMAMOTO", "GELASHVILI", "THORARENSEN", "SCHWARZENEGGER"] {
            assert!(!of(name), "{name}");
        }
    }

    /// Each line is a country, a kind and names; a country's lines stand together; the numbers are those of the documents.
    #[test]
    fn the_lists_are_well_formed() {
        let lines = LISTS.lines().filter(|line| !line.starts_with('#'));
        let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
        let mut spellings = HashSet::new();
        for row in &rows {
            let [country, kind, names] = row[..] else { panic!("{row:?}") };
            assert!(country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()), "{row:?}");
            assert!(["surname", "female", "male"].contains(&kind.split(' ').next().unwrap_or_default()), "{row:?}");
            assert!(names.split(", ").all(|name| !person_name(&[name]).is_empty()), "{row:?}");
            spellings.extend(names.split(", "));
        }
        assert!(rows.is_sorted_by_key(|row| row[0]));
        let of = |kind: &str| {
            let rows = rows.iter().filter(|row| row[1].starts_with("surname") == (kind == "surname"));
            rows.map(|row| row[0]).collect::<HashSet<_>>().len()
        };
        assert_eq!((rows.len(), spellings.len(), of("surname"), of("given")), (328, 2178, 70, 106));
        let counted = countries();
        let frequent = counted.values().filter(|number| **number >= COUNTRIES).count();
        assert_eq!((counted.len(), frequent), (1084, 211));
    }
}
