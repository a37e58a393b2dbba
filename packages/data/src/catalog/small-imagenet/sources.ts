import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { messageOf } from '@pixelrnn/files/message';
import { createTarDecoder } from 'modern-tar';
import { DataError } from '../../data-error.ts';
import { fileError } from '../../files/file-error.ts';
import { existing } from '../../files/read-files.ts';
import { decodeImage } from '../../formats/decode-image.ts';
import { decodeNpy, type NpyArray } from '../../formats/npy.ts';
import { findPickledArray, findPickledNumbers } from '../../formats/pickled-array.ts';
import { streamItems } from '../../formats/stream-items.ts';
import { unzipMembers } from '../../formats/unzip.ts';
import { stretchRaster, withChannels } from '../../images/raster.ts';
import type { PackPart } from '../../pack/write-pack.ts';
import { listImages } from '../image-folder/list-images.ts';
import { splitFiles } from '../image-folder/split-files.ts';

/** The splits that have images of their own. */
const SMALL_SPLITS = ['train', 'valid'] as const;
type SmallSplit = (typeof SMALL_SPLITS)[number];

/** Where images come from, and which version of small ImageNet that is. */
export interface SmallSource {
  readonly version: Version;
  /** Names of the classes, where its images have labels. */
  readonly classes?: readonly string[];
  /** Told of each file that is begun. */
  images(onFile: (path: string) => void): AsyncIterable<PackPart>;
}

/**
 * `old`: as published with PixelRNN (van den Oord et al. 2016), withdrawn since. `new`: that of Chrabaszcz et al. 2017, scaled by areas.
 * `made`: scaled by areas here, from whatever images. Likelihoods of different versions do not compare.
 */
export type Version = 'old' | 'new' | 'made';

/** More than a batch of images of 64×64 takes. */
const MEMBER_LIMIT = 2 ** 32 - 1;
const MOST_BATCHES = 100;

/** What a folder has of ImageNet of this size, in any of its public forms; undefined where it has nothing of it. */
export async function findSource(folder: string, size: number): Promise<SmallSource | undefined> {
  return (await batches(folder, size)) ?? (await archives(folder, size)) ?? (await pictures(folder, size));
}

/** `train_data_batch_1` …, `val_data`: pickled, or with `.npz`. */
async function batches(folder: string, size: number): Promise<SmallSource | undefined> {
  const folders = await homesOfBatches(folder, size);
  for (const ending of ['.npz', '']) {
    const found = (name: string) => firstExisting(folders, `${name}${ending}`);
    const numbered = await Promise.all(
      Array.from({ length: MOST_BATCHES }, (_, i) => found(`train_data_batch_${i + 1}`)),
    );
    const train = numbered.filter((path) => path !== undefined);
    const valid = await found('val_data');
    if (train.length === 0 && valid === undefined) continue;
    if (train.length === 0 || valid === undefined)
      throw new DataError(
        `${folder}: wanted train_data_batch_1${ending} … and val_data${ending}, found only ${valid ? 'val_data' : 'train_data_batch_…'}`,
      );
    const gap = numbered.indexOf(undefined);
    if (gap >= 0 && gap < train.length)
      throw new DataError(
        `${folder}: wanted train_data_batch_${gap + 1}${ending} before those that follow, found none`,
      );
    const hasLabels = labelsIn(await readFile(train[0]), train[0]) !== undefined;
    return {
      version: 'new',
      ...(hasLabels && { classes: LABELS }),
      async *images(onFile) {
        for (const path of [...train, valid]) {
          onFile(path);
          const bytes = await readFile(path);
          const images = interleaved(planesIn(bytes, path, size), size);
          const labels = hasLabels ? labelsIn(bytes, path) : undefined;
          if (hasLabels && !labels) throw new DataError(`${path}: wanted labels, as in ${train[0]}, found none`);
          const split = path === valid ? 'valid' : 'train';
          yield { split, images, ...(labels && { labels }) };
        }
      },
    };
  }
  return undefined;
}

/** The folder, and those in it that the published archives unpack to: `Imagenet32_train`, `Imagenet32_val_npz`, `Imagenet64_train_part1` and so on. */
async function homesOfBatches(folder: string, size: number): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError('read', folder, error);
  });
  const unpacked = new RegExp(`^imagenet${size}_[a-z0-9_]+$`, 'i');
  return [folder, ...names.filter((name) => unpacked.test(name)).map((name) => join(folder, name))];
}

async function firstExisting(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = await existing(folder, name);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** What the batches call the classes: from 1 on, where labels of a data set are from 0. */
const LABELS = Array.from({ length: 1000 }, (_, i) => String(i + 1));

/** The images of a file: [n, 3, size, size]. */
function planesIn(bytes: Uint8Array, path: string, size: number): Uint8Array {
  const record = 3 * size * size;
  if (!path.endsWith('.npz')) return unpickled(path, () => findPickledArray(bytes, 'data', record));
  const data = arrayIn(bytes, path, 'data');
  if (!data) throw new DataError(`${path}: wanted an array data, found none`);
  const { type, shape, bytes: planes } = data;
  if (type !== '|u1' || shape.length !== 2 || shape[1] !== record || planes.length !== shape[0] * record)
    throw new DataError(`${path}: wanted bytes of [n, ${record}] in data, found ${type} of [${shape.join(', ')}]`);
  return planes;
}

/** The class of each image of a file, if it has them. */
function labelsIn(bytes: Uint8Array, path: string): Int32Array | undefined {
  const labels = path.endsWith('.npz')
    ? wholeNumbers(arrayIn(bytes, path, 'labels'), path)
    : unpickled(path, () => findPickledNumbers(bytes, 'labels'));
  return labels && Int32Array.from(labels, (label) => label - 1);
}

/** Those of 1, 2, 4 or 8 bytes, of which the low ones are enough for a class. */
function wholeNumbers(array: NpyArray | undefined, path: string): number[] | undefined {
  if (!array) return undefined;
  const { type, bytes } = array;
  const width = Number(/^[<|][iu]([1248])$/.exec(type)?.[1]);
  if (!width) throw new DataError(`${path}: wanted whole numbers in labels, found ${type}`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / width }, (_, i) => buffer.readUIntLE(i * width, Math.min(width, 4)));
}

function arrayIn(bytes: Uint8Array, path: string, name: string): NpyArray | undefined {
  const [member] = unzipMembers(bytes, path, (file) => (file === `${name}.npy` ? MEMBER_LIMIT : undefined));
  if (!member) return undefined;
  try {
    return decodeNpy(member.content);
  } catch (error) {
    throw new DataError(`${path}: wanted an array ${name}, found ${messageOf(error)}`, { cause: error });
  }
}

function unpickled<T>(path: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    throw new DataError(`${path}: wanted a pickled batch, found ${messageOf(error)}`, { cause: error });
  }
}

/** [n, 3, size, size] → [n, size, size, 3] */
function interleaved(planes: Uint8Array, size: number): Uint8Array {
  const plane = size * size;
  const pixels = new Uint8Array(planes.length);
  for (let start = 0; start < planes.length; start += 3 * plane)
    for (let c = 0; c < 3; c++)
      for (let i = 0; i < plane; i++) pixels[start + 3 * i + c] = planes[start + c * plane + i];
  return pixels;
}

/** `train_32x32.tar`, `valid_32x32.tar`: PNG files of this size. */
async function archives(folder: string, size: number): Promise<SmallSource | undefined> {
  const names = SMALL_SPLITS.map((split) => [split, `${split}_${size}x${size}.tar`] as const);
  const paths = await Promise.all(names.map(async ([split, name]) => [split, await existing(folder, name)] as const));
  if (paths.every(([, path]) => path === undefined)) return undefined;
  const missing = names.find(([, name], i) => paths[i][1] === undefined && name);
  if (missing)
    throw new DataError(`${folder}: wanted ${names.map(([, name]) => name).join(' and ')}, found no ${missing[1]}`);
  return {
    version: 'old',
    async *images(onFile) {
      for (const [split, path] of paths) {
        onFile(path!);
        yield* imagesOfTar(path!, split, size);
      }
    },
  };
}

async function* imagesOfTar(path: string, split: SmallSplit, size: number): AsyncGenerator<PackPart> {
  const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  const entries = streamItems(bytes.pipeThrough(createTarDecoder({ strict: true })));
  try {
    for await (const { header, body } of entries) {
      const content = new Uint8Array(await new Response(body).arrayBuffer());
      if (header.type !== 'file' || !/\.png$/i.test(header.name) || basename(header.name).startsWith('.')) continue;
      yield { split, images: await exactly(content, `${path} (${header.name})`, size) };
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path}: wanted a .tar archive, found a damaged one (${messageOf(error)})`, { cause: error });
  }
}

/** Folders of images: `train_32x32` and `valid_32x32` of this size, or others of any. */
async function pictures(folder: string, size: number): Promise<SmallSource | undefined> {
  const { images } = await listImages(folder);
  if (images.length === 0) return undefined;
  const files = splitFiles(images, 'folders');
  if (files.valid.length === 0)
    throw new DataError(`${folder}: wanted a folder of validation images beside ${files.roots.train}, found none`);
  const isOld = SMALL_SPLITS.every((split) => files.roots[split].endsWith(`${split}_${size}x${size}/`));
  return {
    version: isOld ? 'old' : 'made',
    async *images(onFile) {
      for (const split of SMALL_SPLITS) {
        for (const path of files[split]) {
          const whole = join(folder, path);
          onFile(whole);
          const bytes = await readFile(whole);
          yield { split, images: await (isOld ? exactly : scaled)(bytes, whole, size) };
        }
      }
    },
  };
}

async function exactly(bytes: Uint8Array, path: string, size: number): Promise<Uint8Array> {
  const raster = await decodeImage(bytes, path);
  if (raster.height !== size || raster.width !== size)
    throw new DataError(`${path}: wanted ${size}×${size} pixels, found ${raster.height}×${raster.width}`);
  return withChannels(raster, 3).pixels;
}

/** As Chrabaszcz et al. did: all of the image, by areas, whatever its shape. */
const scaled = async (bytes: Uint8Array, path: string, size: number): Promise<Uint8Array> =>
  stretchRaster(withChannels(await decodeImage(bytes, path), 3), size, size).pixels;
