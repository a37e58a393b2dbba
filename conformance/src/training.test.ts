import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@pixelrnn/core';
import { evaluationBatches, quantize } from '@pixelrnn/data';
import { evaluateRun, openRun, resolveRecipe, trainRun } from '@pixelrnn/experiment';
import { evaluate } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'pixelrnn-conformance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const image = { height: 8, width: 8, channels: 1, levels: 2 };

/** A short run on the digits, with an average that lags far behind. */
const recipe = (model: JsonObject, options: JsonObject) =>
  resolveRecipe({
    model,
    dataset: { name: 'digits', options: { binarize: 'threshold' } },
    batchSize: 4,
    optimizer: { name: 'adam', learningRate: 0.02 },
    ema: { decay: 0.95, warmUp: false },
    seed: 1,
    evaluateEvery: 5,
    evaluateImages: 20,
    checkpointEvery: 5,
    sampleEvery: 0,
    ...options,
  });

const pixelCnn = { system: 'pixelCnn', image, layers: 1, hidden: 3, head: 4 };

/** What a step depends on beside its batch: nothing, the weight of the divergence and the noise, the orders. */
const RESUMED: readonly [string, JsonObject][] = [
  ['PixelCNN', pixelCnn],
  [
    'a PixelVAE in the middle of its warm-up',
    {
      system: 'pixelVae',
      image,
      latents: 2,
      encoder: { name: 'convEncoder', config: { layers: [[2, 4]] } },
      decoder: { system: 'gatedPixelCnn', layers: 1, channels: 3, head: 2 },
      warmUp: 12,
    },
  ],
  [
    'a mixture of orders',
    {
      system: 'orderMixture',
      image,
      of: { system: 'gatedPixelCnn', layers: 1, channels: 3, head: 2 },
      orders: ['right-down', 'up-left'],
    },
  ],
];

describe('C27: averaged parameters and resuming', () => {
  it('C27: a run is judged by its averaged parameters', async () => {
    const out = join(folder, 'averaged');
    await trainRun({ out, recipe: await recipe(pixelCnn, { steps: 10 }) });
    const run = await openRun(out, { checkpoint: 'latest' });
    const dataset = await run.dataset();
    const judge = async (checkpoint: 'averaged' | 'params') => {
      const file = readFileSync(join(out, 'checkpoints', '10', `${checkpoint}.safetensors`));
      return file.subarray(8 + Number(file.readBigUInt64LE(0))).toString('base64');
    };
    expect(await judge('averaged')).not.toBe(await judge('params'));

    const params = run.params();
    const expected = await evaluate({
      model: run.model,
      params,
      batches: evaluationBatches(dataset, 'valid', { batchSize: 50 }),
    });
    const actual = await evaluateRun(out, { split: 'valid', checkpoint: 'latest' });
    expect(actual.nats).toBeCloseTo(expected.nats, 4);
    const first = Object.values(run.weights as Record<string, Record<string, Float32Array>>)[0].weights;
    const bytes = readFileSync(join(out, 'checkpoints', '10', 'averaged.safetensors'));
    expect(bytes.includes(Buffer.from(first.buffer, first.byteOffset, first.byteLength))).toBe(true);
    tf.dispose(params as tf.TensorContainer);
  });

  it.each(RESUMED)('C27: a resumed run of %s ends with the same bits', async (name, model) => {
    const [whole, parted] = ['whole', 'parted'].map((part) => join(folder, `${part} ${name}`));
    const plan = await recipe(model, { steps: 15 });
    await trainRun({ out: whole, recipe: plan });
    const controller = new AbortController();
    const onProgress = ({ step }: { step: number }) => step >= 7 && controller.abort();
    await trainRun({ out: parted, recipe: plan, signal: controller.signal, onProgress });
    await trainRun({ out: parted, resume: true });
    for (const file of ['params', 'averaged', 'optimizer']) {
      const [a, b] = [whole, parted].map((out) => readFileSync(join(out, 'checkpoints', '15', `${file}.safetensors`)));
      expect(b.equals(a), file).toBe(true);
    }
  });
});

it.each([2, 3, 4, 16, 256])(
  'C29: quantizing a ramp of 256 values to %d levels gives exactly these levels, equally wide',
  (levels) => {
    const counts = new Array(levels).fill(0);
    for (let value = 0; value < 256; value++) counts[quantize(value, levels, 256)]++;
    expect(counts.every((n) => n >= Math.floor(256 / levels) && n <= Math.ceil(256 / levels))).toBe(true);
  },
);

it('C29: every result names how the data was made binary', async () => {
  const result = await evaluateRun(join(folder, 'averaged'), { split: 'test' });
  expect(JSON.stringify(result)).toContain('"binarize":"threshold"');
});

it('C30: a class-conditional run stores its labels by name, and the label changes what it draws', async () => {
  const out = join(folder, 'classes');
  const model = { system: 'gatedPixelCnn', image, layers: 1, channels: 4, head: 4, classes: 10 };
  await trainRun({ out, recipe: await recipe(model, { steps: 5 }) });
  const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
  expect(config.dataset.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);

  const run = await openRun(out);
  const params = run.params();
  const images = tf.zeros([10, 8, 8, 1]) as tf.Tensor4D;
  const nats = run.model.nats(params, images, { labels: tf.range(0, 10, 1, 'int32') as tf.Tensor1D }).dataSync();
  expect(new Set(nats).size).toBe(10);
});
