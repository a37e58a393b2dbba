import type { Attributes, FusedKernel, Shapes } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import type { Device, WebgpuBackend } from './webgpu-backend.ts';

export type Inputs = { readonly [name: string]: tf.Tensor };

/** A fused kernel in terms of programs; tensors that it makes on the way are disposed of. */
export interface WebgpuKernel {
  readonly kernel: FusedKernel;
  /** `y`, then what is saved. */
  forward(inputs: Inputs, attributes: Attributes): tf.Tensor[];
  /** A gradient for each name of `kernel.gradient.outputs`. */
  backward(inputs: Inputs, attributes: Attributes): tf.Tensor[];
  /** Why the device cannot do a problem of this size, if so. */
  declines?(shapes: Shapes, attributes: Attributes, limits: Device['limits']): string | undefined;
}

export const deviceLimits = (): Device['limits'] => (tf.backend() as WebgpuBackend).device.limits;

export const shapesOf = (inputs: Inputs): Shapes =>
  Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor?.shape]));

/** Why a tensor of so many floats is too long for one binding, if it is. */
export const declinesSize = (floats: number, { maxStorageBufferBindingSize: most }: Device['limits']) =>
  4 * floats > most ? `a tensor of ${4 * floats} bytes, more than the ${most} of a binding` : undefined;
