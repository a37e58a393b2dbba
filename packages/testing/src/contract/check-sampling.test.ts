import { sample } from '@pixelrnn/generate';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { checkLabels } from './check-labels.ts';
import { checkFrequencies, checkSamples } from './check-sampling.ts';
import type { Sampler } from './model-setting.ts';

const model = tinyModel({ height: 2, width: 2, channels: 1, levels: 2 });
const reordered: Sampler = async (...args) => {
  const { images, nats } = await sample(...args);
  return { images: images.map((_, i) => images[i - (i % 4) + (3 - (i % 4))]), nats };
};

describe('checkSamples', () => {
  it('finds scores that are not those of the images', async () => {
    await checkSamples(model);
    await expect(checkSamples(model, { sampler: reordered })).rejects.toThrow('as the model scores its samples');
  });

  it('finds values that are no levels', async () => {
    const grey: Sampler = async (...args) => {
      const { images, nats } = await sample(...args);
      return { images: images.map((value) => value - 0.5), nats };
    };
    await expect(checkSamples(model, { sampler: grey })).rejects.toThrow('wanted 24 levels 0 … 1');
  });

  it('finds a sampler that does not follow its seed', async () => {
    let draws = 0;
    const restless: Sampler = (a, b, options) => sample(a, b, { ...options, seed: draws++ });
    await expect(checkSamples(model, { sampler: restless })).rejects.toThrow('other samples for the same seed');
    const stubborn: Sampler = (a, b, options) => sample(a, b, { ...options, seed: 7 });
    await expect(checkSamples(model, { sampler: stubborn })).rejects.toThrow('the same samples for two seeds');
  });
});

describe('checkFrequencies', () => {
  it('finds samples in another order, and too cold ones', async () => {
    await checkFrequencies(model);
    await expect(checkFrequencies(model, { sampler: reordered })).rejects.toThrow('got a χ² of normal score');
    const cold: Sampler = (a, b, options) => sample(a, b, { ...options, temperature: 0.7 });
    await expect(checkFrequencies(model, { sampler: cold })).rejects.toThrow('wanted 4000 samples as frequent');
  });
});

describe('checkLabels', () => {
  it('finds classes that are the same', async () => {
    const conditional = tinyModel(model.image, 3);
    await checkLabels(conditional);
    const deaf: typeof conditional = {
      ...conditional,
      conditionals: (params, images) => model.conditionals({ layer: params.layer, head: params.head }, images),
    };
    await expect(checkLabels(deaf)).rejects.toThrow('wanted 3 different outputs at pixel 0 for 3 classes, got 1');
    await expect(checkLabels(model)).rejects.toThrow('wanted a model with classes');
  });
});
