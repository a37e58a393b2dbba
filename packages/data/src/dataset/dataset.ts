import type { Batch, ImageSpec, JsonObject } from '@pixelrnn/core';

/** The splits that every data set has: to learn from, to choose by, to report. */
export const SPLITS = ['train', 'valid', 'test'] as const;
/** One of {@link SPLITS}. */
export type Split = (typeof SPLITS)[number];

/** An image that cannot be read. */
export interface BadImage {
  /** As the data set names it: for a folder of images its path in there. */
  readonly path: string;
  /** What was wanted and what was found. */
  readonly reason: string;
}

/** How {@link Dataset.badImages} looks. */
export interface BadImagesOptions {
  /** Decode every image, instead of looking at where it begins and ends. */
  readonly thorough?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

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
  /**
   * Looks for images that `read` would fail on, where they are read on demand: those that are damaged or of a wrong size, as far as their
   * beginnings and ends tell. Absent where all have been read when the data set was opened.
   */
  badImages?(options?: BadImagesOptions): Promise<readonly BadImage[]>;
}

/** Number of images of each split, for {@link Dataset.config}. */
export type SplitSizes = Record<Split, number>;
