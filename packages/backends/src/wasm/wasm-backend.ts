import type * as tf from '@tensorflow/tfjs-core';

/** What we use of tfjs-backend-wasm, some of it internal; {@link heapOf} checks that it is there. */
export interface WasmBackend extends tf.KernelBackend {
  readonly wasm: {
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

/** The memory in which the backend keeps its tensors, or why it is not to be had. */
export function heapOf({ wasm }: WasmBackend): WebAssembly.Memory | string {
  const memory = wasm?.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory)) return 'this version of the wasm backend does not show its memory';
  if (memory.buffer !== wasm.HEAPU8.buffer) return 'the memory of the wasm backend is not the one of its heap';
  return memory;
}

/** Where a tensor lies in the heap, in bytes. */
export const offsetOf = (backend: WasmBackend, { dataId }: tf.TensorInfo): number =>
  backend.dataIdMap.get(dataId).memoryOffset;
