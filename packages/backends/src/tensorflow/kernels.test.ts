import { isFused } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { CASES, convolutionGradients, distance, expectedOf, fusedOf, title } from '../cases.fixture.ts';
import { nativeTensorflow } from './native.fixture.ts';

const native = await nativeTensorflow();
afterAll(() => tf.setBackend('cpu'));

describe.skipIf('absent' in native)(`native kernels${'absent' in native ? `: skipped, ${native.absent}` : ''}`, () => {
  const addon = 'addon' in native ? native.addon : undefined!;

  it.each(Object.values(FUSED_KERNELS))('$name is registered', (kernel) => {
    expect(isFused(kernel)).toBe(true);
  });

  describe.each([16, 8, 4])('with at most %i lanes', (lanes) => {
    it.each(CASES.map((test) => [title(test), test] as const))('%s agrees with stock operations', async (_, test) => {
      addon.setVector(lanes);
      const expected = await expectedOf(test);
      const actual = await fusedOf(test);
      expect(actual.map((values) => values.length)).toEqual(expected.map((values) => values.length));
      const distances = actual.map((values, i) => distance(values, expected[i]));
      expect(Math.max(...distances)).toBeLessThan(1e-5);
      addon.setVector(16);
    });
  });

  it.each(CASES.filter((_, i) => i % 3 === 0).map((test) => [title(test), test] as const))(
    '%s has the same bits on 1, 2 and 3 threads',
    async (_, test) => {
      addon.setThreads(1);
      const once = await fusedOf(test);
      for (const threads of [2, 3]) {
        addon.setThreads(threads);
        expect(await fusedOf(test)).toEqual(once);
      }
      addon.setThreads(1);
    },
  );

  it('leaves out the gradient of data', async () => {
    const [dx, ...weights] = await convolutionGradients(false);
    expect(dx.length).toBe(40);
    expect(await convolutionGradients(true)).toEqual([new Float32Array(0), ...weights]);
  });

  it('turns wrong shapes into exceptions that say what was wanted', () => {
    const run = (x: number[], w: number[]) => () =>
      tf.tidy(() =>
        tf
          .engine()
          .runKernel(
            'PixelrnnMaskedConv2d',
            { x: tf.ones(x), w: tf.ones(w), b: tf.ones([8]) },
            { rows: 2, width: 3, last: 1, relu: true },
          ),
      );
    expect(run([1, 4, 4, 5], [20, 8])).not.toThrow();
    expect(run([1, 4, 4, 5], [25, 8])).toThrow('PixelrnnMaskedConv2d: w must be [20, 8], got [25, 8]');
    expect(run([4, 4, 5], [20, 8])).toThrow('PixelrnnMaskedConv2d: x must have 4 axes, none empty, got [4, 4, 5]');
    expect(run([0, 4, 4, 5], [20, 8])).toThrow('got [0, 4, 4, 5]');
  });

  it('names a missing input or attribute', () => {
    const logits = tf.ones([2, 3]);
    expect(() => tf.engine().runKernel('PixelrnnSoftmaxCrossEntropy', { logits })).toThrow('wanted the input labels');
    const scan = { x: tf.ones([1, 1, 1, 4]), w: tf.ones([1, 3, 1, 4]), h0: tf.ones([1, 1]), c0: tf.ones([1, 1]) };
    expect(() => tf.engine().runKernel('PixelrnnLstmScan', scan, { kind: 'row' })).toThrow(
      'wanted the attribute merge',
    );
    tf.dispose([logits, scan]);
  });

  it('leaks no tensors', async () => {
    const test = CASES.find(({ kernel }) => kernel.name === 'PixelrnnLstmScan')!;
    await fusedOf(test);
    const before = tf.memory().numTensors;
    await fusedOf(test);
    expect(tf.memory().numTensors).toBe(before);
  });
});
