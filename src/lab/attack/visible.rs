//! The visible degree of people under a scheme, by the operator's own measure of a list's tail.

use std::ops::ControlFlow;

use super::LEAST;
use super::scheme::{Bag, Lexicon, Scheme};
use crate::linkage::{self, Encodings, Measure, stranger_tail};
use crate::records::Record;

/// Most people whose pairs are all compared.
const MOST: usize = 5000;

/// Expected strangers whose encodings stand out from the noise, for one record among `among`: counted on all pairs of at most 5,000 of these
/// people. Nothing for plain CLKs, where all do, and for fewer than [`LEAST`] people.
pub fn visible_degree(scheme: &Scheme, people: &[Record], among: usize, seed: u64) -> Option<f64> {
    let mut lexicon = Lexicon::default();
    let bags: Vec<Bag> = people.iter().filter_map(|record| lexicon.bag(scheme, record)).take(MOST).collect();
    if scheme.params.diffusion == 1 || bags.len() < LEAST {
        return None;
    }
    let side = Encodings::new(scheme.params.length, lexicon.encode(scheme, &bags, seed).words).ok()?;
    let tail = stranger_tail(&side, Measure::Hamming, side.len(), &|_| ControlFlow::Continue(())).ok()?;
    Some(linkage::visible_degree(&tail, among))
}

#[cfg(test)]
mod tests {
    use super::super::{Mix, Tokens, synthetic};
    use super::*;

    #[test]
    fn fewer_strangers_are_visible_the_higher_the_degree() {
        let people = synthetic(600, Mix::World, 1).expect("people");
        let of = |diffusion| visible_degree(&Scheme::laboratory(Tokens::Bigrams, 20, diffusion), &people, 600, 1);
        let [two, three, six] = [2, 3, 6].map(|diffusion| of(diffusion).expect("a figure"));
        assert!(two > 2.0 * three && three > 2.0 * six && two > 0.6, "{two} {three} {six}");
        assert_eq!(of(1), None);
        assert_eq!(visible_degree(&Scheme::laboratory(Tokens::Bigrams, 20, 2), &people[..20], 600, 1), None);
    }
}
