import type { Features, Host, Layer, Params, Stream } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { maskedConv2d } from '../convolution/masked-conv2d.ts';
import { tidyFeatures } from '../tidy-features.ts';
import { type BuildLayer, type LayerConfig, layerConfig } from './layer-config.ts';
import { chainStream, chainStreams, checkChain, layerKey } from './sequential.ts';

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
  return {
    name: 'skipSum',
    config: { layers: layers.map(layerConfig), outputs, groups },
    inputs: layers[0].inputs,
    outputs: { here: outputs, above },
    init: (rng) =>
      Object.fromEntries(
        layers.flatMap((layer, i) => [
          [layerKey(layer, i), layer.init(rng.fork(i))],
          [skipKey(i), skips[i].init(rng.fork(skipKey(i)))],
        ]),
      ),
    apply: (params, x, context) =>
      tidyFeatures(() => {
        let features: Features<tf.Tensor4D> = x;
        const parts = layers.map((layer, i) => {
          features = layer.apply(params[layerKey(layer, i)] as Params, features, context);
          return skips[i].apply(params[skipKey(i)] as Params, { here: features.here }, context).here;
        });
        return { here: parts.length === 1 ? parts[0] : tf.addN(parts), above: features.above };
      }),
    stream(weights, frame, context) {
      const skipStreams = skips.map((skip, i) => skip.stream(weights[skipKey(i)] as Host, frame));
      return skipStream(chainStreams(layers, weights, frame, context), skipStreams, frame.batch * outputs);
    },
  };
}

/** A chain whose outputs are summed through their skips; these are 1×1, so they remember nothing and are never advanced. */
function skipStream(streams: readonly Stream[], skips: readonly Stream[], size: number): Stream {
  const sum = new Float32Array(size);
  const chain = chainStream(streams, (output, i) => {
    skips[i].at(output).forEach((value, j) => {
      sum[j] += value;
    });
  });
  return {
    beginRow: (above) => chain.beginRow(above),
    at(here) {
      sum.fill(0);
      chain.at(here);
      return sum;
    },
    advance: (here) => chain.advance(here),
    dispose() {
      chain.dispose();
      for (const skip of skips) skip.dispose();
    },
  };
}

/** `skipSum` from its stored config. */
export const skipSumFrom = ({ layers, ...options }: StoredSkipSum, build: BuildLayer): Layer =>
  skipSum(layers.map(build), options);
