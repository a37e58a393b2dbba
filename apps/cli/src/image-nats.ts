import type { Bound } from '@pixelrnn/core';
import type { Outcome } from '@pixelrnn/shell';

/** −log p of one image, or what `bound` says: of a split by its index, or a file. A line of `--per-image`. */
export type ImageNats = ({ readonly split: string; readonly index: number } | { readonly file: string }) & {
  readonly label?: number;
  readonly nats: number;
} & ImageBound;

/** What nats of images are, where they are no exact likelihoods. */
export interface ImageBound {
  readonly bound?: Exclude<Bound, 'exact'>;
  readonly boundSamples?: number;
}

export const imageBound = (bound: Bound, boundSamples?: number): ImageBound =>
  bound === 'exact' ? {} : { bound, ...(boundSamples !== undefined && { boundSamples }) };

/** The outcome of an evaluation, and what it was made of. */
export interface Evaluated extends Outcome {
  readonly each: readonly ImageNats[];
}
