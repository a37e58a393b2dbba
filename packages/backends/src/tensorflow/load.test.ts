import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from '@pixelrnn/files';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { checkTensorflow } from '../setup/check-tensorflow.ts';
import { tensorflowHome, tensorflowRoot } from '../setup/locations.ts';
import { projectTfjsNode } from '../setup/project.ts';
import { SETUP } from '../setup/releases.ts';
import { hasTensorflow, loadedTensorflow, loadTensorflow } from './load.ts';
import { registerTensorflowKernels } from './register.ts';
import type { TensorflowBackend } from './tensorflow-backend.ts';

afterAll(() => tf.setBackend('cpu'));

describe.skipIf(projectTfjsNode())('without TensorFlow', () => {
  it('says how to set it up', async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'pixelrnn-load-'));
    expect(hasTensorflow(cacheDir)).toBe(false);
    await expect(loadTensorflow({ cacheDir })).rejects.toMatchObject({
      message: 'TensorFlow is not set up',
      remedy: SETUP,
    });
    expect(loadedTensorflow()).toBeUndefined();
    expect(registerTensorflowKernels()).toEqual([]);
    await rm(cacheDir, { recursive: true });
  });

  it.each([false, true])('loads nothing that is not what was installed (for GPUs: %s)', async (gpu) => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'pixelrnn-load-'));
    onTestFinished(() => rm(cacheDir, { recursive: true }));
    const home = tensorflowHome(tensorflowRoot(cacheDir), gpu);
    await install(home, async (folder) => {
      await writeFile(join(folder, 'lib.so'), 'TensorFlow');
      return ['lib.so'];
    });
    const path = join(home, 'lib.so');
    for (const damage of ['Tens', 'TensorFl0w']) {
      await writeFile(path, damage);
      await expect(loadTensorflow({ cacheDir })).rejects.toMatchObject({
        name: 'UnpreparedError',
        message: `${path} is damaged: it is not what was installed`,
        remedy: gpu ? `${SETUP} --gpu` : SETUP,
      });
      expect(await checkTensorflow(cacheDir)).toEqual([path]);
    }
    expect(loadedTensorflow()).toBeUndefined();
  });
});

describe.skipIf(!hasTensorflow())('loadTensorflow', () => {
  it('starts the backend and says what it loaded', async () => {
    const loaded = await loadTensorflow({ threads: 1 });
    expect(tf.getBackend()).toBe('tensorflow');
    expect(loaded).toMatchObject({ backend: 'tensorflow', tensorflow: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect(await loadTensorflow({ threads: 2 })).toBe(loaded);
    expect(loadedTensorflow()).toBe(loaded);
  });

  it('shares one tfjs-core with the application', async () => {
    await loadTensorflow({ threads: 1 });
    tf.registerKernel({
      kernelName: 'SquareOfTest',
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, backend }) => {
        const tensorflow = backend as TensorflowBackend;
        const { TF_ATTR_TYPE, TF_FLOAT } = tensorflow.binding as unknown as Record<string, number>;
        const type = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
        return tensorflow.executeMultipleOutputs('Square', [type], [inputs.x!], 1);
      },
    });
    const square = tf.customGrad((x) => ({
      value: (tf.engine().runKernel('SquareOfTest', { x: x as tf.Tensor }) as tf.Tensor[])[0],
      gradFunc: (dy) => tf.mul(dy, 2),
    }));
    const x = tf.tensor1d([1, 2, -3]);
    const before = tf.memory().numTensors;
    const [value, gradient] = tf.tidy(() =>
      [square(x), tf.grad((y) => tf.sum(tf.relu(square(y))))(x)].map((t) => t.dataSync()),
    );
    expect([...value]).toEqual([1, 4, 9]);
    expect([...gradient]).toEqual([2, 2, 2]);
    expect(tf.memory().numTensors).toBe(before);
    expect(square(x)).toBeInstanceOf(tf.Tensor);
    tf.unregisterKernel('SquareOfTest', 'tensorflow');
  });
});
