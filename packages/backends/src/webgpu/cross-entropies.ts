import { FUSED_KERNELS } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { elementwise, runProgram } from './program.ts';
import { declinesSize, type WebgpuKernel } from './webgpu-kernel.ts';

const softmax = FUSED_KERNELS.softmaxCrossEntropy;
const bernoulli = FUSED_KERNELS.bernoulliCrossEntropy;

/** logits [M, L], labels [M] → log Σ exp(logits) − logits[label]; what is saved is the first term [M]. */
export const softmaxCrossEntropy: WebgpuKernel = {
  kernel: softmax,

  declines: ({ logits = [] }, _, limits) => declinesSize(tf.util.sizeFromShape([...logits]), limits),

  forward({ logits, labels }) {
    const [rows, levels] = logits.shape as [number, number];
    const logSum = elementwise({
      name: `${softmax.name} sum`,
      inputs: ['logits'],
      size: rows,
      declarations: `const LEVELS = ${levels};`,
      body: `
let start = index * LEVELS;
var largest = logits[start];
for (var l = 1; l < LEVELS; l++) { largest = max(largest, logits[start + l]); }
var sum = 0.0;
for (var l = 0; l < LEVELS; l++) {
  let z = logits[start + l];
  sum += select(exp(z - largest), z, isNan(z));
}
result[index] = select(largest + log(sum), sum, isNan(sum));`,
    });
    const sums = runProgram(logSum, { logits });
    const nats = elementwise({
      name: softmax.name,
      inputs: ['logits', 'labels', 'sums'],
      size: rows,
      declarations: `const LEVELS = ${levels};`,
      // A label that is no level has no probability: NaN, as in the reference.
      body: `
let label = i32(labels[index]);
let isLevel = label >= 0 && label < LEVELS;
let value = sums[index] - logits[index * LEVELS + clamp(label, 0, LEVELS - 1)];
result[index] = select(uniforms.NAN, value, isLevel);`,
    });
    return [runProgram(nats, { logits, labels, sums }), sums];
  },

  backward({ dy, logits, labels, saved0: sums }) {
    const program = elementwise({
      name: softmax.gradient.name,
      inputs: ['dy', 'logits', 'labels', 'sums'],
      size: logits.size,
      declarations: `const LEVELS = ${logits.shape[1]};`,
      body: `
let row = index / LEVELS;
let isLabel = select(0.0, 1.0, index % LEVELS == i32(labels[row]));
result[index] = dy[row] * (exp(logits[index] - sums[row]) - isLabel);`,
    });
    return [tf.reshape(runProgram(program, { dy, logits, labels, sums }), logits.shape)];
  },
};

/** logits [M], targets [M] in {0, 1} → softplus(logits) − logits · targets. */
export const bernoulliCrossEntropy: WebgpuKernel = {
  kernel: bernoulli,

  declines: ({ logits = [] }, _, limits) => declinesSize(tf.util.sizeFromShape([...logits]), limits),

  forward({ logits, targets }) {
    const program = elementwise({
      name: bernoulli.name,
      inputs: ['logits', 'targets'],
      size: logits.size,
      // log(1 + e) with the digits that 1 + e would drop: its series where e is small.
      body: `
let z = logits[index];
let e = exp(-abs(z));
let tail = select(log(1.0 + e), e * (1.0 - e * (0.5 - e / 3.0)), e < 0.01);
result[index] = select(max(z, 0.0) + tail - z * targets[index], z, isNan(z));`,
    });
    return [runProgram(program, { logits, targets })];
  },

  backward({ dy, logits, targets }) {
    const program = elementwise({
      name: bernoulli.gradient.name,
      inputs: ['dy', 'logits', 'targets'],
      size: logits.size,
      body: `
let z = logits[index];
let e = exp(-abs(z));
result[index] = dy[index] * (select(e, 1.0, z >= 0.0) / (1.0 + e) - targets[index]);`,
    });
    return [runProgram(program, { dy, logits, targets })];
  },
};
