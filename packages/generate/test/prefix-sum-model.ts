import { categorical, type GenerativeModel, type ImageSpec } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';

/** A logit by the sum of all earlier sub-pixels. */
type Logit = (channel: number, level: number, sum: number) => number;

const LOGIT: Logit = (channel, level, sum) => Math.sin(1 + 2.3 * channel + 1.7 * level) + 0.3 * level * Math.cos(sum);

/**
 * A model simple enough to be seen through: the logits of each sub-pixel are functions of the sum of all earlier
 * sub-pixels: unless told, fixed numbers plus a multiple of it. Written twice, on tensors and as a stream.
 */
export function prefixSumModel(image: ImageSpec, logit = LOGIT): GenerativeModel {
  const { height, width, channels, levels } = image;
  const likelihood = categorical({ channels, levels });

  function allLogits(levelsOfImages: ArrayLike<number>, count: number): Float32Array {
    const size = height * width * channels;
    const result: number[] = [];
    for (let b = 0; b < count; b++) {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        for (let level = 0; level < levels; level++) result.push(logit(i % channels, level, sum));
        sum += levelsOfImages[b * size + i];
      }
    }
    return Float32Array.from(result);
  }

  const model: GenerativeModel = {
    name: 'prefixSum',
    image,
    config: {},
    bound: 'exact',
    likelihood,
    conditions: {},
    init: () => ({}),
    conditionals: (_, images) =>
      tf.tensor4d(allLogits(images.dataSync(), images.shape[0]), [images.shape[0], height, width, channels * levels]),
    nats: (params, images) => tf.neg(likelihood.logProb(model.conditionals(params, images), images)) as tf.Tensor1D,
    prepare: () => ({
      open({ batch }) {
        const sums = new Float64Array(batch);
        return {
          beginRow: () => undefined,
          at: (_, pixel) =>
            Float32Array.from({ length: batch * channels * levels }, (_, i) => {
              const [b, channel, level] = [
                Math.floor(i / (channels * levels)),
                Math.floor(i / levels) % channels,
                i % levels,
              ];
              const earlier = pixel.subarray(b * channels, b * channels + channel).reduce((a, v) => a + v, 0);
              return logit(channel, level, sums[b] + earlier);
            }),
          advance: (_, pixel) => {
            for (let i = 0; i < pixel.length; i++) sums[Math.floor(i / channels)] += pixel[i];
          },
          dispose: () => {},
        };
      },
      dispose: () => {},
    }),
  };
  return model;
}
