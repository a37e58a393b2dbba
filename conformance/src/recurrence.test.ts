import { type Layer, type Params, rng, tapMask } from '@pixelrnn/core';
import { diagonalBiLstm, maskedConv2d, rowLstm } from '@pixelrnn/layers';
import { adam, EMA_DEFAULTS, updateEma } from '@pixelrnn/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

describe('C12: the cell counts along its way', () => {
  const [height, width] = [4, 6];
  const LARGE = 1e30;

  /** One hidden unit: input-to-state weights 1 (at the pixel), all others 0, output 1. */
  function run(
    layer: Layer,
    kind: 'row' | 'diagonal',
    directions: number,
    large: (r: number, c: number) => boolean,
  ): number[] {
    const gates = 4 * directions;
    const own = tf.ones([1, 1, gates]);
    const params = {
      input: {
        weights: kind === 'row' ? tf.concat([tf.zeros([1, 1, gates]), own], 0) : own,
        bias: tf.zeros([gates]),
      },
      state: tf.zeros([directions, kind === 'row' ? 3 : 2, 1, 4]),
      h0: tf.zeros([directions, 1]),
      c0: tf.zeros([directions, 1]),
      output: { weights: tf.ones([1, 1, 1]), bias: tf.zeros([1]) },
    } as Params;
    const x = Float32Array.from({ length: height * width }, (_, i) =>
      large(Math.floor(i / width), i % width) ? LARGE : -LARGE,
    );
    return [...layer.apply(params, { here: tf.tensor4d(x, [1, height, width, 1]) }).here.dataSync()];
  }

  const options = { channels: 1, hidden: 1, residual: false } as const;
  const at = (y: number[], r: number, c: number) => y[r * width + c];

  it('Diagonal: a row of +∞ gives tanh(1 … W) along it, 0 elsewhere', () => {
    const y = run(diagonalBiLstm({ ...options, directions: 1 }), 'diagonal', 1, (r) => r === 1);
    for (let r = 0; r < height; r++)
      for (let c = 0; c < width; c++) expect(at(y, r, c)).toBeCloseTo(r === 1 ? Math.tanh(c + 1) : 0, 6);
  });

  it('Diagonal BiLSTM: the right stream counts from the other side, one row further down', () => {
    const y = run(diagonalBiLstm(options), 'diagonal', 2, (r) => r === 1);
    for (let c = 0; c < width; c++) {
      expect(at(y, 1, c)).toBeCloseTo(Math.tanh(c + 1), 6);
      expect(at(y, 2, c)).toBeCloseTo(Math.tanh(width - c), 6);
      expect(at(y, 3, c)).toBeCloseTo(0, 6);
    }
  });

  it('Row: a column of +∞ gives tanh(1 … H) down it, 0 elsewhere', () => {
    const y = run(rowLstm(options), 'row', 1, (_, c) => c === 2);
    for (let r = 0; r < height; r++)
      for (let c = 0; c < width; c++) expect(at(y, r, c)).toBeCloseTo(c === 2 ? Math.tanh(r + 1) : 0, 6);
  });
});

describe('C13: masked weights have no gradient and no effect, also after updates and averaging', () => {
  const groups = [0, 1, 2];
  const layer = maskedConv2d({ kernel: [3, 3], inputs: 3, outputs: 3, mask: 'B', groups: 3 });
  const mask = tapMask({ rows: 2, width: 3, last: 2 }, 'B', groups, groups);
  const x = tf.sin(tf.reshape(tf.range(0, 60), [1, 4, 5, 3])) as tf.Tensor4D;
  const masked = (values: ArrayLike<number>) => Array.from(values).filter((_, i) => mask[i] === 0);

  it('holds', () => {
    const { weights, bias } = layer.init(rng(1));
    const loss = (w: tf.Tensor) =>
      tf.sum(tf.square(layer.apply({ weights: w as tf.Tensor3D, bias }, { here: x }).here)) as tf.Scalar;
    const optimizer = adam({ learningRate: 0.1 });
    let [params, average] = [tf.reshape(weights, [-1]) as tf.Tensor1D, tf.reshape(weights, [-1]) as tf.Tensor1D];
    let state = optimizer.init(params);
    for (let step = 0; step < 5; step++) {
      const gradients = tf.grad((w) => loss(tf.reshape(w, weights.shape)))(params) as tf.Tensor1D;
      expect(masked(gradients.dataSync()).every((value) => value === 0)).toBe(true);
      ({ params, state } = optimizer.update({ params, gradients, state, step, learningRate: 0.1 }));
      average = updateEma(average, params, step, { ...EMA_DEFAULTS, decay: 0.9 });
    }
    const initial = masked(weights.dataSync());
    expect(masked(params.dataSync())).toEqual(initial);
    masked(average.dataSync()).forEach((value, i) => {
      expect(value).toBeCloseTo(initial[i], 6);
    });
    expect(params.dataSync()).not.toEqual(weights.dataSync());

    const changed = params.dataSync().map((value, i) => (mask[i] === 0 ? value + 7 : value));
    const output = (w: tf.Tensor) =>
      layer.apply({ weights: tf.reshape(w, weights.shape), bias }, { here: x }).here.dataSync();
    expect(output(tf.tensor1d(changed))).toEqual(output(params));
  });
});
