import { isFused } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { CASES, distance, expectedOf, fusedOf, title } from '../cases.fixture.ts';
import { webgpuForTests } from './webgpu.fixture.ts';

const webgpu = await webgpuForTests();
afterAll(() => tf.setBackend('cpu'));

const OWN = [
  FUSED_KERNELS.maskedConv2d,
  FUSED_KERNELS.lstmScan,
  FUSED_KERNELS.softmaxCrossEntropy,
  FUSED_KERNELS.bernoulliCrossEntropy,
];
const cases = CASES.filter(({ kernel }) => OWN.some((own) => own === kernel)).map(
  (test) => [title(test), test] as const,
);

describe.skipIf('absent' in webgpu)(`webgpu kernels${'absent' in webgpu ? `: skipped, ${webgpu.absent}` : ''}`, () => {
  it.each(OWN)('$name is registered', async (kernel) => {
    await tf.setBackend('webgpu');
    expect(isFused(kernel)).toBe(true);
  });

  it.each(cases)('%s agrees with stock operations', async (_, test) => {
    await tf.setBackend('cpu');
    const expected = await expectedOf(test);
    await tf.setBackend('webgpu');
    const actual = await fusedOf(test);
    expect(actual.map((values) => values.length)).toEqual(expected.map((values) => values.length));
    const distances = actual.map((values, i) => distance(values, expected[i]));
    expect(Math.max(...distances)).toBeLessThan(1e-4);
  });
});
