import type { Frame, Taps } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';
import { from, type Matrix, matrixOf, newRow, pixelOf, type Row } from './row.ts';

/**
 * The rows of a map that a causal kernel reads, each with the zero border of the image:
 *
 *   window(0)   0 0 x x x x x x x 0 0        rows above, complete
 *   window(1)   0 0 x x x x x x x 0 0
 *   window(2)   0 0 x x x ? 0 0 0 0 0        the current row, `?` the current pixel
 *
 * The taps of a kernel row at column c are neighbours in memory, from column c of the window on. What is left of an older row in the current one lies
 * where no tap reads: everything is written before it is read.
 */
export interface RowCache {
  /** A row begins: the oldest makes room for it. */
  scroll(): void;
  /** A row of the kernel's taps; the last is that of the current row. */
  window(index: number): Row;
  /** The pixels of the current row. */
  current(): Row;
  /** The whole current row [B, W, channels]. */
  setRow(values: Floats): void;
}

export function rowCache(
  { rows, width: taps }: Pick<Taps, 'rows' | 'width'>,
  channels: number,
  { batch, width }: Pick<Frame, 'batch' | 'width'>,
  memory: Arena,
): RowCache {
  const bordered = { batch, width: width + taps - 1 };
  const left = Math.floor(taps / 2);
  let windows = Array.from({ length: rows }, () => newRow(bordered, channels, memory));
  let current = from(left, windows[rows - 1]);
  return {
    scroll() {
      const [oldest, ...rest] = windows;
      windows = [...rest, oldest];
      current = from(left, oldest);
    },
    window: (index) => windows[index],
    current: () => current,
    setRow(values) {
      const row = width * channels;
      kernels().copy(values.pointer, row, current.pointer, current.imageStride, batch, row);
    },
  };
}

/** The cache of a 1×1 kernel: the current pixel, wherever it is. */
export function pointCache(
  channels: number,
  batch: number,
  memory: Arena,
): Pick<RowCache, 'scroll' | 'window' | 'current'> {
  const pixel = pixelOf(memory.floats(batch * channels), channels);
  return { scroll: () => {}, window: () => pixel, current: () => pixel };
}

/** The weights of a kernel [taps, inputs, outputs] by its rows; of the last one only the taps that are seen. */
export function kernelRows({ rows, width, last }: Taps, inputs: number, outputs: number, weights: Floats): Matrix[] {
  const size = width * inputs * outputs;
  return Array.from({ length: rows }, (_, i) =>
    matrixOf(weights, (i < rows - 1 ? width : last) * inputs, outputs, i * size),
  );
}
