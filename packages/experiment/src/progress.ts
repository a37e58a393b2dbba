/** Where a training run stands; given after every step, and when something else begins. */
export interface TrainProgress {
  readonly phase: 'calibrating' | 'training' | 'evaluating' | 'sampling';
  /** Steps done, of `steps`. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** Training batch, mean per image. */
  readonly nats: number;
  readonly bitsPerDim: number;
  readonly imagesPerSecond: number;
  /** Seconds that the remaining steps will take. */
  readonly eta: number;
  /** The newest validation. */
  readonly valid?: { readonly step: number; readonly nats: number; readonly bitsPerDim: number };
}

/** Weight of the newest step in the mean time of a step. */
const NEWEST = 0.05;

/** Seconds per step, smoothed; evaluations and writing between `stop` and `start` do not count. */
export function stopwatch(now: () => number = () => performance.now() / 1000) {
  let since = now();
  let mean: number | undefined;
  return {
    start: () => {
      since = now();
    },
    /** The step that began at the last `start` or `lap` is done. */
    lap(): number {
      const seconds = now() - since;
      mean = mean === undefined ? seconds : mean + NEWEST * (seconds - mean);
      since = now();
      return mean;
    },
  };
}
