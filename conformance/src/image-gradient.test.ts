// Training asks for no gradient of its images: with fused kernels it is not computed, and yet it is right where somebody asks for it.
import { leaves, type Params, toContext, treeFrom, withoutFusedKernels } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import { randomParams, relativeError } from '@pixelrnn/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { BINARY, NETWORKS } from './models.ts';
import { startHere } from './start.ts';

const BATCH = 3;
const { height, width, channels } = BINARY;
const images = tf.tidy(
  () => tf.cast(tf.randomUniformInt([BATCH, height, width, channels], 0, 2, 5), 'float32') as tf.Tensor4D,
);

beforeAll(async () => {
  await startHere('cpu');
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => tf.dispose(images));

/** Of every gradient of a convolution: whether it was told to leave that of its input out. */
function inputsLeftOut(body: () => void): unknown[] {
  const { name } = FUSED_KERNELS.maskedConv2d.gradient;
  const run = vi.spyOn(tf.engine(), 'runKernel');
  body();
  const calls = run.mock.calls.filter(([kernel]) => kernel === name);
  return calls.map(([, , attributes]) => attributes?.data ?? false);
}

describe.each(NETWORKS)('$name', ({ name, build }) => {
  const model = build(BINARY);
  // Convolutions that read data: the image, one for each stack or stream; and a map, one for each stack of the three gated layers.
  const readers = (/Gated|\+\+/.test(name) ? 2 : 1) + (model.conditions.map === undefined ? 0 : 6);
  const context = toContext(conditionsOf(model, BATCH), { batch: BATCH, height, width });

  it('computes no gradient of the images for a training step', async () => {
    const params = await randomParams(model, 1);
    const named = leaves<tf.Tensor>(params);
    const loss = (...values: tf.Tensor[]) => {
      const tree = treeFrom(params, new Map(named.map(([path], i) => [path, values[i]]))) as Params;
      return tf.mean(model.nats(tree, images, context));
    };
    const leftOut = inputsLeftOut(() => tf.dispose(tf.grads(loss)(named.map(([, value]) => value))));
    expect(leftOut.filter(Boolean)).toHaveLength(readers);
    tf.dispose(params as tf.TensorContainer);
  });

  it('has the right gradient of the images where it is asked for', async () => {
    const params = await randomParams(model, 1);
    const gradient = () =>
      tf.tidy(() => tf.grad((x) => tf.sum(model.conditionals(params, x as tf.Tensor4D, context)))(images));
    let fused!: tf.Tensor;
    const leftOut = inputsLeftOut(() => {
      fused = gradient();
    });
    expect(leftOut.length).toBeGreaterThan(0);
    expect(new Set(leftOut)).toEqual(new Set([false]));
    const wanted = withoutFusedKernels(gradient);
    expect(relativeError(fused.dataSync() as Float32Array, wanted.dataSync() as Float32Array)).toBeLessThan(1e-5);
    tf.dispose([fused, wanted, params as tf.TensorContainer]);
  });
});
