import type { Batch, ImageSpec, JsonObject } from '@pixelrnn/core';

/** The splits that every data set has: to learn from, to choose by, to report. */
export const SPLITS = ['train', 'valid', 'test'] as const;
/** One of {@link SPLITS}. */
export type Split = (typeof SPLITS)[number];

/** A data set that is ready to be read: three splits of images of one size. */
export interface Dataset {
  readonly name: string;
  readonly image: ImageSpec;
  /** Names of the classes; a label is an index into them. */
  readonly classes?: readonly string[];
  /** Channels of the map that is read with each image, where there is one: what models are conditioned on. */
  readonly map?: number;
  /** Everything that a result on this data depends on: variant, binarization, split sizes. Stored with every result. */
  readonly config: JsonObject;
  /** What somebody who trains on it should know before it begins, a sentence each: how images were divided, what was left out. */
  readonly notes?: readonly string[];
  size(split: Split): number;
  /**
   * Images of a split by index, in the order asked for.
   *
   * @param epoch Which draw of the bits, where binarization is stochastic; the first draw if absent, so that evaluation repeats.
   * @throws DataError if an index is not in the split, or a file that is read on demand is damaged.
   */
  read(split: Split, indices: ArrayLike<number>, epoch?: number): Promise<Batch>;
}

/** Number of images of each split, for {@link Dataset.config}. */
export type SplitSizes = Record<Split, number>;
