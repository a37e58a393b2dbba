import { type Floats, kernels } from '@pixelrnn/kernels';

/** y = x·W + bias for `rows` rows lying densely. */
export function dense(
  x: Floats,
  w: Floats,
  bias: Floats,
  y: Floats,
  rows: number,
  inputs: number,
  outputs: number,
): void {
  kernels().linear(x.pointer, inputs, w.pointer, bias.pointer, 0, y.pointer, outputs, rows, inputs, outputs);
}
