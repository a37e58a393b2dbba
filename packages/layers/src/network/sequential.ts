import type { Features, Frame, Host, HostContext, Layer, Params, Stream, Widths } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import { tidyFeatures } from '../tidy-features.ts';
import { type BuildLayer, type LayerConfig, layerConfig } from './layer-config.ts';

export type SequentialOptions = { readonly layers: readonly LayerConfig[] };

/** The key of a layer's parameters in a chain: `3-rowLstm`. */
export const layerKey = (layer: Layer, index: number): string => `${index}-${layer.name}`;

/** Layers one after the other. */
export function sequential(layers: readonly Layer[]): Layer {
  const outputs = checkChain('sequential', layers);
  return {
    name: 'sequential',
    config: { layers: layers.map(layerConfig) },
    inputs: layers[0].inputs,
    outputs,
    init: (rng) => Object.fromEntries(layers.map((layer, i) => [layerKey(layer, i), layer.init(rng.fork(i))])),
    apply: (params, x, context) =>
      tidyFeatures(() =>
        layers.reduce(
          (maps: Features<tf.Tensor4D>, layer, i) => layer.apply(params[layerKey(layer, i)] as Params, maps, context),
          x,
        ),
      ),
    stream: (weights, frame, context) => chainStream(chainStreams(layers, weights, frame, context)),
  };
}

/** `sequential` from its stored config. */
export const sequentialFrom = ({ layers }: SequentialOptions, build: BuildLayer): Layer =>
  sequential(layers.map(build));

/**
 * Checks that every layer gets the maps that it wants, and says what comes out at the end. A layer of one map hands `above` through.
 */
export function checkChain(who: string, layers: readonly Layer[]): Widths {
  if (layers.length === 0) throw new Error(`${who}: wanted at least one layer, got none`);
  return layers.reduce((maps: Widths, { name, inputs, outputs }, i) => {
    if (maps.here !== inputs.here || (inputs.above !== undefined && maps.above !== inputs.above))
      throw new Error(`${who}: ${name} (layer ${i}) wants ${widths(inputs)}, but gets ${widths(maps)}`);
    return { here: outputs.here, above: outputs.above ?? maps.above };
  }, layers[0].inputs);
}

const widths = ({ here, above }: Widths): string =>
  above === undefined ? `${here} channels` : `${here} channels and ${above} above`;

export const chainStreams = (layers: readonly Layer[], weights: Host, frame: Frame, context?: HostContext): Stream[] =>
  layers.map((layer, i) => layer.stream(weights[layerKey(layer, i)] as Host, frame, context));

/**
 * Streams one after the other. A later layer is advanced with the input that it saw last: that is final, since no layer of a causal
 * network shows a colour group its own value at the pixel.
 *
 * @param onOutput told what each stream gives at a pixel
 */
export function chainStream(
  streams: readonly Stream[],
  onOutput: (output: Float32Array, index: number) => void = () => {},
): Stream {
  const seen: Float32Array[] = streams.map(() => new Float32Array(0));
  return {
    beginRow: (above) => streams.reduce((row: Float32Array | undefined, stream) => stream.beginRow(row), above),
    at: (here) =>
      streams.reduce((x, stream, i) => {
        seen[i] = remember(seen[i], x);
        const output = stream.at(seen[i]);
        onOutput(output, i);
        return output;
      }, here),
    advance: (here) => {
      streams.forEach((stream, i) => {
        stream.advance(i === 0 ? here : seen[i]);
      });
    },
    dispose: () => {
      for (const stream of streams) stream.dispose();
    },
  };
}

/** A copy of `x`, in the old array where it fits: a stream's result is valid only until its next call. */
function remember(old: Float32Array, x: Float32Array): Float32Array {
  if (old.length !== x.length) return x.slice();
  old.set(x);
  return old;
}
