import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LevelImage } from '@pixelrnn/codec';
import { dimensions } from '@pixelrnn/core';
import { DataError, type EvaluationBatch, evaluationBatches, type Split } from '@pixelrnn/data';
import { isPicture } from '@pixelrnn/data/node';
import type { Run } from '@pixelrnn/experiment';
import { FileError, fileError } from '@pixelrnn/files';
import { UsageError } from '@pixelrnn/shell';
import type { DataFlags } from './data-flags.ts';
import { labelsOf } from './labels.ts';
import { pngOf, readPngLevels } from './png-levels.ts';
import { pngNames, sameFile } from './png-names.ts';

/** Which images to compress. */
export interface ImagesFlags extends DataFlags {
  readonly split?: Split;
  readonly limit?: number;
  readonly class?: number;
}

/** Images, and how many bytes they take as PNG files. */
export interface ImagesToCompress {
  readonly images: LevelImage[];
  readonly pngBytes: number;
  /** What of them will be another way when they are read again, in words. */
  readonly note?: string;
}

/** @throws UsageError unless images come either from files or from a split, with no flag that has no effect */
export function checkImagesFlags(files: readonly string[], flags: ImagesFlags): void {
  const { split, limit, dataDir, images, class: label } = flags;
  if (files.length > 0 === (split !== undefined))
    throw new UsageError(`compress: wanted files or --split, got ${split ? 'both' : 'neither'}`);
  const others = split ? { class: label } : { limit, 'data-dir': dataDir, images };
  const given = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (given.length > 0)
    throw new UsageError(
      `compress: wanted no ${given.join(', ')}, since ${split ? 'a split has its own' : 'the images are given'}`,
    );
}

/** Reads PNG files, under the names that they have. */
export async function imagesOfFiles(run: Run, files: readonly string[], label?: number): Promise<ImagesToCompress> {
  const { name, image } = run.model;
  checkLevels(run);
  labelsOf(run.model, { count: 1 }, label);
  const names = files.map((file) => basename(file));
  const same = sameFile(pngNames(names.map((name) => ({ name }))));
  if (same)
    throw new UsageError(
      `compress: wanted names that differ in more than capitals, got ${files[same[0]]} and ${files[same[1]]}`,
    );
  const images: LevelImage[] = [];
  let pngBytes = 0;
  let grey = 0;
  for (const [i, file] of files.entries()) {
    const { fileBytes, becomesRgb, ...read } = await readPngLevels(file, image);
    images.push({ ...read, name: names[i], ...(label !== undefined && { label }) });
    pngBytes += fileBytes;
    grey += Number(becomesRgb);
  }
  const note = `${grey} of the images ${grey === 1 ? 'is' : 'are'} grey: ${name} gives them back as RGB, of three equal colours`;
  return { images, pngBytes, ...(grey > 0 && { note }) };
}

/** PNG files hold no more levels in bytes. */
function checkLevels({ model: { name, image } }: Run): void {
  if (image.levels > 256) throw new DataError(`compress: wanted at most 256 levels, got ${image.levels} of ${name}`);
}

/** Whether a path is one of PNG files: such a file, or a folder of some that holds no run. */
export async function isOfImages(path: string): Promise<boolean> {
  if (isPng(path)) return true;
  const names = await readdir(path).catch((): string[] => []);
  return names.some(isPng) && !names.includes('config.json');
}

const isPng = (name: string): boolean => /\.png$/i.test(name);

/** The paths, or the PNG files of those that are folders; `note` is told of other pictures there, which are left out. */
export async function pngFilesOf(paths: readonly string[], note: (line: string) => void): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      throw fileError('read', path, error);
    });
    const files = names?.filter(isPng).sort();
    if (files?.length === 0) throw new FileError(`${path}: wanted a folder with PNG files, found none`);
    const others = names?.filter((name) => isPicture(name) && !isPng(name)).sort() ?? [];
    if (others.length > 0) note(`left out, since only PNG files are without loss: ${inShort(others)} of ${path}`);
    found.push(...(files?.map((name) => join(path, name)) ?? [path]));
  }
  return found;
}

/** The first of some names, and how many more there are. */
const inShort = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

/** Reads a split of the run's data, or `limit` images of it, evenly over the split. */
export async function imagesOfSplit(run: Run, split: Split, limit?: number): Promise<ImagesToCompress> {
  checkLevels(run);
  const dataset = await run.dataset();
  const batchSize = Math.max(1, dataset.size(split)); // all at once; of an empty split it says that there are none
  const { value } = await evaluationBatches(dataset, split, { batchSize, limit }).next();
  const { images, labels, count } = value as EvaluationBatch;
  const { image, conditions } = run.model;
  const size = dimensions(image);
  const levels = Array.from({ length: count }, (_, i) => Uint8Array.from(images.subarray(i * size, (i + 1) * size)));
  return {
    images: levels.map((own, i) => ({
      height: image.height,
      width: image.width,
      levels: own,
      ...(conditions.classes !== undefined && { label: labels![i] }),
    })),
    pngBytes: levels.reduce((sum, own) => sum + pngOf(own, image).length, 0),
  };
}
