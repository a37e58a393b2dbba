import type * as tf from '@tensorflow/tfjs-core';

/** What we use of a WebGPU device. */
export interface Device {
  readonly limits: {
    readonly maxComputeInvocationsPerWorkgroup: number;
    readonly maxComputeWorkgroupStorageSize: number;
    readonly maxComputeWorkgroupsPerDimension: number;
    readonly maxStorageBufferBindingSize: number;
  };
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  pushErrorScope(filter: 'validation' | 'out-of-memory' | 'internal'): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  addEventListener(
    type: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string }; preventDefault?(): void }) => void,
  ): void;
}

/** A program as tfjs-backend-webgpu runs it. */
export interface BackendProgram {
  /** Unique among all programs; the backend makes it longer. */
  shaderKey: string;
  readonly workgroupSize: readonly [number, number, number];
  readonly dispatch: readonly [number, number, number];
  readonly dispatchLayout: { readonly x: readonly number[]; readonly y?: readonly number[] };
  readonly outputShape: readonly number[];
  readonly variableNames: readonly string[];
  /** How many floats each input holds in an element of its array: 1 or 4. */
  readonly variableComponents?: readonly number[];
  /** Declarations of uniforms of its own, in WGSL. */
  readonly uniforms?: string;
  getUserCode(): string;
}

export interface BackendUniform {
  readonly type: 'int32' | 'float32';
  readonly data: number[];
}

/** What we use of tfjs-backend-webgpu. */
export interface WebgpuBackend extends tf.KernelBackend {
  readonly device: Device;
  /** What is known of the data of a tensor; its type may differ from the tensor's. */
  readonly tensorMap: { get(dataId: object): { readonly dtype: tf.DataType } };
  runWebGPUProgram(
    program: BackendProgram,
    inputs: readonly tf.TensorInfo[],
    dtype: tf.DataType,
    uniforms?: BackendUniform[],
  ): tf.TensorInfo;
}
