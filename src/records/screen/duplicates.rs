//! Finding ids that occur twice, in memory that does not grow with what the ids are.
//!
//! The first pass puts every id into a Bloom filter (about 29 bits a row) and notes those that it may have seen before; the
//! second looks only at these, exactly. The filter's hashes are seeded by the caller, so that no file can be made to fill it.
//!
//! Where a list comes in pieces there is no second pass: [`Seen`] keeps 128 bits of each id under keys that no file can know.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

use bloomfilter::Bloom;

/// Chance that an id is looked at in the second pass for nothing.
const FALSE_POSITIVES: f64 = 1e-6;

/// Whether each id is that of an earlier row; empty ids are nobody's.
pub(crate) fn repeats<'a>(ids: impl ExactSizeIterator<Item = &'a str> + Clone, seed: &[u8; 32]) -> Vec<bool> {
    let count = ids.len();
    let Ok(mut filter) = Bloom::<str>::new_for_fp_rate_with_seed(count.max(1), FALSE_POSITIVES, seed) else {
        unreachable!("the filter's size is positive");
    };
    let suspects: HashSet<&str> = ids.clone().filter(|id| !id.is_empty() && filter.check_and_set(id)).collect();
    filter.clear();
    let mut seen: HashSet<&str> = HashSet::with_capacity(suspects.len());
    ids.map(|id| suspects.contains(id) && !seen.insert(id)).collect()
}

/// Ids of the rows before.
#[derive(Default)]
pub(crate) struct Seen {
    keys: [RandomState; 2],
    hashes: HashSet<u128, BuildHasherDefault<Low>>,
}

impl Seen {
    /// Whether an earlier row had this id; empty ids are nobody's.
    pub(crate) fn has(&mut self, id: &str) -> bool {
        let [high, low] = self.keys.each_ref().map(|key| u128::from(key.hash_one(id)));
        !id.is_empty() && !self.hashes.insert(high << 64 | low)
    }
}

/// The low half of what is a hash already.
#[derive(Default)]
struct Low(u64);

impl Hasher for Low {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }

    fn write_u128(&mut self, number: u128) {
        self.0 = number as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_and_later_rows_of_an_id_are_repeats() {
        let ids = ["a", "b", "a", "", "c", "", "a", "b"];
        let expected = [false, false, true, false, false, false, true, true];
        assert_eq!(repeats(ids.iter().copied(), &[7; 32]), expected);
        assert!(repeats([].into_iter(), &[7; 32]).is_empty());
        let mut seen = Seen::default();
        assert_eq!(ids.map(|id| seen.has(id)), expected[..]);
    }

    #[test]
    fn all_repeats_are_found_and_nothing_else_whatever_the_seed() {
        let ids: Vec<String> = (0..20_000).map(|i| format!("{}", i % 15_000)).collect();
        for seed in [[0; 32], [1; 32], [255; 32]] {
            let found = repeats(ids.iter().map(String::as_str), &seed);
            assert!(found.iter().enumerate().all(|(row, repeat)| *repeat == (row >= 15_000)));
        }
    }
}
