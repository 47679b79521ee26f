//! Which candidates become links: one-to-one, in a fixed order, with every tie counted.
//!
//! Candidates are taken from the highest score, then by `a`, then by `b`. Two rules:
//!
//! - [`Rule::SymmetricBest`]: a pair is taken only if neither of its records has a higher-scoring partner.
//! - [`Rule::Greedy`]: a pair is taken if neither of its records is taken yet; a record whose best is gone may get its
//!   next.
//!
//! Either way a record is in one link at most. A link is [`Firmness::Strong`] if it has the score of a link and leads every
//! rival of both its records by at least `leader` points and never by none; so a strong link is the same under both rules
//! and under every order of the input. All other links are [`Firmness::Possible`].
//!
//! Rivals are looked for among all candidates given, also those below the possible threshold. Where a search kept only a
//! record's best few, a rival may be missing from the list of the other side's record; such records are in
//! [`Candidates::bounded`](super::Candidates::bounded).

use std::cmp::Reverse;

use super::{Pair, Score};

/// How links are taken from the candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Only pairs that are the best of both records.
    SymmetricBest,
    /// The best remaining pair first.
    Greedy,
}

/// The terms of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How links are taken where records have several candidates.
    pub rule: Rule,
    /// Least score of a strong link.
    pub link: Score,
    /// Least score of a possible link; above `link` it counts for strong links too.
    pub possible: Score,
    /// Points by which a strong link leads its best rival; 0 is as 1, an equal rival always demotes.
    pub leader: u16,
}

/// How firm a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Firmness {
    /// Between the thresholds, or with a rival too near.
    Possible,
    /// At or above the link threshold and ahead of every rival.
    Strong,
}

/// Two records that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// Index in the first side.
    pub a: u32,
    /// Index in the second side.
    pub b: u32,
    /// How alike they are, in the measure's unit.
    pub score: Score,
    /// How firm the link is.
    pub firmness: Firmness,
}

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// By `a`; every record of either side at most once.
    pub links: Vec<Link>,
    /// Pairs lost to a pair of equal score, and links with the score of a strong one demoted for an equal rival.
    pub ties: usize,
    /// Links with the score of a strong one demoted for a rival too near, though not equal.
    pub close: usize,
    /// Pairs at or above the possible threshold that lost to a better pair.
    pub beaten: usize,
}

/// Makes the candidates one-to-one. A pair given twice counts once.
pub fn decide(candidates: &[Pair], policy: &Policy) -> Decision {
    let mut pairs = candidates.to_vec();
    pairs.sort_unstable_by_key(|pair| (Reverse(pair.score), pair.a, pair.b));
    pairs.dedup_by_key(|pair| (pair.score, pair.a, pair.b));
    let (mut side_a, mut side_b) = (Side::new(&pairs, |pair| pair.a), Side::new(&pairs, |pair| pair.b));

    let mut decision = Decision::default();
    for pair in pairs.iter().take_while(|pair| pair.score >= policy.possible) {
        let (a, b) = (side_a.standing(pair.a), side_b.standing(pair.b));
        let best_of_both = a.best == Some(pair.score) && b.best == Some(pair.score);
        let free = a.taken.is_none() && b.taken.is_none();
        if free && (best_of_both || policy.rule == Rule::Greedy) {
            let firmness = match lead(pair.score, a).min(lead(pair.score, b)) {
                _ if pair.score < policy.link => Firmness::Possible,
                lead if lead >= i32::from(policy.leader).max(1) => Firmness::Strong,
                lead => {
                    decision.ties += usize::from(lead == 0);
                    decision.close += usize::from(lead != 0);
                    Firmness::Possible
                }
            };
            decision.links.push(Link { a: pair.a, b: pair.b, score: pair.score, firmness });
            side_a.take(pair);
            side_b.take(pair);
        } else if a.taken == Some(pair.score) || b.taken == Some(pair.score) {
            decision.ties += 1;
        } else {
            decision.beaten += 1;
        }
    }
    decision.links.sort_unstable_by_key(|link| link.a);
    decision
}

/// Points by which a score leads the best other candidate of a record; negative where another is better.
fn lead(score: Score, standing: &Standing) -> i32 {
    let rival = if standing.best == Some(score) { standing.second } else { standing.best };
    rival.map_or(i32::MAX, |rival| i32::from(score.0) - i32::from(rival.0))
}

/// What a record has: its two best scores (equal if two share the best), and that of the link it is in.
#[derive(Clone, Copy, Default)]
struct Standing {
    best: Option<Score>,
    second: Option<Score>,
    taken: Option<Score>,
}

/// The records of one side, by index.
struct Side {
    standings: Vec<Standing>,
    index: fn(&Pair) -> u32,
}

impl Side {
    /// Takes pairs from the highest score down.
    fn new(pairs: &[Pair], index: fn(&Pair) -> u32) -> Self {
        let records = pairs.iter().map(|pair| index(pair) as usize + 1).max().unwrap_or(0);
        let mut standings = vec![Standing::default(); records];
        for pair in pairs {
            let standing = &mut standings[index(pair) as usize];
            if standing.best.is_none() {
                standing.best = Some(pair.score);
            } else if standing.second.is_none() {
                standing.second = Some(pair.score);
            }
        }
        Self { standings, index }
    }

    fn standing(&self, record: u32) -> &Standing {
        &self.standings[record as usize]
    }

    fn take(&mut self, pair: &Pair) {
        self.standings[(self.index)(pair) as usize].taken = Some(pair.score);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn pairs(of: &[(u32, u32, u16)]) -> Vec<Pair> {
        of.iter().map(|&(a, b, score)| Pair { a, b, score: Score(score) }).collect()
    }

    fn policy(rule: Rule) -> Policy {
        Policy { rule, link: Score(80), possible: Score(60), leader: 0 }
    }

    fn links(decision: &Decision) -> Vec<(u32, u32, Firmness)> {
        decision.links.iter().map(|link| (link.a, link.b, link.firmness)).collect()
    }

    #[test]
    fn thresholds_part_strong_possible_and_none_and_are_reached_by_equality() {
        let decision = decide(&pairs(&[(0, 0, 80), (1, 1, 79), (2, 2, 60), (3, 3, 59)]), &policy(Rule::SymmetricBest));
        assert_eq!(
            links(&decision),
            [(0, 0, Firmness::Strong), (1, 1, Firmness::Possible), (2, 2, Firmness::Possible)]
        );
    }

    #[test]
    fn a_record_whose_best_is_gone_gets_its_next_only_under_greedy() {
        let candidates = pairs(&[(0, 0, 95), (1, 0, 90), (1, 1, 85)]);
        let symmetric = decide(&candidates, &policy(Rule::SymmetricBest));
        assert_eq!(links(&symmetric), [(0, 0, Firmness::Strong)]);
        assert_eq!((symmetric.ties, symmetric.beaten), (0, 2));
        let greedy = decide(&candidates, &policy(Rule::Greedy));
        assert_eq!(links(&greedy), [(0, 0, Firmness::Strong), (1, 1, Firmness::Possible)]);
        assert_eq!((greedy.ties, greedy.close, greedy.beaten), (0, 1, 1));
    }

    #[test]
    fn equal_rivals_demote_the_one_taken_and_both_are_counted() {
        for rule in [Rule::SymmetricBest, Rule::Greedy] {
            let decision = decide(&pairs(&[(0, 1, 90), (0, 0, 90)]), &policy(rule));
            assert_eq!(links(&decision), [(0, 0, Firmness::Possible)]);
            assert_eq!((decision.ties, decision.close, decision.beaten), (2, 0, 0));
        }
    }

    #[test]
    fn a_rival_nearer_than_the_leader_demotes_also_from_below_the_possible_threshold() {
        let near = Policy { leader: 30, ..policy(Rule::SymmetricBest) };
        let decision = decide(&pairs(&[(0, 0, 82), (0, 1, 53)]), &near);
        assert_eq!((links(&decision), decision.close), (vec![(0, 0, Firmness::Possible)], 1));
        assert_eq!(links(&decide(&pairs(&[(0, 0, 82), (0, 1, 52)]), &near)), [(0, 0, Firmness::Strong)]);
    }

    #[test]
    fn a_pair_given_twice_is_no_rival_of_itself() {
        let decision = decide(&pairs(&[(0, 0, 90), (0, 0, 90)]), &policy(Rule::Greedy));
        assert_eq!((links(&decision), decision.ties), (vec![(0, 0, Firmness::Strong)], 0));
    }

    #[test]
    fn no_candidates_make_no_links() {
        assert_eq!(decide(&[], &policy(Rule::Greedy)), Decision::default());
    }

    fn candidates() -> impl Strategy<Value = Vec<Pair>> {
        let scores = proptest::collection::hash_map((0_u32..12, 0_u32..12), 50_u16..100, 0..60);
        scores.prop_map(|scores| pairs(&scores.into_iter().map(|((a, b), score)| (a, b, score)).collect::<Vec<_>>()))
    }

    fn rules() -> impl Strategy<Value = Rule> {
        proptest::sample::select(vec![Rule::SymmetricBest, Rule::Greedy])
    }

    proptest! {
        #[test]
        fn a_decision_is_one_to_one_and_accounts_for_every_pair(candidates in candidates(), rule in rules()) {
            let decision = decide(&candidates, &policy(rule));
            let (a, b): (HashSet<u32>, HashSet<u32>) = decision.links.iter().map(|link| (link.a, link.b)).unzip();
            prop_assert_eq!((a.len(), b.len()), (decision.links.len(), decision.links.len()));
            let able = candidates.iter().filter(|pair| pair.score >= Score(60)).count();
            let demoted = |link: &&Link| link.score >= Score(80) && link.firmness == Firmness::Possible;
            let demotions = decision.links.iter().filter(demoted).count();
            let told = decision.links.len() + decision.ties + decision.close + decision.beaten - demotions;
            prop_assert_eq!(told, able);
        }

        #[test]
        fn the_order_of_the_input_does_not_matter(
            (candidates, shuffled) in candidates().prop_flat_map(|c| (Just(c.clone()), Just(c).prop_shuffle())),
            rule in rules(),
        ) {
            prop_assert_eq!(decide(&candidates, &policy(rule)), decide(&shuffled, &policy(rule)));
        }

        #[test]
        fn strong_links_are_the_same_under_both_rules_and_any_labels(
            candidates in candidates(),
            to in Just((0_u32..12).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let strong = |candidates: &[Pair], rule| -> HashSet<(u32, u32)> {
                let decision = decide(candidates, &policy(rule));
                decision.links.iter().filter(|link| link.firmness == Firmness::Strong).map(|link| (link.a, link.b)).collect()
            };
            let relabel = |a: u32, b: u32| (to[a as usize], to[11 - b as usize]);
            let renamed: Vec<Pair> = candidates
                .iter()
                .map(|pair| { let (a, b) = relabel(pair.a, pair.b); Pair { a, b, ..*pair } })
                .collect();
            let expected: HashSet<_> = strong(&candidates, Rule::Greedy).iter().map(|&(a, b)| relabel(a, b)).collect();
            prop_assert_eq!(&strong(&renamed, Rule::Greedy), &expected);
            prop_assert_eq!(&strong(&renamed, Rule::SymmetricBest), &expected);
        }

        #[test]
        fn without_equal_scores_labels_do_not_matter_at_all(
            places in Just((0_u32..144).collect::<Vec<_>>()).prop_shuffle(),
            to in Just((0_u32..12).collect::<Vec<_>>()).prop_shuffle(),
            rule in rules(),
        ) {
            let distinct: Vec<(u32, u32, u16)> =
                places.iter().take(40).enumerate().map(|(i, place)| (place / 12, place % 12, 58 + i as u16)).collect();
            let renamed: Vec<_> = distinct.iter().map(|&(a, b, s)| (to[a as usize], to[b as usize], s)).collect();
            let of = |decision: Decision| -> HashSet<Link> { decision.links.into_iter().collect() };
            let rename = |link: Link| Link { a: to[link.a as usize], b: to[link.b as usize], ..link };
            let first: HashSet<Link> = of(decide(&pairs(&distinct), &policy(rule))).into_iter().map(rename).collect();
            prop_assert_eq!(first, of(decide(&pairs(&renamed), &policy(rule))));
        }
    }
}
