// What runs on WebGPU: layers ask for the largest fused kernel, and where that has no program, for the smaller ones.
import { rng } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { NETWORKS } from './models.ts';
import { startHere } from './start.ts';

const IMAGE = { height: 5, width: 4, channels: 1, levels: 2 };
const started = await startHere('webgpu');
const missing = 'missing' in started ? started.missing : undefined;
afterAll(() => tf.setBackend('cpu'));

describe.skipIf(missing)(`programs on webgpu${missing ? `: skipped, ${missing}` : ''}`, () => {
  it.each(NETWORKS)(
    '$name runs its convolutions, recursions, gates and likelihood in programs of ours',
    async ({ name, build }) => {
      const model = build(IMAGE);
      const params = model.init(rng(1));
      const labels = model.conditions.classes === undefined ? undefined : tf.tensor1d([0, 1], 'int32');
      const { kernelNames } = await tf.profile(() =>
        tf.tidy(() => model.nats(params, tf.ones([2, 5, 4, 1]), { labels })),
      );
      const own = name.includes('LSTM') ? ['PixelrnnLstmScan'] : name.includes('Gated') ? ['PixelrnnGate'] : [];
      expect(kernelNames).toEqual(
        expect.arrayContaining([...own, 'PixelrnnBernoulliCrossEntropy', 'PixelrnnMaskedConv2d']),
      );
      expect(kernelNames.filter((kernel) => /Conv2D|FusedMatMul/.test(kernel))).toEqual([]);
    },
  );
});
