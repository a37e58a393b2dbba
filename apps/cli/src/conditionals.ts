import { type GenerativeModel, type Params, toContext } from '@pixelrnn/core';
import type { Conditionals } from '@pixelrnn/generate';
import * as tf from '@tensorflow/tfjs-core';

/** A full pass of the network on the active backend: what naive sampling asks for again and again. */
export const conditionalsOf =
  (model: GenerativeModel, params: Params): Conditionals =>
  async (images, count, context) => {
    const { height, width, channels } = model.image;
    const output = tf.tidy(() => {
      const frame = { batch: count, height, width };
      return model.conditionals(
        params,
        tf.tensor4d(images, [count, height, width, channels]),
        toContext(context, frame),
      );
    });
    const values = await output.data<'float32'>();
    output.dispose();
    return values;
  };
