import type { Context, Frame, Host, HostContext, JsonObject, Layer, Params, Rng, Stream } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** A layer that works on one map, `here`, alone. Most layers are of this kind. */
export interface PlainLayer<P extends Params> {
  readonly name: string;
  readonly config: JsonObject;
  /** Channels of the input and of the output. */
  readonly inputs: number;
  readonly outputs: number;
  init(rng: Rng): P;
  /** [B, H, W, inputs] → [B, H, W, outputs] */
  apply(params: P, x: tf.Tensor4D, context?: Context): tf.Tensor4D;
  stream(weights: Host<P>, frame: Frame, context?: HostContext): PlainStream;
}

/** {@link Stream} without a second map: `beginRow` is only told that a row begins. */
export interface PlainStream {
  beginRow?(): void;
  at(here: Float32Array): Float32Array;
  advance(here: Float32Array): void;
  dispose(): void;
}

/** Lifts a one-map layer to a {@link Layer}: it works on `here` and hands `above` through. */
export function plainLayer<P extends Params>(layer: PlainLayer<P>): Layer<P> {
  return {
    name: layer.name,
    config: layer.config,
    inputs: { here: layer.inputs },
    outputs: { here: layer.outputs },
    init: layer.init,
    apply: (params, { here, above }, context) => {
      if (here.shape[3] !== layer.inputs)
        throw new Error(`${layer.name}: wanted ${layer.inputs} channels, got a map of shape [${here.shape}]`);
      return { here: tf.tidy(() => layer.apply(params, here, context)), above };
    },
    stream(weights, frame, context): Stream {
      const stream = layer.stream(weights, frame, context);
      return {
        beginRow(above) {
          stream.beginRow?.();
          return above;
        },
        at: (here) => stream.at(here),
        advance: (here) => stream.advance(here),
        dispose: () => stream.dispose(),
      };
    },
  };
}
