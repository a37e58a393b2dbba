import type { JsonObject } from '@pixelrnn/core';
import { oracleConditions } from './conditions.ts';
import { type OracleLayerSpec, type OracleParams, runLayer } from './layer.ts';
import { type OracleFrame, type OracleMap, type OracleValues, oracleMap } from './map.ts';
import { oracleEncoder, oracleUpsampler } from './mapping.ts';
import { type OracleModel, oracleNats, oracleScaled } from './network.ts';

export interface OraclePixelVae {
  readonly encoder: OracleMapping;
  /** A network that is told a vector of the latents, or with an upsampler a map of them. */
  readonly decoder: OracleModel;
  readonly upsampler?: OracleMapping;
  /** A level above latents that are a map. */
  readonly prior?: OraclePrior;
}

type OracleMapping = JsonObject & { readonly outputs: readonly number[] };

/** q(top | z), and the network that is told the top and gives p(z | top) place by place. */
export interface OraclePrior {
  readonly encoder: OracleMapping;
  readonly network: OracleLayerSpec;
}

/** ε of the latents, and of the level above them: [batch, D] each. */
export interface OracleNoise {
  readonly latents: OracleValues;
  readonly above: OracleValues;
}

export interface OracleBound {
  /** −log p(x | z) and all divergences, [batch]. */
  readonly nats: Float64Array;
  /** By name, [batch, n] each: of every latent, or of every channel of a map of them. */
  readonly divergences: Readonly<Record<string, Float64Array>>;
  /** log p(x, z) − log q(z | x), [batch]. */
  readonly logWeights: Float64Array;
}

/** Mean and log σ of every number, [batch, D] each. */
interface Gaussian {
  readonly mean: Float64Array;
  readonly logSigma: Float64Array;
}

/**
 * The bound of each image for one draw of its latents, and of the level above them (Gulrajani et al. 2017, eq. 1 and §3.2):
 *
 *   −log p(x | z) + KL(q(z | x) ‖ p(z | t)) + KL(q(t | z) ‖ N(0, I)),     z = μ(x) + σ(x) ⊙ ε, t = μ(z) + σ(z) ⊙ ε'
 *
 * and without such a level −log p(x | z) + KL(q(z | x) ‖ N(0, I)).
 */
export function oraclePixelVae(
  { encoder, decoder, upsampler, prior }: OraclePixelVae,
  params: OracleParams,
  images: OracleValues,
  dims: OracleFrame,
  noise: OracleNoise,
): OracleBound {
  const { batch } = dims;
  const q = posterior(encoder, params.encoder as OracleParams, oracleScaled(oracleMap(images, dims), decoder.levels));
  const z = drawn(q, noise.latents);
  const own = params.decoder as OracleParams;
  const told = upsampler
    ? { map: oracleUpsampler(upsampler as never, own.upsampler as OracleParams, z, batch).values }
    : { vector: z };
  const distortion = oracleNats(decoder, own.model as OracleParams, images, dims, told);
  const { divergences, ratios } = prior
    ? twoLevels(prior, params.prior as OracleParams, q, z, { batch, encoder, noise: noise.above })
    : { divergences: { kl: divergence(q, standard(z)) }, ratios: [logRatio(z, q, standard(z))] };
  const plus = (values: Float64Array, part: Float64Array) => values.map((value, b) => value + sumOf(part, b, batch));
  return {
    divergences,
    nats: Object.values<Float64Array>(divergences).reduce(plus, distortion),
    logWeights: ratios.reduce(
      plus,
      distortion.map((value) => -value),
    ),
  };
}

/** The divergence of each of two levels, and log p − log q of the numbers that were drawn in each. */
function twoLevels(
  { encoder, network }: OraclePrior,
  params: OracleParams,
  q: Gaussian,
  z: Float64Array,
  below: { readonly batch: number; readonly encoder: OracleMapping; readonly noise: OracleValues },
): { readonly divergences: OracleBound['divergences']; readonly ratios: readonly Float64Array[] } {
  const { batch } = below;
  const [height, width, statistics] = below.encoder.outputs;
  const map: OracleMap = { batch, height, width, channels: statistics / 2, values: z };
  const qTop = posterior(encoder, params.encoder as OracleParams, map);
  const top = drawn(qTop, below.noise);
  const told = oracleConditions({ vector: top }, map);
  const p = gaussianOf(runLayer(network, params.network as OracleParams, { here: map }, told).here.values, statistics);
  return {
    divergences: { klBottom: ofChannels({ ...map, values: divergence(q, p) }), klTop: divergence(qTop, standard(top)) },
    ratios: [logRatio(z, q, p), logRatio(top, qTop, standard(top))],
  };
}

/** The sum over the places of each channel, [batch, C]. */
function ofChannels({ batch, channels, values }: OracleMap): Float64Array {
  const total = new Float64Array(batch * channels);
  values.forEach((value, i) => {
    total[Math.floor((i * batch) / values.length) * channels + (i % channels)] += value;
  });
  return total;
}

const posterior = (encoder: OracleMapping, params: OracleParams, x: OracleMap): Gaussian =>
  gaussianOf(oracleEncoder(encoder as never, params, x), encoder.outputs[encoder.outputs.length - 1]);

/** Of statistics in rows of that width, whose first halves are means and whose second log σ. */
function gaussianOf(statistics: Float64Array, width: number): Gaussian {
  const half = (isSecond: boolean) => statistics.filter((_, i) => i % width >= width / 2 === isSecond);
  return { mean: half(false), logSigma: half(true) };
}

const standard = ({ length }: Float64Array): Gaussian => ({
  mean: new Float64Array(length),
  logSigma: new Float64Array(length),
});

const drawn = ({ mean, logSigma }: Gaussian, noise: OracleValues): Float64Array =>
  mean.map((value, i) => value + Math.exp(logSigma[i]) * noise[i]);

/** KL(q ‖ p) = log σp/σq + (σq² + (μq − μp)²) / 2σp² − ½ of every number (Kingma & Welling 2014, appendix B). */
const divergence = (q: Gaussian, p: Gaussian): Float64Array =>
  q.mean.map((mean, i) => {
    const [sigma, width] = [Math.exp(q.logSigma[i]), Math.exp(p.logSigma[i])];
    return Math.log(width / sigma) + (sigma ** 2 + (mean - p.mean[i]) ** 2) / (2 * width ** 2) - 0.5;
  });

/** log p(z) − log q(z) of every number. */
const logRatio = (z: Float64Array, q: Gaussian, p: Gaussian): Float64Array =>
  z.map((value, i) => logDensity(value, p, i) - logDensity(value, q, i));

const logDensity = (value: number, { mean, logSigma }: Gaussian, i: number): number =>
  -Math.log(2 * Math.PI) / 2 - logSigma[i] - ((value - mean[i]) / Math.exp(logSigma[i])) ** 2 / 2;

/** The sum over the numbers of one image. */
const sumOf = (values: Float64Array, image: number, batch: number): number =>
  values
    .subarray((image * values.length) / batch, ((image + 1) * values.length) / batch)
    .reduce((sum, value) => sum + value, 0);
