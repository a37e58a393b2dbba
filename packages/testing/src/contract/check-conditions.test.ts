import { type Layer, prepared, uniformInit, wantConditions, wantHostConditions } from '@pixelrnn/core';
import { floats } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { checkConditions } from './check-conditions.ts';
import { layerContract } from './layer-contract.ts';

type Params = { own: tf.Tensor; classes: tf.Tensor; vector: tf.Tensor; map: tf.Tensor };

const CONDITIONS = { classes: 3, vector: 2, map: 2 };

/** The smallest layer that reads every condition: y = own·x + classes[label] + vector·v + map·m, one channel. */
function conditionedLayer(): Layer<Params> {
  const name = 'conditionedLayer';
  return {
    name,
    config: {},
    inputs: { here: 1 },
    outputs: { here: 1 },
    conditions: CONDITIONS,
    init: (random) => {
      const weights = (size: number) => uniformInit(random, [size, 1], 1);
      return { own: weights(1), classes: weights(3), vector: weights(2), map: weights(2) };
    },
    apply: ({ own, classes, vector, map }, { here }, context) => ({
      here: tf.tidy(() => {
        const [batch, height, width] = here.shape;
        wantConditions(name, CONDITIONS, { batch, height, width }, context);
        const each = tf.reshape(
          tf.add(
            tf.matMul(tf.oneHot(context!.labels!, 3), classes as tf.Tensor2D),
            tf.matMul(context!.vector!, vector as tf.Tensor2D),
          ),
          [batch, 1, 1, 1],
        );
        const ofMap = tf.reshape(tf.matMul(tf.reshape(context!.map!, [-1, 2]), map as tf.Tensor2D), here.shape);
        return tf.addN([tf.mul(here, own), tf.mul(tf.onesLike(here), each), ofMap]) as tf.Tensor4D;
      }),
    }),
    prepare: ({ own, classes, vector, map }) =>
      prepared({ name, inputs: { here: 1 } }, () => (frame, context) => {
        wantHostConditions(name, CONDITIONS, frame, context);
        const { height, width } = frame;
        let row = 0;
        return {
          beginRow(index, above) {
            row = index;
            return above;
          },
          at: (column, here) =>
            here.map((value, b) => {
              const [v, m] = [2 * b, 2 * ((b * height + row) * width + column)];
              const each =
                classes[context.labels![b]] + vector[0] * context.vector![v] + vector[1] * context.vector![v + 1];
              return own[0] * value + each + map[0] * context.map![m] + map[1] * context.map![m + 1];
            }),
          advance: () => {},
        };
      }),
  };
}

layerContract('a layer of every condition', conditionedLayer(), { describe, it });

describe('checkConditions', () => {
  const layer = conditionedLayer();

  it('finds a condition without effect', async () => {
    const deaf: typeof layer = {
      ...layer,
      apply: (params, x, context) => layer.apply(params, x, context && { ...context, vector: tf.zeros([2, 2]) }),
    };
    await expect(checkConditions(deaf)).rejects.toThrow(
      'checkConditions: conditionedLayer: image 0 is the same whatever its vector',
    );
  });

  it('finds a layer that does without a condition it declares', async () => {
    const lenient: typeof layer = {
      ...layer,
      apply: (params, x, context) =>
        layer.apply(params, x, { ...context, labels: context?.labels ?? tf.zeros([x.here.shape[0]], 'int32') }),
    };
    await expect(checkConditions(lenient)).rejects.toThrow('wanted an error for apply without labels, got none');
    const open: typeof layer = {
      ...layer,
      prepare: (weights) => {
        const inner = layer.prepare(weights);
        return {
          ...inner,
          open: (frame, context) => inner.open(frame, { ...context, labels: context?.labels ?? Int32Array.of(0, 0) }),
        };
      },
    };
    await expect(checkConditions(open)).rejects.toThrow('wanted an error for open without labels, got none');
  });

  it('finds memory that a refused stream keeps', async () => {
    const leaking: typeof layer = {
      ...layer,
      prepare: (weights) => {
        const inner = layer.prepare(weights);
        return {
          ...inner,
          open: (frame, context) => {
            floats(100);
            return inner.open(frame, context);
          },
        };
      },
    };
    await expect(checkConditions(leaking)).rejects.toThrow('wanted no memory kept by a stream that was refused');
  });
});
