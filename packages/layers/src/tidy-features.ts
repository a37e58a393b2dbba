import type { Features } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** `tf.tidy` for what layers return. */
export const tidyFeatures = (body: () => Features<tf.Tensor4D>): Features<tf.Tensor4D> =>
  tf.tidy(() => ({ ...body() }) as unknown as tf.TensorContainerObject) as unknown as Features<tf.Tensor4D>;
