import { FUSED_KERNELS, readShapes } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { ACTIVATIONS } from './activations.ts';
import { elementwise, runProgram } from './program.ts';
import { declinesSize, shapesOf, type WebgpuKernel } from './webgpu-kernel.ts';

const { name, gradient } = FUSED_KERNELS.gate;

/** Both halves of a pixel's channels; `index` counts outputs. */
const halves = (channels: number) => `
let p = index / ${channels} * ${2 * channels} + index % ${channels};
let feature = hyperbolic(z[p]);
let gate = logistic(z[p + ${channels}]);`;

/** z [B, H, W, 2P] → tanh(z₁) ⊙ σ(z₂) of its halves [B, H, W, P]. */
export const gate: WebgpuKernel = {
  kernel: FUSED_KERNELS.gate,

  declines: ({ z = [] }, _, limits) => declinesSize(tf.util.sizeFromShape([...z]), limits),

  forward({ z }) {
    readShapes(name, shapesOf({ z }), {}).shape('z', 'B', 'H', 'W', 'C');
    const channels = z.shape[3]! / 2;
    const program = elementwise({
      name,
      inputs: ['z'],
      size: z.size / 2,
      declarations: ACTIVATIONS,
      body: `${halves(channels)}\nresult[index] = feature * gate;`,
    });
    return [tf.reshape(runProgram(program, { z }), [...z.shape.slice(0, 3), channels])];
  },

  backward({ dy, z }) {
    const channels = z.shape[3]! / 2;
    const program = elementwise({
      name: gradient.name,
      inputs: ['dy', 'z'],
      size: z.size,
      declarations: ACTIVATIONS,
      // One invocation for each output; it writes the gradients of both halves.
      body: `
if (index >= uniforms.dyShape) { return; }
${halves(channels)}
result[p] = dy[index] * gate * (1.0 - feature * feature);
result[p + ${channels}] = dy[index] * feature * gate * (1.0 - gate);`,
    });
    return [tf.reshape(runProgram(program, { dy, z }), z.shape)];
  },
};
