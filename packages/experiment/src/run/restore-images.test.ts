import { rng, toHost } from '@pixelrnn/core';
import { degraded, digits } from '@pixelrnn/data';
import { createModel } from '@pixelrnn/models';
import { describe, expect, it } from 'vitest';
import { drawSamples } from '../train/draw-samples.ts';
import { psnrOfSplit, restoreImages } from './restore-images.ts';

const restore = 'mask:left:4';
const dataset = degraded(digits({ binarize: 'threshold' }), restore);
const model = createModel({
  system: 'pixelRnn',
  lstm: 'row',
  image: { ...dataset.image },
  layers: 1,
  hidden: 2,
  head: 2,
  map: 2,
});
const weights = await toHost(model.init(rng(1)));
const isKnown = (i: number) => i % 8 >= 4;
const knownOf = (images: Float32Array) => images.filter((_, i) => isKnown(i));

describe('restoring what a mask hides', () => {
  it('C23: never alters a known pixel, also one that comes after hidden ones', async () => {
    const { images: originals, map } = await dataset.read('test', [2, 5]);
    const { drawn, nats, psnr } = await restoreImages(model, weights, {
      restore,
      maps: map!,
      originals,
      count: 3,
      seed: 1,
    });
    for (let n = 0; n < 6; n++) {
      const original = originals.subarray(64 * Math.floor(n / 3), 64 * Math.floor(n / 3) + 64);
      const image = drawn.subarray(64 * n, 64 * n + 64);
      expect(knownOf(image)).toEqual(knownOf(original));
      expect(image).not.toEqual(original);
    }
    // The nats are of 32 hidden pixels, each nearly fair before training; errors are theirs alone, too.
    for (const each of nats) expect(Math.abs(each / (32 * Math.LN2) - 1)).toBeLessThan(0.3);
    const wrong = drawn.reduce((sum, v, i) => sum + Math.abs(v - originals[64 * Math.floor(i / 192) + (i % 64)]), 0);
    expect(psnr!.drawn).toBeCloseTo(-10 * Math.log10(wrong / drawn.length), 6);
  });

  it('does so where a run shows its samples, and where it is evaluated', async () => {
    const recipe = { restore, sampleCount: 2, seed: 1 } as Parameters<typeof drawSamples>[0]['recipe'];
    const session = { model, dataset, recipe };
    const { images } = await drawSamples(session, weights);
    const { images: originals } = await dataset.read('valid', [0, Math.floor(dataset.size('valid') / 2)]);
    expect(knownOf(images)).toEqual(knownOf(originals));
    const { drawn } = await psnrOfSplit(session, weights, { split: 'test', images: 4, seed: 1 });
    expect(drawn!).toBeGreaterThan(4.5); // a quarter of all pixels is wrong, 6 dB, and not a half, 3 dB
  });
});
