import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { runUpdate, SIZE, UPDATES, updateError } from '../updates.fixture.ts';
import { nativeTensorflow } from './native.fixture.ts';

const native = await nativeTensorflow();
afterAll(() => tf.setBackend('cpu'));

describe.skipIf('absent' in native)(`native updates${'absent' in native ? `: skipped, ${native.absent}` : ''}`, () => {
  const addon = 'addon' in native ? native.addon : undefined!;

  it.each(UPDATES)('$name follows its formula', async (update) => {
    expect(updateError(update, await runUpdate(update))).toBeLessThan(1e-4);
  });

  it.each(UPDATES)('$name has the same bits on 1 and 2 threads', async (update) => {
    addon.setThreads(1);
    const once = await runUpdate(update);
    addon.setThreads(2);
    expect(await runUpdate(update)).toEqual(once);
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
