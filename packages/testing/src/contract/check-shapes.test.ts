import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { tinyLayer } from '../fixtures/tiny-layer.ts';
import { checkShapes } from './check-shapes.ts';

const layer = tinyLayer({ inputs: 2, outputs: 3 });

it('checkShapes wants the declared widths', async () => {
  await expect(checkShapes({ ...layer, outputs: { here: 4 } })).rejects.toThrow(
    'checkShapes: tinyLayer: wanted `here` as float32 [1,4,5,4], got float32 [1,4,5,3]',
  );
  await expect(checkShapes({ ...layer, outputs: { here: 3, above: 2 } })).rejects.toThrow(
    'wanted `above` as float32 [1,4,5,2], got none',
  );
});

it('checkShapes tries other sizes, and one only where that is fixed', async () => {
  const square: typeof layer = {
    ...layer,
    apply: (params, x) => {
      const { here } = layer.apply(params, x);
      return { here: here.shape[1] === 4 ? here : tf.transpose(here, [0, 2, 1, 3]) };
    },
  };
  await expect(checkShapes(square)).rejects.toThrow('wanted `here` as float32 [1,5,4,3], got float32 [1,4,5,3]');
  await checkShapes(square, { fixedSize: true });
});

it('checkShapes wants finite numbers', async () => {
  const infinite: typeof layer = {
    ...layer,
    apply: (params, x) => ({ here: tf.log(tf.mul<tf.Tensor4D>(0, layer.apply(params, x).here)) }),
  };
  await expect(checkShapes(infinite)).rejects.toThrow('`here` is not finite everywhere');
});
