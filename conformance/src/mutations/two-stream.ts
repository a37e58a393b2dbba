import type { Mutation } from '../mutations.ts';

const CONTRACT = 'conformance/src/layers.test.ts';
const ORACLE = 'conformance/src/layer-oracle.test.ts';
const FOLDER = 'packages/layers/src/two-stream';
const RESAMPLE = `${FOLDER}/resample.test.ts`;

/** The network of PixelCNN++: bugs of its ports, traps of its kernels, and its stream. */
export const TWO_STREAM: readonly Mutation[] = [
  {
    name: 'down-pass-takes-the-other-stream',
    bug: '11: on the way up, `here` goes on from `above` (kamenbliznashki)',
    file: `${FOLDER}/parts.ts`,
    from: 'params.here as ResnetParams, x.here, [above',
    to: 'params.here as ResnetParams, shortCut ? above : x.here, [above',
    test: CONTRACT,
    title: 'twoStream has exactly the blind spot expected',
  },
  {
    name: 'halved-with-padding-same',
    bug: 'T2: an even kernel at stride 2 padded "same" reads the row below and the column to the right',
    file: `${FOLDER}/resample.ts`,
    from: 'tf.slice(below, [0, 0, 0, 0],',
    to: 'tf.slice(tf.pad(below, [[0, 0], [0, 1], [0, 1], [0, 0]]), [0, 1, 1, 0],',
    test: CONTRACT,
    title: 'twoStream does not look ahead',
  },
  {
    name: 'doubled-from-the-next-pixel',
    bug: 'T2: the transposed 2×3 kernel cut on one side alone: every column stands one to the right of its place',
    file: `${FOLDER}/resample.ts`,
    from: 'tf.slice(rows, [0, 0, 0, outputs], [count, two, columns, 2 * outputs]);',
    to: 'tf.slice(rows, [0, 0, 0, 0], [count, two, columns, 2 * outputs]);',
    test: RESAMPLE,
    title: 'the kernel of `above` transposed is the adjoint',
  },
  {
    name: 'calibrated-on-what-was-before',
    bug: '14: the next layer is initialized from what this one gave before it was (openai #36)',
    file: `${FOLDER}/two-stream.ts`,
    from: 'return asTheyAre(map, own, input, residual);',
    to: 'return asTheyAre(map, start, input, residual);',
    test: CONTRACT,
    title: 'twoStream is calibrated to what it then applies',
  },
  {
    name: 'gates-not-scaled',
    bug: 'the scale of the gates is left out of their initialization',
    file: 'packages/layers/src/convolution/linear-map.ts',
    from: 'tf.mul(tf.rsqrt(tf.add(variance, TINY)), scale)',
    to: 'tf.rsqrt(tf.add(variance, TINY))',
    test: RESAMPLE,
    title: 'of smaller scale',
  },
  {
    name: 'auxiliary-left-out',
    bug: 'on the way up, `above` is no auxiliary input of `here` any more',
    file: `${FOLDER}/parts.ts`,
    from: '[above, ...forHere]',
    to: '[shortCut ? shortCut.here : above, ...forHere]',
    test: ORACLE,
    title: 'in plain operations twoStream equals the float64 oracle',
  },
  {
    name: 'dropout-when-sampling',
    bug: 'dropout stays on outside of training',
    file: 'packages/layers/src/dropout.ts',
    from: 'if (!context?.training || rate === 0)',
    to: 'if (!context?.rng || rate === 0)',
    test: 'packages/layers/src/dropout.test.ts',
    title: 'does nothing outside of training',
  },
  {
    name: 'dropout-shrinks',
    bug: 'what dropout keeps is not made larger, so that the mean falls',
    file: 'packages/layers/src/dropout.ts',
    from: 'const kept = DRAWS / (DRAWS - dropped);',
    to: 'const kept = 1;',
    test: 'packages/layers/src/dropout.test.ts',
    title: 'scaled so that the mean stays',
  },
  {
    name: 'border-filled-with-ones',
    bug: 'images are filled up after they got their channel of ones, so that the border looks like image',
    file: `${FOLDER}/two-stream.ts`,
    from: '[0, missing(width)], [0, 0]]); //',
    to: '[0, missing(width)], [0, 0]], 1); //',
    test: ORACLE,
    title: 'in plain operations twoStream equals the float64 oracle',
  },
  {
    name: 'coarse-row-not-remembered',
    bug: 'the second of two rows is made of the coarser pixel computed last, whatever its column',
    file: `${FOLDER}/resample-stream.ts`,
    from: 'if (row % 2 === 0 && column % 2 === 0) copyPixel',
    to: 'if (column % 2 === 0) copyPixel',
    test: CONTRACT,
    title: 'twoStream streams what it applies',
  },
  {
    name: 'fine-rows-not-heard',
    bug: 'a step that halves hears only the rows that it answers at',
    file: `${FOLDER}/two-stream-steps.ts`,
    from: "kind === 'halve' ? scale - 1 : scale",
    to: 'scale',
    test: CONTRACT,
    title: 'twoStream streams what it applies',
  },
];
