//! Rows of one list that are alike: one person under many names, or a family.
//!
//! Two rows of a list are alike if they agree in [`alike_at`] bits or share an identifier's token. An honest list has few of them for any
//! row: kin, namesakes. Whoever lists one person a hundred times, to see which spelling or birth date is linked, has a hundred. So a row
//! that would be linked and has more alike rows in its own list than agreed is set aside, with all of these, and the decision is made
//! again without them, until every row that is linked stands in a small enough crowd.
//!
//! Only rows that would be linked are looked up, each against every row of its list. What comes out is the same as if all rows had been
//! looked up before: rows that are not linked come out in neither case. (Not the same is who else is linked to the partner's row
//! afterwards: here the next best, as if the crowd had not been sent.)

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use rayon::prelude::*;

use super::search::Comparison;
use super::{Encodings, Kernel, LinkageError, Measure, Score};

/// Least agreement of rows that are alike: six standard deviations above the half of all bits in which strangers agree.
pub fn alike_at(length: u16) -> Score {
    Score(length / 2 + (3.0 * f64::from(length).sqrt()).round() as u16)
}

/// Rows of one identifier that are taken up at a time: more than any agreement allows, and no list can make the sets large.
const MOST: usize = 1 << 12;

/// One list, to look rows up in.
pub(super) struct Crowd<'a> {
    side: &'a Encodings,
    /// Rows that share an identifier's token, and in which of these groups each row is.
    shared: Vec<Vec<u32>>,
    groups: HashMap<u32, Vec<u32>>,
    checked: BTreeSet<u32>,
    /// Rows that are set aside.
    pub(super) aside: BTreeSet<u32>,
}

impl<'a> Crowd<'a> {
    pub(super) fn new(side: &'a Encodings, shared: Vec<Vec<u32>>) -> Self {
        let mut groups: HashMap<u32, Vec<u32>> = HashMap::new();
        for (group, rows) in shared.iter().enumerate() {
            rows.iter().for_each(|row| groups.entry(*row).or_default().push(group as u32));
        }
        Self { side, shared, groups, checked: BTreeSet::new(), aside: BTreeSet::new() }
    }

    /// Looks up rows that would be linked; sets aside those with more than `most` alike rows, and these. Says whether there were any.
    pub(super) fn set_aside(&mut self, linked: impl Iterator<Item = u32>, most: usize) -> Result<bool, LinkageError> {
        let fresh: Vec<u32> = linked.filter(|row| !self.checked.contains(row)).collect();
        let alike = self.alike(&fresh)?;
        self.checked.extend(&fresh);
        let before = self.aside.len();
        for (row, alike) in fresh.iter().zip(alike) {
            if alike.len() > most {
                self.aside.insert(*row);
                self.aside.extend(alike);
            }
        }
        Ok(self.aside.len() > before)
    }

    /// For each of these rows the other rows of the list that are alike.
    fn alike(&self, rows: &[u32]) -> Result<Vec<BTreeSet<u32>>, LinkageError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let words = rows.iter().flat_map(|row| self.side.row(*row as usize)).collect();
        let asked = Encodings::new(self.side.length(), words)?;
        let least = alike_at(self.side.length());
        let comparison = Comparison::new(Kernel::detect(), &asked, self.side, Measure::Hamming, least);
        let one = |at: usize| {
            let mut found = BTreeSet::new();
            comparison.visit(at..at + 1, &|_| ControlFlow::Continue(()), |_, other, score| {
                if score >= least {
                    found.insert(other);
                }
            })?;
            for group in self.groups.get(&rows[at]).into_iter().flatten() {
                found.extend(self.shared[*group as usize].iter().take(MOST));
            }
            found.remove(&rows[at]);
            Ok(found)
        };
        (0..rows.len()).into_par_iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::oracle;

    /// Strangers, and behind them `copies` rows that differ from one another in some bits.
    fn list(strangers: usize, copies: usize) -> Encodings {
        let mut random = oracle::random(3);
        let mut words: Vec<u64> = (0..strangers * 16).map(|_| random()).collect();
        let person: Vec<u64> = (0..16).map(|_| random()).collect();
        for _ in 0..copies {
            words.extend(person.iter().map(|word| word ^ (random() & random() & random())));
        }
        Encodings::new(1024, words).unwrap()
    }

    fn aside(side: &Encodings, shared: &[u32], linked: &[u32], most: usize) -> Vec<u32> {
        let mut crowd = Crowd::new(side, vec![shared.to_vec()]);
        crowd.set_aside(linked.iter().copied(), most).unwrap();
        crowd.aside.into_iter().collect()
    }

    #[test]
    fn one_person_listed_often_is_set_aside_and_strangers_are_not() {
        let side = list(500, 9);
        assert_eq!(aside(&side, &[], &[7, 503], 8), Vec::<u32>::new(), "eight beside the linked one are allowed");
        assert_eq!(aside(&side, &[], &[7, 503], 7), (500..509).collect::<Vec<u32>>());
        assert_eq!(aside(&side, &[], &[7, 20, 499], 0), Vec::<u32>::new());
    }

    #[test]
    fn rows_that_share_an_identifier_are_alike_whatever_their_names() {
        let side = list(20, 0);
        assert_eq!(aside(&side, &[0, 1, 2, 3, 4], &[2, 9], 3), [0, 1, 2, 3, 4]);
        assert_eq!(aside(&side, &[0, 1, 2, 3, 4], &[2, 9], 4), Vec::<u32>::new());
    }

    #[test]
    fn what_was_looked_up_is_not_looked_up_again() {
        let side = list(50, 5);
        let mut crowd = Crowd::new(&side, Vec::new());
        assert!(crowd.set_aside([51].into_iter(), 2).unwrap());
        assert!(!crowd.set_aside([51, 3].into_iter(), 2).unwrap());
    }

    #[test]
    fn strangers_stay_below_the_bound() {
        assert_eq!(alike_at(1024), Score(608));
        let side = list(1_000, 0);
        assert_eq!(aside(&side, &[], &(0..200).collect::<Vec<u32>>(), 0), Vec::<u32>::new());
    }
}
