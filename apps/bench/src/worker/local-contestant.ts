import { writeFile } from 'node:fs/promises';
import { type BackendChoice, type BackendReport, useBackend } from '@pixelrnn/backends';
import type { JsonObject } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { prepare } from '../tasks/prepare.ts';
import type { Prepared, Task, TaskContext } from '../tasks/task.ts';
import { peakResidentBytes } from './memory.ts';
import type { Contestant, Finished, Ready, Timings } from './protocol.ts';

export interface LocalOptions extends TaskContext {
  readonly backend: BackendChoice;
}

/** A contestant in this very process: what a worker serves, and what tests run directly. */
export function localContestant({ backend, ...context }: LocalOptions): Contestant {
  let prepared: Prepared | undefined;
  const ready = () => {
    if (!prepared) throw new Error('bench worker: wanted a task first, got none');
    return prepared;
  };
  return {
    label: backend,
    async prepare(task: Task): Promise<Ready> {
      const report = await useBackend(backend, { threads: context.threads });
      prepared = await prepare(task, context);
      const { flops, nats, backend: own } = prepared;
      const stock = task.kind === 'train' && task.stock;
      return { ...describe(report), ...(stock && { fused: false }), flops, nats, ...(own && { backend: own }) };
    },
    async exchange(file: string): Promise<JsonObject> {
      const { exchange } = ready();
      if (!exchange) throw new Error('bench worker: this task has nothing to hand over');
      const { config, file: bytes } = await exchange();
      await writeFile(file, bytes);
      return config;
    },
    async run(count: number): Promise<Timings> {
      const { probes } = ready();
      const times: Record<string, number[]> = Object.fromEntries(Object.keys(probes).map((name) => [name, []]));
      for (let i = 0; i < count; i++) {
        for (const [name, { run, repeat = 1, share = 1 }] of Object.entries(probes)) {
          const began = performance.now();
          await run();
          times[name].push((performance.now() - began) / repeat / share);
        }
      }
      return times;
    },
    async finish(): Promise<Finished> {
      const { outcome, dispose } = ready();
      const peakBytes = peakBytesOf(tf.getBackend());
      const result = await outcome?.();
      dispose();
      prepared = undefined;
      return { peakBytes, ...(result && { outcome: result }) };
    },
    close() {
      prepared?.dispose();
    },
  };
}

function describe({ backend, tried, fused }: BackendReport): Omit<Ready, 'flops' | 'nats'> {
  const { version, detail = '', notFused, isSoftware = false } = tried[tried.length - 1];
  return {
    backend,
    // In a bundle the backends do not tell theirs.
    versions: `tfjs ${tf.version_core} ${backend}${version ? ` ${version}` : ''}`,
    fused: fused.length > 0,
    ...(notFused && { notFused }),
    ...(isGpu(backend, detail, isSoftware) && { gpu: detail }),
  };
}

/** WebGPU may run on the CPU, TensorFlow on a GPU. */
const isGpu = (backend: string, detail: string, isSoftware: boolean) =>
  backend === 'webgpu' ? !isSoftware : detail.startsWith('gpu');

/** On WebGPU the tensors' buffers; elsewhere the process. */
function peakBytesOf(backend: string): number {
  if (backend !== 'webgpu') return peakResidentBytes();
  const { numBytesInGPUAllocated, numBytes } = tf.memory() as tf.MemoryInfo & { numBytesInGPUAllocated?: number };
  return numBytesInGPUAllocated ?? numBytes;
}
