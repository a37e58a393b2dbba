import type { FusedKernel } from '@pixelrnn/kernels';
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';

export type AttributeType = FusedKernel['attributes'][string];

export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The part of tfjs-node's backend that calls an operation of TensorFlow by its name. */
export interface TensorflowBackend extends KernelBackend {
  readonly binding: {
    readonly TF_Version: string;
    readonly TF_ATTR_INT: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_STRING: number;
    isUsingGpuDevice(): boolean;
  };
  executeMultipleOutputs(
    name: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): TensorInfo[];
}
