import { ACTIVATIONS } from '../activations.ts';
import { type ScanGeometry, slotsOf, type Tiling, tapSlots } from './geometry.ts';

/** A line of code for each of `count` numbers. */
export const unroll = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/**
 * Where things are, for both passes. `pair` is direction · batch + image, one for each workgroup; a cell is counted in raster order
 * within its image; `t` is the step. Direction 1 is the mirror image.
 */
export function scanDeclarations(geometry: ScanGeometry, { groups, run, turns }: Tiling): string {
  const { kind, directions, height, width, hidden } = geometry;
  const diagonal = kind === 'diagonal';
  return `
const HEIGHT = ${height};
const WIDTH = ${width};
const CELLS = ${height * width};
const HIDDEN = ${hidden};
const DIRECTIONS = ${directions};
const TAPS = ${tapSlots(kind).length};
const SLOTS = ${slotsOf(geometry)};
const STEPS = ${diagonal ? height + width - 1 : height};
const GROUPS = ${groups};
const RUN = ${run};
const TURNS = ${turns};

fn hasCell(t : i32, slot : i32) -> bool {
  return ${diagonal ? 'slot < SLOTS && t >= slot && t - slot < WIDTH' : 'slot < SLOTS'};
}
fn startsHere(t : i32, slot : i32) -> bool { return ${diagonal ? 't == slot' : 't == 0'}; }
fn cellAt(d : i32, t : i32, slot : i32) -> i32 {
  ${
    diagonal
      ? 'let column = t - slot; return slot * WIDTH + select(column, WIDTH - 1 - column, d == 1);'
      : 'return t * WIDTH + slot;'
  }
}
fn cellBefore(d : i32, cell : i32) -> i32 { return ${diagonal ? 'select(cell - 1, cell + 1, d == 1)' : 'cell - WIDTH'}; }
${ACTIVATIONS}`;
}

/** What every invocation is: `unit` of the runs of `group`, in image `image` and direction `d`. */
export const SCAN_INVOCATION = `
let unit = i32(localIndex) % HIDDEN;
let group = i32(localIndex) / HIDDEN;
let pair = i32(workgroupId.x);
let pairs = i32(numWorkgroups.x);
let images = pairs / DIRECTIONS;
let d = pair / images;
let image = pair % images;
// In the trace: hidden states, then gates, then cells.
let gateTrace = pairs * CELLS * HIDDEN;
let cellTrace = pairs * CELLS * 5 * HIDDEN;`;
