import type { Dataset } from '../dataset/dataset.ts';
import { decodeIdx } from '../formats/idx.ts';
import { checkBytes, checkChoice, resolveOptions } from '../options.ts';
import { DIGITS, fromIdx, MNIST_DEFAULTS, type MnistFiles, type MnistOptions } from './mnist.ts';

const UPPER = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** The small letters that do not look like their capitals. */
const DISTINCT = [...'abdefghnqrt'];

/** The classes of each part, and the label of the first. */
const PARTS = {
  balanced: { classes: [...DIGITS, ...UPPER, ...DISTINCT], first: 0 },
  byclass: { classes: [...DIGITS, ...UPPER, ...UPPER.map((letter) => letter.toLowerCase())], first: 0 },
  bymerge: { classes: [...DIGITS, ...UPPER, ...DISTINCT], first: 0 },
  digits: { classes: DIGITS, first: 0 },
  letters: { classes: UPPER, first: 1 },
  mnist: { classes: DIGITS, first: 0 },
} as const;

/** One of {@link EMNIST_PARTS}. */
export type EmnistPart = keyof typeof PARTS;
/** The six ways in which EMNIST divides its images. */
export const EMNIST_PARTS = Object.keys(PARTS) as EmnistPart[];

/** What one may choose of EMNIST. */
export interface EmnistOptions extends Omit<MnistOptions, 'validSize'> {
  part: EmnistPart;
  /** The last so many images of the train files are the validation split: as many as there are to test, if absent. */
  validSize: number | undefined;
}

/** The 47 classes in equal numbers, with all 256 levels. */
export const EMNIST_DEFAULTS: EmnistOptions = {
  ...MNIST_DEFAULTS,
  binarize: 'none',
  validSize: undefined,
  part: 'balanced',
};

/**
 * EMNIST (Cohen, Afshar, Tapson & van Schaik 2017) from the bytes of the four idx files of a part, decompressed: grey characters of
 * 28×28. The files hold them mirrored at their main diagonal; here they stand upright. The paper's authors set the last of the train
 * images aside for validation, as many as there are to test, of `balanced`, `digits`, `letters` and `mnist` in equal classes.
 *
 * @throws DataError as `mnist`
 */
export function emnist(files: MnistFiles, options?: Partial<EmnistOptions>): Dataset {
  const { part, validSize, ...rest } = resolveOptions('emnist', EMNIST_DEFAULTS, options);
  const { classes, first } = PARTS[checkChoice('emnist', 'part', part, EMNIST_PARTS)];
  const upright = {
    trainImages: transposed(files.trainImages, 'train'),
    testImages: transposed(files.testImages, 'test'),
    trainLabels: fromZero(files.trainLabels, first, 'train'),
    testLabels: fromZero(files.testLabels, first, 'test'),
  };
  const [tests] = decodeIdx(upright.testImages, 3, 't10k-images-idx3-ubyte').shape;
  const dataset = fromIdx('emnist', upright, classes, { ...rest, validSize: validSize ?? tests });
  return { ...dataset, config: { ...dataset.config, part } };
}

/** Where an idx file of images has its sides. */
const [HEIGHT_AT, WIDTH_AT] = [8, 12];

/** The idx file with rows for columns in each image. */
function transposed(bytes: Uint8Array, part: string): Uint8Array {
  checkBytes('emnist', `${part}Images`, bytes);
  const { shape, values } = decodeIdx(bytes, 3, `${part}Images`);
  const [count, height, width] = shape;
  const file = new Uint8Array(bytes);
  new DataView(file.buffer).setUint32(HEIGHT_AT, width);
  new DataView(file.buffer).setUint32(WIDTH_AT, height);
  const pixels = file.subarray(file.length - values.length);
  for (let i = 0; i < count; i++) {
    const start = i * height * width;
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        pixels[start + column * height + row] = values[start + row * width + column];
  }
  return file;
}

/** The idx file with labels that begin at 0. A label below the first wraps around, to where there is no class. */
function fromZero(bytes: Uint8Array | undefined, first: number, part: string): Uint8Array | undefined {
  if (bytes === undefined || first === 0) return bytes;
  const { values } = decodeIdx(checkBytes('emnist', `${part}Labels`, bytes), 1, `${part}Labels`);
  const file = new Uint8Array(bytes);
  const labels = file.subarray(file.length - values.length);
  for (let i = 0; i < labels.length; i++) labels[i] = values[i] - first;
  return file;
}
