// The same training on every backend that starts here, with our fused kernels and without: the first 20 losses agree.
import { BACKENDS } from '@pixelrnn/backends';
import { type GenerativeModel, type ImageSpec, rng, withoutFusedKernels } from '@pixelrnn/core';
import { adam, disposeState, initialState, modelShapes, trainStep } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NETWORKS } from './models.ts';
import { startHere } from './start.ts';

const STEPS = 20;
const BATCH = 4;
const IMAGES: readonly [string, ImageSpec][] = [
  ['binary', { height: 7, width: 6, channels: 1, levels: 2 }],
  ['RGB', { height: 5, width: 4, channels: 3, levels: 8 }],
];

/** Losses of the first steps. Adam moves by its full rate wherever a gradient is rounding noise, so at high rates equal runs part. */
function losses(model: GenerativeModel): number[] {
  const { height, width, channels, levels } = model.image;
  const source = rng('images');
  const optimizer = adam({ learningRate: 2e-3 });
  const shapes = modelShapes(model);
  let state = initialState({ model, optimizer, seed: 4 });
  const result: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const images = Float32Array.from({ length: BATCH * height * width * channels }, () =>
      Math.floor(source.uniform() * levels),
    );
    const labels = model.classes === undefined ? undefined : Int32Array.of(0, 1, 2, 1);
    const next = trainStep({
      model,
      shapes,
      state,
      batch: { images, labels, count: BATCH },
      optimizer,
      learningRate: 2e-3,
    });
    result.push(next.metrics.dataSync()[0]);
    next.metrics.dispose();
    disposeState(state);
    state = next.state;
  }
  disposeState(state);
  return result;
}

const cases = NETWORKS.flatMap(({ name, build }) =>
  IMAGES.map(([kind, image]) => ({ title: `${name} ${kind}`, model: build(image) })),
);
const expected = new Map<string, number[]>();

beforeAll(() => {
  for (const { title, model } of cases)
    expected.set(
      title,
      withoutFusedKernels(() => losses(model)),
    );
});

afterAll(() => tf.setBackend('cpu'));

describe.each(BACKENDS)('%s', (backend) => {
  let missing: string | undefined;
  beforeAll(async () => {
    const started = await startHere(backend);
    missing = 'missing' in started ? started.missing : undefined;
  });

  it.for(cases)('$title: the first 20 losses are those of plain JavaScript', ({ title, model }, { skip }) => {
    if (missing) return skip(missing);
    const pairs: [string, number[]][] = [
      ['fused', losses(model)],
      ['in plain operations', withoutFusedKernels(() => losses(model))],
    ];
    for (const [how, values] of pairs)
      values.forEach((value, step) => {
        const wanted = expected.get(title)![step];
        expect(Math.abs(value / wanted - 1), `${how}, step ${step}: ${value} against ${wanted}`).toBeLessThan(1e-4);
      });
  });
});
