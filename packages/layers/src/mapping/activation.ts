import { type Floats, kernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

/** What a mapping does to its input before it multiplies it: nothing, max(x, 0), or x where x > 0 and eˣ − 1 elsewhere. */
export type Activation = 'none' | 'relu' | 'elu';

const ACTIVATIONS: Readonly<Record<Activation, { apply<T extends tf.Tensor>(x: T): T; run(x: Floats): void }>> = {
  none: { apply: (x) => x, run: () => {} },
  relu: { apply: (x) => tf.relu(x), run: (x) => kernels().relu(x.pointer, x.length, x.pointer, x.length, 1, x.length) },
  elu: {
    apply: (x) => tf.elu(x),
    run(x) {
      const values = x.array.slice();
      kernels().exp(x.pointer, x.pointer, x.length);
      x.array.forEach((exponential, i, all) => {
        all[i] = values[i] > 0 ? values[i] : exponential - 1;
      });
    },
  },
};

/** An activation by name, on tensors and in the kernels' memory. @throws if there is none of that name */
export function activationOf(who: string, name: Activation) {
  if (!Object.hasOwn(ACTIVATIONS, name))
    throw new Error(
      `${who}: wanted an activation of ${Object.keys(ACTIVATIONS).join(', ')}, got ${JSON.stringify(name)}`,
    );
  return ACTIVATIONS[name];
}
