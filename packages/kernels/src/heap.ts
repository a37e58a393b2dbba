import { type Allocator, createAllocator } from './allocator.ts';

/** The memory in which generation works: everything that `floats` hands out lies in it. */
export interface Heap extends Allocator {
  readonly memory: WebAssembly.Memory;
}

const NULL_GUARD = 64; // address 0 stays unused: it means "none" to the kernels
let shared: Heap | undefined;

/** The one heap of this module, made on first use. */
export function heap(): Heap {
  shared ??= createHeap();
  return shared;
}

/**
 * Bytes of the heap that were handed out and not given back: what it is before a stream is opened, it must be after that is disposed.
 * The kernels' own stack, taken on their first use, is among them.
 */
export const heapInUse = (): number => shared?.inUse() ?? 0;

/** What any allocation may do that grows the memory: empties every view of it that was handed out. For tests of what must outlive that. */
export function detachViews(): void {
  heap().memory.grow(0);
}

function createHeap(): Heap {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536 });
  return { memory, ...createAllocator(memory, NULL_GUARD) };
}
