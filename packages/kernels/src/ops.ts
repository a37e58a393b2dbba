import type { Attributes, Shapes } from './training/shapes.ts';

/**
 * The fused operations: their names, inputs and attributes, shared by the layers that call them (through `fusedOp` of
 * `@pixelrnn/core`) and the backends that register them. A backend's kernel returns its `outputs` first, then `saved` tensors of
 * its own layout; its gradient kernel takes the gradient of each output (`dy` for `y`), the named inputs, then `saved0`, `saved1`, … and
 * returns one tensor for each name of `gradient.outputs`. The gradient of an input not listed there (a residual) is `dy` itself. A
 * weight matrix [K, N] may come with its rows on several axes, as [taps, Ci, Co] for [taps·Ci, Co]; its gradient then has the same axes.
 */
export interface FusedKernel {
  readonly name: string;
  /** Inputs that have a gradient, in the order of the native operation. */
  readonly inputs: readonly string[];
  /** Inputs of {@link inputs} that may be absent. */
  readonly optional: readonly string[];
  /** Inputs without a gradient (labels, targets); they follow {@link inputs} in the native operation. */
  readonly constants: readonly string[];
  readonly attributes: { readonly [name: string]: 'int' | 'float' | 'bool' | 'string' };
  /** Mostly `y` alone. The gradients of those after the first may be absent, and are then 0. */
  readonly outputs: readonly string[];
  /** How many tensors beside its outputs the forward kernel returns for its gradient. */
  readonly saved: number;
  readonly gradient: {
    readonly name: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    /** The input that may be data, such as images: with the attribute `data`, the gradient kernel returns nothing for it, an empty [0]. */
    readonly data?: string;
  };
}

/** Inputs of the forward kernel, in the order of the native operation. */
export const forwardInputs = (kernel: FusedKernel): string[] => [...kernel.inputs, ...kernel.constants];

/** Inputs of the gradient kernel, in the order of the native operation. */
export const gradientInputs = (kernel: FusedKernel): string[] => [
  ...kernel.outputs.map((output) => `d${output}`),
  ...kernel.gradient.inputs,
  ...Array.from({ length: kernel.saved }, (_, i) => `saved${i}`),
];

/** What a backend's registration of a fused kernel may have beside what TensorFlow.js asks for. */
export interface KernelLimits {
  /** Why the kernel cannot do a problem of this size, if so: the layers then run their reference operations. */
  readonly declines?: (shapes: Shapes, attributes: Attributes) => string | undefined;
}

function fusedKernel(
  name: string,
  options: Pick<FusedKernel, 'inputs'> &
    Partial<Omit<FusedKernel, 'gradient'>> & { gradientInputs: readonly string[]; data?: string },
): FusedKernel {
  const { inputs, optional = [], constants = [], attributes = {}, outputs = ['y'], saved = 0 } = options;
  const gradient = {
    name: `${name}Grad`,
    inputs: options.gradientInputs,
    outputs: inputs.filter((input) => input !== 'residual'),
    data: options.data,
  };
  return { name, inputs, optional, constants, attributes, outputs, saved, gradient };
}

const CONVOLUTION = { rows: 'int', width: 'int', last: 'int' } as const;

export const FUSED_KERNELS = {
  /**
   * x [B, H, W, Ci], w [taps·Ci, Co] (visible taps only: see `Taps` in core), b [Co], residual [B, H, W, Co] → y [B, H, W, Co];
   * `relu`: on the input. Zero outside the image.
   */
  maskedConv2d: fusedKernel('PixelrnnMaskedConv2d', {
    inputs: ['x', 'w', 'b', 'residual'],
    optional: ['residual'],
    attributes: { ...CONVOLUTION, relu: 'bool' },
    gradientInputs: ['x', 'w'],
    data: 'x',
  }),
  /** x [B, H, W, D·4h], w [D, T, h, 4h], h0 [D, h], c0 [D, h] → y [B, H, W, h] (merge, or D = 1) or [B, H, W, D·h]. */
  lstmScan: fusedKernel('PixelrnnLstmScan', {
    inputs: ['x', 'w', 'h0', 'c0'],
    attributes: { kind: 'string', merge: 'bool' },
    saved: 1,
    gradientInputs: ['w', 'h0', 'c0'],
  }),
  /** Input-to-state, scan (merged), output projection, residual: x [B, H, W, Ci] → y [B, H, W, Co]; per-image biases ci [B, D·4h]. */
  lstmLayer: fusedKernel('PixelrnnLstmLayer', {
    inputs: ['x', 'wi', 'bi', 'ws', 'h0', 'c0', 'wo', 'bo', 'ci'],
    optional: ['ci'],
    attributes: { kind: 'string', residual: 'bool' },
    saved: 1,
    gradientInputs: ['x', 'wi', 'ws', 'h0', 'c0', 'wo'],
  }),
  /** y = x + conv1×1(relu(conv(relu(conv1×1(relu(x)))))) with widths C → h → h → C. */
  pixelCnnBlock: fusedKernel('PixelrnnPixelCnnBlock', {
    inputs: ['x', 'w1', 'b1', 'w2', 'b2', 'w3', 'b3'],
    attributes: CONVOLUTION,
    saved: 2,
    gradientInputs: ['x', 'w1', 'w2', 'w3'],
  }),
  /**
   * The two-stack layer: xh (here) and xv (above) [B, H, W, P], wv [⌈k/2⌉·k·P, 2P], bv [2P], wl [2P, 2P], wh [⌈k/2⌉·P, 2P], bh [2P],
   * wo [P, P], bo [P], per-image biases cv, ch [B, 2P] → yh and yv [B, H, W, P]. The letters say horizontal and vertical stack.
   */
  gatedLayer: fusedKernel('PixelrnnGatedLayer', {
    inputs: ['xh', 'xv', 'wv', 'bv', 'wl', 'wh', 'bh', 'wo', 'bo', 'cv', 'ch'],
    optional: ['cv', 'ch'],
    attributes: { size: 'int', residual: 'bool' },
    outputs: ['yh', 'yv'],
    saved: 2,
    gradientInputs: ['xh', 'xv', 'wv', 'wl', 'wh', 'wo'],
  }),
  /** z [B, H, W, 2P] → y = tanh(z₁) ⊙ σ(z₂) of its halves, [B, H, W, P]. */
  gate: fusedKernel('PixelrnnGate', { inputs: ['z'], gradientInputs: ['z'] }),
  /** x [B, H, W, C] → y = elu(x), elu(−x) side by side, [B, H, W, 2C]. */
  concatElu: fusedKernel('PixelrnnConcatElu', { inputs: ['x'], gradientInputs: ['x'] }),
  /** z [B, H, W, 2P], residual [B, H, W, P] → y = residual + z₁ ⊙ σ(z₂) of z's halves, [B, H, W, P]. */
  gatedResidual: fusedKernel('PixelrnnGatedResidual', { inputs: ['z', 'residual'], gradientInputs: ['z'] }),
  /** logits [M, L], labels int32 [M] → nats [M]. */
  softmaxCrossEntropy: fusedKernel('PixelrnnSoftmaxCrossEntropy', {
    inputs: ['logits'],
    constants: ['labels'],
    saved: 1,
    gradientInputs: ['logits', 'labels'],
  }),
  /** logits [M], targets [M] in {0, 1} → nats [M]. */
  bernoulliCrossEntropy: fusedKernel('PixelrnnBernoulliCrossEntropy', {
    inputs: ['logits'],
    constants: ['targets'],
    gradientInputs: ['logits', 'targets'],
  }),
  /**
   * parameters [M, K·(1 + 2)], of colours [M, K·(1 + 9)], levels of pixels [M, C] with NaN for what is none → nats [M]; `levels`: L.
   */
  logisticMixtureCrossEntropy: fusedKernel('PixelrnnLogisticMixtureCrossEntropy', {
    inputs: ['parameters'],
    constants: ['pixels'],
    attributes: { levels: 'int' },
    saved: 1,
    gradientInputs: ['parameters', 'pixels'],
  }),
} as const satisfies Record<string, FusedKernel>;

/**
 * One step of an optimizer for all parameters, laid end to end as vectors [n]: new parameters and slots out. The attributes change
 * with every step; a native kernel takes them as one more tensor, in this order, since TensorFlow keeps a kernel for each set of
 * attributes that it has seen.
 */
export interface OptimizerKernel {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly attributes: readonly string[];
  readonly outputs: readonly string[];
}

export const OPTIMIZER_KERNELS = {
  /**
   * `mean ← β₁ mean + (1 − β₁)g`, `square ← β₂ square + (1 − β₂)g²`, `params ← params − rate · mean / (√square · correction + ε)`
   * (Kingma & Ba, algorithm 1, with `rate = α / (1 − β₁ᵗ)` and `correction = 1 / √(1 − β₂ᵗ)`).
   */
  adam: {
    name: 'PixelrnnAdam',
    inputs: ['params', 'gradients', 'mean', 'square'],
    attributes: ['rate', 'correction', 'beta1', 'beta2', 'epsilon'],
    outputs: ['params', 'mean', 'square'],
  },
  /** `square ← decay · square + (1 − decay)g²`, `params ← params − rate · g / (√square + ε)`. */
  rmsprop: {
    name: 'PixelrnnRmsprop',
    inputs: ['params', 'gradients', 'square'],
    attributes: ['rate', 'decay', 'epsilon'],
    outputs: ['params', 'square'],
  },
} as const satisfies Record<string, OptimizerKernel>;

/** Of the vector of all parameters, as they are trained, or of its gradient. */
export const PARAMETER_KERNELS = {
  /**
   * vector [n], attribute `shapes` (a list of shapes) → the tensors that layers see, one for each shape. For backends where a reshape is
   * an operation of its own.
   */
  unflatten: 'PixelrnnUnflatten',
  /** The inverse, from tensors of any shapes to the vector [n], which is also the gradient. */
  flatten: 'PixelrnnFlatten',
  /** vector [n] → a list of one scalar, √Σ vector²; the same bits for any number of threads. */
  norm: 'PixelrnnNorm',
} as const;

/** The names of all kernels but the gradients. */
export const KERNEL_NAMES: readonly string[] = [
  ...[...Object.values(FUSED_KERNELS), ...Object.values(OPTIMIZER_KERNELS)].map(({ name }) => name),
  ...Object.values(PARAMETER_KERNELS),
];

/** Whether a kernel of this name is one of ours, gradients included: all our names, and no others, begin so. */
export const isOwnKernel = (name: string): boolean => name.startsWith('Pixelrnn');
