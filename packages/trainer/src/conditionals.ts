import { type GenerativeModel, type HostContext, type Params, toContext } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Full passes of a network on the active backend, levels [count, H, W, C] → likelihood parameters [count, H, W, outputs]: what naive
 * sampling asks for again and again.
 */
export const conditionalsOf =
  (model: GenerativeModel, params: Params) =>
  async (images: Float32Array, count: number, context: HostContext): Promise<Float32Array> => {
    const { height, width, channels } = model.image;
    const outputs = tf.tidy(() => {
      const levels = tf.tensor4d(images, [count, height, width, channels]);
      return model.conditionals(params, levels, toContext(context, { batch: count, height, width }));
    });
    try {
      return (await outputs.data()) as Float32Array;
    } finally {
      outputs.dispose();
    }
  };
