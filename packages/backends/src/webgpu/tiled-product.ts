import type { Program } from './program.ts';

/** Rows and columns of the piece of the product that a workgroup makes, and how much of the inner axis it takes in at a time. */
const TILE = 32;
const DEPTH = 16;
/** Each of the 8 × 8 invocations makes so many rows and columns. */
const OWN = 4;

interface Factor {
  /** WGSL of a function body that returns the element at `row`, `inner` (left) or `inner`, `column` (right). */
  readonly read: string;
  /** The index whose neighbours are neighbours in memory. */
  readonly contiguous: 'outer' | 'inner';
}

export interface TiledProduct extends Pick<Program, 'name' | 'inputs' | 'declarations' | 'size' | 'numbers'> {
  readonly rows: number;
  readonly columns: number;
  /** WGSL of the length of the inner axis that each of {@link parts} sums over; it must be the same for all invocations. */
  readonly inner: string;
  /** Products that are made side by side; a function that reads or writes knows its number as `part`. */
  readonly parts?: number;
  readonly left: Factor;
  readonly right: Factor;
  /** WGSL of a function body that puts `value` at `row`, `column`. */
  readonly write: string;
}

/**
 * A matrix product through workgroup memory, Σ_inner left(row, inner) · right(inner, column), whose factors are read by code, so that
 * a convolution needs no copy of its neighbourhoods. `ROWS` and `COLUMNS` are known to the code.
 */
export function tiledProduct(product: TiledProduct): Program {
  const { rows, columns, inner, parts = 1, left, right, write, declarations, ...program } = product;
  // Neighbouring invocations read neighbours in memory.
  const place = ({ contiguous }: Factor) =>
    contiguous === 'inner'
      ? `let deep = i % ${DEPTH}; let across = i / ${DEPTH};`
      : `let deep = i / ${TILE}; let across = i % ${TILE};`;
  const edge = TILE / OWN;
  return {
    ...program,
    workgroup: edge * edge,
    workgroups: [Math.ceil(rows / TILE), Math.ceil(columns / TILE), parts],
    declarations: `
${declarations ?? ''}
const COLUMNS = ${columns};
var<workgroup> lefts : array<f32, ${DEPTH * TILE}>;
var<workgroup> rights : array<f32, ${DEPTH * TILE}>;
fn readLeft(part : i32, row : i32, inner : i32) -> f32 { ${left.read} }
fn readRight(part : i32, inner : i32, column : i32) -> f32 { ${right.read} }
fn write(part : i32, row : i32, column : i32, value : f32) { ${write} }`,
    body: `
let rows = uniforms.rows;
let inners = ${inner};
let part = i32(workgroupId.z);
let rowStart = i32(workgroupId.x) * ${TILE};
let columnStart = i32(workgroupId.y) * ${TILE};
let row = i32(localIndex) / ${edge} * ${OWN};
let column = i32(localIndex) % ${edge} * ${OWN};
var sums : array<vec4<f32>, ${OWN}>;
for (var start = 0; start < inners; start += ${DEPTH}) {
  for (var i = i32(localIndex); i < ${DEPTH * TILE}; i += ${edge * edge}) {
    ${place(left)}
    var value = 0.0;
    if (start + deep < inners && rowStart + across < rows) { value = readLeft(part, rowStart + across, start + deep); }
    lefts[deep * ${TILE} + across] = value;
  }
  for (var i = i32(localIndex); i < ${DEPTH * TILE}; i += ${edge * edge}) {
    ${place(right)}
    var value = 0.0;
    if (start + deep < inners && columnStart + across < COLUMNS) {
      value = readRight(part, start + deep, columnStart + across);
    }
    rights[deep * ${TILE} + across] = value;
  }
  workgroupBarrier();
  for (var k = 0; k < ${DEPTH}; k++) {
    let p = k * ${TILE} + column;
    let values = vec4<f32>(rights[p], rights[p + 1], rights[p + 2], rights[p + 3]);
    for (var i = 0; i < ${OWN}; i++) { sums[i] += lefts[k * ${TILE} + row + i] * values; }
  }
  workgroupBarrier();
}
for (var i = 0; i < ${OWN}; i++) {
  for (var j = 0; j < ${OWN}; j++) {
    let r = rowStart + row + i;
    let c = columnStart + column + j;
    if (r < rows && c < COLUMNS) { write(part, r, c, sums[i][j]); }
  }
}`,
    numbers: { rows: { int: rows }, ...program.numbers },
  };
}

/** Into how many parts to cut a long inner axis, so that there is work for a whole device; each part is `chunk` long. */
export function splitInner(rows: number, columns: number, length: number): { parts: number; chunk: number } {
  const tiles = Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  const parts = Math.max(1, Math.min(Math.ceil(length / 256), Math.ceil(256 / tiles)));
  const chunk = Math.ceil(length / parts / DEPTH) * DEPTH;
  return { parts: Math.ceil(length / chunk), chunk };
}

/** Rows that {@link tiledProduct} takes at most. */
export const mostRows = (workgroups: number): number => workgroups * TILE;
