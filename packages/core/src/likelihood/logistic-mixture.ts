import { FUSED_KERNELS, kernels, scratch } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { fusedOp } from '../fused-op.ts';
import { withDefaults } from '../options.ts';
import { levelsOf } from './levels-of.ts';
import type { Likelihood } from './likelihood.ts';

/** Log-scales below it count as it: a component is not narrower than e⁻⁷ (the published code). */
const LEAST_LOG_SCALE = -7;
/** From here on 1 − e⁻ᵈ is d to the last digit, and its logarithm falls with the log-scale. */
const LARGE_LOG_SCALE = 16;

/** What the network says of M pixels, for K components. */
interface MixtureParameters {
  /** [M, K]: the weights are their softmax. */
  readonly logits: tf.Tensor;
  /** [M, C, K]. */
  readonly means: tf.Tensor;
  /** [M, C, K]. */
  readonly logScales: tf.Tensor;
  /** Of colours [M, 3, K]: of green on red, of blue on red, of blue on green, before their tanh. */
  readonly coefficients?: tf.Tensor;
}

/** Numbers per pixel for each component. */
const parametersPerComponent = (channels: number): number => (channels === 1 ? 3 : 10);

/** The parts of [M, K·(1 + 2)], of colours [M, K·(1 + 9)], in the published order. */
function partsOf(parameters: tf.Tensor2D, channels: number): MixtureParameters {
  const [rows, size] = parameters.shape;
  const components = size / parametersPerComponent(channels);
  const [logits, others] = tf.split(parameters, [components, size - components], 1);
  const parts = channels === 1 ? 2 : 3;
  const perChannel = tf.reshape(others, [rows, channels, parts * components]);
  const [means, logScales, coefficients] = tf.split(perChannel, parts, 2);
  return { logits, means, logScales, coefficients };
}

/** Means [M, C, K] in half bins, which in colours follow the earlier channels, at `position` [M, C, 1]. */
function centresOf({ means, coefficients }: MixtureParameters, position: tf.Tensor, levels: number): tf.Tensor {
  const own = tf.mul(means, levels - 1);
  if (coefficients === undefined) return own;
  const [greenOnRed, blueOnRed, blueOnGreen] = tf.split(tf.tanh(coefficients), 3, 1);
  const [red, green] = tf.split(position, 3, 1);
  const ofGreen = tf.mul(greenOnRed, red);
  const ofBlue = tf.add(tf.mul(blueOnRed, red), tf.mul(blueOnGreen, green));
  return tf.add(own, tf.concat([tf.zerosLike(ofGreen), ofGreen, ofBlue], 1));
}

/** ln(1 − e⁻ᵈ) for bins that are d = 2 / ((L − 1)·s) wide in scales s: tanh(d/2)·(1 + e⁻ᵈ), without cancellation. */
function logBin(logScales: tf.Tensor, levels: number): tf.Tensor {
  const width = tf.mul(tf.exp(tf.neg(tf.minimum(logScales, LARGE_LOG_SCALE))), 2 / (levels - 1));
  const narrow = tf.add(tf.log(tf.tanh(tf.div(width, 2))), tf.softplus(tf.neg(width)));
  return tf.sub(narrow, tf.relu(tf.sub(logScales, LARGE_LOG_SCALE)));
}

/** ln P of the level of each channel under each component: [M, C, K]. */
function logProbabilities(parts: MixtureParameters, pixels: tf.Tensor2D, levels: number): tf.Tensor {
  const [rows, channels] = pixels.shape;
  const level = tf.reshape(pixels, [rows, channels, 1]);
  const position = tf.sub(tf.mul(level, 2), levels - 1);
  const logScales = tf.maximum(parts.logScales, LEAST_LOG_SCALE);
  const sharpness = tf.div(tf.exp(tf.neg(logScales)), levels - 1);
  const fromCentre = tf.sub(position, centresOf(parts, position, levels));
  const upper = tf.mul(tf.add(fromCentre, 1), sharpness);
  const lower = tf.mul(tf.sub(fromCentre, 1), sharpness);
  // 1 where there is an edge; 0 in the tails, which belong to the outermost levels.
  const hasUpper = tf.cast(tf.less(level, levels - 1), 'float32');
  const hasLower = tf.cast(tf.greater(level, 0), 'float32');
  const below = tf.mul(hasUpper, tf.softplus(tf.neg(upper)));
  const above = tf.mul(hasLower, tf.softplus(lower));
  return tf.sub(tf.mul(tf.mul(hasUpper, hasLower), logBin(logScales, levels)), tf.add(below, above));
}

/**
 * −log p of each pixel under a mixture of discretized logistics, in nats: parameters [M, K·(1 + 2)], of colours [M, K·(1 + 9)],
 * levels of pixels [M, C] with NaN for what is none → [M]. Equations at {@link logisticMixture}.
 */
export const logisticMixtureCrossEntropy = fusedOp(
  FUSED_KERNELS.logisticMixtureCrossEntropy,
  ({ parameters, pixels }: { parameters: tf.Tensor2D; pixels: tf.Tensor2D }, { levels }: { levels: number }) => {
    const parts = partsOf(parameters, pixels.shape[1]);
    const joint = tf.add(parts.logits, tf.sum(logProbabilities(parts, pixels, levels), 1)); // [M, K]
    return tf.sub(tf.logSumExp(parts.logits, 1), tf.logSumExp(joint, 1));
  },
);

export interface LogisticMixtureOptions {
  /** Channels of the image: 1 grey, 3 RGB. */
  readonly channels: number;
  /** Levels L of each sub-pixel. */
  readonly levels: number;
  /** Components K; the paper: about 5 suffice. */
  readonly components: number;
}

/** RGB images of 8 bits, and the components of the published code. */
export const LOGISTIC_MIXTURE_DEFAULTS: LogisticMixtureOptions = { channels: 3, levels: 256, components: 10 };

/**
 * A mixture of discretized logistics (PixelCNN++, Salimans et al. 2017, §2.1–2.2). The K components are of the whole pixel; under
 * each of them, a level at x is what of a logistic distribution lies in its bin, with σ(z) = 1 / (1 + e⁻ᶻ):
 *
 *   p(r, g, b) = Σ_k π_k P_k(r) P_k(g | r) P_k(b | r, g)                                                     π = softmax(logits)
 *   P(x) = σ(a) − σ(b),   a = (x + h − μ) / s,   b = (x − h − μ) / s                   eq. 2; at the lowest level σ(b) = 0, at the highest σ(a) = 1
 *   μ_g' = μ_g + tanh(α)·r,   μ_b' = μ_b + tanh(β)·r + tanh(γ)·g                         eq. 3, which misprints γ·b in the last term
 *
 * Levels 0 … L−1 stand at x = 2v/(L−1) − 1, so a bin is 2h = 2/(L−1) wide; log s is at least −7. Any L ≥ 2 will do.
 *
 * Outputs, in the order of the published code: K logits, then for red, green and blue in turn K means, K log-scales and K
 * coefficients, where the K beside red are α, those beside green β, and those beside blue γ. Grey: K logits, means, log-scales. All are
 * of one colour group, since the likelihood ties the channels: the network is asked once for a pixel, and has a hundred outputs
 * where a softmax has 768.
 *
 * Outputs near 0, as networks have them before training, are K equal logistics of mean 0 and scale 1 that favour the outermost
 * levels: some 9 bits a sub-pixel, from which the first steps lead down by means and scales alone.
 *
 * Where we differ from the published code:
 * - Inside, ln P = −softplus(−a) − softplus(b) + ln(1 − e^−(a−b)), which is exact; it takes the density at mid-bin instead where P < 10⁻⁵,
 *   and its probabilities sum to 1 only within 2·10⁻⁵.
 * - Lengths are counted in half bins, in which edges are whole numbers: neighbouring bins share theirs to the bit.
 * - Means follow the levels that were drawn; its sampler does not round them.
 */
export function logisticMixture(options: Partial<LogisticMixtureOptions> = {}): Likelihood {
  const { channels, levels, components } = withDefaults('logisticMixture', options, LOGISTIC_MIXTURE_DEFAULTS, []);
  if (channels !== 1 && channels !== 3)
    throw new Error(`logisticMixture: wanted images of 1 or 3 channels, got ${channels}`);
  if (levels < 2) throw new Error(`logisticMixture: wanted at least 2 levels, got ${levels}`);
  const outputs = components * parametersPerComponent(channels);
  let result = new Float32Array(levels);

  // p(level | earlier channels) ∝ Σ_k π_k P_k(earlier channels) P_k(level): the components' weights follow the earlier channels, too.
  function pmfs(parameters: Float32Array, channel: number, pixels: Float32Array, temperature = 1): Float32Array {
    const count = parameters.length / outputs;
    if (result.length !== count * levels) result = new Float32Array(count * levels);
    const [pixelsAt, y] = [parameters.length, parameters.length + pixels.length];
    const work = y + result.length;
    const block = scratch(work + components * (levels + 4));
    block.set(parameters);
    block.set(pixels, pixelsAt);
    const { logisticMixture, softmax } = kernels();
    for (let b = 0; b < count; b++) {
      const [z, pixel, row] = [block.at(b * outputs), block.at(pixelsAt + b * channels), block.at(y + b * levels)];
      logisticMixture(z, pixel, block.at(work), row, components, channels, levels, channel);
    }
    softmax(block.at(y), levels, block.at(y), levels, count, levels, 1 / temperature);
    result.set(block.array.subarray(y, work));
    return result;
  }

  return {
    name: 'logisticMixture',
    config: { channels, levels, components },
    channels,
    levels,
    outputs,
    outputGroups: new Array<number>(outputs).fill(0),

    logProb(parameters, images) {
      return tf.tidy(() => {
        const pixels = levelsOf(tf.reshape(images, [-1, channels]), levels, Number.NaN) as tf.Tensor2D;
        const flat = tf.reshape(parameters, [-1, outputs]) as tf.Tensor2D;
        const nats = logisticMixtureCrossEntropy({ parameters: flat, pixels }, { levels });
        return tf.neg(tf.sum(tf.reshape(nats, [images.shape[0], -1]), 1)) as tf.Tensor1D;
      });
    },

    pmf: pmfs,
    pmfs,
  };
}
