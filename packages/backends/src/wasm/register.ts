import { messageOf } from '@pixelrnn/files/message';
import {
  canShareMemory,
  instantiateKernels,
  isShared,
  type KernelMemory,
  startKernelTeam,
  type Team,
} from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { type Place, registerKernels } from '../register-kernels.ts';
import { registerParameters } from './register-parameters.ts';
import { heapOf, offsetOf, type WasmBackend } from './wasm-backend.ts';

let isRegistered = false;
/** Who does the work of the kernels; the calling thread alone, where there is none. */
let team: Team | undefined;

/** How the kernels were registered: on how many threads, and why not on as many as were wanted. */
export interface Registered {
  readonly threads: number;
  readonly fewer?: string;
  /** Why they were not registered. */
  readonly notFused?: string;
}

/**
 * Registers the fused kernels for the backend `wasm`: the same C++ as everywhere, in place in the heap of the backend, no copies.
 * The backend must be the active one. Called again, it changes the number of threads.
 *
 * @param threads as many as can be had: one, where the heap is not shared
 */
export async function registerWasmKernels(threads: number): Promise<Registered> {
  const backend = tf.backend() as WasmBackend;
  const memory = heapOf(backend);
  if (typeof memory === 'string') return { threads: 1, notFused: memory };
  const { wasm } = backend;
  const host: KernelMemory = {
    memory,
    malloc(bytes) {
      const pointer = wasm._malloc(bytes) >>> 0;
      if (pointer === 0) throw new RangeError(`wasm: wanted ${bytes} bytes for the kernels, got none`);
      return pointer;
    },
    free: (pointer) => wasm._free(pointer),
  };
  const fewer = isShared(memory) ? await changeTeam(threads, host) : whyNotShared();
  if (!isRegistered) {
    registerKernels(
      'wasm',
      instantiateKernels(host, () => team),
      inPlace,
    );
    registerParameters();
    tf.unregisterKernel('Identity', 'wasm');
    tf.registerKernel({ kernelName: 'Identity', backendName: 'wasm', kernelFunc: identity });
    isRegistered = true;
  }
  return { threads: team?.threads ?? 1, ...(fewer && threads > 1 && { fewer }) };
}

const whyNotShared = (): string => (canShareMemory() ? 'its memory is not shared' : 'memory cannot be shared here');

/** @returns why there is none, where it does not start */
async function changeTeam(threads: number, host: KernelMemory): Promise<string | undefined> {
  if (threads === (team?.threads ?? 1)) return undefined;
  team?.end();
  team = undefined;
  if (threads === 1) return undefined;
  try {
    team = await startKernelTeam(threads, host);
    return undefined;
  } catch (error) {
    return `workers do not start: ${messageOf(error)}`;
  }
}

const inPlace: Place = (backend, inputs, shapes, run) => {
  const wasm = backend as WasmBackend;
  const outputs = shapes.map((shape) => wasm.makeOutput([...shape], 'float32'));
  const offset = (tensor: tf.TensorInfo) => offsetOf(wasm, tensor);
  run(inputs.map(offset), outputs.map(offset));
  return outputs;
};

/**
 * The backend copies a tensor that is merely named again, and the tape names every tensor it saves; sharing the data instead saved
 * 25 ms of an 870 ms training step.
 */
const identity: tf.KernelFunc = ({ inputs, backend }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  (backend as tf.KernelBackend & { incRef(dataId: object): void }).incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
};
