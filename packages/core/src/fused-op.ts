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
  const pick = (names: readonly string[]) => zip(names, names.map((name) => inputs[name]!)); // biome-ignore format: one row

  const variables = present(kernel.inputs); // constants (labels, targets) have no gradient
  const needed = present(kernel.gradient.inputs);
  const outputs = runOnTape(
    pick(variables),
    (save) => {
      const results = run(kernel.name, pick([...variables, ...present(kernel.constants)]), attributes);
      save([...needed.map((name) => inputs[name]!), ...results.slice(kernel.outputs.length)]);
      return results.slice(0, kernel.outputs.length);
    },
    (dys, kept) => {
      const [first, ...others] = kernel.outputs;
      const dy = dys[0] ?? tf.zeros(outputs[0].shape);
      const given = others.flatMap((output, i) => (dys[i + 1] ? [[`d${output}`, dys[i + 1]]] : []));
      const names = kept.map((_, i) => needed[i] ?? `saved${i - needed.length}`);
      const tensors = { [`d${first}`]: dy, ...Object.fromEntries(given), ...zip(names, kept) };
      const gradients = onFirstAsking((asked) => {
        const { name, data, outputs } = kernel.gradient;
        const leftOut: Attributes = data !== undefined && data !== asked ? { data: true } : {};
        return zip(outputs, run(name, tensors, { ...attributes, ...leftOut }));
      });
      // An input that is merely added (a residual) has dy itself as its gradient.
      const thunk = (name: string) => () => (kernel.gradient.outputs.includes(name) ? gradients(name) : tf.clone(dy));
      return zip(variables, variables.map(thunk));
    },
  );
  return outputs.length === 1 ? outputs[0] : zip(kernel.outputs, outputs);
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
