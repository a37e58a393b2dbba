import { type Mapping, POINTWISE, sizeOf, withDefaults } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { type ConvParams, linearMap, unmasked } from '../convolution/linear-map.ts';
import { maskedConv2dOp } from '../convolution/masked-conv2d-op.ts';
import { dense } from '../dense.ts';
import { type Activation, activationOf } from './activation.ts';
import { defineMapping } from './define-mapping.ts';

export type FullyConnectedOptions = {
  /** Shapes of input and output, without the batch: [H, W, C], or [D]. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Of the input. */
  readonly activation?: Activation;
  /** Weight normalization. */
  readonly normalize?: boolean;
};

export const FULLY_CONNECTED_DEFAULTS = { activation: 'none', normalize: false } as const;

/** y = W·f(x) + b, every number of the output of every number of the input, with f the activation. */
export function fullyConnected(options: FullyConnectedOptions): Mapping<ConvParams> {
  const name = 'fullyConnected';
  const resolved = withDefaults<FullyConnectedOptions, typeof FULLY_CONNECTED_DEFAULTS>(
    name,
    options,
    FULLY_CONNECTED_DEFAULTS,
    ['inputs', 'outputs'],
  );
  const { inputs, outputs, normalize } = resolved;
  const [from, to] = [sizeOf(inputs), sizeOf(outputs)];
  const activation = activationOf(name, resolved.activation);
  const map = linearMap({ taps: POINTWISE, mask: 'B', inputs: unmasked(from), outputs: unmasked(to), normalize });

  return defineMapping({
    name,
    config: { ...resolved, inputs: [...inputs], outputs: [...outputs] },
    inputs,
    outputs,
    init: map.init,
    apply(params, x) {
      const { weights, bias } = map.resolve(params);
      const pixels = activation.apply(tf.reshape(x, [-1, 1, 1, from]) as tf.Tensor4D);
      const y = maskedConv2dOp({ x: pixels, w: weights, b: bias }, { ...POINTWISE, relu: false });
      return tf.reshape(y, [x.shape[0], ...outputs]);
    },
    prepare(values, packed) {
      const { weights, bias } = map.resolveHost(values);
      const [w, b] = [packed.floatsOf(weights), packed.floatsOf(bias)];
      return (x, batch, memory) => {
        const input = memory.floatsOf(x);
        activation.run(input);
        const y = memory.floats(batch * to);
        dense(input, w, b, y, batch, from, to);
        return y.array;
      };
    },
  });
}
