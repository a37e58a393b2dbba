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

function sumOverPixels(parameters: OracleMap, images: OracleMap, nats: PixelNats): Float64Array {
  const { batch, height, width } = images;
  const sums = new Float64Array(batch);
  for (let image = 0; image < batch; image++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        sums[image] += nats(pixelOf(parameters, image, row, column), pixelOf(images, image, row, column));
  return sums;
}
