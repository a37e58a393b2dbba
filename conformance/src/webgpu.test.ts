// What runs on WebGPU: layers ask for the largest fused kernel, and where that has no program, for the smaller ones.
import { rng, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions-of.ts';
import { NETWORKS } from './models.ts';
import { startHere } from './start.ts';

/** What networks have of their own, by a part of their names. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  LSTM: ['PixelrnnLstmScan'],
  Gated: ['PixelrnnGate'],
  'CNN++': ['PixelrnnConcatElu', 'PixelrnnGatedResidual'],
};
const IMAGE = { height: 5, width: 4, channels: 1, levels: 2 };
const started = await startHere('webgpu');
const missing = 'missing' in started ? started.missing : undefined;
afterAll(() => tf.setBackend('cpu'));

describe.skipIf(missing)(`programs on webgpu${missing ? `: skipped, ${missing}` : ''}`, { tags: ['slow'] }, () => {
  it.each(NETWORKS)(
    '$name runs its convolutions, recursions, gates and likelihood in programs of ours',
    async ({ name, build }) => {
      const model = build(IMAGE);
      const params = model.init(rng(1));
      const context = toContext(conditionsOf(model, 2), { batch: 2, height: 5, width: 4 });
      const { kernelNames } = await tf.profile(() => tf.tidy(() => model.nats(params, tf.ones([2, 5, 4, 1]), context)));
      const own = Object.entries(OWN).flatMap(([part, kernels]) => (name.includes(part) ? kernels : []));
      const likelihood = `Pixelrnn${model.likelihood.name === 'bernoulli' ? 'Bernoulli' : 'LogisticMixture'}CrossEntropy`;
      expect(kernelNames).toEqual(expect.arrayContaining([...own, likelihood, 'PixelrnnMaskedConv2d']));
      expect(kernelNames.filter((kernel) => /Conv2D|FusedMatMul/.test(kernel))).toEqual([]);
    },
  );
});
