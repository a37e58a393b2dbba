// C23 where known pixels come after unknown ones: completions of tiny images against p(unknown | known) by brute force, over all images there are.
import { dimensions, type GenerativeModel, type ImageSpec, mapTree, type Params, toHost } from '@pixelrnn/core';
import { complete, sample } from '@pixelrnn/generate';
import { createModel, multiScale, pixelCnnPp, pixelRnn } from '@pixelrnn/models';
import { allImages, chiSquareScore, randomParams } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

const image: ImageSpec = { height: 2, width: 4, channels: 1, levels: 2 };
const RGB: ImageSpec = { height: 2, width: 1, channels: 3, levels: 2 };
const GATED = { system: 'gatedPixelCnn', layers: 1, channels: 4, head: 6 };
const LOGISTICS = { name: 'logisticMixture', config: { components: 2 } };

/** Which pixels are known: the lower row, and one of the upper. */
const MASK = [0, 1, 0, 0, 1, 1, 1, 1];
/** One of the small image, too, after one of it that is unknown. */
const LATE = [0, 1, 1, 0, 1, 1, 1, 1];
const CASES: readonly [name: string, model: GenerativeModel, mask: readonly number[], strength: number][] = [
  ['Row LSTM', pixelRnn({ lstm: 'row', image, layers: 1, hidden: 4, head: 6 }), MASK, 1.5],
  ['multi-scale', multiScale({ image, factor: 2, small: GATED, large: GATED, channels: 2 }, createModel), LATE, 2.5],
  [
    'PixelCNN++ of tied colours',
    pixelCnnPp({ image: RGB, filters: 4, resnets: 1, scales: 1, dropout: 0, likelihood: LOGISTICS }),
    [0, 1],
    1.5,
  ],
];

/** Completions and candidates of each: enough to tell both distributions apart. */
const [COUNT, PARTICLES] = [1000, 6];

/** The largest normal score of χ² that passes for chance. */
const MAX_SCORE = 5;

/** Parameters in general position, so large that pixels depend on each other. */
async function strongParams(model: GenerativeModel, strength: number): Promise<Params> {
  const params = await randomParams(model, 'completion');
  const strong = mapTree<tf.Tensor, tf.Tensor>(params, (values) => tf.mul(values, strength));
  tf.dispose(params as tf.TensorContainerObject);
  return strong;
}

describe.each(CASES)('completions by %s', (_, model, mask, strength) => {
  it('are draws from p(unknown | known) with many particles, and not without', async () => {
    const { height, width, channels, levels } = model.image;
    const size = dimensions(model.image);
    const params = await strongParams(model, strength);
    const weights = await toHost(params);
    const { count, images } = allImages(model);
    const nats = model.nats(params, tf.tensor4d(images, [count, height, width, channels])).dataSync();
    const own = (n: number) => images.subarray(n * size, (n + 1) * size);
    const original = own(Math.floor(0.7 * count));
    const isKnown = (i: number) => mask[Math.floor(i / channels)] === 1;
    const agrees = (n: number) => own(n).every((level, i) => !isKnown(i) || level === original[i]);
    const joint = Float64Array.from(nats, (value, n) => (agrees(n) ? Math.exp(-value) : 0));
    const total = joint.reduce((a, b) => a + b);

    const scoreOf = (drawn: Float32Array) => {
      const counts = new Float64Array(count);
      for (let n = 0; n < COUNT; n++) {
        const image = drawn.subarray(n * size, (n + 1) * size);
        expect(image.every((level, i) => !isKnown(i) || level === original[i])).toBe(true);
        counts[image.reduceRight((number, level) => number * levels + level, 0)]++;
      }
      return chiSquareScore(
        counts,
        joint.map((p) => p / total),
      );
    };
    const known = { images: original, mask };
    const clamped = await sample(model, weights, { count: COUNT, seed: 'known', known, batch: COUNT });
    const options = { count: 1, seed: 'known', known, batch: COUNT };
    const weighed = await complete(model, weights, { ...options, completions: COUNT, particles: PARTICLES });
    expect([clamped.isExact, weighed.isExact]).toEqual([false, false]);
    expect(scoreOf(clamped.images)).toBeGreaterThan(MAX_SCORE);
    expect(scoreOf(weighed.images)).toBeLessThan(MAX_SCORE);
    expect(weighed.effective[0]).toBeGreaterThan(COUNT);
    expect(weighed.effective[0]).toBeLessThan(COUNT * PARTICLES);
  });
});
