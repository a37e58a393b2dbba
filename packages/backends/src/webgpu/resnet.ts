import { FUSED_KERNELS, readShapes } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { ACTIVATIONS } from './activations.ts';
import { elementwise, runProgram } from './program.ts';
import { declinesSize, type Inputs, shapesOf, type WebgpuKernel } from './webgpu-kernel.ts';

/** The same map with another number of channels. */
const withChannels = ([batch, height, width]: number[], channels: number) => [batch, height, width, channels];

/** x [B, H, W, C] → elu(x), elu(−x) side by side, [B, H, W, 2C]; both are made of e = exp(−|x|). */
export const concatElu: WebgpuKernel = {
  kernel: FUSED_KERNELS.concatElu,

  declines: ({ x = [] }, _, limits) => declinesSize(2 * tf.util.sizeFromShape([...x]), limits),

  forward({ x }) {
    const { name } = FUSED_KERNELS.concatElu;
    readShapes(name, shapesOf({ x }), {}).shape('x', 'B', 'H', 'W', 'C');
    const channels = x.shape[3]!;
    const program = elementwise({
      name,
      inputs: ['x'],
      size: 2 * x.size,
      // One invocation for each input; it writes both.
      body: `
if (index >= uniforms.xShape) { return; }
${bothAt(channels)}
result[p] = select(e - 1.0, v, v > 0.0);
result[p + ${channels}] = select(-v, e - 1.0, v > 0.0);`,
    });
    return [tf.reshape(runProgram(program, { x }), withChannels(x.shape, 2 * channels))];
  },

  backward({ dy, x }) {
    const channels = x.shape[3]!;
    const program = elementwise({
      name: FUSED_KERNELS.concatElu.gradient.name,
      inputs: ['dy', 'x'],
      size: x.size,
      body: `
${bothAt(channels)}
result[index] = select(dy[p] * e - dy[p + ${channels}], dy[p] - dy[p + ${channels}] * e, v > 0.0);`,
    });
    return [tf.reshape(runProgram(program, { dy, x }), x.shape)];
  },
};

/** `p`: where the first of an input's two outputs stands. NaN stays NaN: WGSL's exp may drop it. */
const bothAt = (channels: number) => `
let p = index / ${channels} * ${2 * channels} + index % ${channels};
let v = x[index];
let e = select(exp(-abs(v)), v, isNan(v));`;

/** z [B, H, W, 2P], residual [B, H, W, P] → residual + z₁ ⊙ σ(z₂) of z's halves. */
export const gatedResidual: WebgpuKernel = {
  kernel: FUSED_KERNELS.gatedResidual,

  declines: ({ z = [] }, _, limits) => declinesSize(tf.util.sizeFromShape([...z]), limits),

  forward({ z, residual }) {
    const { name } = FUSED_KERNELS.gatedResidual;
    const channels = z.shape[3]! / 2;
    const reader = readShapes(name, shapesOf({ z, residual } as Inputs), {});
    reader.shape('z', 'B', 'H', 'W', 2 * channels);
    reader.shape('residual', 'B', 'H', 'W', channels);
    const program = elementwise({
      name,
      inputs: ['z', 'residual'],
      size: residual.size,
      declarations: ACTIVATIONS,
      body: `${halvesAt(channels)}\nresult[index] = residual[index] + z[p] * gate;`,
    });
    return [tf.reshape(runProgram(program, { z, residual }), residual.shape)];
  },

  backward({ dy, z }) {
    const channels = z.shape[3]! / 2;
    const program = elementwise({
      name: FUSED_KERNELS.gatedResidual.gradient.name,
      inputs: ['dy', 'z'],
      size: z.size,
      declarations: ACTIVATIONS,
      // One invocation for each output; it writes the gradients of both halves.
      body: `
if (index >= uniforms.dyShape) { return; }
${halvesAt(channels)}
result[p] = dy[index] * gate;
result[p + ${channels}] = dy[index] * z[p] * gate * (1.0 - gate);`,
    });
    return [tf.reshape(runProgram(program, { dy, z }), z.shape)];
  },
};

/** `index` counts outputs. */
const halvesAt = (channels: number) => `
let p = index / ${channels} * ${2 * channels} + index % ${channels};
let gate = logistic(z[p + ${channels}]);`;
