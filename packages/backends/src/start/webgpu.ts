import * as tf from '@tensorflow/tfjs-core';
import { type Failure, guardDevice } from '../webgpu/guard.ts';
import { ABSENT_KERNELS, registerWebgpuKernels } from '../webgpu/register.ts';
import type { WebgpuBackend } from '../webgpu/webgpu-backend.ts';
import type { StartBackend } from './backend.ts';

interface Gpu {
  requestAdapter(
    options?: object,
  ): Promise<{ info?: { vendor?: string; architecture?: string; description?: string } } | null>;
}

/** The backend that runs, and whether its device still does. */
let running: { readonly backend: tf.KernelBackend; readonly failure: Failure } | undefined;

/** The browser's `navigator.gpu`, or Dawn's binding for Node from the npm package `webgpu`. */
export const startWebgpu: StartBackend = async () => {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }); // the one that the backend takes
  if (!adapter) throw new Error('no adapter found: neither a GPU nor a software implementation of Vulkan');
  await import('#gradients');
  // A bundle for browsers cannot import what may be missing: there the page has imported the backend.
  if (tf.findBackendFactory('webgpu') == null) await importOptional('@tensorflow/tfjs-backend-webgpu');
  if (running?.failure() !== undefined) forget('webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('the WebGPU device did not start');
  const backend = tf.backend() as WebgpuBackend;
  if (running?.backend !== backend) running = { backend, failure: guardDevice(backend) };
  registerWebgpuKernels();
  const { vendor, architecture, description } = adapter.info ?? {};
  const detail = [vendor, architecture, description].filter(Boolean).join(' ');
  return { version: tf.version_core, detail, isSoftware: isSoftware(detail), absent: ABSENT_KERNELS };
};

/** Whether the adapter computes on the CPU. */
const isSoftware = (detail: string): boolean => /swiftshader|llvmpipe|lavapipe/i.test(detail);

/** What Linux calls its GPUs: of most vendors, of NVIDIA without a display, and of Windows below WSL. */
const GPU_DEVICES = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'];

/**
 * Why it is no use to ask for a GPU, where that can be told without asking: Dawn warns of missing drivers on stderr, as if something were
 * wrong.
 */
export function whyNoGpu(): string | undefined {
  if (typeof process === 'undefined' || process.platform !== 'linux') return undefined;
  const { existsSync } = process.getBuiltinModule('node:fs');
  return GPU_DEVICES.some((path) => existsSync(path))
    ? undefined
    : `there is no GPU (none of ${GPU_DEVICES.join(', ')})`;
}

/** Drops a backend together with its tensors, so that the next `setBackend` starts it anew. */
function forget(name: string): void {
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  tf.registerBackend(name, factory);
}

async function findGpu(): Promise<Gpu> {
  const host = globalThis as { navigator?: { gpu?: Gpu } };
  if (host.navigator?.gpu) return host.navigator.gpu;
  if (typeof process === 'undefined') throw new Error('this browser has no navigator.gpu');
  const dawn = (await importOptional('webgpu')) as { create(flags: string[]): Gpu; globals: object };
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  // Node before 21 has no `navigator`; later ones have one without `gpu`.
  if (!host.navigator) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  Object.defineProperty(host.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

/** An optional peer; the message names what to install. */
async function importOptional(name: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  } catch (error) {
    throw new Error(`the package ${name} does not load: ${(error as Error).message.split('\n')[0]}`);
  }
}
