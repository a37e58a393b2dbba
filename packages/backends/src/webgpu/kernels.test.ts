import { isFused } from '@pixelrnn/core';
import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { CASES, convolutionGradients, distance, expectedOf, fusedOf, title } from '../cases.fixture.ts';
import { webgpuForTests } from './webgpu.fixture.ts';

const webgpu = await webgpuForTests();
afterAll(() => tf.setBackend('cpu'));

const OWN = [
  FUSED_KERNELS.maskedConv2d,
  FUSED_KERNELS.lstmScan,
  FUSED_KERNELS.gate,
  FUSED_KERNELS.concatElu,
  FUSED_KERNELS.gatedResidual,
  FUSED_KERNELS.softmaxCrossEntropy,
  FUSED_KERNELS.bernoulliCrossEntropy,
  FUSED_KERNELS.logisticMixtureCrossEntropy,
];
const cases = CASES.filter(({ kernel }) => OWN.some((own) => own === kernel)).map(
  (test) => [title(test), test] as const,
);

const name = `webgpu kernels${'absent' in webgpu ? `: skipped, ${webgpu.absent}` : ''}`;
/** In software, all of them take a minute. */
describe.skipIf('absent' in webgpu)(name, { tags: ['slow'] }, () => {
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

  it.each(
    [
      ...[true, false].map(
        (relu) => CASES.find(({ attributes }) => attributes.width === 3 && attributes.relu === relu)!,
      ),
      ...['row', 'diagonal'].map(
        (kind) => CASES.find((test) => test.attributes.kind === kind && test.shapes.x[0] === 3)!,
      ),
      ...OWN.slice(2).map((kernel) => CASES.find((test) => test.kernel === kernel)!),
    ].map((test) => [title(test), test] as const),
  )('%s gives NaN where stock operations do', async (_, test) => {
    const poisoned = { ...test, nan: test.kernel.inputs[0] };
    await tf.setBackend('cpu');
    const [expected] = await expectedOf(poisoned);
    await tf.setBackend('webgpu');
    const [actual] = await fusedOf(poisoned);
    expect(expected.some(Number.isNaN)).toBe(true);
    expect([...actual].map(Number.isNaN)).toEqual([...expected].map(Number.isNaN));
  });

  it('leaves out the gradient of data', async () => {
    await tf.setBackend('webgpu');
    const [dx, ...weights] = await convolutionGradients(false);
    expect(dx.length).toBe(40);
    expect(await convolutionGradients(true)).toEqual([new Float32Array(0), ...weights]);
  });

  it('keeps no tensor and no buffer', async () => {
    await tf.setBackend('webgpu');
    const { bufferManager } = tf.backend() as unknown as { bufferManager: { getNumUsedBuffers(): number } };
    const held = () => [tf.memory().numTensors, bufferManager.getNumUsedBuffers()];
    const chosen = OWN.map((kernel) => CASES.find((test) => test.kernel === kernel)!);
    for (const test of chosen) await fusedOf(test);
    const before = held();
    for (const test of chosen) await fusedOf(test);
    expect(held()).toEqual(before);
  });
});
