import { KERNEL_NAMES } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { startTensorflow } from '#native';
import type { BackendAttempt, BackendReport } from './backend-report.ts';
import { reasonOf } from './describe-backend.ts';
import {
  BACKEND_CHOICES,
  BACKENDS,
  type BackendChoice,
  type BackendName,
  MAX_THREADS,
  type StartBackend,
  type Started,
  type StartOptions,
  UnpreparedError,
} from './start/backend.ts';
import { startCpu } from './start/cpu.ts';
import { startWasm } from './start/wasm.ts';
import { startWebgpu, whyNoGpu } from './start/webgpu.ts';

const START: Readonly<Record<BackendName, StartBackend>> = {
  tensorflow: startTensorflow,
  webgpu: startWebgpu,
  wasm: startWasm,
  cpu: startCpu,
};

/**
 * Starts a TensorFlow.js backend and registers the fused kernels for it. `auto` takes the first that starts out of
 * {@link BACKENDS}, but for a WebGPU that runs on the CPU and a TensorFlow without our kernels, both slower than WebAssembly with them.
 *
 * @throws {Error} naming each backend that was tried and why it did not start
 */
export async function useBackend(name: BackendChoice = 'auto', options: StartOptions = {}): Promise<BackendReport> {
  if (!BACKEND_CHOICES.includes(name)) throw new Error(`useBackend: wanted ${BACKEND_CHOICES.join(', ')}, got ${name}`);
  checkThreads(options);
  const before = tf.getBackend();
  const tried: BackendAttempt[] = [];
  for (const candidate of name === 'auto' ? BACKENDS : [name]) {
    const attempt = await tryBackend(candidate, options, name === 'auto');
    tried.push(attempt);
    if (attempt.ok) return { backend: candidate, tried, fused: fusedKernels(candidate) };
  }
  // A backend that fails to start has taken the place of the one before.
  if (before && tf.getBackend() !== before) await tf.setBackend(before);
  throw new Error(`useBackend: ${tried.map((attempt) => `${attempt.name}: ${reasonOf(attempt)}`).join('; ')}`);
}

/** Tries every backend in turn and leaves the one active that `auto` takes: what `pixelrnn doctor` shows. */
export async function probeBackends(options: StartOptions = {}): Promise<BackendReport> {
  const attempts: BackendAttempt[] = [];
  for (const name of BACKENDS) attempts.push(await tryBackend(name, options, false));
  const { backend, fused } = await useBackend('auto', options);
  return { backend, tried: attempts, fused };
}

async function tryBackend(name: BackendName, options: StartOptions, isAutomatic: boolean): Promise<BackendAttempt> {
  const noGpu = isAutomatic && name === 'webgpu' ? whyNoGpu() : undefined;
  if (noGpu) return { name, ok: false, reason: noGpu };
  try {
    const started = await START[name](options);
    const reason = isAutomatic ? whyNotFirst(name, started) : undefined;
    if (reason) return { name, ok: false, reason, ...(started.remedy && { remedy: started.remedy }) };
    return { name, ok: true, ...started, fused: fusedKernels(name) };
  } catch (error) {
    const { message } = error as Error;
    return { name, ok: false, reason: message, ...(error instanceof UnpreparedError && { remedy: error.remedy }) };
  }
}

function checkThreads({ threads = 1 }: StartOptions): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS)
    throw new Error(`useBackend: wanted 1 to ${MAX_THREADS} threads, got ${threads}`);
}

/** Why `auto` goes on although a backend has started: WebAssembly with our kernels is faster. */
function whyNotFirst(name: BackendName, { detail, isSoftware, notFused }: Started): string | undefined {
  if (isSoftware) return `its adapter is software (${detail})`;
  if (name === 'tensorflow' && notFused) return `it has no fused kernels: ${notFused}`;
  return undefined;
}

const fusedKernels = (backend: BackendName): string[] =>
  KERNEL_NAMES.filter((kernel) => tf.getKernel(kernel, backend) != null).sort();
