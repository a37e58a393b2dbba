import type { TrainProgress } from '../progress.ts';
import type { RunCallback } from './callback.ts';

/** Tells the caller how far the run is: after every step, and when something else begins. */
export function progress(
  valid: () => TrainProgress['valid'],
  onProgress?: (progress: TrainProgress) => void,
): RunCallback & { tell(phase: TrainProgress['phase']): void } {
  let newest: Omit<TrainProgress, 'phase' | 'valid'> | undefined;
  const tell = (phase: TrainProgress['phase']) => {
    if (newest) onProgress?.({ phase, ...newest, valid: valid() });
  };
  return {
    tell,
    onStep({ step, steps, epoch, nats, bitsPerDim, bound, imagesPerSecond, secondsPerStep }) {
      newest = { step, steps, epoch, nats, bitsPerDim, bound, imagesPerSecond, eta: (steps - step) * secondsPerStep };
      tell('training');
    },
  };
}
