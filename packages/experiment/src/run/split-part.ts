import type { Split } from '@pixelrnn/data';

/** Which images of a split to evaluate, and how. */
export interface SplitPart {
  readonly split: Split;
  /** Evaluate only so many images, evenly over the split. */
  readonly limit?: number;
  readonly batchSize?: number;
  /** Draws of the latents for an importance-weighted bound; see `evaluate` of `@pixelrnn/trainer`. */
  readonly boundSamples?: number;
}
