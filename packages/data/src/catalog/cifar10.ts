import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { checkLabels } from '../dataset/labels.ts';
import { type PixelSplit, pixelDataset, splitTail } from '../dataset/pixel-dataset.ts';
import { checkBytes, checkInteger, kindOf, resolveOptions } from '../options.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const CHANNELS = 3;
const IMAGE = PLANE * CHANNELS;
const RECORD = 1 + IMAGE;

/** Files of the binary version: `data_batch_1.bin` … `_5.bin` in this order, and `test_batch.bin`. */
export interface Cifar10Files {
  readonly train: readonly Uint8Array[];
  readonly test: Uint8Array;
}

/** What one may choose of CIFAR-10. */
export interface Cifar10Options {
  /** Levels L of a sub-pixel: floor(v·L / 256). */
  levels: number;
  /** The last so many images of the train files are the validation split. */
  validSize: number;
}

/** All 256 levels, as in the papers, and 5,000 images to validate. */
export const CIFAR10_DEFAULTS: Cifar10Options = { levels: 256, validSize: 5_000 };

const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/**
 * CIFAR-10 (Krizhevsky 2009) from the bytes of its binary version: 45,000 / 5,000 / 10,000 RGB images of 32×32.
 *
 * @throws DataError on bytes that are not what they should be, or unknown options.
 */
export function cifar10(files: Cifar10Files, options?: Partial<Cifar10Options>): Dataset {
  const { levels, validSize } = resolveOptions('cifar10', CIFAR10_DEFAULTS, options);
  if (!Array.isArray(files.train)) throw new DataError(`cifar10: wanted train as an array, got ${kindOf(files.train)}`);
  files.train.forEach((bytes, i) => void checkBytes('cifar10', `train[${i}]`, bytes));
  checkBytes('cifar10', 'test', files.test);
  const train = decodeBatches(files.train, (i) => `data_batch_${i + 1}.bin`);
  const test = decodeBatches([files.test], () => 'test_batch.bin');
  checkInteger('cifar10', 'validSize', validSize, 0, train.labels!.length - 1);
  const { head, tail } = splitTail(train, IMAGE, validSize);
  return pixelDataset({
    name: 'cifar10',
    height: SIDE,
    width: SIDE,
    channels: CHANNELS,
    sourceLevels: 256,
    splits: { train: head, valid: tail, test },
    classes: CLASSES,
    quantize: { binarize: 'none', levels, seed: undefined },
  });
}

/** Records of a label byte and three planes (R, G, B) → [n, 32, 32, 3], all files one after the other. */
function decodeBatches(files: readonly Uint8Array[], nameOf: (i: number) => string): PixelSplit {
  const counts = files.map((bytes, i) => countRecords(bytes, nameOf(i)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pixels = new Uint8Array(total * IMAGE);
  const labels = new Uint8Array(total);
  let image = 0;
  files.forEach((bytes, i) => {
    const first = image;
    for (let start = 0; start < bytes.length; start += RECORD, image++) {
      labels[image] = bytes[start];
      interleave(bytes.subarray(start + 1, start + RECORD), pixels.subarray(image * IMAGE, (image + 1) * IMAGE));
    }
    checkLabels(labels.subarray(first, image), CLASSES.length, nameOf(i));
  });
  return { pixels, labels };
}

function countRecords(bytes: Uint8Array, file: string): number {
  if (bytes.length > 0 && bytes.length % RECORD === 0) return bytes.length / RECORD;
  throw new DataError(`${file}: wanted records of ${RECORD} bytes, found ${bytes.length} bytes`);
}

/** [3, 32·32] → [32·32, 3] */
function interleave(planes: Uint8Array, pixels: Uint8Array): void {
  for (let i = 0; i < PLANE; i++) {
    for (let c = 0; c < CHANNELS; c++) pixels[i * CHANNELS + c] = planes[c * PLANE + i];
  }
}
