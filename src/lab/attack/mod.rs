//! Attacks on encodings, with controls: what somebody without the key would get.
//!
//! ```text
//! population ─ draw ─► Target { register, known pairs, victims' encodings } ─ attack ─► Success
//!                        ├ the same people under a plain CLK ─────────────► positive control
//!                        └ the same encodings under other people's names ─► negative control
//! ```
//!
//! - The attacker knows scheme and parameters, not the key.
//! - An attack may find little only after it broke the plain CLK of the same people; a mistake of ours looks like
//!   security otherwise. On shuffled labels it must find no more than chance; a leak of places looks like success.
//! - A population too small to tell gives no number.
//! - Everything follows from the setting and the seed, on any number of threads.

mod alignment;
mod attest;
pub mod calibrate;
mod codebook;
mod draws;
mod embedding;
#[cfg(feature = "lab")]
mod fishing;
mod graph;
mod keyholder;
mod learning;
mod matrix;
mod mining;
mod network;
mod patterns;
mod people;
mod probing;
mod scheme;
mod similarity;
mod spectral;
mod success;
mod target;
#[cfg(test)]
mod tests;
mod trilateration;
#[cfg(feature = "lab")]
mod visible;

pub use crate::figures::attack::{Attack, Finding, Setting, Verdict};
pub use attest::{AttestError, attest};
#[cfg(feature = "lab")]
pub use fishing::{Fishing, Learnt, Prior, SUBMISSIONS, fishing};
pub use people::{FIELDS, Mix, PeopleError, synthetic};
pub use scheme::{Scheme, Tokens};
pub use success::{Share, Success};
#[cfg(feature = "lab")]
pub use visible::visible_degree;

use crate::code::{Code, codes};
use crate::records::Record;
use graph::Sees;
use probing::Release;
use target::{Labels, Target};

codes! {
    NO_NUMBER = "SYM-0951", Data,
        "the population is too small, or of the wrong kind, for the attack to mean anything: there is no number",
        "give more people, fewer victims, or known pairs; the message says what is missing";
    CONTROLS_FAILED = "SYM-0952", No,
        "an attack's own controls failed, so that it says nothing about the scheme",
        "give the attacker more people or known pairs, until the plain CLK of the same people is broken";
    ABOVE_LIMIT = "SYM-0953", Refused,
        "an attack may find more people than the limit: there is no attestation",
        "agree on a higher degree of diffusion or on shorter lists, or decide on another limit";
    TOO_LARGE = "SYM-0955", Data,
        "the population is too large for the attack: its work grows with the cube of the people",
        "give a smaller --register and fewer --victims, or play A3, which takes more";
}

/// Fewest candidates and fewest findable victims from which a share means anything.
pub const LEAST: usize = 50;

/// Share of a plain CLK's victims that an attack must find before its silence about another scheme counts.
pub const BREAKS: f64 = 0.5;

impl AttackError {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::TooLarge { .. } => TOO_LARGE,
            _ => NO_NUMBER,
        }
    }
}

impl Attack {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::A1,
        Self::A2,
        Self::A3,
        Self::A3b,
        Self::A4,
        Self::A5,
        Self::A5n,
        Self::A6,
        Self::A7,
        Self::A8,
        Self::A9,
    ];

    /// What it does, in one line.
    pub fn title(self) -> &'static str {
        match self {
            Self::A1 => "frequency alignment",
            Self::A2 => "mining of bit patterns",
            Self::A3 => "unseeded graph attack",
            Self::A3b => "node embedding",
            Self::A4 => "known-pair trilateration",
            Self::A5 => "known-pair learning, linear",
            Self::A5n => "known-pair learning, small network",
            Self::A6 => "attribute codebook",
            Self::A7 => "result graph: candidates without scores",
            Self::A8 => "probing, one hundred submissions",
            Self::A9 => "key holder's bound",
        }
    }

    /// Whether it does nothing without known pairs.
    pub fn needs_pairs(self) -> bool {
        matches!(self, Self::A4 | Self::A5 | Self::A5n)
    }

    /// Whether it is played only when asked for by name: it takes long and finds no more than A3.
    pub fn on_request(self) -> bool {
        self == Self::A3b
    }

    /// What its positive control is.
    pub fn control(self) -> &'static str {
        if self == Self::A8 { "scores released" } else { "plain CLK" }
    }

    /// Whether it reads the encodings of one attribute.
    pub fn is_of_attribute(self) -> bool {
        matches!(self, Self::A1 | Self::A6)
    }
}

/// Why an attack gives no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttackError {
    /// Too few people for the setting.
    #[error("the setting needs {needed} people with enough tokens, the population has {found}")]
    Population {
        /// People needed.
        needed: usize,
        /// People there are.
        found: usize,
    },
    /// Too few candidates or victims to mean anything.
    #[error(
        "{candidates} candidates and {victims} findable victims are too few to mean anything: at least {LEAST} of each"
    )]
    TooSmall {
        /// People in the register.
        candidates: usize,
        /// Victims who are among them.
        victims: usize,
    },
    /// Too many nodes for an attack whose work grows with their cube.
    #[error("{attack:?} takes at most {} nodes on either side, and the setting has {nodes}", embedding::NODES)]
    TooLarge {
        /// The attack.
        attack: Attack,
        /// People in the register or victims, whichever are more.
        nodes: usize,
    },
    /// The attack works on known pairs and there are too few.
    #[error("{attack:?} works on known pairs, and {known} are too few: at least 5")]
    NoPairs {
        /// The attack.
        attack: Attack,
        /// Known pairs in the setting.
        known: usize,
    },
    /// The attack reads encodings of one attribute, and the scheme has none: each record is one encoding.
    #[error("{attack:?} reads encodings of one attribute; this scheme encodes the record as a whole")]
    WholeRecords {
        /// The attack.
        attack: Attack,
    },
}

/// Runs an attack on a scheme, on the plain CLK of the same people, and on shuffled labels.
///
/// # Errors
/// If the population is too small for the setting, or to mean anything.
pub fn examine(attack: Attack, scheme: &Scheme, people: &[Record], setting: &Setting) -> Result<Finding, AttackError> {
    let success = once(attack, scheme, people, setting, Labels::True)?;
    let plain = match scheme.params.diffusion {
        _ if attack == Attack::A8 => probing::attack(scheme, people, setting, Release::Scores, Labels::True)?,
        1 => success,
        _ => once(attack, &scheme.plain(), people, setting, Labels::True)?,
    };
    let shuffled = once(attack, scheme, people, setting, Labels::Shuffled)?;
    let leaks = shuffled.top1.interval().0 > 10.0 * shuffled.chance;
    let verdict = match (leaks, plain.top1.value() >= BREAKS || success.top1.value() >= BREAKS) {
        (true, _) => Verdict::ControlLeaks,
        (false, true) => Verdict::Stands,
        (false, false) => Verdict::ControlHolds,
    };
    Ok(Finding { attack, setting: *setting, success, plain, shuffled, verdict })
}

/// Runs one attack once, without controls.
///
/// # Errors
/// If the population is too small for the setting.
pub fn run(attack: Attack, scheme: &Scheme, people: &[Record], setting: &Setting) -> Result<Success, AttackError> {
    once(attack, scheme, people, setting, Labels::True)
}

fn once(
    attack: Attack,
    scheme: &Scheme,
    people: &[Record],
    setting: &Setting,
    labels: Labels,
) -> Result<Success, AttackError> {
    if attack.needs_pairs() && setting.known < 5 {
        return Err(AttackError::NoPairs { attack, known: setting.known });
    }
    if attack.is_of_attribute() && !scheme.tokens.is_attribute() {
        return Err(AttackError::WholeRecords { attack });
    }
    let nodes = setting.register.max(setting.victims);
    if attack == Attack::A3b && nodes > embedding::NODES {
        return Err(AttackError::TooLarge { attack, nodes });
    }
    if attack == Attack::A8 {
        if setting.register < LEAST || setting.victims < LEAST {
            return Err(AttackError::TooSmall { candidates: setting.register, victims: setting.victims });
        }
        return probing::attack(scheme, people, setting, Release::Link, labels);
    }
    let target = Target::draw(scheme, people, setting, labels)?;
    let of_values = attack.is_of_attribute() || attack == Attack::A2 && scheme.tokens.is_attribute();
    let victims = if of_values { codebook::findable(&target) } else { target.findable().count() };
    if target.register.len() < LEAST || victims < LEAST {
        return Err(AttackError::TooSmall { candidates: target.register.len(), victims });
    }
    Ok(match attack {
        Attack::A1 => codebook::frequency(&target),
        Attack::A2 => mining::attack(&target),
        Attack::A3 => graph::attack(&target, Sees::Scores),
        Attack::A3b => embedding::attack(&target),
        Attack::A4 => trilateration::attack(&target),
        Attack::A5 => learning::attack(&target),
        Attack::A5n => network::attack(&target),
        Attack::A6 => codebook::attack(&target),
        Attack::A7 => graph::attack(&target, Sees::Candidates),
        Attack::A8 => unreachable!("probing draws its own targets, above"),
        Attack::A9 => keyholder::attack(&target),
    })
}
