import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { checkLabels } from '../dataset/labels.ts';
import { type PixelSplit, pixelDataset, splitTail } from '../dataset/pixel-dataset.ts';
import type { QuantizeOptions } from '../dataset/quantize.ts';
import { decodeIdx } from '../formats/idx.ts';
import { checkInteger, resolveOptions } from '../options.ts';

/** The four idx files, decompressed. */
export interface MnistFiles {
  readonly trainImages: Uint8Array;
  readonly trainLabels: Uint8Array;
  readonly testImages: Uint8Array;
  readonly testLabels: Uint8Array;
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
 * @throws DataError on bytes that are not what they should be, or unknown options.
 */
export function mnist(files: MnistFiles, options?: Partial<MnistOptions>): Dataset {
  const { validSize, ...quantize } = resolveOptions('mnist', MNIST_DEFAULTS, options);
  const train = decodeImages(files.trainImages, files.trainLabels, 'train');
  const test = decodeImages(files.testImages, files.testLabels, 't10k');
  const { height, width } = train;
  if (test.height !== height || test.width !== width) {
    throw new DataError(`mnist: train images are ${height}×${width}, t10k images ${test.height}×${test.width}`);
  }
  checkInteger('mnist', 'validSize', validSize, 0, train.count - 1);
  const { head, tail } = splitTail(train.images, height * width, validSize);
  return pixelDataset({
    name: 'mnist',
    height,
    width,
    channels: 1,
    sourceLevels: GREY_LEVELS,
    splits: { train: head, valid: tail, test: test.images },
    classes: DIGITS,
    quantize,
  });
}

function decodeImages(images: Uint8Array, labels: Uint8Array, prefix: string) {
  const pixels = decodeIdx(images, 3, `${prefix}-images-idx3-ubyte`);
  const classes = decodeIdx(labels, 1, `${prefix}-labels-idx1-ubyte`);
  const [count, height, width] = pixels.shape;
  if (count === 0) throw new DataError(`${prefix}-images-idx3-ubyte: wanted images, found none`);
  if (classes.shape[0] !== count) {
    throw new DataError(`${prefix}-labels-idx1-ubyte: wanted ${count} labels, one an image, found ${classes.shape[0]}`);
  }
  checkLabels(classes.values, DIGITS.length, `${prefix}-labels-idx1-ubyte`);
  const split: PixelSplit = { pixels: pixels.values, labels: classes.values };
  return { count, height, width, images: split };
}
