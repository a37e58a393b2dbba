import { type Dataset, SPLITS, type Split } from '../dataset/dataset.ts';
import { type PixelSplit, pixelDataset } from '../dataset/pixel-dataset.ts';
import { decodeAmat } from '../formats/amat.ts';
import { checkBytes, resolveOptions } from '../options.ts';

const SIDE = 28;

/** `binarized_mnist_{train,valid,test}.amat`, decompressed. */
export type BinarizedMnistFiles = Readonly<Record<Split, Uint8Array>>;

/** The bits are fixed: there is nothing to choose. */
export type BinarizedMnistOptions = Record<string, never>;
/** No options. */
export const BINARIZED_MNIST_DEFAULTS: BinarizedMnistOptions = {};

/**
 * MNIST with the fixed binarization of Salakhutdinov & Murray (2008), in Larochelle's files: 50,000 / 10,000 / 10,000
 * images of 28×28 bits. The data of the papers' MNIST numbers (van den Oord et al. 2016, section 5.3). No labels. The
 * test split is sorted by digit.
 *
 * @throws DataError on bytes that are not what they should be.
 */
export function binarizedMnist(files: BinarizedMnistFiles, options?: Partial<BinarizedMnistOptions>): Dataset {
  resolveOptions('binarized-mnist', BINARIZED_MNIST_DEFAULTS, options);
  const [train, valid, test] = SPLITS.map((split): PixelSplit => ({ pixels: decodeBits(files, split) }));
  const dataset = pixelDataset({
    name: 'binarized-mnist',
    height: SIDE,
    width: SIDE,
    channels: 1,
    sourceLevels: 2,
    splits: { train, valid, test },
    quantize: { binarize: 'none', levels: 2, seed: undefined },
  });
  return { ...dataset, config: { ...dataset.config, binarize: 'fixed' } };
}

const decodeBits = (files: BinarizedMnistFiles, split: Split): Uint8Array =>
  decodeAmat(checkBytes('binarized-mnist', split, files[split]), SIDE * SIDE, `binarized_mnist_${split}.amat`);
