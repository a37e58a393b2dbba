import { join } from 'node:path';
import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { QuantizeOptions } from '../dataset/quantize.ts';
import { type DataFolderOptions, dataFolder } from '../files/data-folder.ts';
import { FILE_SETS } from '../files/file-sets.ts';
import { type Contents, readFiles } from '../files/read-files.ts';
import { resolveOptions } from '../options.ts';
import { BINARIZED_MNIST_DEFAULTS, type BinarizedMnistOptions, binarizedMnist } from './binarized-mnist.ts';
import { CIFAR10_DEFAULTS, type Cifar10Options, cifar10 } from './cifar10.ts';
import { DIGITS_DEFAULTS, digits } from './digits.ts';
import { IMAGE_FOLDER_DEFAULTS, type ImageFolderOptions, imageFolder } from './image-folder.ts';
import { MNIST_DEFAULTS, type MnistOptions, mnist } from './mnist.ts';

/** The options of each data set by name. */
export interface DatasetOptions {
  digits: QuantizeOptions;
  mnist: MnistOptions;
  'binarized-mnist': BinarizedMnistOptions;
  cifar10: Cifar10Options;
  'image-folder': ImageFolderOptions;
}

/** A name that {@link openDataset} knows. */
export type DatasetName = keyof DatasetOptions;

/** Every data set with the defaults of its options. */
export const DATASET_DEFAULTS: DatasetOptions = {
  digits: DIGITS_DEFAULTS,
  mnist: MNIST_DEFAULTS,
  'binarized-mnist': BINARIZED_MNIST_DEFAULTS,
  cifar10: CIFAR10_DEFAULTS,
  'image-folder': IMAGE_FOLDER_DEFAULTS,
};

/** Names that {@link openDataset} knows. */
export const DATASETS = Object.keys(DATASET_DEFAULTS) as readonly DatasetName[];

type Openers = {
  readonly [N in DatasetName]: (folder: string, options: Partial<DatasetOptions[N]>) => Dataset | Promise<Dataset>;
};

const OPENERS: Openers = {
  digits: (_folder, options) => digits(options),
  mnist: async (folder, options) => mnist(mnistFiles(await readFiles(FILE_SETS.mnist, folder)), options),
  'binarized-mnist': async (folder, options) =>
    binarizedMnist(binarizedMnistFiles(await readFiles(FILE_SETS['binarized-mnist'], folder)), options),
  cifar10: async (folder, options) => cifar10(cifar10Files(await readFiles(FILE_SETS.cifar10, folder)), options),
  'image-folder': (folder, options) => imageFolder({ ...options, folder: options.folder ?? folder }),
};

/**
 * A data set by name, from the data folder. Its files are verified by length and sha256 each time: no training on
 * damaged data.
 *
 * @param options `dataDir` and the data set's own, which {@link DATASET_DEFAULTS} lists; others are errors.
 * @throws DataError if a file is missing (with the command that gets it) or is not what it should be.
 */
export async function openDataset<N extends DatasetName>(
  name: N,
  options?: DataFolderOptions & Partial<DatasetOptions[N]>,
): Promise<Dataset>;
export async function openDataset(name: string, options?: UntypedOptions): Promise<Dataset>;
export async function openDataset(name: string, { dataDir, ...options }: UntypedOptions = {}): Promise<Dataset> {
  if (!isDatasetName(name)) throw new DataError(`openDataset: wanted one of ${DATASETS.join(', ')}, got "${name}"`);
  resolveOptions<object>(name, DATASET_DEFAULTS[name], options); // before files are read
  const open: (folder: string, options: object) => Dataset | Promise<Dataset> = OPENERS[name];
  return open(join(dataFolder({ dataDir }), name), options);
}

/** Options as a command line or a file gives them; checked when the data set is opened. */
type UntypedOptions = DataFolderOptions & Readonly<Record<string, unknown>>;

const isDatasetName = (name: string): name is DatasetName => Object.hasOwn(DATASET_DEFAULTS, name);

const mnistFiles = (contents: Contents) => ({
  trainImages: contents.get('train-images-idx3-ubyte')!,
  trainLabels: contents.get('train-labels-idx1-ubyte')!,
  testImages: contents.get('t10k-images-idx3-ubyte')!,
  testLabels: contents.get('t10k-labels-idx1-ubyte')!,
});

const binarizedMnistFiles = (contents: Contents) => ({
  train: contents.get('binarized_mnist_train.amat')!,
  valid: contents.get('binarized_mnist_valid.amat')!,
  test: contents.get('binarized_mnist_test.amat')!,
});

const cifar10Files = (contents: Contents) => ({
  train: [1, 2, 3, 4, 5].map((i) => contents.get(`data_batch_${i}.bin`)!),
  test: contents.get('test_batch.bin')!,
});
