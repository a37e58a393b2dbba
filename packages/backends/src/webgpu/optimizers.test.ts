import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runUpdate, SIZE, UPDATES, updateError } from '../updates.fixture.ts';
import { webgpuForTests } from './webgpu.fixture.ts';

const webgpu = await webgpuForTests();
afterAll(() => tf.setBackend('cpu'));

describe.skipIf('absent' in webgpu)(`webgpu updates${'absent' in webgpu ? `: skipped, ${webgpu.absent}` : ''}`, () => {
  beforeEach(() => tf.setBackend('webgpu'));

  it.each(UPDATES)('$name follows its formula', async (update) => {
    const outputs = await runUpdate(update);
    await tf.setBackend('cpu');
    expect(updateError(update, outputs)).toBeLessThan(1e-4);
  });

  it.each(UPDATES)('$name takes other settings without another program', async (update) => {
    const { pipelineCache } = tf.backend() as unknown as { pipelineCache: object };
    await runUpdate(update);
    const before = Object.keys(pipelineCache).length;
    const slower = { ...update, settings: { ...update.settings, rate: 1e-4 } };
    const outputs = await runUpdate(slower);
    expect(Object.keys(pipelineCache).length).toBe(before);
    await tf.setBackend('cpu');
    expect(updateError(slower, outputs)).toBeLessThan(1e-4);
  });

  it('says which vector has the wrong length', () => {
    const wrong = { ...UPDATES[1].inputs(), gradients: tf.ones([3]) };
    expect(() => tf.engine().runKernel('PixelrnnRmsprop', wrong, UPDATES[1].settings)).toThrow(
      `PixelrnnRmsprop: wanted gradients [${SIZE}], got [3]`,
    );
  });
});
