import {
  childContext,
  type Features,
  type Host,
  type KernelSteps,
  type Layer,
  mergeConditions,
  openInKernels,
  type Params,
  type Prepared,
  preparedInKernels,
} from '@pixelrnn/core';
import type { Floats } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { maskedConv2d } from '../convolution/masked-conv2d.ts';
import { addTo } from '../rows/row.ts';
import { tidyFeatures } from '../tidy-features.ts';
import { type BuildLayer, type LayerConfig, layerConfig } from './layer-config.ts';
import { calibrateChain, chainSteps, checkChain, layerKey, prepareChain } from './sequential.ts';

export type SkipSumOptions = {
  /** Channels of the sum. */
  readonly outputs: number;
  /** Colour groups: 1 grey, 3 RGB. */
  readonly groups?: number;
};

type StoredSkipSum = SkipSumOptions & { readonly layers: readonly LayerConfig[] };

/**
 * Layers one after the other, with learnable skip connections from every one of them to the output (PixelRNN §3.3):
 *
 *   x ── layer 0 ── layer 1 ── layer 2 ── …        y = Σ_l (W_l · x_l + b_l),  1×1, mask B
 *           │          │          │
 *           └──────────┴──────────┴──── + ── y
 *
 * The paper does not give the shape of the projections.
 */
export function skipSum(layers: readonly Layer[], { outputs, groups = 1 }: SkipSumOptions): Layer {
  const { above } = checkChain('skipSum', layers);
  const skips: readonly Layer[] = layers.map((layer) =>
    maskedConv2d({ kernel: [1, 1], inputs: layer.outputs.here, outputs, mask: 'B', groups }),
  );
  const skipKey = (i: number) => `${i}-skip`;
  const calibrate = calibrateChain(layers);
  const apply: Layer['apply'] = (params, x, context) =>
    tidyFeatures(() => {
      let features: Features<tf.Tensor4D> = x;
      const parts = layers.map((layer, i) => {
        features = layer.apply(params[layerKey(layer, i)] as Params, features, childContext(context, i));
        return skips[i].apply(params[skipKey(i)] as Params, { here: features.here }).here;
      });
      return { here: parts.length === 1 ? parts[0] : tf.addN(parts), above: features.above };
    });
  return {
    name: 'skipSum',
    config: { layers: layers.map(layerConfig), outputs, groups },
    inputs: layers[0].inputs,
    outputs: { here: outputs, above },
    conditions: mergeConditions(
      'skipSum',
      layers.map(({ conditions }) => conditions),
    ),
    init: (rng) =>
      Object.fromEntries(
        layers.flatMap((layer, i) => [
          [layerKey(layer, i), layer.init(rng.fork(i))],
          [skipKey(i), skips[i].init(rng.fork(skipKey(i)))],
        ]),
      ),
    apply,
    ...(calibrate && {
      calibrate(start: Params, x, context) {
        const { params } = calibrate(start, x, context);
        return { params, y: apply(params, x, context) };
      },
    }),
    prepare: (weights) =>
      preparedInKernels({ name: 'skipSum', inputs: layers[0].inputs }, (packed) => {
        const chain = prepareChain(layers, weights, packed);
        const projections = skips.map((skip, i) => packed.own(skip.prepare(weights[skipKey(i)] as Host)));
        return (frame, context, memory) => {
          const start = (layer: Prepared) => openInKernels(layer, frame, context, memory);
          return skipSteps(chain.map(start), projections.map(start), memory.floats(frame.batch * outputs));
        };
      }),
  };
}

/** A chain whose outputs are summed through their skips; these are 1×1, so they remember nothing: their inputs are those seen last. */
function skipSteps(chain: readonly KernelSteps[], skips: readonly KernelSteps[], sum: Floats): KernelSteps {
  const seen: Floats[] = [];
  const steps = chainSteps(chain, (column, output, i) => {
    seen[i] = output;
    addTo(sum, skips[i].at(column, output));
  });
  return {
    beginRow(row, above) {
      for (const skip of skips) skip.beginRow(row);
      return steps.beginRow(row, above);
    },
    at(column, here) {
      sum.array.fill(0);
      steps.at(column, here);
      return sum;
    },
    advance(column, here, isSeen) {
      steps.advance(column, here, isSeen);
      skips.forEach((skip, i) => {
        skip.advance(column, seen[i], true);
      });
    },
  };
}

/** `skipSum` from its stored config. */
export const skipSumFrom = ({ layers, ...options }: StoredSkipSum, build: BuildLayer): Layer =>
  skipSum(layers.map(build), options);
