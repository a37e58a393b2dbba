import type { Layer } from '@pixelrnn/core';
import {
  diagonalBiLstm,
  gatedConv2d,
  maskedConv2d,
  outputHead,
  pixelCnnBlock,
  residual,
  rowLstm,
  sequential,
  skipSum,
  twoStream,
} from '@pixelrnn/layers';
import { LAYER_CHECK_DEFAULTS, type LayerCheckOptions } from '@pixelrnn/testing';
import {
  anySees,
  chainSees,
  convolutionSees,
  diagonalBiLstmSees,
  firstGatedSees,
  gatedSees,
  pointSees,
  rowLstmSees,
  type Sees,
} from './sees.ts';
import { twoStreamSees } from './two-stream-sees.ts';

/** Every layer of `@pixelrnn/layers`, grey and RGB: the table over which the tests of this folder loop. */
export interface LayerCase {
  readonly title: string;
  readonly layer: Layer;
  /** Colour groups. */
  readonly groups: number;
  /** What a layer shows of a pixel's own group: mask A hides it. */
  readonly mask: 'A' | 'B';
  /** A network of many maps, which takes a while; its parts are tested by themselves. */
  readonly isNetwork?: boolean;
  /** What it sees by thought, of an image of the size {@link LAYER_CHECK_DEFAULTS}. */
  readonly sees: Sees;
}

/** The network of PixelCNN++ takes all channels of a pixel as one group, whatever the image. */
const TWO_STREAM: LayerCase = {
  title: 'twoStream',
  layer: twoStream({ inputs: 2, outputs: 3, filters: 2, resnets: 1, scales: 2, classes: 2, vector: 3, map: 1 }),
  groups: 1,
  mask: 'A',
  isNetwork: true,
  sees: twoStreamSees(LAYER_CHECK_DEFAULTS, 1, 2),
};

const COLOURED = [1, 3].flatMap((groups): LayerCase[] => {
  const color = groups === 1 ? 'grey' : 'RGB';
  const chain = (...layers: readonly Sees[]) => chainSees(LAYER_CHECK_DEFAULTS, groups, layers);
  const stem = { kernel: [7, 7], inputs: groups, mask: 'A', groups } as const;
  return [
    {
      title: `maskedConv2d A ${color}`,
      layer: maskedConv2d({ ...stem, outputs: 8 }),
      groups,
      mask: 'A',
      sees: convolutionSees([7, 7], 'A'),
    },
    {
      title: `maskedConv2d B 3×3 ${color}`,
      layer: maskedConv2d({ kernel: [3, 3], inputs: 5, outputs: 7, mask: 'B', groups, relu: true }),
      groups,
      mask: 'B',
      sees: convolutionSees([3, 3], 'B'),
    },
    {
      title: `maskedConv2d B 1×3 residual ${color}`,
      layer: maskedConv2d({ kernel: [1, 3], inputs: 6, outputs: 6, mask: 'B', groups, residual: true }),
      groups,
      mask: 'B',
      sees: convolutionSees([1, 3], 'B'),
    },
    {
      title: `maskedConv2d normalized ${color}`,
      layer: maskedConv2d({ kernel: [3, 3], inputs: 5, outputs: 4, mask: 'B', groups, normalize: true }),
      groups,
      mask: 'B',
      sees: convolutionSees([3, 3], 'B'),
    },
    {
      title: `pixelCnnBlock ${color}`,
      layer: pixelCnnBlock({ channels: 10, hidden: 5, groups }),
      groups,
      mask: 'B',
      sees: convolutionSees([3, 3], 'B'),
    },
    {
      title: `rowLstm ${color}`,
      layer: rowLstm({ channels: 10, hidden: 5, groups }),
      groups,
      mask: 'B',
      sees: rowLstmSees,
    },
    {
      title: `sequential and skipSum normalized ${color}`,
      layer: sequential([
        maskedConv2d({ ...stem, kernel: [3, 3], outputs: 6, normalize: true }),
        residual(maskedConv2d({ kernel: [1, 3], inputs: 6, outputs: 6, mask: 'B', groups, normalize: true })),
        skipSum([maskedConv2d({ kernel: [3, 3], inputs: 6, outputs: 6, mask: 'B', groups, normalize: true })], {
          outputs: 6,
          groups,
        }),
      ]),
      groups,
      mask: 'A',
      sees: chain(convolutionSees([3, 3], 'A'), convolutionSees([1, 3], 'B'), convolutionSees([3, 3], 'B')),
    },
    {
      title: `rowLstm without residual ${color}`,
      layer: rowLstm({ channels: 4, hidden: 3, outputs: 6, groups, residual: false }),
      groups,
      mask: 'B',
      sees: rowLstmSees,
    },
    {
      title: `diagonalBiLstm ${color}`,
      layer: diagonalBiLstm({ channels: 10, hidden: 5, groups }),
      groups,
      mask: 'B',
      sees: diagonalBiLstmSees(2),
    },
    {
      title: `diagonalBiLstm one direction ${color}`,
      layer: diagonalBiLstm({ channels: 6, hidden: 4, groups, directions: 1, residual: false }),
      groups,
      mask: 'B',
      sees: diagonalBiLstmSees(1),
    },
    {
      title: `pixelCnnBlock with vector and map ${color}`,
      layer: pixelCnnBlock({ channels: 5, hidden: 3, groups, vector: 3, map: 2 }),
      groups,
      mask: 'B',
      sees: convolutionSees([3, 3], 'B'),
    },
    {
      title: `rowLstm with a map ${color}`,
      layer: rowLstm({ channels: 6, hidden: 3, groups, map: 2 }),
      groups,
      mask: 'B',
      sees: rowLstmSees,
    },
    {
      title: `pixelCnnBlock with classes ${color}`,
      layer: pixelCnnBlock({ channels: 5, hidden: 3, groups, classes: 3 }),
      groups,
      mask: 'B',
      sees: convolutionSees([3, 3], 'B'),
    },
    {
      title: `rowLstm with classes and vector ${color}`,
      layer: rowLstm({ channels: 6, hidden: 3, groups, classes: 3, vector: 2 }),
      groups,
      mask: 'B',
      sees: rowLstmSees,
    },
    {
      title: `diagonalBiLstm with classes ${color}`,
      layer: diagonalBiLstm({ channels: 6, hidden: 3, groups, classes: 3 }),
      groups,
      mask: 'B',
      sees: diagonalBiLstmSees(2),
    },
    {
      title: `diagonalBiLstm with all conditions ${color}`,
      layer: diagonalBiLstm({ channels: 6, hidden: 3, groups, classes: 2, vector: 3, map: 2 }),
      groups,
      mask: 'B',
      sees: diagonalBiLstmSees(2),
    },
    {
      title: `gatedConv2d first ${color}`,
      layer: gatedConv2d({ channels: 6, size: 7, groups, first: { inputs: groups } }),
      groups,
      mask: 'A',
      sees: firstGatedSees(7),
    },
    {
      title: `gatedConv2d ${color}`,
      layer: gatedConv2d({ channels: 6, size: 3, groups }),
      groups,
      mask: 'B',
      sees: gatedSees(3),
    },
    {
      title: `gatedConv2d with classes ${color}`,
      layer: gatedConv2d({ channels: 5, size: 5, groups, classes: 4 }),
      groups,
      mask: 'B',
      sees: gatedSees(5),
    },
    {
      title: `gatedConv2d first with vector and map ${color}`,
      layer: gatedConv2d({ channels: 4, size: 3, groups, first: { inputs: groups }, vector: 3, map: 2 }),
      groups,
      mask: 'A',
      sees: firstGatedSees(3),
    },
    {
      title: `gatedConv2d with all conditions ${color}`,
      layer: gatedConv2d({ channels: 4, size: 3, groups, classes: 3, vector: 2, map: 3 }),
      groups,
      mask: 'B',
      sees: gatedSees(3),
    },
    {
      title: `gatedConv2d with a vector ${color}`,
      layer: gatedConv2d({ channels: 3, size: 3, groups, vector: 4 }),
      groups,
      mask: 'B',
      sees: gatedSees(3),
    },
    {
      title: `sequential gated ${color}`,
      layer: sequential([
        gatedConv2d({ channels: 4, size: 5, groups, first: { inputs: groups }, classes: 3 }),
        gatedConv2d({ channels: 4, size: 3, groups, classes: 3 }),
        outputHead({ inputs: 4, hidden: 6, layers: 1, outputs: 2 * groups, groups }),
      ]),
      groups,
      mask: 'A',
      sees: chain(firstGatedSees(5), gatedSees(3), pointSees),
    },
    {
      title: `skipSum of both LSTMs ${color}`,
      layer: sequential([
        maskedConv2d({ ...stem, outputs: 8 }),
        skipSum([rowLstm({ channels: 8, hidden: 4, groups }), diagonalBiLstm({ channels: 8, hidden: 4, groups })], {
          outputs: 6,
          groups,
        }),
      ]),
      groups,
      mask: 'A',
      sees: chain(convolutionSees([7, 7], 'A'), anySees(rowLstmSees, chain(rowLstmSees, diagonalBiLstmSees(2)))),
    },
    {
      title: `residual ${color}`,
      layer: residual(maskedConv2d({ kernel: [3, 3], inputs: 6, outputs: 6, mask: 'B', groups })),
      groups,
      mask: 'B',
      sees: convolutionSees([3, 3], 'B'),
    },
  ];
});

export const LAYER_CASES: readonly LayerCase[] = [...COLOURED, TWO_STREAM];

/** What the contract is asked of a case. */
export const promiseOf = ({ groups, mask, sees }: LayerCase): LayerCheckOptions => ({
  groups,
  mask,
  expectUnseen: (output, input) => !sees(output, input),
});
