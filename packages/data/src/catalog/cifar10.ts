import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { pixelDataset, splitTail } from '../dataset/pixel-dataset.ts';
import { CIFAR_IMAGE, decodeCifar } from '../formats/cifar.ts';
import { checkBytes, checkInteger, kindOf, resolveOptions } from '../options.ts';

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
  const layout = { labels: 1, label: 0, classes: CLASSES.length };
  const train = decodeCifar(files.train, (i) => `data_batch_${i + 1}.bin`, layout);
  const test = decodeCifar([files.test], () => 'test_batch.bin', layout);
  checkInteger('cifar10', 'validSize', validSize, 0, train.labels!.length - 1);
  const { head, tail } = splitTail(train, CIFAR_IMAGE.size, validSize);
  return pixelDataset({
    name: 'cifar10',
    height: CIFAR_IMAGE.side,
    width: CIFAR_IMAGE.side,
    channels: CIFAR_IMAGE.channels,
    sourceLevels: 256,
    splits: { train: head, valid: tail, test },
    classes: CLASSES,
    quantize: { binarize: 'none', levels, seed: undefined },
  });
}
