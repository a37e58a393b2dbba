/** Where the files of a trained run lie: what `loadPretrained` of `@pixelrnn/weights` takes. */
export interface PretrainedFiles {
  /** Model, recipe and machine. */
  readonly config: URL;
  /** The averaged parameters, as safetensors. */
  readonly weights: URL;
}

// Each URL is written out, so that bundlers see it and bring the file along.
const FILES = {
  'mnist-diagonal-bilstm': {
    config: new URL('../runs/mnist-diagonal-bilstm/config.json', import.meta.url),
    weights: new URL('../runs/mnist-diagonal-bilstm/checkpoints/174000/averaged.safetensors', import.meta.url),
  },
  'mnist-diagonal-bilstm-classes': {
    config: new URL('../runs/mnist-diagonal-bilstm-classes/config.json', import.meta.url),
    weights: new URL('../runs/mnist-diagonal-bilstm-classes/checkpoints/47717/averaged.safetensors', import.meta.url),
  },
  'mnist-row-lstm': {
    config: new URL('../runs/mnist-row-lstm/config.json', import.meta.url),
    weights: new URL('../runs/mnist-row-lstm/checkpoints/55211/averaged.safetensors', import.meta.url),
  },
  'mnist-pixel-cnn': {
    config: new URL('../runs/mnist-pixel-cnn/config.json', import.meta.url),
    weights: new URL('../runs/mnist-pixel-cnn/checkpoints/48000/averaged.safetensors', import.meta.url),
  },
  'mnist-gated-pixel-cnn': {
    config: new URL('../runs/mnist-gated-pixel-cnn/config.json', import.meta.url),
    weights: new URL('../runs/mnist-gated-pixel-cnn/checkpoints/6200/averaged.safetensors', import.meta.url),
  },
  'mnist-pixel-cnn-pp': {
    config: new URL('../runs/mnist-pixel-cnn-pp/config.json', import.meta.url),
    weights: new URL('../runs/mnist-pixel-cnn-pp/checkpoints/6646/averaged.safetensors', import.meta.url),
  },
  'mnist-multi-scale': {
    config: new URL('../runs/mnist-multi-scale/config.json', import.meta.url),
    weights: new URL('../runs/mnist-multi-scale/checkpoints/24060/averaged.safetensors', import.meta.url),
  },
  'mnist-order-mixture': {
    config: new URL('../runs/mnist-order-mixture/config.json', import.meta.url),
    weights: new URL('../runs/mnist-order-mixture/checkpoints/66000/averaged.safetensors', import.meta.url),
  },
  'cifar10-pixel-cnn-pp-small': {
    config: new URL('../runs/cifar10-pixel-cnn-pp-small/config.json', import.meta.url),
    weights: new URL('../runs/cifar10-pixel-cnn-pp-small/checkpoints/6774/averaged.safetensors', import.meta.url),
  },
  'natural-gated-pixel-cnn': {
    config: new URL('../runs/natural-gated-pixel-cnn/config.json', import.meta.url),
    weights: new URL('../runs/natural-gated-pixel-cnn/checkpoints/4529/averaged.safetensors', import.meta.url),
  },
} as const satisfies Record<string, PretrainedFiles>;

/** One of {@link PRETRAINED}. */
export type PretrainedName = keyof typeof FILES;

/** The presets of `@pixelrnn/models` that this package has weights of. */
export const PRETRAINED = Object.keys(FILES) as readonly PretrainedName[];

/** Whether there are weights of a preset. */
export const isPretrained = (name: string): name is PretrainedName => Object.hasOwn(FILES, name);

/** The files of a trained run, in Node and in browsers. */
export const pretrained = (name: PretrainedName): PretrainedFiles => FILES[name];
