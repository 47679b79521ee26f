//! What an attacker knows of an encoding: everything but the key.
//!
//! Tokens and positions are those of the [encoder](crate::encoding); the laboratory's own token sets go through the same
//! positions and the same diffusion, so that published figures for other token sets can be compared with ours.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::agreement::{EncodingParams, Schema};
use crate::encoding::laboratory::{self, Keyed, TokenName};
use crate::primitives::{Entropy, Secret};
use crate::protocol::FieldKind;
use crate::records::{Record, Value};

/// What is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tokens {
    /// The tokens of a schema with these fields, as agencies make them.
    Schema(Vec<FieldKind>),
    /// Padded bigrams of the first and of the last part of the name and eight positional digits of the birth date, all of
    /// one weight: what most published figures were measured on.
    Bigrams,
    /// Padded bigrams of the first part of the name alone: a filter for one attribute.
    FirstName,
    /// The same of the last part.
    LastName,
}

impl Tokens {
    /// Whether they are of one attribute alone.
    pub fn is_attribute(&self) -> bool {
        matches!(self, Self::FirstName | Self::LastName)
    }
}

/// Encoding parameters as an attacker knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// What is hashed.
    pub tokens: Tokens,
    /// Length, insertions, degree of diffusion (1 is a plain CLK) and minimum of tokens.
    pub params: EncodingParams,
}

impl Scheme {
    /// The scheme of an agreement's schema.
    pub fn of(schema: &Schema) -> Self {
        Self { tokens: Tokens::Schema(schema.fields.clone()), params: schema.encoding }
    }

    /// A laboratory scheme of 1,024 bits.
    pub fn laboratory(tokens: Tokens, insertions: u16, diffusion: u16) -> Self {
        Self { tokens, params: EncodingParams { length: 1024, insertions, diffusion, min_tokens: 1 } }
    }

    /// The positive control: the same tokens and insertions without diffusion.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self { tokens: self.tokens.clone(), params: EncodingParams { diffusion: 1, ..self.params } }
    }

    /// The record's tokens; nothing if they are too few.
    fn tokens(&self, record: &Record) -> Option<Vec<(TokenName, u16)>> {
        let tokens = match &self.tokens {
            Tokens::Schema(fields) => {
                let (tokens, telling) = laboratory::tokens(fields, record);
                return (telling >= usize::from(self.params.min_tokens)).then_some(tokens);
            }
            Tokens::Bigrams => [name_bigrams(record, true), name_bigrams(record, false), digits(record)].concat(),
            Tokens::FirstName => name_bigrams(record, true),
            Tokens::LastName => name_bigrams(record, false),
        };
        (tokens.len() >= usize::from(self.params.min_tokens.max(1))).then(|| even(tokens))
    }
}

/// All of unit weight, each once.
fn even(mut tokens: Vec<TokenName>) -> Vec<(TokenName, u16)> {
    tokens.sort_unstable();
    tokens.dedup();
    tokens.into_iter().map(|token| (token, 16)).collect()
}

/// Padded bigrams of the first or the last part of the first name that the record has.
fn name_bigrams(record: &Record, first: bool) -> Vec<TokenName> {
    let parts = record.values.iter().find_map(|value| match value {
        Value::Parts(parts) if !parts.is_empty() => Some(parts),
        _ => None,
    });
    let Some(parts) = parts.filter(|parts| first || parts.len() > 1) else { return Vec::new() };
    let part = if first { &parts[0] } else { &parts[parts.len() - 1] };
    let padded: Vec<u8> = std::iter::once(b'_').chain(part.bytes()).chain(std::iter::once(b'_')).collect();
    padded.windows(2).map(|pair| laboratory::name(0, &[if first { b'1' } else { b'2' }, pair[0], pair[1]])).collect()
}

/// The known digits of the birth date, with their places.
fn digits(record: &Record) -> Vec<TokenName> {
    let mut out = Vec::new();
    for value in &record.values {
        let Value::Date(date) = value else { continue };
        let known = [date.year.map(u32::from), date.month.map(u32::from), date.day.map(u32::from)];
        for ((number, width), start) in known.into_iter().zip([4_u32, 2, 2]).zip([0_u8, 4, 6]) {
            let Some(number) = number else { continue };
            for at in 0..width {
                let digit = number / 10_u32.pow(width - 1 - at) % 10;
                out.push(laboratory::name(2, &[b'd', start + at as u8, digit as u8]));
            }
        }
    }
    out
}

/// One record's tokens by number, ascending, with the positions that each sets.
pub(super) type Bag = Vec<(u32, u16)>;

/// Numbers of tokens.
#[derive(Default)]
pub(super) struct Lexicon {
    numbers: HashMap<TokenName, u32>,
    names: Vec<TokenName>,
    /// Most positions that any record lets the token set.
    most: Vec<u16>,
}

impl Lexicon {
    /// The bag of a record; nothing if it has too few tokens.
    pub(super) fn bag(&mut self, scheme: &Scheme, record: &Record) -> Option<Bag> {
        let mut bag: Bag = Vec::new();
        for (name, weight) in scheme.tokens(record)? {
            let count = laboratory::count(scheme.params.insertions, weight) as u16;
            let number = *self.numbers.entry(name).or_insert_with_key(|name| {
                self.names.push(name.clone());
                self.most.push(0);
                self.names.len() as u32 - 1
            });
            self.most[number as usize] = self.most[number as usize].max(count);
            bag.push((number, count));
        }
        bag.sort_unstable();
        Some(bag)
    }

    /// How many tokens have a number.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Encodes bags under the key of this seed.
    pub(super) fn encode<'a>(&self, scheme: &Scheme, bags: impl IntoIterator<Item = &'a Bag>, key: u64) -> Codes {
        let bags: Vec<&Bag> = bags.into_iter().collect();
        let key = Secret::generate(&mut Entropy::seeded(key));
        let EncodingParams { length, insertions, diffusion, .. } = scheme.params;
        let keyed = Keyed::new(&key, length, insertions, diffusion);
        let place = |(name, most): (&TokenName, &u16)| keyed.positions(name, usize::from(*most));
        let positions: Vec<Vec<u16>> = self.names.par_iter().zip(&self.most).map(place).collect();
        let stride = scheme.params.words();
        let mut words = vec![0; bags.len() * stride];
        // A task is some batches of the diffusion, which works on many filters at once.
        const TASK: usize = 1024;
        words.par_chunks_mut(TASK * stride).zip(bags.par_chunks(TASK)).for_each(|(out, bags)| {
            for (inner, bag) in out.chunks_exact_mut(stride).zip(bags) {
                for (token, count) in *bag {
                    for position in &positions[*token as usize][..usize::from(*count)] {
                        inner[usize::from(*position) / 64] |= 1 << (position % 64);
                    }
                }
            }
            keyed.finish(out, stride);
        });
        Codes { stride, words }
    }
}

/// Encodings, one after the other.
pub(super) struct Codes {
    pub(super) stride: usize,
    pub(super) words: Vec<u64>,
}

impl Codes {
    pub(super) fn len(&self) -> usize {
        self.words.len() / self.stride.max(1)
    }

    pub(super) fn row(&self, at: usize) -> &[u64] {
        &self.words[at * self.stride..][..self.stride]
    }

    /// The rows in another order.
    pub(super) fn permuted(&self, order: &[usize]) -> Self {
        Self { stride: self.stride, words: order.iter().flat_map(|&at| self.row(at).iter().copied()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::Encoder;
    use crate::lab::attack::people::{FIELDS, Mix, synthetic};

    #[test]
    fn the_parts_give_the_encoders_own_bits() {
        let people = synthetic(60, Mix::World, 3).expect("people");
        for diffusion in [1, 4] {
            let encoding = EncodingParams { length: 1024, insertions: 21, diffusion, min_tokens: 8 };
            let normalisation = crate::agreement::NORMALISATION.to_owned();
            let schema = Schema { normalisation, fields: FIELDS.to_vec(), encoding };
            let key = Secret::generate(&mut Entropy::seeded(9));
            let encoder = if diffusion == 1 { Encoder::plain(&schema, &key) } else { Encoder::new(&schema, &key) };
            let expected = encoder.expect("a good schema").encode_all(&people);
            let scheme = Scheme::of(&schema);
            let mut lexicon = Lexicon::default();
            let bags: Vec<Bag> = people.iter().filter_map(|person| lexicon.bag(&scheme, person)).collect();
            assert_eq!(lexicon.encode(&scheme, &bags, 9).words, expected.words);
        }
    }

    #[test]
    fn the_published_token_set_has_eight_digits_and_bigrams_of_two_names() {
        let date = crate::records::BirthDate { year: Some(1980), month: Some(4), day: Some(17) };
        let names = vec!["ANNA".to_owned(), "MARIA".to_owned(), "NOVAK".to_owned()];
        let record = Record { values: vec![Value::Parts(names), Value::Date(date)] };
        let count = |tokens| Scheme::laboratory(tokens, 20, 1).tokens(&record).map(|tokens| tokens.len());
        assert_eq!(count(Tokens::Bigrams), Some(5 + 6 + 8));
        assert_eq!((count(Tokens::FirstName), count(Tokens::LastName)), (Some(5), Some(6)));
    }
}
