// The steps of the optimizers as problems, and what one parameter becomes in float64.
import { OPTIMIZER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

/** More than one piece, and a last one that fills no vector. */
export const SIZE = 20_011;
const vector = (seed: number, scale = 1) => tf.randomNormal([SIZE], 0, scale, 'float32', seed) as tf.Tensor1D;

type Numbers = Record<string, number>;
export interface Update {
  readonly name: string;
  readonly inputs: () => Record<string, tf.Tensor1D>;
  readonly settings: Numbers;
  /** The same for one parameter, in float64. */
  readonly plain: (inputs: Numbers, settings: Numbers) => number[];
}

export const UPDATES: Update[] = [
  {
    name: OPTIMIZER_KERNELS.adam.name,
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
    name: OPTIMIZER_KERNELS.rmsprop.name,
    inputs: () => ({ params: vector(1), gradients: vector(2, 0.1), square: tf.square(vector(3, 0.1)) }),
    settings: { rate: 0.001, decay: 0.95, epsilon: 1e-8 },
    plain({ params, gradients, square }, { rate, decay, epsilon }) {
      const s = decay * square + (1 - decay) * gradients ** 2;
      return [params - (rate * gradients) / (Math.sqrt(s) + epsilon), s];
    },
  },
];

/** The outputs of the active backend's kernel. */
export async function runUpdate({ name, inputs, settings }: Update): Promise<Float32Array[]> {
  const outputs = tf.tidy(() => tf.engine().runKernel(name, inputs(), settings) as tf.Tensor[]);
  const values = await Promise.all(outputs.map(async (tensor) => (await tensor.data()) as Float32Array));
  tf.dispose(outputs);
  return values;
}

/** Compares outputs of an update with its formula, at both ends of pieces; the largest relative error. */
export function updateError(update: Update, outputs: readonly Float32Array[]): number {
  const inputs = tf.tidy(() =>
    Object.entries(update.inputs()).map(([name, tensor]) => [name, tensor.dataSync()] as const),
  );
  const errors = [0, 1, 4095, 8191, 8192, 16_384, SIZE - 1].flatMap((i) => {
    const numbers = Object.fromEntries(inputs.map(([name, values]) => [name, values[i]]));
    return update
      .plain(numbers, update.settings)
      .map((expected, output) => Math.abs(outputs[output][i] - expected) / (Math.abs(expected) + 1e-3));
  });
  return Math.max(...errors);
}
