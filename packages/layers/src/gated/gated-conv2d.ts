import { type Layer, preparedInKernels, uniformInit, wantConditions, withDefaults } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import {
  CONDITION_OPTIONS,
  type ConditionOptions,
  conditionBiases,
  initConditions,
  mapConditions,
} from '../condition/condition.ts';
import { tidyFeatures } from '../tidy-features.ts';
import { gatedMaps } from './gated-maps.ts';
import { bothStacks, gatedLayerOp } from './gated-op.ts';
import type { GatedParams } from './gated-params.ts';
import { gatedStream } from './gated-stream.ts';

export type GatedConv2dOptions = ConditionOptions & {
  /** Maps P of each stack. */
  readonly channels: number;
  /** Kernel size k, odd: k×k in the vertical stack, 1×k in the horizontal one. */
  readonly size: number;
  /** Colour groups: 1 grey, 3 RGB. */
  readonly groups?: number;
  /** The first layer of a network: reads an image of so many channels, with mask A, and has no residual. */
  readonly first?: { readonly inputs: number };
  /** Add `here` to its output; never in the first layer, where it would show a pixel to itself. */
  readonly residual?: boolean;
};

export const GATED_CONV2D_DEFAULTS = { groups: 1 } as const;

/**
 * The two-stack layer of Gated PixelCNN (van den Oord et al. 2016, §2.1–2.3 and Figure 2). With gate(z) = tanh(z_f) ⊙ σ(z_g) over
 * the two halves of 2P channels:
 *
 *   above ──[k×k]── v ──────────── gate ── above'        v = Wv ∗ above + bv (+ …)
 *                   │
 *                  [1×1] link
 *                   ▼
 *   here ──[1×k]────+── u ── gate ──[1×1]── + ── here'   u = Wh ∗ here + bh + Wl·v (+ …)
 *      └────────────────────────────────────┘
 *
 * `above` at row r depends on rows < r only, which is the paper's one-row shift of the link: the first layer makes it so by reading
 * rows r−⌊k/2⌋ … r−1, and later layers may then read row r of `above` itself. So there is no blind spot and no leak. At the upper
 * border the kernel reads zeros; shifting afterwards, as others do, would put zeros into row 0 of the link instead.
 *
 * Colours: rows above are known altogether, so the vertical stack and the link are unmasked; the horizontal kernel's own tap and the
 * output are masked, with the same groups in both halves of the gate.
 *
 * Conditions are added to v and u (…), with weights of their own for each: V[class] + U·vector + M·map(r, c), eq. 4 and the paragraph
 * after it. They are known in full before the first pixel, so nothing of them is masked or shifted. A later layer is one fused kernel,
 * class and vector included; with a map, its convolutions and gates are kernels of their own.
 */
export function gatedConv2d(options: GatedConv2dOptions): Layer<GatedParams> {
  const others = ['channels', 'size', 'first', 'residual', ...CONDITION_OPTIONS] as const;
  const resolved = withDefaults('gatedConv2d', options, GATED_CONV2D_DEFAULTS, others);
  const { channels, size, groups, first, classes, vector, map, residual = !first } = resolved;
  if (first && residual)
    throw new Error('gatedConv2d: wanted no residual in the first layer, it would show a pixel to itself');
  if (size % 2 === 0 || size < 3) throw new Error(`gatedConv2d: wanted an odd size of at least 3, got ${size}`);
  const inputs = first?.inputs ?? channels;
  const maps = gatedMaps({ channels, inputs, size, groups, isFirst: first !== undefined });

  const conditions = { classes, vector, map };
  const widths = {
    inputs: first ? { here: inputs } : { here: inputs, above: inputs },
    outputs: { here: channels, above: channels },
  };

  return {
    name: 'gatedConv2d',
    config: { ...resolved, residual },
    ...widths,
    conditions,
    init: (rng) => ({
      vertical: maps.vertical.init(rng.fork('vertical')),
      link: uniformInit(rng.fork('link'), [2 * channels, 2 * channels], 2 * channels) as tf.Tensor2D,
      horizontal: maps.horizontal.init(rng.fork('horizontal')),
      output: maps.output.init(rng.fork('output')),
      ...initConditions(rng, conditions, (table, own) => ({
        vertical: table(own.fork('vertical'), 2 * channels),
        horizontal: table(own.fork('horizontal'), 2 * channels),
      })),
    }),

    apply: (params, { here, above }, context) =>
      tidyFeatures(() => {
        if (!first && above === undefined)
          throw new Error('gatedConv2d: wanted a map `above`, got none (is a first layer missing?)');
        const [batch, height, width] = here.shape;
        wantConditions('gatedConv2d', conditions, { batch, height, width }, context);
        const vertical = maps.vertical.resolve(params.vertical);
        const horizontal = maps.horizontal.resolve(params.horizontal);
        const output = maps.output.resolve(params.output);
        const [biasV, biasH] = (['vertical', 'horizontal'] as const).map((stack) =>
          conditionBiases(
            mapConditions(params, (own) => own[stack]),
            context,
          ),
        );
        const inputs = {
          xh: here,
          xv: first ? here : above!,
          wv: vertical.weights,
          bv: vertical.bias,
          wl: params.link,
          wh: horizontal.weights,
          bh: horizontal.bias,
          wo: output.weights,
          bo: output.bias,
          cv: biasV.image,
          ch: biasH.image,
        };
        const taps = { vertical: maps.vertical.taps, horizontal: maps.horizontal.taps };
        const { yh, yv } =
          first || map !== undefined
            ? bothStacks(inputs, taps, residual, { vertical: biasV.pixel, horizontal: biasH.pixel })
            : gatedLayerOp(inputs, { size, residual });
        return { here: yh, above: yv };
      }),

    prepare: (weights) =>
      preparedInKernels({ name: 'gatedConv2d', inputs: widths.inputs }, (packed) =>
        gatedStream({ channels, inputs, maps, weights, residual, isFirst: first !== undefined, conditions }, packed),
      ),
  };
}
