import { rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type TinyLayerOptions, tinyLayer } from '../fixtures/tiny-layer.ts';
import { checkConfig } from './check-config.ts';
import { checkSeeds } from './check-seeds.ts';

const layer = tinyLayer({ inputs: 2, outputs: 3 });

it('checkSeeds wants the parameters to depend on the seed and on nothing else', async () => {
  await checkSeeds(layer);
  await expect(checkSeeds({ ...layer, init: () => layer.init(rng(1)) })).rejects.toThrow(
    'the same parameters for two seeds',
  );
  const restless: typeof layer = {
    ...layer,
    init: (random) => ({ ...layer.init(random), bias: tf.randomUniform([3]) }),
  };
  await expect(checkSeeds(restless)).rejects.toThrow('other parameters for the same seed');
});

it('checkConfig wants the same layer again', async () => {
  const create = (config: object) => tinyLayer(config as TinyLayerOptions);
  await checkConfig(layer, { createLayer: ({ config }) => create(config) });
  await expect(checkConfig(layer, {})).rejects.toThrow('wanted options.createLayer');
  await expect(checkConfig(layer, { createLayer: ({ config }) => create({ ...config, mask: 'A' }) })).rejects.toThrow(
    /wanted .*"mask":"B".*, got .*"mask":"A"/,
  );
  const reseeded = (config: object) => ({ ...create(config), init: () => layer.init(rng(9)) });
  await expect(checkConfig(layer, { createLayer: ({ config }) => reseeded(config) })).rejects.toThrow(
    'other initial parameters',
  );
});
