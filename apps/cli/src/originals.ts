import { readFile } from 'node:fs/promises';
import type { ImageSpec } from '@pixelrnn/core';
import { DataError, quantize, SPLITS, type Split } from '@pixelrnn/data';
import { decodeImage, withChannels } from '@pixelrnn/data/node';
import type { Run } from '@pixelrnn/experiment';
import { fileError } from '@pixelrnn/files';
import { UsageError } from '@pixelrnn/shell';
import type { DataFlags } from './data-flags.ts';
import { parseRanges, placesOf, type Range } from './ranges.ts';

/** Images to complete: levels [count, H, W, C], and their classes where they are known. */
export interface Originals {
  readonly images: Float32Array;
  readonly labels?: Int32Array;
  /** What a model that restores sees of them: [count, H, W, D]. */
  readonly map?: Float32Array;
  readonly count: number;
}

/** Images of a split: `test:7`, `test:0-7`, `valid:3,5,8`. */
export interface SplitImages {
  readonly split: Split;
  readonly ranges: readonly Range[];
}

/** @throws UsageError if the text is not of the form `<split>:<indices>`, or a range ends before it begins */
export function parseSplitImages(text: string): SplitImages {
  const [, name, list = ''] = /^(\w+):(.+)$/.exec(text) ?? [];
  const split = SPLITS.find((candidate) => candidate === name);
  const ranges = parseRanges('--split', list);
  if (!split || !ranges)
    throw new UsageError(`--split: wanted <${SPLITS.join('|')}>:<indices> as in test:7 or test:0-7, got "${text}"`);
  return { split, ranges };
}

/** @throws UsageError unless images come either from files or from the data; where they come from files, data have no effect */
export function checkImageSource(
  command: string,
  { image, split, dataDir, images }: DataFlags & { readonly image?: unknown; readonly split?: string },
): void {
  if ((image === undefined) === (split === undefined))
    throw new UsageError(`${command}: wanted one of --image and --split, got ${image ? 'both' : 'neither'}`);
  if (image !== undefined && (dataDir ?? images) !== undefined)
    throw new UsageError(`${command}: wanted no --data-dir and no --images, since the image is given`);
}

/**
 * Reads images of a split of the run's data.
 *
 * @throws UsageError if the split has no such image
 */
export async function splitOriginals(run: Run, { split, ranges }: SplitImages): Promise<Originals> {
  const dataset = await run.dataset();
  return dataset.read(split, placesOf('--split', ranges, dataset.size(split), `${split} of ${dataset.name}`));
}

/**
 * Reads a PNG or JPEG as an image of the model: grey or RGB as the model wants, its 256 values on the model's levels.
 *
 * @throws DataError unless it is an image of the model's size
 */
export async function fileOriginal(path: string, { height, width, channels, levels }: ImageSpec): Promise<Originals> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  const raster = await decodeImage(bytes, path);
  if (raster.height !== height || raster.width !== width)
    throw new DataError(
      `${path}: wanted an image of ${height}×${width} pixels, found ${raster.height}×${raster.width}`,
    );
  const { pixels } = withChannels(raster, channels === 1 ? 1 : 3);
  return { images: Float32Array.from(pixels, (value) => quantize(value, levels, 256)), count: 1 };
}

/** Each image `times` times, one after the other. */
export function repeated({ images, labels, count }: Originals, times: number): Originals {
  const size = images.length / count;
  const result = new Float32Array(images.length * times);
  for (let i = 0; i < count * times; i++) {
    const start = Math.floor(i / times) * size;
    result.set(images.subarray(start, start + size), i * size);
  }
  const repeatedLabels = labels && Int32Array.from({ length: count * times }, (_, i) => labels[Math.floor(i / times)]);
  return { images: result, labels: repeatedLabels, count: count * times };
}
