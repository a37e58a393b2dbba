// The fused operations as problems: sizes that meet every edge of the kernels, and how to compare a kernel with stock operations.
import { fusedOp, type NamedTensors, type Outputs } from '@pixelrnn/core';
import { type Attributes, FUSED_KERNELS, type FusedKernel } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import * as references from './references.fixture.ts';

/** A fused operation at one size. */
export interface Case {
  readonly kernel: FusedKernel;
  readonly reference: (inputs: never, attributes: never) => Outputs;
  readonly shapes: { readonly [input: string]: readonly number[] };
  readonly attributes: Attributes;
  /** The output that a loss is made of; all by default. */
  readonly loss?: string;
  /** An input whose first element is NaN. */
  readonly nan?: string;
}

const images = (...shape: number[]) => shape;

function convolutions(): Case[] {
  const sizes = [
    // B, H, W, Ci, Co, rows, width, last
    [2, 6, 5, 7, 9, 1, 1, 1],
    [3, 8, 8, 32, 48, 1, 1, 1],
    [2, 7, 9, 5, 33, 1, 3, 2],
    [2, 7, 9, 16, 16, 2, 3, 2],
    [1, 8, 8, 1, 32, 4, 7, 3],
    [9, 5, 4, 3, 20, 4, 7, 4],
    [1, 3, 3, 2, 1, 3, 5, 0],
    [1, 1, 1, 4, 4, 2, 3, 1],
    [2, 6, 5, 32, 1, 1, 1, 1],
    [2, 4, 7, 16, 18, 2, 3, 3],
    [1, 5, 6, 17, 5, 3, 3, 3],
    [2, 3, 1, 8, 4, 1, 3, 3],
  ];
  return sizes.flatMap(([b, h, w, ci, co, rows, width, last], index) => {
    const taps = (rows - 1) * width + last;
    const shapes = { x: [b, h, w, ci], w: [taps * ci, co], b: [co] };
    const attributes = { rows, width, last, relu: index % 2 === 0 };
    const common = { kernel: FUSED_KERNELS.maskedConv2d, reference: references.maskedConv2d, attributes };
    return [
      { ...common, shapes },
      { ...common, shapes: { ...shapes, residual: [b, h, w, co] } },
    ];
  });
}

const LSTM_SIZES = [
  // B, H, W, h
  [1, 1, 1, 4],
  [1, 3, 4, 3],
  [2, 4, 3, 1],
  [3, 4, 4, 16],
  [9, 2, 3, 18],
  [1, 1, 5, 33],
  [2, 5, 1, 8],
];

function scans(): Case[] {
  const kinds = [
    { kind: 'row', directions: 1, merge: true },
    { kind: 'diagonal', directions: 1, merge: true },
    { kind: 'diagonal', directions: 2, merge: true },
    { kind: 'diagonal', directions: 2, merge: false },
  ];
  return kinds.flatMap(({ kind, directions: d, merge }) =>
    LSTM_SIZES.map(([b, height, width, h]) => ({
      kernel: FUSED_KERNELS.lstmScan,
      reference: references.lstmScan,
      shapes: { x: [b, height, width, d * 4 * h], w: [d, kind === 'row' ? 3 : 2, h, 4 * h], h0: [d, h], c0: [d, h] },
      attributes: { kind, merge },
    })),
  );
}

function lstmLayers(): Case[] {
  const kinds = [
    { kind: 'row', directions: 1, residual: true },
    { kind: 'diagonal', directions: 2, residual: true },
    { kind: 'diagonal', directions: 1, residual: false },
  ];
  return kinds.flatMap(({ kind, directions: d, residual }) =>
    LSTM_SIZES.flatMap(([b, height, width, h]) => {
      const [taps, stateTaps] = kind === 'row' ? [2, 3] : [1, 2];
      const [inputs, outputs] = residual ? [2 * h, 2 * h] : [h + 1, 5];
      const shapes = {
        x: [b, height, width, inputs],
        wi: [taps * inputs, d * 4 * h],
        bi: [d * 4 * h],
        ws: [d, stateTaps, h, 4 * h],
        h0: [d, h],
        c0: [d, h],
        wo: [h, outputs],
        bo: [outputs],
      };
      const common = {
        kernel: FUSED_KERNELS.lstmLayer,
        reference: references.lstmLayer,
        attributes: { kind, residual },
      };
      return [
        { ...common, shapes },
        { ...common, shapes: { ...shapes, ci: [b, d * 4 * h] } },
      ];
    }),
  );
}

function blocks(): Case[] {
  const sizes = [
    [1, 5, 7, 6, 3],
    [3, 8, 8, 32, 16],
    [9, 4, 6, 10, 8],
  ];
  return sizes.map(([b, height, width, c, h]) => ({
    kernel: FUSED_KERNELS.pixelCnnBlock,
    reference: references.pixelCnnBlock,
    shapes: { x: [b, height, width, c], w1: [c, h], b1: [h], w2: [5, h, h], b2: [h], w3: [h, c], b3: [c] },
    attributes: { rows: 2, width: 3, last: 2 },
  }));
}

function gatedLayers(): Case[] {
  const sizes = [
    // B, H, W, P, size
    [1, 5, 7, 3, 3],
    [2, 4, 9, 18, 3],
    [2, 6, 5, 16, 5],
    [9, 3, 4, 8, 1],
  ];
  return sizes.flatMap(([b, height, width, p, size]) => {
    const taps = Math.floor(size / 2) + 1;
    const shapes = {
      xh: images(b, height, width, p),
      xv: images(b, height, width, p),
      wv: [taps * size, p, 2 * p],
      bv: [2 * p],
      wl: [2 * p, 2 * p],
      wh: [taps * p, 2 * p],
      bh: [2 * p],
      wo: [p, p],
      bo: [p],
    };
    const common = { kernel: FUSED_KERNELS.gatedLayer, reference: references.gatedLayer };
    return [
      { ...common, shapes, attributes: { size, residual: false } },
      { ...common, shapes: { ...shapes, cv: [b, 2 * p], ch: [b, 2 * p] }, attributes: { size, residual: true } },
      { ...common, shapes, attributes: { size, residual: true }, loss: 'yh' },
      { ...common, shapes, attributes: { size, residual: true }, loss: 'yv' },
    ];
  });
}

function gates(): Case[] {
  return [1, 6, 16].map((p) => ({
    kernel: FUSED_KERNELS.gate,
    reference: references.gatedActivation,
    shapes: { z: images(2, 5, 3, 2 * p) },
    attributes: {},
  }));
}

function resnets(): Case[] {
  return [1, 6, 18].flatMap((p): Case[] => [
    {
      kernel: FUSED_KERNELS.concatElu,
      reference: references.concatElu,
      shapes: { x: images(2, 5, 3, p) },
      attributes: {},
    },
    {
      kernel: FUSED_KERNELS.gatedResidual,
      reference: references.gatedResidual,
      shapes: { z: images(2, 5, 3, 2 * p), residual: images(2, 5, 3, p) },
      attributes: {},
    },
  ]);
}

function crossEntropies(): Case[] {
  const softmax = [
    [7, 256],
    [5, 10],
    [33, 2],
  ].map(([m, levels]) => ({
    kernel: FUSED_KERNELS.softmaxCrossEntropy,
    reference: references.softmaxCrossEntropy,
    shapes: { logits: [m, levels], labels: [m] },
    attributes: {},
  }));
  const bernoulli = [1, 37, 4096].map((m) => ({
    kernel: FUSED_KERNELS.bernoulliCrossEntropy,
    reference: references.bernoulliCrossEntropy,
    shapes: { logits: [m], targets: [m] },
    attributes: {},
  }));
  const mixture = [
    // M, C, K, L
    [7, 3, 10, 256],
    [5, 1, 10, 256],
    [33, 3, 2, 3],
    [40, 1, 17, 2],
  ].map(([m, channels, components, levels]) => ({
    kernel: FUSED_KERNELS.logisticMixtureCrossEntropy,
    reference: references.logisticMixtureCrossEntropy,
    shapes: { parameters: [m, components * (channels === 1 ? 3 : 10)], pixels: [m, channels] },
    attributes: { levels },
  }));
  return [...softmax, ...bernoulli, ...mixture];
}

export const CASES: readonly Case[] = [
  ...convolutions(),
  ...scans(),
  ...lstmLayers(),
  ...blocks(),
  ...gates(),
  ...gatedLayers(),
  ...resnets(),
  ...crossEntropies(),
];

function tensorsOf({ shapes, attributes, nan }: Case): Record<string, tf.Tensor> {
  const make = ([name, shape]: [string, readonly number[]], seed: number) => {
    if (name === 'labels') return tf.randomUniformInt([...shape], 0, levelsOf(shapes), seed);
    if (name === 'pixels') return wholes(shape, attributes.levels as number, seed);
    if (name === 'targets') return wholes(shape, 2, seed);
    const fanIn = shape.length > 1 && /^w/.test(name) ? shape.slice(0, -1).reduce((a, b) => a * b) : 1;
    const values = tf.randomNormal([...shape], 0, 1 / Math.sqrt(fanIn), 'float32', seed);
    if (name !== nan) return values;
    const others = tf.util.sizeFromShape([...shape]) - 1;
    return tf.add(values, tf.reshape(tf.tensor1d([Number.NaN, ...new Array(others).fill(0)]), [...shape]));
  };
  return Object.fromEntries(Object.entries(shapes).map((entry, seed) => [entry[0], make(entry, seed + 1)]));
}

/** Whole numbers below `count`, as float32. */
const wholes = (shape: readonly number[], count: number, seed: number) =>
  tf.cast(tf.randomUniformInt([...shape], 0, count, seed), 'float32');

const levelsOf = (shapes: Case['shapes']) => shapes.logits[1];

/**
 * The outputs of an operation on the active backend, and its gradients for a random loss by every input that has one. The loss is of
 * all outputs, or of `test.loss` alone.
 */
export async function valueAndGradients(
  op: (inputs: NamedTensors, attributes: Attributes) => Outputs,
  test: Case,
): Promise<Float32Array[]> {
  const results = tf.tidy(() => {
    const inputs = tensorsOf(test);
    const names = Object.keys(inputs).filter((name) => test.kernel.inputs.includes(name));
    const withInputs = (...variables: tf.Tensor[]) =>
      named(
        test.kernel,
        op({ ...inputs, ...Object.fromEntries(names.map((name, i) => [name, variables[i]])) }, test.attributes),
      );
    const variables = names.map((name) => inputs[name]);
    const values = withInputs(...variables);
    const dys = values.map(([, value], i) => tf.randomNormal(value.shape, 0, 1, 'float32', 99 + i));
    const loss = (...args: tf.Tensor[]) =>
      tf.addN(
        withInputs(...args).flatMap(([name, value], i) =>
          test.loss === undefined || test.loss === name ? [tf.sum(tf.mul(value, dys[i]))] : [],
        ),
      );
    const { grads } = tf.engine().gradients(() => loss(...variables), variables, undefined, true);
    const gradients = grads.map((gradient, i) => gradient ?? tf.zerosLike(variables[i])); // nothing of it in the loss
    return [...values.map(([, value]) => value), ...gradients];
  });
  const values = await Promise.all(results.map(async (tensor) => (await tensor.data()).slice() as Float32Array));
  tf.dispose(results);
  return values;
}

const named = ({ outputs }: FusedKernel, result: Outputs): [string, tf.Tensor][] =>
  result instanceof tf.Tensor ? [[outputs[0], result]] : outputs.map((name) => [name, result[name]]);

/** The same in stock operations. */
export const expectedOf = (test: Case) => valueAndGradients(test.reference as never, test);
/** The same with the kernel that the active backend has registered. */
export const fusedOf = (test: Case) => valueAndGradients(fusedOp(test.kernel, test.reference as never), test);

/** The largest difference, relative to the largest value. */
export function distance(actual: Float32Array, expected: Float32Array): number {
  const largest = (values: Float32Array) => values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const differences = actual.map((value, i) => value - expected[i]);
  return largest(differences) / Math.max(largest(expected), 1e-3);
}

/** A case in words. */
export const title = ({ kernel, shapes, attributes, loss }: Case) =>
  `${kernel.name} ${Object.values(shapes)[0].join('×')} ${JSON.stringify(attributes)}${kernel.optional.some((name) => name in shapes) ? ' +' : ''}${loss ? ` for ${loss}` : ''}`;

/** The gradients of one masked convolution: of x, w and b; with `data`, x is said to be data. */
export async function convolutionGradients(data: boolean): Promise<Float32Array[]> {
  const gradients = tf.tidy(() => {
    const [x, dy] = [
      tf.randomNormal([2, 5, 4, 1], 0, 1, 'float32', 1),
      tf.randomNormal([2, 5, 4, 6], 0, 1, 'float32', 2),
    ];
    const w = tf.randomNormal([4, 6], 0, 1, 'float32', 3);
    const attributes = { rows: 2, width: 3, last: 1, relu: false, ...(data && { data }) };
    return tf.engine().runKernel(FUSED_KERNELS.maskedConv2d.gradient.name, { dy, x, w }, attributes) as tf.Tensor[];
  });
  const values = await Promise.all(gradients.map(async (tensor) => (await tensor.data()) as Float32Array));
  tf.dispose(gradients);
  return values;
}
