//! The order on terms: what is wider, what is narrower, what cannot be compared.
//!
//! A *ledger* collects the changes from one document to another. Each kind of rule has one function: `at_most`, `at_least`,
//! `subset`, `superset`, `same`. Within means: no change widens and none is incomparable. That relation is reflexive and
//! transitive, and two documents within each other differ in nothing but the order of their lists. Which rule each term has
//! stands with the terms.

use std::fmt;

use serde::Serialize;

/// Which way a term changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is allowed, or less is asked for.
    Widened,
    /// Neither within the other.
    Incomparable,
    /// Less is allowed, or more is asked for.
    Narrowed,
}

impl Direction {
    /// Whether a change in this direction weakens what was agreed, as far as a program can tell.
    pub fn weakens(self) -> bool {
        self != Self::Narrowed
    }

    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Widened => "widened",
            Self::Incomparable => "incomparable",
            Self::Narrowed => "narrowed",
        }
    }
}

/// One term that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// The term's name, as in the document.
    pub term: String,
    /// Which way.
    pub direction: Direction,
    /// What stood before.
    pub old: String,
    /// What stands now.
    pub new: String,
    /// What it comes to, in words.
    pub words: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<12} {}: {} -> {}; {}", self.direction.name(), self.term, self.old, self.new, self.words)
    }
}

/// One term by which an agreement is wider than its protocol, or an amendment than its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wider {
    /// The term's name, as in the document: `max.leads`.
    pub term: String,
    /// What the agreement says.
    pub agreed: String,
    /// What the document above it says.
    pub allowed: String,
}

impl fmt::Display for Wider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, allowed is {}", self.term, self.agreed, self.allowed)
    }
}

/// A term's name, what it counts, and what a wider value comes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meaning {
    pub(crate) term: &'static str,
    what: &'static str,
    wider: &'static str,
}

impl Meaning {
    pub(crate) const fn new(term: &'static str, what: &'static str, wider: &'static str) -> Self {
        Self { term, what, wider }
    }

    /// What a change in this direction comes to.
    pub(super) fn words(&self, direction: Direction) -> String {
        match direction {
            Direction::Widened => format!("{}: {}", self.what, self.wider),
            Direction::Narrowed => format!("{}: tighter than before", self.what),
            Direction::Incomparable => format!("{}: neither tighter nor wider, so it counts as wider", self.what),
        }
    }
}

/// Collects the changes from one document to another. `prefix` stands before the names of terms.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    changes: Vec<Change>,
}

impl Ledger {
    /// The changes, those that weaken first, else in the order of the documents.
    pub(crate) fn into_changes(mut self) -> Vec<Change> {
        self.changes.sort_by_key(|change| change.direction);
        self.changes
    }

    /// The changes that are not tightenings, as refusals.
    pub(crate) fn wider(self) -> Vec<Wider> {
        let weak = self.changes.into_iter().filter(|change| change.direction.weakens());
        weak.map(|change| Wider { term: change.term, agreed: change.new, allowed: change.old }).collect()
    }

    /// Adds a change.
    pub(crate) fn add(
        &mut self,
        term: impl Into<String>,
        direction: Direction,
        (old, new): (impl Into<String>, impl Into<String>),
        words: impl Into<String>,
    ) {
        let (term, old, new, words) = (term.into(), old.into(), new.into(), words.into());
        self.changes.push(Change { term, direction, old, new, words });
    }

    /// A term of which less is tighter.
    pub(crate) fn at_most<T: Ord + fmt::Display>(&mut self, meaning: &Meaning, old: T, new: T) {
        let direction = match new.cmp(&old) {
            std::cmp::Ordering::Equal => return,
            std::cmp::Ordering::Greater => Direction::Widened,
            std::cmp::Ordering::Less => Direction::Narrowed,
        };
        let sides = (format!("at most {old}"), format!("at most {new}"));
        self.add(meaning.term, direction, sides, meaning.words(direction));
    }

    /// A term of which more is tighter.
    pub(crate) fn at_least<T: Ord + fmt::Display>(&mut self, meaning: &Meaning, old: T, new: T) {
        let direction = match new.cmp(&old) {
            std::cmp::Ordering::Equal => return,
            std::cmp::Ordering::Less => Direction::Widened,
            std::cmp::Ordering::Greater => Direction::Narrowed,
        };
        let sides = (format!("at least {old}"), format!("at least {new}"));
        self.add(meaning.term, direction, sides, meaning.words(direction));
    }

    /// A list of which a part is tighter.
    pub(crate) fn subset<T: PartialEq>(
        &mut self,
        meaning: &Meaning,
        old: &[T],
        new: &[T],
        name: impl Fn(&T) -> String,
    ) {
        self.sets(meaning, old, new, name, [Direction::Widened, Direction::Narrowed]);
    }

    /// A list of which more is tighter: who must agree.
    pub(crate) fn superset<T: PartialEq>(
        &mut self,
        meaning: &Meaning,
        old: &[T],
        new: &[T],
        name: impl Fn(&T) -> String,
    ) {
        self.sets(meaning, old, new, name, [Direction::Narrowed, Direction::Widened]);
    }

    fn sets<T: PartialEq>(
        &mut self,
        meaning: &Meaning,
        old: &[T],
        new: &[T],
        name: impl Fn(&T) -> String,
        [added, removed]: [Direction; 2],
    ) {
        let more = new.iter().any(|item| !old.contains(item));
        let fewer = old.iter().any(|item| !new.contains(item));
        let direction = match (more, fewer) {
            (false, false) => return,
            (true, false) => added,
            (false, true) => removed,
            (true, true) => Direction::Incomparable,
        };
        let list = |items: &[T]| match items.is_empty() {
            true => "none".to_owned(),
            false => items.iter().map(&name).collect::<Vec<_>>().join(", "),
        };
        self.add(meaning.term, direction, (list(old), list(new)), meaning.words(direction));
    }

    /// A term that must not change.
    pub(crate) fn same<T: PartialEq>(&mut self, meaning: &Meaning, old: &T, new: &T, name: impl Fn(&T) -> String) {
        if old != new {
            let words = meaning.words(Direction::Incomparable);
            self.add(meaning.term, Direction::Incomparable, (name(old), name(new)), words);
        }
    }
}
