import { join } from 'node:path';
import { type JsonObject, registry } from '@pixelrnn/core';
import { DataError } from '../data-error.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { QuantizeOptions } from '../dataset/quantize.ts';
import { type DataFolderOptions, dataFolder } from '../files/data-folder.ts';
import { FILE_SETS } from '../files/file-sets.ts';
import type { FileSet } from '../files/file-spec.ts';
import { type Contents, readFiles } from '../files/read-files.ts';
import { resolveOptions } from '../options.ts';
import { type PackedOptions, packed } from '../pack/packed.ts';
import { BINARIZED_MNIST_DEFAULTS, type BinarizedMnistOptions, binarizedMnist } from './binarized-mnist.ts';
import { CIFAR10_DEFAULTS, type Cifar10Options, cifar10 } from './cifar10.ts';
import { CIFAR100_DEFAULTS, type Cifar100Options, cifar100 } from './cifar100.ts';
import { digits } from './digits.ts';
import { EMNIST_DEFAULTS, type EmnistOptions, emnist } from './emnist.ts';
import { emnistFiles } from './emnist-files.ts';
import { imageFolder } from './image-folder/image-folder.ts';
import type { ImageFolderOptions } from './image-folder/image-folder-options.ts';
import type { ImageReader } from './image-folder/read-image.ts';
import {
  FASHION_MNIST_DEFAULTS,
  fashionMnist,
  KMNIST_DEFAULTS,
  kmnist,
  MNIST_DEFAULTS,
  type MnistOptions,
  mnist,
} from './mnist.ts';
import { type SmallImagenetOptions, smallImagenet } from './small-imagenet/small-imagenet.ts';

/** The options of each data set of this package by name. */
export interface DatasetOptions {
  digits: QuantizeOptions;
  mnist: MnistOptions;
  'binarized-mnist': BinarizedMnistOptions;
  cifar10: Cifar10Options;
  'image-folder': ImageFolderOptions;
  'fashion-mnist': MnistOptions;
  kmnist: MnistOptions;
  cifar100: Cifar100Options;
  emnist: EmnistOptions;
  imagenet32: SmallImagenetOptions;
  imagenet64: SmallImagenetOptions;
  pack: PackedOptions;
}

/** The machine that a data set is opened on, apart from the options, which are the same on all. */
export interface DatasetHost {
  /** Where the files of this data set lie, if it has some: the folder of its name in the data folder. It may not be there. */
  readonly folder: string;
  /** Reads image files. Default: one after the other, in this thread. */
  readonly readImages?: ImageReader;
}

/**
 * Opens a data set with the options of a recipe. It should be quick: what takes long (decoding, drawing) belongs into
 * `read`, between whose calls a run can be stopped, and a download before it.
 *
 * @throws DataError for options that it does not know (`resolveOptions` sees to that), before it reads a file
 */
export type DatasetFactory<O extends object = JsonObject> = (
  options: Partial<O>,
  host: DatasetHost,
) => Dataset | Promise<Dataset>;

type BuiltIn = { readonly [N in keyof DatasetOptions]: DatasetFactory<DatasetOptions[N]> };

const BUILT_IN: BuiltIn = {
  digits: (options) => digits(options),
  mnist: fromFiles(FILE_SETS.mnist, MNIST_DEFAULTS, (contents, options) => mnist(mnistFiles(contents), options)),
  'binarized-mnist': fromFiles(FILE_SETS['binarized-mnist'], BINARIZED_MNIST_DEFAULTS, (contents, options) =>
    binarizedMnist(binarizedMnistFiles(contents), options),
  ),
  cifar10: fromFiles(FILE_SETS.cifar10, CIFAR10_DEFAULTS, (contents, options) =>
    cifar10(cifar10Files(contents), options),
  ),
  'image-folder': (options, { folder, readImages }) =>
    imageFolder({ ...options, folder: options.folder ?? folder }, readImages),
  'fashion-mnist': fromFiles(FILE_SETS['fashion-mnist'], FASHION_MNIST_DEFAULTS, (contents, options) =>
    fashionMnist(mnistFiles(contents), options),
  ),
  kmnist: fromFiles(FILE_SETS.kmnist, KMNIST_DEFAULTS, (contents, options) => kmnist(mnistFiles(contents), options)),
  cifar100: fromFiles(FILE_SETS.cifar100, CIFAR100_DEFAULTS, (contents, options) =>
    cifar100({ train: contents.get('train.bin')!, test: contents.get('test.bin')! }, options),
  ),
  emnist: fromFiles(FILE_SETS.emnist, EMNIST_DEFAULTS, (contents, options) =>
    emnist(emnistFiles(contents.get('gzip.zip')!, options.part), options),
  ),
  imagenet32: (options, { folder }) => smallImagenet('imagenet32', folder, options),
  imagenet64: (options, { folder }) => smallImagenet('imagenet64', folder, options),
  pack: (options) => packed(options),
};

// biome-ignore lint/suspicious/noExplicitAny: a registry holds factories of every options type; each checks its own.
const factories = registry<DatasetFactory<any>>('Dataset', { ...BUILT_IN });

/**
 * Makes a data set known by name, so that {@link openDataset} and recipes can ask for it. The name is stored with every
 * run that uses it: whoever goes on with one registers it first.
 *
 * @throws if the name is taken by another factory
 */
export const registerDataset = <O extends object = JsonObject>(name: string, factory: DatasetFactory<O>): void =>
  factories.register(name, factory);

/** Names that {@link openDataset} knows: those of this package, then those registered. */
export const datasetNames = (): string[] => factories.names();

/**
 * A data set by name, from the data folder. Files of public data sets are verified by length and sha256 each time: no
 * training on damaged data.
 *
 * @param options `dataDir` and the data set's own; others are errors.
 * @param host what else this machine has to open it with
 * @throws DataError if a file is missing (with the command that gets it) or is not what it should be.
 */
export async function openDataset<N extends keyof DatasetOptions>(
  name: N,
  options?: DataFolderOptions & Partial<DatasetOptions[N]>,
  host?: Omit<DatasetHost, 'folder'>,
): Promise<Dataset>;
export async function openDataset(
  name: string,
  options?: UntypedOptions,
  host?: Omit<DatasetHost, 'folder'>,
): Promise<Dataset>;
export async function openDataset(
  name: string,
  { dataDir, ...options }: UntypedOptions = {},
  host: Omit<DatasetHost, 'folder'> = {},
): Promise<Dataset> {
  if (!factories.has(name))
    throw new DataError(
      `openDataset: wanted one of ${datasetNames().join(', ')}, got "${name}" (registerDataset adds to them)`,
    );
  return factories.get(name)(options, { ...host, folder: join(dataFolder({ dataDir }), name) });
}

/** Whether a data set with these options reads the data folder: not one that is embedded, nor one that is given a folder of its own. */
export const usesDataFolder = (name: string, options: Readonly<Record<string, unknown>> = {}): boolean =>
  name !== 'digits' && name !== 'pack' && !(name === 'image-folder' && options.folder !== undefined);

/** Options as a command line or a file gives them; the data set checks its own. */
type UntypedOptions = DataFolderOptions & Readonly<Record<string, unknown>>;

/** A data set whose files are all read when it is opened. Options first: a misspelt one need not wait for them. */
function fromFiles<O extends object>(
  set: FileSet,
  defaults: O,
  make: (contents: Contents, options: Partial<O>) => Dataset,
): DatasetFactory<O> {
  return async (options, { folder }) => {
    resolveOptions(set.dataset, defaults, options);
    return make(await readFiles(set, folder), options);
  };
}

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
