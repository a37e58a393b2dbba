import { expect, it, vi } from 'vitest';
import type { LoadedTensorflow } from '../tensorflow/load.ts';
import { startTensorflow } from './tensorflow.ts';

const { load, register } = vi.hoisted(() => ({ load: vi.fn(), register: vi.fn() }));
vi.mock('../tensorflow/load.ts', () => ({ loadTensorflow: load }));
vi.mock('../tensorflow/register.ts', () => ({ registerTensorflowKernels: register }));

const loaded = (device: LoadedTensorflow['device'], addon: object) =>
  load.mockResolvedValue({ tensorflow: '2.21.0', path: '/x', device, addon });

it('uses our operations on a CPU, and says why where it cannot', async () => {
  loaded('cpu', { path: '/y', native: {} });
  expect(await startTensorflow({})).toEqual({ version: '2.21.0', detail: 'cpu, /x' });
  expect(register).toHaveBeenCalledOnce();
  loaded('cpu', { absent: 'not built', remedy: 'build' });
  expect(await startTensorflow({})).toMatchObject({ notFused: 'not built', remedy: 'build' });
  expect(register).toHaveBeenCalledOnce();
});

it('does not use them on a GPU, which is fast as it is', async () => {
  register.mockClear();
  for (const addon of [
    { path: '/y', native: {} },
    { absent: 'not built', remedy: 'build' },
  ]) {
    loaded('gpu', addon);
    expect(await startTensorflow({})).toEqual({ version: '2.21.0', detail: 'gpu, /x' });
  }
  expect(register).not.toHaveBeenCalled();
});
