import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { checkLabels } from '../dataset/labels.ts';
import { type PixelSplit, pixelDataset, splitTail } from '../dataset/pixel-dataset.ts';
import type { QuantizeOptions } from '../dataset/quantize.ts';
import { decodeIdx } from '../formats/idx.ts';
import { checkBytes, checkInteger, resolveOptions } from '../options.ts';

/** The idx files, decompressed; without the labels, if there is no use for them. */
export interface MnistFiles {
  readonly trainImages: Uint8Array;
  readonly trainLabels?: Uint8Array;
  readonly testImages: Uint8Array;
  readonly testLabels?: Uint8Array;
}

/** What one may choose of MNIST. */
export interface MnistOptions extends QuantizeOptions {
  /** The last so many images of the train files are the validation split. */
  validSize: number;
}

/** Bits by threshold, and 10,000 images to validate. */
export const MNIST_DEFAULTS: MnistOptions = {
  binarize: 'threshold',
  levels: undefined,
  seed: undefined,
  validSize: 10_000,
};

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const GREY_LEVELS = 256;

/**
 * MNIST (LeCun, Cortes & Burges) from the bytes of its files: 50,000 / 10,000 / 10,000 grey images of 28×28.
 *
 * Not the data of the papers' MNIST numbers, whatever the binarization: that is `binarizedMnist`.
 *
 * @throws DataError on bytes that are not what they should be, labels of one part only, or unknown options.
 */
export function mnist(files: MnistFiles, options?: Partial<MnistOptions>): Dataset {
  const { validSize, ...quantize } = resolveOptions('mnist', MNIST_DEFAULTS, options);
  const labelled = files.trainLabels !== undefined || files.testLabels !== undefined;
  const train = decodeImages(files, 'train', labelled);
  const test = decodeImages(files, 'test', labelled);
  const { height, width } = train;
  if (test.height !== height || test.width !== width) {
    throw new DataError(`mnist: train images are ${height}×${width}, t10k images ${test.height}×${test.width}`);
  }
  checkInteger('mnist', 'validSize', validSize, 0, train.count - 1);
  const { head, tail } = splitTail(train.split, height * width, validSize);
  return pixelDataset({
    name: 'mnist',
    height,
    width,
    channels: 1,
    sourceLevels: GREY_LEVELS,
    splits: { train: head, valid: tail, test: test.split },
    ...(labelled && { classes: DIGITS }),
    quantize,
  });
}

/** The public names of the files begin so. */
const PREFIXES = { train: 'train', test: 't10k' } as const;

function decodeImages(files: MnistFiles, part: keyof typeof PREFIXES, labelled: boolean) {
  const name = `${PREFIXES[part]}-images-idx3-ubyte`;
  const pixels = decodeIdx(checkBytes('mnist', `${part}Images`, files[`${part}Images`]), 3, name);
  const [count, height, width] = pixels.shape;
  if (count === 0) throw new DataError(`${name}: wanted images, found none`);
  const split: PixelSplit = { pixels: pixels.values, ...(labelled && { labels: decodeLabels(files, part, count) }) };
  return { count, height, width, split };
}

function decodeLabels(files: MnistFiles, part: keyof typeof PREFIXES, images: number): Uint8Array {
  const name = `${PREFIXES[part]}-labels-idx1-ubyte`;
  const { shape, values } = decodeIdx(checkBytes('mnist', `${part}Labels`, files[`${part}Labels`]), 1, name);
  if (shape[0] !== images) throw new DataError(`${name}: wanted ${images} labels, one an image, found ${shape[0]}`);
  checkLabels(values, DIGITS.length, name);
  return values;
}
