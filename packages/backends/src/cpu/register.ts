import { instantiateKernels } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { type Place, registerKernels } from '../register-kernels.ts';
import { createStackMemory, type StackMemory } from './stack-memory.ts';

/** What we use of tfjs-backend-cpu. */
interface CpuBackend extends tf.KernelBackend {
  readSync(dataId: object): tf.TypedArray;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.TypedArray): tf.TensorInfo;
}

let isRegistered = false;

/**
 * Registers the fused kernels for the backend `cpu`: the same WebAssembly as for `wasm`, in a memory of its own, into which the inputs
 * are copied, and out of which the outputs.
 *
 * @returns why not, where it could not be done
 */
export function registerCpuKernels(): string | undefined {
  if (isRegistered) return undefined;
  try {
    const memory = createStackMemory();
    const kernels = instantiateKernels({ memory: memory.memory, malloc: memory.allocate, free: () => {} });
    registerKernels('cpu', kernels, copying(memory));
  } catch (error) {
    return `this machine does not run our WebAssembly: ${(error as Error).message}`;
  }
  isRegistered = true;
  return undefined;
}

function copying(memory: StackMemory): Place {
  return (backend, inputs, shapes, run) => {
    const cpu = backend as CpuBackend;
    return memory.scope(() => {
      const pointers = inputs.map((input) => memory.push(valuesOf(cpu, input)));
      const lengths = shapes.map((shape) => tf.util.sizeFromShape([...shape]));
      const outputs = lengths.map((length) => memory.allocate(4 * length));
      run(pointers, outputs);
      return shapes.map((shape, i) => cpu.makeTensorInfo([...shape], 'float32', memory.copy(outputs[i], lengths[i])));
    });
  };
}

/** The values of a tensor in its own type: where this backend casts to a wider one, it renames the type and keeps the values as they were. */
function valuesOf(cpu: CpuBackend, { dataId, dtype }: tf.TensorInfo): Float32Array | Int32Array {
  const values = cpu.readSync(dataId);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
