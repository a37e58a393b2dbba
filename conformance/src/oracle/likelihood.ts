import { sigmoid } from './arithmetic.ts';
import type { OracleMap } from './map.ts';
import { pixelOf } from './map.ts';

/** −Σ log p of one pixel, in nats. */
type PixelNats = (parameters: Float64Array, levels: Float64Array) => number;

/** −log p of binary images in nats, [batch]: p(1) = 1 / (1 + e^−z) at every pixel. PixelRNN §5.1. */
export const oracleBernoulliNats = (logits: OracleMap, images: OracleMap): Float64Array =>
  sumOverPixels(logits, images, (z, level) => Math.log1p(Math.exp(level[0] === 1 ? -z[0] : z[0])));

/** −log p of images of `levels` levels in nats, [batch]: a softmax for each channel, logits channel by channel. PixelRNN §2.2. */
export const oracleCategoricalNats = (logits: OracleMap, images: OracleMap, levels: number): Float64Array =>
  sumOverPixels(logits, images, (z, pixel) => {
    let nats = 0;
    pixel.forEach((level, channel) => {
      const own = z.subarray(channel * levels, (channel + 1) * levels);
      const largest = Math.max(...own);
      const total = own.reduce((sum, value) => sum + Math.exp(value - largest), 0);
      nats += Math.log(total) + largest - own[level];
    });
    return nats;
  });

/**
 * −log p of images of `levels` levels in nats, [batch]: under each component of a mixture, a channel's level is what of a logistic
 * lies in its bin; the outermost bins have no end. PixelCNN++ eq. 2–3, the means of blue with γ·g. Parameters are K logits, then for
 * each channel K means, K log-scales and, of colours, K coefficients (α of green on red, β of blue on red, γ of blue on green).
 */
export const oracleLogisticMixtureNats = (parameters: OracleMap, images: OracleMap, levels: number): Float64Array =>
  sumOverPixels(parameters, images, (z, pixel) => {
    const components = z.length / (pixel.length === 1 ? 3 : 10);
    const blocks = Array.from({ length: z.length / components }, (_, i) =>
      z.subarray(i * components, (i + 1) * components),
    );
    const [x, y] = pixel.map((level) => (2 * level) / (levels - 1) - 1);
    let [total, weights] = [0, 0];
    for (let k = 0; k < components; k++) {
      const [logit, ...own] = blocks.map((block) => block[k]);
      weights += Math.exp(logit);
      let p = Math.exp(logit);
      if (pixel.length === 1) p *= logisticBin(pixel[0], levels, own[0], own[1]);
      else {
        const [red, redScale, alpha, green, greenScale, beta, blue, blueScale, gamma] = own;
        p *= logisticBin(pixel[0], levels, red, redScale);
        p *= logisticBin(pixel[1], levels, green + Math.tanh(alpha) * x, greenScale);
        p *= logisticBin(pixel[2], levels, blue + Math.tanh(beta) * x + Math.tanh(gamma) * y, blueScale);
      }
      total += p;
    }
    return Math.log(weights / total);
  });

/** How much of a logistic lies in the bin of a level, of levels that stand at −1 … 1. */
function logisticBin(level: number, levels: number, mean: number, logScale: number): number {
  const scale = Math.exp(Math.max(logScale, -7));
  const edge = (half: number) => ((2 * level + half) / (levels - 1) - 1 - mean) / scale;
  const [lower, upper] = [level === 0 ? -Infinity : edge(-1), level === levels - 1 ? Infinity : edge(1)];
  return lower > 0 ? sigmoid(-lower) - sigmoid(-upper) : sigmoid(upper) - sigmoid(lower); // in the tail that is small
}

function sumOverPixels(parameters: OracleMap, images: OracleMap, nats: PixelNats): Float64Array {
  const { batch, height, width } = images;
  const sums = new Float64Array(batch);
  for (let image = 0; image < batch; image++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        sums[image] += nats(pixelOf(parameters, image, row, column), pixelOf(images, image, row, column));
  return sums;
}
