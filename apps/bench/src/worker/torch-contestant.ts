import type { JsonObject } from '@pixelrnn/core';
import { lineProcess } from './line-process.ts';
import type { Contestant, Finished, Ready, Timings } from './protocol.ts';

export interface TorchOptions {
  /** The interpreter: see `findTorch`. */
  readonly python: string;
  /** Path of `peer.py`. */
  readonly script: string;
  readonly threads: number;
  readonly device: 'cpu' | 'cuda';
  /** What one of ours has written in `exchange`: parameters and batch, and the model's config. */
  readonly file: string;
  readonly config: JsonObject;
}

/** Freed memory stays with the process, so that a step does not fault in its pages again: glibc's other defaults cost PyTorch time. */
const KEEP_MEMORY = {
  MALLOC_MMAP_THRESHOLD_: '4294967296',
  MALLOC_TRIM_THRESHOLD_: '4294967296',
  MALLOC_TOP_PAD_: '67108864',
};

/** The same training step in PyTorch. */
export function torchContestant({ python, script, threads, device, file, config }: TorchOptions): Contestant {
  const label = `torch, ${threads} threads`;
  const child = lineProcess({
    command: python,
    args: [script],
    env: {
      ...KEEP_MEMORY,
      PYTHONDONTWRITEBYTECODE: '1',
      OMP_NUM_THREADS: String(threads),
      MKL_NUM_THREADS: String(threads),
    },
    label,
  });
  return {
    label,
    async prepare() {
      const ready = await child.ask<Omit<Ready, 'backend'>>({ op: 'prepare', config, file, threads, device });
      return { ...ready, backend: 'torch' };
    },
    run: (count) => child.ask<Timings>({ op: 'run', count }),
    finish: () => child.ask<Finished>({ op: 'finish' }),
    close: () => child.close(),
  };
}
