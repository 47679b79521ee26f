//! The order on terms: its properties, on terms at random.

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::*;
use crate::protocol::order::Change;
use crate::protocol::vocabulary::{FieldKind, Grounds, Output, SourceKind, SubjectRole};

fn top() -> Terms {
    crate::protocol::Protocol::find("fin-1").expect("embedded").terms.clone()
}

fn changes(old: &Terms, new: &Terms) -> Vec<Change> {
    let mut ledger = Ledger::default();
    ledger.terms(old, new);
    ledger.into_changes()
}

fn within(new: &Terms, old: &Terms) -> bool {
    new.wider_than(old).is_empty()
}

fn part<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    subsequence(all, 0..=all.len())
}

prop_compose! {
    /// Small ranges, so that terms within each other are not rare.
    fn any_terms()(
        roles in part(&SubjectRole::ALL[..3]),
        grounds in prop::sample::select(&Grounds::ALL),
        sources in part(&SourceKind::ALL[..2]),
        fields in part(&FieldKind::ALL[..3]),
        outputs in part(&Output::ALL),
        up in prop::collection::vec(0..3_u32, Maxima::MEANINGS.len()),
        down in prop::collection::vec(0..3_u32, Minima::MEANINGS.len()),
    ) -> Terms {
        let mut json = serde_json::to_value(top()).expect("terms");
        for (table, values) in [("max", &up), ("min", &down)] {
            let table = json[table].as_object_mut().expect("a table");
            for (slot, value) in table.values_mut().zip(values) {
                *slot = (*value).into();
            }
        }
        let Terms { max, min, .. } = serde_json::from_value(json).expect("terms");
        Terms { roles, grounds, sources, fields, outputs, max, min }
    }
}

/// Terms at random, and a random tightening of them.
fn tightened() -> impl Strategy<Value = (Terms, Terms)> {
    (any_terms(), any_terms()).prop_map(|(old, other)| {
        // The meet of two: within both by construction, without asking the order.
        let meet = |a: &[FieldKind], b: &[FieldKind]| a.iter().filter(|x| b.contains(x)).copied().collect();
        let mut new = old.clone();
        new.fields = meet(&old.fields, &other.fields);
        new.roles.retain(|role| other.roles.contains(role));
        new.sources.retain(|source| other.sources.contains(source));
        new.outputs.retain(|output| other.outputs.contains(output));
        new.grounds = old.grounds.max(other.grounds);
        let mut json = serde_json::to_value(&new).expect("terms");
        let limits = serde_json::to_value(&other).expect("terms");
        for (table, pick) in [("max", u64::min as fn(u64, u64) -> u64), ("min", u64::max)] {
            let keys: Vec<String> = json[table].as_object().expect("a table").keys().cloned().collect();
            for key in keys {
                let number = |from: &serde_json::Value| from[table][&key].as_u64().expect("a number");
                json[table][&key] = pick(number(&json), number(&limits)).into();
            }
        }
        (old, serde_json::from_value(json).expect("terms"))
    })
}

/// How many places there are at which terms can be widened by one step.
const PLACES: usize = MAXIMA + MINIMA + 5;
const MAXIMA: usize = Maxima::MEANINGS.len();
const MINIMA: usize = Minima::MEANINGS.len();

/// Widens `terms` in one place beyond `old`, whatever else they say; false if `old` is as wide there as can be.
fn widen(terms: &mut Terms, old: &Terms, place: usize) -> bool {
    let numbers = |block: &str, step: i64, at: usize, terms: &mut Terms| {
        let (mut json, base) =
            (serde_json::to_value(&*terms).expect("terms"), serde_json::to_value(old).expect("terms"));
        let key = base[block].as_object().expect("a table").keys().nth(at).expect("a key").clone();
        let wider = base[block][&key].as_i64().expect("a number") + step;
        json[block][&key] = wider.max(0).into();
        *terms = serde_json::from_value(json).expect("terms");
        wider >= 0
    };
    match place.checked_sub(MAXIMA + MINIMA) {
        None if place < MAXIMA => return numbers("max", 1, place, terms),
        None => return numbers("min", -1, place - MAXIMA, terms),
        Some(0) => terms.roles.push(SubjectRole::Asset),
        Some(1) => terms.sources.push(SourceKind::EventStatistics),
        Some(2) => terms.fields.push(FieldKind::Postcode),
        Some(3) => {
            terms.outputs.extend(Output::ALL.iter().filter(|o| !old.outputs.contains(o)));
            return old.outputs.len() < 2;
        }
        Some(_) => {
            terms.grounds = Grounds::RoleOnly;
            return old.grounds > Grounds::RoleOnly;
        }
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn terms_are_within_themselves_and_within_what_they_tighten((old, new) in tightened()) {
        prop_assert!(within(&old, &old) && changes(&old, &old).is_empty());
        prop_assert!(within(&new, &old), "{:?}", new.wider_than(&old));
        prop_assert!(changes(&old, &new).iter().all(|change| change.direction == Direction::Narrowed));
    }

    #[test]
    fn one_widening_among_any_number_of_tightenings_is_found((old, mut new) in tightened(), place in 0..PLACES) {
        prop_assume!(widen(&mut new, &old, place));
        prop_assert!(!within(&new, &old));
        prop_assert!(changes(&old, &new).iter().any(|change| change.direction.weakens()));
    }

    #[test]
    fn terms_within_each_other_differ_in_nothing(one in any_terms(), other in any_terms()) {
        if within(&one, &other) && within(&other, &one) {
            prop_assert_eq!(changes(&one, &other), vec![]);
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn a_tightening_of_a_tightening_is_one((a, b) in tightened(), other in any_terms()) {
        // Both ways round: by construction, and for terms that happen to lie within.
        let mut c = b.clone();
        c.max.leads = c.max.leads.min(other.max.leads);
        c.roles.retain(|role| other.roles.contains(role));
        prop_assert!(within(&c, &b) && within(&c, &a));
        if within(&other, &b) {
            prop_assert!(within(&other, &a));
        }
    }

    #[test]
    fn a_change_read_backwards_goes_the_other_way(one in any_terms(), other in any_terms()) {
        let back = changes(&other, &one);
        for change in changes(&one, &other) {
            let found = back.iter().find(|b| b.term == change.term).map(|b| b.direction);
            let expected = match change.direction {
                Direction::Widened => Direction::Narrowed,
                Direction::Narrowed => Direction::Widened,
                Direction::Incomparable => Direction::Incomparable,
            };
            prop_assert_eq!(found, Some(expected));
        }
    }
}

#[test]
fn every_number_one_step_wider_is_named_and_has_words_of_its_own() {
    let mut json = serde_json::to_value(top()).expect("terms serialise");
    // What is zero in a protocol can only be asked for: one step from there is no number.
    for number in json["min"].as_object_mut().expect("a table").values_mut().filter(|number| **number == 0) {
        *number = 1.into();
    }
    let base: Terms = serde_json::from_value(json.clone()).expect("still terms");
    let mut said = std::collections::BTreeSet::new();
    for (block, step) in [("max", 1), ("min", -1)] {
        for key in json[block].as_object().expect("a table").keys() {
            let mut widened = json.clone();
            let number = widened[block][key].as_i64().expect("a number");
            widened[block][key] = (number + step).into();
            let widened: Terms = serde_json::from_value(widened).expect("still terms");
            let found = changes(&base, &widened);
            assert_eq!(found.len(), 1);
            assert_eq!((found[0].term.as_str(), found[0].direction), (&*format!("{block}.{key}"), Direction::Widened));
            assert!(said.insert(found[0].words.clone()), "{key} says the same as another");
        }
    }
}

#[test]
fn an_exchanged_word_is_incomparable_and_refused() {
    let mut terms = top();
    terms.fields.pop();
    terms.fields.push(FieldKind::Iban);
    let found = changes(&top(), &terms);
    assert_eq!(found[0].direction, Direction::Incomparable);
    assert_eq!(terms.wider_than(&top())[0].term, "fields");
}

#[test]
fn the_order_of_a_list_is_nothing() {
    let mut terms = top();
    terms.roles.reverse();
    assert_eq!(changes(&top(), &terms), []);
}
