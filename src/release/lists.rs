//! Lists in their order: each list of an author covers what the ones before it said, names the one before it, and only adds.
//!
//! A list counts once it is in the log. Those that wait for it may stand behind, but there is one list of each number, and two in
//! the log that contradict each other are refused by whoever reads them.

use jiff::Timestamp;
use serde::Deserialize;

use super::ReleaseError;
use crate::note::Note;
use crate::primitives::Digest;

/// Where a list stands among those of its author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Holder or agency that the list speaks for.
    pub of: String,
    /// Name of the party that signed it.
    pub by: String,
    /// 1 for the first.
    pub number: u32,
    /// Digest of the one before; none before the first.
    pub before: Option<Digest>,
    /// When it was made, by its author's clock.
    pub created: Timestamp,
    /// SHA-256 of its text, without signatures: by it others name it.
    pub digest: Digest,
}

impl Place {
    fn follows(&self, last: Option<&Self>) -> bool {
        self.before == last.map(|last| last.digest) && last.is_none_or(|last| last.created <= self.created)
    }
}

/// What has a place.
pub trait Placed {
    /// Its place.
    fn place(&self) -> &Place;
}

/// The lists of one author, first to last.
#[derive(Clone, Debug)]
pub struct Chain<'a, T> {
    /// All that follow one another.
    pub lists: Vec<&'a T>,
    /// How many of them, from the first, are in the log.
    pub logged: usize,
    /// Whether there are others, not in the log, that contradict them or one another.
    pub forked: bool,
}

impl<'a, T> Chain<'a, T> {
    /// Those of the log.
    pub fn in_log(&self) -> &[&'a T] {
        &self.lists[..self.logged]
    }
}

/// Puts the lists of `of` in their order. Refuses two of one number in the log, and one in the log that goes on from none.
pub fn chain<'a, T: Placed>(
    lists: &'a [T],
    of: &str,
    logged: impl Fn(&Place) -> bool,
) -> Result<Chain<'a, T>, ReleaseError> {
    let own = || lists.iter().filter(|list| list.place().of == of);
    let mut chain = Chain { lists: Vec::new(), logged: 0, forked: false };
    for number in 1.. {
        let last = chain.lists.last().map(|list: &&T| list.place());
        let (mut counted, mut waiting) = (Vec::new(), Vec::new());
        for list in own().filter(|list| list.place().number == number) {
            if logged(list.place()) { counted.push(list) } else { waiting.push(list) }
        }
        let next = match (counted.as_slice(), waiting.as_slice()) {
            ([_, _, ..], _) => return Err(ReleaseError::Fork { of: of.to_owned(), number }),
            ([one], others) => {
                chain.forked |= !others.is_empty();
                *one
            }
            ([], [one]) if one.place().follows(last) => *one,
            ([], others) => {
                chain.forked |= !others.is_empty();
                break;
            }
        };
        if !next.place().follows(last) {
            return Err(list_error(of, "name another one before them than is there"));
        }
        chain.lists.push(next);
    }
    let taken = |place: &Place| chain.lists.iter().any(|list| list.place().digest == place.digest);
    if own().any(|list| logged(list.place()) && !taken(list.place())) {
        return Err(list_error(of, "have a gap: one that the log's later ones go on from is not there"));
    }
    chain.logged = chain.lists.iter().take_while(|list| logged(list.place())).count();
    Ok(chain)
}

pub(super) fn list_error(of: &str, problem: &'static str) -> ReleaseError {
    ReleaseError::List { of: of.to_owned(), problem }
}

/// Which issue of shares a note claims to be about; what it says otherwise is still to be verified.
pub fn claimed_issue(note: &Note) -> Option<Digest> {
    #[derive(Deserialize)]
    struct Claim {
        issue: Digest,
    }
    toml::from_str::<Claim>(note.text()).ok().map(|claim| claim.issue)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Listed(Place);

    impl Placed for Listed {
        fn place(&self) -> &Place {
            &self.0
        }
    }

    /// A list with this mark, after the one with the mark `before`.
    fn list(number: u32, mark: &str, before: Option<&str>) -> Listed {
        let digest = |mark: &str| Digest::of(mark.as_bytes());
        let created = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(number.into());
        let (of, by) = ("fiu-a".to_owned(), "officer".to_owned());
        Listed(Place { of, by, number, before: before.map(digest), created, digest: digest(mark) })
    }

    fn of(lists: &[Listed], logged: &[&str]) -> Result<(usize, usize, bool), ReleaseError> {
        let logged: Vec<Digest> = logged.iter().map(|mark| Digest::of(mark.as_bytes())).collect();
        chain(lists, "fiu-a", |place| logged.contains(&place.digest))
            .map(|chain| (chain.lists.len(), chain.in_log().len(), chain.forked))
    }

    #[test]
    fn lists_follow_one_another_and_count_as_far_as_the_log_has_them() {
        let all = || vec![list(2, "b", Some("a")), list(1, "a", None), list(3, "c", Some("b"))];
        assert_eq!(of(&all(), &["a", "b"]), Ok((3, 2, false)));
        assert_eq!(of(&all(), &[]), Ok((3, 0, false)));
        // The second waits, so the third does too.
        assert_eq!(of(&all(), &["a", "c"]), Ok((3, 1, false)));
        assert_eq!(of(&[], &[]), Ok((0, 0, false)));
    }

    #[test]
    fn two_lists_of_one_number_in_the_log_are_refused() {
        let fork = [list(1, "a", None), list(1, "z", None)];
        assert_eq!(of(&fork, &["a", "z"]), Err(ReleaseError::Fork { of: "fiu-a".to_owned(), number: 1 }));
        assert_eq!(of(&fork, &["a"]), Ok((1, 1, true)));
        assert_eq!(of(&fork, &[]), Ok((0, 0, true)));
    }

    #[test]
    fn a_logged_list_that_goes_on_from_none_is_refused_and_a_waiting_one_is_left_out() {
        for lists in [
            vec![list(2, "b", Some("a"))],
            vec![list(1, "a", None), list(2, "b", Some("z"))],
            vec![list(1, "a", None), list(2, "b", None)],
            vec![list(1, "a", Some("z")), list(2, "b", Some("a"))],
        ] {
            assert!(matches!(of(&lists, &["a", "b"]), Err(ReleaseError::List { .. })));
            let waiting = of(&lists, &[]).expect("nothing of it counts");
            assert!(waiting.0 < lists.len());
        }
        let mut earlier = list(2, "b", Some("a"));
        earlier.0.created = Timestamp::UNIX_EPOCH;
        assert!(matches!(of(&[list(1, "a", None), earlier], &["a", "b"]), Err(ReleaseError::List { .. })));
    }
}
