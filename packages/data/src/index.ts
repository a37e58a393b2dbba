export { decodeAmat } from './amat.ts';
export {
  batchesPerEpoch,
  type EvaluationBatchesOptions,
  evaluationBatches,
  type TrainBatchesOptions,
  trainBatches,
} from './batches.ts';
export {
  BINARIZED_MNIST_DEFAULTS,
  type BinarizedMnistFiles,
  type BinarizedMnistOptions,
  binarizedMnist,
} from './binarized-mnist.ts';
export { CIFAR10_DEFAULTS, type Cifar10Files, type Cifar10Options, cifar10 } from './cifar10.ts';
export { DataError, messageOf } from './data-error.ts';
export { type Dataset, SPLITS, type Split, type SplitSizes } from './dataset.ts';
export { DIGITS_DEFAULTS, digits } from './digits.ts';
export { decodeIdx, type IdxArray } from './idx.ts';
export { MNIST_DEFAULTS, type MnistFiles, type MnistOptions, mnist } from './mnist.ts';
export { type PixelDatasetOptions, type PixelSplit, pixelDataset } from './pixel-dataset.ts';
export { type Binarization, type QuantizeOptions, quantize } from './quantize.ts';
