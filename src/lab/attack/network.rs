//! A5 with a small network: from encodings back to tokens, then the register is looked up.
//!
//! One hidden layer, trained on the known pairs by Adam to say which tokens an encoding holds. A candidate's score is the
//! log-likelihood of its tokens. A linear model cannot follow an exclusive or; this could, given pairs enough.

use ndarray::{Array1, Array2, Axis};

use super::draws::{Draws, Purpose};
use super::learning::{columns, indicators, signs};
use super::matrix::{product, product_blocks};
use super::success::Success;
use super::target::Target;
use super::trilateration::ranked;

/// Hidden units.
const HIDDEN: usize = 256;

/// Known pairs in one step.
const BATCH: usize = 64;

/// Steps of training, whatever the number of pairs.
const STEPS: usize = 1500;

/// Ranks the register for every victim in it.
pub(super) fn attack(target: &Target<'_>) -> Success {
    let columns = columns(target);
    let tokens = indicators(&target.known, &columns);
    let scale = ((target.codes.stride * 64) as f32).sqrt().recip();
    let network = Network::train(&(signs(&target.known_codes) * scale), &tokens, target.seed);
    let logits = network.logits(&(signs(&target.codes) * scale));
    // log p(tokens) = Σ logit · present − Σ ln(1 + e^logit), and the second is the same for all candidates of a victim.
    // What a token's prior alone gives is taken out, or frequent names would always win.
    let prior = tokens.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(tokens.ncols()));
    let prior = prior.mapv(|p| (p.clamp(1e-4, 1.0 - 1e-4) / (1.0 - p.clamp(1e-4, 1.0 - 1e-4))).ln());
    let told = logits - &prior;
    let candidates = indicators(&target.register, &columns);
    let absent = candidates.dot(&prior.mapv(|logit| (1.0 + logit.exp()).ln())) / columns.len().max(1) as f32;
    let ranks = product_blocks(told.view(), candidates.t(), |start, scores| {
        let scores = &scores - &absent;
        scores.rows().into_iter().enumerate().filter_map(|(at, row)| ranked(row, target.truth[start + at])).collect()
    });
    Success::of(&ranks, target.register.len(), (target.codes.len() * target.register.len()) as u64)
}

/// Weights and biases of both layers.
struct Network {
    layers: [Array2<f32>; 2],
    biases: [Array1<f32>; 2],
}

impl Network {
    fn train(inputs: &Array2<f32>, outputs: &Array2<f32>, seed: u64) -> Self {
        let mut draws = Draws::new(seed, Purpose::Learner);
        let sizes = [inputs.ncols(), HIDDEN, outputs.ncols()];
        let mut layer =
            |from: usize, to: usize, gain: f64| Array2::from_shape_fn((from, to), |_| (draws.normal() * gain) as f32);
        // Inputs have unit length, hidden activities about one.
        let layers = [layer(sizes[0], sizes[1], 1.4), layer(sizes[1], sizes[2], 0.05)];
        let frequency = outputs.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(sizes[2]));
        let start = frequency.mapv(|p| (p.clamp(1e-3, 0.999) / (1.0 - p.clamp(1e-3, 0.999))).ln());
        let mut network = Self { layers, biases: [Array1::zeros(HIDDEN), start] };
        let mut adam = [Adam::new(sizes[0], sizes[1]), Adam::new(sizes[1], sizes[2])];
        let mut order: Vec<usize> = Vec::new();
        for _ in 0..STEPS {
            if order.len() < BATCH.min(inputs.nrows()) {
                order = draws.order(inputs.nrows());
            }
            let batch = order.split_off(order.len().saturating_sub(BATCH));
            network.step(&inputs.select(Axis(0), &batch), &outputs.select(Axis(0), &batch), &mut adam);
        }
        network
    }

    fn hidden(&self, inputs: &Array2<f32>) -> Array2<f32> {
        (product(inputs.view(), self.layers[0].view()) + &self.biases[0]).mapv(|x| x.max(0.0))
    }

    fn logits(&self, inputs: &Array2<f32>) -> Array2<f32> {
        product(self.hidden(inputs).view(), self.layers[1].view()) + &self.biases[1]
    }

    fn step(&mut self, inputs: &Array2<f32>, outputs: &Array2<f32>, adam: &mut [Adam; 2]) {
        let rows = inputs.nrows().max(1) as f32;
        let hidden = self.hidden(inputs);
        let guesses =
            (product(hidden.view(), self.layers[1].view()) + &self.biases[1]).mapv(|x| 1.0 / (1.0 + (-x).exp()));
        let error = (guesses - outputs) / rows;
        let mut back = error.dot(&self.layers[1].t());
        back.zip_mut_with(&hidden, |b, h| *b = if *h > 0.0 { *b } else { 0.0 });
        let slopes =
            [(inputs.t().dot(&back), back.sum_axis(Axis(0))), (hidden.t().dot(&error), error.sum_axis(Axis(0)))];
        for (((layer, bias), adam), (slope, bias_slope)) in
            self.layers.iter_mut().zip(&mut self.biases).zip(adam).zip(slopes)
        {
            adam.apply(layer, &slope);
            bias.scaled_add(-0.1, &bias_slope);
        }
    }
}

/// First and second moments of a layer's slopes (Kingma and Ba, 2014).
struct Adam {
    first: Array2<f32>,
    second: Array2<f32>,
    steps: i32,
}

impl Adam {
    fn new(from: usize, to: usize) -> Self {
        Self { first: Array2::zeros((from, to)), second: Array2::zeros((from, to)), steps: 0 }
    }

    fn apply(&mut self, layer: &mut Array2<f32>, slope: &Array2<f32>) {
        const RATE: f32 = 2e-3;
        self.steps += 1;
        let (fix1, fix2) = (1.0 - 0.9_f32.powi(self.steps), 1.0 - 0.999_f32.powi(self.steps));
        ndarray::Zip::from(layer).and(&mut self.first).and(&mut self.second).and(slope).for_each(|w, m, v, g| {
            *m += 0.1 * (g - *m);
            *v += 0.001 * (g * g - *v);
            *w -= RATE * (*m / fix1) / ((*v / fix2).sqrt() + 1e-8);
        });
    }
}
