import type { Attributes, FusedKernel, KernelLimits, Shapes } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { isData } from './data.ts';

/** Inputs by name; an optional one may be left out. */
export type NamedTensors = { readonly [name: string]: tf.Tensor | undefined };

/**
 * One operation in two forms: `reference`, written in tfjs-core operations, runs on every backend and is the oracle in tests; a
 * fused kernel of the same name, where the active backend has registered one, replaces it together with its gradient.
 * This is the only place that asks which of the two it is, for operations with a gradient (optimizer steps have none).
 */
export function fusedOp<I extends NamedTensors, A extends Attributes, R extends tf.Tensor>(
  kernel: FusedKernel,
  reference: (inputs: I, attributes: A) => R,
): (inputs: I, attributes: A) => R {
  return (inputs, attributes) =>
    accepts(kernel, inputs, attributes)
      ? (runFused(kernel, inputs, attributes) as R)
      : tf.tidy(() => reference(inputs, attributes));
}

/** Whether the active backend has registered the kernel and its gradient. */
export function isFused(kernel: FusedKernel): boolean {
  const backend = tf.getBackend();
  return tf.getKernel(kernel.name, backend) != null && tf.getKernel(kernel.gradient.name, backend) != null;
}

/** Whether the active backend has the kernel, and takes it for tensors of these shapes. */
function accepts(kernel: FusedKernel, inputs: NamedTensors, attributes: Attributes): boolean {
  if (!isFused(kernel)) return false;
  const { declines } = tf.getKernel(kernel.name, tf.getBackend()) as tf.KernelConfig & KernelLimits;
  return declines === undefined || declines(shapesOf(inputs), attributes) === undefined;
}

const shapesOf = (inputs: NamedTensors): Shapes =>
  Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor?.shape]));

/**
 * Runs `body` as if the active backend had no fused kernels: the oracle side of a test. Synchronous, since the kernels are back when
 * it returns.
 */
export function withoutFusedKernels<T>(body: () => T): T {
  const backend = tf.getBackend();
  const ours = tf.getKernelsForBackend(backend).filter(({ kernelName }) => kernelName.startsWith('Pixelrnn'));
  for (const { kernelName } of ours) tf.unregisterKernel(kernelName, backend);
  try {
    const result = body();
    if (result instanceof Promise) throw new Error('withoutFusedKernels: wanted a synchronous body, got a promise');
    return result;
  } finally {
    for (const config of ours) tf.registerKernel(config);
  }
}

function runFused(kernel: FusedKernel, inputs: NamedTensors, attributes: Attributes): tf.Tensor {
  const run = (name: string, tensors: Record<string, tf.Tensor>, more: Attributes = {}) =>
    ([] as tf.Tensor[]).concat(tf.engine().runKernel(name, tensors, { ...attributes, ...more }) as tf.Tensor[]);
  const present = (names: readonly string[]) => names.filter((name) => inputs[name] !== undefined);
  const zip = (names: readonly string[], tensors: readonly tf.Tensor[]) =>
    Object.fromEntries(names.map((name, i) => [name, tensors[i]]));

  // What has a gradient goes through customGrad as an argument; constants (labels, targets) are only kept for the backward pass.
  const variables = present(kernel.inputs);
  const constants = present(kernel.constants);
  const constantTensors = zip(
    constants,
    constants.map((name) => inputs[name]!),
  );
  const needed = present(kernel.gradient.inputs);
  const { data } = kernel.gradient;
  const withoutData: Attributes = data !== undefined && isData(inputs[data]!) ? { data: true } : {};

  const op = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const all = { ...constantTensors, ...zip(variables, args as tf.Tensor[]) };
    const [value, ...saved] = run(kernel.name, all);
    save([...needed.map((name) => all[name]), ...saved]);
    const gradFunc = (dy: tf.Tensor, kept: tf.Tensor[]) => {
      const savedNames = saved.map((_, i) => `saved${i}`);
      const tensors = zip([...needed, ...savedNames], kept);
      const gradients = run(kernel.gradient.name, { dy, ...tensors }, withoutData);
      const byName = zip(kernel.gradient.outputs, gradients);
      // An input that is merely added (a residual) has dy itself as its gradient.
      return variables.map((name) => byName[name] ?? tf.clone(dy));
    };
    return { value, gradFunc };
  });
  return op(...variables.map((name) => inputs[name]!));
}
