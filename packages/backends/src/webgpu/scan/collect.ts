import { FUSED_KERNELS } from '@pixelrnn/kernels';
import { elementwise, type Program } from '../program.ts';
import type { ScanGeometry } from './geometry.ts';

/** The output of the scan from its trace: both directions added, the right one moved down by a row, or side by side. */
export function collectScan({ merge, directions, height, width, hidden }: ScanGeometry, batch: number): Program {
  const together = merge && directions === 2;
  const channels = together ? hidden : directions * hidden;
  const size = batch * height * width * channels;
  return elementwise({
    name: `${FUSED_KERNELS.lstmScan.name} output`,
    inputs: ['trace'],
    size,
    declarations: `
const HIDDEN = ${hidden};
const CHANNELS = ${channels};
const ROW = ${width * hidden};`,
    body: together
      ? `
var value = trace[index];
if (index / ROW % ${height} > 0) { value += trace[uniforms.outShape + index - ROW]; }
result[index] = value;`
      : `
let channel = index % CHANNELS;
let direction = channel / HIDDEN;
let cells = uniforms.outShape / CHANNELS;
result[index] = trace[(direction * cells + index / CHANNELS) * HIDDEN + channel % HIDDEN];`,
  });
}
