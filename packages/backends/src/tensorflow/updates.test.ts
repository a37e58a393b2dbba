import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { nativeTensorflow } from './native.fixture.ts';

const native = await nativeTensorflow();
afterAll(() => tf.setBackend('cpu'));

// More than one piece, and a last one that fills no vector.
const SIZE = 20_011;
const vector = (seed: number, scale = 1) => tf.randomNormal([SIZE], 0, scale, 'float32', seed) as tf.Tensor1D;

type Numbers = Record<string, number>;
interface Update {
  readonly name: string;
  readonly inputs: () => Record<string, tf.Tensor1D>;
  readonly settings: Numbers;
  /** The same for one parameter, in float64. */
  readonly plain: (inputs: Numbers, settings: Numbers) => number[];
}

const UPDATES: Update[] = [
  {
    name: 'PixelrnnAdam',
    inputs: () => ({
      params: vector(1),
      gradients: vector(2, 0.1),
      mean: vector(3, 0.1),
      square: tf.square(vector(4, 0.1)),
    }),
    settings: { rate: 0.01, correction: 3.2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    plain({ params, gradients, mean, square }, { rate, correction, beta1, beta2, epsilon }) {
      const m = beta1 * mean + (1 - beta1) * gradients;
      const v = beta2 * square + (1 - beta2) * gradients ** 2;
      return [params - (rate * m) / (Math.sqrt(v) * correction + epsilon), m, v];
    },
  },
  {
    name: 'PixelrnnRmsprop',
    inputs: () => ({ params: vector(1), gradients: vector(2, 0.1), square: tf.square(vector(3, 0.1)) }),
    settings: { rate: 0.001, decay: 0.95, epsilon: 1e-8 },
    plain({ params, gradients, square }, { rate, decay, epsilon }) {
      const s = decay * square + (1 - decay) * gradients ** 2;
      return [params - (rate * gradients) / (Math.sqrt(s) + epsilon), s];
    },
  },
];

const run = ({ name, inputs, settings }: Update) =>
  tf.tidy(() => (tf.engine().runKernel(name, inputs(), settings) as tf.Tensor[]).map((tensor) => tensor.dataSync()));

describe.skipIf('absent' in native)(`native updates${'absent' in native ? `: skipped, ${native.absent}` : ''}`, () => {
  const addon = 'addon' in native ? native.addon : undefined!;

  it.each(UPDATES)('$name follows its formula', (update) => {
    const inputs = tf.tidy(() => Object.entries(update.inputs()).map(([name, tensor]) => [name, tensor.dataSync()]));
    const actual = run(update);
    for (const i of [0, 1, 4095, 8191, 8192, 16_384, SIZE - 1]) {
      const expected = update.plain(
        Object.fromEntries(inputs.map(([name, values]) => [name, values[i]])),
        update.settings,
      );
      actual.forEach((values, output) => {
        expect(Math.abs(values[i] - expected[output])).toBeLessThan(1e-4 * Math.abs(expected[output]) + 1e-7);
      });
    }
  });

  it.each(UPDATES)('$name has the same bits on 1 and 2 threads', (update) => {
    addon.setThreads(1);
    const once = run(update);
    addon.setThreads(2);
    expect(run(update)).toEqual(once);
    addon.setThreads(1);
  });

  it.each(UPDATES)('$name leaves its inputs and no other tensor', (update) => {
    const before = tf.memory().numTensors;
    const inputs = update.inputs();
    const params = inputs.params.dataSync().slice();
    tf.dispose(tf.engine().runKernel(update.name, inputs, update.settings) as tf.Tensor[]);
    expect(inputs.params.dataSync()).toEqual(params);
    tf.dispose(inputs);
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(Object.keys(inputs).length);
  });

  it('says which vector has the wrong length', () => {
    const wrong = { ...UPDATES[1].inputs(), gradients: tf.ones([3]) };
    expect(() => tf.engine().runKernel('PixelrnnRmsprop', wrong, UPDATES[1].settings)).toThrow(
      `PixelrnnRmsprop: gradients must be [${SIZE}], got [3]`,
    );
  });
});
