import { type Attributes, FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { ACTIVATIONS } from './activations.ts';
import { elementwise, runProgram } from './program.ts';
import { declinesSize, type Inputs, type WebgpuKernel } from './webgpu-kernel.ts';

const { name, gradient } = FUSED_KERNELS.logisticMixtureCrossEntropy;

/** ln(1 + e^v), with the digits that 1 + e would drop: its series where e is small. */
const SOFTPLUS = `
fn softplus(v : f32) -> f32 {
  let e = exp(-abs(v));
  return max(v, 0.0) + select(log(1.0 + e), e * (1.0 - e * (0.5 - e / 3.0)), e < 0.01);
}`;

/** ln Σ exp of K numbers of an array from `start` on; NaN if one of them is. */
const logSumExp = (array: string) => `
fn logSumExp_${array}(start : i32) -> f32 {
  var largest = ${array}[start];
  for (var k = 1; k < K; k++) { largest = max(largest, ${array}[start + k]); }
  var sum = 0.0;
  for (var k = 0; k < K; k++) {
    let z = ${array}[start + k];
    sum += select(exp(z - largest), z, isNan(z));
  }
  return select(largest + log(sum), sum, isNan(sum));
}`;

function sizesOf({ parameters, pixels }: Inputs) {
  const [rows, size] = parameters.shape as [number, number];
  const channels = pixels.shape[1]!;
  return { rows, size, channels, components: size / (channels === 1 ? 3 : 10) };
}

function sizes(inputs: Inputs): string {
  const { size, channels, components } = sizesOf(inputs);
  return `
const K = ${components};
const C = ${channels};
const SIZE = ${size};
const PARTS = ${channels === 1 ? 2 : 3};`;
}

/** Where a pixel's parameters stand: K logits, then for each channel K means, log-scales and, of colours, coefficients. */
const PARAMETER = `
fn parameter(row : i32, block : i32, part : i32, k : i32) -> f32 {
  return parameters[row * SIZE + K * (1 + PARTS * block + part) + k];
}`;

/** The bin of a channel's level as a component sees it: see cpp/logistic_mixture.h for the lengths. */
const bins = (levels: number) => `${ACTIVATIONS}${PARAMETER}
const LAST = ${levels - 1}.0;
struct Bin { upper : f32, lower : f32, hasUpper : f32, hasLower : f32, logScale : f32, sharpness : f32 }
fn position(row : i32, channel : i32) -> f32 { return 2.0 * pixels[row * C + channel] - LAST; }
fn coefficient(row : i32, channel : i32, earlier : i32, k : i32) -> f32 {
  return hyperbolic(parameter(row, channel * (channel - 1) / 2 + earlier, 2, k));
}
fn binOf(row : i32, channel : i32, k : i32) -> Bin {
  var centre = LAST * parameter(row, channel, 0, k);
  for (var c = 0; c < channel; c++) { centre += coefficient(row, channel, c, k) * position(row, c); }
  let logScale = max(parameter(row, channel, 1, k), -7.0);
  let sharpness = exp(-logScale) / LAST;
  let fromCentre = position(row, channel) - centre;
  let level = pixels[row * C + channel];
  return Bin(
    (fromCentre + 1.0) * sharpness, (fromCentre - 1.0) * sharpness,
    select(0.0, 1.0, level < LAST), select(0.0, 1.0, level > 0.0),
    logScale, sharpness
  );
}
// 1 - exp(-d), without cancellation.
fn oneLess(d : f32) -> f32 { return hyperbolic(0.5 * d) * (1.0 + exp(-d)); }`;

/** logit k + the ln P of a pixel's channels under component k: [M, K]. */
function jointOf(inputs: Inputs, levels: number): tf.Tensor1D {
  const { rows, components } = sizesOf(inputs);
  const program = elementwise({
    name: `${name} joint`,
    inputs: ['parameters', 'pixels'],
    size: rows * components,
    declarations: [SOFTPLUS, sizes(inputs), bins(levels)].join('\n'),
    // Not left to arithmetic: max and select may lose a NaN.
    body: `
let row = index / K;
let k = index % K;
var joint = parameters[row * SIZE + k];
var wrong = isNan(joint);
for (var channel = 0; channel < C; channel++) {
  for (var part = 0; part < PARTS; part++) { wrong = wrong || isNan(parameter(row, channel, part, k)); }
  wrong = wrong || isNan(pixels[row * C + channel]);
  let bin = binOf(row, channel, k);
  let d = 2.0 / LAST * exp(-min(bin.logScale, 16.0));
  let inside = log(oneLess(d)) - max(bin.logScale - 16.0, 0.0);
  joint += bin.hasUpper * bin.hasLower * inside
    - bin.hasUpper * softplus(-bin.upper) - bin.hasLower * softplus(bin.lower);
}
result[index] = select(joint, uniforms.NAN, wrong);`,
  });
  return runProgram(program, { parameters: inputs.parameters, pixels: inputs.pixels });
}

/** parameters [M, K·(1 + 2)], of colours [M, K·(1 + 9)], pixels [M, C] → nats [M]; what is saved is `joint`. */
export const logisticMixtureCrossEntropy: WebgpuKernel = {
  kernel: FUSED_KERNELS.logisticMixtureCrossEntropy,

  declines: ({ parameters = [] }, _, limits) => declinesSize(tf.util.sizeFromShape([...parameters]), limits),

  forward(inputs, { levels }: Attributes) {
    const { rows, components } = sizesOf(inputs);
    const joint = jointOf(inputs, levels as number);
    const nats = elementwise({
      name,
      inputs: ['parameters', 'joint'],
      size: rows,
      declarations: [sizes(inputs), logSumExp('parameters'), logSumExp('joint')].join('\n'),
      body: `
let all = logSumExp_joint(index * K);
result[index] = select(logSumExp_parameters(index * SIZE) - all, all, isNan(all));`,
    });
    return [runProgram(nats, { parameters: inputs.parameters, joint }), tf.reshape(joint, [rows, components])];
  },

  backward(inputs, { levels }: Attributes) {
    const { dy, parameters, pixels, saved0: joint } = inputs;
    const weights = elementwise({
      name: `${gradient.name} weights`,
      inputs: ['dy', 'joint'],
      size: joint.size,
      declarations: [sizes(inputs), logSumExp('joint')].join('\n'),
      body: `
let sum = logSumExp_joint(index / K * K);
result[index] = select(-dy[index / K] * exp(joint[index] - sum), sum, isNan(sum));`,
    });
    const program = elementwise({
      name: gradient.name,
      inputs: ['dy', 'parameters', 'pixels', 'weights'],
      size: parameters.size,
      declarations: [sizes(inputs), bins(levels as number), logSumExp('parameters')].join('\n'),
      body: `
let row = index / SIZE;
let place = index % SIZE / K;
let k = index % SIZE % K;
let weight = weights[row * K + k];
var value = 0.0;
if (place == 0) {
  value = dy[row] * exp(parameters[index] - logSumExp_parameters(row * SIZE)) + weight;
} else {
  let block = (place - 1) / PARTS;
  let part = (place - 1) % PARTS;
  // Coefficients: of green on red, of blue on red, of blue on green.
  let channel = select(block, select(2, 1, block == 0), part == 2);
  let bin = binOf(row, channel, k);
  let up = bin.hasUpper * logistic(-bin.upper);
  let down = bin.hasLower * logistic(bin.lower);
  let centre = weight * bin.sharpness * (down - up);
  if (part == 0) { value = LAST * centre; }
  if (part == 1) {
    let d = max(2.0 * bin.sharpness, 1e-9);
    let inside = bin.hasUpper * bin.hasLower * d * exp(-d) / oneLess(d);
    value = select(weight * (bin.lower * down - bin.upper * up - inside), 0.0, parameters[index] < -7.0);
  }
  if (part == 2) {
    let earlier = select(0, 1, block == 2);
    let t = coefficient(row, channel, earlier, k);
    value = centre * position(row, earlier) * (1.0 - t * t);
  }
}
result[index] = select(value, weight, isNan(weight));`,
    });
    const all = { dy, parameters, pixels, weights: runProgram(weights, { dy, joint }) };
    return [tf.reshape(runProgram(program, all), parameters.shape)];
  },
};
