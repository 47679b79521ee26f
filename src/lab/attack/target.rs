//! Who is attacked, with what: the sides of one attack, drawn from a population.

use super::draws::{Draws, Purpose};
use super::people::mistyped;
use super::scheme::{Bag, Codes, Lexicon, Scheme};
use super::{AttackError, Setting};
use crate::records::Record;

/// Whether the encodings stand under their own people's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Labels {
    /// They do.
    True,
    /// The negative control: each stands under somebody else's name, so nothing can be learnt but by a mistake of ours.
    Shuffled,
}

/// What an attacker holds, and the truth by which guesses are judged.
pub(super) struct Target<'a> {
    pub(super) scheme: &'a Scheme,
    pub(super) lexicon: Lexicon,
    /// People that the attacker has in plain text and takes for candidates.
    pub(super) register: Vec<Bag>,
    /// People whose encodings the attacker knows to be theirs.
    pub(super) known: Vec<Bag>,
    pub(super) known_codes: Codes,
    /// Encodings to be identified.
    pub(super) codes: Codes,
    /// Whose they are, by place in the register; nothing where they are of people outside it.
    pub(super) truth: Vec<Option<u32>>,
    /// What the victims' records hold: the truth about attributes, not what the attacker has.
    pub(super) victims: Vec<Bag>,
    /// Seed of the true key; only a key holder has it.
    pub(super) key: u64,
    pub(super) seed: u64,
}

impl<'a> Target<'a> {
    /// Draws the sides. The register and the victims share `overlap` of the victims; the known are apart from both.
    pub(super) fn draw(
        scheme: &'a Scheme,
        people: &[Record],
        setting: &Setting,
        labels: Labels,
    ) -> Result<Self, AttackError> {
        let mut draws = Draws::new(setting.seed, Purpose::Sample);
        let mut lexicon = Lexicon::default();
        let order = draws.order(people.len());
        let usable: Vec<(usize, Bag)> =
            order.into_iter().filter_map(|at| Some((at, lexicon.bag(scheme, &people[at])?))).collect();
        let shared =
            ((setting.victims as f64 * setting.overlap.clamp(0.0, 1.0)).round() as usize).min(setting.register);
        let outside = setting.victims - shared.min(setting.victims);
        let needed = setting.known + setting.register + outside;
        if usable.len() < needed {
            return Err(AttackError::Population { needed, found: usable.len() });
        }
        let register = &usable[setting.known..setting.known + setting.register];
        let others = &usable[setting.known + setting.register..needed];
        let mut errors = Draws::new(setting.seed, Purpose::Errors);
        let mut victims: Vec<(Bag, Option<u32>)> = Vec::with_capacity(setting.victims);
        let truth = (0..shared as u32).map(Some).chain(std::iter::repeat(None));
        for ((at, bag), truth) in register[..shared].iter().chain(others).zip(truth) {
            let wrong = errors.unit() < setting.errors;
            let bag = if wrong { lexicon.bag(scheme, &mistyped(&people[*at], &mut errors)) } else { Some(bag.clone()) };
            // A typing error may leave too few tokens: such a record is never sent.
            victims.extend(bag.map(|bag| (bag, truth)));
        }
        // Places tell nothing: the victims are in an order of their own.
        let places = draws.order(victims.len());
        let victims: Vec<&(Bag, Option<u32>)> = places.iter().map(|&at| &victims[at]).collect();
        let key = setting.seed.wrapping_mul(2).wrapping_add(1);
        let known: Vec<Bag> = usable[..setting.known].iter().map(|(_, bag)| bag.clone()).collect();
        let register: Vec<Bag> = register.iter().map(|(_, bag)| bag.clone()).collect();
        let mut known_codes = lexicon.encode(scheme, &known, key);
        let mut codes = lexicon.encode(scheme, victims.iter().map(|(bag, _)| bag), key);
        if labels == Labels::Shuffled {
            let mut shuffle = Draws::new(setting.seed, Purpose::Shuffle);
            known_codes = known_codes.permuted(&elsewhere(known.len(), &mut shuffle));
            codes = codes.permuted(&elsewhere(victims.len(), &mut shuffle));
        }
        let truth = victims.iter().map(|(_, truth)| *truth).collect();
        let victims = victims.into_iter().map(|(bag, _)| bag.clone()).collect();
        Ok(Self { scheme, lexicon, register, known, known_codes, codes, truth, victims, key, seed: setting.seed })
    }

    /// Victims that are in the register at all, with their places there.
    pub(super) fn findable(&self) -> impl Iterator<Item = (usize, u32)> {
        self.truth.iter().enumerate().filter_map(|(at, truth)| truth.map(|truth| (at, truth)))
    }
}

/// An order in which nobody keeps their place.
fn elsewhere(n: usize, draws: &mut Draws) -> Vec<usize> {
    let cycle = draws.order(n);
    let mut order = vec![0; n];
    for (at, &place) in cycle.iter().enumerate() {
        order[place] = cycle[(at + 1) % n.max(1)];
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_labels_leave_nobody_in_place() {
        let mut draws = Draws::new(4, Purpose::Shuffle);
        for n in [2, 3, 50] {
            let mut order = elsewhere(n, &mut draws);
            assert!(order.iter().enumerate().all(|(at, &to)| at != to));
            order.sort_unstable();
            assert_eq!(order, (0..n).collect::<Vec<_>>());
        }
    }
}
