import {
  type Conditions,
  contextFor,
  type Frame,
  type Host,
  type HostContext,
  type KernelSteps,
  type OpenSteps,
  wantHostConditions,
} from '@pixelrnn/core';
import type { Arena } from '@pixelrnn/kernels';
import type { ConvParams } from '../convolution/linear-map.ts';
import { biasOf, matrixOf, pixelOf, pixelProduct } from '../rows/row.ts';
import { filledUpSide } from './filled-up.ts';
import { mapAtScale } from './map-scales.ts';
import type { PartFrame, PartStream } from './part-stream.ts';
import { type Part, preparePart } from './parts.ts';
import { follow, type Step } from './plan.ts';
import type { ShiftedMap } from './shifted-map.ts';

export interface TwoStreamStepsOptions {
  readonly plan: readonly Step[];
  readonly parts: ReadonlyMap<Step, Part>;
  readonly head: ShiftedMap;
  readonly weights: Host;
  readonly conditions: Conditions;
  readonly outputs: number;
  readonly scales: number;
}

/**
 * The network in raster order. A step works at the pixels of its own resolution: at rows and columns that are multiples of 2^scale; a
 * step that halves listens at those of the finer one. So a quarter of the pixels costs what the scale below them does, and a stream
 * costs the same for each pixel of a larger image (the caches of Ramachandran et al. 2017).
 *
 * `above` is known for a whole row when it begins. `here` does not depend on the pixel itself, so that it is computed once, however
 * often it is asked for.
 */
export function twoStreamSteps(options: TwoStreamStepsOptions, packed: Arena): OpenSteps<KernelSteps> {
  const { plan, parts, head, weights, conditions, outputs, scales } = options;
  const openers = new Map(
    plan.map((step) => [step, preparePart(parts.get(step)!, weights[step.key] as Host, packed)] as const),
  );
  const resolved = head.map.resolveHost(weights.head as Host<ConvParams>);
  const headWeights = matrixOf(packed.floatsOf(resolved.weights), head.map.inputs.length, outputs);
  const headBias = biasOf(packed.floatsOf(resolved.bias));

  return (frame, context, memory) => {
    wantHostConditions('twoStream', conditions, frame, context);
    const { batch } = frame;
    const read = contextFor(conditions, context);
    const resolutions = Array.from({ length: scales }, (_, scale) => resolutionOf(frame, read, scale, scales));
    const streams: { readonly clock: number; readonly stream: PartStream }[] = [];
    const last = follow<PartStream>(plan, (step, from, shortCut) => {
      const { kind, scale } = step;
      const stream = openers.get(step)!({ ...resolutions[scale], from, shortCut, memory });
      streams.push({ clock: kind === 'halve' ? scale - 1 : scale, stream });
      return stream;
    });
    const output = memory.floats(batch * outputs);
    const result = pixelOf(output, outputs);
    let currentRow = 0;
    let known = -1; // the column whose output is known

    return {
      beginRow(row) {
        currentRow = row;
        known = -1;
        for (const { clock, stream } of streams) if (row % 2 ** clock === 0) stream.row(row / 2 ** clock);
        return undefined;
      },
      at(column) {
        if (column === known) return output;
        known = column;
        for (const { clock, stream } of streams)
          if ((currentRow | column) % 2 ** clock === 0) stream.pixel(currentRow / 2 ** clock, column / 2 ** clock);
        // The first half of what is active is elu(here).
        pixelProduct(last.here.activations, headWeights, headBias, result, column, batch);
        return output;
      },
      advance(column, here) {
        for (const { stream } of streams) stream.remember?.(column, here);
      },
    };
  };
}

/** The size of the images at a scale, and what they are conditioned on there. */
function resolutionOf(
  whole: Frame,
  context: HostContext,
  scale: number,
  scales: number,
): Pick<PartFrame, 'frame' | 'context'> {
  const { batch, height, width } = whole;
  const side = (length: number) => filledUpSide(length, scales) / 2 ** scale;
  const frame = { batch, height: side(height), width: side(width) };
  const { map } = context;
  return { frame, context: map ? { ...context, map: mapAtScale(map, whole, scale, frame) } : context };
}
