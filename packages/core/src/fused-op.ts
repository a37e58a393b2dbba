import { type Attributes, type FusedKernel, isOwnKernel, type KernelLimits, type Shapes } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

/** Inputs by name; an optional one may be left out. */
export type NamedTensors = { readonly [name: string]: tf.Tensor | undefined };

/** What an operation returns: its only output, or several by name. */
export type Outputs = tf.Tensor | { readonly [name: string]: tf.Tensor };

/**
 * One operation in two forms: `reference`, written in tfjs-core operations, runs on every backend and is the oracle in tests; a
 * fused kernel of the same name, where the active backend has registered one, replaces it together with its gradient.
 * This is the only place that asks which of the two it is, for operations with a gradient (optimizer steps have none).
 */
export function fusedOp<I extends NamedTensors, A extends Attributes, R extends Outputs>(
  kernel: FusedKernel,
  reference: (inputs: I, attributes: A) => R,
): (inputs: I, attributes: A) => R {
  return (inputs, attributes) =>
    accepts(kernel, inputs, attributes)
      ? (runFused(kernel, inputs, attributes) as R)
      : (tf.tidy(() => reference(inputs, attributes) as tf.TensorContainer) as R);
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
  const ours = tf.getKernelsForBackend(backend).filter(({ kernelName }) => isOwnKernel(kernelName));
  for (const { kernelName } of ours) tf.unregisterKernel(kernelName, backend);
  try {
    const result = body();
    if (result instanceof Promise) throw new Error('withoutFusedKernels: wanted a synchronous body, got a promise');
    return result;
  } finally {
    for (const config of ours) tf.registerKernel(config);
  }
}

function runFused(kernel: FusedKernel, inputs: NamedTensors, attributes: Attributes): Outputs {
  const present = (names: readonly string[]) => names.filter((name) => inputs[name] !== undefined);
  const tensors = (names: readonly string[]) => names.map((name) => inputs[name]!);
  const variables = present(kernel.inputs); // constants (labels, targets) have no gradient
  const all = [...variables, ...present(kernel.constants)];
  const needed = present(kernel.gradient.inputs);

  const outputs = runOnTape(
    zip(variables, tensors(variables)),
    (save) => {
      const results = run(kernel.name, zip(all, tensors(all)), attributes);
      save([...tensors(needed), ...results.slice(kernel.outputs.length)]);
      return results.slice(0, kernel.outputs.length);
    },
    ([dy, ...others], kept) => {
      const dys = [dy ?? tf.zeros(outputs[0].shape), ...others];
      const given = kernel.outputs.flatMap((output, i) => (dys[i] ? [[`d${output}`, dys[i]]] : []));
      const keptNames = [...needed, ...kept.slice(needed.length).map((_, i) => `saved${i}`)];
      const gradients = gradientsOf(kernel, { ...Object.fromEntries(given), ...zip(keptNames, kept) }, attributes);
      // An input that is merely added (a residual) has dy itself as its gradient.
      return zip(variables, variables.map((name) => gradients[name] ?? (() => tf.clone(dys[0]!)))); // biome-ignore format: one row
    },
  );
  return outputs.length === 1 ? outputs[0] : zip(kernel.outputs, outputs);
}

/**
 * A thunk for each gradient; the first to be called computes them all. The tape calls those that lead to what is differentiated, in the
 * order of the inputs: so that of the data, the first input, is called first or not at all.
 */
function gradientsOf(
  { gradient: { name, outputs, data } }: FusedKernel,
  inputs: Record<string, tf.Tensor>,
  attributes: Attributes,
): Record<string, () => tf.Tensor> {
  let results: tf.Tensor[] | undefined;
  const thunk = (output: string, index: number) => () => {
    const leftOut: Attributes = data !== undefined && data !== output ? { data: true } : {};
    results ??= inOuterScope(() => run(name, inputs, { ...attributes, ...leftOut }));
    return results[index];
  };
  return zip(outputs, outputs.map(thunk));
}

const run = (name: string, inputs: Record<string, tf.Tensor>, attributes: Attributes): tf.Tensor[] =>
  ([] as tf.Tensor[]).concat(tf.engine().runKernel(name, inputs, { ...attributes }) as tf.Tensor[]);

const zip = <T>(names: readonly string[], values: readonly T[]): Record<string, T> =>
  Object.fromEntries(names.map((name, i) => [name, values[i]]));

/** What the types of TensorFlow.js's engine keep to themselves. */
interface TapeEngine {
  runKernelFunc(operation: {
    inputs: Record<string, tf.Tensor>;
    forwardFunc(backend: tf.KernelBackend, save: tf.GradSaveFunc): tf.Tensor[];
  }): tf.Tensor[];
}

/**
 * Runs `forward` as one node of the tape; `backward` gives a thunk for the gradient of each input. It is hung onto the node, and not
 * handed to the engine, which would make zeros in JavaScript for every output that has no gradient: here those are null.
 */
function runOnTape(
  inputs: Record<string, tf.Tensor>,
  forward: (save: tf.GradSaveFunc) => tf.Tensor[],
  backward: (dys: (tf.Tensor | null)[], saved: tf.Tensor[]) => Record<string, () => tf.Tensor>,
): tf.Tensor[] {
  const engine = tf.engine();
  const outputs = (engine as unknown as TapeEngine).runKernelFunc({ inputs, forwardFunc: (_, save) => forward(save) });
  const node = engine.state.activeTape?.at(-1); // of these outputs, if there is a tape and it is not stopped
  if (node?.outputs === outputs) node.gradient = (dys) => backward(dys, node.saved!);
  return outputs;
}

/** The tape calls each thunk in a scope of its own, which would end the other gradients: this runs `body` in the scope around it. */
function inOuterScope<T>(body: () => T): T {
  tf.engine().endScope();
  try {
    return body();
  } finally {
    tf.engine().startScope();
  }
}
