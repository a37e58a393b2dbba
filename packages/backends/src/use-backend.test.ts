import { FUSED_KERNELS, OPTIMIZER_KERNELS, PARAMETER_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import { whyNoGpu } from './start/webgpu.ts';
import { probeBackends, useBackend } from './use-backend.ts';

afterAll(() => tf.setBackend('cpu'));

const FUSED = [...Object.values(FUSED_KERNELS), ...Object.values(OPTIMIZER_KERNELS)].map(({ name }) => name);
const ALL_KERNELS = [...FUSED, ...Object.values(PARAMETER_KERNELS)].sort();

it.each([
  ['wasm', ALL_KERNELS],
  ['cpu', [...FUSED, PARAMETER_KERNELS.norm].sort()],
] as const)('starts %s with every fused kernel, also a second time', async (name, kernels) => {
  await useBackend(name);
  const { backend, fused, tried } = await useBackend(name);
  expect([backend, tf.getBackend()]).toEqual([name, name]);
  expect(tried).toMatchObject([{ name, ok: true }]);
  expect(fused).toEqual(kernels);
});

it.each(['wasm', 'cpu'] as const)('takes the norm of a vector on %s', async (name) => {
  await useBackend(name);
  const [norm] = tf.engine().runKernel(PARAMETER_KERNELS.norm, { vector: tf.tensor1d([3, 4]) }) as tf.Tensor[];
  expect([norm.shape, [...(await norm.data())]]).toEqual([[], [5]]);
});

it.each([
  ['wasm', 'bool'],
  ['wasm', 'int32'],
  ['cpu', 'bool'],
  ['cpu', 'int32'],
] as const)('on %s, kernels read what was cast from %s', async (name, dtype) => {
  await useBackend(name);
  const vector = tf.cast(tf.tensor1d([1, 0, 1, 1, 1], dtype), 'float32');
  const [norm] = tf.engine().runKernel(PARAMETER_KERNELS.norm, { vector }) as tf.Tensor[];
  expect([...(await norm.data())]).toEqual([2]);
});

it('takes the first that starts, and says why the others were passed over', async () => {
  const { backend, tried } = await useBackend('auto');
  expect(['tensorflow', 'webgpu', 'wasm']).toContain(backend);
  expect(tried.at(-1)).toMatchObject({ name: backend, ok: true });
  for (const { ok, reason } of tried.slice(0, -1)) expect([ok, typeof reason]).toEqual([false, 'string']);
  expect(tf.getBackend()).toBe(backend);
});

it('says which fused kernels a backend has, and why it has no others', async () => {
  const webgpu = (await probeBackends()).tried.find(({ name }) => name === 'webgpu')!;
  if (!webgpu.ok) return expect(webgpu.reason).toEqual(expect.any(String));
  expect([...webgpu.fused!, ...Object.keys(webgpu.absent!)].sort()).toEqual(ALL_KERNELS);
});

it('probes every backend', async () => {
  const { backend, tried } = await probeBackends();
  expect(tried.map(({ name }) => name)).toEqual(['tensorflow', 'webgpu', 'wasm', 'cpu']);
  expect(tf.getBackend()).toBe(backend);
});

it('says what it wanted, and leaves the backend before active', async () => {
  await useBackend('cpu');
  await expect(useBackend('cuda' as 'cpu')).rejects.toThrow(
    'useBackend: wanted auto, tensorflow, webgpu, wasm, cpu, got cuda',
  );
  const failed = await useBackend('webgpu').catch((error: Error) => error.message);
  if (typeof failed === 'string') {
    expect(failed).toMatch(/^useBackend: webgpu: /);
    expect(tf.getBackend()).toBe('cpu');
  }
});

it('refuses more threads than a process can have', async () => {
  for (const threads of [100_000, 0, 1.5, Number.NaN])
    await expect(useBackend('auto', { threads })).rejects.toThrow(
      `useBackend: wanted 1 to 1024 threads, got ${threads}`,
    );
});

it('asks for no GPU where there is none, since that would not be silent', async () => {
  const { tried } = await useBackend('auto');
  const webgpu = tried.find(({ name }) => name === 'webgpu');
  if (webgpu && whyNoGpu()) expect(webgpu).toEqual({ name: 'webgpu', ok: false, reason: whyNoGpu() });
  else expect(webgpu?.reason ?? 'not reached').not.toContain('there is no GPU');
});
