export {
  BINARIZED_MNIST_DEFAULTS,
  type BinarizedMnistFiles,
  type BinarizedMnistOptions,
  binarizedMnist,
} from './catalog/binarized-mnist.ts';
export { CIFAR10_DEFAULTS, type Cifar10Files, type Cifar10Options, cifar10 } from './catalog/cifar10.ts';
export { CIFAR100_DEFAULTS, type Cifar100Files, type Cifar100Options, cifar100 } from './catalog/cifar100.ts';
export { DIGITS_DEFAULTS, digits } from './catalog/digits.ts';
export { EMNIST_DEFAULTS, EMNIST_PARTS, type EmnistOptions, type EmnistPart, emnist } from './catalog/emnist.ts';
export {
  FASHION_MNIST_DEFAULTS,
  fashionMnist,
  KMNIST_DEFAULTS,
  kmnist,
  MNIST_DEFAULTS,
  type MnistFiles,
  type MnistOptions,
  mnist,
} from './catalog/mnist.ts';
export { DataError, DataOptionError } from './data-error.ts';
export {
  batchesPerEpoch,
  type EvaluationBatch,
  type EvaluationBatchesOptions,
  evaluationBatches,
  type TrainBatchesOptions,
  trainBatches,
} from './dataset/batches.ts';
export {
  type BadImage,
  type BadImagesOptions,
  type Dataset,
  SPLITS,
  type Split,
  type SplitSizes,
} from './dataset/dataset.ts';
export { type PixelDatasetOptions, type PixelSplit, pixelDataset } from './dataset/pixel-dataset.ts';
export { type Binarization, type QuantizeOptions, quantize } from './dataset/quantize.ts';
export type { Degradation } from './degrade/degradation.ts';
export { degraded, valuesOf } from './degrade/degraded.ts';
export { DEGRADATION_FORMS, degradationOf, parseDegradation } from './degrade/parse-degradation.ts';
export { decodeAmat } from './formats/amat.ts';
export { decodeIdx, type IdxArray } from './formats/idx.ts';
export { isRegion, pixelsText, REGION_FORMS, regionMask } from './images/region.ts';
export { resolveOptions } from './options.ts';
