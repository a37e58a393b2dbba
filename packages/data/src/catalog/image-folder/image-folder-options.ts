import type { QuantizeOptions } from '../../dataset/quantize.ts';
import type { Fit } from '../../images/raster.ts';
import type { Division } from './split-files.ts';

/** Where the images of `imageFolder` lie, and what they are made into. */
export interface ImageFolderOptions extends QuantizeOptions {
  /** Where the images lie, in it or in folders below; `image-folder` in the data folder if absent. */
  folder: string | undefined;
  height: number;
  width: number;
  /** 1: grey. 3: RGB. */
  channels: 1 | 3;
  /** How an image of another size is made to fit. */
  fit: Fit;
  /**
   * What the numbers in the files are. `colors`: shades, of which `levels` are made. `levels`: the levels themselves, as
   * of label maps or codes: grey of up to 16 bits or indices into a palette, each below `levels`, in one channel.
   */
  values: 'colors' | 'levels';
  /** Where the splits come from: `folders` named so, or a `hash` of each path. If absent, folders where there are such. */
  split: Division | undefined;
  /**
   * `folders`: the folder that an image lies in, below that of its split, is its class, or what `val/val_annotations.txt` says, as of Tiny
   * ImageNet. No labels if absent.
   */
  labels: 'folders' | undefined;
  /**
   * Images that are not read, by their paths below the folder, with slashes: those that turned out to be damaged, whether they are still
   * there or not. They count for `config.listing`, so that it is seen to be the same data.
   */
  leaveOut: readonly string[] | undefined;
}
