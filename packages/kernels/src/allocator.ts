/** Hands out blocks of a WebAssembly memory. Addresses and sizes in bytes. */
export interface Allocator {
  /** A block of at least `bytes` bytes at a multiple of 64; the contents are whatever was there. Grows the memory when it must. */
  allocate(bytes: number): number;
  /** Gives a block back; unknown pointers are an error. */
  release(pointer: number): void;
  /** Bytes that were handed out and not given back, each block rounded up to a multiple of 64. */
  inUse(): number;
}

const ALIGNMENT = 64; // a cache line, and the widest register
const PAGE = 65536;

interface Block {
  start: number;
  size: number;
}

/**
 * First fit over a list of free blocks kept in the order of their addresses; neighbors merge when freed.
 * Blocks are few and long-lived (weights, caches), so a list is enough.
 */
export function createAllocator(memory: WebAssembly.Memory, start: number): Allocator {
  const free: Block[] = [];
  const used = new Map<number, number>();
  let end = roundUp(start, ALIGNMENT); // everything from here on has never been given out

  function extend(size: number): number {
    const pointer = end;
    const missing = pointer + size - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    end += size;
    return pointer;
  }

  function take(size: number): number {
    const index = free.findIndex((block) => block.size >= size);
    if (index < 0) return extend(size);
    const block = free[index];
    const pointer = block.start;
    if (block.size === size) free.splice(index, 1);
    else free[index] = { start: pointer + size, size: block.size - size };
    return pointer;
  }

  return {
    allocate(bytes) {
      const size = roundUp(Math.max(bytes, 1), ALIGNMENT);
      const pointer = take(size);
      used.set(pointer, size);
      return pointer;
    },
    release(pointer) {
      const size = used.get(pointer);
      if (size === undefined) throw new Error(`release: expected a pointer in use, got ${pointer}`);
      used.delete(pointer);
      const after = free.findIndex((block) => block.start > pointer);
      const index = after < 0 ? free.length : after;
      free.splice(index, 0, { start: pointer, size });
      if (index + 1 < free.length) merge(free, index);
      if (index > 0) merge(free, index - 1);
    },
    inUse: () => [...used.values()].reduce((sum, size) => sum + size, 0),
  };
}

/** Joins block `index` with the next one if they touch. */
function merge(free: Block[], index: number): void {
  const [block, next] = [free[index], free[index + 1]];
  if (block.start + block.size !== next.start) return;
  free.splice(index, 2, { start: block.start, size: block.size + next.size });
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
