import type { Frame } from '@pixelrnn/core';
import { type Arena, type Floats, kernels } from '@pixelrnn/kernels';

/**
 * Some numbers at every pixel of a row of B images, in the kernels' memory: those of image b at column c begin b·imageStride + c·columnStride floats
 * after `pointer`. A stride is 0 where all images or all columns have the same: a bias is a row, too, and so is a pixel [B, N].
 */
export interface Row {
  readonly pointer: number;
  readonly imageStride: number;
  readonly columnStride: number;
}

/** What sums start from in a row: a bias, or more; valid until the next row. */
export type StartRow = (row: number) => Row;

/** A matrix [inputs, outputs] in the kernels' memory. */
export interface Matrix {
  readonly pointer: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** A block [B, W, N] as a row. */
export const rowOf = ({ pointer }: Floats, width: number, channels: number): Row => ({
  pointer,
  imageStride: width * channels,
  columnStride: channels,
});

/** A row of zeros, [B, W, N]. */
export const newRow = ({ batch, width }: Pick<Frame, 'batch' | 'width'>, channels: number, memory: Arena): Row =>
  rowOf(memory.floats(batch * width * channels), width, channels);

/** A block [B, N] as a row that is the same at all columns. */
export const pixelOf = ({ pointer }: Floats, channels: number): Row => ({
  pointer,
  imageStride: channels,
  columnStride: 0,
});

/** A block [N] as a row that is the same everywhere. */
export const biasOf = ({ pointer }: Floats): Row => ({ pointer, imageStride: 0, columnStride: 0 });

/** Every which column of a row. */
export const every = (step: number, row: Row): Row => ({ ...row, columnStride: step * row.columnStride });

/** The row whose column 0 is column `columns` of this one. */
export const from = (columns: number, row: Row): Row => ({ ...row, pointer: atColumn(row, columns) });

/** A block of weights as a matrix; from the element `start` on, if told. */
export const matrixOf = (block: Floats, inputs: number, outputs: number, start = 0): Matrix => ({
  pointer: block.at(start),
  inputs,
  outputs,
});

/** Byte pointer of what the first image has at a column; the others' is `imageStride` apart. */
export const atColumn = ({ pointer, columnStride }: Row, column: number): number => pointer + 4 * column * columnStride;

/** y = init + x·W at one pixel of all images; y may be `init`. */
export function pixelProduct(x: Row, w: Matrix, init: Row, y: Row, column: number, batch: number): void {
  kernels().linear(
    atColumn(x, column),
    x.imageStride,
    w.pointer,
    atColumn(init, column),
    init.imageStride,
    atColumn(y, column),
    y.imageStride,
    batch,
    w.inputs,
    w.outputs,
  );
}

/** y = init + x·W at all pixels of a row; y may be `init`. One long product for each image. */
export function rowProduct(
  x: Row,
  w: Matrix,
  init: Row,
  y: Row,
  { batch, width }: Pick<Frame, 'batch' | 'width'>,
): void {
  const { linear } = kernels();
  for (let b = 0; b < batch; b++)
    linear(
      x.pointer + 4 * b * x.imageStride,
      x.columnStride,
      w.pointer,
      init.pointer + 4 * b * init.imageStride,
      init.columnStride,
      y.pointer + 4 * b * y.imageStride,
      y.columnStride,
      width,
      w.inputs,
      w.outputs,
    );
}

/** A pixel [B, N] becomes one of a row. */
export function copyPixel({ pointer, length }: Floats, y: Row, column: number, batch: number): void {
  const channels = length / batch;
  kernels().copy(pointer, channels, atColumn(y, column), y.imageStride, batch, channels);
}

/** z = x + y at one pixel of all images. */
export function addPixel(x: Row, y: Row, z: Row, channels: number, column: number, batch: number): void {
  const [a, b, sum] = [atColumn(x, column), atColumn(y, column), atColumn(z, column)];
  kernels().add(a, x.imageStride, b, y.imageStride, sum, z.imageStride, batch, channels);
}

/** y += x, for blocks of one length. */
export function addTo(y: Floats, { pointer, length }: Floats): void {
  kernels().add(pointer, length, y.pointer, length, y.pointer, length, 1, length);
}

/** y = x at all pixels of a row. */
export function copyRow(x: Row, y: Row, channels: number, { batch, width }: Pick<Frame, 'batch' | 'width'>): void {
  for (let b = 0; b < batch; b++)
    kernels().copy(
      x.pointer + 4 * b * x.imageStride,
      x.columnStride,
      y.pointer + 4 * b * y.imageStride,
      y.columnStride,
      width,
      channels,
    );
}

/** y = x, for a block and as many numbers at a pointer. */
export function copyTo({ pointer, length }: Floats, x: { readonly pointer: number }): void {
  kernels().copy(x.pointer, length, pointer, length, 1, length);
}
