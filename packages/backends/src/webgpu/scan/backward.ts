import { FUSED_KERNELS } from '@pixelrnn/kernels';
import type { Program } from '../program.ts';
import { type ScanGeometry, slotsOf, type Tiling, tapSlots } from './geometry.ts';
import { SCAN_INVOCATION, scanDeclarations, unroll } from './wgsl.ts';

/** How many of the four gates of a step fit into workgroup memory at a time. */
export function gatesAtOnce(geometry: ScanGeometry, memory: number): number {
  return [4, 2, 1].find((gates) => 4 * gates * slotsOf(geometry) * geometry.hidden <= memory) ?? 1;
}

/** Lengths of the parts of the result: the gradient of x, then those of h0 and c0 for each direction, image and slot. */
export function backwardParts(geometry: ScanGeometry, batch: number): { x: number; states: number } {
  const { directions, height, width, hidden } = geometry;
  return {
    x: directions * batch * height * width * 4 * hidden,
    states: directions * batch * slotsOf(geometry) * hidden,
  };
}

/**
 * The backward pass of {@link forwardScan}: `dy` [B, H, W, ·], the trace, `w` [D, T, 4h, h] and `c0` → {@link backwardParts}.
 *
 * The steps run backwards. The gate gradients of all slots are shared through workgroup memory, and from them every invocation sums
 * the gradient of its unit of the states that the step before has made. What reaches a slot before its first cell belongs to h0.
 */
export function backwardScan(geometry: ScanGeometry, batch: number, tiling: Tiling, memory: number): Program {
  const { kind, directions, hidden, merge } = geometry;
  const diagonal = kind === 'diagonal';
  const gates = gatesAtOnce(geometry, memory);
  // A tap at slot s + j of a cell in slot s sends its gradient from s to s + j.
  const sources = tapSlots(kind).map((slot) => -slot);
  const [lowest, highest] = [Math.min(...sources), Math.max(...sources)];
  const { run, groups, turns } = tiling;
  const parts = backwardParts(geometry, batch);
  const slotOf = 'let slot = (turn * GROUPS + group) * RUN + i; let own = turn * RUN + i;';
  return {
    name: FUSED_KERNELS.lstmScan.gradient.name,
    inputs: ['dy', 'trace', 'w', 'c0'],
    workgroup: groups * hidden,
    workgroups: [directions * batch],
    size: parts.x + 2 * parts.states,
    declarations: `
${scanDeclarations(geometry, tiling)}
const GATES = ${gates}; // at once
var<workgroup> gradients : array<f32, ${slotsOf(geometry) * hidden * gates}>;

fn gradientOf(slot : i32, k : i32) -> f32 {
  return select(0.0, gradients[clamp(slot, 0, SLOTS - 1) * HIDDEN * GATES + k], slot >= 0 && slot < SLOTS);
}
fn outputGradient(image : i32, d : i32, cell : i32, unit : i32) -> f32 {
  ${
    merge && directions === 2
      ? `// The right stream has been moved down by a row.
  let row = cell / WIDTH + d;
  return select(0.0, dy[(image * CELLS + min(cell + d * WIDTH, CELLS - 1)) * HIDDEN + unit], row < HEIGHT);`
      : 'return dy[((image * CELLS + cell) * DIRECTIONS + d) * HIDDEN + unit];'
  }
}`,
    body: `
${SCAN_INVOCATION}
let h0Part = pairs * CELLS * 4 * HIDDEN;
let c0Part = h0Part + pairs * SLOTS * HIDDEN;
var dh : array<f32, ${turns * run}>;
var dc : array<f32, ${turns * run}>;
for (var t = STEPS - 1; t >= 0; t--) {
  for (var turn = 0; turn < TURNS; turn++) {
    for (var i = 0; i < RUN; i++) {
      ${slotOf}
      if (hasCell(t, slot)) {
        let cell = cellAt(d, t, slot);
        let at = pair * CELLS + cell;
        let p = gateTrace + at * 4 * HIDDEN + unit;
        let o = trace[p];
        let f = trace[p + HIDDEN];
        let g = trace[p + 2 * HIDDEN];
        let v = trace[p + 3 * HIDDEN];
        let tanhC = hyperbolic(trace[cellTrace + at * HIDDEN + unit]);
        var before = c0[d * HIDDEN + unit];
        if (!startsHere(t, slot)) { before = trace[cellTrace + (pair * CELLS + cellBefore(d, cell)) * HIDDEN + unit]; }
        let dHidden = outputGradient(image, d, cell, unit) + dh[own];
        let dCell = dc[own] + dHidden * o * (1.0 - tanhC * tanhC);
        dc[own] = dCell * f;
        let q = ((image * CELLS + cell) * DIRECTIONS + d) * 4 * HIDDEN + unit;
        result[q] = dHidden * tanhC * o * (1.0 - o);
        result[q + HIDDEN] = dCell * before * f * (1.0 - f);
        result[q + 2 * HIDDEN] = dCell * v * g * (1.0 - g);
        result[q + 3 * HIDDEN] = dCell * g * (1.0 - v * v);
      }
      ${diagonal ? 'else if (t == slot - 1 && slot < SLOTS) { result[h0Part + (pair * SLOTS + slot) * HIDDEN + unit] = dh[own]; }' : ''}
      dh[own] = 0.0;
    }
  }
  for (var gate = 0; gate < 4; gate += GATES) {
    workgroupBarrier();
    for (var turn = 0; turn < TURNS; turn++) {
      for (var i = 0; i < RUN; i++) {
        ${slotOf}
        if (slot < SLOTS) {
          let q = ((image * CELLS + cellAt(d, t, slot)) * DIRECTIONS + d) * 4 * HIDDEN + gate * HIDDEN + unit;
          for (var other = 0; other < GATES; other++) {
            var gradient = 0.0;
            if (hasCell(t, slot)) { gradient = result[q + other * HIDDEN]; }
            gradients[(slot * GATES + other) * HIDDEN + unit] = gradient;
          }
        }
      }
    }
    workgroupBarrier();
    for (var turn = 0; turn < TURNS; turn++) {
      let first = (turn * GROUPS + group) * RUN;
      ${unroll(run, (i) => `var e${i} = dh[turn * RUN + ${i}];`)}
      for (var k = 0; k < HIDDEN * GATES; k++) {
        ${unroll(sources.length, (tap) => `let w${tap} = w[((d * TAPS + ${tap}) * 4 * HIDDEN + gate * HIDDEN + k) * HIDDEN + unit];`)}
        ${unroll(run + highest - lowest, (i) => `let g${i} = gradientOf(first + ${i + lowest}, k);`)}
        ${unroll(run, (i) => sources.map((slot, tap) => `e${i} += w${tap} * g${i + slot - lowest};`).join(' '))}
      }
      ${unroll(run, (i) => `dh[turn * RUN + ${i}] = e${i};`)}
    }
  }
}
for (var turn = 0; turn < TURNS; turn++) {
  for (var i = 0; i < RUN; i++) {
    ${slotOf}
    if (slot < SLOTS) {
      let p = (pair * SLOTS + slot) * HIDDEN + unit;
      ${diagonal ? 'if (slot == 0)' : ''} { result[h0Part + p] = dh[own]; }
      result[c0Part + p] = dc[own];
    }
  }
}`,
  };
}
