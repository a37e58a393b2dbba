import type { GenerativeModel, Params } from '@pixelrnn/core';
import type { Conditionals } from '@pixelrnn/generate';
import * as tf from '@tensorflow/tfjs-core';

/** A full pass of the network on the active backend: what naive sampling asks for again and again. */
export const conditionalsOf =
  (model: GenerativeModel, params: Params, labels?: Int32Array): Conditionals =>
  async (images, count) => {
    const { height, width, channels } = model.image;
    const output = tf.tidy(() =>
      model.conditionals(params, tf.tensor4d(images, [count, height, width, channels]), {
        ...(labels && { labels: tf.tensor1d(labels, 'int32') }),
      }),
    );
    const values = await output.data<'float32'>();
    output.dispose();
    return values;
  };
