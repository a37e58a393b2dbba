import { rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';
import { doubled, halved } from './resample.ts';
import { doubling, halving, KERNELS, pointwise, type ShiftedMap, shifted } from './shifted-map.ts';

const ramp = (size: number) => tf.reshape(tf.range(0, size * size), [1, size, size, 1]) as tf.Tensor4D;
const ones = (taps: number) => tf.ones([taps, 1, 1]) as tf.Tensor3D;
const noBias = tf.tensor1d([0]);
const rowsOf = (y: tf.Tensor4D) => tf.squeeze<tf.Tensor2D>(y, [0, 3]).arraySync();

describe('C10: kernels of ones', () => {
  it('2×3 down-shifted, on the ramp 0 … 24', () => {
    const y = rowsOf(maskedConv2dOp({ x: ramp(5), w: ones(6), b: noBias }, { ...KERNELS.above, relu: false }));
    expect([y[0], y[4]]).toEqual([
      [1, 3, 6, 9, 7],
      [72, 111, 117, 123, 84],
    ]);
  });

  it('2×2 down-right-shifted', () => {
    const y = rowsOf(maskedConv2dOp({ x: ramp(5), w: ones(4), b: noBias }, { ...KERNELS.here, relu: false }));
    expect([y[0], y[4]]).toEqual([
      [0, 1, 3, 5, 7],
      [35, 72, 76, 80, 84],
    ]);
  });

  it('2×3 transposed, stride 2, on 0 … 8', () => {
    const y = rowsOf(doubled(ramp(3), ones(6), noBias, KERNELS.above));
    expect(y).toHaveLength(6);
    expect([y[0], y[1]]).toEqual([
      [0, 1, 1, 3, 2, 2],
      [0, 1, 1, 3, 2, 2],
    ]);
  });

  it('2×2 transposed, stride 2: every value stands in a block of four', () => {
    const y = rowsOf(doubled(ramp(3), ones(4), noBias, KERNELS.here));
    const wanted = Array.from({ length: 6 }, (_, r) =>
      Array.from({ length: 6 }, (_, c) => 3 * Math.floor(r / 2) + Math.floor(c / 2)),
    );
    expect(y).toEqual(wanted);
  });
});

const random = (name: string, shape: number[]) => {
  const source = rng(name);
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * source.uniform() - 1);
  return tf.tensor(values, shape);
};

describe.each(['above', 'here'] as const)('the kernel of `%s`', (stream) => {
  const taps = KERNELS[stream];
  const count = 2 * taps.width;

  it('at stride 2 gives every other pixel of stride 1', () => {
    const x = random('x', [2, 4, 6, 3]) as tf.Tensor4D;
    const [w, b] = [random('w', [count, 3, 2]) as tf.Tensor3D, random('b', [2]) as tf.Tensor1D];
    const all = maskedConv2dOp({ x, w, b }, { ...taps, relu: false }).arraySync();
    const wanted = all.map((image) =>
      image.filter((_, r) => r % 2 === 0).map((row) => row.filter((_, c) => c % 2 === 0)),
    );
    const found = halved(x, w, b, taps);
    expect(found.shape).toEqual([2, 2, 3, 2]);
    expect(tf.max(tf.abs(tf.sub(found, tf.tensor(wanted)))).arraySync()).toBeLessThan(1e-6);
  });

  // ⟨halve(x), y⟩ = ⟨x, halveᵀ(y)⟩ where each reads the other's taps: stride 2 looks up and left, its transpose down and right.
  it.each([1, 3])(
    'transposed is the adjoint of a convolution that looks down and right, %d columns wide',
    (columns) => {
      const y = random('y', [2, 2, columns, 3]) as tf.Tensor4D;
      const w = random('w', [count, 3, 2]) as tf.Tensor3D;
      const x = random('x', [2, 4, 2 * columns, 2]) as tf.Tensor4D;
      const kernel = tf.reshape(tf.transpose(w, [0, 2, 1]), [2, taps.width, 2, 3]) as tf.Tensor4D;
      const padded = tf.pad(x, [[0, 0], [0, 0], [taps.width - 2, 0], [0, 0]]); // biome-ignore format: one row
      const looked = tf.sum(tf.mul(tf.conv2d(padded as tf.Tensor4D, kernel, 2, 'valid'), y)).arraySync();
      const written = tf.sum(tf.mul(x, doubled(y, w, tf.zeros([2]), taps))).arraySync();
      expect(written).toBeCloseTo(looked as number, 4);
    },
  );
});

describe('C14: calibrated on a batch, each feature has mean 0 and variance 1 over it', () => {
  const channels = { inputs: 3, outputs: 4 };
  const kinds: [string, ShiftedMap, number][] = [
    ['1×1', pointwise(channels), 1],
    ['down-shifted', shifted(KERNELS.above, channels), 1],
    ['down-right-shifted', shifted(KERNELS.here, channels), 1],
    ['of smaller scale', shifted(KERNELS.here, { ...channels, scale: 0.1 }), 0.1],
    ['down-shifted, stride 2', halving('above', channels), 1],
    ['down-right-shifted, stride 2', halving('here', channels), 1],
    ['down-shifted, transposed', doubling('above', channels), 1],
    ['down-right-shifted, transposed', doubling('here', channels), 1],
  ];

  it.each(kinds)('%s', (_, { map, convolve }, scale) => {
    const x = tf.add(tf.mul(random('x', [4, 4, 6, 3]), 3), 2) as tf.Tensor4D;
    const run = (params: Parameters<typeof map.resolve>[0]) => convolve(x, map.resolve(params));
    const { mean, variance } = tf.moments(run(map.calibrate(map.init(rng('map')), run)), [0, 1, 2]);
    for (const value of mean.dataSync()) expect(Math.abs(value) / scale).toBeLessThan(1e-5);
    for (const value of variance.dataSync()) expect(Math.abs(value / scale ** 2 - 1)).toBeLessThan(1e-5);
  });
});
