import { FUSED_KERNELS } from '@pixelrnn/kernels';
import type { Program } from '../program.ts';
import { splitInner, tiledProduct } from '../tiled-product.ts';
import { type ScanGeometry, tapSlots } from './geometry.ts';

/**
 * The gradient of the state-to-state weights, Σ_cells h(tap) ⊗ dgates: the `trace` of the forward pass, `gradients` [B, H, W, D·4h]
 * and `h0` [D, h] → sums over parts of the cells [D, parts, T·h, 4h].
 */
export function scanWeightGradient(geometry: ScanGeometry, batch: number): { program: Program; parts: number } {
  const { kind, directions, height, width, hidden } = geometry;
  const taps = tapSlots(kind).length;
  const cells = batch * height * width;
  const [rows, columns] = [taps * hidden, 4 * hidden];
  const { parts, chunk } = splitInner(rows, columns, cells);
  const program = tiledProduct({
    name: `${FUSED_KERNELS.lstmScan.gradient.name} weights`,
    inputs: ['trace', 'gradients', 'h0'],
    size: directions * parts * rows * columns,
    rows,
    columns,
    inner: 'uniforms.chunk',
    parts: directions * parts,
    numbers: { chunk: { int: chunk }, cells: { int: cells }, parts: { int: parts } },
    declarations: `
const HEIGHT = ${height};
const WIDTH = ${width};
const HIDDEN = ${hidden};
const DIRECTIONS = ${directions};
fn tapState(d : i32, cell : i32, tap : i32, k : i32) -> f32 {
  let row = cell / WIDTH % HEIGHT;
  let column = cell % WIDTH;
  ${
    kind === 'row'
      ? `let source = column + tap - 1;
  if (source < 0 || source >= WIDTH) { return 0.0; }
  if (row == 0) { return h0[k]; }
  let from_ = cell - WIDTH + tap - 1;`
      : `if (tap == 0 && row == 0) { return 0.0; }
  if (tap == 1 && column == select(0, WIDTH - 1, d == 1)) { return h0[d * HIDDEN + k]; }
  let from_ = select(cell - WIDTH, select(cell - 1, cell + 1, d == 1), tap == 1);`
  }
  return trace[(d * uniforms.cells + from_) * HIDDEN + k];
}`,
    left: {
      contiguous: 'outer',
      read: `
  let cell = part % uniforms.parts * uniforms.chunk + inner;
  if (cell >= uniforms.cells) { return 0.0; }
  return tapState(part / uniforms.parts, cell, row / HIDDEN, row % HIDDEN);`,
    },
    right: {
      contiguous: 'outer',
      read: `
  let cell = part % uniforms.parts * uniforms.chunk + inner;
  if (cell >= uniforms.cells) { return 0.0; }
  return gradients[(cell * DIRECTIONS + part / uniforms.parts) * COLUMNS + column];`,
    },
    write: `result[(part * ${rows} + row) * COLUMNS + column] = value;`,
  });
  return { program, parts };
}
