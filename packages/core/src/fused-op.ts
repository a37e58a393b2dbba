import type { Attributes, FusedKernel, KernelLimits, Shapes } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

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

/** What we use of TensorFlow.js's engine that its types keep to themselves: an operation whose gradient is a thunk for each input. */
interface TapeEngine {
  runKernelFunc(operation: {
    inputs: Record<string, tf.Tensor>;
    forwardFunc(backend: tf.KernelBackend, save: tf.GradSaveFunc): tf.Tensor;
    backwardsFunc(dy: tf.Tensor, saved: tf.Tensor[]): Record<string, () => tf.Tensor>;
  }): tf.Tensor;
}

function runFused(kernel: FusedKernel, inputs: NamedTensors, attributes: Attributes): tf.Tensor {
  const run = (name: string, tensors: Record<string, tf.Tensor>, more: Attributes = {}) =>
    ([] as tf.Tensor[]).concat(tf.engine().runKernel(name, tensors, { ...attributes, ...more }) as tf.Tensor[]);
  const present = (names: readonly string[]) => names.filter((name) => inputs[name] !== undefined);
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, inputs[name]!]));

  const variables = present(kernel.inputs);
  const needed = present(kernel.gradient.inputs);
  return (tf.engine() as unknown as TapeEngine).runKernelFunc({
    inputs: pick(variables), // constants (labels, targets) are not among them: nobody asks for their gradient
    forwardFunc(_, save) {
      const [y, ...saved] = run(kernel.name, pick([...variables, ...present(kernel.constants)]));
      save([...needed.map((name) => inputs[name]!), ...saved]);
      return y;
    },
    backwardsFunc(dy, kept) {
      const names = kept.map((_, i) => needed[i] ?? `saved${i - needed.length}`);
      const tensors = { dy, ...Object.fromEntries(names.map((name, i) => [name, kept[i]])) };
      const gradients = onFirstAsking((first) => {
        const { name, data, outputs } = kernel.gradient;
        const results = run(name, tensors, data !== undefined && data !== first ? { data: true } : {});
        return Object.fromEntries(outputs.map((output, i) => [output, results[i]]));
      });
      // An input that is merely added (a residual) has dy itself as its gradient.
      const thunk = (name: string) =>
        kernel.gradient.outputs.includes(name) ? () => gradients(name) : () => tf.clone(dy);
      return Object.fromEntries(variables.map((name) => [name, thunk(name)]));
    },
  });
}

/**
 * Gradients that are computed together when the tape asks for the first of them, and which that was. The tape asks in the order of the
 * inputs for those that lead to what is differentiated. So the data, the first input, is asked for first or not at all.
 */
function onFirstAsking(compute: (first: string) => Record<string, tf.Tensor>): (name: string) => tf.Tensor {
  let gradients: Record<string, tf.Tensor> | undefined;
  return (name) => {
    gradients ??= inOuterScope(() => compute(name));
    return gradients[name];
  };
}

/** The tape asks for each gradient in a scope of its own, which would end the others: this runs `body` in the scope around it. */
function inOuterScope<T>(body: () => T): T {
  tf.engine().endScope();
  try {
    return body();
  } finally {
    tf.engine().startScope();
  }
}
