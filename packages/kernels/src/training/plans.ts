import {
  FUSED_KERNELS,
  type FusedKernel,
  forwardInputs,
  gradientInputs,
  OPTIMIZER_KERNELS,
  type OptimizerKernel,
  PARAMETER_KERNELS,
} from '../ops.ts';
import { type Attributes, type Plan, type Reader, read, type Shapes } from './shapes.ts';

type Planner = (shapes: Shapes, attributes: Attributes) => Plan;
type KernelKey = keyof typeof FUSED_KERNELS;

/** What both passes of an operation share: sizes in the order of the exports, once the inputs have been checked. */
type Sizes = (reader: Reader, shapes: Shapes) => number[];

/** Pixels [B, H, W] and the axis after them. */
const image = (channels: number | string) => ['B', 'H', 'W', channels] as const;

function taps(reader: Reader): { sizes: number[]; count: number } {
  const sizes = [reader.integer('rows'), reader.integer('width'), reader.integer('last')];
  const [rows, width, last] = sizes;
  if (rows < 1 || rows > 32 || width < 1 || last < 0 || last > width)
    throw new Error(`taps: expected rows 1…32 and last 0…width, got rows ${rows}, width ${width}, last ${last}`);
  return { sizes, count: (rows - 1) * width + last };
}

const pixels = (reader: Reader) => [reader.size('B'), reader.size('H'), reader.size('W')];

const convolution: Sizes = (reader, shapes) => {
  const { sizes, count } = taps(reader);
  reader.shape('x', ...image('Ci'));
  reader.matrix('w', count * reader.size('Ci'), 'Co');
  if (shapes.b) reader.shape('b', 'Co');
  if (shapes.residual) reader.shape('residual', ...image('Co'));
  if (shapes.dy) reader.shape('dy', ...image('Co'));
  return [...pixels(reader), reader.size('Ci'), reader.size('Co'), ...sizes, reader.flag('relu')];
};

/** Row or diagonal, directions and hidden units, from the recurrent weights [D, T, h, 4h]. */
function lstm(reader: Reader, shapes: Shapes, weights: string, attributes: Attributes): number[] {
  const row = attributes.kind === 'row' ? 1 : 0;
  if (!row && attributes.kind !== 'diagonal')
    throw new Error(`lstm: expected kind 'diagonal' or 'row', got ${attributes.kind}`);
  const [directions, , hidden] = shapes[weights] ?? [];
  reader.shape(weights, 'D', row ? 3 : 2, 'h', 4 * hidden);
  if (directions < 1 || directions > (row ? 1 : 2))
    throw new Error(`lstm: expected ${row ? 1 : '1 or 2'} directions of ${weights}, got ${directions}`);
  reader.shape('h0', 'D', 'h');
  reader.shape('c0', 'D', 'h');
  return [row, directions, hidden];
}

const scan =
  (attributes: Attributes): Sizes =>
  (reader, shapes) => {
    const [row, directions, hidden] = lstm(reader, shapes, 'w', attributes);
    const merge = reader.flag('merge');
    if (shapes.x) reader.shape('x', ...image(directions * 4 * hidden));
    if (shapes.dy) reader.shape('dy', ...image(merge ? hidden : directions * hidden));
    return [...pixels(reader), row, directions, hidden, merge];
  };

const layer =
  (attributes: Attributes): Sizes =>
  (reader, shapes) => {
    const [row, directions, hidden] = lstm(reader, shapes, 'ws', attributes);
    const residual = reader.flag('residual');
    reader.shape('x', ...image('Ci'));
    const inputs = reader.size('Ci');
    reader.matrix('wi', (row + 1) * inputs, directions * 4 * hidden);
    if (shapes.bi) reader.shape('bi', directions * 4 * hidden);
    reader.matrix('wo', hidden, residual ? inputs : 'Co');
    const outputs = residual ? inputs : reader.size('Co');
    if (shapes.bo) reader.shape('bo', outputs);
    if (shapes.ci) reader.shape('ci', 'B', directions * 4 * hidden);
    if (shapes.dy) reader.shape('dy', ...image(outputs));
    return [...pixels(reader), row, directions, hidden, inputs, outputs, residual];
  };

const block: Sizes = (reader, shapes) => {
  const { sizes, count } = taps(reader);
  reader.shape('x', ...image('C'));
  reader.matrix('w1', 'C', 'h');
  const hidden = reader.size('h');
  reader.matrix('w2', count * hidden, 'h');
  reader.matrix('w3', 'h', 'C');
  for (const [bias, width] of [
    ['b1', 'h'],
    ['b2', 'h'],
    ['b3', 'C'],
  ])
    if (shapes[bias]) reader.shape(bias, width);
  if (shapes.dy) reader.shape('dy', ...image('C'));
  return [...pixels(reader), reader.size('C'), hidden, ...sizes];
};

const gated: Sizes = (reader, shapes) => {
  reader.shape('xh', ...image('P'));
  reader.shape('xv', ...image('P'));
  const [p, size] = [reader.size('P'), reader.integer('size')];
  if (size < 1 || size % 2 === 0) throw new Error(`gatedLayer: expected an odd size, got ${size}`);
  const half = (size + 1) / 2;
  reader.matrix('wv', half * size * p, 2 * p);
  reader.matrix('wl', 2 * p, 2 * p);
  reader.matrix('wh', half * p, 2 * p);
  reader.matrix('wo', p, p);
  if (shapes.bv) reader.shape('bv', 2 * p);
  if (shapes.bh) reader.shape('bh', 2 * p);
  if (shapes.bo) reader.shape('bo', p);
  if (shapes.cv) reader.shape('cv', 'B', 2 * p);
  if (shapes.ch) reader.shape('ch', 'B', 2 * p);
  if (shapes.dyh) reader.shape('dyh', ...image(p));
  if (shapes.dyv) reader.shape('dyv', ...image(p));
  return [...pixels(reader), p, size, reader.flag('residual')];
};

const gate: Sizes = (reader, shapes) => {
  reader.shape('z', ...image('C'));
  const [b, h, w] = pixels(reader);
  const p = reader.size('C') / 2;
  if (!Number.isInteger(p)) throw new Error(`gate: expected an even number of channels, got ${2 * p}`);
  if (shapes.residual) reader.shape('residual', b, h, w, p);
  if (shapes.dy) reader.shape('dy', b, h, w, p);
  return [b * h * w, p];
};

const concatElu: Sizes = (reader, shapes) => {
  reader.shape('x', ...image('C'));
  const [b, h, w] = pixels(reader);
  const c = reader.size('C');
  if (shapes.dy) reader.shape('dy', b, h, w, 2 * c);
  return [b * h * w, c];
};

const softmax: Sizes = (reader, shapes) => {
  reader.shape('logits', 'M', 'L');
  reader.shape('labels', 'M');
  if (shapes.dy) reader.shape('dy', 'M');
  return [reader.size('M'), reader.size('L')];
};

const bernoulli: Sizes = (reader, shapes) => {
  reader.shape('logits', 'M');
  reader.shape('targets', 'M');
  if (shapes.dy) reader.shape('dy', 'M');
  return [reader.size('M')];
};

const logisticMixture: Sizes = (reader) => {
  reader.shape('pixels', 'M', 'C');
  const channels = reader.size('C');
  if (channels !== 1 && channels !== 3)
    throw new Error(`logisticMixture: expected pixels of 1 or 3 channels, got ${channels}`);
  reader.shape('parameters', 'M', 'P');
  const components = reader.size('P') / (channels === 1 ? 3 : 10);
  if (!Number.isInteger(components))
    throw new Error(
      `logisticMixture: expected 3 parameters for each component, of colours 10, got ${reader.size('P')}`,
    );
  return [reader.size('M'), components, channels, reader.integer('levels')];
};

/** The two planners of a kernel, from its sizes and the shapes of its outputs. */
function planners(
  key: KernelKey,
  sizesOf: (attributes: Attributes) => Sizes,
  forward: (sizes: number[], shapes: Shapes) => number[][],
  backward: (sizes: number[], shapes: Shapes) => number[][],
): [string, Planner][] {
  const kernel: FusedKernel = FUSED_KERNELS[key];
  const plan =
    (name: string, inputs: string[], outputs: (sizes: number[], shapes: Shapes) => number[][]): Planner =>
    (shapes, attributes) => {
      const sizes = sizesOf(attributes)(read(name, shapes, attributes), shapes);
      return { sizes, inputs, outputs: outputs(sizes, shapes) };
    };
  return [
    [key, plan(kernel.name, forwardInputs(kernel), forward)],
    [`${key}Grad`, withoutData(kernel, plan(kernel.gradient.name, gradientInputs(kernel), backward))],
  ];
}

/** Where an input may be data: a last number says whether it is, and then its gradient is empty. */
function withoutData({ gradient: { data, outputs } }: FusedKernel, planner: Planner): Planner {
  if (data === undefined) return planner;
  return (shapes, attributes) => {
    const plan = planner(shapes, attributes);
    if (!attributes.data) return { ...plan, sizes: [...plan.sizes, 0] };
    const without = plan.outputs.map((shape, output) => (outputs[output] === data ? [0] : shape));
    return { ...plan, sizes: [...plan.sizes, 1], outputs: without };
  };
}

const optimizer =
  (kernel: OptimizerKernel): Planner =>
  (shapes, attributes) => {
    const reader = read(kernel.name, shapes, attributes);
    for (const input of kernel.inputs) reader.shape(input, 'n');
    const n = reader.size('n');
    return {
      sizes: [n, ...kernel.attributes.map(reader.number)],
      inputs: kernel.inputs,
      outputs: kernel.outputs.map(() => [n]),
    };
  };

const norm: Planner = (shapes, attributes) => {
  const reader = read(PARAMETER_KERNELS.norm, shapes, attributes);
  reader.shape('vector', 'n');
  return { sizes: [reader.size('n')], inputs: ['vector'], outputs: [[]] };
};

/** The shape of an input, as the shape of its gradient. */
const like = (shapes: Shapes, ...names: string[]) => names.map((name) => [...(shapes[name] as number[])]);

/** How to call each export of the training module, by its name: checks shapes, and says what comes out. */
export const PLANS: ReadonlyMap<string, Planner> = new Map<string, Planner>([
  ...planners(
    'maskedConv2d',
    () => convolution,
    ([b, h, w, , co]) => [[b, h, w, co]],
    ([, , , , co], shapes) => [...like(shapes, 'x', 'w'), [co]],
  ),
  ...planners(
    'lstmScan',
    scan,
    ([b, h, w, , d, hidden, merge]) => [
      [b, h, w, merge ? hidden : d * hidden],
      [b, d, h * w, 4 * hidden],
    ],
    ([b, h, w, , d, hidden], shapes) => [[b, h, w, d * 4 * hidden], ...like(shapes, 'w', 'h0', 'c0')],
  ),
  ...planners(
    'lstmLayer',
    layer,
    ([b, h, w, , d, hidden, , co]) => [
      [b, h, w, co],
      [b, d, h * w, 4 * hidden],
    ],
    ([b, , , , d, hidden, , co], shapes) => {
      const [dx, dwi, dws, dh0, dc0, dwo] = like(shapes, 'x', 'wi', 'ws', 'h0', 'c0', 'wo');
      return [dx, dwi, [d * 4 * hidden], dws, dh0, dc0, dwo, [co], [b, d * 4 * hidden]];
    },
  ),
  ...planners(
    'pixelCnnBlock',
    () => block,
    ([b, h, w, c, hidden]) => [
      [b, h, w, c],
      [b, h, w, hidden],
      [b, h, w, hidden],
    ],
    ([, , , c, hidden], shapes) => {
      const [dx, dw1, dw2, dw3] = like(shapes, 'x', 'w1', 'w2', 'w3');
      return [dx, dw1, [hidden], dw2, [hidden], dw3, [c]];
    },
  ),
  ...planners(
    'gatedLayer',
    () => gated,
    ([b, h, w, p]) => [p, p, 2 * p, 2 * p].map((channels) => [b, h, w, channels]),
    ([b, , , p], shapes) => {
      const [xh, xv, wv, wl, wh, wo] = like(shapes, 'xh', 'xv', 'wv', 'wl', 'wh', 'wo');
      return [xh, xv, wv, [2 * p], wl, wh, [2 * p], wo, [p], [b, 2 * p], [b, 2 * p]];
    },
  ),
  ...planners(
    'gate',
    () => gate,
    ([, p], shapes) => [[...shapes.z!.slice(0, 3), p]],
    (_, shapes) => like(shapes, 'z'),
  ),
  ...planners(
    'concatElu',
    () => concatElu,
    ([, c], shapes) => [[...shapes.x!.slice(0, 3), 2 * c]],
    (_, shapes) => like(shapes, 'x'),
  ),
  ...planners(
    'gatedResidual',
    () => gate,
    (_, shapes) => like(shapes, 'residual'),
    (_, shapes) => like(shapes, 'z'),
  ),
  ...planners(
    'softmaxCrossEntropy',
    () => softmax,
    ([m]) => [[m], [m]],
    ([m, levels]) => [[m, levels]],
  ),
  ...planners(
    'bernoulliCrossEntropy',
    () => bernoulli,
    ([m]) => [[m]],
    ([m]) => [[m]],
  ),
  ...planners(
    'logisticMixtureCrossEntropy',
    () => logisticMixture,
    ([m, components]) => [[m], [m, components]],
    (_, shapes) => like(shapes, 'parameters'),
  ),
  ['adam', optimizer(OPTIMIZER_KERNELS.adam)],
  ['rmsprop', optimizer(OPTIMIZER_KERNELS.rmsprop)],
  ['norm', norm],
]);
