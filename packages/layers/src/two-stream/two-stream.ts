import {
  type Context,
  type Features,
  type Host,
  type Layer,
  type Params,
  preparedInKernels,
  type Rng,
  wantConditions,
  withDefaults,
} from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { CONDITION_OPTIONS } from '../condition/condition.ts';
import type { ConvParams } from '../convolution/linear-map.ts';
import { tidyFeatures } from '../tidy-features.ts';
import { concatElu } from './concat-elu.ts';
import { filledUp } from './filled-up.ts';
import type { Linear, Pass } from './gated-resnet.ts';
import { mapScales } from './map-scales.ts';
import { applyPart, initPart, type PartParams, partOf } from './parts.ts';
import { follow, planOf } from './plan.ts';
import { pointwise, type ShiftedMap } from './shifted-map.ts';
import { twoStreamSteps } from './two-stream-steps.ts';

export type TwoStreamOptions = {
  /** Channels of the encoded image. */
  readonly inputs: number;
  /** The likelihood's parameters per pixel. */
  readonly outputs: number;
  /** Channels F of each stream. */
  readonly filters?: number;
  /** Gated resnets at each scale, in each stream and on each way. */
  readonly resnets?: number;
  /** Resolutions, each of half the sides of the one before. */
  readonly scales?: number;
  /** Part of the numbers inside every resnet that is dropped while training. */
  readonly dropout?: number;
  /** Number of classes to condition on, in every resnet. */
  readonly classes?: number;
  /** Length of a vector to condition on, in every resnet. */
  readonly vector?: number;
  /** Channels of a map to condition on, in every resnet, at its resolution. */
  readonly map?: number;
};

/** The network of the published code, which reaches 2.92 bits/dim on CIFAR-10; the paper says 192 filters. */
export const TWO_STREAM_DEFAULTS = { filters: 160, resnets: 5, scales: 3, dropout: 0.5 } as const;

/**
 * The network of PixelCNN++ (Salimans et al. 2017, §2.2–2.5; equations as in the authors' code), from an image to the parameters of its
 * likelihood. Two streams look at what is above a pixel and at what is above or to its left, at several resolutions, with short-cuts
 * between those on the way down and those on the way up ({@link planOf}):
 *
 *   above(r, c)   depends on pixels of rows < r
 *   here(r, c)    depends on pixels before (r, c), and reads `above` in every resnet
 *
 * Every step is a gated resnet for each stream ({@link gatedResnet}), or a convolution of stride 2, or its transpose ({@link halved},
 * {@link doubled}); a 1×1 of elu(here) ends it. All linear maps are weight-normalized, and `calibrate` initializes them from data, each
 * on what the ones before it give then. The image gets one more channel of ones, which tells it from the border.
 *
 * All channels of a pixel are one group: none sees another of the same pixel. The likelihood must tie them, as the logistic mixture does.
 * Images whose sides are no multiple of 2^(scales−1) are filled up with border to the right and below, which changes nothing for others.
 *
 * Conditions are added to the gates of every resnet: the published code's bias of a class; a vector likewise; and a map through an unmasked 1×1
 * of its own in each, at the coarser resolutions the mean of it over the pixels that one stands for ({@link mapScales}). Maps are not in the paper.
 */
export function twoStream(options: TwoStreamOptions): Layer {
  const others = ['inputs', 'outputs', ...CONDITION_OPTIONS] as const;
  const resolved = withDefaults('twoStream', options, TWO_STREAM_DEFAULTS, others, ['dropout']);
  const { inputs, outputs, filters, resnets, scales, dropout, classes, vector, map } = resolved;
  const conditions = { classes, vector, map };
  const sizes = { inputs: inputs + 1, filters, conditions };
  const plan = planOf({ resnets, scales });
  const parts = new Map(plan.map((step) => [step, partOf(step, sizes)]));
  const head = pointwise({ inputs: filters, outputs });

  /** One pass over the image, whatever a linear map is taken for. */
  function run(params: Params, { here: image }: Features<tf.Tensor4D>, context: Context | undefined, linear: Linear) {
    const [batch, height, width, channels] = image.shape;
    if (channels !== inputs)
      throw new Error(`twoStream: wanted ${inputs} channels, got a map of shape [${image.shape}]`);
    wantConditions('twoStream', conditions, { batch, height, width }, context);
    const maps = map === undefined ? undefined : mapScales(context!.map!, scales);
    const pass = { linear, activate: onceEach(concatElu), dropout };
    const at = (scale: number): Pass => ({ ...pass, context: maps ? { ...context, map: maps[scale] } : context });
    const start = withOnes(image, scales);
    const { here } = follow<Features<tf.Tensor4D>>(plan, (step, x = { here: start, above: start }, shortCut) =>
      applyPart(parts.get(step)!, step.key, at(step.scale), params[step.key] as PartParams, x, shortCut),
    );
    const y = linear(head, params.head as ConvParams, tf.elu(here));
    return tf.slice(y, [0, 0, 0, 0], [batch, height, width, outputs]);
  }

  return {
    name: 'twoStream',
    config: { ...resolved },
    inputs: { here: inputs },
    outputs: { here: outputs },
    conditions,
    init: (rng: Rng) => ({
      ...Object.fromEntries(plan.map((step) => [step.key, initPart(parts.get(step)!, rng.fork(step.key))])),
      head: head.map.init(rng.fork('head')),
    }),
    apply: (params, x, context) => tidyFeatures(() => ({ here: run(params, x, context, asTheyAre) })),
    calibrate(params, x, context) {
      const calibrated = new Map<unknown, ConvParams>();
      const here = run(params, x, context, (map, start, input, residual) => {
        const own = map.map.calibrate(start, (neutral) => asTheyAre(map, neutral, input));
        calibrated.set(start, own);
        return asTheyAre(map, own, input, residual);
      });
      return { params: replaceNodes(params, calibrated) as Params, y: { here } };
    },
    prepare: (weights: Host<Params>) =>
      preparedInKernels({ name: 'twoStream', inputs: { here: inputs } }, (packed) =>
        twoStreamSteps({ plan, parts, head, weights, conditions, outputs, scales }, packed),
      ),
  };
}

/** A linear map with the parameters that it has. */
const asTheyAre: Linear = ({ map, convolve }: ShiftedMap, params, x, residual) =>
  convolve(x, map.resolve(params), residual);

/** The image with a channel of ones, then filled up with border. */
const withOnes = (image: tf.Tensor4D, scales: number): tf.Tensor4D =>
  filledUp(tf.pad(image, [[0, 0], [0, 0], [0, 0], [0, 1]], 1), scales); // biome-ignore format: one row

/** A function that computes what it gives for a tensor once. */
function onceEach<T extends object>(compute: (x: T) => T): (x: T) => T {
  const known = new WeakMap<T, T>();
  return (x) => {
    const y = known.get(x) ?? compute(x);
    known.set(x, y);
    return y;
  };
}

/** The same tree, with some of its nodes replaced. */
function replaceNodes(node: unknown, replacements: ReadonlyMap<unknown, unknown>): unknown {
  if (replacements.has(node)) return replacements.get(node);
  if (node instanceof tf.Tensor) return node;
  return Object.fromEntries(
    Object.entries(node as object).map(([name, child]) => [name, replaceNodes(child, replacements)]),
  );
}
