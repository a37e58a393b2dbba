import type { HostContext } from './conditions.ts';

/** Images that go through a model together, and what they are conditioned on, read or not; `@pixelrnn/data` makes them. */
export interface Batch extends HostContext {
  /** Levels 0 … L−1, [count, H, W, C]. */
  readonly images: Float32Array;
  readonly count: number;
  /** Which images of all these are, [count], where that is known: what a model draws for an image depends on it. */
  readonly indices?: readonly number[];
}

/** A batch to train on, and where in the run it stands. */
export interface TrainBatch extends Batch {
  /** Number of batches before this one since the run began. */
  readonly step: number;
  /** Number of whole passes over the training images before this batch. */
  readonly epoch: number;
}
