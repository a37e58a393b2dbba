import { digits } from '@pixelrnn/data';
import { registerDataset } from '@pixelrnn/data/node';
import { describe, expect, it } from 'vitest';
import { TINY_MODEL } from '../train/tiny-run.fixture.ts';
import { parseRecipe } from './parse-recipe.ts';

const minimal = { model: TINY_MODEL, dataset: { name: 'digits' }, optimizer: { name: 'adam' }, steps: 10 };

describe('parseRecipe', () => {
  it('fills in every default', () => {
    expect(parseRecipe(minimal)).toEqual({
      format: 1,
      model: TINY_MODEL,
      dataset: { name: 'digits', options: {} },
      batchSize: 16,
      shards: 1,
      optimizer: { name: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      schedule: [],
      clip: { norm: null, value: null },
      ema: null,
      steps: 10,
      seed: 0,
      evaluateImages: 1000,
      keep: 2,
      sampleCount: 16,
    });
  });

  it('is the same after another time', () => {
    const once = parseRecipe({ ...minimal, ema: {}, schedule: [{ name: 'linear' }] });
    expect(parseRecipe(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it.each<[string, object, string]>([
    ['an unknown key', { batchsize: 3 }, 'recipe: unknown key "batchsize"; did you mean "batchSize"?'],
    [
      'an unknown key below',
      { optimizer: { name: 'adam', lr: 1, lerningRate: 1 } },
      'recipe: optimizer: unknown key "lr": wanted one of learningRate, beta1, beta2, epsilon',
    ],
    ['an unknown optimizer', { optimizer: { name: 'sgd' } }, 'recipe: optimizer.name: '],
    [
      'an option of another optimizer',
      { optimizer: { name: 'rmsprop', beta1: 0.9 } },
      'recipe: optimizer: unknown key "beta1"',
    ],
    ['an unknown schedule', { schedule: [{ name: 'linear' }, { name: 'stairs' }] }, 'recipe: schedule.1.name: '],
    ['an unknown data set', { dataset: { name: 'imagenet' } }, 'recipe: dataset.name: '],
    ['a missing part', { model: undefined }, 'recipe: model: wanted record, got nothing'],
    ['a wrong type', { batchSize: '8' }, 'recipe: batchSize: wanted number, received string, got "8"'],
    ['a rate of zero', { optimizer: { name: 'adam', learningRate: 0 } }, 'recipe: optimizer.learningRate: '],
    ['half an image', { batchSize: 1.5 }, 'recipe: batchSize: '],
    [
      'shards of unequal size',
      { batchSize: 8, shards: 3 },
      'recipe: shards: wanted a divisor of the batchSize 8, got 3',
    ],
    ['another format', { format: 2 }, 'recipe: format: '],
    ['no length', { steps: undefined }, 'recipe: wanted one of steps, epochs and minutes, got none'],
    ['two lengths', { minutes: 3 }, 'recipe: wanted one of steps, epochs and minutes, got steps and minutes'],
  ])('refuses %s', (_, change, message) => {
    const parse = () => parseRecipe({ ...minimal, ...change });
    expect(parse).toThrow(message);
    expect(parse).toThrow(
      expect.objectContaining({ name: 'ExperimentError', message: expect.not.stringContaining('\n') }),
    );
  });

  it('takes a data set that was registered meanwhile', () => {
    const dataset = { name: 'contributed', options: { depth: 3 } };
    expect(() => parseRecipe({ ...minimal, dataset })).toThrow(
      /^recipe: dataset\.name: wanted one of digits, mnist, .*, got "contributed" \(registerDataset adds to them\)$/,
    );
    registerDataset('contributed', () => digits());
    expect(parseRecipe({ ...minimal, dataset }).dataset).toEqual(dataset);
  });

  it('refuses what is no object', () => {
    expect(() => parseRecipe(null, 'my.json')).toThrow('my.json: ');
  });
});
