import { type Attributes, readShapes, type Shapes } from '@pixelrnn/kernels';
import type { Device } from '../webgpu-backend.ts';

/** Sizes of a scan, but for the batch. */
export interface ScanGeometry {
  readonly kind: 'diagonal' | 'row';
  readonly merge: boolean;
  readonly directions: number;
  readonly height: number;
  readonly width: number;
  readonly hidden: number;
}

/** Checks the inputs of a scan or of its gradient; `image` names the one with the shape of the image. */
export function readScan(kernel: string, image: 'x' | 'dy', shapes: Shapes, attributes: Attributes) {
  const reader = readShapes(kernel, shapes, attributes);
  const kind = attributes.kind as ScanGeometry['kind'];
  const [directions = 0, , hidden = 0] = shapes.w ?? [];
  reader.shape('w', 'D', kind === 'row' ? 3 : 2, 'h', 4 * hidden);
  reader.shape('h0', 'D', 'h');
  reader.shape('c0', 'D', 'h');
  const merge = directions === 1 || reader.flag('merge') === 1;
  reader.shape(image, 'B', 'H', 'W', image === 'x' ? directions * 4 * hidden : merge ? hidden : directions * hidden);
  const [batch, height, width] = ['B', 'H', 'W'].map((axis) => reader.size(axis));
  return { batch, geometry: { kind, merge, directions, height, width, hidden } satisfies ScanGeometry };
}

/**
 * A step computes one cell in each slot: rows for the diagonal scan, columns for the row scan. Every tap of a cell is the state of
 * a slot at the step before, so both scans are one program: a convolution over the slots of the last step.
 */
export const slotsOf = ({ kind, height, width }: ScanGeometry): number => (kind === 'diagonal' ? height : width);

/** Slots of the taps, relative to their cell's. */
export const tapSlots = (kind: ScanGeometry['kind']): readonly number[] => (kind === 'diagonal' ? [-1, 0] : [-1, 0, 1]);

/** How the slots of a step are dealt out: an invocation has one hidden unit of `turns` runs of `run` neighbouring slots. */
export interface Tiling {
  /** Runs that are computed side by side; a workgroup has `groups · hidden` invocations. */
  readonly groups: number;
  readonly run: number;
  readonly turns: number;
}

/** Sums of so many slots at once still fit into registers. */
const LONGEST_RUN = 8;

export function tiling(slots: number, hidden: number, invocations: number): Tiling {
  const most = Math.max(1, Math.floor(invocations / hidden));
  const run = Math.min(LONGEST_RUN, Math.ceil(slots / most));
  const groups = Math.min(most, Math.ceil(slots / run));
  return { groups, run, turns: Math.ceil(slots / (run * groups)) };
}

/** Floats of the trace that the forward pass leaves for the backward one: h, four gates and c of each cell and direction. */
export const traceSize = ({ directions, height, width, hidden }: ScanGeometry, batch: number): number =>
  6 * directions * batch * height * width * hidden;

/** The widest layer that a workgroup computes; for wider ones a matrix product a step keeps more of the device busy. */
const WIDEST = 255;

/** Why one workgroup cannot scan an image of this size on the device, if it cannot. */
export function declinesScan(geometry: ScanGeometry, batch: number, limits: Device['limits']): string | undefined {
  const { hidden, directions } = geometry;
  const { maxComputeInvocationsPerWorkgroup: invocations, maxComputeWorkgroupStorageSize: memory } = limits;
  if (hidden > Math.min(WIDEST, invocations))
    return `${hidden} hidden units, more than ${Math.min(WIDEST, invocations)}`;
  const state = 4 * slotsOf(geometry) * hidden;
  if (state > memory) return `the state of a step takes ${state} bytes of the ${memory} of a workgroup`;
  const trace = 4 * traceSize(geometry, batch);
  if (trace > limits.maxStorageBufferBindingSize)
    return `the trace takes ${trace} bytes, more than the ${limits.maxStorageBufferBindingSize} of a buffer`;
  if (directions * batch > limits.maxComputeWorkgroupsPerDimension) return `a batch of ${batch} images`;
  return undefined;
}
