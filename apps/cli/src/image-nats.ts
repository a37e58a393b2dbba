import type { Outcome } from '@pixelrnn/shell';

/** −log p of one image: of a split by its index, or a file. A line of `--per-image`. */
export type ImageNats = ({ readonly split: string; readonly index: number } | { readonly file: string }) & {
  readonly label?: number;
  readonly nats: number;
};

/** The outcome of an evaluation, and what it was made of. */
export interface Evaluated extends Outcome {
  readonly each: readonly ImageNats[];
}
