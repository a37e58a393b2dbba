import type { JsonObject } from '@pixelrnn/core';
import type { Outcome, Task } from '../tasks/task.ts';

/** What a contestant is and what it has made ready. */
export interface Ready {
  /** Where it computes: `tensorflow`, `wasm`, …, or `torch`. */
  readonly backend: string;
  /** The GPU's name, where it computes on one. */
  readonly gpu?: string;
  /** Versions of what it computes with: `tfjs 4.22.0 tensorflow 2.21.0`. */
  readonly versions: string;
  /** Whether fused kernels of ours do the work. */
  readonly fused?: boolean;
  /** Why not, where that is not what was asked for. */
  readonly notFused?: string;
  /** Floating-point operations of each probe. */
  readonly flops?: Readonly<Record<string, number>>;
  /** Nats per image before the first step. */
  readonly nats?: number;
}

/** Milliseconds of every run of each probe. */
export type Timings = Readonly<Record<string, readonly number[]>>;

/** What is known at the end. */
export interface Finished {
  /** Most memory that the process (or, on a GPU, the device) held at once. */
  readonly peakBytes: number;
  readonly outcome?: Outcome;
}

/**
 * One who takes part in a measurement: our code on one backend with one number of threads, or a peer that does the same work. It
 * does nothing unless it is asked to.
 */
export interface Contestant {
  readonly label: string;
  prepare(task: Task): Promise<Ready>;
  /** Writes parameters and batch to a file for a peer; returns the model's config. Before the first run. */
  exchange?(file: string): Promise<JsonObject>;
  /** Runs every probe so often, in turn. */
  run(count: number): Promise<Timings>;
  finish(): Promise<Finished>;
  close(): void;
}
