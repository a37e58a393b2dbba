import type { GenerativeModel } from '@pixelrnn/core';

/** One thing that can be measured: a value that is sent to the process which does the work. */
export type Task =
  | { readonly kind: 'train'; readonly model: string; readonly batch: number; readonly stock?: boolean }
  | { readonly kind: 'evaluate'; readonly model: string; readonly batch: number }
  | { readonly kind: 'sample'; readonly model: string; readonly batch: number; readonly naive?: boolean }
  /** Beside a product of square matrices: of `peakSide` rows, or as many as show the machine's peak. */
  | { readonly kind: 'kernel'; readonly kernel: string; readonly batch: number; readonly peakSide?: number }
  | { readonly kind: 'quality'; readonly model: string; readonly batch: number; readonly minutes: number };

/**
 * The name of a task, as `--only` and the result files have it: `train/mnist-row-lstm`, `kernel/lstm-layer-row-h16`,
 * `quality-2min/mnist-row-lstm`.
 */
export function taskName(task: Task): string {
  switch (task.kind) {
    case 'train':
      return `train${task.stock ? '-stock' : ''}/${task.model}`;
    case 'sample':
      return `sample${task.naive ? '-naive' : ''}/${task.model}`;
    case 'kernel':
      return `kernel/${task.kernel}`;
    case 'quality':
      return `quality-${task.minutes}min/${task.model}`;
    default:
      return `${task.kind}/${task.model}`;
  }
}

/** What the measurement of a task may need of its surroundings. */
export interface TaskContext {
  /** Folder of the data sets; only `quality` reads data. */
  readonly dataDir?: string;
  /** Threads of the backend; cached sampling draws in as many of its own. */
  readonly threads?: number;
}

/** One of the things that a task times: a training step, the forward pass of a kernel. Returns after the device is done. */
export interface Probe {
  run(): Promise<void>;
  /** Runs in one timing, where a single one is too short for a device that is waited for. Default: 1. */
  readonly repeat?: number;
  /** Share of the whole work that a run does; times are divided by it. Default: 1. */
  readonly share?: number;
}

/** A task that is ready to be timed. */
export interface Prepared {
  /** Where the work is done, if not on the active backend. */
  readonly backend?: string;
  readonly probes: Readonly<Record<string, Probe>>;
  /** Floating-point operations of the probes, where they are known. */
  readonly flops?: Readonly<Record<string, number>>;
  /** Nats per image before the first step: the same for everyone who trains the same model on the same batch. */
  readonly nats?: number;
  /** The parameters and the batch, for another implementation of the same model. */
  readonly exchange?: () => Promise<Exchange>;
  /** Where training has come to. Asked once, after the probes have run. */
  readonly outcome?: () => Promise<Outcome>;
  dispose(): void;
}

interface Exchange {
  readonly config: GenerativeModel['config'];
  /** A file in the safetensors format: the parameters by path, `batch/images`, `batch/labels`. */
  readonly file: Uint8Array;
}

/** Nats per image after so many steps: on the batch before the last step, or on the validation split (`quality`). */
export interface Outcome {
  readonly nats: number;
  readonly steps: number;
}
