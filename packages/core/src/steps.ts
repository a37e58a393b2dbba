import type { Floats } from '@pixelrnn/kernels';

/** What a layer writes of a `Stream`; `prepared` sees to its order and its memory. */
export interface RasterSteps {
  beginRow(row: number, above?: Float32Array): Float32Array | undefined;
  at(column: number, here: Float32Array): Float32Array;
  advance(column: number, here: Float32Array): void;
}

/**
 * A `Stream` in the kernels' memory, for layers that hold others: what one gives, the next reads where it lies. Nobody checks the order of the
 * calls. A block that is returned belongs to the steps: it stays as it is until the same function is called again.
 */
export interface KernelSteps {
  beginRow(row: number, above?: Floats): Floats | undefined;
  at(column: number, here: Floats): Floats;
  /** @param isSeen `here` is what `at` was given last: what was computed of it then is final */
  advance(column: number, here: Floats, isSeen: boolean): void;
}
