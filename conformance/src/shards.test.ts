// Batches in shards, on the backends that start here and with our fused kernels: the gradient is that of the whole batch, and has the same
// bits however the shards are spread over processes.
import { BACKENDS } from '@pixelrnn/backends';
import { type GenerativeModel, rng } from '@pixelrnn/core';
import { relativeError } from '@pixelrnn/testing';
import {
  adamw,
  addGradients,
  batchGradient,
  disposeGradient,
  disposeState,
  type Gradient,
  type GradientOptions,
  initialState,
  modelShapes,
  type Span,
} from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { BINARY, NETWORKS, SYSTEMS } from './models.ts';
import { startBefore } from './start.ts';

const COUNT = 8;
/** Systems want images of even sides. */
const ALL = [
  ...NETWORKS.map((network) => ({ ...network, image: BINARY })),
  ...SYSTEMS.map((system) => ({ ...system, image: { ...BINARY, height: 4, width: 4 } })),
];

afterAll(() => tf.setBackend('cpu'));

/** Runs `body` on a setting that is the same on every backend. */
async function withSetting(model: GenerativeModel, body: (options: GradientOptions) => Promise<void>): Promise<void> {
  const source = rng('images');
  const { height, width } = model.image;
  const images = Float32Array.from({ length: COUNT * height * width }, () => Math.floor(2 * source.uniform()));
  const state = initialState({ model, optimizer: adamw(), seed: 1 });
  await body({
    model,
    shapes: modelShapes(model),
    state,
    batch: { images, ...conditionsOf(model, COUNT), count: COUNT },
  });
  disposeState(state);
}

async function read(gradient: Gradient): Promise<Float32Array> {
  const { nats, vector, terms = {} } = gradient;
  const parts = await Promise.all([nats, vector, ...Object.values(terms)].map((tensor) => tensor.data()));
  disposeGradient(gradient);
  return Float32Array.from(parts.flatMap((values) => [...values]));
}

/** The sum of what several processes compute. */
function together(options: GradientOptions, groups: readonly Span[]): Gradient {
  const parts = groups.map((own) => batchGradient({ ...options, own }));
  const sum = addGradients(parts);
  parts.forEach(disposeGradient);
  return sum;
}

// On webgpu too, as was seen; in software it takes minutes to compile the programs.
describe.each(BACKENDS.filter((backend) => backend !== 'webgpu'))('%s', (backend) => {
  const missing = startBefore(backend);

  it.for(NETWORKS)('$name: 4 shards are 1', async ({ build }, { skip }) => {
    if (missing()) return skip(missing());
    await withSetting(build(BINARY), async (options) => {
      const whole = await read(batchGradient(options));
      expect(relativeError(await read(batchGradient({ ...options, shards: 4 })), whole)).toBeLessThan(1e-6);
    });
  });

  it.for(ALL)('$name: 8 shards have the bits of 2 and 4 partial sums', async ({ build, image }, { skip }) => {
    if (missing()) return skip(missing());
    await withSetting(build(image), async (options) => {
      const eight = { ...options, shards: 8 };
      const alone = await read(batchGradient(eight));
      for (const processes of [2, 4]) {
        const size = 8 / processes;
        const groups = Array.from({ length: processes }, (_, i) => ({ from: i * size, to: (i + 1) * size }));
        expect(Buffer.from((await read(together(eight, groups))).buffer)).toEqual(Buffer.from(alone.buffer));
      }
    });
  });
});
