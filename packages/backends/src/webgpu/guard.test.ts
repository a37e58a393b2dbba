import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../use-backend.ts';
import { elementwise, runProgram } from './program.ts';
import { webgpuForTests } from './webgpu.fixture.ts';

const webgpu = await webgpuForTests();
afterAll(() => tf.setBackend('cpu'));

/** Writes twice its input, or whatever is put in the place of that. */
const twice = (name: string, value = '2.0 * x[index]') =>
  elementwise({ name, inputs: ['x'], size: 8, body: `result[index] = ${value};` });

describe.skipIf('absent' in webgpu)(`webgpu guard${'absent' in webgpu ? `: skipped, ${webgpu.absent}` : ''}`, () => {
  beforeEach(() => useBackend('webgpu'));

  it('lets sound programs pass', async () => {
    const y = runProgram(twice('Sound'), { x: tf.range(0, 8) });
    expect([...(await y.data())]).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
  });

  it.each([
    ['does not compile', 'noSuchName'],
    ['does not use an input, so that its bindings do not fit', '1.0'],
  ])('names a program that %s when its result is read', async (_, value) => {
    const y = runProgram(twice('BrokenProgram', value), { x: tf.range(0, 8) });
    await expect(y.data()).rejects.toThrow(/^webgpu: the program BrokenProgram failed: /);
  });

  it('gives no result after a failure, of whatever tensor, until the backend is started again', async () => {
    const sound = runProgram(twice('Sound'), { x: tf.range(0, 8) });
    const broken = runProgram(twice('BrokenProgram', 'noSuchName'), { x: tf.range(0, 8) });
    await expect(sound.data()).rejects.toThrow('the program BrokenProgram failed');
    expect(() => runProgram(twice('Sound'), { x: tf.range(0, 8) })).toThrow('start the backend again');
    expect(() => broken.dataSync()).toThrow('the program BrokenProgram failed');
    await useBackend('webgpu');
    const again = runProgram(twice('Sound'), { x: tf.range(0, 8) });
    expect([...(await again.data())][7]).toBe(14);
  });

  it('names the program also when it fails several times before anything is read', async () => {
    const outputs = [1, 2, 3].map(() => runProgram(twice('BrokenProgram', 'noSuchName'), { x: tf.range(0, 8) }));
    await expect(outputs[2].data()).rejects.toThrow('the program BrokenProgram failed');
  });

  it('tells of a lost device', async () => {
    const y = runProgram(twice('Sound'), { x: tf.range(0, 8) });
    (tf.backend() as unknown as { device: { destroy(): void } }).device.destroy();
    await expect(y.data()).rejects.toThrow('webgpu: the device was lost');
  });

  it('says how to read where there is no synchronous way', () => {
    const y = runProgram(twice('Sound'), { x: tf.range(0, 8) });
    expect(() => y.dataSync()).toThrow('tensors can be read with await tensor.data() only');
  });
});
