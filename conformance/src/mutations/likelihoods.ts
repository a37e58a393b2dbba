import type { Mutation } from '../mutations.ts';

const MIXTURE = 'packages/core/src/likelihood/logistic-mixture.ts';
const MIXTURE_KERNEL = 'packages/kernels/cpp/logistic_mixture.h';
const MIXTURE_TEST = 'packages/core/src/likelihood/logistic-mixture.test.ts';
const STREAMING_TEST = 'packages/kernels/src/kernels.test.ts';

/** What can be wrong with the mixture of discretized logistics, on tensors and in the kernels. */
export const LIKELIHOODS: readonly Mutation[] = [
  {
    name: 'blue-follows-blue',
    bug: 'T9: the mean of blue with γ·b, as eq. 3 of PixelCNN++ is printed, instead of γ·g',
    file: MIXTURE,
    from: 'const [red, green] = tf.split(position, 3, 1);',
    to: 'const [red, , green] = tf.split(position, 3, 1);',
    test: MIXTURE_TEST,
    title: 'C16: the probabilities of all pixels of three channels',
  },
  {
    name: 'coefficients-without-tanh',
    bug: 'the coefficients of the means without their tanh',
    file: MIXTURE,
    from: 'tf.split(tf.tanh(coefficients), 3, 1)',
    to: 'tf.split(coefficients, 3, 1)',
    test: 'conformance/src/model-oracle.test.ts',
    title: "'PixelCNN of logistics' equals the oracle on '4×5 RGB of 4 levels'",
  },
  {
    name: 'tails-swapped',
    bug: 'the lowest level gets the upper tail, the highest the lower',
    file: MIXTURE,
    from: 'const hasUpper = tf.cast(tf.less(level, levels - 1),',
    to: 'const hasUpper = tf.cast(tf.greater(level, 0),',
    test: MIXTURE_TEST,
    title: 'C15: the probabilities of 256 levels sum to 1',
  },
  {
    name: 'scale-not-clamped',
    bug: 'log-scales below −7 are taken as they are',
    file: MIXTURE,
    from: 'const LEAST_LOG_SCALE = -7;',
    to: 'const LEAST_LOG_SCALE = -70;',
    test: MIXTURE_TEST,
    title: 'C17: extreme parameters below the clamp',
  },
  {
    name: 'weights-not-conditioned',
    bug: 'green is drawn with the weights of the components before red is known (10.4)',
    file: MIXTURE_KERNEL,
    from: 'JointRow(s, z, pixel, channel, joint);',
    to: 'JointRow(s, z, pixel, 0, joint);',
    test: STREAMING_TEST,
    title: 'logisticMixture RGB: means follow the earlier channels',
  },
  {
    name: 'kernel-blue-follows-blue',
    bug: 'T9 in the kernel: the means follow the channel itself instead of the earlier ones',
    file: MIXTURE_KERNEL,
    from: 's.Position(pixel[earlier])',
    to: 's.Position(pixel[channel])',
    test: STREAMING_TEST,
    title: 'logisticMixture RGB: means follow the earlier channels',
  },
];
