//! Where what a party learns can end up: its jurisdiction, and every one that follows from declared onward flows.
//!
//! Each card declares the jurisdictions to which its party must or may pass things on and which it cannot refuse. The graph has
//! an arc from a party's jurisdiction to each of them; reach is its transitive closure. A record of a person from a state within
//! the reach of a partner is not encoded for that partner. An arc that nobody declares is not seen: that is a matter of law and
//! of honesty, and no program's.

use std::collections::BTreeSet;

use super::body::AgreementBody;
use super::party::Party;

/// Jurisdictions that what `party` learns can reach, its own included.
pub fn reach(body: &AgreementBody, party: &Party) -> BTreeSet<String> {
    let mut reached = BTreeSet::from([party.jurisdiction.clone()]);
    let mut open: Vec<String> = party.onward.clone();
    // Whoever sits in a jurisdiction that is reached may pass on what arrives there.
    open.extend(arcs(body, &party.jurisdiction));
    while let Some(state) = open.pop() {
        if reached.insert(state.clone()) {
            open.extend(arcs(body, &state));
        }
    }
    reached
}

fn arcs<'b>(body: &'b AgreementBody, from: &'b str) -> impl Iterator<Item = String> + 'b {
    body.parties.iter().filter(move |p| p.jurisdiction == from).flat_map(|p| p.onward.iter().cloned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::World;
    use super::*;

    fn graph(arcs: &[(usize, usize)]) -> AgreementBody {
        let mut body = World::new().body;
        for (i, party) in body.parties.iter_mut().enumerate() {
            party.jurisdiction = code(i);
        }
        for (from, to) in arcs {
            body.parties[*from].onward.push(code(*to));
        }
        body
    }

    fn code(i: usize) -> String {
        format!("X{}", char::from(b'A' + i as u8))
    }

    #[test]
    fn what_is_passed_on_is_passed_on_again() {
        let body = graph(&[(0, 3), (3, 5), (5, 0), (1, 9)]);
        let reached: Vec<String> = reach(&body, &body.parties[0]).into_iter().collect();
        assert_eq!(reached, ["XA", "XD", "XF"]);
        assert_eq!(reach(&body, &body.parties[1]).len(), 2, "a state without a party is reached, too");
    }

    #[test]
    fn parties_of_one_jurisdiction_share_what_it_passes_on() {
        let mut body = graph(&[(2, 7)]);
        body.parties[2].jurisdiction = code(0);
        assert!(reach(&body, &body.parties[0]).contains("XH"));
    }

    proptest! {
        /// Against the closure by squaring a matrix, and: one more arc never takes anything away.
        #[test]
        fn reach_is_the_transitive_closure_and_monotone(
            arcs in prop::collection::vec((0..8_usize, 0..12_usize), 0..14),
            more in (0..8_usize, 0..12_usize),
        ) {
            let mut closure = [[false; 12]; 12];
            for (i, row) in closure.iter_mut().enumerate() {
                row[i] = true;
            }
            for (from, to) in &arcs {
                closure[*from][*to] = true;
            }
            for via in 0..12 {
                for from in 0..12 {
                    for to in 0..12 {
                        closure[from][to] |= closure[from][via] && closure[via][to];
                    }
                }
            }
            let body = graph(&arcs);
            let mut wider = arcs.clone();
            wider.push(more);
            let wider = graph(&wider);
            for (i, row) in closure.iter().take(8).enumerate() {
                let expected: BTreeSet<String> = (0..12).filter(|to| row[*to]).map(code).collect();
                let found = reach(&body, &body.parties[i]);
                prop_assert!(found.is_subset(&reach(&wider, &wider.parties[i])));
                prop_assert_eq!(found, expected);
            }
        }
    }
}
