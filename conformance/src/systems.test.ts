// What is composed of models, tiny, with the fused kernels of each backend that starts here: the loss and all gradients are those of plain
// JavaScript, grey and in colours, and it keeps the contract. Alone, each part does (fused-layers.test.ts, mappings.test.ts).
import type { BackendName } from '@pixelrnn/backends';
import type { ImageSpec, JsonObject } from '@pixelrnn/core';
import { createModel } from '@pixelrnn/models';
import { modelContract, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GradientSetting, type GradientValues, gradientSetting, lossAndGradients } from './gradients.ts';
import { imageName, type NetworkCase, TOLD_NETWORKS } from './models.ts';
import { startBefore, startHere } from './start.ts';
import { isDifferences } from './unhurried.ts';

/** In software, WebGPU takes minutes to compile the programs: gradients.test.ts has the presets there. */
const COMPARED: readonly BackendName[] = ['tensorflow', 'wasm'];
const TOLERANCE = 1e-5;
const BATCH = 2;

const GREY: ImageSpec = { height: 4, width: 4, channels: 1, levels: 2 };
const RGB: ImageSpec = { height: 4, width: 2, channels: 3, levels: 3 };
/** Of so few images that all of them are counted. */
const BITS: ImageSpec = { height: 2, width: 2, channels: 1, levels: 2 };

const GATED = { system: 'gatedPixelCnn', layers: 1, channels: 6, head: 6 };
const ENCODER = { name: 'convEncoder', config: { layers: [[3, 2]], activation: 'elu' } };
const UPSAMPLER = { name: 'upsampler', config: { layers: [[2, 2]], activation: 'elu' } };

const COMPOSED: Readonly<Record<string, JsonObject>> = {
  'multi-scale': { system: 'multiScale', factor: 2, channels: 2, small: GATED, large: GATED },
  'PixelVAE in gates': { system: 'pixelVae', latents: 2, encoder: ENCODER, decoder: GATED },
  'PixelVAE of a map': {
    system: 'pixelVae',
    latents: 2,
    encoder: ENCODER,
    upsampler: UPSAMPLER,
    features: 3,
    decoder: GATED,
  },
  'auto-encoder': { system: 'autoEncoder', code: 2, encoder: ENCODER, decoder: GATED },
  'mixture of orders': { system: 'orderMixture', of: GATED, orders: ['right-down', 'left-up'] },
};

const SYSTEMS: readonly Pick<NetworkCase, 'name' | 'build'>[] = Object.entries(COMPOSED).map(([name, config]) => ({
  name,
  build: (image) => createModel({ ...config, image: { ...image } }),
}));

const CASES = [...SYSTEMS, ...TOLD_NETWORKS].flatMap(({ name, build }) =>
  [GREY, RGB].map((image) => ({ title: `${name} ${imageName(image)}`, model: build(image) })),
);

afterAll(() => tf.setBackend('cpu'));

describe('the loss and all gradients', () => {
  const wanted = new Map<string, { readonly setting: GradientSetting; readonly values: GradientValues }>();
  beforeAll(async () => {
    await startHere('cpu');
    for (const each of CASES) {
      const setting = await gradientSetting(each, 0, BATCH);
      wanted.set(each.title, { setting, values: await lossAndGradients(setting, { fused: false }) });
    }
  });

  for (const backend of COMPARED)
    describe(`on ${backend}`, () => {
      const missing = startBefore(backend);

      it.for(CASES)('are those of plain JavaScript: $title', async ({ title }, { skip }) => {
        if (missing()) return skip(missing());
        const { setting, values } = wanted.get(title)!;
        const found = await lossAndGradients(setting, { fused: true });
        expect([...found.keys()]).toEqual([...values.keys()]);
        for (const [path, value] of values)
          expect(relativeError(found.get(path)!, value), path).toBeLessThan(TOLERANCE);
      });
    });
});

for (const backend of COMPARED)
  describe(`the contract on ${backend}`, { tags: ['slow'] }, () => {
    const missing = startBefore(backend);
    // Gradients are compared above.
    const onBackend = (title: string, body: () => Promise<void>): void => {
      if (!isDifferences(title)) it(title, ({ skip }) => (missing() === undefined ? body() : skip(missing())));
    };

    for (const { name, build } of SYSTEMS) modelContract(name, build(BITS), { describe, it: onBackend, createModel });
  });
