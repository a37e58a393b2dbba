import { type Attributes, FUSED_KERNELS, readShapes, type Shapes } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { type Program, runProgram } from './program.ts';
import { mostRows, splitInner, tiledProduct } from './tiled-product.ts';
import { declinesSize, shapesOf, type WebgpuKernel } from './webgpu-kernel.ts';

const { name, gradient } = FUSED_KERNELS.maskedConv2d;

/** Sizes of a masked convolution, but for the batch. */
interface Convolution {
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Rows and columns of the kernel, and the visible taps. */
  readonly kernel: readonly [number, number];
  readonly taps: number;
  readonly relu: boolean;
}

function readConvolution(kernel: string, shapes: Shapes, attributes: Attributes) {
  const reader = readShapes(kernel, shapes, attributes);
  const [rows, columns, last] = ['rows', 'width', 'last'].map((attribute) => reader.integer(attribute));
  const taps = (rows - 1) * columns + last;
  reader.shape('x', 'B', 'H', 'W', 'Ci');
  reader.matrix('w', taps * reader.size('Ci'), 'Co');
  if (shapes.b) reader.shape('b', 'Co');
  for (const image of ['residual', 'dy']) if (shapes[image]) reader.shape(image, 'B', 'H', 'W', 'Co');
  const [batch, height, width, inputs, outputs] = ['B', 'H', 'W', 'Ci', 'Co'].map((axis) => reader.size(axis));
  const relu = reader.flag('relu') === 1;
  const convolution: Convolution = { height, width, inputs, outputs, kernel: [rows, columns], taps, relu };
  return { convolution, pixels: batch * height * width };
}

/** `neighbour` of a pixel at a tap, in front of it (sign 1) or for which it is the neighbour (−1); −1 outside of the image. */
const declarations = ({ height, width, inputs, outputs, kernel: [rows, columns], relu }: Convolution) => `
const INPUTS = ${inputs};
const OUTPUTS = ${outputs};
fn neighbour(pixel : i32, tap : i32, sign : i32) -> i32 {
  let down = sign * (tap / ${columns} - ${rows - 1});
  let right = sign * (tap % ${columns} - ${Math.floor(columns / 2)});
  let row = pixel / ${width} % ${height} + down;
  let column = pixel % ${width} + right;
  let inside = row >= 0 && row < ${height} && column >= 0 && column < ${width};
  return select(-1, pixel + down * ${width} + right, inside);
}
fn activated(value : f32) -> f32 { return ${relu ? 'select(max(value, 0.0), value, isNan(value))' : 'value'}; }`;

/** Visible taps only, [B, H, W, Ci] → [B, H, W, Co]; the ReLU, the bias and the residual are in it. */
function forwardConvolution(convolution: Convolution, pixels: number, residual: boolean): Program {
  const { inputs, outputs, taps } = convolution;
  return tiledProduct({
    name,
    inputs: ['x', 'w', 'b', ...(residual ? ['residual'] : [])],
    size: pixels * outputs,
    rows: pixels,
    columns: outputs,
    inner: `${taps * inputs}`,
    declarations: declarations(convolution),
    left: {
      contiguous: 'inner',
      read: `
  let source = neighbour(row, inner / INPUTS, 1);
  if (source < 0) { return 0.0; }
  return activated(x[source * INPUTS + inner % INPUTS]);`,
    },
    right: { contiguous: 'outer', read: 'return w[inner * OUTPUTS + column];' },
    write: `
  let p = row * OUTPUTS + column;
  result[p] = value + b[column]${residual ? ' + residual[p]' : ''};`,
  });
}

/** Every pixel gathers from the outputs that it has reached. */
function inputGradient(convolution: Convolution, pixels: number): Program {
  const { inputs, outputs, taps, relu } = convolution;
  return tiledProduct({
    name: `${gradient.name} x`,
    inputs: ['dy', 'w', ...(relu ? ['x'] : [])],
    size: pixels * inputs,
    rows: pixels,
    columns: inputs,
    inner: `${taps * outputs}`,
    declarations: declarations(convolution),
    left: {
      contiguous: 'inner',
      read: `
  let target_ = neighbour(row, inner / OUTPUTS, -1);
  if (target_ < 0) { return 0.0; }
  return dy[target_ * OUTPUTS + inner % OUTPUTS];`,
    },
    right: {
      contiguous: 'inner',
      read: 'return w[(inner / OUTPUTS * INPUTS + column) * OUTPUTS + inner % OUTPUTS];',
    },
    write: `
  let p = row * INPUTS + column;
  result[p] = ${relu ? 'select(value, 0.0, x[p] <= 0.0 && !isNan(x[p]))' : 'value'};`,
  });
}

/** Sums over parts of the pixels: the gradient of the weights, and in one more row that of the bias, [parts, taps·Ci + 1, Co]. */
function weightGradient(convolution: Convolution, pixels: number): { program: Program; parts: number } {
  const { inputs, outputs, taps } = convolution;
  const rows = taps * inputs + 1;
  const { parts, chunk } = splitInner(rows, outputs, pixels);
  const program = tiledProduct({
    name: `${gradient.name} w`,
    inputs: ['x', 'dy'],
    size: parts * rows * outputs,
    rows,
    columns: outputs,
    inner: 'uniforms.chunk',
    parts,
    numbers: { chunk: { int: chunk }, pixels: { int: pixels } },
    declarations: declarations(convolution),
    left: {
      contiguous: 'outer',
      read: `
  let pixel = part * uniforms.chunk + inner;
  if (pixel >= uniforms.pixels) { return 0.0; }
  if (row == ${rows - 1}) { return 1.0; }
  let source = neighbour(pixel, row / INPUTS, 1);
  if (source < 0) { return 0.0; }
  return activated(x[source * INPUTS + row % INPUTS]);`,
    },
    right: {
      contiguous: 'outer',
      read: `
  let pixel = part * uniforms.chunk + inner;
  if (pixel >= uniforms.pixels) { return 0.0; }
  return dy[pixel * OUTPUTS + column];`,
    },
    write: `result[(part * ${rows} + row) * OUTPUTS + column] = value;`,
  });
  return { program, parts };
}

/** The masked convolution as a matrix product that reads visible neighbours where they lie; masked taps cost nothing. */
export const maskedConv2d: WebgpuKernel = {
  kernel: FUSED_KERNELS.maskedConv2d,

  declines(shapes, attributes, limits) {
    const { convolution, pixels } = readConvolution(name, shapes, attributes);
    if (pixels > mostRows(limits.maxComputeWorkgroupsPerDimension)) return `${pixels} pixels`;
    return declinesSize(pixels * Math.max(convolution.inputs, convolution.outputs), limits);
  },

  forward({ x, w, b, residual }, attributes) {
    const { convolution, pixels } = readConvolution(name, shapesOf({ x, w, b, residual }), attributes);
    const y = runProgram(forwardConvolution(convolution, pixels, residual !== undefined), { x, w, b, residual });
    return [tf.reshape(y, [...x.shape.slice(0, 3), convolution.outputs])];
  },

  backward({ dy, x, w }, attributes) {
    const { convolution, pixels } = readConvolution(gradient.name, shapesOf({ dy, x, w }), attributes);
    const { outputs } = convolution;
    const dx = attributes.data
      ? tf.tensor1d([])
      : tf.reshape(runProgram(inputGradient(convolution, pixels), { dy, w, x }), x.shape);
    const { program, parts } = weightGradient(convolution, pixels);
    const sums = tf.sum(tf.reshape(runProgram(program, { x, dy }), [parts, -1]), 0);
    return [dx, tf.reshape(tf.slice(sums, 0, w.size), w.shape), tf.slice(sums, w.size, outputs)];
  },
};
