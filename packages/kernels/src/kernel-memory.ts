/** A memory that belongs to someone else, such as the heap of TensorFlow.js' wasm backend. */
export interface KernelMemory {
  /** Of a stated maximum. */
  readonly memory: WebAssembly.Memory;
  /** Bytes to pointer; never 0. */
  malloc(bytes: number): number;
  free(pointer: number): void;
}
