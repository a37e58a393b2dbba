import { basename, join, resolve } from 'node:path';
import type { Batch } from '@pixelrnn/core';
import { sha256 } from '@pixelrnn/files';
import { DataError } from '../../data-error.ts';
import { type BadImagesOptions, type Dataset, SPLITS, type Split } from '../../dataset/dataset.ts';
import { checkIndices, datasetConfig } from '../../dataset/pixel-dataset.ts';
import { quantizer } from '../../dataset/quantize.ts';
import { FITS } from '../../images/raster.ts';
import { checkChoice, checkInteger, resolveOptions } from '../../options.ts';
import { readAnnotations } from './annotations.ts';
import { findBadImages } from './bad-images.ts';
import { classFolders } from './class-folders.ts';
import type { ImageFolderOptions } from './image-folder-options.ts';
import { checkPaths, leaveOut } from './leave-out.ts';
import { listImages } from './list-images.ts';
import { fitsLook, type ImageReader, readImages, readPixels } from './read-image.ts';
import { DIVISIONS, type DividedFiles, listOf, type SplitPaths, splitFiles } from './split-files.ts';

/** RGB of 32×32 pixels with 256 levels, scaled by areas. */
export const IMAGE_FOLDER_DEFAULTS: ImageFolderOptions = {
  folder: undefined,
  height: 32,
  width: 32,
  channels: 3,
  fit: 'box',
  values: 'colors',
  split: undefined,
  labels: undefined,
  leaveOut: undefined,
  binarize: 'none',
  levels: undefined,
  seed: undefined,
};

const NAME = 'image-folder';

/**
 * The images below a folder, through links, but for names that begin with a dot. Only their names are kept; images are
 * read when they are asked for.
 *
 * Splits are the folders that are named so (`train`, `valid_32x32`, `val2017`, `Test`), at the top or below a folder
 * around them all. If there are none, 80 % / 10 % / 10 % of all files by a hash of each path below the folder, so that a
 * file stays in its split whatever else is added. `config.listing` is a hash of all paths by split: results with
 * different files have different conditions. `notes` say how many images each split has, and what was
 * left out.
 *
 * @param reader reads the files of a batch; in threads, say
 * @throws DataError if there are no images, if folders are named as splits and it is not clear which is which, and from
 * `read` on a file that is no image or too small to crop.
 */
export async function imageFolder(
  options: Partial<ImageFolderOptions> & { folder: string },
  reader: ImageReader = readImages,
): Promise<Dataset> {
  const { folder: given, split: division, labels, leaveOut: unwanted = [], ...look } = checked(options);
  const folder = resolve(given!);
  const { height, width, channels, fit, values, binarize, seed } = look;
  const sourceLevels = values === 'levels' ? look.levels! : 256;
  const levels = quantizer(NAME, { binarize, levels: look.levels, seed }, sourceLevels);
  const { images, unread } = await listImages(folder);
  const { files: all, ...left } = leaveOut(images, unwanted);
  const listed = splitFiles(all, division);
  const annotated = labels && (await readAnnotations(folder, left.from(listed)));
  const files = annotated?.files ?? left.from(listed);
  if (files.train.length === 0) throw new DataError(noImages(folder, unread));
  const classes = annotated && classFolders(files, annotated.classes);
  const imageSize = height * width * channels;

  async function read(split: Split, indices: ArrayLike<number>, epoch = 0): Promise<Batch> {
    checkIndices(NAME, split, indices, files[split].length);
    const images = new Float32Array(indices.length * imageSize);
    const paths = Array.from(indices, (index) => join(folder, files[split][index]));
    for (const [i, pixels] of (await reader(paths, look)).entries())
      levels.apply(pixels, images, i * imageSize, { split, epoch, index: indices[i] });
    const labels = classes && { labels: Int32Array.from(indices, (index) => classes.labels[split][index]) };
    return { images, count: indices.length, ...labels };
  }

  const badImages = (options: BadImagesOptions = {}) =>
    findBadImages({
      ...options,
      paths: SPLITS.flatMap((split) => files[split]),
      resolve: (path) => join(folder, path),
      fits: (header) => fitsLook(header, look),
      decode: (path) => readPixels(path, look),
    });

  const size = (split: Split) => files[split].length;
  const conditions = {
    folder: basename(folder),
    listing: hashOf(listed),
    ...(left.count > 0 && { leftOut: left.count }),
    height,
    width,
    channels,
    fit,
    ...(values !== 'colors' && { values }),
    ...(labels && { labels }),
    ...levels.config,
  };
  return {
    name: NAME,
    image: { height, width, channels, levels: levels.levels },
    ...(classes && { classes: classes.classes }),
    config: datasetConfig(NAME, conditions, size),
    notes: [...notesOf(files, unread), ...left.notes, ...(annotated?.notes ?? [])],
    size,
    read,
    badImages,
  };
}

function checked(options: Partial<ImageFolderOptions>): ImageFolderOptions {
  const resolved = resolveOptions(NAME, IMAGE_FOLDER_DEFAULTS, options);
  checkChoice(NAME, 'fit', resolved.fit, FITS);
  checkChoice(NAME, 'channels', resolved.channels, [1, 3]);
  checkInteger(NAME, 'height', resolved.height, 1);
  checkInteger(NAME, 'width', resolved.width, 1);
  checkChoice(NAME, 'values', resolved.values, ['colors', 'levels']);
  if (resolved.values === 'levels') {
    checkInteger(NAME, "levels (with values 'levels')", resolved.levels, 2, 2 ** 16);
    checkChoice(NAME, "channels (with values 'levels')", resolved.channels, [1]);
    checkChoice(NAME, "binarize (with values 'levels')", resolved.binarize, ['none']);
  }
  if (resolved.split !== undefined) checkChoice(NAME, 'split', resolved.split, DIVISIONS);
  if (resolved.leaveOut !== undefined) checkPaths(resolved.leaveOut);
  if (resolved.labels !== undefined) checkChoice(NAME, 'labels', resolved.labels, ['folders']);
  return resolved;
}

function notesOf({ leftOut, by, ...files }: DividedFiles, unread: ReadonlyMap<string, number>): string[] {
  const count = (split: Split) => files[split].length || 'none';
  const source = by === 'hash' ? 'divided by a hash of their paths' : 'as the folders say';
  return [
    `${count('train')} images to train, ${count('valid')} to validate, ${count('test')} to test, ${source}`,
    ...(leftOut.size > 0 ? [`images in no split are left out: ${listOf(leftOut)}`] : []),
    ...(unread.size > 0 ? [`images of other kinds are left out: ${listOf(unread)}`] : []),
  ];
}

function noImages(folder: string, unread: ReadonlyMap<string, number>): string {
  return `${NAME}: wanted .png or .jpg files for training below ${folder}, found ${listOf(unread) || 'none'}`;
}

const hashOf = (files: SplitPaths): string => sha256(JSON.stringify(SPLITS.map((split) => files[split]))).slice(0, 16);
