//! What normalisation has made of cells that come again: names and places repeat, and reading scripts takes longer than
//! everything else that is done to a record.
//!
//! A memory holds cells in the clear. It is one thread's, lives as long as a list is screened, is bounded, and is wiped on drop.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zeroize::{Zeroize, Zeroizing};

use super::super::normalise;

/// Cells that one thread remembers of names, and as many of places: some 20 MB. What comes after is read each time.
const REMEMBERED: usize = 1 << 17;

/// The longest cell that is remembered, in bytes.
const LONGEST: usize = 64;

/// Cells and what they became, of one thread.
#[derive(Default)]
pub(crate) struct Memo {
    names: Cells,
    places: Cells,
}

impl Memo {
    /// Parts of a personal name, from the cells that hold it: what [`normalise::person_name`] gives.
    pub(crate) fn person_name<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> Vec<String> {
        let mut parts = Vec::new();
        cells.for_each(|cell| self.names.read(cell, normalise::name_cell, &mut parts));
        normalise::whole_name(parts)
    }

    /// Parts of the name of a place: what [`normalise::place`] gives.
    pub(crate) fn place(&mut self, cell: &str) -> Vec<String> {
        let mut parts = Vec::new();
        self.places.read(cell, normalise::place, &mut parts);
        parts
    }
}

/// Cells, and their parts with a space between: parts have none.
#[derive(Default)]
struct Cells(HashMap<Box<str>, Zeroizing<Box<str>>>);

impl Cells {
    /// Appends the parts of a cell to `out`.
    fn read(&mut self, cell: &str, normalise: fn(&str) -> Vec<String>, out: &mut Vec<String>) {
        if let Some(parts) = self.0.get(cell) {
            return out.extend(parts.split(' ').filter(|part| !part.is_empty()).map(str::to_owned));
        }
        let mut parts = normalise(cell);
        if cell.len() <= LONGEST && self.0.len() < REMEMBERED {
            self.0.insert(cell.into(), Zeroizing::new(parts.join(" ").into_boxed_str()));
        }
        out.append(&mut parts);
    }
}

impl Drop for Cells {
    fn drop(&mut self) {
        self.0.drain().for_each(|(mut cell, _)| cell.zeroize());
    }
}

/// Memories that no thread is using now.
#[derive(Default)]
pub(crate) struct Memos(Mutex<Vec<Memo>>);

impl Memos {
    /// Lends one to `work`.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&mut Memo) -> T) -> T {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memo = idle.unwrap_or_default();
        let done = work(&mut memo);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(memo);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_normalisation_gives() {
        let mut memo = Memo::default();
        let long = "Wolfeschlegelsteinhausenbergerdorff ".repeat(3);
        let names = [
            ["Иванова Мария", "Сергеевна"],
            ["Al-Hassan", "Dr. Jean-Luc"],
            ["王小明", ""],
            ["St. Kilda", &long],
            ["—", "’"],
        ];
        for _ in 0..2 {
            for cells in names {
                assert!(memo.person_name(cells.into_iter()) == normalise::person_name(&cells));
                assert!(memo.place(cells[0]) == normalise::place(cells[0]));
            }
        }
        assert_eq!((memo.names.0.len(), memo.places.0.len()), (9, 5));
    }
}
