import type { PresetName } from '@pixelrnn/models';
import type { RecipeInput } from './recipe-schema.ts';

/** `paper`: as the paper trained. `fast`: as good as a few minutes on a CPU allow. */
export const RECIPE_STYLES = ['paper', 'fast'] as const;
/** One of {@link RECIPE_STYLES}. */
export type RecipeStyle = (typeof RECIPE_STYLES)[number];

/** A recipe without its length, which comes from the caller, and of the model no more than what it changes of the preset's. */
type Training = Partial<Omit<RecipeInput, 'preset'>> & Required<Pick<RecipeInput, 'dataset' | 'optimizer'>>;

/**
 * RMSProp and batches of 16 (PixelRNN §5.1); neither rates, their schedule nor the length of training are published ("manually set
 * … to the highest values that allowed fast convergence"), so rate and epochs are ours.
 */
const paper = (dataset: Training['dataset'], batchSize = 16): Training => ({
  dataset,
  batchSize,
  optimizer: { name: 'rmsprop', learningRate: 1e-3 },
  epochs: 100,
});

/**
 * As PixelCNN++ was trained (the code of Salimans et al. 2017): Adam with long means, a rate that falls by 5·10⁻⁶ every step, averaged
 * weights, 8 GPUs of 16 images each. The sum of the images' nats that it minimizes and our mean differ by nothing that Adam sees.
 */
const plusPlus = (dataset: Training['dataset']): Training => ({
  dataset,
  batchSize: 128,
  optimizer: { name: 'adam', learningRate: 1e-3, beta1: 0.95, beta2: 0.9995 },
  schedule: [{ name: 'exponential', decay: 0.999995 }],
  ema: { decay: 0.9995 },
  epochs: 5000,
});

/**
 * Adam whose weights decay: those of LSTMs grow without end otherwise, until gates are shut, gradients grow, and at high rates the loss with
 * them. For presets of MNIST, of which it was measured with these rates; it put a PixelVAE's latents to sleep.
 */
const decaying = (learningRate: number) => ({ name: 'adamw', learningRate, weightDecay: 0.1 }) as const;
const adam = (learningRate: number) => ({ name: 'adam', learningRate }) as const;

/**
 * Small batches, a rate that warms up and falls to zero over the run, and an average for evaluation. The gradient of an MNIST image's nats
 * has a norm of 40 to 200, so clipping at 1 makes all steps count the same; 50 and 200 did as well after 400 steps.
 */
const fast = (
  dataset: Training['dataset'],
  optimizer: Training['optimizer'],
  { minutes, evaluateImages = 400 }: { minutes: number; evaluateImages?: number },
): Training => ({
  dataset,
  batchSize: 8,
  optimizer,
  schedule: [{ name: 'warm-up', steps: 100 }, { name: 'linear' }],
  clip: { norm: 1 },
  ema: { decay: 0.999, warmUp: true },
  evaluateImages,
  minutes,
});

/** Larochelle's fixed bits: the data of the papers' MNIST numbers. */
const BINARIZED_MNIST = { name: 'binarized-mnist' } as const;
/** Labels are known only for MNIST itself; its bits are drawn anew each epoch. */
const LABELLED_MNIST = { name: 'mnist', options: { binarize: 'stochastic', seed: 0 } } as const;
const CIFAR10 = { name: 'cifar10' } as const;
/** Downsampled ImageNet, in whichever version was imported. */
const imageNet = (size: 32 | 64) => ({ name: `imagenet${size}` }) as const;

/** PixelVAE's code: Adam, batches of 100, 200,000 iterations, of which the first 10,000 warm up; CIFAR-10 as its ImageNet, batches of 48. */
const pixelVae = (dataset: Training['dataset'], batchSize: number, epochs: number): Training => ({
  dataset,
  batchSize,
  optimizer: { name: 'adam', learningRate: 1e-3 },
  epochs,
});

const mnist = (dataset: Training['dataset'], learningRate: number, evaluateImages?: number) => ({
  paper: paper(dataset),
  fast: fast(dataset, decaying(learningRate), { minutes: 10, evaluateImages }),
});

const cifar10 = { paper: paper(CIFAR10), fast: fast(CIFAR10, adam(3e-3), { minutes: 60 }) };

/** How each preset of `@pixelrnn/models` is trained. ImageNet and the whole PixelCNN++ have no fast way. */
export const RECIPES: Readonly<Record<PresetName, { readonly paper: Training; readonly fast?: Training }>> = {
  quickstart: { paper: paper(LABELLED_MNIST), fast: fast(LABELLED_MNIST, decaying(1e-2), { minutes: 2 }) },
  'mnist-pixel-cnn': mnist(BINARIZED_MNIST, 3e-3),
  'mnist-row-lstm': mnist(BINARIZED_MNIST, 5e-3),
  'mnist-diagonal-bilstm': mnist(BINARIZED_MNIST, 4e-3),
  'mnist-diagonal-bilstm-classes': mnist(LABELLED_MNIST, 4e-3),
  'mnist-order-mixture': mnist(BINARIZED_MNIST, 4e-3, 100), // eight passes each
  'mnist-gated-pixel-cnn': mnist(BINARIZED_MNIST, 2e-3, 200),
  'mnist-gated-pixel-cnn-classes': mnist(LABELLED_MNIST, 2e-3, 200),
  'mnist-multi-scale': mnist(BINARIZED_MNIST, 2e-3),
  'mnist-pixel-cnn-pp': {
    paper: plusPlus(BINARIZED_MNIST),
    fast: fast(BINARIZED_MNIST, decaying(2e-3), { minutes: 10, evaluateImages: 200 }),
  },
  // A tenth of the steps that ten minutes allow warm up.
  'mnist-pixel-vae': {
    paper: pixelVae(BINARIZED_MNIST, 100, 400),
    fast: { ...fast(BINARIZED_MNIST, adam(3e-3), { minutes: 10 }), model: { warmUp: 500 } },
  },
  'mnist-auto-encoder': mnist(BINARIZED_MNIST, 2e-3, 200),
  'cifar10-pixel-vae': {
    paper: pixelVae(CIFAR10, 48, 400),
    fast: { ...fast(CIFAR10, adam(2e-3), { minutes: 60 }), model: { warmUp: 500 } },
  },
  'cifar10-pixel-cnn': cifar10,
  'cifar10-row-lstm': cifar10,
  'cifar10-diagonal-bilstm': cifar10,
  'cifar10-gated-pixel-cnn': cifar10,
  'cifar10-gated-pixel-cnn-classes': cifar10,
  'cifar10-multi-scale': cifar10,
  'cifar10-pixel-cnn-pp': { paper: plusPlus(CIFAR10) },
  'cifar10-pixel-cnn-pp-small': {
    paper: plusPlus(CIFAR10),
    fast: fast(CIFAR10, adam(3e-3), { minutes: 60 }),
  },
  'natural-gated-pixel-cnn': cifar10,
  // PixelVAE's code: batches of 48, 400,000 iterations, the norm of the gradient at most 5, half the rate after 180,000.
  'imagenet64-pixel-vae': {
    paper: {
      ...pixelVae(imageNet(64), 48, 15),
      clip: { norm: 5 },
      schedule: [{ name: 'step', steps: 180_000, factor: 0.5 }],
    },
  },
  // Batches "as large as memory allows" (§5.1): 64 and 32.
  'imagenet32-row-lstm': { paper: paper(imageNet(32), 64) },
  'imagenet64-row-lstm': { paper: paper(imageNet(64), 32) },
  'imagenet64-multi-scale': { paper: paper(imageNet(64), 32) },
  // 32 workers with a batch of 128 in all (Gated PixelCNN §3.1).
  'imagenet32-gated-pixel-cnn': { paper: paper(imageNet(32), 128) },
};
