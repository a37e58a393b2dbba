import type { Context, Features, Layer, Params, Widths } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * A layer that reads and writes its maps in one tensor, [here | above] along the channels. A chain of such layers hands that tensor
 * on: cutting it after each layer and joining it before the next took a tenth of a training step.
 */
export interface JoinedLayer<P extends Params = Params> extends Layer<P> {
  /** [B, H, W, here + above] → [B, H, W, here + above]. */
  applyJoined(params: P, x: tf.Tensor4D, context?: Context): tf.Tensor4D;
}

export const isJoined = (layer: Layer): layer is JoinedLayer => 'applyJoined' in layer;

export const join = ({ here, above }: Features<tf.Tensor4D>): tf.Tensor4D =>
  above === undefined ? here : tf.concat([here, above], 3);

/** The maps of `join`, whose widths are given. */
export function cut(x: tf.Tensor4D, widths: Widths): Features<tf.Tensor4D> {
  if (widths.above === undefined) return { here: x };
  const [here, above] = tf.split(x, [widths.here, widths.above], 3) as tf.Tensor4D[];
  return { here, above };
}
