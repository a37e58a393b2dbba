// Every network with its fused kernels, on wasm and where it is there on webgpu: training leaves nothing behind in memory. And one
// batch can be learned by heart, but not better than that.
import { type BackendName, useBackend } from '@pixelrnn/backends';
import { type GenerativeModel, rng } from '@pixelrnn/core';
import { adam, disposeState, initialState, modelShapes, type TrainState, trainStep } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { NETWORKS, SYSTEMS } from './models.ts';
import { startBefore, tagsOn } from './start.ts';

const IMAGE = { height: 5, width: 4, channels: 1, levels: 2 };
const SQUARE = { ...IMAGE, height: 4 };
const COUNT = 4;

afterAll(() => tf.setBackend('cpu'));

/** Trains on one batch of different images; calls `after` with the loss of each step. */
async function trainOn(
  model: GenerativeModel,
  steps: number,
  after: (step: number, nats: number) => void,
): Promise<void> {
  const source = rng('batch');
  const { height, width } = model.image;
  const images = Float32Array.from({ length: COUNT * height * width }, () => Math.floor(2 * source.uniform()));
  const conditions = conditionsOf(model, COUNT, 0);
  const optimizer = adam({ learningRate: 0.02 });
  const shapes = modelShapes(model);
  let state: TrainState = initialState({ model, optimizer, seed: 2, ema: true });
  for (let step = 1; step <= steps; step++) {
    const batch = { images, ...conditions, count: COUNT };
    const next = trainStep({
      model,
      shapes,
      state,
      batch,
      optimizer,
      learningRate: 0.02,
      ema: { decay: 0.9, warmUp: true },
    });
    const [nats] = await next.metrics.data();
    next.metrics.dispose();
    disposeState(state);
    state = next.state;
    after(step, nats);
  }
  disposeState(state);
}

/** Hundreds of steps of many small operations. */
const tagsOf = (name: string) => (['PixelCNN++', 'Multi-scale'].includes(name) ? ['slow'] : []);

// A step takes about 150 ms where WebGPU runs in software.
const STEPS: readonly [BackendName, number][] = [
  ['wasm', 200],
  ['webgpu', 40],
];
for (const [backend, steps] of STEPS)
  describe(backend, { tags: tagsOn(backend) }, () => {
    const missing = startBefore(backend);

    for (const { name, build } of NETWORKS)
      it(`${name} holds as much memory after ${steps} steps as after 20`, { tags: tagsOf(name) }, async ({ skip }) => {
        if (missing()) return skip(missing());
        const before = tf.memory().numTensors;
        const at = new Map<number, tf.MemoryInfo>();
        // On webgpu the buffers of the device are counted too.
        await trainOn(build(IMAGE), steps, (step) => at.set(step, tf.memory()));
        expect(at.get(steps)).toEqual(at.get(20));
        expect(tf.memory().numTensors).toBe(before);
      });
  });

/** What `trainOn` gives of the nats of all steps, none of which leaves anything in memory. */
async function natsOf(model: GenerativeModel): Promise<number[]> {
  await trainOn(model, 1, () => {}); // makes the constants that are kept
  const before = tf.memory().numTensors;
  const [nats, at]: [number[], tf.MemoryInfo[]] = [[], []];
  await trainOn(model, 200, (_, value) => {
    nats.push(value);
    at.push(tf.memory());
  });
  expect(at[199]).toEqual(at[19]);
  expect(tf.memory().numTensors).toBe(before);
  return nats;
}

describe('C26: overfits one batch, but not below its entropy', () => {
  beforeAll(() => useBackend('wasm'));

  for (const { name, build } of NETWORKS)
    it(name, { tags: tagsOf(name) }, async () => {
      const model = build(IMAGE);
      const nats: number[] = [];
      await trainOn(model, 200, (_, value) => nats.push(value));
      const floor = Math.log(COUNT); // of as many images, all as likely under the same conditions
      expect(nats[0]).toBeGreaterThan(10);
      expect(Math.min(...nats)).toBeLessThan(5);
      expect(Math.min(...nats)).toBeGreaterThan(floor - 1e-3);
    });

  for (const { name, build } of SYSTEMS)
    it(`${name}, which leaves nothing in memory`, { tags: tagsOf(name) }, async () => {
      const model = build(SQUARE);
      const nats = await natsOf(model);
      // Codes are given, and tell the images apart.
      const [least, most] = model.bound === 'given-code' ? [0, 0.1] : [Math.log(COUNT) - 1e-3, 5];
      expect(nats[0]).toBeGreaterThan(10);
      expect(Math.min(...nats)).toBeLessThan(most);
      expect(Math.min(...nats)).toBeGreaterThan(least);
    });
});
