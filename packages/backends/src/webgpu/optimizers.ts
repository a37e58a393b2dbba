import { OPTIMIZER_KERNELS, type OptimizerKernel } from '@pixelrnn/kernels';
import type * as tf from '@tensorflow/tfjs-core';
import { elementwise, runProgram } from './program.ts';

/** An optimizer's step: one program for each output, since a program has one. */
export interface WebgpuUpdate {
  readonly kernel: OptimizerKernel;
  /** WGSL that declares a value for each output under its name with `New` behind it; it knows the inputs' values by name. */
  readonly code: string;
}

export const UPDATES: readonly WebgpuUpdate[] = [
  {
    kernel: OPTIMIZER_KERNELS.adam,
    code: `
let meanNew = uniforms.beta1 * mean + (1.0 - uniforms.beta1) * gradients;
let squareNew = uniforms.beta2 * square + (1.0 - uniforms.beta2) * gradients * gradients;
let step = uniforms.rate * meanNew / (sqrt(squareNew) * uniforms.correction + uniforms.epsilon);
let paramsNew = params - step;`,
  },
  {
    kernel: OPTIMIZER_KERNELS.rmsprop,
    code: `
let squareNew = uniforms.decay * square + (1.0 - uniforms.decay) * gradients * gradients;
let paramsNew = params - uniforms.rate * gradients / (sqrt(squareNew) + uniforms.epsilon);`,
  },
];

/** Vectors [n] in, the new parameters and slots [n] out. */
export function runUpdate(
  { kernel, code }: WebgpuUpdate,
  inputs: { readonly [name: string]: tf.Tensor },
  attributes: { readonly [name: string]: number },
): tf.Tensor[] {
  const { name, inputs: names, outputs } = kernel;
  const count = inputs.params.size;
  const wrong = names.find((input) => inputs[input]?.size !== count);
  if (wrong) throw new Error(`${name}: wanted ${wrong} [${count}], got [${inputs[wrong]?.shape}]`);
  const numbers = Object.fromEntries(
    kernel.attributes.map((attribute) => [attribute, { float: attributes[attribute] }]),
  );
  const vectors = Object.fromEntries(names.map((input) => [`${input}In`, inputs[input]]));
  return outputs.map((output) => {
    const program = elementwise({
      name: `${name} ${output}`,
      inputs: Object.keys(vectors),
      size: count,
      numbers,
      body: `
${names.map((input) => `let ${input} = ${input}In[index];`).join('\n')}
${code}
result[index] = ${output}New;`,
    });
    return runProgram(program, vectors);
  });
}
