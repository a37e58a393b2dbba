import * as tf from '@tensorflow/tfjs-core';
import type { StartBackend } from './backend.ts';

interface Gpu {
  requestAdapter(
    options?: object,
  ): Promise<{ info?: { vendor?: string; architecture?: string; description?: string } } | null>;
}

/** The browser's `navigator.gpu`, or Dawn's binding for Node from the npm package `webgpu`. */
export const startWebgpu: StartBackend = async () => {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('no adapter found: neither a GPU nor a software implementation of Vulkan');
  await import('@tensorflow/tfjs');
  const { version_webgpu } = (await importOptional('@tensorflow/tfjs-backend-webgpu')) as { version_webgpu: string };
  if (!(await tf.setBackend('webgpu'))) throw new Error('the WebGPU device did not start');
  const { vendor, architecture, description } = adapter.info ?? {};
  return { version: version_webgpu, detail: [vendor, architecture, description].filter(Boolean).join(' ') };
};

/** Whether the adapter computes on the CPU, which `auto` does not want: WebAssembly is faster. */
export const isSoftware = (detail: string): boolean => /swiftshader|llvmpipe|lavapipe/i.test(detail);

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
    return await import(/* @vite-ignore */ name);
  } catch (error) {
    throw new Error(`the package ${name} does not load: ${(error as Error).message.split('\n')[0]}`);
  }
}
