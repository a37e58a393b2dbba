import { floats } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { tinyLayer } from '../fixtures/tiny-layer.ts';
import { checkMemory } from './check-memory.ts';

const layer = tinyLayer({ inputs: 2, outputs: 2 });

it('checkMemory counts tensors left behind', async () => {
  await checkMemory(layer);
  const leakyInit: typeof layer = {
    ...layer,
    init: (random) => {
      tf.keep(tf.zeros([1]));
      return layer.init(random);
    },
  };
  await expect(checkMemory(leakyInit)).rejects.toThrow('checkMemory: tinyLayer: wanted 4 tensors after init, got 5');
  const untidy: typeof layer = { ...layer, apply: (params, x) => ({ here: tf.neg(layer.apply(params, x).here) }) };
  await expect(checkMemory(untidy)).rejects.toThrow('wanted 6 tensors after apply, got 7');
  const keeping = tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.keep(tf.clone(dy)),
  }));
  const leakyGradient: typeof layer = {
    ...layer,
    apply: (params, { here }) => tf.tidy(() => ({ ...layer.apply(params, { here: keeping(here) as tf.Tensor4D }) })),
  };
  await expect(checkMemory(leakyGradient)).rejects.toThrow('after a gradient');
});

it('checkMemory forgives constants that are made once', async () => {
  let constant: tf.Tensor | undefined;
  const caching: typeof layer = {
    ...layer,
    apply: (params, x) =>
      tf.tidy(() => {
        constant ??= tf.keep(tf.ones([2]));
        return { here: tf.mul<tf.Tensor4D>(layer.apply(params, x).here, constant) };
      }),
  };
  await checkMemory(caching);
});

it('checkMemory sees what a disposed stream keeps of the memory of the kernels', async () => {
  const caching = (isFreed: boolean): typeof layer => ({
    ...layer,
    prepare: (weights) => {
      const prepared = layer.prepare(weights);
      return {
        ...prepared,
        open: (frame, context) => {
          const cache = floats(100);
          const stream = prepared.open(frame, context);
          return {
            ...stream,
            dispose: () => {
              stream.dispose();
              if (isFreed) cache.free();
            },
          };
        },
      };
    },
  });
  await checkMemory(caching(true));
  await expect(checkMemory(caching(false))).rejects.toThrow(
    'checkMemory: tinyLayer: wanted no memory of the kernels in use after a stream was disposed, got 448 bytes',
  );
});
