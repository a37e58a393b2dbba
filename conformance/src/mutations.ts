/**
 * Bugs that others made, or that would be easy to make, each as a change of one line of our source, with the test that it turns red.
 * `npm run check:mutations` makes each change in memory (mutations.config.ts) and sees the test fail. Numbers are those of the list of bugs in public implementations; T numbers are traps of the papers.
 */
export interface Mutation {
  readonly name: string;
  /** What the bug is, and where it was seen. */
  readonly bug: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Test file, and a part of the title of the tests that run, of which one at least must fail. */
  readonly test: string;
  readonly title: string;
}

const CONTRACT = 'conformance/src/layers.test.ts';
const ORACLE = 'conformance/src/layer-oracle.test.ts';
const SCAN = 'packages/layers/src/lstm/scan.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'diagonal-padded-below',
    bug: '1, 4, T2: a height-2 convolution padded "same" reads the row below instead of the row above (carpedm20 and others)',
    file: SCAN,
    from: "(kind === 'diagonal' ? [-1, 0] : [-1, 0, 1])",
    to: "(kind === 'diagonal' ? [1, 0] : [-1, 0, 1])",
    test: CONTRACT,
    title: 'diagonalBiLstm grey does not look ahead',
  },
  {
    name: 'right-stream-not-shifted',
    bug: '1, T1: the zero row of the right stream at the bottom instead of the top (carpedm20 #16)',
    file: SCAN,
    from: 'rowOf(cell) === 0 ? 2 * count : count + right[cell - width]',
    to: 'rowOf(cell) < 0 ? 2 * count : count + right[cell]',
    test: CONTRACT,
    title: 'diagonalBiLstm grey does not look ahead',
  },
  {
    name: 'state-flattened-channel-major',
    bug: '2: the state of a row is flattened channel-major and read as columns, so columns mix (heechan95)',
    file: SCAN,
    from: 'h = tf.mul(o, tf.tanh(c)) as tf.Tensor3D;',
    to: 'h = tf.reshape(tf.transpose(tf.mul(o, tf.tanh(c)), [0, 2, 1]), c.shape) as tf.Tensor3D;',
    test: CONTRACT,
    title: 'rowLstm grey does not look ahead',
  },
  {
    name: 'groups-over-all-gates',
    bug: '3, T5: colour groups cut over all gates at once instead of gate by gate (gitE0Z9, Lasagne port)',
    file: 'packages/layers/src/lstm/lstm-layer.ts',
    from: 'perGate(units, 4 * directions)',
    to: 'contiguousGroups(4 * directions * hidden, groups)',
    test: CONTRACT,
    title: 'rowLstm RGB does not look ahead',
  },
  {
    name: 'groups-over-both-halves',
    bug: 'T5: colour groups cut over both halves of a gated unit',
    file: 'packages/layers/src/gated/gated-maps.ts',
    from: 'const gates = perGate(inner, 2);',
    to: 'const gates = contiguousGroups(2 * channels, groups);',
    test: CONTRACT,
    title: 'gatedConv2d first RGB does not look ahead',
  },
  {
    name: 'right-stream-not-flipped-back',
    bug: '3: the backward stream is never flipped back (gitE0Z9)',
    file: SCAN,
    from: 'const [left, right] = plan.positions;',
    to: 'const [left, right] = [plan.positions[0], plan.positions[0]];',
    test: ORACLE,
    title: 'in plain operations diagonalBiLstm grey equals the float64 oracle',
  },
  {
    name: 'reverse-pass-bottom-up',
    bug: '5: the reverse pass runs from the bottom up (muneeb-amir)',
    file: 'packages/layers/src/lstm/packing.ts',
    from: 'cell - (cell % width) + (width - 1 - (cell % width))',
    to: 'height * width - 1 - cell',
    test: CONTRACT,
    title: 'diagonalBiLstm grey does not look ahead',
  },
  {
    name: 'residual-twice',
    bug: '9: the residual is added by the block and by its caller (EugenHotaj)',
    file: 'packages/layers/src/convolution/masked-conv2d-op.ts',
    from: 'return residual === undefined ? y : tf.add(y, residual);',
    to: 'return residual === undefined ? y : tf.add(tf.add(y, residual), residual);',
    test: ORACLE,
    title: 'in plain operations pixelCnnBlock grey equals the float64 oracle',
  },
  {
    name: 'magic-unknown-value',
    bug: '9: completion takes some pixel values for "unknown" (EugenHotaj)',
    file: 'packages/generate/src/sample.ts',
    from: 'if (known && position < known.pixels) {',
    to: 'if (known && position < known.pixels && known.images[position * channels] > 0) {',
    test: 'packages/generate/test/sample.test.ts',
    title: 'C23: keeps known pixels',
  },
  {
    name: 'content-gate-sigmoid',
    bug: 'T3: sigmoid instead of tanh in the content gate (carpedm20 #18)',
    file: SCAN,
    from: 'const g = tf.tanh(preTanh);',
    to: 'const g = tf.sigmoid(preTanh);',
    test: ORACLE,
    title: 'in plain operations rowLstm grey equals the float64 oracle',
  },
  {
    name: 'gate-order',
    bug: 'gates taken in the order f, o, i instead of o, f, i',
    file: SCAN,
    from: 'const [o, f, i] = tf.split(ofi, 3, 2);',
    to: 'const [f, o, i] = tf.split(ofi, 3, 2);',
    test: ORACLE,
    title: 'in plain operations diagonalBiLstm grey equals the float64 oracle',
  },
  {
    name: 'residual-in-first-layer',
    bug: 'T7: a residual in the first, mask A layer shows the pixel to itself',
    file: 'packages/layers/src/gated/gated-conv2d.ts',
    from: 'horizontal: maps.horizontal.taps }, residual)',
    to: 'horizontal: maps.horizontal.taps }, true)',
    test: CONTRACT,
    title: 'gatedConv2d first grey does not look ahead',
  },
  {
    name: 'link-not-shifted',
    bug: 'the link from the vertical stack without the shift by one row: the stack sees its own row',
    file: 'packages/layers/src/gated/gated-maps.ts',
    from: 'last: isFirst ? 0 : size',
    to: 'last: size',
    test: CONTRACT,
    title: 'gatedConv2d first grey does not look ahead',
  },
  {
    name: 'ema-off-in-evaluation',
    bug: '14, C27: the average is kept but never used (openai #1)',
    file: 'packages/experiment/src/checkpoint/checkpoint.ts',
    from: 'const weights = averaged ?? params',
    to: 'const weights = params ?? averaged',
    test: 'conformance/src/training.test.ts',
    title: 'C27: a run is judged by its averaged parameters',
  },
  {
    name: 'optimizer-state-not-restored',
    bug: 'a resumed run starts with an empty optimizer',
    file: 'packages/experiment/src/checkpoint/train-state.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of source text
    from: '[slot, vector(optimizer, `${slot}/`)]',
    to: '[slot, tf.zerosLike(template.optimizer[slot])]',
    test: 'conformance/src/training.test.ts',
    title: 'C27: a resumed run ends with the same bits',
  },
];
