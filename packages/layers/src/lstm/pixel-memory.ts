import type { Floats } from '@pixelrnn/kernels';

/** The cell of the current pixel, computed once however often the same input is asked for. */
export interface PixelMemory {
  /** Calls `compute(column)` unless `here` is what it was called with last at this pixel; leaves `here` in `input`. */
  ensure(column: number, here: Float32Array, compute: (column: number) => void): void;
  /** The pixel is done. */
  forget(): void;
}

export function pixelMemory(input: Floats): PixelMemory {
  let isKnown = false;
  return {
    ensure(column, here, compute) {
      if (isKnown && input.array.every((value, i) => value === here[i])) return;
      input.set(here);
      compute(column);
      isKnown = true;
    },
    forget() {
      isKnown = false;
    },
  };
}
