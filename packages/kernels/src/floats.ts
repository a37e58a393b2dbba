import { heap } from './heap.ts';

/**
 * A block of float32 in the kernels' own memory.
 * `array` is a view, derived anew when the memory has grown: never keep it across an allocation.
 */
export interface Floats {
  readonly pointer: number;
  readonly length: number;
  readonly array: Float32Array;
  /** Byte pointer of element `index`. */
  at(index: number): number;
  /** Copies `values` to the elements from `offset` on. */
  set(values: ArrayLike<number>, offset?: number): void;
  /** Gives the block back; a second call does nothing. The block must not be used afterwards. */
  free(): void;
}

/**
 * A block of `length` zeros, 64-byte aligned. The garbage collector does not know it: call `free`.
 *
 * @throws RangeError if `length` is not a natural number, or the memory cannot grow any more (4 GiB).
 */
export function floats(length: number): Floats {
  if (!Number.isInteger(length) || length < 0) throw new RangeError(`floats: expected a length >= 0, got ${length}`);
  const block = heap();
  const pointer = block.allocate(4 * length);
  let view = new Float32Array(block.memory.buffer, pointer, length).fill(0);
  let freed = false;
  return {
    pointer,
    length,
    get array() {
      if (view.buffer !== block.memory.buffer) view = new Float32Array(block.memory.buffer, pointer, length);
      return view;
    },
    at: (index) => pointer + 4 * index,
    set(values, offset = 0) {
      this.array.set(values, offset);
    },
    free() {
      if (!freed) block.release(pointer);
      freed = true;
    },
  };
}

/** A block holding a copy of `values`. */
export function floatsOf(values: ArrayLike<number>): Floats {
  const block = floats(values.length);
  block.set(values);
  return block;
}
