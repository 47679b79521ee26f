//! The calibration: settings whose outcome is known from elsewhere, so that a weak attack of ours does not pass for a
//! strong encoding.

use super::{Attack, Mix, Scheme, Setting, Tokens};

/// One row of the calibration.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which attack.
    pub attack: Attack,
    /// On what.
    pub scheme: Scheme,
    /// Its setting.
    pub setting: Setting,
    /// Where the share of right first answers must lie; nothing where no figure is known.
    pub expected: Option<(f64, f64)>,
}

/// The people of the calibration.
pub const MIX: Mix = Mix::World;

/// Every row.
pub fn rows(seed: u64) -> Vec<Row> {
    let row = |attack, tokens, (insertions, diffusion), (register, victims, overlap, known), expected| Row {
        attack,
        scheme: Scheme::laboratory(tokens, insertions, diffusion),
        setting: Setting { register, victims, overlap, known, errors: 0.0, seed },
        expected,
    };
    let graph =
        |(k, t), overlap, expected| row(Attack::A3, Tokens::Bigrams, (k, t), (2000, 2000, overlap, 0), expected);
    let pairs =
        |attack, (k, t), known, expected| row(attack, Tokens::Bigrams, (k, t), (8000, 1000, 1.0, known), expected);
    let broken = Some((0.95, 1.0));
    let names = |tokens| row(Attack::A2, tokens, (20, 1), (5000, 5000, 0.0, 0), None);
    let patterns =
        |(k, t), victims, overlap| row(Attack::A2, Tokens::Bigrams, (k, t), (4000, victims, overlap, 0), None);
    let embedding =
        |(k, t), overlap, expected| row(Attack::A3b, Tokens::Bigrams, (k, t), (1000, 1000, overlap, 0), expected);
    vec![
        patterns((20, 1), 4000, 0.5),
        patterns((20, 2), 4000, 1.0),
        names(Tokens::FirstName),
        names(Tokens::LastName),
        embedding((20, 1), 1.0, broken),
        embedding((20, 5), 1.0, Some((0.0, 0.04))),
        graph((20, 1), 0.5, broken),
        graph((20, 5), 1.0, Some((0.0, 0.01))),
        pairs(Attack::A4, (20, 1), 100, broken),
        pairs(Attack::A4, (10, 10), 10_000, Some((0.25, 0.45))),
        pairs(Attack::A4, (28, 6), 10_000, Some((0.0, 0.15))),
        pairs(Attack::A5, (20, 1), 50, broken),
        pairs(Attack::A5, (28, 5), 8000, Some((0.0, 0.10))),
        pairs(Attack::A5n, (20, 1), 1000, None),
        pairs(Attack::A5n, (28, 6), 8000, None),
        row(Attack::A6, Tokens::FirstName, (20, 1), (20_000, 20_000, 0.0, 0), broken),
        row(Attack::A6, Tokens::LastName, (20, 1), (20_000, 20_000, 0.0, 0), broken),
        row(Attack::A8, Tokens::Bigrams, (28, 6), (4000, 100, 1.0, 0), None),
        pairs(Attack::A9, (28, 6), 0, None),
    ]
}
