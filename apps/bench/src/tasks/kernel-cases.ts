import { FUSED_KERNELS, type FusedKernel } from '@pixelrnn/kernels';

type Shape = readonly number[];

/** One fused kernel at one size. Shapes and operations are those of a batch of B images. */
export interface KernelCase {
  readonly kernel: FusedKernel;
  readonly attributes: Readonly<Record<string, number | boolean | string>>;
  /** Shapes of the inputs, and of constants with what their values may be. */
  readonly shapes: (batch: number) => Readonly<Record<string, Shape>>;
  /** Constants are whole numbers below this. */
  readonly constantsBelow?: number;
  /** Operations of the matrix products in the forward pass, before any are shared; the backward pass has twice as many. Undefined: bound by memory. */
  readonly flops?: (batch: number) => number;
}

interface Size {
  readonly side: number;
  readonly hidden: number;
}

const SIZES: readonly Size[] = [
  { side: 28, hidden: 16 },
  { side: 32, hidden: 64 },
  { side: 32, hidden: 128 },
];

/** Directions, taps of the state, taps of the input. */
const SCANS = { diagonal: { directions: 2, taps: 2, inputTaps: 1 }, row: { directions: 1, taps: 3, inputTaps: 2 } };
type ScanKind = keyof typeof SCANS;

function scan(kind: ScanKind, { side, hidden: h }: Size): KernelCase {
  const { directions: d, taps } = SCANS[kind];
  return {
    kernel: FUSED_KERNELS.lstmScan,
    attributes: { kind, merge: true },
    shapes: (b) => ({ x: [b, side, side, d * 4 * h], w: [d, taps, h, 4 * h], h0: [d, h], c0: [d, h] }),
    flops: (b) => 2 * b * side * side * d * taps * h * 4 * h,
  };
}

function layer(kind: ScanKind, { side, hidden: h }: Size): KernelCase {
  const { directions: d, taps, inputTaps } = SCANS[kind];
  const c = 2 * h;
  return {
    kernel: FUSED_KERNELS.lstmLayer,
    attributes: { kind, residual: true },
    shapes: (b) => ({
      x: [b, side, side, c],
      wi: [inputTaps * c, d * 4 * h],
      bi: [d * 4 * h],
      ws: [d, taps, h, 4 * h],
      h0: [d, h],
      c0: [d, h],
      wo: [h, c],
      bo: [c],
    }),
    flops: (b) => 2 * b * side * side * (d * 4 * h * (inputTaps * c + taps * h) + h * c),
  };
}

function block({ side, hidden: h }: Size): KernelCase {
  const taps = 5;
  return {
    kernel: FUSED_KERNELS.pixelCnnBlock,
    attributes: { rows: 2, width: 3, last: 2 },
    shapes: (b) => ({
      x: [b, side, side, 2 * h],
      w1: [2 * h, h],
      b1: [h],
      w2: [taps * h, h],
      b2: [h],
      w3: [h, 2 * h],
      b3: [2 * h],
    }),
    flops: (b) => 2 * b * side * side * h * h * (2 + taps + 2),
  };
}

function convolution({ side, hidden: h }: Size): KernelCase {
  const taps = 5;
  return {
    kernel: FUSED_KERNELS.maskedConv2d,
    attributes: { rows: 2, width: 3, last: 2, relu: true },
    shapes: (b) => ({ x: [b, side, side, h], w: [taps * h, h], b: [h] }),
    flops: (b) => 2 * b * side * side * taps * h * h,
  };
}

function gated({ side, hidden: p }: Size, size: number): KernelCase {
  const rows = (size + 1) / 2;
  const products = rows * size * p * 2 * p + rows * p * 2 * p + 4 * p * p + p * p;
  return {
    kernel: FUSED_KERNELS.gatedLayer,
    attributes: { size, residual: true },
    shapes: (b) => ({
      xh: [b, side, side, p],
      xv: [b, side, side, p],
      wv: [rows * size * p, 2 * p],
      bv: [2 * p],
      wl: [2 * p, 2 * p],
      wh: [rows * p, 2 * p],
      bh: [2 * p],
      wo: [p, p],
      bo: [p],
    }),
    flops: (b) => 2 * b * side * side * products,
  };
}

const concatElu: KernelCase = {
  kernel: FUSED_KERNELS.concatElu,
  attributes: {},
  shapes: (b) => ({ x: [b, 32, 32, 64] }),
};

const gatedResidual: KernelCase = {
  kernel: FUSED_KERNELS.gatedResidual,
  attributes: {},
  shapes: (b) => ({ z: [b, 32, 32, 128], residual: [b, 32, 32, 64] }),
};

const softmax: KernelCase = {
  kernel: FUSED_KERNELS.softmaxCrossEntropy,
  attributes: {},
  shapes: (b) => ({ logits: [b * 32 * 32 * 3, 256], labels: [b * 32 * 32 * 3] }),
  constantsBelow: 256,
};

const bernoulli: KernelCase = {
  kernel: FUSED_KERNELS.bernoulliCrossEntropy,
  attributes: {},
  shapes: (b) => ({ logits: [b * 28 * 28], targets: [b * 28 * 28] }),
  constantsBelow: 2,
};

const mixture: KernelCase = {
  kernel: FUSED_KERNELS.logisticMixtureCrossEntropy,
  attributes: { levels: 256 },
  shapes: (b) => ({ parameters: [b * 32 * 32, 100], pixels: [b * 32 * 32, 3] }),
  constantsBelow: 256,
};

const sized = (name: string, make: (size: Size) => KernelCase) =>
  SIZES.map((size) => [`${name}-h${size.hidden}`, make(size)] as const);

/** Every kernel at the sizes of the presets, by name: `lstm-layer-diagonal-h16`. */
export const KERNEL_CASES: Readonly<Record<string, KernelCase>> = Object.fromEntries([
  ...sized('lstm-layer-diagonal', (size) => layer('diagonal', size)),
  ...sized('lstm-layer-row', (size) => layer('row', size)),
  ...sized('lstm-scan-diagonal', (size) => scan('diagonal', size)),
  ...sized('lstm-scan-row', (size) => scan('row', size)),
  ...sized('pixel-cnn-block', block),
  ...sized('masked-conv2d', convolution),
  ['gated-layer-p64', gated({ side: 28, hidden: 64 }, 3)],
  ['gated-layer-p128', gated({ side: 32, hidden: 128 }, 5)],
  ['concat-elu', concatElu],
  ['gated-residual', gatedResidual],
  ['softmax-cross-entropy', softmax],
  ['bernoulli-cross-entropy', bernoulli],
  ['logistic-mixture-cross-entropy', mixture],
]);
