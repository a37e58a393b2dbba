/** A WebAssembly memory whose blocks are given back all at once; addresses and sizes in bytes, blocks at multiples of 64. */
export interface StackMemory {
  readonly memory: WebAssembly.Memory;
  /** A block of whatever was there; grows the memory when it must, so that views of it are gone afterwards. */
  allocate(bytes: number): number;
  /** A block that holds a copy of 32-bit values. */
  push(values: ArrayBufferView): number;
  /** A copy of so many float32. */
  copy(pointer: number, length: number): Float32Array;
  /** Runs `body` and gives back every block allocated meanwhile. */
  scope<T>(body: () => T): T;
}

const ALIGNMENT = 64; // a cache line, and the widest register; address 0 stays unused, it means "none" to the kernels
const PAGE = 65536;
const PAGES = { initial: 4, maximum: 65536 };

export function createStackMemory(): StackMemory {
  const memory = new WebAssembly.Memory(PAGES);
  let top = ALIGNMENT;

  function allocate(bytes: number): number {
    const pointer = top;
    const end = pointer + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    top = end;
    return pointer;
  }

  return {
    memory,
    allocate,
    push(values) {
      const pointer = allocate(values.byteLength);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      new Uint8Array(memory.buffer).set(bytes, pointer);
      return pointer;
    },
    copy: (pointer, length) => new Float32Array(memory.buffer, pointer, length).slice(),
    scope(body) {
      const start = top;
      try {
        return body();
      } finally {
        top = start;
      }
    },
  };
}
