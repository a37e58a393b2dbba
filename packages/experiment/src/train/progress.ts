import type { Bound } from '@pixelrnn/core';
import type { Best } from '../checkpoint/checkpoint.ts';
import { median } from '../quantile.ts';

/** A validation of a run. */
export interface Validated extends Best {
  readonly bound: Bound;
}

/** Where a training run stands; given after every step, and when something else begins. */
export interface TrainProgress {
  readonly phase: 'checking' | 'calibrating' | 'training' | 'evaluating' | 'sampling';
  /** Steps done, of `steps`; while images are checked, images. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** Training batch, mean per image. */
  readonly nats: number;
  readonly bitsPerDim: number;
  /** What they are; not known before the first step. */
  readonly bound?: Bound;
  readonly imagesPerSecond: number;
  /** Seconds that the remaining steps will take. */
  readonly eta: number;
  /** The newest validation. */
  readonly valid?: Validated;
}

/** How many of the newest steps are looked at. */
const WINDOW = 20;

/** Seconds per step, the median of the newest; what happens between `lap` and `start` (evaluations, writing) does not count. */
export function stopwatch(now: () => number = () => performance.now() / 1000) {
  let since = now();
  let laps: number[] = [];
  return {
    start: () => {
      since = now();
    },
    /** The step that began at the last `start` or `lap` is done. */
    lap(): number {
      laps = [...laps.slice(1 - WINDOW), now() - since];
      since = now();
      return median(laps);
    },
  };
}
