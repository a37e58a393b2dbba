import { causalTaps, contiguousGroups, POINTWISE, perGate, type Taps } from '@pixelrnn/core';
import { linearMap, unmasked } from '../convolution/linear-map.ts';

/** The linear maps of a gated layer, with their taps and colour masks. */
export type GatedMaps = ReturnType<typeof gatedMaps>;

/** Rows above are known in all colours, so the vertical map is unmasked; the horizontal and the output map are masked. */
export function gatedMaps(options: {
  readonly channels: number;
  readonly inputs: number;
  readonly size: number;
  readonly groups: number;
  readonly isFirst: boolean;
}) {
  const { channels, inputs, size, groups, isFirst } = options;
  const half = (size - 1) / 2;
  const [outer, inner] = [contiguousGroups(inputs, groups), contiguousGroups(channels, groups)];
  const gates = perGate(inner, 2);
  const vertical: Taps = { rows: half + 1, width: size, last: isFirst ? 0 : size };
  const mask = isFirst ? 'A' : 'B';
  const horizontal = causalTaps([1, size], mask, groups);
  return {
    vertical: linearMap({
      taps: vertical,
      mask: 'B',
      inputs: unmasked(inputs),
      outputs: unmasked(2 * channels),
    }),
    horizontal: linearMap({ taps: horizontal, mask, inputs: outer, outputs: gates }),
    output: linearMap({ taps: POINTWISE, mask: 'B', inputs: inner, outputs: inner }),
  };
}
