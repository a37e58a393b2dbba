// The same training on every backend that starts here, with our fused kernels and without: the first gradient and 20 losses agree.
import { BACKENDS } from '@pixelrnn/backends';
import { type GenerativeModel, type ImageSpec, rng, withoutFusedKernels } from '@pixelrnn/core';
import { relativeError } from '@pixelrnn/testing';
import { adam, disposeState, initialState, modelShapes, type Optimizer, trainStep } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { NETWORKS } from './models.ts';
import { startBefore, tagsOn } from './start.ts';

const STEPS = 20;
const BATCH = 4;
const IMAGES: readonly { kind: string; image: ImageSpec; tags: string[] }[] = [
  { kind: 'binary', image: { height: 7, width: 6, channels: 1, levels: 2 }, tags: ['slow'] },
  { kind: 'RGB', image: { height: 5, width: 4, channels: 3, levels: 8 }, tags: [] },
];

/** Steps of a training; what each yields is `[nats, …]`, still on the device. */
function train(model: GenerativeModel, steps: number, optimizer: Optimizer): tf.Tensor1D[] {
  const { height, width, channels, levels } = model.image;
  const source = rng('images');
  const shapes = modelShapes(model);
  let state = initialState({ model, optimizer, seed: 4 });
  const metrics: tf.Tensor1D[] = [];
  for (let step = 0; step < steps; step++) {
    const images = Float32Array.from({ length: BATCH * height * width * channels }, () =>
      Math.floor(source.uniform() * levels),
    );
    const batch = { images, ...conditionsOf(model, BATCH), count: BATCH };
    const next = trainStep({ model, shapes, state, batch, optimizer, learningRate: optimizer.learningRate });
    metrics.push(next.metrics);
    disposeState(state);
    state = next.state;
  }
  disposeState(state);
  return metrics;
}

/** Losses of the first steps. Adam moves by its full rate wherever a gradient is rounding noise, so at high rates equal runs part. */
const losses = (model: GenerativeModel): tf.Tensor1D[] => train(model, STEPS, adam({ learningRate: 2e-3 }));

async function values(metrics: tf.Tensor1D[]): Promise<number[]> {
  const read = await Promise.all(metrics.map(async (metric) => (await metric.data())[0]));
  tf.dispose(metrics);
  return read;
}

/** The gradient of the first step by all parameters: what an optimizer is handed. */
function gradient(model: GenerativeModel): tf.Tensor {
  let seen: tf.Tensor | undefined;
  const spy: Optimizer = {
    ...adam(),
    init: () => ({}),
    update({ params, gradients }) {
      seen = tf.keep(tf.clone(gradients));
      return { params: tf.clone(params), state: {} };
    },
  };
  tf.dispose(train(model, 1, spy));
  return seen!;
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const result = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return result;
}

afterAll(() => tf.setBackend('cpu'));

for (const { kind, image, tags } of IMAGES)
  describe(kind, { tags }, () => {
    const cases = NETWORKS.map(({ name, build }) => ({ name, model: build(image) }));
    const expected = new Map<string, { losses: number[]; gradient: Float32Array }>();
    beforeAll(async () => {
      await tf.setBackend('cpu');
      for (const { name, model } of cases)
        expected.set(name, {
          losses: await values(withoutFusedKernels(() => losses(model))),
          gradient: await read(withoutFusedKernels(() => gradient(model))),
        });
    });

    for (const backend of BACKENDS)
      describe(backend, { tags: tagsOn(backend) }, () => {
        const missing = startBefore(backend);

        it.for(cases)('$name: the gradient is that of plain JavaScript', async ({ name, model }, { skip }) => {
          if (missing()) return skip(missing());
          expect(relativeError(await read(gradient(model)), expected.get(name)!.gradient)).toBeLessThan(1e-4);
        });

        it.for(cases)('$name: the first 20 losses are those of plain JavaScript', async ({ name, model }, { skip }) => {
          if (missing()) return skip(missing());
          const pairs: [string, number[]][] = [['fused', await values(losses(model))]];
          // The plain operations of cpu are what is expected; in software, WebGPU takes minutes to compile the programs of all of them.
          if (backend !== 'cpu' && backend !== 'webgpu')
            pairs.push(['in plain operations', await values(withoutFusedKernels(() => losses(model)))]);
          for (const [how, actual] of pairs)
            actual.forEach((value, step) => {
              const wanted = expected.get(name)!.losses[step];
              expect(Math.abs(value / wanted - 1), `${how}, step ${step}: ${value} against ${wanted}`).toBeLessThan(
                1e-4,
              );
            });
        });
      });
  });
