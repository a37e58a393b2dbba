import {
  type Attributes,
  FUSED_KERNELS,
  type FusedKernel,
  type KernelLimits,
  PARAMETER_KERNELS,
} from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { registerOnce } from '../register-once.ts';
import { bernoulliCrossEntropy, softmaxCrossEntropy } from './cross-entropies.ts';
import { gate } from './gate.ts';
import { logisticMixtureCrossEntropy } from './logistic-mixture.ts';
import { maskedConv2d } from './masked-conv2d.ts';
import { runUpdate, UPDATES } from './optimizers.ts';
import { concatElu, gatedResidual } from './resnet.ts';
import { lstmScan } from './scan/kernel.ts';
import { deviceLimits, type Inputs, type WebgpuKernel } from './webgpu-kernel.ts';

const KERNELS: readonly WebgpuKernel[] = [
  maskedConv2d,
  lstmScan,
  gate,
  concatElu,
  gatedResidual,
  softmaxCrossEntropy,
  bernoulliCrossEntropy,
  logisticMixtureCrossEntropy,
];

/** The fused kernels that have no program, and why. */
export const ABSENT_KERNELS: { readonly [name: string]: string } = Object.fromEntries([
  ...Object.values<FusedKernel>(FUSED_KERNELS)
    .filter((kernel) => KERNELS.every((other) => other.kernel !== kernel))
    .map(({ name }) => [name, 'layers make it of the other kernels']),
  [PARAMETER_KERNELS.unflatten, 'a reshape costs nothing here'],
  [PARAMETER_KERNELS.flatten, 'a reshape costs nothing here'],
  [PARAMETER_KERNELS.norm, 'TensorFlow.js sums as well'],
]);

/** Registers for the backend `webgpu` the fused kernels that are programs of ours; layers make the larger ones of these. */
export function registerWebgpuKernels(): void {
  for (const { kernel, forward, backward, declines } of KERNELS) {
    register(kernel.name, forward, {
      declines: declines && ((shapes, attributes) => declines(shapes, attributes, deviceLimits())),
    });
    register(kernel.gradient.name, backward);
  }
  for (const update of UPDATES)
    register(update.kernel.name, (inputs, attributes) =>
      runUpdate(update, inputs, attributes as { readonly [name: string]: number }),
    );
}

function register(
  kernelName: string,
  run: (inputs: Inputs, attributes: Attributes) => tf.Tensor[],
  limits: KernelLimits = {},
): void {
  const kernelFunc: tf.KernelFunc = ({ inputs, attrs = {} }) =>
    tf.tidy(() => run(inputs as Inputs, attrs as Attributes));
  const config: tf.KernelConfig & KernelLimits = { kernelName, backendName: 'webgpu', kernelFunc, ...limits };
  registerOnce(config);
}
