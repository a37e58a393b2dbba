import type { Mutation } from '../mutations.ts';

const CPP = 'packages/kernels/cpp';
const STREAMING_TEST = 'packages/kernels/src/kernels.test.ts';
const TRAINING_TEST = 'packages/kernels/src/training/training.test.ts';

/** The C++ source: each of these compiles WebAssembly of its own, which takes seconds. */
export const KERNELS: readonly Mutation[] = [
  {
    name: 'bias-of-every-slice',
    bug: 'a product cut into slices of its inputs starts from the bias with each of them',
    file: `${CPP}/linear.h`,
    from: 'a.init = a.y;\n    a.init_stride = a.y_stride;',
    to: '',
    test: STREAMING_TEST,
    title: 'linear batch 5, 130 -> 47',
  },
  {
    name: 'label-gradient-not-scaled',
    bug: 'the gradient of the softmax cross-entropy takes 1 instead of dy off at the label',
    file: `${CPP}/drivers/cross_entropy.h`,
    from: 'dz[a.labels[r]] -= dy;',
    to: 'dz[a.labels[r]] -= 1.0f;',
    test: TRAINING_TEST,
    title: 'cross-entropies softmax',
  },
  {
    name: 'concat-elu-slopes-swapped',
    bug: 'the gradient of concat-ELU takes the slope of elu(x) for that of elu(−x), and the other way round',
    file: `${CPP}/resnet_pixels.h`,
    from: 'v > 0.0f ? plus - minus * e : plus * e - minus',
    to: 'v > 0.0f ? plus * e - minus : plus - minus * e',
    test: TRAINING_TEST,
    title: 'PixelrnnConcatElu',
  },
  {
    name: 'right-stream-not-mirrored-back',
    bug: '3: the kernel adds the right stream without mirroring it back',
    file: `${CPP}/lstm_directions.h`,
    from: 'right + r * line + (g.width - c) * units',
    to: 'right + r * line + (c + 1) * units',
    test: 'conformance/src/layer-oracle.test.ts',
    title: 'with fused kernels diagonalBiLstm grey equals the float64 oracle',
  },
  {
    name: 'another-closure',
    bug: 'a thread does a task with what is none of its',
    file: 'packages/kernels/src/threads/serve-tasks.ts',
    from: 'words[at.closure]',
    to: 'words[at.task]',
    test: TRAINING_TEST,
    title: 'PixelrnnMaskedConv2d',
  },
];
