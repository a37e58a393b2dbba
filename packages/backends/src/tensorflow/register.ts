import { FUSED_KERNELS, type FusedKernel, forwardInputs, gradientInputs } from '@pixelrnn/kernels';
import type * as tf from '@tensorflow/tfjs-core';
import { registerOnce } from '../register-once.ts';
import { loadedTensorflow } from './load.ts';
import { registerParameters } from './register-parameters.ts';
import { registerUpdates } from './register-updates.ts';
import type { AttributeType, TensorflowBackend } from './tensorflow-backend.ts';

const ATTRIBUTE_TYPES = {
  int: 'TF_ATTR_INT',
  float: 'TF_ATTR_FLOAT',
  bool: 'TF_ATTR_BOOL',
  string: 'TF_ATTR_STRING',
} as const;

/**
 * Registers for the backend `tensorflow` every fused kernel whose operations the addon has, where `fusedOp` of
 * `@pixelrnn/core` and the optimizers of `@pixelrnn/trainer` find them.
 *
 * @returns the names of the kernels; none unless `loadTensorflow` has found the addon
 */
export function registerTensorflowKernels(): readonly string[] {
  const addon = loadedTensorflow()?.addon;
  if (addon === undefined || 'absent' in addon) return [];
  const operations = new Set(addon.native.operations);
  const kernels = Object.values<FusedKernel>(FUSED_KERNELS).filter(
    ({ name, gradient }) => operations.has(name) && operations.has(gradient.name),
  );
  kernels.forEach(registerKernel);
  const fused = kernels.flatMap(({ name, gradient }) => [name, gradient.name]);
  return [...fused, ...registerUpdates(operations), ...registerParameters(operations)];
}

function registerKernel(kernel: FusedKernel): void {
  const { name, outputs, gradient, saved } = kernel;
  registerOperation(name, kernel, forwardInputs(kernel), outputs.length + saved);
  registerOperation(
    gradient.name,
    kernel,
    gradientInputs(kernel),
    gradient.outputs.length,
    gradient.data !== undefined,
  );
}

/**
 * An optional input `x` is a list of no or one tensor, whose length is the operation's attribute `x_count`; `mayBeData`: it has the
 * attribute `data`, false by default.
 */
function registerOperation(
  name: string,
  kernel: FusedKernel,
  inputNames: readonly string[],
  outputs: number,
  mayBeData = false,
): void {
  const mayBeAbsent = [...kernel.optional, ...kernel.outputs.slice(1).map((output) => `d${output}`)];
  const optional = mayBeAbsent.filter((input) => inputNames.includes(input));
  const kernelFunc: tf.KernelFunc = ({ inputs, attrs = {}, backend }) => {
    const tensorflow = backend as TensorflowBackend;
    const attribute = (attributeName: string, type: AttributeType, value: unknown) => {
      if (value === undefined) throw new Error(`${name}: wanted the attribute ${attributeName}, got none`);
      return { name: attributeName, type: tensorflow.binding[ATTRIBUTE_TYPES[type]], value };
    };
    const attributes = [
      ...Object.entries(kernel.attributes).map(([key, type]) => attribute(key, type, attrs[key])),
      ...(mayBeData ? [attribute('data', 'bool', attrs.data ?? false)] : []),
      ...optional.map((input) => attribute(`${input}_count`, 'int', inputs[input] ? 1 : 0)),
    ];
    const missing = inputNames.find((input) => !inputs[input] && !optional.includes(input));
    if (missing) throw new Error(`${name}: wanted the input ${missing}, got none`);
    const present = inputNames.flatMap((input) => inputs[input] ?? []);
    return tensorflow.executeMultipleOutputs(name, attributes, present, outputs);
  };
  registerOnce({ kernelName: name, backendName: 'tensorflow', kernelFunc });
}
