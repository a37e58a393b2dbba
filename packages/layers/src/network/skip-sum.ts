import type { Features, Host, Layer, Params, Stream } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { maskedConv2d } from '../convolution/masked-conv2d.ts';
import { tidyFeatures } from '../tidy-features.ts';
import { type BuildLayer, type LayerConfig, layerConfig } from './layer-config.ts';
import { chainStreams, checkChain, layerKey, remember } from './sequential.ts';

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

function skipStream(streams: readonly Stream[], skips: readonly Stream[], size: number): Stream {
  const seen: Float32Array[] = streams.map(() => new Float32Array(0));
  const sum = new Float32Array(size);
  return {
    beginRow: (above) => streams.reduce((row: Float32Array | undefined, stream) => stream.beginRow(row), above),
    at(here) {
      sum.fill(0);
      streams.reduce((x, stream, i) => {
        seen[i] = remember(seen[i], x);
        const output = stream.at(seen[i]);
        skips[i].at(output).forEach((value, j) => {
          sum[j] += value;
        });
        return output;
      }, here);
      return sum;
    },
    advance(here) {
      streams.forEach((stream, i) => {
        stream.advance(i === 0 ? here : seen[i]);
      });
    },
    dispose() {
      for (const stream of [...streams, ...skips]) stream.dispose();
    },
  };
}

/** `skipSum` from its stored config. */
export const skipSumFrom = ({ layers, ...options }: StoredSkipSum, build: BuildLayer): Layer =>
  skipSum(layers.map(build), options);
