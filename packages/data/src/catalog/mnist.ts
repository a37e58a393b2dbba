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

/** All 256 levels, as these pictures have greys. */
export const FASHION_MNIST_DEFAULTS: MnistOptions = { ...MNIST_DEFAULTS, binarize: 'none' };
/** All 256 levels. */
export const KMNIST_DEFAULTS: MnistOptions = { ...MNIST_DEFAULTS, binarize: 'none' };

/** Names of the digits. */
export const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const CLOTHES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];
const KUZUSHIJI = ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'];
const GREY_LEVELS = 256;

/**
 * MNIST (LeCun, Cortes & Burges) from the bytes of its files: 50,000 / 10,000 / 10,000 grey images of 28×28.
 *
 * Not the data of the papers' MNIST numbers, whatever the binarization: that is `binarizedMnist`.
 *
 * @throws DataError on bytes that are not what they should be, labels of one part only, or unknown options.
 */
export const mnist = (files: MnistFiles, options?: Partial<MnistOptions>): Dataset =>
  fromIdx('mnist', files, DIGITS, resolveOptions('mnist', MNIST_DEFAULTS, options));

/**
 * Fashion-MNIST (Xiao, Rasul & Vollgraf 2017): ten kinds of clothes, in files and sizes like those of MNIST.
 *
 * @throws DataError as {@link mnist}
 */
export const fashionMnist = (files: MnistFiles, options?: Partial<MnistOptions>): Dataset =>
  fromIdx('fashion-mnist', files, CLOTHES, resolveOptions('fashion-mnist', FASHION_MNIST_DEFAULTS, options));

/**
 * Kuzushiji-MNIST (Clanuwat et al. 2018): ten cursive hiragana, in files and sizes like those of MNIST.
 *
 * @throws DataError as {@link mnist}
 */
export const kmnist = (files: MnistFiles, options?: Partial<MnistOptions>): Dataset =>
  fromIdx('kmnist', files, KUZUSHIJI, resolveOptions('kmnist', KMNIST_DEFAULTS, options));

/** A data set of four idx files. @throws DataError as {@link mnist} */
export function fromIdx(
  name: string,
  files: MnistFiles,
  classes: readonly string[],
  { validSize, ...quantize }: MnistOptions,
): Dataset {
  const labelled = files.trainLabels !== undefined || files.testLabels !== undefined;
  const labels = labelled ? classes.length : undefined;
  const train = decodeImages(name, files, 'train', labels);
  const test = decodeImages(name, files, 'test', labels);
  const { height, width } = train;
  if (test.height !== height || test.width !== width) {
    throw new DataError(`${name}: train images are ${height}×${width}, t10k images ${test.height}×${test.width}`);
  }
  checkInteger(name, 'validSize', validSize, 0, train.count - 1);
  const { head, tail } = splitTail(train.split, height * width, validSize);
  return pixelDataset({
    name,
    height,
    width,
    channels: 1,
    sourceLevels: GREY_LEVELS,
    splits: { train: head, valid: tail, test: test.split },
    ...(labelled && { classes }),
    quantize,
  });
}

/** The public names of the files begin so. */
const PREFIXES = { train: 'train', test: 't10k' } as const;

function decodeImages(owner: string, files: MnistFiles, part: keyof typeof PREFIXES, classes: number | undefined) {
  const name = `${PREFIXES[part]}-images-idx3-ubyte`;
  const pixels = decodeIdx(checkBytes(owner, `${part}Images`, files[`${part}Images`]), 3, name);
  const [count, height, width] = pixels.shape;
  if (count === 0) throw new DataError(`${name}: wanted images, found none`);
  const split: PixelSplit = {
    pixels: pixels.values,
    ...(classes !== undefined && { labels: decodeLabels(owner, files, part, { images: count, classes }) }),
  };
  return { count, height, width, split };
}

function decodeLabels(
  owner: string,
  files: MnistFiles,
  part: keyof typeof PREFIXES,
  { images, classes }: { readonly images: number; readonly classes: number },
): Uint8Array {
  const name = `${PREFIXES[part]}-labels-idx1-ubyte`;
  const { shape, values } = decodeIdx(checkBytes(owner, `${part}Labels`, files[`${part}Labels`]), 1, name);
  if (shape[0] !== images) throw new DataError(`${name}: wanted ${images} labels, one an image, found ${shape[0]}`);
  checkLabels(values, classes, name);
  return values;
}
