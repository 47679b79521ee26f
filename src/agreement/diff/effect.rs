//! What a change comes to, where that can be computed from the documents alone.
//!
//! These are bounds at the largest lists that are allowed, and one estimate for strangers. What depends on the records (recall, the
//! visible degree, what an attack finds) is named as not computed, never guessed.

use serde::Serialize;

use super::super::body::AgreementBody;
use super::super::party::PartyRole;
use super::super::schema::{EncodingParams, Schema};
use crate::protocol::Terms;

/// One figure before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Effect {
    /// What it is.
    pub what: &'static str,
    /// Before; `None` is not computed.
    pub old: Option<f64>,
    /// After; `None` is not computed.
    pub new: Option<f64>,
    /// How it was computed, or what would measure it.
    pub how: &'static str,
}

/// Effects of a change of terms alone, for one pair of agencies.
pub fn of_terms(old: &Terms, new: &Terms) -> Vec<Effect> {
    let mut effects = bounds((old, 1.0), (new, 1.0));
    effects.push(reach(None, None));
    effects.push(bias(None, None));
    effects.extend(not_computed());
    effects
}

/// Effects of a change from one agreement to another.
pub fn of_agreements(old: &AgreementBody, new: &AgreementBody) -> Vec<Effect> {
    let pairs = |body: &AgreementBody| {
        let agencies = body.of_role(PartyRole::Agency).count() as f64;
        agencies * (agencies - 1.0) / 2.0
    };
    let mut effects = bounds((&old.terms, pairs(old)), (&new.terms, pairs(new)));
    effects.push(reach(Some(old), Some(new)));
    effects.push(bias(Some(&old.schema), Some(&new.schema)));
    effects.extend(not_computed());
    effects
}

fn bounds((old, old_pairs): (&Terms, f64), (new, new_pairs): (&Terms, f64)) -> Vec<Effect> {
    let one = |what, how, of: fn(&Terms) -> f64| Effect {
        what,
        old: Some(old_pairs * f64::from(old.max.runs) * of(old)),
        new: Some(new_pairs * f64::from(new.max.runs) * of(new)),
        how,
    };
    vec![
        one("candidate pairs compared, at most", "pairs of agencies × runs × max.records²", |t| {
            f64::from(t.max.records).powi(2)
        }),
        one("leads, at most", "pairs of agencies × runs × max.leads", |t| f64::from(t.max.leads)),
        one("expected false links, at most", "pairs of agencies × runs × max.false_links", |t| {
            f64::from(t.max.false_links)
        }),
    ]
}

/// How unlike two records of one subject may be.
fn reach(old: Option<&AgreementBody>, new: Option<&AgreementBody>) -> Effect {
    let one = |body: Option<&AgreementBody>| {
        body.and_then(|b| detection_radius(&b.schema.encoding, b.terms.max.records, b.terms.max.false_links))
    };
    Effect {
        what: "recall, as reach: inner bits in which two records of one subject may differ to be found half of the time",
        old: one(old),
        new: one(new),
        how: "binomial strangers at two lists of max.records and max.false_links; relatives and namesakes not counted",
    }
}

/// What a bit of an encoding gives away.
fn bias(old: Option<&Schema>, new: Option<&Schema>) -> Effect {
    let one = |schema: Option<&Schema>| {
        schema.map(|s| {
            let EncodingParams { length, insertions, diffusion, .. } = s.encoding;
            let typical = f64::from(Schema::typical_insertions(&s.fields, length));
            // Typical insertions fill 45 %; the free share falls geometrically with the insertions.
            let fill = 1.0 - 0.55_f64.powf(f64::from(insertions) / typical);
            (1.0 - 2.0 * fill).abs().powi(i32::from(diffusion.max(1)) - 1)
        })
    };
    Effect {
        what: "risk, as bias: mean correlation of an encoding's bit with one inner bit (less tells an attacker less)",
        old: one(old),
        new: one(new),
        how: "|1 − 2 fill|^(diffusion − 1) at the fill of typical synthetic records",
    }
}

fn not_computed() -> [Effect; 2] {
    let open = |what, how| Effect { what, old: None, new: None, how };
    [
        open("recall by naming system", "needs records: `symbolon evaluate` measures it on labelled pairs"),
        open(
            "visible degree and success of attacks",
            "needs records: `agency check` and the attack laboratory measure them",
        ),
    ]
}

/// The number of differing inner bits at which half of the true pairs are still found, if any are found at all.
pub(super) fn detection_radius(encoding: &EncodingParams, records: u32, false_links: u32) -> Option<f64> {
    let length = f64::from(encoding.length);
    let threshold = stranger_distance(encoding.length, f64::from(records).powi(2), f64::from(false_links))?;
    let excess = (1.0 - 2.0 * f64::from(threshold) / length).powf(1.0 / f64::from(encoding.diffusion.max(1)));
    Some(length * (1.0 - excess) / 2.0)
}

/// The largest Hamming distance that at most `expected` of `pairs` pairs of strangers are expected to fall to.
fn stranger_distance(length: u16, pairs: f64, expected: f64) -> Option<u16> {
    if expected <= 0.0 || pairs <= 0.0 {
        return None;
    }
    let mut term = -f64::from(length) * std::f64::consts::LN_2;
    let (mut tail, mut found) = (0.0, None);
    for distance in 0..=length / 2 {
        tail += term.exp();
        if tail * pairs > expected {
            break;
        }
        found = Some(distance);
        term += f64::from(length - distance).ln() - f64::from(distance + 1).ln();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENCODING: EncodingParams = EncodingParams { length: 1024, insertions: 28, diffusion: 4, min_tokens: 12 };

    #[test]
    fn the_threshold_is_that_of_the_binomial_tail() {
        // 5.49 standard deviations of 16 bits: one in fifty million.
        let distance = stranger_distance(1024, 1e8, 2.0).expect("some");
        assert!((422..=426).contains(&distance), "{distance}");
        assert_eq!(stranger_distance(1024, 1e8, 0.0), None);
        assert_eq!(stranger_distance(256, 1e90, 1.0), None, "no distance is that rare");
    }

    #[test]
    fn more_diffusion_longer_lists_and_fewer_false_links_reach_less_far() {
        let radius = |diffusion, records, false_links| {
            detection_radius(&EncodingParams { diffusion, ..ENCODING }, records, false_links).expect("reachable")
        };
        let base = radius(4, 10_000, 2);
        assert!((170.0..195.0).contains(&base), "(1 - 0.17)^(1/4) of 1024 bits: {base}");
        assert!(radius(6, 10_000, 2) < base);
        assert!(radius(4, 1_000_000, 2) < base);
        assert!(radius(4, 10_000, 1) <= base);
        assert!(radius(1, 10_000, 2) > 2.0 * base, "a plain filter reaches much farther");
    }
}
