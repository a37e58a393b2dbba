import { FUSED_KERNELS } from '@pixelrnn/kernels';
import type { Program } from '../program.ts';
import { type ScanGeometry, slotsOf, type Tiling, tapSlots, traceSize } from './geometry.ts';
import { SCAN_INVOCATION, scanDeclarations, unroll } from './wgsl.ts';

/**
 * The scan of a whole image in one workgroup for each image and direction: pre-gates `x` [B, H, W, D·4h], weights `w`
 * [D, T, h, h, gate], initial states `h0`, `c0` [D, h] → the trace, all [D, B, H, W, ·]: h, the gates o, f, i, g after their
 * activations (one after the other), c.
 *
 * The hidden states of the last step lie in workgroup memory. New ones go to the trace first and from there to workgroup memory
 * behind a barrier, so that no invocation has to keep those of all its slots in registers.
 */
export function forwardScan(geometry: ScanGeometry, batch: number, tiling: Tiling): Program {
  const { kind, directions, hidden } = geometry;
  const taps = tapSlots(kind);
  const [lowest, highest] = [Math.min(...taps), Math.max(...taps)];
  const { run, groups } = tiling;
  return {
    name: FUSED_KERNELS.lstmScan.name,
    inputs: ['x', 'w', 'h0', 'c0'],
    wide: ['w'],
    workgroup: groups * hidden,
    workgroups: [directions * batch],
    size: traceSize(geometry, batch),
    declarations: `
${scanDeclarations(geometry, tiling)}
var<workgroup> hiddens : array<f32, ${slotsOf(geometry) * hidden}>;

fn hiddenOf(slot : i32, k : i32) -> f32 {
  return select(0.0, hiddens[clamp(slot, 0, SLOTS - 1) * HIDDEN + k], slot >= 0 && slot < SLOTS);
}`,
    body: `
${SCAN_INVOCATION}
for (var slot = group; slot < SLOTS; slot += GROUPS) { hiddens[slot * HIDDEN + unit] = h0[d * HIDDEN + unit]; }
workgroupBarrier();
var sums : array<vec4<f32>, RUN>;
for (var t = 0; t < STEPS; t++) {
  for (var turn = 0; turn < TURNS; turn++) {
    let first = (turn * GROUPS + group) * RUN;
    if (${kind === 'diagonal' ? 'first <= t && first + RUN - 1 > t - WIDTH' : 'first < SLOTS'}) {
      ${unroll(run, (i) => `var z${i} = vec4<f32>(0.0);`)}
      for (var k = 0; k < HIDDEN; k++) {
        ${unroll(taps.length, (tap) => `let w${tap} = w[((d * TAPS + ${tap}) * HIDDEN + k) * HIDDEN + unit];`)}
        ${unroll(run + highest - lowest, (i) => `let h${i} = hiddenOf(first + ${i + lowest}, k);`)}
        ${unroll(run, (i) => taps.map((slot, tap) => `z${i} += w${tap} * h${i + slot - lowest};`).join(' '))}
      }
      ${unroll(run, (i) => `sums[${i}] = z${i};`)}
      for (var i = 0; i < RUN; i++) {
        let slot = first + i;
        if (hasCell(t, slot)) {
          let cell = cellAt(d, t, slot);
          let p = ((image * CELLS + cell) * DIRECTIONS + d) * 4 * HIDDEN + unit;
          let z = sums[i] + vec4<f32>(x[p], x[p + HIDDEN], x[p + 2 * HIDDEN], x[p + 3 * HIDDEN]);
          let o = logistic(z.x);
          let f = logistic(z.y);
          let g = logistic(z.z);
          let v = hyperbolic(z.w);
          var before = c0[d * HIDDEN + unit];
          if (!startsHere(t, slot)) {
            before = result[cellTrace + (pair * CELLS + cellBefore(d, cell)) * HIDDEN + unit];
          }
          let c = f * before + g * v;
          let at = pair * CELLS + cell;
          result[at * HIDDEN + unit] = o * hyperbolic(c);
          let q = gateTrace + at * 4 * HIDDEN + unit;
          result[q] = o;
          result[q + HIDDEN] = f;
          result[q + 2 * HIDDEN] = g;
          result[q + 3 * HIDDEN] = v;
          result[cellTrace + at * HIDDEN + unit] = c;
        }
      }
    }
  }
  workgroupBarrier();
  for (var turn = 0; turn < TURNS; turn++) {
    for (var i = 0; i < RUN; i++) {
      let slot = (turn * GROUPS + group) * RUN + i;
      if (hasCell(t, slot)) {
        hiddens[slot * HIDDEN + unit] = result[(pair * CELLS + cellAt(d, t, slot)) * HIDDEN + unit];
      }
    }
  }
  workgroupBarrier();
}`,
  };
}
