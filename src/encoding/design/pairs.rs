//! What two records have in common, from their tokens alone: no key, no filter.
//!
//! A token of weight `w` leaves an inner position free with probability `1 − q·w`, where `q` is the share of the positions
//! that a token of unit weight sets. So records `a` and `b` leave it free with `e^(−A)` and `e^(−B)`, and both with
//! `e^(−(A + B − S))`, where `S` is the part of the exponent that their shared tokens have. With inner bits written as ±1 the
//! expected product, the *inner correlation*, is `c = 4·e^(−(A+B−S)) − 2·e^(−A) − 2·e^(−B) + 1`. It is one for equal
//! records and near `(1 − 2·fill)²` for records that share nothing.

use std::borrow::Borrow;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::agreement::Schema;
use crate::records::Record;

use super::super::tokens::{TokenSet, UNIT};

/// The tokens of one record, by number, with weights in units. The numbers are unkeyed hashes, so a list is as
/// confidential as the record.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct TokenList {
    /// Ascending by number.
    tokens: Vec<(u64, f32)>,
    /// Sum of the weights, and of their squares.
    sums: (f64, f64),
}

impl TokenList {
    /// The tokens of a record; nothing if they are too few to be encoded.
    pub(crate) fn of(record: &Record, schema: &Schema, scratch: &mut TokenSet) -> Option<Self> {
        scratch.collect(&schema.fields, record);
        if scratch.telling() < usize::from(schema.encoding.min_tokens) {
            return None;
        }
        let number = |token| {
            let mut hasher = DefaultHasher::new();
            scratch.bytes(token).hash(&mut hasher);
            (token.namespace as u8).hash(&mut hasher);
            (hasher.finish(), f32::from(token.weight) / UNIT as f32)
        };
        let mut tokens: Vec<(u64, f32)> = scratch.tokens().iter().map(number).collect();
        tokens.sort_unstable_by_key(|(number, _)| *number);
        let sums = tokens.iter().fold((0.0, 0.0), |sums, (_, weight)| add(sums, *weight));
        Some(Self { tokens, sums })
    }

    /// Weights and squared weights of the tokens that both have.
    pub(crate) fn shared(&self, other: &Self) -> (f64, f64) {
        let (mut a, mut b) = (self.tokens.iter().peekable(), other.tokens.iter().peekable());
        let mut sums = (0.0, 0.0);
        while let (Some((left, weight)), Some((right, other))) = (a.peek(), b.peek()) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => {
                    sums = add(sums, weight.min(*other));
                    a.next();
                    b.next();
                }
            }
        }
        sums
    }

    /// The inner correlation with a record with which `shared` is shared, where a unit of weight sets the share `q`.
    pub(crate) fn correlation(&self, other: &Self, shared: (f64, f64), q: f64) -> f64 {
        let [a, b, s] = [self.sums, other.sums, shared].map(|sums| exponent(sums, q));
        4.0 * (-(a + b - s)).exp() - 2.0 * (-a).exp() - 2.0 * (-b).exp() + 1.0
    }

    /// The expected fill of the inner filter.
    pub(crate) fn fill(&self, q: f64) -> f64 {
        1.0 - (-exponent(self.sums, q)).exp()
    }

    /// Those of the tokens whose number is wanted.
    #[cfg(feature = "lab")]
    pub(crate) fn only(&self, wanted: impl Fn(u64) -> bool) -> Self {
        let tokens: Vec<(u64, f32)> = self.tokens.iter().copied().filter(|(number, _)| wanted(*number)).collect();
        let sums = tokens.iter().fold((0.0, 0.0), |sums, (_, weight)| add(sums, *weight));
        Self { tokens, sums }
    }

    /// Numbers and weights, ascending by number.
    #[cfg(feature = "lab")]
    pub(crate) fn tokens(&self) -> &[(u64, f32)] {
        &self.tokens
    }
}

fn add((sum, squares): (f64, f64), weight: f32) -> (f64, f64) {
    let weight = f64::from(weight);
    (sum + weight, squares + weight * weight)
}

/// `−Σ ln(1 − q·w)` but for cubes.
fn exponent((sum, squares): (f64, f64), q: f64) -> f64 {
    q * sum + q * q * squares / 2.0
}

/// The share `q` at which the mean fill of `lists` is `fill`.
pub(crate) fn share_for<T: Borrow<TokenList>>(lists: &[T], fill: f64) -> f64 {
    let mean = |q: f64| lists.iter().map(|list| list.borrow().fill(q)).sum::<f64>() / lists.len().max(1) as f64;
    let (mut low, mut high) = (0.0, 0.25);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if mean(middle) < fill { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::tests::{people, schema};
    use crate::encoding::{Encoder, Hardening};
    use crate::primitives::{Entropy, Secret};

    #[test]
    fn the_inner_correlation_is_what_filters_show() {
        let (records, mut schema) = (people(60), schema());
        let mut scratch = TokenSet::default();
        let lists: Vec<TokenList> =
            records.iter().filter_map(|record| TokenList::of(record, &schema, &mut scratch)).collect();
        let q = share_for(&lists, 0.45);
        schema.encoding.length = 4096;
        schema.encoding.insertions = (q * 4096.0).round() as u16;
        let key = Secret::generate(&mut Entropy::seeded(1));
        let encoder = Encoder::with(&schema, &key, |_| Hardening::Plain).expect("a good schema");
        let words = encoder.encode_all(&records).words;
        let filters: Vec<&[u64]> = words.chunks_exact(encoder.words()).collect();
        let (mut error, mut pairs) = (0.0, 0);
        for a in 0..lists.len() {
            for b in 0..=a {
                let differ: u32 = filters[a].iter().zip(filters[b]).map(|(a, b)| (a ^ b).count_ones()).sum();
                let seen = 1.0 - 2.0 * f64::from(differ) / 4096.0;
                let expected = lists[a].correlation(&lists[b], lists[a].shared(&lists[b]), q);
                // Five deviations of a mean over so many positions.
                assert!((seen - expected).abs() < 5.0 / 64.0, "{seen} {expected}");
                error += seen - expected;
                pairs += 1;
            }
        }
        assert!((error / f64::from(pairs)).abs() < 0.01);
    }

    #[test]
    fn equal_records_correlate_fully_and_the_fill_is_met() {
        let (records, schema) = (people(50), schema());
        let mut scratch = TokenSet::default();
        let lists: Vec<TokenList> =
            records.iter().filter_map(|record| TokenList::of(record, &schema, &mut scratch)).collect();
        let q = share_for(&lists, 0.40);
        let fill = lists.iter().map(|list| list.fill(q)).sum::<f64>() / lists.len() as f64;
        assert!((fill - 0.40).abs() < 1e-6);
        let own = lists[0].correlation(&lists[0], lists[0].shared(&lists[0]), q);
        assert!((own - 1.0).abs() < 1e-9);
    }
}
