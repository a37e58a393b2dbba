import * as tf from '@tensorflow/tfjs-core';

/** Registers a kernel unless it is there already, which tfjs would warn of. */
export function registerOnce(kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName) == null) tf.registerKernel(kernel);
}
