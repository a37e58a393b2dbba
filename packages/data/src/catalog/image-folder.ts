import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { type Batch, rng } from '@pixelrnn/core';
import { sha256 } from '@pixelrnn/files';
import { DataError } from '../data-error.ts';
import { type Dataset, SPLITS, type Split } from '../dataset/dataset.ts';
import { checkIndices, datasetConfig } from '../dataset/pixel-dataset.ts';
import { type QuantizeOptions, quantizer } from '../dataset/quantize.ts';
import { fileError } from '../files/file-error.ts';
import { decodePng } from '../formats/png.ts';
import { FITS, type Fit, fitRaster, withChannels } from '../images/raster.ts';
import { checkChoice, checkInteger, resolveOptions } from '../options.ts';

/** Where the images of {@link imageFolder} lie, and what they are made into. */
export interface ImageFolderOptions extends QuantizeOptions {
  /** Where the PNG files lie, in it or in folders below; `image-folder` in the data folder if absent. */
  folder: string | undefined;
  height: number;
  width: number;
  /** 1: grey. 3: RGB. */
  channels: 1 | 3;
  /** How an image of another size is made to fit. */
  fit: Fit;
}

/** RGB of 32×32 pixels with 256 levels, scaled by areas. */
export const IMAGE_FOLDER_DEFAULTS: ImageFolderOptions = {
  folder: undefined,
  height: 32,
  width: 32,
  channels: 3,
  fit: 'box',
  binarize: 'none',
  levels: undefined,
  seed: undefined,
};

const VALID_SHARE = 0.1;
const TEST_SHARE = 0.1;

type Listing = Readonly<Record<Split, readonly string[]>>;

/**
 * The PNG files below a folder. Only their names are kept; images are read when they are asked for.
 *
 * Splits are the subfolders `train`, `valid` and `test`, if there is one called `train`. Otherwise 80 % / 10 % / 10 %
 * of all files by a hash of each path below the folder, so that a file stays in its split whatever else is added.
 * `config.listing` is a hash of all paths by split: results with different files have different conditions.
 *
 * @throws DataError if there are no PNG files, and from `read` on a file that is no PNG or too small to crop.
 */
export async function imageFolder(options: Partial<ImageFolderOptions> & { folder: string }): Promise<Dataset> {
  const name = 'image-folder';
  const { folder: given, fit, channels, height, width, ...rest } = resolveOptions(name, IMAGE_FOLDER_DEFAULTS, options);
  const folder = resolve(given!);
  checkChoice(name, 'fit', fit, FITS);
  checkChoice(name, 'channels', channels, [1, 3]);
  checkInteger(name, 'height', height, 1);
  checkInteger(name, 'width', width, 1);
  const levels = quantizer(name, rest, 256);
  const files = splitFiles(await listPngs(folder));
  if (files.train.length === 0)
    throw new DataError(`${name}: wanted .png files for training below ${folder}, found none`);
  const imageSize = height * width * channels;

  async function read(split: Split, indices: ArrayLike<number>, epoch = 0): Promise<Batch> {
    checkIndices(name, split, indices, files[split].length);
    const images = new Float32Array(indices.length * imageSize);
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i];
      const path = join(folder, files[split][index]);
      const raster = fitRaster(withChannels(await readPng(path), channels), height, width, fit, path);
      levels.apply(raster.pixels, images, i * imageSize, { split, epoch, index });
    }
    return { images, count: indices.length };
  }

  const size = (split: Split) => files[split].length;
  const conditions = {
    folder: basename(folder),
    listing: hashOf(files),
    height,
    width,
    channels,
    fit,
    ...levels.config,
  };
  return {
    name,
    image: { height, width, channels, levels: levels.levels },
    config: datasetConfig(name, conditions, size),
    size,
    read,
  };
}

async function readPng(path: string) {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  return decodePng(bytes, path);
}

/** Paths of all PNG files below a folder, with `/` on every system, in the order of their characters. */
async function listPngs(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw fileError('read', folder, error);
  });
  const files = entries.filter((entry) => !entry.isDirectory() && /\.png$/i.test(entry.name));
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
}

/** Which split each path belongs to; see {@link imageFolder}. */
export function splitFiles(paths: readonly string[]): Listing {
  const named = paths.some((path) => path.startsWith('train/'));
  const splitOf = named ? (path: string) => SPLITS.find((split) => path.startsWith(`${split}/`)) : splitByHash;
  const pick = (split: Split) => paths.filter((path) => splitOf(path) === split);
  return { train: pick('train'), valid: pick('valid'), test: pick('test') };
}

function splitByHash(path: string): Split {
  const draw = rng(path).uniform();
  if (draw < TEST_SHARE) return 'test';
  return draw < TEST_SHARE + VALID_SHARE ? 'valid' : 'train';
}

const hashOf = (files: Listing): string => sha256(JSON.stringify([files.train, files.valid, files.test])).slice(0, 16);
