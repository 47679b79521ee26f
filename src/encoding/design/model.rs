//! What a choice of fill, diffusion and length gives: closed forms over the statistics. Derived in `docs/encoding.md`.
//!
//! Encodings of `l` bits of records with inner correlation `c` agree beyond chance by `ρ = cᵗ`, with the variance
//! `(1 − ρ²)/l` of the diffusion and `(t·cᵗ⁻¹)²·(1 − c²)/l` of an inner filter that has `l` positions.

use super::statistics::{AtFill, Correlations};

/// Deviations by which a stranger must stand out to be visible.
pub(crate) const SIGMAS: f64 = 6.0;

/// One choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model<'a> {
    pub(crate) at: &'a AtFill,
    pub(crate) diffusion: u16,
    pub(crate) length: u16,
}

impl Model<'_> {
    /// Expected agreement beyond chance at inner correlation `c`.
    fn excess(&self, c: f64) -> f64 {
        c.powi(i32::from(self.diffusion))
    }

    /// Its standard deviation.
    fn deviation(&self, c: f64) -> f64 {
        let (t, rho) = (f64::from(self.diffusion), self.excess(c));
        let slope = t * c.powi(i32::from(self.diffusion) - 1);
        ((1.0 - rho * rho + slope * slope * (1.0 - c * c)).max(1e-9) / f64::from(self.length)).sqrt()
    }

    /// Probability that a pair at inner correlation `c` agrees beyond chance by `bound` or more.
    fn reaches(&self, c: f64, bound: f64) -> f64 {
        normal_tail((bound - self.excess(c)) / self.deviation(c))
    }

    /// The mean over all strangers.
    fn strangers(&self, of: impl Fn(f64) -> f64) -> f64 {
        let groups = &self.at.strangers;
        groups.iter().map(|group| group.mean(&of)).sum::<f64>() / groups.len().max(1) as f64
    }

    /// Share of inner bits in which a pair may differ and still stand out of chance by six deviations:
    /// `(1 − (6/√l)^(1/t))/2`.
    pub(crate) fn detection_radius(&self) -> f64 {
        let floor = SIGMAS / f64::from(self.length).sqrt();
        (1.0 - floor.powf(1.0 / f64::from(self.diffusion))) / 2.0
    }

    /// Expected strangers that stand out of the average by six deviations, for one record among `population`.
    pub(crate) fn visible_degree(&self, population: f64) -> f64 {
        let bound = self.strangers(|c| self.excess(c)) + SIGMAS / f64::from(self.length).sqrt();
        population * self.strangers(|c| self.reaches(c, bound))
    }

    /// Expected pairs of strangers at or above a threshold, of `pairs`.
    pub(crate) fn false_links(&self, threshold: u16, pairs: f64) -> f64 {
        let bound = self.bound(threshold);
        pairs * self.strangers(|c| self.reaches(c, bound))
    }

    /// The least score at which no more than `target` of `pairs` pairs of strangers are expected.
    pub(crate) fn threshold(&self, pairs: f64, target: f64) -> u16 {
        let (mut low, mut high) = (self.length / 2, self.length);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.false_links(middle, pairs) <= target { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// Share of true pairs with `mistakes` that reach a threshold.
    pub(crate) fn recall(&self, mistakes: &Correlations, threshold: u16) -> f64 {
        let bound = self.bound(threshold);
        mistakes.mean(|c| self.reaches(c, bound))
    }

    /// A score as agreement beyond chance, half a bit below: scores are whole.
    fn bound(&self, threshold: u16) -> f64 {
        2.0 * (f64::from(threshold) - 0.5) / f64::from(self.length) - 1.0
    }

    /// Share of victims whom an attacker with `known` true pairs finds at first rank in a register of `register` people.
    pub(crate) fn found(&self, known: f64, register: f64) -> f64 {
        let groups = &self.at.strangers;
        let one = |group: &Correlations| {
            let mean = group.mean(|c| self.excess(c));
            let variance = group.mean(|c| (self.excess(c) - mean).powi(2));
            rank_one(f64::from(self.length) * known * variance, register)
        };
        groups.iter().map(one).sum::<f64>() / groups.len().max(1) as f64
    }
}

/// Probability that a signal of this energy in unit noise is greater than all of `others` noises:
/// `∫ φ(x − √energy)·Φ(x)^others dx`.
pub(crate) fn rank_one(energy: f64, others: f64) -> f64 {
    const STEPS: i32 = 400;
    let (mean, width) = (energy.sqrt(), 16.0 / f64::from(STEPS));
    let density = |z: f64| (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let at = |step: i32| {
        let z = -8.0 + (f64::from(step) + 0.5) * width;
        density(z) * (others * (-normal_tail(mean + z)).ln_1p()).exp() * width
    };
    (0..STEPS).map(at).sum::<f64>().min(1.0)
}

/// Probability that a standard normal number is `z` or more, to a millionth of itself up to `z` of 30.
pub(crate) fn normal_tail(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - normal_tail(-z);
    }
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if z < 3.0 {
        // Φ(z) − ½ = φ(z)·(z + z³/3 + z⁵/15 + …)
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while term > sum * 1e-16 {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    // Laplace's continued fraction: φ(z) / (z + 1/(z + 2/(z + 3/…))).
    let fraction = (1..=60).rev().fold(z, |fraction, n| z + f64::from(n) / fraction);
    density / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_tail_has_its_known_values() {
        for (z, tail) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931),
            (-2.0, 0.977_249_868),
            (3.5, 2.326_290_79e-4),
            (6.0, 9.865_876_45e-10),
        ] {
            assert!((normal_tail(z) / tail - 1.0).abs() < 1e-7, "{z}");
        }
    }

    #[test]
    fn without_signal_rank_one_is_chance_and_with_much_certain() {
        assert!((rank_one(0.0, 999.0) - 0.001).abs() < 1e-5);
        assert!(rank_one(100.0, 1e4) > 0.999);
        let at_the_limit = rank_one(2.0 * 1e4_f64.ln(), 1e4);
        assert!((0.3..0.7).contains(&at_the_limit));
    }

    #[test]
    fn the_detection_radius_is_the_published_one() {
        let at = AtFill { fill: 45, insertions_ppm: 1.0, strangers: Vec::new(), mistakes: Vec::new() };
        for (diffusion, radius) in [(3, 0.214), (5, 0.142), (6, 0.122), (8, 0.094), (10, 0.077)] {
            let model = Model { at: &at, diffusion, length: 1024 };
            assert!((model.detection_radius() - radius).abs() < 0.001);
        }
    }
}
